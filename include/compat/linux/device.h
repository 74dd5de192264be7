/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * <linux/device.h> of 7.3: callbacks of a class and of a device type whose
 * prototypes have changed are written for 7.3 and named through CLASS_…() and
 * DEVICE_TYPE_…(); for an older kernel …_COMPAT_…() makes an adapter.
 */
#include_next <linux/device.h>
#ifndef _MYMACVLAN_COMPAT_LINUX_DEVICE_H
#define _MYMACVLAN_COMPAT_LINUX_DEVICE_H

/* A class is told about devices that it must not change. */
#ifdef HAVE_CLASS_NAMESPACE_CONST_DEVICE
#define COMPAT_CONST_DEVICE	const
#else
#define COMPAT_CONST_DEVICE
#endif

/* A namespace was known by its address, before it had its common part. */
#ifndef HAVE_CLASS_NAMESPACE_NS_COMMON
#include <linux/nsproxy.h>
#ifdef HAVE_NS_COMMON_H
#include <linux/ns_common.h>
#endif

#ifndef to_ns_common
#define to_ns_common(net)	(&(net)->ns)
#endif

#define CLASS_COMPAT_NAMESPACE(fn)					\
static const void *fn##_compat(COMPAT_CONST_DEVICE struct device *dev)	\
{									\
	return container_of(fn(dev), struct net, ns);			\
}

#define CLASS_NAMESPACE(fn)	fn##_compat
#else
#define CLASS_COMPAT_NAMESPACE(fn)
#define CLASS_NAMESPACE(fn)	fn
#endif

#ifndef HAVE_DEVNODE_CONST_DEVICE
#define DEVICE_TYPE_COMPAT_DEVNODE(fn)					\
static char *fn##_compat(struct device *dev, umode_t *mode,		\
			 kuid_t *uid, kgid_t *gid)			\
{									\
	return fn(dev, mode, uid, gid);					\
}

#define DEVICE_TYPE_DEVNODE(fn)	fn##_compat
#else
#define DEVICE_TYPE_COMPAT_DEVNODE(fn)
#define DEVICE_TYPE_DEVNODE(fn)	fn
#endif

#endif /* _MYMACVLAN_COMPAT_LINUX_DEVICE_H */
