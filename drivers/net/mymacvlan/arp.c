// SPDX-License-Identifier: GPL-2.0-only
/*
 * Option "arp directed" of a port: a broadcast ARP request from the wire goes to the
 * one child that has the address, and not to all of them.
 *
 * Nobody is answered for; it is only chosen who hears. Every child must end up with
 * the same neighbour table as if all had heard: what could tell it anything but that
 * somebody asks goes to all. That is what is no plain request (probes, announcements,
 * replies), what comes from a sender that is new or has another MAC address, what is
 * from an address that a child has, and what is for one that no child has, or
 * several. Of a sender the last MAC address is known here for each IP address and
 * VLAN; it counts as unchanged once everybody has heard it for longer than the
 * stack refuses to believe in a change (a second, net.ipv4.neigh.*.locktime).
 *
 * A child that has an address without having said so, behind a bridge or in another
 * way that is not seen here, is not to be cut off by one that claims it: at first, and
 * every five minutes, a request goes to all. So does one of each neighbour, which
 * mends whatever a child has not heard.
 *
 * Who has which MAC address is kept in one word for each IP address, a hash of the
 * three: another one, or one that takes the same place, is a change. Everything
 * unclear is flooded, so that forgetting is never wrong.
 */
#include <linux/if_ether.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "arp.h"
#include "duplicate.h"
#include "mymacvlan.h"
#include "table.h"

/* So long is what a new sender says heard by all. Longer than the stack's locktime. */
#define MYMACVLAN_ARP_NEW_SECONDS	5
/* So often all hear an old one again: a flood may be lost for want of room. */
#define MYMACVLAN_ARP_AGAIN_SECONDS	300

/* A slot: a hash of IP address, VLAN and MAC address, and a time in seconds. */
#define MYMACVLAN_ARP_HASH		GENMASK_ULL(63, 16)
#define MYMACVLAN_ARP_SECOND		GENMASK_ULL(14, 0)
/* The second is that in which all have heard it last, not that of the first time. */
#define MYMACVLAN_ARP_SETTLED		BIT_ULL(15)

static u64 mymacvlan_arp_now(void)
{
	return (jiffies / HZ) & MYMACVLAN_ARP_SECOND;
}

/* IP address and VLAN in one word. */
static u64 mymacvlan_arp_where(const struct mymacvlan_binding_key *key)
{
	return (u64)(__force u32)key->ip4 << 32 | (__force u16)key->vlan_proto << 16 |
	       (__force u16)key->vlan_id;
}

static struct mymacvlan_neighbours *
mymacvlan_neighbours_rcu(const struct mymacvlan_port *port)
{
	return rcu_dereference_check(port->neighbours, rcu_read_lock_bh_held());
}

static u64 *mymacvlan_arp_slot(struct mymacvlan_neighbours *neighbours, u64 where)
{
	return &neighbours->slot[siphash_1u64(where, &neighbours->secret) &
				 (MYMACVLAN_NEIGHBOURS - 1)];
}

/*
 * A neighbour has been heard. Returns whether that is nothing new to anybody.
 * @by_all: everybody hears it now, unless the answer is true
 */
static bool mymacvlan_arp_is_old(struct mymacvlan_neighbours *neighbours,
				 const struct mymacvlan_binding_key *key,
				 const u8 *mac, bool by_all)
{
	u64 where = mymacvlan_arp_where(key), hash, old, age;
	u64 *slot = mymacvlan_arp_slot(neighbours, where);

	hash = siphash_2u64(where, mymacvlan_key(mac), &neighbours->secret) &
	       MYMACVLAN_ARP_HASH;
	old = READ_ONCE(*slot);
	if ((old & MYMACVLAN_ARP_HASH) != hash) {
		WRITE_ONCE(*slot, hash | mymacvlan_arp_now());
		return false;
	}
	age = (mymacvlan_arp_now() - old) & MYMACVLAN_ARP_SECOND;
	if (old & MYMACVLAN_ARP_SETTLED && age < MYMACVLAN_ARP_AGAIN_SECONDS)
		return true;
	if (by_all && (old & MYMACVLAN_ARP_SETTLED || age >= MYMACVLAN_ARP_NEW_SECONDS))
		WRITE_ONCE(*slot, hash | MYMACVLAN_ARP_SETTLED | mymacvlan_arp_now());
	return false;
}

