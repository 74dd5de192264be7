// SPDX-License-Identifier: GPL-2.0-only
/*
 * Option "allow": the IP addresses that a child with "pin ip" may use. The host's to
 * change, as the pin itself.
 */
#include <linux/in.h>
#include <linux/inetdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/ipv6.h>
#include <net/netlink.h>
#include "allow.h"
#include "identity.h"

/**
 * mymacvlan_allows_ipv6_rcu() - may a child use this address?
 * @child: the child
 * @addr: the address
 *
 * Context: RCU read side, also one that is made of disabled BHs only.
 * Return: true if it is on the child's list.
 */
bool mymacvlan_allows_ipv6_rcu(const struct mymacvlan_child *child,
			       const struct in6_addr *addr)
{
	const struct mymacvlan_allow *allow = mymacvlan_allow_rcu(child);
	unsigned int i;

	for (i = allow ? allow->count4 : 0; allow && i < allow->count; i++)
		if (ipv6_prefix_equal(addr, &allow->prefix[i].addr,
				      allow->prefix[i].len))
			return true;
	return false;
}

/*
 * Changing the list
 */

static bool mymacvlan_prefix_equal(const struct mymacvlan_prefix *a,
				   const struct mymacvlan_prefix *b)
{
	return a->v6 == b->v6 && a->len == b->len &&
	       ipv6_addr_equal(&a->addr, &b->addr);
}

/* An address and how many of its bits count, in an attribute. */
static int mymacvlan_prefix_parse(struct mymacvlan_prefix *prefix,
				  struct nlattr *attr,
				  struct netlink_ext_ack *extack)
{
	bool v6 = nla_type(attr) == MYMACVLAN_ALLOW_IPV6;
	unsigned int size = v6 ? sizeof(prefix->addr) : sizeof(__be32);
	const u8 *data = nla_data(attr);

	if ((!v6 && nla_type(attr) != MYMACVLAN_ALLOW_IPV4) ||
	    nla_len(attr) != size + 1 || data[size] > 8 * size) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "allow: an address and its prefix length are expected");
		return -EINVAL;
	}
	memset(prefix, 0, sizeof(*prefix));
	prefix->v6 = v6;
	prefix->len = data[size];
	if (v6) {
		struct in6_addr addr;

		memcpy(&addr, data, size);
		ipv6_addr_prefix(&prefix->addr, &addr, prefix->len);
		return 0;
	}
	memcpy(&prefix->addr.s6_addr32[3], data, size);
	prefix->mask4 = inet_make_mask(prefix->len);
	prefix->addr.s6_addr32[3] &= prefix->mask4;
	return 0;
}

static int mymacvlan_allow_find(const struct mymacvlan_allow *allow,
				const struct mymacvlan_prefix *prefix)
{
	unsigned int i;

	for (i = 0; i < allow->count; i++)
		if (mymacvlan_prefix_equal(&allow->prefix[i], prefix))
			return i;
	return -1;
}

static int mymacvlan_allow_add(struct mymacvlan_allow *allow,
			       const struct mymacvlan_prefix *prefix,
			       struct netlink_ext_ack *extack)
{
	unsigned int place = prefix->v6 ? allow->count : allow->count4;

	if (mymacvlan_allow_find(allow, prefix) >= 0)
		return 0;
	if (allow->count == MYMACVLAN_ALLOW_MAX) {
		NL_SET_ERR_MSG(extack, "allow: at most 64 IP addresses");
		return -ENOSPC;
	}
	memmove(&allow->prefix[place + 1], &allow->prefix[place],
		(allow->count - place) * sizeof(*prefix));
	allow->prefix[place] = *prefix;
	allow->count++;
	allow->count4 += !prefix->v6;
	return 0;
}

static void mymacvlan_allow_del(struct mymacvlan_allow *allow,
				const struct mymacvlan_prefix *prefix)
{
	int place = mymacvlan_allow_find(allow, prefix);

	if (place < 0)
		return;
	allow->count--;
	allow->count4 -= !prefix->v6;
	memmove(&allow->prefix[place], &allow->prefix[place + 1],
		(allow->count - place) * sizeof(*prefix));
}

static int mymacvlan_allow_apply(struct mymacvlan_allow *allow, u32 action,
				 struct nlattr *list,
				 struct netlink_ext_ack *extack)
{
	struct mymacvlan_prefix prefix;
	struct nlattr *attr;
	int rem, err;

	nla_for_each_nested(attr, list, rem) {
		err = mymacvlan_prefix_parse(&prefix, attr, extack);
		if (!err && action == MYMACVLAN_ALLOW_DEL)
			mymacvlan_allow_del(allow, &prefix);
		else if (!err)
			err = mymacvlan_allow_add(allow, &prefix, extack);
		if (err)
			return err;
	}
	return 0;
}

static struct mymacvlan_allow *
mymacvlan_allow_copy(const struct mymacvlan_child *child, bool empty)
{
	const struct mymacvlan_allow *old = rtnl_dereference(child->allow);
	struct mymacvlan_allow *allow;

	allow = kzalloc(struct_size(allow, prefix, MYMACVLAN_ALLOW_MAX),
			GFP_KERNEL_ACCOUNT);
	if (!allow || !old || empty)
		return allow;
	allow->count = old->count;
	allow->count4 = old->count4;
	memcpy(allow->prefix, old->prefix, old->count * sizeof(old->prefix[0]));
	return allow;
}

