// SPDX-License-Identifier: GPL-2.0-only
/*
 * Option "macnat on": which of the frames to the lower device's own MAC address are
 * for a child, by the IP address that they are for?
 *
 * Everything here runs on the frame path inside an RCU read side with BHs disabled.
 */
#include <linux/inetdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/if_inet6.h>
#include <net/ip.h>
#include <net/route.h>
#include "claim.h"
#include "count.h"
#include "deliver.h"
#include "macnat.h"
#include "table.h"

/**
 * mymacvlan_macnat_is_reflected() - has the uplink sent back a flood?
 * @port: a port with a child that has the option
 * @skb: a multicast or broadcast frame, or a unicast one that was made of such
 *
 * An access point repeats what its stations send, to the sender as well; then it
 * has the lower device's address.
 *
 * Context: RCU read side.
 * Return: true if so: no child with the option may hear it, since it may be its own.
 */
bool mymacvlan_macnat_is_reflected(struct mymacvlan_port *port,
				   const struct sk_buff *skb)
{
	if (!ether_addr_equal(eth_hdr(skb)->h_source, port->lower->dev_addr))
		return false;
	mymacvlan_count_port(port, MYMACVLAN_MACNAT_REFLECTED);
	return true;
}

/*
 * Access points turn multicast frames into unicast ones: the Ethernet destination
 * is the lower device, the IP destination still the group.
 */

/* A copy of the frame as it was before, or NULL: nobody listens, or no memory. */
static struct sk_buff *mymacvlan_macnat_flood_copy_rcu(struct mymacvlan_port *port,
						       struct sk_buff *skb,
						       const u8 *dest)
{
	struct sk_buff *copy;

	if (!is_broadcast_ether_addr(dest) &&
	    !mymacvlan_find_group_rcu(port, dest) &&
	    !READ_ONCE(port->allmulti.count))
		return NULL;
	copy = skb_clone(skb, GFP_ATOMIC);
	if (!copy || skb_unclone(copy, GFP_ATOMIC)) {
		mymacvlan_count_port_lost(port, MYMACVLAN_RX_NO_MEMORY, skb,
					  MYMACVLAN_RECEIVED);
		kfree_skb_reason(copy, SKB_DROP_REASON_NOMEM);
		return NULL;
	}
	ether_addr_copy(eth_hdr(copy)->h_dest, dest);
	return copy;
}

/*
 * To the children that listen; the lower device's stack gets the frame, too. Of a
 * datagram in fragments those get the whole that would, see mymacvlan_rx_multicast().
 */
static void mymacvlan_macnat_flood_rcu(struct mymacvlan_port *port,
				       struct sk_buff *skb, const u8 *dest,
				       bool fragment)
{
	struct mymacvlan_flood flood = {
		.modes = MYMACVLAN_MACNAT_MODES,
		.flags = MYMACVLAN_ONLY_MACNAT,
	};
	struct sk_buff *copy;

	if (mymacvlan_macnat_is_reflected(port, skb))
		return;
	copy = mymacvlan_macnat_flood_copy_rcu(port, skb, dest);
	if (copy && fragment) {
		flood.listeners = MYMACVLAN_NODEFRAG_LISTENERS;
		mymacvlan_flood_wire_rcu(port, copy, &flood);
		flood.listeners = MYMACVLAN_DEFRAG_LISTENERS;
		copy = ip_check_defrag(dev_net(port->lower), copy,
				       IP_DEFRAG_MACVLAN);
	}
	if (!copy)
		return;
	mymacvlan_flood_wire_rcu(port, copy, &flood);
	consume_skb(copy);
}

static void mymacvlan_macnat_broadcast_rcu(struct mymacvlan_port *port,
					   struct sk_buff *skb, bool fragment)
{
	u8 dest[ETH_ALEN];

	eth_broadcast_addr(dest);
	mymacvlan_macnat_flood_rcu(port, skb, dest, fragment);
}

/*
 * What is no child's. The host has its own addresses, and if it is a router all
 * others; what remains nobody here has.
 */
