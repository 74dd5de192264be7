/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A frame from the wire with a child's source address: is it the child's own that
 * a switch has sent back, and who must not hear it then?
 *
 * A child may call itself as it likes: if that were enough, one that takes the
 * router's address would cut its siblings off the router. And routers share an
 * address (VRRP). So only addresses count that the host vouches for and that no
 * other machine shares, see identity.h.
 */
#ifndef _MYMACVLAN_ISOLATION_H
#define _MYMACVLAN_ISOLATION_H

#include "deliver.h"
#include "identity.h"
#include "table.h"

/* The lower device has this child's address, so no unicast frame finds it. */
static inline struct mymacvlan_child *
mymacvlan_find_addr_conflict_rcu(const struct mymacvlan_port *port, u64 key)
{
	struct mymacvlan_child *child;

	child = rcu_dereference_check(port->addr_conflict, rcu_read_lock_any_held());
	if (!child || mymacvlan_key(mymacvlan_dev(child)->dev_addr) != key)
		return NULL;
	return child;
}

/**
 * mymacvlan_find_sender_rcu() - the child that sends with an address
 * @port: the port that a frame came in on
 * @key: the frame's source address, see mymacvlan_key()
 *
 * Context: RCU read side, also one that is made of disabled BHs only.
 * Return: a child that may have sent the frame, or %NULL.
 */
static inline struct mymacvlan_child *
mymacvlan_find_sender_rcu(const struct mymacvlan_port *port, u64 key)
{
	struct mymacvlan_child *child = mymacvlan_find_key_rcu(port, key);

	if (!child)
		return mymacvlan_find_addr_conflict_rcu(port, key);
	return mymacvlan_is_protodown(child) ? NULL : child;
}

/**
 * mymacvlan_is_isolated_rcu() - must one child not hear another one's frame?
 * @child: who would get it
 * @key: the frame's source address, see mymacvlan_key()
 *
 * Context: RCU read side, also one that is made of disabled BHs only.
 * Return: true if surely a sibling has sent it, and one of the two is private.
 */
static inline bool
mymacvlan_is_isolated_rcu(const struct mymacvlan_child *child, u64 key)
{
	const struct mymacvlan_child *src;

	src = mymacvlan_find_sender_rcu(child->port, key);
	if (!src || src == child || !mymacvlan_addr_is_trusted(src, key))
		return false;
	return mymacvlan_mode(src) == MYMACVLAN_MODE_PRIVATE ||
	       mymacvlan_mode(child) == MYMACVLAN_MODE_PRIVATE;
}

/**
 * mymacvlan_is_from_private_rcu() - is this a private child's own frame?
 * @port: the port that it came in on
 * @key: the frame's source address, see mymacvlan_key()
 *
 * Context: RCU read side, also one that is made of disabled BHs only.
 * Return: true if no sibling may hear it.
 */
static inline bool
mymacvlan_is_from_private_rcu(const struct mymacvlan_port *port, u64 key)
{
	const struct mymacvlan_child *src;

	src = mymacvlan_find_sender_rcu(port, key);
	return src && mymacvlan_mode(src) == MYMACVLAN_MODE_PRIVATE &&
	       mymacvlan_addr_is_trusted(src, key);
}

#endif /* _MYMACVLAN_ISOLATION_H */
