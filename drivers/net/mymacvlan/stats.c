// SPDX-License-Identifier: GPL-2.0-only
/* A child's counters, added up over the CPUs for users to read. */
#include <linux/ethtool.h>
#include <linux/string.h>
#include "mymacvlan.h"

/**
 * mymacvlan_stats_init() - a new child's counters, all zero
 * @child: a child that has none
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int mymacvlan_stats_init(struct mymacvlan_child *child)
{
	int cpu;

	child->stats = alloc_percpu_gfp(struct mymacvlan_pcpu_stats,
					GFP_KERNEL_ACCOUNT);
	if (!child->stats)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(child->stats, cpu)->vlan.syncp);
	return 0;
}

/**
 * mymacvlan_stats_add_host() - a child gets the option "host on"
 * @child: it; keeps them until it is freed
 *
 * Context: RTNL, may sleep.
 * Return: 0 or -ENOMEM.
 */
int mymacvlan_stats_add_host(struct mymacvlan_child *child)
{
	struct mymacvlan_host_stats __percpu *stats;
	int cpu;

	ASSERT_RTNL();
	if (child->host_stats)
		return 0;
	stats = alloc_percpu_gfp(struct mymacvlan_host_stats, GFP_KERNEL_ACCOUNT);
	if (!stats)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(stats, cpu)->syncp);
	/* Pairs with mymacvlan_read_host(). */
	smp_store_release(&child->host_stats, stats);
	return 0;
}

/**
 * mymacvlan_stats_free() - a child's counters end
 * @child: whose; nobody counts or reads any more
 */
void mymacvlan_stats_free(struct mymacvlan_child *child)
{
	free_percpu(child->host_stats);
	free_percpu(child->stats);
}

/* Columns of the table of counters, see counters.h. */
enum mymacvlan_counter_place {
	MYMACVLAN_SHOWN, MYMACVLAN_COUNT, MYMACVLAN_HOST_COUNT,
	MYMACVLAN_DROP, MYMACVLAN_PORT_COUNT
};

enum mymacvlan_counter_scope {
	MYMACVLAN_SCOPE_CHILD, MYMACVLAN_SCOPE_HOST, MYMACVLAN_SCOPE_PORT,
	MYMACVLAN_SCOPE_TAP
};

enum mymacvlan_counter_sum {
	MYMACVLAN_SUM_NO, MYMACVLAN_SUM_RX, MYMACVLAN_SUM_TX
};