static void mymacvlan_macnat_unknown_rcu(struct mymacvlan_port *port,
					 const struct mymacvlan_binding_key *key)
{
	if (!mymacvlan_is_of_host_rcu(port->lower, key))
		mymacvlan_count_port(port, MYMACVLAN_MACNAT_UNKNOWN);
}

/* The child that an address is bound to; the first one, if it is contested. */
static struct mymacvlan_child *
mymacvlan_macnat_find_rcu(struct mymacvlan_port *port,
			  const struct mymacvlan_binding_key *key,
			  enum mymacvlan_bound *bound)
{
	struct mymacvlan_child *child = NULL;

	*bound = mymacvlan_binding_get_rcu(port, key, &child);
	if (*bound == MYMACVLAN_BOUND_NONE || !mymacvlan_is_macnat(child))
		return NULL;
	if (*bound == MYMACVLAN_BOUND_REFUSED) {
		mymacvlan_count_drop(child, MYMACVLAN_RX_MACNAT_REFUSED);
		return NULL;
	}
	return mymacvlan_is_protodown(child) ? NULL : child;
}

static struct mymacvlan_child *
mymacvlan_macnat_ip4_rcu(struct mymacvlan_port *port, struct sk_buff *skb,
			 int offset, struct mymacvlan_binding_key *key)
{
	struct mymacvlan_child *child;
	enum mymacvlan_bound bound;
	struct iphdr *ip, buf;
	u8 dest[ETH_ALEN];

	ip = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	if (!ip)
		return NULL;
	if (ipv4_is_multicast(ip->daddr)) {
		ip_eth_mc_map(ip->daddr, dest);
		mymacvlan_macnat_flood_rcu(port, skb, dest, ip_is_fragment(ip));
		return NULL;
	}
	if (ipv4_is_lbcast(ip->daddr)) {
		mymacvlan_macnat_broadcast_rcu(port, skb, ip_is_fragment(ip));
		return NULL;
	}
	if (!mymacvlan_key_set_ip4(key, ip->daddr))
		return NULL;
	child = mymacvlan_macnat_find_rcu(port, key, &bound);
	if (bound != MYMACVLAN_BOUND_NONE)
		return child;
	/* A subnet's broadcast address has ones at its end: most need no look-up. */
	if ((ntohl(key->ip4) & 3) == 3 &&
	    inet_addr_type(dev_net(port->lower), key->ip4) == RTN_BROADCAST)
		mymacvlan_macnat_broadcast_rcu(port, skb, ip_is_fragment(ip));
	else
		mymacvlan_macnat_unknown_rcu(port, key);
	return NULL;
}

static struct mymacvlan_child *
mymacvlan_macnat_ip6_rcu(struct mymacvlan_port *port, struct sk_buff *skb,
			 int offset, struct mymacvlan_binding_key *key)
{
	struct mymacvlan_child *child;
	enum mymacvlan_bound bound;
	struct ipv6hdr *ip6, buf;
	u8 dest[ETH_ALEN];

	ip6 = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	if (!ip6)
		return NULL;
	if (ipv6_addr_is_multicast(&ip6->daddr)) {
		ipv6_eth_mc_map(&ip6->daddr, dest);
		mymacvlan_macnat_flood_rcu(port, skb, dest, false);
		return NULL;
	}
	if (!mymacvlan_key_set_ip6(key, &ip6->daddr))
		return NULL;
	child = mymacvlan_macnat_find_rcu(port, key, &bound);
	if (bound == MYMACVLAN_BOUND_NONE)
		mymacvlan_macnat_unknown_rcu(port, key);
	return child;
}

/*
 * Broadcast ARP may have been turned into unicast as well. Whoever it tells of himself
 * (an announcement, a probe) it is for all, as is the answer to a probe, which is for
 * 0.0.0.0 (RFC 5227), and a request for an address that nobody is known to have.
 */
