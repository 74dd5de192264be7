// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file of a tap, used as no program would: see fuzz.h for how cases are made.
 *
 *   tapfile [seed=N] [count=N] ...
 *
 * Each case is a few calls: ioctls with any argument, headers and frames written
 * and read in any size, queues that come and go, on up to eight files of one tap,
 * while frames come in at the other end of its wire. A child beside it must go on
 * hearing all that is for it.
 */
#include <fcntl.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "anyframe.h"
#include "beside.h"

#define FILES		8

/* Younger than the headers of some systems. */
#ifndef TUNSETCARRIER
#define TUNSETCARRIER	_IOW('T', 226, int)
#endif

static struct {
	struct lan lan;
	int file[FILES];
	struct any_frame frame;
	__u8 mac[3][ETH_ALEN];
} world;

static const unsigned long requests[] = {
	TUNSETIFF, TUNSETIFF, TUNGETIFF, TUNSETQUEUE, TUNSETQUEUE, TUNGETFEATURES,
	TUNSETOFFLOAD, TUNSETOFFLOAD, TUNSETSNDBUF, TUNGETSNDBUF, TUNSETVNETHDRSZ,
	TUNSETVNETHDRSZ, TUNGETVNETHDRSZ, TUNSETVNETLE, TUNGETVNETLE, TUNSETVNETBE,
	TUNGETVNETBE, SIOCGIFHWADDR, SIOCSIFHWADDR, TUNSETNOCSUM, TUNSETDEBUG,
	TUNSETPERSIST, TUNSETOWNER, TUNSETLINK, TUNSETGROUP, TUNSETTXFILTER,
	TUNATTACHFILTER, TUNDETACHFILTER, TUNSETFILTEREBPF, TUNSETSTEERINGEBPF,
	TUNSETIFINDEX, TUNSETCARRIER, TUNGETDEVNETNS, SIOCGIFFLAGS,
};

static int any_file(void)
{
	return world.file[pick(FILES)];
}

/* Some that make sense, so that what comes after has a chance. */
static void set_flags(struct ifreq *ifr)
{
	static const int flags[] = {
		IFF_TAP | IFF_NO_PI, IFF_TAP | IFF_NO_PI | IFF_VNET_HDR,
		IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | IFF_MULTI_QUEUE,
		IFF_ATTACH_QUEUE, IFF_DETACH_QUEUE, IFF_ATTACH_QUEUE | IFF_DETACH_QUEUE,
		IFF_TUN, 0,
	};

	ifr->ifr_flags = one_in(8) ? (short)any32() : flags[pick(ARRAY_SIZE(flags))];
}

static void any_ioctl(void)
{
	unsigned long request = requests[pick(ARRAY_SIZE(requests))];
	union {
		struct ifreq ifr;
		int number;
		__u8 bytes[256];
	} argument;

	if (one_in(30))
		request = any32();
	any_bytes(&argument, sizeof(argument));
	switch (pick(4)) {
	case 0:
		set_flags(&argument.ifr);
		break;
	case 1:
		argument.number = pick(64);
		break;
	case 2:
		argument.number = edge32();
	}
	/* A request that takes a number, or an address of nothing. */
	if (request == TUNSETOFFLOAD || one_in(12))
		ioctl(any_file(), request, one_in(4) ? edge32() : pick(256));
	else
		ioctl(any_file(), request, &argument);
}

