/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * Link attributes of the link kinds "mymacvlan" and "mymacvtap".
 *
 * They travel inside IFLA_LINKINFO / IFLA_INFO_DATA of RTM_NEWLINK messages.
 * Numbers and payloads equal those of IFLA_MACVLAN_* in <linux/if_link.h>, so
 * a program written for "macvlan" works after changing the kind. The names are
 * our own: old headers lack the newest attributes, and this file can be
 * included beside <linux/if_link.h>. What upstream adds to IFLA_MACVLAN_* gets
 * upstream's numbers here. Attributes of our own begin at 30, far from upstream's
 * next ones; the kernel accepts no link attribute above 50 (RTNL_MAX_TYPE), and 40
 * to 50 are all taken.
 *
 * Words used below:
 *   child    a device of kind mymacvlan or mymacvtap
 *   lower    the device that the child was created on (IFLA_LINK)
 *   port     what all children of one lower share
 *   set      may be given when creating and when changing a child
 *   dump     appears in what the kernel answers
 */
#ifndef _UAPI_LINUX_MYMACVLAN_H
#define _UAPI_LINUX_MYMACVLAN_H

enum {
	IFLA_MYMACVLAN_UNSPEC,

	/* generated: attributes, see Documentation/netlink/specs/mymacvlan-link.yaml */
	/*
	 * u32, set, dump: one of enum mymacvlan_mode. Default
	 * MYMACVLAN_MODE_VEPA. Can be changed live, except from and to
	 * MYMACVLAN_MODE_PASSTHRU. Leaving MYMACVLAN_MODE_SOURCE empties the
	 * list of source addresses.
	 */
	IFLA_MYMACVLAN_MODE,

	/*
	 * u16, set, dump: bits MYMACVLAN_FLAG_*, others are refused. Default 0.
	 * The value replaces all flags: to change one, send the others as they
	 * are. Can be changed live.
	 */
	IFLA_MYMACVLAN_FLAGS,

	/*
	 * u32, set: one of enum mymacvlan_macaddr_mode, what to do with the
	 * list of source addresses. Mode source only. No default: without it
	 * the list stays as it is.
	 */
	IFLA_MYMACVLAN_MACADDR_MODE,

	/*
	 * binary, set: 6 bytes, also inside MACADDR_DATA: one source MAC
	 * address, neither zero nor multicast. The address to add or delete, or
	 * one more entry of the list in MACADDR_DATA.
	 */
	IFLA_MYMACVLAN_MACADDR,

	/*
	 * nest, set, dump: IFLA_MYMACVLAN_MACADDR, several: the addresses to
	 * add or delete, with SET the new list, in a dump the whole list
	 * (absent when empty). At most 5000 addresses, ENOSPC beyond; while a
	 * list is replaced, old and new ones together.
	 */
	IFLA_MYMACVLAN_MACADDR_DATA,

	/*
	 * u32, dump only, refused in a request: how many addresses are in
	 * MACADDR_DATA. 0 outside of mode source.
	 */
	IFLA_MYMACVLAN_MACADDR_COUNT,

	/*
	 * u32, set, dump: how long this child wants the port's queue for
	 * broadcast and multicast to be, in frames. Default 1000. The port uses
	 * the largest length that a child asks for. Above 1000 needs
	 * CAP_NET_ADMIN in the initial user namespace. Can be changed live,
	 * with CAP_NET_ADMIN in the lower's network namespace.
	 */
	IFLA_MYMACVLAN_BC_QUEUE_LEN,

	/*
	 * u32, dump only, refused in a request: the length that the port really
	 * uses, in frames.
	 */
	IFLA_MYMACVLAN_BC_QUEUE_LEN_USED,

	/*
	 * s32, set, dump: a multicast or broadcast frame that more children
	 * than this listen to goes through the port's queue instead of being
	 * delivered at once. Default 1; in a dump only if it is not that.
	 * Negative: never through the queue. One value for the whole port, the
	 * last one given holds. Can be changed live, with CAP_NET_ADMIN in the
	 * lower's network namespace.
	 */
	IFLA_MYMACVLAN_BC_CUTOFF,

	/*
	 * u8, set, dump, 0 or 1: MAC translation, for uplinks that let one MAC
	 * address through: on the wire the child has the lower's MAC address,
	 * and gets what comes for its IP addresses. Modes bridge and private
	 * only. Default: sysctl net.mymacvlan.macnat of the lower's network
	 * namespace, which is 0 unless changed, for children that the host
	 * makes. Can be changed live, by the host, as HOST.
	 */
	IFLA_MYMACVLAN_MACNAT = 30,

