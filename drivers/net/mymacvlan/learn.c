// SPDX-License-Identifier: GPL-2.0-only
/*
 * What makes a child claim an IP address: that it is on the child's device, or that
 * the child announces it by ARP or neighbour discovery.
 *
 * Other frames that a child sends prove nothing: who forwards sends them with the
 * addresses of others. Nor does anything that comes off the wire. An address on
 * another device of the child's namespace is not meant for the network that the
 * child is on (a load balancer's, on "lo").
 */
#include <linux/if_vlan.h>
#include <linux/inetdevice.h>
#include <linux/rtnetlink.h>
#include <net/addrconf.h>
#include <net/ndisc.h>
#include "binding.h"
#include "mymacvlan.h"

/**
 * mymacvlan_binding_network() - where does a frame's network header begin?
 * @skb: the frame
 * @offset: of its Ethernet header from skb->data
 * @key: gets its VLAN, and zeros in place of an address
 * @proto: gets the type of what is there
 *
 * Context: any.
 * Return: an offset from skb->data; -EINVAL for a frame with two VLAN tags, or one
 *	that is too short.
 */
int mymacvlan_binding_network(const struct sk_buff *skb, int offset,
			      struct mymacvlan_binding_key *key, __be16 *proto)
{
	struct vlan_hdr *tag, tag_buf;
	__be16 *type, type_buf;

	memset(key, 0, sizeof(*key));
	if (skb_vlan_tag_present(skb)) {
		key->vlan_proto = skb->vlan_proto;
		key->vlan_id = htons(skb_vlan_tag_get_id(skb));
	}
	type = skb_header_pointer(skb, offset + 2 * ETH_ALEN, sizeof(type_buf),
				  &type_buf);
	if (!type)
		return -EINVAL;
	*proto = *type;
	offset += ETH_HLEN;
	if (eth_type_vlan(*proto)) {
		tag = skb_header_pointer(skb, offset, sizeof(tag_buf), &tag_buf);
		if (!tag || skb_vlan_tag_present(skb))
			return -EINVAL;
		key->vlan_proto = *proto;
		key->vlan_id = tag->h_vlan_TCI & htons(VLAN_VID_MASK);
		*proto = tag->h_vlan_encapsulated_proto;
		offset += VLAN_HLEN;
		if (eth_type_vlan(*proto))
			return -EINVAL;
	}
	/* A priority only. */
	if (!key->vlan_id)
		key->vlan_proto = 0;
	return offset;
}

static bool mymacvlan_key_set_ip4(struct mymacvlan_binding_key *key, __be32 ip)
{
	if (ipv4_is_zeronet(ip) || ipv4_is_loopback(ip) ||
	    ipv4_is_multicast(ip) || ipv4_is_lbcast(ip))
		return false;
	key->ip4 = ip;
	key->family = AF_INET;
	return true;
}

static bool mymacvlan_key_set_ip6(struct mymacvlan_binding_key *key,
				  const struct in6_addr *ip)
{
	if (!(ipv6_addr_type(ip) & IPV6_ADDR_UNICAST) || ipv6_addr_loopback(ip) ||
	    ipv6_addr_v4mapped(ip))
		return false;
	key->ip6 = *ip;
	key->family = AF_INET6;
	return true;
}

/*
 * Sent frames. Neighbours send to the MAC address that they are told: if that is
 * not the child's, neither is the IP address.
 */

static bool mymacvlan_learn_arp(const struct mymacvlan_child *child,
				const struct sk_buff *skb, int offset,
				struct mymacvlan_binding_key *key)
{
	struct mymacvlan_arp *arp, buf;

	arp = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	return arp && mymacvlan_arp_is_ip4(arp) &&
	       ether_addr_equal(arp->sender_mac, mymacvlan_dev(child)->dev_addr) &&
	       mymacvlan_key_set_ip4(key, arp->sender_ip);
}

