// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tap goes while its file is open: deleted itself, with its lower device,
 * with its namespace, and with frames under way in both directions. The file is
 * good for nothing then but closing, and never comes to be another tap's.
 */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "tests.h"

#define QUEUES	4

FIXTURE(lifetime)
{
	struct lan lan;
	struct heard heard;
	__u8 frame[64];
	size_t len;
	int fds[QUEUES];
	int inside;			/* the namespace, for the test alone */
	pid_t traffic;
};

FIXTURE_SETUP(lifetime)
{
	self->inside = -1;
	lan_wire(&self->lan);
}

FIXTURE_TEARDOWN(lifetime)
{
}

static void open_all(struct _test_data_lifetime *self)
{
	int i;

	for (i = 0; i < QUEUES; i++)
		self->fds[i] = tap_open(&self->lan, O_NONBLOCK);
}

static void close_all(struct _test_data_lifetime *self)
{
	int i;

	for (i = 0; i < QUEUES; i++)
		close(self->fds[i]);
}

/* Frames in both directions until killed; one process reads as well. */
static void start_traffic(struct _test_data_lifetime *self)
{
	struct shape shape = { .payload = 100 };
	__u8 in[200], out[200], buffer[300];
	size_t len;
	int i;

	self->traffic = fork();
	if (self->traffic)
		return;
	close(self->inside);
	len = build(in, self->lan.mac, self->lan.far_mac, &shape);
	build(out, self->lan.far_mac, self->lan.mac, &shape);
	for (i = 0;; i++) {
		struct virtio_net_hdr hdr = { };
		struct iovec iov[] = { { &hdr, sizeof(hdr) }, { in, len } };

		in[34] = i;		/* many flows */
		/* The far end may be gone as well. */
		if (writev(self->lan.far, iov, 2) < 0 && errno != ENXIO && errno != ENETDOWN &&
		    errno != ENODEV && errno != ENOBUFS)
			die("far end: %m");
		tap_send(self->fds[i % QUEUES], out, len);
		if (i % 2)
			read(self->fds[i / 2 % QUEUES], buffer, sizeof(buffer));
		if (i % 16 == 0)
			usleep(100);
	}
}

static void stop_traffic(struct _test_data_lifetime *self)
{
	kill(self->traffic, SIGKILL);
	waitpid(self->traffic, NULL, 0);
}

static bool has_link(int fd)
{
	struct ifreq ifr;

	return error_of(ioctl(fd, TUNGETIFF, &ifr)) != ENOLINK;
}

/* All of its files have noticed. */
static bool none_has_link(struct _test_data_lifetime *self)
{
	int i;

	for (i = 0; i < QUEUES; i++)
		if (has_link(self->fds[i]))
			return false;
	return true;
}

/* A frame each way. */
static bool works(struct _test_data_lifetime *self, int fd)
{
	drain(self->lan.far);
	self->len = build_mark(self->frame, self->lan.far_mac, self->lan.mac, 1);
	if (tap_send(fd, self->frame, self->len) < 0 || !far_recv(&self->lan, &self->heard) ||
	    mark_of(self->heard.frame, self->heard.len) != 1)
		return false;
	self->len = build_mark(self->frame, self->lan.mac, self->lan.far_mac, 2);
	far_send(&self->lan, NULL, self->frame, self->len);
	return tap_recv(fd, HDR_SIZE, &self->heard) &&
		mark_of(self->heard.frame, self->heard.len) == 2;
}

TEST_F(lifetime, deleted_under_traffic)
{
	int round, fd;

	for (round = 0; round < 6; round++) {
		lan_tap(&self->lan, "");
		open_all(self);
		start_traffic(self);
		/* The traffic that there is before: none to much. */
		usleep(3000 * round);
		ip("link del t0");
		EXPECT_TRUE(none_has_link(self));
		EXPECT_ERRNO(ENOENT, open(self->lan.node, O_RDWR));
		/* Closed before and after the other ones stop to use it. */
		if (round % 2)
			close_all(self);
		stop_traffic(self);
		if (!(round % 2))
			close_all(self);
	}
	lan_tap(&self->lan, "");
	fd = tap_open(&self->lan, O_NONBLOCK);
	EXPECT_TRUE(works(self, fd));
}

TEST_F(lifetime, lower_deleted_under_traffic)
{
	int fd;

	lan_tap(&self->lan, "");
	open_all(self);
	start_traffic(self);
	/* Let there be traffic for a time. */
	usleep(5000);
	ip("link del e0");
	EXPECT_TRUE(none_has_link(self));
	stop_traffic(self);
	close_all(self);
	close(self->lan.far);

	lan_wire(&self->lan);
	lan_tap(&self->lan, "");
	fd = tap_open(&self->lan, O_NONBLOCK);
	EXPECT_TRUE(works(self, fd));
}

