// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest that fills its rings with anything: see fuzz.h for how cases are made.
 *
 *   vhost [seed=N] [count=N] ...
 *
 * Each case opens vhost-net anew with a tap as its backend, and this program is
 * QEMU and guest. The rings begin as they should be; then come descriptors with
 * any address, length, flags and successor, tables of descriptors in them,
 * frames and headers by chance, indices that jump, files and rings changed while
 * the other side works on them. The tap, and a child beside it, must be as good
 * as ever after it.
 */
#include <linux/vhost.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "anyframe.h"
#include "beside.h"

#define RING		16
#define RX		0
#define TX		1
#define PAGE		4096UL
#define RING_ROOM	(2 * PAGE)
#define BUFFERS		(2 * RING_ROOM)
#define MEMORY		(BUFFERS + (1 << 20))
#define BIT(n)		(1ULL << (n))

static struct {
	struct lan lan;
	int vhost, fd, kick[2], call[2];
	struct vring ring[2];
	__u8 *memory;
	__u64 features;
	struct any_frame frame;
	__u8 mac[3][ETH_ALEN];
} world;

static void must(int result, const char *what)
{
	if (result < 0)
		die("vhost: %s: %m", what);
}

/* Where a ring may be: nowhere that this program needs its memory for. */
static __u64 ring_address(void)
{
	uintptr_t memory = (uintptr_t)world.memory;

	return one_in(4) ? memory + MEMORY - 4 * pick(32) : memory - PAGE + 4 * pick(BUFFERS);
}

/* Where the guest says something is: mostly in its memory. */
static __u64 any_address(void)
{
	uintptr_t memory = (uintptr_t)world.memory;

	switch (pick(12)) {
	case 8:
		return memory + MEMORY - pick(64);
	case 9:
		return memory - pick(64);
	case 10:
		return (__u64)edge32() << pick(33);
	case 11:
		return memory + pick(BUFFERS);
	default:
		return memory + BUFFERS + any32() % (MEMORY - BUFFERS);
	}
}

static void any_descriptor(struct vring_desc *desc)
{
	desc->addr = any_address();
	desc->len = pick(3) ? any_len(2000) : edge32();
	desc->flags = pick(8);
	desc->next = one_in(8) ? edge32() : pick(RING);
	if (one_in(4))
		desc->len = 16 * pick(40);
}

/* Something to send where a descriptor may point to. */
static void any_buffer(struct vring_desc *desc)
{
	struct any_hosts hosts = { world.mac, ARRAY_SIZE(world.mac) };
	__u8 *at = world.memory + BUFFERS + pick(64) * 4096;

	any_frame(&world.frame, &hosts);
	if (world.frame.len > 60000)
		world.frame.len = 60000;
	memcpy(at, &world.frame.hdr, HDR_SIZE);
	memcpy(at + HDR_SIZE, world.frame.bytes, world.frame.len);
	desc->addr = (uintptr_t)at;
	desc->len = HDR_SIZE + world.frame.len;
	desc->flags = 0;
}

static void offer(unsigned int index, unsigned int head)
{
	struct vring *ring = &world.ring[index];
	__u16 idx = ring->avail->idx;

	ring->avail->ring[idx % RING] = one_in(16) ? edge32() : head;
	if (one_in(30))
		idx += edge32();
	__atomic_store_n(&ring->avail->idx, idx + 1, __ATOMIC_RELEASE);
	eventfd_write(world.kick[index], 1);
}

