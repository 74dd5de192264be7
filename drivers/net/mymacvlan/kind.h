/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The name under which a module's link kind is registered: its own, or that of
 * the in-tree driver, for programs that know no other.
 */
#ifndef _MYMACVLAN_KIND_H
#define _MYMACVLAN_KIND_H

#include <linux/printk.h>
#include <linux/string.h>
#include <net/rtnetlink.h>

bool mymacvlan_is_drop_in(void);

/**
 * mymacvlan_kind_register() - register a link kind
 * @ops: with the kind's name filled in
 * @own: the driver's own kind
 *
 * Context: process, may sleep.
 * Return: 0, -EBUSY if another driver has the kind, or another error. Not
 *	-EEXIST, which modprobe takes for "loaded already" and passes over.
 */
static inline int mymacvlan_kind_register(struct rtnl_link_ops *ops,
					  const char *own)
{
	int err = rtnl_link_register(ops);

	if (err != -EEXIST)
		return err;
	pr_err("%s: another driver has registered link kind %s: unload that one first, if it is no part of the kernel itself (modprobe -r %s)\n",
	       own, ops->kind, ops->kind);
	return -EBUSY;
}

/**
 * mymacvlan_kind_check() - may the parameter "kind" be this?
 * @kind: what was given
 * @own: the driver's own kind; without the first two letters it is the in-tree
 *	driver's
 *
 * Registers the kind for a moment, without the means to make a device. A kind
 * that is taken must be found out before anything else is registered under that
 * name: sysfs would complain loudly.
 *
 * Context: process, may sleep.
 * Return: 0, -EINVAL, or what mymacvlan_kind_register() returns.
 */
static inline int mymacvlan_kind_check(const char *kind, const char *own)
{
	static struct rtnl_link_ops ops;
	int err;

	if (strcmp(kind, own) && strcmp(kind, own + strlen("my"))) {
		pr_err("%s: kind=%s is not known: it may be %s, or %s in place of the in-tree driver\n",
		       own, kind, own, own + strlen("my"));
		return -EINVAL;
	}
	ops.kind = kind;
	err = mymacvlan_kind_register(&ops, own);
	if (!err)
		rtnl_link_unregister(&ops);
	return err;
}

#endif /* _MYMACVLAN_KIND_H */
