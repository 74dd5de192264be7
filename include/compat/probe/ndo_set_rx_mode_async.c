// SPDX-License-Identifier: GPL-2.0-only
/* Are a device's address lists handed to it by a work item? */
#include <linux/netdevice.h>

unsigned long probe = sizeof(((struct net_device_ops *)0)->ndo_set_rx_mode_async);
