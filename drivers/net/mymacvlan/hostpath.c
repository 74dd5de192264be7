// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames between the host and the children that have the option "host on".
 *
 * Two things keep each frame from being delivered twice:
 *
 *   - A child's frame to the wire crosses the lower device's egress hook, where
 *     the host's own are caught. It carries a cookie in skb->cb, as no one
 *     writes there between the child's transmission and the hook.
 *   - A child's frame to the host meets our rx handler on its way up. It
 *     carries a route ("metadata", as tunnels have it) of a type that nobody
 *     knows and of the port's own making. This survives all that may happen
 *     there: waiting in a backlog, another CPU, a copy made for generic XDP, tc.
 */
#include <linux/if_vlan.h>
#include <linux/netfilter_netdev.h>
#include <net/dst.h>
#include <net/xfrm.h>
#include "arp.h"
#include "count.h"
#include "deliver.h"
#include "host.h"
#include "identity.h"
#include "table.h"
#include "forward.h"

/* The end of skb->cb: queueing disciplines and netfilter use the beginning. */
#define MYMACVLAN_COOKIE_OFFSET \
	(sizeof_field(struct sk_buff, cb) - \
	 sizeof_field(struct mymacvlan_host, tx_cookie))

static u64 *mymacvlan_tx_cookie(struct sk_buff *skb)
{
	return (u64 *)(skb->cb + MYMACVLAN_COOKIE_OFFSET);
}

static const struct mymacvlan_host *
mymacvlan_host_rcu(const struct mymacvlan_port *port)
{
	return rcu_dereference_check(port->host, rcu_read_lock_any_held());
}

/**
 * mymacvlan_host_set_cookie() - a child's frame is on its way to the wire
 * @port: the child's port
 * @skb: the frame
 *
 * Context: BHs disabled.
 */
void mymacvlan_host_set_cookie(const struct mymacvlan_port *port,
			       struct sk_buff *skb)
{
	const struct mymacvlan_host *host = mymacvlan_host_rcu(port);
	u64 *cookie = mymacvlan_tx_cookie(skb);

	if (!host)
		return;
	cookie[0] = host->tx_cookie[0];
	cookie[1] = host->tx_cookie[1];
}

/* Returns true for a child's frame, and takes the cookie off. */
static bool mymacvlan_host_take_cookie(const struct mymacvlan_host *host,
				       struct sk_buff *skb)
{
	u64 *cookie = mymacvlan_tx_cookie(skb);

	if (cookie[0] != host->tx_cookie[0] || cookie[1] != host->tx_cookie[1])
		return false;
	cookie[0] = 0;
	cookie[1] = 0;
	return true;
}

/**
 * mymacvlan_host_take_metadata() - has a child sent this frame to the host?
 * @skb: a frame that an rx handler of ours has got
 *
 * Any port's metadata will do: the child's port may have ended meanwhile, and
 * another one be in its place. Takes it off, unless somebody else holds
 * the frame, too; above the handler it means nothing, and a route is looked for
 * all the same.
 *
 * Context: RCU read side.
 * Return: true if the frame is for nobody but the host.
 */
bool mymacvlan_host_take_metadata(struct sk_buff *skb)
{
	const struct metadata_dst *md_dst = skb_metadata_dst(skb);

	if (!md_dst || md_dst->type != MYMACVLAN_METADATA)
		return false;
	if (!skb_shared(skb))
		skb_dst_drop(skb);
	return true;
}

/*
 * The VLAN tag number @i, from outside, of a frame whose Ethernet header is at
 * skb->data. Returns false if there is none.
 */
static bool mymacvlan_tag(const struct sk_buff *skb, unsigned int i,
			  __be16 *proto, u16 *vid)
{
	struct {
		__be16 proto;
		__be16 tci;
	} buf, *tag;
	unsigned int beside = skb_vlan_tag_present(skb);

	if (beside && !i) {
		*proto = skb->vlan_proto;
		*vid = skb_vlan_tag_get_id(skb);
		return true;
	}
	tag = skb_header_pointer(skb, 2 * ETH_ALEN + (i - beside) * VLAN_HLEN,
				 sizeof(buf), &buf);
	if (!tag || !eth_type_vlan(tag->proto))
		return false;
	*proto = tag->proto;
	*vid = ntohs(tag->tci) & VLAN_VID_MASK;
	return true;
}

