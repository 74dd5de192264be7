/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is written to /proc/inject: which frames to send. Each read sends some of
 * them, and gives back the head with the results. Writing the head alone changes
 * how many, and for what to wait. See inject.c.
 */
#ifndef BENCH_INJECT_H
#define BENCH_INJECT_H

#include <linux/types.h>

enum inject_way {
	INJECT_RX,	/* the device receives the frame */
	INJECT_TX,	/* the device sends it, past taps, hooks and queues */
	INJECT_QUEUE,	/* the device sends it as a network stack does */
};

/* A frame and the device that it goes through. */
struct inject_target {
	__u32 dev;
	__be32 ip;
	__u8 dst[6];
	__u8 src[6];
	/* Whose counter tells that it has arrived; 0 if that of another target does. */
	__u32 watch;
};

enum inject_wait {
	INJECT_NO_WAIT,		/* it is where it belongs when the call returns */
	INJECT_WAIT,		/* until the first target's counter has all frames */
	INJECT_CHECK,		/* do not wait, but add up all counters */
};

struct inject_run {
	__u32 way;
	__u32 frames;		/* on each processor */
	__u32 cpus;
	__u32 wait;
	__u32 watch_tx;		/* the counter is that of sent frames */
	__u32 targets;
	/* Results: time on a processor, and by what the counters grew. */
	__u64 took;
	__u64 arrived;
	/* Frames go to one after the other, in this order. */
	struct inject_target target[];
};

#define INJECT_MAX_TARGETS	65536

#endif
