// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a link message of a child may hold, whatever the child: the policy, and what
 * the message alone can be refused for.
 */
#include <linux/capability.h>
#include <linux/etherdevice.h>
#include <linux/export.h>
#include <net/netlink.h>
#include "mymacvlan.h"

#define MYMACVLAN_FLAGS_ALL	(MYMACVLAN_FLAG_NOPROMISC | \
				 MYMACVLAN_FLAG_NODST)

/* RTNL_MAX_TYPE, which is rtnetlink's own: a kind with more cannot be registered. */
static_assert(IFLA_MYMACVLAN_MAX <= 50);

/* For both kinds. */
const struct nla_policy mymacvlan_link_policy[IFLA_MYMACVLAN_MAX + 1] = {
	/* generated: link policy */
	[IFLA_MYMACVLAN_MODE]		= { .type = NLA_U32 },
	[IFLA_MYMACVLAN_FLAGS]		= { .type = NLA_U16 },
	[IFLA_MYMACVLAN_MACADDR_MODE]	= { .type = NLA_U32 },
	[IFLA_MYMACVLAN_MACADDR]	= { .type = NLA_BINARY, .len = MAX_ADDR_LEN },
	[IFLA_MYMACVLAN_MACADDR_DATA]	= { .type = NLA_NESTED },
	[IFLA_MYMACVLAN_MACADDR_COUNT]	= {
		.type = NLA_REJECT,
		.reject_message = "macaddr count is read-only",
	},
	[IFLA_MYMACVLAN_BC_QUEUE_LEN]	= { .type = NLA_U32 },
	[IFLA_MYMACVLAN_BC_QUEUE_LEN_USED] = {
		.type = NLA_REJECT,
		.reject_message = "usedbcqueuelen is read-only",
	},
	[IFLA_MYMACVLAN_BC_CUTOFF]	= { .type = NLA_S32 },
	[IFLA_MYMACVLAN_MACNAT]		= NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_MYMACVLAN_ALLMULTI]	= NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_MYMACVLAN_NODE_USER]	= { .type = NLA_U32 },
	[IFLA_MYMACVLAN_NODE_GROUP]	= { .type = NLA_U32 },
	[IFLA_MYMACVLAN_NODE_PERM]	= { .type = NLA_U16 },
	[IFLA_MYMACVLAN_HOST]		= NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_MYMACVLAN_ADDR_VOUCHED]	= {
		.type = NLA_REJECT,
		.reject_message = "addr_vouched is read-only",
	},
	[IFLA_MYMACVLAN_PIN]		= NLA_POLICY_MAX(NLA_U8, 3),
	[IFLA_MYMACVLAN_ALLOW_ACTION]	= { .type = NLA_U32 },
	[IFLA_MYMACVLAN_ALLOW]		= { .type = NLA_BINARY },
	[IFLA_MYMACVLAN_ANNOUNCE]	= NLA_POLICY_MAX(NLA_U8, 1),
	[IFLA_MYMACVLAN_ARP]		= NLA_POLICY_MAX(NLA_U8, 1),
	/* generated: end */
};
EXPORT_SYMBOL_GPL(mymacvlan_link_policy);

static int mymacvlan_validate_address(struct nlattr *attr,
				      struct netlink_ext_ack *extack)
{
	if (nla_len(attr) != ETH_ALEN) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "A MAC address has six bytes");
		return -EINVAL;
	}
	if (!is_valid_ether_addr(nla_data(attr))) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "MAC address is zero or multicast");
		return -EADDRNOTAVAIL;
	}
	return 0;
}

static int mymacvlan_validate_source(struct nlattr *attr,
				     struct netlink_ext_ack *extack)
{
	if (nla_type(attr) != IFLA_MYMACVLAN_MACADDR ||
	    nla_len(attr) != ETH_ALEN) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "Source list holds something else than MAC addresses");
		return -EINVAL;
	}
	if (!is_valid_ether_addr(nla_data(attr))) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "Invalid source MAC address");
		return -EADDRNOTAVAIL;
	}
	return 0;
}

static int mymacvlan_validate_mode(struct nlattr *attr,
				   struct netlink_ext_ack *extack)
{
	switch (nla_get_u32(attr)) {
	case MYMACVLAN_MODE_PRIVATE:
	case MYMACVLAN_MODE_VEPA:
	case MYMACVLAN_MODE_BRIDGE:
	case MYMACVLAN_MODE_PASSTHRU:
	case MYMACVLAN_MODE_SOURCE:
		return 0;
	default:
		NL_SET_ERR_MSG_ATTR(extack, attr, "Unknown mode");
		return -EINVAL;
	}
}

