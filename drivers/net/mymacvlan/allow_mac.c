// SPDX-License-Identifier: GPL-2.0-only
/*
 * Option "allow" with MAC addresses: further ones of a bridge child, for virtual
 * machines or a bridge behind it.
 *
 * The host alone gives them, so each is as good as an address that it vouches for.
 * From then on nobody else on the port may have it: it is in port->macs, whether the
 * child is up or not. While the child is up, the address is a station as well, by
 * which frames find the child, and the lower device is asked for it.
 *
 * As with a child's own address (address.c) two cannot be refused: the lower device may
 * take it, which then gets its frames; and a child whose network namespace is being torn
 * down keeps its addresses from nobody.
 */
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "allow.h"
#include "allow_mac.h"
#include "deliver.h"
#include "event.h"
#include "msg.h"
#include "pin.h"

/* Whose list has the address? */
static struct mymacvlan_mac *
mymacvlan_mac_find(const struct mymacvlan_port *port, u64 key)
{
	const struct mymacvlan_table *table = rtnl_dereference(port->macs);
	const struct mymacvlan_entry *entry;

	entry = table ? mymacvlan_table_find_rcu(table, key) : NULL;
	return entry ? container_of(entry->owner, struct mymacvlan_mac, entry) : NULL;
}

/**
 * mymacvlan_macs_owner() - to which child is an address allowed?
 * @port: the port
 * @key: the address, see mymacvlan_key()
 *
 * Context: RTNL.
 * Return: the child, which keeps all others from it, or %NULL.
 */
const struct mymacvlan_child *
mymacvlan_macs_owner(const struct mymacvlan_port *port, u64 key)
{
	const struct mymacvlan_mac *mac = mymacvlan_mac_find(port, key);

	return mac && !mymacvlan_has_dying_netns(mac->child) ? mac->child : NULL;
}

/*
 * One address
 */

static struct mymacvlan_child *
mymacvlan_mac_station_owner(const struct mymacvlan_port *port, u64 key)
{
	struct mymacvlan_child *owner;

	rcu_read_lock();
	owner = mymacvlan_find_key_rcu(port, key);
	rcu_read_unlock();
	/* RTNL keeps it. */
	return owner;
}

/* Which device must keep a child from getting a further address? */
static const struct net_device *
mymacvlan_mac_in_the_way(const struct mymacvlan_child *child, u64 key)
{
	const struct mymacvlan_port *port = child->port;
	const struct net_device *dev = mymacvlan_dev(child);
	const struct mymacvlan_child *owner;

	if (key == mymacvlan_key(dev->dev_addr) || key == mymacvlan_pin_addr(child))
		return dev;
	if (key == mymacvlan_key(port->lower->dev_addr))
		return port->lower;
	owner = mymacvlan_macs_owner(port, key);
	if (owner)
		return mymacvlan_dev(owner);
	owner = mymacvlan_mac_station_owner(port, key);
	/* Not even a backup of a virtual router gives way: this one does not wait. */
	if (owner && !mymacvlan_has_dying_netns(owner))
		return mymacvlan_dev(owner);
	return NULL;
}

/* Let unicast frames find the child. Who has the address still is on his way out. */
static int mymacvlan_mac_add_station(struct mymacvlan_mac *mac)
{
	struct mymacvlan_port *port = mac->child->port;
	struct mymacvlan_child *owner;

	owner = mymacvlan_mac_station_owner(port, mac->key);
	if (owner && !mymacvlan_has_dying_netns(owner))
		return -EADDRINUSE;
	mymacvlan_table_make_room(&port->stations);
	mac->station = mymacvlan_table_add(&port->stations, mac->key, mac->child,
					   &mac->station);
	if (!mac->station)
		return -ENOMEM;
	mymacvlan_addr_evict(owner);
	return 0;
}

static void mymacvlan_mac_del_station(struct mymacvlan_mac *mac)
{
	struct mymacvlan_entry *station = mac->station;

	mac->station = NULL;
	if (station)
		mymacvlan_table_del(&mac->child->port->stations, station);
}

static int mymacvlan_mac_start(struct mymacvlan_mac *mac)
{
	struct mymacvlan_child *child = mac->child;
	u8 addr[ETH_ALEN];
	int err;

	mymacvlan_key_to_addr(mac->key, addr);
	err = mymacvlan_filter_add(child, addr);
	if (err)
		return err;
	if (child->port->mac_conflict != mac)
		err = mymacvlan_mac_add_station(mac);
	if (err) {
		dev_uc_del(mymacvlan_lower(child), addr);
		return err;
	}
	mac->started = true;
	return 0;
}

