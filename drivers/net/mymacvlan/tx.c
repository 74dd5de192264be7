// SPDX-License-Identifier: GPL-2.0-only
/*
 * A child sends a frame: to the wire, or straight to a sibling in mode bridge.
 *
 * Everything here runs with BHs disabled, on several CPUs at once (lltx).
 */
#include <linux/netpoll.h>
#include <net/rps.h>
#include "count.h"
#include "deliver.h"
#include "host.h"
#include "table.h"
#include "turn.h"

static const void *mymacvlan_nf_ingress(const struct net_device *dev)
{
#ifdef CONFIG_NETFILTER_INGRESS
	return rcu_access_pointer(dev->nf_hooks_ingress);
#else
	return NULL;
#endif
}

static const void *mymacvlan_vlan_info(const struct net_device *dev)
{
#if IS_ENABLED(CONFIG_VLAN_8021Q)
	return rcu_access_pointer(dev->vlan_info);
#else
	return NULL;
#endif
}

/*
 * A packet socket on the lower device for this frame's protocol alone (LLDP's, say,
 * which is no reason to send others' frames the long way). What the protocol of
 * a tagged frame or of one with a length will be only the receive path knows.
 */
static noinline bool mymacvlan_has_listener(const struct net_device *lower,
					    const struct sk_buff *skb)
{
	__be16 proto = skb_eth_hdr(skb)->h_proto;
	const struct packet_type *ptype;

	if (eth_type_vlan(proto) || !eth_proto_is_802_3(proto))
		return true;
	list_for_each_entry_rcu(ptype, &lower->ptype_specific, list)
		if (ptype->type == proto)
			return true;
	return false;
}

/*
 * Would anyone on the lower device's receive path see a frame, or a sibling's
 * that comes that way? Then it has to go there: an administrator's tcpdump
 * counts on it, and so does a child in mode source.
 */
static __always_inline bool
mymacvlan_is_watched(const struct mymacvlan_port *port,
		     const struct net_device *lower, const struct sk_buff *skb)
{
	return READ_ONCE(port->rx_flags) & MYMACVLAN_PORT_SOURCE ||
	       (!list_empty(&lower->ptype_specific) &&
		mymacvlan_has_listener(lower, skb)) ||
	       dev_is_captured_rcu(lower);
}

/*
 * Which CPU receives a frame is the lower device's to say, as it is for frames from
 * the wire (rps_cpus and rps_flow_cnt of its receive queue); never the sibling's.
 */
static __always_inline bool mymacvlan_is_steered(const struct net_device *lower,
						 const struct net_device *to)
{
	return netdev_rps_needed() &&
	       (netdev_has_rps(lower) || netdev_has_rps(to));
}

/* Might a frame be stopped there? One test for what is hardly ever there. */
static __always_inline bool
mymacvlan_has_rules(const struct net_device *lower)
{
	return (unsigned long)rcu_access_pointer(lower->xdp_prog) |
	       (unsigned long)dev_tc_ingress(lower) |
	       (unsigned long)mymacvlan_nf_ingress(lower) |
	       (unsigned long)mymacvlan_vlan_info(lower);
}

/* A tagged frame could meet a VLAN device on the lower device. */
static bool mymacvlan_is_stopped(const struct net_device *lower,
				 const struct sk_buff *skb)
{
	return rcu_access_pointer(lower->xdp_prog) ||
	       dev_tc_ingress(lower) || mymacvlan_nf_ingress(lower) ||
	       eth_type_vlan(skb_eth_hdr(skb)->h_proto);
}

/*
 * No other driver sends this frame, so ours tells its sender when it went. Only
 * where that was asked for: old kernels first look for a PTP frame in it.
 */
static __always_inline void mymacvlan_stamp(struct sk_buff *skb)
{
	if (unlikely(skb_shinfo(skb)->tx_flags))
		skb_tx_timestamp(skb);
}