	/*
	 * u8, set, dump, 0 or 1, kind "mymacvtap" only: the tap hears all
	 * multicast, since what a guest joins is unknown to the host. Default
	 * 1. Can be changed live.
	 */
	IFLA_MYMACVLAN_ALLMULTI = 40,

	/*
	 * u32, set, dump, kind "mymacvtap" only: the user who owns the node
	 * /dev/tapN, as an id of the sender's user namespace (in a dump: of the
	 * reader's). Default 0. Others than root need CAP_NET_ADMIN in the
	 * initial user namespace. Can be changed live: the node is taken away
	 * and made again.
	 */
	IFLA_MYMACVLAN_NODE_USER,

	/* u32, set, dump, kind "mymacvtap" only: the node's group, likewise. */
	IFLA_MYMACVLAN_NODE_GROUP,

	/*
	 * u16, set, dump, kind "mymacvtap" only: permissions of /dev/tapN, 0 to
	 * 0777 (octal). Default 0600. More than 0600 needs CAP_NET_ADMIN in the
	 * initial user namespace. Can be changed live, like the owner.
	 */
	IFLA_MYMACVLAN_NODE_PERM,

	/*
	 * u8, set, dump, 0 or 1: the host, that is the machine with the lower
	 * device, and this child talk to each other. Modes bridge and private
	 * only. Default: sysctl net.mymacvlan.host of the lower's network
	 * namespace, which is 0 unless changed, for children that the host
	 * makes. Can be changed live. Needs CAP_NET_ADMIN in the lower's
	 * network namespace and a caller that is there (see
	 * MYMACVLAN_CMD_CHILD_SET), and a kernel with CONFIG_NETFILTER_EGRESS.
	 */
	IFLA_MYMACVLAN_HOST,

	/*
	 * u8, dump only, refused in a request, 0 or 1: 1 if the child has the
	 * address that is vouched for: the host made it with that one or gave
	 * it later, or a runtime with CAP_NET_ADMIN in the lower's network
	 * namespace did so before the child was first up. 0: the child, or a
	 * tap's user, has chosen it. Absent in mode passthru.
	 */
	IFLA_MYMACVLAN_ADDR_VOUCHED,

	/*
	 * u8, set, dump: one of enum mymacvlan_pin. MAC: its MAC address is
	 * changed by the host only, once the child has been up or was given it
	 * in the same request; it sends with no other. IP: it uses IP addresses
	 * of the list ALLOW only, in IPv4, IPv6, ARP and neighbour discovery,
	 * and no other protocols. GUARD: it sends no router advertisements,
	 * redirects and DHCP servers' replies. Default: sysctl
	 * net.mymacvlan.pin of the lower's network namespace, which is OFF
	 * unless changed. Can be changed live. Needs CAP_NET_ADMIN in the
	 * lower's network namespace and a caller that is there (see
	 * MYMACVLAN_CMD_CHILD_SET).
	 */
	IFLA_MYMACVLAN_PIN,

	/*
	 * u32, set: one of enum mymacvlan_allow_action, what to do with the
	 * list of IP addresses that the child may use. No default: without it
	 * the list stays as it is. Set by the host only, as PIN.
	 */
	IFLA_MYMACVLAN_ALLOW_ACTION,

	/*
	 * binary, set, dump: attributes MYMACVLAN_ALLOW_IPV4 and _IPV6, as in a
	 * nest: the addresses to add or delete, with SET the new list, in a
	 * dump the whole list (absent when empty). At most 64, ENOSPC beyond.
	 */
	IFLA_MYMACVLAN_ALLOW,

	/*
	 * u8, set, dump, 0 or 1: the child's addresses are announced to the
	 * network (gratuitous ARP, unsolicited NA, RARP where it has none) when
	 * they are new or somewhere else. Default: sysctl
	 * net.mymacvlan.announce of the lower's network namespace, which is 1
	 * unless changed; 0 in mode passthru, where it cannot be set. Never an
	 * address that nobody vouches for, or one of VRRP: the dump has 0 then.
	 * Can be changed live.
	 */
	IFLA_MYMACVLAN_ANNOUNCE,

