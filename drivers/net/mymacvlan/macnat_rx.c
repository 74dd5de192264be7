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
#include "binding.h"
#include "count.h"
#include "deliver.h"
#include "macnat.h"
#include "table.h"

/**
 * mymacvlan_macnat_is_reflected() - has the uplink sent back a multicast frame?
 * @port: a port with a child that has the option
 * @skb: a multicast frame
 *
 * An access point repeats what its stations send, to the sender as well; then it
 * has the lower device's address.
 *
 * Context: BHs disabled.
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
 * is the lower device, the IP destination still the group. The lower device's stack
 * gets the frame, too.
 */
static void mymacvlan_macnat_flood_rcu(struct mymacvlan_port *port,
				       struct sk_buff *skb, const u8 *dest)
{
	struct mymacvlan_flood flood = {
		.modes = MYMACVLAN_MACNAT_MODES,
		.flags = MYMACVLAN_ONLY_MACNAT,
	};
	struct sk_buff *copy;

	if (!is_broadcast_ether_addr(dest) &&
	    !mymacvlan_find_group_rcu(port, dest) &&
	    !READ_ONCE(port->allmulti.count))
		return;
	copy = skb_clone(skb, GFP_ATOMIC);
	if (!copy || skb_unclone(copy, GFP_ATOMIC)) {
		mymacvlan_count_port(port, MYMACVLAN_RX_NO_MEMORY);
		kfree_skb(copy);
		return;
	}
	ether_addr_copy(eth_hdr(copy)->h_dest, dest);
	mymacvlan_flood_wire_rcu(port, copy, &flood);
	consume_skb(copy);
}

/*
 * No child has the IPv4 address. It may be a broadcast address, which has ones at its
 * end as every subnet's: most need not be looked up. Who defends an address answers
 * to 0.0.0.0, from which probes for it come (RFC 5227).
 */
static bool mymacvlan_is_broadcast_ip4(const struct mymacvlan_port *port,
				       __be16 proto, __be32 ip)
{
	if (proto == htons(ETH_P_ARP))
		return !ip;
	return ipv4_is_lbcast(ip) ||
	       ((ntohl(ip) & 3) == 3 &&
		inet_addr_type(dev_net(port->lower), ip) == RTN_BROADCAST);
}

static void mymacvlan_macnat_broadcast_rcu(struct mymacvlan_port *port,
					   struct sk_buff *skb)
{
	u8 dest[ETH_ALEN];

	eth_broadcast_addr(dest);
	mymacvlan_macnat_flood_rcu(port, skb, dest);
}

/* Returns true for the address of one machine, and sets it in @key. */
static bool mymacvlan_macnat_dst_ip4_rcu(struct mymacvlan_port *port,
					 struct sk_buff *skb, int offset,
					 struct mymacvlan_binding_key *key)
{
	struct iphdr *ip, buf;
	u8 dest[ETH_ALEN];

	ip = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	if (!ip)
		return false;
	if (ipv4_is_multicast(ip->daddr)) {
		ip_eth_mc_map(ip->daddr, dest);
		mymacvlan_macnat_flood_rcu(port, skb, dest);
		return false;
	}
	key->ip4 = ip->daddr;
	key->family = AF_INET;
	return true;
}

static bool mymacvlan_macnat_dst_ip6_rcu(struct mymacvlan_port *port,
					 struct sk_buff *skb, int offset,
					 struct mymacvlan_binding_key *key)
{
	struct ipv6hdr *ip6, buf;
	u8 dest[ETH_ALEN];

	ip6 = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	if (!ip6)
		return false;
	if (ipv6_addr_is_multicast(&ip6->daddr)) {
		ipv6_eth_mc_map(&ip6->daddr, dest);
		mymacvlan_macnat_flood_rcu(port, skb, dest);
		return false;
	}
	key->ip6 = ip6->daddr;
	key->family = AF_INET6;
	return true;
}

static bool mymacvlan_macnat_dst_arp(const struct sk_buff *skb, int offset,
				     struct mymacvlan_binding_key *key)
{
	struct mymacvlan_arp_packet *arp, buf;

	arp = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	if (!arp || !mymacvlan_arp_is_ip4(arp))
		return false;
	key->ip4 = arp->target_ip;
	key->family = AF_INET;
	return true;
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

	skb = skb_share_check(skb, GFP_ATOMIC);
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
	bool found = false;
	__be16 proto;
	int offset;

	if (!ether_addr_equal(eth_hdr(skb)->h_dest, port->lower->dev_addr))
		return NULL;
	offset = mymacvlan_binding_network(skb, skb_mac_offset(skb), &key, &proto);
	if (offset < 0)
		return NULL;
	if (proto == htons(ETH_P_IP))
		found = mymacvlan_macnat_dst_ip4_rcu(port, skb, offset, &key);
	else if (proto == htons(ETH_P_IPV6))
		found = mymacvlan_macnat_dst_ip6_rcu(port, skb, offset, &key);
	else if (proto == htons(ETH_P_ARP))
		found = mymacvlan_macnat_dst_arp(skb, offset, &key);
	if (!found)
		return NULL;
	/* Of a contested address the first owner's. */
	mymacvlan_binding_get_rcu(port, &key, &child);
	if (!child && key.family == AF_INET &&
	    mymacvlan_is_broadcast_ip4(port, proto, key.ip4))
		mymacvlan_macnat_broadcast_rcu(port, skb);
	if (!child || !mymacvlan_is_macnat(child) || mymacvlan_is_protodown(child))
		return NULL;
	skb = mymacvlan_macnat_to_child(child, skb, offset, proto);
	*pskb = skb;
	if (skb)
		mymacvlan_count(child, MYMACVLAN_RX_MACNAT);
	else
		mymacvlan_count_rx_drop(child, mymacvlan_dev(child)->dev_addr,
					MYMACVLAN_RX_DROP_NOMEM);
	return child;
}
