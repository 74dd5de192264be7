// SPDX-License-Identifier: GPL-2.0-only
/*
 * Option "host on": turning it on and off, and the egress hook. What happens to
 * frames is in hostpath.c.
 */
#include <linux/netfilter_netdev.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/dsa.h>
#include <net/dst.h>
#include <net/dst_metadata.h>
#include "host.h"
#include "identity.h"
#include "msg.h"

static struct mymacvlan_host *
mymacvlan_host_rtnl(const struct mymacvlan_port *port)
{
	return rtnl_dereference(port->host);
}

/*
 * The egress hook
 */

#ifdef CONFIG_NETFILTER_EGRESS
#define MYMACVLAN_HOST_SUPPORTED	true

static void mymacvlan_host_hook_init(struct mymacvlan_host *host)
{
	host->hook.hook = mymacvlan_host_egress;
	host->hook.dev = host->port->lower;
	host->hook.priv = host;
	host->hook.pf = NFPROTO_NETDEV;
	host->hook.hooknum = NF_NETDEV_EGRESS;
	/* After all that an administrator may have to say. */
	host->hook.priority = INT_MAX;
}

static int mymacvlan_host_hook_on(struct mymacvlan_host *host)
{
	struct net *net = dev_net(host->port->lower);
	int err;

	err = nf_register_net_hook(net, &host->hook);
	if (!err)
		host->net = net;
	return err;
}

/* Frames may be in the hook until the next grace period has passed. */
static void mymacvlan_host_hook_off(struct mymacvlan_host *host)
{
	if (!host->net)
		return;
	nf_unregister_net_hook(host->net, &host->hook);
	host->net = NULL;
}
#else
#define MYMACVLAN_HOST_SUPPORTED	false

static void mymacvlan_host_hook_init(struct mymacvlan_host *host)
{
}

static int mymacvlan_host_hook_on(struct mymacvlan_host *host)
{
	return -EOPNOTSUPP;
}

static void mymacvlan_host_hook_off(struct mymacvlan_host *host)
{
}
#endif

/* All children's frames must have the cookie from now on, or need not any more. */
static void mymacvlan_host_use_cookies(struct mymacvlan_port *port, bool on)
{
	struct mymacvlan_child *child;

	WRITE_ONCE(port->tx_cookies, on);
	list_for_each_entry(child, &port->children, port_link)
		mymacvlan_xmit_update(child);
}

/**
 * mymacvlan_host_unhook() - the lower device leaves its network namespace
 * @port: its port
 *
 * Context: RTNL, may sleep.
 */
void mymacvlan_host_unhook(struct mymacvlan_port *port)
{
	struct mymacvlan_host *host = mymacvlan_host_rtnl(port);

	if (host)
		mymacvlan_host_hook_off(host);
}

/**
 * mymacvlan_host_hook() - the lower device has come to a network namespace
 * @port: its port
 *
 * Without memory the children lose the option.
 *
 * Context: RTNL, may sleep.
 */
void mymacvlan_host_hook(struct mymacvlan_port *port)
{
	struct mymacvlan_host *host = mymacvlan_host_rtnl(port);
	struct mymacvlan_child *child;
	int err;

	if (!host || !host->count || host->net)
		return;
	err = mymacvlan_host_hook_on(host);
	if (!err)
		return;
	mymacvlan_log(netdev_warn, port, port->lower,
		      "no egress hook here (error %d): children lose \"host on\"\n",
		      err);
	list_for_each_entry(child, &port->children, port_link)
		if (child->host)
			mymacvlan_host_set(child, false, NULL);
}

/*
 * The first child with the option. A frame that a child has sent without the
 * cookie must have passed before the hook is there, or it would be taken for the host's.
 */
static int mymacvlan_host_start(struct mymacvlan_host *host)
{
	int err;

	mymacvlan_host_use_cookies(host->port, true);
	synchronize_net();
	err = mymacvlan_host_hook_on(host);
	if (err)
		mymacvlan_host_use_cookies(host->port, false);
	return err;
}

/* The other way round: no frame without the cookie may meet the hook. */
static void mymacvlan_host_stop(struct mymacvlan_host *host)
{
	mymacvlan_host_hook_off(host);
	synchronize_net();
	mymacvlan_host_use_cookies(host->port, false);
}

/*
 * A port's part
 */

static void mymacvlan_host_free(struct mymacvlan_host *host)
{
	dst_release(&host->rx_metadata->dst);
	kfree_rcu(host, rcu);
}

static struct mymacvlan_host *
mymacvlan_host_alloc(struct mymacvlan_port *port)
{
	struct mymacvlan_host *host = kzalloc_obj(*host, GFP_KERNEL_ACCOUNT);

	if (!host)
		return NULL;
	host->port = port;
	get_random_bytes(host->tx_cookie, sizeof(host->tx_cookie));
	host->rx_metadata = metadata_dst_alloc(0, MYMACVLAN_METADATA, GFP_KERNEL);
	if (!host->rx_metadata) {
		kfree(host);
		return NULL;
	}
	mymacvlan_host_hook_init(host);
	return host;
}

/* Returns NULL for lack of memory. */
static struct mymacvlan_host *mymacvlan_host_get(struct mymacvlan_port *port)
{
	struct mymacvlan_host *host = mymacvlan_host_rtnl(port);

