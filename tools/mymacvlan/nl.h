/* SPDX-License-Identifier: GPL-2.0-only */
/* Talking to the driver's generic netlink family, over libmnl. */
#ifndef MYMACVLAN_NL_H
#define MYMACVLAN_NL_H

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/mymacvlan.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>

/* As much as the kernel puts into one piece of a dump, and more. */
#define NL_BUFFER	(64 * 1024)

/* A socket and who answers there. */
struct nl {
	struct mnl_socket *sock;
	unsigned short family;
	unsigned int group;		/* of notifications, or 0: there is none */
};

/* What a dump is about: all, or what is given. */
struct nl_filter {
	const char *lower;
	const unsigned char *mac;	/* six bytes */
};

/* Called for each message; its attributes are in @attrs, by type. */
typedef void nl_take(const struct genlmsghdr *genl, struct nlattr **attrs,
		     void *data);

void nl_open(struct nl *nl);
void nl_close(struct nl *nl);
struct nlmsghdr *nl_begin(struct nl *nl, void *buffer, unsigned char cmd, int flags);
const char *nl_send(struct nl *nl, struct nlmsghdr *nlh, nl_take *take, void *data,
		    int *error);
bool nl_dump(struct nl *nl, unsigned char cmd, const struct nl_filter *filter,
	     nl_take *take, void *data);
void nl_listen(struct nl *nl, nl_take *take, void *data);

#endif
