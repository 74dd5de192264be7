// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames through /dev/tapN.
 *
 *   load tap NAME [work=FEW,MANY] [rounds=N] -- CONTESTANT OPTION... [-- ...]
 *
 * The contestants take turns, as in flow.c. Options of one:
 *
 *   tap=DEV           the tap
 *   way=write|read    the program writes frames or reads them
 *   size=BYTES        of a frame
 *   dst=MAC           of what is written
 *   dev=DEV           on which pktgen has them received, to be read
 */
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "load.h"

#define HDR	((int)sizeof(struct virtio_net_hdr))

static unsigned char buffer[HDR + 70000];

static int tap_open(const char *dev)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/dev/tap%u", if_nametoindex(dev));
	fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		die("%s: %m", path);
	return fd;
}

static size_t build(char **words)
{
	long size = number(words, "size", 60);
	unsigned char *frame = buffer + HDR;
	struct virtio_net_hdr hdr = { 0 };

	memset(buffer, 0, sizeof(buffer));
	parse_mac(option(words, "dst", "02:ff:ff:ff:ff:ff"), frame);
	parse_mac(option(words, "src", "02:ff:ff:ff:ff:fe"), frame + 6);
	/* IPv4, UDP: only what a driver may look at is right. */
	frame[12] = 8;
	frame[14] = 0x45;
	frame[16] = (size - 14) >> 8;
	frame[17] = size - 14;
	frame[22] = 64;
	frame[23] = 17;
	frame[30] = 10;
	if (size > 1514) {
		hdr.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
		hdr.gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
		hdr.gso_size = 1448;
		hdr.hdr_len = 14 + 20 + 20;
		hdr.csum_start = 14 + 20;
		hdr.csum_offset = 16;
		frame[23] = 6;
		frame[14 + 20 + 12] = 0x50;
	}
	memcpy(buffer, &hdr, sizeof(hdr));
	return HDR + size;
}

static void write_turn(const char *name, char **words, int round, long frames)
{
	size_t len = build(words);
	struct section section;
	struct watch watch;
	long i, grown;
	int fd;

	fd = tap_open(option(words, "tap", ""));
	watch_open(&watch, option(words, "watch", ""));
	section_begin(&section, name, words[0], round, frames);
	for (i = 0; i < frames; i++)
		if (write(fd, buffer, len) != (ssize_t)len)
			die("writing to %s: %m", option(words, "tap", ""));
	grown = watch_wait(&watch, frames);
	section_end(&section, "want=%ld got=%ld", watch.fd < 0 ? 0 : frames, grown);
	watch_close(&watch);
	close(fd);
}

static void read_turn(const char *name, char **words, int round, long frames)
{
	struct section section;
	long i;
	int fd;

	fd = tap_open(option(words, "tap", ""));
	pktgen_set_up(words + 1);
	pktgen_send(option(words, "dev", ""), frames);
	section_begin(&section, name, words[0], round, frames);
	for (i = 0; i < frames; i++)
		if (read(fd, buffer, sizeof(buffer)) <= HDR)
			break;
	section_end(&section, "want=%ld got=%ld", frames, i);
	pktgen_end();
	close(fd);
}

static void one_turn(const char *name, char **words, int round, long frames)
{
	if (!strcmp(option(words, "way", ""), "read"))
		read_turn(name, words, round, frames);
	else
		write_turn(name, words, round, frames);
}

void do_tap(char **words)
{
	take_turns(words, one_turn);
}
