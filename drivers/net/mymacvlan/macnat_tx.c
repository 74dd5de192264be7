// SPDX-License-Identifier: GPL-2.0-only
/*
 * Option "macnat on": what a child sends to the wire gets the lower device's MAC
 * address, in the Ethernet header and wherever else neighbours learn it from.
 *
 * Everything here runs on the frame path with BHs disabled. A frame may share its
 * data with others, or with user space (packet rings, taps without copying): all
 * that is written is made writable first, and with that linear and the frame's own.
 */
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/ndisc.h>
#include "binding.h"
#include "count.h"
#include "macnat.h"

#define MYMACVLAN_DHCP_SERVER		67
#define MYMACVLAN_BOOTREQUEST		1
#define MYMACVLAN_BOOTP_BROADCAST	0x8000

/* The beginning of a DHCPv4 message, RFC 2131 2. */
struct mymacvlan_bootp {
	u8	op;
	u8	htype;
	u8	hlen;
	u8	hops;
	__be32	xid;
	__be16	secs;
	__be16	flags;
	__be32	ciaddr;
	__be32	yiaddr;
	__be32	siaddr;
	__be32	giaddr;
} __packed;

/* No cause for a frame to be lost: none of enum mymacvlan_drop. */
#define MYMACVLAN_TRANSLATED	(-1)

/* The first @len bytes become the frame's own. Returns why it is lost, if it is. */
static int mymacvlan_macnat_own(struct sk_buff *skb, unsigned int len)
{
	if (skb->len < len)
		return MYMACVLAN_TX_DROP_MACNAT_FORM;
	return skb_ensure_writable(skb, len) ? MYMACVLAN_TX_DROP_MACNAT_NOMEM :
					       MYMACVLAN_TRANSLATED;
}

/*
 * @l4: where the header with the checksum begins. If it is still to be computed, it
 * will be of what is sent then.
 */
static void mymacvlan_macnat_csum(const struct sk_buff *skb, int l4,
				  __sum16 *sum, __be16 old, __be16 new)
{
	if (skb->ip_summed == CHECKSUM_PARTIAL &&
	    skb_checksum_start_offset(skb) == l4)
		return;
	csum_replace2(sum, old, new);
}

static int mymacvlan_macnat_arp(struct sk_buff *skb, int offset, const u8 *mac)
{
	int cause = mymacvlan_macnat_own(skb, offset + sizeof(struct mymacvlan_arp_packet));
	struct mymacvlan_arp_packet *arp;

	if (cause != MYMACVLAN_TRANSLATED)
		return cause;
	arp = (struct mymacvlan_arp_packet *)(skb->data + offset);
	if (!mymacvlan_arp_is_ip4(arp))
		return MYMACVLAN_TX_DROP_MACNAT_FORM;
	ether_addr_copy(arp->sender_mac, mac);
	/* Only a bridge's frame has a sum of all that is in it. */
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->ip_summed = CHECKSUM_NONE;
	return MYMACVLAN_TRANSLATED;
}

/*
 * A DHCP server answers to the client's MAC address, which the uplink does not let
 * through, or by broadcast if the client says that it must. A relay's message is
 * answered to the relay.
 */
static int mymacvlan_macnat_dhcp(struct sk_buff *skb, int udp_offset)
{
	int offset = udp_offset + sizeof(struct udphdr);
	struct mymacvlan_bootp *bootp, buf;
	__be16 old, new;
	struct udphdr *udp;
	int cause;

	bootp = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	if (!bootp || bootp->op != MYMACVLAN_BOOTREQUEST || bootp->giaddr)
		return MYMACVLAN_TRANSLATED;
	cause = mymacvlan_macnat_own(skb, offset + sizeof(*bootp));
	if (cause != MYMACVLAN_TRANSLATED)
		return cause;
	udp = (struct udphdr *)(skb->data + udp_offset);
	bootp = (struct mymacvlan_bootp *)(skb->data + offset);
	old = bootp->flags;
	new = old | htons(MYMACVLAN_BOOTP_BROADCAST);
	bootp->flags = new;
	/* It need not have one. */
	if (!udp->check)
		return MYMACVLAN_TRANSLATED;
	mymacvlan_macnat_csum(skb, udp_offset, &udp->check, old, new);
	if (!udp->check)
		udp->check = CSUM_MANGLED_0;
	return MYMACVLAN_TRANSLATED;
}

