// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looks at macvlan devices as NIC drivers do: asks netif_is_macvlan() and reads
 * the private data through <linux/if_macvlan.h>. Prints what it sees of the
 * device named by the parameter, and what no program is told: room for headers
 * and the lower device's VLAN ids. Counts seven frames of 100 bytes for the
 * device as an offloading NIC would, and stays loaded. For
 * selftests/module/view.sh and below.sh.
 *
 * With "refuse" all that it does is to refuse any new address or MTU of a device of
 * that name, as the driver of a switch does whose ports cannot have just any. For
 * selftests/link/refusals.sh.
 *
 * With "join" all that it does is to have a child of a device of that name join
 * 01:00:5e:01:02:03 in the midst of that one's move to another namespace: after its lists
 * have been flushed, before the child's driver hears that it is there. IPv6 joins without
 * RTNL and can come then. For selftests/device/lower_moves.sh.
 */
#include <linux/if_macvlan.h>
#include <linux/if_vlan.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

static char *device;
module_param(device, charp, 0);
MODULE_PARM_DESC(device, "name of a device in the initial network namespace");

static bool refuse;
module_param(refuse, bool, 0);
MODULE_PARM_DESC(refuse, "refuse new addresses and MTUs of devices of that name");

static bool join;
module_param(join, bool, 0);
MODULE_PARM_DESC(join, "a child of such a device joins a group while that one moves");

static bool joins;

struct vids {
	char text[200];
	int len;
};

static int add_vid(struct net_device *vlan, int vid, void *arg)
{
	struct vids *vids = arg;

	vids->len += scnprintf(vids->text + vids->len,
			       sizeof(vids->text) - vids->len, " %d", vid);
	return 0;
}

static void view_lower(const struct net_device *dev, struct net_device *lower)
{
	struct vids vids = { };

	pr_info("view: %s headroom %u of %u tailroom %u of %u\n", dev->name,
		dev->needed_headroom, lower->needed_headroom,
		dev->needed_tailroom, lower->needed_tailroom);
	vlan_for_each(lower, add_vid, &vids);
	pr_info("view: %s lower vids%s.\n", dev->name, vids.text);
}

static void view(struct net_device *dev)
{
	struct macvlan_dev *macvlan = netdev_priv(dev);
	int i;

	pr_info("view: %s dev %s lower %s mode %d flags %u sources %u\n",
		dev->name, macvlan->dev->name, macvlan_dev_real_dev(dev)->name,
		macvlan->mode, macvlan->flags, macvlan->macaddr_count);
	pr_info("view: %s filter %d accel %d lower_is_port %d\n", dev->name,
		macvlan_supports_dest_filter(dev), !!macvlan_accel_priv(dev),
		netif_is_macvlan_port(macvlan->lowerdev));
	view_lower(dev, macvlan->lowerdev);
	local_bh_disable();
	for (i = 0; i < 7; i++)
		macvlan_count_rx(macvlan, 100, true, false);
	macvlan_count_rx(macvlan, 100, false, false);
	local_bh_enable();
}

static int refuse_event(struct notifier_block *block, unsigned long event, void *ptr)
{
	const struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	if ((event != NETDEV_PRE_CHANGEADDR && event != NETDEV_CHANGEMTU) ||
	    strcmp(dev->name, device))
		return NOTIFY_DONE;
	return notifier_from_errno(-EXFULL);
}

static struct notifier_block refuse_block = {
	.notifier_call = refuse_event,
};

static void join_of_child(struct net_device *lower)
{
	static const u8 group[ETH_ALEN] = { 0x01, 0x00, 0x5e, 0x01, 0x02, 0x03 };
	struct net_device *upper, *child = NULL;
	struct list_head *iter;

	rcu_read_lock();
	netdev_for_each_upper_dev_rcu(lower, upper, iter)
		if (netif_is_macvlan(upper))
			child = upper;
	rcu_read_unlock();
	/* RTNL keeps it. */
	if (child && !dev_mc_add(child, group))
		pr_info("view: %s has joined\n", child->name);
}

static int join_event(struct notifier_block *block, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	if (READ_ONCE(joins) && event == NETDEV_REGISTER && !strcmp(dev->name, device))
		join_of_child(dev);
	return NOTIFY_DONE;
}

/* Before the driver's own. */
static struct notifier_block join_block = {
	.notifier_call	= join_event,
	.priority	= 1,
};

static int __init view_init(void)
{
	struct net_device *dev;
	int err = -ENODEV;

	if (refuse && device)
		return register_netdevice_notifier(&refuse_block);
	if (join && device) {
		err = register_netdevice_notifier(&join_block);
		/* It was told of all devices that are there: those do not move. */
		WRITE_ONCE(joins, true);
		return err;
	}
	rtnl_lock();
	dev = device ? __dev_get_by_name(&init_net, device) : NULL;
	if (dev && netif_is_macvlan(dev)) {
		view(dev);
		err = 0;
	}
	rtnl_unlock();
	return err;
}

static void __exit view_exit(void)
{
	if (refuse && device)
		unregister_netdevice_notifier(&refuse_block);
	if (join && device)
		unregister_netdevice_notifier(&join_block);
}

module_init(view_init);
module_exit(view_exit);

MODULE_DESCRIPTION("Reads a macvlan device as other drivers do, for tests");
MODULE_LICENSE("GPL");