/*
 * Only frames in no VLAN go between a child and the host: a VLAN device of the
 * lower device may be anybody's, in another network namespace, in a bridge or
 * under another driver, and hand on what it gets. A priority tag (VLAN 0) is no
 * VLAN, unless the lower device has a VLAN device for it, which would take the
 * frame. All tags count: the stack takes off one after the other.
 */
static bool mymacvlan_is_untagged(struct net_device *lower,
				  const struct sk_buff *skb)
{
	bool in_vlan = false;
	unsigned int i;
	__be16 proto;
	u16 vid;

	rcu_read_lock();
	for (i = 0; !in_vlan && mymacvlan_tag(skb, i, &proto, &vid); i++)
		in_vlan = vid || i == VLAN_MAX_DEPTH ||
			  __vlan_find_dev_deep_rcu(lower, proto, vid);
	rcu_read_unlock();
	return !in_vlan;
}

/**
 * mymacvlan_is_of_vlan_below() - would a VLAN device of the lower device take a frame?
 * @lower: the lower device
 * @skb: a frame with its Ethernet header at skb->data
 *
 * The outermost tag decides. Where that is VLAN 0 and has no device, the next one may.
 *
 * Context: BHs disabled.
 * Return: true if so.
 */
bool mymacvlan_is_of_vlan_below(struct net_device *lower, const struct sk_buff *skb)
{
	bool found = false;
	unsigned int i;
	__be16 proto;
	u16 vid = 0;

	rcu_read_lock();
	for (i = 0; !found && !vid && i <= VLAN_MAX_DEPTH &&
	     mymacvlan_tag(skb, i, &proto, &vid); i++)
		found = __vlan_find_dev_deep_rcu(lower, proto, vid);
	rcu_read_unlock();
	return found;
}

/**
 * mymacvlan_is_host_dst() - is a child's frame for the host?
 * @port: the child's port
 * @skb: the frame, its Ethernet header linear at skb->data
 *
 * It is if it is in no VLAN, and multicast or to the lower device's address.
 *
 * Context: BHs disabled.
 * Return: true if so.
 */
bool mymacvlan_is_host_dst(const struct mymacvlan_port *port,
			   const struct sk_buff *skb)
{
	const u8 *dest = skb_eth_hdr(skb)->h_dest;

	if (!is_multicast_ether_addr(dest) &&
	    mymacvlan_frame_key(dest) != mymacvlan_key(port->lower->dev_addr))
		return false;
	return mymacvlan_is_untagged(port->lower, skb);
}

/* No driver will see the frame any more. */
static void mymacvlan_host_timestamp(struct sk_buff *skb)
{
	if (skb_shinfo(skb)->tx_flags)
		skb_tx_timestamp(skb);
}

/* Up the lower device's receive path. Takes the frame; returns false if it is lost. */
static bool mymacvlan_host_receive(struct mymacvlan_child *child,
				   struct sk_buff *skb)
{
	const struct mymacvlan_host *host = mymacvlan_host_rcu(child->port);
	struct net_device *lower = mymacvlan_lower(child);

	if (!__is_skb_forwardable(lower, skb, true)) {
		mymacvlan_lose(child, MYMACVLAN_TX_HOST_DROP_SIZE, skb,
			       MYMACVLAN_SENT);
		return false;
	}
	mymacvlan_host_timestamp(skb);
	if (mymacvlan_skb_prep_rx(skb, lower,
				  !net_eq(dev_net(lower), dev_net(skb->dev)))) {
		mymacvlan_count_lost(child, MYMACVLAN_TX_HOST_DROP_NOMEM, NULL,
				     MYMACVLAN_GONE);
		return false;
	}
	dst_hold(&host->rx_metadata->dst);
	skb_dst_set(skb, &host->rx_metadata->dst);
	if (__netif_rx(skb) == NET_RX_SUCCESS)
		return true;
	mymacvlan_count_lost(child, MYMACVLAN_TX_HOST_DROP_BACKLOG, NULL,
			     MYMACVLAN_GONE);
	return false;
}

