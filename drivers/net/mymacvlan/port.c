// SPDX-License-Identifier: GPL-2.0-only
/*
 * The port of a lower device, from its first child to its last, and what it
 * adds up over its children so that no frame has to.
 */
#include <linux/if_arp.h>
#include <linux/ratelimit.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "arp.h"
#include "event.h"
#include "host.h"
#include "macnat.h"
#include "table.h"

/* Shared by the ports of all user namespaces but the first, under its own lock. */
static DEFINE_RATELIMIT_STATE(mymacvlan_guest_log_limit,
			      DEFAULT_RATELIMIT_INTERVAL,
			      DEFAULT_RATELIMIT_BURST);

/**
 * mymacvlan_port_rtnl() - the port of a lower device
 * @lower: any device
 *
 * The device is not marked IFF_MACVLAN_PORT: in-tree macvlan, loaded beside
 * us, would take our port for one of its own.
 *
 * Context: RTNL.
 * Return: the port, or %NULL if the device has none of ours.
 */
struct mymacvlan_port *mymacvlan_port_rtnl(const struct net_device *lower)
{
	if (rtnl_dereference(lower->rx_handler) != mymacvlan_handle_frame)
		return NULL;
	return rtnl_dereference(lower->rx_handler_data);
}

/**
 * mymacvlan_port_rcu() - the same for readers without RTNL
 * @lower: any device
 *
 * Context: RCU read side.
 * Return: the port, which lasts as long as that, or %NULL.
 */
struct mymacvlan_port *mymacvlan_port_rcu(const struct net_device *lower)
{
	if (rcu_dereference(lower->rx_handler) != mymacvlan_handle_frame)
		return NULL;
	/* It was there before the handler: not what another driver left there. */
	smp_rmb();
	return rcu_dereference(lower->rx_handler_data);
}

/**
 * mymacvlan_port_update_rx_flags() - decide what frames have to be asked
 * @port: the port, of which a count or a child's mode has changed
 *
 * Context: RTNL.
 */
void mymacvlan_port_update_rx_flags(struct mymacvlan_port *port)
{
	const struct mymacvlan_table *sources = rtnl_dereference(port->sources);
	unsigned int flags = 0;

	if (sources && sources->count)
		flags |= MYMACVLAN_PORT_SOURCE;
	if (rcu_access_pointer(port->passthru))
		flags |= MYMACVLAN_PORT_PASSTHRU;
	if (port->private_count)
		flags |= MYMACVLAN_PORT_PRIVATE;
	if (is_vlan_dev(port->lower))
		flags |= MYMACVLAN_PORT_VLAN;
	if (port->tap_count)
		flags |= MYMACVLAN_PORT_TAP;
	if (port->source_mode_count)
		flags |= MYMACVLAN_PORT_SOURCE_MODE;
	if (rcu_access_pointer(port->host))
		flags |= MYMACVLAN_PORT_HOST;
	if (port->macnat_count)
		flags |= MYMACVLAN_PORT_MACNAT;
	if (rcu_access_pointer(port->neighbours))
		flags |= MYMACVLAN_PORT_ARP;
	WRITE_ONCE(port->rx_flags, flags);
}

/**
 * mymacvlan_port_may_log() - may the kernel log have one more message?
 * @port: the port that it is about, or whose child
 *
 * Each port has a limit of its own: what the owner of one child or one port can
 * provoke must not cost others their messages, as the limit that the whole
 * machine's network code shares (net_ratelimit()) would. Whoever may make a user
 * namespace can make any number of ports in it, so those share one limit.
 *
 * Context: any.
 * Return: true if the caller may write its message.
 */
bool mymacvlan_port_may_log(struct mymacvlan_port *port)
{
	struct ratelimit_state *limit = &port->log_limit;

	rcu_read_lock();
	if (dev_net(port->lower)->user_ns != &init_user_ns)
		limit = &mymacvlan_guest_log_limit;
	rcu_read_unlock();
	return ___ratelimit(limit, port->lower->name);
}
EXPORT_SYMBOL_GPL(mymacvlan_port_may_log);

/**
 * mymacvlan_lower_may_log() - the same for a device that may have no port yet
 * @lower: the device that a child is, or was to be, on
 *
 * Anyone may try any number of devices of his, so those share one limit.
 *
 * Context: RTNL.
 * Return: true if the caller may write its message.
 */
