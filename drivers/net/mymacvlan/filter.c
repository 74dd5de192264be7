// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the lower device must let through for a child that is up: its unicast
 * addresses, its multicast groups (group.c), promiscuity and allmulti.
 *
 * The child remembers each reference that it holds on the lower device, so that
 * none is given back twice or forgotten, whatever the order of events.
 */
#include <linux/rtnetlink.h>
#include "msg.h"
#include "mymacvlan.h"
#include "table.h"

/*
 * A NIC with L2 forwarding offload sorts out the child's frames itself, by
 * destination only: nothing for a private child, which must not get a
 * sibling's, nor for one that goes by source. The NIC may take the offload back
 * later (macvlan_release_l2fw_offload()), clears accel_priv then, and adds the
 * address to its own list.
 */
static bool mymacvlan_is_offloadable(unsigned int mode)
{
	return mode & (MYMACVLAN_MODE_VEPA | MYMACVLAN_MODE_BRIDGE);
}

static bool mymacvlan_filter_accelerate(struct mymacvlan_child *child)
{
	struct net_device *lower = mymacvlan_lower(child);
	void *priv;

	if (!(lower->features & NETIF_F_HW_L2FW_DOFFLOAD) ||
	    !mymacvlan_is_offloadable(mymacvlan_mode(child)))
		return false;
	priv = lower->netdev_ops->ndo_dfwd_add_station(lower,
						       mymacvlan_dev(child));
	if (IS_ERR_OR_NULL(priv))
		return false;
	child->mvd.accel_priv = priv;
	return true;
}

static void mymacvlan_filter_decelerate(struct mymacvlan_child *child)
{
	struct net_device *lower = mymacvlan_lower(child);

	lower->netdev_ops->ndo_dfwd_del_station(lower, child->mvd.accel_priv);
	child->mvd.accel_priv = NULL;
}

/* The child gets what is sent to the lower device's address; no other is needed. */
static bool mymacvlan_shares_lower_addr(const struct mymacvlan_child *child)
{
	return mymacvlan_mode(child) == MYMACVLAN_MODE_PASSTHRU || child->macnat;
}

/*
 * By the key that the child remembers, never by what the device says: some masters
 * write their own addresses there, past all drivers, see pin.c.
 */
static int mymacvlan_filter_add_key(struct mymacvlan_child *child)
{
	u8 addr[ETH_ALEN];

	mymacvlan_key_to_addr(child->filter_key, addr);
	return dev_uc_add(mymacvlan_lower(child), addr);
}

static void mymacvlan_filter_del_key(struct mymacvlan_child *child)
{
	u8 addr[ETH_ALEN];

	mymacvlan_key_to_addr(child->filter_key, addr);
	dev_uc_del(mymacvlan_lower(child), addr);
}

/**
 * mymacvlan_filter_add() - let the lower device receive an address
 * @child: a child that is up
 * @addr: an address that is about to become the child's
 *
 * Context: RTNL.
 * Return: 0 or an error of dev_uc_add().
 */
int mymacvlan_filter_add(struct mymacvlan_child *child, const u8 *addr)
{
	if (child->macnat)
		return 0;
	return dev_uc_add(mymacvlan_lower(child), addr);
}

/**
 * mymacvlan_filter_cancel() - undo mymacvlan_filter_add()
 * @child: as there
 * @addr: as there
 *
 * Context: RTNL.
 */
void mymacvlan_filter_cancel(struct mymacvlan_child *child, const u8 *addr)
{
	if (!child->macnat)
		dev_uc_del(mymacvlan_lower(child), addr);
}

/**
 * mymacvlan_filter_move() - the lower device need not receive the old one any more
 * @child: a child that is up, with its new address, for which
 *	mymacvlan_filter_add() was called
 *
 * Context: RTNL.
 */
void mymacvlan_filter_move(struct mymacvlan_child *child)
{
	u64 key = mymacvlan_key(mymacvlan_dev(child)->dev_addr);

	if (child->macnat)
		return;
	if (!child->mvd.accel_priv) {
		mymacvlan_filter_del_key(child);
		child->filter_key = key;
		return;
	}
	/* The offload knows the old address only. */
	mymacvlan_filter_decelerate(child);
	child->filter_key = key;
	if (mymacvlan_filter_accelerate(child))
		mymacvlan_filter_del_key(child);
}

