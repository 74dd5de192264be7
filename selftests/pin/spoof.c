// SPDX-License-Identifier: GPL-2.0-only
/*
 * What ip and frame cannot do to a pinned child.
 *
 *   spoof address NETNS DEV MAC      SIOCSIFHWADDR on a socket
 *   spoof frame NETNS DEV FRAME      a packet socket's frame, as it is
 *   spoof twice NETNS DEV FRAME      the same twice; GRO puts together only what is of
 *                                    one socket
 *   spoof tap NETNS NODE MAC         SIOCSIFHWADDR on an open tap
 *   spoof write NETNS NODE FRAME     a frame of a tap's user
 *
 * FRAME is a whole one in hexadecimal digits. Exit status: 0 done, 1 refused, why
 * is on standard error, 2 could not try.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define FRAME_MAX	2048
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

static int refused(const char *what)
{
	fprintf(stderr, "spoof: %s: %s\n", what, strerror(errno));
	return 1;
}

static void must(int result, const char *what)
{
	if (result >= 0)
		return;
	refused(what);
	exit(2);
}

static void enter_netns(const char *name)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	must(fd, path);
	must(setns(fd, CLONE_NEWNET), "setns");
	close(fd);
}

static void parse_mac(const char *text, struct ifreq *request)
{
	unsigned char *mac = (void *)request->ifr_hwaddr.sa_data;

	if (sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1], &mac[2],
		   &mac[3], &mac[4], &mac[5]) != ETH_ALEN)
		exit(2);
	request->ifr_hwaddr.sa_family = ARPHRD_ETHER;
}

static int parse_frame(const char *text, unsigned char *frame)
{
	int len;

	for (len = 0; len < FRAME_MAX && text[2 * len]; len++)
		if (sscanf(text + 2 * len, "%2hhx", &frame[len]) != 1)
			exit(2);
	return len;
}

static int set_address(int fd, const char *dev, const char *mac)
{
	struct ifreq request = { };

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", dev);
	parse_mac(mac, &request);
	return ioctl(fd, SIOCSIFHWADDR, &request) ? refused("SIOCSIFHWADDR") : 0;
}

static int by_socket(char **args)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	must(fd, "socket");
	return set_address(fd, args[0], args[1]);
}

static int packet_socket(const char *dev)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = if_nametoindex(dev),
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	must(fd, "socket");
	must(bind(fd, (void *)&to, sizeof(to)), dev);
	return fd;
}

static int by_frame(char **args)
{
	unsigned char frame[FRAME_MAX];
	int len = parse_frame(args[1], frame);

	return send(packet_socket(args[0]), frame, len, 0) == len ? 0 : refused("send");
}

static int by_frames(char **args)
{
	unsigned char frame[FRAME_MAX];
	int len = parse_frame(args[1], frame);
	int fd = packet_socket(args[0]);

	if (send(fd, frame, len, 0) != len || send(fd, frame, len, 0) != len)
		return refused("send");
	return 0;
}

static int open_tap(const char *node)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	int fd = open(node, O_RDWR | O_CLOEXEC);

	must(fd, node);
	must(ioctl(fd, TUNSETIFF, &request), "TUNSETIFF");
	return fd;
}

static int by_tap(char **args)
{
	return set_address(open_tap(args[0]), "", args[1]);
}

static int by_write(char **args)
{
	unsigned char frame[FRAME_MAX];
	int len = parse_frame(args[1], frame);

	return write(open_tap(args[0]), frame, len) == len ? 0 : refused("write");
}

static const struct {
	const char *name;
	int args;
	int (*run)(char **args);
} commands[] = {
	{ "address",	2, by_socket },
	{ "frame",	2, by_frame },
	{ "tap",	2, by_tap },
	{ "twice",	2, by_frames },
	{ "write",	2, by_write },
};

int main(int argc, char **argv)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (argc != commands[i].args + 3 || strcmp(argv[1], commands[i].name))
			continue;
		enter_netns(argv[2]);
		return commands[i].run(argv + 3);
	}
	fprintf(stderr, "spoof: see spoof.c\n");
	return 2;
}
