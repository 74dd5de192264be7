// SPDX-License-Identifier: GPL-2.0-only
/* Giving a child one frame, and counting it or its loss. */
#include <linux/icmpv6.h>
#include <linux/ipv6.h>
#include <net/ndisc.h>
#include "count.h"
#include "deliver.h"

/**
 * mymacvlan_is_neigh() - does a frame ask for, or announce, a neighbour?
 * @skb: a frame
 * @proto: its protocol, see mymacvlan_is_for_the_dead()
 * @offset: of its network header from skb->data
 *
 * What has a VLAN tag is for a VLAN device on the child, which may be in another
 * namespace.
 *
 * Context: any.
 * Return: true for ARP and ND.
 */
bool mymacvlan_is_neigh(const struct sk_buff *skb, __be16 proto, int offset)
{
	struct {
		struct ipv6hdr ip6;
		u8 type;
	} __packed buf, *nd;

	if (skb_vlan_tag_present(skb))
		return false;
	if (proto != htons(ETH_P_IPV6))
		return proto == htons(ETH_P_ARP);
	nd = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	return nd && nd->ip6.nexthdr == IPPROTO_ICMPV6 &&
	       nd->type >= NDISC_ROUTER_SOLICITATION &&
	       nd->type <= NDISC_REDIRECT;
}

/* @frame: what there is to tell of it, or NULL if nobody asks */
static void mymacvlan_deliver_lost(struct mymacvlan_child *child,
				   u8 pkt_type, enum mymacvlan_drop cause,
				   const struct mymacvlan_frame *frame)
{
	enum mymacvlan_drop kind = MYMACVLAN_RX_DROP_UNICAST;

	if (pkt_type == PACKET_BROADCAST)
		kind = MYMACVLAN_RX_DROP_BROADCAST;
	else if (pkt_type == PACKET_MULTICAST)
		kind = MYMACVLAN_RX_DROP_MULTICAST;
	mymacvlan_count_drop(child, kind);
	mymacvlan_count_drop(child, cause);
	if (frame)
		mymacvlan_trace_drop(child, frame, cause);
}

/* As mymacvlan_deliver(). What is traced has a copy of this function to itself. */
static __always_inline void
mymacvlan_deliver_frame(struct mymacvlan_child *child, struct sk_buff *skb,
			u8 pkt_type, unsigned int flags,
			const struct mymacvlan_frame *frame)
{
	struct net_device *dev = mymacvlan_dev(child);
	unsigned int len;

	if (!skb) {
		mymacvlan_deliver_lost(child, pkt_type, MYMACVLAN_RX_DROP_NOMEM,
				       frame);
		if (flags & MYMACVLAN_FROM_HOST)
			mymacvlan_count_drop(child, MYMACVLAN_RX_HOST_DROP_NOMEM);
		return;
	}
	if (!netif_running(dev)) {
		mymacvlan_deliver_lost(child, pkt_type, MYMACVLAN_RX_DROP_DOWN,
				       frame);
		kfree_skb_reason(skb, mymacvlan_drop_reason(MYMACVLAN_RX_DROP_DOWN));
		return;
	}
	len = skb->len + ETH_HLEN;
	skb->dev = dev;
	skb->pkt_type = pkt_type;
	if (flags & MYMACVLAN_IN_WORKER) {
		/* First: what the stack answers is traced in here. */
		if (frame)
			mymacvlan_trace_rx(child, frame);
		netif_receive_skb(skb);
	} else if (__netif_rx(skb) != NET_RX_SUCCESS) {
		mymacvlan_deliver_lost(child, pkt_type, netif_running(dev) ?
				       MYMACVLAN_RX_DROP_BACKLOG :
				       MYMACVLAN_RX_DROP_DOWN, frame);
		if (flags & MYMACVLAN_FROM_HOST)
			mymacvlan_count_drop(child, MYMACVLAN_RX_HOST_DROP_BACKLOG);
		return;
	} else if (frame) {
		mymacvlan_trace_rx(child, frame);
	}
	if (pkt_type == PACKET_BROADCAST || pkt_type == PACKET_MULTICAST)
		mymacvlan_count_rx_flood(child, len, pkt_type == PACKET_BROADCAST);
	else
		mymacvlan_count_rx_unicast(child, len);
	if (flags & MYMACVLAN_FROM_HOST)
		mymacvlan_count_host(child, MYMACVLAN_RX_HOST);
}

/* noinline: the plain path would save registers for it. */
static noinline void
mymacvlan_deliver_traced(struct mymacvlan_child *child, struct sk_buff *skb,
			 u8 pkt_type, unsigned int flags)
{
	struct mymacvlan_frame frame;

	mymacvlan_trace_look(&frame, skb, MYMACVLAN_RECEIVED);
	mymacvlan_deliver_frame(child, skb, pkt_type, flags, &frame);
}

/**
 * mymacvlan_deliver() - give a child a frame of its own, and count it
 * @child: who gets it
 * @skb: the frame as it is received, its Ethernet header pulled, or %NULL if
 *	there was no memory for it; taken
 * @pkt_type: PACKET_*, what the frame is to the child; also tells how it counts
 * @flags: MYMACVLAN_FROM_HOST, MYMACVLAN_IN_WORKER
 *
 * The worker has a stack of its own and can go all the way up at once; everybody
 * else stays short and leaves that to the CPU's backlog, which may be full. It also
 * refuses what is for a device that is on its way down: frames find a child for as
 * long as the core then waits for its senders.
 *
 * Context: BHs disabled; @child is kept by RCU.
 */
void mymacvlan_deliver(struct mymacvlan_child *child, struct sk_buff *skb,
		       u8 pkt_type, unsigned int flags)
{
	if (mymacvlan_is_traced())
		mymacvlan_deliver_traced(child, skb, pkt_type, flags);
	else
		mymacvlan_deliver_frame(child, skb, pkt_type, flags, NULL);
}
