// SPDX-License-Identifier: GPL-2.0-only
/*
 * LD_PRELOAD for ip: print the link attributes of the request that creates or
 * changes a link, and exit instead of sending it. So what a plugin makes of its
 * words can be tested without root and without a driver.
 *
 *	create mymacvlan 1=16 3=3 5=[4=020000000001 4=020000000002]
 *
 * Values of 2 and 4 bytes are shown as numbers, others as bytes.
 */
#include <dlfcn.h>
#include <linux/if_link.h>
#include <linux/mymacvlan.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void print_attrs(const struct rtattr *attr, int left);

static void print_value(const struct rtattr *attr)
{
	int len = RTA_PAYLOAD(attr);
	const unsigned char *byte = RTA_DATA(attr);
	__u32 u32;
	__u16 u16;

	if (attr->rta_type == IFLA_MYMACVLAN_MACADDR_DATA) {
		printf("[");
		print_attrs(RTA_DATA(attr), len);
		printf("]");
	} else if (len == sizeof(u32)) {
		memcpy(&u32, byte, sizeof(u32));
		printf("%u", u32);
	} else if (len == sizeof(u16)) {
		memcpy(&u16, byte, sizeof(u16));
		printf("%u", u16);
	} else {
		for (; len > 0; len--)
			printf("%02x", *byte++);
	}
}

static void print_attrs(const struct rtattr *attr, int left)
{
	const char *gap = "";

	for (; RTA_OK(attr, left); attr = RTA_NEXT(attr, left)) {
		printf("%s%u=", gap, attr->rta_type);
		print_value(attr);
		gap = " ";
	}
	if (left)
		printf("%s%d stray bytes", gap, left);
}

static const struct rtattr *find_attr(const struct rtattr *attr, int left,
				      int type)
{
	for (; RTA_OK(attr, left); attr = RTA_NEXT(attr, left))
		if ((attr->rta_type & NLA_TYPE_MASK) == type)
			return attr;
	return NULL;
}

static const struct rtattr *find_in(const struct rtattr *nest, int type)
{
	return nest ? find_attr(RTA_DATA(nest), RTA_PAYLOAD(nest), type) : NULL;
}

static void print_request(const struct nlmsghdr *n)
{
	const struct rtattr *info, *kind, *data;

	info = find_attr(IFLA_RTA(NLMSG_DATA(n)), IFLA_PAYLOAD(n),
			 IFLA_LINKINFO);
	kind = find_in(info, IFLA_INFO_KIND);
	data = find_in(info, IFLA_INFO_DATA);
	printf("%s", n->nlmsg_flags & NLM_F_CREATE ? "create" : "change");
	if (kind)
		printf(" %.*s", (int)RTA_PAYLOAD(kind),
		       (const char *)RTA_DATA(kind));
	if (data) {
		printf(" ");
		print_attrs(RTA_DATA(data), RTA_PAYLOAD(data));
	}
	printf("\n");
	fflush(stdout);
}

ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	ssize_t (*send_it)(int fd, const struct msghdr *msg, int flags);
	const struct nlmsghdr *n = msg->msg_iov[0].iov_base;

	if (msg->msg_iov[0].iov_len >= sizeof(*n) &&
	    n->nlmsg_type == RTM_NEWLINK) {
		print_request(n);
		_exit(0);
	}
	send_it = dlsym(RTLD_NEXT, "sendmsg");
	return send_it(fd, msg, flags);
}
