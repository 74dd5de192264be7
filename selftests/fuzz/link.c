// SPDX-License-Identifier: GPL-2.0-only
/*
 * Link messages that nobody would send: see fuzz.h for how cases are made, and
 * usage() in scripts/fuzz for how to run it.
 *
 *   link [userns] [seed=N] [count=N] ...
 *
 * Each case is a few messages in one send: children and taps are made, changed,
 * moved, deleted, asked for, with attributes right, wrong, missing, repeated,
 * and then damaged. It all happens here:
 *
 *   netns "home"                                     netns "far"
 *   good   (children by chance)  --- g0 ------------ gq
 *          (children by chance)  --- e0 ------------ q0
 *          (children by chance)  --- d0, small
 *   netns "away"
 *   boxed                      (on g0)
 *          (what was moved)      --- x0
 *
 * Nothing is sent to "good" and g0 themselves: they must go on as ever, whatever
 * their siblings are put through. With "userns" all namespaces belong to a user
 * namespace of its own.
 *
 * "boxed" is a container's, as the host has made it: up, and with "host on". What is
 * sent to devices of "away" is sent from there, with every capability, and may give
 * boxed gq's address: what the host sends to gq goes there all the same.
 */
#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/net_namespace.h>
#include <linux/mymacvlan.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "anylink.h"

#define ROOM		(256 * 1024)
/* So many attempts to make one, then all of them are deleted. */
#define CHILDREN	64
/* All that a case makes is in this group, and can be deleted at once. */
#define GROUP		5
#define PROTECTED	77

static struct {
	struct mnl_socket *home, *away, *beyond;
	int far_fd;
	unsigned int good, g0, gq, boxed;
	struct lan far, host;
	/* All that g0 tells of itself but for counts, and how long that is. */
	char g0_was[8192];
	size_t g0_len;
	int heard;
	/* Promiscuity and allmulti of g0, as "good" alone wants them. */
	__u32 counts[2];
	unsigned int made;
	unsigned int cleaned;
	bool from_away;
} world;

static char buffer[ROOM], answer[ROOM];

static const __u8 good_mac[] = { 2, 0, 0, 0, 0, 0xaa };

/*
 * Messages
 */

static struct nlmsghdr *begin(char *at, int type, int flags)
{
	static unsigned int seq;
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(at);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	nlh->nlmsg_seq = ++seq;
	return nlh;
}

static struct ifinfomsg *begin_link(char *at, int type, int flags)
{
	return mnl_nlmsg_put_extra_header(begin(at, type, flags),
					  sizeof(struct ifinfomsg));
}

static void any_flags(struct ifinfomsg *info)
{
	static const unsigned int bits[] = {
		IFF_UP, IFF_UP, IFF_UP, IFF_PROMISC, IFF_ALLMULTI, IFF_MULTICAST, IFF_NOARP,
	};

	info->ifi_change = bits[pick(ARRAY_SIZE(bits))];
	info->ifi_flags = pick(3) ? info->ifi_change : 0;
	if (one_in(30))
		info->ifi_change = any32();
}

