/* SPDX-License-Identifier: GPL-2.0-only */
/* What happens to other devices: notify.c, vlan.c. */
#ifndef _MYMACVLAN_NOTIFY_H
#define _MYMACVLAN_NOTIFY_H

#include <linux/netdevice.h>
#include <linux/notifier.h>

struct mymacvlan_port;

extern struct notifier_block mymacvlan_notifier;

/* vlan.c */
void mymacvlan_vlan_new(struct net_device *dev, struct mymacvlan_port *port,
			const struct netdev_notifier_changeupper_info *info);

#endif /* _MYMACVLAN_NOTIFY_H */
