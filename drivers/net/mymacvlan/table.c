// SPDX-License-Identifier: GPL-2.0-only
/*
 * A port's tables. Those of stations and sources are our own; frames look into
 * them in table.h, here is what changes them, all of it under RTNL.
 */
#include <linux/log2.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "table.h"

/*
 * At least so many lists for each entry: where entries share lists, the processor
 * mispredicts their ends, see Documentation/performance. 32 to 64 bytes an entry.
 */
#define MYMACVLAN_TABLE_SPARSE	4U
#define MYMACVLAN_TABLE_MIN	(16U * MYMACVLAN_TABLE_SPARSE)

static u32 mymacvlan_table_size(const struct mymacvlan_table *table)
{
	return 1U << (64 - table->shift);
}

/* @size: a power of two, 2 at least. */
static struct mymacvlan_table *mymacvlan_table_alloc(u32 size)
{
	struct mymacvlan_table *table;

	table = kvzalloc(struct_size(table, heads, size), GFP_KERNEL_ACCOUNT);
	if (!table)
		return NULL;
	table->secret = get_random_u64() | 1;
	table->shift = 64 - ilog2(size);
	return table;
}

static struct hlist_head *mymacvlan_table_head(struct mymacvlan_table *table,
					       u64 key)
{
	return &table->heads[mymacvlan_table_index(table, key)];
}

/* One that no frame has seen yet. */
static void mymacvlan_table_free(struct mymacvlan_table *table)
{
	struct mymacvlan_entry *entry;
	struct hlist_node *next;
	u32 i;

	/* A port's last one is empty. */
	for (i = 0; table->count && i < mymacvlan_table_size(table); i++)
		hlist_for_each_entry_safe(entry, next, &table->heads[i], link)
			kfree(entry);
	kvfree(table);
}

static int mymacvlan_table_copy_list(struct mymacvlan_table *to,
				     struct hlist_head *from)
{
	struct mymacvlan_entry *entry, *copy;

	hlist_for_each_entry(entry, from, link) {
		copy = kmalloc_obj(*copy, GFP_KERNEL_ACCOUNT);
		if (!copy)
			return -ENOMEM;
		copy->key = entry->key;
		copy->child = entry->child;
		copy->owner = entry->owner;
		hlist_add_head(&copy->link,
			       mymacvlan_table_head(to, copy->key));
	}
	return 0;
}

/* A new table with copies of all entries, or NULL. */
static struct mymacvlan_table *
mymacvlan_table_copy(struct mymacvlan_table *from, u32 size)
{
	struct mymacvlan_table *to = mymacvlan_table_alloc(size);
	u32 i;

	if (!to)
		return NULL;
	to->count = from->count;
	for (i = 0; i < mymacvlan_table_size(from); i++) {
		if (mymacvlan_table_copy_list(to, &from->heads[i])) {
			mymacvlan_table_free(to);
			return NULL;
		}
	}
	return to;
}

/* From now on the owners have the copies. */
static void mymacvlan_table_hand_over(struct mymacvlan_table *from,
				      struct mymacvlan_table *to)
{
	struct mymacvlan_entry *entry;
	struct hlist_node *next;
	u32 i;

	for (i = 0; i < mymacvlan_table_size(to); i++)
		hlist_for_each_entry(entry, &to->heads[i], link)
			WRITE_ONCE(*entry->owner, entry);
	/* A reader may be on them: they leave without being unlinked. */
	for (i = 0; i < mymacvlan_table_size(from); i++)
		hlist_for_each_entry_safe(entry, next, &from->heads[i], link)
			kfree_rcu(entry, rcu);
	kvfree_rcu(from, rcu);
}

/* Without memory the table stays as it is, only slower or larger. */
static void mymacvlan_table_resize(struct mymacvlan_table __rcu **place,
				   u32 size)
{
	struct mymacvlan_table *from = rtnl_dereference(*place), *to;

	to = mymacvlan_table_copy(from, size);
	if (!to)
		return;
	rcu_assign_pointer(*place, to);
	mymacvlan_table_hand_over(from, to);
}

