// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends a frame from a packet ring, whose memory the sender keeps, and writes
 * another one over it while it waits in the lower device's queue.
 *
 *   flip NETNS DEV WIRE_NETNS WIRE_DEV FRAME OTHER CHECKED
 *
 * FRAME and OTHER are of one length, in hexadecimal digits. The queue of DEV's lower
 * device has to be a slow one; longer frames go before this one. What comes out on the
 * wire has to begin with CHECKED bytes of FRAME.
 *
 * Exit status: 0 so it is, 1 not, 2 could not try: also where nothing of OTHER is
 * seen at all, so that there was nothing to withstand.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define LONGEST	1400
#define FILLERS	3
#define BLOCK	4096
#define SLOT	2048

static void must(bool well, const char *what)
{
	if (well)
		return;
	fprintf(stderr, "flip: %s: %s\n", what, strerror(errno));
	exit(2);
}

static int packet_socket(const char *netns, const char *dev)
{
	struct sockaddr_ll on = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
	};
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	must(fd >= 0 && !setns(fd, CLONE_NEWNET), path);
	close(fd);
	fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
	on.sll_ifindex = if_nametoindex(dev);
	must(fd >= 0 && on.sll_ifindex && !bind(fd, (void *)&on, sizeof(on)), dev);
	return fd;
}

static struct tpacket2_hdr *ring(int fd)
{
	struct tpacket_req ring = {
		.tp_block_size = BLOCK,
		.tp_block_nr = 1,
		.tp_frame_size = SLOT,
		.tp_frame_nr = BLOCK / SLOT,
	};
	int version = TPACKET_V2;
	void *memory;

	must(!setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) &&
	     !setsockopt(fd, SOL_PACKET, PACKET_TX_RING, &ring, sizeof(ring)), "ring");
	memory = mmap(NULL, BLOCK, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	must(memory != MAP_FAILED, "mmap");
	return memory;
}

static int parse(const char *text, unsigned char *frame)
{
	int len;

	for (len = 0; len < LONGEST && text[2 * len]; len++)
		must(sscanf(text + 2 * len, "%2hhx", &frame[len]) == 1, text);
	return len;
}

/* So that what follows has to wait. */
static void fill_queue(int fd, const unsigned char *frame, int len)
{
	unsigned char filler[LONGEST] = { };
	int i;

	memcpy(filler, frame, len);
	for (i = 0; i < FILLERS; i++)
		must(send(fd, filler, sizeof(filler), 0) == sizeof(filler), "send");
}

/* Puts back the VLAN tag that the stack has taken off. Returns the frame's length. */
static int put_tag(const struct msghdr *msg, unsigned char *frame, int len)
{
	const struct cmsghdr *cmsg = CMSG_FIRSTHDR(msg);
	struct tpacket_auxdata aux;
	unsigned short tag[2];

	if (!cmsg || cmsg->cmsg_type != PACKET_AUXDATA)
		return len;
	memcpy(&aux, CMSG_DATA(cmsg), sizeof(aux));
	if (!(aux.tp_status & TP_STATUS_VLAN_VALID))
		return len;
	tag[0] = htons(ETH_P_8021Q);
	tag[1] = htons(aux.tp_vlan_tci);
	memmove(frame + 2 * ETH_ALEN + sizeof(tag), frame + 2 * ETH_ALEN,
		len - 2 * ETH_ALEN);
	memcpy(frame + 2 * ETH_ALEN, tag, sizeof(tag));
	return len + sizeof(tag);
}

static int receive(int fd, unsigned char *frame)
{
	union {
		struct cmsghdr	head;
		char		room[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	} control;
	struct iovec where = { .iov_base = frame, .iov_len = LONGEST - 4 };
	struct msghdr msg = {
		.msg_iov = &where,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	int len = recvmsg(fd, &msg, 0);

	return len < ETH_HLEN ? len : put_tag(&msg, frame, len);
}

/* True if a frame of this length comes that begins as this one. */
static bool hear(int fd, const unsigned char *frame, int len, unsigned char *heard)
{
	struct pollfd waits = { .fd = fd, .events = POLLIN };
	int on = 1;

	must(!setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)), "auxdata");
	while (poll(&waits, 1, 10000) > 0)
		if (receive(fd, heard) == len &&
		    !memcmp(heard, frame, ETH_ALEN))
			return true;
	return false;
}

static void print(const char *what, const unsigned char *frame, int len)
{
	printf("# %s ", what);
	while (len-- > 0)
		printf("%02x", *frame++);
	printf("\n");
}

int main(int argc, char **argv)
{
	unsigned char frame[LONGEST], other[LONGEST], heard[LONGEST];
	struct tpacket2_hdr *slot;
	unsigned char *data;
	int wire, from, len, checked;

	if (argc != 8) {
		fprintf(stderr, "flip: see flip.c\n");
		return 2;
	}
	len = parse(argv[5], frame);
	errno = EINVAL;
	must(parse(argv[6], other) == len && len >= ETH_HLEN && len < LONGEST, "length");
	checked = atoi(argv[7]);
	wire = packet_socket(argv[3], argv[4]);
	from = packet_socket(argv[1], argv[2]);
	fill_queue(from, frame, len);
	slot = ring(from);
	data = (unsigned char *)slot + TPACKET2_HDRLEN - sizeof(struct sockaddr_ll);
	memcpy(data, frame, len);
	slot->tp_len = len;
	slot->tp_status = TP_STATUS_SEND_REQUEST;
	must(send(from, NULL, 0, MSG_DONTWAIT) >= 0, "send");
	memcpy(data, other, len);
	if (!hear(wire, frame, len, heard)) {
		printf("# nothing is heard\n");
		return 1;
	}
	if (memcmp(heard, frame, checked)) {
		print("sent ", frame, len);
		print("heard", heard, len);
		return 1;
	}
	errno = ENODATA;
	must(memcmp(heard, frame, len), "nothing is written over");
	return 0;
}
