/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * <net/rps.h> of 7.3, which 6.9 has made of a part of <linux/netdevice.h>; before that 6.6
 * had taken the receive queue out of it. And what no kernel has: whether a device's receive
 * queue chooses the CPU.
 */
#ifndef _MYMACVLAN_COMPAT_NET_RPS_H
#define _MYMACVLAN_COMPAT_NET_RPS_H

#include <linux/netdevice.h>

#if defined(CONFIG_RPS) && defined(HAVE_NET_NETDEV_RX_QUEUE_H)
#include <net/netdev_rx_queue.h>
#endif
#if defined(CONFIG_RPS) && defined(HAVE_NET_RPS_H)
#include_next <net/rps.h>
#endif

/* Does that of any device? */
static inline bool netdev_rps_needed(void)
{
#ifdef CONFIG_RPS
	return static_branch_unlikely(&rps_needed);
#else
	return false;
#endif
}

/* Does this one's, for frames that do not say by which queue they came? */
static inline bool netdev_has_rps(const struct net_device *dev)
{
#ifdef CONFIG_RPS
	const struct netdev_rx_queue *queue = dev->_rx;

	/* A pointer, or a tagged one in an integer. */
	return rcu_access_pointer(queue->rps_map) ||
	       (__force unsigned long)READ_ONCE(queue->rps_flow_table);
#else
	return false;
#endif
}

#endif /* _MYMACVLAN_COMPAT_NET_RPS_H */
