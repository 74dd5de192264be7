/* SPDX-License-Identifier: GPL-2.0-only */
/* Attributes of link messages by chance, some of them damaged; see fuzz.h. */
#ifndef SELFTESTS_ANYLINK_H
#define SELFTESTS_ANYLINK_H

#include <libmnl/libmnl.h>

#include "fuzz.h"

/* What there is to choose from. */
struct link_choices {
	/* The devices of all namespaces. */
	unsigned int index[256], indices;
	bool tap[256];
	unsigned int lower[6];
	int home_fd, away_fd;
	/* The host's neighbour may be chosen as address, too. */
	bool neighbour;
};

/* Somebody out there. */
#define NEIGHBOUR	{ 2, 0xfd, 0, 0, 0, 1 }

extern struct link_choices links;

unsigned int any_index(void);
void put_u32(struct nlmsghdr *nlh, int type, __u32 value);
void put_mac(struct nlmsghdr *nlh, int type);
void put_garbage(struct nlmsghdr *nlh, int type);
void put_name(struct nlmsghdr *nlh);
/* One attribute of a link: address, MTU, namespace, or a rare one. */
void put_property(struct nlmsghdr *nlh);
/* Kind and, with @options, as many options of the kind. */
void put_info(struct nlmsghdr *nlh, bool tap, unsigned int options);

#endif
