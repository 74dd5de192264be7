/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lets a per-CPU allocation fail where failslab says so: the kernel has nothing
 * like failslab for these. Only the debug kernel's build of our modules
 * includes this, in every file.
 */
#ifndef MYMACVLAN_FAIL_PERCPU_H
#define MYMACVLAN_FAIL_PERCPU_H

#include <linux/percpu.h>
#include <linux/slab.h>

static inline void __percpu *
mymacvlan_pcpu_alloc_or_fail(size_t size, size_t align, bool reserved, gfp_t gfp)
{
	void *may_fail = kmalloc(8, gfp);

	if (!may_fail)
		return NULL;
	kfree(may_fail);
	return pcpu_alloc_noprof(size, align, reserved, gfp);
}

#define pcpu_alloc_noprof	mymacvlan_pcpu_alloc_or_fail

#endif
