// SPDX-License-Identifier: GPL-2.0-only
/*
 *   load vhost NAME [frames=FEW,MANY] [rounds=N] -- CONTESTANT OPTION... [-- ...]
 *
 * Frames through a tap and the kernel's vhost-net, this program in the place of
 * a virtual machine: its memory and the two rings are the program's own. Options
 * as in tap.c; way=tx is a guest that sends. At most RING frames a turn, so
 * that no buffer is needed twice.
 */
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/vhost.h>
#include <linux/virtio_net.h>
#include <linux/virtio_ring.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "load.h"

#define RING	8192
#define SIZE	2048
enum { RX, TX };

struct ring {
	struct vring vr;
	unsigned char *buffers;
	int kick;
};

struct machine {
	int vhost, tap;
	unsigned char *memory;
	size_t size;
	struct ring rings[2];
};

static void must(int result, const char *what)
{
	if (result < 0)
		die("vhost: %s: %m", what);
}

static size_t ring_size(void)
{
	return (vring_size(RING, 4096) + 4095) & ~4095UL;
}

static void make_memory(struct machine *machine)
{
	struct {
		struct vhost_memory memory;
		struct vhost_memory_region region;
	} table = { .memory = { .nregions = 1 } };
	unsigned char *at;
	int i;

	machine->size = 2 * (ring_size() + RING * SIZE);
	at = mmap(NULL, machine->size, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (at == MAP_FAILED)
		die("no memory");
	machine->memory = at;
	for (i = 0; i < 2; i++) {
		vring_init(&machine->rings[i].vr, RING, at, 4096);
		machine->rings[i].buffers = at + ring_size();
		at += ring_size() + RING * SIZE;
	}
	table.region.guest_phys_addr = (uintptr_t)machine->memory;
	table.region.userspace_addr = (uintptr_t)machine->memory;
	table.region.memory_size = machine->size;
	must(ioctl(machine->vhost, VHOST_SET_MEM_TABLE, &table), "memory");
}

static void make_ring(struct machine *machine, unsigned int index)
{
	struct ring *ring = &machine->rings[index];
	struct vhost_vring_state state = { .index = index };
	struct vhost_vring_file file = { .index = index };
	struct vhost_vring_addr addr = {
		.index = index,
		.desc_user_addr = (uintptr_t)ring->vr.desc,
		.used_user_addr = (uintptr_t)ring->vr.used,
		.avail_user_addr = (uintptr_t)ring->vr.avail,
	};

	ring->kick = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	state.num = RING;
	must(ioctl(machine->vhost, VHOST_SET_VRING_NUM, &state), "size");
	state.num = 0;
	must(ioctl(machine->vhost, VHOST_SET_VRING_BASE, &state), "base");
	must(ioctl(machine->vhost, VHOST_SET_VRING_ADDR, &addr), "address");
	file.fd = ring->kick;
	must(ioctl(machine->vhost, VHOST_SET_VRING_KICK, &file), "kick");
}

/* Offers the first @count buffers to the other side, to be read or written. */
static void offer(struct ring *ring, long count, size_t len, int flags)
{
	long i;

	for (i = 0; i < count; i++) {
		ring->vr.desc[i].addr = (uintptr_t)(ring->buffers + i * SIZE);
		ring->vr.desc[i].len = len;
		ring->vr.desc[i].flags = flags;
		ring->vr.avail->ring[i] = i;
	}
	__atomic_store_n(&ring->vr.avail->idx, count, __ATOMIC_RELEASE);
}

static void start(struct machine *machine, const char *dev)
{
	uint64_t features = 0;
	int sndbuf = 0x7fffffff, i;

	machine->tap = tap_open(dev);
	machine->vhost = open("/dev/vhost-net", O_RDWR | O_CLOEXEC);
	must(machine->vhost, "/dev/vhost-net");
	must(ioctl(machine->tap, TUNSETSNDBUF, &sndbuf), "buffer for sending");
	must(ioctl(machine->vhost, VHOST_SET_OWNER), "owner");
	must(ioctl(machine->vhost, VHOST_SET_FEATURES, &features), "features");
	make_memory(machine);
	for (i = 0; i < 2; i++)
		make_ring(machine, i);
}

static void connect_rings(struct machine *machine)
{
	struct vhost_vring_file file = { .fd = machine->tap };

	for (file.index = 0; file.index < 2; file.index++)
		must(ioctl(machine->vhost, VHOST_NET_SET_BACKEND, &file), "backend");
}

static void stop(struct machine *machine)
{
	int i;

	close(machine->vhost);
	close(machine->tap);
	for (i = 0; i < 2; i++)
		close(machine->rings[i].kick);
	munmap(machine->memory, machine->size);
}

/* Until so many buffers are back, or for a second; how many are. */
static long returned(const struct ring *ring, long count)
{
	long long until = now() + 1000000000LL;
	long back;

	while ((back = __atomic_load_n(&ring->vr.used->idx, __ATOMIC_ACQUIRE)) < count &&
	       now() < until)
		pause_us(1000);
	return back;
}

static void one_turn(const char *name, char **words, int round, long frames)
{
	bool reads = !strcmp(option(words, "way", ""), "rx");
	struct machine machine = { 0 };
	struct ring *ring = &machine.rings[reads ? RX : TX];
	struct section section;
	size_t len = 0;
	long i, back;

	if (frames > RING)
		die("too many frames for the ring");
	start(&machine, option(words, "tap", ""));
	if (reads) {
		offer(ring, RING, SIZE, VRING_DESC_F_WRITE);
		pktgen_set_up(words + 1);
	} else {
		for (i = 0; i < frames; i++)
			len = tap_frame(ring->buffers + i * SIZE, SIZE, words);
	}
	connect_rings(&machine);
	section_begin(&section, name, words[0], round, frames);
	if (reads) {
		pktgen_send(option(words, "dev", ""), frames);
	} else {
		offer(ring, frames, len, 0);
		eventfd_write(ring->kick, 1);
	}
	back = returned(ring, frames);
	section_end(&section, "want=%ld got=%ld", frames, back);
	if (reads)
		pktgen_end();
	stop(&machine);
}

void do_vhost(char **words)
{
	take_turns(words, one_turn);
}
