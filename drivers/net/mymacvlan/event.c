// SPDX-License-Identifier: GPL-2.0-only
/*
 * Notifications of what happens to children, to who listens in the lower device's
 * network namespace.
 *
 * A child's own administrator can change it as often as he likes, and must not be
 * able to fill the sockets of those who listen for what others do. So a change is
 * only noted, and a worker tells for each child what it has become, ten times a
 * second at most.
 */
#include <linux/rculist.h>
#include <net/genetlink.h>
#include "dump.h"
#include "event.h"
#include "genl.h"
#include "mymacvlan.h"

/* How long changes are collected. */
#define MYMACVLAN_EVENT_DELAY	(HZ / 10)

static void mymacvlan_event_send(const struct mymacvlan_port *port,
				 const struct mymacvlan_child *child, u8 cmd)
{
	struct net *net = dev_net(port->lower);
	struct sk_buff *skb;
	void *hdr;

	if (!GENL_MCAST_HAS_CAP || !genl_has_listeners(&mymacvlan_genl_family, net, 0))
		return;
	skb = genlmsg_new(NLMSG_GOODSIZE, GFP_ATOMIC);
	if (!skb)
		goto lost;
	hdr = genlmsg_put(skb, 0, 0, &mymacvlan_genl_family, 0, cmd);
	if (!hdr || mymacvlan_put_child(skb, port, child)) {
		nlmsg_free(skb);
		goto lost;
	}
	genlmsg_end(skb, hdr);
	genlmsg_multicast_own_netns(&mymacvlan_genl_family, net, skb, 0, GFP_ATOMIC);
	return;

lost:
	/* Who listens learns that something is missing. */
	genl_set_err(&mymacvlan_genl_family, net, 0, 0, -ENOBUFS);
}

/**
 * mymacvlan_event_now() - tell at once
 * @child: the child that it is about
 * @cmd: MYMACVLAN_CMD_CHILD_ADDED or _GONE
 *
 * Context: RTNL.
 */
void mymacvlan_event_now(const struct mymacvlan_child *child, u8 cmd)
{
	rcu_read_lock();
	mymacvlan_event_send(child->port, child, cmd);
	rcu_read_unlock();
}

/**
 * mymacvlan_event_note() - the receive path has seen something of a child
 * @child: the child
 * @events: MYMACVLAN_EVENT_*
 *
 * Context: RCU read side in the rx handler, whose end the port's waits for; or RTNL,
 *	see mymacvlan_event_later().
 */
void mymacvlan_event_note(struct mymacvlan_child *child, unsigned int events)
{
	struct mymacvlan_port *port = child->port;

	if (!GENL_MCAST_HAS_CAP || !READ_ONCE(child->shown) ||
	    !genl_has_listeners(&mymacvlan_genl_family, dev_net(port->lower), 0))
		return;
	/* Told by the worker's exchange, or by its next run. */
	atomic_or(events, &child->events);
	schedule_delayed_work(&port->event_work, MYMACVLAN_EVENT_DELAY);
}

/**
 * mymacvlan_event_later() - something has happened to a child
 * @child: the child
 * @events: MYMACVLAN_EVENT_*
 *
 * Context: RTNL; the child is one of a port, which cannot end meanwhile.
 */
void mymacvlan_event_later(struct mymacvlan_child *child, unsigned int events)
{
	ASSERT_RTNL();
	mymacvlan_event_note(child, events);
}

/**
 * mymacvlan_event_work() - tell what has become of the children that have changed
 * @work: port->event_work
 *
 * Context: a worker, ended by the end of the port.
 */
void mymacvlan_event_work(struct work_struct *work)
{
	struct mymacvlan_port *port =
		container_of(to_delayed_work(work), struct mymacvlan_port, event_work);
	struct mymacvlan_child *child;
	unsigned int events;

	rcu_read_lock();
	list_for_each_entry_rcu(child, &port->children, port_link) {
		if (!atomic_read(&child->events))
			continue;
		events = atomic_xchg(&child->events, 0);
		/* Nothing is told of a child after its end. */
		spin_lock(&port->event_lock);
		if (child->shown && events & MYMACVLAN_EVENT_CHANGED)
			mymacvlan_event_send(port, child,
					     MYMACVLAN_CMD_CHILD_CHANGED);
		if (child->shown && events & MYMACVLAN_EVENT_CONFLICT)
			mymacvlan_event_send(port, child,
					     MYMACVLAN_CMD_CHILD_CONFLICT);
		spin_unlock(&port->event_lock);
	}
	rcu_read_unlock();
}
