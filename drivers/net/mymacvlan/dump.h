/* SPDX-License-Identifier: GPL-2.0-only */
/* What the host is told of its ports, and of children wherever they are. */
#ifndef _MYMACVLAN_DUMP_H
#define _MYMACVLAN_DUMP_H

#include "mymacvlan.h"

struct genl_info;
struct netlink_callback;

int mymacvlan_dump_ports(struct sk_buff *skb, struct netlink_callback *cb);
int mymacvlan_dump_children(struct sk_buff *skb, struct netlink_callback *cb);
int mymacvlan_dump_bindings(struct sk_buff *skb, struct netlink_callback *cb);
int mymacvlan_dump_groups(struct sk_buff *skb, struct netlink_callback *cb);
int mymacvlan_dump_counter_names(struct sk_buff *skb, struct genl_info *info);
int mymacvlan_put_child(struct sk_buff *skb, const struct mymacvlan_port *port,
			const struct mymacvlan_child *child);
void mymacvlan_show_child(struct mymacvlan_child *child);
void mymacvlan_hide_child(struct mymacvlan_child *child);

#endif /* _MYMACVLAN_DUMP_H */
