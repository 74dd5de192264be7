// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plugin for QEMU's emulation that counts the instructions a guest executes,
 * between two borders that the guest itself draws, and tells apart the kernel,
 * its modules and user space.
 *
 *   -plugin count.so,out=FILE[,profile=KEY]
 *
 * The guest's program (mark.c) sends text, each byte by an instruction that
 * nothing else has (mark.h). Lines of the text:
 *
 *   text NAME START END   code of NAME, modules, is there (hexadecimal)
 *   forget NAME           it is no more
 *   begin KEY             count from here
 *   end KEY TEXT          FILE gets a line "count KEY TEXT total kernel NAME=..."
 *   anything else         FILE gets this line
 *
 * With profile=KEY the sections whose key begins so, with profile=all all of
 * them, also leave a line "at KEY ADDRESS COUNT" for each piece of the kernel's
 * code that ran.
 *
 * QEMU cuts the code into blocks and translates each once. A block gets one
 * instruction more, that adds the block's length to the counter of its address.
 * So counting is cheap, and what a counter belongs to can be asked afterwards.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mark.h"

/*
 * QEMU's interface for plugins, version 1. Debian 12 has no header of it.
 */
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info;

enum { INLINE_ADD_U64 };
enum { CB_NO_REGS };

extern void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id,
		void (*cb)(uint64_t id, struct qemu_plugin_tb *tb));
extern void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *tb,
		int op, void *counter, uint64_t add);
extern void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
		void (*cb)(unsigned int cpu, void *data), int flags, void *data);
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
extern uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
extern struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb,
							size_t index);
extern const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
extern size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);

#define EXPORT __attribute__((visibility("default")))

EXPORT int qemu_plugin_version = 1;

/* One for each address at which a block of kernel code begins. */
struct counter {
	uint64_t address;
	uint64_t count;
};

#define COUNTERS	(1u << 19)
#define BUCKETS		(1u << 20)
#define IS_KERNEL(address)	((int64_t)(address) < 0)

/* The first @used are; a bucket has the number of one, plus one. */
static struct counter counters[COUNTERS];
static unsigned int buckets[BUCKETS];
static unsigned int used;
static uint64_t user;

struct range {
	char name[32];
	uint64_t start, end;
};

static struct range ranges[64];
static unsigned int n_ranges;

static FILE *out;
static const char *profile;
static char line[4096];
static size_t line_len;

static void fatal(const char *why)
{
	fprintf(stderr, "count: %s\n", why);
	exit(1);
}

static struct counter *counter_of(uint64_t address)
{
	unsigned int i = (address * 0x9e3779b97f4a7c15ULL) >> 44;

	for (; buckets[i]; i = (i + 1) % BUCKETS)
		if (counters[buckets[i] - 1].address == address)
			return &counters[buckets[i] - 1];
	if (used == COUNTERS)
		fatal("too much code");
	counters[used].address = address;
	buckets[i] = ++used;
	return &counters[used - 1];
}

static void begin(void)
{
	unsigned int i;

	for (i = 0; i < used; i++)
		counters[i].count = 0;
	user = 0;
}

/* Modules may share a name's range: several ranges, one sum. */
static uint64_t sum_of(const char *name)
{
	uint64_t sum = 0;
	unsigned int i, r;

	for (r = 0; r < n_ranges; r++) {
		if (strcmp(ranges[r].name, name))
			continue;
		for (i = 0; i < used; i++)
			if (counters[i].address >= ranges[r].start &&
			    counters[i].address < ranges[r].end)
				sum += counters[i].count;
	}
	return sum;
}

static bool named_before(unsigned int r)
{
	unsigned int i;

	for (i = 0; i < r; i++)
		if (!strcmp(ranges[i].name, ranges[r].name))
			return true;
	return false;
}

static void write_profile(const char *key, size_t key_len)
{
	unsigned int i;

	if (!profile || (strcmp(profile, "all") && strncmp(key, profile, strlen(profile))))
		return;
	for (i = 0; i < used; i++)
		if (counters[i].count)
			fprintf(out, "at %.*s %" PRIx64 " %" PRIu64 "\n", (int)key_len, key,
				counters[i].address, counters[i].count);
}