/**
 * mymacvlan_filter_change_mode() - a child is about to change its mode
 * @child: the child
 * @mode: the new mode
 *
 * Takes it off a NIC's offload that the new mode must not have; it gets one
 * again, if it may, when it is next set up.
 *
 * Context: RTNL, may sleep.
 * Return: 0 or an error of dev_uc_add() with nothing changed.
 */
int mymacvlan_filter_change_mode(struct mymacvlan_child *child,
				 unsigned int mode)
{
	int err;

	if (!child->mvd.accel_priv || mymacvlan_is_offloadable(mode))
		return 0;
	err = mymacvlan_filter_add_key(child);
	if (err)
		return err;
	mymacvlan_filter_decelerate(child);
	return 0;
}

static int mymacvlan_filter_add_own(struct mymacvlan_child *child)
{
	int err;

	if (mymacvlan_shares_lower_addr(child))
		return 0;
	child->filter_key = mymacvlan_key(mymacvlan_dev(child)->dev_addr);
	if (mymacvlan_filter_accelerate(child))
		return 0;
	err = mymacvlan_filter_add_key(child);
	if (err)
		child->filter_key = 0;
	return err;
}

static void mymacvlan_filter_del_own(struct mymacvlan_child *child)
{
	if (!child->filter_key)
		return;
	if (child->mvd.accel_priv)
		mymacvlan_filter_decelerate(child);
	else
		mymacvlan_filter_del_key(child);
	child->filter_key = 0;
}

/**
 * mymacvlan_filter_set_promisc() - hold or release the lower's promiscuity
 * @child: the child
 * @on: shall it hold a reference?
 *
 * Context: RTNL, may sleep.
 * Return: 0 or an error of dev_set_promiscuity(), with nothing changed.
 */
int mymacvlan_filter_set_promisc(struct mymacvlan_child *child, bool on)
{
	int err;

	ASSERT_RTNL();
	if (child->lower_promisc == on)
		return 0;
	err = dev_set_promiscuity(mymacvlan_lower(child), on ? 1 : -1);
	if (err)
		return err;
	child->lower_promisc = on;
	return 0;
}

static int mymacvlan_filter_set_allmulti(struct mymacvlan_child *child, bool on)
{
	int err;

	if (child->lower_allmulti == on)
		return 0;
	err = dev_set_allmulti(mymacvlan_lower(child), on ? 1 : -1);
	if (err)
		return err;
	child->lower_allmulti = on;
	return 0;
}

/* A passthru child takes everything, unless told otherwise by nopromisc. */
static bool mymacvlan_wants_promisc(const struct mymacvlan_child *child)
{
	if (mymacvlan_mode(child) == MYMACVLAN_MODE_PASSTHRU)
		return !(child->mvd.flags & MYMACVLAN_FLAG_NOPROMISC);
	return mymacvlan_dev(child)->flags & IFF_PROMISC && !child->macnat;
}

static bool mymacvlan_wants_allmulti(const struct mymacvlan_child *child)
{
	return mymacvlan_dev(child)->flags & IFF_ALLMULTI;
}

/**
 * mymacvlan_filter_start() - a child comes up
 * @child: the child
 *
 * Context: RTNL, may sleep.
 * Return: 0, or an error of the lower device's lists with nothing changed.
 */
int mymacvlan_filter_start(struct mymacvlan_child *child)
{
	int err;

	err = mymacvlan_filter_add_own(child);
	if (err)
		return err;
	err = mymacvlan_filter_set_allmulti(child,
					    mymacvlan_wants_allmulti(child));
	if (err)
		goto del_own;
	err = mymacvlan_filter_set_promisc(child,
					   mymacvlan_wants_promisc(child));
	if (err)
		goto clear_allmulti;
	return 0;

clear_allmulti:
	mymacvlan_filter_set_allmulti(child, false);
del_own:
	mymacvlan_filter_del_own(child);
	return err;
}

