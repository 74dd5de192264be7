// SPDX-License-Identifier: GPL-2.0-only
/*
 * Delivering one multicast or broadcast frame to everyone who listens: at once
 * when there are few, by way of the port's queues when there are many, see
 * bcqueue.c.
 */
#include <linux/sched.h>
#include <net/dst.h>
#include "count.h"
#include "deliver.h"
#include "macnat.h"
#include "table.h"
#include "forward.h"

/*
 * Members that the worker looks at before others may run. What the stack above has
 * queued on this CPU is worked off as often, so that its backlog does not fill up.
 */
#define MYMACVLAN_FLOOD_BATCH	8

/* Such a one gets it as a member of port->allmulti, and not as one of a group. */
static bool mymacvlan_wants_all(const struct mymacvlan_member *member)
{
	return member->group->key &&
	       smp_load_acquire(&member->child->all_multi); /* pairs with group.c */
}

static bool mymacvlan_is_for(const struct mymacvlan_member *member,
			     const struct mymacvlan_flood *flood)
{
	const struct mymacvlan_child *child = member->child;

	if (flood->pkt_type == PACKET_MULTICAST && mymacvlan_wants_all(member))
		return false;
	if (child->id == flood->exclude)
		return false;
	if (flood->only && child->id != flood->only)
		return false;
	if (flood->flags & MYMACVLAN_FROM_HOST && !mymacvlan_host_enabled(child))
		return false;
	if (flood->flags & (MYMACVLAN_ONLY_MACNAT | MYMACVLAN_NOT_MACNAT) &&
	    mymacvlan_is_macnat(child) != !!(flood->flags & MYMACVLAN_ONLY_MACNAT))
		return false;
	if (!(mymacvlan_mode(child) & flood->modes))
		return false;
	if (mymacvlan_is_protodown(child) ||
	    (flood->neigh && mymacvlan_has_dying_netns(child)))
		return false;
	return mymacvlan_is_listener(child, flood->listeners);
}

static struct mymacvlan_member *
mymacvlan_first_member_rcu(const struct mymacvlan_group *group)
{
	return hlist_entry_safe(rcu_dereference(hlist_first_rcu(&group->members)),
				struct mymacvlan_member, link);
}

/* The first who may get it; mymacvlan_next_member_rcu() finds the others. */
static struct mymacvlan_member *
mymacvlan_first_listener_rcu(struct mymacvlan_port *port, const u8 *dest)
{
	struct mymacvlan_member *first = NULL;
	const struct mymacvlan_group *group;

	if (is_broadcast_ether_addr(dest))
		return mymacvlan_first_member_rcu(&port->broadcast);
	group = mymacvlan_find_group_rcu(port, dest);
	if (group)
		first = mymacvlan_first_member_rcu(group);
	return first ?: mymacvlan_first_member_rcu(&port->allmulti);
}

/**
 * mymacvlan_next_member_rcu() - whose turn is after a member's in a flood
 * @port: the port
 * @member: a member that was in its group at some time since rcu_read_lock()
 *
 * The members of a multicast address are followed by those of port->allmulti.
 *
 * Context: RCU read side.
 * Return: the next one, or %NULL.
 */
struct mymacvlan_member *
mymacvlan_next_member_rcu(const struct mymacvlan_port *port,
			  const struct mymacvlan_member *member)
{
	struct hlist_node *next = rcu_dereference(hlist_next_rcu(&member->link));

	if (!next && member->group->key)
		return mymacvlan_first_member_rcu(&port->allmulti);
	return hlist_entry_safe(next, struct mymacvlan_member, link);
}

/*
 * How many listeners there are, as far as it matters whether there are none, up
 * to @most or more. The groups' own counts are an upper bound. Where that is more
 * than @most, those that get the flood are counted, or a few children would have
 * to wait for the worker because of many others that do not get it.
 */
static unsigned int
mymacvlan_count_listeners_rcu(const struct mymacvlan_port *port,
			      const struct mymacvlan_member *member,
			      const struct mymacvlan_flood *flood,
			      unsigned int most)
{
	bool for_all = flood->modes == MYMACVLAN_MODES_ALL && !flood->flags &&
		       flood->listeners == MYMACVLAN_EVERY_LISTENER;
	unsigned int count = READ_ONCE(member->group->count);

	if (member->group->key)
		count += READ_ONCE(port->allmulti.count);
	if (count <= most || for_all)
		return count;
	for (count = 0; member && count <= most;
	     member = mymacvlan_next_member_rcu(port, member))
		count += mymacvlan_is_for(member, flood);
	return count;
}

