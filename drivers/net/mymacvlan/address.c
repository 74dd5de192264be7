// SPDX-License-Identifier: GPL-2.0-only
/*
 * A child's own MAC address: who may have it, and what follows when it or the
 * lower device's changes.
 *
 * A child has a station, that is: unicast frames find it, while it is up. Two
 * devices of a port may carry the same address as long as not both are up; for
 * the exceptions see conflict.c.
 */
#include <linux/capability.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>
#include "event.h"
#include "identity.h"
#include "macnat.h"
#include "msg.h"
#include "pin.h"
#include "table.h"

/*
 * Who else on this port has the address and is up? The lower device counts,
 * but not for a passthru child, which shares its address.
 */
static const struct net_device *
mymacvlan_addr_owner(const struct mymacvlan_child *child, const u8 *addr)
{
	struct mymacvlan_port *port = child->port;
	const struct mymacvlan_child *owner;

	if (mymacvlan_is_passthru(port))
		return NULL;
	if (ether_addr_equal(port->lower->dev_addr, addr))
		return port->lower;
	rcu_read_lock();
	owner = mymacvlan_find_rcu(port, addr);
	rcu_read_unlock();
	/* RTNL keeps it. */
	if (!owner || owner == child ||
	    !mymacvlan_conflict_is_fatal(child, owner))
		return NULL;
	return mymacvlan_dev(owner);
}

/* Longest name that a request's answer has room for beside the address. */
#define MYMACVLAN_ADDR_NAME_MAX	19

static void mymacvlan_addr_err_msg(const struct mymacvlan_child *child,
				   const u8 *addr,
				   const struct net_device *owner,
				   struct netlink_ext_ack *extack)
{
	struct net_device *lower = mymacvlan_lower(child);
	struct net_device *dev = mymacvlan_dev(child);
	char name[MYMACVLAN_NAME_SIZE];
	bool told = mymacvlan_name_to_tell(name, owner);

	if (told && owner == lower)
		mymacvlan_err_msg(dev, extack, lower, owner,
				  "MAC address is already in use",
				  ": belongs to the lower device %s");
	else if (!extack || !NL_ERR_MSG_HAS_MORE ||
		 strlen(name) <= MYMACVLAN_ADDR_NAME_MAX)
		mymacvlan_err_msg(dev, extack, lower, owner,
				  "MAC address is already in use",
				  ": %pM belongs to %s", addr);
	else
		mymacvlan_err_msg(dev, extack, lower, owner,
				  "MAC address is already in use",
				  ": belongs to %s");
}

/**
 * mymacvlan_addr_validate() - may any child use an address?
 * @addr: the address
 * @extack: for the reason of a refusal
 *
 * Return: 0 or -EADDRNOTAVAIL.
 */
int mymacvlan_addr_validate(const u8 *addr, struct netlink_ext_ack *extack)
{
	if (is_valid_ether_addr(addr))
		return 0;
	NL_SET_ERR_MSG(extack, "MAC address is zero or multicast");
	return -EADDRNOTAVAIL;
}

/**
 * mymacvlan_addr_is_taken() - must a child not use an address?
 * @child: the child
 * @addr: the address
 *
 * For where the user has been told why, or need not be.
 *
 * Context: RTNL.
 * Return: true if the lower device has the address, or a sibling that is up.
 */
bool mymacvlan_addr_is_taken(const struct mymacvlan_child *child, const u8 *addr)
{
	ASSERT_RTNL();
	return mymacvlan_addr_owner(child, addr);
}

/**
 * mymacvlan_addr_check() - may a child use an address?
 * @child: the child
 * @addr: the address
 * @extack: for the reason of a refusal; without it the kernel log is told
 *
 * Context: RTNL.
 * Return: 0 or -EADDRINUSE.
 */
int mymacvlan_addr_check(const struct mymacvlan_child *child, const u8 *addr,
			 struct netlink_ext_ack *extack)
{
	const struct net_device *owner;

	ASSERT_RTNL();
	owner = mymacvlan_addr_owner(child, addr);
	if (!owner)
		return 0;
	mymacvlan_addr_err_msg(child, addr, owner, extack);
	return -EADDRINUSE;
}

/*
 * Another child has the address now, and its station, which child->station says
 * already: the table may be replaced.
 */
static void mymacvlan_addr_evict(struct mymacvlan_child *owner)
{
	struct mymacvlan_entry *station;

	if (!owner)
		return;
	station = owner->station;
	owner->station = NULL;
	mymacvlan_table_del(&owner->port->stations, station);
	mymacvlan_conflict_evicted(owner);
}

/*
 * A station for a child, which another one of its own may still be beside; %NULL
 * if the child has to wait for its address. An owner that yields is told in
 * @evicted, and goes after the new station is there: without memory it stays.
 */
static struct mymacvlan_entry *
mymacvlan_addr_station(struct mymacvlan_child *child, const u8 *addr,
		       struct mymacvlan_child **evicted)
{
	struct mymacvlan_port *port = child->port;
	u64 key = mymacvlan_key(addr);
	struct mymacvlan_entry *station;
	struct mymacvlan_child *owner;

