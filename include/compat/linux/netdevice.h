/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * <linux/netdevice.h> of 7.3, for kernels from 6.1 on.
 *
 * Callbacks whose prototype has changed are written for 7.3 and named in
 * net_device_ops through NDO_…(); for an older kernel NDO_COMPAT_…() makes an
 * adapter with that kernel's prototype.
 */
#include_next <linux/netdevice.h>
#ifndef _MYMACVLAN_COMPAT_LINUX_NETDEVICE_H
#define _MYMACVLAN_COMPAT_LINUX_NETDEVICE_H

/* 6.12: a bit of its own instead of a feature */
#ifdef NETIF_F_LLTX
#define NETIF_F_COMPAT_LLTX	NETIF_F_LLTX
static inline void netdev_set_lltx(struct net_device *dev)
{
	dev->features |= NETIF_F_LLTX;
}
#else
#define NETIF_F_COMPAT_LLTX	0
static inline void netdev_set_lltx(struct net_device *dev)
{
	dev->lltx = true;
}
#endif

/* 6.12: a bit of its own instead of a private flag */
#ifdef HAVE_CHANGE_PROTO_DOWN
static inline void netdev_set_change_proto_down(struct net_device *dev)
{
	dev->change_proto_down = true;
}
#else
static inline void netdev_set_change_proto_down(struct net_device *dev)
{
	dev->priv_flags |= IFF_CHANGE_PROTO_DOWN;
}
#endif

/* 6.6 (tcx): qdisc and BPF programs in one list */
static inline const void *dev_tc_ingress(const struct net_device *dev)
{
#if defined(CONFIG_NET_XGRESS)
	return rcu_access_pointer(dev->tcx_ingress);
#elif defined(CONFIG_NET_CLS_ACT)
	return rcu_access_pointer(dev->miniq_ingress);
#else
	return NULL;
#endif
}

static inline const void *dev_nf_ingress(const struct net_device *dev)
{
#ifdef CONFIG_NETFILTER_INGRESS
	return rcu_access_pointer(dev->nf_hooks_ingress);
#else
	return NULL;
#endif
}

static inline const void *dev_vlan_info(const struct net_device *dev)
{
#if IS_ENABLED(CONFIG_VLAN_8021Q)
	return rcu_access_pointer(dev->vlan_info);
#else
	return NULL;
#endif
}

/*
 * Does a device carry out IPsec on whole packets ("packet offload", from 6.2 on),
 * told by its policies?
 */
static inline bool xfrmdev_offloads_packets(const struct net_device *dev)
{
#if defined(CONFIG_XFRM_OFFLOAD) && defined(HAVE_XDO_DEV_POLICY_ADD)
	return dev->xfrmdev_ops && dev->xfrmdev_ops->xdo_dev_policy_add;
#else
	return false;
#endif
}

/*
 * dev_nit_active_rcu(), without a call where a driver can see both lists: from
 * 6.15 on, which has one for each namespace.
 */
static inline bool dev_is_captured_rcu(const struct net_device *dev)
{
#ifdef HAVE_NET_PTYPE_ALL
	return !list_empty(&dev_net(dev)->ptype_all) ||
	       !list_empty(&dev->ptype_all);
#else
	return dev_nit_active((struct net_device *)dev);
#endif
}

/* 6.16: room for more than 14 bytes of address */
#ifndef HAVE_DEV_SET_MAC_ADDRESS_STORAGE
static inline int compat_dev_set_mac_address(struct net_device *dev,
					     struct sockaddr_storage *ss,
					     struct netlink_ext_ack *extack)
{
	return dev_set_mac_address(dev, (struct sockaddr *)ss, extack);
}

#define dev_set_mac_address compat_dev_set_mac_address
#endif

/* 6.13: @notified */
#ifndef HAVE_NDO_FDB_NOTIFIED
#define NDO_COMPAT_FDB(add, del)					\
static int add##_compat(struct ndmsg *ndm, struct nlattr *tb[],	\
			struct net_device *dev,				\
			const unsigned char *addr, u16 vid, u16 flags,	\
			struct netlink_ext_ack *extack)			\
{									\
	return add(ndm, tb, dev, addr, vid, flags, NULL, extack);	\
}									\
									\
static int del##_compat(struct ndmsg *ndm, struct nlattr *tb[],	\
			struct net_device *dev,				\
			const unsigned char *addr, u16 vid,		\
			struct netlink_ext_ack *extack)			\
{									\
	return del(ndm, tb, dev, addr, vid, NULL, extack);		\
}

#define NDO_FDB(add, del) \
	.ndo_fdb_add = add##_compat, .ndo_fdb_del = del##_compat
#else
#define NDO_COMPAT_FDB(add, del)
#define NDO_FDB(add, del) \
	.ndo_fdb_add = add, .ndo_fdb_del = del
#endif

/*
 * New kernels call from a work item under RTNL, with copies of the lists, and
 * again after an error. Older ones call under the device's addr_list_lock, with
 * the lists themselves, once.
 */
#ifdef HAVE_NDO_SET_RX_MODE_ASYNC
#define NDO_COMPAT_RX_MODE(fn)
#define NDO_RX_MODE(fn)		.ndo_set_rx_mode_async = fn
#else
#define NDO_COMPAT_RX_MODE(fn)						\
static void fn##_compat(struct net_device *dev)				\
{									\
	fn(dev, &dev->uc, &dev->mc);					\
}

#define NDO_RX_MODE(fn)		.ndo_set_rx_mode = fn##_compat
#endif

/* An argument that nobody used is gone from new kernels. */
#if defined(HAVE_NETPOLL_SETUP_NPINFO) && defined(CONFIG_NET_POLL_CONTROLLER)
#define NDO_COMPAT_NETPOLL(setup)					\
static int setup##_compat(struct net_device *dev,			\
			  struct netpoll_info *npinfo)			\
{									\
	return setup(dev);						\
}

#define NDO_NETPOLL_SETUP(setup) .ndo_netpoll_setup = setup##_compat
#else
#define NDO_COMPAT_NETPOLL(setup)
#define NDO_NETPOLL_SETUP(setup) .ndo_netpoll_setup = setup
#endif

#endif /* _MYMACVLAN_COMPAT_LINUX_NETDEVICE_H */
