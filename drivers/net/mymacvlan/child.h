/* SPDX-License-Identifier: GPL-2.0-only */
/* One virtual device: the private data of its net_device. */
#ifndef _MYMACVLAN_CHILD_H
#define _MYMACVLAN_CHILD_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/if_macvlan.h>
#include <linux/netdevice.h>
#include <linux/rbtree.h>
#include <linux/types.h>
#include <linux/mymacvlan.h>
#include "announce.h"
#include "bcqueue.h"
#include "binding.h"
#include "duplicate.h"
#include "group.h"
#include "stats.h"

struct mymacvlan_allow;
struct mymacvlan_entry;
struct mymacvlan_port;

#define MYMACVLAN_MODES_ALL	(MYMACVLAN_MODE_PRIVATE | MYMACVLAN_MODE_VEPA | \
				 MYMACVLAN_MODE_BRIDGE | \
				 MYMACVLAN_MODE_PASSTHRU)

/* Bits of mymacvlan_child.tx_flags; those of pins are the highest. */
#define MYMACVLAN_TX_SLOW	BIT(0)	/* not simply to a sibling or the wire */
#define MYMACVLAN_TX_DOWN	BIT(1)	/* the child is down */
#define MYMACVLAN_TX_PIN	BIT(2)	/* its source address is checked */
#define MYMACVLAN_TX_PIN_IP	BIT(3)	/* and its IP addresses */

/**
 * struct mymacvlan_child - private data of a child's net_device
 * @mvd: what the rest of the kernel reads of a macvlan (NIC drivers with L2
 *	forwarding offload, mlx5, bonding): dev, lowerdev, mode, flags,
 *	pcpu_stats, accel_priv, macaddr_count, set_features and netpoll are
 *	kept truthful and have no second copy here; the rest is in-tree
 *	macvlan's own and stays zero. mode and flags: RTNL, read per frame
 * @port: the port, from ndo_init on; readers under RCU
 * @stats: per-CPU counters of what passes; @mvd.pcpu_stats points at their first
 *	member
 * @id: tells this child from every other one, also from a later one at the
 *	same place in memory; never 0
 * @all_multi: this child is in port->allmulti; port->group_lock, read per frame
 * @tap: it is a tap: it shows the counters of one, and gets IPv4 multicast
 *	fragments as they were on the wire; fixed before it is registered
 * @tx_flags: MYMACVLAN_TX_* bits: what makes the path of its frames longer. None
 *	means that it is up, in mode bridge, not pinned, no netpoll sends through
 *	it, and none of the port's children talks to the host; RTNL, read per frame
 * @pin: what of its frames is checked, one of enum mymacvlan_pin; RTNL, read by
 *	who shows it
 * @pin_frozen: while it is pinned its address is the host's to change only, as
 *	it has been up or was given together with the pin; RTNL
 * @pin_key: that address, see mymacvlan_key(); RTNL, read per frame while it is
 *	pinned
 * @host: it and the host talk to each other; RTNL, read per frame by
 *	mymacvlan_host_enabled()
 * @macnat: on the wire it has the lower device's address, see macnat.h; RTNL and its
 *	device's addr_list_lock, read on the long paths of frames
 * @inner: memory for @broadcast and @all_multi_member when it is up for the first
 *	time, as most children are only once. Freed with the child, which is an
 *	RCU grace period after it last went down: unregister_netdevice() waits
 *	for one between ndo_stop and ndo_uninit. The first one is where it is for a
 *	flood's sake: of each child that reads @mvd and the next cache line only
 * @host_stats: per-CPU counters of a child that has had the option "host on", or
 *	%NULL. Set once, before @host, under RTNL; read after @host by the frame
 *	path, see mymacvlan_host_enabled(), and by those who show counters
 * @vouched_key: the one address that is vouched for as its, see mymacvlan_key(),
 *	or 0, see identity.h; RTNL, read per frame
 * @allow: the IP addresses that it may use when it is pinned to them, or %NULL;
 *	RTNL, RCU; freed with the child
 * @station: its entry in port->stations while it is up and neither
 *	port->addr_conflict nor waiting; RTNL
 * @broadcast: its place in port->broadcast while it is up;
 *	port->group_lock
 * @all_multi_member: while it is up its place in port->allmulti, or the memory
 *	for it, so that going there cannot fail; port->group_lock
 * @inner_used: it has been up; RTNL
 * @groups: its places in port->groups, by address; port->group_lock
 * @group_count: how many these are; port->group_lock
 * @sender: its floods that wait; open while it is up; port->bc_queue.lock
 * @sources: its struct mymacvlan_source; RTNL, RCU
 * @port_link: in port->children; RTNL, RCU
 * @drop: what it has lost, see counters.h. On cache lines of their own, which only
 *	members share that no frame looks at, or only those of pinned children
 * @shown: it is told of in dumps, and was when it was made: from the end of that
 *	to its dellink; RTNL, its end also under port->event_lock; read by dumps
 *	under RCU
 * @events: MYMACVLAN_EVENT_* that are still to be told; atomic
 * @filter_key: the address that the lower device receives on its behalf, see
 *	mymacvlan_key(), or 0: it is down, in mode passthru or with @macnat. In the lower device's
 *	list, but while @mvd has accel_priv; RTNL
 * @uc_count: how many of its further unicast addresses are in the lower device's list;
 *	the device's addr_list_lock, from 7.1 on RTNL
 * @requested_mtu: the MTU that the user asked for, or 0: as the lower device's;
 *	its own is the smaller one of both; RTNL
 * @previous_mtu: what @requested_mtu was before somebody asked for another one,
 *	in case that is taken back; RTNL
 * @previous_own_mtu: the MTU that it had then; RTNL
 * @dying: it is on its way out, its link to the lower device is gone; RTNL
 * @waiting: it is up, and a sibling has its address, see conflict.c; RTNL, read by
 *	dumps
 * @waiting_node: then its place in port->waiting; RTNL
 * @waiting_key: by which address it is there, see mymacvlan_key(); RTNL
 * @conflict_told: the log has said so since it is active; RTNL
 * @lower_promisc: it holds one promiscuity reference on the lower device; RTNL
 * @lower_allmulti: the same for allmulti; RTNL
 * @uc_full: the log has said that the lower device takes no more addresses; as
 *	@uc_count
 * @host_made: the host made it, not a container from a child of its own; decided
 *	before it is registered, and no longer so when the lower device has left a
 *	user namespace; RTNL
 * @had_master: it has had a master, such as a bond, in another namespace than
 *	the lower device's, see identity.c; RTNL
 * @suspicion: of others that use its address, see duplicate.c
 * @duplicates: how often one was seen; atomic
 * @announce: what it tells the network of its addresses, see announce.h
 * @claims: the IP addresses that it claims, see binding.h
 *
 * Allocated and freed with the net_device.
 */
