// SPDX-License-Identifier: GPL-2.0-only
/*
 * What makes a child claim an IP address: that it is on the child's device, that the
 * child announces it by ARP or neighbour discovery, or that its list "allow" has it.
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
#include "allow.h"
#include "claim.h"
#include "duplicate.h"
#include "mymacvlan.h"

/**
 * mymacvlan_binding_network() - where does a frame's network header begin?
 * @skb: the frame
 * @offset: of its Ethernet header from skb->data
 * @key: gets its VLAN, and zeros in place of an address
 * @proto: gets the type of what is there
 *
 * Tags of VLAN 0 are looked behind, as the stack does.
 *
 * Context: any.
 * Return: an offset from skb->data; -EINVAL for a frame in a VLAN of a VLAN, or one
 *	that is too short or has too many tags.
 */
int mymacvlan_binding_network(const struct sk_buff *skb, int offset,
			      struct mymacvlan_binding_key *key, __be16 *proto)
{
	unsigned int tags = VLAN_MAX_DEPTH;
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
	while (eth_type_vlan(*proto)) {
		tag = skb_header_pointer(skb, offset, sizeof(tag_buf), &tag_buf);
		if (!tag || !tags--)
			return -EINVAL;
		if (tag->h_vlan_TCI & htons(VLAN_VID_MASK)) {
			if (key->vlan_id)
				return -EINVAL;
			key->vlan_proto = *proto;
			key->vlan_id = tag->h_vlan_TCI & htons(VLAN_VID_MASK);
		}
		*proto = tag->h_vlan_encapsulated_proto;
		offset += VLAN_HLEN;
	}
	if (!key->vlan_id)
		key->vlan_proto = 0;
	return offset;
}

/**
 * mymacvlan_key_set_ip4() - put an address into a key
 * @key: the key, otherwise filled in
 * @ip: the address
 *
 * Context: any.
 * Return: false if no machine can have it.
 */
bool mymacvlan_key_set_ip4(struct mymacvlan_binding_key *key, __be32 ip)
{
	if (ipv4_is_zeronet(ip) || ipv4_is_loopback(ip) ||
	    ipv4_is_multicast(ip) || ipv4_is_lbcast(ip))
		return false;
	key->ip4 = ip;
	key->family = AF_INET;
	return true;
}

/**
 * mymacvlan_key_set_ip6() - the same with an IPv6 address
 * @key: the key, otherwise filled in
 * @ip: the address
 *
 * Context: any.
 * Return: false if no machine can have it.
 */
