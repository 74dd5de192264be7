// SPDX-License-Identifier: GPL-2.0-only
/* ethtool on a child: its own counters, the lower device's link. */
#include <linux/ethtool.h>
#include <linux/net_tstamp.h>
#include <linux/string.h>
#include "mymacvlan.h"

static void mymacvlan_get_drvinfo(struct net_device *dev,
				  struct ethtool_drvinfo *info)
{
	/* Not the link kind, which may be the in-tree driver's. */
	strscpy(info->driver, mymacvlan_child(dev)->tap ? "mymacvtap" : "mymacvlan",
		sizeof(info->driver));
	strscpy(info->version, MYMACVLAN_VERSION, sizeof(info->version));
}

static int mymacvlan_get_link_ksettings(struct net_device *dev,
					struct ethtool_link_ksettings *settings)
{
	return __ethtool_get_link_ksettings(mymacvlan_lower(mymacvlan_child(dev)),
					    settings);
}

static int mymacvlan_get_ts_info(struct net_device *dev,
				 struct kernel_ethtool_ts_info *info)
{
	return ethtool_get_ts_info_by_layer(mymacvlan_lower(mymacvlan_child(dev)),
					    info);
}

static int mymacvlan_get_sset_count(struct net_device *dev, int sset)
{
	if (sset != ETH_SS_STATS)
		return -EOPNOTSUPP;
	return mymacvlan_stats_count(mymacvlan_child(dev));
}

static void mymacvlan_get_strings(struct net_device *dev, u32 sset, u8 *data)
{
	if (sset == ETH_SS_STATS)
		mymacvlan_stats_names(mymacvlan_child(dev), data);
}

static void mymacvlan_get_ethtool_stats(struct net_device *dev,
					struct ethtool_stats *stats, u64 *data)
{
	mymacvlan_stats_values(mymacvlan_child(dev), data);
}

const struct ethtool_ops mymacvlan_ethtool_ops = {
	.get_drvinfo		= mymacvlan_get_drvinfo,
	.get_link		= ethtool_op_get_link,
	.get_link_ksettings	= mymacvlan_get_link_ksettings,
	.get_ts_info		= mymacvlan_get_ts_info,
	.get_sset_count		= mymacvlan_get_sset_count,
	.get_strings		= mymacvlan_get_strings,
	.get_ethtool_stats	= mymacvlan_get_ethtool_stats,
};
