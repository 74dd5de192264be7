// SPDX-License-Identifier: GPL-2.0-only
/* A child's counters, added up over the CPUs for users to read. */
#include <linux/ethtool.h>
#include <linux/string.h>
#include "mymacvlan.h"

/**
 * mymacvlan_stats_alloc() - a new child's counters, all zero
 *
 * Context: process, may sleep.
 * Return: memory for free_percpu(), or %NULL.
 */
struct mymacvlan_pcpu_stats __percpu *mymacvlan_stats_alloc(void)
{
	struct mymacvlan_pcpu_stats __percpu *stats;
	int cpu;

	stats = alloc_percpu(struct mymacvlan_pcpu_stats);
	if (!stats)
		return NULL;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(stats, cpu)->vlan.syncp);
	return stats;
}

/* Everything that is counted, one CPU's or all of them together. */
struct mymacvlan_totals {
	u64	rx_packets;
	u64	rx_bytes;
	u64	rx_multicast;
	u64	tx_packets;
	u64	tx_bytes;
	u64	rx_errors;
	u64	tx_dropped;
	u64	counter[MYMACVLAN_COUNTERS];
};

static void mymacvlan_read_cpu(const struct mymacvlan_pcpu_stats *stats,
			       struct mymacvlan_totals *cpu)
{
	unsigned int start, i;

	do {
		start = u64_stats_fetch_begin(&stats->vlan.syncp);
		cpu->rx_packets = u64_stats_read(&stats->vlan.rx_packets);
		cpu->rx_bytes = u64_stats_read(&stats->vlan.rx_bytes);
		cpu->rx_multicast = u64_stats_read(&stats->vlan.rx_multicast);
		cpu->tx_packets = u64_stats_read(&stats->vlan.tx_packets);
		cpu->tx_bytes = u64_stats_read(&stats->vlan.tx_bytes);
		for (i = 0; i < MYMACVLAN_COUNTERS; i++)
			cpu->counter[i] = u64_stats_read(&stats->counter[i]);
	} while (u64_stats_fetch_retry(&stats->vlan.syncp, start));
	/* 32 bits, written by NIC drivers outside of syncp. */
	cpu->rx_errors = READ_ONCE(stats->vlan.rx_errors);
	cpu->tx_dropped = READ_ONCE(stats->vlan.tx_dropped);
}

static void mymacvlan_read(const struct mymacvlan_child *child,
			   struct mymacvlan_totals *totals)
{
	struct mymacvlan_totals cpu;
	int i, nr;

	memset(totals, 0, sizeof(*totals));
	for_each_possible_cpu(nr) {
		mymacvlan_read_cpu(per_cpu_ptr(child->stats, nr), &cpu);
		totals->rx_packets += cpu.rx_packets;
		totals->rx_bytes += cpu.rx_bytes;
		totals->rx_multicast += cpu.rx_multicast;
		totals->tx_packets += cpu.tx_packets;
		totals->tx_bytes += cpu.tx_bytes;
		totals->rx_errors += cpu.rx_errors;
		totals->tx_dropped += cpu.tx_dropped;
		for (i = 0; i < MYMACVLAN_COUNTERS; i++)
			totals->counter[i] += cpu.counter[i];
	}
}

/**
 * mymacvlan_get_stats64() - ndo_get_stats64
 * @dev: a child
 * @stats: to fill in
 *
 * Context: any that may read the device; does not sleep.
 */
void mymacvlan_get_stats64(struct net_device *dev,
			   struct rtnl_link_stats64 *stats)
{
	struct mymacvlan_totals totals;
	int i;

	mymacvlan_read(mymacvlan_child(dev), &totals);
	stats->rx_packets = totals.rx_packets;
	stats->rx_bytes = totals.rx_bytes;
	stats->multicast = totals.rx_multicast;
	stats->tx_packets = totals.tx_packets;
	stats->tx_bytes = totals.tx_bytes;
	stats->rx_errors = totals.rx_errors;
	stats->rx_dropped = totals.rx_errors;
	stats->tx_dropped = totals.tx_dropped;
	for (i = MYMACVLAN_RX_DROP_UNICAST; i <= MYMACVLAN_RX_DROP_BROADCAST; i++)
		stats->rx_dropped += totals.counter[i];
	for (i = MYMACVLAN_TX_DROP_WIRE; i <= MYMACVLAN_TX_DROP_FLOOD; i++)
		stats->tx_dropped += totals.counter[i];
}

