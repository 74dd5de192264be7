/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which frames of a pinned child need no further look. Most frames are such ones, and
 * the frame path knows them by a few comparisons, without a call: what is said to be
 * plain may be sent for sure, of all others pin.c and pin_frame.c decide.
 */
#ifndef _MYMACVLAN_PIN_PLAIN_H
#define _MYMACVLAN_PIN_PLAIN_H

#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include "allow.h"
#include "pin.h"
#include "table.h"

static_assert(CHECKSUM_PARTIAL & CHECKSUM_UNNECESSARY);

/**
 * mymacvlan_pin_has_csum_before() - may a checksum be taken from there?
 * @skb: a frame
 * @offset: the end of what is checked in it
 *
 * One bit tells those that have CHECKSUM_PARTIAL, and a few more.
 *
 * Return: false if surely not.
 */
static inline bool
mymacvlan_pin_has_csum_before(const struct sk_buff *skb, int offset)
{
	return skb->ip_summed & CHECKSUM_UNNECESSARY &&
	       mymacvlan_pin_csum_start(skb) < offset;
}

/**
 * mymacvlan_pin_is_written_to() - may the Ethernet header be written to below?
 * @skb: a frame
 *
 * To fill in a checksum there, a segment's IP header, or a mark of congestion, see
 * mymacvlan_pin_permits().
 *
 * Return: false if surely not.
 */
static inline bool mymacvlan_pin_is_written_to(const struct sk_buff *skb)
{
	unsigned int end = skb_headroom(skb) + ETH_HLEN;

	return skb->network_header < end ||
	       (skb->ip_summed & CHECKSUM_UNNECESSARY && skb->csum_start < end);
}

/**
 * mymacvlan_pin_is_plain() - is this a frame that the child may send for sure?
 * @child: a child that is pinned to its MAC address
 * @skb: its frame
 *
 * 15 instructions, some more where the checksum is left to the hardware.
 *
 * Context: BHs disabled.
 * Return: true if so; false if mymacvlan_pin_permits() has to be asked.
 */
static __always_inline bool
mymacvlan_pin_is_plain(const struct mymacvlan_child *child,
		       const struct sk_buff *skb)
{
	return skb_headlen(skb) >= ETH_HLEN &&
	       mymacvlan_frame_key(skb_eth_hdr(skb)->h_source) ==
	       /* A change meanwhile is no harm; READ_ONCE() is one instruction more. */
	       data_race(child->pin_key) &&
	       !mymacvlan_pin_is_written_to(skb);
}

/**
 * mymacvlan_pin_guards() - must the child not be a router or a DHCP server?
 * @child: a pinned child
 *
 * Return: true if so.
 */
static inline bool mymacvlan_pin_guards(const struct mymacvlan_child *child)
{
	return READ_ONCE(child->pin) == MYMACVLAN_PIN_GUARD;
}

/* TCP has no servers of DHCP. */
static inline bool
mymacvlan_pin_is_plain_protocol(const struct mymacvlan_child *child, u8 protocol)
{
	return protocol == IPPROTO_TCP ||
	       (protocol == IPPROTO_UDP && !mymacvlan_pin_guards(child));
}

static __always_inline bool
mymacvlan_pin_is_plain_ipv4(const struct mymacvlan_child *child,
			    const struct sk_buff *skb)
{
	const struct iphdr *ip = (const void *)(skb->data + ETH_HLEN);

	if (ip->version != 4 || ip->ihl != 5 ||
	    !mymacvlan_pin_is_plain_protocol(child, ip->protocol) ||
	    mymacvlan_pin_has_csum_before(skb, ETH_HLEN + sizeof(*ip)))
		return false;
	return mymacvlan_allows_ipv4_rcu(child, ip->saddr);
}

static inline bool
mymacvlan_pin_is_plain_ipv6(const struct mymacvlan_child *child,
			    const struct sk_buff *skb)
{
	const struct ipv6hdr *ip = (const void *)(skb->data + ETH_HLEN);
	const unsigned int end = ETH_HLEN + sizeof(*ip);

	if (skb_headlen(skb) < end || ip->version != 6 || !ip->payload_len ||
	    end + ntohs(ip->payload_len) > skb->len ||
	    !mymacvlan_pin_is_plain_protocol(child, ip->nexthdr) ||
	    mymacvlan_pin_has_csum_before(skb, end))
		return false;
	return mymacvlan_allows_ipv6_rcu(child, &ip->saddr);
}

/**
 * mymacvlan_pin_is_plain_ip() - is this a frame that the child may send for sure?
 * @child: a child with "pin ip" or "pin guard"
 * @skb: its frame
 *
 * TCP or UDP without options or extension headers, and all headers are linear.
 *
 * Context: BHs disabled.
 * Return: true if so; false if mymacvlan_pin_permits() has to be asked.
 */
static __always_inline bool
mymacvlan_pin_is_plain_ip(const struct mymacvlan_child *child,
			  const struct sk_buff *skb)
{
	const struct ethhdr *eth = skb_eth_hdr(skb);

	/* A packet socket's user says what is to be done with a frame below. */
	if (skb_headlen(skb) < ETH_HLEN + sizeof(struct iphdr) ||
	    skb->protocol != eth->h_proto || skb_network_offset(skb) != ETH_HLEN ||
	    mymacvlan_frame_key(eth->h_source) != READ_ONCE(child->pin_key))
		return false;
	if (eth->h_proto == htons(ETH_P_IP))
		return mymacvlan_pin_is_plain_ipv4(child, skb);
	return eth->h_proto == htons(ETH_P_IPV6) &&
	       mymacvlan_pin_is_plain_ipv6(child, skb);
}

#endif /* _MYMACVLAN_PIN_PLAIN_H */
