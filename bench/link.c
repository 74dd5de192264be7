// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes, changes and deletes devices, as quickly as the kernel can: by netlink
 * messages of its own.
 *
 *   load links NAME CONTESTANT do=add|up|delete OPTION...
 *	kind=KIND lower=DEV prefix=NAME first=N count=N mode=N round=N
 *   load address NAME CONTESTANT dev=DEV count=N round=N
 *   load sources kind=KIND dev=DEV count=N
 *
 * "links" adds devices PREFIXn, numbered from "first" on, sets them up, or
 * deletes them; without count one device, PREFIX. "address" changes the MAC
 * address of a device again and again. Each call is one measured section.
 * "sources" gives a child in mode source its list: 02:50:00:00:00:00 and up.
 */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

static struct {
	struct nlmsghdr nlh;
	struct ifinfomsg info;
	/* Room for the longest list of addresses. */
	char attrs[32768];
} request;

static void start(int type, int flags)
{
	memset(&request, 0, sizeof(request) - sizeof(request.attrs));
	request.nlh.nlmsg_len = NLMSG_LENGTH(sizeof(request.info));
	request.nlh.nlmsg_type = type;
	request.nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
}

static struct rtattr *put(int type, const void *data, size_t len)
{
	struct rtattr *attr = (void *)((char *)&request + request.nlh.nlmsg_len);

	attr->rta_type = type;
	attr->rta_len = RTA_LENGTH(len);
	memcpy(RTA_DATA(attr), data, len);
	request.nlh.nlmsg_len += RTA_ALIGN(attr->rta_len);
	return attr;
}

static void nest_end(struct rtattr *nest)
{
	nest->rta_len = (char *)&request + request.nlh.nlmsg_len - (char *)nest;
}

static void send_request(const char *what)
{
	static int fd = -1;
	struct {
		struct nlmsghdr nlh;
		struct nlmsgerr err;
		char more[1024];
	} answer;

	if (fd < 0)
		fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (send(fd, &request, request.nlh.nlmsg_len, 0) < 0 ||
	    recv(fd, &answer, sizeof(answer), 0) < (ssize_t)sizeof(answer.nlh))
		die("netlink: %m");
	if (answer.nlh.nlmsg_type != NLMSG_ERROR)
		die("netlink: an odd answer");
	if (answer.err.error)
		die("%s: %s", what, strerror(-answer.err.error));
}

/* 02:00 and four bytes that differ from device to device. */
static void make_mac(unsigned char *mac, unsigned int family, unsigned int n)
{
	const unsigned char made[6] = { 2, 0, family, n >> 16, n >> 8, n };

	memcpy(mac, made, sizeof(made));
}

static void add(char **words, const char *name, unsigned int n)
{
	const char *kind = option(words, "kind", "");
	unsigned int lower = if_nametoindex(option(words, "lower", ""));
	uint32_t mode = number(words, "mode", 4);
	struct rtattr *info, *data;
	unsigned char mac[6];

	if (!lower)
		die("no lower device");
	start(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	put(IFLA_IFNAME, name, strlen(name) + 1);
	put(IFLA_LINK, &lower, sizeof(lower));
	if (!strstr(kind, "ipvlan")) {
		make_mac(mac, number(words, "family", 0), n);
		put(IFLA_ADDRESS, mac, sizeof(mac));
	}
	info = put(IFLA_LINKINFO, "", 0);
	put(IFLA_INFO_KIND, kind, strlen(kind));
	data = put(IFLA_INFO_DATA, "", 0);
	if (strstr(kind, "ipvlan"))
		put(IFLA_IPVLAN_MODE, &(uint16_t){ IPVLAN_MODE_L2 }, sizeof(uint16_t));
	else
		put(IFLA_MACVLAN_MODE, &mode, sizeof(mode));
	nest_end(data);
	nest_end(info);
	send_request(name);
}

static void set_up(char **words, const char *name, unsigned int n)
{
	(void)words, (void)n;
	start(RTM_NEWLINK, 0);
	put(IFLA_IFNAME, name, strlen(name) + 1);
	request.info.ifi_flags = IFF_UP;
	request.info.ifi_change = IFF_UP;
	send_request(name);
}

static void delete(char **words, const char *name, unsigned int n)
{
	(void)words, (void)n;
	start(RTM_DELLINK, 0);
	put(IFLA_IFNAME, name, strlen(name) + 1);
	send_request(name);
}

void do_links(char **words)
{
	static const struct {
		const char *name;
		void (*run)(char **words, const char *name, unsigned int n);
	} actions[] = { { "add", add }, { "up", set_up }, { "delete", delete } };
	const char *prefix = option(words, "prefix", ""), *what = option(words, "do", "");
	long first = number(words, "first", 0), count = number(words, "count", -1), n;
	struct section section;
	char name[IFNAMSIZ];
	size_t a = 0;

	while (a < 3 && strcmp(what, actions[a].name))
		a++;
	if (a == 3)
		die("do=add, up or delete");
	section_begin(&section, words[0], words[1], number(words, "round", 0),
		      number(words, "work", count < 0 ? 1 : count));
	if (count < 0)
		actions[a].run(words, prefix, 0);
	for (n = first; n < first + count; n++) {
		snprintf(name, sizeof(name), "%s%ld", prefix, n);
		actions[a].run(words, name, n);
	}
	section_end(&section, "%s", "");
}

void do_address(char **words)
{
	const char *dev = option(words, "dev", "");
	long count = number(words, "count", 16), i;
	struct section section;
	unsigned char mac[6];

	section_begin(&section, words[0], words[1], number(words, "round", 0), count);
	for (i = 0; i < count; i++) {
		make_mac(mac, 0xfe, i);
		start(RTM_NEWLINK, 0);
		put(IFLA_IFNAME, dev, strlen(dev) + 1);
		put(IFLA_ADDRESS, mac, sizeof(mac));
		send_request(dev);
	}
	section_end(&section, "%s", "");
}

void do_sources(char **words)
{
	const char *dev = option(words, "dev", ""), *kind = option(words, "kind", "");
	long count = number(words, "count", 1), i;
	struct rtattr *info, *data, *list;
	uint32_t mode = MACVLAN_MACADDR_SET;

	start(RTM_NEWLINK, 0);
	put(IFLA_IFNAME, dev, strlen(dev) + 1);
	info = put(IFLA_LINKINFO, "", 0);
	put(IFLA_INFO_KIND, kind, strlen(kind));
	data = put(IFLA_INFO_DATA, "", 0);
	put(IFLA_MACVLAN_MACADDR_MODE, &mode, sizeof(mode));
	list = put(IFLA_MACVLAN_MACADDR_DATA, "", 0);
	for (i = 0; i < count; i++)
		put(IFLA_MACVLAN_MACADDR, (unsigned char[]){ 2, 0x50, 0, 0, i >> 8, i }, 6);
	nest_end(list);
	nest_end(data);
	nest_end(info);
	send_request(dev);
}
