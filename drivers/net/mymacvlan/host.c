// SPDX-License-Identifier: GPL-2.0-only
/*
 * Option "host on": turning it on and off, the egress hook, and the host's own
 * addresses. What happens to frames is in hostpath.c.
 */
#include <linux/if_vlan.h>
#include <linux/netfilter_netdev.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <net/dsa.h>
#include <net/dst.h>
#include <net/dst_metadata.h>
#include "host.h"
#include "say.h"
#include "table.h"

/*
 * The type of our metadata: none of the kernel's, so that nobody takes it for
 * something that he knows.
 */
#define MYMACVLAN_METADATA	((enum metadata_type)0x6d79)

static struct mymacvlan_host *
mymacvlan_host_rtnl(const struct mymacvlan_port *port)
{
	return rtnl_dereference(port->host);
}

/*
 * The host's own addresses
 */

/* A VLAN device on the lower device, or on such a VLAN device; none on a child. */
static bool mymacvlan_is_vlan_on(const struct net_device *dev,
				 const struct net_device *lower)
{
#if IS_ENABLED(CONFIG_VLAN_8021Q)
	while (is_vlan_dev(dev)) {
		dev = vlan_dev_priv(dev)->real_dev;
		if (dev == lower)
			return true;
	}
#endif
	return false;
}

/**
 * struct mymacvlan_host_walk - a walk over the lower device's uppers
 * @lower: the lower device
 * @count: addresses found
 * @addrs: where to put them, or %NULL to count only
 */
struct mymacvlan_host_walk {
	const struct net_device		*lower;
	unsigned int			count;
	struct mymacvlan_host_addrs	*addrs;
};

static int mymacvlan_host_note_addr(struct net_device *dev,
				    struct netdev_nested_priv *priv)
{
	struct mymacvlan_host_walk *walk = priv->data;

	if (dev != walk->lower && !mymacvlan_is_vlan_on(dev, walk->lower))
		return 0;
	if (walk->addrs)
		walk->addrs->keys[walk->count] = mymacvlan_key(dev->dev_addr);
	walk->count++;
	return 0;
}

static void mymacvlan_host_walk(struct net_device *lower,
				struct mymacvlan_host_walk *walk)
{
	struct netdev_nested_priv priv = { .data = walk };

	walk->lower = lower;
	walk->count = 0;
	rcu_read_lock();
	mymacvlan_host_note_addr(lower, &priv);
	netdev_walk_all_upper_dev_rcu(lower, mymacvlan_host_note_addr, &priv);
	rcu_read_unlock();
}