	/*
	 * u8, set, dump: one of enum mymacvlan_arp: whether a broadcast ARP
	 * request from the wire goes to all children (FLOOD, the default) or,
	 * where it is known which one has the address, to that one (DIRECTED).
	 * In a dump only if it is DIRECTED. One value for the whole port, the
	 * last one given holds. Can be changed live, with CAP_NET_ADMIN in the
	 * lower's network namespace.
	 */
	IFLA_MYMACVLAN_ARP,
	/* generated: end */

	__IFLA_MYMACVLAN_MAX,
};

#define IFLA_MYMACVLAN_MAX (__IFLA_MYMACVLAN_MAX - 1)

/* generated: values, see Documentation/netlink/specs/mymacvlan-link.yaml */
enum mymacvlan_mode {
	MYMACVLAN_MODE_PRIVATE	= 1,	/* never reaches another child */
	MYMACVLAN_MODE_VEPA	= 2,	/* reaches children through the switch */
	MYMACVLAN_MODE_BRIDGE	= 4,	/* reaches bridge children directly */
	MYMACVLAN_MODE_PASSTHRU	= 8,	/* the only child, takes every frame */
	MYMACVLAN_MODE_SOURCE	= 16,	/* takes frames by source address */
};

enum mymacvlan_macaddr_mode {
	MYMACVLAN_MACADDR_ADD	= 0,	/* add to the list, all or none */
	MYMACVLAN_MACADDR_DEL	= 1,	/* take off the list */
	MYMACVLAN_MACADDR_FLUSH	= 2,	/* empty the list */
	MYMACVLAN_MACADDR_SET	= 3,	/* replace the list */
};

enum mymacvlan_pin {
	MYMACVLAN_PIN_OFF	= 0,	/* any address, any frame */
	MYMACVLAN_PIN_MAC	= 1,	/* the host decides on its MAC address */
	MYMACVLAN_PIN_IP	= 2,	/* and on its IP addresses */
	MYMACVLAN_PIN_GUARD	= 3,	/* and it is no router, no DHCP server */
};

enum mymacvlan_allow_action {
	MYMACVLAN_ALLOW_ADD	= 0,	/* add to the list, all or none */
	MYMACVLAN_ALLOW_DEL	= 1,	/* take off the list */
	MYMACVLAN_ALLOW_FLUSH	= 2,	/* empty the list */
	MYMACVLAN_ALLOW_SET	= 3,	/* replace the list */
};

enum mymacvlan_arp {
	MYMACVLAN_ARP_FLOOD	= 0,	/* every child hears ARP from the wire */
	MYMACVLAN_ARP_DIRECTED	= 1,	/* a request goes to the child that it is for */
};

/* Mode passthru: do not make the lower promiscuous. */
#define MYMACVLAN_FLAG_NOPROMISC	1
/* Mode source: a frame taken by source address goes no further. */
#define MYMACVLAN_FLAG_NODST		2
/* generated: end */

/* In IFLA_MYMACVLAN_ALLOW: an address, and a u8: how many of its bits count. */
enum {
	MYMACVLAN_ALLOW_UNSPEC,
	MYMACVLAN_ALLOW_IPV4,		/* 4 + 1 bytes */
	MYMACVLAN_ALLOW_IPV6,		/* 16 + 1 bytes */
};

/* As many prefixes as a child's list has room for. */
#define MYMACVLAN_ALLOW_MAX	64

/*
 * The generic netlink family "mymacvlan": what only the host decides, about
 * children in any network namespace. The host is who has CAP_NET_ADMIN in the
 * lower's network namespace and is there himself, with the socket, too. Described
 * for programs in Documentation/netlink/specs/mymacvlan.yaml.
 */
#define MYMACVLAN_GENL_NAME	"mymacvlan"
#define MYMACVLAN_GENL_VERSION	1
#define MYMACVLAN_GENL_GROUP	"children"

/* Whose an IP address is. */
enum mymacvlan_bound {
	/* No child's, or not yet: duplicate address detection has not ended well. */
	MYMACVLAN_BOUND_NONE,
	/* It is the host's, or one that the host may route for. */
	MYMACVLAN_BOUND_REFUSED,
	/* Several children claim it. */
	MYMACVLAN_BOUND_CONTESTED,
	/* One child's. */
	MYMACVLAN_BOUND_ONE,
};

/* How it is known that a child has an IP address. */
#define MYMACVLAN_KNOWN_GIVEN		0x01 /* the host allows it, IFLA_MYMACVLAN_ALLOW */
#define MYMACVLAN_KNOWN_CONFIGURED	0x02 /* it is the device's own */
#define MYMACVLAN_KNOWN_SEEN		0x04 /* the child has sent ARP or ND with it */