static int mymacvlan_macnat_ip4(struct sk_buff *skb, int offset)
{
	struct udphdr *udp, udp_buf;
	struct iphdr *ip, buf;

	ip = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	if (!ip || ip->protocol != IPPROTO_UDP || ip_is_fragment(ip) ||
	    ip->ihl < 5)
		return MYMACVLAN_TRANSLATED;
	offset += ip->ihl * 4;
	udp = skb_header_pointer(skb, offset, sizeof(udp_buf), &udp_buf);
	if (!udp || udp->dest != htons(MYMACVLAN_DHCP_SERVER))
		return MYMACVLAN_TRANSLATED;
	return mymacvlan_macnat_dhcp(skb, offset);
}

/* How long is a neighbour discovery message before its options? 0: it is none. */
static unsigned int mymacvlan_nd_length(u8 type)
{
	switch (type) {
	case NDISC_ROUTER_SOLICITATION:
		return 8;
	case NDISC_ROUTER_ADVERTISEMENT:
		return 16;
	case NDISC_NEIGHBOUR_SOLICITATION:
	case NDISC_NEIGHBOUR_ADVERTISEMENT:
		return 24;
	case NDISC_REDIRECT:
		return 40;
	}
	return 0;
}

static u8 mymacvlan_nd_mac_option(u8 type)
{
	return type == NDISC_NEIGHBOUR_ADVERTISEMENT || type == NDISC_REDIRECT ?
	       ND_OPT_TARGET_LL_ADDR : ND_OPT_SOURCE_LL_ADDR;
}

static void mymacvlan_macnat_nd_mac(struct sk_buff *skb, int icmp_offset,
				    u8 *addr, const u8 *mac)
{
	struct icmp6hdr *icmp = (struct icmp6hdr *)(skb->data + icmp_offset);
	__be16 old, new;
	int i;

	for (i = 0; i < ETH_ALEN; i += sizeof(new)) {
		memcpy(&old, addr + i, sizeof(old));
		memcpy(&new, mac + i, sizeof(new));
		mymacvlan_macnat_csum(skb, icmp_offset, &icmp->icmp6_cksum, old,
				      new);
	}
	ether_addr_copy(addr, mac);
}

/* @end: of the message; all of it linear and the frame's own */
static int mymacvlan_macnat_nd_options(struct sk_buff *skb, int icmp_offset,
				       int end, const u8 *mac)
{
	u8 *icmp = skb->data + icmp_offset, *last = skb->data + end;
	u8 kind = mymacvlan_nd_mac_option(*icmp);
	u8 *option = icmp + mymacvlan_nd_length(*icmp);
	int len;

	for (; option < last; option += len) {
		/* In units of eight bytes, the type and itself among them. */
		if (last - option < 8)
			return MYMACVLAN_TX_DROP_MACNAT_FORM;
		len = option[1] * 8;
		if (!len || len > last - option)
			return MYMACVLAN_TX_DROP_MACNAT_FORM;
		if (option[0] != kind)
			continue;
		if (len != 8)
			return MYMACVLAN_TX_DROP_MACNAT_FORM;
		mymacvlan_macnat_nd_mac(skb, icmp_offset, option + 2, mac);
	}
	return MYMACVLAN_TRANSLATED;
}

/* @offset: of the ICMPv6 header; @end: of the packet */
static int mymacvlan_macnat_icmp6(struct sk_buff *skb, int offset, int end,
				  const u8 *mac)
{
	unsigned int length;
	u8 *type, buf;
	int cause;

	type = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	if (!type)
		return MYMACVLAN_TX_DROP_MACNAT_FORM;
	length = mymacvlan_nd_length(*type);
	if (!length)
		return MYMACVLAN_TRANSLATED;
	if (end < offset + (int)length)
		return MYMACVLAN_TX_DROP_MACNAT_FORM;
	cause = mymacvlan_macnat_own(skb, end);
	if (cause != MYMACVLAN_TRANSLATED)
		return cause;
	/* In what is the frame's own now: the sender may have changed it. */
	if (mymacvlan_nd_length(skb->data[offset]) != length)
		return MYMACVLAN_TX_DROP_MACNAT_FORM;
	return mymacvlan_macnat_nd_options(skb, offset, end, mac);
}

