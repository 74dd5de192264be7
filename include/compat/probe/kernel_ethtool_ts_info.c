// SPDX-License-Identifier: GPL-2.0-only
/* Has the kernel a structure of its own for what a time stamper can do? */
#include <linux/ethtool.h>

unsigned long probe = sizeof(struct kernel_ethtool_ts_info);
