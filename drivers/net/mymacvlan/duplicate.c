// SPDX-License-Identifier: GPL-2.0-only
/*
 * Somebody else on the wire uses the MAC address of a child, or its IP address.
 *
 * A frame from the wire with a child's own address as its source is either that
 * child's own, which a switch has sent back (a hairpin, a loop), or somebody
 * else's. It is somebody else's if the child has not sent anything for a moment.
 * Nothing is kept for that while frames are sent: its counter of sent frames is
 * compared with what it was at an earlier such frame. A frame that comes back may
 * overtake the counter, so a work item looks once more a moment later.
 *
 * Only by addresses that the host vouches for and that no other machines share
 * (VRRP), and by broadcast and multicast frames, where the receive path looks at
 * the sender anyway. Not seen is who sends nothing but unicast, or only while the
 * child never rests.
 *
 * An IP address is known to be a child's by its bindings, while there are some, and
 * who else uses it by what ARP and neighbour discovery off the wire say.
 */
#include <linux/jiffies.h>
#include <linux/rtnetlink.h>
#include "bcqueue.h"
#include "count.h"
#include "deliver.h"
#include "duplicate.h"
#include "event.h"
#include "identity.h"
#include "msg.h"
#include "table.h"

/* Longer than a frame is on its way to a switch and back. */
#define MYMACVLAN_DUPLICATE_MOMENT	(HZ / 4)
/* The log hears of a child's address once in that time. */
#define MYMACVLAN_DUPLICATE_QUIET	(60 * HZ)

/* All CPUs' together; enough of it to see whether it has changed. */
static unsigned long mymacvlan_count_sent(const struct mymacvlan_child *child)
{
	unsigned long sent = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sent += u64_stats_read(&per_cpu_ptr(child->stats, cpu)->vlan.tx_packets);
	return sent;
}

/**
 * mymacvlan_is_time_to_tell() - may the log hear of something once more?
 * @told: when it was told last, in jiffies, or 0: never; set if so
 *
 * Context: any.
 * Return: true if so.
 */
bool mymacvlan_is_time_to_tell(unsigned long *told)
{
	unsigned long last = READ_ONCE(*told), now = jiffies ?: 1;

	if (last && now - last < MYMACVLAN_DUPLICATE_QUIET)
		return false;
	WRITE_ONCE(*told, now);
	return true;
}

/* @key: the address, which need not be that of the device */
static void mymacvlan_duplicate_tell(struct mymacvlan_child *child, u64 key)
{
	const struct net_device *dev = mymacvlan_dev(child);
	u8 addr[ETH_ALEN];

	if (!mymacvlan_is_time_to_tell(&child->suspicion.told))
		return;
	mymacvlan_key_to_addr(key, addr);
	mymacvlan_log(netdev_warn, child->port, dev,
		      "MAC address %pM is in use by somebody else on the wire (index %d in network namespace %u)\n",
		      addr, dev->ifindex, dev_net(dev)->ns.inum);
}

/* Has the suspect sent anything by now? */
static void mymacvlan_duplicate_look(struct mymacvlan_port *port)
{
	const struct mymacvlan_suspect *suspect = &port->suspect;
	struct mymacvlan_child *child;

	rcu_read_lock();
	child = mymacvlan_find_key_rcu(port, suspect->key);
	rcu_read_unlock();
	/* RTNL keeps it. */
	if (!child || child->id != suspect->id ||
	    mymacvlan_count_sent(child) != suspect->sent)
		return;
	atomic_long_inc(&child->duplicates);
	mymacvlan_event_later(child, MYMACVLAN_EVENT_CONFLICT);
	mymacvlan_duplicate_tell(child, suspect->key);
}

static void mymacvlan_duplicate_work(struct work_struct *work)
{
	struct mymacvlan_port *port =
		container_of(to_delayed_work(work), struct mymacvlan_port,
			     suspect.work);

	/* Who ends the port waits for this under RTNL. */
	if (!rtnl_trylock()) {
		queue_delayed_work(mymacvlan_wq, &port->suspect.work, 1);
		return;
	}
	mymacvlan_duplicate_look(port);
	rtnl_unlock();
	clear_bit_unlock(0, &port->suspect.busy);
}

