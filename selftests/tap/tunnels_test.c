// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the host sends to a guest through a tunnel: frames in frames, with
 * checksums inside and outside that are left to others. A virtio-net header can
 * tell of one checksum and knows no tunnels: what the guest gets must be good
 * once it has made that one checksum.
 *
 *    /dev/tapN -- t0    s0 -- u0, a tunnel -- packet socket
 *                  |    |
 *                  '-e0-'
 *                    |
 *                   q0 -- u0, a tunnel -- packet socket
 */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "tests.h"

#define MSS		1000
#define ALL		(TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6)
#define UDP_SIZE	8
#define GRE_HAS_SUM	0x8000

FIXTURE(tunnels)
{
	struct lan lan;
	struct heard heard;
	struct shape shape;
	__u8 frame[MAX_FRAME];
	int fd, hdr_size, u0;
};

FIXTURE_VARIANT(tunnels)
{
	const char *link;		/* the tunnel's kind and options */
	__u16 port;			/* 0: not in UDP */
	bool v6;			/* outside */
	bool sum;			/* outside */
	bool far;			/* it comes by the wire */
};

FIXTURE_VARIANT_ADD(tunnels, vxlan)
{ .link = "vxlan id 7 dstport 4789 noudpcsum", .port = 4789, };
FIXTURE_VARIANT_ADD(tunnels, vxlan_sum)
{ .link = "vxlan id 7 dstport 4789 udpcsum", .port = 4789, .sum = true, };
FIXTURE_VARIANT_ADD(tunnels, vxlan_sum_far)
{ .link = "vxlan id 7 dstport 4789 udpcsum", .port = 4789, .sum = true, .far = true, };
FIXTURE_VARIANT_ADD(tunnels, vxlan6)
{ .link = "vxlan id 7 dstport 4789 udp6zerocsumtx", .port = 4789, .v6 = true, };
FIXTURE_VARIANT_ADD(tunnels, vxlan6_sum)
{ .link = "vxlan id 7 dstport 4789 noudp6zerocsumtx", .port = 4789, .v6 = true, .sum = true, };
FIXTURE_VARIANT_ADD(tunnels, geneve_sum)
{ .link = "geneve id 7 udpcsum", .port = 6081, .sum = true, };
FIXTURE_VARIANT_ADD(tunnels, geneve6_sum_far)
{ .link = "geneve id 7 noudp6zerocsumtx", .port = 6081, .v6 = true, .sum = true, .far = true, };
FIXTURE_VARIANT_ADD(tunnels, gre)
{ .link = "gretap key 7 local 198.51.100.1", };
FIXTURE_VARIANT_ADD(tunnels, gre_sum)
{ .link = "gretap key 7 ocsum local 198.51.100.1", .sum = true, };
FIXTURE_VARIANT_ADD(tunnels, gre_sum_far)
{ .link = "gretap key 7 ocsum local 198.51.100.1", .sum = true, .far = true, };
FIXTURE_VARIANT_ADD(tunnels, gre6_sum)
{ .link = "ip6gretap key 7 ocsum encaplimit none local fd01::1", .v6 = true, .sum = true, };

