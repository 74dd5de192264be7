/* SPDX-License-Identifier: GPL-2.0-only */
/* <linux/skbuff.h> of 7.3: the drop reasons that older kernels lack. */
#include_next <linux/skbuff.h>
#ifndef _MYMACVLAN_COMPAT_LINUX_SKBUFF_H
#define _MYMACVLAN_COMPAT_LINUX_SKBUFF_H

/* commit 202ab599413c */
#ifndef HAVE_SKB_DROP_REASON_MACVLAN
#define SKB_DROP_REASON_MACVLAN_BROADCAST_BACKLOG SKB_DROP_REASON_NOT_SPECIFIED
#endif

#endif /* _MYMACVLAN_COMPAT_LINUX_SKBUFF_H */
