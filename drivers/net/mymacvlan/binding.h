/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bindings: which child of a port has which IP address.
 *
 * A child claims an address: it is configured on the child's device, or the child
 * has sent ARP or neighbour discovery with it. Both are the child's own word, so
 * the first one that claims an address keeps it, and a second one makes it
 * contested. Before both of them comes who has the address from the host, by its
 * list "allow". The table exists while somebody on the port needs it.
 */
#ifndef _MYMACVLAN_BINDING_H
#define _MYMACVLAN_BINDING_H

#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/in6.h>
#include <linux/list.h>
#include <linux/skbuff.h>
#include <linux/types.h>
#include <linux/mymacvlan.h>

struct in_ifaddr;
struct inet6_ifaddr;
struct mymacvlan_child;
struct mymacvlan_port;

/**
 * struct mymacvlan_binding_key - what is bound
 * @ip6: the address, IPv6
 * @ip4: the same, IPv4; the rest is zero
 * @vlan_proto: of the frame's one VLAN tag; zero if it has none, or VLAN 0
 * @vlan_id: the VLAN, network byte order
 * @family: AF_INET or AF_INET6
 *
 * Hashed as it is in memory: without holes.
 */
struct mymacvlan_binding_key {
	union {
		struct in6_addr	ip6;
		__be32		ip4;
	};
	__be16			vlan_proto;
	__be16			vlan_id;
	u32			family;
};

/**
 * struct mymacvlan_claims - what a child claims
 * @list: struct mymacvlan_claim, by their ids; bindings->lock, RCU
 * @seen: how many of them are only seen; bindings->lock
 * @configured: how many are configured or listed; bindings->lock
 * @spoken: how many IPv4 addresses without a VLAN it has sent ARP with; bindings->lock
 * @open: the child is up, there may be new ones; bindings->lock
 * @silent: it is counted in bindings->silent; bindings->lock
 * @second: the second that @new counts in; on the frame path, inexact
 * @new: how many new ones what was sent in that second would have made; the same
 *
 * A part of its child, and empty unless that is up and its port has the table.
 */
struct mymacvlan_claims {
	struct list_head	list;
	unsigned int		seen;
	unsigned int		configured;
	unsigned int		spoken;
	bool			open;
	bool			silent;
	unsigned int		second;
	unsigned int		new;
};

/**
 * struct mymacvlan_arp_packet - an ARP or RARP packet of Ethernet and IPv4
 * @head: says whether it is one
 * @sender_mac: who sends it
 * @sender_ip: the same
 * @target_mac: whom it is about
 * @target_ip: the same
 */
struct mymacvlan_arp_packet {
	struct arphdr	head;
	u8		sender_mac[ETH_ALEN];
	__be32		sender_ip;
	u8		target_mac[ETH_ALEN];
	__be32		target_ip;
} __packed;

/* Of either type that the stack takes for Ethernet's, see arp_process(). */
static inline bool mymacvlan_arp_is_ip4(const struct mymacvlan_arp_packet *arp)
{
	return (arp->head.ar_hrd == htons(ARPHRD_ETHER) ||
		arp->head.ar_hrd == htons(ARPHRD_IEEE802)) &&
	       arp->head.ar_pro == htons(ETH_P_IP) &&
	       arp->head.ar_hln == ETH_ALEN &&
	       arp->head.ar_pln == sizeof(arp->sender_ip);
}

/* binding.c */
enum mymacvlan_bound
mymacvlan_binding_get_rcu(const struct mymacvlan_port *port,
			  const struct mymacvlan_binding_key *key,
			  struct mymacvlan_child **owner);
struct mymacvlan_child *
mymacvlan_binding_target_rcu(const struct mymacvlan_port *port,
			     const struct mymacvlan_binding_key *key, bool all);
bool mymacvlan_has_silent_rcu(const struct mymacvlan_port *port);
void mymacvlan_binding_doubt_rcu(struct mymacvlan_child *child,
				 const struct mymacvlan_binding_key *key);
void mymacvlan_binding_seen_rcu(struct mymacvlan_child *child,
				const struct mymacvlan_binding_key *key);
void mymacvlan_binding_know(struct mymacvlan_child *child,
			    const struct mymacvlan_binding_key *key, u8 known);
void mymacvlan_binding_forget(struct mymacvlan_child *child,
			      const struct mymacvlan_binding_key *key);
void mymacvlan_bindings_start(struct mymacvlan_child *child);
void mymacvlan_bindings_stop(struct mymacvlan_child *child);
void mymacvlan_bindings_renew(struct mymacvlan_child *child);
int mymacvlan_bindings_get(struct mymacvlan_port *port);
void mymacvlan_bindings_put(struct mymacvlan_port *port);

/* dump_binding.c */
int mymacvlan_put_binding(struct sk_buff *skb, const struct mymacvlan_child *child,
			  u64 *last);

/* learn.c */
int mymacvlan_binding_network(const struct sk_buff *skb, int offset,
			      struct mymacvlan_binding_key *key, __be16 *proto);
bool mymacvlan_key_set_ip4(struct mymacvlan_binding_key *key, __be32 ip);
bool mymacvlan_key_set_ip6(struct mymacvlan_binding_key *key,
			   const struct in6_addr *ip);
void mymacvlan_binding_learn_rcu(struct mymacvlan_child *child,
				 const struct sk_buff *skb);
void mymacvlan_binding_hear_nd_rcu(struct mymacvlan_port *port,
				   const struct sk_buff *skb);
void mymacvlan_binding_read(struct mymacvlan_child *child);
void mymacvlan_binding_ip4_event(const struct in_ifaddr *ifa, unsigned long event);
void mymacvlan_binding_ip6_event(const struct inet6_ifaddr *ifp,
				 unsigned long event);

#endif /* _MYMACVLAN_BINDING_H */
