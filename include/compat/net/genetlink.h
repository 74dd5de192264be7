/* SPDX-License-Identifier: GPL-2.0-only */
/* <net/genetlink.h> of 7.3: what older kernels lack. */
#include_next <net/genetlink.h>
#include <net/sock.h>
#ifndef _MYMACVLAN_COMPAT_NET_GENETLINK_H
#define _MYMACVLAN_COMPAT_NET_GENETLINK_H

/* 6.7: what is known of a request is known of a dump, too */
#ifndef HAVE_GENL_INFO_DUMP
#define genl_info_dump(cb)	genl_dumpit_info(cb)
#endif

/* 6.7, and stable kernels: a group that needs CAP_NET_ADMIN in its namespace */
#ifdef GENL_MCAST_CAP_NET_ADMIN
#define GENL_MCAST_HAS_CAP		1
#else
#define GENL_MCAST_HAS_CAP		0
#define GENL_MCAST_CAP_NET_ADMIN	0
#endif

/*
 * To sockets of the namespace itself only, where the kernel asks about each one: not
 * to those elsewhere that listen to all namespaces (NETLINK_LISTEN_ALL_NSID, which
 * needs CAP_NET_BROADCAST over this one).
 */
#ifdef HAVE_NETLINK_FILTER_FN
static inline int compat_is_elsewhere(struct sock *sk, struct sk_buff *skb,
				      void *net)
{
	return !net_eq(sock_net(sk), net);
}

static inline int
genlmsg_multicast_own_netns(const struct genl_family *family, struct net *net,
			    struct sk_buff *skb, unsigned int group, gfp_t flags)
{
	group += family->mcgrp_offset;
	NETLINK_CB(skb).dst_group = group;
	return netlink_broadcast_filtered(net->genl_sock, skb, 0, group, flags,
					  compat_is_elsewhere, net);
}
#else
static inline int
genlmsg_multicast_own_netns(const struct genl_family *family, struct net *net,
			    struct sk_buff *skb, unsigned int group, gfp_t flags)
{
	return genlmsg_multicast_netns(family, net, skb, 0, group, flags);
}
#endif

#endif /* _MYMACVLAN_COMPAT_NET_GENETLINK_H */
