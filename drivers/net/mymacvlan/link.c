// SPDX-License-Identifier: GPL-2.0-only
/*
 * `ip link add|set … type mymacvlan …`: the options of a child, checked first
 * and then carried out, and their dump.
 */
#include <linux/export.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/netlink.h>
#include <net/rtnetlink.h>
#include "allow.h"
#include "arp.h"
#include "dump.h"
#include "event.h"
#include "host.h"
#include "identity.h"
#include "macnat.h"
#include "msg.h"
#include "pin.h"
#include "table.h"

/*
 * The lower device of a new child. A child on a child goes to the real lower
 * device, which may be in a namespace that the requester has no say in.
 */
static struct net_device *
mymacvlan_link_lower(const struct net_device *dev,
		     struct rtnl_newlink_params *params,
		     struct netlink_ext_ack *extack)
{
	struct nlattr *attr = params->tb[IFLA_LINK];
	struct net_device *lower;

	if (!attr) {
		NL_SET_ERR_MSG(extack, "Lower device is missing: use \"link DEVICE\"");
		return ERR_PTR(-EINVAL);
	}
	lower = __dev_get_by_index(rtnl_newlink_link_net(params),
				   nla_get_u32(attr));
	if (!lower) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "Lower device does not exist");
		return ERR_PTR(-ENODEV);
	}
	if (!netif_is_macvlan(lower))
		return lower;

	lower = macvlan_dev_real_dev(lower);
	if (!rtnl_dev_link_net_capable(dev, dev_net(lower))) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "Real lower device is in a namespace without CAP_NET_ADMIN");
		return ERR_PTR(-EPERM);
	}
	return lower;
}

/*
 * Which device above it has the frames that we want? Drivers that are no master
 * (ipvlan, in-tree macvlan) have one upper device for each of theirs.
 */
static struct net_device *mymacvlan_lower_user(struct net_device *lower)
{
	struct net_device *user = netdev_master_upper_dev_get(lower);
	struct net_device *upper;
	struct list_head *iter;

	if (user)
		return user;
	rcu_read_lock();
	netdev_for_each_upper_dev_rcu(lower, upper, iter)
		/* A VLAN device has no rx handler there. */
		if (!user && !is_vlan_dev(upper))
			user = upper;
	rcu_read_unlock();
	/* RTNL keeps it. */
	return user;
}

static void mymacvlan_link_err_msg_in_use(struct net_device *lower,
					  struct netlink_ext_ack *extack)
{
	struct net_device *user = mymacvlan_lower_user(lower);

	if (!user)
		NL_SET_ERR_MSG(extack, "Lower device is in use by another driver");
	else if (netif_is_macvlan_port(lower))
		mymacvlan_err_msg(lower, extack, lower, user,
				  "Lower device is in use",
				  ": %s by in-tree macvlan %s", lower->name);
	else
		mymacvlan_err_msg(lower, extack, lower, user,
				  "Lower device is in use",
				  ": %s by %s", lower->name);
}

static int mymacvlan_link_check_lower(struct net_device *lower,
				      struct nlattr *attr,
				      struct netlink_ext_ack *extack)
{
	if (lower->type != ARPHRD_ETHER || lower->flags & IFF_LOOPBACK) {
		NL_SET_BAD_ATTR(extack, attr);
		mymacvlan_err_msg(lower, extack, lower, lower,
				  "Lower device is not an Ethernet device",
				  ": %s");
		return -EINVAL;
	}
	if (!mymacvlan_port_rtnl(lower) && netdev_is_rx_handler_busy(lower)) {
		NL_SET_BAD_ATTR(extack, attr);
		mymacvlan_link_err_msg_in_use(lower, extack);
		return -EBUSY;
	}
	return 0;
}

/* A passthru child has its port to itself. */
static int mymacvlan_link_check_mode(struct net_device *lower,
				     unsigned int mode,
				     struct netlink_ext_ack *extack)
{
	const struct mymacvlan_port *port = mymacvlan_port_rtnl(lower);
	const struct mymacvlan_child *child;

