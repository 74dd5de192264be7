// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checksums and segmentation left to others, in both directions, byte for byte:
 * a large frame either arrives whole, with a header that says what is left to
 * be done, or as the segments that its receiver can take.
 */
#include <stdlib.h>
#include <string.h>

#include "tests.h"

#define MSS		1000
#define ALL		(TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6)
#define USO		(TUN_F_USO4 | TUN_F_USO6)

FIXTURE(offload)
{
	struct lan lan;
	struct heard heard;
	struct shape shape;
	__u8 frame[MAX_FRAME];
	size_t len;
	int fd;
	bool can_segment;		/* the kernel knows this kind of segments */
};

FIXTURE_VARIANT(offload)
{
	bool v6, tcp;
	__u16 vlan;
};

FIXTURE_VARIANT_ADD(offload, tcp4) { .tcp = true, };
FIXTURE_VARIANT_ADD(offload, tcp6) { .tcp = true, .v6 = true, };
FIXTURE_VARIANT_ADD(offload, udp4) { .vlan = 0, };
FIXTURE_VARIANT_ADD(offload, udp6) { .v6 = true, };
FIXTURE_VARIANT_ADD(offload, tcp4_vlan) { .tcp = true, .vlan = 0x2123, };
FIXTURE_VARIANT_ADD(offload, udp6_vlan) { .v6 = true, .vlan = 5, };

FIXTURE_SETUP(offload)
{
	lan_make(&self->lan);
	self->fd = tap_open(&self->lan, O_NONBLOCK);
	self->can_segment = variant->tcp || kernel_version() >= 602;
	self->shape = (struct shape) {
		.v6 = variant->v6,
		.tcp = variant->tcp,
		.vlan = variant->vlan,
		.partial = true,
		.sport = 77,
		.seq = 0xfffff000,	/* wraps on the way */
	};
}

FIXTURE_TEARDOWN(offload)
{
	close(self->fd);
}

/* Everything in @heard is as @shape says, and complete. */
static const char *wrong(const struct shape *shape, const struct heard *heard,
			 struct seen *seen)
{
	if (!parse(heard->frame, heard->len, seen))
		return "headers";
	if (seen->v6 != shape->v6 || seen->tcp != shape->tcp)
		return "protocol";
	if (seen->vlan != shape->vlan)
		return "tag";
	if (seen->sport != shape->sport)
		return "port";
	if (!seen->ip_sum_ok)
		return "IP checksum";
	if (heard->hdr.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) {
		if (!seen->partial_sum_ok)
			return "partial checksum";
		if (heard->hdr.csum_start != seen->l4)
			return "start of the checksum";
		if (heard->hdr.csum_offset != (shape->tcp ? 16 : 6))
			return "place of the checksum";
		return NULL;
	}
	if (!seen->sum_ok)
		return "checksum";
	return NULL;
}

/* The segments of @shape arrive, in order and complete, from @next_segment. */
static const char *wrong_segments(const struct shape *shape, struct heard *heard,
				  bool (*next_segment)(void *arg, struct heard *heard),
				  void *arg, int *segments)
{
	const char *what;
	struct seen seen;
	size_t done = 0;

	for (*segments = 0; done < shape->payload; (*segments)++) {
		if (!next_segment(arg, heard))
			return "missing segments";
		what = wrong(shape, heard, &seen);
		if (what)
			return what;
		if (heard->hdr.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM)
			return "unfinished checksum";
		if (heard->hdr.gso_type)
			return "kind of segments";
		if (shape->tcp && seen.seq != (__u32)(shape->seq + done))
			return "sequence number";
		if (seen.payload > MSS)
			return "size";
		if (!pattern_ok(heard->frame + seen.data, seen.payload, done))
			return "payload";
		done += seen.payload;
	}
	return NULL;
}

/* All of it in one frame, with a header that says so. */
static const char *wrong_whole(const struct shape *shape, const struct heard *heard)
{
	struct virtio_net_hdr expected = gso_hdr(shape, MSS);
	const char *what;
	struct seen seen;

	what = wrong(shape, heard, &seen);
	if (what)
		return what;
	if (!(heard->hdr.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM))
		return "no checksum asked for";
	if (heard->hdr.gso_type != expected.gso_type)
		return "kind of segments";
	if (heard->hdr.gso_size != MSS)
		return "size of segments";
	if (heard->hdr.hdr_len < seen.data - (shape->vlan ? VLAN_SIZE : 0) ||
	    heard->hdr.hdr_len > heard->len)
		return "length of headers";
	if (seen.payload != shape->payload ||
	    !pattern_ok(heard->frame + seen.data, seen.payload, 0))
		return "payload";
	if (shape->tcp && seen.seq != shape->seq)
		return "sequence number";
	return NULL;
}

