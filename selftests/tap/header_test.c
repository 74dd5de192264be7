// SPDX-License-Identifier: GPL-2.0-only
/*
 * The virtio-net header before each frame, and the frame's length: what is
 * allowed arrives byte for byte, what is not is refused, counted and never on
 * the wire.
 */
#include <endian.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "tests.h"

/* Counted where the driver has a counter for it. */
static long long refused(void)
{
	return is_ours() ? counter("t0", "tx_drop_tap") : proc_counter("t0", 11);
}

FIXTURE(header)
{
	struct lan lan;
	struct heard heard;
	__u8 frame[MAX_FRAME];
	int fd;
};

FIXTURE_VARIANT(header)
{
	int size;		/* 0: no header at all */
};

FIXTURE_VARIANT_ADD(header, none) { .size = 0, };
FIXTURE_VARIANT_ADD(header, legacy) { .size = 10, };
FIXTURE_VARIANT_ADD(header, mergeable) { .size = 12, };
FIXTURE_VARIANT_ADD(header, hash) { .size = 20, };

FIXTURE_SETUP(header)
{
	lan_make(&self->lan);
	self->fd = tap_open(&self->lan, O_NONBLOCK);
	if (variant->size)
		tap_hdr_size(self->fd, variant->size);
	else
		tap_flags(self->fd, 0);
}

FIXTURE_TEARDOWN(header)
{
	close(self->fd);
}

/* Frames between the shortest that is one and the longest of this wire. */
TEST_F(header, frames_go_out)
{
	const size_t payloads[] = { 0, 1, 17, 18, 500, 1471, 1472 };
	struct shape shape = { .sport = 7 };
	struct virtio_net_hdr hdr = { };
	__u8 buffer[64 + 1600];
	unsigned int i;
	size_t len;

	for (i = 0; i < ARRAY_SIZE(payloads); i++) {
		shape.payload = payloads[i];
		len = build(self->frame, self->lan.far_mac, self->lan.mac, &shape);
		memset(buffer, 0, sizeof(buffer));
		memcpy(buffer, &hdr, variant->size ? HDR_SIZE : 0);
		memcpy(buffer + variant->size, self->frame, len);
		ASSERT_EQ((ssize_t)len + variant->size,
			  write(self->fd, buffer, len + variant->size));
		ASSERT_TRUE(far_recv(&self->lan, &self->heard));
		EXPECT_EQ(len, self->heard.len);
		EXPECT_EQ(0, memcmp(self->frame, self->heard.frame, len));
	}
	EXPECT_EQ(0, refused());
}

TEST_F(header, frames_come_in)
{
	const size_t payloads[] = { 0, 1, 18, 500, 1472 };
	struct shape shape = { .sport = 7 };
	__u8 buffer[64 + 1600];
	unsigned int i;
	ssize_t len;
	int k;

	for (i = 0; i < ARRAY_SIZE(payloads); i++) {
		shape.payload = payloads[i];
		len = build(self->frame, self->lan.mac, self->lan.far_mac, &shape);
		far_send(&self->lan, NULL, self->frame, len);
		memset(buffer, 0xa5, sizeof(buffer));
		ASSERT_TRUE(readable(self->fd, LIMIT_MS));
		ASSERT_EQ(len + variant->size, read(self->fd, buffer, sizeof(buffer)));
		EXPECT_EQ(0, memcmp(self->frame, buffer + variant->size, len));
		for (k = 0; k < variant->size && k < HDR_SIZE; k++) {
			/* "Valid" says that the kernel checked the sum. */
			EXPECT_EQ(0, k ? buffer[k] : buffer[k] & ~VIRTIO_NET_HDR_F_DATA_VALID);
		}
		/* Empty, or on older kernels the caller's own: not the kernel's. */
		for (; k < variant->size; k++)
			EXPECT_TRUE(!buffer[k] || buffer[k] == 0xa5);
		EXPECT_EQ(0xa5, buffer[variant->size + len]);
	}
}