static void make_new(char *at)
{
	struct ifinfomsg *info = begin_link(at, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	struct nlmsghdr *nlh = (struct nlmsghdr *)at;
	unsigned int n = pick(4);

	world.made++;
	if (pick(2))
		*info = (struct ifinfomsg) { .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
	if (one_in(40))
		info->ifi_index = edge32();
	put_name(nlh);
	if (!one_in(30))
		mnl_attr_put_u32(nlh, IFLA_GROUP, GROUP);
	if (one_in(8))
		put_u32(nlh, IFLA_LINK, any_index());
	else if (!one_in(40))
		put_u32(nlh, IFLA_LINK, links.lower[pick(ARRAY_SIZE(links.lower))]);
	while (n--)
		put_property(nlh);
	put_info(nlh, one_in(3), pick(5));
}

/* A device that may be tampered with. */
static unsigned int victim(bool *tap)
{
	unsigned int i = links.indices ? pick(links.indices) : 0;
	unsigned int index = one_in(50) ? edge32() : links.index[i];

	*tap = links.tap[i];
	links.neighbour = false;
	if (world.from_away && world.boxed && !one_in(3)) {
		*tap = false;
		links.neighbour = true;
		return world.boxed;
	}
	if (index == world.good || index == world.g0)
		index = 0;
	return index;
}

static void make_change(char *at, int type)
{
	struct ifinfomsg *info = begin_link(at, type, one_in(10) ? NLM_F_CREATE : 0);
	struct nlmsghdr *nlh = (struct nlmsghdr *)at;
	unsigned int n = pick(3);
	bool tap;

	info->ifi_index = victim(&tap);
	if (one_in(20))
		tap = !tap;
	if (one_in(3))
		any_flags(info);
	while (n--)
		put_property(nlh);
	if (type == RTM_NEWLINK || one_in(4))
		put_info(nlh, tap, 1 + pick(3));
}

static void make_delete(char *at)
{
	struct ifinfomsg *info = begin_link(at, RTM_DELLINK, 0);
	struct nlmsghdr *nlh = (struct nlmsghdr *)at;
	bool tap;

	if (pick(4))
		info->ifi_index = victim(&tap);
	/* It would seldom be there. */
	if (links.neighbour && !one_in(8))
		info->ifi_index = 0;
	if (!info->ifi_index || one_in(8))
		put_name(nlh);
	if (one_in(12))
		put_property(nlh);
}

static void make_get(char *at)
{
	struct ifinfomsg *info = begin_link(at, RTM_GETLINK, one_in(4) ? NLM_F_DUMP : 0);
	struct nlmsghdr *nlh = (struct nlmsghdr *)at;

	info->ifi_index = any_index();
	if (one_in(4))
		put_name(nlh);
	if (one_in(2))
		put_u32(nlh, IFLA_EXT_MASK, edge32());
	if (one_in(8))
		put_info(nlh, false, 0);
	if (one_in(8))
		put_property(nlh);
}

static void make_fdb(char *at)
{
	static const int types[] = { RTM_NEWNEIGH, RTM_DELNEIGH, RTM_GETNEIGH };
	struct nlmsghdr *nlh = begin(at, types[pick(3)], 0);
	struct ndmsg *ndm = mnl_nlmsg_put_extra_header(nlh, sizeof(*ndm));
	bool tap;

	if (nlh->nlmsg_type == RTM_NEWNEIGH)
		nlh->nlmsg_flags |= NLM_F_CREATE | (pick(2) ? NLM_F_APPEND : 0);
	else if (nlh->nlmsg_type == RTM_GETNEIGH)
		nlh->nlmsg_flags |= NLM_F_DUMP;
	else if (one_in(4))
		nlh->nlmsg_flags |= NLM_F_BULK;
	ndm->ndm_family = one_in(20) ? pick(32) : AF_BRIDGE;
	ndm->ndm_flags = one_in(6) ? edge32() : NTF_SELF;
	ndm->ndm_state = one_in(6) ? edge32() : NUD_PERMANENT;
	ndm->ndm_ifindex = victim(&tap);
	put_mac(nlh, NDA_LLADDR);
	if (one_in(8))
		put_garbage(nlh, pick(NDA_MAX + 3));
}

/* Adds one message to those at @at; its length. */
static size_t make_one(char *at)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)at;

	links.neighbour = false;
	switch (pick(16)) {
	case 0:
	case 1:
		make_new(at);
		break;
	case 2:
	case 3:
	case 4:
		make_change(at, RTM_SETLINK);
		break;
	case 5:
		make_delete(at);
		break;
	case 6:
	case 7:
		make_get(at);
		break;
	case 8:
	case 9:
		make_fdb(at);
		break;
	default:
		make_change(at, RTM_NEWLINK);
	}
	if (one_in(100))
		nlh->nlmsg_len = pick(nlh->nlmsg_len + 16);
	return NLMSG_ALIGN(nlh->nlmsg_len);
}

/*
 * Sending, and looking at what comes
 */

static void note_device(const struct ifinfomsg *info, const char *kind)
{
	if (links.indices == ARRAY_SIZE(links.index))
		return;
	links.tap[links.indices] = kind && !strcmp(kind, "mymacvtap");
	links.index[links.indices++] = info->ifi_index;
}

