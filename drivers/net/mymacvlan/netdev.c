// SPDX-License-Identifier: GPL-2.0-only
/* A child as a network device: its operations and features. */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/export.h>
#include <linux/inetdevice.h>
#include <linux/net_tstamp.h>
#include <linux/netpoll.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/addrconf.h>
#include <net/netdev_lock.h>
#include "allow.h"
#include "allow_mac.h"
#include "mymacvlan.h"
#include "pin.h"

/* What a child can do in software whatever the lower device can. */
#define MYMACVLAN_OFFLOADS_ALWAYS					\
	(NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_GSO_SOFTWARE |		\
	 NETIF_F_GSO_ROBUST | NETIF_F_GSO_ENCAP_ALL)

/* What it takes over from the lower device. */
#define MYMACVLAN_OFFLOADS_INHERITED					\
	(NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_HIGHDMA |		\
	 NETIF_F_FRAGLIST | NETIF_F_GSO | NETIF_F_TSO | NETIF_F_TSO6 |	\
	 NETIF_F_TSO_ECN | NETIF_F_LRO | NETIF_F_GRO | NETIF_F_RXCSUM |	\
	 NETIF_F_HW_VLAN_CTAG_FILTER | NETIF_F_HW_VLAN_STAG_FILTER)

#define MYMACVLAN_FEATURES_ALWAYS \
	(MYMACVLAN_OFFLOADS_ALWAYS | NETIF_F_COMPAT_LLTX)

/**
 * mymacvlan_features_inherit() - follow what the lower device has room for
 * @dev: a child
 * @lower: its lower device
 *
 * Context: RTNL; the lower device's instance lock may be held.
 */
void mymacvlan_features_inherit(struct net_device *dev,
				const struct net_device *lower)
{
	netif_inherit_tso_max(dev, lower);
	dev->needed_headroom = lower->needed_headroom;
	dev->needed_tailroom = lower->needed_tailroom;
}

static int mymacvlan_header_create(struct sk_buff *skb, struct net_device *dev,
				   unsigned short type, const void *daddr,
				   const void *saddr, unsigned int len)
{
	return dev_hard_header(skb, mymacvlan_lower(mymacvlan_child(dev)), type,
			       daddr, saddr ?: dev->dev_addr, len);
}

static const struct header_ops mymacvlan_header_ops = {
	.create		= mymacvlan_header_create,
	.parse		= eth_header_parse,
	.parse_protocol	= eth_header_parse_protocol,
	.cache		= eth_header_cache,
	.cache_update	= eth_header_cache_update,
};

/*
 * A lower device with a header of its own kind (HSR, PLIP) writes it for the
 * child. Not a VLAN device: with "reorder_hdr off" its header has the tag in
 * it, which a sibling must not see, and which it adds on transmission anyway.
 */
static void mymacvlan_header_init(struct net_device *dev,
				  const struct net_device *lower)
{
	if (!is_vlan_dev(lower) && lower->header_ops &&
	    lower->header_ops->create != eth_header)
		dev->header_ops = &mymacvlan_header_ops;
	dev->hard_header_len = lower->hard_header_len;
	/* Else the core calls a frame in between headerless, and puts IP at its MAC header. */
	dev->min_header_len = lower->hard_header_len;
}

static void mymacvlan_features_init(struct net_device *dev,
				    const struct net_device *lower)
{
	dev->features = (lower->features & MYMACVLAN_OFFLOADS_INHERITED) |
			MYMACVLAN_OFFLOADS_ALWAYS;
	/* So that it is wanted at first, see mymacvlan_lro_start(). */
	dev->features |= NETIF_F_LRO;
	dev->hw_features |= NETIF_F_LRO;
	dev->hw_enc_features |= dev->features;
	dev->vlan_features =
		(lower->vlan_features & MYMACVLAN_OFFLOADS_INHERITED) |
		MYMACVLAN_OFFLOADS_ALWAYS;
	mymacvlan_features_inherit(dev, lower);
	netdev_set_lltx(dev);
}

