/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of all counters: whoever adds one adds a row here, and its line in
 * Documentation/counters.md.
 */
#ifndef _MYMACVLAN_COUNTERS_H
#define _MYMACVLAN_COUNTERS_H

#include <linux/skbuff.h>

/*
 * In the order of "ethtool -S". A row begins with where the counter is kept:
 *
 * SHOWN	nowhere, it follows from others, see stats.c
 * COUNT	in the child, per CPU: frames that pass
 * HOST_COUNT	the same, but there only once the child has had "host on"
 * DROP		in the child, one for all CPUs: losses
 * PORT_COUNT	in the port, one for all CPUs: the same on all its children
 *
 * and has these columns: the name in the code, without its prefix MYMACVLAN_; the
 * name that users see; its scope, CHILD, HOST, PORT or TAP: those of TAP are shown
 * on taps only, and come last; which sum of "ip -s link" it is added to, RX or TX dropped, or NO;
 * of DROP and PORT_COUNT why the kernel is told that the frame was freed (SKB_DROP_REASON_),
 * which tools like dropwatch show: as near as the kernel has a word for it, see
 * compat.md for older ones; what it counts, with which its line in the document begins.
 *
 * A frame that a child loses is counted twice: once by its kind (rx_…_dropped),
 * once by its cause (rx_drop_…), which alone is in the sum; one from the host a third
 * time (rx_host_drop_…). The core has counted what the backlog refused on the device
 * already, and adds it by itself.
 */
