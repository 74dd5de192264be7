/* SPDX-License-Identifier: GPL-2.0-only */
/* <linux/skbuff.h> of 7.3: what older kernels lack. */
#include_next <linux/skbuff.h>
#ifndef _MYMACVLAN_COMPAT_LINUX_SKBUFF_H
#define _MYMACVLAN_COMPAT_LINUX_SKBUFF_H

/* commit 202ab599413c */
#ifndef HAVE_SKB_DROP_REASON_MACVLAN
#define SKB_DROP_REASON_MACVLAN_BROADCAST_BACKLOG SKB_DROP_REASON_FULL_RING
#endif

/* 6.12 */
#ifndef HAVE_SKB_DROP_REASON_MAC_SOURCE
#define SKB_DROP_REASON_MAC_INVALID_SOURCE SKB_DROP_REASON_DEV_HDR
#endif

/* 6.13 */
#ifndef HAVE_SKB_DROP_REASON_MAC_CONTROL
#define SKB_DROP_REASON_MAC_IEEE_MAC_CONTROL SKB_DROP_REASON_DEV_HDR
#endif

/* 6.7 */
#ifndef HAVE_SKB_QUEUE_PURGE_REASON
static inline void __skb_queue_purge_reason(struct sk_buff_head *list,
					    enum skb_drop_reason reason)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(list)))
		kfree_skb_reason(skb, reason);
}

static inline void skb_queue_purge_reason(struct sk_buff_head *list,
					  enum skb_drop_reason reason)
{
	struct sk_buff *skb;

	while ((skb = skb_dequeue(list)))
		kfree_skb_reason(skb, reason);
}
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