static const char mymacvlan_derived_names[][ETH_GSTRING_LEN] = {
	"rx_unicast",
	"rx_multicast",
	"tx_wire",
};

static const char mymacvlan_counter_names[][ETH_GSTRING_LEN] = {
	[MYMACVLAN_RX_BROADCAST]	= "rx_broadcast",
	[MYMACVLAN_RX_DROP_UNICAST]	= "rx_unicast_dropped",
	[MYMACVLAN_RX_DROP_MULTICAST]	= "rx_multicast_dropped",
	[MYMACVLAN_RX_DROP_BROADCAST]	= "rx_broadcast_dropped",
	[MYMACVLAN_RX_DROP_DOWN]	= "rx_drop_child_down",
	[MYMACVLAN_RX_DROP_NOMEM]	= "rx_drop_no_memory",
	[MYMACVLAN_RX_DROP_BACKLOG]	= "rx_drop_backlog",
	[MYMACVLAN_RX_DROP_ISOLATED]	= "rx_drop_isolated",
	[MYMACVLAN_TX_LOCAL]		= "tx_local",
	[MYMACVLAN_TX_HAIRPIN]		= "tx_hairpin",
	[MYMACVLAN_TX_DROP_WIRE]	= "tx_drop_wire",
	[MYMACVLAN_TX_DROP_LOWER_DOWN]	= "tx_drop_lower_down",
	[MYMACVLAN_TX_DROP_LOCAL]	= "tx_drop_local",
	[MYMACVLAN_TX_DROP_FLOOD]	= "tx_drop_flood",
};

/* The same for all children of a port. */
static const char mymacvlan_port_names[][ETH_GSTRING_LEN] = {
	"port_queue_dropped",
	"port_queue_length",
	"port_queue_limit",
	"port_rx_no_memory",
};

static_assert(ARRAY_SIZE(mymacvlan_counter_names) == MYMACVLAN_COUNTERS);

/**
 * mymacvlan_stats_count() - how many counters ethtool -S shows
 *
 * Return: their number.
 */
int mymacvlan_stats_count(void)
{
	return ARRAY_SIZE(mymacvlan_derived_names) + MYMACVLAN_COUNTERS +
	       ARRAY_SIZE(mymacvlan_port_names);
}

/**
 * mymacvlan_stats_names() - the names that ethtool -S shows
 * @data: room for mymacvlan_stats_count() times ETH_GSTRING_LEN
 */
void mymacvlan_stats_names(u8 *data)
{
	memcpy(data, mymacvlan_derived_names, sizeof(mymacvlan_derived_names));
	data += sizeof(mymacvlan_derived_names);
	memcpy(data, mymacvlan_counter_names, sizeof(mymacvlan_counter_names));
	data += sizeof(mymacvlan_counter_names);
	memcpy(data, mymacvlan_port_names, sizeof(mymacvlan_port_names));
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
	struct mymacvlan_totals t;

	mymacvlan_read(child, &t);
	*data++ = mymacvlan_rest(t.rx_packets, t.rx_multicast);
	*data++ = mymacvlan_rest(t.rx_multicast,
				 t.counter[MYMACVLAN_RX_BROADCAST]);
	*data++ = mymacvlan_rest(t.tx_packets, t.counter[MYMACVLAN_TX_LOCAL] +
				 t.counter[MYMACVLAN_TX_HAIRPIN]);
	memcpy(data, t.counter, sizeof(t.counter));
	data += MYMACVLAN_COUNTERS;
	*data++ = atomic_long_read(&port->bc_dropped);
	*data++ = skb_queue_len_lockless(&port->bc_queue);
	*data++ = READ_ONCE(port->bc_limit);
	*data++ = atomic_long_read(&port->rx_no_memory);
}
