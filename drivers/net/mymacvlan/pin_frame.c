// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a child with "pin ip" or "pin guard" may send, by what is in the frame.
 *
 * Each check first makes sure that what it looks at is in the frame's linear part,
 * which user space cannot write to any more, and that nobody who fills in a checksum
 * below writes there either. What is too short, or not understood, is not sent.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_arp.h>
#include <linux/if_vlan.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <net/addrconf.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/ndisc.h>
#include "allow.h"
#include "header.h"
#include "pin_plain.h"

#define MYMACVLAN_ICMP_ROUTER	9
#define MYMACVLAN_DHCP_SERVER	67
#define MYMACVLAN_DHCP_CLIENT	68
#define MYMACVLAN_DHCP6_CLIENT	546
#define MYMACVLAN_DHCP6_SERVER	547

static bool mymacvlan_pin_is_own(const struct mymacvlan_child *child, const u8 *mac)
{
	return mymacvlan_key(mac) == READ_ONCE(child->pin_key);
}

/*
 * ARP
 */

static bool mymacvlan_pin_arp(const struct mymacvlan_child *child,
			      struct sk_buff *skb, unsigned int offset, bool reverse)
{
	const struct mymacvlan_arp_packet *arp;

	arp = mymacvlan_header(skb, offset, sizeof(*arp));
	if (!arp || !mymacvlan_arp_is_ip4(arp) ||
	    arp->head.ar_hrd != htons(ARPHRD_ETHER) ||
	    !mymacvlan_pin_is_own(child, arp->sender_mac))
		return false;
	/* QEMU announces a guest that has come from elsewhere. */
	if (reverse)
		return mymacvlan_pin_is_own(child, arp->target_mac);
	/* A probe: who looks whether his address is free has none yet. */
	return mymacvlan_allows_ipv4_rcu(child, arp->sender_ip ?: arp->target_ip);
}

/*
 * IPv4
 */

/* Ports of UDP; false if they are not there to be looked at. */
static bool mymacvlan_pin_ports(struct sk_buff *skb, unsigned int offset,
				u16 *source, u16 *dest)
{
	const __be16 *ports = mymacvlan_header(skb, offset, 2 * sizeof(*ports));

	if (!ports)
		return false;
	*source = ntohs(ports[0]);
	*dest = ntohs(ports[1]);
	return true;
}

/* Without an address of its own: DHCP and IGMP. */
static bool mymacvlan_pin_unspecified(struct sk_buff *skb, unsigned int offset,
				      unsigned int len, u8 protocol, bool fragment)
{
	u16 source, dest;

	if (protocol == IPPROTO_IGMP)
		return true;
	return protocol == IPPROTO_UDP && !fragment &&
	       mymacvlan_pin_ports(skb, offset + len, &source, &dest) &&
	       source == MYMACVLAN_DHCP_CLIENT && dest == MYMACVLAN_DHCP_SERVER;
}

/* No redirects, and no router's advertisements as of RFC 1256. */
static bool mymacvlan_pin_icmp(struct sk_buff *skb, unsigned int offset,
			       unsigned int rest)
{
	const u8 *type = mymacvlan_header(skb, offset, 1);

	return type && rest && rest <= IP_MAX_MTU && *type != ICMP_REDIRECT &&
	       *type != MYMACVLAN_ICMP_ROUTER;
}

static bool mymacvlan_pin_ipv4(const struct mymacvlan_child *child,
			       struct sk_buff *skb, unsigned int offset)
{
	const struct iphdr *ip = mymacvlan_header(skb, offset, sizeof(*ip));
	unsigned int len;
	u16 source, dest;
	unsigned int rest;
	u8 protocol;
	bool later;

