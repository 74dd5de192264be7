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
 * @ops: the kind's operations; its name is filled in here
 * @kind: the parameter "kind"
 * @own: the driver's own kind; without the first two letters it is the in-tree
 *	driver's
 *
 * Context: process, RTNL: nobody makes a device of the kind before the caller lets go.
 * Return: 0, -EINVAL for any other kind, -EBUSY if another driver has it, or another
 *	error. Not -EEXIST, which modprobe takes for "loaded already" and passes over.
 */
static inline int mymacvlan_kind_register(struct rtnl_link_ops *ops,
					  const char *kind, const char *own)
{
	int err;

	if (strcmp(kind, own) && strcmp(kind, own + strlen("my"))) {
		pr_err("%s: kind=%s is not known: it may be %s, or %s in place of the in-tree driver\n",
		       own, kind, own, own + strlen("my"));
		return -EINVAL;
	}
	ops->kind = kind;
	err = rtnl_link_register_rtnl(ops);
	if (err != -EEXIST)
		return err;
	pr_err("%s: another driver has registered link kind %s: unload that one first, if it is no part of the kernel itself (modprobe -r %s)\n",
	       own, kind, kind);
	return -EBUSY;
}

#endif /* _MYMACVLAN_KIND_H */
