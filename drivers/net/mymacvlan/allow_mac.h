/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Option "allow" with MAC addresses: a bridge child has others beside its own, for the
 * machines behind it. Frames find it by each of them in the port's table of stations.
 */
#ifndef _MYMACVLAN_ALLOW_MAC_H
#define _MYMACVLAN_ALLOW_MAC_H

#include <linux/rtnetlink.h>
#include "mymacvlan.h"
#include "table.h"

struct mymacvlan_allow;
struct netlink_ext_ack;

/**
 * struct mymacvlan_mac - a further MAC address of a child
 * @link: in child->macs
 * @key: the address, see mymacvlan_key()
 * @child: whose
 * @entry: in port->macs: nobody else may have the address, whether the child is up or not
 * @station: in port->stations while the child is up, unless the lower device has the
 *	address
 * @started: the child is up, and the lower device is asked for the address
 *
 * All of it under RTNL. Frames see the entries only.
 */
struct mymacvlan_mac {
	struct list_head	link;
	u64			key;
	struct mymacvlan_child	*child;
	struct mymacvlan_entry	*entry;
	struct mymacvlan_entry	*station;
	bool			started;
};

/**
 * mymacvlan_allows_mac_rcu() - has the host allowed a child this MAC address?
 * @child: a child of a port
 * @key: the address, see mymacvlan_key()
 *
 * The child's own address is none of those.
 *
 * Context: RTNL, or RCU read side, also one that is made of disabled BHs only.
 * Return: true if so.
 */
static inline bool
mymacvlan_allows_mac_rcu(const struct mymacvlan_child *child, u64 key)
{
	const struct mymacvlan_table *table;
	const struct mymacvlan_entry *entry;

	table = rcu_dereference_check(child->port->macs, rcu_read_lock_any_held() ||
				      lockdep_rtnl_is_held());
	entry = table ? mymacvlan_table_find_rcu(table, key) : NULL;
	return entry && entry->child == child;
}

const struct mymacvlan_child *
mymacvlan_macs_owner(const struct mymacvlan_port *port, u64 key);
bool mymacvlan_macs_release(struct mymacvlan_port *port, u64 key);
int mymacvlan_macs_take(struct mymacvlan_child *child,
			const struct mymacvlan_allow *allow,
			struct netlink_ext_ack *extack);
void mymacvlan_macs_trim(struct mymacvlan_child *child,
			 const struct mymacvlan_allow *keep);
int mymacvlan_macs_start(struct mymacvlan_child *child);
void mymacvlan_macs_stop(struct mymacvlan_child *child);
int mymacvlan_macs_restore(const struct mymacvlan_child *child);
void mymacvlan_macs_follow_lower(struct mymacvlan_port *port);

#endif /* _MYMACVLAN_ALLOW_MAC_H */