static netdev_features_t mymacvlan_fix_features(struct net_device *dev,
						netdev_features_t features)
{
	netdev_features_t below = mymacvlan_lower(mymacvlan_child(dev))->features;
	netdev_features_t wanted;

	features &= mymacvlan_child(dev)->mvd.set_features;
	wanted = features | NETIF_F_ALL_FOR_ALL;
	if (!(dev->wanted_features & NETIF_F_LRO))
		below &= ~NETIF_F_LRO;
	features = netdev_increment_features(below, wanted, wanted);
	features &= MYMACVLAN_OFFLOADS_INHERITED;
	return features | (MYMACVLAN_FEATURES_ALWAYS &
			   ~mymacvlan_pin_features(mymacvlan_child(dev)));
}

static bool mymacvlan_forwards_ipv6(const struct net_device *dev)
{
#if IS_ENABLED(CONFIG_IPV6)
	const struct inet6_dev *ip6 = __in6_dev_get(dev);

	return ip6 && READ_ONCE(ip6->cnf.forwarding);
#else
	return false;
#endif
}

static bool mymacvlan_forwards(const struct net_device *dev)
{
	struct in_device *ip = __in_dev_get_rtnl(dev);

	return (ip && IN_DEV_CONF_GET(ip, FORWARDING)) ||
	       mymacvlan_forwards_ipv6(dev);
}

static bool mymacvlan_has_upper_without_lro(struct net_device *dev)
{
	struct net_device *upper;
	struct list_head *iter;
	bool found = false;

	rcu_read_lock();
	netdev_for_each_upper_dev_rcu(dev, upper, iter)
		found |= !(upper->wanted_features & NETIF_F_LRO);
	rcu_read_unlock();
	return found;
}

/**
 * mymacvlan_lro_start() - LRO is no longer the user's to change
 * @dev: a child that has been registered and linked to its lower device
 *
 * LRO is done by the lower device, for everyone. The core turns it off there
 * when a device above does not want it: for correctness where that one forwards,
 * is bridged or has XDP (dev_disable_lro()), but also where its user does not
 * like it, and a child's user may be anyone. So it is no feature that the user can
 * change (hw_features), and yet one that is wanted, until the core says otherwise.
 *
 * Context: RTNL.
 */
void mymacvlan_lro_start(struct net_device *dev)
{
	dev->hw_features &= ~NETIF_F_LRO;
	/* It forwards from its first moment; the core told nobody below. */
	if (!(dev->wanted_features & NETIF_F_LRO))
		netdev_update_features(dev);
}

/**
 * mymacvlan_lro_update() - may the lower device have LRO, as far as a child goes?
 * @dev: a child that comes up, or has one more or one less device above it
 *
 * The core does not take back dev_disable_lro(). Neither is LRO turned on below:
 * other reasons may have come up there; but its administrator can do that again.
 *
 * What a device above does not want the child must not want either. Otherwise the
 * core would look for it while the lower device changes its features, and turn
 * LRO off there, with that one's instance lock held already.
 *
 * Context: RTNL; the lower device's instance lock must not be held.
 */
void mymacvlan_lro_update(struct net_device *dev)
{
	if (mymacvlan_has_upper_without_lro(dev)) {
		dev->wanted_features &= ~NETIF_F_LRO;
		return;
	}
	if (dev->wanted_features & NETIF_F_LRO || mymacvlan_forwards(dev) ||
	    rcu_access_pointer(dev->xdp_prog))
		return;
	dev->wanted_features |= NETIF_F_LRO;
	netdev_update_features(dev);
}

/**
 * mymacvlan_set_offloads() - what the reader of a tap can take
 * @dev: a tap
 * @features: without NETIF_F_GRO if it takes single frames only
 *
 * Says nothing about LRO, which is the lower device's: what it has put together is
 * cut for a reader that cannot take it, see queue.c of the taps.
 *
 * Context: RTNL.
 */
void mymacvlan_set_offloads(struct net_device *dev, netdev_features_t features)
{
	mymacvlan_child(dev)->mvd.set_features =
		features | ~NETIF_F_GRO;
	netdev_update_features(dev);
}
EXPORT_SYMBOL_GPL(mymacvlan_set_offloads);

/*
 * Joins the port and takes the child's reference on the lower device; undone by
 * mymacvlan_uninit() and mymacvlan_free().
 */
