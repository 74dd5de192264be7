/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a program in the guest talks to the plugin that counts (count.c). QEMU's
 * plugins see which instructions are executed, but no registers. So there is an
 * instruction for each value of a byte, one that does nothing: a NOP with an
 * address that nobody else would write there, and the byte in it.
 */
#ifndef BENCH_MARK_H
#define BENCH_MARK_H

/* nopl 0x4d596d00+BYTE(%rax): these, and the byte between them */
#define MARK_HEAD	{ 0x0f, 0x1f, 0x80 }
#define MARK_TAIL	{ 0x6d, 0x59, 0x4d }
#define MARK_LENGTH	7

/* Sends one line. Where nobody counts, nothing happens. */
void __attribute__((format(printf, 1, 2))) mark(const char *fmt, ...);

#endif