	if (!port)
		return 0;
	child = list_first_entry(&port->children, struct mymacvlan_child,
				 port_link);
	if (mymacvlan_is_passthru(port)) {
		mymacvlan_err_msg(lower, extack, lower, mymacvlan_dev(child),
				  "Lower device has a passthru child", ": %s");
		return -EINVAL;
	}
	if (mode == MYMACVLAN_MODE_PASSTHRU) {
		mymacvlan_err_msg(lower, extack, lower, mymacvlan_dev(child),
				  "Passthru needs the lower device alone",
				  ": %s");
		return -EINVAL;
	}
	return 0;
}

static int mymacvlan_link_check_mtu(struct net_device *dev,
				    struct net_device *lower,
				    struct nlattr *attr,
				    struct netlink_ext_ack *extack)
{
	if (!attr) {
		dev->mtu = lower->mtu;
	} else if (dev->mtu > lower->mtu) {
		NL_SET_BAD_ATTR(extack, attr);
		mymacvlan_err_msg(lower, extack, lower, lower,
				  "MTU is above the lower device's",
				  ": %u, and %u is that of %s", dev->mtu,
				  lower->mtu);
		return -EINVAL;
	}
	dev->min_mtu = ETH_MIN_MTU;
	/* So that the core says why a larger one is refused; see notify.c. */
	dev->max_mtu = lower->mtu;
	return 0;
}

static int mymacvlan_link_check_sources(unsigned int mode,
					struct nlattr *data[],
					struct netlink_ext_ack *extack)
{
	struct nlattr *action = data ? data[IFLA_MYMACVLAN_MACADDR_MODE] : NULL;

	if (!action || mode == MYMACVLAN_MODE_SOURCE)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, action, "Source list needs mode source");
	return -EINVAL;
}

/*
 * A child in mode source with nodst takes all that its senders send, also to its
 * siblings and to the host: not for a container to choose, which could list the
 * router. @flags: those that it has already.
 */
static int mymacvlan_link_check_nodst(const struct mymacvlan_child *child,
				      u16 flags, struct nlattr *attr,
				      struct netlink_ext_ack *extack)
{
	u16 more = attr ? nla_get_u16(attr) & ~flags : 0;

	if (!(more & MYMACVLAN_FLAG_NODST) || mymacvlan_may_vouch(child))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "Flag nodst is set from within the lower device's namespace only, with CAP_NET_ADMIN there");
	return -EPERM;
}

/* NULL: nothing is asked for. */
static struct mymacvlan_allow *
mymacvlan_link_allow(const struct mymacvlan_child *child, struct nlattr *data[],
		     struct netlink_ext_ack *extack)
{
	if (!data)
		return NULL;
	return mymacvlan_allow_make(child, data[IFLA_MYMACVLAN_ALLOW_ACTION],
				    data[IFLA_MYMACVLAN_ALLOW], extack);
}

static u64 mymacvlan_next_id(void)
{
	static atomic64_t last;

	return atomic64_inc_return(&last);
}

/* What a child knows of itself before it is registered. */
static void mymacvlan_link_prepare(struct net_device *dev,
				   struct net_device *lower, unsigned int mode,
				   struct rtnl_newlink_params *params)
{
	struct mymacvlan_child *child = mymacvlan_child(dev);
	struct nlattr **data = params->data;

	child->mvd.dev = dev;
	child->mvd.lowerdev = lower;
	child->mvd.mode = mode;
	child->mvd.bc_queue_len_req = MYMACVLAN_DEFAULT_BC_QUEUE_LEN;
	child->mvd.set_features = ~(netdev_features_t)0;
	child->id = mymacvlan_next_id();
	child->groups = RB_ROOT;
	mymacvlan_sender_init(&child->sender);
	INIT_LIST_HEAD(&child->sources);
	INIT_LIST_HEAD(&child->claims.list);
	mymacvlan_announce_init(child);
	child->suspicion.looked = jiffies;
	if (params->tb[IFLA_MTU])
		child->requested_mtu = dev->mtu;
	if (data && data[IFLA_MYMACVLAN_FLAGS])
		child->mvd.flags = nla_get_u16(data[IFLA_MYMACVLAN_FLAGS]);

