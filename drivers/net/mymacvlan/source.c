// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mode source: a child gets the frames of the senders on its list, whatever
 * their destination.
 */
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/netlink.h>
#include "count.h"
#include "isolation.h"

/* What the frame is to a child, that may be not the one it is sent to. */
static u8 mymacvlan_source_pkt_type(const struct mymacvlan_child *child,
				    const struct sk_buff *skb)
{
	const u8 *dest = eth_hdr(skb)->h_dest;

	if (is_broadcast_ether_addr(dest))
		return PACKET_BROADCAST;
	if (is_multicast_ether_addr(dest))
		return PACKET_MULTICAST;
	if (ether_addr_equal_64bits(dest, mymacvlan_dev(child)->dev_addr))
		return PACKET_HOST;
	return skb->pkt_type;
}

/*
 * A copy for a child that lists the sender. A private child's own frame, which the
 * switch has sent back, is kept from it, and it is told so by the counter.
 */
static void mymacvlan_source_child(struct mymacvlan_child *child,
				   struct sk_buff *skb, bool isolated)
{
	const struct net_device *dev = mymacvlan_dev(child);

	if (isolated)
		mymacvlan_count_rx_drop(child, MYMACVLAN_RX_DROP_ISOLATED,
					skb, MYMACVLAN_RECEIVED);
	else if (!(READ_ONCE(dev->flags) & IFF_UP) ||
		 mymacvlan_is_for_the_dead(child, skb, skb->protocol, 0))
		mymacvlan_count_rx_drop(child, MYMACVLAN_RX_DROP_DOWN,
					skb, MYMACVLAN_RECEIVED);
	else
		mymacvlan_deliver(child, skb_clone(skb, GFP_ATOMIC),
				  mymacvlan_source_pkt_type(child, skb), 0);
}

/**
 * mymacvlan_source_deliver_rcu() - give a frame to those who list its sender
 * @port: the port it came in on
 * @skb: the frame, its Ethernet header pulled; stays the caller's
 * @listeners: which of the children are meant
 *
 * Context: RCU read side, BHs disabled.
 * Return: true if one of them keeps the frame from everybody else (nodst).
 */
bool mymacvlan_source_deliver_rcu(const struct mymacvlan_port *port,
				  struct sk_buff *skb,
				  enum mymacvlan_listeners listeners)
{
	u64 key = mymacvlan_frame_key(eth_hdr(skb)->h_source);
	const struct mymacvlan_table *table = rcu_dereference(port->sources);
	const struct mymacvlan_entry *entry;
	bool isolated;
	u16 flags = 0;

	if (!table)
		return false;
	isolated = READ_ONCE(port->rx_flags) & MYMACVLAN_PORT_PRIVATE &&
		   mymacvlan_is_from_private_rcu(port, key);
	hlist_for_each_entry_rcu(entry, mymacvlan_table_list(table, key), link) {
		struct mymacvlan_child *child = entry->child;

		if (entry->key != key ||
		    !mymacvlan_is_listener(child, listeners) ||
		    (!isolated && mymacvlan_is_protodown(child)))
			continue;
		flags |= READ_ONCE(child->mvd.flags);
		mymacvlan_source_child(child, skb, isolated);
	}
	return !isolated && flags & MYMACVLAN_FLAG_NODST;
}

/* Context: RCU read side, or RTNL. */
static struct mymacvlan_entry *
mymacvlan_source_entry(const struct mymacvlan_child *child, u64 key)
{
	const struct mymacvlan_table *table =
		rcu_dereference_rtnl(child->port->sources);
	struct mymacvlan_entry *entry;

	if (!table)
		return NULL;
	hlist_for_each_entry_rcu(entry, mymacvlan_table_list(table, key), link,
				 lockdep_rtnl_is_held())
		if (entry->key == key && entry->child == child)
			return entry;
	return NULL;
}

/**
 * mymacvlan_source_lists_rcu() - is a sender on a child's list?
 * @child: the child
 * @key: the sender's address, see mymacvlan_key()
 *
 * Context: RCU read side.
 * Return: true if so.
 */
bool mymacvlan_source_lists_rcu(const struct mymacvlan_child *child, u64 key)
{
	return mymacvlan_source_entry(child, key);
}

static struct mymacvlan_source *
mymacvlan_source_find(const struct mymacvlan_child *child, u64 key)
{
	struct mymacvlan_entry *entry = mymacvlan_source_entry(child, key);

	return entry ? container_of(entry->owner, struct mymacvlan_source, entry) :
		       NULL;
}

static struct mymacvlan_source *
mymacvlan_source_alloc(struct mymacvlan_child *child, u64 key)
{
	struct mymacvlan_table __rcu **place = &child->port->sources;
	struct mymacvlan_source *source;

	if (mymacvlan_table_make_room(place))
		return NULL;
	source = kzalloc_obj(*source, GFP_KERNEL_ACCOUNT);
	if (!source)
		return NULL;
	source->key = key;
	source->keep = true;
	source->entry = mymacvlan_table_add(place, key, child, &source->entry);
	if (!source->entry) {
		kfree(source);
		return NULL;
	}
	return source;
}

/* Put an address on the list, or mark it if it is there: it is to be kept. */
static int mymacvlan_source_add(struct mymacvlan_child *child, const u8 *addr,
				struct netlink_ext_ack *extack)
{
	u64 key = mymacvlan_key(addr);
	struct mymacvlan_source *source;

