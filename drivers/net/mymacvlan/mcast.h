/* SPDX-License-Identifier: GPL-2.0-only */
/* Multicast and broadcast frames on their way to those who listen. */
#ifndef _MYMACVLAN_MCAST_H
#define _MYMACVLAN_MCAST_H

#include <linux/skbuff.h>
#include <linux/types.h>
#include "child.h"
#include "port.h"

/*
 * A child's own flood is delivered at once up to this many siblings, or up to
 * the cutoff where that is more. The backlog of a CPU takes 1000 frames
 * (net.core.netdev_max_backlog), so a longer flood goes by the queue.
 */
#define MYMACVLAN_TX_INLINE_MAX		64

/**
 * enum mymacvlan_listeners - which of the listeners a flood is for
 * @MYMACVLAN_EVERY_LISTENER: all
 * @MYMACVLAN_NODEFRAG_LISTENERS: those that want IPv4 fragments as they are
 * @MYMACVLAN_DEFRAG_LISTENERS: those that want them reassembled
 */
enum mymacvlan_listeners {
	MYMACVLAN_EVERY_LISTENER,
	MYMACVLAN_NODEFRAG_LISTENERS,
	MYMACVLAN_DEFRAG_LISTENERS,
};

/* The id of no child. */
#define MYMACVLAN_NOBODY	U64_MAX

/**
 * struct mymacvlan_flood - how to deliver a multicast or broadcast frame
 * @exclude: id of the child that must not get it, 0 for none
 * @only: id of the one child that may get it, 0 for no such limit,
 *	MYMACVLAN_NOBODY for a frame that a source list has kept from all others
 * @netns: cookie of the sender's network namespace, for @local
 * @modes: MYMACVLAN_MODE_* bits of the children that may get it
 * @listeners: which of them
 * @pkt_type: PACKET_BROADCAST or PACKET_MULTICAST; the flood's own
 * @flags: MYMACVLAN_FROM_HOST, only for children that have "host on";
 *	MYMACVLAN_ONLY_MACNAT, MYMACVLAN_NOT_MACNAT; MYMACVLAN_IN_WORKER
 * @local: a child or the host sent it: it is turned round to be received, and
 *	scrubbed again for a child in another network namespace
 * @neigh: it is ARP or ND; the flood's own
 *
 * Travels in skb->cb while the frame waits in a queue. It holds no pointer: of
 * its child a queued frame keeps nothing alive.
 */
struct mymacvlan_flood {
	u64			exclude;
	u64			only;
	u64			netns;
	u8			modes;
	u8			listeners;
	u8			pkt_type;
	u8			flags;
	bool			local;
	bool			neigh;
};

/* Context: any; @tap is fixed. */
static inline bool mymacvlan_is_listener(const struct mymacvlan_child *child,
					 enum mymacvlan_listeners listeners)
{
	if (listeners == MYMACVLAN_EVERY_LISTENER)
		return true;
	return child->tap == (listeners == MYMACVLAN_NODEFRAG_LISTENERS);
}

void mymacvlan_flood_wire_rcu(struct mymacvlan_port *port, struct sk_buff *skb,
			      struct mymacvlan_flood *flood);
bool mymacvlan_flood_one_rcu(struct mymacvlan_child *child, struct sk_buff *skb);
void mymacvlan_flood_local_rcu(struct mymacvlan_child *child,
			       struct sk_buff *skb);
void mymacvlan_flood_host_rcu(struct mymacvlan_port *port, struct sk_buff *skb);
void mymacvlan_flood_work(struct mymacvlan_port *port, struct sk_buff *skb,
			  const struct mymacvlan_flood *flood);
struct mymacvlan_member *
mymacvlan_next_member_rcu(const struct mymacvlan_port *port,
			  const struct mymacvlan_member *member);

#endif /* _MYMACVLAN_MCAST_H */
