// SPDX-License-Identifier: GPL-2.0-only
/* A child's counters, added up over the CPUs for users to read. */
#include <linux/ethtool.h>
#include <linux/string.h>
#include "mymacvlan.h"

/**
 * mymacvlan_stats_alloc() - a new child's counters, all zero
 * @child: whose they will be
 *
 * Context: process, may sleep.
 * Return: memory for free_percpu(), or %NULL.
 */
struct mymacvlan_pcpu_stats __percpu *
mymacvlan_stats_alloc(const struct mymacvlan_child *child)
{
	struct mymacvlan_pcpu_stats __percpu *stats;
	int cpu;

	stats = __alloc_percpu(struct_size(stats, counter,
					   mymacvlan_counters(child)),
			       __alignof__(*stats));
	if (!stats)
		return NULL;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(stats, cpu)->vlan.syncp);
	return stats;
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
	stats = alloc_percpu(struct mymacvlan_host_stats);
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

/* What ethtool -S shows: the counters, and what follows from them. */
enum mymacvlan_stat {
	MYMACVLAN_STAT_HOST = MYMACVLAN_COUNTERS,
	MYMACVLAN_STAT_RX_UNICAST = MYMACVLAN_STAT_HOST + MYMACVLAN_HOST_COUNTERS,
	MYMACVLAN_STAT_RX_MULTICAST,
	MYMACVLAN_STAT_TX_WIRE,
	MYMACVLAN_STAT_QUEUE_LENGTH,
	MYMACVLAN_STAT_QUEUE_LIMIT,
	MYMACVLAN_STAT_QUEUE_DROPPED,
	MYMACVLAN_STAT_NO_MEMORY,
	MYMACVLAN_STAT_HOST_DROPPED,
	MYMACVLAN_STAT_HOST_CRYPT,
	MYMACVLAN_STATS
};

#define MYMACVLAN_STAT_OF_HOST(counter)	(MYMACVLAN_STAT_HOST + (counter))

/*
 * In the order of the output. port_… are the same for all of a port. Those of a
 * tap are the last.
 */
static const struct {
	char	name[ETH_GSTRING_LEN];
	int	stat;
} mymacvlan_shown[] = {
	{ "rx_unicast",			MYMACVLAN_STAT_RX_UNICAST },
	{ "rx_multicast",		MYMACVLAN_STAT_RX_MULTICAST },
	{ "rx_broadcast",		MYMACVLAN_RX_BROADCAST },
	{ "rx_unicast_dropped",		MYMACVLAN_RX_DROP_UNICAST },
	{ "rx_multicast_dropped",	MYMACVLAN_RX_DROP_MULTICAST },
	{ "rx_broadcast_dropped",	MYMACVLAN_RX_DROP_BROADCAST },
	{ "rx_drop_child_down",		MYMACVLAN_RX_DROP_DOWN },
	{ "rx_drop_no_memory",		MYMACVLAN_RX_DROP_NOMEM },
	{ "rx_drop_backlog",		MYMACVLAN_RX_DROP_BACKLOG },
	{ "rx_drop_isolated",		MYMACVLAN_RX_DROP_ISOLATED },
	{ "tx_wire",			MYMACVLAN_STAT_TX_WIRE },
	{ "tx_local",			MYMACVLAN_TX_LOCAL },
	{ "tx_hairpin",			MYMACVLAN_TX_HAIRPIN },
	{ "tx_drop_wire",		MYMACVLAN_TX_DROP_WIRE },
	{ "tx_drop_lower_down",		MYMACVLAN_TX_DROP_LOWER_DOWN },
	{ "tx_drop_local",		MYMACVLAN_TX_DROP_LOCAL },
	{ "tx_drop_flood",		MYMACVLAN_TX_DROP_FLOOD },
	{ "tx_host",			MYMACVLAN_STAT_OF_HOST(MYMACVLAN_TX_HOST) },
	{ "tx_host_copies",		MYMACVLAN_STAT_OF_HOST(MYMACVLAN_TX_HOST_COPY) },
	{ "tx_host_drop_no_memory",	MYMACVLAN_STAT_OF_HOST(MYMACVLAN_TX_HOST_DROP_NOMEM) },
	{ "tx_host_drop_too_large",	MYMACVLAN_STAT_OF_HOST(MYMACVLAN_TX_HOST_DROP_SIZE) },
	{ "tx_host_drop_backlog",	MYMACVLAN_STAT_OF_HOST(MYMACVLAN_TX_HOST_DROP_BACKLOG) },
	{ "rx_host",			MYMACVLAN_STAT_OF_HOST(MYMACVLAN_RX_HOST) },
	{ "rx_host_drop_no_memory",	MYMACVLAN_STAT_OF_HOST(MYMACVLAN_RX_HOST_DROP_NOMEM) },
	{ "rx_host_drop_backlog",	MYMACVLAN_STAT_OF_HOST(MYMACVLAN_RX_HOST_DROP_BACKLOG) },
	{ "rx_host_left_encrypted",	MYMACVLAN_STAT_OF_HOST(MYMACVLAN_RX_HOST_CRYPT) },
	{ "port_queue_length",		MYMACVLAN_STAT_QUEUE_LENGTH },
	{ "port_queue_limit",		MYMACVLAN_STAT_QUEUE_LIMIT },
	{ "port_queue_dropped",		MYMACVLAN_STAT_QUEUE_DROPPED },
	{ "port_rx_no_memory",		MYMACVLAN_STAT_NO_MEMORY },
	{ "port_host_dropped",		MYMACVLAN_STAT_HOST_DROPPED },
	{ "port_host_left_encrypted",	MYMACVLAN_STAT_HOST_CRYPT },
	{ "rx_drop_queue_full",		MYMACVLAN_RX_DROP_QUEUE_FULL },
	{ "rx_drop_segment",		MYMACVLAN_RX_DROP_SEGMENT },
	{ "tx_drop_tap",		MYMACVLAN_TX_DROP_TAP },
};

