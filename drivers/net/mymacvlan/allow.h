/* SPDX-License-Identifier: GPL-2.0-only */
/* Option "allow": the addresses that a child may use. */
#ifndef _MYMACVLAN_ALLOW_H
#define _MYMACVLAN_ALLOW_H

#include <linux/in6.h>
#include <linux/rcupdate.h>
#include <linux/types.h>
#include "mymacvlan.h"

struct netlink_ext_ack;
struct nlattr;
struct sk_buff;

/**
 * struct mymacvlan_prefix - addresses that begin alike
 * @addr: one of them; an IPv4 address is in the last four bytes
 * @mask4: of IPv4, which bits of it count
 * @len: how many bits count
 * @v6: it is IPv6
 */
struct mymacvlan_prefix {
	struct in6_addr		addr;
	__be32			mask4;
	u8			len;
	bool			v6;
};

/**
 * struct mymacvlan_allow - a child's list
 * @rcu: for freeing it
 * @count: how many prefixes
 * @count4: how many of them are IPv4; these come first
 * @count_mac: how many further MAC addresses
 * @mac: these, see mymacvlan_key()
 * @prefix: the list of prefixes
 *
 * Owned by child->allow, replaced as a whole under RTNL and never changed after that;
 * read under RCU.
 */
struct mymacvlan_allow {
	struct rcu_head		rcu;
	unsigned int		count;
	unsigned int		count4;
	unsigned int		count_mac;
	u64			mac[MYMACVLAN_ALLOW_MAX];
	struct mymacvlan_prefix	prefix[];
};

static inline const struct mymacvlan_allow *
mymacvlan_allow_rcu(const struct mymacvlan_child *child)
{
	return rcu_dereference_check(child->allow, rcu_read_lock_any_held());
}

/**
 * mymacvlan_allows_ipv4_rcu() - may a child use this address?
 * @child: the child
 * @addr: the address
 *
 * Context: RCU read side, also one that is made of disabled BHs only.
 * Return: true if it is on the child's list.
 */
static inline bool
mymacvlan_allows_ipv4_rcu(const struct mymacvlan_child *child, __be32 addr)
{
	const struct mymacvlan_allow *allow = mymacvlan_allow_rcu(child);
	unsigned int i;

	for (i = 0; allow && i < allow->count4; i++)
		if (!((addr ^ allow->prefix[i].addr.s6_addr32[3]) &
		      allow->prefix[i].mask4))
			return true;
	return false;
}

bool mymacvlan_allows_ipv6_rcu(const struct mymacvlan_child *child,
			       const struct in6_addr *addr);
struct mymacvlan_allow *
mymacvlan_allow_make(const struct mymacvlan_child *child, unsigned int mode,
		     struct nlattr *action, struct nlattr *list,
		     struct netlink_ext_ack *extack);
bool mymacvlan_allow_suits_mode(const struct mymacvlan_allow *allow,
				unsigned int mode, struct netlink_ext_ack *extack);
void mymacvlan_allow_set(struct mymacvlan_child *child,
			 struct mymacvlan_allow *allow);
void mymacvlan_allow_forget(struct mymacvlan_child *child);
void mymacvlan_allow_free(struct mymacvlan_child *child);
size_t mymacvlan_allow_size(const struct mymacvlan_child *child);
int mymacvlan_allow_fill_rcu(struct sk_buff *skb, int type,
			     const struct mymacvlan_child *child);

#endif /* _MYMACVLAN_ALLOW_H */
