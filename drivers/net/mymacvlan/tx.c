// SPDX-License-Identifier: GPL-2.0-only
/*
 * A child sends a frame: to a sibling in mode bridge, or to the wire.
 *
 * Everything here runs with BHs disabled, on several CPUs at once (lltx).
 */
#include <linux/if_vlan.h>
#include <linux/netpoll.h>
#include <net/rps.h>
#include "count.h"
#include "deliver.h"
#include "host.h"
#include "macnat.h"
#include "pin_plain.h"
#include "table.h"
#include "forward.h"

static netdev_tx_t mymacvlan_xmit_drop(struct mymacvlan_child *child,
				       struct sk_buff *skb,
				       enum mymacvlan_drop cause)
{
	mymacvlan_lose(child, cause, skb, MYMACVLAN_SENT);
	return NETDEV_TX_OK;
}

/*
 * What the lower device has not simply taken: the frame is gone. noinline: the plain path
 * has less to keep.
 */
static noinline netdev_tx_t mymacvlan_xmit_refused(struct mymacvlan_child *child,
						   unsigned int len, int ret)
{
	enum mymacvlan_drop cause = MYMACVLAN_TX_DROP_WIRE;

	/* A lower device that is down has lost it, and says NET_XMIT_CN. */
	if (!(READ_ONCE(mymacvlan_lower(child)->flags) & IFF_UP)) {
		cause = MYMACVLAN_TX_DROP_LOWER_DOWN;
		ret = NET_XMIT_DROP;
	} else if (ret == NET_XMIT_CN) {
		mymacvlan_count_tx(child, len);
		return ret;
	}
	mymacvlan_count_lost(child, cause, NULL, MYMACVLAN_GONE);
	return ret;
}

static netdev_tx_t mymacvlan_xmit_wire(struct mymacvlan_child *child,
				       struct sk_buff *skb)
{
	struct net_device *dev = mymacvlan_dev(child);
	unsigned int len = skb->len;
	int ret;

	skb->dev = mymacvlan_lower(child);
	/* A child with offloaded forwarding has queues of its own there. */
	ret = dev_queue_xmit_accel(skb, netdev_get_sb_channel(dev) ? dev : NULL);
	if (ret != NET_XMIT_SUCCESS)
		return mymacvlan_xmit_refused(child, len, ret);
	mymacvlan_count_tx(child, len);
	return ret;
}

/* To the wire, of a port that may have a host to talk to or an uplink for one MAC. */
static netdev_tx_t mymacvlan_xmit_out(struct mymacvlan_child *child,
				      struct sk_buff *skb)
{
	if (mymacvlan_is_macnat(child) && !mymacvlan_macnat_tx(child, skb))
		return NETDEV_TX_OK;
	if (READ_ONCE(child->port->tx_cookies))
		mymacvlan_host_set_cookie(child->port, skb);
	return mymacvlan_xmit_wire(child, skb);
}

/*
 * May a frame go straight to a sibling? Only if nobody on the lower device's
 * receive path would see it, stop it or choose its CPU: who captures or filters
 * there counts on that, and so does a child in mode source.
 */
static bool mymacvlan_may_bypass_lower(const struct mymacvlan_child *child,
				       const struct net_device *to,
				       const struct sk_buff *skb)
{
	const struct net_device *lower = mymacvlan_lower(child);
	__be16 proto = skb_eth_hdr(skb)->h_proto;
	const struct packet_type *ptype;
	bool tagged;

	if (READ_ONCE(child->port->rx_flags) & MYMACVLAN_PORT_SOURCE ||
	    dev_is_captured_rcu(lower) ||
	    rcu_access_pointer(lower->xdp_prog) ||
	    dev_tc_ingress(lower) || dev_nf_ingress(lower))
		return false;
	/* The sibling's choice is not for frames from elsewhere either. */
	if (netdev_rps_needed() && (netdev_has_rps(lower) || netdev_has_rps(to)))
		return false;
	tagged = skb_vlan_tag_present(skb) || eth_type_vlan(proto);
	if (tagged && dev_vlan_info(lower))
		return false;
	if (list_empty(&lower->ptype_specific))
		return true;
	/*
	 * Packet sockets for one protocol. That of a tagged frame, or of one
	 * with a length, only the receive path can tell.
	 */
	if (tagged || !eth_proto_is_802_3(proto))
		return false;
	list_for_each_entry_rcu(ptype, &lower->ptype_specific, list)
		if (ptype->type == proto)
			return false;
	return true;
}

