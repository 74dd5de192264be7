// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends one frame again and again, each time with another virtio-net header: every
 * kind of segmentation, with a checksum that is to be filled in at every place that
 * matters. What comes out on the wire has to begin as the frame does.
 *
 *   vnet NETNS DEV WIRE_NETNS WIRE_DEV FRAME CHECKED
 *
 * DEV is a device (by a packet socket), the node of a tap, or "tun:" and a tun device,
 * whose packets are routed or redirected. FRAME is hexadecimal digits. CHECKED: the
 * parts that have to be as in FRAME, as FROM-TO,...: bytes, without the last one.
 *
 * Prints how many frames were taken and how many heard. Exit status: 0 so it is, 1 not
 * (the frames are printed), 2 could not try, 3 nothing was heard.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
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

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif
#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif

#define LONGEST		2000
#define SEGMENT		64
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

static const __u8 kinds[] = {
	VIRTIO_NET_HDR_GSO_NONE, VIRTIO_NET_HDR_GSO_TCPV4, VIRTIO_NET_HDR_GSO_UDP,
	VIRTIO_NET_HDR_GSO_TCPV6, VIRTIO_NET_HDR_GSO_UDP_L4,
	VIRTIO_NET_HDR_GSO_TCPV4 | VIRTIO_NET_HDR_GSO_ECN,
};

/* Where a checksum begins: before, in and behind the headers of Ethernet and IP. */
static const __u16 starts[] = { 0, 6, 14, 20, 22, 24, 28, 33, 34, 38, 54 };

/* Where it goes: of IPv4, of addresses, of ICMPv6, UDP and TCP; and how long headers are. */
static const __u16 offsets[] = { 0, 2, 4, 6, 10, 12, 16 };
static const __u16 lengths[] = { 0, 1, ETH_HLEN, 35, 200 };

static unsigned char frame[LONGEST];
static int len;
static const char *checked;
static unsigned int taken, heard, wrong;

static void must(bool well, const char *what)
{
	if (well)
		return;
	fprintf(stderr, "vnet: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void enter(const char *netns)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	must(fd >= 0 && !setns(fd, CLONE_NEWNET), path);
	close(fd);
}

static int packet_socket(const char *dev, int protocol)
{
	struct sockaddr_ll on = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(protocol),
	};
	int fd = socket(AF_PACKET, SOCK_RAW, htons(protocol));

	on.sll_ifindex = if_nametoindex(dev);
	must(fd >= 0 && on.sll_ifindex && !bind(fd, (void *)&on, sizeof(on)), dev);
	return fd;
}

static int wire_socket(const char *dev)
{
	int fd = packet_socket(dev, ETH_P_ALL), one = 1;

	must(!setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one)),
	     "PACKET_IGNORE_OUTGOING");
	return fd;
}

static int open_tap(const char *node, const char *name, int kind)
{
	struct ifreq request = { .ifr_flags = kind | IFF_NO_PI | IFF_VNET_HDR };
	int fd = open(node, O_RDWR | O_CLOEXEC);

	must(fd >= 0, node);
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	must(!ioctl(fd, TUNSETIFF, &request), "TUNSETIFF");
	return fd;
}

static int open_sender(const char *dev)
{
	int fd, one = 1;

	if (!strncmp(dev, "tun:", 4))
		return open_tap("/dev/net/tun", dev + 4, IFF_TUN);
	if (*dev == '/')
		return open_tap(dev, "", IFF_TAP);
	fd = packet_socket(dev, 0);
	must(!setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one)),
	     "PACKET_VNET_HDR");
	return fd;
}

static void parse_frame(const char *text)
{
	for (len = 0; len < LONGEST && text[2 * len]; len++)
		must(sscanf(text + 2 * len, "%2hhx", &frame[len]) == 1, text);
}

static bool is_right(const unsigned char *got, int got_len)
{
	const char *part = checked;
	int from, to, n;

	while (sscanf(part, "%d-%d%n", &from, &to, &n) == 2) {
		if (to > got_len || memcmp(got + from, frame + from, to - from))
			return false;
		part += n + (part[n] == ',');
	}
	return true;
}

/* What is there, and what comes within so many milliseconds. */
static void listen_for(int fd, int ms)
{
	struct pollfd waits = { .fd = fd, .events = POLLIN };
	unsigned char got[LONGEST];
	int got_len, i;

	while (poll(&waits, 1, ms) > 0) {
		got_len = recv(fd, got, sizeof(got), MSG_DONTWAIT);
		if (got_len < ETH_HLEN)
			continue;
		heard++;
		if (is_right(got, got_len) || wrong++ > 5)
			continue;
		printf("# heard ");
		for (i = 0; i < got_len && i < 60; i++)
			printf("%02x", got[i]);
		printf("\n");
	}
}

static void send_one(int to, int wire, struct virtio_net_hdr *hdr)
{
	struct iovec parts[] = {
		{ hdr, sizeof(*hdr) },
		{ frame, len },
	};

	taken += writev(to, parts, 2) > 0;
	listen_for(wire, 0);
}

static void send_all(int to, int wire)
{
	struct virtio_net_hdr hdr = {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_size = SEGMENT,
	};
	unsigned int kind, offset, start;

	for (kind = 0; kind < ARRAY_SIZE(kinds); kind++)
		for (start = 0; start < ARRAY_SIZE(starts); start++)
			for (offset = 0; offset < ARRAY_SIZE(offsets); offset++) {
				hdr.gso_type = kinds[kind];
				hdr.hdr_len = lengths[(start + offset) % ARRAY_SIZE(lengths)];
				hdr.csum_start = starts[start];
				hdr.csum_offset = offsets[offset];
				send_one(to, wire, &hdr);
			}
	hdr.flags = 0;
	for (kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
		hdr.gso_type = kinds[kind];
		send_one(to, wire, &hdr);
	}
}

int main(int argc, char **argv)
{
	int to, wire;

	if (argc != 7) {
		fprintf(stderr, "vnet: see vnet.c\n");
		return 2;
	}
	parse_frame(argv[5]);
	checked = argv[6];
	enter(argv[3]);
	wire = wire_socket(argv[4]);
	enter(argv[1]);
	to = open_sender(argv[2]);
	send_all(to, wire);
	listen_for(wire, 500);
	printf("# %s: %u taken, %u heard, %u wrong\n", argv[2], taken, heard, wrong);
	return wrong ? 1 : heard ? 0 : 3;
}
