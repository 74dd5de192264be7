/* SPDX-License-Identifier: GPL-2.0-only */
/* Multicast addresses, and who listens to them. */
#ifndef _MYMACVLAN_GROUP_H
#define _MYMACVLAN_GROUP_H

#include <linux/netdevice.h>
#include <linux/rbtree.h>
#include <linux/rhashtable.h>
#include <linux/types.h>

struct mymacvlan_child;
struct mymacvlan_port;

/**
 * struct mymacvlan_group - a multicast address and who listens to it
 * @node: in port->groups; unused in the port's own two groups
 * @key: the address, see mymacvlan_key(); 0 in the port's own two groups
 * @members: list of struct mymacvlan_member, read under RCU
 * @count: length of @members; read without a lock by the frame path
 * @rcu: for freeing it
 *
 * Written under port->group_lock. A group in port->groups holds one reference
 * on its address in the lower device's multicast list, is made for its first
 * member and freed after its last.
 */
struct mymacvlan_group {
	struct rhash_head	node;
	u64			key;
	struct hlist_head	members;
	unsigned int		count;
	struct rcu_head		rcu;
};

/**
 * struct mymacvlan_member - a child's place in a group
 * @link: in group->members
 * @child: who listens; it is freed an RCU grace period after its last member
 *	left
 * @group: where
 * @node: in child->groups; unused in the port's own two groups
 * @rcu: for freeing it, after it left both
 *
 * What a flood reads comes first, see struct mymacvlan_child.
 *
 * Made and ended under port->group_lock. Never moved to another list: a reader
 * may still stand on it.
 */
struct mymacvlan_member {
	struct hlist_node	link;
	struct mymacvlan_child	*child;
	struct mymacvlan_group	*group;
	union {
		struct rb_node	node;
		struct rcu_head	rcu;
	};
};

int mymacvlan_listen_start(struct mymacvlan_child *child);
void mymacvlan_listen_stop(struct mymacvlan_child *child);
int mymacvlan_listen_sync(struct mymacvlan_child *child,
			  struct netdev_hw_addr_list *mc);
void mymacvlan_listen_suspend(struct mymacvlan_port *port);
void mymacvlan_listen_restore(struct mymacvlan_port *port);
const struct mymacvlan_member *
mymacvlan_next_group_locked(const struct mymacvlan_child *child, u64 key);

#endif /* _MYMACVLAN_GROUP_H */
