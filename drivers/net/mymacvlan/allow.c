// SPDX-License-Identifier: GPL-2.0-only
/*
 * Option "allow": the IP addresses that a child with "pin ip" may use, and MAC addresses
 * that it has besides its own (see allow_mac.c for what these do). The host's to change,
 * as the pin itself.
 */
#include <linux/in.h>
#include <linux/inetdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/ipv6.h>
#include <net/netlink.h>
#include "allow.h"
#include "allow_mac.h"
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

static int mymacvlan_allow_apply_ip(struct mymacvlan_allow *allow, u32 action,
				    struct nlattr *attr,
				    struct netlink_ext_ack *extack)
{
	struct mymacvlan_prefix prefix;
	int err;

	err = mymacvlan_prefix_parse(&prefix, attr, extack);
	if (err)
		return err;
	if (action != MYMACVLAN_ALLOW_DEL)
		return mymacvlan_allow_add(allow, &prefix, extack);
	mymacvlan_allow_del(allow, &prefix);
	return 0;
}

static int mymacvlan_mac_parse(struct nlattr *attr, u64 *key,
			       struct netlink_ext_ack *extack)
{
	if (nla_len(attr) != ETH_ALEN) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "A MAC address has six bytes");
		return -EINVAL;
	}
	*key = mymacvlan_key(nla_data(attr));
	return mymacvlan_addr_validate(nla_data(attr), extack);
}

static int mymacvlan_allow_apply_mac(struct mymacvlan_allow *allow, u32 action,
				     struct nlattr *attr,
				     struct netlink_ext_ack *extack)
{
	unsigned int i;
	u64 key;
	int err;

	err = mymacvlan_mac_parse(attr, &key, extack);
	if (err)
		return err;
	for (i = 0; i < allow->count_mac && allow->mac[i] != key; i++)
		;
	if (action == MYMACVLAN_ALLOW_DEL) {
		if (i < allow->count_mac)
			allow->mac[i] = allow->mac[--allow->count_mac];
		return 0;
	}
	if (i == MYMACVLAN_ALLOW_MAX) {
		NL_SET_ERR_MSG(extack, "allow: at most 64 MAC addresses");
		return -ENOSPC;
	}
	if (i == allow->count_mac)
		allow->mac[allow->count_mac++] = key;
	return 0;
}

static int mymacvlan_allow_apply(struct mymacvlan_allow *allow, u32 action,
				 struct nlattr *list,
				 struct netlink_ext_ack *extack)
{
	struct nlattr *attr;
	int rem, err = 0;

	nla_for_each_nested(attr, list, rem) {
		if (nla_type(attr) == MYMACVLAN_ALLOW_MAC)
			err = mymacvlan_allow_apply_mac(allow, action, attr, extack);
		else
			err = mymacvlan_allow_apply_ip(allow, action, attr, extack);
		if (err)
			break;
	}
	return err;
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
	allow->count_mac = old->count_mac;
	memcpy(allow->mac, old->mac, sizeof(old->mac));
	memcpy(allow->prefix, old->prefix, old->count * sizeof(old->prefix[0]));
	return allow;
}

/**
 * mymacvlan_allow_suits_mode() - may a child have this list in this mode?
 * @allow: the list, or %NULL
 * @mode: MYMACVLAN_MODE_*
 * @extack: to say why not
 *
 * In other modes siblings do not reach each other, or an address is not what counts.
 *
 * Context: RTNL.
 * Return: false if it has MAC addresses, and the mode is not bridge.
 */
bool mymacvlan_allow_suits_mode(const struct mymacvlan_allow *allow,
				unsigned int mode, struct netlink_ext_ack *extack)
{
	if (!allow || !allow->count_mac || mode == MYMACVLAN_MODE_BRIDGE)
		return true;
	NL_SET_ERR_MSG(extack, "MAC addresses in list allow are for mode bridge only");
	return false;
}

/**
 * mymacvlan_allow_make() - the list that a request asks for
 * @child: a child with its lower device
 * @mode: the mode that it has, or will have
 * @action: the attribute with one of enum mymacvlan_allow_action, or %NULL
 * @list: the attribute with the addresses, or %NULL
 * @extack: to say what is wrong
 *
 * Its MAC addresses are the child's only after mymacvlan_macs_take().
 *
 * Context: process, RTNL, may sleep.
 * Return: a list for mymacvlan_allow_set(), or for kfree(); %NULL if nothing is
 *	asked for; -EPERM, -EINVAL, -EADDRNOTAVAIL, -ENOSPC or -ENOMEM.
 */
struct mymacvlan_allow *
mymacvlan_allow_make(const struct mymacvlan_child *child, unsigned int mode,
		     struct nlattr *action, struct nlattr *list,
		     struct netlink_ext_ack *extack)
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
	if (!err && !mymacvlan_allow_suits_mode(allow, mode, extack))
		err = -EINVAL;
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
	mymacvlan_macs_trim(child, allow);
	if (old)
		kfree_rcu(old, rcu);
	mymacvlan_bindings_renew(child);
}

/**
 * mymacvlan_allow_set() - give a child another list
 * @child: the child
 * @allow: from mymacvlan_allow_make(), with mymacvlan_macs_take() done; the child's from
 *	now on. %NULL: the old one stays
 *
 * Context: RTNL, may sleep.
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
 * Context: RTNL, may sleep.
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
	if (allow)
		size = nla_total_size(0) + allow->count *
		       nla_total_size(sizeof(struct in6_addr) + 1) +
		       READ_ONCE(allow->count_mac) * nla_total_size(ETH_ALEN);
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

static int mymacvlan_mac_fill(struct sk_buff *skb, u64 key)
{
	u8 addr[ETH_ALEN];

	mymacvlan_key_to_addr(key, addr);
	return nla_put(skb, MYMACVLAN_ALLOW_MAC, ETH_ALEN, addr);
}

/**
 * mymacvlan_allow_fill_rcu() - tell a child's list, unless it is empty
 * @skb: message to add it to
 * @type: the attribute that the list is
 * @child: the child
 *
 * Context: RCU read side.
 * Return: 0 or -EMSGSIZE.
 */
int mymacvlan_allow_fill_rcu(struct sk_buff *skb, int type,
			     const struct mymacvlan_child *child)
{
	const struct mymacvlan_allow *allow = mymacvlan_allow_rcu(child);
	unsigned int i, macs = allow ? READ_ONCE(allow->count_mac) : 0;
	struct nlattr *nest;

	if (!allow || (!allow->count && !macs))
		return 0;
	nest = nla_nest_start_noflag(skb, type);
	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < allow->count; i++)
		if (mymacvlan_prefix_fill(skb, &allow->prefix[i]))
			return -EMSGSIZE;
	for (i = 0; i < macs; i++)
		if (mymacvlan_mac_fill(skb, allow->mac[i]))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}
