/* SPDX-License-Identifier: GPL-2.0-only */
/* Option "announce": telling the network where a child's addresses are now. */
#ifndef _MYMACVLAN_ANNOUNCE_H
#define _MYMACVLAN_ANNOUNCE_H

#include <linux/rbtree.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct mymacvlan_child;
struct mymacvlan_port;
struct netlink_ext_ack;
struct nlattr;

/**
 * struct mymacvlan_pace - what has been done costs some rest
 * @last: when it was done, in jiffies
 * @rest: how long nothing more is done after that, in jiffies
 */
struct mymacvlan_pace {
	unsigned long		last;
	unsigned long		rest;
};

/**
 * struct mymacvlan_announcer - the children of a port that have something to announce
 * @lock: guards @waiting and the children's members that say so; a leaf
 * @waiting: struct mymacvlan_announce by when its turn is; @lock
 * @pace: how fast it goes for all of them together; @lock
 * @work: the next one's turn. Takes RTNL
 *
 * A part of the port. A child is in @waiting from mymacvlan_announce() on, which
 * may be called without RTNL (IPv6), to its turn or to ndo_uninit, which takes it
 * out: nobody puts it there again, as the core has closed it a grace period
 * before, and who comes without RTNL is an RCU reader that has seen it running.
 * @work finds children there under RTNL only, so that none ends in its turn. The
 * port ends with its last child, under RTNL: hence @work only tries to take that,
 * and cancel_delayed_work_sync() waits for its end.
 */
struct mymacvlan_announcer {
	spinlock_t		lock;	/* see above */
	struct rb_root_cached	waiting;
	struct mymacvlan_pace	pace;
	struct delayed_work	work;
};

/**
 * struct mymacvlan_announce - a child's announcements
 * @node: its place in mymacvlan_announcer.waiting, or empty
 * @when: when its turn is, in jiffies
 * @asked: something is new since its last turn
 * @pace: how fast it goes
 * @due: when the next one of @left is due, in jiffies
 * @left: how many are to come
 * @looks: how often DAD is still looked at
 * @off: the option is off; RTNL, read by who shows it
 *
 * A part of its child. Those up to @pace are guarded by the announcer's lock, the
 * others by RTNL.
 */
struct mymacvlan_announce {
	struct rb_node		node;
	unsigned long		when;
	bool			asked;
	struct mymacvlan_pace	pace;
	unsigned long		due;
	u8			left;
	u8			looks;
	bool			off;
};

void mymacvlan_announcer_init(struct mymacvlan_port *port);
void mymacvlan_announcer_end(struct mymacvlan_port *port);
void mymacvlan_announce_init(struct mymacvlan_child *child);
void mymacvlan_announce_end(struct mymacvlan_child *child);
void mymacvlan_announce(struct mymacvlan_child *child);
void mymacvlan_announce_resume(struct mymacvlan_child *child);
void mymacvlan_announce_follow(struct mymacvlan_child *child);
int mymacvlan_announce_check(unsigned int mode, struct nlattr *attr,
			     struct netlink_ext_ack *extack);
void mymacvlan_announce_set(struct mymacvlan_child *child, struct nlattr *attr);
bool mymacvlan_may_announce(const struct mymacvlan_child *child);
int mymacvlan_announce_register(void);
void mymacvlan_announce_unregister(void);

#endif /* _MYMACVLAN_ANNOUNCE_H */
