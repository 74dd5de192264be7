// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an administrator puts on a tap holds for its guest: tc, nft and XDP drop
 * frames, a qdisc delays them, and whoever looks on sees them as they are.
 */
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "tests.h"

FIXTURE(filters)
{
	struct lan lan;
	struct heard heard;
	__u8 frame[MAX_FRAME];
	size_t len;
	int fd;
};

FIXTURE_SETUP(filters)
{
	lan_make(&self->lan);
	self->fd = tap_open(&self->lan, O_NONBLOCK);
}

FIXTURE_TEARDOWN(filters)
{
	close(self->fd);
}

/* Whether the guest gets frames. One that it does not get is not on its way. */
static bool gets(struct _test_data_filters *self, __u32 number)
{
	long long seen = proc_counter("t0", 1) + proc_counter("t0", 3);

	self->len = build_mark(self->frame, self->lan.mac, self->lan.far_mac, number);
	far_send(&self->lan, NULL, self->frame, self->len);
	wait_arrived(seen + 1);
	return readable(self->fd, 20) && tap_recv(self->fd, HDR_SIZE, &self->heard) &&
		mark_of(self->heard.frame, self->heard.len) == number;
}

/* Whether what the guest sends gets to the wire. */
static bool sends(struct _test_data_filters *self, __u32 number)
{
	self->len = build_mark(self->frame, self->lan.far_mac, self->lan.mac, number);
	if (tap_send(self->fd, self->frame, self->len) != (ssize_t)self->len + HDR_SIZE)
		die("the tap refuses a frame: %m");
	return readable(self->lan.far, 20) && far_recv(&self->lan, &self->heard) &&
		mark_of(self->heard.frame, self->heard.len) == number;
}

TEST_F(filters, tc_ingress)
{
	run("tc qdisc add dev t0 clsact");
	EXPECT_TRUE(gets(self, 1));
	run("tc filter add dev t0 ingress matchall action drop");
	EXPECT_FALSE(gets(self, 2));
	EXPECT_TRUE(sends(self, 3));
	run("tc filter del dev t0 ingress");
	EXPECT_TRUE(gets(self, 4));
}

TEST_F(filters, tc_egress)
{
	run("tc qdisc add dev t0 clsact");
	EXPECT_TRUE(sends(self, 1));
	run("tc filter add dev t0 egress matchall action drop");
	EXPECT_FALSE(sends(self, 2));
	EXPECT_TRUE(gets(self, 3));
	run("tc filter del dev t0 egress");
	EXPECT_TRUE(sends(self, 4));
}

TEST_F(filters, nft)
{
	run("nft add table netdev f");
	run("nft add chain netdev f in { type filter hook ingress device t0 priority 0 ; }");
	run("nft add rule netdev f in drop");
	EXPECT_FALSE(gets(self, 1));
	EXPECT_TRUE(sends(self, 2));
	run("nft delete table netdev f");
	EXPECT_TRUE(gets(self, 3));
}

/* Two instructions that drop everything, attached until the file is closed. */
static int xdp_drop(const char *dev)
{
	static const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_DROP },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr load = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.insns = (uintptr_t)insns,
		.insn_cnt = 2,
		.license = (uintptr_t)"GPL",
	};
	union bpf_attr link = {
		.link_create.target_ifindex = if_nametoindex(dev),
		.link_create.attach_type = BPF_XDP,
		.link_create.flags = XDP_FLAGS_SKB_MODE,
	};
	int fd = syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof(load)), link_fd;

	if (fd < 0)
		return -1;
	link.link_create.prog_fd = fd;
	link_fd = syscall(SYS_bpf, BPF_LINK_CREATE, &link, sizeof(link));
	if (link_fd < 0)
		die("XDP on %s: %m", dev);
	close(fd);
	return link_fd;
}

TEST_F(filters, xdp)
{
	int link = xdp_drop("t0");

	if (link < 0)
		SKIP(return, "this kernel has no XDP");
	EXPECT_FALSE(gets(self, 1));
	EXPECT_TRUE(sends(self, 2));
	close(link);
	EXPECT_TRUE(until(gets(self, 3)));
}

/* There is none by default; one that somebody adds is in force. */
TEST_F(filters, qdisc)
{
	struct shape shape = { .payload = 1000 };
	int i, sent = 0;

	run("tc qdisc add dev t0 root tbf rate 1kbit burst 1600 limit 5000");
	self->len = build(self->frame, self->lan.far_mac, self->lan.mac, &shape);
	for (i = 0; i < 20; i++)
		sent += tap_send(self->fd, self->frame, self->len) > 0;
	EXPECT_EQ(20, sent);
	ASSERT_TRUE(far_recv(&self->lan, &self->heard));
	EXPECT_FALSE(readable(self->lan.far, 20));
	run("tc qdisc del dev t0 root");
	EXPECT_TRUE(sends(self, 1));
}

/* Who looks on has the large frame whole, the guest as it can take it. */
TEST_F(filters, watched)
{
	struct shape shape = { .tcp = true, .partial = true, .payload = 5000 };
	struct virtio_net_hdr hdr = gso_hdr(&shape, 1000);
	int watcher = packet_socket("t0", ETH_P_ALL), i;
	struct seen seen;
	size_t len;

	tap_offload(self->fd, 0);
	len = build(self->frame, self->lan.mac, self->lan.far_mac, &shape);
	far_send(&self->lan, &hdr, self->frame, len);
	for (i = 0; i < 5; i++) {
		ASSERT_TRUE(tap_recv(self->fd, HDR_SIZE, &self->heard));
		ASSERT_TRUE(parse(self->heard.frame, self->heard.len, &seen));
		EXPECT_TRUE(seen.sum_ok);
		EXPECT_EQ((size_t)1000, seen.payload);
		EXPECT_TRUE(pattern_ok(self->heard.frame + seen.data, 1000, i * 1000));
	}
	ASSERT_TRUE(socket_recv(watcher, &self->heard));
	EXPECT_EQ(len, self->heard.len);
	EXPECT_EQ(0, memcmp(self->frame, self->heard.frame, len));
	EXPECT_EQ(VIRTIO_NET_HDR_GSO_TCPV4, self->heard.hdr.gso_type);

	/* A checksum made for the guest alone. */
	shape.payload = 500;
	hdr = csum_hdr(&shape);
	len = build(self->frame, self->lan.mac, self->lan.far_mac, &shape);
	far_send(&self->lan, &hdr, self->frame, len);
	ASSERT_TRUE(tap_recv(self->fd, HDR_SIZE, &self->heard));
	ASSERT_TRUE(parse(self->heard.frame, self->heard.len, &seen));
	EXPECT_TRUE(seen.sum_ok);
	ASSERT_TRUE(socket_recv(watcher, &self->heard));
	EXPECT_EQ(0, memcmp(self->frame, self->heard.frame, len));
	EXPECT_EQ(VIRTIO_NET_HDR_F_NEEDS_CSUM, self->heard.hdr.flags);
}

TEST_HARNESS_MAIN
