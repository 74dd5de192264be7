/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of mymacvlan share: its structures, and who may touch them.
 *
 *   port     one a lower device: the tables and lists that a frame is looked
 *            up in, and the broadcast queues
 *   child    one a virtual device: the private data of its net_device
 *   station  the unicast address of a child that is up, in the port's table
 *   source   one allowed sender of a child in mode source
 *   entry    either of them, as frames find it
 *   sender   the floods of one child, or of the host, that wait for the worker
 *   group    one multicast address and the children that listen to it
 *   member   one child's place in a group
 *
 * Three contexts, told by the names of functions:
 *   _rtnl    RTNL is held (most control operations; not marked where the
 *            kernel's own callback says so already)
 *   _rcu     inside rcu_read_lock(), on the frame path
 *   _locked  port->group_lock is held
 */
#ifndef _MYMACVLAN_H
#define _MYMACVLAN_H

#include <linux/etherdevice.h>
#include <linux/if_macvlan.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/ratelimit_types.h>
#include <linux/rbtree.h>
#include <linux/rhashtable.h>
#include <linux/skbuff.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>
#include <linux/workqueue.h>
#include <linux/mymacvlan.h>

struct rtnl_newlink_params;

/* Length of the broadcast queue that a child asks for unless told, frames. */
#define MYMACVLAN_DEFAULT_BC_QUEUE_LEN	1000
/* More listeners than this, and a frame from outside goes by the queue. */
#define MYMACVLAN_DEFAULT_BC_CUTOFF	1
/*
 * A child's own flood is delivered at once up to this many siblings, or up to
 * the cutoff where that is more. The backlog of a CPU takes 1000 frames
 * (net.core.netdev_max_backlog), so a longer flood goes by the queue.
 */
#define MYMACVLAN_TX_INLINE_MAX		64

/*
 * Longest list of a child in mode source. A dump has it in three nested
 * attributes, whose lengths have 16 bits: from 5456 addresses on none could
 * describe the device, and a dump of all devices would end there.
 */
#define MYMACVLAN_SOURCES_MAX		5000

#define MYMACVLAN_MODES_ALL	(MYMACVLAN_MODE_PRIVATE | MYMACVLAN_MODE_VEPA | \
				 MYMACVLAN_MODE_BRIDGE | \
				 MYMACVLAN_MODE_PASSTHRU)

/**
 * enum mymacvlan_counter - what a child counts beyond struct vlan_pcpu_stats
 * @MYMACVLAN_RX_BROADCAST: broadcast frames received
 * @MYMACVLAN_TX_LOCAL: sent straight to a sibling
 * @MYMACVLAN_RX_DROP_UNICAST: unicast frames lost
 * @MYMACVLAN_RX_DROP_MULTICAST: multicast frames lost
 * @MYMACVLAN_RX_DROP_BROADCAST: broadcast frames lost
 * @MYMACVLAN_RX_DROP_BACKLOG: lost because the CPU's backlog was full
 * @MYMACVLAN_TX_DROP_WIRE: refused by the lower device
 * @MYMACVLAN_TX_DROP_LOWER_DOWN: not sent because the lower device was down
 * @MYMACVLAN_TX_DROP_LOCAL: lost on the way to a sibling
 * @MYMACVLAN_TX_DROP_FLOOD: siblings' copies lost because the child's queue was
 *	full, for lack of memory, or because it went down while they waited
 * @MYMACVLAN_LINK_COUNTERS: how many of them every message about a link needs
 *	(of a tap's also one of the last)
 * @MYMACVLAN_RX_DROP_DOWN: lost because the child was not up
 * @MYMACVLAN_RX_DROP_NOMEM: lost for lack of memory
 * @MYMACVLAN_RX_DROP_ISOLATED: kept away because a sibling or the child itself
 *	had sent them
 * @MYMACVLAN_TX_HAIRPIN: sent to a sibling through the lower device
 * @MYMACVLAN_CHILD_COUNTERS: how many a child has that is no tap
 * @MYMACVLAN_RX_DROP_QUEUE_FULL: received, then lost because the tap's queue
 *	was full
 * @MYMACVLAN_RX_DROP_SEGMENT: received, then lost because it could not be cut
 *	or checksummed for a tap's reader
 * @MYMACVLAN_TX_DROP_TAP: from the tap's user, and not fit to be sent
 * @MYMACVLAN_COUNTERS: how many a tap has
 *
 * A frame that a child does not get is counted twice: once by its kind, once
 * by the cause; the host's frame a third time, see enum mymacvlan_host_counter.
 * stats.c has the names that users see.
 */