/* By way of the lower device's receive path, where our rx handler meets it. */
static noinline netdev_tx_t mymacvlan_xmit_hairpin(struct sk_buff *skb,
						   struct net_device *dev)
{
	const struct mymacvlan_child *child = mymacvlan_child(dev);
	unsigned int len = skb->len;

	/* It was a queue for sending. */
	skb_set_queue_mapping(skb, 0);
	if (likely(dev_forward_skb(mymacvlan_lower(child), skb) == NET_RX_SUCCESS))
		mymacvlan_count_tx_local(child, len, MYMACVLAN_TX_HAIRPIN);
	else
		mymacvlan_count(child, MYMACVLAN_TX_DROP_LOCAL);
	return NETDEV_TX_OK;
}

static noinline void
mymacvlan_rx_direct_drop(const struct mymacvlan_child *dest,
			 enum mymacvlan_counter cause)
{
	mymacvlan_count_rx_drop(dest, mymacvlan_dev(dest)->dev_addr, cause);
}

static noinline netdev_tx_t
mymacvlan_xmit_local_drop(struct sk_buff *skb, struct net_device *dev,
			  enum mymacvlan_counter cause,
			  enum skb_drop_reason reason)
{
	mymacvlan_count(mymacvlan_child(dev), cause);
	kfree_skb_reason(skb, reason);
	return NETDEV_TX_OK;
}

/*
 * A frame larger than the sibling's MTU, which gets it all the same, as it would
 * from the wire, within the lower device's limits; or a sibling in the midst of
 * a change of address, or of going down, or on its way out.
 */
static noinline netdev_tx_t
mymacvlan_xmit_oddly(struct sk_buff *skb, struct net_device *dev,
		     const struct mymacvlan_child *dest)
{
	const struct mymacvlan_child *child = mymacvlan_child(dev);
	struct net_device *to = mymacvlan_dev(dest);
	unsigned int len = skb->len;

	if (!__is_skb_forwardable(mymacvlan_lower(child), skb, true))
		return mymacvlan_xmit_local_drop(skb, dev,
						 MYMACVLAN_TX_DROP_LOCAL,
						 SKB_DROP_REASON_PKT_TOO_BIG);
	mymacvlan_count_tx_local(child, len, MYMACVLAN_TX_LOCAL);
	if (!netif_running(to) || mymacvlan_is_for_the_dead(dest, skb, ETH_HLEN)) {
		kfree_skb_reason(skb, SKB_DROP_REASON_DEV_READY);
		mymacvlan_rx_direct_drop(dest, MYMACVLAN_RX_DROP_DOWN);
		return NETDEV_TX_OK;
	}
	if (mymacvlan_turn_round(skb, to, !net_eq(dev_net(to), dev_net(dev)))) {
		mymacvlan_rx_direct_drop(dest, MYMACVLAN_RX_DROP_NOMEM);
		return NETDEV_TX_OK;
	}
	skb->pkt_type = PACKET_HOST;
	if (__netif_rx(skb) == NET_RX_SUCCESS)
		mymacvlan_count_rx_unicast(dest, len);
	else
		mymacvlan_rx_direct_drop(dest, MYMACVLAN_RX_DROP_BACKLOG);
	return NETDEV_TX_OK;
}

/*
 * Will dev_forward_skb() take it for what it is? Then it is also within the
 * limits of the lower device, whose MTU no child's exceeds. What it refuses it
 * adds to the device's drops itself (see mymacvlan_get_stats64()), so what we
 * tell apart must not get there. A child that still has the station is up, and
 * has the address that the frame was found by (see mymacvlan_addr_move()).
 */
static __always_inline bool
mymacvlan_is_plain(const struct mymacvlan_entry *station,
		   const struct net_device *dev, const struct sk_buff *skb)
{
	/* Pairs with the barriers in mymacvlan_addr_move(). */
	return smp_load_acquire(&station->child->station) == station &&
	       (skb->len - ETH_HLEN <= READ_ONCE(dev->mtu) ||
		skb_is_gso(skb)) &&
	       !mymacvlan_is_for_the_dead(station->child, skb, ETH_HLEN);
}

