/* SPDX-License-Identifier: GPL-2.0-only */
/* A child's MAC address that somebody else on the wire uses, too. */
#ifndef _MYMACVLAN_DUPLICATE_H
#define _MYMACVLAN_DUPLICATE_H

#include <linux/types.h>
#include <linux/workqueue.h>

struct mymacvlan_binding_key;
struct mymacvlan_child;
struct mymacvlan_port;

/**
 * struct mymacvlan_suspicion - what a child knows of frames with its own address
 * @looked: when its sent frames were last counted, in jiffies
 * @sent: how many there were
 * @told: the log was told, at @told_at; both RTNL
 * @told_at: in jiffies
 * @ip_told: the log was told of an IP address, at @ip_told_at
 * @ip_told_at: in jiffies
 *
 * A part of its child. All but @told and @told_at are written by whichever CPU receives such
 * a frame, without a lock: the worst that a race does is to look, or tell, once more.
 */
struct mymacvlan_suspicion {
	unsigned long		looked;
	unsigned long		sent;
	bool			told;
	unsigned long		told_at;
	bool			ip_told;
	unsigned long		ip_told_at;
};

/**
 * struct mymacvlan_suspect - the child of a port that is looked at a second time
 * @work: looks
 * @busy: bit 0: the other members are taken, until @work is done with them; atomic
 * @key: the address, see mymacvlan_key()
 * @id: the child's
 * @sent: how many frames it had sent
 *
 * A part of the port. Only the receive path queues @work, so that it has its end
 * with the rx handler's; @work only tries to take RTNL, as the port ends under it.
 */
struct mymacvlan_suspect {
	struct delayed_work	work;
	unsigned long		busy;
	u64			key;
	u64			id;
	unsigned long		sent;
};

void mymacvlan_duplicate_init(struct mymacvlan_port *port);
void mymacvlan_duplicate_end(struct mymacvlan_port *port);
void mymacvlan_duplicate_seen_rcu(struct mymacvlan_port *port,
				  struct mymacvlan_child *child, u64 key);
void mymacvlan_duplicate_ip_rcu(struct mymacvlan_port *port,
				struct mymacvlan_child *child,
				const struct mymacvlan_binding_key *key,
				const u8 *mac);

#endif /* _MYMACVLAN_DUPLICATE_H */
