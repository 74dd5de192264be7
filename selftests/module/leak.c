// SPDX-License-Identifier: GPL-2.0-only
/*
 * Leaks memory when it is loaded, from the slab and per CPU: for scripts/test-debug,
 * which must see it found.
 */
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/slab.h>

#define LEAKS	8

static int __init leak_init(void)
{
	bool all = true;
	int i;

	for (i = 0; i < LEAKS; i++) {
		all &= !!kmalloc(80, GFP_KERNEL);
		all &= !!alloc_percpu(long);
	}
	return all ? 0 : -ENOMEM;
}

static void __exit leak_exit(void)
{
}

module_init(leak_init);
module_exit(leak_exit);

MODULE_DESCRIPTION("Memory leaks, to see them found");
MODULE_LICENSE("GPL");