static bool next_at_far(void *arg, struct heard *heard)
{
	return far_recv(arg, heard);
}

static bool next_at_tap(void *arg, struct heard *heard)
{
	return tap_recv(*(int *)arg, HDR_SIZE, heard);
}

static bool next_without_header(void *arg, struct heard *heard)
{
	return tap_recv(*(int *)arg, 0, heard);
}

static void from_guest(struct _test_data_offload *self, struct virtio_net_hdr hdr)
{
	self->len = build(self->frame, self->lan.far_mac, self->lan.mac, &self->shape);
	if (tap_write(self->fd, &hdr, HDR_SIZE, self->frame, self->len) !=
	    (ssize_t)self->len + HDR_SIZE)
		die("the tap refused a frame of %zu: %m", self->len);
}

static void to_guest(struct _test_data_offload *self, struct virtio_net_hdr hdr)
{
	self->len = build(self->frame, self->lan.mac, self->lan.far_mac, &self->shape);
	far_send(&self->lan, &hdr, self->frame, self->len);
}

/* The lower device does nothing for us, the far end gets finished frames. */
static void plain_wire(void)
{
	run("ethtool -K e0 tx off tso off gso off tx-udp-segmentation off");
}

TEST_F(offload, checksum_out)
{
	const size_t payloads[] = { 1, 2, 999, 1400 };
	struct seen seen;
	unsigned int i;

	plain_wire();
	for (i = 0; i < ARRAY_SIZE(payloads); i++) {
		self->shape.payload = payloads[i];
		from_guest(self, csum_hdr(&self->shape));
		ASSERT_TRUE(far_recv(&self->lan, &self->heard));
		EXPECT_EQ(NULL, wrong(&self->shape, &self->heard, &seen))
			TH_LOG("%s", wrong(&self->shape, &self->heard, &seen));
		EXPECT_EQ(0, self->heard.hdr.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM);
		EXPECT_EQ(payloads[i], seen.payload);
		EXPECT_TRUE(pattern_ok(self->heard.frame + seen.data, seen.payload, 0));
	}
}

/* Whole to a lower device that can, and on to the far end. */
TEST_F(offload, whole_out)
{
	const char *what;

	if (!self->can_segment)
		SKIP(return, "no UDP segmentation before kernel 6.2");
	self->shape.payload = self->shape.tcp ? 60000 : 20000;
	from_guest(self, gso_hdr(&self->shape, MSS));
	ASSERT_TRUE(far_recv(&self->lan, &self->heard));
	what = wrong_whole(&self->shape, &self->heard);
	EXPECT_EQ(NULL, what)
		TH_LOG("%s", what);
}

TEST_F(offload, segments_out)
{
	const size_t payloads[] = { 2 * MSS, 20001, 60000 };
	const char *what;
	unsigned int i;
	int n;

	if (!self->can_segment)
		SKIP(return, "no UDP segmentation before kernel 6.2");
	plain_wire();
	for (i = 0; i < ARRAY_SIZE(payloads); i++) {
		self->shape.payload = payloads[i];
		from_guest(self, gso_hdr(&self->shape, MSS));
		what = wrong_segments(&self->shape, &self->heard, next_at_far, &self->lan, &n);
		EXPECT_EQ(NULL, what)
			TH_LOG("%s", what);
		EXPECT_EQ((int)(payloads[i] + MSS - 1) / MSS, n);
		EXPECT_FALSE(readable(self->lan.far, 0));
	}
}

/* No more than fits into one segment: no segments. */
TEST_F(offload, one_segment_out)
{
	struct seen seen;

	if (!self->can_segment)
		SKIP(return, "no UDP segmentation before kernel 6.2");
	plain_wire();
	self->shape.payload = MSS;
	from_guest(self, gso_hdr(&self->shape, MSS));
	ASSERT_TRUE(far_recv(&self->lan, &self->heard));
	EXPECT_EQ(NULL, wrong(&self->shape, &self->heard, &seen));
	EXPECT_EQ(0, self->heard.hdr.gso_type);
	EXPECT_EQ((size_t)MSS, seen.payload);
}

