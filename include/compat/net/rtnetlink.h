/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * <net/rtnetlink.h> of 7.3: the parameters of newlink() in a structure
 * (6.15), the list of link kinds under a lock of its own (6.13), and a check that stable
 * kernels have got in time.
 */
#include_next <net/rtnetlink.h>
#ifndef _MYMACVLAN_COMPAT_NET_RTNETLINK_H
#define _MYMACVLAN_COMPAT_NET_RTNETLINK_H

#ifndef HAVE_RTNL_DEV_LINK_NET_CAPABLE
#include <linux/capability.h>
#include <net/net_namespace.h>

static inline bool rtnl_dev_link_net_capable(const struct net_device *dev,
					     const struct net *link_net)
{
	return net_eq(link_net, dev_net(dev)) ||
	       ns_capable(link_net->user_ns, CAP_NET_ADMIN);
}
#endif

/* rtnl_link_register() for who holds RTNL, which it takes itself where that is its lock. */
static inline int rtnl_link_register_rtnl(struct rtnl_link_ops *ops)
{
#ifdef HAVE_RTNL_LINK_OPS_MUTEX
	return rtnl_link_register(ops);
#else
	return __rtnl_link_register(ops);
#endif
}

#ifndef HAVE_RTNL_NEWLINK_PARAMS
struct rtnl_newlink_params {
	struct net *src_net;
	struct nlattr **tb;
	struct nlattr **data;
};

/* The old parameter is the new helper's result already. */
static inline struct net *
rtnl_newlink_link_net(struct rtnl_newlink_params *params)
{
	return params->src_net;
}

#define RTNL_COMPAT_NEWLINK(fn)						\
static int fn##_compat(struct net *src_net, struct net_device *dev,	\
		       struct nlattr *tb[], struct nlattr *data[],	\
		       struct netlink_ext_ack *extack)			\
{									\
	struct rtnl_newlink_params params = {				\
		.src_net = src_net, .tb = tb, .data = data,		\
	};								\
									\
	return fn(dev, &params, extack);				\
}

#define RTNL_NEWLINK(fn)	fn##_compat
#else
#define RTNL_COMPAT_NEWLINK(fn)
#define RTNL_NEWLINK(fn)	fn
#endif

#endif /* _MYMACVLAN_COMPAT_NET_RTNETLINK_H */
