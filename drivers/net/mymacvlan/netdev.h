/* SPDX-License-Identifier: GPL-2.0-only */
/* A child as a network device. */
#ifndef _MYMACVLAN_NETDEV_H
#define _MYMACVLAN_NETDEV_H

#include <linux/ethtool.h>
#include <linux/netdevice.h>

extern const struct net_device_ops mymacvlan_netdev_ops;
void mymacvlan_setup(struct net_device *dev);
void mymacvlan_free(struct net_device *dev);
void mymacvlan_lro_start(struct net_device *dev);
void mymacvlan_lro_update(struct net_device *dev);
void mymacvlan_set_offloads(struct net_device *dev, netdev_features_t features);
void mymacvlan_features_inherit(struct net_device *dev,
				const struct net_device *lower);

/* ethtool.c */
extern const struct ethtool_ops mymacvlan_ethtool_ops;

/**
 * mymacvlan_is_child() - is this device one of ours?
 * @dev: any device
 *
 * Return: true for mymacvlan's children, false also for in-tree macvlan's.
 */
static inline bool mymacvlan_is_child(const struct net_device *dev)
{
	return dev->netdev_ops == &mymacvlan_netdev_ops;
}

#endif /* _MYMACVLAN_NETDEV_H */