static __always_inline netdev_tx_t
mymacvlan_xmit_direct(struct sk_buff *skb, struct net_device *dev,
		      const struct mymacvlan_entry *station)
{
	const struct mymacvlan_child *dest = station->child;
	struct net_device *to = mymacvlan_dev(dest);
	unsigned int len = skb->len;

	if (unlikely(!mymacvlan_is_plain(station, to, skb)))
		return mymacvlan_xmit_oddly(skb, dev, dest);
	/* It was a queue for sending. */
	skb_set_queue_mapping(skb, 0);
	mymacvlan_count_tx_local(mymacvlan_child(dev), len, MYMACVLAN_TX_LOCAL);
	if (likely(dev_forward_skb(to, skb) == NET_RX_SUCCESS))
		mymacvlan_count_rx_unicast(dest, len);
	else
		mymacvlan_rx_direct_drop(dest, MYMACVLAN_RX_DROP_BACKLOG);
	return NETDEV_TX_OK;
}

static noinline netdev_tx_t
mymacvlan_xmit_by_rules(struct sk_buff *skb, struct net_device *dev,
			const struct mymacvlan_entry *station)
{
	if (mymacvlan_is_stopped(mymacvlan_lower(mymacvlan_child(dev)), skb))
		return mymacvlan_xmit_hairpin(skb, dev);
	return mymacvlan_xmit_direct(skb, dev, station);
}

static noinline netdev_tx_t
mymacvlan_xmit_local(struct sk_buff *skb, struct net_device *dev,
		     const struct mymacvlan_entry *station)
{
	const struct mymacvlan_child *child = mymacvlan_child(dev);
	const struct net_device *lower = mymacvlan_lower(child);

	if (unlikely(!(READ_ONCE(lower->flags) & IFF_UP)))
		return mymacvlan_xmit_local_drop(skb, dev,
						 MYMACVLAN_TX_DROP_LOWER_DOWN,
						 SKB_DROP_REASON_DEV_READY);
	mymacvlan_stamp(skb);
	if (mymacvlan_is_watched(child->port, lower, skb) ||
	    mymacvlan_is_steered(lower, mymacvlan_dev(station->child)))
		return mymacvlan_xmit_hairpin(skb, dev);
	if (unlikely(mymacvlan_has_rules(lower)))
		return mymacvlan_xmit_by_rules(skb, dev, station);
	return mymacvlan_xmit_direct(skb, dev, station);
}

/*
 * The wire has not simply taken a frame. A lower device that is down takes and
 * loses it, and says that it is congested.
 */
static noinline netdev_tx_t
mymacvlan_xmit_wire_trouble(const struct net_device *dev, unsigned int len,
			    int ret)
{
	const struct mymacvlan_child *child = mymacvlan_child(dev);

	if (!(READ_ONCE(mymacvlan_lower(child)->flags) & IFF_UP)) {
		mymacvlan_count(child, MYMACVLAN_TX_DROP_LOWER_DOWN);
		return NET_XMIT_DROP;
	}
	if (ret == NET_XMIT_CN)
		mymacvlan_count_tx(child, len);
	else
		mymacvlan_count(child, MYMACVLAN_TX_DROP_WIRE);
	return ret;
}

static __always_inline netdev_tx_t
mymacvlan_xmit_lower(struct sk_buff *skb, struct net_device *dev,
		     struct net_device *sb_dev)
{
	const struct mymacvlan_child *child = mymacvlan_child(dev);
	unsigned int len = skb->len;
	int ret;

	skb->dev = mymacvlan_lower(child);
	ret = dev_queue_xmit_accel(skb, sb_dev);
	if (unlikely(ret != NET_XMIT_SUCCESS))
		return mymacvlan_xmit_wire_trouble(dev, len, ret);
	mymacvlan_count_tx(child, len);
	return NETDEV_TX_OK;
}

static noinline netdev_tx_t mymacvlan_xmit_wire(struct sk_buff *skb,
						struct net_device *dev)
{
	return mymacvlan_xmit_lower(skb, dev, NULL);
}

