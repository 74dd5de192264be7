// SPDX-License-Identifier: GPL-2.0-only
/* Attributes of link messages by chance, see anylink.h. */
#include <linux/if_link.h>
#include <linux/mymacvlan.h>
#include <stdio.h>
#include <string.h>

#include "anylink.h"

/* There is no process of such a number. */
#define PID_BEYOND	0x400000

struct link_choices links;

/*
 * Attributes, some of them damaged
 */

/* Wrong length, wrong kind, or once more. */
static void damage(struct nlmsghdr *nlh, struct nlattr *attr)
{
	switch (pick(6)) {
	case 0:
		attr->nla_len = pick(24);
		break;
	case 1:
		attr->nla_len += pick(64);
		break;
	case 2:
		attr->nla_type ^= NLA_F_NESTED;
		break;
	case 3:
		attr->nla_type ^= NLA_F_NET_BYTEORDER;
		break;
	case 4:
		attr->nla_type = pick(80);
		break;
	default:
		mnl_attr_put(nlh, attr->nla_type, pick(12), attr + 1);
	}
}

static void put(struct nlmsghdr *nlh, int type, const void *data, size_t len)
{
	struct nlattr *attr = mnl_nlmsg_get_payload_tail(nlh);

	if (nlh->nlmsg_len + len > 100000)
		return;
	mnl_attr_put(nlh, type, len, data);
	if (one_in(50))
		damage(nlh, attr);
}

void put_u32(struct nlmsghdr *nlh, int type, __u32 value)
{
	put(nlh, type, &value, sizeof(value));
}

static void put_u16(struct nlmsghdr *nlh, int type, __u16 value)
{
	put(nlh, type, &value, sizeof(value));
}

void put_garbage(struct nlmsghdr *nlh, int type)
{
	__u8 bytes[256];
	size_t len = any_len(sizeof(bytes));

	any_bytes(bytes, len);
	put(nlh, type, bytes, len);
}

/* A nest of nests of garbage, some with lengths that are right. */
static void put_nest_garbage(struct nlmsghdr *nlh, int type, int depth)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, type);
	int n = pick(4);

	if (one_in(3))
		nest->nla_type &= ~NLA_F_NESTED;
	while (n--) {
		if (depth && one_in(2))
			put_nest_garbage(nlh, pick(24), depth - 1);
		else
			put_garbage(nlh, pick(24));
	}
	mnl_attr_nest_end(nlh, nest);
}

/* Few, so that they meet again. */
static void any_mac(__u8 *mac)
{
	static const __u8 plain[] = { 2, 0, 0, 0, 0, 1 }, neighbour[] = NEIGHBOUR;

	if (links.neighbour && one_in(2)) {
		memcpy(mac, neighbour, ETH_ALEN);
		return;
	}
	memcpy(mac, plain, ETH_ALEN);
	mac[5] = pick(12);
	switch (pick(24)) {
	case 20:
		memset(mac, 0xff, ETH_ALEN);
		break;
	case 21:
		memset(mac, 0, ETH_ALEN);
		break;
	case 22:
		mac[0] |= 1;
		break;
	case 23:
		any_bytes(mac, ETH_ALEN);
	}
}

void put_mac(struct nlmsghdr *nlh, int type)
{
	__u8 mac[32];

	any_bytes(mac, sizeof(mac));
	any_mac(mac);
	put(nlh, type, mac, one_in(30) ? pick(sizeof(mac)) : ETH_ALEN);
}

/*
 * A link's own data
 */

static void put_sources(struct nlmsghdr *nlh)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, IFLA_MYMACVLAN_MACADDR_DATA);
	unsigned int n = one_in(60) ? 4000 + pick(1500) : one_in(8) ? pick(500) : pick(6);
	unsigned int odd = one_in(2) ? 9 : 0;

	if (one_in(2))
		nest->nla_type &= ~NLA_F_NESTED;
	while (n--) {
		if (n >= odd) {
			/* Choices are few; these differ all the same. */
			__u8 mac[] = { 2, 1, 0, 0, n >> 8, n };

			mnl_attr_put(nlh, IFLA_MYMACVLAN_MACADDR, ETH_ALEN, mac);
		} else {
			put_mac(nlh, one_in(30) ? (int)pick(10) : IFLA_MYMACVLAN_MACADDR);
		}
	}
	mnl_attr_nest_end(nlh, nest);
}

