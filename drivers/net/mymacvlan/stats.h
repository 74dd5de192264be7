/* SPDX-License-Identifier: GPL-2.0-only */
/* What is counted of a child, and how the counters are kept. */
#ifndef _MYMACVLAN_STATS_H
#define _MYMACVLAN_STATS_H

#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>

struct mymacvlan_child;

/**
 * enum mymacvlan_counter - what a child counts beyond struct vlan_pcpu_stats
 * @MYMACVLAN_RX_BROADCAST: broadcast frames received
 * @MYMACVLAN_TX_LOCAL: sent straight to a sibling
 * @MYMACVLAN_RX_DROP_UNICAST: unicast frames lost
 * @MYMACVLAN_RX_DROP_MULTICAST: multicast frames lost
 * @MYMACVLAN_RX_DROP_BROADCAST: broadcast frames lost
 * @MYMACVLAN_RX_DROP_BACKLOG: lost because the CPU's backlog was full
 * @MYMACVLAN_TX_DROP_WIRE: refused by the lower device
 * @MYMACVLAN_TX_DROP_LOWER_DOWN: not sent because the lower device was down
 * @MYMACVLAN_TX_DROP_LOCAL: lost on the way to a sibling
 * @MYMACVLAN_TX_DROP_FLOOD: siblings' copies lost because the child's queue was
 *	full, for lack of memory, or because it went down while they waited
 * @MYMACVLAN_LINK_COUNTERS: how many of them every message about a link needs
 *	(of a tap's also one of the last)
 * @MYMACVLAN_RX_DROP_DOWN: lost because the child was not up
 * @MYMACVLAN_RX_DROP_NOMEM: lost for lack of memory
 * @MYMACVLAN_RX_DROP_ISOLATED: kept away because a sibling or the child itself
 *	had sent them
 * @MYMACVLAN_TX_HAIRPIN: sent to a sibling through the lower device
 * @MYMACVLAN_CHILD_COUNTERS: how many a child has that is no tap
 * @MYMACVLAN_RX_DROP_QUEUE_FULL: received, then lost because the tap's queue
 *	was full
 * @MYMACVLAN_RX_DROP_SEGMENT: received, then lost because it could not be cut
 *	or checksummed for a tap's reader
 * @MYMACVLAN_TX_DROP_TAP: from the tap's user, and not fit to be sent
 * @MYMACVLAN_COUNTERS: how many a tap has
 *
 * A frame that a child does not get is counted twice: once by its kind, once
 * by the cause; the host's frame a third time, see enum mymacvlan_host_counter.
 * stats.c has the names that users see.
 */
enum mymacvlan_counter {
	MYMACVLAN_RX_BROADCAST,
	MYMACVLAN_TX_LOCAL,
	MYMACVLAN_RX_DROP_UNICAST,
	MYMACVLAN_RX_DROP_MULTICAST,
	MYMACVLAN_RX_DROP_BROADCAST,
	MYMACVLAN_RX_DROP_BACKLOG,
	MYMACVLAN_TX_DROP_WIRE,
	MYMACVLAN_TX_DROP_LOWER_DOWN,
	MYMACVLAN_TX_DROP_LOCAL,
	MYMACVLAN_TX_DROP_FLOOD,
	MYMACVLAN_LINK_COUNTERS,
	MYMACVLAN_RX_DROP_DOWN = MYMACVLAN_LINK_COUNTERS,
	MYMACVLAN_RX_DROP_NOMEM,
	MYMACVLAN_RX_DROP_ISOLATED,
	MYMACVLAN_TX_HAIRPIN,
	MYMACVLAN_CHILD_COUNTERS,
	MYMACVLAN_RX_DROP_QUEUE_FULL = MYMACVLAN_CHILD_COUNTERS,
	MYMACVLAN_RX_DROP_SEGMENT,
	MYMACVLAN_TX_DROP_TAP,
	MYMACVLAN_COUNTERS
};

/**
 * enum mymacvlan_host_counter - what a child with the option "host on" counts, too
 * @MYMACVLAN_TX_HOST: sent to the host
 * @MYMACVLAN_TX_HOST_COPY: sent to the wire, and a copy to the host
 * @MYMACVLAN_TX_HOST_DROP_NOMEM: frames or copies for the host lost for lack of
 *	memory
 * @MYMACVLAN_TX_HOST_DROP_SIZE: the same, larger than the lower device's MTU
 * @MYMACVLAN_TX_HOST_DROP_BACKLOG: the same, because the CPU's backlog was full
 * @MYMACVLAN_RX_HOST: received from the host
 * @MYMACVLAN_RX_HOST_DROP_NOMEM: from the host, lost for lack of memory
 * @MYMACVLAN_RX_HOST_DROP_BACKLOG: the same, because the CPU's backlog was full
 * @MYMACVLAN_RX_HOST_CRYPT: the host's frames left to the wire, since they were
 *	still to be encrypted
 * @MYMACVLAN_HOST_COUNTERS: how many there are
 */
enum mymacvlan_host_counter {
	MYMACVLAN_TX_HOST,
	MYMACVLAN_TX_HOST_COPY,
	MYMACVLAN_TX_HOST_DROP_NOMEM,
	MYMACVLAN_TX_HOST_DROP_SIZE,
	MYMACVLAN_TX_HOST_DROP_BACKLOG,
	MYMACVLAN_RX_HOST,
	MYMACVLAN_RX_HOST_DROP_NOMEM,
	MYMACVLAN_RX_HOST_DROP_BACKLOG,
	MYMACVLAN_RX_HOST_CRYPT,
	MYMACVLAN_HOST_COUNTERS
};

/**
 * struct mymacvlan_pcpu_stats - one CPU's counters of a child
 * @vlan: frames and bytes; NIC drivers that offload a child (ixgbe, fm10k) add
 *	to it as well, through struct macvlan_dev
 * @counter: the rest, see enum mymacvlan_counter; as many as
 *	mymacvlan_counters() says
 *
 * Written with BHs disabled on its own CPU, under @vlan.syncp. Lives from
 * ndo_init until the net_device is freed.
 */
struct mymacvlan_pcpu_stats {
	struct vlan_pcpu_stats	vlan;
	u64_stats_t		counter[];
};

/**
 * struct mymacvlan_host_stats - the same of what goes between a child and the host
 * @syncp: as @vlan.syncp of struct mymacvlan_pcpu_stats
 * @counter: see enum mymacvlan_host_counter
 *
 * Most children never have the option: made when a child gets it for the first
 * time, before the frame path can see that, and freed with the child's others.
 */
struct mymacvlan_host_stats {
	struct u64_stats_sync	syncp;
	u64_stats_t		counter[MYMACVLAN_HOST_COUNTERS];
};

struct mymacvlan_pcpu_stats __percpu *
mymacvlan_stats_alloc(const struct mymacvlan_child *child);
int mymacvlan_stats_add_host(struct mymacvlan_child *child);
void mymacvlan_stats_free(struct mymacvlan_child *child);
void mymacvlan_get_stats64(struct net_device *dev,
			   struct rtnl_link_stats64 *stats);
int mymacvlan_stats_count(const struct mymacvlan_child *child);
void mymacvlan_stats_names(const struct mymacvlan_child *child, u8 *data);
void mymacvlan_stats_values(const struct mymacvlan_child *child, u64 *data);

#endif /* _MYMACVLAN_STATS_H */