/**
 * mymacvlan_host_deliver() - a child's unicast frame to the host
 * @child: the sender
 * @skb: the frame, its Ethernet header linear at skb->data; consumed
 *
 * Context: BHs disabled.
 */
void mymacvlan_host_deliver(struct mymacvlan_child *child,
			    struct sk_buff *skb)
{
	unsigned int len = skb->len;

	if (!(READ_ONCE(mymacvlan_lower(child)->flags) & IFF_UP)) {
		mymacvlan_lose(child, MYMACVLAN_TX_DROP_LOWER_DOWN, skb,
			       MYMACVLAN_SENT);
		return;
	}
	if (!mymacvlan_host_receive(child, skb))
		return;
	mymacvlan_count_tx(child, len);
	mymacvlan_count_host(child, MYMACVLAN_TX_HOST);
}

/**
 * mymacvlan_host_copy() - the host's copy of a child's multicast frame
 * @child: the sender
 * @skb: the frame, its Ethernet header linear at skb->data; stays the caller's
 *
 * What bridges do not forward (IEEE 802.1D, table 7-10: spanning tree, LLDP,
 * 802.1X, PAUSE) does not come here either: the host speaks these protocols with
 * the switch at the other end of its cable.
 *
 * Context: BHs disabled.
 */
void mymacvlan_host_copy(struct mymacvlan_child *child,
			 struct sk_buff *skb)
{
	struct sk_buff *copy;

	if (!(READ_ONCE(mymacvlan_lower(child)->flags) & IFF_UP) ||
	    is_link_local_ether_addr(skb_eth_hdr(skb)->h_dest) ||
	    !mymacvlan_is_host_dst(child->port, skb))
		return;
	copy = skb_clone(skb, GFP_ATOMIC);
	if (!copy)
		mymacvlan_count_lost(child, MYMACVLAN_TX_HOST_DROP_NOMEM, skb,
				     MYMACVLAN_SENT);
	else if (mymacvlan_host_receive(child, copy))
		mymacvlan_count_host(child, MYMACVLAN_TX_HOST_COPY);
}

/*
 * IPsec that a device or the stack below this hook is still to carry out. A NIC
 * that does so on whole packets finds those by their addresses: the frame itself
 * does not tell. Where there is such a NIC, and any IPsec at all, everything may
 * be meant.
 */
static bool mymacvlan_may_await_xfrm(const struct net_device *lower,
				     struct sk_buff *skb)
{
#ifdef CONFIG_XFRM_OFFLOAD
	const struct xfrm_offload *xo = xfrm_offload(skb);

	if (xo && !(xo->flags & (XFRM_XMIT | XFRM_GRO)) &&
	    xfrm_input_state(skb)->xso.dir != XFRM_DEV_OFFLOAD_IN)
		return true;
	return xfrmdev_offloads_packets(lower) &&
	       READ_ONCE(dev_net(lower)->xfrm.state_num);
#else
	return false;
#endif
}

/* What will be encrypted on its way out, and must not be heard in clear. */
static bool mymacvlan_awaits_encryption(const struct net_device *lower,
					struct sk_buff *skb)
{
	const struct metadata_dst *md_dst = skb_metadata_dst(skb);

	return skb_is_decrypted(skb) ||
	       (md_dst && md_dst->type == METADATA_MACSEC) ||
	       mymacvlan_may_await_xfrm(lower, skb);
}

/* The host's unicast frame, which is ours now, is for a child. */
static void mymacvlan_host_to_child(struct mymacvlan_child *child,
				    struct sk_buff *skb)
{
	struct net_device *dev = mymacvlan_dev(child);

