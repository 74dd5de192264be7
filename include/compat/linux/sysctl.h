/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * <linux/sysctl.h> of 7.3. Before 6.6 a table has no length but ends with an
 * empty entry: callers leave one behind those that they count.
 */
#include_next <linux/sysctl.h>
#ifndef _MYMACVLAN_COMPAT_LINUX_SYSCTL_H
#define _MYMACVLAN_COMPAT_LINUX_SYSCTL_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define register_net_sysctl_sz(net, path, table, size) \
	register_net_sysctl(net, path, table)
#endif

#endif /* _MYMACVLAN_COMPAT_LINUX_SYSCTL_H */
