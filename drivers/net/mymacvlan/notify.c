// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens to lower devices, and to children before it happens.
 *
 * On 7.x some events of a lower device come with its instance lock held
 * (NETDEV_UP, _DOWN, _CHANGE, _REGISTER for "ops locked" drivers, others here
 * and there): no handler here may call a dev_*() function that would take that
 * lock again. The address lists have a lock of their own.
 */
#include <linux/minmax.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/user_namespace.h>
#include <net/rtnetlink.h>
#include "arp.h"
#include "bcqueue.h"
#include "event.h"
#include "host.h"
#include "identity.h"
#include "msg.h"
#include "pin.h"

/*
 * The core turns LRO off below a device that does not want it, taking the instance lock
 * of the lower device, which may be held here. As a rule there is none left to turn
 * off: before it tells of a change of features the core has done so itself. But the lower
 * device's driver may have failed to, and must not be asked again from here.
 */
static void mymacvlan_follow_features(struct net_device *dev,
				      const struct net_device *lower)
{
	mymacvlan_features_inherit(dev, lower);
	if (lower->features & ~dev->wanted_features & NETIF_F_LRO)
		return;
	netdev_update_features(dev);
}

/* Down with the lower device, and up again to what was asked for. */
static void mymacvlan_follow_mtu(struct net_device *dev,
				 const struct net_device *lower)
{
	struct mymacvlan_child *child = mymacvlan_child(dev);
	unsigned int requested = child->requested_mtu;
	unsigned int mtu = min_not_zero(requested, lower->mtu);

	/* What the core compares the child's with; so first. */
	dev->max_mtu = lower->mtu;
	if (dev->mtu == mtu)
		return;
	dev_set_mtu(dev, mtu);
	/* That was not the user's doing. */
	child->requested_mtu = requested;
}

/*
 * A child with protodown on stays down, which old kernels do not see to; nor do
 * they ask for the lower device's state when protodown ends. So the child's own
 * events come here as well: its state is then what the lower device's is now,
 * not what it was at that one's last event.
 */
static void mymacvlan_follow_state(struct net_device *dev,
				   const struct net_device *lower)
{
	if (!READ_ONCE(dev->proto_down))
		netif_stacked_transfer_operstate(lower, dev);
}

/* What an event of the lower device means to one child. */
static void mymacvlan_follow(struct net_device *dev, struct net_device *lower,
			     unsigned long event)
{
	switch (event) {
	case NETDEV_UP:
	case NETDEV_DOWN:
	case NETDEV_CHANGE:
		mymacvlan_follow_state(dev, lower);
		break;
	case NETDEV_FEAT_CHANGE:
		mymacvlan_follow_features(dev, lower);
		break;
	case NETDEV_CHANGEMTU:
		mymacvlan_follow_mtu(dev, lower);
		break;
	case NETDEV_NOTIFY_PEERS:
	case NETDEV_BONDING_FAILOVER:
	case NETDEV_RESEND_IGMP:
		/* What is announced on the wire concerns every address. */
		call_netdevice_notifiers(event, dev);
		if (event != NETDEV_RESEND_IGMP)
			mymacvlan_announce_follow(mymacvlan_child(dev));
		break;
	}
}

static void mymacvlan_follow_all(struct mymacvlan_port *port,
				 unsigned long event)
{
	struct mymacvlan_child *child;

	list_for_each_entry(child, &port->children, port_link)
		if (!child->dying)
			mymacvlan_follow(mymacvlan_dev(child), port->lower,
					 event);
}

/* The last child's ndo_uninit, in here, ends the port. */
static void mymacvlan_lower_gone(struct mymacvlan_port *port)
{
	struct mymacvlan_child *child;
	LIST_HEAD(list);

	list_for_each_entry(child, &port->children, port_link) {
		struct net_device *dev = mymacvlan_dev(child);

		if (!child->dying)
			dev->rtnl_link_ops->dellink(dev, &list);
	}
	unregister_netdevice_many(&list);
}

/*
 * A user namespace's root has been the host so far. A network card comes back to
 * the machine when his namespace ends, with the children that he has put
 * elsewhere, and they must not get what the machine sends.
 */
static void mymacvlan_forget_guest(struct mymacvlan_port *port)
{
	struct mymacvlan_child *child;

	if (dev_net(port->lower)->user_ns == &init_user_ns)
		return;
	list_for_each_entry(child, &port->children, port_link)
		mymacvlan_identity_forget(child);
	mymacvlan_arp_set(port, false);
	WRITE_ONCE(port->bc_cutoff, MYMACVLAN_DEFAULT_BC_CUTOFF);
}

/* For another namespace; NETDEV_REGISTER follows there, whatever happens. */
static void mymacvlan_lower_leaves(struct mymacvlan_port *port)
{
	mymacvlan_net_changed(dev_net(port->lower));
	mymacvlan_net_del_port(port);
	mymacvlan_forget_guest(port);
	mymacvlan_host_unhook(port);
	mymacvlan_listen_suspend(port);
	/* A dump that stands on it must not go on in another namespace's list. */
	synchronize_net();
}

