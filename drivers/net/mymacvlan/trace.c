// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tracing frames: the bodies of trace.h, which run only while somebody listens.
 *
 * Everything here is told of devices that the caller's context keeps: a child that is
 * reached by RCU or by its own transmission, whose lower device is held for as long
 * (see mymacvlan_free()), and a port by RCU. A frame is looked at before it is given
 * away. The lower device's queue, a backlog and netpoll free what they refuse: so a
 * frame that is sent is remembered, and its loss told with that.
 */
#include <linux/export.h>
#include <linux/percpu.h>
#define CREATE_TRACE_POINTS
#include "tracepoints.h"

DEFINE_STATIC_KEY_FALSE(mymacvlan_traced);
EXPORT_SYMBOL_GPL(mymacvlan_traced);

/**
 * mymacvlan_trace_begin() - somebody begins to listen to one of the events
 *
 * Context: process, with the lock of all tracepoints.
 * Return: 0
 */
int mymacvlan_trace_begin(void)
{
	static_branch_inc(&mymacvlan_traced);
	return 0;
}

/**
 * mymacvlan_trace_end() - the last one who listened to one of the events is gone
 *
 * Context: process, with the lock of all tracepoints.
 */
void mymacvlan_trace_end(void)
{
	static_branch_dec(&mymacvlan_traced);
}

/*
 * The frame that this CPU has sent last, and the child whose it was. When that child's
 * loss is told another one may have been sent: by another child, from within the lower
 * device's transmission, and then nothing is told of the frame; or, where tasks with
 * disabled BHs are preempted (PREEMPT_RT), one of the same child, and then that is told.
 */
struct mymacvlan_trace_sent {
	const struct mymacvlan_child	*child;
	struct mymacvlan_frame		frame;
};

static DEFINE_PER_CPU(struct mymacvlan_trace_sent, mymacvlan_trace_sent);

/**
 * mymacvlan_trace_look() - what there is to tell of a frame
 * @frame: for what is found
 * @skb: the frame; %NULL for one for which there was no memory
 * @at: where its Ethernet header is
 *
 * Context: any.
 */
void mymacvlan_trace_look(struct mymacvlan_frame *frame,
			  const struct sk_buff *skb, enum mymacvlan_frame_at at)
{
	unsigned int pulled = at == MYMACVLAN_RECEIVED ? ETH_HLEN : 0;
	struct ethhdr buf, *eth;

	memset(frame, 0, sizeof(*frame));
	frame->skb = skb;
	if (!skb)
		return;
	frame->len = skb->len + pulled;
	eth = pulled ? eth_hdr(skb) :
		       skb_header_pointer(skb, 0, sizeof(buf), &buf);
	if (!eth)
		return;
	ether_addr_copy(frame->dest, eth->h_dest);
	ether_addr_copy(frame->src, eth->h_source);
}

/* The same of a frame of a child's that is gone, if it is the one that was sent last. */
static void mymacvlan_trace_recall(struct mymacvlan_frame *frame,
				   const struct mymacvlan_child *child)
{
	const struct mymacvlan_trace_sent *sent = raw_cpu_ptr(&mymacvlan_trace_sent);

	if (sent->child == child)
		*frame = sent->frame;
}

/**
 * mymacvlan_trace_rx() - a child has been given a frame
 * @child: who
 * @frame: what there is to tell of it
 *
 * Context: RCU read side.
 */
void mymacvlan_trace_rx(const struct mymacvlan_child *child,
			const struct mymacvlan_frame *frame)
{
	trace_rx(child, frame);
}

/**
 * mymacvlan_trace_tx() - a child sends a frame
 * @child: who
 * @skb: the frame, its Ethernet header at skb->data
 *
 * Context: BHs disabled, or IRQs for netpoll.
 */
void mymacvlan_trace_tx(const struct mymacvlan_child *child,
			const struct sk_buff *skb)
{
	struct mymacvlan_trace_sent *sent = raw_cpu_ptr(&mymacvlan_trace_sent);

	sent->child = child;
	mymacvlan_trace_look(&sent->frame, skb, MYMACVLAN_SENT);
	trace_tx(child, &sent->frame);
}

/**
 * mymacvlan_trace_drop() - a child has lost a frame
 * @child: who
 * @frame: what there is to tell of it
 * @cause: what is counted
 *
 * Context: @child is kept by RCU or by its own transmission.
 */
void mymacvlan_trace_drop(const struct mymacvlan_child *child,
			  const struct mymacvlan_frame *frame,
			  enum mymacvlan_drop cause)
{
	trace_drop(mymacvlan_lower(child), mymacvlan_dev(child), frame,
		   mymacvlan_drop_name(cause));
}

/**
 * mymacvlan_trace_lost() - a child has lost a frame
 * @child: who
 * @cause: what is counted
 * @skb: the frame, or %NULL if it is not there
 * @at: where its Ethernet header is
 *
 * Context: as mymacvlan_trace_drop().
 */
void mymacvlan_trace_lost(const struct mymacvlan_child *child,
			  enum mymacvlan_drop cause, const struct sk_buff *skb,
			  enum mymacvlan_frame_at at)
{
	struct mymacvlan_frame frame;

	mymacvlan_trace_look(&frame, skb, at);
	if (at == MYMACVLAN_GONE)
		mymacvlan_trace_recall(&frame, child);
	mymacvlan_trace_drop(child, &frame, cause);
}
EXPORT_SYMBOL_GPL(mymacvlan_trace_lost);

/**
 * mymacvlan_trace_port_lost() - a frame is lost that is no one child's
 * @port: the port that it came to
 * @cause: what is counted
 * @skb: the frame
 * @at: where its Ethernet header is
 *
 * Context: RCU read side.
 */
void mymacvlan_trace_port_lost(const struct mymacvlan_port *port,
			       enum mymacvlan_port_count cause,
			       const struct sk_buff *skb,
			       enum mymacvlan_frame_at at)
{
	struct mymacvlan_frame frame;

	mymacvlan_trace_look(&frame, skb, at);
	trace_drop(port->lower, NULL, &frame, mymacvlan_port_count_name(cause));
}
