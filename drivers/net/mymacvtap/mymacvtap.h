/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A tap: a child of mymacvlan whose frames go to a file.
 *
 *   child    everything that any child has, see ../mymacvlan/mymacvlan.h
 *   queue    one open file of the tap; belongs to the kernel's tap library
 *   node     the character device /dev/tapN, N being the ifindex
 *   chardev  our open() of a node; after it the file is the library's
 *
 * What a tap adds to a child is small: who may open it (chardev.c), its node
 * (node.c), which queue a received frame goes to (queue.c), and a few link
 * options (link.c). Reading, writing, ioctl() and vhost-net are the library's.
 */
#ifndef _MYMACVTAP_H
#define _MYMACVTAP_H

#include <linux/device.h>
#include <linux/if_tap.h>
#include <linux/netdevice.h>
#include <linux/uidgid.h>
#include "../mymacvlan/mymacvlan.h"

/* What readers are taken to understand until one tells, as in-tree. */
#define MYMACVTAP_OFFLOADS	(NETIF_F_HW_CSUM | NETIF_F_TSO | \
				 NETIF_F_TSO6 | NETIF_F_TSO_ECN)

/**
 * struct mymacvtap_owner - who may open the node, apart from root
 * @user: its user
 * @group: its group
 * @perm: its permissions, 0 to 0777
 */
struct mymacvtap_owner {
	kuid_t			user;
	kgid_t			group;
	umode_t			perm;
};

struct mymacvtap_node;
struct mymacvtap_steering;

/**
 * struct mymacvtap - private data of a tap's net_device
 * @child: what any child has; the first member, since mymacvlan, NIC drivers
 *	and others look there
 * @tap: the library's part: the queues. Its arrays: RTNL, RCU
 * @steering: which flow goes to which queue, or %NULL as long as there has
 *	been one queue only; set once under RTNL, read under RCU, freed with
 *	the device
 * @owner: of the node; RTNL
 * @node: the node while the device is registered, or %NULL; RTNL
 * @named: /dev/tapN is this tap's, not that of one with the same ifindex in
 *	another namespace; RTNL
 * @allmulti: the option of that name, which holds one reference on the
 *	device's allmulti count; RTNL, read for dumps
 *
 * Allocated and freed with the net_device. Queues are loosely tied to it: the
 * files that own them may outlive it, see mymacvtap_dellink().
 */
struct mymacvtap {
	struct mymacvlan_child	child;
	struct tap_dev		tap;
	struct mymacvtap_steering __rcu *steering;
	struct mymacvtap_owner	owner;
	struct mymacvtap_node	*node;
	bool			named;
	bool			allmulti;
};

static_assert(offsetof(struct mymacvtap, child) == 0);

static inline struct mymacvtap *mymacvtap(const struct net_device *dev)
{
	return netdev_priv(dev);
}

static inline struct net_device *mymacvtap_dev(const struct mymacvtap *mt)
{
	return mt->tap.dev;
}

/* chardev.c */
int mymacvtap_chardev_init(const char *name);
void mymacvtap_chardev_exit(void);
dev_t mymacvtap_devt(const struct mymacvtap *mt);
int mymacvtap_minor_get(struct mymacvtap *mt);
void mymacvtap_minor_put(struct mymacvtap *mt);
bool mymacvtap_is_preferred(const struct mymacvtap *mt,
			    const struct mymacvtap *other);
struct mymacvtap *mymacvtap_by_ifindex_rtnl(int ifindex,
					    const struct mymacvtap *other);

/* node.c */
int mymacvtap_node_init(const char *name);
void mymacvtap_node_exit(void);
int mymacvtap_node_change(struct mymacvtap *mt,
			  const struct mymacvtap_owner *owner);
void mymacvtap_node_restore(struct mymacvtap *mt,
			    const struct mymacvtap_owner *owner);
extern struct notifier_block mymacvtap_notifier;

/* queue.c */
rx_handler_result_t mymacvtap_handle_frame(struct sk_buff **pskb);
int mymacvtap_charge_queue(struct mymacvtap *mt, struct tap_queue *queue);
int mymacvtap_resize_queues(struct mymacvtap *mt);
int mymacvtap_steering_start(struct mymacvtap *mt);
void mymacvtap_steering_free(struct mymacvtap *mt);

/* link.c */
extern struct rtnl_link_ops mymacvtap_link_ops;
void mymacvtap_setup(struct net_device *dev);

static inline bool mymacvtap_is_tap(const struct net_device *dev)
{
	return dev->rtnl_link_ops == &mymacvtap_link_ops;
}

#endif /* _MYMACVTAP_H */