/* What a child tells of itself has to be possible. */
static void look_at_data(const struct ifinfomsg *info, const struct nlattr *data)
{
	const struct nlattr *attr, *source;
	__u32 mode = 0, count = 0, sources = 0;
	bool has_count = false;

	mnl_attr_for_each_nested(attr, data) {
		switch (mnl_attr_get_type(attr)) {
		case IFLA_MYMACVLAN_MODE:
			mode = mnl_attr_get_u32(attr);
			break;
		case IFLA_MYMACVLAN_FLAGS:
			if (mnl_attr_get_u16(attr) > 3)
				fuzz_wrong("device %d has flags %#x", info->ifi_index,
					   mnl_attr_get_u16(attr));
			break;
		case IFLA_MYMACVLAN_HOST:
		case IFLA_MYMACVLAN_MACNAT:
		case IFLA_MYMACVLAN_ADDR_VOUCHED:
			if (mnl_attr_get_u8(attr) > 1)
				fuzz_wrong("device %d has %u in attribute %u",
					   info->ifi_index, mnl_attr_get_u8(attr),
					   mnl_attr_get_type(attr));
			break;
		case IFLA_MYMACVLAN_MACADDR_COUNT:
			count = mnl_attr_get_u32(attr);
			has_count = true;
			break;
		case IFLA_MYMACVLAN_MACADDR_DATA:
			mnl_attr_for_each_nested(source, attr)
				sources++;
			break;
		}
	}
	if (!mode || mode > MYMACVLAN_MODE_SOURCE || mode & (mode - 1))
		fuzz_wrong("device %d has mode %u", info->ifi_index, mode);
	if (!has_count || count != sources ||
	    (count && mode != MYMACVLAN_MODE_SOURCE))
		fuzz_wrong("device %d in mode %u has %u sources and says %u",
			   info->ifi_index, mode, sources, count);
}

static int look_at_link(const struct nlmsghdr *nlh, void *list)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr, *part, *data = NULL;
	const char *kind = NULL;

	if (nlh->nlmsg_type != RTM_NEWLINK)
		return MNL_CB_OK;
	mnl_attr_for_each(attr, nlh, sizeof(*info)) {
		if (mnl_attr_get_type(attr) != IFLA_LINKINFO)
			continue;
		mnl_attr_for_each_nested(part, attr) {
			if (mnl_attr_get_type(part) == IFLA_INFO_KIND)
				kind = mnl_attr_get_str(part);
			else if (mnl_attr_get_type(part) == IFLA_INFO_DATA)
				data = part;
		}
	}
	if (list)
		note_device(info, kind);
	if (kind && !strncmp(kind, "mymacv", 6) && data)
		look_at_data(info, data);
	return MNL_CB_OK;
}

/* The kernel has done it all when send() returns, but for the rest of a dump. */
static void drain_answers(struct mnl_socket *nl)
{
	ssize_t len;

	while ((len = recv(mnl_socket_get_fd(nl), answer, sizeof(answer), MSG_DONTWAIT)) > 0)
		mnl_cb_run(answer, len, 0, 0, look_at_link, NULL);
}

/* Waits for the answer to one request; 0 or an error number. */
static int ask(struct mnl_socket *nl, struct nlmsghdr *nlh, mnl_cb_t callback, void *data)
{
	ssize_t len;
	int ret;

	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		die("send: %m");
	do {
		len = mnl_socket_recvfrom(nl, answer, sizeof(answer));
		if (len < 0)
			return errno;
		ret = mnl_cb_run(answer, len, nlh->nlmsg_seq, 0, callback, data);
	} while (ret > 0);
	return ret < 0 ? errno : 0;
}

static void list_devices(struct mnl_socket *nl)
{
	struct ifinfomsg *info = begin_link(buffer, RTM_GETLINK, NLM_F_DUMP);
	int err;

	info->ifi_family = AF_UNSPEC;
	err = ask(nl, (struct nlmsghdr *)buffer, look_at_link, &world);
	if (err)
		fuzz_wrong("a list of all devices ends with: %s", strerror(err));
}

static void list_all(void)
{
	static const char * const lowers[] = { "g0", "e0", "e0", "d0", "good", "lo" };
	unsigned int i;

	links.indices = 0;
	list_devices(world.home);
	list_devices(world.away);
	for (i = 0; i < ARRAY_SIZE(lowers); i++)
		links.lower[i] = if_nametoindex(lowers[i]);
}

/*
 * The world
 */

static struct mnl_socket *open_netlink(int netns)
{
	struct mnl_socket *nl;
	int size = 8 << 20;

	enter_netns(netns);
	nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID))
		die("netlink socket: %m");
	mnl_socket_setsockopt(nl, NETLINK_CAP_ACK, &(int) { 1 }, sizeof(int));
	mnl_socket_setsockopt(nl, NETLINK_EXT_ACK, &(int) { 1 }, sizeof(int));
	setsockopt(mnl_socket_get_fd(nl), SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return nl;
}