/*
 * Without room for an address: the caller says so, and goes without. The uplink of a
 * child with "macnat on" knows of none.
 */
static int mymacvlan_uc_add(struct net_device *dev, const unsigned char *addr)
{
	struct mymacvlan_child *child = mymacvlan_child(dev);
	int err;

	if (child->uc_count == MYMACVLAN_UC_MAX)
		return -ENOSPC;
	err = child->macnat ? 0 : dev_uc_add(mymacvlan_lower(child), addr);
	if (!err)
		child->uc_count++;
	return err;
}

static int mymacvlan_uc_del(struct net_device *dev, const unsigned char *addr)
{
	struct mymacvlan_child *child = mymacvlan_child(dev);

	if (!child->macnat)
		dev_uc_del(mymacvlan_lower(child), addr);
	child->uc_count--;
	return 0;
}

/* Returns 0, or what the core should call again for. */
static int mymacvlan_uc_sync(struct mymacvlan_child *child,
			     struct netdev_hw_addr_list *uc)
{
	struct net_device *dev = mymacvlan_dev(child);
	int err;

	err = __hw_addr_sync_dev(uc, dev, mymacvlan_uc_add, mymacvlan_uc_del);
	if (err != -ENOSPC) {
		child->uc_full = false;
		return err;
	}
	/* A later call, when one of them has gone, adds the next one. */
	if (!child->uc_full)
		mymacvlan_log(netdev_warn, child->port, dev,
			      "has more than %u unicast addresses: the others are not heard\n",
			      MYMACVLAN_UC_MAX);
	child->uc_full = true;
	return 0;
}

/**
 * mymacvlan_filter_stop() - undo mymacvlan_filter_start(), and what was
 * synchronised since
 * @child: the child
 *
 * Context: RTNL, may sleep.
 */
void mymacvlan_filter_stop(struct mymacvlan_child *child)
{
	struct net_device *dev = mymacvlan_dev(child);

	netif_addr_lock_bh(dev);
	__dev_uc_unsync(dev, mymacvlan_uc_del);
	netif_addr_unlock_bh(dev);

	mymacvlan_filter_set_promisc(child, false);
	mymacvlan_filter_set_allmulti(child, false);
	mymacvlan_filter_del_own(child);
}

/**
 * mymacvlan_filter_prepare_own() - the lower device will have to receive a child's
 *	address again
 * @child: a child that is still with "macnat on"
 *
 * Context: RTNL.
 * Return: 0 or an error of dev_uc_add().
 */
int mymacvlan_filter_prepare_own(struct mymacvlan_child *child)
{
	struct net_device *dev = mymacvlan_dev(child);
	int err;

	if (!netif_running(dev))
		return 0;
	child->filter_key = mymacvlan_key(dev->dev_addr);
	err = mymacvlan_filter_add_key(child);
	if (err)
		child->filter_key = 0;
	return err;
}

/**
 * mymacvlan_filter_cancel_own() - undo mymacvlan_filter_prepare_own()
 * @child: as there
 *
 * Context: RTNL.
 */
void mymacvlan_filter_cancel_own(struct mymacvlan_child *child)
{
	mymacvlan_filter_del_own(child);
}

/**
 * mymacvlan_filter_set_macnat() - set child->macnat, and what goes with it below
 * @child: a child
 * @on: its addresses no longer concern the lower device's filter; or they do
 *	again, and mymacvlan_filter_prepare_own() has seen to its own
 *
 * Context: RTNL, may sleep.
 */
void mymacvlan_filter_set_macnat(struct mymacvlan_child *child, bool on)
{
	struct net_device *dev = mymacvlan_dev(child);
	bool running = netif_running(dev);

	if (on && running)
		mymacvlan_filter_del_own(child);
	netif_addr_lock_bh(dev);
	/* As they were, and below again as they will be. */
	if (running)
		__dev_uc_unsync(dev, mymacvlan_uc_del);
	WRITE_ONCE(child->macnat, on);
	if (running)
		mymacvlan_filter_set_rx_mode(dev, &dev->uc, &dev->mc);
	netif_addr_unlock_bh(dev);
	if (running &&
	    mymacvlan_filter_set_promisc(child, mymacvlan_wants_promisc(child)))
		mymacvlan_log(netdev_warn, child->port, dev,
			      "%s refuses promiscuity\n",
			      mymacvlan_lower(child)->name);
}