/*
 * The first option of a neighbour discovery message, if it is of a kind: a host
 * sends none before the link-layer address.
 */
static bool mymacvlan_nd_tells_other(const struct mymacvlan_child *child,
				     const struct sk_buff *skb, int offset,
				     u8 type)
{
	struct {
		struct nd_opt_hdr	head;
		u8			mac[ETH_ALEN];
	} __packed buf, *option;

	option = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	return option && option->head.nd_opt_type == type &&
	       !ether_addr_equal(option->mac, mymacvlan_dev(child)->dev_addr);
}

static bool mymacvlan_learn_nd(const struct mymacvlan_child *child,
			       const struct sk_buff *skb, int offset,
			       struct mymacvlan_binding_key *key)
{
	struct {
		struct ipv6hdr	ip6;
		struct nd_msg	nd;
	} __packed buf, *msg;

	BUILD_BUG_ON(sizeof(struct nd_msg) != 24);
	msg = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	if (!msg || msg->ip6.nexthdr != IPPROTO_ICMPV6 ||
	    msg->ip6.hop_limit != 255)
		return false;
	offset += sizeof(buf);
	switch (msg->nd.icmph.icmp6_type) {
	case NDISC_NEIGHBOUR_SOLICITATION:
		/* From "::" it asks whether the address is free. */
		return !mymacvlan_nd_tells_other(child, skb, offset,
						 ND_OPT_SOURCE_LL_ADDR) &&
		       mymacvlan_key_set_ip6(key, &msg->ip6.saddr);
	case NDISC_NEIGHBOUR_ADVERTISEMENT:
		return !mymacvlan_nd_tells_other(child, skb, offset,
						 ND_OPT_TARGET_LL_ADDR) &&
		       mymacvlan_key_set_ip6(key, &msg->nd.target);
	}
	return false;
}

/**
 * mymacvlan_binding_learn() - which address does a child claim by what it sends?
 * @child: the child
 * @skb: its frame, the Ethernet header linear at skb->data
 *
 * Context: BHs disabled.
 */
void mymacvlan_binding_learn(struct mymacvlan_child *child,
			     const struct sk_buff *skb)
{
	struct mymacvlan_binding_key key;
	bool claimed = false;
	__be16 proto;
	int offset;

	offset = mymacvlan_binding_network(skb, 0, &key, &proto);
	if (offset < 0 ||
	    !ether_addr_equal(skb_eth_hdr(skb)->h_source,
			      mymacvlan_dev(child)->dev_addr))
		return;
	if (proto == htons(ETH_P_ARP))
		claimed = mymacvlan_learn_arp(child, skb, offset, &key);
	else if (proto == htons(ETH_P_IPV6))
		claimed = mymacvlan_learn_nd(child, skb, offset, &key);
	if (!claimed)
		return;
	rcu_read_lock();
	mymacvlan_binding_seen_rcu(child, &key);
	rcu_read_unlock();
}

/*
 * Addresses of the child's device
 */

static void mymacvlan_configure_ip4(struct mymacvlan_child *child, __be32 ip,
				    bool on)
{
	struct mymacvlan_binding_key key = {};

	if (mymacvlan_key_set_ip4(&key, ip))
		mymacvlan_binding_configure(child, &key, on);
}

static void mymacvlan_configure_ip6(struct mymacvlan_child *child,
				    const struct in6_addr *ip, bool on)
{
	struct mymacvlan_binding_key key = {};

	if (mymacvlan_key_set_ip6(&key, ip))
		mymacvlan_binding_configure(child, &key, on);
}

#if IS_ENABLED(CONFIG_IPV6)
static void mymacvlan_binding_read_ip6(struct mymacvlan_child *child)
{
	const struct inet6_ifaddr *ifp;
	struct inet6_dev *idev;

	rcu_read_lock();
	idev = __in6_dev_get(mymacvlan_dev(child));
	if (idev)
		list_for_each_entry_rcu(ifp, &idev->addr_list, if_list)
			mymacvlan_configure_ip6(child, &ifp->addr, true);
	rcu_read_unlock();
}
#else
static void mymacvlan_binding_read_ip6(struct mymacvlan_child *child)
{
}
#endif

