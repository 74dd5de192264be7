/* SPDX-License-Identifier: GPL-2.0-only */
/* Lists of allowed senders, of children in mode source. */
#ifndef _MYMACVLAN_SOURCE_H
#define _MYMACVLAN_SOURCE_H

#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/types.h>
#include "mcast.h"

struct mymacvlan_entry;
struct netlink_ext_ack;
struct nlattr;

/*
 * Longest list of a child in mode source. A dump has it in three nested
 * attributes, whose lengths have 16 bits: from 5456 addresses on none could
 * describe the device, and a dump of all devices would end there.
 */
#define MYMACVLAN_SOURCES_MAX		5000

/**
 * struct mymacvlan_source - an allowed sender of a child in mode source
 * @entry: in port->sources, beside other children's entries of the same address;
 *	RTNL
 * @key: the address, see mymacvlan_key()
 * @link: in child->sources
 * @keep: scratch of a list's replacement: this one is in the new list too
 * @rcu: for freeing it
 *
 * Written under RTNL, read under RCU.
 */
struct mymacvlan_source {
	struct mymacvlan_entry	*entry;
	u64			key;
	struct list_head	link;
	bool			keep;
	struct rcu_head		rcu;
};

int mymacvlan_source_change(struct mymacvlan_child *child, u32 action,
			    struct nlattr *data[],
			    struct netlink_ext_ack *extack);
void mymacvlan_source_flush(struct mymacvlan_child *child);
bool mymacvlan_source_lists_rcu(const struct mymacvlan_child *child, u64 key);
bool mymacvlan_source_deliver_rcu(const struct mymacvlan_port *port,
				  struct sk_buff *skb,
				  enum mymacvlan_listeners listeners);

#endif /* _MYMACVLAN_SOURCE_H */