enum mymacvlan_counter {
	MYMACVLAN_RX_BROADCAST,
	MYMACVLAN_TX_LOCAL,
	MYMACVLAN_RX_DROP_UNICAST,
	MYMACVLAN_RX_DROP_MULTICAST,
	MYMACVLAN_RX_DROP_BROADCAST,
	MYMACVLAN_RX_DROP_BACKLOG,
	MYMACVLAN_TX_DROP_WIRE,
	MYMACVLAN_TX_DROP_LOWER_DOWN,
	MYMACVLAN_TX_DROP_LOCAL,
	MYMACVLAN_TX_DROP_FLOOD,
	MYMACVLAN_LINK_COUNTERS,
	MYMACVLAN_RX_DROP_DOWN = MYMACVLAN_LINK_COUNTERS,
	MYMACVLAN_RX_DROP_NOMEM,
	MYMACVLAN_RX_DROP_ISOLATED,
	MYMACVLAN_TX_HAIRPIN,
	MYMACVLAN_CHILD_COUNTERS,
	MYMACVLAN_RX_DROP_QUEUE_FULL = MYMACVLAN_CHILD_COUNTERS,
	MYMACVLAN_RX_DROP_SEGMENT,
	MYMACVLAN_TX_DROP_TAP,
	MYMACVLAN_COUNTERS
};

/**
 * enum mymacvlan_host_counter - what a child with the option "host on" counts, too
 * @MYMACVLAN_TX_HOST: sent to the host
 * @MYMACVLAN_TX_HOST_COPY: sent to the wire, and a copy to the host
 * @MYMACVLAN_TX_HOST_DROP_NOMEM: frames or copies for the host lost for lack of
 *	memory
 * @MYMACVLAN_TX_HOST_DROP_SIZE: the same, larger than the lower device's MTU
 * @MYMACVLAN_TX_HOST_DROP_BACKLOG: the same, because the CPU's backlog was full
 * @MYMACVLAN_RX_HOST: received from the host
 * @MYMACVLAN_RX_HOST_DROP_NOMEM: from the host, lost for lack of memory
 * @MYMACVLAN_RX_HOST_DROP_BACKLOG: the same, because the CPU's backlog was full
 * @MYMACVLAN_RX_HOST_CRYPT: the host's frames left to the wire, since they were
 *	still to be encrypted
 * @MYMACVLAN_HOST_COUNTERS: how many there are
 */
enum mymacvlan_host_counter {
	MYMACVLAN_TX_HOST,
	MYMACVLAN_TX_HOST_COPY,
	MYMACVLAN_TX_HOST_DROP_NOMEM,
	MYMACVLAN_TX_HOST_DROP_SIZE,
	MYMACVLAN_TX_HOST_DROP_BACKLOG,
	MYMACVLAN_RX_HOST,
	MYMACVLAN_RX_HOST_DROP_NOMEM,
	MYMACVLAN_RX_HOST_DROP_BACKLOG,
	MYMACVLAN_RX_HOST_CRYPT,
	MYMACVLAN_HOST_COUNTERS
};

/**
 * struct mymacvlan_pcpu_stats - one CPU's counters of a child
 * @vlan: frames and bytes; NIC drivers that offload a child (ixgbe, fm10k) add
 *	to it as well, through struct macvlan_dev
 * @counter: the rest, see enum mymacvlan_counter; as many as
 *	mymacvlan_counters() says
 *
 * Written with BHs disabled on its own CPU, under @vlan.syncp. Lives from
 * ndo_init until the net_device is freed.
 */
struct mymacvlan_pcpu_stats {
	struct vlan_pcpu_stats	vlan;
	u64_stats_t		counter[];
};

/**
 * struct mymacvlan_host_stats - the same of what goes between a child and the host
 * @syncp: as @vlan.syncp of struct mymacvlan_pcpu_stats
 * @counter: see enum mymacvlan_host_counter
 *
 * Most children never have the option: made when a child gets it for the first
 * time, before the frame path can see that, and freed with the child's others.
 */
struct mymacvlan_host_stats {
	struct u64_stats_sync	syncp;
	u64_stats_t		counter[MYMACVLAN_HOST_COUNTERS];
};

