/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finding a station, a source or a group by its MAC address.
 *
 * The tables are the kernel's resizable hash tables. Their look-up is a chain
 * of inline functions over constant parameters, so it is put together here,
 * where the frame path can have it without a call.
 */
#ifndef _MYMACVLAN_TABLE_H
#define _MYMACVLAN_TABLE_H

#include <linux/jhash.h>
#include <linux/unaligned.h>
#include "mymacvlan.h"

/**
 * mymacvlan_key() - a MAC address as a number
 * @addr: six bytes, at any alignment
 *
 * Return: the same number for the same address, on this machine.
 */
static inline u64 mymacvlan_key(const u8 *addr)
{
	return (u64)get_unaligned((const u16 *)(addr + 4)) << 32 |
	       get_unaligned((const u32 *)addr);
}

/**
 * mymacvlan_key_to_addr() - the MAC address of a key
 * @key: from mymacvlan_key()
 * @addr: where to put it, six bytes
 */
static inline void mymacvlan_key_to_addr(u64 key, u8 *addr)
{
	put_unaligned((u16)(key >> 32), (u16 *)(addr + 4));
	put_unaligned((u32)key, (u32 *)addr);
}

/*
 * Seeded by the table: who may choose multicast addresses inside a container
 * must not be able to aim them at one bucket of a table that all share.
 */
static inline u32 mymacvlan_hash(const void *data, u32 len, u32 seed)
{
	u64 key = *(const u64 *)data;

	return jhash_2words((u32)key, (u32)(key >> 32), seed);
}

#define MYMACVLAN_TABLE_PARAMS(type)					\
	.key_len = sizeof(u64),						\
	.key_offset = offsetof(type, key),				\
	.head_offset = offsetof(type, node),				\
	.hashfn = mymacvlan_hash,					\
	.min_size = 16,							\
	.automatic_shrinking = true

#define MYMACVLAN_DEFINE_CMP(name)					\
static inline int mymacvlan_##name##_cmp(struct rhashtable_compare_arg *arg, \
					 const void *obj)		\
{									\
	return ((const struct mymacvlan_##name *)obj)->key !=		\
	       *(const u64 *)arg->key;					\
}

MYMACVLAN_DEFINE_CMP(station)
MYMACVLAN_DEFINE_CMP(source)
MYMACVLAN_DEFINE_CMP(group)

static const struct rhashtable_params mymacvlan_station_params = {
	MYMACVLAN_TABLE_PARAMS(struct mymacvlan_station),
	.obj_cmpfn = mymacvlan_station_cmp,
};

static const struct rhashtable_params mymacvlan_source_params = {
	MYMACVLAN_TABLE_PARAMS(struct mymacvlan_source),
	.obj_cmpfn = mymacvlan_source_cmp,
};

static const struct rhashtable_params mymacvlan_group_params = {
	MYMACVLAN_TABLE_PARAMS(struct mymacvlan_group),
	.obj_cmpfn = mymacvlan_group_cmp,
};

/**
 * mymacvlan_find_rcu() - the child that owns a unicast address
 * @port: where to look
 * @addr: six bytes
 *
 * Context: RCU read side.
 * Return: a child that is up, or %NULL.
 */
static inline struct mymacvlan_child *
mymacvlan_find_rcu(struct mymacvlan_port *port, const u8 *addr)
{
	u64 key = mymacvlan_key(addr);
	struct mymacvlan_station *station;

	station = rhashtable_lookup(&port->stations, &key,
				    mymacvlan_station_params);
	return station ? station->child : NULL;
}

/**
 * mymacvlan_find_sources_rcu() - the entries of a sender's address
 * @port: where to look
 * @addr: six bytes
 *
 * Context: RCU read side.
 * Return: a list for rhl_for_each_entry_rcu(), %NULL when empty.
 */
static inline struct rhlist_head *
mymacvlan_find_sources_rcu(struct mymacvlan_port *port, const u8 *addr)
{
	u64 key = mymacvlan_key(addr);

	return rhltable_lookup(&port->sources, &key, mymacvlan_source_params);
}

/**
 * mymacvlan_find_group_rcu() - who listens to a multicast address
 * @port: where to look
 * @addr: six bytes
 *
 * Context: RCU read side.
 * Return: the group, or %NULL if nobody does.
 */
static inline struct mymacvlan_group *
mymacvlan_find_group_rcu(struct mymacvlan_port *port, const u8 *addr)
{
	u64 key = mymacvlan_key(addr);

	return rhashtable_lookup(&port->groups, &key, mymacvlan_group_params);
}

#endif /* _MYMACVLAN_TABLE_H */
