// SPDX-License-Identifier: GPL-2.0-only
/* A port's tables: made and ended. */
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

	err = mymacvlan_stations_init(port);
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
	mymacvlan_stations_destroy(port);
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
	mymacvlan_stations_destroy(port);
}
