/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Option "pin": the host decides which address a child has, and the child sends
 * with no other one. What decides and what checks is in pin.c; here is the check
 * of a plain frame, which the frame path has without a call.
 */
#ifndef _MYMACVLAN_PIN_H
#define _MYMACVLAN_PIN_H

#include <linux/skbuff.h>
#include "mymacvlan.h"
#include "table.h"

struct netlink_ext_ack;
struct rtnl_newlink_params;

/**
 * mymacvlan_pin_csum_start() - where a frame's checksum begins to be taken
 * @skb: the frame, its Ethernet header at skb->data
 *
 * The sender chooses it: freely with AF_XDP, with a virtio-net header of a packet
 * socket or a tap from behind the shortest IP header on. Whoever fills in the
 * checksum or cuts the frame into segments after us writes behind that place. So it
 * must lie behind all that is checked, or the frame could leave with another source
 * address than it had here.
 *
 * Return: an offset from skb->data, perhaps a negative one; of a frame that has
 *	not CHECKSUM_PARTIAL any number.
 */
static inline int mymacvlan_pin_csum_start(const struct sk_buff *skb)
{
	return skb->head + skb->csum_start - skb->data;
}

static_assert(CHECKSUM_PARTIAL & CHECKSUM_UNNECESSARY);

/**
 * mymacvlan_pin_is_plain() - is this a frame that the child may send for sure?
 * @child: a child with tx_flags
 * @skb: its frame
 *
 * Its pin must be all that the flags say, and its source address all that the pin
 * asks for: else @tx_key is the address of no frame. One bit tells those frames that
 * have CHECKSUM_PARTIAL, and a few more: 7 instructions for most, 12 for these, where
 * the whole comparison makes 9.
 *
 * Context: BHs disabled.
 * Return: true if so; false if mymacvlan_pin_permits() has to be asked.
 */
static __always_inline bool
mymacvlan_pin_is_plain(const struct mymacvlan_child *child,
		       const struct sk_buff *skb)
{
	return skb_headlen(skb) >= ETH_HLEN &&
	       mymacvlan_frame_key(skb_eth_hdr(skb)->h_source) ==
	       READ_ONCE(child->tx_key) &&
	       (!(skb->ip_summed & CHECKSUM_UNNECESSARY) ||
		mymacvlan_pin_csum_start(skb) >= ETH_HLEN);
}

/* pin_frame.c */
bool mymacvlan_pin_permits_ip(const struct mymacvlan_child *child,
			      struct sk_buff *skb);

/* pin.c */
bool mymacvlan_pin_permits(const struct mymacvlan_child *child,
			   struct sk_buff *skb);
int mymacvlan_pin_check(const struct mymacvlan_child *child,
			struct nlattr *attr, struct netlink_ext_ack *extack);
int mymacvlan_pin_check_new(const struct net_device *lower,
			    struct netlink_ext_ack *extack);
int mymacvlan_pin_check_addr(const struct mymacvlan_child *child,
			     struct netlink_ext_ack *extack);
void mymacvlan_pin_new(struct mymacvlan_child *child,
		       struct rtnl_newlink_params *params);
void mymacvlan_pin_set(struct mymacvlan_child *child, u8 pin, bool freeze);
void mymacvlan_pin_up(struct mymacvlan_child *child);
void mymacvlan_pin_follow(struct mymacvlan_child *child);
void mymacvlan_pin_keep(struct mymacvlan_child *child);

#endif /* _MYMACVLAN_PIN_H */