static void mymacvlan_mac_stop(struct mymacvlan_mac *mac)
{
	u8 addr[ETH_ALEN];

	if (!mac->started)
		return;
	mac->started = false;
	mymacvlan_mac_del_station(mac);
	mymacvlan_key_to_addr(mac->key, addr);
	dev_uc_del(mymacvlan_lower(mac->child), addr);
}

/* The child has it no longer: whoever waits for it may get it. */
static void mymacvlan_mac_end(struct mymacvlan_mac *mac)
{
	struct mymacvlan_port *port = mac->child->port;
	u64 key = mac->key;

	mymacvlan_mac_stop(mac);
	list_del(&mac->link);
	mymacvlan_table_del(&port->macs, mac->entry);
	if (port->mac_conflict == mac)
		port->mac_conflict = NULL;
	kfree(mac);
	mymacvlan_conflict_resolve(port, key);
}

/* Nobody else has the address; it is the child's from now on. */
static struct mymacvlan_mac *mymacvlan_mac_begin(struct mymacvlan_child *child,
						 u64 key)
{
	struct mymacvlan_port *port = child->port;
	struct mymacvlan_mac *mac;

	mac = kzalloc_obj(*mac, GFP_KERNEL_ACCOUNT);
	if (!mac)
		return NULL;
	mac->key = key;
	mac->child = child;
	if (!mymacvlan_table_make_room(&port->macs))
		mac->entry = mymacvlan_table_add(&port->macs, key, child,
						 &mac->entry);
	if (!mac->entry) {
		kfree(mac);
		return NULL;
	}
	list_add_tail(&mac->link, &child->macs);
	return mac;
}

static int mymacvlan_mac_take(struct mymacvlan_child *child, u64 key,
			      struct netlink_ext_ack *extack)
{
	const struct net_device *owner;
	struct mymacvlan_mac *mac;
	u8 addr[ETH_ALEN];
	int err = 0;

	owner = mymacvlan_mac_in_the_way(child, key);
	if (owner) {
		mymacvlan_key_to_addr(key, addr);
		mymacvlan_addr_err_msg(child, addr, owner, extack);
		return -EADDRINUSE;
	}
	mymacvlan_macs_release(child->port, key);
	mac = mymacvlan_mac_begin(child, key);
	if (!mac)
		return -ENOMEM;
	if (netif_running(mymacvlan_dev(child)))
		err = mymacvlan_mac_start(mac);
	if (err)
		mymacvlan_mac_end(mac);
	return err;
}

/**
 * mymacvlan_macs_release() - a child takes an address for its own
 * @port: the port
 * @key: the address, see mymacvlan_key()
 *
 * Context: RTNL, may sleep.
 * Return: true if nobody's list has it any more: only that of a child on its way out
 *	had.
 */
bool mymacvlan_macs_release(struct mymacvlan_port *port, u64 key)
{
	struct mymacvlan_mac *mac = mymacvlan_mac_find(port, key);
	struct mymacvlan_child *child;

	if (!mac)
		return true;
	child = mac->child;
	if (!mymacvlan_has_dying_netns(child))
		return false;
	mymacvlan_mac_end(mac);
	mymacvlan_xmit_update(child);
	return true;
}

/*
 * All of a child's
 */

static bool mymacvlan_allow_has_mac(const struct mymacvlan_allow *allow, u64 key)
{
	unsigned int i;

	for (i = 0; allow && i < allow->count_mac; i++)
		if (allow->mac[i] == key)
			return true;
	return false;
}

/**
 * mymacvlan_macs_take() - a child gets those that it has not yet
 * @child: a child of a port
 * @allow: the list that it is to have, or %NULL: it gets none
 * @extack: to say whose an address is
 *
 * Those that it has already stay until mymacvlan_allow_set().
 *
 * Context: process, RTNL, may sleep.
 * Return: 0; -EADDRINUSE, -ENOMEM or another error of dev_uc_add(), with nothing
 *	changed.
 */
int mymacvlan_macs_take(struct mymacvlan_child *child,
			const struct mymacvlan_allow *allow,
			struct netlink_ext_ack *extack)
{
	unsigned int i;
	int err = 0;

