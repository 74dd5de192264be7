// SPDX-License-Identifier: GPL-2.0-only
/*
 * Delivering one multicast or broadcast frame to everyone who listens: at once
 * when there are few, by way of the port's queues when there are many, see
 * bcqueue.c.
 */
#include <net/dst.h>
#include "count.h"
#include "deliver.h"
#include "table.h"
#include "turn.h"

static bool mymacvlan_is_for(const struct mymacvlan_child *child,
			     const struct mymacvlan_flood *flood)
{
	if (child->id == flood->exclude)
		return false;
	if (flood->only && child->id != flood->only)
		return false;
	if (flood->host && !mymacvlan_talks_to_host(child))
		return false;
	if (!(mymacvlan_mode(child) & flood->modes))
		return false;
	if (mymacvlan_is_protodown(child) ||
	    (flood->neigh && mymacvlan_has_dying_netns(child)))
		return false;
	return mymacvlan_is_listener(child, flood->listeners);
}

/* Does every listener get it? */
static bool mymacvlan_is_for_all(const struct mymacvlan_flood *flood)
{
	return flood->modes == MYMACVLAN_MODES_ALL && !flood->host &&
	       flood->listeners == MYMACVLAN_EVERY_LISTENER;
}

/* Make a frame a child's own. */
static void mymacvlan_flood_address(const struct mymacvlan_child *child,
				    struct sk_buff *skb,
				    const struct mymacvlan_flood *flood)
{
	struct net_device *dev = mymacvlan_dev(child);

	/* A sibling's frame has been scrubbed once for all, but for this. */
	if (flood->local && flood->netns != dev_net(dev)->net_cookie)
		skb_scrub_packet(skb, true);
	skb->dev = dev;
	skb->pkt_type = flood->broadcast ? PACKET_BROADCAST : PACKET_MULTICAST;
}

/*
 * The worker stands on a stack of its own and can go all the way up at once;
 * everybody else stays short and leaves that to the CPU's backlog, which may
 * be full.
 */
static int mymacvlan_flood_receive(struct sk_buff *copy, bool worker)
{
	if (!worker)
		return __netif_rx(copy);
	netif_receive_skb(copy);
	return NET_RX_SUCCESS;
}

/* What is counted of the host's frames beside all others. */
static void mymacvlan_flood_count(const struct mymacvlan_child *child,
				  const struct mymacvlan_flood *flood,
				  enum mymacvlan_host_counter what)
{
	if (unlikely(flood->host))
		mymacvlan_count_host(child, what);
}

static void mymacvlan_flood_lost(const struct mymacvlan_child *child,
				 const struct mymacvlan_flood *flood,
				 enum mymacvlan_counter cause,
				 enum mymacvlan_host_counter host_cause)
{
	mymacvlan_count(child, flood->broadcast ? MYMACVLAN_RX_DROP_BROADCAST :
						  MYMACVLAN_RX_DROP_MULTICAST);
	mymacvlan_count(child, cause);
	mymacvlan_flood_count(child, flood, host_cause);
}

/* @copy: the child's own, or NULL if there was no memory for it. */
static void mymacvlan_flood_give(const struct mymacvlan_child *child,
				 struct sk_buff *copy,
				 const struct mymacvlan_flood *flood,
				 bool worker)
{
	unsigned int len;

	if (unlikely(!copy)) {
		mymacvlan_flood_lost(child, flood, MYMACVLAN_RX_DROP_NOMEM,
				     MYMACVLAN_RX_HOST_DROP_NOMEM);
		return;
	}
	len = copy->len + ETH_HLEN;
	mymacvlan_flood_address(child, copy, flood);
	if (unlikely(mymacvlan_flood_receive(copy, worker))) {
		mymacvlan_flood_lost(child, flood, MYMACVLAN_RX_DROP_BACKLOG,
				     MYMACVLAN_RX_HOST_DROP_BACKLOG);
		return;
	}
	mymacvlan_count_rx_flood(child, len, flood->broadcast);
	mymacvlan_flood_count(child, flood, MYMACVLAN_RX_HOST);
}