/* Bits of mymacvlan_port.rx_flags: what makes a frame's path longer. */
#define MYMACVLAN_PORT_SOURCE	BIT(0)	/* some child has a source list */
#define MYMACVLAN_PORT_PASSTHRU	BIT(1)	/* the only child takes everything */
#define MYMACVLAN_PORT_PRIVATE	BIT(2)	/* some child is private */
#define MYMACVLAN_PORT_VLAN	BIT(3)	/* the lower device is a VLAN's */
#define MYMACVLAN_PORT_TAP	BIT(4)	/* some child is a tap */
#define MYMACVLAN_PORT_SOURCE_MODE BIT(5) /* some child is in mode source */
#define MYMACVLAN_PORT_HOST	BIT(6)	/* children's frames go to the host */

/**
 * struct mymacvlan_group - a multicast address and who listens to it
 * @node: in port->groups; unused in the port's own two groups
 * @key: the address, see mymacvlan_key(); 0 in the port's own two groups
 * @members: list of struct mymacvlan_member, read under RCU
 * @count: length of @members; read without a lock by the frame path
 * @rcu: for freeing it
 *
 * Written under port->group_lock. A group in port->groups holds one reference
 * on its address in the lower device's multicast list, is made for its first
 * member and freed after its last.
 */
struct mymacvlan_group {
	struct rhash_head	node;
	u64			key;
	struct hlist_head	members;
	unsigned int		count;
	struct rcu_head		rcu;
};

/**
 * struct mymacvlan_member - a child's place in a group
 * @node: in child->groups; unused in the port's own two groups
 * @rcu: for freeing it, after it left both
 * @link: in group->members
 * @child: who listens; it is freed an RCU grace period after its last member
 *	left
 * @group: where
 *
 * Made and ended under port->group_lock. Never moved to another list: a reader
 * may still stand on it.
 */
struct mymacvlan_member {
	union {
		struct rb_node	node;
		struct rcu_head	rcu;
	};
	struct hlist_node	link;
	struct mymacvlan_child	*child;
	struct mymacvlan_group	*group;
};

/**
 * struct mymacvlan_entry - an address, and the child that its frames concern
 * @link: in a list of struct mymacvlan_table
 * @key: the address, see mymacvlan_key()
 * @child: whose; it is freed an RCU grace period after the entry left the table
 * @owner: where the entry's address is kept: &child->station, or &source->entry
 * @rcu: for freeing it
 *
 * Written under RTNL, read under RCU. A station is owned by a child that is up;
 * a change of address puts a new one in and takes the old one out: @key never
 * changes under a reader, and no grace period need be waited for.
 */
struct mymacvlan_entry {
	struct hlist_node	link;
	u64			key;
	struct mymacvlan_child	*child;
	struct mymacvlan_entry	**owner;
	struct rcu_head		rcu;
};

/**
 * struct mymacvlan_table - a port's stations, or sources, by address
 * @secret: what the hash function multiplies by, odd
 * @shift: 64 less the logarithm of the number of @heads
 * @count: how many entries; RTNL
 * @rcu: for freeing it
 * @heads: lists of struct mymacvlan_entry; RTNL, RCU
 *
 * Replaced as a whole when it gets too full or too empty, with copies of the
 * entries: a reader stays with the table that it has begun with.
 */
struct mymacvlan_table {
	u64			secret;
	u32			shift;
	u32			count;
	struct rcu_head		rcu;
	struct hlist_head	heads[];
};

/**
 * struct mymacvlan_source - an allowed sender of a child in mode source
 * @entry: in port->sources, beside other children's entries of the same address;
 *	RTNL
 * @key: the address, see mymacvlan_key()
 * @link: in child->sources
 * @keep: scratch of a list's replacement: this one is in the new list too
 * @rcu: for freeing it
 *
 * Written under RTNL, read under RCU.
 */
struct mymacvlan_source {
	struct mymacvlan_entry	*entry;
	u64			key;
	struct list_head	link;
	bool			keep;
	struct rcu_head		rcu;
};

/**
 * struct mymacvlan_sender - floods of one sender that wait for port->bc_work
 * @queue: they; its own lock is not used
 * @link: in port->bc_senders while @queue has frames
 * @bytes: memory of what is in @queue; read without a lock by senders
 * @open: @queue takes frames
 *
 * A member of its child, or of the port for what the host sends. Guarded by
 * port->bc_queue.lock. What it holds of others: the charge of each frame's
 * sending socket. Closed and empty while its child is down, see bcqueue.c.
 */
struct mymacvlan_sender {
	struct sk_buff_head	queue;
	struct list_head	link;
	u32			bytes;
	bool			open;
};