/* The header of any size, the frame in pieces of any size. */
static void any_write(void)
{
	struct any_hosts hosts = { world.mac, ARRAY_SIZE(world.mac) };
	static __u8 bytes[256 + MAX_FRAME];
	struct iovec iov[20];
	size_t hdr = one_in(4) ? pick(64) : pick(2) ? HDR_SIZE : HDR_SIZE + 2, len, part;
	unsigned int n = 0;

	any_frame(&world.frame, &hosts);
	memset(bytes, 0, hdr);
	memcpy(bytes, &world.frame.hdr, hdr < (size_t)HDR_SIZE ? hdr : (size_t)HDR_SIZE);
	memcpy(bytes + hdr, world.frame.bytes, world.frame.len);
	len = hdr + world.frame.len;
	for (part = 0; n < ARRAY_SIZE(iov) - 1 && len && one_in(2); len -= part, n++) {
		part = any_len(len);
		iov[n] = (struct iovec) { bytes + hdr + world.frame.len - len, part };
	}
	iov[n++] = (struct iovec) { bytes + hdr + world.frame.len - len, len };
	if (one_in(40))
		iov[pick(n)].iov_base = (void *)8;
	if (writev(any_file(), iov, n) < 0)
		return;
}

static void any_read(void)
{
	static __u8 bytes[MAX_FRAME];
	struct iovec iov[3];
	unsigned int i;

	for (i = 0; i < 3; i++)
		iov[i] = (struct iovec) { bytes, one_in(3) ? sizeof(bytes) : pick(128) };
	if (one_in(40))
		iov[pick(3)].iov_base = (void *)8;
	if (readv(any_file(), iov, 1 + pick(3)) < 0)
		return;
}

/* Large ones and multicast as well, of all kinds. */
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

/* Non-blocking, whatever else. */
static void open_again(void)
{
	int i = pick(FILES);

	close(world.file[i]);
	world.file[i] = open(world.lan.node, (one_in(8) ? O_RDONLY : O_RDWR) |
			     O_NONBLOCK | O_CLOEXEC);
}

/* Sockets' calls on what is no socket; queue lengths; up and down. */
static void any_oddity(void)
{
	struct pollfd pfd = { .fd = any_file(), .events = POLLIN | POLLOUT };
	char byte;

	switch (pick(8)) {
	case 0:
		open_again();
		break;
	case 1:
		set_queue_length("t0", pick(40));
		break;
	case 2:
		poll(&pfd, 1, 0);
		break;
	case 3:
		recv(any_file(), &byte, 1, MSG_DONTWAIT);
		break;
	case 4:
		fcntl(any_file(), F_SETFL, O_NONBLOCK | (pick(2) ? O_ASYNC : 0));
		break;
	case 5:
		if (lseek(any_file(), pick(9), SEEK_SET) < 0)
			return;
		break;
	default:
		drain(world.lan.far);
	}
}

static void one_call(void)
{
	switch (pick(8)) {
	case 0:
	case 1:
		any_ioctl();
		break;
	case 2:
	case 3:
		any_write();
		break;
	case 4:
		any_read();
		break;
	case 5:
	case 6:
		any_arrival();
		break;
	default:
		any_oddity();
	}
}

/* Files as they come are good for what they are for. */
static void check_tap(void)
{
	unsigned int i;
	int fd;

	for (i = 0; i < FILES; i++)
		close(world.file[i]);
	ip("link set t0 address 02:00:00:00:00:01 mtu 1500 txqueuelen 100 up\n");
	fd = tap_open(&world.lan, O_NONBLOCK);
	beside_check_tap(&world.lan, fd);
	close(fd);
	for (i = 0; i < FILES; i++)
		world.file[i] = tap_open(&world.lan, O_NONBLOCK);
}

static void make_world(void)
{
	int i;

	beside_make(&world.lan, world.mac);
	for (i = 0; i < FILES; i++)
		world.file[i] = tap_open(&world.lan, O_NONBLOCK);
}

int main(int argc, char **argv)
{
	unsigned int n;

	fuzz_start(argc, argv);
	make_world();
	while (fuzz_next()) {
		for (n = 4 + pick(12); n; n--) {
			one_call();
			fuzz_count(1);
		}
		fuzz_done();
		if (fuzz_cases() % 128 == 0)
			beside_check(&world.lan);
		if (fuzz_cases() % 1024 == 0)
			check_tap();
	}
	check_tap();
	beside_check(&world.lan);
	return fuzz_end();
}
