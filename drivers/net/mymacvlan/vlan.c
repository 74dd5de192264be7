// SPDX-License-Identifier: GPL-2.0-only
/*
 * A VLAN device on a child, and one of the same VLAN on the lower device: the
 * core gives a tagged frame to the latter before our rx handler can see it, so
 * the child's hears nothing. That cannot be changed, but it can be told.
 */
#include <linux/if_vlan.h>
#include "msg.h"

/* @dev: a child, with a VLAN that a device @below takes */
static void mymacvlan_vlan_warn(struct net_device *dev,
				const struct net_device *below)
{
	mymacvlan_log(netdev_warn, mymacvlan_child(dev)->port, dev,
		      "VLAN %u hears nothing: %s on the lower device gets its frames\n",
		      vlan_dev_vlan_id(below), below->name);
}

/* The lower device has a new VLAN device: which children have that VLAN, too? */
static void mymacvlan_vlan_new_below(struct mymacvlan_port *port,
				     const struct net_device *vlan)
{
	__be16 proto = vlan_dev_vlan_proto(vlan);
	u16 vid = vlan_dev_vlan_id(vlan);
	struct mymacvlan_child *child;

	rcu_read_lock();
	list_for_each_entry(child, &port->children, port_link)
		if (__vlan_find_dev_deep_rcu(mymacvlan_dev(child), proto, vid))
			mymacvlan_vlan_warn(mymacvlan_dev(child), vlan);
	rcu_read_unlock();
}

/* A child has a new VLAN device: has the lower device that VLAN, too? */
static void mymacvlan_vlan_new_above(struct net_device *dev,
				     const struct net_device *vlan)
{
	const struct net_device *below;

	rcu_read_lock();
	below = __vlan_find_dev_deep_rcu(mymacvlan_lower(mymacvlan_child(dev)),
					 vlan_dev_vlan_proto(vlan),
					 vlan_dev_vlan_id(vlan));
	if (below && is_vlan_dev(below))
		mymacvlan_vlan_warn(dev, below);
	rcu_read_unlock();
}

/**
 * mymacvlan_vlan_new() - look for a VLAN that both have
 * @dev: a child, or the lower device of a port
 * @port: the port of the latter, or %NULL
 * @info: NETDEV_CHANGEUPPER's
 *
 * Context: RTNL.
 */
void mymacvlan_vlan_new(struct net_device *dev, struct mymacvlan_port *port,
			const struct netdev_notifier_changeupper_info *info)
{
	if (!info->linking || !is_vlan_dev(info->upper_dev))
		return;
	if (port)
		mymacvlan_vlan_new_below(port, info->upper_dev);
	else
		mymacvlan_vlan_new_above(dev, info->upper_dev);
}