/* Nothing shorter than an Ethernet header is a frame. */
TEST_F(header, short_frames)
{
	__u8 buffer[64] = { };
	long long before = refused();
	int len, refusals = 0;

	for (len = 0; len < variant->size + ETH_HLEN; len++, refusals++) {
		memset(buffer, 0, sizeof(buffer));
		if (len > variant->size)
			build_mark(self->frame, self->lan.far_mac, self->lan.mac, 0);
		memcpy(buffer + variant->size, self->frame, ETH_HLEN);
		EXPECT_ERRNO(EINVAL, write(self->fd, buffer, len))
			TH_LOG("%d bytes", len);
	}
	EXPECT_EQ(refusals, refused() - before);

	/* The shortest of all. */
	build_mark(self->frame, self->lan.far_mac, self->lan.mac, 0);
	memset(buffer, 0, sizeof(buffer));
	memcpy(buffer + variant->size, self->frame, ETH_HLEN);
	EXPECT_EQ(len, write(self->fd, buffer, len));
	ASSERT_TRUE(far_recv(&self->lan, &self->heard));
	EXPECT_EQ((size_t)ETH_HLEN, self->heard.len);
	EXPECT_EQ(0, memcmp(self->frame, self->heard.frame, ETH_HLEN));
	EXPECT_EQ(refusals, refused() - before);
}

/* Longer than the wire takes: the next frame is the first to arrive. */
TEST_F(header, long_frames)
{
	const size_t sizes[] = { 1600, 9000, 65535, 65536, 65550, 69000, 300000, 4 << 20 };
	__u8 *big = calloc(1, (4 << 20) + 64);
	unsigned int i;
	ssize_t sent;
	size_t len;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		memset(big, 0, 64);
		build_mark(big + variant->size, self->lan.far_mac, self->lan.mac, 0);
		sent = write(self->fd, big, sizes[i] + variant->size);
		EXPECT_TRUE(sent == -1 || sent == (ssize_t)sizes[i] + variant->size);
		memset(big, 0, 64);
		len = build_mark(big + variant->size, self->lan.far_mac, self->lan.mac, i + 1);
		/* The buffer for sending may be full of the long one for a moment. */
		EXPECT_TRUE(until(write(self->fd, big, len + variant->size) > 0));
		ASSERT_TRUE(far_recv(&self->lan, &self->heard));
		EXPECT_EQ((long)i + 1, mark_of(self->heard.frame, self->heard.len));
	}
	free(big);
}

/* A buffer too small gets what fits; the rest of that frame is gone, the next
 * one is whole.
 */
TEST_F(header, truncated_reads)
{
	__u8 buffer[256];
	size_t len;
	int room;

	for (room = variant->size + 1; room < variant->size + 60; room += 13) {
		len = build_mark(self->frame, self->lan.mac, self->lan.far_mac, room);
		far_send(&self->lan, NULL, self->frame, len);
		len = build_mark(self->frame, self->lan.mac, self->lan.far_mac, 1000 + room);
		far_send(&self->lan, NULL, self->frame, len);
		memset(buffer, 0xa5, sizeof(buffer));
		ASSERT_TRUE(readable(self->fd, LIMIT_MS));
		EXPECT_EQ(room, read(self->fd, buffer, room));
		EXPECT_EQ(0, memcmp(self->lan.mac, buffer + variant->size,
				    room - variant->size < ETH_ALEN ?
				    room - variant->size : ETH_ALEN));
		EXPECT_EQ(0xa5, buffer[room]);
		ASSERT_TRUE(tap_recv(self->fd, variant->size, &self->heard));
		EXPECT_EQ(1000 + room, mark_of(self->heard.frame, self->heard.len));
	}
}