TEST_F(offload, checksum_in)
{
	struct seen seen;

	self->shape.payload = 555;
	tap_offload(self->fd, TUN_F_CSUM);
	to_guest(self, csum_hdr(&self->shape));
	ASSERT_TRUE(tap_recv(self->fd, HDR_SIZE, &self->heard));
	EXPECT_EQ(NULL, wrong(&self->shape, &self->heard, &seen))
		TH_LOG("%s", wrong(&self->shape, &self->heard, &seen));
	EXPECT_EQ(VIRTIO_NET_HDR_F_NEEDS_CSUM, self->heard.hdr.flags);
	EXPECT_EQ(0, memcmp(self->heard.frame, self->frame, self->len));

	/* A guest that takes no unfinished checksums. */
	tap_offload(self->fd, 0);
	to_guest(self, csum_hdr(&self->shape));
	ASSERT_TRUE(tap_recv(self->fd, HDR_SIZE, &self->heard));
	EXPECT_EQ(NULL, wrong(&self->shape, &self->heard, &seen))
		TH_LOG("%s", wrong(&self->shape, &self->heard, &seen));
	EXPECT_EQ(0, self->heard.hdr.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM);
	EXPECT_EQ(self->shape.payload, seen.payload);
	EXPECT_TRUE(pattern_ok(self->heard.frame + seen.data, seen.payload, 0));

	/* And one without a header to say so. */
	tap_offload(self->fd, TUN_F_CSUM);
	tap_flags(self->fd, 0);
	to_guest(self, csum_hdr(&self->shape));
	ASSERT_TRUE(tap_recv(self->fd, 0, &self->heard));
	EXPECT_EQ(NULL, wrong(&self->shape, &self->heard, &seen))
		TH_LOG("%s", wrong(&self->shape, &self->heard, &seen));
}

TEST_F(offload, whole_in)
{
	const char *what;

	if (!self->can_segment)
		SKIP(return, "no UDP segmentation before kernel 6.2");
	if (!self->shape.tcp && kernel_version() < 700)
		SKIP(return, "6.12 cuts large UDP frames on their way to a tap, in-tree too");
	tap_offload(self->fd, ALL | (self->shape.tcp ? 0 : USO));
	self->shape.payload = self->shape.tcp ? 60000 : 20000;
	to_guest(self, gso_hdr(&self->shape, MSS));
	ASSERT_TRUE(tap_recv(self->fd, HDR_SIZE, &self->heard));
	what = wrong_whole(&self->shape, &self->heard);
	EXPECT_EQ(NULL, what)
		TH_LOG("%s", what);
}

/* What a reader takes that nobody asked: TCP in large frames, as in-tree. */
TEST_F(offload, unasked_in)
{
	const char *what;
	int n;

	if (!self->can_segment)
		SKIP(return, "no UDP segmentation before kernel 6.2");
	self->shape.payload = 3 * MSS;
	to_guest(self, gso_hdr(&self->shape, MSS));
	if (self->shape.tcp) {
		ASSERT_TRUE(tap_recv(self->fd, HDR_SIZE, &self->heard));
		what = wrong_whole(&self->shape, &self->heard);
		EXPECT_EQ(NULL, what)
			TH_LOG("%s", what);
		return;
	}
	for (n = 0; n < 3; n++) {
		ASSERT_TRUE(tap_recv(self->fd, HDR_SIZE, &self->heard));
		EXPECT_EQ(0, self->heard.hdr.gso_type);
	}
}

TEST_F(offload, segments_in)
{
	const unsigned int offloads[] = { 0, TUN_F_TSO4 | TUN_F_TSO6, TUN_F_UFO };
	const char *what;
	unsigned int i;
	int n;

	if (!self->can_segment)
		SKIP(return, "no UDP segmentation before kernel 6.2");
	self->shape.payload = 20001;
	for (i = 0; i < ARRAY_SIZE(offloads); i++) {
		tap_offload(self->fd, offloads[i]);
		to_guest(self, gso_hdr(&self->shape, MSS));
		what = wrong_segments(&self->shape, &self->heard, next_at_tap, &self->fd, &n);
		EXPECT_EQ(NULL, what)
			TH_LOG("%s, offloads %#x", what, offloads[i]);
		EXPECT_EQ(21, n);
		EXPECT_FALSE(readable(self->fd, 0));
	}
}

