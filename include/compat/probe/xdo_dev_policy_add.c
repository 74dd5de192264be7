// SPDX-License-Identifier: GPL-2.0-only
/* Can a device carry out IPsec on whole packets? */
#include <linux/netdevice.h>

unsigned long probe = sizeof(((struct xfrmdev_ops *)0)->xdo_dev_policy_add);