/* A chain of descriptors, or one that is anything. */
static void any_offer(void)
{
	unsigned int index = pick(2), n = 1 + pick(4), head = pick(RING), i;
	struct vring_desc *desc = world.ring[index].desc;

	for (i = 0; i < n; i++) {
		struct vring_desc *one = &desc[(head + i) % RING];

		if (index == TX && !one_in(3)) {
			any_buffer(one);
		} else {
			any_descriptor(one);
			if (index == RX && pick(3))
				one->flags |= VRING_DESC_F_WRITE;
		}
		if (i + 1 < n && pick(4)) {
			one->flags |= VRING_DESC_F_NEXT;
			one->next = (head + i + 1) % RING;
		}
	}
	/* A table of descriptors elsewhere. */
	if (one_in(4)) {
		desc[head].flags |= VRING_DESC_F_INDIRECT;
		desc[head].len = one_in(4) ? edge32() : 16 * (1 + pick(32));
		any_bytes(world.memory + BUFFERS, 512);
		for (i = 0; i < 16; i++)
			any_descriptor((void *)(world.memory + BUFFERS + 16 * i));
		desc[head].addr = (uintptr_t)world.memory + BUFFERS;
	}
	offer(index, head);
}

static void any_arrival(void)
{
	struct any_hosts hosts = { world.mac, ARRAY_SIZE(world.mac) };
	struct iovec iov[2];

	any_frame(&world.frame, &hosts);
	iov[0] = (struct iovec) { &world.frame.hdr, HDR_SIZE };
	iov[1] = (struct iovec) { world.frame.bytes, world.frame.len };
	if (writev(world.lan.far, iov, 2) < 0)
		return;
}

static void set_backend(unsigned int index, int fd)
{
	struct vhost_vring_file file = { .index = index, .fd = fd };

	ioctl(world.vhost, VHOST_NET_SET_BACKEND, &file);
}

/* Settings of the other side, changed while it works, some of them wrong. */
static void any_setting(void)
{
	struct vhost_vring_state state = { .index = pick(3), .num = edge32() };
	struct vhost_vring_addr addr = {
		.index = pick(3), .flags = pick(3), .desc_user_addr = ring_address(),
		.used_user_addr = ring_address(), .avail_user_addr = ring_address(),
		.log_guest_addr = ring_address(),
	};
	__u64 features = pick(3) ? world.features : (__u64)any32() << pick(33);

	switch (pick(8)) {
	case 0:
		ioctl(world.vhost, VHOST_SET_VRING_NUM, &state);
		break;
	case 1:
		ioctl(world.vhost, VHOST_SET_VRING_BASE, &state);
		break;
	case 2:
		ioctl(world.vhost, VHOST_SET_VRING_ADDR, &addr);
		break;
	case 3:
		ioctl(world.vhost, VHOST_SET_FEATURES, &features);
		break;
	case 4:
		set_backend(pick(3), -1);
		break;
	case 5:
		set_backend(pick(3), one_in(4) ? world.kick[0] : world.fd);
		break;
	case 6:
		ioctl(world.vhost, VHOST_GET_VRING_BASE, &state);
		break;
	default:
		ioctl(world.vhost, VHOST_SET_VRING_ENDIAN, &state);
	}
}

static void any_garbage(void)
{
	unsigned int at = pick(BUFFERS);

	any_bytes(world.memory + at, pick(64));
}

static void one_call(void)
{
	switch (pick(16)) {
	case 0:
	case 1:
	case 2:
		any_arrival();
		break;
	case 3:
		any_setting();
		break;
	case 4:
		any_garbage();
		eventfd_write(world.kick[pick(2)], 1);
		break;
	case 5:
		/* The other side's turn. */
		poll(NULL, 0, 1);
		break;
	default:
		any_offer();
	}
}

/* Guest memory: one region, or two with a hole. */
static void set_memory(void)
{
	struct {
		struct vhost_memory head;
		struct vhost_memory_region region[2];
	} table = { .head.nregions = 1 + one_in(4) };
	__u64 half = table.head.nregions == 2 ? MEMORY / 2 : MEMORY, i;

	for (i = 0; i < 2; i++) {
		table.region[i].guest_phys_addr = (uintptr_t)world.memory + i * half;
		table.region[i].userspace_addr = (uintptr_t)world.memory + i * half;
		table.region[i].memory_size = i ? half - PAGE : half;
	}
	must(ioctl(world.vhost, VHOST_SET_MEM_TABLE, &table), "memory");
}

