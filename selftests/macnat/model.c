// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a child with "macnat on" sends, against a model: ARP, neighbour discovery and
 * DHCP, well-formed and not, each frame once as it leaves the child and once as it
 * has to be on the wire. The model computes checksums anew, the driver updates them, or
 * leaves them to the lower device where they are not there yet.
 *
 *   model NS DEV NS DEV MAC N [SEED]
 *
 * Sends N frames on the first device, a child, and reads what comes out of the
 * second one; MAC is what the child has to have on the wire. Prints what is wrong.
 * Exit status: 0 all as in the model, 1 not, 2 could not do it.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/types.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif

#define SIZE	400
/* Where things are. */
#define L3	14
#define L4_6	(L3 + 40)
#define L4_4	(L3 + 20)
#define BOOTP	(L4_4 + 8)

struct frame {
	__u8 b[SIZE];
	int len;
	struct virtio_net_hdr vnet;	/* what is left to do below */
};

static __u8 own[6], wire[6];
static __u64 seed = 1;

static unsigned int rnd(unsigned int below)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (seed >> 33) % below;
}

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static void put16(__u8 *p, unsigned int v)
{
	p[0] = v >> 8;
	p[1] = v;
}

static unsigned int get16(const __u8 *p)
{
	return p[0] << 8 | p[1];
}

