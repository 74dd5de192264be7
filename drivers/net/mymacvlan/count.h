/* SPDX-License-Identifier: GPL-2.0-only */
/* Counting frames; all of it on the frame path. */
#ifndef _MYMACVLAN_COUNT_H
#define _MYMACVLAN_COUNT_H

#include <linux/atomic.h>
#include "mymacvlan.h"
#include "trace.h"

/**
 * mymacvlan_count_drop() - add to a counter of losses
 * @child: whose counter
 * @what: which one
 *
 * For what is counted beside the cause: that is for mymacvlan_count_lost().
 * On cache lines that no frame needs that passes: many CPUs may lose frames of one
 * child at once without slowing down the others.
 *
 * Context: any.
 */
static inline void mymacvlan_count_drop(struct mymacvlan_child *child,
					enum mymacvlan_drop what)
{
	atomic64_inc(&child->drop[what]);
}

/**
 * mymacvlan_count_lost() - a child has lost a frame
 * @child: who
 * @cause: why
 * @skb: the frame, or %NULL if it is not there any more
 * @at: where its Ethernet header is
 *
 * Context: any in which @child is kept.
 */
static inline void mymacvlan_count_lost(struct mymacvlan_child *child,
					enum mymacvlan_drop cause,
					const struct sk_buff *skb,
					enum mymacvlan_frame_at at)
{
	mymacvlan_count_drop(child, cause);
	if (mymacvlan_is_traced())
		mymacvlan_trace_lost(child, cause, skb, at);
}

/**
 * mymacvlan_lose() - a child loses a frame: counted, and freed
 * @child: who
 * @cause: why
 * @skb: the frame; taken
 * @at: where its Ethernet header is
 *
 * Context: any in which @child is kept.
 */
static inline void mymacvlan_lose(struct mymacvlan_child *child,
				  enum mymacvlan_drop cause, struct sk_buff *skb,
				  enum mymacvlan_frame_at at)
{
	mymacvlan_count_lost(child, cause, skb, at);
	kfree_skb_reason(skb, mymacvlan_drop_reason(cause));
}

/**
 * mymacvlan_share_check() - a frame that nobody else has
 * @skb: the frame; taken
 *
 * As skb_share_check(), which frees the frame for no reason.
 *
 * Context: any.
 * Return: @skb or a clone of it, or %NULL if there was no memory for one.
 */
static inline struct sk_buff *mymacvlan_share_check(struct sk_buff *skb)
{
	struct sk_buff *copy;

	if (!skb_shared(skb))
		return skb;
	copy = skb_clone(skb, GFP_ATOMIC);
	if (copy)
		consume_skb(skb);
	else
		kfree_skb_reason(skb, SKB_DROP_REASON_NOMEM);
	return copy;
}

/**
 * mymacvlan_count() - one more of the frames that pass
 * @child: whose counter
 * @what: which one
 *
 * Context: BHs disabled.
 */
static inline void mymacvlan_count(const struct mymacvlan_child *child,
				   enum mymacvlan_count what)
{
	struct mymacvlan_pcpu_stats *stats = this_cpu_ptr(child->stats);

	u64_stats_update_begin(&stats->vlan.syncp);
	u64_stats_inc(&stats->counter[what]);
	u64_stats_update_end(&stats->vlan.syncp);
}

/**
 * mymacvlan_count_port() - one more of what is nobody's, or everybody's
 * @port: whose counter
 * @what: which one
 *
 * Context: any.
 */
static inline void mymacvlan_count_port(struct mymacvlan_port *port,
					enum mymacvlan_port_count what)
{
	atomic64_inc(&port->counter[what]);
}

/**
 * mymacvlan_count_port_lost() - a frame is lost that is no one child's
 * @port: where
 * @cause: why
 * @skb: the frame, or %NULL if it is not there any more
 * @at: where its Ethernet header is
 *
 * Context: RCU read side.
 */
static inline void
mymacvlan_count_port_lost(struct mymacvlan_port *port,
			  enum mymacvlan_port_count cause,
			  const struct sk_buff *skb, enum mymacvlan_frame_at at)
{
	mymacvlan_count_port(port, cause);
	if (mymacvlan_is_traced())
		mymacvlan_trace_port_lost(port, cause, skb, at);
}

/**
 * mymacvlan_count_host() - one more of what goes between a child and the host
 * @child: whose counter; mymacvlan_host_enabled() has said so of it
 * @what: which counter
 *
 * Context: BHs disabled.
 */
static inline void mymacvlan_count_host(const struct mymacvlan_child *child,
					enum mymacvlan_host_count what)
{
	struct mymacvlan_host_stats *stats = this_cpu_ptr(child->host_stats);