	if (mode == MYMACVLAN_MODE_PASSTHRU)
		eth_hw_addr_inherit(dev, lower);
	else if (!params->tb[IFLA_ADDRESS])
		eth_hw_addr_random(dev);
	/* Offloading NICs, bonding and others know children by this. */
	dev->priv_flags |= IFF_MACVLAN;
}

static void mymacvlan_link_apply_port(struct mymacvlan_child *child,
				      struct nlattr *data[])
{
	if (!data)
		return;
	if (data[IFLA_MYMACVLAN_BC_QUEUE_LEN])
		mymacvlan_port_set_bc_length(child,
					     nla_get_u32(data[IFLA_MYMACVLAN_BC_QUEUE_LEN]));
	if (data[IFLA_MYMACVLAN_BC_CUTOFF])
		WRITE_ONCE(child->port->bc_cutoff,
			   nla_get_s32(data[IFLA_MYMACVLAN_BC_CUTOFF]));
}

/* What the port's option "arp" is to be. */
static bool mymacvlan_link_directed(const struct mymacvlan_port *port,
				    struct nlattr *data[])
{
	struct nlattr *attr = data ? data[IFLA_MYMACVLAN_ARP] : NULL;

	return attr ? nla_get_u8(attr) == MYMACVLAN_ARP_DIRECTED :
		      mymacvlan_arp_is_directed(port);
}

static int mymacvlan_link_apply_sources(struct mymacvlan_child *child,
					struct nlattr *data[],
					struct netlink_ext_ack *extack)
{
	if (!data || !data[IFLA_MYMACVLAN_MACADDR_MODE])
		return 0;
	return mymacvlan_source_change(child,
				       nla_get_u32(data[IFLA_MYMACVLAN_MACADDR_MODE]),
				       data, extack);
}

/**
 * mymacvlan_link_new() - make a child
 * @dev: the new device; what a tap adds to it is filled in
 * @params: what the requester wants
 * @extack: to say what is wrong
 *
 * Context: RTNL, may sleep.
 * Return: 0, or an error with nothing changed; @dev is to be freed as after a
 *	failed register_netdevice().
 */
int mymacvlan_link_new(struct net_device *dev,
		       struct rtnl_newlink_params *params,
		       struct netlink_ext_ack *extack)
{
	struct nlattr **tb = params->tb, **data = params->data;
	struct mymacvlan_child *child = mymacvlan_child(dev);
	unsigned int mode = MYMACVLAN_MODE_VEPA;
	struct mymacvlan_allow *allow;
	struct net_device *lower;
	int err;

	if (data && data[IFLA_MYMACVLAN_MODE])
		mode = nla_get_u32(data[IFLA_MYMACVLAN_MODE]);
	lower = mymacvlan_link_lower(dev, params, extack);
	if (IS_ERR(lower))
		return PTR_ERR(lower);
	err = mymacvlan_link_check_lower(lower, tb[IFLA_LINK], extack) ?:
	      mymacvlan_pin_check_new(lower, extack) ?:
	      mymacvlan_link_check_mode(lower, mode, extack) ?:
	      mymacvlan_link_check_mtu(dev, lower, tb[IFLA_MTU], extack) ?:
	      mymacvlan_link_check_sources(mode, data, extack);
	if (err)
		return err;

