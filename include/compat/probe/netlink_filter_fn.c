// SPDX-License-Identifier: GPL-2.0-only
/* Can a sender of a netlink message say which sockets get it? */
#include <linux/netlink.h>

int filter(struct sock *sk, struct sk_buff *skb, void *data);
int probe(struct sock *sk, struct sk_buff *skb);

int probe(struct sock *sk, struct sk_buff *skb)
{
	return netlink_broadcast_filtered(sk, skb, 0, 1, GFP_ATOMIC, filter, NULL);
}