static_assert(ARRAY_SIZE(mymacvlan_shown) == MYMACVLAN_STATS);

/* One CPU's frames, bytes and @count counters. */
static void mymacvlan_read_cpu(const struct mymacvlan_pcpu_stats *stats,
			       struct rtnl_link_stats64 *link, u64 *counter,
			       unsigned int count)
{
	unsigned int start, i;

	do {
		start = u64_stats_fetch_begin(&stats->vlan.syncp);
		link->rx_packets = u64_stats_read(&stats->vlan.rx_packets);
		link->rx_bytes = u64_stats_read(&stats->vlan.rx_bytes);
		link->multicast = u64_stats_read(&stats->vlan.rx_multicast);
		link->tx_packets = u64_stats_read(&stats->vlan.tx_packets);
		link->tx_bytes = u64_stats_read(&stats->vlan.tx_bytes);
		for (i = 0; i < count; i++)
			counter[i] = u64_stats_read(&stats->counter[i]);
	} while (u64_stats_fetch_retry(&stats->vlan.syncp, start));
	/* 32 bits, written by NIC drivers outside of syncp. */
	link->rx_errors = READ_ONCE(stats->vlan.rx_errors);
	link->tx_dropped = READ_ONCE(stats->vlan.tx_dropped);
}

/* All CPUs' together; nothing of a child that has never had the option. */
static void mymacvlan_read_host(const struct mymacvlan_child *child, u64 *counter)
{
	struct mymacvlan_host_stats __percpu *stats;
	u64 cpu_counter[MYMACVLAN_HOST_COUNTERS];
	const struct mymacvlan_host_stats *cpu;
	unsigned int start, i;
	int nr;

	memset(counter, 0, sizeof(cpu_counter));
	/* Pairs with mymacvlan_stats_add_host(). */
	stats = smp_load_acquire(&child->host_stats);
	if (!stats)
		return;
	for_each_possible_cpu(nr) {
		cpu = per_cpu_ptr(stats, nr);
		do {
			start = u64_stats_fetch_begin(&cpu->syncp);
			for (i = 0; i < MYMACVLAN_HOST_COUNTERS; i++)
				cpu_counter[i] = u64_stats_read(&cpu->counter[i]);
		} while (u64_stats_fetch_retry(&cpu->syncp, start));
		for (i = 0; i < MYMACVLAN_HOST_COUNTERS; i++)
			counter[i] += cpu_counter[i];
	}
}

