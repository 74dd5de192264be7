// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keeps sending and reading on devices that come and go, until it is killed.
 *
 *   noise MILLISECONDS PLACE...
 *   PLACE: NETNS/DEVICE        a packet socket: frames of all kinds
 *          NETNS/DEVICE,tap    and the tap's file: written, read, its queues
 *                              attached and detached, opened anew now and then
 *
 * Frames go to everybody, to a multicast address, and to 02:00:00:00:00:01 to
 * ...:07, which tests give to children. A device that is not there, or not up,
 * is tried again in the next round. Says at the end how many frames went out.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_PLACES	64
#define BURST		16
#define FILES		4

struct place {
	char ns[64], dev[IFNAMSIZ];
	int fd, conf, file[FILES];
	unsigned int index;
	bool tap;
};

static struct place places[MAX_PLACES];
static int n_places;
static unsigned long long sent, received, writes;
static volatile sig_atomic_t stop;

static void on_term(int signal)
{
	(void)signal;
	stop = 1;
}

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static bool enter(const struct place *p)
{
	char path[96];
	int fd, err;

	snprintf(path, sizeof(path), "/run/netns/%.63s", p->ns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	err = fd < 0 || setns(fd, CLONE_NEWNET);
	if (fd >= 0)
		close(fd);
	return !err;
}

/*
 * A socket only for sending, bound to nothing: to bind or close one means to wait
 * for the whole machine, which leaves no time for frames.
 */
static bool open_place(struct place *p)
{
	struct ifreq ifr = { };

	if (p->fd < 0) {
		if (!enter(p))
			return false;
		p->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		p->conf = open("/proc/sys/net/ipv4/conf", O_PATH | O_CLOEXEC);
		if (p->fd < 0)
			return false;
	}
	if (p->index)
		return true;
	/* Asked for a device that is not there, the kernel runs modprobe, twice. */
	if (faccessat(p->conf, p->dev, F_OK, 0))
		return false;
	memcpy(ifr.ifr_name, p->dev, IFNAMSIZ);
	if (ioctl(p->fd, SIOCGIFINDEX, &ifr))
		return false;
	p->index = ifr.ifr_ifindex;
	return true;
}

static size_t make_frame(unsigned char *frame, unsigned int number)
{
	static const unsigned char group[] = { 1, 0, 0x5e, 0x7f, 0, 1 };
	size_t len = 60 + number * 97 % 1400;

	memset(frame, number, len);
	memset(frame, 0xff, ETH_ALEN);
	if (number % 4 == 1) {
		memcpy(frame, group, ETH_ALEN);
	} else if (number % 4 > 1) {
		memset(frame, 0, ETH_ALEN);
		frame[0] = 2;
		frame[5] = 1 + number / 4 % 7;
	}
	memset(frame + ETH_ALEN, 0, ETH_ALEN);
	frame[6] = 2;
	frame[11] = 1 + number % 9;
	frame[12] = 0x88;
	frame[13] = 0xb5;
	return len;
}

static void send_burst(struct place *p)
{
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET, .sll_ifindex = p->index, .sll_halen = ETH_ALEN,
	};
	static unsigned int number;
	unsigned char frame[ETH_FRAME_LEN];
	size_t len;
	int i;

	for (i = 0; i < BURST; i++) {
		len = make_frame(frame, number++);
		if (sendto(p->fd, frame, len, 0, (struct sockaddr *)&at, sizeof(at)) > 0) {
			sent++;
		} else if (errno == ENETDOWN) {
			return;
		} else if (errno != ENOBUFS && errno != EAGAIN && errno != EMSGSIZE) {
			/* Gone, or moved away. */
			p->index = 0;
			return;
		}
	}
}

static void open_file(struct place *p, int i)
{
	struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR };
	char path[32];

	snprintf(path, sizeof(path), "/dev/tap%u", p->index);
	p->file[i] = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (p->file[i] >= 0 && i % 2)
		ioctl(p->file[i], TUNSETIFF, &ifr);
}

static void use_file(struct place *p, int i)
{
	unsigned char frame[sizeof(struct virtio_net_hdr) + ETH_FRAME_LEN] = { };
	static unsigned int number;
	struct ifreq ifr = { };
	int n;

	for (n = 0; n < BURST; n++) {
		size_t len = make_frame(frame + sizeof(struct virtio_net_hdr), number++);

		if (write(p->file[i], frame, sizeof(struct virtio_net_hdr) + len) > 0)
			writes++;
	}
	for (n = 0; n < 4 * BURST; n++) {
		if (read(p->file[i], frame, sizeof(frame)) <= 0)
			break;
		received++;
	}
	if (number / BURST % 5 == 0) {
		ifr.ifr_flags = number / BURST % 2 ? IFF_ATTACH_QUEUE : IFF_DETACH_QUEUE;
		ioctl(p->file[i], TUNSETQUEUE, &ifr);
	}
	/* Also the file of a tap that is gone. */
	if (number / BURST % 13 == 0) {
		close(p->file[i]);
		p->file[i] = -1;
	}
}

static void one_round(struct place *p)
{
	int i;

	if (!open_place(p))
		return;
	send_burst(p);
	for (i = 0; p->tap && i < FILES; i++) {
		if (p->file[i] < 0)
			open_file(p, i);
		if (p->file[i] >= 0)
			use_file(p, i);
	}
}

static void parse_place(const char *text)
{
	struct place *p = &places[n_places++];
	size_t len = strcspn(text, ","), ns_len = strcspn(text, "/");
	int i;

	if (n_places == MAX_PLACES || ns_len >= sizeof(p->ns) || ns_len >= len ||
	    len - ns_len > IFNAMSIZ) {
		fprintf(stderr, "noise: bad place \"%s\"\n", text);
		exit(2);
	}
	memcpy(p->ns, text, ns_len);
	memcpy(p->dev, text + ns_len + 1, len - ns_len - 1);
	p->tap = !strcmp(text + len, ",tap");
	p->fd = -1;
	for (i = 0; i < FILES; i++)
		p->file[i] = -1;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_term };
	long long end;
	int i;

	if (argc < 3) {
		fputs("see the top of noise.c for how to use it\n", stderr);
		return 2;
	}
	sigaction(SIGTERM, &action, NULL);
	end = now_ms() + atoll(argv[1]);
	for (i = 2; i < argc; i++)
		parse_place(argv[i]);
	while (!stop && now_ms() < end)
		for (i = 0; i < n_places; i++)
			one_round(&places[i]);
	printf("# noise: %llu frames sent, %llu written, %llu read\n", sent, writes, received);
	return 0;
}
