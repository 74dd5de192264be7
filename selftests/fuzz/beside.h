/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A child beside the tap that is fuzzed: whatever happens to the tap, the child
 * must hear its own frames, and so must the tap once it is left alone.
 */
#ifndef FUZZ_BESIDE_H
#define FUZZ_BESIDE_H

#include <linux/if_ether.h>
#include <linux/types.h>

#include "tap.h"

/* Makes both: mac becomes the tap's, the far end's and the child's addresses. */
void beside_make(struct lan *lan, __u8 (*mac)[ETH_ALEN]);
/* Each sends a frame from outside, and calls it wrong if it is not heard. */
void beside_check(struct lan *lan);
void beside_check_tap(struct lan *lan, int fd);

#endif