/* Of @len bytes at @p, and of the pseudo header. */
static unsigned int checksum(const __u8 *p, int len, const __u8 *addrs,
			     int addrs_len, int proto)
{
	__u32 sum = len + proto;
	int i;

	for (i = 0; i < addrs_len; i += 2)
		sum += get16(addrs + i);
	for (i = 0; i + 1 < len; i += 2)
		sum += get16(p + i);
	if (len & 1)
		sum += p[len - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

/* @len: of the ICMPv6 message */
static void sum_icmp6(struct frame *f, int len)
{
	put16(f->b + L4_6 + 2, 0);
	put16(f->b + L4_6 + 2,
	      checksum(f->b + L4_6, len, f->b + L3 + 8, 32, IPPROTO_ICMPV6));
}

/* The checksum is to be taken from @start and written to @offset behind that. */
static void leave_sum(struct frame *f, int start, int offset)
{
	f->vnet.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	f->vnet.csum_start = start;
	f->vnet.csum_offset = offset;
}

/* Only the pseudo header's is there. */
static void leave_icmp6(struct frame *f, int len)
{
	put16(f->b + L4_6 + 2, ~checksum(NULL, 0, f->b + L3 + 8, 32,
					 len + IPPROTO_ICMPV6) & 0xffff);
	leave_sum(f, L4_6, 2);
}

static void sum_udp(struct frame *f)
{
	int len = f->len - L4_4;
	unsigned int sum;

	put16(f->b + L4_4 + 6, 0);
	sum = checksum(f->b + L4_4, len, f->b + L3 + 12, 8, IPPROTO_UDP);
	put16(f->b + L4_4 + 6, sum ?: 0xffff);
}

static void ethernet(struct frame *f, unsigned int type)
{
	memset(f->b, 0xff, 6);
	memcpy(f->b + 6, own, 6);
	put16(f->b + 12, type);
}

static void fill(__u8 *p, int len)
{
	while (len--)
		*p++ = rnd(256);
}

/*
 * Each makes a frame in @f, and tells in @want what it has to become; returns false
 * if it must not be sent at all.
 */

static bool make_arp(struct frame *f, struct frame *want)
{
	__u8 *arp = f->b + L3;
	static const __u8 head[] = { 0, 1, 8, 0, 6, 4 };
	bool good = true;

	ethernet(f, ETH_P_ARP);
	f->len = L3 + 28 + rnd(19);
	fill(arp, f->len - L3);
	memcpy(arp, head, 6);
	put16(arp + 6, 1 + rnd(2));
	if (!rnd(2))
		memcpy(arp + 8, own, 6);
	if (!rnd(5)) {
		arp[rnd(6)] ^= 1 << rnd(8);
		good = false;
	} else if (!rnd(8)) {
		f->len = L3 + rnd(28);
		good = false;
	}
	*want = *f;
	memcpy(want->b + L3 + 8, wire, 6);
	if (good && !rnd(5)) {
		/* It would be written over below. */
		leave_sum(f, 20, rnd(20));
		good = false;
	}
	return good;
}

static const struct {
	__u8 type, length, option;
} nds[] = {
	{ 133, 8, 1 }, { 134, 16, 1 }, { 135, 24, 1 }, { 136, 24, 2 }, { 137, 40, 2 },
	/* No neighbour discovery: nothing is looked at behind the type. */
	{ 128, 8, 0 }, { 143, 8, 0 }, { 132, 24, 0 },
};

static void ip6(struct frame *f, int len, int next)
{
	ethernet(f, ETH_P_IPV6);
	f->b[L3] = 0x60;
	put16(f->b + L3 + 4, len);
	f->b[L3 + 6] = next;
	f->b[L3 + 7] = 255;
	fill(f->b + L3 + 8, 32);
	f->b[L3 + 8] = 0x20;
}

static bool make_nd(struct frame *f, struct frame *want)
{
	unsigned int kind = rnd(ARRAY_SIZE(nds)), n = rnd(5);
	__u8 *nd = f->b + L4_6, *option = nd + nds[kind].length;
	bool is_nd = nds[kind].option, good = true;
	int at[5], ats = 0;

	fill(nd, SIZE - L4_6);
	nd[0] = nds[kind].type;
	while (n--) {
		option[0] = 1 + rnd(5);
		option[1] = 1 + rnd(3);
		if (option[0] == nds[kind].option && is_nd) {
			if (option[1] != 1)
				good = false;
			at[ats++] = option + 2 - f->b;
		}
		option += option[1] * 8;
	}
	f->len = option - f->b;
	ip6(f, f->len - L4_6, IPPROTO_ICMPV6);
	if (is_nd && !rnd(6) && option > nd + nds[kind].length) {
		/* The last option does not end with the message. */
		int cut = 1 + rnd(7);

		f->len -= cut;
		put16(f->b + L3 + 4, f->len - L4_6);
		good = false;
	} else if (is_nd && !rnd(8)) {
		/* It says that it is longer than it is. */
		put16(f->b + L3 + 4, f->len - L4_6 + 8);
		good = false;
	} else if (is_nd && !rnd(8)) {
		/* An option of no length, for those who look for its end. */
		memset(nd + nds[kind].length, 0, 8);
		if (f->len < L4_6 + nds[kind].length + 8)
			f->len = L4_6 + nds[kind].length + 8;
		put16(f->b + L3 + 4, f->len - L4_6);
		good = false;
	}
	sum_icmp6(f, f->len - L4_6);
	*want = *f;
	while (ats--)
		memcpy(want->b + at[ats], wire, 6);
	sum_icmp6(want, want->len - L4_6);
	if (good && !rnd(4)) {
		leave_icmp6(f, f->len - L4_6);
	} else if (good && is_nd && !rnd(5)) {
		leave_sum(f, L4_6 + 2 * rnd(3), 4 + 2 * rnd(4));
		good = false;
	}
	return good;
}

/* Behind a hop-by-hop header, or in a first or later fragment. */
static bool make_extended(struct frame *f, struct frame *want)
{
	static const __u8 nexts[] = { 0, 43, 44, 60 };
	static const __u8 types[] = { 135, 136, 133, 143, 131, 128 };
	unsigned int next = nexts[rnd(4)], type = types[rnd(6)];
	bool later = next == 44 && rnd(2);

	f->len = L4_6 + 8 + 32;
	ip6(f, f->len - L4_6, next);
	fill(f->b + L4_6, 40);
	memset(f->b + L4_6, 0, 8);
	f->b[L4_6] = IPPROTO_ICMPV6;
	if (later)
		put16(f->b + L4_6 + 2, 8 << 3);
	f->b[L4_6 + 8] = type;
	*want = *f;
	return later || type < 133 || type > 137;
}

static bool make_dhcp(struct frame *f, struct frame *want)
{
	__u8 *ip = f->b + L3, *udp = f->b + L4_4, *dhcp = f->b + BOOTP;
	bool client;

	ethernet(f, ETH_P_IP);
	f->len = BOOTP + 240 + rnd(40);
	fill(ip, f->len - L3);
	memset(ip, 0, 20);
	ip[0] = 0x45;
	put16(ip + 2, f->len - L3);
	ip[8] = 64;
	ip[9] = IPPROTO_UDP;
	fill(ip + 12, 4);
	memset(ip + 16, 0xff, 4);
	put16(ip + 10, 0);
	put16(ip + 10, checksum(ip, 20, NULL, 0, -20));
	put16(udp, 68);
	put16(udp + 2, rnd(4) ? 67 : 1024 + rnd(1000));
	put16(udp + 4, f->len - L4_4);
	dhcp[0] = rnd(4) ? 1 : 2;
	if (rnd(2))
		memset(dhcp + 10, 0, 2);
	if (rnd(4))
		memset(dhcp + 24, 0, 4);
	client = dhcp[0] == 1 && get16(udp + 2) == 67 && !dhcp[24] && !dhcp[25] &&
		 !dhcp[26] && !dhcp[27];
	if (rnd(4))
		sum_udp(f);
	else
		put16(udp + 6, 0);
	*want = *f;
	if (!client)
		return true;
	want->b[BOOTP + 10] |= 0x80;
	if (get16(udp + 6))
		sum_udp(want);
	return true;
}

static bool make_reserved(struct frame *f, struct frame *want)
{
	bool eapol = rnd(2);

	ethernet(f, eapol ? 0x888e : 0x88b5);
	f->len = L3 + 50;
	fill(f->b + L3, 50);
	if (!eapol) {
		memcpy(f->b, "\x01\x80\xc2\x00\x00", 5);
		f->b[5] = rnd(16);
	}
	*want = *f;
	return false;
}

static bool (*const makers[])(struct frame *, struct frame *) = {
	make_arp, make_nd, make_nd, make_nd, make_extended, make_dhcp, make_reserved,
};

static int open_at(const char *ns, const char *dev, __u8 *mac)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(ETH_P_ALL) };
	struct ifreq ifr = {};
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", ns);
	fd = open(path, O_RDONLY);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die(path);
	close(fd);
	fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (fd < 0)
		die("socket");
	strncpy(ifr.ifr_name, dev, IFNAMSIZ - 1);
	if (ioctl(fd, SIOCGIFHWADDR, &ifr))
		die(dev);
	if (mac)
		memcpy(mac, ifr.ifr_hwaddr.sa_data, 6);
	at.sll_ifindex = if_nametoindex(dev);
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)))
		die("bind");
	return fd;
}