static int mymacvlan_host_cmp(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

/* VLAN devices have the lower device's address, as a rule. */
static void mymacvlan_host_sort(struct mymacvlan_host_addrs *addrs)
{
	unsigned int i, count = 1;

	sort(addrs->keys, addrs->count, sizeof(addrs->keys[0]),
	     mymacvlan_host_cmp, NULL);
	for (i = 1; i < addrs->count; i++)
		if (addrs->keys[i] != addrs->keys[i - 1])
			addrs->keys[count++] = addrs->keys[i];
	addrs->count = count;
}

/* Returns NULL for lack of memory. */
static struct mymacvlan_host_addrs *
mymacvlan_host_addrs_alloc(struct net_device *lower)
{
	struct mymacvlan_host_walk walk = {};
	struct mymacvlan_host_addrs *addrs;

	mymacvlan_host_walk(lower, &walk);
	addrs = kvzalloc(struct_size(addrs, keys, walk.count), GFP_KERNEL);
	if (!addrs)
		return NULL;
	addrs->count = walk.count;
	walk.addrs = addrs;
	mymacvlan_host_walk(lower, &walk);
	mymacvlan_host_sort(addrs);
	return addrs;
}

static void mymacvlan_host_update_addrs(struct mymacvlan_host *host)
{
	struct mymacvlan_host_addrs *addrs, *old;

	addrs = mymacvlan_host_addrs_alloc(host->port->lower);
	if (!addrs) {
		netdev_warn(host->port->lower,
			    "no memory for the host's new address: children will send its frames to the wire\n");
		return;
	}
	old = rtnl_dereference(host->addrs);
	rcu_assign_pointer(host->addrs, addrs);
	kvfree_rcu(old, rcu);
}

static bool mymacvlan_host_concerns(const struct net_device *dev,
				    unsigned long event, void *ptr)
{
	struct netdev_notifier_changeupper_info *info = ptr;

	switch (event) {
	case NETDEV_CHANGEADDR:
		return true;
	case NETDEV_CHANGEUPPER:
		return is_vlan_dev(info->upper_dev);
	default:
		return false;
	}
}

/**
 * mymacvlan_host_follow() - a host may have other addresses now
 * @dev: a device with a new address, or with a new upper device
 * @event: NETDEV_…
 * @ptr: the notifier's argument
 *
 * Context: RTNL; the device's instance lock may be held.
 */
void mymacvlan_host_follow(struct net_device *dev, unsigned long event,
			   void *ptr)
{
	struct mymacvlan_port *port;

	if (!mymacvlan_host_concerns(dev, event, ptr))
		return;
	for (;;) {
		port = mymacvlan_port_rtnl(dev);
		if (port && mymacvlan_host_rtnl(port))
			mymacvlan_host_update_addrs(mymacvlan_host_rtnl(port));
#if IS_ENABLED(CONFIG_VLAN_8021Q)
		if (is_vlan_dev(dev)) {
			dev = vlan_dev_priv(dev)->real_dev;
			continue;
		}
#endif
		return;
	}
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
#else
#define MYMACVLAN_HOST_SUPPORTED	false

static void mymacvlan_host_hook_init(struct mymacvlan_host *host)
{
}
#endif

/* All children of the port have to sign what they send, or need not any more. */
static void mymacvlan_host_set_signed(struct mymacvlan_port *port, bool on)
{
	struct mymacvlan_child *child;

	WRITE_ONCE(port->sign, on);
	list_for_each_entry(child, &port->children, port_link)
		mymacvlan_xmit_update(child);
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

	if (!host || !host->count || host->net ||
	    !mymacvlan_host_hook_on(host))
		return;
	netdev_warn(port->lower, "no memory: children lose \"host on\"\n");
	list_for_each_entry(child, &port->children, port_link)
		if (child->host)
			mymacvlan_host_set(child, false, NULL);
}

/*
 * The first child with the option. A frame that a child has sent unsigned must
 * have passed before the hook is there, or it would be taken for the host's.
 */
static int mymacvlan_host_start(struct mymacvlan_host *host)
{
	int err;

	mymacvlan_host_set_signed(host->port, true);
	synchronize_net();
	err = mymacvlan_host_hook_on(host);
	if (err)
		mymacvlan_host_set_signed(host->port, false);
	return err;
}

static void mymacvlan_host_stop(struct mymacvlan_host *host)
{
	mymacvlan_host_hook_off(host);
	mymacvlan_host_set_signed(host->port, false);
}

/*
 * A port's part
 */

static void mymacvlan_host_free(struct mymacvlan_host *host)
{
	struct mymacvlan_host_addrs *addrs = rtnl_dereference(host->addrs);

	if (host->mark)
		dst_release(&host->mark->dst);
	if (addrs)
		kvfree_rcu(addrs, rcu);
	kfree_rcu(host, rcu);
}

static struct mymacvlan_host *
mymacvlan_host_alloc(struct mymacvlan_port *port)
{
	struct mymacvlan_host *host = kzalloc_obj(*host);

	if (!host)
		return NULL;
	host->port = port;
	get_random_bytes(host->own, sizeof(host->own));
	RCU_INIT_POINTER(host->addrs, mymacvlan_host_addrs_alloc(port->lower));
	host->mark = metadata_dst_alloc(0, MYMACVLAN_METADATA, GFP_KERNEL);
	if (!rcu_access_pointer(host->addrs) || !host->mark) {
		mymacvlan_host_free(host);
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
	mymacvlan_port_update_special(port);
	return host;
}

/**
 * mymacvlan_host_end() - the port ends
 * @port: a port without children, and without a hook for a grace period
 *
 * Frames may still have the mark, which ends with the last of them.
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
 * Return: 0 or -ENOMEM.
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
	if (!host)
		err = -ENOMEM;
	else if (on && !host->count)
		err = mymacvlan_host_start(host);
	if (err) {
		NL_SET_ERR_MSG(extack, "Cannot reach the lower device's egress hook");
		return err;
	}
	WRITE_ONCE(child->host, on);
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
 * @data: attributes of its kind, or %NULL
 * @extack: to say what is wrong
 *
 * Context: RTNL.
 * Return: 0, -EPERM, -EINVAL or -EOPNOTSUPP.
 */
int mymacvlan_host_check(const struct mymacvlan_child *child,
			 unsigned int mode, struct nlattr *data[],
			 struct netlink_ext_ack *extack)
{
	struct nlattr *attr = data ? data[IFLA_MYMACVLAN_HOST] : NULL;
	bool on = attr ? nla_get_u8(attr) : child->host;

	if (on != child->host &&
	    !rtnl_dev_link_net_capable(mymacvlan_dev(child),
				       dev_net(mymacvlan_lower(child)))) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "Option host needs CAP_NET_ADMIN in the lower device's namespace");
		return -EPERM;
	}
	if (!on)
		return 0;
	if (!(mode & MYMACVLAN_HOST_MODES)) {
		NL_SET_ERR_MSG(extack,
			       "Option host is for modes bridge and private only: turn it off first");
		return -EINVAL;
	}
	return mymacvlan_host_check_lower(mymacvlan_lower(child), extack);
}

/**
 * mymacvlan_host_new() - a new child's option, as asked for or by default
 * @child: a child of a port; mymacvlan_host_check() had nothing against it
 * @data: attributes of its kind, or %NULL
 * @extack: to say what is wrong
 *
 * The default is that of the lower device's namespace, for whom it suits.
 *
 * Context: RTNL, may sleep.
 * Return: 0 or -ENOMEM.
 */
int mymacvlan_host_new(struct mymacvlan_child *child, struct nlattr *data[],
		       struct netlink_ext_ack *extack)
{
	const struct net_device *lower = mymacvlan_lower(child);

	if (data && data[IFLA_MYMACVLAN_HOST])
		return mymacvlan_host_set(child,
					  nla_get_u8(data[IFLA_MYMACVLAN_HOST]),
					  extack);
	if (!mymacvlan_sysctl_host(dev_net(lower)) ||
	    !(mymacvlan_mode(child) & MYMACVLAN_HOST_MODES) ||
	    mymacvlan_host_check_lower(lower, NULL))
		return 0;
	return mymacvlan_host_set(child, true, extack);
}
