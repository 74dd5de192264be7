// SPDX-License-Identifier: GPL-2.0-only
/* Is a table of a namespace's sysctls constant? */
#include <net/net_namespace.h>

void *probe(struct net *net, const struct ctl_table *table);
void *probe(struct net *net, const struct ctl_table *table)
{
	return register_net_sysctl_sz(net, "", table, 1);
}
