// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attaches a generic XDP program that drops every frame, or passes it, to a
 * device:
 *
 *   xdp_drop NETNS DEV [pass]
 *
 * The program is two instructions written down here, so nothing is needed to
 * compile it. "ip link set DEV xdpgeneric off" takes it away.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static void die(const char *what)
{
	fprintf(stderr, "xdp_drop: %s: %m\n", what);
	exit(1);
}

static int load_program(int verdict)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0,
		  .imm = verdict },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.insns = (uintptr_t)insns,
		.insn_cnt = 2,
		.license = (uintptr_t)"GPL",
	};
	int fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));

	if (fd < 0)
		die("load the program");
	return fd;
}

static void enter_netns(const char *name)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die(name);
	close(fd);
}

static void attach(const char *dev, int program)
{
	struct {
		struct nlmsghdr nlh;
		struct ifinfomsg info;
		struct rtattr xdp;
		struct rtattr fd;
		__s32 fd_value;
		struct rtattr flags;
		__u32 flags_value;
	} req = {
		.nlh = {
			.nlmsg_len = sizeof(req),
			.nlmsg_type = RTM_SETLINK,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		},
		.info.ifi_index = if_nametoindex(dev),
		.xdp = { .rta_type = IFLA_XDP | NLA_F_NESTED, .rta_len = 20 },
		.fd = { .rta_type = IFLA_XDP_FD, .rta_len = 8 },
		.fd_value = program,
		.flags = { .rta_type = IFLA_XDP_FLAGS, .rta_len = 8 },
		.flags_value = XDP_FLAGS_SKB_MODE,
	};
	struct {
		struct nlmsghdr nlh;
		struct nlmsgerr err;
		char rest[1024];
	} answer;
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	if (fd < 0 || send(fd, &req, sizeof(req), 0) < 0 ||
	    recv(fd, &answer, sizeof(answer), 0) < 0)
		die("netlink");
	errno = -answer.err.error;
	if (errno)
		die("attach the program");
}

int main(int argc, char **argv)
{
	bool pass = argc == 4 && !strcmp(argv[3], "pass");
	int program;

	if (argc != 3 && !pass) {
		fputs("usage: xdp_drop NETNS DEV [pass]\n", stderr);
		return 1;
	}
	program = load_program(pass ? XDP_PASS : XDP_DROP);
	enter_netns(argv[1]);
	attach(argv[2], program);
	return 0;
}