	source = mymacvlan_source_find(child, key);
	if (source) {
		source->keep = true;
		return 0;
	}
	if (child->mvd.macaddr_count >= MYMACVLAN_SOURCES_MAX) {
		NL_SET_ERR_MSG(extack, "Source list is full: at most 5000 MAC addresses");
		return -ENOSPC;
	}
	source = mymacvlan_source_alloc(child, key);
	if (!source)
		return -ENOMEM;
	/* At the end: on failure the new ones are those behind the old. */
	list_add_tail_rcu(&source->link, &child->sources);
	WRITE_ONCE(child->mvd.macaddr_count, child->mvd.macaddr_count + 1);
	mymacvlan_port_update_rx_flags(child->port);
	return 0;
}

static void mymacvlan_source_del(struct mymacvlan_child *child,
				 struct mymacvlan_source *source)
{
	mymacvlan_table_del(&child->port->sources, source->entry);
	list_del_rcu(&source->link);
	WRITE_ONCE(child->mvd.macaddr_count, child->mvd.macaddr_count - 1);
	mymacvlan_port_update_rx_flags(child->port);
	kfree_rcu(source, rcu);
}

/**
 * mymacvlan_source_flush() - empty a child's list
 * @child: the child
 *
 * Context: RTNL.
 */
void mymacvlan_source_flush(struct mymacvlan_child *child)
{
	struct mymacvlan_source *source, *next;

	ASSERT_RTNL();
	list_for_each_entry_safe(source, next, &child->sources, link)
		mymacvlan_source_del(child, source);
}

/* All addresses of a replacement, or those before the first that failed. */
static int mymacvlan_source_add_all(struct mymacvlan_child *child,
				    struct nlattr *data[],
				    struct netlink_ext_ack *extack)
{
	struct nlattr *attr;
	int rem, err;

	if (data[IFLA_MYMACVLAN_MACADDR]) {
		err = mymacvlan_source_add(child,
					   nla_data(data[IFLA_MYMACVLAN_MACADDR]),
					   extack);
		if (err)
			return err;
	}
	if (!data[IFLA_MYMACVLAN_MACADDR_DATA])
		return 0;
	nla_for_each_nested(attr, data[IFLA_MYMACVLAN_MACADDR_DATA], rem) {
		err = mymacvlan_source_add(child, nla_data(attr), extack);
		if (err)
			return err;
	}
	return 0;
}

/*
 * Replace the list without a moment in which a sender on both lists is missing
 * or doubled, and with the old list intact if there is no memory for the new.
 */
static int mymacvlan_source_set(struct mymacvlan_child *child,
				struct nlattr *data[],
				struct netlink_ext_ack *extack)
{
	unsigned int old_count = child->mvd.macaddr_count;
	struct mymacvlan_source *source, *next;
	unsigned int place = 0;
	int err;

	list_for_each_entry(source, &child->sources, link)
		source->keep = false;
	err = mymacvlan_source_add_all(child, data, extack);
	list_for_each_entry_safe(source, next, &child->sources, link) {
		bool old = place++ < old_count;

		if (err ? !old : !source->keep)
			mymacvlan_source_del(child, source);
	}
	return err;
}

/* Put addresses on the list: all of them, or none. */
static int mymacvlan_source_extend(struct mymacvlan_child *child,
				   struct nlattr *data[],
				   struct netlink_ext_ack *extack)
{
	unsigned int old_count = child->mvd.macaddr_count;
	struct mymacvlan_source *source, *next;
	unsigned int place = 0;
	int err;

	err = mymacvlan_source_add_all(child, data, extack);
	if (!err)
		return 0;
	list_for_each_entry_safe(source, next, &child->sources, link)
		if (place++ >= old_count)
			mymacvlan_source_del(child, source);
	return err;
}

static void mymacvlan_source_del_addr(struct mymacvlan_child *child,
				      const struct nlattr *attr)
{
	struct mymacvlan_source *source;

	source = mymacvlan_source_find(child, mymacvlan_key(nla_data(attr)));
	if (source)
		mymacvlan_source_del(child, source);
}

/* Take addresses off the list, as far as they are on it. */
static void mymacvlan_source_reduce(struct mymacvlan_child *child,
				    struct nlattr *data[])
{
	struct nlattr *attr;
	int rem;

	if (data[IFLA_MYMACVLAN_MACADDR])
		mymacvlan_source_del_addr(child, data[IFLA_MYMACVLAN_MACADDR]);
	if (!data[IFLA_MYMACVLAN_MACADDR_DATA])
		return;
	nla_for_each_nested(attr, data[IFLA_MYMACVLAN_MACADDR_DATA], rem)
		mymacvlan_source_del_addr(child, attr);
}

/**
 * mymacvlan_source_change() - change a child's list as a request says
 * @child: a child in mode source
 * @action: MYMACVLAN_MACADDR_*
 * @data: the request's attributes, validated
 * @extack: for the reason of a refusal
 *
 * Context: RTNL, may sleep.
 * Return: 0; -ENOSPC if the list would grow beyond MYMACVLAN_SOURCES_MAX;
 *	-ENOMEM. On failure the list is as it was.
 */
int mymacvlan_source_change(struct mymacvlan_child *child, u32 action,
			    struct nlattr *data[],
			    struct netlink_ext_ack *extack)
{
	ASSERT_RTNL();
	switch (action) {
	case MYMACVLAN_MACADDR_FLUSH:
		mymacvlan_source_flush(child);
		return 0;
	case MYMACVLAN_MACADDR_SET:
		return mymacvlan_source_set(child, data, extack);
	case MYMACVLAN_MACADDR_ADD:
		return mymacvlan_source_extend(child, data, extack);
	}
	mymacvlan_source_reduce(child, data);
	return 0;
}