/* @offset: of the Ethernet header from skb->data. Returns NULL: nothing to see. */
static const struct mymacvlan_arp_packet *
mymacvlan_arp_read(const struct sk_buff *skb, int offset,
		   struct mymacvlan_binding_key *key, struct mymacvlan_arp_packet *buf)
{
	const struct mymacvlan_arp_packet *arp;
	__be16 proto;

	offset = mymacvlan_binding_network(skb, offset, key, &proto);
	if (offset < 0 || proto != htons(ETH_P_ARP))
		return NULL;
	arp = skb_header_pointer(skb, offset, sizeof(*buf), buf);
	return arp && mymacvlan_arp_is_ip4(arp) ? arp : NULL;
}

/* Whoever says so is to be heard by all, also when the child has it no longer. */
static bool mymacvlan_arp_is_of_child_rcu(struct mymacvlan_port *port,
					  const struct mymacvlan_binding_key *key,
					  const u8 *mac)
{
	struct mymacvlan_child *child;
	enum mymacvlan_bound bound;

	bound = mymacvlan_binding_get_rcu(port, key, &child);
	if (bound == MYMACVLAN_BOUND_NONE)
		return false;
	mymacvlan_arp_forget_rcu(port, key);
	if (bound != MYMACVLAN_BOUND_REFUSED)
		mymacvlan_duplicate_ip_rcu(port, child, key, mac);
	return true;
}

/**
 * mymacvlan_arp_hear_rcu() - ARP from the wire that not everybody hears
 * @port: a port with "arp directed"
 * @skb: the frame, its Ethernet header pulled
 *
 * If it is news, the next one that is for all goes to all.
 *
 * Context: RCU read side, BHs disabled.
 */
void mymacvlan_arp_hear_rcu(struct mymacvlan_port *port, const struct sk_buff *skb)
{
	struct mymacvlan_neighbours *neighbours = mymacvlan_neighbours_rcu(port);
	struct mymacvlan_arp_packet buf;
	const struct mymacvlan_arp_packet *arp;
	struct mymacvlan_binding_key key;

	if (!neighbours)
		return;
	arp = mymacvlan_arp_read(skb, -ETH_HLEN, &key, &buf);
	if (arp && mymacvlan_key_set_ip4(&key, arp->sender_ip) &&
	    !mymacvlan_arp_is_of_child_rcu(port, &key, arp->sender_mac))
		mymacvlan_arp_is_old(neighbours, &key, arp->sender_mac, false);
}

/**
 * mymacvlan_arp_host_rcu() - the host has sent a frame to children
 * @port: the port
 * @skb: the frame, its Ethernet header at skb->data
 *
 * With ARP the host may have said that an address of the wire's is its own now.
 *
 * Context: RCU read side.
 */
void mymacvlan_arp_host_rcu(const struct mymacvlan_port *port, const struct sk_buff *skb)
{
	const struct mymacvlan_arp_packet *arp;
	struct mymacvlan_arp_packet buf;
	struct mymacvlan_binding_key key;

	if (!mymacvlan_arp_is_directed(port))
		return;
	arp = mymacvlan_arp_read(skb, 0, &key, &buf);
	if (arp && mymacvlan_key_set_ip4(&key, arp->sender_ip))
		mymacvlan_arp_forget_rcu(port, &key);
}

/*
 * One that says nothing but who wants to know what. It is no announcement: who asks
 * for a child's address has another one himself.
 */
static bool mymacvlan_arp_is_plain_request(const struct sk_buff *skb,
					   const struct mymacvlan_arp_packet *arp)
{
	return arp->head.ar_op == htons(ARPOP_REQUEST) &&
	       ether_addr_equal(eth_hdr(skb)->h_source, arp->sender_mac);
}