static __u32 any_mode(void)
{
	static const __u32 modes[] = {
		MYMACVLAN_MODE_BRIDGE, MYMACVLAN_MODE_VEPA, MYMACVLAN_MODE_PRIVATE,
		MYMACVLAN_MODE_SOURCE, MYMACVLAN_MODE_SOURCE, MYMACVLAN_MODE_PASSTHRU,
	};

	return one_in(8) ? edge32() : modes[pick(ARRAY_SIZE(modes))];
}

/* Options with a few values, from 0 up. */
static const struct choice {
	int attr;
	unsigned int highest;
} choices[] = {
	/* generated: choices */
	{ IFLA_MYMACVLAN_MACNAT, 1 },
	{ IFLA_MYMACVLAN_ALLMULTI, 1 },
	{ IFLA_MYMACVLAN_HOST, 1 },
	{ IFLA_MYMACVLAN_PIN, 3 },
	{ IFLA_MYMACVLAN_ANNOUNCE, 1 },
	{ IFLA_MYMACVLAN_ARP, 1 },
	/* generated: end */
};

/* The first 11 of 16 are what a child of either kind may take. */
static void put_option(struct nlmsghdr *nlh, unsigned int kinds)
{
	const struct choice *choice;

	switch (pick(kinds)) {
	case 0:
	case 1:
	case 2:
		put_u32(nlh, IFLA_MYMACVLAN_MODE, any_mode());
		break;
	case 3:
		put_u16(nlh, IFLA_MYMACVLAN_FLAGS, one_in(10) ? edge32() : pick(4));
		break;
	case 4:
	case 5:
		put_u32(nlh, IFLA_MYMACVLAN_MACADDR_MODE, one_in(16) ? edge32() : pick(4));
		break;
	case 6:
		put_mac(nlh, IFLA_MYMACVLAN_MACADDR);
		break;
	case 7:
		put_sources(nlh);
		break;
	case 8:
		put_u32(nlh, IFLA_MYMACVLAN_BC_QUEUE_LEN, edge32());
		break;
	case 9:
		put_u32(nlh, IFLA_MYMACVLAN_BC_CUTOFF, edge32());
		break;
	case 10:
		choice = &choices[pick(ARRAY_SIZE(choices))];
		put(nlh, choice->attr, &(__u8) { pick(choice->highest + 2) }, 1);
		break;
	case 11:
		if (one_in(4))
			put_u32(nlh, IFLA_MYMACVLAN_ALLOW_ACTION, pick(5));
		if (one_in(8))
			put(nlh, IFLA_MYMACVLAN_ALLOW,
			    "\x09\x00\x01\x00\xc0\x00\x02\x01\x20\x00\x00\x00", 12);
		put_u32(nlh, pick(2) ? IFLA_MYMACVLAN_NODE_USER : IFLA_MYMACVLAN_NODE_GROUP,
			edge32());
		break;
	case 12:
		put_u16(nlh, IFLA_MYMACVLAN_NODE_PERM, one_in(8) ? edge32() : pick(512));
		break;
	case 13:
		put_u32(nlh, pick(2) ? IFLA_MYMACVLAN_MACADDR_COUNT :
				       IFLA_MYMACVLAN_BC_QUEUE_LEN_USED, edge32());
		break;
	case 14:
		put_garbage(nlh, pick(IFLA_MYMACVLAN_MAX + 12));
		break;
	default:
		put_nest_garbage(nlh, pick(IFLA_MYMACVLAN_MAX + 12), 2);
	}
}

/* Three options that belong together, which seldom meet by chance. */
static void put_source_list(struct nlmsghdr *nlh)
{
	put_u32(nlh, IFLA_MYMACVLAN_MODE, MYMACVLAN_MODE_SOURCE);
	put_u32(nlh, IFLA_MYMACVLAN_MACADDR_MODE, MYMACVLAN_MACADDR_SET);
	put_sources(nlh);
}

static void put_kind(struct nlmsghdr *nlh, bool tap)
{
	/*
	 * No "vlan", no "ipvlan": up to 7.3 at least such a device that is deleted
	 * while it is promiscuous or takes all multicast leaves the one below it so.
	 */
	static const char * const others[] = {
		"macvlan", "macvtap", "veth", "ifb", "mymacvlan0", "", "dummy",
	};
	const char *kind = tap ? "mymacvtap" : "mymacvlan";

	if (one_in(40))
		kind = others[pick(ARRAY_SIZE(others))];
	put(nlh, IFLA_INFO_KIND, kind, strlen(kind) + !one_in(8));
}

