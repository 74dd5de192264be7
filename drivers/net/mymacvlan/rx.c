// SPDX-License-Identifier: GPL-2.0-only
/*
 * A frame has arrived on the lower device: which child is it for?
 *
 * Everything here runs under rcu_read_lock() with BHs disabled, called by the
 * core for each frame of a lower device that has a port.
 */
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <net/ip.h>
#include "arp.h"
#include "count.h"
#include "host.h"
#include "isolation.h"
#include "macnat.h"

/*
 * A VLAN device with "reorder_hdr off" leaves its tag in the frame, unless
 * something sits on it that it knows to want plain Ethernet. Our ports bear no
 * such mark (see mymacvlan_port_rtnl()), so take the tag out here. The header
 * may be shared with a packet socket's copy.
 */
static struct sk_buff *mymacvlan_strip_tags(struct sk_buff *skb)
{
	unsigned int tags = skb->mac_len - ETH_HLEN;
	u8 *mac;

	skb = mymacvlan_share_check(skb);
	if (!skb)
		return NULL;
	if (skb_unclone(skb, GFP_ATOMIC)) {
		kfree_skb_reason(skb, mymacvlan_port_count_reason(MYMACVLAN_RX_NO_MEMORY));
		return NULL;
	}
	mac = skb_mac_header(skb);
	memmove(mac + tags, mac, 2 * ETH_ALEN);
	skb->mac_header += tags;
	skb_reset_mac_len(skb);
	return skb;
}

static bool mymacvlan_is_fragment(struct sk_buff *skb)
{
	struct iphdr *iph, buf;

	if (skb->protocol != htons(ETH_P_IP))
		return false;
	iph = skb_header_pointer(skb, 0, sizeof(buf), &buf);
	return iph && ip_is_fragment(iph);
}

/*
 * Give a multicast frame to the children that listen, or queue it for them. Who
 * may get it is told by the child whose address it comes from. On return
 * @flood->only is set if nobody else may have the frame.
 */
static void mymacvlan_rx_flood(struct mymacvlan_port *port, struct sk_buff *skb,
			       unsigned int flags,
			       struct mymacvlan_flood *flood)
{
	const struct ethhdr *eth = eth_hdr(skb);
	u64 key = mymacvlan_frame_key(eth->h_source);
	struct mymacvlan_child *src, *target = NULL;
	bool trusted;

	if (flags & MYMACVLAN_PORT_SOURCE &&
	    mymacvlan_source_deliver_rcu(port, skb, flood->listeners))
		flood->only = MYMACVLAN_NOBODY;
	if (flood->only == MYMACVLAN_NOBODY)
		return;

	src = mymacvlan_find_sender_rcu(port, key);
	trusted = src && mymacvlan_addr_is_trusted(src, key);
	if (trusted)
		mymacvlan_duplicate_seen_rcu(port, src, key);
	switch (src ? mymacvlan_mode(src) : 0) {
	case MYMACVLAN_MODE_PASSTHRU:
		/* It has the lower device's address, for which nobody vouches. */
		flood->only = src->id;
		break;
	case MYMACVLAN_MODE_PRIVATE:
		/* Its own frame sent back by a hairpin: nobody else's business. */
		if (trusted)
			flood->only = src->id;
		break;
	case MYMACVLAN_MODE_SOURCE:
		/* The same; it has it already if it lists itself. */
		if (!trusted)
			break;
		flood->only = src->id;
		if (mymacvlan_is_listener(src, flood->listeners) &&
		    !mymacvlan_source_lists_rcu(src, key))
			mymacvlan_count_rx_drop(src, MYMACVLAN_RX_DROP_ISOLATED,
						skb, MYMACVLAN_RECEIVED);
		return;
	case MYMACVLAN_MODE_VEPA:
		/* An untrusted address may only keep frames from its child. */
		flood->exclude = src->id;
		fallthrough;
	case MYMACVLAN_MODE_BRIDGE:
		/*
		 * Sent back, too, but siblings may hear it. A bridge child gets
		 * it as well: it may share the address without knowing.
		 */
		if (trusted)
			flood->modes = MYMACVLAN_MODE_VEPA |
				       MYMACVLAN_MODE_BRIDGE;
		break;
	}
	if (flags & MYMACVLAN_PORT_ARP && mymacvlan_may_be_nd(skb))
		mymacvlan_binding_hear_nd_rcu(port, skb);
	if (flags & MYMACVLAN_PORT_ARP && mymacvlan_may_be_arp(skb)) {
		/* What a switch sends back, and what is for a group, not all hear. */
		if (src || flood->flags || !is_broadcast_ether_addr(eth->h_dest))
			mymacvlan_arp_hear_rcu(port, skb);
		else
			target = mymacvlan_arp_target_rcu(port, skb);
		if (target && mymacvlan_flood_one_rcu(target, skb))
			return;
	}
	mymacvlan_flood_wire_rcu(port, skb, flood);
}

