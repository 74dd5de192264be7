// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends random ARP, each frame in two places one after the other: networks that are
 * the same but for what is compared.
 *
 *   arp_talk SEED COUNT NS/DEV,NS/DEV NS/DEV,NS/DEV ...
 *
 * The first pair is the wire, the others are children: number N has the IP address
 * 10.9.0.N and the MAC address 02:00:00:00:0a:N. Four neighbours on the wire have
 * 10.9.0.101 to .104 and 02:00:00:00:0e:01 to :04, as a rule; everybody lies now and
 * then, children less often than the wire.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/if_ether.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_PLACES	16
#define PEERS		4

static int fds[MAX_PLACES][2], places;

static void die(const char *what)
{
	perror(what);
	exit(2);
}

/* NS/DEV, which is taken apart. */
static int open_at(char *where)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	char *slash = strchr(where, '/'), path[128];
	int ns, fd;

	if (!slash) {
		fprintf(stderr, "arp_talk: no NS/DEV: %s\n", where);
		exit(2);
	}
	*slash = '\0';
	snprintf(path, sizeof(path), "/run/netns/%s", where);
	ns = open(path, O_RDONLY | O_CLOEXEC);
	if (ns < 0 || setns(ns, CLONE_NEWNET))
		die(path);
	close(ns);
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	to.sll_ifindex = if_nametoindex(slash + 1);
	if (fd < 0 || !to.sll_ifindex || bind(fd, (struct sockaddr *)&to, sizeof(to)))
		die(slash + 1);
	return fd;
}

static unsigned int below(unsigned int n)
{
	return random() % n;
}

static bool percent(unsigned int n)
{
	return below(100) < n;
}

static void put_ip(unsigned char *at, unsigned char last)
{
	const unsigned char ip[] = { 10, 9, 0, last };

	memcpy(at, ip, sizeof(ip));
}

static void put_mac(unsigned char *at, unsigned char family, unsigned char last)
{
	const unsigned char mac[] = { 2, 0, 0, 0, family, last };

	memcpy(at, mac, sizeof(mac));
}

static void put_child_mac(unsigned char *at)
{
	put_mac(at, 0x0a, 1 + below(places - 1));
}

static void put_peer_mac(unsigned char *at)
{
	put_mac(at, 0x0e, 1 + below(PEERS));
}

static void ask_from_wire(struct ether_arp *arp)
{
	unsigned int peer = 1 + below(PEERS);

	put_ip(arp->arp_spa, 100 + peer);
	put_mac(arp->arp_sha, 0x0e, peer);
	if (percent(4))
		put_ip(arp->arp_spa, 1 + below(places - 1));
	else if (percent(8))
		memset(arp->arp_spa, 0, sizeof(arp->arp_spa));
	if (percent(6))
		put_peer_mac(arp->arp_sha);
	else if (percent(2))
		put_child_mac(arp->arp_sha);
}

static void ask_from_child(struct ether_arp *arp, unsigned int child)
{
	put_ip(arp->arp_spa, child);
	put_mac(arp->arp_sha, 0x0a, child);
	if (percent(3))
		put_ip(arp->arp_spa, 101 + below(PEERS));
	else if (percent(1))
		put_ip(arp->arp_spa, 1 + below(places - 1));
	else if (percent(10))
		memset(arp->arp_spa, 0, sizeof(arp->arp_spa));
	if (percent(3))
		put_peer_mac(arp->arp_sha);
}

static void choose_target(struct ether_arp *arp)
{
	if (percent(75))
		put_ip(arp->arp_tpa, 1 + below(places - 1));
	else if (percent(40))
		memcpy(arp->arp_tpa, arp->arp_spa, sizeof(arp->arp_tpa));
	else if (percent(50))
		put_ip(arp->arp_tpa, 101 + below(PEERS));
	else
		put_ip(arp->arp_tpa, 250);
}

/* Returns its length. */
static size_t build(unsigned char *frame, unsigned int place)
{
	struct ether_arp arp = {
		.ea_hdr = {
			.ar_hrd = htons(ARPHRD_ETHER),
			.ar_pro = htons(ETH_P_IP),
			.ar_hln = ETH_ALEN,
			.ar_pln = 4,
		},
	};
	static const unsigned char tag[] = { 0x81, 0, 0, 5 }, type[] = { 8, 6 };
	size_t len = 2 * ETH_ALEN;

	if (place)
		ask_from_child(&arp, place);
	else
		ask_from_wire(&arp);
	choose_target(&arp);
	arp.ea_hdr.ar_op = htons(percent(90) ? ARPOP_REQUEST : ARPOP_REPLY);
	memset(frame, 0xff, ETH_ALEN);
	if (!place && percent(10))
		put_child_mac(frame);
	memcpy(frame + ETH_ALEN, arp.arp_sha, ETH_ALEN);
	if (!place && percent(3))
		put_peer_mac(frame + ETH_ALEN);
	else if (place)
		put_mac(frame + ETH_ALEN, 0x0a, place);
	if (percent(3)) {
		memcpy(frame + len, tag, sizeof(tag));
		len += sizeof(tag);
	}
	memcpy(frame + len, type, sizeof(type));
	len += sizeof(type);
	memcpy(frame + len, &arp, sizeof(arp));
	len += sizeof(arp);
	return len < 60 ? 60 : len;
}

int main(int argc, char **argv)
{
	unsigned char frame[128];
	unsigned int i, place;
	char *second;
	size_t len;

	if (argc < 5 || argc - 3 > MAX_PLACES) {
		fprintf(stderr, "usage: arp_talk SEED COUNT NS/DEV,NS/DEV ...\n");
		return 2;
	}
	for (places = 0; places < argc - 3; places++) {
		second = strchr(argv[places + 3], ',');
		if (!second)
			return 2;
		*second = '\0';
		fds[places][0] = open_at(argv[places + 3]);
		fds[places][1] = open_at(second + 1);
	}
	srandom(atoi(argv[1]));
	for (i = 0; i < (unsigned int)atoi(argv[2]); i++) {
		place = percent(85) ? 0 : 1 + below(places - 1);
		memset(frame, 0, sizeof(frame));
		len = build(frame, place);
		if (write(fds[place][0], frame, len) != (ssize_t)len ||
		    write(fds[place][1], frame, len) != (ssize_t)len)
			die("send");
		/* Some hear it by way of a worker: none shall come too late. */
		usleep(3000);
	}
	return 0;
}
