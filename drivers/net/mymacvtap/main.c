// SPDX-License-Identifier: GPL-2.0-only
/* Loading and unloading: a ladder up, the same ladder down. */
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include "../mymacvlan/kind.h"
#include "mymacvtap.h"

static char *kind;
module_param(kind, charp, 0444);
MODULE_PARM_DESC(kind, "link kind to register, and subsystem of the nodes: mymacvtap, or macvtap in place of the in-tree driver (default: macvtap where mymacvlan was loaded with kind=macvlan)");

/*
 * The in-tree macvtap needs the in-tree macvlan. Where ours has taken its name,
 * macvtap would be nobody's unless we take that one, too.
 */
static char *mymacvtap_default_kind(void)
{
	return mymacvlan_is_drop_in() ? "macvtap" : "mymacvtap";
}

/* Context: RTNL. */
static int __init mymacvtap_files_init(void)
{
	int err;

	err = mymacvtap_chardev_init(kind);
	if (err)
		return err;
	err = mymacvtap_node_init(kind);
	if (err)
		mymacvtap_chardev_exit();
	return err;
}

/*
 * The kind comes before anything else gets that name: sysfs would complain loudly about
 * one that is taken. RTNL keeps everybody from using it until the rest is there, or, by
 * way of "setup", until it is gone again.
 */
static int __init mymacvtap_module_init(void)
{
	int err;

	if (!kind)
		kind = mymacvtap_default_kind();
	/* There are no taps yet. */
	err = register_netdevice_notifier(&mymacvtap_notifier);
	if (err)
		return err;
	rtnl_lock();
	err = mymacvlan_kind_register(&mymacvtap_link_ops, kind, "mymacvtap");
	if (err) {
		rtnl_unlock();
		goto unregister_notifier;
	}
	err = mymacvtap_files_init();
	if (!err)
		mymacvtap_link_ops.setup = mymacvtap_setup;
	rtnl_unlock();
	if (!err)
		return 0;

	rtnl_link_unregister(&mymacvtap_link_ops);
unregister_notifier:
	unregister_netdevice_notifier(&mymacvtap_notifier);
	return err;
}

/*
 * Open files hold the module (through the character device), so there are none.
 * rtnl_link_unregister() deletes all taps.
 */
static void __exit mymacvtap_module_exit(void)
{
	rtnl_link_unregister(&mymacvtap_link_ops);
	mymacvtap_node_exit();
	mymacvtap_chardev_exit();
	unregister_netdevice_notifier(&mymacvtap_notifier);
}

module_init(mymacvtap_module_init);
module_exit(mymacvtap_module_exit);

MODULE_DESCRIPTION("Virtual network devices with MAC addresses of their own, for virtual machines");
MODULE_AUTHOR("The mymacvlan authors");
MODULE_LICENSE("GPL");
MODULE_VERSION(MYMACVLAN_VERSION);
MODULE_ALIAS_RTNL_LINK("mymacvtap");