static void delete_group(struct mnl_socket *nl)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)buffer;

	begin_link(buffer, RTM_DELLINK, 0);
	mnl_attr_put_u32(nlh, IFLA_GROUP, GROUP);
	ask(nl, nlh, NULL, NULL);
}

static void delete_index(struct mnl_socket *nl, unsigned int index)
{
	struct ifinfomsg *info = begin_link(buffer, RTM_DELLINK, 0);

	info->ifi_index = index;
	ask(nl, (struct nlmsghdr *)buffer, NULL, NULL);
}

/* The old one may be somewhere else, by another name: it goes with its peer. */
static void make_wire(void)
{
	enter_netns(world.far_fd);
	if (if_nametoindex("q0"))
		ip("link del q0\n");
	enter_netns(links.home_fd);
	ip("link add e0 type veth peer name q0 netns /proc/%d/fd/%d\nlink set e0 up\n",
	   getpid(), world.far_fd);
	enter_netns(world.far_fd);
	ip("link set q0 up\n");
	enter_netns(links.home_fd);
}

/* Lower devices that may have been lost. */
static void make_lowers(void)
{
	if (!if_nametoindex("e0"))
		make_wire();
	if (!if_nametoindex("d0"))
		ip("link add d0 mtu 500 type dummy\nlink set d0 up\n");
	enter_netns(links.away_fd);
	if (!if_nametoindex("x0"))
		ip("link add x0 type dummy\nlink set x0 up\n");
	enter_netns(links.home_fd);
}

static bool is_kept(const struct mnl_socket *nl, unsigned int index)
{
	if (nl == world.home)
		return index == 1 || index == world.good || index == world.g0;
	return index == 1 || (nl == world.beyond && index == world.gq);
}

static void delete_all(struct mnl_socket *nl)
{
	unsigned int i;

	links.indices = 0;
	list_devices(nl);
	for (i = 0; i < links.indices; i++)
		if (!is_kept(nl, links.index[i]))
			delete_index(nl, links.index[i]);
}

/*
 * All children away but "good", the quick way; or really all but "good". Some get to
 * where the far ends of the wires are: numbers of namespaces lead there.
 */
static void clean(bool all)
{
	struct mnl_socket *places[] = { world.home, world.away, world.beyond };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		delete_group(places[i]);
		if (all)
			delete_all(places[i]);
	}
	world.made = 0;
}

static int look_at_counts(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr;
	__u32 *counts = data;

	mnl_attr_for_each(attr, nlh, sizeof(struct ifinfomsg)) {
		if (mnl_attr_get_type(attr) == IFLA_PROMISCUITY)
			counts[0] = mnl_attr_get_u32(attr);
		else if (mnl_attr_get_type(attr) == IFLA_ALLMULTI)
			counts[1] = mnl_attr_get_u32(attr);
	}
	return MNL_CB_OK;
}

static void read_counts(__u32 *counts)
{
	struct ifinfomsg *info = begin_link(buffer, RTM_GETLINK, 0);

	info->ifi_index = world.g0;
	ask(world.home, (struct nlmsghdr *)buffer, look_at_counts, counts);
}

/* With nobody but "good" on it, g0 is asked for no more than in the beginning. */
static void check_counts(void)
{
	__u32 counts[2] = { 0, 0 };

	read_counts(counts);
	if (counts[0] != world.counts[0] || counts[1] != world.counts[1])
		fuzz_wrong("g0 is left with promiscuity %u, allmulti %u; it had %u, %u",
			   counts[0], counts[1], world.counts[0], world.counts[1]);
}

/* Counts, and what they are counted for, come and go. */
static bool is_counted(int type)
{
	static const int counted[] = {
		IFLA_PROMISCUITY, IFLA_ALLMULTI, IFLA_STATS, IFLA_STATS64, IFLA_AF_SPEC,
		IFLA_MAP, IFLA_CARRIER_CHANGES, IFLA_CARRIER_UP_COUNT,
		IFLA_CARRIER_DOWN_COUNT,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(counted); i++)
		if (type == counted[i])
			return true;
	return false;
}

struct told {
	char bytes[sizeof(world.g0_was)];
	size_t len;
};

