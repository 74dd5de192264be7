/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracing frames, for whom root asks: perf, bpftrace, tracefs. What this costs while
 * nobody does is one branch on each path, that is patched in when somebody does: all
 * three events have the one key, and the bodies are elsewhere.
 */
#ifndef _MYMACVLAN_TRACE_H
#define _MYMACVLAN_TRACE_H

#include <linux/etherdevice.h>
#include <linux/jump_label.h>
#include <linux/skbuff.h>
#include "counters.h"

struct mymacvlan_child;
struct mymacvlan_port;

/* Where a frame has its Ethernet header. */
enum mymacvlan_frame_at {
	MYMACVLAN_SENT,		/* at skb->data */
	MYMACVLAN_RECEIVED,	/* pulled, at skb->mac_header */
	MYMACVLAN_GONE,		/* the child has sent it, who refused it has freed it */
	MYMACVLAN_UNKNOWN,	/* nothing is known of it */
};

/**
 * struct mymacvlan_frame - what a trace tells of a frame
 * @skb: where it is, or was, to find it in other traces; not to be followed
 * @len: bytes with the Ethernet header, or 0 for not known
 * @dest: where to, or zero for not known
 * @src: where from, or zero for not known
 *
 * On the stack of who traces, or per CPU, see trace.c.
 */
struct mymacvlan_frame {
	const void	*skb;
	unsigned int	len;
	u8		dest[ETH_ALEN] __aligned(2);
	u8		src[ETH_ALEN] __aligned(2);
};

/* trace.c */
DECLARE_STATIC_KEY_FALSE(mymacvlan_traced);
int mymacvlan_trace_begin(void);
void mymacvlan_trace_end(void);
void mymacvlan_trace_look(struct mymacvlan_frame *frame,
			  const struct sk_buff *skb,
			  enum mymacvlan_frame_at at);
void mymacvlan_trace_rx(const struct mymacvlan_child *child,
			const struct mymacvlan_frame *frame);
void mymacvlan_trace_tx(const struct mymacvlan_child *child,
			const struct sk_buff *skb);
void mymacvlan_trace_drop(const struct mymacvlan_child *child,
			  const struct mymacvlan_frame *frame,
			  enum mymacvlan_drop cause);
void mymacvlan_trace_lost(const struct mymacvlan_child *child,
			  enum mymacvlan_drop cause, const struct sk_buff *skb,
			  enum mymacvlan_frame_at at);
void mymacvlan_trace_port_lost(const struct mymacvlan_port *port,
			       enum mymacvlan_port_count cause,
			       const struct sk_buff *skb,
			       enum mymacvlan_frame_at at);

/**
 * mymacvlan_is_traced() - does anybody listen to one of our events?
 *
 * Context: any.
 * Return: true if so. A kernel without tracepoints has nobody who could.
 */
static __always_inline bool mymacvlan_is_traced(void)
{
	return IS_ENABLED(CONFIG_TRACEPOINTS) &&
	       static_branch_unlikely(&mymacvlan_traced);
}

#endif /* _MYMACVLAN_TRACE_H */
