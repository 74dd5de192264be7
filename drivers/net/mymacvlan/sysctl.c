// SPDX-License-Identifier: GPL-2.0-only
/*
 * net.mymacvlan.host, .pin, .announce and .macnat: the defaults of the options of these
 * names for children of lower devices in a network namespace, for programs that cannot
 * pass options.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysctl.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include "host.h"

/**
 * struct mymacvlan_net - what we keep for a network namespace
 * @host: net.mymacvlan.host, 0 or 1; begins as the module parameter has it in
 *	the initial namespace, as 0 elsewhere; read and written without a lock
 * @pin: net.mymacvlan.pin, MYMACVLAN_PIN_OFF or _MAC; the same
 * @announce: net.mymacvlan.announce, 0 or 1; begins as 1; the same
 * @macnat: net.mymacvlan.macnat, 0 or 1; begins as 0; the same
 * @table: the sysctls, of this namespace's values
 * @header: what they are registered as
 * @generation: counts which children lower devices of this namespace have, for
 *	dumps; never 0; changed under RTNL
 * @ports: struct mymacvlan_port of the namespace's lower devices, by their index;
 *	RTNL, read by dumps under RCU
 *
 * Lives as long as the namespace, or the module.
 */
struct mymacvlan_net {
	u8			host;
	u8			pin;
	u8			announce;
	u8			macnat;
	const struct ctl_table	*table;
	struct ctl_table_header	*header;
	unsigned int		generation;
	struct list_head	ports;
};

static unsigned int mymacvlan_net_id;

static bool host;
module_param(host, bool, 0444);
MODULE_PARM_DESC(host, "net.mymacvlan.host of the initial network namespace when the module is loaded: 0 (default) or 1");

static bool pin;
module_param(pin, bool, 0444);
MODULE_PARM_DESC(pin, "net.mymacvlan.pin of the initial network namespace when the module is loaded: 0 (default, off) or 1 (mac)");

/**
 * mymacvlan_sysctl_host() - the default of option "host"
 * @net: the lower device's network namespace
 *
 * Return: net.mymacvlan.host there.
 */
bool mymacvlan_sysctl_host(const struct net *net)
{
	const struct mymacvlan_net *mn = net_generic(net, mymacvlan_net_id);

	return READ_ONCE(mn->host);
}

/**
 * mymacvlan_sysctl_pin() - the default of option "pin"
 * @net: the lower device's network namespace
 *
 * Return: net.mymacvlan.pin there, one of enum mymacvlan_pin.
 */
u8 mymacvlan_sysctl_pin(const struct net *net)
{
	const struct mymacvlan_net *mn = net_generic(net, mymacvlan_net_id);

	return READ_ONCE(mn->pin);
}

/**
 * mymacvlan_sysctl_announce() - the default of option "announce"
 * @net: the lower device's network namespace
 *
 * Return: net.mymacvlan.announce there.
 */
bool mymacvlan_sysctl_announce(const struct net *net)
{
	const struct mymacvlan_net *mn = net_generic(net, mymacvlan_net_id);

	return READ_ONCE(mn->announce);
}

/**
 * mymacvlan_sysctl_macnat() - the default of option "macnat"
 * @net: the lower device's network namespace
 *
 * Return: net.mymacvlan.macnat there.
 */
bool mymacvlan_sysctl_macnat(const struct net *net)
{
	const struct mymacvlan_net *mn = net_generic(net, mymacvlan_net_id);

	return READ_ONCE(mn->macnat);
}

/**
 * mymacvlan_net_changed() - there is one child more, or less
 * @net: its lower device's network namespace
 *
 * Context: RTNL.
 */
void mymacvlan_net_changed(const struct net *net)
{
	struct mymacvlan_net *mn = net_generic(net, mymacvlan_net_id);

	WRITE_ONCE(mn->generation, mn->generation + 1 ?: 1);
}

/**
 * mymacvlan_net_generation() - have the children changed since?
 * @net: their lower devices' network namespace
 *
 * Return: another number after mymacvlan_net_changed(), never 0.
 */
unsigned int mymacvlan_net_generation(const struct net *net)
{
	const struct mymacvlan_net *mn = net_generic(net, mymacvlan_net_id);

	return READ_ONCE(mn->generation);
}

/**
 * mymacvlan_net_ports() - the ports of a namespace, for dumps
 * @net: the lower devices' network namespace
 *
 * Return: a list of struct mymacvlan_port, by the lower devices' index.
 */