	if (host)
		return host;
	host = mymacvlan_host_alloc(port);
	if (!host)
		return NULL;
	rcu_assign_pointer(port->host, host);
	/* From now on the rx handler looks for the mark. */
	mymacvlan_port_update_rx_flags(port);
	return host;
}

/**
 * mymacvlan_host_end() - the port ends
 * @port: a port without children, and without a hook for a grace period
 *
 * Frames may still have the metadata, which ends with the last of them.
 *
 * Context: RTNL.
 */
void mymacvlan_host_end(struct mymacvlan_port *port)
{
	struct mymacvlan_host *host = mymacvlan_host_rtnl(port);

	if (host)
		mymacvlan_host_free(host);
}

/*
 * A child's part
 */

/**
 * mymacvlan_host_set() - turn the option on or off
 * @child: a child of a port, in a mode that may have the option
 * @on: what it is to be
 * @extack: to say what is wrong
 *
 * Turning it off cannot fail.
 *
 * Context: RTNL, may sleep.
 * Return: 0, -ENOMEM, or what netfilter said (-E2BIG: too many hooks).
 */
int mymacvlan_host_set(struct mymacvlan_child *child, bool on,
		       struct netlink_ext_ack *extack)
{
	struct mymacvlan_host *host;
	int err = 0;

	ASSERT_RTNL();
	if (child->host == on)
		return 0;
	host = mymacvlan_host_get(child->port);
	if (!host || (on && mymacvlan_stats_add_host(child))) {
		NL_SET_ERR_MSG(extack, "No memory for option host");
		return -ENOMEM;
	}
	if (on && !host->count)
		err = mymacvlan_host_start(host);
	if (err) {
		NL_SET_ERR_MSG(extack, "Cannot set the lower device's egress hook");
		return err;
	}
	/* Pairs with mymacvlan_host_enabled(). */
	smp_store_release(&child->host, on);
	host->count += on ? 1 : -1;
	if (!host->count)
		mymacvlan_host_stop(host);
	return 0;
}

static int mymacvlan_host_check_lower(const struct net_device *lower,
				      struct netlink_ext_ack *extack)
{
	if (!MYMACVLAN_HOST_SUPPORTED) {
		NL_SET_ERR_MSG(extack,
			       "Option host needs a kernel with CONFIG_NETFILTER_EGRESS");
		return -EOPNOTSUPP;
	}
	if (netdev_uses_dsa(lower)) {
		NL_SET_ERR_MSG(extack,
			       "Option host: the lower device carries a switch's tags");
		return -EOPNOTSUPP;
	}
	return 0;
}

/**
 * mymacvlan_host_check() - may the option be changed so, in this mode?
 * @child: a child with its lower device
 * @mode: the mode that it has, or will have
 * @attr: the option as asked for, or %NULL
 * @extack: to say what is wrong
 *
 * Context: process, RTNL.
 * Return: 0, -EPERM, -EINVAL or -EOPNOTSUPP.
 */
int mymacvlan_host_check(const struct mymacvlan_child *child,
			 unsigned int mode, struct nlattr *attr,
			 struct netlink_ext_ack *extack)
{
	bool on = attr ? nla_get_u8(attr) : child->host;

	if (on != child->host && !mymacvlan_is_host(mymacvlan_lower(child))) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "Option host is set from within the lower device's namespace only, with CAP_NET_ADMIN there");
		return -EPERM;
	}
	if (!on)
		return 0;
	if (mode == MYMACVLAN_MODE_VEPA && !child->port) {
		NL_SET_ERR_MSG(extack,
			       "Option host is for modes bridge and private only: add \"mode bridge\"");
		return -EINVAL;
	}
	if (!(mode & MYMACVLAN_HOST_MODES)) {
		NL_SET_ERR_MSG(extack,
			       "Option host is for modes bridge and private only: it must be off");
		return -EINVAL;
	}
	/* Where it is on already, no other change shall fail for the lower device. */
	if (child->host)
		return 0;
	return mymacvlan_host_check_lower(mymacvlan_lower(child), extack);
}

/**
 * mymacvlan_host_new() - a new child's option, as asked for or by default
 * @child: a child of a port; mymacvlan_host_check() had nothing against it
 * @data: attributes of its kind, or %NULL
 * @extack: to say what is wrong
 *
 * The default is that of the lower device's namespace, for whom it suits. It is
 * for the children that the host makes: a container's own child on its child
 * would get what the host did not ask for.
 *
 * Context: RTNL, may sleep.
 * Return: as mymacvlan_host_set().
 */
int mymacvlan_host_new(struct mymacvlan_child *child, struct nlattr *data[],
		       struct netlink_ext_ack *extack)
{
	const struct net_device *lower = mymacvlan_lower(child);

	if (data && data[IFLA_MYMACVLAN_HOST])
		return mymacvlan_host_set(child,
					  nla_get_u8(data[IFLA_MYMACVLAN_HOST]),
					  extack);
	if (!child->host_made || !mymacvlan_sysctl_host(dev_net(lower)) ||
	    !(mymacvlan_mode(child) & MYMACVLAN_HOST_MODES) ||
	    mymacvlan_host_check_lower(lower, NULL))
		return 0;
	return mymacvlan_host_set(child, true, extack);
}
