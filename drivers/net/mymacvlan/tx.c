// SPDX-License-Identifier: GPL-2.0-only
/*
 * A child sends a frame: to the wire, or straight to a sibling in mode bridge.
 *
 * Everything here runs with BHs disabled, on several CPUs at once (lltx).
 */
#include <linux/netpoll.h>
#include "count.h"
#include "table.h"

/**
 * mymacvlan_turn_round() - make a sent frame a received one
 * @skb: a frame with its Ethernet header at skb->data, all of it linear;
 *	freed on failure
 * @dev: the child that is to receive it
 * @other_netns: it crosses into another network namespace
 *
 * What dev_forward_skb() does, less its check against the MTU of @dev: a
 * sibling may have a smaller one than the lower device, and gets large frames
 * all the same, as it would from the wire.
 *
 * Context: BHs disabled.
 * Return: 0 or -ENOMEM.
 */
int mymacvlan_turn_round(struct sk_buff *skb, struct net_device *dev,
			 bool other_netns)
{
	if (skb_orphan_frags(skb, GFP_ATOMIC)) {
		kfree_skb_reason(skb, SKB_DROP_REASON_NOMEM);
		return -ENOMEM;
	}
	skb_scrub_packet(skb, other_netns);
	skb->priority = 0;
	skb->protocol = eth_type_trans(skb, dev);
	skb_postpull_rcsum(skb, eth_hdr(skb), ETH_HLEN);
	return 0;
}

/*
 * Would anyone on the lower device's receive path see this frame, or stop it?
 * Then it has to go that way: an administrator's tcpdump and rules count on
 * it, and so does a child in mode source. A tagged frame could meet a VLAN
 * device there.
 */
static bool mymacvlan_is_watched(const struct mymacvlan_port *port,
				 const struct sk_buff *skb)
{
	const struct net_device *lower = port->lower;

	if (READ_ONCE(port->special) & MYMACVLAN_PORT_SOURCE)
		return true;
	if (!list_empty(&lower->ptype_specific) ||
	    dev_nit_active((struct net_device *)lower))
		return true;
	if (rcu_access_pointer(lower->xdp_prog) || dev_has_tc_ingress(lower))
		return true;
#ifdef CONFIG_NETFILTER_INGRESS
	if (rcu_access_pointer(lower->nf_hooks_ingress))
		return true;
#endif
#if IS_ENABLED(CONFIG_VLAN_8021Q)
	if (eth_type_vlan(skb_eth_hdr(skb)->h_proto) &&
	    rcu_access_pointer(lower->vlan_info))
		return true;
#endif
	return false;
}

/* By way of the lower device's receive path, where our rx handler meets it. */
static void mymacvlan_xmit_hairpin(const struct mymacvlan_child *child,
				   struct sk_buff *skb)
{
	unsigned int len = skb->len;

	if (dev_forward_skb(mymacvlan_lower(child), skb) != NET_RX_SUCCESS) {
		mymacvlan_count(child, MYMACVLAN_TX_DROP_LOCAL);
		return;
	}
	mymacvlan_count_tx(child, len);
	mymacvlan_count(child, MYMACVLAN_TX_HAIRPIN);
}

static void mymacvlan_receive_direct(const struct mymacvlan_child *dest,
				     struct sk_buff *skb, unsigned int len)
{
	/* Also while the address is changing, as on the way by the wire. */
	skb->pkt_type = PACKET_HOST;
	if (__netif_rx(skb) != NET_RX_SUCCESS)
		mymacvlan_count_rx_drop(dest, mymacvlan_dev(dest)->dev_addr,
					MYMACVLAN_RX_DROP_BACKLOG);
	else
		mymacvlan_count_rx_unicast(dest, len);
}

static void mymacvlan_xmit_direct(const struct mymacvlan_child *child,
				  const struct mymacvlan_child *dest,
				  struct sk_buff *skb)
{
	struct net_device *dev = mymacvlan_dev(dest);
	const u8 *addr = dev->dev_addr;
	unsigned int len = skb->len;

	mymacvlan_count_tx(child, len);
	mymacvlan_count(child, MYMACVLAN_TX_LOCAL);

	if (unlikely(!(dev->flags & IFF_UP))) {
		kfree_skb_reason(skb, SKB_DROP_REASON_DEV_READY);
		mymacvlan_count_rx_drop(dest, addr, MYMACVLAN_RX_DROP_DOWN);
	} else if (mymacvlan_turn_round(skb, dev, !net_eq(dev_net(dev),
							  dev_net(skb->dev)))) {
		mymacvlan_count_rx_drop(dest, addr, MYMACVLAN_RX_DROP_NOMEM);
	} else {
		mymacvlan_receive_direct(dest, skb, len);
	}
}