enum {
	MYMACVLAN_CMD_UNSPEC,

	/*
	 * Changes the one child that is named: MYMACVLAN_A_PORT_IFINDEX or
	 * PORT_IFNAME, and CHILD_ADDR, CHILD_IFINDEX or both; what to change is
	 * MYMACVLAN_A_HOST, VOUCH, PIN, ALLOW_ACTION, MACNAT or several. ENODEV:
	 * no such lower or child; ENOTUNIQ: several children; EPERM: only the
	 * host may. A request that fails changes nothing.
	 */
	MYMACVLAN_CMD_CHILD_SET,

	/*
	 * What the host may see. Dumps, for who may use CHILD_SET: of the ports
	 * whose lower is in the socket's network namespace, or of the one that
	 * PORT_IFINDEX or PORT_IFNAME names. The right is looked at again for
	 * each message that is read (EPERM at the end of the dump). A dump
	 * during which children were made or ended has NLM_F_DUMP_INTR.
	 *
	 * COUNTER_GET, no dump and for everybody: MYMACVLAN_A_COUNTER_NAMES.
	 *
	 * PORT_GET: PORT_IFINDEX, PORT_IFNAME, PORT_ADDR, PORT_CHILDREN,
	 * BC_QUEUE_LEN_USED, BC_CUTOFF, ARP, COUNTERS (those of the port, others 0).
	 */
	MYMACVLAN_CMD_COUNTER_GET = 10,
	MYMACVLAN_CMD_PORT_GET,

	/*
	 * Children in whatever namespace; CHILD_ADDR, CHILD_IFINDEX or both say
	 * which. PORT_IFINDEX, CHILD_ID, CHILD_ADDR, MODE, FLAGS, TAP, UP,
	 * WAITING, HOST, MACNAT, VOUCHED, NSID, COUNTERS and what `ip -s link` shows.
	 * CHILD_IFINDEX, CHILD_IFNAME and NETNS only if CAP_NET_ADMIN in the
	 * lower's namespace implies it in the child's: that one belongs to the
	 * same user namespace, or to one that has come from that.
	 */
	MYMACVLAN_CMD_CHILD_GET,

	/*
	 * What children that are up listen to; asked for as in CHILD_GET. One
	 * message for each child, or several if it listens to many groups:
	 * PORT_IFINDEX, CHILD_ID, CHILD_ADDR, ALLMULTI, and GROUP for each.
	 */
	MYMACVLAN_CMD_GROUP_GET,

	/*
	 * Which IP addresses children have, while the port keeps account of that,
	 * see IFLA_MYMACVLAN_ARP; asked for as in CHILD_GET. One message for each:
	 * PORT_IFINDEX, CHILD_ID, CHILD_ADDR, BINDING_IP, BINDING_KNOWN,
	 * BINDING_STATE, of one in a VLAN VLAN_PROTO and VLAN_ID, and BINDING_AGE
	 * of one that it has sent with.
	 */
	MYMACVLAN_CMD_BINDING_GET,

	/*
	 * Notifications, to the multicast group MYMACVLAN_GENL_GROUP in the
	 * lower's network namespace, with what CHILD_GET tells but for counters.
	 * To listen needs CAP_NET_ADMIN there; kernels that cannot see to that
	 * have no such group. CHANGED is about options, MAC address, namespace,
	 * name, and up or down; several changes in a tenth of a second are told
	 * as one. CONFLICT: the child is up, but a sibling or the lower has the
	 * MAC address, and gets its frames; or somebody else on the wire uses it,
	 * or an IP address that is known to be the child's.
	 */
	MYMACVLAN_CMD_CHILD_ADDED = 20,
	MYMACVLAN_CMD_CHILD_CHANGED,
	MYMACVLAN_CMD_CHILD_GONE,
	MYMACVLAN_CMD_CHILD_CONFLICT,

	__MYMACVLAN_CMD_MAX,
};

#define MYMACVLAN_CMD_MAX (__MYMACVLAN_CMD_MAX - 1)

enum {
	MYMACVLAN_A_UNSPEC,

	/* u32, string: the lower, in the network namespace of the socket. */
	MYMACVLAN_A_PORT_IFINDEX,
	MYMACVLAN_A_PORT_IFNAME,

	/* 6 bytes: the MAC address that the child has. */
	MYMACVLAN_A_CHILD_ADDR,