/*
 * Within the limits of the lower device, as if it had been there and back. But not
 * what a VLAN device would take there: that goes out, as without the sibling.
 */
static netdev_tx_t mymacvlan_xmit_local(struct mymacvlan_child *child,
					struct sk_buff *skb,
					struct mymacvlan_child *dest)
{
	struct net_device *lower = mymacvlan_lower(child);
	struct net_device *to = mymacvlan_dev(dest);
	unsigned int len = skb->len;
	bool direct;

	if (!(READ_ONCE(lower->flags) & IFF_UP))
		return mymacvlan_xmit_drop(child, skb,
					   MYMACVLAN_TX_DROP_LOWER_DOWN);
	if (!__is_skb_forwardable(lower, skb, true))
		return mymacvlan_xmit_drop(child, skb, MYMACVLAN_TX_DROP_LOCAL);
	direct = mymacvlan_may_bypass_lower(child, to, skb);
	/* That one may be anybody's, and a sibling's address no way to the host. */
	if (!direct && mymacvlan_is_of_vlan_below(lower, skb))
		return mymacvlan_xmit_out(child, skb);
	/* No other driver sends it. Old kernels look for PTP first: not for all. */
	if (skb_shinfo(skb)->tx_flags)
		skb_tx_timestamp(skb);
	/* It was a queue for sending. */
	skb_set_queue_mapping(skb, 0);

	if (!direct) {
		/* Our rx handler meets it there. */
		if (dev_forward_skb(lower, skb) == NET_RX_SUCCESS)
			mymacvlan_count_tx_local(child, len,
						 MYMACVLAN_TX_HAIRPIN);
		else
			mymacvlan_count_lost(child, MYMACVLAN_TX_DROP_LOCAL, NULL,
					     MYMACVLAN_GONE);
		return NETDEV_TX_OK;
	}

	mymacvlan_count_tx_local(child, len, MYMACVLAN_TX_LOCAL);
	if (mymacvlan_is_for_the_dead(dest, skb, skb_eth_hdr(skb)->h_proto,
				      ETH_HLEN)) {
		mymacvlan_count_drop(dest, MYMACVLAN_RX_DROP_UNICAST);
		mymacvlan_lose(dest, MYMACVLAN_RX_DROP_DOWN, skb, MYMACVLAN_SENT);
		return NETDEV_TX_OK;
	}
	if (mymacvlan_skb_prep_rx(skb, to, !net_eq(dev_net(to), dev_net(skb->dev))))
		skb = NULL;
	/* In the midst of a change of address it may be told as another's. */
	mymacvlan_deliver(dest, skb, PACKET_HOST, 0);
	return NETDEV_TX_OK;
}

/* The sibling that a unicast frame of a bridge child is for, or NULL. */
static struct mymacvlan_child *
mymacvlan_xmit_find(const struct mymacvlan_child *child,
		    const struct sk_buff *skb)
{
	u64 key = mymacvlan_frame_key(skb_eth_hdr(skb)->h_dest);
	struct mymacvlan_child *dest;

	dest = mymacvlan_find_key_rcu(child->port, key);
	if (!dest || mymacvlan_mode(dest) != MYMACVLAN_MODE_BRIDGE ||
	    mymacvlan_is_protodown(dest))
		return NULL;
	return dest;
}

/* The netpoll that sends through this child, if any. */
static struct netpoll *mymacvlan_netpoll(const struct mymacvlan_child *child)
{
#ifdef CONFIG_NET_POLL_CONTROLLER
	return READ_ONCE(child->mvd.netpoll);
#else
	return NULL;
#endif
}

static netdev_tx_t mymacvlan_xmit_netpoll(struct mymacvlan_child *child,
					  struct sk_buff *skb)
{
	unsigned int len = skb->len;
	netdev_tx_t ret;

	if (mymacvlan_is_macnat(child) && !mymacvlan_macnat_tx(child, skb))
		return NETDEV_TX_OK;
	ret = netpoll_send_skb(mymacvlan_netpoll(child), skb);
	if (ret != NETDEV_TX_OK)
		mymacvlan_count_lost(child, MYMACVLAN_TX_DROP_WIRE, NULL,
				     MYMACVLAN_GONE);
	/*
	 * IRQs may be disabled, and a writer of the counters interrupted: fine
	 * where they need no sequence count.
	 */
	else if (IS_ENABLED(CONFIG_64BIT))
		mymacvlan_count_tx(child, len);
	return ret;
}