/*
 * Children in one namespace share its reassembly, which copies of the same
 * fragment would confuse, so they get whole datagrams. A tap's guest must see
 * what was on the wire.
 */
static rx_handler_result_t
mymacvlan_rx_multicast(struct mymacvlan_port *port, struct sk_buff **pskb,
		       unsigned int flags)
{
	struct mymacvlan_flood flood = { .modes = MYMACVLAN_MODES_ALL };
	struct sk_buff *skb = *pskb;

	/* 802.3 annex 31B: PAUSE is between the two ends of a link. */
	if (skb->protocol == htons(ETH_P_PAUSE))
		return RX_HANDLER_PASS;

	if (flags & MYMACVLAN_PORT_MACNAT &&
	    mymacvlan_macnat_is_reflected(port, skb))
		flood.flags = MYMACVLAN_NOT_MACNAT;
	if (mymacvlan_is_fragment(skb)) {
		flood.listeners = MYMACVLAN_NODEFRAG_LISTENERS;
		if (flags & MYMACVLAN_PORT_TAP)
			mymacvlan_rx_flood(port, skb, flags, &flood);
		skb = ip_check_defrag(dev_net(skb->dev), skb,
				      IP_DEFRAG_MACVLAN);
		if (!skb)
			return RX_HANDLER_CONSUMED;
		*pskb = skb;
		/* It has the first fragment's sender; only "nodst" holds for all. */
		flood.only = flood.only == MYMACVLAN_NOBODY ? flood.only : 0;
		flood.exclude = 0;
		flood.modes = MYMACVLAN_MODES_ALL;
		flood.listeners = MYMACVLAN_DEFRAG_LISTENERS;
	}

	mymacvlan_rx_flood(port, skb, flags, &flood);
	if (!flood.only)
		return RX_HANDLER_PASS;
	consume_skb(skb);
	return RX_HANDLER_CONSUMED;
}

static rx_handler_result_t
mymacvlan_rx_drop(struct mymacvlan_child *child, struct sk_buff *skb,
		  enum mymacvlan_drop cause)
{
	mymacvlan_count_rx_drop(child, cause, skb, MYMACVLAN_RECEIVED);
	kfree_skb_reason(skb, mymacvlan_drop_reason(cause));
	return RX_HANDLER_CONSUMED;
}

/* noinline, and at the end: the plain path needs no register for it. */
static noinline rx_handler_result_t mymacvlan_rx_traced(struct sk_buff *skb)
{
	struct mymacvlan_frame frame;

	mymacvlan_trace_look(&frame, skb, MYMACVLAN_RECEIVED);
	mymacvlan_trace_rx(mymacvlan_child(skb->dev), &frame);
	return RX_HANDLER_ANOTHER;
}

/* Hand a unicast frame over to its child. */
static rx_handler_result_t
mymacvlan_rx_unicast(struct mymacvlan_child *child, struct sk_buff **pskb)
{
	struct net_device *dev = mymacvlan_dev(child);
	struct sk_buff *skb = *pskb;

	if (!(READ_ONCE(dev->flags) & IFF_UP))
		goto drop;
	if (mymacvlan_is_protodown(child)) {
		/*
		 * The address belongs to somebody else for now: as if no child
		 * had it. But in mode passthru it is the lower device's, too,
		 * which must not get the frame.
		 */
		if (mymacvlan_mode(child) == MYMACVLAN_MODE_PASSTHRU)
			goto drop;
		return RX_HANDLER_PASS;
	}
	if (mymacvlan_is_for_the_dead(child, skb, skb->protocol, 0))
		goto drop;

	skb = mymacvlan_share_check(skb);
	*pskb = skb;
	if (!skb) {
		mymacvlan_count_drop(child, MYMACVLAN_RX_DROP_UNICAST);
		mymacvlan_count_lost(child, MYMACVLAN_RX_DROP_NOMEM, NULL,
				     MYMACVLAN_UNKNOWN);
		return RX_HANDLER_CONSUMED;
	}
	skb->dev = dev;
	skb->pkt_type = PACKET_HOST;
	mymacvlan_count_rx_unicast(child, skb->len + ETH_HLEN);
	if (mymacvlan_is_traced())
		return mymacvlan_rx_traced(skb);
	return RX_HANDLER_ANOTHER;

drop:
	return mymacvlan_rx_drop(child, skb, MYMACVLAN_RX_DROP_DOWN);
}

