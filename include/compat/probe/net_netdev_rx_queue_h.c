// SPDX-License-Identifier: GPL-2.0-only
/* Is there such a header? */
#include <linux/netdevice.h>
#include <net/netdev_rx_queue.h>

int probe;