struct mymacvlan_child {
	struct macvlan_dev	mvd;
	struct mymacvlan_port	*port;
	struct mymacvlan_pcpu_stats __percpu *stats;
	u64			id;
	bool			all_multi;
	bool			tap;
	u8			tx_flags;
	bool			host;
	bool			macnat;
	struct mymacvlan_member	inner[2];
	struct mymacvlan_host_stats __percpu *host_stats;
	u64			vouched_key;

	struct mymacvlan_entry	*station;
	struct mymacvlan_member	*broadcast;
	struct mymacvlan_member	*all_multi_member;
	struct rb_root		groups;
	struct mymacvlan_sender	sender;
	struct list_head	sources;
	struct list_head	port_link;
	atomic64_t		drop[MYMACVLAN_NR_DROPS] ____cacheline_aligned_in_smp;
	u64			pin_key;
	struct mymacvlan_allow __rcu *allow;
	u8			pin;
	bool			pin_frozen;
	bool			shown;
	atomic_t		events;
	u64			filter_key;
	unsigned int		group_count;
	unsigned int		uc_count;
	unsigned int		requested_mtu;
	unsigned int		previous_mtu;
	unsigned int		previous_own_mtu;
	bool			dying;
	struct rb_node		waiting_node;
	u64			waiting_key;
	bool			waiting;
	bool			conflict_told;
	bool			lower_promisc;
	bool			lower_allmulti;
	bool			uc_full;
	bool			inner_used;
	bool			host_made;
	bool			had_master;
	struct mymacvlan_suspicion suspicion;
	atomic_long_t		duplicates;
	struct mymacvlan_announce announce;
	struct mymacvlan_claims	claims;
};

/* NIC drivers read netdev_priv() of what carries IFF_MACVLAN as macvlan_dev. */
static_assert(offsetof(struct mymacvlan_child, mvd) == 0);
static_assert(offsetof(struct mymacvlan_pcpu_stats, vlan) == 0);
/* They compare its mode with their own names. */
static_assert((int)MYMACVLAN_MODE_PRIVATE == (int)MACVLAN_MODE_PRIVATE);
static_assert((int)MYMACVLAN_MODE_VEPA == (int)MACVLAN_MODE_VEPA);
static_assert((int)MYMACVLAN_MODE_BRIDGE == (int)MACVLAN_MODE_BRIDGE);
static_assert((int)MYMACVLAN_MODE_PASSTHRU == (int)MACVLAN_MODE_PASSTHRU);
static_assert((int)MYMACVLAN_MODE_SOURCE == (int)MACVLAN_MODE_SOURCE);

static inline struct mymacvlan_child *
mymacvlan_child(const struct net_device *dev)
{
	return netdev_priv(dev);
}

static inline struct net_device *
mymacvlan_dev(const struct mymacvlan_child *child)
{
	return child->mvd.dev;
}

static inline struct net_device *
mymacvlan_lower(const struct mymacvlan_child *child)
{
	return child->mvd.lowerdev;
}

/* Context: any; the frame path reads it while RTNL holders change it. */
static inline unsigned int mymacvlan_mode(const struct mymacvlan_child *child)
{
	return READ_ONCE(child->mvd.mode);
}

/* On the frame path; whoever has seen "true" has the counters of it as well. */
static inline bool mymacvlan_host_enabled(const struct mymacvlan_child *child)
{
	return smp_load_acquire(&child->host); /* pairs with mymacvlan_host_set() */
}

#endif /* _MYMACVLAN_CHILD_H */
