// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does a device that changes its MAC address lose frames meanwhile?
 *
 *   flip SENDER DEVICE MAC_A MAC_B CHANGES
 *
 * A process of its own flips DEVICE between the two addresses. We send three
 * frames at a time on SENDER, the other end of the cable: to A, to B, to A. At
 * most one change falls among them, so whenever it is, one of the three goes to
 * the address of that moment, and must arrive. Exit status: 0 if all did.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define TYPE	0x88b5
#define WAIT_MS	300

struct frame {
	unsigned char dst[ETH_ALEN], src[ETH_ALEN];
	unsigned short type;
	unsigned int round;
	char padding[44];
} __attribute__((packed));

/* What the two processes share: how many rounds are over. */
static volatile unsigned int *rounds;

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static int packet_socket(const char *dev, int type)
{
	struct sockaddr_ll sll = { .sll_family = AF_PACKET };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	sll.sll_ifindex = if_nametoindex(dev);
	sll.sll_protocol = htons(type);
	if (fd < 0 || !sll.sll_ifindex ||
	    bind(fd, (struct sockaddr *)&sll, sizeof(sll)))
		die(dev);
	return fd;
}

static void parse_mac(const char *text, unsigned char *mac)
{
	if (sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx", &mac[0], &mac[1],
		   &mac[2], &mac[3], &mac[4], &mac[5]) != ETH_ALEN) {
		fprintf(stderr, "flip: bad address %s\n", text);
		exit(2);
	}
}

static void flipper(int fd, const char *dev, unsigned char macs[2][ETH_ALEN],
		    int changes)
{
	struct ifreq ifr = { .ifr_hwaddr.sa_family = ARPHRD_ETHER };
	unsigned int next;
	int i;

	strncpy(ifr.ifr_name, dev, IFNAMSIZ - 1);
	for (i = 0; i < changes; i++) {
		memcpy(ifr.ifr_hwaddr.sa_data, macs[(i + 1) % 2], ETH_ALEN);
		if (ioctl(fd, SIOCSIFHWADDR, &ifr))
			die("change of address");
		/* The round that saw this change must be over. */
		for (next = *rounds + 2; *rounds < next;)
			usleep(500);
		/* Somewhere in a round, not always at its start. */
		usleep(rand() % 500);
	}
	exit(0);
}

/* Has a frame of this round come in? Waits for it a little. */
static int arrived(int fd, unsigned int round)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	struct frame frame;

	while (poll(&pfd, 1, WAIT_MS) > 0) {
		if (recv(fd, &frame, sizeof(frame), 0) < (int)sizeof(frame))
			continue;
		if (frame.round == round)
			return 1;
	}
	return 0;
}

static void send_to(int fd, struct frame *frame, const unsigned char *mac)
{
	memcpy(frame->dst, mac, ETH_ALEN);
	if (send(fd, frame, sizeof(*frame), 0) < 0 && errno != ENOBUFS)
		die("send");
}

int main(int argc, char **argv)
{
	struct frame frame = { .type = htons(TYPE) };
	unsigned char macs[2][ETH_ALEN];
	unsigned int lost = 0;
	int out, in, status;
	pid_t pid;

	if (argc != 6) {
		fputs("usage: flip SENDER DEVICE MAC_A MAC_B CHANGES\n", stderr);
		return 2;
	}
	parse_mac(argv[3], macs[0]);
	parse_mac(argv[4], macs[1]);
	memset(frame.src, 2, ETH_ALEN);
	out = packet_socket(argv[1], 0);
	in = packet_socket(argv[2], TYPE);
	rounds = mmap(NULL, sizeof(*rounds), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (rounds == MAP_FAILED)
		die("mmap");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid)
		flipper(out, argv[2], macs, atoi(argv[5]));
	while (!waitpid(pid, &status, WNOHANG)) {
		frame.round = *rounds;
		send_to(out, &frame, macs[0]);
		send_to(out, &frame, macs[1]);
		send_to(out, &frame, macs[0]);
		lost += !arrived(in, frame.round);
		*rounds = frame.round + 1;
	}
	printf("%u of %u rounds lost\n", lost, *rounds);
	if (!WIFEXITED(status) || WEXITSTATUS(status) || !*rounds)
		return 2;
	return !!lost;
}
