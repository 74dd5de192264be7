/* SPDX-License-Identifier: GPL-2.0-only */
/* The unicast addresses of children, in the port's table and below. */
#ifndef _MYMACVLAN_ADDRESS_H
#define _MYMACVLAN_ADDRESS_H

#include <linux/types.h>

struct mymacvlan_child;
struct mymacvlan_port;
struct net_device;
struct netlink_ext_ack;

int mymacvlan_addr_validate(const u8 *addr, struct netlink_ext_ack *extack);
void mymacvlan_addr_err_msg(const struct mymacvlan_child *child, const u8 *addr,
			    const struct net_device *owner,
			    struct netlink_ext_ack *extack);
int mymacvlan_addr_check(const struct mymacvlan_child *child, const u8 *addr,
			 struct netlink_ext_ack *extack);
bool mymacvlan_addr_is_taken(const struct mymacvlan_child *child,
			     const u8 *addr);
void mymacvlan_addr_evict(struct mymacvlan_child *owner);
int mymacvlan_addr_start(struct mymacvlan_child *child);
void mymacvlan_addr_stop(struct mymacvlan_child *child);
int mymacvlan_addr_set(struct net_device *dev, void *p);
void mymacvlan_addr_follow_lower(struct mymacvlan_port *port);
void mymacvlan_addr_restore(struct mymacvlan_port *port);

#endif /* _MYMACVLAN_ADDRESS_H */
