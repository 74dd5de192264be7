// SPDX-License-Identifier: GPL-2.0-only
/* Does ndo_netpoll_setup have an argument that nobody uses? */
#include <linux/netdevice.h>

#ifdef CONFIG_NET_POLL_CONTROLLER
int probe(const struct net_device_ops *ops);
int probe(const struct net_device_ops *ops)
{
	return ops->ndo_netpoll_setup(NULL, NULL);
}
#else
#error "no netpoll"
#endif
