// SPDX-License-Identifier: GPL-2.0-only
/*
 * vhost-net with a tap as its backend, and this program in the place of QEMU
 * and its guest: the guest's memory and its two rings are the program's own.
 */
#include <linux/vhost.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "tests.h"

#define RING		64
#define RX		0
#define TX		1
#define SMALL		2048		/* a buffer for receiving, one of several */
#define BIG		(HDR_SIZE + 2 + 65600)
#define BIT(n)		(1ULL << (n))

struct ring {
	struct vring vr;
	__u16 used;			/* seen so far */
	int kick, call;
	__u8 *buffers;
	size_t size;			/* of each */
};

FIXTURE(vhost)
{
	struct lan lan;
	struct heard heard;
	struct shape shape;
	__u8 frame[MAX_FRAME];
	size_t len;
	int fd, vhost;
	struct ring rings[2];
	__u8 *memory;
	bool mergeable;
	int hdr_size;
};

FIXTURE_VARIANT(vhost)
{
	__u64 features;
	int hdr_size;
	bool own_header;		/* vhost's, none from the tap */
	int sndbuf;
};

/* With an unlimited buffer for sending vhost hands over frames in batches. */
FIXTURE_VARIANT_ADD(vhost, legacy) {
	.hdr_size = 10, .sndbuf = 0x7fffffff,
};

FIXTURE_VARIANT_ADD(vhost, one_by_one) {
	.hdr_size = 10,
};

FIXTURE_VARIANT_ADD(vhost, mergeable) {
	.features = BIT(VIRTIO_NET_F_MRG_RXBUF), .hdr_size = 12, .sndbuf = 0x7fffffff,
};

FIXTURE_VARIANT_ADD(vhost, version_1) {
	.features = BIT(VIRTIO_NET_F_MRG_RXBUF) | BIT(VIRTIO_F_VERSION_1),
	.hdr_size = 12, .sndbuf = 0x7fffffff,
};

FIXTURE_VARIANT_ADD(vhost, own_header) {
	.features = BIT(VHOST_NET_F_VIRTIO_NET_HDR), .hdr_size = 10,
	.own_header = true, .sndbuf = 0x7fffffff,
};

static int vhost_open(void)
{
	if (access("/dev/vhost-net", F_OK))
		try_run("modprobe vhost_net");
	return open("/dev/vhost-net", O_RDWR | O_CLOEXEC);
}

static int set_backend(int vhost, int ring, int fd)
{
	struct vhost_vring_file file = { .index = ring, .fd = fd };

	return ioctl(vhost, VHOST_NET_SET_BACKEND, &file);
}

static void must(int result, const char *what)
{
	if (result < 0)
		die("vhost: %s: %m", what);
}

static size_t area(size_t size)
{
	return (size + 4095) & ~4095UL;
}