#define MYMACVLAN_COUNTERS(SHOWN, COUNT, HOST_COUNT, DROP, PORT_COUNT)			\
	SHOWN(RX_UNICAST, "rx_unicast", CHILD, NO,				\
	      "unicast frames delivered to the child")				\
	SHOWN(RX_MULTICAST, "rx_multicast", CHILD, NO,				\
	      "multicast frames delivered")					\
	COUNT(RX_BROADCAST, "rx_broadcast", CHILD, NO,				\
	      "broadcast frames delivered")					\
	DROP(RX_DROP_UNICAST, "rx_unicast_dropped", CHILD, NO, NOT_SPECIFIED, \
	     "unicast frames for the child that it lost")			\
	DROP(RX_DROP_MULTICAST, "rx_multicast_dropped", CHILD, NO, NOT_SPECIFIED, \
	     "multicast frames lost")						\
	DROP(RX_DROP_BROADCAST, "rx_broadcast_dropped", CHILD, NO, NOT_SPECIFIED, \
	     "broadcast frames lost")						\
	DROP(RX_DROP_DOWN, "rx_drop_child_down", CHILD, RX, DEV_READY,	\
	     "lost because the child is down")					\
	DROP(RX_DROP_NOMEM, "rx_drop_no_memory", CHILD, RX, NOMEM,	\
	     "there was no memory for a copy")					\
	DROP(RX_DROP_BACKLOG, "rx_drop_backlog", CHILD, NO, CPU_BACKLOG, \
	     "this processor's receive backlog was full")			\
	DROP(RX_DROP_ISOLATED, "rx_drop_isolated", CHILD, RX, OTHERHOST, \
	     "a sibling's unicast frame that the switch sent back")		\
	SHOWN(ADDR_CONFLICTS, "addr_conflicts", CHILD, NO,			\
	      "no frames: how often somebody else on the wire used the child's MAC address") \
	SHOWN(TX_WIRE, "tx_wire", CHILD, NO,					\
	      "frames handed to the lower device to send")			\
	COUNT(TX_LOCAL, "tx_local", CHILD, NO,					\
	      "unicast frames put straight into a sibling's receive queue")	\
	COUNT(TX_HAIRPIN, "tx_hairpin", CHILD, NO,				\
	      "unicast frames to a sibling by way of the lower device's receive path") \
	DROP(TX_DROP_WIRE, "tx_drop_wire", CHILD, TX, DEV_READY,	\
	     "the lower device or its queue refused the frame")			\
	DROP(TX_DROP_LOWER_DOWN, "tx_drop_lower_down", CHILD, TX, DEV_READY, \
	     "the lower device was down")		\
	DROP(TX_DROP_LOCAL, "tx_drop_local", CHILD, TX, PKT_TOO_BIG,	\
	     "to a sibling: larger than the lower device takes")		\
	DROP(TX_DROP_FLOOD, "tx_drop_flood", CHILD, TX, MACVLAN_BROADCAST_BACKLOG, \
	     "copies of its flood for siblings were lost")			\
	DROP(TX_DROP_PIN, "tx_drop_pin", CHILD, TX, MAC_INVALID_SOURCE,	\
	     "the child is pinned, and may not send this frame")		\
	DROP(TX_DROP_LINK_CONTROL, "tx_drop_link_control", CHILD, TX, MAC_IEEE_MAC_CONTROL, \
	     "the frame would control the lower device's link")			\
	COUNT(TX_MACNAT, "tx_macnat", CHILD, NO,				\
	      "frames to the wire that got the lower device's MAC address")	\
	DROP(TX_DROP_MACNAT_RESERVED, "tx_drop_macnat_reserved", CHILD, TX, MAC_IEEE_MAC_CONTROL, \
	     "not sent with `macnat on`: 802.1X and the like, or to a link-local group") \
	DROP(TX_DROP_MACNAT_FORM, "tx_drop_macnat_form", CHILD, TX, DEV_HDR,	\
	     "not sent with `macnat on`: the frame cannot be translated") \
	DROP(TX_DROP_MACNAT_NOMEM, "tx_drop_macnat_no_memory", CHILD, TX, NOMEM, \
	     "not sent with `macnat on`: no memory to translate the frame") \
	COUNT(RX_MACNAT, "rx_macnat", CHILD, NO,				\
	      "unicast frames to the lower device's MAC address that were for the child") \
	DROP(RX_MACNAT_REFUSED, "rx_macnat_refused", CHILD, NO, NOT_SPECIFIED,	\
	     "frames that the child did not get, as it may not have their IP address") \
	DROP(IP_CONFLICTS, "ip_conflicts", CHILD, NO, NOT_SPECIFIED,		\
	     "no frames: how often somebody else on the wire used an IP address of the child") \
	DROP(BINDING_CONTESTED, "binding_contested", CHILD, NO, NOT_SPECIFIED,	\
	     "no frames: the child used an IP address that another one has")	\
	DROP(BINDING_LIMITED, "binding_limited", CHILD, NO, NOT_SPECIFIED,	\
	     "no frames: IP addresses that it claimed beyond what a child may claim") \
	HOST_COUNT(TX_HOST, "tx_host", HOST, NO,					\
	     "unicast frames to the host")					\
	HOST_COUNT(TX_HOST_COPY, "tx_host_copies", HOST, NO,				\
	     "floods of which the host got a copy")				\
	DROP(TX_HOST_DROP_NOMEM, "tx_host_drop_no_memory", HOST, TX, NOMEM, \
	     "lost on the way to the host: no memory")				\
	DROP(TX_HOST_DROP_SIZE, "tx_host_drop_too_large", HOST, TX, PKT_TOO_BIG, \
	     "lost on the way to the host: larger than the lower device's MTU")	\
	DROP(TX_HOST_DROP_BACKLOG, "tx_host_drop_backlog", HOST, TX, CPU_BACKLOG, \
	     "lost on the way to the host: the processor's receive backlog was full") \
	HOST_COUNT(RX_HOST, "rx_host", HOST, NO,					\
	     "frames of all kinds from the host")				\
	DROP(RX_HOST_DROP_NOMEM, "rx_host_drop_no_memory", HOST, NO, NOMEM, \
	     "lost on the way from the host: no memory")			\
	DROP(RX_HOST_DROP_BACKLOG, "rx_host_drop_backlog", HOST, NO, CPU_BACKLOG, \
	     "lost on the way from the host: the processor's receive backlog was full") \
	HOST_COUNT(RX_HOST_CRYPT, "rx_host_left_encrypted", HOST, NO,			\
	     "frames of the host for this child that were still to be encrypted") \
	SHOWN(QUEUE_LENGTH, "port_queue_length", PORT, NO,			\
	      "floods from outside that are in the port's queue now")		\
	SHOWN(QUEUE_LIMIT, "port_queue_limit", PORT, NO,			\
	      "how many it takes")						\
	PORT_COUNT(QUEUE_DROPPED, "port_queue_dropped", PORT, NO, MACVLAN_BROADCAST_BACKLOG, \
	     "floods from outside, lost because the port's queue was full or there was no memory") \
	PORT_COUNT(RX_NO_MEMORY, "port_rx_no_memory", PORT, NO, NOMEM,	\
	     "frames lost for lack of memory before it was known whom they were for") \
	PORT_COUNT(HOST_DROPPED, "port_host_dropped", PORT, NO, MACVLAN_BROADCAST_BACKLOG, \
	     "the host's floods that no child got")				\
	PORT_COUNT(HOST_CRYPT, "port_host_left_encrypted", PORT, NO, NOT_SPECIFIED, \
	     "the host's floods that were still to be encrypted")		\
	PORT_COUNT(MACNAT_REFLECTED, "port_macnat_reflected", PORT, NO, NOT_SPECIFIED, \
	     "floods with the lower device's own address that the uplink has sent back") \
	PORT_COUNT(MACNAT_UNKNOWN, "port_macnat_unknown", PORT, NO, NOT_SPECIFIED, \
	     "frames to the lower device's MAC address for an IP address that nobody here has") \
	DROP(RX_DROP_QUEUE_FULL, "rx_drop_queue_full", TAP, RX, FULL_RING, \
	     "received, then lost because the queue's ring was full")		\
	DROP(RX_DROP_SEGMENT, "rx_drop_segment", TAP, RX, SKB_GSO_SEG,	\
	     "received, then lost because a large frame could not be cut")	\
	DROP(TX_DROP_TAP, "tx_drop_tap", TAP, TX, DEV_HDR,		\
	     "frames that the program wrote and that were not fit to be sent")

