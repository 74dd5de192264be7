// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes an address from its owner, as "bridge fdb del MAC dev DEV self" does, and has
 * the owner give it back at once; see alone.c for what must not run in between.
 *
 *   give_back DEV MAC N group	the owner is DEV's list of groups (ip maddr)
 *   give_back DEV MAC N UPPER	a device on DEV, which gives it back on going down
 *   give_back DEV MAC N fdb	"bridge fdb add" itself: it deletes it twice, adds it
 *				once more, and deletes that
 *
 * N times. Exit status: 1 if anything but the giving back of what is gone fails.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct request {
	struct nlmsghdr head;
	struct ndmsg ndm;
	struct rtattr attr;
	unsigned char mac[ETH_ALEN];
};

static int control, route;
static struct request request = {
	.head.nlmsg_len = sizeof(request),
	.ndm = { .ndm_family = AF_BRIDGE, .ndm_flags = NTF_SELF, .ndm_state = NUD_PERMANENT },
	.attr = { .rta_type = NDA_LLADDR, .rta_len = RTA_LENGTH(ETH_ALEN) },
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void own_group(const char *dev, int command)
{
	struct ifreq ifr = { };

	strncpy(ifr.ifr_name, dev, IFNAMSIZ - 1);
	memcpy(ifr.ifr_hwaddr.sa_data, request.mac, ETH_ALEN);
	if (ioctl(control, command, &ifr) && !(command == SIOCDELMULTI && errno == ENOENT))
		die("group");
}

static void set_upper(const char *upper, bool up)
{
	struct ifreq ifr = { .ifr_flags = up ? IFF_UP : 0 };

	strncpy(ifr.ifr_name, upper, IFNAMSIZ - 1);
	if (ioctl(control, SIOCSIFFLAGS, &ifr))
		die(upper);
}

/* As "bridge fdb" does it; the errno that the kernel answers, or 0. */
static int fdb(int type)
{
	struct {
		struct nlmsghdr head;
		struct nlmsgerr err;
		char rest[256];
	} answer;

	request.head.nlmsg_type = type;
	request.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	if (type == RTM_NEWNEIGH)
		request.head.nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL;
	if (send(route, &request, sizeof(request), 0) < 0 ||
	    recv(route, &answer, sizeof(answer), 0) < 0)
		die("netlink");
	return -answer.err.error;
}

static void must_answer(int type, int must)
{
	int is = fdb(type);

	if (is == must)
		return;
	fprintf(stderr, "%s: %s instead of %s\n", type == RTM_NEWNEIGH ? "add" : "delete",
		strerror(is), strerror(must));
	exit(1);
}

static void own(const char *dev, const char *owner)
{
	if (!strcmp(owner, "group"))
		own_group(dev, SIOCADDMULTI);
	else if (!strcmp(owner, "fdb"))
		must_answer(RTM_NEWNEIGH, 0);
	else
		set_upper(owner, true);
}

static void give_back(const char *dev, const char *owner)
{
	if (!strcmp(owner, "group")) {
		own_group(dev, SIOCDELMULTI);
	} else if (!strcmp(owner, "fdb")) {
		must_answer(RTM_DELNEIGH, ENOENT);
		must_answer(RTM_NEWNEIGH, 0);
		must_answer(RTM_DELNEIGH, 0);
	} else {
		set_upper(owner, false);
	}
}

int main(int argc, char **argv)
{
	int n;

	if (argc != 5 ||
	    sscanf(argv[2], "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx", &request.mac[0],
		   &request.mac[1], &request.mac[2], &request.mac[3], &request.mac[4],
		   &request.mac[5]) != ETH_ALEN)
		return 1;
	control = socket(AF_INET, SOCK_DGRAM, 0);
	route = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	request.ndm.ndm_ifindex = if_nametoindex(argv[1]);
	for (n = atoi(argv[3]); n > 0; n--) {
		own(argv[1], argv[4]);
		/*
		 * By now it is below; kernels from 7.1 on take it there a little later. Not
		 * a wait that anything depends on: if it is not there yet, this round has
		 * the other order of events, which must do as well.
		 */
		usleep(10000);
		must_answer(RTM_DELNEIGH, 0);
		give_back(argv[1], argv[4]);
	}
	return 0;
}
