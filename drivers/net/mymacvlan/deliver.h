/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which frames a child that is up does not get: all while it has protodown on,
 * ARP and ND while its network namespace is being torn down.
 */
#ifndef _MYMACVLAN_DELIVER_H
#define _MYMACVLAN_DELIVER_H

#include <linux/if_ether.h>
#include <linux/skbuff.h>
#include <net/net_namespace.h>
#include "mymacvlan.h"

/**
 * mymacvlan_is_protodown() - does somebody else have the child's address now?
 * @child: a child that is up
 *
 * The core asks no driver about protodown and need not tell that it has changed
 * (sysfs), so this is looked at for each frame. A device with protodown has no
 * carrier, and dev->state shares a cache line with dev->flags: most frames need
 * not look further.
 *
 * Context: any.
 * Return: true if it gets and sends nothing, as the backup of a virtual router.
 */
static inline bool mymacvlan_is_protodown(const struct mymacvlan_child *child)
{
	const struct net_device *dev = mymacvlan_dev(child);

	return !netif_carrier_ok(dev) && READ_ONCE(dev->proto_down);
}

/**
 * mymacvlan_has_dying_netns() - is the child's namespace being torn down?
 * @child: a child
 *
 * From the end of the namespace's last process or file on, which may be seconds
 * before the child's own end.
 *
 * Context: any.
 * Return: true if so.
 */
static inline bool
mymacvlan_has_dying_netns(const struct mymacvlan_child *child)
{
	return !check_net(dev_net(mymacvlan_dev(child)));
}

/* deliver.c */
bool mymacvlan_is_neigh(const struct sk_buff *skb, __be16 proto, int offset);

/**
 * mymacvlan_is_for_the_dead() - would a child answer that should not any more?
 * @child: whom the frame is for
 * @skb: the frame
 * @proto: its protocol; of a frame that is being sent, what its Ethernet header says:
 *	skb->protocol is what a packet socket's user has said
 * @offset: of its network header from skb->data
 *
 * A container that is started again, with the IP or MAC address that it had, must
 * not find the old one in its way. The namespace is looked at for ARP and ND only.
 *
 * Context: any.
 * Return: true if the child must not get the frame.
 */
static inline bool
mymacvlan_is_for_the_dead(const struct mymacvlan_child *child,
			  const struct sk_buff *skb, __be16 proto, int offset)
{
	return proto != htons(ETH_P_IP) &&
	       mymacvlan_is_neigh(skb, proto, offset) &&
	       mymacvlan_has_dying_netns(child);
}

/* How a child is given a frame, see mymacvlan_deliver(). */
#define MYMACVLAN_FROM_HOST	BIT(0)	/* the host sent it: counted so, too */
#define MYMACVLAN_IN_WORKER	BIT(1)	/* by a port's worker */
#define MYMACVLAN_ONLY_MACNAT	BIT(2)	/* a flood for children with "macnat on" */
#define MYMACVLAN_NOT_MACNAT	BIT(3)	/* a flood for the others */

void mymacvlan_deliver(struct mymacvlan_child *child, struct sk_buff *skb,
		       u8 pkt_type, unsigned int flags);

#endif /* _MYMACVLAN_DELIVER_H */
