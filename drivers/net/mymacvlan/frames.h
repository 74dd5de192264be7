/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the core hands frames to the driver: rx.c, tx.c. */
#ifndef _MYMACVLAN_FRAMES_H
#define _MYMACVLAN_FRAMES_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>

struct mymacvlan_child;

rx_handler_result_t mymacvlan_handle_frame(struct sk_buff **pskb);

netdev_tx_t mymacvlan_start_xmit(struct sk_buff *skb, struct net_device *dev);
void mymacvlan_xmit_update(struct mymacvlan_child *child);
void mymacvlan_xmit_own(struct mymacvlan_child *child, struct sk_buff *skb);

#endif /* _MYMACVLAN_FRAMES_H */