/**
 * mymacvlan_filter_change_flags() - ndo_change_rx_flags
 * @dev: a child
 * @change: IFF_PROMISC and IFF_ALLMULTI, whichever has changed
 *
 * Context: RTNL, may sleep.
 */
void mymacvlan_filter_change_flags(struct net_device *dev, int change)
{
	struct mymacvlan_child *child = mymacvlan_child(dev);

	if (!(dev->flags & IFF_UP))
		return;
	if (change & IFF_ALLMULTI &&
	    mymacvlan_filter_set_allmulti(child,
					  mymacvlan_wants_allmulti(child)))
		mymacvlan_log(netdev_warn, child->port, dev,
			      "%s refuses allmulti\n",
			      mymacvlan_lower(child)->name);
	if (change & IFF_PROMISC &&
	    mymacvlan_filter_set_promisc(child, mymacvlan_wants_promisc(child)))
		mymacvlan_log(netdev_warn, child->port, dev,
			      "%s refuses promiscuity\n",
			      mymacvlan_lower(child)->name);
}

/**
 * mymacvlan_filter_set_rx_mode() - ndo_set_rx_mode_async
 * @dev: a child
 * @uc: its secondary unicast addresses
 * @mc: its multicast addresses
 *
 * Context: from 7.1 on RTNL, with snapshots of the lists; before that @dev's
 *	addr_list_lock, with the lists themselves. Does not sleep.
 * Return: 0, or an error that makes the core (7.1) call again later.
 */
int mymacvlan_filter_set_rx_mode(struct net_device *dev,
				 struct netdev_hw_addr_list *uc,
				 struct netdev_hw_addr_list *mc)
{
	struct mymacvlan_child *child = mymacvlan_child(dev);
	int uc_err, mc_err;

	/*
	 * Between ndo_stop and the end of IFF_UP a join without RTNL (IPv6)
	 * still calls; the child has left its groups for good by then.
	 */
	if (!netif_running(dev))
		return 0;
	uc_err = mymacvlan_uc_sync(child, uc);
	mc_err = mymacvlan_listen_sync(child, mc);
	return uc_err ?: mc_err;
}

static void mymacvlan_filter_restore_uc(struct mymacvlan_child *child)
{
	struct net_device *dev = mymacvlan_dev(child);
	struct net_device *lower = mymacvlan_lower(child);
	struct netdev_hw_addr *ha;
	int err = 0;

	if (child->filter_key && !child->mvd.accel_priv)
		err = mymacvlan_filter_add_key(child);
	/* Who does not have a reference gives back a sibling's. */
	if (err)
		child->filter_key = 0;
	netif_addr_lock_bh(dev);
	netdev_for_each_uc_addr(ha, dev)
		if (ha->sync_cnt)
			err = dev_uc_add(lower, ha->addr) ?: err;
	netif_addr_unlock_bh(dev);
	if (err)
		mymacvlan_log(netdev_warn, child->port, dev,
			      "no memory to receive from %s again\n",
			      lower->name);
}

/**
 * mymacvlan_filter_restore() - give the lower device its address lists back
 * @port: a port whose lower device has moved to another network namespace,
 *	where the core flushed them; promiscuity and allmulti it keeps
 *
 * Context: RTNL; the lower device's instance lock may be held.
 */
void mymacvlan_filter_restore(struct mymacvlan_port *port)
{
	struct mymacvlan_child *child;

	ASSERT_RTNL();
	list_for_each_entry(child, &port->children, port_link)
		if (netif_running(mymacvlan_dev(child)) && !child->macnat)
			mymacvlan_filter_restore_uc(child);
	mymacvlan_listen_restore(port);
}