static int mymacvlan_init(struct net_device *dev)
{
	struct mymacvlan_child *child = mymacvlan_child(dev);
	struct net_device *lower = mymacvlan_lower(child);
	int err;

	err = mymacvlan_stats_init(child);
	if (err)
		return err;
	err = mymacvlan_port_join(child);
	if (err) {
		mymacvlan_stats_free(child);
		return err;
	}
	child->mvd.pcpu_stats = &child->stats->vlan;
	mymacvlan_features_init(dev, lower);
	mymacvlan_header_init(dev, lower);
	netdev_lockdep_set_classes(dev);
	netdev_hold(lower, &child->mvd.dev_tracker, GFP_KERNEL);
	return 0;
}

static void mymacvlan_uninit(struct net_device *dev)
{
	struct mymacvlan_child *child = mymacvlan_child(dev);

	mymacvlan_announce_end(child);
	mymacvlan_source_flush(child);
	mymacvlan_macs_trim(child, NULL);
	mymacvlan_port_leave(child);
}

/**
 * mymacvlan_free() - undo mymacvlan_init()'s part that readers may still need
 * @dev: a child that nobody can reach any more
 *
 * The counters are read until the very end; the lower device is iflink.
 *
 * Context: RTNL not needed.
 */
void mymacvlan_free(struct net_device *dev)
{
	struct mymacvlan_child *child = mymacvlan_child(dev);

	child->mvd.pcpu_stats = NULL;
	mymacvlan_allow_free(child);
	mymacvlan_stats_free(child);
	netdev_put(mymacvlan_lower(child), &child->mvd.dev_tracker);
}
EXPORT_SYMBOL_GPL(mymacvlan_free);

static int mymacvlan_open(struct net_device *dev)
{
	struct mymacvlan_child *child = mymacvlan_child(dev);
	int err;

	mymacvlan_pin_keep(child);
	/* The user knows why from NETDEV_PRE_UP, see notify.c. */
	if (mymacvlan_addr_is_taken(child, dev->dev_addr))
		return -EADDRINUSE;
	err = mymacvlan_filter_start(child);
	if (err)
		return err;
	err = mymacvlan_listen_start(child);
	if (err)
		goto stop_filter;
	err = mymacvlan_macs_start(child);
	if (err)
		goto stop_listening;
	err = mymacvlan_addr_start(child);
	if (err)
		goto stop_macs;
	mymacvlan_pin_up(child);
	mymacvlan_sender_start(child->port, &child->sender);
	mymacvlan_xmit_update(child);
	mymacvlan_bindings_start(child);
	return 0;

stop_macs:
	mymacvlan_macs_stop(child);
stop_listening:
	mymacvlan_listen_stop(child);
stop_filter:
	mymacvlan_filter_stop(child);
	return err;
}

static int mymacvlan_stop(struct net_device *dev)
{
	struct mymacvlan_child *child = mymacvlan_child(dev);

	mymacvlan_pin_keep(child);
	mymacvlan_bindings_stop(child);
	mymacvlan_xmit_update(child);
	mymacvlan_sender_stop(child);
	mymacvlan_addr_stop(child);
	mymacvlan_macs_stop(child);
	mymacvlan_listen_stop(child);
	mymacvlan_filter_stop(child);
	return 0;
}

/*
 * The MTU before the last change is nobody's new request: it is put back by the core,
 * if a notifier has refused the change, or by a bond or team that the child leaves.
 * They come without NETDEV_PRECHANGEMTU, a bond also without a look at max_mtu, by
 * when the lower device may have a smaller MTU.
 */
static int mymacvlan_change_mtu(struct net_device *dev, int mtu)
{
	struct mymacvlan_child *child = mymacvlan_child(dev);
	unsigned int most = READ_ONCE(mymacvlan_lower(child)->mtu);

	child->requested_mtu = mtu == child->previous_own_mtu ?
			       child->previous_mtu : mtu;
	WRITE_ONCE(dev->mtu, min_t(unsigned int, mtu, most));
	return 0;
}

static int mymacvlan_vlan_add(struct net_device *dev, __be16 proto, u16 vid)
{
	return vlan_vid_add(mymacvlan_lower(mymacvlan_child(dev)), proto, vid);
}

