/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * <net/net_namespace.h> of 7.3. Before 6.6 a table has no length but ends with an
 * empty entry: callers leave one behind those that they count. Before 7.3 a table
 * is not const, though nobody writes to it.
 */
#include_next <net/net_namespace.h>
#ifndef _MYMACVLAN_COMPAT_NET_NET_NAMESPACE_H
#define _MYMACVLAN_COMPAT_NET_NET_NAMESPACE_H

#ifndef HAVE_NET_SYSCTL_CONST_TABLE
static inline struct ctl_table_header *
mymacvlan_register_net_sysctl(struct net *net, const char *path,
			      const struct ctl_table *table, size_t count)
{
#ifdef HAVE_NET_SYSCTL_SZ
	return register_net_sysctl_sz(net, path, (void *)table, count);
#else
	return register_net_sysctl(net, path, (void *)table);
#endif
}

#define register_net_sysctl_sz	mymacvlan_register_net_sysctl
#endif

#endif /* _MYMACVLAN_COMPAT_NET_NET_NAMESPACE_H */
