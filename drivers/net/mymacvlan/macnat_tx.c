// SPDX-License-Identifier: GPL-2.0-only
/*
 * Option "macnat on": what a child sends to the wire gets the lower device's MAC
 * address, in the Ethernet header and wherever else neighbours learn it from.
 *
 * Everything here runs on the frame path with BHs disabled. A frame may share its
 * data with others, or with user space (packet rings, taps without copying). What is
 * looked at is made linear first, and what is written is made the frame's own. Nor
 * must a checksum that is filled in below change either: the sender has said where it
 * goes. What cannot be translated is not sent, since an uplink that sees another MAC
 * address may close the port for the host as well.
 */
#include <linux/icmpv6.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/ndisc.h>
#include "binding.h"
#include "count.h"
#include "header.h"
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
	if (skb_ensure_writable(skb, len))
		return MYMACVLAN_TX_DROP_MACNAT_NOMEM;
	/* What a bridge forwards may have a sum of all that is in it. */
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->ip_summed = CHECKSUM_NONE;
	return MYMACVLAN_TRANSLATED;
}

/*
 * @l4: where the header with the checksum begins. If it is still to be computed, it
 * will be of what is sent then.
 */
static void mymacvlan_macnat_csum(const struct sk_buff *skb, int l4,
				  __sum16 *sum, __be16 old, __be16 new)
{
	if (skb->ip_summed != CHECKSUM_PARTIAL || mymacvlan_csum_start(skb) != l4)
		csum_replace2(sum, old, new);
}

static int mymacvlan_macnat_arp(struct sk_buff *skb, int offset, const u8 *mac)
{
	struct mymacvlan_arp_packet *arp;
	int cause;

	arp = mymacvlan_header(skb, offset, sizeof(*arp));
	if (!arp || !mymacvlan_arp_is_ip4(arp))
		return MYMACVLAN_TX_DROP_MACNAT_FORM;
	cause = mymacvlan_macnat_own(skb, offset + sizeof(*arp));
	if (cause != MYMACVLAN_TRANSLATED)
		return cause;
	arp = (struct mymacvlan_arp_packet *)(skb->data + offset);
	ether_addr_copy(arp->sender_mac, mac);
	return MYMACVLAN_TRANSLATED;
}

/*
 * A DHCP server answers to the client's MAC address, which the uplink does not let
 * through, or by broadcast if the client says that it must. A relay's message is
 * answered to the relay.
 */