/*
 * A port of which something is asked beyond finding a child by its address.
 * noinline: 14 instructions less for each frame of the other ports, which then
 * save no register in mymacvlan_handle_frame().
 */
static noinline rx_handler_result_t
mymacvlan_rx_slow(struct mymacvlan_port *port, struct sk_buff **pskb,
		  unsigned int flags)
{
	struct mymacvlan_child *child;
	const struct ethhdr *eth;

	if (flags & MYMACVLAN_PORT_HOST && mymacvlan_host_take_metadata(*pskb))
		return RX_HANDLER_PASS;
	if (flags & MYMACVLAN_PORT_VLAN && (*pskb)->mac_len > ETH_HLEN) {
		*pskb = mymacvlan_strip_tags(*pskb);
		if (!*pskb) {
			mymacvlan_count_port_lost(port, MYMACVLAN_RX_NO_MEMORY,
						  NULL, MYMACVLAN_UNKNOWN);
			return RX_HANDLER_CONSUMED;
		}
	}
	eth = eth_hdr(*pskb);
	if (is_multicast_ether_addr(eth->h_dest))
		return mymacvlan_rx_multicast(port, pskb, flags);
	if (flags & MYMACVLAN_PORT_ARP && mymacvlan_may_be_arp(*pskb))
		mymacvlan_arp_hear_rcu(port, *pskb);
	if (flags & MYMACVLAN_PORT_ARP && mymacvlan_may_be_nd(*pskb))
		mymacvlan_binding_hear_nd_rcu(port, *pskb);
	if (flags & MYMACVLAN_PORT_SOURCE &&
	    mymacvlan_source_deliver_rcu(port, *pskb,
					 MYMACVLAN_EVERY_LISTENER)) {
		consume_skb(*pskb);
		return RX_HANDLER_CONSUMED;
	}
	if (flags & MYMACVLAN_PORT_PASSTHRU)
		child = rcu_dereference(port->passthru);
	else
		child = mymacvlan_find_key_rcu(port,
					       mymacvlan_frame_key(eth->h_dest));
	if (!child && flags & MYMACVLAN_PORT_MACNAT) {
		child = mymacvlan_macnat_rx_rcu(port, pskb);
		if (!*pskb)
			return RX_HANDLER_CONSUMED;
		eth = eth_hdr(*pskb);
	}
	if (!child || mymacvlan_mode(child) == MYMACVLAN_MODE_SOURCE)
		return RX_HANDLER_PASS;
	if (flags & MYMACVLAN_PORT_PRIVATE &&
	    mymacvlan_is_isolated_rcu(child, mymacvlan_frame_key(eth->h_source)))
		return mymacvlan_rx_drop(child, *pskb, MYMACVLAN_RX_DROP_ISOLATED);
	return mymacvlan_rx_unicast(child, pskb);
}

/**
 * mymacvlan_handle_frame() - the rx handler of a lower device
 * @pskb: the frame, its Ethernet header pulled; may be replaced
 *
 * Context: RCU read side, BHs disabled.
 * Return: RX_HANDLER_ANOTHER if a child took it, RX_HANDLER_CONSUMED if it is
 *	gone, RX_HANDLER_PASS if the lower device's own stack gets it (too).
 */
rx_handler_result_t mymacvlan_handle_frame(struct sk_buff **pskb)
{
	struct mymacvlan_child *child;
	struct sk_buff *skb = *pskb;
	struct mymacvlan_port *port;
	unsigned int flags;
	const u8 *dest;

	/* dev_loopback_xmit() gives us frames without an Ethernet header. */
	if (skb->pkt_type == PACKET_LOOPBACK)
		return RX_HANDLER_PASS;

	port = rcu_dereference(skb->dev->rx_handler_data);
	flags = READ_ONCE(port->rx_flags);
	if (flags)
		return mymacvlan_rx_slow(port, pskb, flags);
	dest = eth_hdr(skb)->h_dest;
	if (is_multicast_ether_addr(dest))
		return mymacvlan_rx_multicast(port, pskb, flags);
	child = mymacvlan_find_key_rcu(port, mymacvlan_frame_key(dest));
	if (!child)
		return RX_HANDLER_PASS;
	return mymacvlan_rx_unicast(child, pskb);
}