/* The same limits as on the way through the lower device. */
static void mymacvlan_xmit_local(const struct mymacvlan_child *child,
				 const struct mymacvlan_child *dest,
				 struct sk_buff *skb)
{
	const struct net_device *lower = mymacvlan_lower(child);

	if (unlikely(!(lower->flags & IFF_UP))) {
		mymacvlan_count(child, MYMACVLAN_TX_DROP_LOWER_DOWN);
		kfree_skb_reason(skb, SKB_DROP_REASON_DEV_READY);
	} else if (unlikely(!__is_skb_forwardable(lower, skb, true))) {
		mymacvlan_count(child, MYMACVLAN_TX_DROP_LOCAL);
		kfree_skb_reason(skb, SKB_DROP_REASON_PKT_TOO_BIG);
	} else if (mymacvlan_is_watched(child->port, skb)) {
		mymacvlan_xmit_hairpin(child, skb);
	} else {
		mymacvlan_xmit_direct(child, dest, skb);
	}
}

static netdev_tx_t mymacvlan_xmit_wire(const struct mymacvlan_child *child,
				       struct sk_buff *skb)
{
	struct net_device *dev = mymacvlan_dev(child);
	unsigned int len = skb->len;
	int ret;

	skb->dev = mymacvlan_lower(child);
	if (unlikely(!(skb->dev->flags & IFF_UP))) {
		/* Its queue would take the frame, and lose it. */
		mymacvlan_count(child, MYMACVLAN_TX_DROP_LOWER_DOWN);
		kfree_skb_reason(skb, SKB_DROP_REASON_DEV_READY);
		return NET_XMIT_DROP;
	}
	/* A child with offloaded forwarding has queues of its own there. */
	ret = dev_queue_xmit_accel(skb, netdev_get_sb_channel(dev) ? dev : NULL);
	if (likely(ret == NET_XMIT_SUCCESS || ret == NET_XMIT_CN))
		mymacvlan_count_tx(child, len);
	else
		mymacvlan_count(child, MYMACVLAN_TX_DROP_WIRE);
	return ret;
}

/* Returns true if the frame is for a sibling alone, and has gone there. */
static bool mymacvlan_xmit_siblings_rcu(struct mymacvlan_child *child,
					struct sk_buff *skb)
{
	const u8 *addr = skb_eth_hdr(skb)->h_dest;
	const struct mymacvlan_child *dest;

	if (is_multicast_ether_addr(addr)) {
		mymacvlan_flood_local_rcu(child, skb);
		return false;
	}
	dest = mymacvlan_find_rcu(child->port, addr);
	if (!dest || mymacvlan_mode(dest) != MYMACVLAN_MODE_BRIDGE)
		return false;
	mymacvlan_xmit_local(child, dest, skb);
	return true;
}

static netdev_tx_t mymacvlan_xmit_bridge(struct mymacvlan_child *child,
					 struct sk_buff *skb)
{
	bool done;

	/* The core has disabled BHs, which is enough, but not for lockdep. */
	rcu_read_lock();
	done = mymacvlan_xmit_siblings_rcu(child, skb);
	rcu_read_unlock();
	return done ? NETDEV_TX_OK : mymacvlan_xmit_wire(child, skb);
}

#ifdef CONFIG_NET_POLL_CONTROLLER
static netdev_tx_t mymacvlan_xmit_netpoll(struct mymacvlan_child *child,
					  struct sk_buff *skb)
{
	unsigned int len = skb->len;
	netdev_tx_t ret = netpoll_send_skb(child->mvd.netpoll, skb);

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
static netdev_tx_t mymacvlan_xmit_netpoll(struct mymacvlan_child *child,
					  struct sk_buff *skb)
{
	return mymacvlan_xmit_wire(child, skb);
}
#endif

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

	if (unlikely(netpoll_tx_running(dev)))
		return mymacvlan_xmit_netpoll(child, skb);
	if (mymacvlan_mode(child) != MYMACVLAN_MODE_BRIDGE)
		return mymacvlan_xmit_wire(child, skb);
	/* Redirected frames (BPF, tc) need not have a linear header. */
	if (unlikely(!pskb_may_pull(skb, ETH_HLEN))) {
		mymacvlan_count(child, MYMACVLAN_TX_DROP_LOCAL);
		kfree_skb_reason(skb, SKB_DROP_REASON_HDR_TRUNC);
		return NETDEV_TX_OK;
	}
	return mymacvlan_xmit_bridge(child, skb);
}