/* One piece of memory: rings, then buffers. */
static void make_memory(struct _test_data_vhost *self)
{
	size_t ring_size = area(vring_size(RING, 4096)), total = 2 * ring_size;
	struct {
		struct vhost_memory memory;
		struct vhost_memory_region region;
	} table = { .memory = { .nregions = 1 } };
	__u8 *at;
	int i;

	self->rings[RX].size = self->mergeable ? SMALL : area(BIG);
	self->rings[TX].size = area(BIG);
	for (i = 0; i < 2; i++)
		total += RING * self->rings[i].size;
	self->memory = mmap(NULL, total, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (self->memory == MAP_FAILED)
		die("no memory");
	at = self->memory;
	for (i = 0; i < 2; i++, at += ring_size)
		vring_init(&self->rings[i].vr, RING, at, 4096);
	for (i = 0; i < 2; i++) {
		self->rings[i].buffers = at;
		at += RING * self->rings[i].size;
	}
	table.region.guest_phys_addr = (uintptr_t)self->memory;
	table.region.userspace_addr = (uintptr_t)self->memory;
	table.region.memory_size = total;
	must(ioctl(self->vhost, VHOST_SET_MEM_TABLE, &table), "memory");
}

static void make_ring(struct _test_data_vhost *self, unsigned int index)
{
	struct ring *ring = &self->rings[index];
	struct vhost_vring_state state = { .index = index };
	struct vhost_vring_file file = { .index = index };
	struct vhost_vring_addr addr = {
		.index = index,
		.desc_user_addr = (uintptr_t)ring->vr.desc,
		.used_user_addr = (uintptr_t)ring->vr.used,
		.avail_user_addr = (uintptr_t)ring->vr.avail,
	};

	ring->kick = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	ring->call = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	state.num = RING;
	must(ioctl(self->vhost, VHOST_SET_VRING_NUM, &state), "size");
	state.num = 0;
	must(ioctl(self->vhost, VHOST_SET_VRING_BASE, &state), "base");
	must(ioctl(self->vhost, VHOST_SET_VRING_ADDR, &addr), "address");
	file.fd = ring->kick;
	must(ioctl(self->vhost, VHOST_SET_VRING_KICK, &file), "kick");
	file.fd = ring->call;
	must(ioctl(self->vhost, VHOST_SET_VRING_CALL, &file), "call");
}

/* Gives buffer @id to the other side: to be written, or read up to @len. */
static void give(struct ring *ring, unsigned int id, size_t len, bool write)
{
	struct vring *vr = &ring->vr;
	__u16 idx = vr->avail->idx;

	vr->desc[id].addr = (uintptr_t)(ring->buffers + id * ring->size);
	vr->desc[id].len = len;
	vr->desc[id].flags = write ? VRING_DESC_F_WRITE : 0;
	vr->avail->ring[idx % RING] = id;
	__atomic_store_n(&vr->avail->idx, idx + 1, __ATOMIC_RELEASE);
}

static void kick(struct ring *ring)
{
	eventfd_write(ring->kick, 1);
}

static bool has_used(struct ring *ring)
{
	return __atomic_load_n(&ring->vr.used->idx, __ATOMIC_ACQUIRE) != ring->used;
}

FIXTURE_SETUP(vhost)
{
	__u64 features;
	unsigned int i;

	self->vhost = vhost_open();
	if (self->vhost < 0)
		SKIP(return, "this kernel has no vhost-net");
	lan_make(&self->lan);
	self->fd = tap_open(&self->lan, O_NONBLOCK);
	self->mergeable = variant->features & BIT(VIRTIO_NET_F_MRG_RXBUF);
	self->hdr_size = variant->hdr_size;
	if (variant->own_header)
		tap_flags(self->fd, 0);
	else
		tap_hdr_size(self->fd, variant->hdr_size);
	if (variant->sndbuf)
		must(ioctl(self->fd, TUNSETSNDBUF, &variant->sndbuf), "buffer for sending");

	must(ioctl(self->vhost, VHOST_SET_OWNER), "owner");
	must(ioctl(self->vhost, VHOST_GET_FEATURES, &features), "features");
	if ((features & variant->features) != variant->features)
		die("vhost lacks features: %#llx", (unsigned long long)features);
	features = variant->features;
	must(ioctl(self->vhost, VHOST_SET_FEATURES, &features), "features");
	make_memory(self);
	for (i = 0; i < 2; i++)
		make_ring(self, i);
	for (i = 0; i < RING; i++)
		give(&self->rings[RX], i, self->rings[RX].size, true);
	for (i = 0; i < 2; i++)
		must(set_backend(self->vhost, i, self->fd), "backend");
}

/* Does vhost-net send a guest's frames without copying them? */
static bool is_zero_copy(void)
{
	FILE *file = fopen("/sys/module/vhost_net/parameters/experimental_zcopytx", "r");
	bool is;

	if (!file)
		return false;
	is = fgetc(file) != '0';
	fclose(file);
	return is;
}

FIXTURE_TEARDOWN(vhost)
{
	unsigned int i;

	if (self->vhost < 0)
		return;
	/*
	 * All else ends as a killed QEMU does. A vhost-net that does not copy leaks
	 * its count of frames under way then (7.3, vhost_net_vq_reset()).
	 */
	for (i = 0; is_zero_copy() && i < 2; i++)
		set_backend(self->vhost, i, -1);
	close(self->vhost);
	close(self->fd);
}

/* The guest sends; false if vhost does not take it. */
static bool guest_sends(struct _test_data_vhost *self, const struct virtio_net_hdr *hdr,
			const void *frame, size_t len)
{
	struct ring *ring = &self->rings[TX];
	unsigned int id = ring->vr.avail->idx % RING;
	__u8 *buffer = ring->buffers + id * ring->size;

	memset(buffer, 0, self->hdr_size);
	if (hdr)
		memcpy(buffer, hdr, sizeof(*hdr));
	memcpy(buffer + self->hdr_size, frame, len);
	give(ring, id, self->hdr_size + len, false);
	kick(ring);
	if (!until(has_used(ring)))
		return false;
	ring->used++;
	return true;
}

static bool guest_sends_mark(struct _test_data_vhost *self, __u32 number)
{
	self->len = build_mark(self->frame, self->lan.far_mac, self->lan.mac, number);
	return guest_sends(self, NULL, self->frame, self->len);
}

/* The guest receives one frame, out of as many buffers as it is in. */
static bool guest_receives(struct _test_data_vhost *self, struct heard *heard)
{
	struct ring *ring = &self->rings[RX];
	unsigned int left = 1, skip = self->hdr_size;
	struct vring_used_elem *elem;
	__u8 *buffer;
	__u16 merged;

	heard->len = 0;
	for (; left; left--, skip = 0) {
		if (!until(has_used(ring)))
			return false;
		elem = &ring->vr.used->ring[ring->used % RING];
		buffer = ring->buffers + elem->id * ring->size;
		if (skip && self->mergeable) {
			memcpy(&merged, buffer + HDR_SIZE, sizeof(merged));
			left = merged;
		}
		if (skip)
			memcpy(&heard->hdr, buffer, HDR_SIZE);
		if (elem->len < skip || elem->len > ring->size || left > RING)
			die("a bad length in the ring: %u", elem->len);
		memcpy(heard->frame + heard->len, buffer + skip, elem->len - skip);
		heard->len += elem->len - skip;
		ring->used++;
		give(ring, elem->id, ring->size, true);
	}
	kick(ring);
	return true;
}

static void arrive(struct _test_data_vhost *self, __u32 number)
{
	__u8 frame[64];
	size_t len = build_mark(frame, self->lan.mac, self->lan.far_mac, number);

	far_send(&self->lan, NULL, frame, len);
}

TEST_F(vhost, frames_out)
{
	const size_t payloads[] = { 0, 1, 100, 1472 };
	long long before = counter("t0", "tx_drop_tap");
	unsigned int i, round;

	for (round = 0; round < 2 * RING; round++) {
		i = round % ARRAY_SIZE(payloads);
		self->shape.payload = payloads[i];
		self->len = build(self->frame, self->lan.far_mac, self->lan.mac, &self->shape);
		ASSERT_TRUE(guest_sends(self, NULL, self->frame, self->len));
		ASSERT_TRUE(far_recv(&self->lan, &self->heard));
		ASSERT_EQ(self->len, self->heard.len);
		ASSERT_EQ(0, memcmp(self->frame, self->heard.frame, self->len));
	}
	EXPECT_EQ(before, counter("t0", "tx_drop_tap"));
}

TEST_F(vhost, frames_in)
{
	const size_t payloads[] = { 0, 1, 100, 1472 };
	unsigned int i, round;

	for (round = 0; round < 2 * RING; round++) {
		i = round % ARRAY_SIZE(payloads);
		self->shape.payload = payloads[i];
		self->len = build(self->frame, self->lan.mac, self->lan.far_mac, &self->shape);
		far_send(&self->lan, NULL, self->frame, self->len);
		ASSERT_TRUE(guest_receives(self, &self->heard));
		ASSERT_EQ(self->len, self->heard.len);
		ASSERT_EQ(0, memcmp(self->frame, self->heard.frame, self->len));
	}
}

/* Many at once, both ways, in order. */
TEST_F(vhost, batches)
{
	struct ring *ring = &self->rings[TX];
	unsigned int i;

	for (i = 0; i < RING; i++) {
		__u8 *buffer = ring->buffers + i * ring->size;

		memset(buffer, 0, self->hdr_size);
		self->len = build_mark(buffer + self->hdr_size, self->lan.far_mac,
				       self->lan.mac, i);
		give(ring, i, self->hdr_size + self->len, false);
	}
	kick(ring);
	for (i = 0; i < RING; i++)
		arrive(self, 100 + i);
	for (i = 0; i < RING; i++) {
		ASSERT_TRUE(far_recv(&self->lan, &self->heard));
		ASSERT_EQ((long)i, mark_of(self->heard.frame, self->heard.len));
		ASSERT_TRUE(guest_receives(self, &self->heard));
		ASSERT_EQ(100 + (long)i, mark_of(self->heard.frame, self->heard.len));
	}
}

TEST_F(vhost, whole_out)
{
	struct shape shape = { .tcp = true, .partial = true, .payload = 50000 };
	struct virtio_net_hdr hdr = gso_hdr(&shape, 1000);

	if (variant->own_header)
		SKIP(return, "large frames need the tap's header");
	self->len = build(self->frame, self->lan.far_mac, self->lan.mac, &shape);
	ASSERT_TRUE(guest_sends(self, &hdr, self->frame, self->len));
	ASSERT_TRUE(far_recv(&self->lan, &self->heard));
	ASSERT_EQ(self->len, self->heard.len);
	EXPECT_EQ(0, memcmp(self->frame, self->heard.frame, self->len));
	EXPECT_EQ(VIRTIO_NET_HDR_GSO_TCPV4, self->heard.hdr.gso_type);
}

TEST_F(vhost, whole_in)
{
	struct shape shape = { .tcp = true, .partial = true, .payload = 50000 };
	struct virtio_net_hdr hdr = gso_hdr(&shape, 1000);
	struct seen seen;
	int i;

	self->len = build(self->frame, self->lan.mac, self->lan.far_mac, &shape);
	far_send(&self->lan, &hdr, self->frame, self->len);
	if (!variant->own_header) {
		ASSERT_TRUE(guest_receives(self, &self->heard));
		ASSERT_EQ(self->len, self->heard.len);
		EXPECT_EQ(0, memcmp(self->frame, self->heard.frame, self->len));
		EXPECT_EQ(VIRTIO_NET_HDR_GSO_TCPV4, self->heard.hdr.gso_type);
		EXPECT_EQ(1000, self->heard.hdr.gso_size);
		EXPECT_EQ(VIRTIO_NET_HDR_F_NEEDS_CSUM, self->heard.hdr.flags);
		return;
	}
	for (i = 0; i < 50; i++) {
		ASSERT_TRUE(guest_receives(self, &self->heard));
		ASSERT_TRUE(parse(self->heard.frame, self->heard.len, &seen));
		EXPECT_TRUE(seen.sum_ok);
		EXPECT_TRUE(pattern_ok(self->heard.frame + seen.data, seen.payload, i * 1000));
	}
}

/* Not even an Ethernet header: dropped and counted, and nothing else happens. */
TEST_F(vhost, short_frames)
{
	long long before = counter("t0", "tx_drop_tap");
	int len, first = variant->own_header ? 1 : 0, rounds = 0, round;

	build_mark(self->frame, self->lan.far_mac, self->lan.mac, 0);
	for (round = 0; round < 8; round++) {
		for (len = first; len < ETH_HLEN; len++, rounds++)
			ASSERT_TRUE(guest_sends(self, NULL, self->frame, len));
	}
	ASSERT_TRUE(guest_sends_mark(self, 7));
	ASSERT_TRUE(far_recv(&self->lan, &self->heard));
	EXPECT_EQ(7, mark_of(self->heard.frame, self->heard.len));
	if (is_ours())
		EXPECT_EQ(rounds, counter("t0", "tx_drop_tap") - before);
}

static long free_megabytes(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	char line[100];
	long kb = -1;

	while (file && kb < 0 && fgets(line, sizeof(line), file))
		if (sscanf(line, "MemFree: %ld kB", &kb) != 1)
			kb = -1;
	if (kb < 0)
		die("/proc/meminfo: %m");
	fclose(file);
	return kb / 1024;
}

/* Half a kilobyte each, and 30 MB together. */
TEST_F(vhost, short_frames_are_freed)
{
	const unsigned int frames = 60000;
	struct ring *ring = &self->rings[TX];
	unsigned int i;
	long before;

	if (!variant->sndbuf)
		SKIP(return, "frames come one by one, not in batches");
	memset(ring->buffers, 0, self->hdr_size + ETH_HLEN);
	before = free_megabytes();
	for (i = 0; i < frames; i++) {
		if (i - ring->used >= RING - 1) {
			kick(ring);
			ASSERT_TRUE(until(ring->vr.used->idx == (__u16)i));
			ring->used = i;
		}
		give(ring, i % RING, self->hdr_size + ETH_HLEN - 1, false);
	}
	kick(ring);
	ASSERT_TRUE(until(ring->vr.used->idx == (__u16)i));
	EXPECT_GT(15, before - free_megabytes());
}

/* The guest sends a frame in pieces, each in a page of its own. */
static bool guest_sends_pieces(struct _test_data_vhost *self, unsigned int pieces)
{
	struct ring *ring = &self->rings[TX];
	size_t total = self->hdr_size + self->len, done = 0, len;
	__u8 whole[self->hdr_size + self->len];
	unsigned int i;

	memset(whole, 0, self->hdr_size);
	memcpy(whole + self->hdr_size, self->frame, self->len);
	for (i = 0; i < pieces; i++, done += len) {
		len = i + 1 < pieces ? total / pieces : total - done;
		memcpy(ring->buffers + i * ring->size, whole + done, len);
		ring->vr.desc[i].addr = (uintptr_t)(ring->buffers + i * ring->size);
		ring->vr.desc[i].len = len;
		ring->vr.desc[i].flags = i + 1 < pieces ? VRING_DESC_F_NEXT : 0;
		ring->vr.desc[i].next = i + 1;
	}
	ring->vr.avail->ring[ring->vr.avail->idx % RING] = 0;
	__atomic_store_n(&ring->vr.avail->idx, ring->vr.avail->idx + 1, __ATOMIC_RELEASE);
	kick(ring);
	if (!until(has_used(ring)))
		return false;
	ring->used++;
	return true;
}

/* More pieces than a frame has places for: copied, where it is else sent as is. */
TEST_F(vhost, pieces)
{
	static const unsigned int pieces[] = { 1, 2, 3, 16, 17, 18, 19, 20, 40, RING - 1 };
	unsigned int i;

	self->shape.payload = 1472;
	for (i = 0; i < ARRAY_SIZE(pieces); i++) {
		self->shape.sport = 1000 + i;
		self->len = build(self->frame, self->lan.far_mac, self->lan.mac, &self->shape);
		ASSERT_TRUE(guest_sends_pieces(self, pieces[i]));
		ASSERT_TRUE(far_recv(&self->lan, &self->heard))
			TH_LOG("lost: a frame in %u pieces", pieces[i]);
		ASSERT_EQ(self->len, self->heard.len);
		ASSERT_EQ(0, memcmp(self->frame, self->heard.frame, self->len));
	}
}

TEST_F(vhost, hostile_headers)
{
	const struct shape tcp = { .tcp = true, .partial = true, .payload = 1000 };
	const struct virtio_net_hdr lies[] = {
		{ VIRTIO_NET_HDR_F_NEEDS_CSUM, VIRTIO_NET_HDR_GSO_TCPV4, 54, 0, 34, 16 },
		{ VIRTIO_NET_HDR_F_NEEDS_CSUM, 0x7f, 54, 500, 34, 16 },
		{ VIRTIO_NET_HDR_F_NEEDS_CSUM, VIRTIO_NET_HDR_GSO_TCPV4, 54, 500, 34, 6 },
		{ VIRTIO_NET_HDR_F_NEEDS_CSUM, VIRTIO_NET_HDR_GSO_TCPV4, 54, 0xffff, 34, 16 },
		{ VIRTIO_NET_HDR_F_NEEDS_CSUM, VIRTIO_NET_HDR_GSO_NONE, 0, 0, 1054, 0 },
	};
	long long before = counter("t0", "tx_drop_tap");
	unsigned int i;

	if (variant->own_header)
		SKIP(return, "vhost takes the header away");
	self->len = build(self->frame, self->lan.far_mac, self->lan.mac, &tcp);
	for (i = 0; i < ARRAY_SIZE(lies); i++)
		ASSERT_TRUE(guest_sends(self, &lies[i], self->frame, self->len));
	ASSERT_TRUE(guest_sends_mark(self, 8));
	ASSERT_TRUE(far_recv(&self->lan, &self->heard));
	EXPECT_EQ(8, mark_of(self->heard.frame, self->heard.len));
	if (is_ours())
		EXPECT_EQ((int)ARRAY_SIZE(lies), counter("t0", "tx_drop_tap") - before);
}

/* While frames come from both sides; afterwards all is well. */
TEST_F(vhost, backend_set_and_unset_under_traffic)
{
	struct ring *ring = &self->rings[TX];
	unsigned int i, round, sent = 0;
	long mark, last = -1;
	pid_t pid = fork();
	int status;

	if (!pid) {
		for (i = 0; i < 3000; i++) {
			arrive(self, i);
			if (i % 8 == 7)
				usleep(100);
		}
		_exit(0);
	}
	for (round = 0; round < 60; round++) {
		for (i = 0; i < 8; i++, sent++) {
			__u8 *buffer = ring->buffers + sent % RING * ring->size;

			memset(buffer, 0, self->hdr_size);
			self->len = build_mark(buffer + self->hdr_size, self->lan.far_mac,
					       self->lan.mac, sent);
			give(ring, sent % RING, self->hdr_size + self->len, false);
		}
		kick(ring);
		for (i = 0; i < 2; i++)
			must(set_backend(self->vhost, i, -1), "no backend");
		for (i = 0; i < 2; i++)
			must(set_backend(self->vhost, i, self->fd), "backend again");
		kick(ring);
		EXPECT_TRUE(until(ring->vr.used->idx == (__u16)sent));
		for (; has_used(&self->rings[RX]); last = mark) {
			ASSERT_TRUE(guest_receives(self, &self->heard));
			mark = mark_of(self->heard.frame, self->heard.len);
			ASSERT_LT(last, mark);
		}
	}
	ring->used = sent;
	/* Nothing of the guest's is lost, and each comes once. */
	for (i = 0; i < sent; i++) {
		ASSERT_TRUE(far_recv(&self->lan, &self->heard));
		ASSERT_EQ((long)i, mark_of(self->heard.frame, self->heard.len));
	}
	EXPECT_EQ(pid, waitpid(pid, &status, 0));
	/* The queue was full, perhaps: frames get in as others get out. */
	for (i = 50000; last < 50000; i++, last = mark) {
		arrive(self, i);
		ASSERT_TRUE(guest_receives(self, &self->heard));
		mark = mark_of(self->heard.frame, self->heard.len);
		ASSERT_LT(last, mark);
	}
	ASSERT_TRUE(guest_sends_mark(self, 7));
	ASSERT_TRUE(far_recv(&self->lan, &self->heard));
	EXPECT_EQ(7, mark_of(self->heard.frame, self->heard.len));
}

TEST_F(vhost, device_deleted)
{
	int i;

	arrive(self, 1);
	ip("link del t0");
	for (i = 0; i < 5; i++)
		EXPECT_TRUE(guest_sends_mark(self, i));
	EXPECT_FALSE(readable(self->lan.far, 0));
	for (i = 0; i < 2; i++)
		EXPECT_EQ(0, set_backend(self->vhost, i, -1));
}

TEST_F(vhost, file_closed)
{
	/* vhost still has it. */
	close(self->fd);
	ASSERT_TRUE(guest_sends_mark(self, 1));
	ASSERT_TRUE(far_recv(&self->lan, &self->heard));
	arrive(self, 2);
	ASSERT_TRUE(guest_receives(self, &self->heard));
	EXPECT_EQ(2, mark_of(self->heard.frame, self->heard.len));
	self->fd = -1;
}

/* Only files of a tap, and only by the library's own operations. */
TEST_F(vhost, other_files_refused)
{
	int null = open("/dev/null", O_RDWR);
	int udp = socket(AF_INET, SOCK_DGRAM, 0);
	int plain = memfd_create("plain", 0);

	must(set_backend(self->vhost, TX, -1), "no backend");
	EXPECT_ERRNO(ENOTSOCK, set_backend(self->vhost, TX, null));
	EXPECT_ERRNO(ENOTSOCK, set_backend(self->vhost, TX, plain));
	EXPECT_ERRNO(ENOTSOCK, set_backend(self->vhost, TX, udp));
	EXPECT_ERRNO(ENOTSOCK, set_backend(self->vhost, TX, 9999));
	EXPECT_EQ(0, set_backend(self->vhost, TX, self->fd));
	ASSERT_TRUE(guest_sends_mark(self, 3));
	ASSERT_TRUE(far_recv(&self->lan, &self->heard));
}

TEST_HARNESS_MAIN