static void mymacvlan_flood_deliver(const struct mymacvlan_child *child,
				    struct sk_buff *copy,
				    const struct mymacvlan_flood *flood,
				    bool worker)
{
	if (worker)
		local_bh_disable();
	mymacvlan_flood_give(child, copy, flood, worker);
	if (worker)
		local_bh_enable();
}

/*
 * The last listener gets the frame itself, and who that is turns out at the
 * end: each one waits until the next is found. Returns who waits now.
 */
static const struct mymacvlan_child *
mymacvlan_flood_member(const struct mymacvlan_member *member,
		       const struct mymacvlan_child *waiting,
		       struct sk_buff *skb, const struct mymacvlan_flood *flood,
		       bool worker)
{
	if (!mymacvlan_is_for(member->child, flood))
		return waiting;
	if (waiting)
		mymacvlan_flood_deliver(waiting, skb_clone(skb, GFP_ATOMIC),
					flood, worker);
	return member->child;
}

static const struct mymacvlan_child *
mymacvlan_flood_group_rcu(struct mymacvlan_port *port, struct sk_buff *skb,
			  const struct mymacvlan_flood *flood, bool worker)
{
	const struct mymacvlan_child *waiting = NULL;
	const struct mymacvlan_member *member;
	const struct mymacvlan_group *group;

	group = mymacvlan_find_group_rcu(port, eth_hdr(skb)->h_dest);
	if (group)
		hlist_for_each_entry_rcu(member, &group->members, link)
			/* Who wants everything is served below. */
			if (!smp_load_acquire(&member->child->all_multi))
				waiting = mymacvlan_flood_member(member, waiting,
								 skb, flood,
								 worker);
	hlist_for_each_entry_rcu(member, &port->allmulti.members, link)
		waiting = mymacvlan_flood_member(member, waiting, skb, flood,
						 worker);
	return waiting;
}

static const struct mymacvlan_child *
mymacvlan_flood_broadcast_rcu(struct mymacvlan_port *port, struct sk_buff *skb,
			      const struct mymacvlan_flood *flood, bool worker)
{
	const struct mymacvlan_child *waiting = NULL;
	const struct mymacvlan_member *member;

	hlist_for_each_entry_rcu(member, &port->broadcast.members, link)
		waiting = mymacvlan_flood_member(member, waiting, skb, flood,
						 worker);
	return waiting;
}

/**
 * mymacvlan_flood_all_rcu() - deliver a flood to its listeners
 * @port: the port
 * @skb: the frame as it is to be received; taken
 * @flood: who may get it
 * @worker: the caller is the port's worker
 *
 * Context: RCU read side; BHs disabled unless @worker.
 */
void mymacvlan_flood_all_rcu(struct mymacvlan_port *port, struct sk_buff *skb,
			     const struct mymacvlan_flood *flood, bool worker)
{
	const struct mymacvlan_child *last;

	if (flood->broadcast)
		last = mymacvlan_flood_broadcast_rcu(port, skb, flood, worker);
	else
		last = mymacvlan_flood_group_rcu(port, skb, flood, worker);
	if (last)
		mymacvlan_flood_deliver(last, skb, flood, worker);
	else
		consume_skb(skb);
}

/* An upper bound: those of the wrong mode are counted, too. */
static unsigned int mymacvlan_members_rcu(const struct mymacvlan_port *port,
					  const struct mymacvlan_group *group,
					  bool broadcast)
{
	if (broadcast)
		return READ_ONCE(port->broadcast.count);
	return READ_ONCE(port->allmulti.count) +
	       (group ? READ_ONCE(group->count) : 0);
}

/* Those who may get the flood; stops above @most. */
static unsigned int
mymacvlan_count_members_rcu(const struct mymacvlan_group *group,
			    const struct mymacvlan_flood *flood,
			    unsigned int most)
{
	const struct mymacvlan_member *member;
	unsigned int count = 0;

	hlist_for_each_entry_rcu(member, &group->members, link) {
		count += mymacvlan_is_for(member->child, flood);
		if (count > most)
			break;
	}
	return count;
}

/*
 * How many listeners there are, as far as it matters whether there are none, up
 * to @most or more. Where more are there at all, those of the right mode are
 * counted, or a few children would have to wait for the worker because of many
 * others that do not get the frame.
 */
