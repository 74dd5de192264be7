/* SPDX-License-Identifier: GPL-2.0-only */
/* What the table of bindings is made of: see binding.h for those who use it. */
#ifndef _MYMACVLAN_CLAIM_H
#define _MYMACVLAN_CLAIM_H

#include <linux/rhashtable.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include "binding.h"

/* Most addresses of a child that it was only seen to send with. */
#define MYMACVLAN_SEEN_MAX		64
/* Most that are on its device, or given to it. */
#define MYMACVLAN_CONFIGURED_MAX	256
/* Most claims on a port. */
#define MYMACVLAN_CLAIMS_MAX		262144
/* How many new ones a child may make a second by what it sends. */
#define MYMACVLAN_CLAIMS_PER_SECOND	128
/* How long an address directs nothing after a second child has claimed it. */
#define MYMACVLAN_CONTESTED_SECONDS	600
/* After so long everybody hears once more that somebody looks for an address. */
#define MYMACVLAN_ASK_ALL_SECONDS	300

/* Why a claim is there: MYMACVLAN_KNOWN_* bits, and this one, which nobody is told. */
#define MYMACVLAN_KNOWN_LISTED	BIT(7)	/* the child's list "allow" has it by itself */

/**
 * struct mymacvlan_claim - a child claims an address
 * @binding: the address
 * @child: who
 * @of_binding: in binding->claims; bindings->lock
 * @of_child: in child->claims.list; bindings->lock, RCU
 * @id: larger than that of each earlier claim of the port; fixed
 * @known: MYMACVLAN_KNOWN_* bits; written under bindings->lock, read by all
 * @seen: when the child last sent with it, jiffies; any
 * @rcu: for freeing it
 *
 * It ends under bindings->lock, at the latest when the child goes down, from when
 * on the child makes no new ones. Readers under RCU may still hold it, and what it
 * points to: a child is freed an RCU grace period after it went down.
 */
struct mymacvlan_claim {
	struct mymacvlan_binding *binding;
	struct mymacvlan_child	*child;
	struct list_head	of_binding;
	struct list_head	of_child;
	u64			id;
	u8			known;
	unsigned long		seen;
	struct rcu_head		rcu;
};

/**
 * struct mymacvlan_binding - an address that is claimed
 * @node: in bindings->table
 * @key: the address; fixed
 * @owner: the first of @claims, or of those that the host allows, if there are such;
 *	bindings->lock, RCU
 * @claims: struct mymacvlan_claim, oldest first; more than one only of those that
 *	are configured or given; bindings->lock
 * @shared: more than one have @owner's right to it; written under bindings->lock,
 *	read by all
 * @contested: until when the address is contested, get_jiffies_64(), or 0; any
 * @asked: when everybody last heard that somebody looks for it, in seconds as jiffies
 *	count, or 0: never; any
 * @told: when the log was told last that it is contested, in jiffies, or 0; any
 * @verdict: whether the port lets any child have it, and as of when, see
 *	verdict.c; any
 * @rcu: for freeing it
 *
 * Lives as long as it is claimed, and an RCU grace period.
 */
struct mymacvlan_binding {
	struct rhash_head	node;
	struct mymacvlan_binding_key key;
	struct mymacvlan_claim __rcu *owner;
	struct list_head	claims;
	bool			shared;
	u64			contested;
	u32			asked;
	unsigned long		told;
	u64			verdict;
	struct rcu_head		rcu;
};

/**
 * struct mymacvlan_bindings - a port's table of bindings
 * @table: struct mymacvlan_binding by key; written under @lock, RCU
 * @lock: guards all claims of the port and their order. Taken in process context,
 *	in BHs, and on the frame path for a claim that is new only
 * @count: claims; @lock
 * @last_id: of the newest claim; @lock
 * @silent: taps that are up and whose guests have not said by ARP which IPv4 address
 *	they have; written under @lock, read by all
 * @users: who needs the table; RTNL
 *
 * Owned by the port. Made and ended under RTNL, see mymacvlan_bindings_get() and
 * _put(): with its last user, at the latest with the port. Before that it is taken
 * off the port, then each child's claims are ended and closed, then a grace period
 * passes: whoever had found the table before, frames and notifiers of IPv6
 * addresses, finds the children closed, makes no claim, and is gone by then.
 */
struct mymacvlan_bindings {
	struct rhashtable	table;
	spinlock_t		lock;	/* see above */
	unsigned int		count;
	u64			last_id;
	unsigned int		silent;
	unsigned int		users;
};

/* binding.c */
enum mymacvlan_bound
mymacvlan_binding_state_rcu(struct net_device *lower,
			    struct mymacvlan_binding *binding,
			    const struct mymacvlan_claim *owner);

/* verdict.c */
bool mymacvlan_has_ip6(const struct mymacvlan_child *child,
		       const struct in6_addr *ip, u32 but);
bool mymacvlan_binding_is_allowed_rcu(struct net_device *lower,
				      struct mymacvlan_binding *binding,
				      bool allowed);
bool mymacvlan_is_of_host_rcu(const struct net_device *lower,
			      const struct mymacvlan_binding_key *key);

#endif /* _MYMACVLAN_CLAIM_H */
