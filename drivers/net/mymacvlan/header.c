// SPDX-License-Identifier: GPL-2.0-only
/* Headers of a frame that a child sends, see header.h. */
#include <linux/in.h>
#include <linux/ipv6.h>
#include <net/ipv6.h>
#include <net/ndisc.h>
#include "header.h"

/* More extension headers than this nobody needs. */
#define MYMACVLAN_CHAIN_MAX	8

/**
 * mymacvlan_header() - a header that stays as it is
 * @skb: a frame
 * @offset: where it begins, from skb->data
 * @len: how long it is
 *
 * Context: BHs disabled.
 * Return: the header, or %NULL if the frame ends before, or is written to there.
 */
void *mymacvlan_header(struct sk_buff *skb, unsigned int offset, unsigned int len)
{
	if (!pskb_may_pull(skb, offset + len))
		return NULL;
	if (skb->ip_summed == CHECKSUM_PARTIAL &&
	    mymacvlan_csum_start(skb) + skb->csum_offset < (int)(offset + len))
		return NULL;
	return skb->data + offset;
}

/**
 * mymacvlan_chain_begin() - where an IPv6 packet's chain of headers begins
 * @skb: a frame
 * @offset: of its IPv6 header
 * @chain: filled in
 *
 * Context: BHs disabled.
 * Return: false if there is no such header.
 */
bool mymacvlan_chain_begin(struct sk_buff *skb, unsigned int offset,
			   struct mymacvlan_chain *chain)
{
	const struct ipv6hdr *ip = mymacvlan_header(skb, offset, sizeof(*ip));

	if (!ip)
		return false;
	*chain = (struct mymacvlan_chain){
		.offset = offset + sizeof(*ip),
		.end = offset + sizeof(*ip) + ntohs(ip->payload_len),
		.protocol = ip->nexthdr,
	};
	/* Larger than it says, as a GSO frame may be: then what is there counts. */
	if (!ip->payload_len && skb_is_gso(skb))
		chain->end = skb->len;
	return true;
}

/* One header more; false if it cannot be understood. */
static bool mymacvlan_chain_step(struct sk_buff *skb, struct mymacvlan_chain *chain)
{
	const struct frag_hdr *frag;
	const u8 *head;

	head = mymacvlan_header(skb, chain->offset, sizeof(*frag));
	if (!head)
		return false;
	if (chain->protocol == NEXTHDR_FRAGMENT) {
		frag = (const void *)head;
		chain->later = frag->frag_off & htons(IP6_OFFSET);
		chain->offset += sizeof(*frag);
	} else if (chain->protocol == NEXTHDR_AUTH) {
		chain->offset += (head[1] + 2) * 4;
	} else {
		chain->offset += (head[1] + 1) * 8;
	}
	chain->protocol = head[0];
	chain->extended = true;
	return chain->offset <= chain->end;
}

/**
 * mymacvlan_chain_walk() - to the first header that is no extension header
 * @skb: a frame
 * @chain: begun; leads there then
 *
 * Of a later fragment the rest is in the first one.
 *
 * Context: BHs disabled.
 * Return: false if the chain cannot be walked.
 */
bool mymacvlan_chain_walk(struct sk_buff *skb, struct mymacvlan_chain *chain)
{
	unsigned int i;

	for (i = 0; i <= MYMACVLAN_CHAIN_MAX; i++) {
		switch (chain->protocol) {
		case NEXTHDR_HOP:
		case NEXTHDR_DEST:
		case NEXTHDR_ROUTING:
		case NEXTHDR_FRAGMENT:
		case NEXTHDR_AUTH:
			break;
		default:
			return true;
		}
		if (chain->later)
			return true;
		if (!mymacvlan_chain_step(skb, chain))
			return false;
	}
	return false;
}

/**
 * mymacvlan_nd_fixed() - where the options of a neighbour discovery message begin
 * @type: of ICMPv6
 *
 * Context: any.
 * Return: bytes behind the beginning of the header of ICMPv6; 0: it is no such message.
 */
unsigned int mymacvlan_nd_fixed(u8 type)
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
	default:
		return 0;
	}
}