	skb = mymacvlan_share_check(skb);
	if (skb) {
		mymacvlan_host_timestamp(skb);
		if (mymacvlan_skb_prep_rx(skb, dev, !net_eq(dev_net(dev),
							    dev_net(skb->dev))))
			skb = NULL;
	}
	/* In the midst of a change of address it may be told as another's. */
	mymacvlan_deliver(child, skb, PACKET_HOST, MYMACVLAN_FROM_HOST);
}

/*
 * A child could call itself the host's router: only an address that is vouched
 * for takes the host's frames off the wire.
 */
static unsigned int mymacvlan_host_unicast(const struct mymacvlan_port *port,
					   struct sk_buff *skb)
{
	u64 key = mymacvlan_frame_key(skb_eth_hdr(skb)->h_dest);
	struct mymacvlan_child *child = mymacvlan_find_key_rcu(port, key);

	if (!child || !mymacvlan_host_enabled(child) ||
	    !mymacvlan_addr_is_vouched(child, key) ||
	    mymacvlan_is_protodown(child) ||
	    mymacvlan_is_for_the_dead(child, skb, skb_eth_hdr(skb)->h_proto,
				      ETH_HLEN) ||
	    !mymacvlan_is_untagged(port->lower, skb))
		return NF_ACCEPT;
	if (mymacvlan_awaits_encryption(port->lower, skb)) {
		mymacvlan_count_host(child, MYMACVLAN_RX_HOST_CRYPT);
		return NF_ACCEPT;
	}
	/* Who captures on the lower device sees it as if it went out there. */
	if (dev_is_captured_rcu(port->lower))
		dev_queue_xmit_nit(skb, port->lower);
	mymacvlan_arp_host_rcu(port, skb);
	mymacvlan_host_to_child(child, skb);
	return NF_STOLEN;
}

static unsigned int mymacvlan_host_multicast(struct mymacvlan_port *port,
					     struct sk_buff *skb)
{
	if (is_link_local_ether_addr(skb_eth_hdr(skb)->h_dest) ||
	    !mymacvlan_is_untagged(port->lower, skb))
		return NF_ACCEPT;
	if (mymacvlan_awaits_encryption(port->lower, skb)) {
		mymacvlan_count_port(port, MYMACVLAN_HOST_CRYPT);
		return NF_ACCEPT;
	}
	mymacvlan_arp_host_rcu(port, skb);
	mymacvlan_flood_host_rcu(port, skb);
	return NF_ACCEPT;
}

/**
 * mymacvlan_host_egress() - netfilter's egress hook of the lower device
 * @priv: the port's struct mymacvlan_host
 * @skb: a frame on its way out, its Ethernet header at skb->data
 * @state: not used
 *
 * All of nftables' chains of this hook have had the frame before; queueing
 * disciplines and tc have not. What tc or BPF redirect to the lower device does
 * not come here, as a rule.
 *
 * A packet socket that goes past the queue (PACKET_QDISC_BYPASS) comes here before
 * it disables BHs, which all behind the hook relies on.
 *
 * Context: RCU read side, process or BH.
 * Return: NF_STOLEN if a child got the frame, NF_ACCEPT if the wire gets it
 *	(too).
 */
unsigned int mymacvlan_host_egress(void *priv, struct sk_buff *skb,
				   const struct nf_hook_state *state)
{
	const struct mymacvlan_host *host = priv;
	unsigned int verdict;

	if (mymacvlan_host_take_cookie(host, skb) ||
	    skb_headlen(skb) < ETH_HLEN)
		return NF_ACCEPT;
	local_bh_disable();
	if (is_multicast_ether_addr(skb_eth_hdr(skb)->h_dest))
		verdict = mymacvlan_host_multicast(host->port, skb);
	else
		verdict = mymacvlan_host_unicast(host->port, skb);
	local_bh_enable();
	return verdict;
}
