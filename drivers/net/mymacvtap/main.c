// SPDX-License-Identifier: GPL-2.0-only
/* Loading and unloading: a ladder up, the same ladder down. */
#include <linux/module.h>
#include <linux/netdevice.h>
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

static int __init mymacvtap_module_init(void)
{
	int err;

	if (!kind)
		kind = mymacvtap_default_kind();
	/*
	 * Before anything else gets that name: sysfs would complain loudly about
	 * one that is taken. Without "setup" no device can be made.
	 */
	err = mymacvlan_kind_register(&mymacvtap_link_ops, kind, "mymacvtap");
	if (err)
		return err;
	err = mymacvtap_chardev_init(kind);
	if (err)
		goto unregister_link;
	err = mymacvtap_node_init(kind);
	if (err)
		goto chardev_exit;
	err = register_netdevice_notifier(&mymacvtap_notifier);
	if (err)
		goto node_exit;
	/* Whoever sees it finds all of the above; the core reads it as it is. */
	smp_store_release(&mymacvtap_link_ops.setup, mymacvtap_setup);
	return 0;

node_exit:
	mymacvtap_node_exit();
chardev_exit:
	mymacvtap_chardev_exit();
unregister_link:
	rtnl_link_unregister(&mymacvtap_link_ops);
	return err;
}

/*
 * Open files hold the module (through the character device), so there are none.
 * rtnl_link_unregister() deletes all taps.
 */
static void __exit mymacvtap_module_exit(void)
{
	rtnl_link_unregister(&mymacvtap_link_ops);
	unregister_netdevice_notifier(&mymacvtap_notifier);
	mymacvtap_node_exit();
	mymacvtap_chardev_exit();
}

module_init(mymacvtap_module_init);
module_exit(mymacvtap_module_exit);

MODULE_DESCRIPTION("Virtual network devices with MAC addresses of their own, for virtual machines");
MODULE_AUTHOR("The mymacvlan authors");
MODULE_LICENSE("GPL");
MODULE_VERSION(MYMACVLAN_VERSION);
MODULE_ALIAS_RTNL_LINK("mymacvtap");
