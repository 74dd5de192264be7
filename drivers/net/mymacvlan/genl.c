// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generic netlink family "mymacvlan": what the host decides about a child
 * wherever that is. rtnetlink acts in the child's own namespace, where the host
 * cannot be told from the container.
 */
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/genetlink.h>
#include <net/netlink.h>
#include "allow.h"
#include "dump.h"
#include "event.h"
#include "genl.h"
#include "host.h"
#include "identity.h"
#include "macnat.h"
#include "pin.h"
#include "table.h"

static const struct nla_policy mymacvlan_genl_policy[MYMACVLAN_A_MAX + 1] = {
	/* generated: genl policy */
	[MYMACVLAN_A_PORT_IFINDEX]	= NLA_POLICY_MIN(NLA_U32, 1),
	[MYMACVLAN_A_PORT_IFNAME]	= { .type = NLA_NUL_STRING, .len = IFNAMSIZ - 1 },
	[MYMACVLAN_A_CHILD_ADDR]	= NLA_POLICY_ETH_ADDR,
	[MYMACVLAN_A_CHILD_IFINDEX]	= NLA_POLICY_MIN(NLA_U32, 1),
	[MYMACVLAN_A_HOST]		= NLA_POLICY_MAX(NLA_U8, 1),
	[MYMACVLAN_A_VOUCH]		= { .type = NLA_FLAG },
	[MYMACVLAN_A_PIN]		= NLA_POLICY_MAX(NLA_U8, 3),
	[MYMACVLAN_A_ALLOW_ACTION]	= { .type = NLA_U32 },
	[MYMACVLAN_A_ALLOW]		= { .type = NLA_BINARY },
	[MYMACVLAN_A_MACNAT]		= NLA_POLICY_MAX(NLA_U8, 1),
	/* generated: end */
};

/* For a request without attributes. */
static const struct nla_policy
mymacvlan_genl_no_policy[MYMACVLAN_A_PORT_IFINDEX + 1] = {
	[MYMACVLAN_A_PORT_IFINDEX]	= { .type = NLA_REJECT },
};

/* The port of the lower device that is named, in the requester's namespace. */
static struct mymacvlan_port *mymacvlan_genl_port(struct genl_info *info)
{
	struct nlattr *index = info->attrs[MYMACVLAN_A_PORT_IFINDEX];
	struct nlattr *name = info->attrs[MYMACVLAN_A_PORT_IFNAME];
	struct nlattr *attr = index ?: name;
	struct net *net = genl_info_net(info);
	struct mymacvlan_port *port;
	struct net_device *lower;

	if (!attr || (index && name)) {
		NL_SET_ERR_MSG(info->extack,
			       "The lower device is named by its index or by its name");
		return ERR_PTR(-EINVAL);
	}
	lower = index ? __dev_get_by_index(net, nla_get_u32(index)) :
			__dev_get_by_name(net, nla_data(name));
	if (!lower) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr, "Lower device does not exist");
		return ERR_PTR(-ENODEV);
	}
	port = mymacvlan_port_rtnl(lower);
	if (port)
		return port;
	NL_SET_ERR_MSG_ATTR_MORE(info->extack, attr, "Device has no children of mymacvlan",
				 ": %s", lower->name);
	return ERR_PTR(-ENODEV);
}

/*
 * Both the task that sends the request and the one that opened its socket must
 * be the host: a socket can be passed on.
 */
static int mymacvlan_genl_check_host(struct sk_buff *skb, struct genl_info *info,
				     const struct mymacvlan_port *port)
{
	if (netlink_ns_capable(skb, genl_info_net(info)->user_ns, CAP_NET_ADMIN) &&
	    mymacvlan_is_host(port->lower))
		return 0;
	NL_SET_ERR_MSG(info->extack,
		       "Only from within the lower device's namespace, with CAP_NET_ADMIN there");
	return -EPERM;
}

static bool mymacvlan_genl_is_meant(const struct mymacvlan_child *child,
				    struct nlattr *addr, struct nlattr *index)
{
	const struct net_device *dev = mymacvlan_dev(child);

	return !child->dying &&
	       (!addr || mymacvlan_key(nla_data(addr)) == mymacvlan_pin_addr(child)) &&
	       (!index || nla_get_u32(index) == dev->ifindex);
}

/*
 * Children in different namespaces may have the same index, and those that are
 * down any address: to guess could help the wrong one. An administrator asks
 * seldom enough to walk over all of them.
 */