/* A buffer for no header is an error, one for nothing leaves the frame alone. */
TEST_F(header, tiny_reads)
{
	__u8 buffer[64];
	size_t len;
	int room;

	for (room = 1; room < variant->size; room += 4) {
		len = build_mark(self->frame, self->lan.mac, self->lan.far_mac, 1);
		far_send(&self->lan, NULL, self->frame, len);
		ASSERT_TRUE(readable(self->fd, LIMIT_MS));
		EXPECT_ERRNO(EINVAL, read(self->fd, buffer, room));
		EXPECT_ERRNO(EAGAIN, read(self->fd, buffer, room));
	}
	EXPECT_EQ(0, read(self->fd, buffer, 0));
	len = build_mark(self->frame, self->lan.mac, self->lan.far_mac, 2);
	far_send(&self->lan, NULL, self->frame, len);
	ASSERT_TRUE(readable(self->fd, LIMIT_MS));
	EXPECT_EQ(0, read(self->fd, buffer, 0));
	ASSERT_TRUE(tap_recv(self->fd, variant->size, &self->heard));
	EXPECT_EQ(2, mark_of(self->heard.frame, self->heard.len));
}

/*
 * Headers that lie
 */

FIXTURE(hostile)
{
	struct lan lan;
	struct heard heard;
	__u8 frame[2048];
	int fd;
};

FIXTURE_SETUP(hostile)
{
	lan_make(&self->lan);
	self->fd = tap_open(&self->lan, O_NONBLOCK);
}

FIXTURE_TEARDOWN(hostile)
{
	close(self->fd);
}

static const struct shape tcp4 = { .tcp = true, .partial = true, .payload = 1000 };
static const struct shape tcp6 = { .tcp = true, .v6 = true, .partial = true, .payload = 1000 };
static const struct shape udp4 = { .partial = true, .payload = 1000 };

struct lie {
	int since;			/* older kernels believe it */
	const char *what;
	const struct shape *shape;
	struct virtio_net_hdr hdr;
};

#define CSUM	VIRTIO_NET_HDR_F_NEEDS_CSUM
#define TSO4	VIRTIO_NET_HDR_GSO_TCPV4
#define TSO6	VIRTIO_NET_HDR_GSO_TCPV6
#define ECN	VIRTIO_NET_HDR_GSO_ECN
#define USO	VIRTIO_NET_HDR_GSO_UDP_L4

/* since, what, frame; flags, gso_type, hdr_len, gso_size, csum_start, csum_offset */
static const struct lie lies[] = {
	{ 0, "header longer than the frame", &udp4, { 0, 0, 1043, 0, 0, 0 } },
	{ 0, "longest header", &udp4, { 0, 0, 0xffff, 0, 0, 0 } },
	{ 0, "longest header of segments", &tcp4, { CSUM, TSO4, 0xffff, 500, 34, 16 } },
	{ 0, "checksum starts behind the frame", &udp4, { CSUM, 0, 0, 0, 1042, 0 } },
	{ 0, "checksum far away", &udp4, { CSUM, 0, 0, 0, 0xffff, 0xffff } },
	{ 0, "checksum wraps around", &udp4, { CSUM, 0, 0, 0, 0xfffe, 0 } },
	{ 0, "checksum wraps around to the start", &udp4, { CSUM, 0, 0, 0, 1, 0xfffd } },
	{ 0, "checksum belongs behind the frame", &udp4, { CSUM, 0, 0, 0, 34, 1007 } },
	{ 0, "checksum half in the frame", &udp4, { CSUM, 0, 0, 0, 1039, 2 } },
	{ 612, "checksum of the Ethernet header", &udp4, { CSUM, 0, 0, 0, 0, 6 } },
	{ 612, "checksum of the IP header", &udp4, { CSUM, 0, 0, 0, 14, 10 } },
	{ 0, "segments of nothing", &tcp4, { CSUM, TSO4, 54, 0, 34, 16 } },
	{ 0, "segments of nothing, IPv6", &tcp6, { CSUM, TSO6, 74, 0, 54, 16 } },
	{ 0, "segments as the fragments are", &tcp4, { CSUM, TSO4, 54, 0xffff, 34, 16 } },
	{ 0, "unknown kind of segments", &tcp4, { CSUM, 2, 54, 500, 34, 16 } },
	{ 0, "another unknown kind", &tcp4, { CSUM, 0x7f, 54, 500, 34, 16 } },
	{ 0, "only the mark of congestion", &tcp4, { CSUM, ECN, 54, 500, 34, 16 } },
	{ 0, "TCP segments of UDP", &udp4, { 0, TSO4, 42, 500, 0, 0 } },
	{ 0, "TCP segments with the checksum of UDP", &udp4, { CSUM, TSO4, 42, 500, 34, 6 } },
	{ 700, "IPv4 segments of IPv6", &tcp6, { 0, TSO4, 74, 500, 0, 0 } },
	{ 700, "IPv6 segments of IPv4", &tcp4, { 0, TSO6, 54, 500, 0, 0 } },
	{ 0, "UDP segments of TCP", &tcp4, { 0, USO, 54, 500, 0, 0 } },
	{ 0, "UDP segments without a checksum", &udp4, { 0, USO, 42, 500, 0, 0 } },
	{ 0, "UDP segments with the checksum of TCP", &udp4, { CSUM, USO, 42, 500, 34, 16 } },
	{ 0, "UDP segments too many", &udp4, { CSUM, USO, 42, 1, 34, 6 } },
	{ 0, "TCP header behind the frame", &tcp4, { CSUM, TSO4, 54, 500, 1040, 0 } },
};

