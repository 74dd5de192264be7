/* SPDX-License-Identifier: GPL-2.0-only */
/* Option "announce": telling the network where a child's addresses are now. */
#ifndef _MYMACVLAN_ANNOUNCE_H
#define _MYMACVLAN_ANNOUNCE_H

#include <linux/types.h>
#include <linux/workqueue.h>

struct mymacvlan_child;
struct nlattr;

/**
 * enum mymacvlan_announce_setting - what the option was set to
 * @MYMACVLAN_ANNOUNCE_DEFAULT: never set: on while the address is vouched for
 * @MYMACVLAN_ANNOUNCE_OFF: off
 * @MYMACVLAN_ANNOUNCE_ON: on, whoever has chosen the address
 */
enum mymacvlan_announce_setting {
	MYMACVLAN_ANNOUNCE_DEFAULT,
	MYMACVLAN_ANNOUNCE_OFF,
	MYMACVLAN_ANNOUNCE_ON,
};

/**
 * struct mymacvlan_announce - a child's announcements
 * @work: makes the next one, or looks whether DAD is over
 * @asked: bit 0: something is new since @work last ran; atomic
 * @last: when @work last did something, in jiffies; written by it, READ_ONCE()
 * @rest: how long it rests after that, in jiffies; the same
 * @due: when the next one of @left is due, in jiffies; @work's own
 * @left: how many are to come; @work's own, and read under RTNL
 * @looks: how often DAD is still looked at; @work's own
 * @setting: enum mymacvlan_announce_setting; RTNL
 *
 * A part of its child. Anybody who sees an address come may queue @work, also
 * without RTNL (IPv6); @work itself only tries to take RTNL, so that ndo_uninit
 * can wait for its end under RTNL. Nobody queues it after that: the core has taken
 * the addresses, and closed the device, a grace period before.
 */
struct mymacvlan_announce {
	struct delayed_work	work;
	unsigned long		asked;
	unsigned long		last;
	unsigned long		rest;
	unsigned long		due;
	u8			left;
	u8			looks;
	u8			setting;
};

void mymacvlan_announce_init(struct mymacvlan_child *child);
void mymacvlan_announce_end(struct mymacvlan_child *child);
void mymacvlan_announce(struct mymacvlan_child *child);
void mymacvlan_announce_resume(struct mymacvlan_child *child);
void mymacvlan_announce_change(struct mymacvlan_child *child,
			       struct nlattr *data[]);
bool mymacvlan_may_announce(const struct mymacvlan_child *child);
int mymacvlan_announce_register(void);
void mymacvlan_announce_unregister(void);

#endif /* _MYMACVLAN_ANNOUNCE_H */
