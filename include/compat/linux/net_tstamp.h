/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * <linux/net_tstamp.h> of 7.3: time stamping by callbacks of its own
 * (6.6) instead of by ioctls, whose user memory only the device
 * below looks at.
 */
#include_next <linux/net_tstamp.h>
#ifndef _MYMACVLAN_COMPAT_LINUX_NET_TSTAMP_H
#define _MYMACVLAN_COMPAT_LINUX_NET_TSTAMP_H

#include <linux/netdevice.h>
#include <linux/sockios.h>

#ifndef HAVE_GENERIC_HWTSTAMP
/* 6.4 and 6.5 have the structure, and nobody who takes it. */
struct compat_hwtstamp_config {
	struct ifreq *ifr;
};

#define kernel_hwtstamp_config compat_hwtstamp_config

static inline int
compat_hwtstamp_lower(struct net_device *lower,
		      struct kernel_hwtstamp_config *config, int cmd)
{
	const struct net_device_ops *ops = lower->netdev_ops;
	struct ifreq ifr = { .ifr_ifru = config->ifr->ifr_ifru };
	int err;

	if (!netif_device_present(lower) || !ops->ndo_eth_ioctl)
		return -EOPNOTSUPP;
	strscpy(ifr.ifr_name, lower->name, sizeof(ifr.ifr_name));
	err = ops->ndo_eth_ioctl(lower, &ifr, cmd);
	if (!err)
		config->ifr->ifr_ifru = ifr.ifr_ifru;
	return err;
}

static inline int
generic_hwtstamp_get_lower(struct net_device *lower,
			   struct kernel_hwtstamp_config *config)
{
	return compat_hwtstamp_lower(lower, config, SIOCGHWTSTAMP);
}

static inline int
generic_hwtstamp_set_lower(struct net_device *lower,
			   struct kernel_hwtstamp_config *config,
			   struct netlink_ext_ack *extack)
{
	return compat_hwtstamp_lower(lower, config, SIOCSHWTSTAMP);
}

#define NDO_COMPAT_HWTSTAMP(get, set)					\
static int get##_or_##set(struct net_device *dev, struct ifreq *ifr,	\
			  int cmd)					\
{									\
	struct kernel_hwtstamp_config config = { .ifr = ifr };		\
									\
	if (cmd == SIOCGHWTSTAMP)					\
		return get(dev, &config);				\
	if (cmd == SIOCSHWTSTAMP)					\
		return set(dev, &config, NULL);				\
	return -EOPNOTSUPP;						\
}

#define NDO_HWTSTAMP(get, set)	.ndo_eth_ioctl = get##_or_##set
#else
#define NDO_COMPAT_HWTSTAMP(get, set)
#define NDO_HWTSTAMP(get, set) \
	.ndo_hwtstamp_get = get, .ndo_hwtstamp_set = set
#endif

#endif /* _MYMACVLAN_COMPAT_LINUX_NET_TSTAMP_H */