static struct mymacvlan_child *
mymacvlan_genl_child(const struct mymacvlan_port *port, struct genl_info *info)
{
	struct nlattr *addr = info->attrs[MYMACVLAN_A_CHILD_ADDR];
	struct nlattr *index = info->attrs[MYMACVLAN_A_CHILD_IFINDEX];
	struct mymacvlan_child *child, *found = NULL;

	if (!addr && !index) {
		NL_SET_ERR_MSG(info->extack,
			       "The child is named by its MAC address, its index or both");
		return ERR_PTR(-EINVAL);
	}
	list_for_each_entry(child, &port->children, port_link) {
		if (!mymacvlan_genl_is_meant(child, addr, index))
			continue;
		if (found) {
			NL_SET_ERR_MSG(info->extack,
				       "Several children are meant: give both MAC address and index");
			return ERR_PTR(-ENOTUNIQ);
		}
		found = child;
	}
	if (found)
		return found;
	NL_SET_ERR_MSG_ATTR(info->extack, addr ?: index,
			    "The lower device has no such child");
	return ERR_PTR(-ENODEV);
}

static int mymacvlan_genl_check(const struct mymacvlan_child *child,
				struct genl_info *info)
{
	struct nlattr *host = info->attrs[MYMACVLAN_A_HOST];
	struct nlattr *vouch = info->attrs[MYMACVLAN_A_VOUCH];
	struct nlattr *macnat = info->attrs[MYMACVLAN_A_MACNAT];

	if (!host && !vouch && !macnat && !info->attrs[MYMACVLAN_A_PIN] &&
	    !info->attrs[MYMACVLAN_A_ALLOW_ACTION]) {
		NL_SET_ERR_MSG(info->extack,
			       "Nothing to do: neither host nor vouch, pin, allow or macnat");
		return -EINVAL;
	}
	if (vouch && !info->attrs[MYMACVLAN_A_CHILD_ADDR]) {
		/* Between look and request the child may take another one. */
		NL_SET_ERR_MSG_ATTR(info->extack, vouch,
				    "vouch needs the MAC address that is vouched for");
		return -EINVAL;
	}
	if (vouch && mymacvlan_mode(child) == MYMACVLAN_MODE_PASSTHRU) {
		NL_SET_ERR_MSG_ATTR(info->extack, vouch,
				    "A passthru child has the lower device's address: nothing to vouch for");
		return -EINVAL;
	}
	return mymacvlan_host_check(child, mymacvlan_mode(child), host,
				    info->extack) ?:
	       mymacvlan_macnat_check(child, mymacvlan_mode(child), macnat,
				      info->extack);
}

/* To who watches links. Of a device that is down the core's function says nothing. */
static void mymacvlan_genl_notify(struct net_device *dev)
{
	if (dev->flags & IFF_UP)
		netdev_state_change(dev);
	else
		call_netdevice_notifiers(NETDEV_CHANGEINFODATA, dev);
}

/*
 * A sibling that once had the address, with the host's consent, could take it again. New
 * addresses do not look for such ones: that costs a look at all children.
 */
static void mymacvlan_genl_vouch(struct mymacvlan_child *child)
{
	struct mymacvlan_child *other;

	mymacvlan_vouch(child);
	list_for_each_entry(other, &child->port->children, port_link)
		if (other != child && other->vouched_key == child->vouched_key)
			WRITE_ONCE(other->vouched_key, 0);
}

/* What can fail comes first. */
static int mymacvlan_genl_apply(struct mymacvlan_child *child,
				struct genl_info *info)
{
	struct nlattr *host = info->attrs[MYMACVLAN_A_HOST];
	struct nlattr *pin = info->attrs[MYMACVLAN_A_PIN];
	struct nlattr *attr = info->attrs[MYMACVLAN_A_MACNAT];
	bool macnat = attr ? nla_get_u8(attr) : child->macnat;
	struct mymacvlan_allow *allow;
	int err;

	allow = mymacvlan_allow_make(child, info->attrs[MYMACVLAN_A_ALLOW_ACTION],
				     info->attrs[MYMACVLAN_A_ALLOW], info->extack);
	if (IS_ERR(allow))
		return PTR_ERR(allow);
	err = mymacvlan_macnat_prepare(child, macnat, info->extack);
	if (err)
		goto free_allow;
	if (host) {
		err = mymacvlan_host_set(child, nla_get_u8(host), info->extack);
		if (err)
			goto cancel_macnat;
	}
	mymacvlan_macnat_commit(child, macnat);
	mymacvlan_allow_set(child, allow);
	/* What is vouched for is the address by which the child was found. */
	mymacvlan_pin_keep(child);
	if (info->attrs[MYMACVLAN_A_VOUCH])
		mymacvlan_genl_vouch(child);
	/* An address that is named is the one that is meant. */
	if (pin)
		mymacvlan_pin_set(child, nla_get_u8(pin),
				  info->attrs[MYMACVLAN_A_CHILD_ADDR]);
	mymacvlan_genl_notify(mymacvlan_dev(child));
	mymacvlan_event_later(child, MYMACVLAN_EVENT_CHANGED);
	return 0;

cancel_macnat:
	mymacvlan_macnat_cancel(child, macnat);
free_allow:
	kfree(allow);
	return err;
}