	mymacvlan_link_prepare(dev, lower, mode, params);
	mymacvlan_identity_new(child);
	err = mymacvlan_host_check(child, mode,
				   data ? data[IFLA_MYMACVLAN_HOST] : NULL,
				   extack) ?:
	      mymacvlan_macnat_check(child, mode,
				     data ? data[IFLA_MYMACVLAN_MACNAT] : NULL,
				     extack) ?:
	      mymacvlan_announce_check(mode,
				       data ? data[IFLA_MYMACVLAN_ANNOUNCE] : NULL,
				       extack) ?:
	      mymacvlan_pin_check(child, data ? data[IFLA_MYMACVLAN_PIN] : NULL,
				  extack) ?:
	      mymacvlan_link_check_nodst(child, 0,
					 data ? data[IFLA_MYMACVLAN_FLAGS] : NULL,
					 extack);
	if (err)
		return err;
	allow = mymacvlan_link_allow(child, data, extack);
	if (IS_ERR(allow))
		return PTR_ERR(allow);
	err = register_netdevice(dev);
	if (err) {
		kfree(allow);
		return err;
	}
	/* Ends with the child from now on. */
	mymacvlan_allow_set(child, allow);
	err = netdev_upper_dev_link(lower, dev, extack);
	if (err)
		goto unregister;
	err = mymacvlan_link_apply_sources(child, data, extack) ?:
	      mymacvlan_host_new(child, data, extack) ?:
	      mymacvlan_macnat_new(child, data, extack) ?:
	      mymacvlan_arp_set(child->port,
				mymacvlan_link_directed(child->port, data));
	if (err)
		goto unlink;
	mymacvlan_pin_new(child, params);
	mymacvlan_link_apply_port(child, data);
	mymacvlan_announce_set(child, data ? data[IFLA_MYMACVLAN_ANNOUNCE] : NULL);
	mymacvlan_lro_start(dev);
	netif_stacked_transfer_operstate(lower, dev);
	linkwatch_fire_event(dev);
	mymacvlan_show_child(child);
	return 0;

unlink:
	netdev_upper_dev_unlink(lower, dev);
unregister:
	unregister_netdevice(dev);
	return err;
}
EXPORT_SYMBOL_GPL(mymacvlan_link_new);

/**
 * mymacvlan_link_delete() - begin to end a child
 * @dev: the child
 * @head: where to queue it for unregistering
 *
 * Context: RTNL, may sleep.
 */
void mymacvlan_link_delete(struct net_device *dev, struct list_head *head)
{
	struct mymacvlan_child *child = mymacvlan_child(dev);

	child->dying = true;
	mymacvlan_hide_child(child);
	mymacvlan_source_flush(child);
	unregister_netdevice_queue(dev, head);
	netdev_upper_dev_unlink(mymacvlan_lower(child), dev);
}
EXPORT_SYMBOL_GPL(mymacvlan_link_delete);

/* All that a change can be refused for. */
static int mymacvlan_change_check(const struct mymacvlan_child *child,
				  unsigned int mode, struct nlattr *data[],
				  struct netlink_ext_ack *extack)
{
	if ((data[IFLA_MYMACVLAN_BC_QUEUE_LEN] ||
	     data[IFLA_MYMACVLAN_BC_CUTOFF] || data[IFLA_MYMACVLAN_ARP]) &&
	    !rtnl_dev_link_net_capable(mymacvlan_dev(child),
				       dev_net(mymacvlan_lower(child)))) {
		NL_SET_ERR_MSG(extack,
			       "Port settings need CAP_NET_ADMIN in the lower device's namespace");
		return -EPERM;
	}
	if (mode != mymacvlan_mode(child) &&
	    (mode | mymacvlan_mode(child)) & MYMACVLAN_MODE_PASSTHRU) {
		NL_SET_ERR_MSG_ATTR(extack, data[IFLA_MYMACVLAN_MODE],
				    "Mode passthru can be neither set nor cleared on an existing device");
		return -EINVAL;
	}
	return mymacvlan_link_check_sources(mode, data, extack) ?:
	       mymacvlan_link_check_nodst(child, child->mvd.flags,
					  data[IFLA_MYMACVLAN_FLAGS], extack) ?:
	       mymacvlan_pin_check(child, data[IFLA_MYMACVLAN_PIN], extack) ?:
	       mymacvlan_announce_check(mode, data[IFLA_MYMACVLAN_ANNOUNCE],
					extack) ?:
	       mymacvlan_host_check(child, mode, data[IFLA_MYMACVLAN_HOST],
				    extack) ?:
	       mymacvlan_macnat_check(child, mode, data[IFLA_MYMACVLAN_MACNAT],
				      extack);
}

