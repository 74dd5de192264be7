// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens to lower devices, and to children before it happens.
 *
 * On 7.x some events of a lower device come with its instance lock held
 * (NETDEV_UP, _DOWN, _CHANGE, _REGISTER for "ops locked" drivers, others here
 * and there): no handler here may call a dev_*() function that would take that
 * lock again. The address lists have a lock of their own.
 */
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/rtnetlink.h>
#include "mymacvlan.h"

static void mymacvlan_lower_state(struct mymacvlan_port *port)
{
	struct mymacvlan_child *child;

	mymacvlan_for_each_child(child, port)
		netif_stacked_transfer_operstate(port->lower,
						 mymacvlan_dev(child));
}

static void mymacvlan_lower_features(struct mymacvlan_port *port)
{
	struct mymacvlan_child *child;

	mymacvlan_for_each_child(child, port) {
		mymacvlan_features_inherit(mymacvlan_dev(child), port->lower);
		netdev_update_features(mymacvlan_dev(child));
	}
}

static void mymacvlan_lower_mtu(struct mymacvlan_port *port)
{
	struct mymacvlan_child *child;

	mymacvlan_for_each_child(child, port)
		if (mymacvlan_dev(child)->mtu > port->lower->mtu)
			dev_set_mtu(mymacvlan_dev(child), port->lower->mtu);
}

static void mymacvlan_lower_gone(struct mymacvlan_port *port)
{
	struct mymacvlan_child *child;
	LIST_HEAD(list);

	/* The last one's ndo_uninit, below, ends the port. */
	mymacvlan_for_each_child(child, port)
		mymacvlan_dev(child)->rtnl_link_ops->dellink(mymacvlan_dev(child),
							     &list);
	unregister_netdevice_many(&list);
}

/* Who announces itself on the wire must do it for every child's address. */
static void mymacvlan_lower_pass_on(struct mymacvlan_port *port,
				    unsigned long event)
{
	struct mymacvlan_child *child;

	mymacvlan_for_each_child(child, port)
		call_netdevice_notifiers(event, mymacvlan_dev(child));
}

static int mymacvlan_lower_event(struct mymacvlan_port *port,
				 unsigned long event)
{
	switch (event) {
	case NETDEV_UP:
	case NETDEV_DOWN:
	case NETDEV_CHANGE:
		mymacvlan_lower_state(port);
		break;
	case NETDEV_FEAT_CHANGE:
		mymacvlan_lower_features(port);
		break;
	case NETDEV_CHANGEMTU:
		mymacvlan_lower_mtu(port);
		break;
	case NETDEV_CHANGEADDR:
		return notifier_from_errno(mymacvlan_addr_follow_lower(port));
	case NETDEV_REGISTER:
		/* A port outlives only one: into another namespace. */
		mymacvlan_filter_restore(port);
		break;
	case NETDEV_UNREGISTER:
		if (port->lower->reg_state == NETREG_UNREGISTERING)
			mymacvlan_lower_gone(port);
		break;
	case NETDEV_PRE_TYPE_CHANGE:
		netdev_warn(port->lower, "has mymacvlan children and must stay an Ethernet device\n");
		return NOTIFY_BAD;
	case NETDEV_NOTIFY_PEERS:
	case NETDEV_BONDING_FAILOVER:
	case NETDEV_RESEND_IGMP:
		mymacvlan_lower_pass_on(port, event);
		break;
	}
	return NOTIFY_DONE;
}

/*
 * Refusals belong here rather than in ndo_open and ndo_set_mac_address: a
 * notifier has the request's extack.
 */
static int mymacvlan_child_event(struct net_device *dev, unsigned long event,
				 void *ptr)
{
	struct netlink_ext_ack *extack = netdev_notifier_info_to_extack(ptr);
	struct mymacvlan_child *child = mymacvlan_child(dev);
	struct netdev_notifier_pre_changeaddr_info *change;
	int err = 0;

	switch (event) {
	case NETDEV_PRE_UP:
		err = mymacvlan_addr_check(child, dev->dev_addr, extack);
		break;
	case NETDEV_PRE_CHANGEADDR:
		change = ptr;
		if (!ether_addr_equal(dev->dev_addr, change->dev_addr))
			err = mymacvlan_addr_check(child, change->dev_addr,
						   extack);
		break;
	}
	return notifier_from_errno(err);
}

/* Context: RTNL. */
static int mymacvlan_event(struct notifier_block *nb, unsigned long event,
			   void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct mymacvlan_port *port;

	if (mymacvlan_is_child(dev))
		return mymacvlan_child_event(dev, event, ptr);
	port = mymacvlan_port_rtnl(dev);
	if (port)
		return mymacvlan_lower_event(port, event);
	return NOTIFY_DONE;
}

struct notifier_block mymacvlan_notifier = {
	.notifier_call = mymacvlan_event,
};