/**
 * struct mymacvlan_port - what the children of one lower device share
 * @lower: the lower device; each child holds a reference on it
 * @stations: children that are up by their address; RTNL, RCU
 * @rx_flags: MYMACVLAN_PORT_* bits, written under RTNL, read per frame
 * @bc_cutoff: IFLA_MYMACVLAN_BC_CUTOFF, written under RTNL, read per frame
 * @bc_limit: most frames in @bc_queue and in each sender's queue, the largest
 *	that @children have requested; written under RTNL, read per frame
 * @passthru: the only child of a passthru port, or %NULL; RTNL, RCU
 * @sources: children in mode source by the senders they list, or %NULL as long
 *	as there has been none; RTNL, RCU
 * @groups: struct mymacvlan_group by address; @group_lock, RCU
 * @broadcast: every child that is up; @group_lock, RCU
 * @allmulti: the children that want all multicast; @group_lock, RCU
 * @bc_queue: floods from the wire waiting for @bc_work; its lock guards the
 *	senders' queues and @bc_senders, too
 * @bc_senders: struct mymacvlan_sender with frames, the next one's turn first;
 *	@bc_queue.lock
 * @host_sender: what the host sends; open from the port's beginning to its end
 * @bc_work: delivers @bc_queue and what @bc_senders have
 * @flood_next: where @bc_work goes on in the midst of a flood, a member that is in
 *	its group, or %NULL; @group_lock, RCU
 * @bc_dropped: frames from outside that nobody got: no room in @bc_queue, or no
 *	memory
 * @rx_no_memory: frames lost before it was known whom they were for
 * @host: what is needed for talking to the host, from the first child with that
 *	option to the port's end, or %NULL; RTNL, RCU
 * @host_dropped: the host's multicast frames that no child got: no room in
 *	@host_sender, or no memory
 * @host_crypt: the host's multicast frames left to the wire, since they were
 *	still to be encrypted
 * @tx_cookies: children's frames to the wire must have the cookie of @host, see
 *	hostpath.c; written under RTNL, read per frame of a child without tx_plain
 * @group_lock: guards the groups, their members and each child's tree of them.
 *	Taken inside a child's addr_list_lock, and around the lower device's:
 *	dev_mc_add() and the first member's arrival are one step.
 * @group_lock_key: lockdep class of @group_lock, one a port: a port on a VLAN
 *	on a child nests in the port of that child
 * @children: struct mymacvlan_child, from ndo_init to ndo_uninit; RTNL
 * @private_count: children in mode private; RTNL
 * @source_mode_count: children in mode source; RTNL
 * @tap_count: children that are taps; RTNL
 * @addr_conflict: the child whose address the lower device has taken, or %NULL;
 *	RTNL, RCU
 * @waiting_count: children that wait for their address, see conflict.c; RTNL
 * @perm_addr: the lower device's address before a passthru child changed it;
 *	RTNL
 * @own_addr_change: a passthru child is changing the lower device's address
 *	right now; RTNL
 * @log_limit: how often the log may hear of this port and its children, under
 *	its own lock; see mymacvlan_port_may_log()
 * @lower_moving: between two namespaces, its address lists are flushed;
 *	@group_lock
 * @rcu: for freeing it
 *
 * Made by the first child's ndo_init, ended by the last one's ndo_uninit. It is
 * the lower device's rx_handler_data; once netdev_rx_handler_unregister() has
 * waited for the receive path, only the worker can still look at it, and
 * cancel_work_sync() ends that.
 */
struct mymacvlan_port {
	struct net_device	*lower;
	struct mymacvlan_table __rcu *stations;
	unsigned int		rx_flags;
	int			bc_cutoff;
	u32			bc_limit;
	struct mymacvlan_child __rcu *passthru;
	struct mymacvlan_table __rcu *sources;
	struct rhashtable	groups;
	struct mymacvlan_group	broadcast;
	struct mymacvlan_group	allmulti;

	struct sk_buff_head	bc_queue;
	struct list_head	bc_senders;
	struct mymacvlan_sender	host_sender;
	struct work_struct	bc_work;
	struct mymacvlan_member __rcu *flood_next;
	atomic_long_t		bc_dropped;
	atomic_long_t		rx_no_memory;
	struct mymacvlan_host __rcu *host;
	atomic_long_t		host_dropped;
	atomic_long_t		host_crypt;
	bool			tx_cookies;

	spinlock_t		group_lock;	/* see above */
	struct lock_class_key	group_lock_key;
	struct list_head	children;
	unsigned int		private_count;
	unsigned int		source_mode_count;
	unsigned int		tap_count;
	struct mymacvlan_child __rcu *addr_conflict;
	unsigned int		waiting_count;
	u8			perm_addr[ETH_ALEN];
	bool			own_addr_change;
	struct ratelimit_state	log_limit;
	bool			lower_moving;
	struct rcu_head		rcu;
};

