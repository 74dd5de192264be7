// SPDX-License-Identifier: GPL-2.0-only
/* Are time stamps set by callbacks of their own, which a stacked device passes on? */
#include <linux/netdevice.h>
#include <linux/net_tstamp.h>

int (*probe)(struct net_device *dev, struct kernel_hwtstamp_config *config) =
	generic_hwtstamp_get_lower;
