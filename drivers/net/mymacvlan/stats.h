/* SPDX-License-Identifier: GPL-2.0-only */
/* How the counters of a child are kept. */
#ifndef _MYMACVLAN_STATS_H
#define _MYMACVLAN_STATS_H

#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>
#include "counters.h"

struct mymacvlan_child;
struct mymacvlan_port;

/**
 * struct mymacvlan_pcpu_stats - one CPU's counters of a child
 * @vlan: frames and bytes; NIC drivers that offload a child (ixgbe, fm10k) add
 *	to it as well, through struct macvlan_dev
 * @counter: what else has passed
 *
 * Written with BHs disabled on its own CPU, under @vlan.syncp. Lives from
 * ndo_init until the net_device is freed. Losses are not here: a machine may have
 * thousands of children and hundreds of CPUs.
 */
struct mymacvlan_pcpu_stats {
	struct vlan_pcpu_stats	vlan;
	u64_stats_t		counter[MYMACVLAN_NR_COUNTS];
};

/**
 * struct mymacvlan_host_stats - the same of what goes between a child and the host
 * @syncp: as @vlan.syncp of struct mymacvlan_pcpu_stats
 * @counter: what has passed
 *
 * Most children never have the option: made when a child gets it for the first
 * time, before the frame path can see that, and freed with the child's others.
 */
struct mymacvlan_host_stats {
	struct u64_stats_sync	syncp;
	u64_stats_t		counter[MYMACVLAN_NR_HOST_COUNTS];
};

int mymacvlan_stats_init(struct mymacvlan_child *child);
int mymacvlan_stats_add_host(struct mymacvlan_child *child);
void mymacvlan_stats_free(struct mymacvlan_child *child);
void mymacvlan_get_stats64(struct net_device *dev,
			   struct rtnl_link_stats64 *stats);
int mymacvlan_stats_count(const struct mymacvlan_child *child);
void mymacvlan_stats_names(const struct mymacvlan_child *child, u8 *data);
void mymacvlan_stats_values(const struct mymacvlan_child *child, u64 *data);
const char *mymacvlan_stats_name(unsigned int nr);
int mymacvlan_stats_port_count(void);
void mymacvlan_stats_port_values(const struct mymacvlan_port *port, u64 *data);

#endif /* _MYMACVLAN_STATS_H */
