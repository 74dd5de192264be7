// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mode source: a child gets the frames of the senders on its list, whatever
 * their destination.
 */
#include <linux/slab.h>
#include <net/netlink.h>
#include "count.h"
#include "table.h"

static void mymacvlan_source_deliver_one(const struct mymacvlan_child *child,
					 struct sk_buff *skb)
{
	const u8 *dest = eth_hdr(skb)->h_dest;
	struct net_device *dev = mymacvlan_dev(child);
	unsigned int len = skb->len + ETH_HLEN;
	struct sk_buff *copy;

	if (unlikely(!(READ_ONCE(dev->flags) & IFF_UP))) {
		mymacvlan_count_rx_drop(child, dest, MYMACVLAN_RX_DROP_DOWN);
		return;
	}
	copy = skb_clone(skb, GFP_ATOMIC);
	if (!copy) {
		mymacvlan_count_rx_drop(child, dest, MYMACVLAN_RX_DROP_NOMEM);
		return;
	}
	copy->dev = dev;
	if (ether_addr_equal_64bits(dest, dev->dev_addr))
		copy->pkt_type = PACKET_HOST;
	if (__netif_rx(copy) != NET_RX_SUCCESS)
		mymacvlan_count_rx_drop(child, dest, MYMACVLAN_RX_DROP_BACKLOG);
	else if (is_multicast_ether_addr(dest))
		mymacvlan_count_rx_flood(child, len,
					 is_broadcast_ether_addr(dest));
	else
		mymacvlan_count_rx_unicast(child, len);
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
bool mymacvlan_source_deliver_rcu(struct mymacvlan_port *port,
				  struct sk_buff *skb,
				  enum mymacvlan_listeners listeners)
{
	struct mymacvlan_source *source;
	struct rhlist_head *pos, *list;
	bool consume = false;

	list = mymacvlan_find_sources_rcu(port, eth_hdr(skb)->h_source);
	rhl_for_each_entry_rcu(source, pos, list, node) {
		const struct mymacvlan_child *child = source->child;

		if (!mymacvlan_is_listener(child, listeners))
			continue;
		if (READ_ONCE(child->mvd.flags) & MYMACVLAN_FLAG_NODST)
			consume = true;
		mymacvlan_source_deliver_one(child, skb);
	}
	return consume;
}

static struct mymacvlan_source *
mymacvlan_source_find(const struct mymacvlan_child *child, const u8 *addr)
{
	struct mymacvlan_source *source, *found = NULL;
	struct rhlist_head *pos, *list;

	rcu_read_lock();
	list = mymacvlan_find_sources_rcu(child->port, addr);
	rhl_for_each_entry_rcu(source, pos, list, node)
		if (source->child == child)
			found = source;
	rcu_read_unlock();
	/* RTNL keeps it. */
	return found;
}

/* Put an address on the list, or mark it if it is there: it is to be kept. */
static int mymacvlan_source_add(struct mymacvlan_child *child, const u8 *addr,
				struct netlink_ext_ack *extack)
{
	struct mymacvlan_port *port = child->port;
	struct mymacvlan_source *source;
	int err;

	source = mymacvlan_source_find(child, addr);
	if (source) {
		source->keep = true;
		return 0;
	}
	if (child->mvd.macaddr_count >= MYMACVLAN_SOURCES_MAX) {
		NL_SET_ERR_MSG(extack, "Source list is full: at most 5000 MAC addresses");
		return -ENOSPC;
	}
	source = kzalloc_obj(*source);
	if (!source)
		return -ENOMEM;
	source->key = mymacvlan_key(addr);
	source->child = child;
	source->keep = true;
	err = rhltable_insert(&port->sources, &source->node,
			      mymacvlan_source_params);
	if (err) {
		kfree(source);
		return err;
	}
	/* At the end: on failure the new ones are those behind the old. */
	list_add_tail_rcu(&source->link, &child->sources);
	WRITE_ONCE(child->mvd.macaddr_count, child->mvd.macaddr_count + 1);
	port->sources_count++;
	mymacvlan_port_update_special(port);
	return 0;
}

static void mymacvlan_source_del(struct mymacvlan_source *source)
{
	struct mymacvlan_child *child = source->child;
	struct mymacvlan_port *port = child->port;

	rhltable_remove(&port->sources, &source->node, mymacvlan_source_params);
	list_del_rcu(&source->link);
	WRITE_ONCE(child->mvd.macaddr_count, child->mvd.macaddr_count - 1);
	port->sources_count--;
	mymacvlan_port_update_special(port);
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
		mymacvlan_source_del(source);
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
			mymacvlan_source_del(source);
	}
	return err;
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
	struct nlattr *addr = data[IFLA_MYMACVLAN_MACADDR];
	struct mymacvlan_source *source;

	ASSERT_RTNL();
	switch (action) {
	case MYMACVLAN_MACADDR_FLUSH:
		mymacvlan_source_flush(child);
		return 0;
	case MYMACVLAN_MACADDR_SET:
		return mymacvlan_source_set(child, data, extack);
	case MYMACVLAN_MACADDR_ADD:
		return mymacvlan_source_add(child, nla_data(addr), extack);
	}
	source = mymacvlan_source_find(child, nla_data(addr));
	if (source)
		mymacvlan_source_del(source);
	return 0;
}
