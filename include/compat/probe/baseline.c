// SPDX-License-Identifier: GPL-2.0-only
/* What every kernel compiles: if this fails, the probes tell nothing. */
#include <linux/netdevice.h>

unsigned long probe = sizeof(struct net_device);