static int mymacvlan_lower_event(struct mymacvlan_port *port,
				 unsigned long event)
{
	switch (event) {
	case NETDEV_CHANGEADDR:
		/* It is done: an error would only keep others from hearing. */
		mymacvlan_addr_follow_lower(port);
		break;
	case NETDEV_REGISTER:
		/* A port outlives only one: into another namespace. */
		mymacvlan_net_add_port(port);
		mymacvlan_net_changed(dev_net(port->lower));
		mymacvlan_filter_restore(port);
		mymacvlan_host_hook(port);
		break;
	case NETDEV_UNREGISTER:
		if (port->lower->reg_state == NETREG_UNREGISTERING)
			mymacvlan_lower_gone(port);
		else
			mymacvlan_lower_leaves(port);
		break;
	case NETDEV_PRE_TYPE_CHANGE:
		mymacvlan_log(netdev_warn, port, port->lower,
			      "has mymacvlan children and must stay an Ethernet device\n");
		return NOTIFY_BAD;
	case NETDEV_UP:
	case NETDEV_DOWN:
	case NETDEV_CHANGE:
	case NETDEV_FEAT_CHANGE:
	case NETDEV_CHANGEMTU:
	case NETDEV_NOTIFY_PEERS:
	case NETDEV_BONDING_FAILOVER:
	case NETDEV_RESEND_IGMP:
		/* No others: each new child causes some, and none may walk. */
		mymacvlan_follow_all(port, event);
		break;
	}
	return NOTIFY_DONE;
}

/* What who listens is told of a child; NETDEV_REGISTER: in another namespace. */
static void mymacvlan_child_tell(struct mymacvlan_child *child,
				 unsigned long event)
{
	switch (event) {
	case NETDEV_REGISTER:
	case NETDEV_UP:
	case NETDEV_DOWN:
	case NETDEV_CHANGEADDR:
	case NETDEV_CHANGENAME:
		mymacvlan_event_later(child, MYMACVLAN_EVENT_CHANGED);
		break;
	}
}

/*
 * A notifier has the request's extack, which ndo_open and ndo_set_mac_address
 * lack. But an error is an answer to few events only: what the core does with
 * one, event by event, is in Documentation/structures.md. To NETDEV_PRE_UP it
 * must never be one: the core would return with netpoll's lock taken, and the
 * device's next "up" wait for it for good. ndo_open refuses.
 */
static int mymacvlan_child_event(struct net_device *dev, unsigned long event,
				 void *ptr)
{
	struct netlink_ext_ack *extack = netdev_notifier_info_to_extack(ptr);
	struct mymacvlan_child *child = mymacvlan_child(dev);
	struct netdev_notifier_pre_changeaddr_info *change;
	int err = 0;

	mymacvlan_child_tell(child, event);
	switch (event) {
	case NETDEV_UP:
		mymacvlan_lro_update(dev);
		fallthrough;
	case NETDEV_CHANGE:
		mymacvlan_follow_state(dev, mymacvlan_lower(child));
		/* Its protodown, perhaps. */
		mymacvlan_conflict_update(child);
		mymacvlan_announce_resume(child);
		break;
	case NETDEV_CHANGEUPPER:
		mymacvlan_identity_upper(child, ptr);
		mymacvlan_lro_update(dev);
		break;
	case NETDEV_PRE_UP:
		mymacvlan_addr_check(child, dev->dev_addr, extack);
		break;
	case NETDEV_PRE_CHANGEADDR:
		change = ptr;
		mymacvlan_pin_keep(child);
		if (!ether_addr_equal(dev->dev_addr, change->dev_addr))
			err = mymacvlan_addr_validate(change->dev_addr, extack) ?:
			      mymacvlan_pin_check_addr(child, extack) ?:
			      mymacvlan_addr_check(child, change->dev_addr,
						   extack);
		break;
	case NETDEV_PRECHANGEMTU:
		child->previous_mtu = child->requested_mtu;
		child->previous_own_mtu = dev->mtu;
		break;
	case NETDEV_CHANGEADDR:
		mymacvlan_pin_keep(child);
		/* The core does not ask the driver to set what it has. */
		mymacvlan_identity_follow(child);
		mymacvlan_identity_tell(child);
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

	port = mymacvlan_port_rtnl(dev);
	if (event == NETDEV_CHANGEUPPER && (port || mymacvlan_is_child(dev)))
		mymacvlan_vlan_new(dev, port, ptr);
	if (mymacvlan_is_child(dev))
		return mymacvlan_child_event(dev, event, ptr);
	if (port)
		return mymacvlan_lower_event(port, event);
	return NOTIFY_DONE;
}

struct notifier_block mymacvlan_notifier = {
	.notifier_call = mymacvlan_event,
};
