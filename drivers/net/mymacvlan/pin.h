/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Option "pin": the host decides which address a child has, and the child sends
 * with no other one.
 */
#ifndef _MYMACVLAN_PIN_H
#define _MYMACVLAN_PIN_H

#include <linux/skbuff.h>
#include "header.h"
#include "mymacvlan.h"
#include "table.h"

struct netlink_ext_ack;
struct rtnl_newlink_params;

/**
 * mymacvlan_pin_addr() - the address that is a child's own
 * @child: a child
 *
 * Not that which somebody has written into the device of one that is pinned.
 *
 * Context: RTNL.
 * Return: it, see mymacvlan_key().
 */
static inline u64 mymacvlan_pin_addr(const struct mymacvlan_child *child)
{
	return child->pin_frozen ? child->pin_key :
	       mymacvlan_key(mymacvlan_dev(child)->dev_addr);
}

/**
 * mymacvlan_pin_features() - which features a child must not have
 * @child: a child
 *
 * A frame that GRO has made of several (rx-gro-list) has an IP header for each of
 * them, and only the first would be checked: the core cuts it before it comes here.
 *
 * Context: RTNL.
 * Return: them.
 */
static inline netdev_features_t
mymacvlan_pin_features(const struct mymacvlan_child *child)
{
	return child->pin < MYMACVLAN_PIN_IP ? 0 : NETIF_F_GSO_FRAGLIST;
}

/* pin_frame.c */
bool mymacvlan_pin_is_link_local(const struct mymacvlan_child *child,
				 const struct in6_addr *addr);
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
