/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Option "macnat on": a child behind an uplink that lets one MAC address through,
 * such as a Wi-Fi station or a cloud's network. On the wire it has the lower
 * device's address; what comes back is the child's by its IP address.
 *
 *   child to wire   tx.c, after siblings and the host have got their copies:
 *                   macnat_tx.c
 *   wire to child   rx.c, a frame to the lower device's own address: macnat_rx.c
 *
 * A child has one flag, child->macnat; which IP address is whose the port's bindings
 * know, which each child with the option keeps alive by one of their users.
 */
#ifndef _MYMACVLAN_MACNAT_H
#define _MYMACVLAN_MACNAT_H

#include <linux/skbuff.h>
#include <linux/types.h>
#include "mymacvlan.h"

struct netlink_ext_ack;
struct nlattr;

/* Modes whose children may have the option. */
#define MYMACVLAN_MACNAT_MODES	(MYMACVLAN_MODE_BRIDGE | MYMACVLAN_MODE_PRIVATE)

/* On the frame path. */
static inline bool mymacvlan_is_macnat(const struct mymacvlan_child *child)
{
	return READ_ONCE(child->macnat);
}

/* macnat.c */
int mymacvlan_macnat_check(const struct mymacvlan_child *child,
			   unsigned int mode, struct nlattr *attr,
			   struct netlink_ext_ack *extack);
int mymacvlan_macnat_prepare(struct mymacvlan_child *child, bool on,
			     struct netlink_ext_ack *extack);
void mymacvlan_macnat_cancel(struct mymacvlan_child *child, bool on);
void mymacvlan_macnat_commit(struct mymacvlan_child *child, bool on);
int mymacvlan_macnat_new(struct mymacvlan_child *child, struct nlattr *data[],
			 struct netlink_ext_ack *extack);
void mymacvlan_macnat_end(struct mymacvlan_child *child);
void mymacvlan_macnat_follow(struct mymacvlan_port *port);

/* macnat_tx.c */
bool mymacvlan_macnat_tx(struct mymacvlan_child *child, struct sk_buff *skb);

/* macnat_rx.c */
struct mymacvlan_child *
mymacvlan_macnat_rx_rcu(struct mymacvlan_port *port, struct sk_buff **pskb);
bool mymacvlan_macnat_is_reflected(struct mymacvlan_port *port,
				   const struct sk_buff *skb);

#endif /* _MYMACVLAN_MACNAT_H */