	if (!ip || ip->version != 4 || ip->ihl < 5)
		return false;
	len = ip->ihl * 4;
	if (skb->ip_summed == CHECKSUM_PARTIAL &&
	    mymacvlan_csum_start(skb) < (int)(offset + len))
		return false;
	protocol = ip->protocol;
	rest = ntohs(ip->tot_len) - len;
	later = ip->frag_off & htons(IP_OFFSET);
	if (!mymacvlan_allows_ipv4_rcu(child, ip->saddr) &&
	    (ip->saddr || !mymacvlan_pin_unspecified(skb, offset, len, protocol,
						     ip_is_fragment(ip))))
		return false;
	if (!mymacvlan_pin_guards(child) || later)
		return true;
	if (protocol == IPPROTO_ICMP)
		return mymacvlan_pin_icmp(skb, offset + len, rest);
	if (protocol != IPPROTO_UDP)
		return true;
	/* What is behind the packet's end is no header of it. */
	return rest >= sizeof(struct udphdr) && rest <= IP_MAX_MTU &&
	       mymacvlan_pin_ports(skb, offset + len, &source, &dest) &&
	       source != MYMACVLAN_DHCP_SERVER && dest != MYMACVLAN_DHCP_CLIENT;
}

/*
 * IPv6
 */

/**
 * mymacvlan_pin_is_link_local() - is it the address that the MAC address makes?
 * @child: a child that is pinned
 * @addr: the address
 *
 * Context: any.
 * Return: true if it is fe80:: and the child's MAC address as RFC 4291 has it.
 */
bool mymacvlan_pin_is_link_local(const struct mymacvlan_child *child,
				 const struct in6_addr *addr)
{
	struct in6_addr own = { };
	u8 mac[ETH_ALEN];

	mymacvlan_key_to_addr(READ_ONCE(child->pin_key), mac);
	own.s6_addr[0] = 0xfe;
	own.s6_addr[1] = 0x80;
	addrconf_addr_eui48(own.s6_addr + 8, mac);
	return ipv6_addr_equal(addr, &own);
}

static bool mymacvlan_pin_has_ipv6(const struct mymacvlan_child *child,
				   const struct in6_addr *addr)
{
	return mymacvlan_allows_ipv6_rcu(child, addr) ||
	       mymacvlan_pin_is_link_local(child, addr);
}

/* Link-layer addresses in the options of neighbour discovery are its own. */
static bool mymacvlan_pin_options(const struct mymacvlan_child *child,
				  const u8 *option, const u8 *end)
{
	unsigned int len;

	for (; option + 8 <= end; option += len) {
		len = option[1] * 8;
		if (!len || option + len > end)
			return false;
		if ((option[0] == ND_OPT_SOURCE_LL_ADDR ||
		     option[0] == ND_OPT_TARGET_LL_ADDR) &&
		    !mymacvlan_pin_is_own(child, option + 2))
			return false;
	}
	return option == end;
}

static bool mymacvlan_pin_nd(const struct mymacvlan_child *child,
			     struct sk_buff *skb,
			     const struct mymacvlan_chain *chain, bool unspecified)
{
	unsigned int len = chain->end - chain->offset;
	const struct in6_addr *target;
	unsigned int fixed;
	const u8 *msg;

	if (chain->extended || !pskb_may_pull(skb, chain->end))
		return false;
	msg = skb->data + chain->offset;
	if (skb->ip_summed == CHECKSUM_PARTIAL &&
	    (mymacvlan_csum_start(skb) != chain->offset ||
	     skb->csum_offset != offsetof(struct icmp6hdr, icmp6_cksum)))
		return false;
	fixed = mymacvlan_nd_fixed(msg[0]);
	if (len < fixed)
		return false;
	if (mymacvlan_pin_guards(child) &&
	    (msg[0] == NDISC_ROUTER_ADVERTISEMENT || msg[0] == NDISC_REDIRECT))
		return false;
	target = (const void *)(msg + sizeof(struct icmp6hdr));
	/* Who looks whether his address is free has none yet. */
	if (unspecified && (msg[0] != NDISC_NEIGHBOUR_SOLICITATION ||
			    !mymacvlan_pin_has_ipv6(child, target)))
		return false;
	if (msg[0] == NDISC_NEIGHBOUR_ADVERTISEMENT &&
	    !mymacvlan_pin_has_ipv6(child, target))
		return false;
	return mymacvlan_pin_options(child, msg + fixed, msg + len);
}