bool mymacvlan_lower_may_log(const struct net_device *lower)
{
	struct mymacvlan_port *port = mymacvlan_port_rtnl(lower);

	if (port)
		return mymacvlan_port_may_log(port);
	return ___ratelimit(&mymacvlan_guest_log_limit, lower->name);
}
EXPORT_SYMBOL_GPL(mymacvlan_lower_may_log);

static struct mymacvlan_port *mymacvlan_port_alloc(struct net_device *lower)
{
	struct mymacvlan_port *port;

	port = kzalloc_obj(*port, GFP_KERNEL_ACCOUNT);
	if (!port)
		return NULL;
	if (mymacvlan_tables_init(port)) {
		kfree(port);
		return NULL;
	}
	port->lower = lower;
	port->bc_cutoff = MYMACVLAN_DEFAULT_BC_CUTOFF;
	ether_addr_copy(port->perm_addr, lower->dev_addr);
	INIT_LIST_HEAD(&port->children);
	ratelimit_state_init(&port->log_limit, DEFAULT_RATELIMIT_INTERVAL,
			     DEFAULT_RATELIMIT_BURST);
	skb_queue_head_init(&port->bc_queue);
	INIT_LIST_HEAD(&port->bc_senders);
	INIT_WORK(&port->bc_work, mymacvlan_queue_work);
	INIT_DELAYED_WORK(&port->event_work, mymacvlan_event_work);
	spin_lock_init(&port->event_lock);
	mymacvlan_announcer_init(port);
	mymacvlan_duplicate_init(port);
	mymacvlan_sender_init(&port->host_sender);
	mymacvlan_sender_start(port, &port->host_sender);
	spin_lock_init(&port->group_lock);
	lockdep_register_key(&port->group_lock_key);
	lockdep_set_class(&port->group_lock, &port->group_lock_key);
	return port;
}

/* The last step of a port: nobody but RCU readers of a child looks at it. */
static void mymacvlan_port_free(struct mymacvlan_port *port)
{
	lockdep_unregister_key(&port->group_lock_key);
	mymacvlan_host_end(port);
	mymacvlan_tables_destroy(port);
	kfree_rcu(port, rcu);
}

static struct mymacvlan_port *mymacvlan_port_create(struct net_device *lower)
{
	struct mymacvlan_port *port;
	int err;

	port = mymacvlan_port_alloc(lower);
	if (!port)
		return ERR_PTR(-ENOMEM);
	err = netdev_rx_handler_register(lower, mymacvlan_handle_frame, port);
	if (err) {
		mymacvlan_port_free(port);
		return ERR_PTR(err);
	}
	mymacvlan_net_add_port(port);
	return port;
}

/*
 * No frame and no dump finds the port once the rx handler is gone and its readers
 * are done; no worker runs after its cancel; then the queues are ours alone, those
 * of children empty since they went down.
 */
static void mymacvlan_port_destroy(struct mymacvlan_port *port)
{
	mymacvlan_net_del_port(port);
	netdev_rx_handler_unregister(port->lower);
	mymacvlan_duplicate_end(port);
	cancel_work_sync(&port->bc_work);
	cancel_delayed_work_sync(&port->event_work);
	mymacvlan_announcer_end(port);
	mymacvlan_arp_set(port, false);
	mymacvlan_queue_purge(port);
	mymacvlan_port_free(port);
}

/*
 * A child that asked for @length is gone, or asks for something else. Nearly all want
 * the same length, so that it is as a rule the first one looked at that has it.
 */
static void mymacvlan_port_lower_bc_limit(struct mymacvlan_port *port, u32 length)
{
	const struct mymacvlan_child *child;
	u32 limit = 0;

	if (length < port->bc_limit)
		return;
	list_for_each_entry(child, &port->children, port_link) {
		limit = max(limit, child->mvd.bc_queue_len_req);
		if (limit == port->bc_limit)
			return;
	}
	WRITE_ONCE(port->bc_limit, limit);
}

static void mymacvlan_port_raise_bc_limit(struct mymacvlan_port *port, u32 length)
{
	if (length > port->bc_limit)
		WRITE_ONCE(port->bc_limit, length);
}

/**
 * mymacvlan_port_set_bc_length() - a child asks for another broadcast queue
 * @child: a child of a port
 * @frames: the length that is requested
 *
 * Context: RTNL.
 */