/**
 * mymacvlan_duplicate_seen_rcu() - a frame from the wire has a child's address
 * @port: the port that it came in on
 * @child: the child, whose address is to be trusted
 * @key: the frame's source address, see mymacvlan_key()
 *
 * Context: RCU read side, BHs disabled.
 */
void mymacvlan_duplicate_seen_rcu(struct mymacvlan_port *port,
				  struct mymacvlan_child *child, u64 key)
{
	struct mymacvlan_suspicion *suspicion = &child->suspicion;
	struct mymacvlan_suspect *suspect = &port->suspect;
	unsigned long sent;

	if (jiffies - READ_ONCE(suspicion->looked) < MYMACVLAN_DUPLICATE_MOMENT)
		return;
	sent = mymacvlan_count_sent(child);
	WRITE_ONCE(suspicion->looked, jiffies);
	if (sent != READ_ONCE(suspicion->sent)) {
		WRITE_ONCE(suspicion->sent, sent);
		return;
	}
	if (test_and_set_bit_lock(0, &suspect->busy))
		return;
	suspect->key = key;
	suspect->id = child->id;
	suspect->sent = sent;
	queue_delayed_work(mymacvlan_wq, &suspect->work, HZ / 10);
}

static void mymacvlan_duplicate_tell_ip(struct mymacvlan_child *child,
					const struct mymacvlan_binding_key *key,
					const u8 *mac)
{
	const struct net_device *dev = mymacvlan_dev(child);

	if (key->family == AF_INET)
		mymacvlan_log(netdev_warn, child->port, dev,
			      "IP address %pI4 is in use by %pM on the wire (index %d in network namespace %u)\n",
			      &key->ip4, mac, dev->ifindex, dev_net(dev)->ns.inum);
	else
		mymacvlan_log(netdev_warn, child->port, dev,
			      "IP address %pI6c is in use by %pM on the wire (index %d in network namespace %u)\n",
			      &key->ip6, mac, dev->ifindex, dev_net(dev)->ns.inum);
}

/**
 * mymacvlan_duplicate_ip_rcu() - somebody on the wire says that he has an IP address
 * @port: the port that it came in on
 * @child: the child that the address is bound to
 * @key: the address
 * @mac: his MAC address
 *
 * It may be the child's own word that comes back, or a sibling's, which is seen where
 * it was sent. Machines of a virtual router share its addresses, and a child that is
 * not to send leaves its own to another machine. Whoever spoofs on the wire can have
 * each counted, but told of only as often as the log is.
 *
 * Context: RCU read side, BHs disabled, in the rx handler.
 */
void mymacvlan_duplicate_ip_rcu(struct mymacvlan_port *port,
				struct mymacvlan_child *child,
				const struct mymacvlan_binding_key *key,
				const u8 *mac)
{
	u64 own = mymacvlan_key(mymacvlan_dev(child)->dev_addr);
	u64 his = mymacvlan_key(mac);

	if (his == own || mymacvlan_addr_is_shared(his) ||
	    mymacvlan_addr_is_shared(own) || mymacvlan_is_protodown(child) ||
	    ether_addr_equal(port->lower->dev_addr, mac) ||
	    mymacvlan_find_key_rcu(port, his))
		return;
	mymacvlan_count_drop(child, MYMACVLAN_IP_CONFLICTS);
	if (!mymacvlan_is_time_to_tell(&child->suspicion.ip_told))
		return;
	mymacvlan_event_note(child, MYMACVLAN_EVENT_CONFLICT);
	mymacvlan_duplicate_tell_ip(child, key, mac);
}

/**
 * mymacvlan_duplicate_init() - a port begins
 * @port: the port
 */
void mymacvlan_duplicate_init(struct mymacvlan_port *port)
{
	INIT_DELAYED_WORK(&port->suspect.work, mymacvlan_duplicate_work);
}

/**
 * mymacvlan_duplicate_end() - a port ends
 * @port: the port, without an rx handler and its readers
 *
 * Context: RTNL, may sleep.
 */
void mymacvlan_duplicate_end(struct mymacvlan_port *port)
{
	cancel_delayed_work_sync(&port->suspect.work);
}
