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
#include "count.h"
#include "host.h"
#include "isolation.h"

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

	skb = skb_share_check(skb, GFP_ATOMIC);
	if (!skb)
		return NULL;
	if (skb_unclone(skb, GFP_ATOMIC)) {
		kfree_skb_reason(skb, SKB_DROP_REASON_NOMEM);
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
 * Who gets a multicast frame, told by the child whose address it comes from.
 * @trusted: it is the child's own as far as anybody can tell
 */
static void mymacvlan_rx_audience(const struct mymacvlan_child *src,
				  bool trusted, struct mymacvlan_flood *flood)
{
	flood->modes = MYMACVLAN_MODES_ALL;
	if (!src)
		return;
	if (!trusted && mymacvlan_mode(src) != MYMACVLAN_MODE_PASSTHRU) {
		/* A child's choice may only keep frames from itself. */
		if (mymacvlan_mode(src) == MYMACVLAN_MODE_VEPA)
			flood->exclude = src->id;
		return;
	}

	switch (mymacvlan_mode(src)) {
	case MYMACVLAN_MODE_PRIVATE:
	case MYMACVLAN_MODE_PASSTHRU:
		/* Its own frame sent back by a hairpin: nobody else's business. */
		flood->only = src->id;
		break;
	case MYMACVLAN_MODE_BRIDGE:
		/*
		 * The same, but siblings may hear it. The owner gets it as well:
		 * it may share the address with somebody without knowing.
		 */
		flood->modes = MYMACVLAN_MODE_VEPA | MYMACVLAN_MODE_BRIDGE;
		break;
	default:
		flood->modes = MYMACVLAN_MODE_VEPA | MYMACVLAN_MODE_BRIDGE;
		flood->exclude = src->id;
	}
}

/* Returns true if a child in mode source keeps the frame for itself. */
static bool mymacvlan_rx_sources(struct mymacvlan_port *port,
				 struct sk_buff *skb,
				 enum mymacvlan_listeners listeners)
{
	return unlikely(READ_ONCE(port->special) & MYMACVLAN_PORT_SOURCE) &&
	       mymacvlan_source_flood_rcu(port, skb, listeners);
}

/* Returns true if nobody else may have the frame. */
static bool mymacvlan_rx_flood(struct mymacvlan_port *port,
			       struct sk_buff *skb,
			       enum mymacvlan_listeners listeners)
{
	const struct ethhdr *eth = eth_hdr(skb);
	struct mymacvlan_flood flood = { .listeners = listeners };
	u64 key = mymacvlan_frame_key(eth->h_source);
	const struct mymacvlan_child *src;
	bool trusted;

	src = mymacvlan_find_sender_rcu(port, key);
	trusted = src && mymacvlan_addr_is_trusted(src, key);
	if (trusted && mymacvlan_mode(src) == MYMACVLAN_MODE_SOURCE) {
		/* Its own frame sent back; it has not listed itself. */
		if (mymacvlan_is_listener(src, listeners))
			mymacvlan_count_rx_drop(src, eth->h_dest,
						MYMACVLAN_RX_DROP_ISOLATED);
		return true;
	}
	mymacvlan_rx_audience(src, trusted, &flood);
	mymacvlan_flood_wire_rcu(port, skb, &flood);
	return flood.only;
}

/*
 * Fragments: children in one namespace share its reassembly, which copies of
 * the same fragment would confuse, so they get whole datagrams. A tap's guest
 * must see what was on the wire.
 *
 * Returns true if a tap in mode source keeps the frame for itself.
 */
static bool mymacvlan_rx_fragment(struct mymacvlan_port *port,
				  struct sk_buff *skb)
{
	if (!(READ_ONCE(port->special) & MYMACVLAN_PORT_TAP))
		return false;
	if (mymacvlan_rx_sources(port, skb, MYMACVLAN_RAW_LISTENERS))
		return true;
	mymacvlan_rx_flood(port, skb, MYMACVLAN_RAW_LISTENERS);
	return false;
}

/* Reassembles; returns NULL if the frame is not whole yet. */
static noinline struct sk_buff *
mymacvlan_rx_defrag(struct mymacvlan_port *port, struct sk_buff *skb,
		    bool *taken)
{
	*taken = mymacvlan_rx_fragment(port, skb);
	return ip_check_defrag(dev_net(skb->dev), skb, IP_DEFRAG_MACVLAN);
}

static noinline rx_handler_result_t
mymacvlan_rx_multicast(struct mymacvlan_port *port, struct sk_buff **pskb)
{
	enum mymacvlan_listeners listeners = MYMACVLAN_EVERY_LISTENER;
	struct sk_buff *skb = *pskb;
	bool taken = false;

	/* 802.3 annex 31B: PAUSE is between the two ends of a link. */
	if (unlikely(skb->protocol == htons(ETH_P_PAUSE)))
		return RX_HANDLER_PASS;

	if (unlikely(mymacvlan_is_fragment(skb))) {
		skb = mymacvlan_rx_defrag(port, skb, &taken);
		if (!skb)
			return RX_HANDLER_CONSUMED;
		*pskb = skb;
		listeners = MYMACVLAN_WHOLE_LISTENERS;
	}
	taken |= mymacvlan_rx_sources(port, skb, listeners);
	if (!taken && !mymacvlan_rx_flood(port, skb, listeners))
		return RX_HANDLER_PASS;
	consume_skb(skb);
	return RX_HANDLER_CONSUMED;
}

static noinline rx_handler_result_t
mymacvlan_rx_drop(const struct mymacvlan_child *child, struct sk_buff *skb,
		  enum mymacvlan_counter cause, enum skb_drop_reason reason)
{
	mymacvlan_count_rx_drop(child, eth_hdr(skb)->h_dest, cause);
	kfree_skb_reason(skb, reason);
	return RX_HANDLER_CONSUMED;
}

static __always_inline rx_handler_result_t
mymacvlan_rx_hand_over(const struct mymacvlan_child *child,
		       struct sk_buff *skb, unsigned int len)
{
	skb->dev = mymacvlan_dev(child);
	skb->pkt_type = PACKET_HOST;
	mymacvlan_count_rx_unicast(child, len);
	return RX_HANDLER_ANOTHER;
}

/* A frame that somebody else holds, too; -> the child's own copy. */
static noinline rx_handler_result_t
mymacvlan_rx_shared(const struct mymacvlan_child *child, struct sk_buff **pskb)
{
	unsigned int len = (*pskb)->len + ETH_HLEN;

	*pskb = skb_share_check(*pskb, GFP_ATOMIC);
	if (unlikely(!*pskb)) {
		mymacvlan_count(child, MYMACVLAN_RX_DROP_UNICAST);
		mymacvlan_count(child, MYMACVLAN_RX_DROP_NOMEM);
		return RX_HANDLER_CONSUMED;
	}
	return mymacvlan_rx_hand_over(child, *pskb, len);
}

/*
 * The address belongs to somebody else for now: as if no child had it. But in
 * mode passthru it is the lower device's too, which must not get the frame.
 */
static noinline rx_handler_result_t
mymacvlan_rx_protodown(const struct mymacvlan_child *child, struct sk_buff *skb)
{
	if (mymacvlan_mode(child) != MYMACVLAN_MODE_PASSTHRU)
		return RX_HANDLER_PASS;
	return mymacvlan_rx_drop(child, skb, MYMACVLAN_RX_DROP_DOWN,
				 SKB_DROP_REASON_DEV_READY);
}

/* ARP, IPv6, and whatever else is not IPv4. */
static noinline rx_handler_result_t
mymacvlan_rx_not_ipv4(const struct mymacvlan_child *child,
		      struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;

	if (unlikely(mymacvlan_is_for_the_dead(child, skb, 0)))
		return mymacvlan_rx_drop(child, skb, MYMACVLAN_RX_DROP_DOWN,
					 SKB_DROP_REASON_DEV_READY);
	if (unlikely(skb_shared(skb)))
		return mymacvlan_rx_shared(child, pskb);
	return mymacvlan_rx_hand_over(child, skb, skb->len + ETH_HLEN);
}

/*
 * What every unicast frame does that has found its child. Without a call on the
 * way, so that no register need be saved.
 */
static __always_inline rx_handler_result_t
mymacvlan_rx_child(const struct mymacvlan_child *child, struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;

	if (unlikely(!(READ_ONCE(mymacvlan_dev(child)->flags) & IFF_UP)))
		return mymacvlan_rx_drop(child, skb, MYMACVLAN_RX_DROP_DOWN,
					 SKB_DROP_REASON_DEV_READY);
	if (mymacvlan_is_protodown(child))
		return mymacvlan_rx_protodown(child, skb);
	if (skb->protocol != htons(ETH_P_IP))
		return mymacvlan_rx_not_ipv4(child, pskb);
	if (unlikely(skb_shared(skb)))
		return mymacvlan_rx_shared(child, pskb);
	return mymacvlan_rx_hand_over(child, skb, skb->len + ETH_HLEN);
}

static noinline rx_handler_result_t
mymacvlan_rx_isolating(const struct mymacvlan_child *child,
		       struct sk_buff **pskb)
{
	u64 source = mymacvlan_frame_key(eth_hdr(*pskb)->h_source);

	if (mymacvlan_is_isolated_rcu(child, source))
		return mymacvlan_rx_drop(child, *pskb, MYMACVLAN_RX_DROP_ISOLATED,
					 SKB_DROP_REASON_NOT_SPECIFIED);
	return mymacvlan_rx_child(child, pskb);
}

static noinline rx_handler_result_t mymacvlan_rx_nodst(struct sk_buff *skb)
{
	consume_skb(skb);
	return RX_HANDLER_CONSUMED;
}

static noinline rx_handler_result_t
mymacvlan_rx_unicast(struct mymacvlan_port *port, struct sk_buff **pskb,
		     unsigned int special)
{
	u64 key = mymacvlan_frame_key(eth_hdr(*pskb)->h_dest);
	const struct mymacvlan_child *child;

	if (special & MYMACVLAN_PORT_SOURCE &&
	    unlikely(mymacvlan_source_unicast_rcu(port, *pskb)))
		return mymacvlan_rx_nodst(*pskb);
	if (special & MYMACVLAN_PORT_PASSTHRU)
		child = rcu_dereference(port->passthru);
	else
		child = mymacvlan_find_key_rcu(port, key);
	if (!child || mymacvlan_mode(child) == MYMACVLAN_MODE_SOURCE)
		return RX_HANDLER_PASS;
	if (special & MYMACVLAN_PORT_PRIVATE)
		return mymacvlan_rx_isolating(child, pskb);
	return mymacvlan_rx_child(child, pskb);
}

static __always_inline rx_handler_result_t
mymacvlan_rx_untagged(struct mymacvlan_port *port, struct sk_buff **pskb,
		      unsigned int special)
{
	if (is_multicast_ether_addr(eth_hdr(*pskb)->h_dest))
		return mymacvlan_rx_multicast(port, pskb);
	return mymacvlan_rx_unicast(port, pskb, special);
}

static noinline rx_handler_result_t
mymacvlan_rx_tagged(struct mymacvlan_port *port, struct sk_buff **pskb,
		    unsigned int special)
{
	*pskb = mymacvlan_strip_tags(*pskb);
	if (*pskb)
		return mymacvlan_rx_untagged(port, pskb, special);
	atomic_long_inc(&port->rx_no_memory);
	return RX_HANDLER_CONSUMED;
}

/*
 * A port with anything else than children in modes bridge and vepa, or with
 * taps, or on a VLAN.
 */
static __always_inline rx_handler_result_t
mymacvlan_rx_special(struct mymacvlan_port *port, struct sk_buff **pskb,
		     unsigned int special)
{
	if (special & MYMACVLAN_PORT_VLAN && (*pskb)->mac_len > ETH_HLEN)
		return mymacvlan_rx_tagged(port, pskb, special);
	return mymacvlan_rx_untagged(port, pskb, special);
}

/* The same, with children that talk to the host: their frames are its own. */
static noinline rx_handler_result_t
mymacvlan_rx_hosted(struct mymacvlan_port *port, struct sk_buff **pskb,
		    unsigned int special)
{
	if (mymacvlan_host_take_mark(*pskb))
		return RX_HANDLER_PASS;
	return mymacvlan_rx_special(port, pskb, special);
}

/* Without a call before the last, so that no register need be saved. */
static noinline rx_handler_result_t
mymacvlan_rx_other(struct mymacvlan_port *port, struct sk_buff **pskb,
		   unsigned int special)
{
	if (special & MYMACVLAN_PORT_HOST)
		return mymacvlan_rx_hosted(port, pskb, special);
	return mymacvlan_rx_special(port, pskb, special);
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
	const struct mymacvlan_entry *station;
	struct sk_buff *skb = *pskb;
	struct mymacvlan_port *port;
	unsigned int special;
	const u8 *dest;

	/* dev_loopback_xmit() gives us frames without an Ethernet header. */
	if (unlikely(skb->pkt_type == PACKET_LOOPBACK))
		return RX_HANDLER_PASS;

	port = rcu_dereference(skb->dev->rx_handler_data);
	special = READ_ONCE(port->special);
	if (unlikely(special))
		return mymacvlan_rx_other(port, pskb, special);
	dest = eth_hdr(skb)->h_dest;
	if (is_multicast_ether_addr(dest))
		return mymacvlan_rx_multicast(port, pskb);
	station = mymacvlan_find_station_rcu(port, mymacvlan_frame_key(dest));
	if (!station)
		return RX_HANDLER_PASS;
	return mymacvlan_rx_child(station->child, pskb);
}
