/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Option "host on": the machine that has the lower device, and children on it,
 * talk to each other.
 *
 *   child to host   into the lower device's receive path, see tx.c
 *   host to child   by netfilter's egress hook of the lower device
 */
#ifndef _MYMACVLAN_HOST_H
#define _MYMACVLAN_HOST_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/types.h>
#include <net/dst_metadata.h>
#include "mymacvlan.h"

struct netlink_ext_ack;

/*
 * The type of our metadata: none of the kernel's, so that nobody takes it for
 * something that he knows.
 */
#define MYMACVLAN_METADATA	((enum metadata_type)0x6d79)

/* Modes whose children may talk to the host. */
#define MYMACVLAN_HOST_MODES	(MYMACVLAN_MODE_BRIDGE | MYMACVLAN_MODE_PRIVATE)

/**
 * struct mymacvlan_host - what a port needs for talking to its host
 * @port: whose it is
 * @tx_cookie: what a child's frame has in its cb on the way from the child to the
 *	hook; random, so that nobody else's frame has it
 * @rx_metadata: what a child's frame has for a route on the way through the lower
 *	device's receive path; the port's reference on it, each such frame has
 *	one, too
 * @hook: netfilter's egress hook on the lower device, while @net is set
 * @net: the network namespace that @hook is registered in, or %NULL; RTNL. The
 *	lower device is in it, and leaves it only after the hook has gone.
 * @count: children with the option; RTNL
 * @rcu: for freeing it
 *
 * Made for a port's first child with the option and ended with the port: frames
 * under way still have @rx_metadata after the last child has turned the option off.
 */
struct mymacvlan_host {
	struct mymacvlan_port	*port;
	u64			tx_cookie[2];
	struct metadata_dst	*rx_metadata;
	struct nf_hook_ops	hook;
	struct net		*net;
	unsigned int		count;
	struct rcu_head		rcu;
};

/* host.c */
int mymacvlan_host_check(const struct mymacvlan_child *child,
			 unsigned int mode, struct nlattr *attr,
			 struct netlink_ext_ack *extack);
int mymacvlan_host_set(struct mymacvlan_child *child, bool on,
		       struct netlink_ext_ack *extack);
int mymacvlan_host_new(struct mymacvlan_child *child, struct nlattr *data[],
		       struct netlink_ext_ack *extack);
void mymacvlan_host_end(struct mymacvlan_port *port);
void mymacvlan_host_hook(struct mymacvlan_port *port);
void mymacvlan_host_unhook(struct mymacvlan_port *port);

/* hostpath.c */
bool mymacvlan_is_of_vlan_below(struct net_device *lower,
				const struct sk_buff *skb);
bool mymacvlan_is_host_dst(const struct mymacvlan_port *port,
			   const struct sk_buff *skb);
void mymacvlan_host_set_cookie(const struct mymacvlan_port *port,
			       struct sk_buff *skb);
bool mymacvlan_host_take_metadata(struct sk_buff *skb);
void mymacvlan_host_deliver(struct mymacvlan_child *child,
			    struct sk_buff *skb);
void mymacvlan_host_copy(struct mymacvlan_child *child,
			 struct sk_buff *skb);
unsigned int mymacvlan_host_egress(void *priv, struct sk_buff *skb,
				   const struct nf_hook_state *state);

/* sysctl.c */
int mymacvlan_sysctl_register(void);
void mymacvlan_sysctl_unregister(void);
bool mymacvlan_sysctl_host(const struct net *net);
u8 mymacvlan_sysctl_pin(const struct net *net);
bool mymacvlan_sysctl_announce(const struct net *net);
bool mymacvlan_sysctl_macnat(const struct net *net);
void mymacvlan_net_changed(const struct net *net);
unsigned int mymacvlan_net_generation(const struct net *net);
void mymacvlan_net_add_port(struct mymacvlan_port *port);
void mymacvlan_net_del_port(struct mymacvlan_port *port);
const struct list_head *mymacvlan_net_ports(const struct net *net);

#endif /* _MYMACVLAN_HOST_H */
