/* SPDX-License-Identifier: GPL-2.0-only */
/* <linux/slab.h> of 7.3: allocation by type (7.0). */
#include_next <linux/slab.h>
#ifndef _MYMACVLAN_COMPAT_LINUX_SLAB_H
#define _MYMACVLAN_COMPAT_LINUX_SLAB_H

#ifndef kzalloc_obj
#define compat_kzalloc(obj, gfp, ...) kzalloc(sizeof(obj), gfp)
#define kzalloc_obj(obj, ...) \
	compat_kzalloc(obj, ##__VA_ARGS__, GFP_KERNEL)

#define compat_kmalloc(obj, gfp, ...) kmalloc(sizeof(obj), gfp)
#define kmalloc_obj(obj, ...) \
	compat_kmalloc(obj, ##__VA_ARGS__, GFP_KERNEL)

#define compat_kvzalloc(obj, gfp, ...) kvzalloc(sizeof(obj), gfp)
#define kvzalloc_obj(obj, ...) \
	compat_kvzalloc(obj, ##__VA_ARGS__, GFP_KERNEL)
#endif

#endif /* _MYMACVLAN_COMPAT_LINUX_SLAB_H */