/* Held from another namespace: a file keeps that in which it was opened. */
TEST_F(lifetime, namespace_deleted_under_traffic)
{
	int outside = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	ASSERT_LE(0, outside);
	lan_wire(&self->lan);
	lan_tap(&self->lan, "");
	self->inside = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	ASSERT_EQ(0, setns(outside, CLONE_NEWNET));
	open_all(self);
	start_traffic(self);
	/* Let there be traffic for a time. */
	usleep(5000);
	EXPECT_TRUE(has_link(self->fds[0]));
	/* That was the last that held it. It takes a debug kernel a while. */
	close(self->inside);
	EXPECT_TRUE(until(none_has_link(self)) || until(none_has_link(self)));
	EXPECT_TRUE(until(access(self->lan.node, F_OK)));
	stop_traffic(self);
	EXPECT_EQ((ssize_t)sizeof(self->frame) + HDR_SIZE,
		  tap_send(self->fds[0], self->frame, sizeof(self->frame)));
	close_all(self);
}

/* Number and node of a tap that is gone are used again, its file is not. */
TEST_F(lifetime, old_file_of_a_new_tap)
{
	struct stat before, after;
	struct ifreq ifr;
	int old, fresh;

	lan_tap(&self->lan, "");
	old = tap_open(&self->lan, O_NONBLOCK);
	EXPECT_TRUE(works(self, old));
	ASSERT_EQ(0, stat(self->lan.node, &before));
	ip("link del t0\n"
	   "link add link e0 name t0 index %u address 02:00:00:00:00:01 type %s\n"
	   "link set t0 up\n", self->lan.index, kind());
	wait_running("t0", NULL);
	ASSERT_EQ(0, stat(self->lan.node, &after));
	ASSERT_EQ(before.st_rdev, after.st_rdev);

	EXPECT_ERRNO(ENOLINK, ioctl(old, TUNGETIFF, &ifr));
	EXPECT_ERRNO(ENOLINK, ioctl(old, TUNSETOFFLOAD, 0));
	EXPECT_ERRNO(EINVAL, tap_queue(old, IFF_ATTACH_QUEUE));
	self->len = build_mark(self->frame, self->lan.far_mac, self->lan.mac, 1);
	EXPECT_EQ((ssize_t)self->len + HDR_SIZE, tap_send(old, self->frame, self->len));
	EXPECT_FALSE(readable(self->lan.far, 0));

	fresh = tap_open(&self->lan, O_NONBLOCK);
	EXPECT_TRUE(works(self, fresh));
	self->len = build_mark(self->frame, self->lan.mac, self->lan.far_mac, 3);
	far_send(&self->lan, NULL, self->frame, self->len);
	EXPECT_TRUE(tap_recv(fresh, HDR_SIZE, &self->heard));
	EXPECT_FALSE(readable(old, 0));
	close(old);
	EXPECT_TRUE(works(self, fresh));
}

/* A file of a tap that is down is open, and gets frames when it comes up. */
TEST_F(lifetime, down_and_up)
{
	int fd, round;

	lan_tap(&self->lan, "");
	ip("link set t0 down");
	fd = tap_open(&self->lan, O_NONBLOCK);
	for (round = 0; round < 3; round++) {
		self->len = build_mark(self->frame, self->lan.mac, self->lan.far_mac, 4);
		far_send(&self->lan, NULL, self->frame, self->len);
		self->len = build_mark(self->frame, self->lan.far_mac, self->lan.mac, 5);
		tap_send(fd, self->frame, self->len);
		EXPECT_FALSE(readable(fd, 20));
		EXPECT_FALSE(readable(self->lan.far, 0));
		ip("link set t0 up");
		wait_running("t0", NULL);
		EXPECT_TRUE(works(self, fd));
		ip("link set t0 down");
	}
	close(fd);
}

/* Moved on: the file goes with the device. */
TEST_F(lifetime, moved_to_another_namespace)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), other, fd;

	lan_tap(&self->lan, "");
	fd = tap_open(&self->lan, O_NONBLOCK);
	new_netns();
	other = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	ASSERT_EQ(0, setns(home, CLONE_NEWNET));
	ip("link set t0 netns /proc/%d/fd/%d", getpid(), other);
	EXPECT_TRUE(has_link(fd));
	ASSERT_EQ(0, setns(other, CLONE_NEWNET));
	ip("link set t0 up");
	wait_running("t0", NULL);
	EXPECT_TRUE(works(self, fd));
	close(fd);
	/* Its index is free there, so it has kept it, and the node. */
	EXPECT_EQ(self->lan.index, if_nametoindex("t0"));
	fd = tap_open(&self->lan, O_NONBLOCK);
	EXPECT_TRUE(works(self, fd));
	close(fd);
}

/* Opened and closed while it comes and goes. */
TEST_F(lifetime, opened_while_deleted)
{
	unsigned int index = free_index();
	char node[32];
	pid_t pids[2];
	int i, fd;

	snprintf(node, sizeof(node), "/dev/tap%u", index);
	for (i = 0; i < 2; i++) {
		pids[i] = fork();
		if (pids[i])
			continue;
		for (;;) {
			fd = open(node, O_RDWR);
			if (fd >= 0)
				close(fd);
			else
				usleep(100);
		}
	}
	for (i = 0; i < 8; i++)
		ip("link add link e0 name t0 index %u type %s\n"
		   "link set t0 up\n"
		   "link del t0\n", index, kind());
	for (i = 0; i < 2; i++) {
		EXPECT_EQ(0, waitpid(pids[i], NULL, WNOHANG));
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	EXPECT_TRUE(access(node, F_OK));
}

TEST_HARNESS_MAIN