/**
 * mymacvlan_link_check_change() - can a change be refused for what it asks?
 * @dev: the child
 * @data: attributes of its kind
 * @extack: to say what is wrong
 *
 * For a tap, which has something of its own to change first.
 *
 * Context: RTNL.
 * Return: 0 or an error.
 */
int mymacvlan_link_check_change(struct net_device *dev, struct nlattr *data[],
				struct netlink_ext_ack *extack)
{
	const struct mymacvlan_child *child = mymacvlan_child(dev);
	unsigned int mode = mymacvlan_mode(child);

	if (data[IFLA_MYMACVLAN_MODE])
		mode = nla_get_u32(data[IFLA_MYMACVLAN_MODE]);
	return mymacvlan_change_check(child, mode, data, extack);
}
EXPORT_SYMBOL_GPL(mymacvlan_link_check_change);

/* The lower device may refuse promiscuity; the flags stay as they were then. */
static int mymacvlan_change_flags(struct mymacvlan_child *child,
				  struct nlattr *attr)
{
	u16 flags;
	int err;

	if (!attr)
		return 0;
	flags = nla_get_u16(attr);
	if (mymacvlan_mode(child) == MYMACVLAN_MODE_PASSTHRU &&
	    netif_running(mymacvlan_dev(child))) {
		err = mymacvlan_filter_set_promisc(child,
						   !(flags & MYMACVLAN_FLAG_NOPROMISC));
		if (err)
			return err;
	}
	WRITE_ONCE(child->mvd.flags, flags);
	return 0;
}

static int mymacvlan_change_mode(struct mymacvlan_child *child,
				 unsigned int mode)
{
	int err;

	if (mode == mymacvlan_mode(child))
		return 0;
	err = mymacvlan_filter_change_mode(child, mode);
	if (err)
		return err;
	if (mymacvlan_mode(child) == MYMACVLAN_MODE_SOURCE)
		mymacvlan_source_flush(child);
	mymacvlan_port_set_mode(child, mode);
	return 0;
}

/* All but the options "host" and "macnat". */
static int mymacvlan_change(struct mymacvlan_child *child, unsigned int mode,
			    struct nlattr *data[],
			    struct netlink_ext_ack *extack)
{
	int err;

	err = mymacvlan_link_apply_sources(child, data, extack) ?:
	      mymacvlan_change_mode(child, mode);
	if (err) {
		if (mymacvlan_mode(child) != MYMACVLAN_MODE_SOURCE)
			mymacvlan_source_flush(child);
		return err;
	}
	err = mymacvlan_change_flags(child, data[IFLA_MYMACVLAN_FLAGS]);
	if (err)
		return err;
	mymacvlan_link_apply_port(child, data);
	mymacvlan_announce_set(child, data[IFLA_MYMACVLAN_ANNOUNCE]);
	return 0;
}

/**
 * mymacvlan_link_change() - change a child's options
 * @dev: the child
 * @tb: attributes of the link
 * @data: attributes of its kind, or %NULL
 * @extack: to say what is wrong
 *
 * Three steps can fail, each in a case of its own: the list of a child that is
 * or becomes one of mode source, the flags of a passthru child, and the end of
 * offloaded forwarding when it ceases to be vepa or bridge. A list given
 * together with the change to mode source is undone if the latter fails. A
 * child begins to talk to the host before all that, and stops after it, and ARP begins
 * and ceases to be directed likewise; if the rest fails it is as before.
 *
 * Context: RTNL, may sleep.
 * Return: 0, or an error with nothing changed.
 */
int mymacvlan_link_change(struct net_device *dev, struct nlattr *tb[],
			  struct nlattr *data[],
			  struct netlink_ext_ack *extack)
{
	struct mymacvlan_child *child = mymacvlan_child(dev);
	unsigned int mode = mymacvlan_mode(child);
	bool old_host = child->host, host = old_host, macnat = child->macnat;
	bool old_directed = mymacvlan_arp_is_directed(child->port), directed;
	struct mymacvlan_allow *allow;
	int err;

