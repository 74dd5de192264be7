/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included before the debug kernel's stacktrace.c, see scripts/debug-kernel.
 *
 * User-mode Linux asks of every word on the stack whether it is an address of
 * code, and drops those that are no return address afterwards. With lockdep on
 * each question is expensive, and KASAN saves a stack with every allocation: a
 * boot takes minutes. Here the cheap half of the check comes first.
 */
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/stacktrace.h>
#include <linux/uaccess.h>
#include <asm/stacktrace.h>

/* sp and bp are dump_trace()'s: where it looks, and the current frame. */
#define __kernel_text_address(addr)					\
	((unsigned long)sp == bp + sizeof(long) && __kernel_text_address(addr))
