// SPDX-License-Identifier: GPL-2.0-only
/*
 * Floods with many listeners wait here for the port's worker: those from the
 * wire in one queue, those of each sender on this machine in a queue of its own.
 * A sender that floods fills its own queue only.
 *
 * One lock, port->bc_queue.lock, guards all queues of a port. It is a leaf and is
 * held for a few instructions.
 *
 * Who may still use a sender's queue, and what ends that: senders add to it
 * while it is open, and the worker finds it through port->bc_senders while it
 * has frames, both under the lock. mymacvlan_sender_stop() closes, unlinks and
 * empties it under the same lock. From then on nobody but a child that comes up
 * again touches it, and a frame that the worker took before that has neither a
 * pointer to the child nor to the sending socket.
 */
#include <net/sock.h>
#include "count.h"
#include "deliver.h"

/*
 * Frames that the worker delivers before it lets other ports' workers run. What
 * the wire has comes first, as long as there is something left of its share.
 */
#define MYMACVLAN_WORK_WIRE	64
#define MYMACVLAN_WORK_SENT	16

/*
 * Memory of the frames that wait for one sender: above a socket's default send
 * buffer. One more frame may go beyond it, so that any frame fits.
 */
#define MYMACVLAN_SENDER_BYTES	(512 * 1024)

static struct mymacvlan_flood *mymacvlan_flood_cb(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct mymacvlan_flood) > sizeof(skb->cb));
	return (struct mymacvlan_flood *)skb->cb;
}

/**
 * mymacvlan_queue_has_room() - is it worth making a copy for the queue?
 * @port: the port
 * @sender: who sends on this machine, or %NULL for a frame from the wire
 *
 * Context: RCU read side. The answer may be outdated, but a full queue has its
 * worker on the way.
 * Return: false if there is no room.
 */
bool mymacvlan_queue_has_room(const struct mymacvlan_port *port,
			      const struct mymacvlan_sender *sender)
{
	const struct sk_buff_head *queue = sender ? &sender->queue : &port->bc_queue;

	if (skb_queue_len_lockless(queue) >= READ_ONCE(port->bc_limit))
		return false;
	return !sender || READ_ONCE(sender->bytes) < MYMACVLAN_SENDER_BYTES;
}

/*
 * What waits is charged to the socket that sent it, as the frame itself is: a
 * sender that is faster than the worker waits for its send buffer.
 */
static void mymacvlan_queue_charge(struct sk_buff *copy,
				   const struct sk_buff *skb)
{
	struct sock *sk = skb->sk;

	/* Not one that is gone but for the frames of others that look at it. */
	if (!sk || !sk_fullsock(sk) ||
	    !refcount_inc_not_zero(&sk->sk_wmem_alloc))
		return;
	skb_set_owner_w(copy, sk);
	/* The copy's own charge is there now. */
	refcount_dec(&sk->sk_wmem_alloc);
}

static bool mymacvlan_queue_sent_locked(struct mymacvlan_port *port,
					struct mymacvlan_sender *sender,
					struct sk_buff *skb)
{
	if (!sender->open || sender->bytes >= MYMACVLAN_SENDER_BYTES ||
	    skb_queue_len(&sender->queue) >= READ_ONCE(port->bc_limit))
		return false;
	if (list_empty(&sender->link))
		list_add_tail(&sender->link, &port->bc_senders);
	WRITE_ONCE(sender->bytes, sender->bytes + skb->truesize);
	__skb_queue_tail(&sender->queue, skb);
	return true;
}

static bool mymacvlan_queue_wire_locked(struct mymacvlan_port *port,
					struct sk_buff *skb)
{
	if (skb_queue_len(&port->bc_queue) >= READ_ONCE(port->bc_limit))
		return false;
	__skb_queue_tail(&port->bc_queue, skb);
	return true;
}

/**
 * mymacvlan_queue_add() - let a flood wait for the worker
 * @port: the port
 * @sender: who sends on this machine, or %NULL for a frame from the wire
 * @copy: what all listeners' copies will be made of; taken
 * @skb: the frame that it is a copy of
 * @flood: who may get it
 *
 * Context: RCU read side, BHs disabled.
 * Return: false if there was no room.
 */
bool mymacvlan_queue_add(struct mymacvlan_port *port,
			 struct mymacvlan_sender *sender, struct sk_buff *copy,
			 const struct sk_buff *skb,
			 const struct mymacvlan_flood *flood)
{
	bool queued;

	*mymacvlan_flood_cb(copy) = *flood;
	if (sender)
		mymacvlan_queue_charge(copy, skb);

	spin_lock(&port->bc_queue.lock);
	queued = sender ? mymacvlan_queue_sent_locked(port, sender, copy) :
			  mymacvlan_queue_wire_locked(port, copy);
	spin_unlock(&port->bc_queue.lock);

	if (queued)
		queue_work(mymacvlan_wq, &port->bc_work);
	else
		kfree_skb_reason(copy,
				 mymacvlan_port_count_reason(MYMACVLAN_QUEUE_DROPPED));
	return queued;
}

/* The next sender's oldest frame; it is another one's turn after that. */
static struct sk_buff *mymacvlan_queue_next_sent_locked(struct mymacvlan_port *port)
{
	struct mymacvlan_sender *sender;
	struct sk_buff *skb;