/**
 * struct mymacvlan_child - private data of a child's net_device
 * @mvd: what the rest of the kernel reads of a macvlan (NIC drivers with L2
 *	forwarding offload, mlx5, bonding): dev, lowerdev, mode, flags,
 *	pcpu_stats, accel_priv, macaddr_count, set_features and netpoll are
 *	kept truthful and have no second copy here; the rest is in-tree
 *	macvlan's own and stays zero. mode and flags: RTNL, read per frame
 * @port: the port, from ndo_init on; readers under RCU
 * @stats: per-CPU counters; @mvd.pcpu_stats points at their first member
 * @host_stats: per-CPU counters of a child that has had the option "host on", or
 *	%NULL. Set once, before @host, under RTNL; read after @host by the frame
 *	path, see mymacvlan_host_enabled(), and by those who show counters
 * @id: tells this child from every other one, also from a later one at the
 *	same place in memory; never 0
 * @all_multi: this child is in port->allmulti; port->group_lock, read per frame
 * @tap: it is a tap: it has the counters of one, and gets IPv4 multicast
 *	fragments as they were on the wire; fixed before it is registered
 * @tx_plain: its unicast frames take the short path: it is up, in mode bridge,
 *	no netpoll sends through it, and none of the port's children talks to the
 *	host; RTNL, read per frame
 * @host: it and the host talk to each other; RTNL, read per frame by
 *	mymacvlan_host_enabled()
 * @vouched_key: the one address that is vouched for as its, see mymacvlan_key(),
 *	or 0, see identity.h; RTNL, read per frame
 * @station: its entry in port->stations while it is up and neither
 *	port->addr_conflict nor waiting; RTNL
 * @broadcast: its place in port->broadcast while it is up;
 *	port->group_lock
 * @all_multi_member: while it is up its place in port->allmulti, or the memory
 *	for it, so that going there cannot fail; port->group_lock
 * @inner: memory for these two when it is up for the first time, as most
 *	children are only once. Freed with the child, which is an RCU grace
 *	period after it last went down: unregister_netdevice() waits for one
 *	between ndo_stop and ndo_uninit.
 * @inner_used: it has been up; RTNL
 * @groups: its places in port->groups, by address; port->group_lock
 * @sender: its floods that wait; open while it is up; port->bc_queue.lock
 * @sources: its struct mymacvlan_source; RTNL, RCU
 * @port_link: in port->children; RTNL
 * @requested_mtu: the MTU that the user asked for, or 0: as the lower device's;
 *	its own is the smaller one of both; RTNL
 * @previous_mtu: what @requested_mtu was before somebody asked for another one,
 *	in case that is refused; RTNL
 * @mtu_is_new: the next MTU that the core sets has been asked for; RTNL
 * @dying: it is on its way out, its link to the lower device is gone; RTNL
 * @waiting: it is up, and a sibling has its address, see conflict.c; RTNL
 * @conflict_told: the log has said so since it is active; RTNL
 * @lower_promisc: it holds one promiscuity reference on the lower device; RTNL
 * @lower_allmulti: the same for allmulti; RTNL
 * @host_made: the host made it, not a container from a child of its own; decided
 *	before it is registered, and no longer so when the lower device has left a
 *	user namespace; RTNL
 * @had_master: it has had a master, such as a bond, in another namespace than
 *	the lower device's, see identity.c; RTNL
 *
 * Allocated and freed with the net_device.
 */
struct mymacvlan_child {
	struct macvlan_dev	mvd;
	struct mymacvlan_port	*port;
	struct mymacvlan_pcpu_stats __percpu *stats;
	struct mymacvlan_host_stats __percpu *host_stats;
	u64			id;
	bool			all_multi;
	bool			tap;
	bool			tx_plain;
	bool			host;
	u64			vouched_key;

	struct mymacvlan_entry	*station;
	struct mymacvlan_member	*broadcast;
	struct mymacvlan_member	*all_multi_member;
	struct mymacvlan_member	inner[2];
	struct rb_root		groups;
	struct mymacvlan_sender	sender;
	struct list_head	sources;
	struct list_head	port_link;
	unsigned int		requested_mtu;
	unsigned int		previous_mtu;
	bool			mtu_is_new;
	bool			dying;
	bool			waiting;
	bool			conflict_told;
	bool			lower_promisc;
	bool			lower_allmulti;
	bool			inner_used;
	bool			host_made;
	bool			had_master;
};

