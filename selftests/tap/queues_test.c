// SPDX-License-Identifier: GPL-2.0-only
/*
 * Several files of one tap, each of them a queue: how many there may be, which
 * flow goes where, what a full queue loses, and what happens to frames under
 * way when queues come and go and their rings change size.
 */
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "tests.h"

#define MAX_QUEUES	256
#define FLOWS		256
#define TRAFFIC		4000

FIXTURE(queues)
{
	struct lan lan;
	int fds[MAX_QUEUES], n;
	int queue_of[FLOWS];
};

FIXTURE_SETUP(queues)
{
	struct rlimit limit = { 1024, 1024 };

	setrlimit(RLIMIT_NOFILE, &limit);
	lan_make(&self->lan);
}

FIXTURE_TEARDOWN(queues)
{
	while (self->n)
		close(self->fds[--self->n]);
}

static void open_queues(struct _test_data_queues *self, int n)
{
	while (self->n < n)
		self->fds[self->n++] = tap_open(&self->lan, O_NONBLOCK);
}

/* One frame of a flow, @number is in its payload. */
static void send_flow(const struct lan *lan, int flow, __u32 number)
{
	struct shape shape = { .sport = 2000 + flow, .payload = 40 };
	__u8 frame[128];
	size_t len = build(frame, lan->mac, lan->far_mac, &shape);

	memcpy(frame + data_of(&shape), &number, sizeof(number));
	far_send(lan, NULL, frame, len);
}

/* Takes one frame from a queue; its flow, or -1 if there is none. */
static int take(int fd, __u32 *number)
{
	__u8 buffer[256];
	struct seen seen;
	ssize_t len = tap_try_read(fd, buffer, sizeof(buffer));

	if (len < 0)
		return -1;
	if (len < HDR_SIZE || !parse(buffer + HDR_SIZE, len - HDR_SIZE, &seen))
		die("a frame that nobody sent");
	if (number)
		memcpy(number, buffer + HDR_SIZE + seen.data, sizeof(*number));
	return seen.sport - 2000;
}

/* Reads all queues once; the number of frames. */
static int look(struct _test_data_queues *self)
{
	int i, flow, got = 0;

	for (i = 0; i < self->n; i++) {
		while ((flow = take(self->fds[i], NULL)) >= 0) {
			got++;
			if (flow < FLOWS)
				self->queue_of[flow] = i;
		}
	}
	return got;
}

/* A frame of each flow: which queue does it come to? The number of frames. */
static int find_queues(struct _test_data_queues *self, int flows)
{
	int i, got = 0;

	for (i = 0; i < flows; i++) {
		if (i < FLOWS)
			self->queue_of[i] = -1;
		send_flow(&self->lan, i, 0);
	}
	until((got += look(self)) >= flows);
	return got;
}

/* How many queues have at least @flows flows. */
static int used_queues(struct _test_data_queues *self, int flows)
{
	int count[MAX_QUEUES] = { }, i, used = 0;

	for (i = 0; i < FLOWS; i++)
		if (self->queue_of[i] >= 0)
			count[self->queue_of[i]]++;
	for (i = 0; i < self->n; i++)
		used += count[i] >= flows;
	return used;
}

TEST_F(queues, one)
{
	open_queues(self, 1);
	EXPECT_EQ(FLOWS, find_queues(self, FLOWS));
	EXPECT_EQ(1, used_queues(self, FLOWS));
}

TEST_F(queues, two)
{
	open_queues(self, 2);
	EXPECT_EQ(FLOWS, find_queues(self, FLOWS));
	EXPECT_EQ(2, used_queues(self, FLOWS / 4));
}

TEST_F(queues, eight)
{
	open_queues(self, 8);
	EXPECT_EQ(FLOWS, find_queues(self, FLOWS));
	EXPECT_EQ(8, used_queues(self, FLOWS / 8 / 4));
}