/*
 * PAUSE and PFC, behind up to as many VLAN tags as the stack takes off. What is looked
 * at is made linear: a packet ring's pages stay the sender's, to write another type.
 */
static bool mymacvlan_is_pause(struct sk_buff *skb)
{
	unsigned int offset = offsetof(struct ethhdr, h_proto);
	unsigned int tags = VLAN_MAX_DEPTH;
	__be16 type;

	do {
		if (!pskb_may_pull(skb, offset + sizeof(type)))
			return skb->len >= offset + sizeof(type);
		type = *(__be16 *)(skb->data + offset);
		offset += VLAN_HLEN;
	} while (eth_type_vlan(type) && tags--);
	return type == htons(ETH_P_PAUSE);
}

/*
 * What the switch's port would take for its own cable's: PAUSE stops it (IEEE 802.3
 * annex 31B and 31D, any address: cards differ in which they obey), a spanning tree's
 * message may shut it, LACP take it out of a bond. These are for who owns the port, as
 * the host does, and a child only in mode passthru. Of the addresses that no bridge
 * forwards (IEEE 802.1Q-2022, table 8-1) two are for stations, too, and may be used:
 * 03 (802.1X, a machine that signs on by itself) and 0e (LLDP; peer delay of PTP, for
 * which children have the lower device's time stamps).
 */
static bool mymacvlan_is_link_control(struct sk_buff *skb)
{
	const u8 *dest = skb_eth_hdr(skb)->h_dest;

	return (is_link_local_ether_addr(dest) && dest[5] != 0x03 && dest[5] != 0x0e) ||
	       mymacvlan_is_pause(skb);
}

/*
 * All that is not a unicast frame of a child without tx_flags, or with its pin
 * only. noinline: 8 instructions less for those, which then save two registers in
 * place of six.
 */
static noinline netdev_tx_t
mymacvlan_xmit_slow(struct mymacvlan_child *child, struct sk_buff *skb, u8 flags)
{
	bool bridge = mymacvlan_mode(child) == MYMACVLAN_MODE_BRIDGE;
	struct mymacvlan_child *dest;
	bool cookie, host;

	if (flags & (MYMACVLAN_TX_DOWN | MYMACVLAN_TX_PIN)) {
		/*
		 * A packet socket that goes past the queue asks whether the
		 * device is running before it disables BHs, and may come when
		 * the child is on its way out: then there need not be a port
		 * any more.
		 */
		if (flags & MYMACVLAN_TX_DOWN) {
			mymacvlan_xmit_drop(child, skb, MYMACVLAN_TX_DROP_WIRE);
			return NET_XMIT_DROP;
		}
		if (!mymacvlan_pin_permits(child, skb))
			return mymacvlan_xmit_drop(child, skb,
						   MYMACVLAN_TX_DROP_PIN);
	}
	if (netpoll_tx_running(mymacvlan_dev(child)))
		return mymacvlan_xmit_netpoll(child, skb);

	/* Redirected frames (BPF, tc) need not have a linear header. */
	if (!pskb_may_pull(skb, ETH_HLEN)) {
		mymacvlan_count_lost(child, MYMACVLAN_TX_DROP_LOCAL, skb,
				     MYMACVLAN_SENT);
		kfree_skb_reason(skb, SKB_DROP_REASON_HDR_TRUNC);
		return NETDEV_TX_OK;
	}
	if (rcu_access_pointer(child->port->bindings)) {
		rcu_read_lock();
		mymacvlan_binding_learn_rcu(child, skb);
		rcu_read_unlock();
	}
	cookie = READ_ONCE(child->port->tx_cookies);
	host = cookie && mymacvlan_host_enabled(child);

	if (is_multicast_ether_addr(skb_eth_hdr(skb)->h_dest)) {
		/* Disabled BHs are enough, but not for lockdep. */
		rcu_read_lock();
		if (bridge)
			mymacvlan_flood_local_rcu(child, skb);
		if (host)
			mymacvlan_host_copy(child, skb);
		rcu_read_unlock();
		if (mymacvlan_is_link_control(skb) &&
		    !mymacvlan_is_passthru(child->port))
			return mymacvlan_xmit_drop(child, skb,
						   MYMACVLAN_TX_DROP_LINK_CONTROL);
	} else if (host && mymacvlan_is_host_dst(child->port, skb)) {
		mymacvlan_host_deliver(child, skb);
		return NETDEV_TX_OK;
	} else if (bridge) {
		dest = mymacvlan_xmit_find(child, skb);
		if (dest)
			return mymacvlan_xmit_local(child, skb, dest);
	}
	return mymacvlan_xmit_out(child, skb);
}

