// SPDX-License-Identifier: GPL-2.0-only
/*
 * What to call a device in a message. A name alone helps nobody where another
 * network namespace has a device of the same name, and may be none of the
 * requester's business.
 */
#include <linux/capability.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <net/net_namespace.h>
#include "msg.h"

/* Where whoever asks looks for devices. */
static const struct net *mymacvlan_requester_net(void)
{
	return current->nsproxy ? current->nsproxy->net_ns : &init_net;
}

/* @net: the device's namespace, which is not the requester's */
static void mymacvlan_name_elsewhere(char *name, const struct net_device *dev,
				     struct net *net)
{
	int nsid = peernet2id(mymacvlan_requester_net(), net);

	if (nsid < 0)
		snprintf(name, MYMACVLAN_NAME_SIZE, "%s (index %d)", dev->name,
			 dev->ifindex);
	else
		snprintf(name, MYMACVLAN_NAME_SIZE, "%s (index %d, nsid %d)",
			 dev->name, dev->ifindex, nsid);
}

/**
 * mymacvlan_name_to_tell() - a device's name for whoever has asked
 * @name: room for MYMACVLAN_NAME_SIZE bytes
 * @dev: the device
 *
 * Context: process, RTNL.
 * Return: true; false if the device is in a namespace that the requester has no
 *	say in, so that it is not named.
 */
bool mymacvlan_name_to_tell(char *name, const struct net_device *dev)
{
	struct net *net = dev_net(dev);
	bool here = net_eq(net, mymacvlan_requester_net());

	/* It decides about a text only: no refusal for the audit log. */
	if (!here && !ns_capable_noaudit(net->user_ns, CAP_NET_ADMIN)) {
		strscpy(name, "another device", MYMACVLAN_NAME_SIZE);
		return false;
	}
	if (here)
		strscpy(name, dev->name, MYMACVLAN_NAME_SIZE);
	else
		mymacvlan_name_elsewhere(name, dev, net);
	return true;
}
EXPORT_SYMBOL_GPL(mymacvlan_name_to_tell);

/**
 * mymacvlan_name_to_log() - a device's name for the kernel log
 * @name: room for MYMACVLAN_NAME_SIZE bytes
 * @dev: the device
 *
 * lsns(8) finds the namespace by the number given here.
 *
 * Context: RTNL.
 */
void mymacvlan_name_to_log(char *name, const struct net_device *dev)
{
	const struct net *net = dev_net(dev);

	if (net_eq(net, &init_net))
		strscpy(name, dev->name, MYMACVLAN_NAME_SIZE);
	else
		snprintf(name, MYMACVLAN_NAME_SIZE, "%s (index %d, netns %u)",
			 dev->name, dev->ifindex, net->ns.inum);
}
EXPORT_SYMBOL_GPL(mymacvlan_name_to_log);