/* All CPUs' together; @counter: room for the first @count counters. */
static void mymacvlan_read(const struct mymacvlan_child *child,
			   struct rtnl_link_stats64 *link, u64 *counter,
			   unsigned int count)
{
	unsigned int i;
	u64 cpu_counter[MYMACVLAN_COUNTERS];
	struct rtnl_link_stats64 cpu;
	int nr;

	memset(counter, 0, count * sizeof(*counter));
	for_each_possible_cpu(nr) {
		mymacvlan_read_cpu(per_cpu_ptr(child->stats, nr), &cpu,
				   cpu_counter, count);
		link->rx_packets += cpu.rx_packets;
		link->rx_bytes += cpu.rx_bytes;
		link->multicast += cpu.multicast;
		link->tx_packets += cpu.tx_packets;
		link->tx_bytes += cpu.tx_bytes;
		link->rx_errors += cpu.rx_errors;
		link->tx_dropped += cpu.tx_dropped;
		for (i = 0; i < count; i++)
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
	u64 counter[MYMACVLAN_COUNTERS], host[MYMACVLAN_HOST_COUNTERS];
	int i;

	/* All that is told below has been read. */
	static_assert(MYMACVLAN_RX_DROP_BACKLOG < MYMACVLAN_LINK_COUNTERS);
	static_assert(MYMACVLAN_TX_DROP_FLOOD < MYMACVLAN_LINK_COUNTERS);

	mymacvlan_read(child, stats, counter,
		       child->tap ? MYMACVLAN_COUNTERS : MYMACVLAN_LINK_COUNTERS);
	stats->rx_dropped = stats->rx_errors;
	for (i = MYMACVLAN_RX_DROP_UNICAST; i <= MYMACVLAN_RX_DROP_BROADCAST; i++)
		stats->rx_dropped += counter[i];
	/* The core has counted these on the device already, and adds them. */
	stats->rx_dropped -= counter[MYMACVLAN_RX_DROP_BACKLOG];
	for (i = MYMACVLAN_TX_DROP_WIRE; i <= MYMACVLAN_TX_DROP_FLOOD; i++)
		stats->tx_dropped += counter[i];
	mymacvlan_read_host(child, host);
	for (i = MYMACVLAN_TX_HOST_DROP_NOMEM; i <= MYMACVLAN_TX_HOST_DROP_BACKLOG; i++)
		stats->tx_dropped += host[i];
	if (child->tap)
		stats->tx_dropped += counter[MYMACVLAN_TX_DROP_TAP];
}

/**
 * mymacvlan_stats_count() - how many counters ethtool -S shows
 * @child: whose
 *
 * Return: their number.
 */
int mymacvlan_stats_count(const struct mymacvlan_child *child)
{
	return ARRAY_SIZE(mymacvlan_shown) - MYMACVLAN_COUNTERS +
	       mymacvlan_counters(child);
}

/**
 * mymacvlan_stats_names() - the names that ethtool -S shows
 * @child: whose
 * @data: room for mymacvlan_stats_count() times ETH_GSTRING_LEN
 */
void mymacvlan_stats_names(const struct mymacvlan_child *child, u8 *data)
{
	int i;

	for (i = 0; i < mymacvlan_stats_count(child); i++)
		memcpy(data + i * ETH_GSTRING_LEN, mymacvlan_shown[i].name,
		       ETH_GSTRING_LEN);
}

/* CPUs are read one after the other: a part may be ahead of its whole. */
static u64 mymacvlan_rest(u64 whole, u64 part)
{
	return whole > part ? whole - part : 0;
}

/**
 * mymacvlan_stats_values() - the values that ethtool -S shows
 * @child: whose
 * @data: room for mymacvlan_stats_count()
 *
 * Context: RTNL.
 */
void mymacvlan_stats_values(const struct mymacvlan_child *child, u64 *data)
{
	const struct mymacvlan_port *port = child->port;
	struct rtnl_link_stats64 link = {};
	u64 stat[MYMACVLAN_STATS];
	int i;

	mymacvlan_read(child, &link, stat, mymacvlan_counters(child));
	mymacvlan_read_host(child, stat + MYMACVLAN_STAT_HOST);
	stat[MYMACVLAN_STAT_RX_UNICAST] =
		mymacvlan_rest(link.rx_packets, link.multicast);
	stat[MYMACVLAN_STAT_RX_MULTICAST] =
		mymacvlan_rest(link.multicast, stat[MYMACVLAN_RX_BROADCAST]);
	stat[MYMACVLAN_STAT_TX_WIRE] =
		mymacvlan_rest(link.tx_packets, stat[MYMACVLAN_TX_LOCAL] +
			       stat[MYMACVLAN_TX_HAIRPIN] +
			       stat[MYMACVLAN_STAT_OF_HOST(MYMACVLAN_TX_HOST)]);
	stat[MYMACVLAN_STAT_QUEUE_LENGTH] =
		skb_queue_len_lockless(&port->bc_queue);
	stat[MYMACVLAN_STAT_QUEUE_LIMIT] = READ_ONCE(port->bc_limit);
	stat[MYMACVLAN_STAT_QUEUE_DROPPED] = atomic_long_read(&port->bc_dropped);
	stat[MYMACVLAN_STAT_NO_MEMORY] = atomic_long_read(&port->rx_no_memory);
	stat[MYMACVLAN_STAT_HOST_DROPPED] =
		atomic_long_read(&port->host_dropped);
	stat[MYMACVLAN_STAT_HOST_CRYPT] = atomic_long_read(&port->host_crypt);
	for (i = 0; i < mymacvlan_stats_count(child); i++)
		data[i] = stat[mymacvlan_shown[i].stat];
}