/*
 * Neighbour discovery behind extension headers, or in fragments (RFC 6980), is
 * refused rather than searched for the address, and so is what hides it.
 */
static int mymacvlan_macnat_extended(const struct sk_buff *skb, int offset,
				     u8 next)
{
	__be16 frag_off = 0;
	u8 *type, buf;

	offset = ipv6_skip_exthdr(skb, offset, &next, &frag_off);
	if (offset < 0)
		return MYMACVLAN_TX_DROP_MACNAT_FORM;
	if (next != IPPROTO_ICMPV6 || frag_off & htons(IP6_OFFSET))
		return MYMACVLAN_TRANSLATED;
	type = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	return type && !mymacvlan_nd_length(*type) ?
	       MYMACVLAN_TRANSLATED : MYMACVLAN_TX_DROP_MACNAT_FORM;
}

static int mymacvlan_macnat_ip6(struct sk_buff *skb, int offset, const u8 *mac)
{
	struct ipv6hdr *ip6, buf;
	int end;

	ip6 = skb_header_pointer(skb, offset, sizeof(buf), &buf);
	if (!ip6)
		return MYMACVLAN_TX_DROP_MACNAT_FORM;
	end = offset + sizeof(*ip6) + ntohs(ip6->payload_len);
	offset += sizeof(*ip6);
	if (ip6->nexthdr == IPPROTO_TCP || ip6->nexthdr == IPPROTO_UDP)
		return MYMACVLAN_TRANSLATED;
	if (ip6->nexthdr == IPPROTO_ICMPV6)
		return mymacvlan_macnat_icmp6(skb, offset, end, mac);
	return mymacvlan_macnat_extended(skb, offset, ip6->nexthdr);
}

/* Returns MYMACVLAN_TRANSLATED, or the counter that tells why not. */
static int mymacvlan_macnat_translate(struct sk_buff *skb, const u8 *mac)
{
	struct mymacvlan_binding_key vlan;
	__be16 proto;
	int offset, cause;

	/* With two tags nothing would come back, see binding.h. */
	offset = mymacvlan_binding_network(skb, 0, &vlan, &proto);
	if (offset < 0)
		return MYMACVLAN_TX_DROP_MACNAT_FORM;
	/* Between the lower device and what it is plugged into. */
	if (is_link_local_ether_addr(skb_eth_hdr(skb)->h_dest) ||
	    proto == htons(ETH_P_PAE))
		return MYMACVLAN_TX_DROP_MACNAT_RESERVED;
	cause = mymacvlan_macnat_own(skb, ETH_HLEN);
	if (cause != MYMACVLAN_TRANSLATED)
		return cause;
	if (proto == htons(ETH_P_ARP))
		cause = mymacvlan_macnat_arp(skb, offset, mac);
	else if (proto == htons(ETH_P_IP))
		cause = mymacvlan_macnat_ip4(skb, offset);
	else if (proto == htons(ETH_P_IPV6))
		cause = mymacvlan_macnat_ip6(skb, offset, mac);
	if (cause == MYMACVLAN_TRANSLATED)
		ether_addr_copy(skb_eth_hdr(skb)->h_source, mac);
	return cause;
}

/**
 * mymacvlan_macnat_tx() - a child's frame is on its way to the wire
 * @child: the sender
 * @skb: the frame, its Ethernet header linear at skb->data; freed if it must not
 *	be sent
 *
 * Context: BHs disabled; for netpoll IRQs too.
 * Return: the frame, or %NULL.
 */
struct sk_buff *mymacvlan_macnat_tx(struct mymacvlan_child *child,
				    struct sk_buff *skb)
{
	int cause;

	cause = mymacvlan_macnat_translate(skb, mymacvlan_lower(child)->dev_addr);
	if (cause == MYMACVLAN_TRANSLATED) {
		/* See mymacvlan_xmit_netpoll(). */
		if (IS_ENABLED(CONFIG_64BIT) || !irqs_disabled())
			mymacvlan_count(child, MYMACVLAN_TX_MACNAT);
		return skb;
	}
	mymacvlan_count_drop(child, cause);
	kfree_skb_reason(skb, cause == MYMACVLAN_TX_DROP_MACNAT_NOMEM ?
			 SKB_DROP_REASON_NOMEM : SKB_DROP_REASON_NOT_SPECIFIED);
	return NULL;
}