	if (!data)
		return 0;
	if (data[IFLA_MYMACVLAN_MODE])
		mode = nla_get_u32(data[IFLA_MYMACVLAN_MODE]);
	if (data[IFLA_MYMACVLAN_HOST])
		host = nla_get_u8(data[IFLA_MYMACVLAN_HOST]);
	if (data[IFLA_MYMACVLAN_MACNAT])
		macnat = nla_get_u8(data[IFLA_MYMACVLAN_MACNAT]);
	err = mymacvlan_change_check(child, mode, data, extack);
	if (err)
		return err;
	allow = mymacvlan_link_allow(child, data, extack);
	if (IS_ERR(allow))
		return PTR_ERR(allow);
	directed = mymacvlan_link_directed(child->port, data);
	err = mymacvlan_arp_set(child->port, directed || old_directed);
	if (err)
		goto free_allow;
	err = mymacvlan_macnat_prepare(child, macnat, extack);
	if (err)
		goto restore_arp;
	if (host) {
		err = mymacvlan_host_set(child, true, extack);
		if (err)
			goto cancel_macnat;
	}
	err = mymacvlan_change(child, mode, data, extack);
	mymacvlan_host_set(child, err ? old_host : host, NULL);
	if (err)
		goto cancel_macnat;
	mymacvlan_macnat_commit(child, macnat);
	mymacvlan_arp_set(child->port, directed);
	mymacvlan_allow_set(child, allow);
	/* An address in the same request is set after this, by the host. */
	if (data[IFLA_MYMACVLAN_PIN] && mymacvlan_is_host(mymacvlan_lower(child)))
		mymacvlan_pin_set(child, nla_get_u8(data[IFLA_MYMACVLAN_PIN]),
				  tb[IFLA_ADDRESS]);
	mymacvlan_event_later(child, MYMACVLAN_EVENT_CHANGED);
	return 0;

cancel_macnat:
	mymacvlan_macnat_cancel(child, macnat);
restore_arp:
	mymacvlan_arp_set(child->port, old_directed);
free_allow:
	kfree(allow);
	return err;
}
EXPORT_SYMBOL_GPL(mymacvlan_link_change);

/**
 * mymacvlan_link_size() - room that mymacvlan_link_fill() needs
 * @dev: a child
 *
 * Return: bytes.
 */
size_t mymacvlan_link_size(const struct net_device *dev)
{
	unsigned int count = READ_ONCE(mymacvlan_child(dev)->mvd.macaddr_count);

	return nla_total_size(4) +		/* MODE */
	       nla_total_size(2) +		/* FLAGS */
	       nla_total_size(4) +		/* MACADDR_COUNT */
	       nla_total_size(0) +		/* MACADDR_DATA */
	       count * nla_total_size(ETH_ALEN) +
	       nla_total_size(4) +		/* BC_QUEUE_LEN */
	       nla_total_size(4) +		/* BC_QUEUE_LEN_USED */
	       nla_total_size(4) +		/* BC_CUTOFF */
	       nla_total_size(1) +		/* HOST */
	       nla_total_size(1) +		/* MACNAT */
	       nla_total_size(1) +		/* PIN */
	       nla_total_size(1) +		/* ANNOUNCE */
	       nla_total_size(1) +		/* ARP */
	       mymacvlan_allow_size(mymacvlan_child(dev)) +
	       nla_total_size(1);		/* ADDR_VOUCHED */
}
EXPORT_SYMBOL_GPL(mymacvlan_link_size);

/* The count tells what the list holds, even if it changes meanwhile. */
static int mymacvlan_fill_sources_rcu(struct sk_buff *skb,
				      const struct mymacvlan_child *child)
{
	const struct mymacvlan_source *source;
	struct nlattr *count_attr, *nest;
	u8 addr[ETH_ALEN];
	u32 count = 0;

	count_attr = nla_reserve(skb, IFLA_MYMACVLAN_MACADDR_COUNT, sizeof(u32));
	nest = nla_nest_start_noflag(skb, IFLA_MYMACVLAN_MACADDR_DATA);
	if (!count_attr || !nest)
		return -EMSGSIZE;
	list_for_each_entry_rcu(source, &child->sources, link) {
		mymacvlan_key_to_addr(source->key, addr);
		if (nla_put(skb, IFLA_MYMACVLAN_MACADDR, ETH_ALEN, addr))
			return -EMSGSIZE;
		count++;
	}
	*(u32 *)nla_data(count_attr) = count;
	if (count)
		nla_nest_end(skb, nest);
	else
		nla_nest_cancel(skb, nest);
	return 0;
}

