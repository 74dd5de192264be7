/* SPDX-License-Identifier: GPL-2.0-only */
/* Floods that wait for the port's worker. */
#ifndef _MYMACVLAN_BCQUEUE_H
#define _MYMACVLAN_BCQUEUE_H

#include <linux/skbuff.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct mymacvlan_child;
struct mymacvlan_flood;
struct mymacvlan_port;

/* Length of the broadcast queue that a child asks for unless told, frames. */
#define MYMACVLAN_DEFAULT_BC_QUEUE_LEN	1000
/* More listeners than this, and a frame from outside goes by the queue. */
#define MYMACVLAN_DEFAULT_BC_CUTOFF	1

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

/* main.c */
extern struct workqueue_struct *mymacvlan_wq;

#endif /* _MYMACVLAN_BCQUEUE_H */
