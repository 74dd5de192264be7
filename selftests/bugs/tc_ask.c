// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes a program for tc that lets a frame pass only if ...
 *
 *   tc_ask PATH clean       ... the part of skb->cb that tc programs see is zero
 *   tc_ask PATH uid=N       ... its socket belongs to this user
 *
 * and pins it at PATH, for "tc filter add ... bpf da object-pinned PATH". Written
 * down in instructions, so nothing is needed to compile it.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CB_WORDS	5

static struct bpf_insn insns[32];
static unsigned int count;

static void add(struct bpf_insn insn)
{
	insns[count++] = insn;
}

static void die(const char *what)
{
	fprintf(stderr, "tc_ask: %s: %m\n", what);
	exit(1);
}

static void answer(int value)
{
	const struct bpf_insn mov = {
		.code = BPF_ALU64 | BPF_MOV | BPF_K,
		.dst_reg = BPF_REG_0,
		.imm = value,
	};
	const struct bpf_insn end = { .code = BPF_JMP | BPF_EXIT };

	add(mov);
	add(end);
}

/* All words together are zero. */
static void ask_clean(void)
{
	const struct bpf_insn zero = {
		.code = BPF_ALU64 | BPF_MOV | BPF_K,
		.dst_reg = BPF_REG_0,
	};
	const struct bpf_insn both = {
		.code = BPF_ALU64 | BPF_OR | BPF_X,
		.dst_reg = BPF_REG_0,
		.src_reg = BPF_REG_2,
	};
	struct bpf_insn word = {
		.code = BPF_LDX | BPF_MEM | BPF_W,
		.dst_reg = BPF_REG_2,
		.src_reg = BPF_REG_1,
	};
	int i;

	add(zero);
	for (i = 0; i < CB_WORDS; i++) {
		word.off = offsetof(struct __sk_buff, cb[i]);
		add(word);
		add(both);
	}
}

static void ask_uid(void)
{
	const struct bpf_insn call = {
		.code = BPF_JMP | BPF_CALL,
		.imm = BPF_FUNC_get_socket_uid,
	};

	add(call);
}

static int load(void)
{
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_SCHED_CLS,
		.insns = (uintptr_t)insns,
		.insn_cnt = count,
		.license = (uintptr_t)"GPL",
	};
	int fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));

	if (fd < 0)
		die("load the program");
	return fd;
}

static void pin(int program, const char *path)
{
	union bpf_attr attr = { .pathname = (uintptr_t)path, .bpf_fd = program };

	if (syscall(SYS_bpf, BPF_OBJ_PIN, &attr, sizeof(attr)))
		die(path);
}

int main(int argc, char **argv)
{
	struct bpf_insn unless = {
		.code = BPF_JMP | BPF_JNE | BPF_K,
		.dst_reg = BPF_REG_0,
		.off = 2,
	};

	if (argc == 3 && !strcmp(argv[2], "clean")) {
		ask_clean();
	} else if (argc == 3 && !strncmp(argv[2], "uid=", 4)) {
		unless.imm = atoi(argv[2] + 4);
		ask_uid();
	} else {
		fputs("usage: tc_ask PATH clean|uid=N\n", stderr);
		return 1;
	}
	add(unless);
	answer(TC_ACT_OK);
	answer(TC_ACT_SHOT);
	pin(load(), argv[1]);
	return 0;
}
