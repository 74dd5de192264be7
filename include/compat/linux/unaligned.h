/* SPDX-License-Identifier: GPL-2.0-only */
/* 6.12 moved it here from <asm/unaligned.h>. */

#ifdef HAVE_UNALIGNED_H
#include_next <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif
