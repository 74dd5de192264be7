// SPDX-License-Identifier: GPL-2.0-only
/* Does dev_set_mac_address() take a struct sockaddr_storage? */
#include <linux/netdevice.h>

int probe(struct net_device *dev, struct sockaddr_storage *ss);
int probe(struct net_device *dev, struct sockaddr_storage *ss)
{
	return dev_set_mac_address(dev, ss, NULL);
}