/**
 * mymacvlan_binding_read() - claim what is configured on a child's device
 * @child: a child that may have claims from now on
 *
 * The notifiers below tell what changes afterwards.
 *
 * Context: RTNL.
 */
void mymacvlan_binding_read(struct mymacvlan_child *child)
{
	struct in_device *in_dev = __in_dev_get_rtnl(mymacvlan_dev(child));
	const struct in_ifaddr *ifa;

	if (in_dev)
		in_dev_for_each_ifa_rtnl(ifa, in_dev)
			mymacvlan_configure_ip4(child, ifa->ifa_local, true);
	mymacvlan_binding_read_ip6(child);
}

/* The same address may be there twice, with prefixes of different length. */
static bool mymacvlan_still_has_ip4(const struct in_device *in_dev, __be32 ip)
{
	const struct in_ifaddr *ifa;

	in_dev_for_each_ifa_rtnl(ifa, in_dev)
		if (ifa->ifa_local == ip)
			return true;
	return false;
}

/* Context: RTNL. */
static int mymacvlan_inetaddr_event(struct notifier_block *nb,
				    unsigned long event, void *ptr)
{
	const struct in_ifaddr *ifa = ptr;
	struct net_device *dev = ifa->ifa_dev->dev;
	bool on = event == NETDEV_UP;

	if (mymacvlan_is_child(dev) &&
	    (on || !mymacvlan_still_has_ip4(ifa->ifa_dev, ifa->ifa_local)))
		mymacvlan_configure_ip4(mymacvlan_child(dev), ifa->ifa_local, on);
	return NOTIFY_DONE;
}

static struct notifier_block mymacvlan_inetaddr_notifier = {
	.notifier_call = mymacvlan_inetaddr_event,
};

#if IS_ENABLED(CONFIG_IPV6)
/* Context: RTNL or BHs, inside an RCU read side. */
static int mymacvlan_inet6addr_event(struct notifier_block *nb,
				     unsigned long event, void *ptr)
{
	const struct inet6_ifaddr *ifp = ptr;
	struct net_device *dev = ifp->idev->dev;

	if (mymacvlan_is_child(dev))
		mymacvlan_configure_ip6(mymacvlan_child(dev), &ifp->addr,
					event == NETDEV_UP);
	return NOTIFY_DONE;
}

static struct notifier_block mymacvlan_inet6addr_notifier = {
	.notifier_call = mymacvlan_inet6addr_event,
};

static int mymacvlan_inet6addr_register(void)
{
	return register_inet6addr_notifier(&mymacvlan_inet6addr_notifier);
}

static void mymacvlan_inet6addr_unregister(void)
{
	unregister_inet6addr_notifier(&mymacvlan_inet6addr_notifier);
}
#else
static int mymacvlan_inet6addr_register(void)
{
	return 0;
}

static void mymacvlan_inet6addr_unregister(void)
{
}
#endif

/**
 * mymacvlan_learn_register() - hear of the addresses of all devices
 *
 * Context: process, may sleep.
 * Return: 0 or an error.
 */
int mymacvlan_learn_register(void)
{
	int err;

	err = register_inetaddr_notifier(&mymacvlan_inetaddr_notifier);
	if (err)
		return err;
	err = mymacvlan_inet6addr_register();
	if (err)
		unregister_inetaddr_notifier(&mymacvlan_inetaddr_notifier);
	return err;
}

/**
 * mymacvlan_learn_unregister() - undo mymacvlan_learn_register()
 *
 * Context: process, may sleep.
 */
void mymacvlan_learn_unregister(void)
{
	mymacvlan_inet6addr_unregister();
	unregister_inetaddr_notifier(&mymacvlan_inetaddr_notifier);
}