static bool mymacvlan_pin_icmpv6(const struct mymacvlan_child *child,
				 struct sk_buff *skb,
				 const struct mymacvlan_chain *chain,
				 bool unspecified)
{
	const u8 *type = mymacvlan_header(skb, chain->offset, 2);

	if (!type || chain->offset + sizeof(struct icmp6hdr) > chain->end)
		return false;
	switch (*type) {
	case NDISC_ROUTER_SOLICITATION:
	case NDISC_ROUTER_ADVERTISEMENT:
	case NDISC_NEIGHBOUR_SOLICITATION:
	case NDISC_NEIGHBOUR_ADVERTISEMENT:
	case NDISC_REDIRECT:
		return mymacvlan_pin_nd(child, skb, chain, unspecified);
	case ICMPV6_MGM_REPORT:
	case ICMPV6_MGM_REDUCTION:
	case ICMPV6_MLD2_REPORT:
		return true;
	default:
		return !unspecified;
	}
}

static bool mymacvlan_pin_ipv6(const struct mymacvlan_child *child,
			       struct sk_buff *skb, unsigned int offset)
{
	const struct ipv6hdr *ip = mymacvlan_header(skb, offset, sizeof(*ip));
	struct mymacvlan_chain chain;
	bool unspecified;
	u16 source, dest;

	if (!ip || ip->version != 6 || !mymacvlan_chain_begin(skb, offset, &chain))
		return false;
	if (skb->ip_summed == CHECKSUM_PARTIAL &&
	    mymacvlan_csum_start(skb) < (int)chain.offset)
		return false;
	unspecified = ipv6_addr_any(&ip->saddr);
	if (!unspecified && !mymacvlan_pin_has_ipv6(child, &ip->saddr))
		return false;
	if (chain.end > skb->len || !mymacvlan_chain_walk(skb, &chain))
		return false;
	if (chain.later)
		return !unspecified;
	if (chain.protocol == IPPROTO_ICMPV6)
		return mymacvlan_pin_icmpv6(child, skb, &chain, unspecified);
	if (unspecified)
		return false;
	if (!mymacvlan_pin_guards(child) || chain.protocol != IPPROTO_UDP)
		return true;
	/* What is behind the packet's end is no header of it. */
	return chain.offset + sizeof(struct udphdr) <= chain.end &&
	       mymacvlan_pin_ports(skb, chain.offset, &source, &dest) &&
	       source != MYMACVLAN_DHCP6_SERVER && dest != MYMACVLAN_DHCP6_CLIENT;
}

/**
 * mymacvlan_pin_permits_ip() - does a frame say nothing that its child may not?
 * @child: a child with "pin ip" or "pin guard"
 * @skb: its frame, the Ethernet header linear at skb->data, with a source that is
 *	the child's
 *
 * One VLAN tag may be in front, beside the frame or in it.
 *
 * Context: BHs disabled.
 * Return: true if it may be sent.
 */
bool mymacvlan_pin_permits_ip(const struct mymacvlan_child *child,
			      struct sk_buff *skb)
{
	__be16 proto = skb_eth_hdr(skb)->h_proto;
	unsigned int offset = ETH_HLEN;
	const struct vlan_hdr *tag;

	if (eth_type_vlan(proto) && !skb_vlan_tag_present(skb)) {
		tag = mymacvlan_header(skb, offset, sizeof(*tag));
		if (!tag)
			return false;
		proto = tag->h_vlan_encapsulated_proto;
		offset += sizeof(*tag);
	}
	/*
	 * Who cuts the frame into segments or marks it (ECN) below goes by these, which
	 * the user of a packet socket chooses: they are what is checked here.
	 */
	skb->protocol = skb_eth_hdr(skb)->h_proto;
	skb_set_network_header(skb, offset);
	switch (proto) {
	case htons(ETH_P_IP):
		return mymacvlan_pin_ipv4(child, skb, offset);
	case htons(ETH_P_IPV6):
		return mymacvlan_pin_ipv6(child, skb, offset);
	case htons(ETH_P_ARP):
		return mymacvlan_pin_arp(child, skb, offset, false);
	case htons(ETH_P_RARP):
		return mymacvlan_pin_arp(child, skb, offset, true);
	default:
		return false;
	}
}
