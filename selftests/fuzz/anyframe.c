// SPDX-License-Identifier: GPL-2.0-only
/* Frames by chance, see anyframe.h. */
#include <linux/if_ether.h>
#include <string.h>

#include "anyframe.h"

static const __u16 types[] = {
	ETH_P_IP, ETH_P_IPV6, ETH_P_ARP, ETH_P_8021Q, ETH_P_8021AD, ETH_P_PAUSE,
	ETH_P_MPLS_UC, ETH_P_PPP_SES, ETH_P_LOOPBACK, ETH_P_TRAILER, ETH_P_802_3,
	ETH_P_SLOW, ETH_P_LLDP, 0, 1, 46, 1500, 1501, 1535, 1536, 0xffff,
};

void any_header(struct virtio_net_hdr *hdr)
{
	switch (pick(6)) {
	case 0:
		any_bytes(hdr, sizeof(*hdr));
		return;
	case 1:
		hdr->gso_type = pick(8) | (pick(2) ? VIRTIO_NET_HDR_GSO_ECN : 0);
		break;
	case 2:
		hdr->gso_size = edge32();
		break;
	case 3:
		hdr->csum_start = edge32();
		hdr->csum_offset = edge32();
		break;
	case 4:
		hdr->hdr_len = edge32();
		break;
	default:
		hdr->flags = pick(8);
	}
}

static void any_address(__u8 *mac, const struct any_hosts *hosts)
{
	static const __u8 group[] = { 1, 0, 0x5e, 0x7f, 0, 1 };
	static const __u8 outsider[] = OUTSIDER;

	switch (pick(8)) {
	case 0:
		memset(mac, 0xff, ETH_ALEN);
		break;
	case 1:
		memcpy(mac, group, ETH_ALEN);
		mac[5] = pick(4);
		break;
	case 2:
		memcpy(mac, outsider, ETH_ALEN);
		mac[5] = pick(4);
		break;
	case 3:
		any_bytes(mac, ETH_ALEN);
		break;
	default:
		memcpy(mac, hosts->mac[pick(hosts->count)], ETH_ALEN);
	}
}

/* TCP or UDP that is as it should be, with a header that fits. */
static void good_frame(struct any_frame *frame, const __u8 *dst, const __u8 *src)
{
	struct shape shape = {
		.v6 = pick(2), .tcp = pick(2), .partial = one_in(3), .sport = 1 + pick(4),
		.payload = one_in(12) ? any_len(65000) : any_len(1400),
	};

	frame->len = build(frame->bytes, dst, src, &shape);
	memset(&frame->hdr, 0, sizeof(frame->hdr));
	if (shape.partial)
		frame->hdr = shape.payload > 1400 || one_in(3) ?
			gso_hdr(&shape, one_in(8) ? edge32() : 100 + pick(1300)) :
			csum_hdr(&shape);
}

/* A run of tags between the addresses and the rest. */
static void add_tags(struct any_frame *frame)
{
	unsigned int n = 1 + (one_in(8) ? pick(40) : pick(3));
	__u8 *at = frame->bytes + 2 * ETH_ALEN;

	if (frame->len + n * VLAN_SIZE > ANY_FRAME_MAX)
		return;
	memmove(at + n * VLAN_SIZE, at, frame->len - 2 * ETH_ALEN);
	frame->len += n * VLAN_SIZE;
	while (n--) {
		put16(at, pick(3) ? ETH_P_8021Q : ETH_P_8021AD);
		/* 0 is a priority tag, 5 one that has a device. */
		put16(at + 2, pick(2) ? pick(2) * 5 : edge32());
		at += VLAN_SIZE;
	}
}

/* A fragment of what it was. */
static void make_fragment(struct any_frame *frame)
{
	__u8 *ip = frame->bytes + ETH_HLEN;

	if (get16(ip - 2) != ETH_P_IP || frame->len < ETH_HLEN + 20)
		return;
	put16(ip + 6, pick(3) * 8 | (pick(2) ? 0x2000 : 0) | (one_in(8) ? edge32() : 0));
	put16(ip + 4, pick(8));
	/* Good addresses: to a group, where the driver reassembles. */
	if (pick(2))
		put32(ip + 16, 0xef010101);
	put16(ip + 10, 0);
	put16(ip + 10, ~fold(add_up(ip, 20, 0)));
}

static void damage(struct any_frame *frame)
{
	size_t at = pick(frame->len > 96 ? 96 : frame->len);

	switch (pick(5)) {
	case 0:
		frame->len = any_len(frame->len);
		break;
	case 1:
		any_bytes(frame->bytes + at, one_in(4) ? 64 : 2);
		break;
	case 2:
		put16(frame->bytes + 12, one_in(4) ? edge32() : types[pick(ARRAY_SIZE(types))]);
		break;
	case 3:
		frame->len = pick(80);
		break;
	default:
		any_header(&frame->hdr);
	}
}

void any_frame(struct any_frame *frame, const struct any_hosts *hosts)
{
	__u8 dst[ETH_ALEN], src[ETH_ALEN];

	any_address(dst, hosts);
	any_address(src, hosts);
	good_frame(frame, dst, src);
	if (one_in(4))
		make_fragment(frame);
	if (one_in(3))
		add_tags(frame);
	if (one_in(3))
		damage(frame);
	if (one_in(8))
		damage(frame);
}

void plain_frame(struct any_frame *frame, const __u8 *dst, const __u8 *src, size_t max)
{
	__u16 type = types[pick(ARRAY_SIZE(types))];

	memset(&frame->hdr, 0, sizeof(frame->hdr));
	frame->len = ETH_HLEN + any_len(max - ETH_HLEN);
	any_bytes(frame->bytes, frame->len);
	memcpy(frame->bytes, dst, ETH_ALEN);
	memcpy(frame->bytes + ETH_ALEN, src, ETH_ALEN);
	if (type == ETH_P_8021Q || type == ETH_P_8021AD || type == ETH_P_PAUSE ||
	    type == ETH_P_IP)
		type = 0x88b5;
	put16(frame->bytes + 2 * ETH_ALEN, type);
}

void vary_frame(struct any_frame *frame, const struct any_frame *from, __u32 number)
{
	frame->hdr = from->hdr;
	frame->len = from->len;
	memcpy(frame->bytes, from->bytes, from->len);
	if (number && frame->len > ETH_HLEN + 4)
		frame->bytes[ETH_HLEN + number * 7919 % (frame->len - ETH_HLEN)] ^= number;
}