TEST_F(hostile, headers)
{
	long long before;
	unsigned int i;
	size_t len;

	for (i = 0; i < ARRAY_SIZE(lies); i++) {
		if (kernel_version() < lies[i].since)
			continue;
		len = build(self->frame, self->lan.far_mac, self->lan.mac, lies[i].shape);
		before = refused();
		EXPECT_ERRNO(EINVAL, tap_write(self->fd, &lies[i].hdr, HDR_SIZE,
					       self->frame, len))
			TH_LOG("not refused: %s", lies[i].what);
		EXPECT_EQ(1, refused() - before)
			TH_LOG("not counted: %s", lies[i].what);
		len = build_mark(self->frame, self->lan.far_mac, self->lan.mac, i);
		EXPECT_EQ((ssize_t)len + HDR_SIZE, tap_send(self->fd, self->frame, len));
		ASSERT_TRUE(far_recv(&self->lan, &self->heard));
		EXPECT_EQ((long)i, mark_of(self->heard.frame, self->heard.len))
			TH_LOG("on the wire: %s", lies[i].what);
		drain(self->lan.far);
	}
}

/* Segments whose headers fit but make no sense are nobody's frames: whatever
 * becomes of them, the next frame arrives. Their segmentation is forced.
 */
TEST_F(hostile, nonsense_to_segment)
{
	struct shape shape = tcp4;
	struct virtio_net_hdr hdr = gso_hdr(&shape, 500);
	const struct spoil {
		size_t at;
		__u8 value;
	} spoil[] = {
		{ 14, 0x4f },		/* IP header of 60 bytes */
		{ 14, 0x41 },		/* of 4 */
		{ 14, 0x65 },		/* IPv6 in IPv4 */
		{ 23, IPPROTO_UDP },
		{ 23, IPPROTO_GRE },
		{ 46, 0xf0 },		/* TCP header of 60 bytes */
		{ 46, 0x10 },		/* of 4 */
		{ 12, 0x86 },
	};
	unsigned int i, round, seen;
	size_t len;
	long mark;

	run("ethtool -K e0 tx off tso off gso off");
	for (i = 0; i < ARRAY_SIZE(spoil); i++) {
		for (round = 0; round < 2; round++) {
			len = build(self->frame, self->lan.far_mac, self->lan.mac, &shape);
			self->frame[spoil[i].at] = spoil[i].value;
			hdr.gso_size = round ? 1 : 500;
			tap_write(self->fd, &hdr, HDR_SIZE, self->frame, len);
		}
		len = build_mark(self->frame, self->lan.far_mac, self->lan.mac, i);
		EXPECT_EQ((ssize_t)len + HDR_SIZE, tap_send(self->fd, self->frame, len));
		for (seen = 0, mark = -1; mark < 0 && seen < 8000; seen++) {
			ASSERT_TRUE(far_recv(&self->lan, &self->heard));
			mark = mark_of(self->heard.frame, self->heard.len);
		}
		EXPECT_EQ((long)i, mark);
	}
}