static void mymacvlan_table_shrink(struct mymacvlan_table __rcu **place)
{
	const struct mymacvlan_table *table = rtnl_dereference(*place);
	u32 size = mymacvlan_table_size(table);

	if (size > MYMACVLAN_TABLE_MIN &&
	    table->count < size / (8 * MYMACVLAN_TABLE_SPARSE))
		mymacvlan_table_resize(place, max(size / 4, MYMACVLAN_TABLE_MIN));
}

/**
 * mymacvlan_table_make_room() - there will be one entry more for good
 * @place: where the port has the table
 *
 * An entry that only takes another's place needs no room: no change of address
 * shall have to pay for a larger table.
 *
 * Context: RTNL, may sleep.
 * Return: 0, or -ENOMEM if there is no table at all.
 */
int mymacvlan_table_make_room(struct mymacvlan_table __rcu **place)
{
	struct mymacvlan_table *table = rtnl_dereference(*place);

	if (!table) {
		table = mymacvlan_table_alloc(MYMACVLAN_TABLE_MIN);
		rcu_assign_pointer(*place, table);
		return table ? 0 : -ENOMEM;
	}
	if (MYMACVLAN_TABLE_SPARSE * table->count >= mymacvlan_table_size(table))
		mymacvlan_table_resize(place, 2 * mymacvlan_table_size(table));
	return 0;
}

/**
 * mymacvlan_table_add() - let frames find a child by an address
 * @place: where the port has the table
 * @key: the address, see mymacvlan_key()
 * @child: the child
 * @owner: where its owner keeps the entry; follows when the table is replaced
 *	by another one
 *
 * Context: RTNL, may sleep.
 * Return: the entry, or %NULL without memory.
 */
struct mymacvlan_entry *
mymacvlan_table_add(struct mymacvlan_table __rcu **place, u64 key,
		    struct mymacvlan_child *child,
		    struct mymacvlan_entry **owner)
{
	struct mymacvlan_table *table = rtnl_dereference(*place);
	struct mymacvlan_entry *entry;

	ASSERT_RTNL();
	entry = kmalloc_obj(*entry, GFP_KERNEL_ACCOUNT);
	if (!entry)
		return NULL;
	entry->key = key;
	entry->child = child;
	entry->owner = owner;
	hlist_add_head_rcu(&entry->link, mymacvlan_table_head(table, key));
	table->count++;
	return entry;
}

/**
 * mymacvlan_table_del() - no frame finds this entry any more
 * @place: where the port has the table
 * @entry: from mymacvlan_table_add(); readers may hold it for another grace
 *	period. Where its owner has another one by now, it has put that in its
 *	place already.
 *
 * Context: RTNL, may sleep.
 */
void mymacvlan_table_del(struct mymacvlan_table __rcu **place,
			 struct mymacvlan_entry *entry)
{
	ASSERT_RTNL();
	hlist_del_rcu(&entry->link);
	kfree_rcu(entry, rcu);
	rtnl_dereference(*place)->count--;
	mymacvlan_table_shrink(place);
}

/**
 * mymacvlan_tables_init() - make a new port's tables
 * @port: the port
 *
 * Those of sources and of allowed addresses are made for the first one.
 *
 * Context: process, may sleep.
 * Return: 0, or -ENOMEM with nothing made.
 */
int mymacvlan_tables_init(struct mymacvlan_port *port)
{
	struct mymacvlan_table *stations;
	int err;

	stations = mymacvlan_table_alloc(MYMACVLAN_TABLE_MIN);
	if (!stations)
		return -ENOMEM;
	err = rhashtable_init(&port->groups, &mymacvlan_group_params);
	if (err) {
		mymacvlan_table_free(stations);
		return err;
	}
	rcu_assign_pointer(port->stations, stations);
	return 0;
}

static void mymacvlan_table_destroy(struct mymacvlan_table __rcu *table)
{
	if (rcu_access_pointer(table))
		mymacvlan_table_free(rcu_dereference_protected(table, true));
}

/**
 * mymacvlan_tables_destroy() - end a port's tables
 * @port: a port without children, and out of the receive path's sight
 *
 * Context: process, may sleep.
 */
void mymacvlan_tables_destroy(struct mymacvlan_port *port)
{
	rhashtable_destroy(&port->groups);
	mymacvlan_table_destroy(port->macs);
	mymacvlan_table_destroy(port->sources);
	mymacvlan_table_destroy(port->stations);
}
