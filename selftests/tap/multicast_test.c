// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which frames reach a guest whose host knows nothing of its joins: multicast,
 * IPv6's among them, fragments as they were on the wire, and in each mode what
 * is the guest's.
 */
#include <stdlib.h>
#include <string.h>

#include "tests.h"

FIXTURE(multicast)
{
	struct lan lan;
	struct heard heard;
	__u8 frame[2048];
	int fd;
};

FIXTURE_SETUP(multicast)
{
	lan_wire(&self->lan);
}

FIXTURE_TEARDOWN(multicast)
{
}

static const __u8 broadcast[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

static void tap_with(struct _test_data_multicast *self, const char *options)
{
	lan_tap(&self->lan, options);
	self->fd = tap_open(&self->lan, O_NONBLOCK);
}

static void far_mark(struct _test_data_multicast *self, const __u8 *dst, __u32 number)
{
	__u8 frame[64];
	size_t len = build_mark(frame, dst, self->lan.far_mac, number);

	far_send(&self->lan, NULL, frame, len);
}

/* Whether a frame to @dst gets to the tap. A broadcast does in any case, on the
 * same way behind it.
 */
static bool reaches(struct _test_data_multicast *self, const __u8 *dst)
{
	long mark;

	far_mark(self, dst, 1);
	far_mark(self, broadcast, 2);
	if (!tap_recv(self->fd, HDR_SIZE, &self->heard))
		die("not even a broadcast arrives");
	mark = mark_of(self->heard.frame, self->heard.len);
	if (mark == 1 && !tap_recv(self->fd, HDR_SIZE, &self->heard))
		die("the broadcast is missing");
	return mark == 1;
}

static const __u8 groups[][ETH_ALEN] = {
	{ 0x01, 0x00, 0x5e, 0x01, 0x02, 0x03 },
	{ 0x01, 0x00, 0x5e, 0x7f, 0xff, 0xfa },
	{ 0x33, 0x33, 0xff, 0x12, 0x34, 0x56 },
	{ 0x33, 0x33, 0x00, 0x01, 0x00, 0x02 },
	{ 0x01, 0x1b, 0x19, 0x00, 0x00, 0x00 },
	{ 0x03, 0x00, 0x00, 0x00, 0x00, 0x01 },
};

static int reached(struct _test_data_multicast *self)
{
	unsigned int i;
	int n = 0;

	for (i = 0; i < ARRAY_SIZE(groups); i++)
		n += reaches(self, groups[i]);
	return n;
}

TEST_F(multicast, unknown_groups_arrive)
{
	if (!is_ours())
		SKIP(return, "not in in-tree macvtap");
	tap_with(self, "");
	EXPECT_EQ((int)ARRAY_SIZE(groups), reached(self));
}

TEST_F(multicast, unless_told_so)
{
	const int all = ARRAY_SIZE(groups);

	if (!is_ours())
		SKIP(return, "not in in-tree macvtap");
	tap_with(self, "allmulti off");
	EXPECT_EQ(0, reached(self));
	/* What the host has joined for the guest. */
	ip("maddress add 01:00:5e:01:02:03 dev t0");
	EXPECT_TRUE(until(reached(self) == 1));
	ip("link set t0 type %s allmulti on", kind());
	EXPECT_TRUE(until(reached(self) == all));
	ip("link set t0 type %s allmulti off", kind());
	EXPECT_TRUE(until(reached(self) == 1));
	/* The device's own flag is another matter: either is enough. */
	ip("link set t0 allmulticast on");
	EXPECT_TRUE(until(reached(self) == all));
	ip("link set t0 type %s allmulti on\nlink set t0 allmulticast off", kind());
	EXPECT_EQ(all, reached(self));
	ip("link set t0 down\nlink set t0 up");
	wait_running("t0", NULL);
	EXPECT_TRUE(until(reached(self) == all));
}

/* Frames of neighbour discovery; the host has no IPv6 on the tap. */
TEST_F(multicast, ipv6_of_the_guest)
{
	static const struct {
		__u8 dst[ETH_ALEN];
		__u8 type;		/* of ICMPv6 */
	} frames[] = {
		{ { 0x33, 0x33, 0xff, 0x00, 0x00, 0x01 }, 135 },	/* solicitation */
		{ { 0x33, 0x33, 0x00, 0x00, 0x00, 0x01 }, 136 },	/* advertisement to all */
		{ { 0x33, 0x33, 0x00, 0x00, 0x00, 0x01 }, 134 },	/* router's */
		{ { 0x33, 0x33, 0x00, 0x00, 0x00, 0x02 }, 133 },	/* to routers */
		{ { 0x33, 0x33, 0x00, 0x00, 0x00, 0x01 }, 130 },	/* who listens? */
		{ { 0x33, 0x33, 0x00, 0x00, 0x00, 0x16 }, 143 },	/* report */
		{ { 0x33, 0x33, 0x00, 0x01, 0x00, 0x02 }, 0 },		/* DHCP */
	};
	struct shape shape = { .v6 = true, .payload = 64 };
	unsigned int i;
	size_t len;

	if (!is_ours())
		SKIP(return, "not in in-tree macvtap");
	tap_with(self, "");
	ip("link set t0 addrgenmode none");
	for (i = 0; i < ARRAY_SIZE(frames); i++) {
		len = build(self->frame, frames[i].dst, self->lan.far_mac, &shape);
		self->frame[20] = 58;
		self->frame[54] = frames[i].type;
		far_send(&self->lan, NULL, self->frame, len);
		ASSERT_TRUE(tap_recv(self->fd, HDR_SIZE, &self->heard));
		EXPECT_EQ(len, self->heard.len);
		EXPECT_EQ(0, memcmp(self->frame, self->heard.frame, len));
		/* The guest's own. */
		memcpy(self->frame + ETH_ALEN, self->lan.mac, ETH_ALEN);
		ASSERT_EQ((ssize_t)len + HDR_SIZE, tap_send(self->fd, self->frame, len));
		ASSERT_TRUE(far_recv(&self->lan, &self->heard));
		EXPECT_EQ(0, memcmp(self->frame, self->heard.frame, len));
	}
	/* It has heard nothing of the host's, nor its own frames. */
	EXPECT_FALSE(readable(self->fd, 0));
	EXPECT_FALSE(readable(self->lan.far, 0));
}

/* Changes one of build()'s frames into a part of a datagram in fragments. */
static size_t fragment(__u8 *part, const __u8 *whole, size_t from, size_t len, bool last)
{
	__u32 sum = 0;
	int i;

	memcpy(part, whole, 34);
	memcpy(part + 34, whole + 34 + from, len);
	part[16] = (len + 20) >> 8;
	part[17] = len + 20;
	part[20] = (last ? 0 : 0x20) | from >> 11;
	part[21] = from >> 3;
	part[24] = 0;
	part[25] = 0;
	for (i = 14; i < 34; i += 2)
		sum += part[i] << 8 | part[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~((sum & 0xffff) + (sum >> 16));
	part[24] = sum >> 8;
	part[25] = sum;
	return 34 + len;
}

/* A guest gets what was on the wire; a child next to it what it can use. */
TEST_F(multicast, fragments)
{
	struct shape shape = { .payload = 2000 };
	__u8 parts[2][1600];
	int child, i, order;
	size_t lens[2];

	if (!is_ours())
		SKIP(return, "not in in-tree macvtap");
	tap_with(self, "");
	ip("link add link e0 name m1 type mymacvlan\n"
	   "link set m1 up allmulticast on\n");
	wait_running("m1", NULL);
	child = packet_socket("m1", ETH_P_IP);
	build(self->frame, groups[0], self->lan.far_mac, &shape);
	/* To 239.1.2.3, the checksum of UDP is none. */
	memcpy(self->frame + 30, (__u8[]) { 239, 1, 2, 3 }, 4);
	memset(self->frame + 40, 0, 2);
	for (order = 0; order < 2; order++) {
		self->frame[19]++;
		lens[order] = fragment(parts[order], self->frame, 0, 1400, false);
		lens[!order] = fragment(parts[!order], self->frame, 1400, 608, true);
		for (i = 0; i < 2; i++)
			far_send(&self->lan, NULL, parts[i], lens[i]);
		for (i = 0; i < 2; i++) {
			ASSERT_TRUE(tap_recv(self->fd, HDR_SIZE, &self->heard));
			EXPECT_EQ(lens[i], self->heard.len);
			EXPECT_EQ(0, memcmp(parts[i], self->heard.frame, lens[i]));
		}
		ASSERT_TRUE(socket_recv(child, &self->heard));
		EXPECT_EQ(34 + 8 + shape.payload, self->heard.len);
		EXPECT_TRUE(pattern_ok(self->heard.frame + 42, shape.payload, 0));
		EXPECT_FALSE(readable(child, 0));
		EXPECT_FALSE(readable(self->fd, 0));
	}
	/* One that is all there ever comes. */
	self->frame[19]++;
	lens[0] = fragment(parts[0], self->frame, 1400, 608, true);
	far_send(&self->lan, NULL, parts[0], lens[0]);
	ASSERT_TRUE(tap_recv(self->fd, HDR_SIZE, &self->heard));
	EXPECT_EQ(lens[0], self->heard.len);
	EXPECT_FALSE(readable(child, 20));
}

/*
 * Modes
 */

static const char * const modes[] = {
	"mode private", "mode vepa", "mode bridge", "mode passthru",
	"mode source macaddr add 02:00:00:00:00:0f",
};

TEST_F(multicast, all_modes)
{
	unsigned int i;
	size_t len;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		tap_with(self, modes[i]);
		far_mark(self, self->lan.mac, 3);
		ASSERT_TRUE(tap_recv(self->fd, HDR_SIZE, &self->heard))
			TH_LOG("unicast, %s", modes[i]);
		EXPECT_EQ(3, mark_of(self->heard.frame, self->heard.len));
		far_mark(self, broadcast, 4);
		ASSERT_TRUE(tap_recv(self->fd, HDR_SIZE, &self->heard))
			TH_LOG("broadcast, %s", modes[i]);
		EXPECT_EQ(4, mark_of(self->heard.frame, self->heard.len));
		drain(self->fd);

		len = build_mark(self->frame, self->lan.far_mac, self->lan.mac, 5);
		ASSERT_EQ((ssize_t)len + HDR_SIZE, tap_send(self->fd, self->frame, len));
		ASSERT_TRUE(far_recv(&self->lan, &self->heard))
			TH_LOG("to the wire, %s", modes[i]);
		EXPECT_EQ(5, mark_of(self->heard.frame, self->heard.len));
		len = build_mark(self->frame, broadcast, self->lan.mac, 6);
		ASSERT_EQ((ssize_t)len + HDR_SIZE, tap_send(self->fd, self->frame, len));
		ASSERT_TRUE(far_recv(&self->lan, &self->heard))
			TH_LOG("broadcast to the wire, %s", modes[i]);
		EXPECT_EQ(6, mark_of(self->heard.frame, self->heard.len));
		/* Never one's own, nor another's. */
		far_mark(self, (__u8[]) { 2, 0, 0, 0, 0, 0x55 }, 7);
		EXPECT_EQ(!strcmp(modes[i], "mode passthru") || strstr(modes[i], "source"),
			  readable(self->fd, 20))
			TH_LOG("another's frame, %s", modes[i]);
		close(self->fd);
		ip("link del t0");
	}
}

/* Two taps: bridge lets them talk on the machine, private and vepa do not. */
TEST_F(multicast, siblings)
{
	const __u8 other[] = { 2, 0, 0, 0, 0, 2 };
	struct lan second = self->lan;
	unsigned int i;
	size_t len;
	int fd;

	second.index = free_index();
	snprintf(second.node, sizeof(second.node), "/dev/tap%u", second.index);
	tap_with(self, modes[0]);
	ip("link add link e0 name t1 index %u address 02:00:00:00:00:02 type %s %s\n"
	   "link set t1 up\n", second.index, kind(), modes[0]);
	wait_running("t1", NULL);
	fd = tap_open(&second, O_NONBLOCK);
	for (i = 0; i < 3; i++) {
		ip("link set t0 type %s %s\nlink set t1 type %s %s\n",
		   kind(), modes[i], kind(), modes[i]);
		len = build_mark(self->frame, other, self->lan.mac, i);
		ASSERT_EQ((ssize_t)len + HDR_SIZE, tap_send(self->fd, self->frame, len));
		len = build_mark(self->frame, broadcast, self->lan.mac, 10 + i);
		ASSERT_EQ((ssize_t)len + HDR_SIZE, tap_send(self->fd, self->frame, len));
		if (i == 2) {
			ASSERT_TRUE(tap_recv(fd, HDR_SIZE, &self->heard));
			EXPECT_EQ(2, mark_of(self->heard.frame, self->heard.len));
			ASSERT_TRUE(tap_recv(fd, HDR_SIZE, &self->heard));
			EXPECT_EQ(12, mark_of(self->heard.frame, self->heard.len));
		} else {
			ASSERT_TRUE(far_recv(&self->lan, &self->heard));
			EXPECT_EQ((long)i, mark_of(self->heard.frame, self->heard.len));
			EXPECT_FALSE(readable(fd, 0));
		}
		ASSERT_TRUE(far_recv(&self->lan, &self->heard));
		EXPECT_EQ(10 + (long)i, mark_of(self->heard.frame, self->heard.len));
		EXPECT_FALSE(readable(self->lan.far, 0));
		EXPECT_FALSE(readable(self->fd, 0));
	}
	close(fd);
}

TEST_HARNESS_MAIN
