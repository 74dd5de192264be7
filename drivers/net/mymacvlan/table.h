/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finding a station, a source or a group by its MAC address.
 *
 * The tables of stations and sources are our own: each frame looks there, and
 * only RTNL changes them, so they can do without what a table for all purposes
 * costs (measured in Documentation/performance). Groups are in the kernel's
 * resizable hash table. Its look-up is a chain of inline functions over constant
 * parameters, so it is put together here, where the frame path can have it
 * without a call.
 */
#ifndef _MYMACVLAN_TABLE_H
#define _MYMACVLAN_TABLE_H

#include <linux/rculist.h>
#include <linux/rtnetlink.h>
#include <linux/unaligned.h>
#include "mymacvlan.h"

/**
 * struct mymacvlan_entry - an address, and the child that its frames concern
 * @link: in a list of struct mymacvlan_table
 * @key: the address, see mymacvlan_key()
 * @child: whose; it is freed an RCU grace period after the entry left the table
 * @owner: where the entry's address is kept: &child->station, &source->entry, or
 *	&mac->entry or &mac->station of a further address, see allow_mac.h
 * @rcu: for freeing it
 *
 * Written under RTNL, read under RCU. A station is of a child that is up;
 * a change of address puts a new one in and takes the old one out: @key never
 * changes under a reader, and no grace period need be waited for.
 */
struct mymacvlan_entry {
	struct hlist_node	link;
	u64			key;
	struct mymacvlan_child	*child;
	struct mymacvlan_entry	**owner;
	struct rcu_head		rcu;
};

/**
 * struct mymacvlan_table - a port's stations, sources or allowed addresses, by address
 * @secret: what the hash function multiplies by, odd
 * @shift: 64 less the logarithm of the number of @heads
 * @count: how many entries; RTNL
 * @rcu: for freeing it
 * @heads: lists of struct mymacvlan_entry; RTNL, RCU
 *
 * Replaced as a whole when it gets too full or too empty, with copies of the
 * entries: a reader stays with the table that it has begun with.
 */
struct mymacvlan_table {
	u64			secret;
	u32			shift;
	u32			count;
	struct rcu_head		rcu;
	struct hlist_head	heads[];
};

/**
 * mymacvlan_key() - a MAC address as a number
 * @addr: six bytes, at any alignment
 *
 * Return: the same number for the same address; its low 16 bits are zero.
 */
static inline u64 mymacvlan_key(const u8 *addr)
{
	return (u64)get_unaligned_le16(addr + 4) << 48 |
	       (u64)get_unaligned_le32(addr) << 16;
}

/**
 * mymacvlan_frame_key() - the same, faster
 * @addr: six bytes with two more behind them, as in an Ethernet header
 *
 * Return: as mymacvlan_key().
 */
static inline u64 mymacvlan_frame_key(const u8 *addr)
{
	return get_unaligned_le64(addr) << 16;
}

/**
 * mymacvlan_key_to_addr() - the MAC address of a key
 * @key: from mymacvlan_key()
 * @addr: where to put it, six bytes
 */
static inline void mymacvlan_key_to_addr(u64 key, u8 *addr)
{
	put_unaligned_le16(key >> 48, addr + 4);
	put_unaligned_le32(key >> 16, addr);
}

/**
 * mymacvlan_table_index() - where an entry is
 * @table: a table of our own
 * @key: the entry's address
 *
 * Multiply-shift (Dietzfelbinger and others, "A reliable randomized algorithm
 * for the closest-pair problem", 1997): the top bits of the lower half. Multiplying
 * by a secret is as good as a long hash function against those who choose addresses
 * but do not know it (universal hashing: any two keys meet by the secret's chance
 * alone), and a tenth of the work.
 *
 * Return: index in table->heads.
 */
static inline u64
mymacvlan_table_index(const struct mymacvlan_table *table, u64 key)
{
	/* The mask is the processor's own; it saves UBSAN's question. */
	return key * table->secret >> (table->shift & 63);
}

/**
 * mymacvlan_table_list() - where all entries of an address are
 * @table: a table of our own
 * @key: the address
 *
 * Return: a list of struct mymacvlan_entry, those of other addresses among them.
 */
static inline const struct hlist_head *
mymacvlan_table_list(const struct mymacvlan_table *table, u64 key)
{
	return &table->heads[mymacvlan_table_index(table, key)];
}

/**
 * mymacvlan_table_find_rcu() - the entry of an address
 * @table: a table of our own
 * @key: the address
 *
 * Context: RTNL, or RCU read side, also one that is made of disabled BHs only.
 * Return: the entry, or %NULL.
 */
static inline const struct mymacvlan_entry *
mymacvlan_table_find_rcu(const struct mymacvlan_table *table, u64 key)
{
	const struct mymacvlan_entry *entry;

	hlist_for_each_entry_rcu(entry, mymacvlan_table_list(table, key), link,
				 lockdep_rtnl_is_held())
		if (entry->key == key)
			return entry;
	return NULL;
}

static const struct rhashtable_params mymacvlan_group_params = {
	.key_len = sizeof(u64),
	.key_offset = offsetof(struct mymacvlan_group, key),
	.head_offset = offsetof(struct mymacvlan_group, node),
	.min_size = 16,
	/* Begin with that, too, or the first group that goes has it shrunk. */
	.nelem_hint = 12,
	.automatic_shrinking = true,
};

/**
 * mymacvlan_find_station_rcu() - the owner of a unicast address
 * @port: where to look
 * @key: the address, from mymacvlan_key() or mymacvlan_frame_key()
 *
 * Context: RCU read side, also one that is made of disabled BHs only.
 * Return: the station of a child that is up, or %NULL.
 */
static inline const struct mymacvlan_entry *
mymacvlan_find_station_rcu(const struct mymacvlan_port *port, u64 key)
{
	const struct mymacvlan_table *table;

	table = rcu_dereference_check(port->stations, rcu_read_lock_any_held());
	return mymacvlan_table_find_rcu(table, key);
}

/**
 * mymacvlan_find_key_rcu() - the child that owns a unicast address
 * @port: where to look
 * @key: the address, from mymacvlan_key() or mymacvlan_frame_key()
 *
 * Context: RCU read side, also one that is made of disabled BHs only.
 * Return: a child that is up, or %NULL.
 */
static inline struct mymacvlan_child *
mymacvlan_find_key_rcu(const struct mymacvlan_port *port, u64 key)
{
	const struct mymacvlan_entry *station;

	station = mymacvlan_find_station_rcu(port, key);
	return station ? station->child : NULL;
}

/**
 * mymacvlan_find_rcu() - the same by the address itself
 * @port: where to look
 * @addr: six bytes
 *
 * Context: RCU read side, also one that is made of disabled BHs only.
 * Return: a child that is up, or %NULL.
 */
static inline struct mymacvlan_child *
mymacvlan_find_rcu(const struct mymacvlan_port *port, const u8 *addr)
{
	return mymacvlan_find_key_rcu(port, mymacvlan_key(addr));
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

/* table.c */
int mymacvlan_tables_init(struct mymacvlan_port *port);
void mymacvlan_tables_destroy(struct mymacvlan_port *port);
int mymacvlan_table_make_room(struct mymacvlan_table __rcu **place);
struct mymacvlan_entry *
mymacvlan_table_add(struct mymacvlan_table __rcu **place, u64 key,
		    struct mymacvlan_child *child,
		    struct mymacvlan_entry **owner);
void mymacvlan_table_del(struct mymacvlan_table __rcu **place,
			 struct mymacvlan_entry *entry);

#endif /* _MYMACVLAN_TABLE_H */