/* A child with offloaded forwarding has queues of its own there. */
static noinline netdev_tx_t mymacvlan_xmit_any_wire(struct sk_buff *skb,
						    struct net_device *dev)
{
	return mymacvlan_xmit_lower(skb, dev,
				    netdev_get_sb_channel(dev) ? dev : NULL);
}

#ifdef CONFIG_NET_POLL_CONTROLLER
/* A netpoll that sends through this child. Context: RTNL. */
static bool mymacvlan_has_netpoll(const struct mymacvlan_child *child)
{
	return child->mvd.netpoll;
}

static noinline netdev_tx_t
mymacvlan_xmit_netpoll(struct mymacvlan_child *child, struct sk_buff *skb)
{
	unsigned int len = skb->len;
	netdev_tx_t ret = netpoll_send_skb(READ_ONCE(child->mvd.netpoll), skb);

	/*
	 * IRQs may be disabled, and a writer of the counters interrupted: fine
	 * where they need no sequence count.
	 */
	if (!IS_ENABLED(CONFIG_64BIT))
		return ret;
	if (ret == NETDEV_TX_OK)
		mymacvlan_count_tx(child, len);
	else
		mymacvlan_count(child, MYMACVLAN_TX_DROP_WIRE);
	return ret;
}
#else
static bool mymacvlan_has_netpoll(const struct mymacvlan_child *child)
{
	return false;
}

static netdev_tx_t mymacvlan_xmit_netpoll(struct mymacvlan_child *child,
					  struct sk_buff *skb)
{
	return mymacvlan_xmit_any_wire(skb, mymacvlan_dev(child));
}
#endif

/* Broadcast and multicast: to the siblings and to the wire. */
static noinline netdev_tx_t
mymacvlan_xmit_flood(struct sk_buff *skb, struct net_device *dev)
{
	/* The core has disabled BHs, which is enough, but not for lockdep. */
	rcu_read_lock();
	mymacvlan_flood_local_rcu(mymacvlan_child(dev), skb);
	rcu_read_unlock();
	return mymacvlan_xmit_any_wire(skb, dev);
}

/*
 * The frame paths below end in tail calls wherever they go, so that none of
 * them saves registers for another.
 */
static __always_inline netdev_tx_t
mymacvlan_xmit_bridge(struct sk_buff *skb, struct net_device *dev,
		      netdev_tx_t (*wire)(struct sk_buff *skb,
					  struct net_device *dev))
{
	const struct mymacvlan_port *port = mymacvlan_child(dev)->port;
	const u8 *addr = skb_eth_hdr(skb)->h_dest;
	const struct mymacvlan_entry *station;

	if (is_multicast_ether_addr(addr))
		return mymacvlan_xmit_flood(skb, dev);
	station = mymacvlan_find_station_rcu(port, mymacvlan_frame_key(addr));
	if (station && mymacvlan_mode(station->child) == MYMACVLAN_MODE_BRIDGE &&
	    !mymacvlan_is_protodown(station->child))
		return mymacvlan_xmit_local(skb, dev, station);
	return wire(skb, dev);
}

/* To the wire, by way of the hook that catches the host's own frames. */
static netdev_tx_t mymacvlan_xmit_signed(struct sk_buff *skb,
					 struct net_device *dev)
{
	mymacvlan_host_sign(mymacvlan_child(dev)->port, skb);
	return mymacvlan_xmit_any_wire(skb, dev);
}

/* Broadcast and multicast: to siblings, to the host and to the wire. */
static netdev_tx_t mymacvlan_xmit_flood_signed(struct sk_buff *skb,
					       struct net_device *dev)
{
	struct mymacvlan_child *child = mymacvlan_child(dev);

	rcu_read_lock();
	if (mymacvlan_mode(child) == MYMACVLAN_MODE_BRIDGE)
		mymacvlan_flood_local_rcu(child, skb);
	if (mymacvlan_talks_to_host(child))
		mymacvlan_host_copy(child, skb);
	rcu_read_unlock();
	return mymacvlan_xmit_signed(skb, dev);
}

