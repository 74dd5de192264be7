/* SPDX-License-Identifier: GPL-2.0-only */
/* 6.12 moved it here from <asm/unaligned.h>. */
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#include_next <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif
