// SPDX-License-Identifier: GPL-2.0-only
/* Loading and unloading: a ladder up, the same ladder down. */
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/workqueue.h>
#include "genl.h"
#include "host.h"
#include "kind.h"

static char *kind = "mymacvlan";
module_param(kind, charp, 0444);
MODULE_PARM_DESC(kind, "link kind to register: mymacvlan (default), or macvlan in place of the in-tree driver");

/* Where the broadcast queues of all ports are delivered. */
struct workqueue_struct *mymacvlan_wq;

/**
 * mymacvlan_is_drop_in() - is this module in place of in-tree macvlan?
 *
 * Context: any; the answer does not change while the module is loaded.
 * Return: true if its link kind is macvlan.
 */
bool mymacvlan_is_drop_in(void)
{
	return !strcmp(kind, "macvlan");
}
EXPORT_SYMBOL_GPL(mymacvlan_is_drop_in);

static int __init mymacvlan_module_init(void)
{
	int err;

	mymacvlan_wq = alloc_workqueue("mymacvlan", WQ_UNBOUND, 0);
	if (!mymacvlan_wq)
		return -ENOMEM;
	err = mymacvlan_sysctl_register();
	if (err)
		goto destroy_wq;
	err = register_netdevice_notifier(&mymacvlan_notifier);
	if (err)
		goto unregister_sysctl;
	err = mymacvlan_announce_register();
	if (err)
		goto unregister_notifier;
	err = mymacvlan_genl_register();
	if (err)
		goto unregister_announce;
	rtnl_lock();
	err = mymacvlan_kind_register(&mymacvlan_link_ops, kind, "mymacvlan");
	rtnl_unlock();
	if (err)
		goto unregister_genl;
	return 0;

unregister_genl:
	mymacvlan_genl_unregister();
unregister_announce:
	mymacvlan_announce_unregister();
unregister_notifier:
	unregister_netdevice_notifier(&mymacvlan_notifier);
unregister_sysctl:
	mymacvlan_sysctl_unregister();
destroy_wq:
	destroy_workqueue(mymacvlan_wq);
	return err;
}

/*
 * rtnl_link_unregister() deletes all children and with them all ports. What
 * they freed with kfree_rcu() needs no code of ours any more.
 */
static void __exit mymacvlan_module_exit(void)
{
	rtnl_link_unregister(&mymacvlan_link_ops);
	mymacvlan_genl_unregister();
	mymacvlan_announce_unregister();
	unregister_netdevice_notifier(&mymacvlan_notifier);
	mymacvlan_sysctl_unregister();
	destroy_workqueue(mymacvlan_wq);
}

module_init(mymacvlan_module_init);
module_exit(mymacvlan_module_exit);

MODULE_DESCRIPTION("Virtual network devices with MAC addresses of their own on one network card");
MODULE_AUTHOR("The mymacvlan authors");
MODULE_LICENSE("GPL");
MODULE_VERSION(MYMACVLAN_VERSION);
MODULE_ALIAS_RTNL_LINK("mymacvlan");
