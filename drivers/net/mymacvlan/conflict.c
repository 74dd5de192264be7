// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two children that are up and have one MAC address.
 *
 * There is one owner, which has the station and gets the frames. Another child
 * may come up beside it in two cases:
 *
 *   - The owner's network namespace is being torn down: the new one takes the
 *     address, and the old one is without until its end.
 *   - Both have protodown on, as the backups of one virtual router. The new one
 *     waits, and becomes the owner when the address is free, or when it loses
 *     protodown before the owner does.
 *
 * Nobody asks the driver before protodown goes off, so two of them may become
 * active. The first one keeps the address then.
 *
 * Who waits is found by the address: however many do, nobody with another address has
 * to look at them.
 */
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include "allow_mac.h"
#include "deliver.h"
#include "event.h"
#include "msg.h"
#include "table.h"

/* Has a child protodown? Context: RTNL; it may be down. */
static bool mymacvlan_has_protodown(const struct mymacvlan_child *child)
{
	return READ_ONCE(mymacvlan_dev(child)->proto_down);
}

/**
 * mymacvlan_conflict_is_fatal() - must a child not use an owner's address?
 * @child: who wants it
 * @owner: the sibling that has it
 *
 * Context: RTNL.
 * Return: true if the owner keeps the address to itself.
 */
bool mymacvlan_conflict_is_fatal(const struct mymacvlan_child *child,
				 const struct mymacvlan_child *owner)
{
	if (mymacvlan_has_dying_netns(owner))
		return false;
	return !mymacvlan_has_protodown(owner) || !mymacvlan_has_protodown(child);
}

/**
 * mymacvlan_conflict_yields() - does the owner make room for another child?
 * @child: who wants the address
 * @owner: who has it
 *
 * Context: RTNL.
 * Return: true if the owner is on its way out, or the one backup where @child is
 *	active.
 */
bool mymacvlan_conflict_yields(const struct mymacvlan_child *child,
			       const struct mymacvlan_child *owner)
{
	if (mymacvlan_has_dying_netns(owner))
		return true;
	return mymacvlan_has_protodown(owner) && !mymacvlan_has_protodown(child);
}

static bool mymacvlan_conflict_is_before(struct rb_node *a,
					 const struct rb_node *b)
{
	return rb_entry(a, struct mymacvlan_child, waiting_node)->waiting_key <
	       rb_entry(b, struct mymacvlan_child, waiting_node)->waiting_key;
}

static int mymacvlan_conflict_compare(const void *key, const struct rb_node *node)
{
	u64 waiting = rb_entry(node, struct mymacvlan_child,
			       waiting_node)->waiting_key;

	if (*(const u64 *)key == waiting)
		return 0;
	return *(const u64 *)key < waiting ? -1 : 1;
}

/**
 * mymacvlan_conflict_wait() - remember that a child waits for its address
 * @child: a child that is up and has no station, or no longer waits
 * @waiting: it does
 *
 * Context: RTNL.
 */
void mymacvlan_conflict_wait(struct mymacvlan_child *child, bool waiting)
{
	struct rb_root *root = &child->port->waiting;

	if (child->waiting)
		rb_erase(&child->waiting_node, root);
	if (waiting) {
		child->waiting_key = mymacvlan_key(mymacvlan_dev(child)->dev_addr);
		rb_add(&child->waiting_node, root, mymacvlan_conflict_is_before);
	}
	WRITE_ONCE(child->waiting, waiting);
	child->conflict_told = false;
}

/**
 * mymacvlan_conflict_evicted() - a child that is up has lost its address
 * @child: the child, without a station
 *
 * Context: RTNL.
 */
void mymacvlan_conflict_evicted(struct mymacvlan_child *child)
{
	mymacvlan_conflict_wait(child, !mymacvlan_has_dying_netns(child));
}

/* Once for each time that it becomes active. */
static void mymacvlan_conflict_tell(struct mymacvlan_child *child,
				    const struct mymacvlan_child *owner)
{
	bool active = !mymacvlan_has_protodown(child);

	if (active && !child->conflict_told) {
		mymacvlan_event_later(child, MYMACVLAN_EVENT_CONFLICT);
		mymacvlan_log(netdev_warn, child->port, mymacvlan_dev(child),
			      "MAC address is already in use: %pM belongs to %s, gets nothing until it is free\n",
			      mymacvlan_dev(child)->dev_addr,
			      mymacvlan_dev(owner)->name);
	}
	child->conflict_told = active;
}

/* Who keeps the address from a child that waits for it? */
static const struct mymacvlan_child *
mymacvlan_conflict_owner(const struct mymacvlan_child *child, const u8 *addr)
{
	const struct mymacvlan_child *owner;

	owner = mymacvlan_macs_owner(child->port, mymacvlan_key(addr));
	if (owner)
		return owner;
	rcu_read_lock();
	owner = mymacvlan_find_rcu(child->port, addr);
	rcu_read_unlock();
	/* RTNL keeps it. */
	return owner && !mymacvlan_conflict_yields(child, owner) ? owner : NULL;
}

/* A child that waits gets its address, unless somebody keeps it. */
static void mymacvlan_conflict_claim(struct mymacvlan_child *child)
{
	const u8 *addr = mymacvlan_dev(child)->dev_addr;
	const struct mymacvlan_child *owner;

	if (child->dying || ether_addr_equal(addr, child->port->lower->dev_addr))
		return;
	owner = mymacvlan_conflict_owner(child, addr);
	if (owner) {
		mymacvlan_conflict_tell(child, owner);
		return;
	}
	if (mymacvlan_addr_start(child))
		mymacvlan_log(netdev_warn, child->port, mymacvlan_dev(child),
			      "no memory to receive; set it down and up\n");
}

/**
 * mymacvlan_conflict_resolve() - who waits for an address may get it
 * @port: the port
 * @key: the address, see mymacvlan_key()
 *
 * Context: RTNL; the lower device's instance lock may be held.
 */
void mymacvlan_conflict_resolve(struct mymacvlan_port *port, u64 key)
{
	struct rb_node *node, *next;

	ASSERT_RTNL();
	node = rb_find_first(&key, &port->waiting, mymacvlan_conflict_compare);
	for (; node; node = next) {
		/* Who is evicted meanwhile comes behind those that are there. */
		next = rb_next_match(&key, node, mymacvlan_conflict_compare);
		mymacvlan_conflict_claim(rb_entry(node, struct mymacvlan_child,
						  waiting_node));
	}
}

/**
 * mymacvlan_conflict_update() - a child's protodown may have changed
 * @child: a child of a port
 *
 * Context: RTNL; the lower device's instance lock may be held.
 */
void mymacvlan_conflict_update(struct mymacvlan_child *child)
{
	if (child->station)
		mymacvlan_conflict_resolve(child->port, child->station->key);
	else if (child->waiting)
		mymacvlan_conflict_resolve(child->port, child->waiting_key);
}

/**
 * mymacvlan_conflict_resolve_all() - the lower device has another address
 * @port: the port
 *
 * Context: RTNL; the lower device's instance lock may be held.
 */
void mymacvlan_conflict_resolve_all(struct mymacvlan_port *port)
{
	struct mymacvlan_child *child;

	ASSERT_RTNL();
	if (RB_EMPTY_ROOT(&port->waiting))
		return;
	list_for_each_entry(child, &port->children, port_link)
		if (child->waiting)
			mymacvlan_conflict_claim(child);
}
