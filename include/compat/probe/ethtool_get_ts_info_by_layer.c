// SPDX-License-Identifier: GPL-2.0-only
/* Can a stacked device ask what the time stamper below it can do? */
#include <linux/ethtool.h>

void *probe = ethtool_get_ts_info_by_layer;
