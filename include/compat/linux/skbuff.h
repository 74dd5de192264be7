/* SPDX-License-Identifier: GPL-2.0-only */
/* <linux/skbuff.h> of 7.3: what older kernels lack. */
#include_next <linux/skbuff.h>
#ifndef _MYMACVLAN_COMPAT_LINUX_SKBUFF_H
#define _MYMACVLAN_COMPAT_LINUX_SKBUFF_H

/* commit 202ab599413c */
#ifndef HAVE_SKB_DROP_REASON_MACVLAN
#define SKB_DROP_REASON_MACVLAN_BROADCAST_BACKLOG SKB_DROP_REASON_NOT_SPECIFIED
#endif

/* 6.10: for a bit that has changed its condition */
#ifndef HAVE_SKB_IS_DECRYPTED
static inline bool skb_is_decrypted(const struct sk_buff *skb)
{
#ifdef CONFIG_TLS_DEVICE
	return skb->decrypted;
#else
	return false;
#endif
}
#endif

#endif /* _MYMACVLAN_COMPAT_LINUX_SKBUFF_H */