TEST_F(queues, most)
{
	int fd;

	open_queues(self, MAX_QUEUES);
	EXPECT_ERRNO(EBUSY, open(self->lan.node, O_RDWR));
	EXPECT_EQ(FLOWS * 4, find_queues(self, FLOWS * 4));
	EXPECT_LE(MAX_QUEUES / 3, used_queues(self, 1));

	/* One that is detached counts, one that is closed does not. */
	EXPECT_EQ(0, tap_queue(self->fds[7], IFF_DETACH_QUEUE));
	EXPECT_ERRNO(EBUSY, open(self->lan.node, O_RDWR));
	close(self->fds[7]);
	fd = open(self->lan.node, O_RDWR | O_NONBLOCK);
	EXPECT_LE(0, fd);
	self->fds[7] = fd;
	EXPECT_ERRNO(EBUSY, open(self->lan.node, O_RDWR));
	EXPECT_EQ(FLOWS, find_queues(self, FLOWS));
}

TEST_F(queues, a_flow_stays)
{
	int before[FLOWS], round;

	open_queues(self, 4);
	find_queues(self, FLOWS);
	memcpy(before, self->queue_of, sizeof(before));
	for (round = 0; round < 3; round++) {
		EXPECT_EQ(FLOWS, find_queues(self, FLOWS));
		EXPECT_EQ(0, memcmp(before, self->queue_of, sizeof(before)));
	}
}

/* Flows that changed their queue, apart from those that were at, or are now at,
 * queue @but.
 */
static int moved(struct _test_data_queues *self, const int *before, int but)
{
	int i, n = 0;

	for (i = 0; i < FLOWS; i++)
		n += before[i] != self->queue_of[i] && before[i] != but &&
			self->queue_of[i] != but;
	return n;
}

TEST_F(queues, detach_moves_its_own_flows)
{
	int before[FLOWS], detached[FLOWS], i;

	if (!is_ours())
		SKIP(return, "in-tree macvtap moves nearly all flows");
	open_queues(self, 4);
	for (i = 0; i < 4; i++) {
		ASSERT_EQ(FLOWS, find_queues(self, FLOWS));
		memcpy(before, self->queue_of, sizeof(before));

		ASSERT_EQ(0, tap_queue(self->fds[i], IFF_DETACH_QUEUE));
		ASSERT_EQ(FLOWS, find_queues(self, FLOWS));
		memcpy(detached, self->queue_of, sizeof(detached));
		EXPECT_EQ(0, moved(self, before, i));
		EXPECT_EQ(3, used_queues(self, FLOWS / 3 / 4));

		ASSERT_EQ(0, tap_queue(self->fds[i], IFF_ATTACH_QUEUE));
		ASSERT_EQ(FLOWS, find_queues(self, FLOWS));
		EXPECT_EQ(0, moved(self, detached, i));
		EXPECT_EQ(4, used_queues(self, FLOWS / 4 / 4));
	}
}

TEST_F(queues, close_moves_its_own_flows)
{
	int before[FLOWS], i;

	if (!is_ours())
		SKIP(return, "in-tree macvtap moves nearly all flows");
	open_queues(self, 4);
	for (i = 0; i < 4; i++) {
		ASSERT_EQ(FLOWS, find_queues(self, FLOWS));
		memcpy(before, self->queue_of, sizeof(before));
		close(self->fds[i]);
		self->fds[i] = -1;
		EXPECT_EQ(FLOWS, find_queues(self, FLOWS));
		EXPECT_EQ(0, moved(self, before, i));
		memcpy(before, self->queue_of, sizeof(before));

		/* Another one comes. */
		self->fds[i] = tap_open(&self->lan, O_NONBLOCK);
		EXPECT_EQ(FLOWS, find_queues(self, FLOWS));
		EXPECT_EQ(0, moved(self, before, i));
		EXPECT_EQ(4, used_queues(self, FLOWS / 4 / 4));
	}
}

/* Without a queue a tap is a child like any other; a queue takes the frames
 * that are for the child, but not what has been read before.
 */
