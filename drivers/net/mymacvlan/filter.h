/* SPDX-License-Identifier: GPL-2.0-only */
/* What a child asks of the lower device's filters. */
#ifndef _MYMACVLAN_FILTER_H
#define _MYMACVLAN_FILTER_H

#include <linux/netdevice.h>
#include <linux/types.h>

struct mymacvlan_child;
struct mymacvlan_port;

/*
 * Most unicast addresses of a child besides its own in the lower device's list: those of
 * devices on top of it, and in mode passthru what "bridge fdb" adds. With each that comes
 * or goes the lower device's driver looks at its whole list, and when a child goes up or
 * down that is for all of them in one go, with BHs disabled and RTNL held.
 */
#define MYMACVLAN_UC_MAX	4096

int mymacvlan_filter_add(struct mymacvlan_child *child, const u8 *addr);
void mymacvlan_filter_cancel(struct mymacvlan_child *child, const u8 *addr);
void mymacvlan_filter_move(struct mymacvlan_child *child);
int mymacvlan_filter_change_mode(struct mymacvlan_child *child,
				 unsigned int mode);
int mymacvlan_filter_start(struct mymacvlan_child *child);
void mymacvlan_filter_stop(struct mymacvlan_child *child);
int mymacvlan_filter_set_promisc(struct mymacvlan_child *child, bool on);
int mymacvlan_filter_prepare_own(struct mymacvlan_child *child);
void mymacvlan_filter_cancel_own(struct mymacvlan_child *child);
void mymacvlan_filter_set_macnat(struct mymacvlan_child *child, bool on);
void mymacvlan_filter_change_flags(struct net_device *dev, int change);
int mymacvlan_filter_set_rx_mode(struct net_device *dev,
				 struct netdev_hw_addr_list *uc,
				 struct netdev_hw_addr_list *mc);
void mymacvlan_filter_restore(struct mymacvlan_port *port);

#endif /* _MYMACVLAN_FILTER_H */