/* NIC drivers read netdev_priv() of what carries IFF_MACVLAN as macvlan_dev. */
static_assert(offsetof(struct mymacvlan_child, mvd) == 0);
static_assert(offsetof(struct mymacvlan_pcpu_stats, vlan) == 0);
/* They compare its mode with their own names. */
static_assert((int)MYMACVLAN_MODE_PRIVATE == (int)MACVLAN_MODE_PRIVATE);
static_assert((int)MYMACVLAN_MODE_VEPA == (int)MACVLAN_MODE_VEPA);
static_assert((int)MYMACVLAN_MODE_BRIDGE == (int)MACVLAN_MODE_BRIDGE);
static_assert((int)MYMACVLAN_MODE_PASSTHRU == (int)MACVLAN_MODE_PASSTHRU);
static_assert((int)MYMACVLAN_MODE_SOURCE == (int)MACVLAN_MODE_SOURCE);

/**
 * enum mymacvlan_listeners - which of the listeners a flood is for
 * @MYMACVLAN_EVERY_LISTENER: all
 * @MYMACVLAN_NODEFRAG_LISTENERS: those that want IPv4 fragments as they are
 * @MYMACVLAN_DEFRAG_LISTENERS: those that want them reassembled
 */
enum mymacvlan_listeners {
	MYMACVLAN_EVERY_LISTENER,
	MYMACVLAN_NODEFRAG_LISTENERS,
	MYMACVLAN_DEFRAG_LISTENERS,
};

/* How a child is given a frame, see mymacvlan_deliver(). */
#define MYMACVLAN_FROM_HOST	BIT(0)	/* the host sent it: counted so, too */
#define MYMACVLAN_IN_WORKER	BIT(1)	/* by a port's worker */

/* The id of no child. */
#define MYMACVLAN_NOBODY	U64_MAX

/**
 * struct mymacvlan_flood - how to deliver a multicast or broadcast frame
 * @exclude: id of the child that must not get it, 0 for none
 * @only: id of the one child that may get it, 0 for no such limit,
 *	MYMACVLAN_NOBODY for a frame that a source list has kept from all others
 * @netns: cookie of the sender's network namespace, for @local
 * @modes: MYMACVLAN_MODE_* bits of the children that may get it
 * @listeners: which of them
 * @pkt_type: PACKET_BROADCAST or PACKET_MULTICAST; the flood's own
 * @flags: MYMACVLAN_FROM_HOST, only for children that have "host on";
 *	MYMACVLAN_IN_WORKER
 * @local: a child or the host sent it: it is turned round to be received, and
 *	scrubbed again for a child in another network namespace
 * @neigh: it is ARP or ND; the flood's own
 *
 * Travels in skb->cb while the frame waits in a queue. It holds no pointer: of
 * its child a queued frame keeps nothing alive.
 */
struct mymacvlan_flood {
	u64			exclude;
	u64			only;
	u64			netns;
	u8			modes;
	u8			listeners;
	u8			pkt_type;
	u8			flags;
	bool			local;
	bool			neigh;
};

static inline struct mymacvlan_child *
mymacvlan_child(const struct net_device *dev)
{
	return netdev_priv(dev);
}

static inline struct net_device *
mymacvlan_dev(const struct mymacvlan_child *child)
{
	return child->mvd.dev;
}

static inline struct net_device *
mymacvlan_lower(const struct mymacvlan_child *child)
{
	return child->mvd.lowerdev;
}

/* Context: any; the frame path reads it while RTNL holders change it. */
static inline unsigned int mymacvlan_mode(const struct mymacvlan_child *child)
{
	return READ_ONCE(child->mvd.mode);
}

/* Context: any; @tap is fixed. */
static inline bool mymacvlan_is_listener(const struct mymacvlan_child *child,
					 enum mymacvlan_listeners listeners)
{
	if (listeners == MYMACVLAN_EVERY_LISTENER)
		return true;
	return child->tap == (listeners == MYMACVLAN_NODEFRAG_LISTENERS);
}

/* On the frame path; whoever has seen "true" has the counters of it as well. */
static inline bool mymacvlan_host_enabled(const struct mymacvlan_child *child)
{
	return smp_load_acquire(&child->host); /* pairs with mymacvlan_host_set() */
}

/* How many counters of enum mymacvlan_counter a child has. */
static inline unsigned int mymacvlan_counters(const struct mymacvlan_child *child)
{
	return child->tap ? MYMACVLAN_COUNTERS : MYMACVLAN_CHILD_COUNTERS;
}