TEST_F(offload, segments_in_without_header)
{
	const char *what;
	int n;

	if (!self->can_segment)
		SKIP(return, "no UDP segmentation before kernel 6.2");
	self->shape.payload = 20001;
	tap_offload(self->fd, ALL);
	tap_flags(self->fd, 0);
	to_guest(self, gso_hdr(&self->shape, MSS));
	memset(&self->heard, 0, sizeof(self->heard));
	what = wrong_segments(&self->shape, &self->heard, next_without_header, &self->fd, &n);
	EXPECT_EQ(NULL, what)
		TH_LOG("%s", what);
	EXPECT_EQ(21, n);
}

/* The one kind does not bring the other. */
TEST_F(offload, only_the_other_in)
{
	struct seen seen;

	if (!self->can_segment)
		SKIP(return, "no UDP segmentation before kernel 6.2");
	tap_offload(self->fd, TUN_F_CSUM |
		    (self->shape.v6 || !self->shape.tcp ? TUN_F_TSO4 : TUN_F_TSO6));
	self->shape.payload = 2 * MSS;
	to_guest(self, gso_hdr(&self->shape, MSS));
	ASSERT_TRUE(tap_recv(self->fd, HDR_SIZE, &self->heard));
	EXPECT_EQ(0, self->heard.hdr.gso_type);
	ASSERT_TRUE(parse(self->heard.frame, self->heard.len, &seen));
	EXPECT_EQ((size_t)MSS, seen.payload);
}

/* Segments that do not fit are counted one by one, those that do arrive. */
TEST_F(offload, segments_in_a_full_queue)
{
	long long before = counter("t0", "rx_drop_queue_full");
	struct seen seen;
	size_t i;

	if (!self->can_segment)
		SKIP(return, "no UDP segmentation before kernel 6.2");
	ASSERT_EQ(0, set_queue_length("t0", 4));
	tap_offload(self->fd, 0);
	self->shape.payload = 10 * MSS;
	to_guest(self, gso_hdr(&self->shape, MSS));
	for (i = 0; i < 4; i++) {
		ASSERT_TRUE(tap_recv(self->fd, HDR_SIZE, &self->heard));
		ASSERT_EQ(NULL, wrong(&self->shape, &self->heard, &seen));
		EXPECT_TRUE(pattern_ok(self->heard.frame + seen.data, seen.payload, i * MSS));
	}
	EXPECT_FALSE(readable(self->fd, 0));
	if (is_ours()) {
		EXPECT_TRUE(until(counter("t0", "rx_drop_queue_full") - before == 6))
			TH_LOG("%lld", counter("t0", "rx_drop_queue_full") - before);
	}
}

/*
 * What is not a matter of the protocol
 */

FIXTURE(more)
{
	struct lan lan;
	struct heard heard;
	__u8 frame[MAX_FRAME];
	int fd;
};

FIXTURE_SETUP(more)
{
	lan_make(&self->lan);
	self->fd = tap_open(&self->lan, O_NONBLOCK);
}

FIXTURE_TEARDOWN(more)
{
	close(self->fd);
}

/* Congestion is marked in the first segment only, and the mark is told. */
TEST_F(more, congestion_mark)
{
	struct shape shape = { .tcp = true, .partial = true, .payload = 3 * MSS };
	struct virtio_net_hdr hdr = gso_hdr(&shape, MSS);
	struct seen seen;
	size_t len;
	int i;

	hdr.gso_type |= VIRTIO_NET_HDR_GSO_ECN;
	tap_offload(self->fd, ALL | TUN_F_TSO_ECN);
	len = build(self->frame, self->lan.mac, self->lan.far_mac, &shape);
	self->frame[l4_of(&shape) + 13] |= 0x80;
	far_send(&self->lan, &hdr, self->frame, len);
	ASSERT_TRUE(tap_recv(self->fd, HDR_SIZE, &self->heard));
	EXPECT_EQ(VIRTIO_NET_HDR_GSO_TCPV4 | VIRTIO_NET_HDR_GSO_ECN, self->heard.hdr.gso_type);

	tap_offload(self->fd, ALL);
	far_send(&self->lan, &hdr, self->frame, len);
	for (i = 0; i < 3; i++) {
		ASSERT_TRUE(tap_recv(self->fd, HDR_SIZE, &self->heard));
		EXPECT_EQ(0, self->heard.hdr.gso_type);
		ASSERT_TRUE(parse(self->heard.frame, self->heard.len, &seen));
		EXPECT_EQ(i ? 0 : 0x80, self->heard.frame[seen.l4 + 13] & 0x80);
	}
}

