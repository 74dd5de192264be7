/* SPDX-License-Identifier: GPL-2.0-only */
/* The link type: options, creation, change, deletion. */
#ifndef _MYMACVLAN_LINK_H
#define _MYMACVLAN_LINK_H

#include <net/rtnetlink.h>

struct rtnl_newlink_params;

extern struct rtnl_link_ops mymacvlan_link_ops;

/* link_validate.c */
extern const struct nla_policy mymacvlan_link_policy[];
int mymacvlan_link_validate(struct nlattr *tb[], struct nlattr *data[],
			    struct netlink_ext_ack *extack);
int mymacvlan_validate(struct nlattr *tb[], struct nlattr *data[],
		       struct netlink_ext_ack *extack);

/* link.c */
int mymacvlan_link_new(struct net_device *dev,
		       struct rtnl_newlink_params *params,
		       struct netlink_ext_ack *extack);
int mymacvlan_link_change(struct net_device *dev, struct nlattr *tb[],
			  struct nlattr *data[],
			  struct netlink_ext_ack *extack);
int mymacvlan_link_check_change(struct net_device *dev, struct nlattr *data[],
				struct netlink_ext_ack *extack);
void mymacvlan_link_delete(struct net_device *dev, struct list_head *head);
size_t mymacvlan_link_size(const struct net_device *dev);
int mymacvlan_link_fill(struct sk_buff *skb, const struct net_device *dev);
struct net *mymacvlan_link_net(const struct net_device *dev);

#endif /* _MYMACVLAN_LINK_H */