/**
 * mymacvlan_arp_target_rcu() - is there one child only that need hear ARP?
 * @port: a port with "arp directed"
 * @skb: broadcast ARP from the wire, its Ethernet header pulled
 *
 * Context: RCU read side, BHs disabled.
 * Return: that child, or %NULL: everybody need, and is told.
 */
struct mymacvlan_child *
mymacvlan_arp_target_rcu(struct mymacvlan_port *port, const struct sk_buff *skb)
{
	struct mymacvlan_neighbours *neighbours = mymacvlan_neighbours_rcu(port);
	struct mymacvlan_binding_key key;
	const struct mymacvlan_arp_packet *arp;
	struct mymacvlan_arp_packet buf;
	bool all;

	if (!neighbours)
		return NULL;
	arp = mymacvlan_arp_read(skb, -ETH_HLEN, &key, &buf);
	if (!arp || !mymacvlan_key_set_ip4(&key, arp->sender_ip))
		return NULL;
	if (mymacvlan_arp_is_of_child_rcu(port, &key, arp->sender_mac))
		return NULL;
	all = !mymacvlan_arp_is_old(neighbours, &key, arp->sender_mac, true) ||
	      mymacvlan_has_silent_rcu(port);
	if (!mymacvlan_arp_is_plain_request(skb, arp) ||
	    !mymacvlan_key_set_ip4(&key, arp->target_ip))
		return NULL;
	return mymacvlan_binding_target_rcu(port, &key, all);
}

/**
 * mymacvlan_arp_forget_rcu() - others may know something else of an IP address now
 * @port: a port
 * @key: the address
 *
 * A child has said that it is its, or somebody else's.
 *
 * Context: RCU read side.
 */
void mymacvlan_arp_forget_rcu(const struct mymacvlan_port *port,
			      const struct mymacvlan_binding_key *key)
{
	struct mymacvlan_neighbours *neighbours = mymacvlan_neighbours_rcu(port);
	u64 *slot;

	if (!neighbours || key->family != AF_INET)
		return;
	slot = mymacvlan_arp_slot(neighbours, mymacvlan_arp_where(key));
	if (READ_ONCE(*slot))
		WRITE_ONCE(*slot, 0);
}

/**
 * mymacvlan_arp_is_directed() - is the option on?
 * @port: the port
 *
 * Context: any; RTNL for an answer that stays true.
 * Return: true if so.
 */
bool mymacvlan_arp_is_directed(const struct mymacvlan_port *port)
{
	return rcu_access_pointer(port->neighbours);
}

static int mymacvlan_arp_start(struct mymacvlan_port *port)
{
	struct mymacvlan_neighbours *neighbours;

	neighbours = kvzalloc_obj(*neighbours, GFP_KERNEL_ACCOUNT);
	if (!neighbours)
		return -ENOMEM;
	if (mymacvlan_bindings_get(port)) {
		kvfree(neighbours);
		return -ENOMEM;
	}
	get_random_bytes(&neighbours->secret, sizeof(neighbours->secret));
	rcu_assign_pointer(port->neighbours, neighbours);
	return 0;
}

static void mymacvlan_arp_stop(struct mymacvlan_port *port)
{
	struct mymacvlan_neighbours *neighbours = rtnl_dereference(port->neighbours);

	RCU_INIT_POINTER(port->neighbours, NULL);
	kvfree_rcu(neighbours, rcu);
	mymacvlan_bindings_put(port);
}

/**
 * mymacvlan_arp_set() - set the option
 * @port: the port
 * @directed: on or off
 *
 * Context: RTNL, may sleep.
 * Return: 0, or -ENOMEM with nothing changed; to set it to what it is, or off, does
 *	not fail.
 */
int mymacvlan_arp_set(struct mymacvlan_port *port, bool directed)
{
	int err = 0;

	ASSERT_RTNL();
	if (directed == mymacvlan_arp_is_directed(port))
		return 0;
	if (directed)
		err = mymacvlan_arp_start(port);
	else
		mymacvlan_arp_stop(port);
	mymacvlan_port_update_rx_flags(port);
	return err;
}
