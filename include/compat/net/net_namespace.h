/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * <net/net_namespace.h> of 7.3. Before 6.6 a table has no length but ends with an
 * empty entry: callers leave one behind those that they count. Up to 6.12 a table
 * is not const, though nobody writes to it.
 */
#include_next <net/net_namespace.h>
#ifndef _MYMACVLAN_COMPAT_NET_NET_NAMESPACE_H
#define _MYMACVLAN_COMPAT_NET_NET_NAMESPACE_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
static inline struct ctl_table_header *
mymacvlan_register_net_sysctl(struct net *net, const char *path,
			      const struct ctl_table *table, size_t count)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
	return register_net_sysctl(net, path, (void *)table);
#else
	return register_net_sysctl_sz(net, path, (void *)table, count);
#endif
}

#define register_net_sysctl_sz	mymacvlan_register_net_sysctl
#endif

#endif /* _MYMACVLAN_COMPAT_NET_NET_NAMESPACE_H */