void put_info(struct nlmsghdr *nlh, bool tap, unsigned int options)
{
	struct nlattr *info = mnl_attr_nest_start(nlh, IFLA_LINKINFO), *data;
	unsigned int kinds = one_in(2) ? 11 : 16;

	put_kind(nlh, tap);
	if (one_in(40))
		put_nest_garbage(nlh, IFLA_INFO_SLAVE_DATA, 1);
	if (options) {
		data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
		if (one_in(8)) {
			put_source_list(nlh);
			options = 0;
		}
		for (; options; options--)
			put_option(nlh, kinds);
		mnl_attr_nest_end(nlh, data);
		if (one_in(40))
			damage(nlh, data);
	}
	mnl_attr_nest_end(nlh, info);
	if (one_in(60))
		damage(nlh, info);
}

/*
 * What every link has
 */

void put_name(struct nlmsghdr *nlh)
{
	static const char * const bad[] = {
		"", ".", "..", "a/b", "fz:1", "fz 1", "averylongnamethatdoesnotfit",
		"fz%d", "fz%d%d", "%s", "\xff\xfe", "all", "default",
	};
	char name[16];

	snprintf(name, sizeof(name), "fz%u", pick(40));
	if (one_in(12))
		snprintf(name, sizeof(name), "%s", bad[pick(ARRAY_SIZE(bad))]);
	put(nlh, IFLA_IFNAME, name, strlen(name) + 1);
}

unsigned int any_index(void)
{
	if (!links.indices || one_in(30))
		return edge32();
	return links.index[pick(links.indices)];
}

static void put_namespace(struct nlmsghdr *nlh)
{
	const int fds[] = { links.away_fd, links.home_fd, -1, 0 };

	switch (pick(5)) {
	case 0:
	case 1:
		put_u32(nlh, IFLA_NET_NS_FD, fds[pick(ARRAY_SIZE(fds))]);
		break;
	case 2:
		put_u32(nlh, IFLA_LINK_NETNSID, one_in(4) ? edge32() : 1);
		break;
	case 3:
		put_u32(nlh, IFLA_TARGET_NETNSID, one_in(4) ? edge32() : 1);
		break;
	default:
		/* Or nobody's: what goes to the namespace of the first process is lost. */
		put_u32(nlh, IFLA_NET_NS_PID,
			one_in(2) ? (__u32)getpid() : edge32() | PID_BEYOND);
	}
}

static void put_oddity(struct nlmsghdr *nlh)
{
	static const int u32s[] = {
		IFLA_TXQLEN, IFLA_PROMISCUITY, IFLA_NUM_TX_QUEUES, IFLA_NUM_RX_QUEUES,
		IFLA_NEW_IFINDEX, IFLA_GSO_MAX_SEGS, IFLA_GSO_MAX_SIZE, IFLA_MIN_MTU,
		IFLA_MAX_MTU, IFLA_ALLMULTI, IFLA_MASTER, IFLA_EXT_MASK, IFLA_WEIGHT,
		IFLA_TSO_MAX_SIZE, IFLA_GRO_MAX_SIZE, IFLA_CARRIER_UP_COUNT,
	};
	static const int nests[] = {
		IFLA_XDP, IFLA_AF_SPEC, IFLA_VFINFO_LIST, IFLA_VF_PORTS, IFLA_PORT_SELF,
		IFLA_PROP_LIST, IFLA_PROTO_DOWN_REASON, IFLA_LINKINFO,
	};
	static const int u8s[] = {
		IFLA_OPERSTATE, IFLA_LINKMODE, IFLA_CARRIER, IFLA_PROTO_DOWN,
	};

	switch (pick(6)) {
	case 0:
	case 1:
		put_u32(nlh, u32s[pick(ARRAY_SIZE(u32s))], edge32());
		break;
	case 2:
		put_nest_garbage(nlh, nests[pick(ARRAY_SIZE(nests))], 2);
		break;
	case 3:
		put(nlh, u8s[pick(ARRAY_SIZE(u8s))], &(__u8) { pick(8) }, 1);
		break;
	case 4:
		put_garbage(nlh, pick(IFLA_MAX + 8));
		break;
	default:
		put_garbage(nlh, IFLA_IFALIAS);
	}
}

void put_property(struct nlmsghdr *nlh)
{
	switch (pick(12)) {
	case 0:
	case 1:
	case 2:
		put_mac(nlh, IFLA_ADDRESS);
		break;
	case 3:
	case 4:
		put_u32(nlh, IFLA_MTU, edge32());
		break;
	case 5:
		put_name(nlh);
		break;
	case 6:
		put_namespace(nlh);
		break;
	case 7:
		put_mac(nlh, IFLA_BROADCAST);
		break;
	case 8:
		put_u32(nlh, IFLA_LINK, any_index());
		break;
	default:
		put_oddity(nlh);
	}
}
