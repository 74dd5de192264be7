/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The events mymacvlan:rx, mymacvlan:tx and mymacvlan:drop, as the kernel's trace
 * headers are written: trace.c includes this, and nobody else. trace.h has what the
 * frame paths call.
 *
 * Names are copied: of a device that may be renamed or gone when the trace is read, and
 * of a counter in a module that may be. netns is the number that "mymacvlan -j show"
 * has as netns_inode: two containers may both have an eth0.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM mymacvlan

#if !defined(_MYMACVLAN_TRACEPOINTS_H) || defined(TRACE_HEADER_MULTI_READ)
#define _MYMACVLAN_TRACEPOINTS_H

#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/tracepoint.h>
#include "mymacvlan.h"
#include "trace.h"

DECLARE_EVENT_CLASS(mymacvlan_frame,
		    TP_PROTO(const struct mymacvlan_child *child,
			     const struct mymacvlan_frame *frame),
		    TP_ARGS(child, frame),
		    TP_STRUCT__entry(__field(const void *, skbaddr)
				     __field(unsigned int, netns)
				     __field(unsigned int, len)
				     __array(char, port, IFNAMSIZ)
				     __array(char, child, IFNAMSIZ)
				     __array(u8, dest, ETH_ALEN)
				     __array(u8, src, ETH_ALEN)),
		    TP_fast_assign(__entry->skbaddr = frame->skb;
				   __entry->netns = dev_net(mymacvlan_dev(child))->ns.inum;
				   __entry->len = frame->len;
				   strscpy(__entry->port, mymacvlan_lower(child)->name, IFNAMSIZ);
				   strscpy(__entry->child, mymacvlan_dev(child)->name, IFNAMSIZ);
				   ether_addr_copy(__entry->dest, frame->dest);
				   ether_addr_copy(__entry->src, frame->src);),
		    TP_printk("port=%s child=%s netns=%u dest=%pM src=%pM len=%u skbaddr=%p",
			      __entry->port, __entry->child, __entry->netns, __entry->dest,
			      __entry->src, __entry->len, __entry->skbaddr)
);

DEFINE_EVENT_FN(mymacvlan_frame, rx,
		TP_PROTO(const struct mymacvlan_child *child,
			 const struct mymacvlan_frame *frame),
		TP_ARGS(child, frame),
		mymacvlan_trace_begin, mymacvlan_trace_end
);

DEFINE_EVENT_FN(mymacvlan_frame, tx,
		TP_PROTO(const struct mymacvlan_child *child,
			 const struct mymacvlan_frame *frame),
		TP_ARGS(child, frame),
		mymacvlan_trace_begin, mymacvlan_trace_end
);

/* child: NULL, and in the record an empty name and no netns, for a loss of the port's. */
TRACE_EVENT_FN(drop,
	       TP_PROTO(const struct net_device *lower, const struct net_device *child,
			const struct mymacvlan_frame *frame, const char *cause),
	       TP_ARGS(lower, child, frame, cause),
	       TP_STRUCT__entry(__field(const void *, skbaddr)
				__field(unsigned int, netns)
				__field(unsigned int, len)
				__array(char, port, IFNAMSIZ)
				__array(char, child, IFNAMSIZ)
				__array(char, cause, ETH_GSTRING_LEN)
				__array(u8, dest, ETH_ALEN)
				__array(u8, src, ETH_ALEN)),
	       TP_fast_assign(__entry->skbaddr = frame->skb;
			      __entry->netns = child ? dev_net(child)->ns.inum : 0;
			      __entry->len = frame->len;
			      strscpy(__entry->port, lower->name, IFNAMSIZ);
			      strscpy(__entry->child, child ? child->name : "", IFNAMSIZ);
			      strscpy(__entry->cause, cause, ETH_GSTRING_LEN);
			      ether_addr_copy(__entry->dest, frame->dest);
			      ether_addr_copy(__entry->src, frame->src);),
	       TP_printk("port=%s child=%s netns=%u cause=%s dest=%pM src=%pM len=%u skbaddr=%p",
			 __entry->port, __entry->child, __entry->netns, __entry->cause,
			 __entry->dest, __entry->src, __entry->len, __entry->skbaddr),
	       mymacvlan_trace_begin, mymacvlan_trace_end
);

#endif /* _MYMACVLAN_TRACEPOINTS_H */

/* Kbuild has -I for this, for trace.c only. */
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE tracepoints
#include <trace/define_trace.h>