/* @copy: the child's own, or NULL if there was no memory for it. */
static void mymacvlan_flood_child(struct mymacvlan_child *child,
				  struct sk_buff *copy,
				  const struct mymacvlan_flood *flood)
{
	/* A sibling's frame has been scrubbed once for all, but for this. */
	if (copy && flood->local &&
	    flood->netns != dev_net(mymacvlan_dev(child))->net_cookie)
		skb_scrub_packet(copy, true);
	mymacvlan_deliver(child, copy, flood->pkt_type, flood->flags);
}

/*
 * To at most @most members from @member on. The last one of all gets the frame
 * itself, and who that is turns out at the end: each waits until the next is found.
 * Returns whose turn it is now; without one the frame is gone.
 */
static struct mymacvlan_member *
mymacvlan_flood_some_rcu(const struct mymacvlan_port *port,
			 struct mymacvlan_member *member, unsigned int most,
			 struct sk_buff *skb, const struct mymacvlan_flood *flood)
{
	struct mymacvlan_child *waiting = NULL;

	for (; member && most; most--) {
		if (mymacvlan_is_for(member, flood)) {
			if (waiting)
				mymacvlan_flood_child(waiting,
						      skb_clone(skb, GFP_ATOMIC),
						      flood);
			waiting = member->child;
		}
		member = mymacvlan_next_member_rcu(port, member);
	}
	if (waiting)
		mymacvlan_flood_child(waiting,
				      member ? skb_clone(skb, GFP_ATOMIC) : skb,
				      flood);
	else if (!member)
		consume_skb(skb);
	return member;
}

/*
 * Now or later; returns false if there was no memory, or the queue had no room.
 * @sender: as for mymacvlan_queue_add()
 */
static bool mymacvlan_flood_rcu(struct mymacvlan_port *port,
				struct mymacvlan_sender *sender,
				struct sk_buff *skb,
				struct mymacvlan_flood *flood)
{
	const struct ethhdr *eth = flood->local ? skb_eth_hdr(skb) : eth_hdr(skb);
	/* A negative cutoff means any number. */
	unsigned int listeners, most = READ_ONCE(port->bc_cutoff);
	struct mymacvlan_member *first;
	struct sk_buff *copy;

	/* 802.3 annex 31B: PAUSE is between the two ends of a link. */
	if (eth->h_proto == htons(ETH_P_PAUSE))
		return true;
	flood->pkt_type = is_broadcast_ether_addr(eth->h_dest) ?
			  PACKET_BROADCAST : PACKET_MULTICAST;
	first = mymacvlan_first_listener_rcu(port, eth->h_dest);
	if (!first)
		return true;
	if (flood->local)
		most = max_t(unsigned int, most, MYMACVLAN_TX_INLINE_MAX);
	else if (flood->only)
		most = UINT_MAX;
	listeners = mymacvlan_count_listeners_rcu(port, first, flood, most);
	if (!listeners)
		return true;
	if (listeners > most && !mymacvlan_queue_has_room(port, sender))
		return false;

	copy = skb_clone(skb, GFP_ATOMIC);
	if (!copy ||
	    (flood->local && mymacvlan_skb_prep_rx(copy, skb->dev, false)))
		return false;
	/*
	 * All listeners' copies are made of this one, which holds nothing of its
	 * sender's: that one may be gone before it leaves the queue, its namespace
	 * too. The lower device will not.
	 */
	copy->dev = port->lower;
	flood->neigh = mymacvlan_is_neigh(copy, copy->protocol, 0);
	if (listeners > most)
		return mymacvlan_queue_add(port, sender, copy, skb, flood);
	mymacvlan_flood_some_rcu(port, first, UINT_MAX, copy, flood);
	return true;
}

/**
 * mymacvlan_flood_wire_rcu() - deliver a frame from the wire to its listeners
 * @port: the port it came in on
 * @skb: the frame, its Ethernet header pulled; stays the caller's
 * @flood: who may get it
 *
 * Context: RCU read side, BHs disabled.
 */
void mymacvlan_flood_wire_rcu(struct mymacvlan_port *port, struct sk_buff *skb,
			      struct mymacvlan_flood *flood)
{
	if (!mymacvlan_flood_rcu(port, NULL, skb, flood))
		mymacvlan_count_port_lost(port, MYMACVLAN_QUEUE_DROPPED, skb,
					  MYMACVLAN_RECEIVED);
}

