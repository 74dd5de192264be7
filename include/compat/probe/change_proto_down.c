// SPDX-License-Identifier: GPL-2.0-only
/* Is "may be told that its protocol is down" a member of a device? */
#include <linux/netdevice.h>

void probe(struct net_device *dev);
void probe(struct net_device *dev)
{
	dev->change_proto_down = true;
}