/**
 * mymacvlan_allow_make() - the list that a request asks for
 * @child: a child with its lower device
 * @action: the attribute with one of enum mymacvlan_allow_action, or %NULL
 * @list: the attribute with the addresses, or %NULL
 * @extack: to say what is wrong
 *
 * Context: process, RTNL, may sleep.
 * Return: a list for mymacvlan_allow_set(), or for kfree(); %NULL if nothing is
 *	asked for; -EPERM, -EINVAL, -ENOSPC or -ENOMEM.
 */
struct mymacvlan_allow *
mymacvlan_allow_make(const struct mymacvlan_child *child, struct nlattr *action,
		     struct nlattr *list, struct netlink_ext_ack *extack)
{
	struct mymacvlan_allow *allow;
	int err = 0;
	u32 what;

	if (!action && !list)
		return NULL;
	if (!mymacvlan_is_host(mymacvlan_lower(child))) {
		NL_SET_ERR_MSG(extack,
			       "Option allow is set from within the lower device's namespace only, with CAP_NET_ADMIN there");
		return ERR_PTR(-EPERM);
	}
	if (!action || nla_get_u32(action) > MYMACVLAN_ALLOW_SET) {
		NL_SET_ERR_MSG(extack, "allow: one of add, del, flush, set is needed");
		return ERR_PTR(-EINVAL);
	}
	what = nla_get_u32(action);
	allow = mymacvlan_allow_copy(child, what == MYMACVLAN_ALLOW_FLUSH ||
				     what == MYMACVLAN_ALLOW_SET);
	if (!allow)
		return ERR_PTR(-ENOMEM);
	if (list && what != MYMACVLAN_ALLOW_FLUSH)
		err = mymacvlan_allow_apply(allow, what, list, extack);
	if (!err)
		return allow;
	kfree(allow);
	return ERR_PTR(err);
}

static void mymacvlan_allow_replace(struct mymacvlan_child *child,
				    struct mymacvlan_allow *allow)
{
	struct mymacvlan_allow *old = rtnl_dereference(child->allow);

	rcu_assign_pointer(child->allow, allow);
	if (old)
		kfree_rcu(old, rcu);
	mymacvlan_bindings_renew(child);
}

/**
 * mymacvlan_allow_set() - give a child another list
 * @child: the child
 * @allow: from mymacvlan_allow_make(), the child's from now on; %NULL: the old
 *	one stays
 *
 * Context: RTNL.
 */
void mymacvlan_allow_set(struct mymacvlan_child *child,
			 struct mymacvlan_allow *allow)
{
	ASSERT_RTNL();
	if (allow)
		mymacvlan_allow_replace(child, allow);
}

/**
 * mymacvlan_allow_forget() - who has given a child its list may not any more
 * @child: the child
 *
 * Context: RTNL.
 */
void mymacvlan_allow_forget(struct mymacvlan_child *child)
{
	ASSERT_RTNL();
	mymacvlan_allow_replace(child, NULL);
}

/**
 * mymacvlan_allow_free() - a child ends
 * @child: a child that nobody can reach any more
 *
 * Context: RTNL not needed.
 */
void mymacvlan_allow_free(struct mymacvlan_child *child)
{
	kfree(rcu_dereference_protected(child->allow, true));
}

/*
 * Telling it
 */

/**
 * mymacvlan_allow_size() - room that mymacvlan_allow_fill_rcu() needs
 * @child: the child
 *
 * Context: any.
 * Return: bytes.
 */
size_t mymacvlan_allow_size(const struct mymacvlan_child *child)
{
	const struct mymacvlan_allow *allow;
	size_t size = 0;

	rcu_read_lock();
	allow = rcu_dereference(child->allow);
	if (allow && allow->count)
		size = nla_total_size(0) + allow->count *
		       nla_total_size(sizeof(struct in6_addr) + 1);
	rcu_read_unlock();
	return size;
}

static int mymacvlan_prefix_fill(struct sk_buff *skb,
				 const struct mymacvlan_prefix *prefix)
{
	u8 data[sizeof(prefix->addr) + 1];

	if (prefix->v6) {
		memcpy(data, &prefix->addr, sizeof(prefix->addr));
		data[sizeof(prefix->addr)] = prefix->len;
		return nla_put(skb, MYMACVLAN_ALLOW_IPV6, sizeof(data), data);
	}
	memcpy(data, &prefix->addr.s6_addr32[3], sizeof(__be32));
	data[sizeof(__be32)] = prefix->len;
	return nla_put(skb, MYMACVLAN_ALLOW_IPV4, sizeof(__be32) + 1, data);
}

/**
 * mymacvlan_allow_fill_rcu() - tell a child's list, unless it is empty
 * @skb: message to add it to
 * @child: the child
 *
 * Context: RCU read side.
 * Return: 0 or -EMSGSIZE.
 */
int mymacvlan_allow_fill_rcu(struct sk_buff *skb,
			     const struct mymacvlan_child *child)
{
	const struct mymacvlan_allow *allow = mymacvlan_allow_rcu(child);
	struct nlattr *nest;
	unsigned int i;

	if (!allow || !allow->count)
		return 0;
	nest = nla_nest_start_noflag(skb, IFLA_MYMACVLAN_ALLOW);
	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < allow->count; i++)
		if (mymacvlan_prefix_fill(skb, &allow->prefix[i]))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}