/* From @dev to t0, which has no addresses but these. */
static const char *make_tunnel(const struct lan *lan, const char *dev,
			       const char *link, bool v6)
{
	const char *here = v6 ? "fd01::1" : "198.51.100.1";
	const char *there = v6 ? "fd01::2" : "198.51.100.2";
	const __u8 *mac = lan->mac;

	if (v6)
		allow_ipv6(dev);
	ip("address add %s/%d dev %s %s\n"
	   "neighbour add %s dev %s lladdr %02x:%02x:%02x:%02x:%02x:%02x\n",
	   here, v6 ? 64 : 24, dev, v6 ? "nodad" : "",
	   there, dev, mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	return ip_error("link add u0 up type %s remote %s\n", link, there);
}

FIXTURE_SETUP(tunnels)
{
	const char *error;
	int near;

	lan_make(&self->lan);
	self->fd = tap_open(&self->lan, O_NONBLOCK);
	self->hdr_size = HDR_SIZE;
	self->shape = (struct shape) { .tcp = true, .partial = true, .seq = 0xfffff000 };
	near = this_netns();
	if (variant->far) {
		enter_netns(self->lan.far_netns);
	} else {
		ip("link set t0 type %s mode bridge\n"
		   "link add link e0 name s0 up address 02:00:00:00:00:05 type %s mode bridge\n",
		   kind(), is_ours() ? "mymacvlan" : "macvlan");
		wait_running("s0", NULL);
	}
	error = make_tunnel(&self->lan, variant->far ? "q0" : "s0", variant->link, variant->v6);
	if (error && strstr(error, "Unknown device type"))
		SKIP(return, "this kernel has no %s", variant->link);
	if (error)
		die("%s: %s", variant->link, error);
	wait_running("u0", NULL);
	self->u0 = packet_socket("u0", ETH_P_ALL);
	enter_netns(near);
	drain(self->fd);
}

FIXTURE_TEARDOWN(tunnels)
{
	close(self->fd);
}

/* The far end of @shape is behind the tunnel. */
static void through(struct _test_data_tunnels *self, struct virtio_net_hdr hdr)
{
	static const __u8 src[] = { 2, 0, 0, 0, 0, 0x11 }, dst[] = { 2, 0, 0, 0, 0, 0x12 };
	struct lan lan = { .far = self->u0 };
	size_t len;

	len = build(self->frame, dst, src, &self->shape);
	far_send(&lan, &hdr, self->frame, len);
}

/* The next frame that has anything to do with tunnels: the host's IPv6 on s0 or
 * q0 has things to say, too.
 */
static bool next_tunneled(struct _test_data_tunnels *self, bool v6)
{
	const __u8 *l3 = self->heard.frame + ETH_HLEN;

	while (tap_recv(self->fd, self->hdr_size, &self->heard))
		if (!v6 || l3[6] == IPPROTO_UDP || l3[6] == IPPROTO_GRE)
			return true;
	return false;
}

/* What the guest does first: it makes the one checksum. */
static const char *finish(struct heard *heard)
{
	size_t start = heard->hdr.csum_start, place = start + heard->hdr.csum_offset;
	__u16 sum;

	if (!(heard->hdr.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM))
		return NULL;
	if (place + 2 > heard->len)
		return "place of the checksum";
	sum = ~fold(add_up(heard->frame + start, heard->len - start, 0));
	put16(heard->frame + place, sum ?: 0xffff);
	return NULL;
}

/* The UDP header at @at, over IP addresses at @addresses. */
static const char *wrong_udp(const __u8 *at, size_t len, const __u8 *addresses,
			     bool v6, __u16 port, bool sum)
{
	if (get16(at + 2) != port)
		return "outer port";
	if (get16(at + 4) != len)
		return "outer UDP length";
	if (!sum)
		return get16(at + 6) ? "outer checksum where there should be none" : NULL;
	if (!get16(at + 6))
		return "no outer checksum";
	if (fold(add_up(at, len, add_up(addresses, v6 ? 32 : 8, IPPROTO_UDP + len))) != 0xffff)
		return "outer UDP checksum";
	return NULL;
}

static const char *wrong_gre(const __u8 *at, size_t len, bool sum)
{
	if (!(get16(at) & GRE_HAS_SUM) != !sum)
		return "GRE flags";
	if (sum && fold(add_up(at, len, 0)) != 0xffff)
		return "GRE checksum";
	return NULL;
}

/* Outside all is well; *@inner is where the frame inside begins. */
static const char *wrong_outside(struct heard *heard,
				 const struct _fixture_variant_tunnels *variant, size_t *inner)
{
	const __u8 *l3 = heard->frame + ETH_HLEN, *l4 = l3 + (variant->v6 ? 40 : 20);
	size_t len = heard->len - (l4 - heard->frame);

	if (l4 + 2 * UDP_SIZE > heard->frame + heard->len)
		return "length";
	if (get16(l3 - 2) != (variant->v6 ? ETH_P_IPV6 : ETH_P_IP))
		return "outer protocol";
	if (variant->v6 ? get16(l3 + 4) != len : get16(l3 + 2) != len + 20)
		return "outer IP length";
	if (!variant->v6 && fold(add_up(l3, 20, 0)) != 0xffff)
		return "outer IP checksum";
	*inner = l4 - heard->frame;
	if (variant->port) {
		*inner += 2 * UDP_SIZE;
		return wrong_udp(l4, len, l3 + (variant->v6 ? 8 : 12), variant->v6,
				 variant->port, variant->sum);
	}
	*inner += variant->sum ? 12 : 8;
	return wrong_gre(l4, len, variant->sum);
}

/* The next frame is one in a tunnel, and good; @seen and *@data are what is in it. */
static const char *wrong_next(struct _test_data_tunnels *self,
			      const struct _fixture_variant_tunnels *variant,
			      struct seen *seen, const __u8 **data)
{
	const char *what;
	size_t inner;

	if (!next_tunneled(self, variant->v6))
		return "it is missing";
	if (self->heard.hdr.gso_type)
		return "kind of segments";
	what = finish(&self->heard) ?: wrong_outside(&self->heard, variant, &inner);
	if (what)
		return what;
	if (!parse(self->heard.frame + inner, self->heard.len - inner, seen))
		return "inner headers";
	if (!seen->ip_sum_ok)
		return "inner IP checksum";
	if (!seen->sum_ok)
		return "inner checksum";
	*data = self->heard.frame + inner + seen->data;
	return NULL;
}

/* The payload comes in order and complete. */
static const char *wrong_frames(struct _test_data_tunnels *self,
				const struct _fixture_variant_tunnels *variant, int *frames)
{
	const __u8 *data;
	struct seen seen;
	const char *what;
	size_t done = 0;

	for (*frames = 0; done < self->shape.payload; (*frames)++) {
		what = wrong_next(self, variant, &seen, &data);
		if (what)
			return what;
		if (seen.v6 != self->shape.v6 || seen.tcp != self->shape.tcp)
			return "inner protocol";
		if (seen.tcp && seen.seq != (__u32)(self->shape.seq + done))
			return "sequence number";
		if (!pattern_ok(data, seen.payload, done))
			return "payload";
		done += seen.payload;
	}
	return NULL;
}

static const unsigned int offloads[] = { 0, TUN_F_CSUM, ALL };

static const struct shape inside[] = {
	{ .tcp = true }, { .tcp = true, .v6 = true }, { .v6 = false }, { .v6 = true },
};

TEST_F(tunnels, checksum)
{
	const char *what;
	unsigned int i;
	int n;

	for (i = 0; i < ARRAY_SIZE(offloads) * ARRAY_SIZE(inside); i++) {
		tap_offload(self->fd, offloads[i % ARRAY_SIZE(offloads)]);
		self->shape.tcp = inside[i / ARRAY_SIZE(offloads)].tcp;
		self->shape.v6 = inside[i / ARRAY_SIZE(offloads)].v6;
		self->shape.payload = 501 + i;
		through(self, csum_hdr(&self->shape));
		what = wrong_frames(self, variant, &n);
		EXPECT_EQ(NULL, what)
			TH_LOG("%s, case %u", what, i);
		EXPECT_EQ(1, n);
	}
}

/* Of 6.12's ip6gretap nothing large comes out that it has to make checksums of, to
 * in-tree macvtap neither; with 6.1 and 7.3 it does.
 */
static bool sends_no_segments(const struct _fixture_variant_tunnels *variant)
{
	struct utsname kernel;

	uname(&kernel);
	return !strncmp(kernel.release, "6.12.", 5) && variant->v6 && !variant->port;
}

TEST_F(tunnels, segments)
{
	const char *what;
	unsigned int i;
	int n;

	if (sends_no_segments(variant))
		SKIP(return, "this kernel's ip6gretap sends no large frames with checksums");
	for (i = 0; i < 2 * ARRAY_SIZE(offloads); i++) {
		tap_offload(self->fd, offloads[i / 2]);
		self->shape.v6 = i & 1;
		self->shape.payload = 20001 + i;
		through(self, gso_hdr(&self->shape, MSS));
		what = wrong_frames(self, variant, &n);
		EXPECT_EQ(NULL, what)
			TH_LOG("%s, case %u", what, i);
		EXPECT_EQ(21, n);
	}
	if (is_ours())
		EXPECT_EQ(0, counter("t0", "rx_drop_segment"));
}

/* A reader that gets no headers gets nothing unfinished. */
TEST_F(tunnels, no_header)
{
	const char *what;
	int n;

	if (sends_no_segments(variant))
		SKIP(return, "this kernel's ip6gretap sends no large frames with checksums");
	self->hdr_size = 0;
	tap_flags(self->fd, 0);
	self->shape.payload = 20001;
	through(self, gso_hdr(&self->shape, MSS));
	what = wrong_frames(self, variant, &n);
	EXPECT_EQ(NULL, what)
		TH_LOG("%s", what);
	EXPECT_EQ(21, n);
}

TEST_HARNESS_MAIN