	/* u32: the index that the child has in its own network namespace. */
	MYMACVLAN_A_CHILD_IFINDEX,

	/* u8, 0 or 1: as IFLA_MYMACVLAN_HOST. */
	MYMACVLAN_A_HOST,

	/* flag: vouch for the address, given in MYMACVLAN_A_CHILD_ADDR. */
	MYMACVLAN_A_VOUCH,

	/* u8: as IFLA_MYMACVLAN_PIN; with CHILD_ADDR at once for good. */
	MYMACVLAN_A_PIN,

	/* u32, binary: as IFLA_MYMACVLAN_ALLOW_ACTION and _ALLOW. */
	MYMACVLAN_A_ALLOW_ACTION,
	MYMACVLAN_A_ALLOW,

	/* u8, 0 or 1: as IFLA_MYMACVLAN_MACNAT. */
	MYMACVLAN_A_MACNAT,

	/* From here on: in answers only. */

	/* Nothing: makes the value behind it begin at a multiple of 8 bytes. */
	MYMACVLAN_A_PAD = 20,

	/* 6 bytes: the lower's MAC address. u32: how many children it has. */
	MYMACVLAN_A_PORT_ADDR,
	MYMACVLAN_A_PORT_CHILDREN,

	/* u32, s32: as IFLA_MYMACVLAN_BC_QUEUE_LEN_USED and _BC_CUTOFF. */
	MYMACVLAN_A_BC_QUEUE_LEN_USED,
	MYMACVLAN_A_BC_CUTOFF,

	/* u64: tells a child from all others, also from later ones. */
	MYMACVLAN_A_CHILD_ID,
	/* string: its name in its own network namespace. */
	MYMACVLAN_A_CHILD_IFNAME,
	/* u32: the inode number of that namespace, as of /proc/PID/ns/net. */
	MYMACVLAN_A_NETNS,
	/* s32: its id in the lower's namespace, if it has one and is another. */
	MYMACVLAN_A_NSID,

	/* u32, u16: as IFLA_MYMACVLAN_MODE and _FLAGS. */
	MYMACVLAN_A_MODE,
	MYMACVLAN_A_FLAGS,
	/* flag: the child is of kind "mymacvtap". */
	MYMACVLAN_A_TAP,
	/* u8, 0 or 1: IFF_UP. flag: up, but a sibling has its address. */
	MYMACVLAN_A_UP,
	MYMACVLAN_A_WAITING,
	/* u8: as IFLA_MYMACVLAN_ADDR_VOUCHED. */
	MYMACVLAN_A_VOUCHED,

	/* u64: as `ip -s link` has them. */
	MYMACVLAN_A_RX_PACKETS,
	MYMACVLAN_A_RX_BYTES,
	MYMACVLAN_A_RX_DROPPED,
	MYMACVLAN_A_TX_PACKETS,
	MYMACVLAN_A_TX_BYTES,
	MYMACVLAN_A_TX_DROPPED,

	/*
	 * u64 each, in the order of MYMACVLAN_A_COUNTER_NAMES, whose last ones
	 * only taps have: those of `ethtool -S`.
	 */
	MYMACVLAN_A_COUNTERS,
	/* Nest of one MYMACVLAN_A_COUNTER_NAME, a string, for each of them. */
	MYMACVLAN_A_COUNTER_NAMES,
	MYMACVLAN_A_COUNTER_NAME,

	/* 6 bytes, any number of times: a multicast address. flag: all. */
	MYMACVLAN_A_GROUP,
	MYMACVLAN_A_ALLMULTI,

	/* u8: as IFLA_MYMACVLAN_ARP. */
	MYMACVLAN_A_ARP,

	/* 4 or 16 bytes: an IP address, in network byte order. */
	MYMACVLAN_A_BINDING_IP,
	/* u16, network byte order; u16: the VLAN that it is in. */
	MYMACVLAN_A_VLAN_PROTO,
	MYMACVLAN_A_VLAN_ID,
	/* u8: bits MYMACVLAN_KNOWN_*. u8: one of enum mymacvlan_bound. */
	MYMACVLAN_A_BINDING_KNOWN,
	MYMACVLAN_A_BINDING_STATE,
	/* u32: seconds since the child last sent ARP or ND with it. */
	MYMACVLAN_A_BINDING_AGE,

	__MYMACVLAN_A_MAX,
};

#define MYMACVLAN_A_MAX (__MYMACVLAN_A_MAX - 1)

#endif /* _UAPI_LINUX_MYMACVLAN_H */
