/* SPDX-License-Identifier: GPL-2.0-only */
/* <linux/ethtool.h> of 7.3: a time stamper's abilities, wherever it sits. */
#include_next <linux/ethtool.h>
#ifndef _MYMACVLAN_COMPAT_LINUX_ETHTOOL_H
#define _MYMACVLAN_COMPAT_LINUX_ETHTOOL_H

#include <linux/net_tstamp.h>
#include <linux/phy.h>

/* 6.11: a kernel structure beside the user's */
#ifndef HAVE_KERNEL_ETHTOOL_TS_INFO
#define kernel_ethtool_ts_info ethtool_ts_info
#endif

#ifndef HAVE_ETHTOOL_GET_TS_INFO_BY_LAYER
static inline int ethtool_get_ts_info_by_layer(struct net_device *dev,
					       struct ethtool_ts_info *info)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;

	if (phy_has_tsinfo(dev->phydev))
		return phy_ts_info(dev->phydev, info);
	if (ops && ops->get_ts_info)
		return ops->get_ts_info(dev, info);
	info->so_timestamping = SOF_TIMESTAMPING_RX_SOFTWARE |
				SOF_TIMESTAMPING_SOFTWARE;
	info->phc_index = -1;
	return 0;
}
#endif

#endif /* _MYMACVLAN_COMPAT_LINUX_ETHTOOL_H */