#define MYMACVLAN_ROW(place, id, name, scope)				\
	{ name, MYMACVLAN_##place, MYMACVLAN_SCOPE_##scope, MYMACVLAN_##id },
#define MYMACVLAN_SHOWN_ROW(id, name, scope, ...)			\
	MYMACVLAN_ROW(SHOWN, id, name, scope)
#define MYMACVLAN_COUNT_ROW(id, name, scope, ...)			\
	MYMACVLAN_ROW(COUNT, id, name, scope)
#define MYMACVLAN_HOST_ROW(id, name, scope, ...)			\
	MYMACVLAN_ROW(HOST_COUNT, id, name, scope)
#define MYMACVLAN_DROP_ROW(id, name, scope, ...)			\
	MYMACVLAN_ROW(DROP, id, name, scope)
#define MYMACVLAN_PORT_ROW(id, name, scope, ...)			\
	MYMACVLAN_ROW(PORT_COUNT, id, name, scope)

static const struct mymacvlan_counter {
	char	name[ETH_GSTRING_LEN];
	u8	place;
	u8	scope;
	u8	index;
} mymacvlan_counters[] = {
	MYMACVLAN_COUNTERS(MYMACVLAN_SHOWN_ROW, MYMACVLAN_COUNT_ROW,
			   MYMACVLAN_HOST_ROW, MYMACVLAN_DROP_ROW,
			   MYMACVLAN_PORT_ROW)
};

/*
 * The losses that belong to one of the sums of "ip -s link", as a chain of "+": which ones
 * is decided when this is compiled, as every message of a link asks for the sums.
 */
#define MYMACVLAN_PLUS(id, sum, wanted)					\
	+ (MYMACVLAN_SUM_##sum == MYMACVLAN_SUM_##wanted ?		\
	   atomic64_read(&child->drop[MYMACVLAN_##id]) : 0)
#define MYMACVLAN_PLUS_RX(id, name, scope, sum, ...)			\
	MYMACVLAN_PLUS(id, sum, RX)
#define MYMACVLAN_PLUS_TX(id, name, scope, sum, ...)			\
	MYMACVLAN_PLUS(id, sum, TX)
#define MYMACVLAN_LOST(plus)						\
	(0 MYMACVLAN_COUNTERS(MYMACVLAN_NO, MYMACVLAN_NO, MYMACVLAN_NO,	\
			      plus, MYMACVLAN_NO))

/* One CPU's frames, bytes and counters. */
static void mymacvlan_read_cpu(const struct mymacvlan_pcpu_stats *stats,
			       struct rtnl_link_stats64 *link, u64 *counter)
{
	unsigned int start, i;

	do {
		start = u64_stats_fetch_begin(&stats->vlan.syncp);
		link->rx_packets = u64_stats_read(&stats->vlan.rx_packets);
		link->rx_bytes = u64_stats_read(&stats->vlan.rx_bytes);
		link->multicast = u64_stats_read(&stats->vlan.rx_multicast);
		link->tx_packets = u64_stats_read(&stats->vlan.tx_packets);
		link->tx_bytes = u64_stats_read(&stats->vlan.tx_bytes);
		for (i = 0; i < MYMACVLAN_NR_COUNTS; i++)
			counter[i] = u64_stats_read(&stats->counter[i]);
	} while (u64_stats_fetch_retry(&stats->vlan.syncp, start));
	/* 32 bits, written by NIC drivers outside of syncp. */
	link->rx_errors = READ_ONCE(stats->vlan.rx_errors);
	link->tx_dropped = READ_ONCE(stats->vlan.tx_dropped);
}

/* All CPUs' together, added to @link and @counter. */
static void mymacvlan_read(const struct mymacvlan_child *child,
			   struct rtnl_link_stats64 *link, u64 *counter)
{
	u64 cpu_counter[MYMACVLAN_NR_COUNTS];
	struct rtnl_link_stats64 cpu;
	int nr, i;

	for_each_possible_cpu(nr) {
		mymacvlan_read_cpu(per_cpu_ptr(child->stats, nr), &cpu,
				   cpu_counter);
		link->rx_packets += cpu.rx_packets;
		link->rx_bytes += cpu.rx_bytes;
		link->multicast += cpu.multicast;
		link->tx_packets += cpu.tx_packets;
		link->tx_bytes += cpu.tx_bytes;
		link->rx_errors += cpu.rx_errors;
		link->tx_dropped += cpu.tx_dropped;
		for (i = 0; i < MYMACVLAN_NR_COUNTS; i++)
			counter[i] += cpu_counter[i];
	}
}

/* The same of the host; nothing of a child that has never had the option. */
static void mymacvlan_read_host(const struct mymacvlan_child *child, u64 *counter)
{
	struct mymacvlan_host_stats __percpu *stats;
	u64 cpu_counter[MYMACVLAN_NR_HOST_COUNTS];
	const struct mymacvlan_host_stats *cpu;
	unsigned int start, i;
	int nr;

	/* Pairs with mymacvlan_stats_add_host(). */
	stats = smp_load_acquire(&child->host_stats);
	if (!stats)
		return;
	for_each_possible_cpu(nr) {
		cpu = per_cpu_ptr(stats, nr);
		do {
			start = u64_stats_fetch_begin(&cpu->syncp);
			for (i = 0; i < MYMACVLAN_NR_HOST_COUNTS; i++)
				cpu_counter[i] = u64_stats_read(&cpu->counter[i]);
		} while (u64_stats_fetch_retry(&cpu->syncp, start));
		for (i = 0; i < MYMACVLAN_NR_HOST_COUNTS; i++)
			counter[i] += cpu_counter[i];
	}
}

/**
 * mymacvlan_get_stats64() - ndo_get_stats64
 * @dev: a child
 * @stats: to fill in, all zero
 *
 * Context: any that may read the device; does not sleep.
 */
void mymacvlan_get_stats64(struct net_device *dev,
			   struct rtnl_link_stats64 *stats)
{
	const struct mymacvlan_child *child = mymacvlan_child(dev);
	u64 counter[MYMACVLAN_NR_COUNTS] = {};

	mymacvlan_read(child, stats, counter);
	stats->rx_dropped = stats->rx_errors + MYMACVLAN_LOST(MYMACVLAN_PLUS_RX);
	stats->tx_dropped += MYMACVLAN_LOST(MYMACVLAN_PLUS_TX);
}

static bool mymacvlan_shows(const struct mymacvlan_child *child,
			    const struct mymacvlan_counter *counter)
{
	return child->tap || counter->scope != MYMACVLAN_SCOPE_TAP;
}

/**
 * mymacvlan_stats_count() - how many counters ethtool -S shows
 * @child: whose
 *
 * Return: their number.
 */
int mymacvlan_stats_count(const struct mymacvlan_child *child)
{
	int i, count = 0;

	for (i = 0; i < ARRAY_SIZE(mymacvlan_counters); i++)
		count += mymacvlan_shows(child, &mymacvlan_counters[i]);
	return count;
}

/**
 * mymacvlan_stats_names() - the names that ethtool -S shows
 * @child: whose
 * @data: room for mymacvlan_stats_count() times ETH_GSTRING_LEN
 */
void mymacvlan_stats_names(const struct mymacvlan_child *child, u8 *data)
{
	const struct mymacvlan_counter *counter = mymacvlan_counters;
	const struct mymacvlan_counter *end =
		counter + ARRAY_SIZE(mymacvlan_counters);

	for (; counter < end; counter++) {
		if (!mymacvlan_shows(child, counter))
			continue;
		memcpy(data, counter->name, ETH_GSTRING_LEN);
		data += ETH_GSTRING_LEN;
	}
}

/**
 * mymacvlan_stats_name() - what one of all the counters is called
 * @nr: its place in what mymacvlan_stats_values() says
 *
 * Return: its name; %NULL if there are no more.
 */
const char *mymacvlan_stats_name(unsigned int nr)
{
	return nr < ARRAY_SIZE(mymacvlan_counters) ? mymacvlan_counters[nr].name : NULL;
}

/* CPUs are read one after the other: a part may be ahead of its whole. */
static u64 mymacvlan_rest(u64 whole, u64 part)
{
	return whole > part ? whole - part : 0;
}

/* What follows from other values, and from the port. */
static void mymacvlan_stats_derive(const struct mymacvlan_port *port,
				   const struct rtnl_link_stats64 *link,
				   const u64 *count, const u64 *host, u64 *shown)
{
	shown[MYMACVLAN_RX_UNICAST] =
		mymacvlan_rest(link->rx_packets, link->multicast);
	shown[MYMACVLAN_RX_MULTICAST] =
		mymacvlan_rest(link->multicast, count[MYMACVLAN_RX_BROADCAST]);
	shown[MYMACVLAN_TX_WIRE] =
		mymacvlan_rest(link->tx_packets, count[MYMACVLAN_TX_LOCAL] +
			       count[MYMACVLAN_TX_HAIRPIN] +
			       host[MYMACVLAN_TX_HOST]);
	shown[MYMACVLAN_QUEUE_LENGTH] = skb_queue_len_lockless(&port->bc_queue);
	shown[MYMACVLAN_QUEUE_LIMIT] = READ_ONCE(port->bc_limit);
}

/**
 * mymacvlan_stats_values() - the values that ethtool -S shows
 * @child: whose
 * @data: room for mymacvlan_stats_count()
 *
 * Context: RTNL, or RCU read side.
 */
void mymacvlan_stats_values(const struct mymacvlan_child *child, u64 *data)
{
	u64 shown[MYMACVLAN_NR_SHOWN], count[MYMACVLAN_NR_COUNTS] = {};
	u64 host[MYMACVLAN_NR_HOST_COUNTS] = {}, drop[MYMACVLAN_NR_DROPS];
	const struct mymacvlan_port *port = child->port;
	u64 of_port[MYMACVLAN_NR_PORT_COUNTS];
	const u64 *const value[] = {
		[MYMACVLAN_SHOWN] = shown, [MYMACVLAN_COUNT] = count,
		[MYMACVLAN_HOST_COUNT] = host, [MYMACVLAN_DROP] = drop,
		[MYMACVLAN_PORT_COUNT] = of_port,
	};
	struct rtnl_link_stats64 link = {};
	int i;

	mymacvlan_read(child, &link, count);
	mymacvlan_read_host(child, host);
	mymacvlan_stats_derive(port, &link, count, host, shown);
	shown[MYMACVLAN_ADDR_CONFLICTS] = atomic_long_read(&child->duplicates);
	for (i = 0; i < MYMACVLAN_NR_DROPS; i++)
		drop[i] = atomic64_read(&child->drop[i]);
	for (i = 0; i < MYMACVLAN_NR_PORT_COUNTS; i++)
		of_port[i] = atomic64_read(&port->counter[i]);
	for (i = 0; i < ARRAY_SIZE(mymacvlan_counters); i++)
		if (mymacvlan_shows(child, &mymacvlan_counters[i]))
			*data++ = value[mymacvlan_counters[i].place][mymacvlan_counters[i].index];
}

/**
 * mymacvlan_stats_port_count() - how many mymacvlan_stats_port_values() says
 *
 * Return: their number.
 */
int mymacvlan_stats_port_count(void)
{
	return ARRAY_SIZE(mymacvlan_counters);
}

static u64 mymacvlan_port_value(const struct mymacvlan_port *port,
				const struct mymacvlan_counter *counter)
{
	if (counter->place == MYMACVLAN_PORT_COUNT)
		return atomic64_read(&port->counter[counter->index]);
	if (counter->place != MYMACVLAN_SHOWN)
		return 0;
	switch (counter->index) {
	case MYMACVLAN_QUEUE_LENGTH:
		return skb_queue_len_lockless(&port->bc_queue);
	case MYMACVLAN_QUEUE_LIMIT:
		return READ_ONCE(port->bc_limit);
	}
	return 0;
}

/**
 * mymacvlan_stats_port_values() - the values of a port, in the order of all
 * @port: the port
 * @data: room for mymacvlan_stats_port_count(); those of children are 0
 *
 * Context: RTNL, or RCU read side.
 */
void mymacvlan_stats_port_values(const struct mymacvlan_port *port, u64 *data)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(mymacvlan_counters); i++)
		data[i] = mymacvlan_port_value(port, &mymacvlan_counters[i]);
}