static inline bool mymacvlan_is_passthru(const struct mymacvlan_port *port)
{
	return READ_ONCE(port->rx_flags) & MYMACVLAN_PORT_PASSTHRU;
}

/* main.c */
extern struct workqueue_struct *mymacvlan_wq;

/* port.c */
struct mymacvlan_port *mymacvlan_port_rtnl(const struct net_device *lower);
int mymacvlan_port_join(struct mymacvlan_child *child);
void mymacvlan_port_leave(struct mymacvlan_child *child);
void mymacvlan_port_set_mode(struct mymacvlan_child *child, unsigned int mode);
void mymacvlan_port_set_bc_length(struct mymacvlan_child *child, u32 frames);
void mymacvlan_port_update_rx_flags(struct mymacvlan_port *port);
bool mymacvlan_port_may_log(struct mymacvlan_port *port);
bool mymacvlan_lower_may_log(const struct net_device *lower);

/* table.c */
int mymacvlan_tables_init(struct mymacvlan_port *port);
void mymacvlan_tables_destroy(struct mymacvlan_port *port);
int mymacvlan_table_make_room(struct mymacvlan_table __rcu **place);
struct mymacvlan_entry *
mymacvlan_table_add(struct mymacvlan_table __rcu **place, u64 key,
		    struct mymacvlan_child *child,
		    struct mymacvlan_entry **owner);
void mymacvlan_table_del(struct mymacvlan_table __rcu **place,
			 struct mymacvlan_entry *entry);

/* group.c */
int mymacvlan_listen_start(struct mymacvlan_child *child);
void mymacvlan_listen_stop(struct mymacvlan_child *child);
int mymacvlan_listen_sync(struct mymacvlan_child *child,
			  struct netdev_hw_addr_list *mc);
void mymacvlan_listen_suspend(struct mymacvlan_port *port);
void mymacvlan_listen_restore(struct mymacvlan_port *port);

/* source.c */
int mymacvlan_source_change(struct mymacvlan_child *child, u32 action,
			    struct nlattr *data[],
			    struct netlink_ext_ack *extack);
void mymacvlan_source_flush(struct mymacvlan_child *child);
bool mymacvlan_source_deliver_rcu(const struct mymacvlan_port *port,
				  struct sk_buff *skb,
				  enum mymacvlan_listeners listeners);

/* deliver.c */
void mymacvlan_deliver(const struct mymacvlan_child *child, struct sk_buff *skb,
		       u8 pkt_type, unsigned int flags);

/* rx.c */
rx_handler_result_t mymacvlan_handle_frame(struct sk_buff **pskb);

/* tx.c */
netdev_tx_t mymacvlan_start_xmit(struct sk_buff *skb, struct net_device *dev);
void mymacvlan_xmit_update(struct mymacvlan_child *child);

/* mcast.c */
void mymacvlan_flood_wire_rcu(struct mymacvlan_port *port, struct sk_buff *skb,
			      struct mymacvlan_flood *flood);
void mymacvlan_flood_local_rcu(struct mymacvlan_child *child,
			       struct sk_buff *skb);
void mymacvlan_flood_host_rcu(struct mymacvlan_port *port, struct sk_buff *skb);
void mymacvlan_flood_work(struct mymacvlan_port *port, struct sk_buff *skb,
			  const struct mymacvlan_flood *flood);
struct mymacvlan_member *
mymacvlan_next_member_rcu(const struct mymacvlan_port *port,
			  const struct mymacvlan_member *member);

/* bcqueue.c */
bool mymacvlan_queue_has_room(const struct mymacvlan_port *port,
			      const struct mymacvlan_sender *sender);
bool mymacvlan_queue_add(struct mymacvlan_port *port,
			 struct mymacvlan_sender *sender, struct sk_buff *copy,
			 const struct sk_buff *skb,
			 const struct mymacvlan_flood *flood);
void mymacvlan_queue_work(struct work_struct *work);
void mymacvlan_queue_purge(struct mymacvlan_port *port);
void mymacvlan_sender_init(struct mymacvlan_sender *sender);
void mymacvlan_sender_start(struct mymacvlan_port *port,
			    struct mymacvlan_sender *sender);
void mymacvlan_sender_stop(struct mymacvlan_child *child);

/* address.c */
int mymacvlan_addr_validate(const u8 *addr, struct netlink_ext_ack *extack);
int mymacvlan_addr_check(const struct mymacvlan_child *child, const u8 *addr,
			 struct netlink_ext_ack *extack);
bool mymacvlan_addr_is_taken(const struct mymacvlan_child *child,
			     const u8 *addr);