/* An old guest's large UDP frames become fragments. */
TEST_F(more, fragments_out)
{
	struct shape shape = { .partial = true, .payload = 5000 };
	struct virtio_net_hdr hdr = gso_hdr(&shape, 1480);
	size_t len, skip, done = 0;
	__u16 frag;

	hdr.gso_type = VIRTIO_NET_HDR_GSO_UDP;
	len = build(self->frame, self->lan.far_mac, self->lan.mac, &shape);
	/* May be fragmented. */
	self->frame[20] = 0;
	self->frame[24] = 0;
	self->frame[25] = 0;
	ASSERT_EQ((ssize_t)len + HDR_SIZE, tap_write(self->fd, &hdr, HDR_SIZE, self->frame, len));
	while (done < 5008) {
		ASSERT_TRUE(far_recv(&self->lan, &self->heard));
		ASSERT_LT(34u, self->heard.len);
		frag = self->heard.frame[20] << 8 | self->heard.frame[21];
		EXPECT_EQ(done, (frag & 0x1fffu) * 8);
		len = self->heard.len - 34;
		EXPECT_EQ(done + len < 5008, !!(frag & 0x2000));
		skip = done ? 0 : 8;
		EXPECT_TRUE(pattern_ok(self->heard.frame + 34 + skip, len - skip,
				       done + skip - 8));
		done += len;
	}
}

/* A second tap on the same port, and its file. */
static int sibling(struct _test_data_more *self)
{
	struct lan second = self->lan;

	second.index = free_index();
	snprintf(second.node, sizeof(second.node), "/dev/tap%u", second.index);
	ip("link add link e0 name t1 index %u address 02:00:00:00:00:02 type %s mode bridge\n"
	   "link set t1 up\n"
	   "link set t0 type %s mode bridge\n", second.index, kind(), kind());
	wait_running("t1", NULL);
	return tap_open(&second, O_NONBLOCK);
}

/* Between two taps of one port nothing is finished on the way. */
TEST_F(more, whole_between_siblings)
{
	struct shape shape = { .tcp = true, .partial = true, .payload = 30000 };
	struct virtio_net_hdr hdr = gso_hdr(&shape, MSS);
	const __u8 other[] = { 2, 0, 0, 0, 0, 2 };
	const char *what;
	size_t len;
	int fd;

	fd = sibling(self);
	tap_offload(fd, ALL);
	len = build(self->frame, other, self->lan.mac, &shape);
	ASSERT_EQ((ssize_t)len + HDR_SIZE, tap_write(self->fd, &hdr, HDR_SIZE, self->frame, len));
	ASSERT_TRUE(tap_recv(fd, HDR_SIZE, &self->heard));
	what = wrong_whole(&shape, &self->heard);
	EXPECT_EQ(NULL, what)
		TH_LOG("%s", what);
	EXPECT_FALSE(readable(self->lan.far, 0));
	close(fd);
}

#define TX_DROPPED	11	/* see proc_counter() */

/* A large frame of a guest's whose TCP header is none: old kernels do not look at
 * it before it comes to the sibling, where it is counted; 7.3 when it is sent, and
 * counts it there. The next one arrives.
 */
TEST_F(more, not_to_be_cut)
{
	struct shape shape = { .tcp = true, .partial = true, .payload = 3 * MSS };
	const __u8 other[] = { 2, 0, 0, 0, 0, 2 };
	struct virtio_net_hdr hdr = gso_hdr(&shape, MSS);
	long long segment, unicast, sent;
	size_t len;
	int fd;

	fd = sibling(self);
	segment = counter("t1", "rx_drop_segment");
	unicast = counter("t1", "rx_unicast_dropped");
	sent = proc_counter("t0", TX_DROPPED);
	len = build(self->frame, other, self->lan.mac, &shape);
	self->frame[l4_of(&shape) + 12] = 0;	/* a header of no length */
	ASSERT_EQ((ssize_t)len + HDR_SIZE, tap_write(self->fd, &hdr, HDR_SIZE, self->frame, len));
	len = build_mark(self->frame, other, self->lan.mac, 5);
	ASSERT_LT(0, tap_send(self->fd, self->frame, len));
	ASSERT_TRUE(tap_recv(fd, HDR_SIZE, &self->heard));
	EXPECT_EQ(5, mark_of(self->heard.frame, self->heard.len));
	if (is_ours()) {
		segment = counter("t1", "rx_drop_segment") - segment;
		EXPECT_EQ(segment, counter("t1", "rx_unicast_dropped") - unicast);
		EXPECT_EQ(1, segment + proc_counter("t0", TX_DROPPED) - sent);
	}
	close(fd);
}

TEST_HARNESS_MAIN