void mymacvlan_port_set_bc_length(struct mymacvlan_child *child, u32 frames)
{
	u32 old = child->mvd.bc_queue_len_req;

	ASSERT_RTNL();
	WRITE_ONCE(child->mvd.bc_queue_len_req, frames);
	mymacvlan_port_raise_bc_limit(child->port, frames);
	mymacvlan_port_lower_bc_limit(child->port, old);
}

/* @change: one child more or less in this mode */
static void mymacvlan_port_count_mode(struct mymacvlan_port *port,
				      unsigned int mode, int change)
{
	if (mode == MYMACVLAN_MODE_PRIVATE)
		port->private_count += change;
	else if (mode == MYMACVLAN_MODE_SOURCE)
		port->source_mode_count += change;
}

/**
 * mymacvlan_port_set_mode() - change a child's mode
 * @child: a child of a port
 * @mode: MYMACVLAN_MODE_*, allowed and with nothing left to do for the old one
 *
 * Context: RTNL.
 */
void mymacvlan_port_set_mode(struct mymacvlan_child *child, unsigned int mode)
{
	struct mymacvlan_port *port = child->port;

	ASSERT_RTNL();
	/*
	 * The port's frames are looked at for the new mode before the child is
	 * in it, and for the old one until it no longer is.
	 */
	mymacvlan_port_count_mode(port, mode, 1);
	mymacvlan_port_update_rx_flags(port);
	mymacvlan_port_count_mode(port, mymacvlan_mode(child), -1);
	WRITE_ONCE(child->mvd.mode, mode);
	mymacvlan_xmit_update(child);
	mymacvlan_port_update_rx_flags(port);
}

/**
 * mymacvlan_port_join() - make a child one of its lower device's port
 * @child: a child whose mvd is filled in
 *
 * Makes the port for its first child. Whether the child may join was decided
 * before, see link.c.
 *
 * Context: RTNL, may sleep.
 * Return: 0; -ENOMEM; -EBUSY if another rx handler has the lower device.
 */
int mymacvlan_port_join(struct mymacvlan_child *child)
{
	struct net_device *lower = mymacvlan_lower(child);
	struct mymacvlan_port *port = mymacvlan_port_rtnl(lower);

	ASSERT_RTNL();
	if (!port) {
		port = mymacvlan_port_create(lower);
		if (IS_ERR(port))
			return PTR_ERR(port);
	}
	child->port = port;
	/* The newest one has the largest id: dumps go on by that. */
	list_add_tail_rcu(&child->port_link, &port->children);
	mymacvlan_port_raise_bc_limit(port, child->mvd.bc_queue_len_req);
	mymacvlan_port_count_mode(port, mymacvlan_mode(child), 1);
	mymacvlan_xmit_update(child);
	port->tap_count += child->tap;
	if (mymacvlan_mode(child) == MYMACVLAN_MODE_PASSTHRU)
		rcu_assign_pointer(port->passthru, child);
	mymacvlan_port_update_rx_flags(port);
	return 0;
}

/**
 * mymacvlan_port_leave() - undo mymacvlan_port_join()
 * @child: a child that is down, unlinked from its sources, and that no frame
 *	can be sent on any more
 *
 * Ends the port with its last child.
 *
 * Context: RTNL, may sleep.
 */
void mymacvlan_port_leave(struct mymacvlan_child *child)
{
	struct mymacvlan_port *port = child->port;

	ASSERT_RTNL();
	mymacvlan_macnat_end(child);
	mymacvlan_host_set(child, false, NULL);
	if (rtnl_dereference(port->passthru) == child) {
		RCU_INIT_POINTER(port->passthru, NULL);
		mymacvlan_addr_restore(port);
	}
	port->tap_count -= child->tap;
	port->pin_count -= !!child->pin;
	mymacvlan_port_count_mode(port, mymacvlan_mode(child), -1);
	list_del_rcu(&child->port_link);
	/*
	 * Could not be registered: nobody waits for dumps before it is freed. The
	 * core waits for a grace period after ndo_uninit of all others.
	 */
	if (mymacvlan_dev(child)->reg_state != NETREG_UNREGISTERING)
		synchronize_net();
	mymacvlan_port_lower_bc_limit(port, child->mvd.bc_queue_len_req);
	mymacvlan_port_update_rx_flags(port);
	if (list_empty(&port->children))
		mymacvlan_port_destroy(port);
}