TEST_F(queues, none_attached)
{
	int host = packet_socket("t0", ETH_P_IP);
	struct heard *heard = malloc(sizeof(*heard));

	send_flow(&self->lan, 1, 0);
	EXPECT_TRUE(socket_recv(host, heard));

	open_queues(self, 2);
	send_flow(&self->lan, 1, 0);
	EXPECT_TRUE(until(take(self->fds[0], NULL) == 1 || take(self->fds[1], NULL) == 1));
	EXPECT_FALSE(readable(host, 0));

	EXPECT_EQ(0, tap_queue(self->fds[0], IFF_DETACH_QUEUE));
	EXPECT_EQ(0, tap_queue(self->fds[1], IFF_DETACH_QUEUE));
	send_flow(&self->lan, 1, 0);
	EXPECT_TRUE(socket_recv(host, heard));
	EXPECT_EQ(-1, take(self->fds[0], NULL));
	EXPECT_EQ(-1, take(self->fds[1], NULL));

	/* A detached one still sends. */
	drain(self->lan.far);
	EXPECT_LT(0, tap_send(self->fds[0], heard->frame, heard->len));
	EXPECT_TRUE(far_recv(&self->lan, heard));

	EXPECT_EQ(0, tap_queue(self->fds[1], IFF_ATTACH_QUEUE));
	send_flow(&self->lan, 1, 0);
	EXPECT_TRUE(until(take(self->fds[1], NULL) == 1));
	free(heard);
}

static long long lost(void)
{
	return is_ours() ? counter("t0", "rx_drop_queue_full") : 0;
}

/* The first that fit are kept in order, the others counted one by one. */
TEST_F(queues, full)
{
	long long before = lost(), dropped, unicast;
	const int room = 16, more = 21;
	__u32 number;
	int i;

	ASSERT_EQ(0, set_queue_length("t0", room));
	open_queues(self, 1);
	dropped = proc_counter("t0", 3);
	unicast = counter("t0", "rx_unicast_dropped");
	for (i = 0; i < room + more; i++)
		send_flow(&self->lan, 1, i);
	if (is_ours()) {
		EXPECT_TRUE(until(lost() - before == more));
		EXPECT_EQ(more, counter("t0", "rx_unicast_dropped") - unicast);
		EXPECT_EQ(more, proc_counter("t0", 3) - dropped);
	}
	for (i = 0; i < room; i++) {
		ASSERT_TRUE(until(take(self->fds[0], &number) == 1));
		EXPECT_EQ(i, (int)number);
	}
	EXPECT_EQ(-1, take(self->fds[0], NULL));
	/* There is room again. */
	send_flow(&self->lan, 1, 99);
	ASSERT_TRUE(until(take(self->fds[0], &number) == 1));
	EXPECT_EQ(99, (int)number);
}

/* One full queue is nothing to the others. */
TEST_F(queues, one_of_two_full)
{
	int i, full = 0, other = 1;
	__u32 number;

	open_queues(self, 2);
	ASSERT_EQ(FLOWS, find_queues(self, FLOWS));
	while (self->queue_of[other] == self->queue_of[full])
		ASSERT_GT(FLOWS, ++other);
	ASSERT_EQ(0, set_queue_length("t0", 16));
	for (i = 0; i < 40; i++)
		send_flow(&self->lan, full, i);
	for (i = 0; i < 16; i++)
		send_flow(&self->lan, other, i);
	for (i = 0; i < 16; i++) {
		ASSERT_TRUE(until(take(self->fds[self->queue_of[other]], &number) == other));
		EXPECT_EQ(i, (int)number);
	}
}

/* A ring made shorter keeps the oldest frames and counts the others. */
TEST_F(queues, shorter)
{
	long long before = lost();
	__u32 number;
	int i;

	open_queues(self, 2);
	EXPECT_EQ(0, tap_queue(self->fds[1], IFF_DETACH_QUEUE));
	for (i = 0; i < 100; i++)
		send_flow(&self->lan, 1, i);
	wait_arrived(100);
	ASSERT_EQ(0, set_queue_length("t0", 10));
	for (i = 0; i < 10; i++) {
		ASSERT_TRUE(until(take(self->fds[0], &number) == 1));
		EXPECT_EQ(i, (int)number);
	}
	EXPECT_EQ(-1, take(self->fds[0], NULL));
	if (is_ours())
		EXPECT_EQ(90, lost() - before);
	/* And it has that length for all queues, also those to come. */
	ASSERT_EQ(0, set_queue_length("t0", 600));
	for (i = 0; i < 600; i++)
		send_flow(&self->lan, 1, i);
	for (i = 0; i < 600; i++)
		ASSERT_TRUE(until(take(self->fds[0], &number) == 1));
	EXPECT_EQ(600 - 1, (int)number);
}