/* An enum of what is kept in one place. */
#define MYMACVLAN_ID(id, ...)	MYMACVLAN_##id,
#define MYMACVLAN_NO(...)

enum mymacvlan_shown {
	MYMACVLAN_COUNTERS(MYMACVLAN_ID, MYMACVLAN_NO, MYMACVLAN_NO, MYMACVLAN_NO, MYMACVLAN_NO)
	MYMACVLAN_NR_SHOWN
};

enum mymacvlan_count {
	MYMACVLAN_COUNTERS(MYMACVLAN_NO, MYMACVLAN_ID, MYMACVLAN_NO, MYMACVLAN_NO, MYMACVLAN_NO)
	MYMACVLAN_NR_COUNTS
};

enum mymacvlan_host_count {
	MYMACVLAN_COUNTERS(MYMACVLAN_NO, MYMACVLAN_NO, MYMACVLAN_ID, MYMACVLAN_NO, MYMACVLAN_NO)
	MYMACVLAN_NR_HOST_COUNTS
};

enum mymacvlan_drop {
	MYMACVLAN_COUNTERS(MYMACVLAN_NO, MYMACVLAN_NO, MYMACVLAN_NO, MYMACVLAN_ID, MYMACVLAN_NO)
	MYMACVLAN_NR_DROPS
};

enum mymacvlan_port_count {
	MYMACVLAN_COUNTERS(MYMACVLAN_NO, MYMACVLAN_NO, MYMACVLAN_NO, MYMACVLAN_NO, MYMACVLAN_ID)
	MYMACVLAN_NR_PORT_COUNTS
};

#define MYMACVLAN_AT(id, value)						\
	[MYMACVLAN_##id] = value,
#define MYMACVLAN_NAME(id, name, ...)	MYMACVLAN_AT(id, name)
#define MYMACVLAN_REASON(id, name, scope, sum, reason, ...)		\
	MYMACVLAN_AT(id, SKB_DROP_REASON_##reason)

/* What users see. */
static inline const char *mymacvlan_drop_name(enum mymacvlan_drop what)
{
	static const char * const names[] = {
		MYMACVLAN_COUNTERS(MYMACVLAN_NO, MYMACVLAN_NO, MYMACVLAN_NO,
				   MYMACVLAN_NAME, MYMACVLAN_NO)
	};

	return names[what];
}

static inline const char *
mymacvlan_port_count_name(enum mymacvlan_port_count what)
{
	static const char * const names[] = {
		MYMACVLAN_COUNTERS(MYMACVLAN_NO, MYMACVLAN_NO, MYMACVLAN_NO,
				   MYMACVLAN_NO, MYMACVLAN_NAME)
	};

	return names[what];
}

/* For kfree_skb_reason(), of a frame that is counted so; mostly a constant. */
static inline enum skb_drop_reason
mymacvlan_drop_reason(enum mymacvlan_drop what)
{
	static const enum skb_drop_reason reasons[] = {
		MYMACVLAN_COUNTERS(MYMACVLAN_NO, MYMACVLAN_NO, MYMACVLAN_NO,
				   MYMACVLAN_REASON, MYMACVLAN_NO)
	};

	return reasons[what];
}

static inline enum skb_drop_reason
mymacvlan_port_count_reason(enum mymacvlan_port_count what)
{
	static const enum skb_drop_reason reasons[] = {
		MYMACVLAN_COUNTERS(MYMACVLAN_NO, MYMACVLAN_NO, MYMACVLAN_NO,
				   MYMACVLAN_NO, MYMACVLAN_REASON)
	};

	return reasons[what];
}

#endif /* _MYMACVLAN_COUNTERS_H */