/**
 * mymacvlan_link_fill() - tell a child's options
 * @skb: message to add them to
 * @dev: the child
 *
 * Context: RTNL on old kernels, none on new ones.
 * Return: 0, or -EMSGSIZE.
 */
int mymacvlan_link_fill(struct sk_buff *skb, const struct net_device *dev)
{
	const struct mymacvlan_child *child = mymacvlan_child(dev);
	int cutoff, err;

	rcu_read_lock();
	cutoff = READ_ONCE(child->port->bc_cutoff);
	err = nla_put_u32(skb, IFLA_MYMACVLAN_MODE, mymacvlan_mode(child)) ?:
	      nla_put_u16(skb, IFLA_MYMACVLAN_FLAGS,
			  READ_ONCE(child->mvd.flags)) ?:
	      mymacvlan_fill_sources_rcu(skb, child) ?:
	      nla_put_u32(skb, IFLA_MYMACVLAN_BC_QUEUE_LEN,
			  READ_ONCE(child->mvd.bc_queue_len_req)) ?:
	      nla_put_u32(skb, IFLA_MYMACVLAN_BC_QUEUE_LEN_USED,
			  READ_ONCE(child->port->bc_limit)) ?:
	      nla_put_u8(skb, IFLA_MYMACVLAN_HOST, READ_ONCE(child->host)) ?:
	      nla_put_u8(skb, IFLA_MYMACVLAN_MACNAT, READ_ONCE(child->macnat)) ?:
	      nla_put_u8(skb, IFLA_MYMACVLAN_PIN, READ_ONCE(child->pin)) ?:
	      nla_put_u8(skb, IFLA_MYMACVLAN_ANNOUNCE,
			 mymacvlan_may_announce(child));
	err = err ?: mymacvlan_allow_fill_rcu(skb, child);
	if (!err && cutoff != MYMACVLAN_DEFAULT_BC_CUTOFF)
		err = nla_put_s32(skb, IFLA_MYMACVLAN_BC_CUTOFF, cutoff);
	if (!err && mymacvlan_arp_is_directed(child->port))
		err = nla_put_u8(skb, IFLA_MYMACVLAN_ARP, MYMACVLAN_ARP_DIRECTED);
	if (!err && mymacvlan_mode(child) != MYMACVLAN_MODE_PASSTHRU)
		err = nla_put_u8(skb, IFLA_MYMACVLAN_ADDR_VOUCHED,
				 !mymacvlan_is_own_choice(child));
	rcu_read_unlock();
	return err;
}
EXPORT_SYMBOL_GPL(mymacvlan_link_fill);

/**
 * mymacvlan_link_net() - the namespace that a child's IFLA_LINK refers to
 * @dev: the child
 *
 * Return: the lower device's.
 */
struct net *mymacvlan_link_net(const struct net_device *dev)
{
	return dev_net(mymacvlan_lower(mymacvlan_child(dev)));
}
EXPORT_SYMBOL_GPL(mymacvlan_link_net);

RTNL_COMPAT_NEWLINK(mymacvlan_link_new)

/* The kind is filled in by main.c. */
struct rtnl_link_ops mymacvlan_link_ops = {
	.priv_size	= sizeof(struct mymacvlan_child),
	.maxtype	= IFLA_MYMACVLAN_MAX,
	.policy		= mymacvlan_link_policy,
	.setup		= mymacvlan_setup,
	.validate	= mymacvlan_validate,
	.newlink	= RTNL_NEWLINK(mymacvlan_link_new),
	.changelink	= mymacvlan_link_change,
	.dellink	= mymacvlan_link_delete,
	.get_size	= mymacvlan_link_size,
	.fill_info	= mymacvlan_link_fill,
	.get_link_net	= mymacvlan_link_net,
};
