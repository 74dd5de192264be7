/* SPDX-License-Identifier: GPL-2.0-only */
/* What the children of one lower device share. */
#ifndef _MYMACVLAN_PORT_H
#define _MYMACVLAN_PORT_H

#include <linux/atomic.h>
#include <linux/netdevice.h>
#include <linux/ratelimit_types.h>
#include <linux/rbtree.h>
#include <linux/rhashtable.h>
#include <linux/skbuff.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include "announce.h"
#include "bcqueue.h"
#include "counters.h"
#include "duplicate.h"
#include "group.h"

struct mymacvlan_bindings;
struct mymacvlan_child;
struct mymacvlan_host;
struct mymacvlan_neighbours;
struct mymacvlan_table;

/* Bits of mymacvlan_port.rx_flags: what makes a frame's path longer. */
#define MYMACVLAN_PORT_SOURCE	BIT(0)	/* some child has a source list */
#define MYMACVLAN_PORT_PASSTHRU	BIT(1)	/* the only child takes everything */
#define MYMACVLAN_PORT_PRIVATE	BIT(2)	/* some child is private */
#define MYMACVLAN_PORT_VLAN	BIT(3)	/* the lower device is a VLAN's */
#define MYMACVLAN_PORT_TAP	BIT(4)	/* some child is a tap */
#define MYMACVLAN_PORT_SOURCE_MODE BIT(5) /* some child is in mode source */
#define MYMACVLAN_PORT_HOST	BIT(6)	/* children's frames go to the host */
#define MYMACVLAN_PORT_ARP	BIT(7)	/* ARP requests go to one child only */
#define MYMACVLAN_PORT_MACNAT	BIT(8)	/* some child has "macnat on" */

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
 * @host: what is needed for talking to the host, from the first child with that
 *	option to the port's end, or %NULL; RTNL, RCU
 * @tx_cookies: children's frames to the wire must have the cookie of @host, see
 *	hostpath.c; written under RTNL, read per frame on the long path
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
 * @counter: what is counted of the port, see counters.h
 * @group_lock: guards the groups, their members and each child's tree of them.
 *	Taken inside a child's addr_list_lock, and around the lower device's:
 *	dev_mc_add() and the first member's arrival are one step.
 * @group_lock_key: lockdep class of @group_lock, one a port: a port on a VLAN
 *	on a child nests in the port of that child
 * @children: struct mymacvlan_child, from ndo_init to ndo_uninit, by their id;
 *	RTNL, read by dumps under RCU
 * @child_count: how many of them are shown, see mymacvlan_child.shown; RTNL, read
 *	by dumps
 * @event_work: tells of children that have changed, see event.c; queued under RTNL
 *	and by the rx handler, reads @children under RCU
 * @event_lock: a leaf, taken in process context only: no notification of a child
 *	is sent after the one that it is gone
 * @told: a child that is shown, where a dump has stopped and the next piece of one
 *	may go on, or %NULL; @event_lock, RCU
 * @net_link: in the list of ports of the lower device's namespace, by the lower
 *	device's index; RTNL, read by dumps under RCU
 * @private_count: children in mode private; RTNL
 * @source_mode_count: children in mode source; RTNL
 * @tap_count: children that are taps; RTNL
 * @macnat_count: children with "macnat on"; RTNL
 * @pin_count: children that are pinned, see pin.c; RTNL
 * @addr_conflict: the child whose address the lower device has taken, or %NULL;
 *	RTNL, RCU
 * @waiting: children that wait for their address, by that, see conflict.c; RTNL
 * @perm_addr: the lower device's address before a passthru child changed it;
 *	RTNL
 * @own_addr_change: a passthru child is changing the lower device's address
 *	right now; RTNL
 * @log_limit: how often the log may hear of this port and its children, under
 *	its own lock; see mymacvlan_port_may_log()
 * @lower_moving: between two namespaces, its address lists are flushed;
 *	@group_lock
 * @announcer: children that have something to announce, see announce.h
 * @suspect: the child whose address somebody else may use, see duplicate.h
 * @bindings: which child has which IP address, while somebody needs that, or %NULL;
 *	RTNL, RCU
 * @neighbours: who has sent ARP from the wire, with "arp directed", or %NULL; RTNL,
 *	RCU
 * @rcu: for freeing it
 *
 * Made by the first child's ndo_init, ended by the last one's ndo_uninit. It is
 * the lower device's rx_handler_data; once netdev_rx_handler_unregister() has
 * waited for the receive path, only its works can still look at it, and
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
	struct mymacvlan_host __rcu *host;
	bool			tx_cookies;
	struct rhashtable	groups;
	struct mymacvlan_group	broadcast;
	struct mymacvlan_group	allmulti;

	struct sk_buff_head	bc_queue;
	struct list_head	bc_senders;
	struct mymacvlan_sender	host_sender;
	struct work_struct	bc_work;
	struct mymacvlan_member __rcu *flood_next;
	atomic64_t		counter[MYMACVLAN_NR_PORT_COUNTS];

	spinlock_t		group_lock;	/* see above */
	struct lock_class_key	group_lock_key;
	struct list_head	children;
	unsigned int		child_count;
	struct delayed_work	event_work;
	spinlock_t		event_lock;	/* see above */
	struct mymacvlan_child __rcu *told;
	struct list_head	net_link;
	unsigned int		private_count;
	unsigned int		source_mode_count;
	unsigned int		tap_count;
	unsigned int		pin_count;
	unsigned int		macnat_count;
	struct mymacvlan_child __rcu *addr_conflict;
	struct rb_root		waiting;
	u8			perm_addr[ETH_ALEN];
	bool			own_addr_change;
	struct ratelimit_state	log_limit;
	bool			lower_moving;
	struct mymacvlan_announcer announcer;
	struct mymacvlan_suspect suspect;
	struct mymacvlan_bindings __rcu *bindings;
	struct mymacvlan_neighbours __rcu *neighbours;
	struct rcu_head		rcu;
};

static inline bool mymacvlan_is_passthru(const struct mymacvlan_port *port)
{
	return READ_ONCE(port->rx_flags) & MYMACVLAN_PORT_PASSTHRU;
}

struct mymacvlan_port *mymacvlan_port_rtnl(const struct net_device *lower);
struct mymacvlan_port *mymacvlan_port_rcu(const struct net_device *lower);
int mymacvlan_port_join(struct mymacvlan_child *child);
void mymacvlan_port_leave(struct mymacvlan_child *child);
void mymacvlan_port_set_mode(struct mymacvlan_child *child, unsigned int mode);
void mymacvlan_port_set_bc_length(struct mymacvlan_child *child, u32 frames);
void mymacvlan_port_update_rx_flags(struct mymacvlan_port *port);
bool mymacvlan_port_may_log(struct mymacvlan_port *port);
bool mymacvlan_lower_may_log(const struct net_device *lower);

#endif /* _MYMACVLAN_PORT_H */
