/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Headers of a frame that a child sends, where nobody else can change them: a packet
 * ring's or a tap's user can write to pages of a frame after it was looked at, and
 * whoever fills in a checksum below writes where the sender has said.
 */
#ifndef _MYMACVLAN_HEADER_H
#define _MYMACVLAN_HEADER_H

#include <linux/skbuff.h>
#include <linux/types.h>

/**
 * struct mymacvlan_chain - what a chain of IPv6 headers leads to
 * @offset: of the last header that was walked to, from skb->data
 * @end: of the packet
 * @protocol: what the last header is
 * @extended: there are extension headers
 * @later: it is a fragment, and not the first
 */
struct mymacvlan_chain {
	unsigned int	offset;
	unsigned int	end;
	u8		protocol;
	bool		extended;
	bool		later;
};

/**
 * mymacvlan_csum_start() - where a frame's checksum begins to be taken
 * @skb: the frame, its Ethernet header at skb->data
 *
 * The sender chooses it: freely with AF_XDP, with a virtio-net header of a packet
 * socket or a tap from behind the shortest IP header on. Whoever fills in the
 * checksum or cuts the frame into segments after us writes behind that place. So it
 * must lie behind all that is checked or translated, or the frame could leave with
 * something else there.
 *
 * Return: an offset from skb->data, perhaps a negative one; of a frame that has
 *	not CHECKSUM_PARTIAL any number.
 */
static inline int mymacvlan_csum_start(const struct sk_buff *skb)
{
	return skb->head + skb->csum_start - skb->data;
}

void *mymacvlan_header(struct sk_buff *skb, unsigned int offset, unsigned int len);
bool mymacvlan_chain_begin(struct sk_buff *skb, unsigned int offset,
			   struct mymacvlan_chain *chain);
bool mymacvlan_chain_walk(struct sk_buff *skb, struct mymacvlan_chain *chain);
unsigned int mymacvlan_nd_fixed(u8 type);

#endif /* _MYMACVLAN_HEADER_H */