static int mymacvlan_vlan_kill(struct net_device *dev, __be16 proto, u16 vid)
{
	vlan_vid_del(mymacvlan_lower(mymacvlan_child(dev)), proto, vid);
	return 0;
}

/*
 * A unicast address beside its own makes sense only for a child that gets
 * everything; to which child should the port give it else?
 */
static int mymacvlan_fdb_check(struct net_device *dev, const u8 *addr, u16 vid,
			       struct netlink_ext_ack *extack)
{
	if (vid) {
		NL_SET_ERR_MSG(extack,
			       "Addresses of a child are for all VLANs: leave out vlan");
		return -EOPNOTSUPP;
	}
	if (is_multicast_ether_addr(addr) ||
	    mymacvlan_is_passthru(mymacvlan_child(dev)->port))
		return 0;
	NL_SET_ERR_MSG(extack,
		       "Unicast addresses can be added in mode passthru only");
	return -EOPNOTSUPP;
}

/*
 * From 7.1 on a work item passes on what has changed, a moment later. Until then a
 * deleted address is still on its list, held by its synchronisation only: the core
 * would refuse to add it, and whoever deletes it once more takes it from there before
 * the lower device has been told. So nothing is left for later here.
 */
static void mymacvlan_fdb_settle(struct net_device *dev)
{
	ASSERT_RTNL();
	netif_addr_lock_bh(dev);
	mymacvlan_filter_set_rx_mode(dev, &dev->uc, &dev->mc);
	netif_addr_unlock_bh(dev);
}

static int mymacvlan_fdb_add(struct ndmsg *ndm, struct nlattr *tb[],
			     struct net_device *dev, const unsigned char *addr,
			     u16 vid, u16 flags, bool *notified,
			     struct netlink_ext_ack *extack)
{
	int err = mymacvlan_fdb_check(dev, addr, vid, extack);

	if (err)
		return err;
	if (flags & NLM_F_REPLACE) {
		NL_SET_ERR_MSG(extack, "Addresses cannot be replaced");
		return -EOPNOTSUPP;
	}
	if (is_zero_ether_addr(addr)) {
		NL_SET_ERR_MSG(extack, "Invalid MAC address");
		return -EINVAL;
	}
	mymacvlan_fdb_settle(dev);
	if (is_multicast_ether_addr(addr))
		return dev_mc_add_excl(dev, addr);
	if (netdev_uc_count(dev) >= MYMACVLAN_UC_MAX) {
		NL_SET_ERR_MSG_MORE(extack, "Unicast address list is full",
				    ": %s takes %u addresses", dev->name,
				    MYMACVLAN_UC_MAX);
		return -ENOSPC;
	}
	return dev_uc_add_excl(dev, addr);
}

static int mymacvlan_fdb_del(struct ndmsg *ndm, struct nlattr *tb[],
			     struct net_device *dev, const unsigned char *addr,
			     u16 vid, bool *notified,
			     struct netlink_ext_ack *extack)
{
	int err = mymacvlan_fdb_check(dev, addr, vid, extack);

	if (err)
		return err;
	mymacvlan_fdb_settle(dev);
	if (is_multicast_ether_addr(addr))
		err = dev_mc_del(dev, addr);
	else
		err = dev_uc_del(dev, addr);
	mymacvlan_fdb_settle(dev);
	return err;
}

#ifdef CONFIG_NET_POLL_CONTROLLER
/* netpoll wants one; the lower device is polled by its own netpoll. */
static void mymacvlan_poll_controller(struct net_device *dev)
{
}

static int mymacvlan_netpoll_setup(struct net_device *dev)
{
	struct mymacvlan_child *child = mymacvlan_child(dev);
	struct netpoll *netpoll;
	int err;

	netpoll = kzalloc_obj(*netpoll);
	if (!netpoll)
		return -ENOMEM;
	err = __netpoll_setup(netpoll, mymacvlan_lower(child));
	if (err) {
		kfree(netpoll);
		return err;
	}
	WRITE_ONCE(child->mvd.netpoll, netpoll);
	mymacvlan_xmit_update(child);
	return 0;
}