	ASSERT_RTNL();
	for (i = 0; allow && !err && i < allow->count_mac; i++)
		if (!mymacvlan_allows_mac_rcu(child, allow->mac[i]))
			err = mymacvlan_mac_take(child, allow->mac[i], extack);
	if (err)
		mymacvlan_macs_trim(child, rtnl_dereference(child->allow));
	else
		mymacvlan_xmit_update(child);
	return err;
}

/**
 * mymacvlan_macs_trim() - a child loses what is not on a list
 * @child: a child of a port
 * @keep: the list, or %NULL: it keeps none
 *
 * Context: RTNL, may sleep.
 */
void mymacvlan_macs_trim(struct mymacvlan_child *child,
			 const struct mymacvlan_allow *keep)
{
	struct mymacvlan_mac *mac, *next;

	ASSERT_RTNL();
	list_for_each_entry_safe(mac, next, &child->macs, link)
		if (!mymacvlan_allow_has_mac(keep, mac->key))
			mymacvlan_mac_end(mac);
	mymacvlan_xmit_update(child);
}

/**
 * mymacvlan_macs_start() - a child comes up: let unicast frames find it by them
 * @child: the child
 *
 * Context: RTNL, may sleep.
 * Return: 0, -ENOMEM or another error of dev_uc_add(), with nothing changed.
 */
int mymacvlan_macs_start(struct mymacvlan_child *child)
{
	struct mymacvlan_mac *mac;
	int err;

	list_for_each_entry(mac, &child->macs, link) {
		err = mymacvlan_mac_start(mac);
		if (err) {
			mymacvlan_macs_stop(child);
			return err;
		}
	}
	return 0;
}

/**
 * mymacvlan_macs_stop() - undo mymacvlan_macs_start()
 * @child: the child
 *
 * Context: RTNL, may sleep.
 */
void mymacvlan_macs_stop(struct mymacvlan_child *child)
{
	struct mymacvlan_mac *mac;

	list_for_each_entry_reverse(mac, &child->macs, link)
		mymacvlan_mac_stop(mac);
}

/*
 * The lower device
 */

/**
 * mymacvlan_macs_restore() - give the lower device a child's addresses back
 * @child: a child that is up, whose lower device has lost its list of addresses
 *
 * Context: RTNL; the lower device's instance lock may be held.
 * Return: 0 or an error of dev_uc_add(), of those that it has not got.
 */
int mymacvlan_macs_restore(const struct mymacvlan_child *child)
{
	const struct mymacvlan_mac *mac;
	u8 addr[ETH_ALEN];
	int err = 0;

	list_for_each_entry(mac, &child->macs, link) {
		if (!mac->started)
			continue;
		mymacvlan_key_to_addr(mac->key, addr);
		err = dev_uc_add(mymacvlan_lower(child), addr) ?: err;
	}
	return err;
}

/* The lower device has let go of it. */
static void mymacvlan_mac_conflict_end(struct mymacvlan_mac *mac)
{
	struct mymacvlan_child *child = mac->child;

	if (mac->started && mymacvlan_mac_add_station(mac))
		mymacvlan_log(netdev_warn, child->port, mymacvlan_dev(child),
			      "cannot receive again; set it down and up\n");
}

/* It has taken it, which cannot be refused: the change is made. */
static void mymacvlan_mac_conflict_begin(struct mymacvlan_mac *mac)
{
	struct mymacvlan_child *child = mac->child;
	const struct net_device *lower = mymacvlan_lower(child);

	mymacvlan_mac_del_station(mac);
	mymacvlan_event_later(child, MYMACVLAN_EVENT_CONFLICT);
	mymacvlan_log(netdev_warn, child->port, mymacvlan_dev(child),
		      "lower device %s has taken MAC address %pM and gets its frames\n",
		      lower->name, lower->dev_addr);
}

/**
 * mymacvlan_macs_follow_lower() - the lower device has a new address
 * @port: its port
 *
 * Context: RTNL; the lower device's instance lock may be held.
 */
void mymacvlan_macs_follow_lower(struct mymacvlan_port *port)
{
	struct mymacvlan_mac *old = port->mac_conflict, *mac;

	mac = mymacvlan_mac_find(port, mymacvlan_key(port->lower->dev_addr));
	if (mac == old)
		return;
	port->mac_conflict = mac;
	if (old)
		mymacvlan_mac_conflict_end(old);
	if (mac)
		mymacvlan_mac_conflict_begin(mac);
}
