/* SPDX-License-Identifier: GPL-2.0-only */
/* A frame that a child has sent is received by a sibling. */
#ifndef _MYMACVLAN_FORWARD_H
#define _MYMACVLAN_FORWARD_H

#include <linux/etherdevice.h>
#include "mymacvlan.h"

/**
 * mymacvlan_skb_prep_rx() - make a sent frame a received one
 * @skb: a frame with its Ethernet header at skb->data, all of it linear;
 *	freed on failure
 * @dev: the child that is to receive it
 * @other_netns: it crosses into another network namespace
 *
 * What dev_forward_skb() does before netif_rx(), less its check against the MTU of @dev: a
 * sibling may have a smaller one than the lower device, and gets large frames
 * all the same, as it would from the wire.
 *
 * Context: BHs disabled.
 * Return: 0 or -ENOMEM.
 */
static inline int
mymacvlan_skb_prep_rx(struct sk_buff *skb, struct net_device *dev,
		      bool other_netns)
{
	if (skb_orphan_frags(skb, GFP_ATOMIC)) {
		kfree_skb_reason(skb, SKB_DROP_REASON_NOMEM);
		return -ENOMEM;
	}
	skb_scrub_packet(skb, other_netns);
	skb->priority = 0;
	/* It was a queue for sending. */
	skb_set_queue_mapping(skb, 0);
	skb->protocol = eth_type_trans(skb, dev);
	skb_postpull_rcsum(skb, eth_hdr(skb), ETH_HLEN);
	return 0;
}

#endif /* _MYMACVLAN_FORWARD_H */
