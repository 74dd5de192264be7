/* SPDX-License-Identifier: GPL-2.0-only */
/* Frames by chance, and the headers that go with them; see fuzz.h. */
#ifndef SELFTESTS_ANYFRAME_H
#define SELFTESTS_ANYFRAME_H

#include "fuzz.h"

#define ANY_FRAME_MAX	65535
/* Senders outside: this one, and others that only differ in the last byte. */
#define OUTSIDER	{ 2, 0xee, 0, 0, 0, 0 }

struct any_frame {
	struct virtio_net_hdr hdr;
	size_t len;
	__u8 bytes[MAX_FRAME];
};

/* Addresses a frame may go to and come from. */
struct any_hosts {
	const __u8 (*mac)[ETH_ALEN];
	unsigned int count;
};

/* Anything: a good frame of some kind, and then perhaps damaged. */
void any_frame(struct any_frame *frame, const struct any_hosts *hosts);
/*
 * One that nobody may refuse and that says nothing but whom it is for: no tag,
 * empty header, at least ETH_HLEN, at most @max.
 */
void plain_frame(struct any_frame *frame, const __u8 *dst, const __u8 *src, size_t max);
/* The next of a batch: differs in a few bytes, not in who it is from and for. */
void vary_frame(struct any_frame *frame, const struct any_frame *from, __u32 number);
void any_header(struct virtio_net_hdr *hdr);

#endif