	sender = list_first_entry_or_null(&port->bc_senders,
					  struct mymacvlan_sender, link);
	if (!sender)
		return NULL;
	skb = __skb_dequeue(&sender->queue);
	WRITE_ONCE(sender->bytes, sender->bytes - skb->truesize);
	if (skb_queue_empty(&sender->queue))
		list_del_init(&sender->link);
	else
		list_move_tail(&sender->link, &port->bc_senders);
	return skb;
}

/* @wire, @sent: what is left of each one's share of the worker's time */
static struct sk_buff *mymacvlan_queue_next(struct mymacvlan_port *port,
					    unsigned int *wire,
					    unsigned int *sent)
{
	struct sk_buff *skb = NULL;

	spin_lock_bh(&port->bc_queue.lock);
	if (*wire)
		skb = __skb_dequeue(&port->bc_queue);
	if (skb) {
		(*wire)--;
	} else if (*sent) {
		skb = mymacvlan_queue_next_sent_locked(port);
		(*sent)--;
	}
	spin_unlock_bh(&port->bc_queue.lock);
	return skb;
}

static bool mymacvlan_queue_is_empty(const struct mymacvlan_port *port)
{
	return skb_queue_empty_lockless(&port->bc_queue) &&
	       list_empty_careful(&port->bc_senders);
}

/**
 * mymacvlan_queue_work() - deliver what waits in a port's queues
 * @work: the port's bc_work
 *
 * Context: workqueue; ends before the port does, see mymacvlan_port_destroy().
 */
void mymacvlan_queue_work(struct work_struct *work)
{
	struct mymacvlan_port *port =
		container_of(work, struct mymacvlan_port, bc_work);
	unsigned int wire = MYMACVLAN_WORK_WIRE, sent = MYMACVLAN_WORK_SENT;
	struct sk_buff *skb;

	while ((skb = mymacvlan_queue_next(port, &wire, &sent))) {
		struct mymacvlan_flood flood = *mymacvlan_flood_cb(skb);

		/* The receive path expects to find it clear, and no sender. */
		memset(skb->cb, 0, sizeof(skb->cb));
		skb_orphan(skb);
		flood.flags |= MYMACVLAN_IN_WORKER;
		mymacvlan_flood_work(port, skb, &flood);
	}
	if (!mymacvlan_queue_is_empty(port))
		queue_work(mymacvlan_wq, &port->bc_work);
}

/**
 * mymacvlan_sender_init() - a sender's queue, empty and closed
 * @sender: memory for it
 */
void mymacvlan_sender_init(struct mymacvlan_sender *sender)
{
	__skb_queue_head_init(&sender->queue);
	INIT_LIST_HEAD(&sender->link);
	sender->bytes = 0;
	sender->open = false;
}

/**
 * mymacvlan_sender_start() - open a sender's queue
 * @port: its port
 * @sender: it
 *
 * Context: process.
 */
void mymacvlan_sender_start(struct mymacvlan_port *port,
			    struct mymacvlan_sender *sender)
{
	spin_lock_bh(&port->bc_queue.lock);
	sender->open = true;
	spin_unlock_bh(&port->bc_queue.lock);
}

/* Returns in @frames what is left, for the caller to free. */
static void mymacvlan_sender_close(struct mymacvlan_port *port,
				   struct mymacvlan_sender *sender,
				   struct sk_buff_head *frames)
{
	__skb_queue_head_init(frames);
	spin_lock_bh(&port->bc_queue.lock);
	sender->open = false;
	list_del_init(&sender->link);
	skb_queue_splice_init(&sender->queue, frames);
	WRITE_ONCE(sender->bytes, 0);
	spin_unlock_bh(&port->bc_queue.lock);
}

/**
 * mymacvlan_sender_stop() - throw away what a child's siblings have not got yet
 * @child: a child that goes down
 *
 * What waits would keep the sending sockets, and with them their network
 * namespaces.
 *
 * Context: RTNL.
 */
void mymacvlan_sender_stop(struct mymacvlan_child *child)
{
	struct sk_buff_head frames;
	struct sk_buff *skb;

	mymacvlan_sender_close(child->port, &child->sender, &frames);
	while ((skb = __skb_dequeue(&frames))) {
		mymacvlan_count_lost(child, MYMACVLAN_TX_DROP_FLOOD, skb,
				     MYMACVLAN_RECEIVED);
		/* Not for lack of room. */
		kfree_skb_reason(skb, SKB_DROP_REASON_DEV_READY);
	}
}

/**
 * mymacvlan_queue_purge() - throw away what waits in a port's queues
 * @port: a port that no frame and no worker can find any more
 *
 * Its children are gone already, with what they sent, so nobody misses the
 * frames.
 *
 * Context: process.
 */
void mymacvlan_queue_purge(struct mymacvlan_port *port)
{
	struct sk_buff_head frames;

	mymacvlan_sender_close(port, &port->host_sender, &frames);
	__skb_queue_purge_reason(&frames, SKB_DROP_REASON_DEV_READY);
	skb_queue_purge_reason(&port->bc_queue, SKB_DROP_REASON_DEV_READY);
}