bool mymacvlan_key_set_ip6(struct mymacvlan_binding_key *key,
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

/* What is not the child's own word is news about somebody else all the same. */
static bool mymacvlan_learn_arp_rcu(struct mymacvlan_child *child,
				    const struct sk_buff *skb, int offset,
				    struct mymacvlan_binding_key *key)
{
	struct mymacvlan_arp_packet *arp, buf;

	arp = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	if (!arp || !mymacvlan_arp_is_ip4(arp) ||
	    !mymacvlan_key_set_ip4(key, arp->sender_ip))
		return false;
	if (ether_addr_equal(arp->sender_mac, mymacvlan_dev(child)->dev_addr) &&
	    ether_addr_equal(skb_eth_hdr(skb)->h_source, arp->sender_mac))
		return true;
	mymacvlan_binding_doubt_rcu(child, key);
	return false;
}

/* A message of neighbour discovery with its first option, if that is an Ethernet address. */
struct mymacvlan_nd_packet {
	struct ipv6hdr	ip6;
	struct nd_msg	nd;
	u8		type;
	u8		len;
	u8		mac[ETH_ALEN];
} __packed;

/*
 * Returns what it is, with an option of the type 0 if it has none, or %NULL for what no
 * stack would look at. A host sends no other option before the link-layer address.
 */
static const struct mymacvlan_nd_packet *
mymacvlan_nd_read(const struct sk_buff *skb, int offset,
		  struct mymacvlan_nd_packet *buf)
{
	const struct ipv6hdr *ip6;

	BUILD_BUG_ON(sizeof(struct nd_msg) != 24);
	/* Nearly all are something else, and not to be copied. */
	ip6 = skb_header_pointer(skb, offset, sizeof(buf->ip6), &buf->ip6);
	if (!ip6 || ip6->nexthdr != IPPROTO_ICMPV6 || ip6->hop_limit != 255)
		return NULL;
	if (skb_copy_bits(skb, offset, buf, sizeof(*buf))) {
		buf->type = 0;
		if (skb_copy_bits(skb, offset, buf,
				  offsetof(struct mymacvlan_nd_packet, type)))
			return NULL;
	}
	return buf;
}

/* Does it say of whom it tells that the MAC address is another one? */
static bool mymacvlan_nd_tells_other(const struct mymacvlan_child *child,
				     const struct mymacvlan_nd_packet *nd, u8 type)
{
	return nd->type == type &&
	       !ether_addr_equal(nd->mac, mymacvlan_dev(child)->dev_addr);
}

static bool mymacvlan_learn_nd(const struct mymacvlan_child *child,
			       const struct sk_buff *skb, int offset,
			       struct mymacvlan_binding_key *key)
{
	const struct mymacvlan_nd_packet *nd;
	struct mymacvlan_nd_packet buf;

	nd = mymacvlan_nd_read(skb, offset, &buf);
	if (!nd || !ether_addr_equal(skb_eth_hdr(skb)->h_source,
				     mymacvlan_dev(child)->dev_addr))
		return false;
	switch (nd->nd.icmph.icmp6_type) {
	case NDISC_NEIGHBOUR_SOLICITATION:
		/* From "::" it asks whether the address is free. */
		return !mymacvlan_nd_tells_other(child, nd, ND_OPT_SOURCE_LL_ADDR) &&
		       mymacvlan_key_set_ip6(key, &nd->ip6.saddr);
	case NDISC_NEIGHBOUR_ADVERTISEMENT:
		return !mymacvlan_nd_tells_other(child, nd, ND_OPT_TARGET_LL_ADDR) &&
		       mymacvlan_key_set_ip6(key, &nd->nd.target);
	}
	return false;
}

/**
 * mymacvlan_binding_hear_nd_rcu() - a frame from the wire may be neighbour discovery
 * @port: a port with bindings
 * @skb: the frame, its Ethernet header pulled
 *
 * Somebody may say that he has a child's address: by an advertisement that overrides
 * what others know. One that does not is of an address that several may have
 * (anycast, RFC 4861 7.2.7), or comes from a proxy.
 *
 * Context: RCU read side, BHs disabled, in the rx handler.
 */
void mymacvlan_binding_hear_nd_rcu(struct mymacvlan_port *port, const struct sk_buff *skb)
{
	const struct mymacvlan_nd_packet *nd;
	struct mymacvlan_nd_packet buf;
	struct mymacvlan_binding_key key;
	struct mymacvlan_child *child;
	enum mymacvlan_bound bound;
	__be16 proto;
	int offset;

	offset = mymacvlan_binding_network(skb, -ETH_HLEN, &key, &proto);
	if (offset < 0 || proto != htons(ETH_P_IPV6))
		return;
	nd = mymacvlan_nd_read(skb, offset, &buf);
	if (!nd || nd->nd.icmph.icmp6_type != NDISC_NEIGHBOUR_ADVERTISEMENT ||
	    !nd->nd.icmph.icmp6_override ||
	    !mymacvlan_key_set_ip6(&key, &nd->nd.target))
		return;
	bound = mymacvlan_binding_get_rcu(port, &key, &child);
	if (bound == MYMACVLAN_BOUND_ONE || bound == MYMACVLAN_BOUND_CONTESTED)
		mymacvlan_duplicate_ip_rcu(port, child, &key,
					   nd->type == ND_OPT_TARGET_LL_ADDR ?
					   nd->mac : eth_hdr(skb)->h_source);
}

/**
 * mymacvlan_binding_learn_rcu() - which address does a child claim by what it sends?
 * @child: the child
 * @skb: its frame, the Ethernet header linear at skb->data
 *
 * Context: RCU read side, BHs disabled.
 */
void mymacvlan_binding_learn_rcu(struct mymacvlan_child *child,
				 const struct sk_buff *skb)
{
	struct mymacvlan_binding_key key;
	bool claimed = false;
	__be16 proto;
	int offset;

	offset = mymacvlan_binding_network(skb, 0, &key, &proto);
	if (offset < 0)
		return;
	if (proto == htons(ETH_P_ARP))
		claimed = mymacvlan_learn_arp_rcu(child, skb, offset, &key);
	else if (proto == htons(ETH_P_IPV6))
		claimed = mymacvlan_learn_nd(child, skb, offset, &key);
	if (claimed)
		mymacvlan_binding_seen_rcu(child, &key);
}

/*
 * Addresses of the child's device, and those that the host gives it
 */

static void mymacvlan_know_ip4(struct mymacvlan_child *child, __be32 ip, u8 known)
{
	struct mymacvlan_binding_key key = {};

	if (mymacvlan_key_set_ip4(&key, ip))
		mymacvlan_binding_know(child, &key, known);
}

static void mymacvlan_know_ip6(struct mymacvlan_child *child,
			       const struct in6_addr *ip, u8 known)
{
	struct mymacvlan_binding_key key = {};

	if (mymacvlan_key_set_ip6(&key, ip))
		mymacvlan_binding_know(child, &key, known);
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
			mymacvlan_know_ip6(child, &ifp->addr,
					   MYMACVLAN_KNOWN_CONFIGURED);
	rcu_read_unlock();
}
#else
static void mymacvlan_binding_read_ip6(struct mymacvlan_child *child)
{
}
#endif

/* Whole addresses only: of a network the child says itself which one it has. */
static void mymacvlan_binding_read_allow(struct mymacvlan_child *child)
{
	const struct mymacvlan_allow *allow = rtnl_dereference(child->allow);
	const struct mymacvlan_prefix *prefix;
	unsigned int i;

	for (i = 0; allow && i < allow->count; i++) {
		prefix = &allow->prefix[i];
		if (prefix->v6 && prefix->len == 128)
			mymacvlan_know_ip6(child, &prefix->addr,
					   MYMACVLAN_KNOWN_LISTED);
		else if (!prefix->v6 && prefix->len == 32)
			mymacvlan_know_ip4(child, prefix->addr.s6_addr32[3],
					   MYMACVLAN_KNOWN_LISTED);
	}
}

/**
 * mymacvlan_binding_read() - claim what a child has without saying anything
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

	mymacvlan_binding_read_allow(child);
	if (in_dev)
		in_dev_for_each_ifa_rtnl(ifa, in_dev)
			mymacvlan_know_ip4(child, ifa->ifa_local,
					   MYMACVLAN_KNOWN_CONFIGURED);
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

/**
 * mymacvlan_binding_ip4_event() - an address is on a child's device, or no longer
 * @ifa: the address
 * @event: NETDEV_UP or NETDEV_DOWN
 *
 * Context: RTNL; the child is running.
 */
void mymacvlan_binding_ip4_event(const struct in_ifaddr *ifa, unsigned long event)
{
	struct mymacvlan_child *child = mymacvlan_child(ifa->ifa_dev->dev);
	struct mymacvlan_binding_key key = {};

	if (event == NETDEV_UP)
		mymacvlan_know_ip4(child, ifa->ifa_local, MYMACVLAN_KNOWN_CONFIGURED);
	else if (!mymacvlan_still_has_ip4(ifa->ifa_dev, ifa->ifa_local) &&
		 mymacvlan_key_set_ip4(&key, ifa->ifa_local))
		mymacvlan_binding_forget(child, &key);
}

/**
 * mymacvlan_binding_ip6_event() - the same with an IPv6 address
 * @ifp: the address
 * @event: NETDEV_UP or NETDEV_DOWN
 *
 * Context: RCU read side, with the child seen running in it.
 */
void mymacvlan_binding_ip6_event(const struct inet6_ifaddr *ifp,
				 unsigned long event)
{
	struct mymacvlan_child *child = mymacvlan_child(ifp->idev->dev);
	struct mymacvlan_binding_key key = {};

	if (event == NETDEV_UP)
		mymacvlan_know_ip6(child, &ifp->addr, MYMACVLAN_KNOWN_CONFIGURED);
	/* It may be there again before this is told, without RTNL. */
	else if (mymacvlan_key_set_ip6(&key, &ifp->addr) &&
		 !mymacvlan_has_ip6(child, &ifp->addr, 0))
		mymacvlan_binding_forget(child, &key);
}