static int note_told(const struct nlmsghdr *nlh, void *data)
{
	struct ifinfomsg info = *(struct ifinfomsg *)mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;
	struct told *told = data;

	info.ifi_flags &= ~(IFF_PROMISC | IFF_ALLMULTI);
	info.ifi_change = 0;
	memcpy(told->bytes, &info, sizeof(info));
	told->len = sizeof(info);
	mnl_attr_for_each(attr, nlh, sizeof(info)) {
		if (is_counted(mnl_attr_get_type(attr)) ||
		    told->len + attr->nla_len > sizeof(told->bytes))
			continue;
		memcpy(told->bytes + told->len, attr, attr->nla_len);
		told->len += attr->nla_len;
	}
	return MNL_CB_OK;
}

static void read_g0(struct told *told)
{
	struct ifinfomsg *info = begin_link(buffer, RTM_GETLINK, 0);

	told->len = 0;
	info->ifi_index = world.g0;
	if (ask(world.home, (struct nlmsghdr *)buffer, note_told, told))
		fuzz_wrong("g0 does not answer");
}

/* Which attribute is another one, for who looks for it. */
static int first_other(const struct told *told)
{
	size_t at = sizeof(struct ifinfomsg);
	const struct nlattr *attr;

	if (memcmp(told->bytes, world.g0_was, at))
		return -1;
	for (; at < told->len; at += attr->nla_len) {
		attr = (const struct nlattr *)(told->bytes + at);
		if (at + attr->nla_len > world.g0_len ||
		    memcmp(attr, world.g0_was + at, attr->nla_len))
			break;
	}
	return at < told->len ? attr->nla_type : 0;
}

/* Nobody who has a child on it has changed the lower device. */
static void check_g0(void)
{
	struct told told;

	read_g0(&told);
	if (told.len != world.g0_len || memcmp(told.bytes, world.g0_was, told.len))
		fuzz_wrong("g0 is another one: attribute %d", first_other(&told));
}

/* The other namespace's number is 1, for IFLA_LINK_NETNSID. */
static void number_away(void)
{
	struct nlmsghdr *nlh = begin(buffer, RTM_NEWNSID, 0);

	mnl_nlmsg_put_extra_header(nlh, sizeof(struct rtgenmsg));
	mnl_attr_put_u32(nlh, NETNSA_FD, links.away_fd);
	mnl_attr_put_u32(nlh, NETNSA_NSID, 1);
	if (ask(world.home, nlh, NULL, NULL))
		die("a number for a namespace: %m");
}

/* As packet_socket(), without what a user namespace may not ask for. */
static int small_socket(const char *dev)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = if_nametoindex(dev),
	};

	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)))
		die("packet socket on %s: %m", dev);
	return fd;
}

/* Up once, so that its owner's choice of an address is his own. */
static void make_boxed(void)
{
	enter_netns(links.away_fd);
	world.boxed = if_nametoindex("boxed");
	enter_netns(links.home_fd);
	if (world.boxed)
		return;
	/* One that was renamed may still have the address: then not now. */
	if (ip_error("link add link g0 name boxed group %u type mymacvlan mode bridge host on\n"
		     "link set boxed address 02:00:00:00:00:bb up\nlink set boxed netns /proc/%d/fd/%d\n",
		     PROTECTED, getpid(), links.away_fd)) {
		ip_error("link del boxed");
		return;
	}
	enter_netns(links.away_fd);
	if (!ip_error("link set boxed up"))
		world.boxed = if_nametoindex("boxed");
	enter_netns(links.home_fd);
}

static void make_world(void)
{
	struct told told;

	new_netns();
	world.far_fd = this_netns();
	new_netns();
	links.away_fd = this_netns();
	new_netns();
	links.home_fd = this_netns();
	ip("link add g0 group %u type veth peer name gq netns /proc/%d/fd/%d\n"
	   "link set g0 up\n"
	   "link add link g0 name good group %u address 02:00:00:00:00:aa up type mymacvlan mode bridge\n",
	   PROTECTED, getpid(), world.far_fd, PROTECTED);
	world.good = if_nametoindex("good");
	world.g0 = if_nametoindex("g0");
	world.heard = small_socket("good");
	world.host.far = small_socket("g0");
	enter_netns(world.far_fd);
	world.gq = if_nametoindex("gq");
	ip("link set gq address 02:fd:00:00:00:01 up\n");
	wait_running("gq", NULL);
	world.far.far = small_socket("gq");
	world.home = open_netlink(links.home_fd);
	world.away = open_netlink(links.away_fd);
	world.beyond = open_netlink(world.far_fd);
	enter_netns(links.home_fd);
	wait_running("good", NULL);
	number_away();
	make_lowers();
	read_counts(world.counts);
	wait_running("g0", NULL);
	read_g0(&told);
	world.g0_len = told.len;
	memcpy(world.g0_was, told.bytes, told.len);
	make_boxed();
	list_all();
}