static int mymacvlan_macnat_dhcp(struct sk_buff *skb, int udp_offset)
{
	int cause, offset = udp_offset + sizeof(struct udphdr);
	struct mymacvlan_bootp *bootp;
	struct udphdr *udp;
	__be16 old, new;

	/* What is shorter is no DHCP, and nothing that it is answered by. */
	if (!pskb_may_pull(skb, offset + sizeof(*bootp)))
		return MYMACVLAN_TRANSLATED;
	bootp = (struct mymacvlan_bootp *)(skb->data + offset);
	if (bootp->op != MYMACVLAN_BOOTREQUEST || bootp->giaddr)
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
	const struct udphdr *udp;
	const struct iphdr *ip;

	ip = mymacvlan_header(skb, offset, sizeof(*ip));
	if (!ip)
		return MYMACVLAN_TX_DROP_MACNAT_FORM;
	if (ip->protocol != IPPROTO_UDP || ip->ihl < 5 ||
	    ip->frag_off & htons(IP_OFFSET))
		return MYMACVLAN_TRANSLATED;
	offset += ip->ihl * 4;
	if (!pskb_may_pull(skb, offset + sizeof(*udp)))
		return MYMACVLAN_TRANSLATED;
	udp = (const struct udphdr *)(skb->data + offset);
	if (udp->dest != htons(MYMACVLAN_DHCP_SERVER))
		return MYMACVLAN_TRANSLATED;
	return mymacvlan_macnat_dhcp(skb, offset);
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
	u8 *option = icmp + mymacvlan_nd_fixed(*icmp);
	u8 kind = mymacvlan_nd_mac_option(*icmp);
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

/* Is its checksum there, or left to be filled in where it belongs? */
static bool mymacvlan_macnat_nd_has_csum(const struct sk_buff *skb, int icmp_offset)
{
	return skb->ip_summed != CHECKSUM_PARTIAL ||
	       (mymacvlan_csum_start(skb) == icmp_offset &&
		skb->csum_offset == offsetof(struct icmp6hdr, icmp6_cksum));
}

static int mymacvlan_macnat_nd(struct sk_buff *skb,
			       const struct mymacvlan_chain *chain,
			       unsigned int fixed, const u8 *mac)
{
	int cause;

	/*
	 * Behind extension headers, or in fragments (RFC 6980), it is refused rather
	 * than searched for the address.
	 */
	if (chain->extended || chain->end < chain->offset + fixed ||
	    !mymacvlan_macnat_nd_has_csum(skb, chain->offset))
		return MYMACVLAN_TX_DROP_MACNAT_FORM;
	cause = mymacvlan_macnat_own(skb, chain->end);
	if (cause != MYMACVLAN_TRANSLATED)
		return cause;
	return mymacvlan_macnat_nd_options(skb, chain->offset, chain->end, mac);
}

static int mymacvlan_macnat_ip6(struct sk_buff *skb, int offset, const u8 *mac)
{
	struct mymacvlan_chain chain;
	unsigned int fixed;
	const u8 *type;

	if (!mymacvlan_chain_begin(skb, offset, &chain))
		return MYMACVLAN_TX_DROP_MACNAT_FORM;
	if (chain.protocol == IPPROTO_TCP || chain.protocol == IPPROTO_UDP)
		return MYMACVLAN_TRANSLATED;
	if (!mymacvlan_chain_walk(skb, &chain))
		return MYMACVLAN_TX_DROP_MACNAT_FORM;
	/* A later fragment has nothing to translate: the first one is not sent. */
	if (chain.later || chain.protocol != IPPROTO_ICMPV6)
		return MYMACVLAN_TRANSLATED;
	type = mymacvlan_header(skb, chain.offset, sizeof(*type));
	if (!type)
		return MYMACVLAN_TX_DROP_MACNAT_FORM;
	fixed = mymacvlan_nd_fixed(*type);
	return fixed ? mymacvlan_macnat_nd(skb, &chain, fixed, mac) :
		       MYMACVLAN_TRANSLATED;
}

/*
 * Where is the network header, and of what? -EINVAL in a VLAN of a VLAN: nothing would
 * come back, see binding.h.
 */
static int mymacvlan_macnat_network(struct sk_buff *skb, __be16 *proto)
{
	struct mymacvlan_binding_key vlan;
	int offset;

	*proto = skb_eth_hdr(skb)->h_proto;
	if (!eth_type_vlan(*proto))
		return ETH_HLEN;
	/* Tags in pages are looked at again when they are not there any more. */
	offset = mymacvlan_binding_network(skb, 0, &vlan, proto);
	if (offset <= (int)skb_headlen(skb))
		return offset;
	if (!pskb_may_pull(skb, offset))
		return -EINVAL;
	offset = mymacvlan_binding_network(skb, 0, &vlan, proto);
	return offset <= (int)skb_headlen(skb) ? offset : -EINVAL;
}

/* Is it between the lower device and what that is plugged into, or signed on to? */
static bool mymacvlan_macnat_is_reserved(const struct sk_buff *skb, __be16 proto)
{
	return is_link_local_ether_addr(skb_eth_hdr(skb)->h_dest) ||
	       proto == htons(ETH_P_PAE) || proto == htons(ETH_P_PREAUTH) ||
	       proto == htons(ETH_P_TDLS);
}

/* Is the Ethernet header written to below, see mymacvlan_pin_permits()? */
static bool mymacvlan_macnat_is_written_to(const struct sk_buff *skb)
{
	return (skb->ip_summed == CHECKSUM_PARTIAL &&
		mymacvlan_csum_start(skb) < ETH_HLEN) ||
	       (skb_is_gso(skb) && skb_network_offset(skb) < ETH_HLEN);
}

/* Returns MYMACVLAN_TRANSLATED, or the counter that tells why not. */
static int mymacvlan_macnat_translate(struct sk_buff *skb, const u8 *mac)
{
	__be16 proto;
	int offset, cause;

	if (!pskb_may_pull(skb, ETH_HLEN))
		return MYMACVLAN_TX_DROP_MACNAT_FORM;
	offset = mymacvlan_macnat_network(skb, &proto);
	if (offset < 0 || mymacvlan_macnat_is_written_to(skb))
		return MYMACVLAN_TX_DROP_MACNAT_FORM;
	if (mymacvlan_macnat_is_reserved(skb, proto))
		return MYMACVLAN_TX_DROP_MACNAT_RESERVED;
	/* Nor by who marks congestion there, see mymacvlan_pin_permits(). */
	if (skb_network_offset(skb) < ETH_HLEN)
		skb_set_network_header(skb, offset);
	cause = mymacvlan_macnat_own(skb, ETH_HLEN);
	if (cause != MYMACVLAN_TRANSLATED)
		return cause;
	if (proto == htons(ETH_P_IP))
		cause = mymacvlan_macnat_ip4(skb, offset);
	else if (proto == htons(ETH_P_IPV6))
		cause = mymacvlan_macnat_ip6(skb, offset, mac);
	else if (proto == htons(ETH_P_ARP))
		cause = mymacvlan_macnat_arp(skb, offset, mac);
	if (cause == MYMACVLAN_TRANSLATED)
		ether_addr_copy(skb_eth_hdr(skb)->h_source, mac);
	return cause;
}

/**
 * mymacvlan_macnat_tx() - a child's frame is on its way to the wire
 * @child: the sender, with "macnat on"
 * @skb: the frame, its Ethernet header at skb->data; freed if it must not be sent
 *
 * Context: BHs disabled; for netpoll IRQs too.
 * Return: true if it may be sent.
 */
bool mymacvlan_macnat_tx(struct mymacvlan_child *child, struct sk_buff *skb)
{
	int cause;

	cause = mymacvlan_macnat_translate(skb, mymacvlan_lower(child)->dev_addr);
	if (cause != MYMACVLAN_TRANSLATED) {
		mymacvlan_lose(child, cause, skb, MYMACVLAN_SENT);
		return false;
	}
	/* See mymacvlan_xmit_netpoll(). */
	if (IS_ENABLED(CONFIG_64BIT) || !irqs_disabled())
		mymacvlan_count(child, MYMACVLAN_TX_MACNAT);
	return true;
}