/*
 * A child of a port that has children that talk to the host, be it one of them
 * or not, in any mode.
 */
static noinline netdev_tx_t
mymacvlan_xmit_hosted(struct sk_buff *skb, struct net_device *dev)
{
	const struct mymacvlan_child *child = mymacvlan_child(dev);

	if (is_multicast_ether_addr(skb_eth_hdr(skb)->h_dest))
		return mymacvlan_xmit_flood_signed(skb, dev);
	if (mymacvlan_talks_to_host(child) && mymacvlan_host_hears(child->port, skb)) {
		mymacvlan_host_deliver(child, skb);
		return NETDEV_TX_OK;
	}
	if (mymacvlan_mode(child) != MYMACVLAN_MODE_BRIDGE)
		return mymacvlan_xmit_signed(skb, dev);
	return mymacvlan_xmit_bridge(skb, dev, mymacvlan_xmit_signed);
}

/*
 * A packet socket that goes past the queue asks whether the device is running
 * before it disables BHs, and may come when the child is on its way out: from
 * here on there need not be a port any more.
 */
static netdev_tx_t mymacvlan_xmit_late(struct sk_buff *skb,
				       struct net_device *dev)
{
	mymacvlan_xmit_local_drop(skb, dev, MYMACVLAN_TX_DROP_WIRE,
				  SKB_DROP_REASON_DEV_READY);
	return NET_XMIT_DROP;
}

/* Redirected frames (BPF, tc) need not have a linear header. */
static noinline netdev_tx_t
mymacvlan_xmit_slow(struct sk_buff *skb, struct net_device *dev)
{
	struct mymacvlan_child *child = mymacvlan_child(dev);
	bool sign;

	if (unlikely(!netif_running(dev)))
		return mymacvlan_xmit_late(skb, dev);
	if (netpoll_tx_running(dev))
		return mymacvlan_xmit_netpoll(child, skb);
	sign = READ_ONCE(child->port->sign);
	if (!sign && mymacvlan_mode(child) != MYMACVLAN_MODE_BRIDGE)
		return mymacvlan_xmit_any_wire(skb, dev);
	if (unlikely(!pskb_may_pull(skb, ETH_HLEN)))
		return mymacvlan_xmit_local_drop(skb, dev,
						 MYMACVLAN_TX_DROP_LOCAL,
						 SKB_DROP_REASON_HDR_TRUNC);
	if (sign)
		return mymacvlan_xmit_hosted(skb, dev);
	return mymacvlan_xmit_bridge(skb, dev, mymacvlan_xmit_any_wire);
}

/**
 * mymacvlan_start_xmit() - ndo_start_xmit
 * @skb: the frame, its Ethernet header at skb->data
 * @dev: the child
 *
 * Context: BHs disabled; for netpoll IRQs too.
 * Return: NETDEV_TX_OK or what the lower device's queue said.
 */
netdev_tx_t mymacvlan_start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct mymacvlan_child *child = mymacvlan_child(dev);

	if (unlikely(!READ_ONCE(child->tx_local) || skb_headlen(skb) < ETH_HLEN))
		return mymacvlan_xmit_slow(skb, dev);
	return mymacvlan_xmit_bridge(skb, dev, mymacvlan_xmit_wire);
}

/**
 * mymacvlan_xmit_update() - decide how a child's frames are sent
 * @child: a child whose mode or netpoll has changed, or that goes up or down, or
 *	whose port begins or ceases to talk to the host; offloaded forwarding
 *	begins in ndo_open only
 *
 * Context: RTNL.
 */
void mymacvlan_xmit_update(struct mymacvlan_child *child)
{
	ASSERT_RTNL();
	WRITE_ONCE(child->tx_local,
		   mymacvlan_mode(child) == MYMACVLAN_MODE_BRIDGE &&
		   !mymacvlan_has_netpoll(child) && !child->mvd.accel_priv &&
		   !child->port->sign &&
		   netif_running(mymacvlan_dev(child)));
}
