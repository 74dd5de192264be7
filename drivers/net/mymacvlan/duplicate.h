/* SPDX-License-Identifier: GPL-2.0-only */
/* A child's address that somebody else on the wire uses, too. */
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
 * @told: when the log was told of its MAC address, in jiffies, or 0
 * @ip_told: the same, of an IP address that is used on the wire
 *
 * A part of its child. Written by whichever CPU receives or sends such a frame, without
 * a lock: the worst that a race does is to look, or tell, once more.
 */
struct mymacvlan_suspicion {
	unsigned long		looked;
	unsigned long		sent;
	unsigned long		told;
	unsigned long		ip_told;
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

bool mymacvlan_is_time_to_tell(unsigned long *told);
void mymacvlan_duplicate_init(struct mymacvlan_port *port);
void mymacvlan_duplicate_end(struct mymacvlan_port *port);
void mymacvlan_duplicate_seen_rcu(struct mymacvlan_port *port,
				  struct mymacvlan_child *child, u64 key);
void mymacvlan_duplicate_ip_rcu(struct mymacvlan_port *port,
				struct mymacvlan_child *child,
				const struct mymacvlan_binding_key *key,
				const u8 *mac);

#endif /* _MYMACVLAN_DUPLICATE_H */