/* A unicast frame of a bridge child. */
static __always_inline netdev_tx_t
mymacvlan_xmit_unicast(struct mymacvlan_child *child, struct sk_buff *skb)
{
	struct mymacvlan_child *dest = mymacvlan_xmit_find(child, skb);

	if (dest)
		return mymacvlan_xmit_local(child, skb, dest);
	return mymacvlan_xmit_wire(child, skb);
}

/*
 * Of a child that is pinned to more than its MAC address, or not only pinned. noinline:
 * a third register to save costs frames without a pin 2 instructions.
 */
static noinline netdev_tx_t
mymacvlan_xmit_pinned(struct mymacvlan_child *child, struct sk_buff *skb, u8 flags)
{
	if (flags != (MYMACVLAN_TX_PIN | MYMACVLAN_TX_PIN_IP) ||
	    !mymacvlan_pin_is_plain_ip(child, skb) ||
	    is_multicast_ether_addr(skb_eth_hdr(skb)->h_dest))
		return mymacvlan_xmit_slow(child, skb, flags);
	return mymacvlan_xmit_unicast(child, skb);
}

static __always_inline netdev_tx_t
mymacvlan_xmit(struct mymacvlan_child *child, struct sk_buff *skb)
{
	u8 flags = READ_ONCE(child->tx_flags);

	if (flags) {
		if (flags != MYMACVLAN_TX_PIN)
			return flags < MYMACVLAN_TX_PIN ?
			       mymacvlan_xmit_slow(child, skb, flags) :
			       mymacvlan_xmit_pinned(child, skb, flags);
		if (!mymacvlan_pin_is_plain(child, skb))
			return mymacvlan_xmit_slow(child, skb, flags);
	}
	if (skb_headlen(skb) < ETH_HLEN ||
	    is_multicast_ether_addr(skb_eth_hdr(skb)->h_dest))
		return mymacvlan_xmit_slow(child, skb, flags);
	return mymacvlan_xmit_unicast(child, skb);
}

/* noinline: a copy of the way there, or the plain one would save registers. */
static noinline netdev_tx_t mymacvlan_xmit_traced(struct mymacvlan_child *child,
						  struct sk_buff *skb)
{
	mymacvlan_trace_tx(child, skb);
	return mymacvlan_xmit(child, skb);
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

	if (mymacvlan_is_traced())
		return mymacvlan_xmit_traced(child, skb);
	return mymacvlan_xmit(child, skb);
}

/**
 * mymacvlan_xmit_own() - send a frame that the driver has made, to the wire only
 * @child: the child that it comes from, which is up
 * @skb: the frame, its Ethernet header at skb->data; taken
 *
 * Context: RTNL.
 */
void mymacvlan_xmit_own(struct mymacvlan_child *child, struct sk_buff *skb)
{
	local_bh_disable();
	if (mymacvlan_is_traced())
		mymacvlan_trace_tx(child, skb);
	mymacvlan_xmit_out(child, skb);
	local_bh_enable();
}

/**
 * mymacvlan_xmit_update() - decide how a child's frames are sent
 * @child: a child whose mode, netpoll or pin has changed, or that goes up or
 *	down, or whose port begins or ceases to talk to the host, or to keep bindings
 *
 * Context: RTNL.
 */
void mymacvlan_xmit_update(struct mymacvlan_child *child)
{
	u8 flags = 0;

	ASSERT_RTNL();
	if (mymacvlan_mode(child) != MYMACVLAN_MODE_BRIDGE ||
	    mymacvlan_netpoll(child) || child->port->tx_cookies ||
	    rcu_access_pointer(child->port->bindings))
		flags |= MYMACVLAN_TX_SLOW;
	if (!netif_running(mymacvlan_dev(child)))
		flags |= MYMACVLAN_TX_DOWN;
	if (child->pin)
		flags |= MYMACVLAN_TX_PIN;
	if (child->pin > MYMACVLAN_PIN_MAC)
		flags |= MYMACVLAN_TX_PIN_IP;
	WRITE_ONCE(child->tx_flags, flags);
}
