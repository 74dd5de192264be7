/* SPDX-License-Identifier: GPL-2.0-only */
/* Option "arp directed": a request from the wire goes to the child that it is for. */
#ifndef _MYMACVLAN_ARP_H
#define _MYMACVLAN_ARP_H

#include <linux/if_vlan.h>
#include <linux/siphash.h>
#include <linux/skbuff.h>
#include "binding.h"

/* A power of two; 32 KB. With more neighbours than that some are forgotten. */
#define MYMACVLAN_NEIGHBOURS	4096

/**
 * struct mymacvlan_neighbours - who has sent ARP from the wire, and with which MAC
 * @secret: key of the hashes; fixed
 * @rcu: for freeing it
 * @slot: what was heard of an IP address last, see arp.c; each is read and written
 *	in one piece, by frames, without a lock
 *
 * Owned by the port while the option is on: made and replaced under RTNL, read under
 * RCU, freed a grace period after it was taken off.
 */
struct mymacvlan_neighbours {
	siphash_key_t		secret;
	struct rcu_head		rcu;
	u64			slot[MYMACVLAN_NEIGHBOURS];
};

void mymacvlan_arp_hear_rcu(struct mymacvlan_port *port, const struct sk_buff *skb);
struct mymacvlan_child *
mymacvlan_arp_target_rcu(struct mymacvlan_port *port, const struct sk_buff *skb);
void mymacvlan_arp_host_rcu(const struct mymacvlan_port *port, const struct sk_buff *skb);
void mymacvlan_arp_forget_rcu(const struct mymacvlan_port *port,
			      const struct mymacvlan_binding_key *key);
bool mymacvlan_arp_is_directed(const struct mymacvlan_port *port);
int mymacvlan_arp_set(struct mymacvlan_port *port, bool directed);

/* Of a frame from the wire. The stack takes off tags of VLAN 0, one after another. */
static inline bool mymacvlan_may_be_arp(const struct sk_buff *skb)
{
	return skb->protocol == htons(ETH_P_ARP) || eth_type_vlan(skb->protocol);
}

static inline bool mymacvlan_may_be_nd(const struct sk_buff *skb)
{
	return skb->protocol == htons(ETH_P_IPV6) || eth_type_vlan(skb->protocol);
}

#endif /* _MYMACVLAN_ARP_H */