static void make_ring(unsigned int index)
{
	struct vring *ring = &world.ring[index];
	struct vhost_vring_state state = { .index = index, .num = RING };
	struct vhost_vring_file file = { .index = index };
	struct vhost_vring_addr addr = { .index = index };

	vring_init(ring, RING, world.memory + index * RING_ROOM, PAGE);
	addr.desc_user_addr = (uintptr_t)ring->desc;
	addr.used_user_addr = (uintptr_t)ring->used;
	addr.avail_user_addr = (uintptr_t)ring->avail;
	must(ioctl(world.vhost, VHOST_SET_VRING_NUM, &state), "size");
	state.num = 0;
	must(ioctl(world.vhost, VHOST_SET_VRING_BASE, &state), "base");
	must(ioctl(world.vhost, VHOST_SET_VRING_ADDR, &addr), "address");
	file.fd = world.kick[index];
	must(ioctl(world.vhost, VHOST_SET_VRING_KICK, &file), "kick");
	file.fd = world.call[index];
	must(ioctl(world.vhost, VHOST_SET_VRING_CALL, &file), "call");
	set_backend(index, world.fd);
}

static void begin(void)
{
	static const __u64 features[] = {
		0, BIT(VIRTIO_RING_F_INDIRECT_DESC),
		BIT(VIRTIO_RING_F_INDIRECT_DESC) | BIT(VIRTIO_RING_F_EVENT_IDX),
		BIT(VIRTIO_RING_F_INDIRECT_DESC) | BIT(VIRTIO_NET_F_MRG_RXBUF) |
		BIT(VIRTIO_F_VERSION_1),
	};
	unsigned int i;

	world.vhost = open("/dev/vhost-net", O_RDWR | O_CLOEXEC);
	must(world.vhost, "open");
	must(ioctl(world.vhost, VHOST_SET_OWNER), "owner");
	world.features = features[pick(ARRAY_SIZE(features))];
	tap_hdr_size(world.fd, world.features & BIT(VIRTIO_F_VERSION_1) ? 12 : HDR_SIZE);
	must(ioctl(world.vhost, VHOST_SET_FEATURES, &world.features), "features");
	memset(world.memory, 0, BUFFERS);
	set_memory();
	for (i = 0; i < 2; i++)
		make_ring(i);
}

static void one_case(void)
{
	unsigned int n = 8 + pick(56);

	begin();
	while (n--) {
		one_call();
		fuzz_count(1);
	}
	close(world.vhost);
	drain(world.lan.far);
	/* What the rings had no room for; a full queue would lose the next ones. */
	drain(world.fd);
}

/* The tap as a file, and the child beside it, are as good as ever. */
static void check_good(void)
{
	beside_check(&world.lan);
	tap_hdr_size(world.fd, HDR_SIZE);
	beside_check_tap(&world.lan, world.fd);
}

static void make_world(void)
{
	int i;

	beside_make(&world.lan, world.mac);
	world.fd = tap_open(&world.lan, O_NONBLOCK);
	/* A page on each side is nobody's. */
	world.memory = mmap(NULL, MEMORY + 2 * PAGE, PROT_NONE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (world.memory == MAP_FAILED ||
	    mprotect(world.memory + PAGE, MEMORY, PROT_READ | PROT_WRITE))
		die("no memory");
	world.memory += PAGE;
	for (i = 0; i < 2; i++) {
		world.kick[i] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		world.call[i] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	}
}

int main(int argc, char **argv)
{
	fuzz_start(argc, argv);
	make_world();
	while (fuzz_next()) {
		one_case();
		fuzz_done();
		if (fuzz_cases() % 32 == 0)
			check_good();
	}
	check_good();
	return fuzz_end();
}