static int mymacvlan_genl_child_set_rtnl(struct sk_buff *skb,
					 struct genl_info *info)
{
	struct mymacvlan_port *port = mymacvlan_genl_port(info);
	struct mymacvlan_child *child;
	int err;

	if (IS_ERR(port))
		return PTR_ERR(port);
	err = mymacvlan_genl_check_host(skb, info, port);
	if (err)
		return err;
	child = mymacvlan_genl_child(port, info);
	if (IS_ERR(child))
		return PTR_ERR(child);
	err = mymacvlan_genl_check(child, info);
	if (err)
		return err;
	return mymacvlan_genl_apply(child, info);
}

static int mymacvlan_genl_child_set(struct sk_buff *skb, struct genl_info *info)
{
	int err;

	rtnl_lock();
	err = mymacvlan_genl_child_set_rtnl(skb, info);
	rtnl_unlock();
	return err;
}

/*
 * Who may is checked by hand, to tell who may not. A dump takes the first attributes
 * only, those that say what it is about.
 */
static const struct genl_ops mymacvlan_genl_ops[] = {
	{
		.cmd		= MYMACVLAN_CMD_CHILD_SET,
		.doit		= mymacvlan_genl_child_set,
	},
	{
		.cmd		= MYMACVLAN_CMD_COUNTER_GET,
		.policy		= mymacvlan_genl_no_policy,
		.maxattr	= MYMACVLAN_A_PORT_IFINDEX,
		.doit		= mymacvlan_dump_counter_names,
	},
	{
		.cmd		= MYMACVLAN_CMD_PORT_GET,
		.policy		= mymacvlan_genl_policy,
		.maxattr	= MYMACVLAN_A_PORT_IFNAME,
		.dumpit		= mymacvlan_dump_ports,
	},
	{
		.cmd		= MYMACVLAN_CMD_CHILD_GET,
		.policy		= mymacvlan_genl_policy,
		.maxattr	= MYMACVLAN_A_CHILD_IFINDEX,
		.dumpit		= mymacvlan_dump_children,
	},
	{
		.cmd		= MYMACVLAN_CMD_GROUP_GET,
		.policy		= mymacvlan_genl_policy,
		.maxattr	= MYMACVLAN_A_CHILD_IFINDEX,
		.dumpit		= mymacvlan_dump_groups,
	},
	{
		.cmd		= MYMACVLAN_CMD_BINDING_GET,
		.policy		= mymacvlan_genl_policy,
		.maxattr	= MYMACVLAN_A_CHILD_IFINDEX,
		.dumpit		= mymacvlan_dump_bindings,
	},
};

static const struct genl_multicast_group mymacvlan_genl_groups[] = {
	{
		.name	= MYMACVLAN_GENL_GROUP,
		.flags	= GENL_MCAST_CAP_NET_ADMIN,
	},
};

struct genl_family mymacvlan_genl_family __ro_after_init = {
	.name		= MYMACVLAN_GENL_NAME,
	.version	= MYMACVLAN_GENL_VERSION,
	.maxattr	= MYMACVLAN_A_MAX,
	.policy		= mymacvlan_genl_policy,
	.ops		= mymacvlan_genl_ops,
	.n_ops		= ARRAY_SIZE(mymacvlan_genl_ops),
	.mcgrps		= mymacvlan_genl_groups,
	.n_mcgrps	= GENL_MCAST_HAS_CAP ? ARRAY_SIZE(mymacvlan_genl_groups) : 0,
	.resv_start_op	= MYMACVLAN_CMD_MAX + 1,
	.netnsok	= true,
	.module		= THIS_MODULE,
};

/**
 * mymacvlan_genl_register() - let requests come
 *
 * Context: process, may sleep.
 * Return: 0 or an error.
 */
int __init mymacvlan_genl_register(void)
{
	return genl_register_family(&mymacvlan_genl_family);
}

/**
 * mymacvlan_genl_unregister() - no request comes any more, and none is under way
 *
 * Context: process, may sleep.
 */
void mymacvlan_genl_unregister(void)
{
	genl_unregister_family(&mymacvlan_genl_family);
}