static unsigned int mymacvlan_listeners_rcu(struct mymacvlan_port *port,
					    const u8 *dest,
					    const struct mymacvlan_flood *flood,
					    unsigned int most)
{
	const struct mymacvlan_group *group = NULL;
	unsigned int count;

	if (!flood->broadcast)
		group = mymacvlan_find_group_rcu(port, dest);
	count = mymacvlan_members_rcu(port, group, flood->broadcast);
	if (count <= most || mymacvlan_is_for_all(flood))
		return count;
	if (flood->broadcast)
		return mymacvlan_count_members_rcu(&port->broadcast, flood, most);
	count = mymacvlan_count_members_rcu(&port->allmulti, flood, most);
	if (group)
		count += mymacvlan_count_members_rcu(group, flood, most);
	return count;
}

/*
 * What all copies are made of: a frame as it is received, that holds nothing of
 * its sender's. That one may be gone before the frame leaves the queue, its
 * namespace too; the lower device will not.
 */
static struct sk_buff *mymacvlan_flood_copy(const struct mymacvlan_port *port,
					    struct sk_buff *skb,
					    const struct mymacvlan_flood *flood)
{
	struct sk_buff *copy = skb_clone(skb, GFP_ATOMIC);

	if (!copy || (flood->local && mymacvlan_turn_round(copy, skb->dev, false)))
		return NULL;
	copy->dev = port->lower;
	return copy;
}

/*
 * Now or later; returns false if there was no memory, or the queue had no room.
 * @sender: as for mymacvlan_queue_add()
 */
static bool mymacvlan_flood_rcu(struct mymacvlan_port *port,
				struct mymacvlan_sender *sender,
				struct sk_buff *skb,
				struct mymacvlan_flood *flood, bool now)
{
	struct sk_buff *copy;

	if (!now && !mymacvlan_queue_has_room(port, sender))
		return false;
	copy = mymacvlan_flood_copy(port, skb, flood);
	if (!copy)
		return false;
	flood->neigh = mymacvlan_is_neigh(copy, 0);
	if (!now)
		return mymacvlan_queue_add(port, sender, copy, skb, flood);
	mymacvlan_flood_all_rcu(port, copy, flood, false);
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
	const u8 *dest = eth_hdr(skb)->h_dest;
	int cutoff = READ_ONCE(port->bc_cutoff);
	unsigned int listeners, most;

	/* A negative one means any number. */
	most = cutoff < 0 || flood->only ? UINT_MAX : cutoff;
	flood->broadcast = is_broadcast_ether_addr(dest);
	listeners = mymacvlan_listeners_rcu(port, dest, flood, most);
	if (!listeners)
		return;
	if (!mymacvlan_flood_rcu(port, NULL, skb, flood, listeners <= most))
		atomic_long_inc(&port->bc_dropped);
}

/*
 * A frame of this machine's, its Ethernet header at skb->data. Returns false if
 * there was no memory, or the queue had no room.
 */
static bool mymacvlan_flood_sent_rcu(struct mymacvlan_port *port,
				     struct mymacvlan_sender *sender,
				     struct sk_buff *skb,
				     struct mymacvlan_flood *flood)
{
	const struct ethhdr *eth = skb_eth_hdr(skb);
	int cutoff = READ_ONCE(port->bc_cutoff);
	unsigned int listeners, most;

	if (unlikely(eth->h_proto == htons(ETH_P_PAUSE)))
		return true;
	/* A negative one means any number. */
	most = max_t(unsigned int, cutoff, MYMACVLAN_TX_INLINE_MAX);
	flood->broadcast = is_broadcast_ether_addr(eth->h_dest);
	listeners = mymacvlan_listeners_rcu(port, eth->h_dest, flood, most);
	if (!listeners)
		return true;
	return mymacvlan_flood_rcu(port, sender, skb, flood, listeners <= most);
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

	if (!mymacvlan_flood_sent_rcu(child->port, &child->sender, skb, &flood))
		mymacvlan_count(child, MYMACVLAN_TX_DROP_FLOOD);
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
		.host = true,
	};

	if (!mymacvlan_flood_sent_rcu(port, &port->host_sender, skb, &flood))
		atomic_long_inc(&port->host_dropped);
}