TEST_F(hostile, little_endian)
{
	struct shape shape = { .partial = true, .payload = 100 };
	struct virtio_net_hdr hdr = { .flags = CSUM };
	struct seen seen;
	size_t len;
	int on = 1;

	ASSERT_EQ(0, ioctl(self->fd, TUNSETVNETLE, &on));
	len = build(self->frame, self->lan.far_mac, self->lan.mac, &shape);
	hdr.csum_start = htole16(34);
	hdr.csum_offset = htole16(6);
	ASSERT_EQ((ssize_t)len + HDR_SIZE, tap_write(self->fd, &hdr, HDR_SIZE, self->frame, len));
	ASSERT_TRUE(far_recv(&self->lan, &self->heard));
	EXPECT_EQ(len, self->heard.len);

	len = build(self->frame, self->lan.mac, self->lan.far_mac, &shape);
	hdr = csum_hdr(&shape);
	far_send(&self->lan, &hdr, self->frame, len);
	ASSERT_TRUE(tap_recv(self->fd, HDR_SIZE, &self->heard));
	EXPECT_EQ(CSUM, self->heard.hdr.flags);
	EXPECT_EQ(34, le16toh(self->heard.hdr.csum_start));
	EXPECT_EQ(6, le16toh(self->heard.hdr.csum_offset));
	ASSERT_TRUE(parse(self->heard.frame, self->heard.len, &seen));
	EXPECT_TRUE(seen.partial_sum_ok);
}

TEST_F(hostile, big_endian)
{
	struct shape shape = { .partial = true, .payload = 100 };
	struct virtio_net_hdr hdr = { .flags = CSUM };
	size_t len;
	int on = 1;

	if (ioctl(self->fd, TUNSETVNETBE, &on))
		SKIP(return, "this kernel has no big-endian headers (CONFIG_TUN_VNET_CROSS_LE)");
	len = build(self->frame, self->lan.far_mac, self->lan.mac, &shape);
	hdr.csum_start = htobe16(34);
	hdr.csum_offset = htobe16(6);
	ASSERT_EQ((ssize_t)len + HDR_SIZE, tap_write(self->fd, &hdr, HDR_SIZE, self->frame, len));
	len = build(self->frame, self->lan.mac, self->lan.far_mac, &shape);
	hdr = csum_hdr(&shape);
	far_send(&self->lan, &hdr, self->frame, len);
	ASSERT_TRUE(tap_recv(self->fd, HDR_SIZE, &self->heard));
	EXPECT_EQ(34, be16toh(self->heard.hdr.csum_start));
}

/* Memory that is not there is an error, counted, and no frame. */
TEST_F(hostile, bad_memory)
{
	__u8 *map = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	__u8 *edge = map + 4096;
	long long before = refused();
	size_t len;

	ASSERT_NE(MAP_FAILED, map);
	ASSERT_EQ(0, munmap(edge, 4096));
	EXPECT_ERRNO(EFAULT, write(self->fd, edge, 100));
	EXPECT_ERRNO(EFAULT, write(self->fd, edge - HDR_SIZE, 100));
	EXPECT_ERRNO(EFAULT, write(self->fd, edge - 5, 100));
	EXPECT_ERRNO(EFAULT, write(self->fd, edge - 64, 1000));
	EXPECT_EQ(4, refused() - before);

	len = build_mark(self->frame, self->lan.mac, self->lan.far_mac, 1);
	far_send(&self->lan, NULL, self->frame, len);
	ASSERT_TRUE(readable(self->fd, LIMIT_MS));
	EXPECT_ERRNO(EFAULT, read(self->fd, edge - 20, 100));
	far_send(&self->lan, NULL, self->frame, len);
	ASSERT_TRUE(tap_recv(self->fd, HDR_SIZE, &self->heard));
	EXPECT_EQ(1, mark_of(self->heard.frame, self->heard.len));

	len = build_mark(self->frame, self->lan.far_mac, self->lan.mac, 2);
	tap_send(self->fd, self->frame, len);
	ASSERT_TRUE(far_recv(&self->lan, &self->heard));
	EXPECT_EQ(2, mark_of(self->heard.frame, self->heard.len));
}

TEST_HARNESS_MAIN