static int mymacvlan_validate_sources(struct nlattr *data[],
				      struct netlink_ext_ack *extack)
{
	struct nlattr *action = data[IFLA_MYMACVLAN_MACADDR_MODE];
	struct nlattr *list = data[IFLA_MYMACVLAN_MACADDR_DATA];
	struct nlattr *attr;
	int rem, err;

	if (action && nla_get_u32(action) > MYMACVLAN_MACADDR_SET) {
		NL_SET_ERR_MSG_ATTR(extack, action, "Unknown macaddr mode");
		return -EINVAL;
	}
	if (data[IFLA_MYMACVLAN_MACADDR]) {
		err = mymacvlan_validate_source(data[IFLA_MYMACVLAN_MACADDR],
						extack);
		if (err)
			return err;
	} else if (action && (!list || !nla_len(list)) &&
		   (nla_get_u32(action) == MYMACVLAN_MACADDR_ADD ||
		    nla_get_u32(action) == MYMACVLAN_MACADDR_DEL)) {
		NL_SET_ERR_MSG_ATTR(extack, action,
				    "macaddr add and del need a MAC address");
		return -EINVAL;
	}
	if (!list)
		return 0;
	nla_for_each_nested(attr, list, rem) {
		err = mymacvlan_validate_source(attr, extack);
		if (err)
			return err;
	}
	/* Below zero after a last one without padding. */
	if (rem > 0) {
		NL_SET_ERR_MSG_ATTR(extack, list,
				    "Source list has trailing bytes");
		return -EINVAL;
	}
	return 0;
}

/**
 * mymacvlan_link_validate() - everything that a request alone can be refused for
 * @tb: attributes of the link
 * @data: attributes of its kind, or %NULL
 * @extack: to say what is wrong
 *
 * Context: RTNL not needed.
 * Return: 0, -EINVAL, -EADDRNOTAVAIL or -EPERM.
 */
int mymacvlan_link_validate(struct nlattr *tb[], struct nlattr *data[],
			    struct netlink_ext_ack *extack)
{
	struct nlattr *attr;
	int err;

	if (tb[IFLA_ADDRESS]) {
		err = mymacvlan_validate_address(tb[IFLA_ADDRESS], extack);
		if (err)
			return err;
	}
	if (!data)
		return 0;

	attr = data[IFLA_MYMACVLAN_BC_QUEUE_LEN];
	if (attr && nla_get_u32(attr) > MYMACVLAN_DEFAULT_BC_QUEUE_LEN &&
	    !capable(CAP_NET_ADMIN)) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "bcqueuelen above 1000 needs CAP_NET_ADMIN in the initial user namespace");
		return -EPERM;
	}
	attr = data[IFLA_MYMACVLAN_FLAGS];
	if (attr && nla_get_u16(attr) & ~MYMACVLAN_FLAGS_ALL) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "Unknown flag");
		return -EINVAL;
	}
	attr = data[IFLA_MYMACVLAN_MODE];
	if (attr) {
		err = mymacvlan_validate_mode(attr, extack);
		if (err)
			return err;
	}
	return mymacvlan_validate_sources(data, extack);
}
EXPORT_SYMBOL_GPL(mymacvlan_link_validate);

/**
 * mymacvlan_validate() - the same, for a child that is no tap
 * @tb: attributes of the link
 * @data: attributes of its kind, or %NULL
 * @extack: to say what is wrong
 *
 * Context: RTNL not needed.
 * Return: as mymacvlan_link_validate().
 */
int mymacvlan_validate(struct nlattr *tb[], struct nlattr *data[],
		       struct netlink_ext_ack *extack)
{
	int type;

	for (type = IFLA_MYMACVLAN_ALLMULTI;
	     data && type <= IFLA_MYMACVLAN_NODE_PERM; type++) {
		if (!data[type])
			continue;
		NL_SET_ERR_MSG_ATTR(extack, data[type],
				    "allmulti, user, group and perm are options of mymacvtap");
		return -EINVAL;
	}
	return mymacvlan_link_validate(tb, data, extack);
}
