/* SPDX-License-Identifier: GPL-2.0-only */
/* <linux/ptr_ring.h> of 7.3: one resize for users in BHs, one name for it. */
#include_next <linux/ptr_ring.h>
#ifndef _MYMACVLAN_COMPAT_LINUX_PTR_RING_H
#define _MYMACVLAN_COMPAT_LINUX_PTR_RING_H

/* The older one disables interrupts instead. */
#ifndef ptr_ring_resize_multiple_bh
#define ptr_ring_resize_multiple_bh(...) ptr_ring_resize_multiple(__VA_ARGS__)
#endif

#endif /* _MYMACVLAN_COMPAT_LINUX_PTR_RING_H */