static void end(const char *key)
{
	uint64_t kernel = 0;
	unsigned int i;

	for (i = 0; i < used; i++)
		kernel += counters[i].count;
	fprintf(out, "count %s total=%" PRIu64 " kernel=%" PRIu64, key, kernel + user, kernel);
	for (i = 0; i < n_ranges; i++)
		if (!named_before(i))
			fprintf(out, " %s=%" PRIu64, ranges[i].name, sum_of(ranges[i].name));
	fprintf(out, "\n");
	write_profile(key, strcspn(key, " "));
	fflush(out);
}

static void add_range(const char *words)
{
	struct range *range = &ranges[n_ranges];

	if (n_ranges == sizeof(ranges) / sizeof(ranges[0]))
		fatal("too many ranges");
	if (sscanf(words, "%31s %" SCNx64 " %" SCNx64, range->name, &range->start,
		   &range->end) != 3)
		fatal("a range that is none");
	n_ranges++;
}

static void forget_range(const char *name)
{
	unsigned int i, kept = 0;

	for (i = 0; i < n_ranges; i++)
		if (strcmp(ranges[i].name, name))
			ranges[kept++] = ranges[i];
	n_ranges = kept;
}

static void heard_line(const char *text)
{
	if (!strncmp(text, "begin ", 6))
		begin();
	else if (!strncmp(text, "end ", 4))
		end(text + 4);
	else if (!strncmp(text, "text ", 5))
		add_range(text + 5);
	else if (!strncmp(text, "forget ", 7))
		forget_range(text + 7);
	else
		fprintf(out, "%s\n", text);
	fflush(out);
}

static void heard_byte(unsigned int cpu, void *data)
{
	char byte = (uintptr_t)data;

	(void)cpu;
	if (byte != '\n') {
		if (line_len < sizeof(line) - 1)
			line[line_len++] = byte;
		return;
	}
	line[line_len] = 0;
	line_len = 0;
	heard_line(line);
}

static void look_for_marks(struct qemu_plugin_tb *tb, size_t n)
{
	static const uint8_t head[] = MARK_HEAD, tail[] = MARK_TAIL;
	struct qemu_plugin_insn *insn;
	const uint8_t *code;
	size_t i;

	for (i = 0; i < n; i++) {
		insn = qemu_plugin_tb_get_insn(tb, i);
		code = qemu_plugin_insn_data(insn);
		if (qemu_plugin_insn_size(insn) == MARK_LENGTH &&
		    !memcmp(code, head, sizeof(head)) &&
		    !memcmp(code + sizeof(head) + 1, tail, sizeof(tail)))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, heard_byte, CB_NO_REGS,
					(void *)(uintptr_t)code[sizeof(head)]);
	}
}

/*
 * A processor counts "rep movsb" and its like once, QEMU each of its turns: all
 * but the first are blocks that begin with it.
 */
static bool repeats(const struct qemu_plugin_insn *insn)
{
	const uint8_t *code = qemu_plugin_insn_data(insn);
	size_t i = 1, size = qemu_plugin_insn_size(insn);

	if (size < 2 || (code[0] != 0xf2 && code[0] != 0xf3))
		return false;
	if ((code[i] & 0xf0) == 0x40 && ++i == size)
		return false;
	return (code[i] >= 0xa4 && code[i] <= 0xa7) || (code[i] >= 0xaa && code[i] <= 0xaf);
}

static void translated(uint64_t id, struct qemu_plugin_tb *tb)
{
	uint64_t address = qemu_plugin_tb_vaddr(tb);
	size_t all = qemu_plugin_tb_n_insns(tb), n = all - repeats(qemu_plugin_tb_get_insn(tb, 0));
	uint64_t *count = &user;

	(void)id;
	if (IS_KERNEL(address))
		count = &counter_of(address)->count;
	else
		look_for_marks(tb, all);
	qemu_plugin_register_vcpu_tb_exec_inline(tb, INLINE_ADD_U64, count, n);
}

EXPORT int qemu_plugin_install(uint64_t id, const struct qemu_info *info, int argc, char **argv)
{
	int i;

	(void)info;
	for (i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "out=", 4))
			out = fopen(argv[i] + 4, "w");
		else if (!strncmp(argv[i], "profile=", 8))
			profile = argv[i] + 8;
		else
			fatal("an option that is not known");
	}
	if (!out)
		fatal("no file to write to");
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
