// SPDX-License-Identifier: GPL-2.0-only
/*
 * The stations of a port, that is: the children that unicast frames can find.
 * Frames look them up in table.h; here is what changes them, all of it under
 * RTNL.
 */
#include <linux/log2.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "table.h"

#define MYMACVLAN_STATIONS_MIN	16U

static struct mymacvlan_stations *mymacvlan_stations_rtnl(struct mymacvlan_port *port)
{
	return rtnl_dereference(port->stations);
}

static u32 mymacvlan_stations_size(const struct mymacvlan_stations *stations)
{
	return 1U << (64 - stations->shift);
}

/* @size: a power of two, 2 at least. */
static struct mymacvlan_stations *mymacvlan_stations_alloc(u32 size)
{
	struct mymacvlan_stations *stations;

	stations = kvzalloc(struct_size(stations, heads, size), GFP_KERNEL);
	if (!stations)
		return NULL;
	stations->secret = get_random_u64() | 1;
	stations->shift = 64 - ilog2(size);
	return stations;
}

static struct hlist_head *
mymacvlan_stations_head(struct mymacvlan_stations *stations, u64 key)
{
	return &stations->heads[mymacvlan_station_hash(stations, key)];
}

/* One that no frame has seen yet. */
static void mymacvlan_stations_free(struct mymacvlan_stations *stations)
{
	struct mymacvlan_station *station;
	struct hlist_node *next;
	u32 i;

	for (i = 0; i < mymacvlan_stations_size(stations); i++)
		hlist_for_each_entry_safe(station, next, &stations->heads[i],
					  link)
			kfree(station);
	kvfree(stations);
}

static int mymacvlan_stations_copy_list(struct mymacvlan_stations *to,
					struct hlist_head *from)
{
	struct mymacvlan_station *station, *copy;

	hlist_for_each_entry(station, from, link) {
		copy = kmalloc_obj(*copy);
		if (!copy)
			return -ENOMEM;
		copy->key = station->key;
		copy->child = station->child;
		hlist_add_head(&copy->link,
			       mymacvlan_stations_head(to, copy->key));
	}
	return 0;
}

/* A new table with copies of all stations, or NULL. */
static struct mymacvlan_stations *
mymacvlan_stations_copy(struct mymacvlan_stations *from, u32 size)
{
	struct mymacvlan_stations *to = mymacvlan_stations_alloc(size);
	u32 i;

	if (!to)
		return NULL;
	for (i = 0; i < mymacvlan_stations_size(from); i++) {
		if (mymacvlan_stations_copy_list(to, &from->heads[i])) {
			mymacvlan_stations_free(to);
			return NULL;
		}
	}
	return to;
}

/* From now on the children own the copies. */
static void mymacvlan_stations_hand_over(struct mymacvlan_stations *from,
					 struct mymacvlan_stations *to)
{
	struct mymacvlan_station *station;
	struct hlist_node *next;
	u32 i;

	for (i = 0; i < mymacvlan_stations_size(to); i++)
		hlist_for_each_entry(station, &to->heads[i], link)
			station->child->station = station;
	/* A reader may be on them: they leave without being unlinked. */
	for (i = 0; i < mymacvlan_stations_size(from); i++)
		hlist_for_each_entry_safe(station, next, &from->heads[i], link)
			kfree_rcu(station, rcu);
	kvfree_rcu(from, rcu);
}

/* Without memory the table stays as it is, only slower or larger. */
static void mymacvlan_stations_resize(struct mymacvlan_port *port, u32 size)
{
	struct mymacvlan_stations *from = mymacvlan_stations_rtnl(port), *to;

	to = mymacvlan_stations_copy(from, size);
	if (!to)
		return;
	rcu_assign_pointer(port->stations, to);
	mymacvlan_stations_hand_over(from, to);
}

static void mymacvlan_stations_grow(struct mymacvlan_port *port)
{
	u32 count = port->stations_count;

	if (count >= mymacvlan_stations_size(mymacvlan_stations_rtnl(port)))
		mymacvlan_stations_resize(port, roundup_pow_of_two(2 * count));
}

static void mymacvlan_stations_shrink(struct mymacvlan_port *port)
{
	u32 size = mymacvlan_stations_size(mymacvlan_stations_rtnl(port));

	if (size > MYMACVLAN_STATIONS_MIN && port->stations_count < size / 8)
		mymacvlan_stations_resize(port, max(size / 4, MYMACVLAN_STATIONS_MIN));
}

/**
 * mymacvlan_stations_init() - make a new port's table of stations
 * @port: the port
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int mymacvlan_stations_init(struct mymacvlan_port *port)
{
	struct mymacvlan_stations *stations;

	stations = mymacvlan_stations_alloc(MYMACVLAN_STATIONS_MIN);
	rcu_assign_pointer(port->stations, stations);
	return stations ? 0 : -ENOMEM;
}

/**
 * mymacvlan_stations_destroy() - end a port's table of stations
 * @port: a port without children, and out of the receive path's sight
 *
 * Context: process, may sleep.
 */
void mymacvlan_stations_destroy(struct mymacvlan_port *port)
{
	mymacvlan_stations_free(rcu_dereference_protected(port->stations, true));
}

static bool mymacvlan_stations_have(const struct mymacvlan_port *port, u64 key)
{
	bool have;

	rcu_read_lock();
	have = mymacvlan_find_station_rcu(port, key);
	rcu_read_unlock();
	return have;
}

/**
 * mymacvlan_station_add() - let unicast frames find a child
 * @child: the child; one more station of its own may still be in the table
 * @addr: an address that nobody in the port has
 *
 * Context: RTNL, may sleep.
 * Return: the station, or ERR_PTR() with -ENOMEM, or -EADDRINUSE if somebody has
 *	it after all.
 */
struct mymacvlan_station *mymacvlan_station_add(struct mymacvlan_child *child,
						const u8 *addr)
{
	struct mymacvlan_port *port = child->port;
	struct mymacvlan_stations *stations;
	struct mymacvlan_station *station;

	ASSERT_RTNL();
	if (mymacvlan_stations_have(port, mymacvlan_key(addr)))
		return ERR_PTR(-EADDRINUSE);
	station = kmalloc_obj(*station);
	if (!station)
		return ERR_PTR(-ENOMEM);
	station->key = mymacvlan_key(addr);
	station->child = child;
	mymacvlan_stations_grow(port);
	stations = mymacvlan_stations_rtnl(port);
	hlist_add_head_rcu(&station->link,
			   mymacvlan_stations_head(stations, station->key));
	port->stations_count++;
	return station;
}

/**
 * mymacvlan_station_del() - no frame finds this station any more
 * @station: from mymacvlan_station_add(); readers may hold it for another grace
 *	period. Where its owner has another one, child->station is that already:
 *	the table may be replaced, and what the child owns with it.
 *
 * Context: RTNL, may sleep.
 */
void mymacvlan_station_del(struct mymacvlan_station *station)
{
	struct mymacvlan_port *port = station->child->port;

	ASSERT_RTNL();
	hlist_del_rcu(&station->link);
	kfree_rcu(station, rcu);
	port->stations_count--;
	mymacvlan_stations_shrink(port);
}