	rcu_read_lock();
	owner = mymacvlan_find_key_rcu(port, key);
	rcu_read_unlock();
	*evicted = owner;
	if (owner && !mymacvlan_conflict_yields(child, owner))
		return mymacvlan_conflict_is_fatal(child, owner) ?
		       ERR_PTR(-EADDRINUSE) : NULL;
	station = mymacvlan_table_add(&port->stations, key, child,
				      &child->station);
	return station ?: ERR_PTR(-ENOMEM);
}

/**
 * mymacvlan_addr_start() - a child comes up: let unicast frames find it
 * @child: a child whose address has been checked
 *
 * Context: RTNL, may sleep.
 * Return: 0, -ENOMEM, or -EADDRINUSE if a sibling has it after all.
 */
int mymacvlan_addr_start(struct mymacvlan_child *child)
{
	struct mymacvlan_entry *station;
	struct mymacvlan_child *evicted;

	mymacvlan_pin_keep(child);
	mymacvlan_table_make_room(&child->port->stations);
	station = mymacvlan_addr_station(child, mymacvlan_dev(child)->dev_addr,
					 &evicted);
	if (IS_ERR(station))
		return PTR_ERR(station);
	child->station = station;
	if (station)
		mymacvlan_addr_evict(evicted);
	mymacvlan_conflict_wait(child, !station);
	mymacvlan_announce(child);
	return 0;
}

static void mymacvlan_addr_conflict_forget(struct mymacvlan_child *child)
{
	if (rcu_access_pointer(child->port->addr_conflict) == child)
		RCU_INIT_POINTER(child->port->addr_conflict, NULL);
}

/**
 * mymacvlan_addr_stop() - undo mymacvlan_addr_start()
 * @child: the child
 *
 * Context: RTNL.
 */
void mymacvlan_addr_stop(struct mymacvlan_child *child)
{
	struct mymacvlan_entry *station = child->station;
	u64 key = station ? station->key : 0;

	child->station = NULL;
	if (station)
		mymacvlan_table_del(&child->port->stations, station);
	mymacvlan_addr_conflict_forget(child);
	mymacvlan_conflict_wait(child, false);
	if (station)
		mymacvlan_conflict_resolve(child->port, key);
}

/* Any number of changes without a grace period: each has its own station. */
static int mymacvlan_addr_move(struct mymacvlan_child *child, const u8 *addr)
{
	struct mymacvlan_entry *station, *old = child->station;
	struct mymacvlan_child *evicted;
	u64 key = old ? old->key : 0;

	station = mymacvlan_addr_station(child, addr, &evicted);
	if (IS_ERR(station))
		return PTR_ERR(station);
	eth_hw_addr_set(mymacvlan_dev(child), addr);
	child->station = station;
	if (old)
		mymacvlan_table_del(&child->port->stations, old);
	if (station)
		mymacvlan_addr_evict(evicted);
	mymacvlan_addr_conflict_forget(child);
	mymacvlan_conflict_wait(child, !station);
	if (old)
		mymacvlan_conflict_resolve(child->port, key);
	mymacvlan_announce(child);
	return 0;
}

static int mymacvlan_addr_set_running(struct mymacvlan_child *child,
				      const u8 *addr)
{
	int err;

	err = mymacvlan_filter_add(child, addr);
	if (err)
		return err;
	err = mymacvlan_addr_move(child, addr);
	if (err) {
		mymacvlan_filter_cancel(child, addr);
		return err;
	}
	mymacvlan_filter_move(child);
	mymacvlan_bindings_renew(child);
	return 0;
}

/* A passthru child has the lower device's address, and takes it along. */
static int mymacvlan_addr_set_lower(struct mymacvlan_child *child,
				    struct sockaddr_storage *ss)
{
	struct mymacvlan_port *port = child->port;
	int err;

	port->own_addr_change = true;
	err = dev_set_mac_address(port->lower, ss, NULL);
	port->own_addr_change = false;
	if (err)
		return err;
	/* The core does not ask notifiers whether all went well. */
	if (!ether_addr_equal(mymacvlan_dev(child)->dev_addr, ss->__data))
		return -ENOMEM;
	return 0;
}

/**
 * mymacvlan_addr_set() - ndo_set_mac_address
 * @dev: a child
 * @p: struct sockaddr_storage with the new address
 *
 * Context: RTNL, may sleep.
 * Return: 0; -EADDRNOTAVAIL for what is no unicast address; -EPERM for who must
 *	not change a pinned one; -EADDRINUSE; -ENOMEM; in mode passthru whatever the
 *	lower device says.
 */