static void print(const char *what, const struct frame *f)
{
	int i;

	printf("# %s, %d bytes:", what, f->len);
	for (i = 0; i < f->len; i++)
		printf("%s%02x", i % 4 ? "" : " ", f->b[i]);
	printf("\n");
}

/* The next frame that our child has sent, or one of no length. */
static void receive(int fd, struct frame *got)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct sockaddr_ll from;
	socklen_t len = sizeof(from);

	do {
		got->len = 0;
		if (poll(&p, 1, 5000) <= 0)
			return;
		got->len = recvfrom(fd, got->b, SIZE, 0, (struct sockaddr *)&from,
				    &len);
	} while (got->len > 0 && (from.sll_pkttype == PACKET_OUTGOING ||
				  memcmp(got->b + 6, wire, 6)));
}

/* What ends a round: a frame that nothing is done to but the address. */
static void make_end(struct frame *f, struct frame *want, unsigned int number)
{
	ethernet(f, 0x88b6);
	f->len = L3 + 46;
	memset(f->b + L3, 0, 46);
	put16(f->b + L3, number >> 16);
	put16(f->b + L3 + 2, number);
	*want = *f;
}

static bool same(const struct frame *got, struct frame *want)
{
	memcpy(want->b + 6, wire, 6);
	return got->len == want->len && !memcmp(got->b, want->b, want->len);
}

/* Those that the kernel does not take from us are not sent either. */
static bool emit(int out, struct frame *f)
{
	struct iovec parts[] = {
		{ &f->vnet, sizeof(f->vnet) },
		{ f->b, f->len },
	};

	return writev(out, parts, 2) == (ssize_t)sizeof(f->vnet) + f->len;
}

static int try(int out, int in, unsigned int number)
{
	static struct frame f, want, end, want_end, got;
	bool passes;

	memset(&f, 0, sizeof(f));
	memset(&end, 0, sizeof(end));
	passes = makers[rnd(ARRAY_SIZE(makers))](&f, &want);
	make_end(&end, &want_end, number);
	/* Too short for an Ethernet device, and none of the driver's business. */
	if ((!emit(out, &f) && passes) || !emit(out, &end))
		die("send");
	receive(in, &got);
	if (passes) {
		if (!same(&got, &want)) {
			print("sent", &f);
			print("expected", &want);
			print("got", &got);
			return 1;
		}
		receive(in, &got);
	}
	if (same(&got, &want_end))
		return 0;
	print("sent", &f);
	print(passes ? "got more" : "got, and nothing was expected", &got);
	return 1;
}

int main(int argc, char **argv)
{
	unsigned int n, wrong = 0, i;
	int out, in, one = 1;

	if (argc < 7)
		return 2;
	if (sscanf(argv[5], "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx", &wire[0],
		   &wire[1], &wire[2], &wire[3], &wire[4], &wire[5]) != 6)
		return 2;
	n = atoi(argv[6]);
	if (argc > 7)
		seed = strtoull(argv[7], NULL, 0);
	out = open_at(argv[1], argv[2], own);
	if (setsockopt(out, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one)))
		die("PACKET_VNET_HDR");
	in = open_at(argv[3], argv[4], NULL);
	for (i = 0; i < n && wrong < 3; i++)
		wrong += try(out, in, i);
	printf("# %u frames, %u wrong\n", i, wrong);
	return wrong ? 1 : 0;
}