	u64_stats_update_begin(&stats->syncp);
	u64_stats_inc(&stats->counter[what]);
	u64_stats_update_end(&stats->syncp);
}

/**
 * mymacvlan_count_rx_unicast() - a child got a unicast frame
 * @child: who
 * @len: its length with the Ethernet header, bytes
 *
 * Context: BHs disabled.
 */
static inline void
mymacvlan_count_rx_unicast(const struct mymacvlan_child *child,
			   unsigned int len)
{
	struct mymacvlan_pcpu_stats *stats = this_cpu_ptr(child->stats);

	u64_stats_update_begin(&stats->vlan.syncp);
	u64_stats_inc(&stats->vlan.rx_packets);
	u64_stats_add(&stats->vlan.rx_bytes, len);
	u64_stats_update_end(&stats->vlan.syncp);
}

/**
 * mymacvlan_count_rx_flood() - a child got a multicast or broadcast frame
 * @child: who
 * @len: its length with the Ethernet header, bytes
 * @broadcast: it was broadcast
 *
 * Context: BHs disabled.
 */
static inline void mymacvlan_count_rx_flood(const struct mymacvlan_child *child,
					    unsigned int len, bool broadcast)
{
	struct mymacvlan_pcpu_stats *stats = this_cpu_ptr(child->stats);

	u64_stats_update_begin(&stats->vlan.syncp);
	u64_stats_inc(&stats->vlan.rx_packets);
	u64_stats_add(&stats->vlan.rx_bytes, len);
	u64_stats_inc(&stats->vlan.rx_multicast);
	if (broadcast)
		u64_stats_inc(&stats->counter[MYMACVLAN_RX_BROADCAST]);
	u64_stats_update_end(&stats->vlan.syncp);
}

/* By the frame's destination address, which tells its kind. */
static inline void mymacvlan_count_rx_kind(struct mymacvlan_child *child,
					   const u8 *dest)
{
	enum mymacvlan_drop kind = MYMACVLAN_RX_DROP_UNICAST;

	if (is_broadcast_ether_addr(dest))
		kind = MYMACVLAN_RX_DROP_BROADCAST;
	else if (is_multicast_ether_addr(dest))
		kind = MYMACVLAN_RX_DROP_MULTICAST;
	mymacvlan_count_drop(child, kind);
}

/**
 * mymacvlan_count_rx_drop() - a child lost a frame that was meant for it
 * @child: who
 * @cause: MYMACVLAN_RX_DROP_DOWN and others
 * @skb: the frame
 * @at: where its Ethernet header is; it is still there
 *
 * Context: any in which @child is kept.
 */
static inline void mymacvlan_count_rx_drop(struct mymacvlan_child *child,
					   enum mymacvlan_drop cause,
					   const struct sk_buff *skb,
					   enum mymacvlan_frame_at at)
{
	mymacvlan_count_rx_kind(child, at == MYMACVLAN_SENT ? skb->data :
						eth_hdr(skb)->h_dest);
	mymacvlan_count_lost(child, cause, skb, at);
}

/**
 * mymacvlan_count_tx() - a child's frame is on its way
 * @child: who sent it
 * @len: its length with the Ethernet header, bytes
 *
 * Context: BHs disabled.
 */
static inline void mymacvlan_count_tx(const struct mymacvlan_child *child,
				      unsigned int len)
{
	struct mymacvlan_pcpu_stats *stats = this_cpu_ptr(child->stats);

	u64_stats_update_begin(&stats->vlan.syncp);
	u64_stats_inc(&stats->vlan.tx_packets);
	u64_stats_add(&stats->vlan.tx_bytes, len);
	u64_stats_update_end(&stats->vlan.syncp);
}

/**
 * mymacvlan_count_tx_local() - a child's frame is on its way to a sibling
 * @child: who sent it
 * @len: its length with the Ethernet header, bytes
 * @how: MYMACVLAN_TX_LOCAL or MYMACVLAN_TX_HAIRPIN
 *
 * Context: BHs disabled.
 */
static inline void mymacvlan_count_tx_local(const struct mymacvlan_child *child,
					    unsigned int len,
					    enum mymacvlan_count how)
{
	struct mymacvlan_pcpu_stats *stats = this_cpu_ptr(child->stats);

	u64_stats_update_begin(&stats->vlan.syncp);
	u64_stats_inc(&stats->vlan.tx_packets);
	u64_stats_add(&stats->vlan.tx_bytes, len);
	u64_stats_inc(&stats->counter[how]);
	u64_stats_update_end(&stats->vlan.syncp);
}

#endif /* _MYMACVLAN_COUNT_H */