static struct mymacvlan_child *
mymacvlan_macnat_arp_rcu(struct mymacvlan_port *port, struct sk_buff *skb,
			 int offset, struct mymacvlan_binding_key *key)
{
	struct mymacvlan_arp_packet *arp, buf;
	struct mymacvlan_child *child;
	enum mymacvlan_bound bound;

	arp = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	if (!arp || !mymacvlan_arp_is_ip4(arp))
		return NULL;
	if (mymacvlan_key_set_ip4(key, arp->target_ip)) {
		child = mymacvlan_macnat_find_rcu(port, key, &bound);
		if (bound != MYMACVLAN_BOUND_NONE ||
		    mymacvlan_is_of_host_rcu(port->lower, key))
			return child;
	}
	mymacvlan_macnat_broadcast_rcu(port, skb, false);
	return NULL;
}

/*
 * The child's own address in place of the lower device's. Somebody else may hold
 * the frame, too. Returns NULL if there was no memory.
 */
static struct sk_buff *
mymacvlan_macnat_to_child(const struct mymacvlan_child *child,
			  struct sk_buff *skb, int offset, __be16 proto)
{
	const u8 *mac = mymacvlan_dev(child)->dev_addr;
	struct mymacvlan_arp_packet *arp;

	skb = mymacvlan_share_check(skb);
	if (!skb)
		return NULL;
	if ((proto == htons(ETH_P_ARP) &&
	     !pskb_may_pull(skb, offset + sizeof(*arp))) ||
	    skb_unclone(skb, GFP_ATOMIC)) {
		kfree_skb_reason(skb, SKB_DROP_REASON_NOMEM);
		return NULL;
	}
	if (proto == htons(ETH_P_ARP)) {
		arp = (struct mymacvlan_arp_packet *)(skb->data + offset);
		if (ether_addr_equal(arp->target_mac, eth_hdr(skb)->h_dest))
			ether_addr_copy(arp->target_mac, mac);
		if (skb->ip_summed == CHECKSUM_COMPLETE)
			skb->ip_summed = CHECKSUM_NONE;
	}
	ether_addr_copy(eth_hdr(skb)->h_dest, mac);
	return skb;
}

/**
 * mymacvlan_macnat_rx_rcu() - is a unicast frame for a child with the option?
 * @port: a port with such a child
 * @pskb: the frame, its Ethernet header pulled, to an address that no child has;
 *	may be replaced, by %NULL if there was no memory
 *
 * Context: RCU read side, BHs disabled.
 * Return: the child, whose address the frame has now, or %NULL if it is the host's.
 */
struct mymacvlan_child *
mymacvlan_macnat_rx_rcu(struct mymacvlan_port *port, struct sk_buff **pskb)
{
	struct mymacvlan_child *child = NULL;
	struct mymacvlan_binding_key key;
	struct sk_buff *skb = *pskb;
	__be16 proto;
	int offset;

	if (!ether_addr_equal(eth_hdr(skb)->h_dest, port->lower->dev_addr))
		return NULL;
	offset = mymacvlan_binding_network(skb, -ETH_HLEN, &key, &proto);
	if (offset < 0)
		return NULL;
	if (proto == htons(ETH_P_IP))
		child = mymacvlan_macnat_ip4_rcu(port, skb, offset, &key);
	else if (proto == htons(ETH_P_IPV6))
		child = mymacvlan_macnat_ip6_rcu(port, skb, offset, &key);
	else if (proto == htons(ETH_P_ARP))
		child = mymacvlan_macnat_arp_rcu(port, skb, offset, &key);
	if (!child)
		return NULL;
	skb = mymacvlan_macnat_to_child(child, skb, offset, proto);
	*pskb = skb;
	if (skb) {
		mymacvlan_count(child, MYMACVLAN_RX_MACNAT);
		return child;
	}
	mymacvlan_count_drop(child, MYMACVLAN_RX_DROP_UNICAST);
	mymacvlan_count_lost(child, MYMACVLAN_RX_DROP_NOMEM, NULL, MYMACVLAN_UNKNOWN);
	return NULL;
}