/**
 * mymacvlan_flood_one_rcu() - deliver a broadcast from the wire to one child only
 * @child: the child
 * @skb: ARP from the wire, its Ethernet header pulled; stays the caller's
 *
 * Context: RCU read side, BHs disabled.
 * Return: false if the child gets no such frame, and somebody else may have to.
 */
bool mymacvlan_flood_one_rcu(struct mymacvlan_child *child, struct sk_buff *skb)
{
	if (mymacvlan_mode(child) == MYMACVLAN_MODE_SOURCE ||
	    mymacvlan_is_protodown(child) || mymacvlan_has_dying_netns(child))
		return false;
	mymacvlan_deliver(child, skb_clone(skb, GFP_ATOMIC), PACKET_BROADCAST, 0);
	return true;
}

/**
 * mymacvlan_flood_local_rcu() - deliver a bridge child's frame to its siblings
 * @child: the sender
 * @skb: the frame, its Ethernet header at skb->data; stays the caller's
 *
 * Context: RCU read side, BHs disabled.
 */
void mymacvlan_flood_local_rcu(struct mymacvlan_child *child,
			       struct sk_buff *skb)
{
	struct mymacvlan_flood flood = {
		.exclude = child->id,
		.netns = dev_net(mymacvlan_dev(child))->net_cookie,
		.modes = MYMACVLAN_MODE_BRIDGE,
		.local = true,
	};

	if (!mymacvlan_flood_rcu(child->port, &child->sender, skb, &flood))
		mymacvlan_count_lost(child, MYMACVLAN_TX_DROP_FLOOD, skb,
				     MYMACVLAN_SENT);
}

/**
 * mymacvlan_flood_host_rcu() - deliver the host's frame to its listeners
 * @port: the port of the lower device that it is being sent on
 * @skb: the frame, its Ethernet header at skb->data; stays the caller's
 *
 * Only to children that talk to the host.
 *
 * Context: RCU read side, BHs disabled.
 */
void mymacvlan_flood_host_rcu(struct mymacvlan_port *port, struct sk_buff *skb)
{
	struct mymacvlan_flood flood = {
		.netns = dev_net(port->lower)->net_cookie,
		.modes = MYMACVLAN_MODES_ALL,
		.local = true,
		.flags = MYMACVLAN_FROM_HOST,
	};

	if (!mymacvlan_flood_rcu(port, &port->host_sender, skb, &flood))
		mymacvlan_count_port_lost(port, MYMACVLAN_HOST_DROPPED, skb,
					  MYMACVLAN_SENT);
}

/*
 * The worker is about to leave its RCU section: where does it go on? At
 * port->flood_next, which always is in a list or %NULL. It is set under group_lock,
 * to the first member from @member on that has not left meanwhile. Those that have
 * are memory still, as this section has found them, and so are those they point to;
 * new ones come at a list's head only, so none is missed. A member that leaves
 * later puts the next one in its place, under the same lock, before it is freed:
 * whoever reads the pointer in a new section has what is kept by that section.
 */
static void mymacvlan_flood_pause_rcu(struct mymacvlan_port *port,
				      struct mymacvlan_member *member)
{
	spin_lock_bh(&port->group_lock);
	while (member && hlist_unhashed(&member->link))
		member = mymacvlan_next_member_rcu(port, member);
	rcu_assign_pointer(port->flood_next, member);
	spin_unlock_bh(&port->group_lock);
}

/**
 * mymacvlan_flood_work() - deliver a flood that has waited in a queue
 * @port: the port
 * @skb: the frame as it is to be received; taken
 * @flood: who may get it
 *
 * Others may run after each batch of listeners. A child that comes up or joins
 * meanwhile need not get the frame.
 *
 * Context: the port's worker.
 */
void mymacvlan_flood_work(struct mymacvlan_port *port, struct sk_buff *skb,
			  const struct mymacvlan_flood *flood)
{
	const u8 *dest = eth_hdr(skb)->h_dest;
	struct mymacvlan_member *member;
	bool begun = false;

	do {
		local_bh_disable();
		rcu_read_lock();
		member = begun ? rcu_dereference(port->flood_next) :
				 mymacvlan_first_listener_rcu(port, dest);
		member = mymacvlan_flood_some_rcu(port, member,
						  MYMACVLAN_FLOOD_BATCH, skb,
						  flood);
		if (member)
			mymacvlan_flood_pause_rcu(port, member);
		rcu_read_unlock();
		local_bh_enable();
		cond_resched();
		begun = true;
	} while (member);
}
