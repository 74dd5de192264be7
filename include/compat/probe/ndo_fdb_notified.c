// SPDX-License-Identifier: GPL-2.0-only
/* Can ndo_fdb_add and ndo_fdb_del say that they have notified already? */
#include <linux/netdevice.h>

int probe(const struct net_device_ops *ops, bool *notified);
int probe(const struct net_device_ops *ops, bool *notified)
{
	return ops->ndo_fdb_del(NULL, NULL, NULL, NULL, 0, notified, NULL);
}