int mymacvlan_addr_set(struct net_device *dev, void *p)
{
	struct mymacvlan_child *child = mymacvlan_child(dev);
	struct sockaddr_storage *ss = p;
	const u8 *addr = ss->__data;
	int err;

	if (!is_valid_ether_addr(addr))
		return -EADDRNOTAVAIL;
	mymacvlan_pin_keep(child);
	if (ether_addr_equal(dev->dev_addr, addr))
		return 0;
	err = mymacvlan_pin_check_addr(child, NULL);
	if (err)
		return err;
	if (mymacvlan_mode(child) == MYMACVLAN_MODE_PASSTHRU)
		return mymacvlan_addr_set_lower(child, ss);

	err = mymacvlan_addr_check(child, addr, NULL);
	if (err)
		return err;
	if (netif_running(dev))
		err = mymacvlan_addr_set_running(child, addr);
	else
		eth_hw_addr_set(dev, addr);
	if (err)
		return err;
	mymacvlan_identity_follow(child);
	mymacvlan_pin_follow(child);
	return 0;
}

/*
 * The lower device's new address is its passthru child's, too. If somebody
 * else changed it, that is now the address to restore, and the child's own
 * listeners (its neighbours' cached headers) must learn of it.
 */
static void mymacvlan_addr_follow_passthru(struct mymacvlan_port *port,
					   struct mymacvlan_child *child)
{
	struct net_device *dev = mymacvlan_dev(child);
	const u8 *addr = port->lower->dev_addr;
	int err = 0;

	if (!port->own_addr_change)
		ether_addr_copy(port->perm_addr, addr);
	if (ether_addr_equal(dev->dev_addr, addr))
		return;
	if (netif_running(dev))
		err = mymacvlan_addr_move(child, addr);
	else
		eth_hw_addr_set(dev, addr);
	mymacvlan_pin_follow(child);
	mymacvlan_bindings_renew(child);
	/* The child's own change is told by whoever has asked for it. */
	if (port->own_addr_change)
		return;
	if (err)
		mymacvlan_log(netdev_warn, port, dev,
			      "no memory for the address that %s has now\n",
			      port->lower->name);
	else
		call_netdevice_notifiers(NETDEV_CHANGEADDR, dev);
}

/* The lower device has let go of a child's address: frames find it again. */
static void mymacvlan_addr_conflict_end(struct mymacvlan_port *port)
{
	struct mymacvlan_child *child = rtnl_dereference(port->addr_conflict);
	struct net_device *dev;

	if (!child)
		return;
	dev = mymacvlan_dev(child);
	if (ether_addr_equal(dev->dev_addr, port->lower->dev_addr))
		return;
	RCU_INIT_POINTER(port->addr_conflict, NULL);
	if (mymacvlan_addr_start(child))
		mymacvlan_log(netdev_warn, port, dev,
			      "cannot receive again; set it down and up\n");
}

/*
 * It has taken a child's address. It cannot be refused (the change is made),
 * and frames to that address are the lower device's from now on.
 */
static void mymacvlan_addr_conflict_begin(struct mymacvlan_port *port)
{
	struct mymacvlan_child *child;

	rcu_read_lock();
	child = mymacvlan_find_rcu(port, port->lower->dev_addr);
	rcu_read_unlock();
	if (!child)
		return;
	mymacvlan_addr_stop(child);
	/* What a switch sends back of it is still to be known as its own. */
	rcu_assign_pointer(port->addr_conflict, child);
	mymacvlan_event_later(child, MYMACVLAN_EVENT_CONFLICT);
	mymacvlan_log(netdev_warn, port, mymacvlan_dev(child),
		      "lower device %s has taken MAC address %pM and gets its frames\n",
		      port->lower->name, port->lower->dev_addr);
}

/**
 * mymacvlan_addr_follow_lower() - the lower device has a new address
 * @port: its port
 *
 * Context: RTNL; the lower device's instance lock may be held.
 */
void mymacvlan_addr_follow_lower(struct mymacvlan_port *port)
{
	struct mymacvlan_child *passthru = rtnl_dereference(port->passthru);

	if (passthru) {
		mymacvlan_addr_follow_passthru(port, passthru);
		return;
	}
	mymacvlan_addr_conflict_end(port);
	mymacvlan_addr_conflict_begin(port);
	mymacvlan_conflict_resolve_all(port);
	mymacvlan_macnat_follow(port);
}

/**
 * mymacvlan_addr_restore() - give the lower device the address it had
 * @port: a port whose passthru child is leaving
 *
 * A lower device that is on its way out itself takes no address any more.
 *
 * Context: RTNL, may sleep.
 */
void mymacvlan_addr_restore(struct mymacvlan_port *port)
{
	struct net_device *lower = port->lower;
	struct sockaddr_storage ss = { .ss_family = lower->type };

	if (lower->reg_state != NETREG_REGISTERED ||
	    ether_addr_equal(lower->dev_addr, port->perm_addr))
		return;
	ether_addr_copy(ss.__data, port->perm_addr);
	if (dev_set_mac_address(lower, &ss, NULL))
		mymacvlan_log(netdev_warn, port, lower,
			      "cannot restore MAC address %pM\n",
			      port->perm_addr);
}