/*
 * Under traffic
 */

/* A process that sends TRAFFIC frames of many flows. */
static pid_t traffic(const struct lan *lan)
{
	pid_t pid = fork();
	int i;

	if (pid)
		return pid;
	for (i = 0; i < TRAFFIC; i++) {
		send_flow(lan, i % 64, i);
		if (i % 8 == 7)
			usleep(100);
	}
	_exit(0);
}

/* Each frame that came, once. */
struct tally {
	__u8 seen[TRAFFIC];
	int frames, twice;
};

static void collect(struct _test_data_queues *self, struct tally *tally)
{
	__u32 number;
	int i;

	for (i = 0; i < self->n; i++) {
		while (take(self->fds[i], &number) >= 0) {
			if (number >= TRAFFIC)
				die("a frame with number %u", number);
			tally->frames++;
			tally->twice += tally->seen[number]++;
		}
	}
}

static bool ended(pid_t pid)
{
	int status;

	return waitpid(pid, &status, WNOHANG) == pid;
}

TEST_F(queues, resized_under_traffic)
{
	static const int lengths[] = { 500, 1, 3, 1000, 2, 64, 7, 300 };
	struct tally *tally = calloc(1, sizeof(*tally));
	long long before = lost();
	int round = 0;
	pid_t pid;

	open_queues(self, 3);
	pid = traffic(&self->lan);
	while (!ended(pid)) {
		ASSERT_EQ(0, set_queue_length("t0", lengths[round++ % ARRAY_SIZE(lengths)]));
		/* Leave something in the rings, more often than not. */
		if (round % 3 == 0)
			collect(self, tally);
		/* Let some come in at this length. */
		usleep(500);
	}
	collect(self, tally);
	EXPECT_LT(8, round);
	EXPECT_LT(0, tally->frames);
	if (is_ours()) {
		EXPECT_TRUE(until((collect(self, tally),
				   tally->frames + lost() - before == TRAFFIC)))
			TH_LOG("%d frames arrived, %lld were lost", tally->frames, lost() - before);
	}
	EXPECT_EQ(0, tally->twice);
	free(tally);
}

TEST_F(queues, attached_and_detached_under_traffic)
{
	struct tally *tally = calloc(1, sizeof(*tally));
	long long before = lost();
	int round = 0;
	pid_t pid;

	open_queues(self, 4);
	pid = traffic(&self->lan);
	for (; !ended(pid); round++) {
		EXPECT_EQ(0, tap_queue(self->fds[1 + round % 3], IFF_DETACH_QUEUE));
		/* Let some come in meanwhile. */
		usleep(300);
		collect(self, tally);
		EXPECT_EQ(0, tap_queue(self->fds[1 + round % 3], IFF_ATTACH_QUEUE));
		/* Let some come in meanwhile. */
		usleep(300);
		collect(self, tally);
	}
	EXPECT_LT(8, round);
	EXPECT_EQ(0, tally->twice);
	if (is_ours()) {
		EXPECT_TRUE(until((collect(self, tally),
				   tally->frames + lost() - before == TRAFFIC)))
			TH_LOG("%d frames arrived, %lld were lost", tally->frames, lost() - before);
	}
	free(tally);
}

/* Opening and closing: what is in a ring goes with its file, nothing else. */
TEST_F(queues, opened_and_closed_under_traffic)
{
	struct tally *tally = calloc(1, sizeof(*tally));
	int round = 0, fd;
	pid_t pid;

	open_queues(self, 1);
	pid = traffic(&self->lan);
	for (; !ended(pid); round++) {
		fd = tap_open(&self->lan, O_NONBLOCK);
		/* Let some come in meanwhile. */
		usleep(300);
		collect(self, tally);
		close(fd);
	}
	EXPECT_LT(2, round);
	collect(self, tally);
	EXPECT_EQ(0, tally->twice);
	EXPECT_LT(TRAFFIC / 10, tally->frames);
	free(tally);
	/* All flows are the first queue's now. */
	EXPECT_EQ(FLOWS, find_queues(self, FLOWS));
	EXPECT_EQ(1, used_queues(self, FLOWS));
}

TEST_HARNESS_MAIN