const struct list_head *mymacvlan_net_ports(const struct net *net)
{
	const struct mymacvlan_net *mn = net_generic(net, mymacvlan_net_id);

	return &mn->ports;
}

/**
 * mymacvlan_net_add_port() - from now on dumps find a port
 * @port: a port in no such list; what was in one that a grace period has passed since
 *
 * Context: RTNL.
 */
void mymacvlan_net_add_port(struct mymacvlan_port *port)
{
	struct mymacvlan_net *mn = net_generic(dev_net(port->lower), mymacvlan_net_id);
	struct mymacvlan_port *before;

	/* From the end: a new device has mostly the largest index. */
	list_for_each_entry_reverse(before, &mn->ports, net_link)
		if (before->lower->ifindex < port->lower->ifindex)
			break;
	list_add_rcu(&port->net_link, &before->net_link);
}

/**
 * mymacvlan_net_del_port() - undo mymacvlan_net_add_port()
 * @port: the port; dumps may be on it for an RCU grace period
 *
 * Context: RTNL.
 */
void mymacvlan_net_del_port(struct mymacvlan_port *port)
{
	list_del_rcu(&port->net_link);
}

/*
 * Who may write is CAP_NET_ADMIN's in the namespace, as for all of net. An empty
 * entry is behind the table for kernels that look for an end.
 *
 * The module parameter stands for a line in sysctl.conf, which is lost when the
 * module is loaded again. Like that line it is about the initial namespace; what
 * containers do with devices of their own is for them to say.
 */
static int __net_init mymacvlan_net_init(struct net *net)
{
	struct mymacvlan_net *mn = net_generic(net, mymacvlan_net_id);
	const struct ctl_table table[] = {
		{
			.procname	= "host",
			.data		= &mn->host,
			.maxlen		= sizeof(mn->host),
			.mode		= 0644,
			.proc_handler	= proc_dou8vec_minmax,
			.extra1		= SYSCTL_ZERO,
			.extra2		= SYSCTL_ONE,
		},
		{
			.procname	= "pin",
			.data		= &mn->pin,
			.maxlen		= sizeof(mn->pin),
			.mode		= 0644,
			.proc_handler	= proc_dou8vec_minmax,
			.extra1		= SYSCTL_ZERO,
			.extra2		= SYSCTL_ONE,
		},
		{
			.procname	= "macnat",
			.data		= &mn->macnat,
			.maxlen		= sizeof(mn->macnat),
			.mode		= 0644,
			.proc_handler	= proc_dou8vec_minmax,
			.extra1		= SYSCTL_ZERO,
			.extra2		= SYSCTL_ONE,
		},
		{
			.procname	= "announce",
			.data		= &mn->announce,
			.maxlen		= sizeof(mn->announce),
			.mode		= 0644,
			.proc_handler	= proc_dou8vec_minmax,
			.extra1		= SYSCTL_ZERO,
			.extra2		= SYSCTL_ONE,
		},
		{ }
	};

	mn->host = host && net_eq(net, &init_net);
	mn->pin = pin && net_eq(net, &init_net);
	mn->announce = 1;
	mn->generation = 1;
	INIT_LIST_HEAD(&mn->ports);
	mn->table = kmemdup(table, sizeof(table), GFP_KERNEL);
	if (!mn->table)
		return -ENOMEM;
	mn->header = register_net_sysctl_sz(net, "net/mymacvlan", mn->table,
					    ARRAY_SIZE(table) - 1);
	if (mn->header || !IS_ENABLED(CONFIG_SYSCTL))
		return 0;
	kfree(mn->table);
	return -ENOMEM;
}

static void __net_exit mymacvlan_net_exit(struct net *net)
{
	struct mymacvlan_net *mn = net_generic(net, mymacvlan_net_id);

	if (mn->header)
		unregister_net_sysctl_table(mn->header);
	kfree(mn->table);
}

static struct pernet_operations mymacvlan_net_ops = {
	.init	= mymacvlan_net_init,
	.exit	= mymacvlan_net_exit,
	.id	= &mymacvlan_net_id,
	.size	= sizeof(struct mymacvlan_net),
};

/**
 * mymacvlan_sysctl_register() - make the sysctls of all network namespaces
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int mymacvlan_sysctl_register(void)
{
	return register_pernet_subsys(&mymacvlan_net_ops);
}

/**
 * mymacvlan_sysctl_unregister() - undo mymacvlan_sysctl_register()
 *
 * Context: process, may sleep.
 */
void mymacvlan_sysctl_unregister(void)
{
	unregister_pernet_subsys(&mymacvlan_net_ops);
}
