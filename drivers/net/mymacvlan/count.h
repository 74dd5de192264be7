/* SPDX-License-Identifier: GPL-2.0-only */
/* Counting frames; all of it on the frame path. */
#ifndef _MYMACVLAN_COUNT_H
#define _MYMACVLAN_COUNT_H

#include <linux/atomic.h>
#include "mymacvlan.h"

/**
 * mymacvlan_count_drop() - a child has lost a frame
 * @child: whose counter
 * @what: which one
 *
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

/**
 * mymacvlan_count_rx_drop() - a child lost a frame that was meant for it
 * @child: who
 * @dest: the frame's destination address, which tells its kind
 * @cause: MYMACVLAN_RX_DROP_DOWN and others
 *
 * Context: any.
 */
static inline void mymacvlan_count_rx_drop(struct mymacvlan_child *child,
					   const u8 *dest,
					   enum mymacvlan_drop cause)
{
	enum mymacvlan_drop kind = MYMACVLAN_RX_DROP_UNICAST;

	if (is_broadcast_ether_addr(dest))
		kind = MYMACVLAN_RX_DROP_BROADCAST;
	else if (is_multicast_ether_addr(dest))
		kind = MYMACVLAN_RX_DROP_MULTICAST;
	mymacvlan_count_drop(child, kind);
	mymacvlan_count_drop(child, cause);
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