/*
 * What must hold at any time
 */

static int look_at_good(const struct nlmsghdr *nlh, void *data)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;

	if (info->ifi_index != (int)world.good || !(info->ifi_flags & IFF_UP))
		fuzz_wrong("the good child is not what it was");
	mnl_attr_for_each(attr, nlh, sizeof(*info))
		if (mnl_attr_get_type(attr) == IFLA_ADDRESS &&
		    memcmp(mnl_attr_get_payload(attr), good_mac, ETH_ALEN))
			fuzz_wrong("the good child has another address");
	*(bool *)data = true;
	return look_at_link(nlh, NULL);
}

static bool good_hears(__u32 number)
{
	__u8 src[ETH_ALEN] = { 2, 0xfe, number >> 24, number >> 16, number >> 8, number };
	__u8 frame[64];
	size_t len = build_mark(frame, good_mac, src, number);
	struct heard heard;

	drain(world.heard);
	drain(world.far.far);
	far_send(&world.far, NULL, frame, len);
	while (socket_recv(world.heard, &heard))
		if (mark_of(heard.frame, heard.len) == (long)number)
			return true;
	return false;
}

/* What the host sends to a neighbour goes there, whoever else calls itself so. */
static bool neighbour_hears(__u32 number)
{
	static const __u8 neighbour[] = NEIGHBOUR, src[] = { 2, 0xfc, 0, 0, 0, 1 };
	__u8 frame[64];
	size_t len = build_mark(frame, neighbour, src, number);
	struct heard heard;

	drain(world.far.far);
	far_send(&world.host, NULL, frame, len);
	while (socket_recv(world.far.far, &heard))
		if (mark_of(heard.frame, heard.len) == (long)number)
			return true;
	return false;
}

/* The host's own is left alone. */
static void check_host(void)
{
	static __u32 number;

	if (!neighbour_hears(++number))
		fuzz_wrong("the host's neighbour does not hear");
	check_g0();
}

static void check_good(void)
{
	struct ifinfomsg *info = begin_link(buffer, RTM_GETLINK, 0);
	static __u32 number;
	bool seen = false;

	info->ifi_index = world.good;
	if (ask(world.home, (struct nlmsghdr *)buffer, look_at_good, &seen) || !seen)
		fuzz_wrong("the good child does not answer");
	if (!good_hears(++number))
		fuzz_wrong("the good child does not hear");
}

static void start_over(void)
{
	bool all = ++world.cleaned % 16 == 0;

	clean(all);
	if (all)
		check_counts();
	make_lowers();
	make_boxed();
	list_all();
}

static void new_user(void)
{
	FILE *file;

	if (unshare(CLONE_NEWUSER))
		die("new user namespace: %m");
	file = fopen("/proc/self/uid_map", "we");
	if (!file || fputs("0 0 1", file) < 0 || fclose(file))
		die("user ids: %m");
}

static void one_case(void)
{
	unsigned int n = 1 + pick(4), i;
	struct mnl_socket *nl;
	size_t len = 0;

	world.from_away = one_in(8);
	nl = world.from_away ? world.away : world.home;
	for (i = 0; i < n && len < ROOM / 2; i++)
		len += make_one(buffer + len);
	fuzz_count(i);
	/* The kernel looks where the sender is, not only where his socket is. */
	if (world.from_away)
		enter_netns(links.away_fd);
	send(mnl_socket_get_fd(nl), buffer, len, 0);
	if (world.from_away)
		enter_netns(links.home_fd);
	drain_answers(nl);
}

int main(int argc, char **argv)
{
	fuzz_start(argc, argv);
	if (fuzz_has("userns"))
		new_user();
	make_world();
	while (fuzz_next()) {
		one_case();
		fuzz_done();
		if (fuzz_cases() % 32 == 0) {
			check_host();
			make_boxed();
			list_all();
		}
		if (fuzz_cases() % 512 == 0)
			check_good();
		if (world.made >= CHILDREN)
			start_over();
	}
	clean(true);
	check_counts();
	check_good();
	return fuzz_end();
}
