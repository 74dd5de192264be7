// SPDX-License-Identifier: GPL-2.0-only
/* A port's tables: made, ended, and the stations in them. */
#include <linux/slab.h>
#include "table.h"

/**
 * mymacvlan_table_init() - make a new port's tables
 * @port: the port
 *
 * Context: process, may sleep.
 * Return: 0, or -ENOMEM with nothing made.
 */
int mymacvlan_table_init(struct mymacvlan_port *port)
{
	int err;

	err = rhashtable_init(&port->stations, &mymacvlan_station_params);
	if (err)
		return err;
	err = rhltable_init(&port->sources, &mymacvlan_source_params);
	if (err)
		goto destroy_stations;
	err = rhashtable_init(&port->groups, &mymacvlan_group_params);
	if (err)
		goto destroy_sources;
	return 0;

destroy_sources:
	rhltable_destroy(&port->sources);
destroy_stations:
	rhashtable_destroy(&port->stations);
	return err;
}

/**
 * mymacvlan_table_destroy() - end a port's tables
 * @port: a port without children, and out of the receive path's sight
 *
 * Context: process, may sleep.
 */
void mymacvlan_table_destroy(struct mymacvlan_port *port)
{
	rhashtable_destroy(&port->groups);
	rhltable_destroy(&port->sources);
	rhashtable_destroy(&port->stations);
}

/**
 * mymacvlan_station_add() - let unicast frames find a child
 * @child: the child
 * @addr: an address that nobody in the port has
 *
 * Context: RTNL, may sleep.
 * Return: the station, or ERR_PTR(-ENOMEM) or another error of the table.
 */
struct mymacvlan_station *mymacvlan_station_add(struct mymacvlan_child *child,
						const u8 *addr)
{
	struct mymacvlan_station *station;
	int err;

	ASSERT_RTNL();
	station = kzalloc_obj(*station);
	if (!station)
		return ERR_PTR(-ENOMEM);
	station->key = mymacvlan_key(addr);
	station->child = child;
	err = rhashtable_lookup_insert_fast(&child->port->stations,
					    &station->node,
					    mymacvlan_station_params);
	if (err) {
		kfree(station);
		return ERR_PTR(err);
	}
	return station;
}

/**
 * mymacvlan_station_del() - no frame finds this station any more
 * @station: from mymacvlan_station_add(); readers may hold it for another
 *	grace period
 *
 * Context: RTNL.
 */
void mymacvlan_station_del(struct mymacvlan_station *station)
{
	ASSERT_RTNL();
	rhashtable_remove_fast(&station->child->port->stations, &station->node,
			       mymacvlan_station_params);
	kfree_rcu(station, rcu);
}
