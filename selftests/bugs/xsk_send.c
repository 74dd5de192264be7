// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends frames by an AF_XDP socket: they come to a driver without anybody having
 * said where in the buffer their Ethernet header is.
 *
 *   xsk_send NETNS DEV [csum=START+OFFSET] FRAME...
 *
 * FRAME is a whole one in hexadecimal digits; at most 64 of them. "csum": somebody
 * below is to fill in a checksum there, which new kernels only can be asked for.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <linux/if_xdp.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define FRAMES		64
#define FRAME_SIZE	2048

/* Of linux/if_xdp.h of new kernels. */
#define UMEM_TX_METADATA_LEN	4
#define TX_METADATA		2
#define TXMD_FLAGS_CHECKSUM	2

struct umem_reg {
	__u64 addr, len;
	__u32 chunk_size, headroom, flags, tx_metadata_len;
};

struct metadata {
	__u64 flags;
	__u16 csum_start, csum_offset;
	__u64 launch_time;
};

/* Before each frame, if it is not all zero. */
static struct metadata metadata;

static void must(int result, const char *what)
{
	if (result >= 0)
		return;
	fprintf(stderr, "xsk_send: %s: %m\n", what);
	exit(errno == EAFNOSUPPORT ? 4 : 1);
}

static void enter_netns(const char *name)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY);
	must(fd, name);
	must(setns(fd, CLONE_NEWNET), name);
	close(fd);
}

static unsigned char *make_umem(int fd)
{
	struct umem_reg reg = {
		.len = FRAMES * FRAME_SIZE,
		.chunk_size = FRAME_SIZE,
	};
	int size = FRAMES;
	void *umem;

	if (metadata.flags) {
		reg.flags = UMEM_TX_METADATA_LEN;
		reg.tx_metadata_len = sizeof(metadata);
	}
	umem = mmap(NULL, reg.len, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	must(umem == MAP_FAILED ? -1 : 0, "memory");
	reg.addr = (uintptr_t)umem;
	must(setsockopt(fd, SOL_XDP, XDP_UMEM_REG, &reg, sizeof(reg)), "XDP_UMEM_REG");
	must(setsockopt(fd, SOL_XDP, XDP_UMEM_FILL_RING, &size, sizeof(size)), "fill ring");
	must(setsockopt(fd, SOL_XDP, XDP_UMEM_COMPLETION_RING, &size, sizeof(size)),
	     "completion ring");
	must(setsockopt(fd, SOL_XDP, XDP_TX_RING, &size, sizeof(size)), "ring");
	return umem;
}

static unsigned int parse_hex(const char *text, unsigned char *to)
{
	unsigned int len = strlen(text) / 2, i, byte;

	if (len > FRAME_SIZE - sizeof(metadata))
		len = FRAME_SIZE - sizeof(metadata);
	for (i = 0; i < len; i++) {
		if (sscanf(text + 2 * i, "%2x", &byte) != 1)
			must(-1, "a frame is hexadecimal digits");
		to[i] = byte;
	}
	return len;
}

static void bind_to(int fd, const char *dev)
{
	struct sockaddr_xdp addr = {
		.sxdp_family = AF_XDP,
		.sxdp_flags = XDP_COPY,
		.sxdp_ifindex = if_nametoindex(dev),
	};

	must(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), dev);
}

/* Before the socket is bound: after that 6.1 refuses it. */
static char *map_ring(int fd, struct xdp_ring_offset *tx)
{
	struct xdp_mmap_offsets off;
	socklen_t len = sizeof(off);
	char *ring;

	must(getsockopt(fd, SOL_XDP, XDP_MMAP_OFFSETS, &off, &len), "offsets");
	*tx = off.tx;
	ring = mmap(NULL, tx->desc + FRAMES * sizeof(struct xdp_desc),
		    PROT_READ | PROT_WRITE, MAP_SHARED, fd, XDP_PGOFF_TX_RING);
	must(ring == MAP_FAILED ? -1 : 0, "ring");
	return ring;
}

static void send_all(int fd, char *ring, const struct xdp_ring_offset *tx,
		     unsigned char *umem, char **frames, unsigned int count)
{
	struct xdp_desc *descs = (void *)(ring + tx->desc);
	unsigned int i, room = metadata.flags ? sizeof(metadata) : 0;

	for (i = 0; i < count; i++) {
		descs[i].addr = i * FRAME_SIZE + room;
		descs[i].len = parse_hex(frames[i], umem + descs[i].addr);
		descs[i].options = room ? TX_METADATA : 0;
		memcpy(umem + i * FRAME_SIZE, &metadata, room);
	}
	__atomic_store_n((unsigned int *)(ring + tx->producer), count, __ATOMIC_RELEASE);
	for (i = 0; i < 1000; i++) {
		if (__atomic_load_n((unsigned int *)(ring + tx->consumer),
				    __ATOMIC_ACQUIRE) == count)
			return;
		if (sendto(fd, NULL, 0, MSG_DONTWAIT, NULL, 0) < 0 && errno != EAGAIN &&
		    errno != EBUSY && errno != ENOBUFS)
			must(-1, "send");
	}
	errno = ETIMEDOUT;
	must(-1, "send");
}

int main(int argc, char **argv)
{
	struct xdp_ring_offset tx;
	unsigned char *umem;
	char **frames;
	char *ring;
	int fd;

	frames = argv + 3;
	if (argc > 3 && sscanf(argv[3], "csum=%hu+%hu", &metadata.csum_start,
			       &metadata.csum_offset) == 2) {
		metadata.flags = TXMD_FLAGS_CHECKSUM;
		frames++;
	}
	if (frames >= argv + argc || argv + argc - frames > FRAMES) {
		fputs("usage: xsk_send NETNS DEV [csum=START+OFFSET] FRAME...\n", stderr);
		return 1;
	}
	enter_netns(argv[1]);
	fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
	must(fd, "socket");
	umem = make_umem(fd);
	ring = map_ring(fd, &tx);
	bind_to(fd, argv[2]);
	send_all(fd, ring, &tx, umem, frames, argv + argc - frames);
	return 0;
}
