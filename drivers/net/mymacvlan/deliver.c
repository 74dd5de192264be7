// SPDX-License-Identifier: GPL-2.0-only
/* Giving a child one frame, and counting it or its loss. */
#include <linux/icmpv6.h>
#include <linux/ipv6.h>
#include <net/ndisc.h>
#include "count.h"
#include "deliver.h"

/**
 * mymacvlan_is_neigh() - does a frame ask for, or announce, a neighbour?
 * @skb: a frame
 * @offset: of its network header from skb->data
 *
 * What has a VLAN tag is for a VLAN device on the child, which may be in another
 * namespace.
 *
 * Context: any.
 * Return: true for ARP and ND.
 */
bool mymacvlan_is_neigh(const struct sk_buff *skb, int offset)
{
	struct {
		struct ipv6hdr ip6;
		u8 type;
	} __packed buf, *nd;

	if (skb_vlan_tag_present(skb))
		return false;
	if (skb->protocol != htons(ETH_P_IPV6))
		return skb->protocol == htons(ETH_P_ARP);
	nd = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	return nd && nd->ip6.nexthdr == IPPROTO_ICMPV6 &&
	       nd->type >= NDISC_ROUTER_SOLICITATION &&
	       nd->type <= NDISC_REDIRECT;
}

static void mymacvlan_deliver_lost(const struct mymacvlan_child *child,
				   u8 pkt_type, unsigned int flags,
				   enum mymacvlan_counter cause,
				   enum mymacvlan_host_counter host_cause)
{
	enum mymacvlan_counter kind = MYMACVLAN_RX_DROP_UNICAST;

	if (pkt_type == PACKET_BROADCAST)
		kind = MYMACVLAN_RX_DROP_BROADCAST;
	else if (pkt_type == PACKET_MULTICAST)
		kind = MYMACVLAN_RX_DROP_MULTICAST;
	mymacvlan_count(child, kind);
	mymacvlan_count(child, cause);
	if (flags & MYMACVLAN_FROM_HOST)
		mymacvlan_count_host(child, host_cause);
}

/**
 * mymacvlan_deliver() - give a child a frame of its own, and count it
 * @child: who gets it
 * @skb: the frame as it is received, its Ethernet header pulled, or %NULL if
 *	there was no memory for it; taken
 * @pkt_type: PACKET_*, what the frame is to the child; also tells how it counts
 * @flags: MYMACVLAN_FROM_HOST, MYMACVLAN_IN_WORKER
 *
 * The worker has a stack of its own and can go all the way up at once; everybody
 * else stays short and leaves that to the CPU's backlog, which may be full.
 *
 * Context: BHs disabled; @child is kept by RCU.
 */
void mymacvlan_deliver(const struct mymacvlan_child *child, struct sk_buff *skb,
		       u8 pkt_type, unsigned int flags)
{
	unsigned int len;

	if (!skb) {
		mymacvlan_deliver_lost(child, pkt_type, flags,
				       MYMACVLAN_RX_DROP_NOMEM,
				       MYMACVLAN_RX_HOST_DROP_NOMEM);
		return;
	}
	len = skb->len + ETH_HLEN;
	skb->dev = mymacvlan_dev(child);
	skb->pkt_type = pkt_type;
	if (flags & MYMACVLAN_IN_WORKER) {
		netif_receive_skb(skb);
	} else if (__netif_rx(skb) != NET_RX_SUCCESS) {
		mymacvlan_deliver_lost(child, pkt_type, flags,
				       MYMACVLAN_RX_DROP_BACKLOG,
				       MYMACVLAN_RX_HOST_DROP_BACKLOG);
		return;
	}
	if (pkt_type == PACKET_BROADCAST || pkt_type == PACKET_MULTICAST)
		mymacvlan_count_rx_flood(child, len, pkt_type == PACKET_BROADCAST);
	else
		mymacvlan_count_rx_unicast(child, len);
	if (flags & MYMACVLAN_FROM_HOST)
		mymacvlan_count_host(child, MYMACVLAN_RX_HOST);
}
