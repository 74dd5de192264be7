// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames through /dev/tapN.
 *
 *   load tap NAME [work=FEW,MANY] [rounds=N] -- CONTESTANT OPTION... [-- ...]
 *
 * The contestants take turns, as in flow.c. Options of one:
 *
 *   tap=DEV           the tap
 *   way=tx|rx         the program writes frames or reads them
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

int tap_open(const char *dev)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/dev/tap%u", if_nametoindex(dev));
	fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		die("%s: %m", path);
	return fd;
}

/* IPv4 and UDP, or TCP where it has to be cut: only what somebody looks at on its
 * way out is right.
 */
static void fill_frame(unsigned char *frame, long size, char **words)
{
	parse_mac(option(words, "dst", "02:ff:ff:ff:ff:ff"), frame);
	parse_mac(option(words, "src", "02:ff:ff:ff:ff:fe"), frame + 6);
	frame[12] = 8;
	frame[14] = 0x45;
	frame[16] = (size - 14) >> 8;
	frame[17] = size - 14;
	frame[22] = 64;
	frame[23] = size > 1514 ? 6 : 17;
	frame[30] = 10;
	if (size > 1514)
		frame[14 + 20 + 12] = 0x50;
}

size_t tap_frame(unsigned char *at, size_t room, char **words)
{
	long size = number(words, "size", 60);
	struct virtio_net_hdr hdr = { 0 };

	if (HDR + size > (long)room)
		die("no room for a frame of %ld bytes", size);
	memset(at, 0, HDR + size);
	if (size > 1514) {
		hdr.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
		hdr.gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
		hdr.gso_size = 1448;
		hdr.hdr_len = 14 + 20 + 20;
		hdr.csum_start = 14 + 20;
		hdr.csum_offset = 16;
	}
	memcpy(at, &hdr, sizeof(hdr));
	fill_frame(at + HDR, size, words);
	return HDR + size;
}

static void write_turn(const char *name, char **words, int round, long frames)
{
	size_t len = tap_frame(buffer, sizeof(buffer), words);
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
	if (!strcmp(option(words, "way", ""), "rx"))
		read_turn(name, words, round, frames);
	else
		write_turn(name, words, round, frames);
}

void do_tap(char **words)
{
	take_turns(words, one_turn);
}