int mymacvlan_addr_start(struct mymacvlan_child *child);
void mymacvlan_addr_stop(struct mymacvlan_child *child);
int mymacvlan_addr_set(struct net_device *dev, void *p);
void mymacvlan_addr_follow_lower(struct mymacvlan_port *port);
void mymacvlan_addr_restore(struct mymacvlan_port *port);

/* conflict.c */
bool mymacvlan_conflict_is_fatal(const struct mymacvlan_child *child,
				 const struct mymacvlan_child *owner);
bool mymacvlan_conflict_yields(const struct mymacvlan_child *child,
			       const struct mymacvlan_child *owner);
void mymacvlan_conflict_wait(struct mymacvlan_child *child, bool waiting);
void mymacvlan_conflict_evicted(struct mymacvlan_child *child);
void mymacvlan_conflict_resolve(struct mymacvlan_port *port);

/* filter.c */
int mymacvlan_filter_add(struct mymacvlan_child *child, const u8 *addr);
void mymacvlan_filter_del(struct mymacvlan_child *child, const u8 *addr);
int mymacvlan_filter_change_mode(struct mymacvlan_child *child,
				 unsigned int mode);
int mymacvlan_filter_start(struct mymacvlan_child *child);
void mymacvlan_filter_stop(struct mymacvlan_child *child);
int mymacvlan_filter_set_promisc(struct mymacvlan_child *child, bool on);
void mymacvlan_filter_change_flags(struct net_device *dev, int change);
int mymacvlan_filter_set_rx_mode(struct net_device *dev,
				 struct netdev_hw_addr_list *uc,
				 struct netdev_hw_addr_list *mc);
void mymacvlan_filter_restore(struct mymacvlan_port *port);

/* netdev.c */
extern const struct net_device_ops mymacvlan_netdev_ops;
void mymacvlan_setup(struct net_device *dev);
void mymacvlan_free(struct net_device *dev);
void mymacvlan_lro_start(struct net_device *dev);
void mymacvlan_lro_update(struct net_device *dev);
void mymacvlan_set_offloads(struct net_device *dev, netdev_features_t features);
void mymacvlan_features_inherit(struct net_device *dev,
				const struct net_device *lower);

/* link.c */
extern struct rtnl_link_ops mymacvlan_link_ops;
extern const struct nla_policy mymacvlan_link_policy[];
int mymacvlan_link_validate(struct nlattr *tb[], struct nlattr *data[],
			    struct netlink_ext_ack *extack);
int mymacvlan_link_new(struct net_device *dev,
		       struct rtnl_newlink_params *params,
		       struct netlink_ext_ack *extack);
int mymacvlan_link_change(struct net_device *dev, struct nlattr *tb[],
			  struct nlattr *data[],
			  struct netlink_ext_ack *extack);
int mymacvlan_link_check_change(struct net_device *dev, struct nlattr *data[],
				struct netlink_ext_ack *extack);
void mymacvlan_link_delete(struct net_device *dev, struct list_head *head);
size_t mymacvlan_link_size(const struct net_device *dev);
int mymacvlan_link_fill(struct sk_buff *skb, const struct net_device *dev);
struct net *mymacvlan_link_net(const struct net_device *dev);

/* ethtool.c */
extern const struct ethtool_ops mymacvlan_ethtool_ops;

/* stats.c */
struct mymacvlan_pcpu_stats __percpu *
mymacvlan_stats_alloc(const struct mymacvlan_child *child);
int mymacvlan_stats_add_host(struct mymacvlan_child *child);
void mymacvlan_stats_free(struct mymacvlan_child *child);
void mymacvlan_get_stats64(struct net_device *dev,
			   struct rtnl_link_stats64 *stats);
int mymacvlan_stats_count(const struct mymacvlan_child *child);
void mymacvlan_stats_names(const struct mymacvlan_child *child, u8 *data);
void mymacvlan_stats_values(const struct mymacvlan_child *child, u64 *data);

/* vlan.c */
void mymacvlan_vlan_new(struct net_device *dev, struct mymacvlan_port *port,
			const struct netdev_notifier_changeupper_info *info);

/* notify.c */
extern struct notifier_block mymacvlan_notifier;

/**
 * mymacvlan_is_child() - is this device one of ours?
 * @dev: any device
 *
 * Return: true for mymacvlan's children, false also for in-tree macvlan's.
 */
static inline bool mymacvlan_is_child(const struct net_device *dev)
{
	return dev->netdev_ops == &mymacvlan_netdev_ops;
}

#endif /* _MYMACVLAN_H */