static void mymacvlan_netpoll_cleanup(struct net_device *dev)
{
	struct mymacvlan_child *child = mymacvlan_child(dev);
	struct netpoll *netpoll = child->mvd.netpoll;

	/*
	 * A netpoll may still be sending, which start_xmit must notice:
	 * MYMACVLAN_TX_SLOW stays until the next time something changes.
	 */
	WRITE_ONCE(child->mvd.netpoll, NULL);
	if (netpoll)
		__netpoll_free(netpoll);
}
#endif

static int mymacvlan_get_iflink(const struct net_device *dev)
{
	return READ_ONCE(mymacvlan_lower(mymacvlan_child(dev))->ifindex);
}

static int mymacvlan_hwtstamp_get(struct net_device *dev,
				  struct kernel_hwtstamp_config *config)
{
	return generic_hwtstamp_get_lower(mymacvlan_lower(mymacvlan_child(dev)),
					  config);
}

/*
 * The NIC's time stamping is everybody's: not for a container to change.
 */
static int mymacvlan_hwtstamp_set(struct net_device *dev,
				  struct kernel_hwtstamp_config *config,
				  struct netlink_ext_ack *extack)
{
	if (!net_eq(dev_net(dev), &init_net)) {
		NL_SET_ERR_MSG(extack,
			       "Time stamping is set in the initial network namespace only");
		return -EOPNOTSUPP;
	}
	return generic_hwtstamp_set_lower(mymacvlan_lower(mymacvlan_child(dev)),
					  config, extack);
}

NDO_COMPAT_FDB(mymacvlan_fdb_add, mymacvlan_fdb_del)
NDO_COMPAT_RX_MODE(mymacvlan_filter_set_rx_mode)
NDO_COMPAT_NETPOLL(mymacvlan_netpoll_setup)
NDO_COMPAT_HWTSTAMP(mymacvlan_hwtstamp_get, mymacvlan_hwtstamp_set)

const struct net_device_ops mymacvlan_netdev_ops = {
	.ndo_init		= mymacvlan_init,
	.ndo_uninit		= mymacvlan_uninit,
	.ndo_open		= mymacvlan_open,
	.ndo_stop		= mymacvlan_stop,
	.ndo_start_xmit		= mymacvlan_start_xmit,
	.ndo_features_check	= passthru_features_check,
	.ndo_fix_features	= mymacvlan_fix_features,
	.ndo_change_mtu		= mymacvlan_change_mtu,
	.ndo_change_rx_flags	= mymacvlan_filter_change_flags,
	NDO_RX_MODE(mymacvlan_filter_set_rx_mode),
	.ndo_set_mac_address	= mymacvlan_addr_set,
	.ndo_validate_addr	= eth_validate_addr,
	.ndo_get_stats64	= mymacvlan_get_stats64,
	.ndo_vlan_rx_add_vid	= mymacvlan_vlan_add,
	.ndo_vlan_rx_kill_vid	= mymacvlan_vlan_kill,
	NDO_FDB(mymacvlan_fdb_add, mymacvlan_fdb_del),
	.ndo_fdb_dump		= ndo_dflt_fdb_dump,
#ifdef CONFIG_NET_POLL_CONTROLLER
	.ndo_poll_controller	= mymacvlan_poll_controller,
	NDO_NETPOLL_SETUP(mymacvlan_netpoll_setup),
	.ndo_netpoll_cleanup	= mymacvlan_netpoll_cleanup,
#endif
	.ndo_get_iflink		= mymacvlan_get_iflink,
	NDO_HWTSTAMP(mymacvlan_hwtstamp_get, mymacvlan_hwtstamp_set),
};

/**
 * mymacvlan_setup() - rtnl_link_ops.setup: a child before its options
 * @dev: the new device
 *
 * Context: RTNL not needed.
 */
void mymacvlan_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->max_mtu = ETH_MAX_MTU;
	/* Frames go on to another device: they must be ours to change. */
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	dev->priv_flags |= IFF_UNICAST_FLT | IFF_NO_QUEUE;
	netif_keep_dst(dev);
	netdev_set_change_proto_down(dev);
	dev->netdev_ops = &mymacvlan_netdev_ops;
	dev->ethtool_ops = &mymacvlan_ethtool_ops;
	dev->needs_free_netdev = true;
	dev->priv_destructor = mymacvlan_free;
}
EXPORT_SYMBOL_GPL(mymacvlan_setup);
