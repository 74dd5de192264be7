// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading and writing the tap's file: waiting and not, vectors, poll, signals,
 * a full buffer for sending, and io_uring.
 */
#include <arpa/inet.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>

#include "tests.h"

FIXTURE(io)
{
	struct lan lan;
	struct heard heard;
	__u8 frame[2048];
	size_t len;
	int fd;
};

FIXTURE_SETUP(io)
{
	lan_make(&self->lan);
	self->fd = tap_open(&self->lan, 0);
}

FIXTURE_TEARDOWN(io)
{
	close(self->fd);
}

/* One frame from the far end. */
static void arrive(const struct lan *lan, __u32 number)
{
	__u8 frame[64];
	size_t len = build_mark(frame, lan->mac, lan->far_mac, number);

	far_send(lan, NULL, frame, len);
}

static void nonblocking(int fd, bool on)
{
	int flags = fcntl(fd, F_GETFL);

	fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
}

static short events(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN | POLLOUT };

	poll(&pfd, 1, 0);
	return pfd.revents;
}

/* Shared with processes that the test starts. */
static volatile int *signals;

static void on_signal(int sig)
{
	(void)sig;
	if (signals)
		++*signals;
}

/* A thread that is in read() or write() */
struct worker {
	pthread_t thread;
	pid_t tid;
	int fd;
	bool writes;
	ssize_t result;
	int error;
	__u8 buffer[2048];
	size_t len;
	volatile bool done;
};

static void *work(void *arg)
{
	struct worker *worker = arg;

	worker->tid = gettid();
	if (worker->writes)
		worker->result = write(worker->fd, worker->buffer, worker->len);
	else
		worker->result = read(worker->fd, worker->buffer, sizeof(worker->buffer));
	worker->error = errno;
	worker->done = true;
	return NULL;
}

/* Whether the process or thread sleeps, in the system call that it is in for long. */
static bool sleeps(pid_t tid)
{
	char path[64], line[512] = "", *state;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", tid);
	file = fopen(path, "r");
	if (!file)
		return false;
	if (!fgets(line, sizeof(line), file))
		line[0] = 0;
	fclose(file);
	state = strrchr(line, ')');
	return state && state[2] == 'S';
}

/* Whether the thread sleeps in the system call of its work. */
static bool asleep(const struct worker *worker)
{
	return worker->tid && sleeps(worker->tid);
}

static void start(struct worker *worker)
{
	if (pthread_create(&worker->thread, NULL, work, worker))
		die("thread: %m");
}

TEST_F(io, non_blocking)
{
	__u8 buffer[256];

	nonblocking(self->fd, true);
	EXPECT_ERRNO(EAGAIN, read(self->fd, buffer, sizeof(buffer)));
	arrive(&self->lan, 1);
	EXPECT_TRUE(until(read(self->fd, buffer, sizeof(buffer)) == 70));
	EXPECT_ERRNO(EAGAIN, read(self->fd, buffer, sizeof(buffer)));
	/* Not a matter of the open: it changes any time. */
	nonblocking(self->fd, false);
	arrive(&self->lan, 2);
	EXPECT_EQ(70, read(self->fd, buffer, sizeof(buffer)));
	EXPECT_EQ(2, mark_of(buffer + HDR_SIZE, 60));
}

TEST_F(io, blocking_read)
{
	struct worker worker = { .fd = self->fd };

	start(&worker);
	ASSERT_TRUE(until(asleep(&worker)));
	EXPECT_FALSE(worker.done);
	arrive(&self->lan, 3);
	ASSERT_TRUE(until(worker.done));
	pthread_join(worker.thread, NULL);
	EXPECT_EQ(70, worker.result);
	EXPECT_EQ(3, mark_of(worker.buffer + HDR_SIZE, 60));
}

/* Each frame wakes a reader. */
TEST_F(io, many_readers)
{
	struct worker workers[4] = { };
	unsigned int i, marks = 0;

	for (i = 0; i < ARRAY_SIZE(workers); i++) {
		workers[i].fd = self->fd;
		start(&workers[i]);
		ASSERT_TRUE(until(asleep(&workers[i])));
	}
	for (i = 0; i < ARRAY_SIZE(workers); i++)
		arrive(&self->lan, 1 << i);
	for (i = 0; i < ARRAY_SIZE(workers); i++) {
		ASSERT_TRUE(until(workers[i].done));
		marks |= mark_of(workers[i].buffer + HDR_SIZE, 60);
	}
	EXPECT_EQ(15u, marks);
}

TEST_F(io, only_one_way)
{
	int reader = open(self->lan.node, O_RDONLY | O_CLOEXEC);
	int writer = open(self->lan.node, O_WRONLY | O_CLOEXEC);
	__u8 buffer[128] = { };

	ASSERT_LE(0, reader);
	ASSERT_LE(0, writer);
	EXPECT_ERRNO(EBADF, write(reader, buffer, 70));
	EXPECT_ERRNO(EBADF, read(writer, buffer, 70));
	self->len = build_mark(self->frame, self->lan.far_mac, self->lan.mac, 4);
	EXPECT_EQ((ssize_t)self->len + HDR_SIZE, tap_send(writer, self->frame, self->len));
	EXPECT_TRUE(far_recv(&self->lan, &self->heard));
	EXPECT_ERRNO(ESPIPE, lseek(reader, 0, SEEK_SET));
}

TEST_F(io, poll)
{
	__u8 buffer[256];

	EXPECT_EQ(POLLOUT, events(self->fd));
	arrive(&self->lan, 1);
	arrive(&self->lan, 2);
	EXPECT_TRUE(until(events(self->fd) == (POLLIN | POLLOUT)));
	read(self->fd, buffer, sizeof(buffer));
	EXPECT_TRUE(until(events(self->fd) == (POLLIN | POLLOUT)));
	read(self->fd, buffer, sizeof(buffer));
	EXPECT_EQ(POLLOUT, events(self->fd));
}

/* A frame for one file is no event for another one's queue that is detached. */
TEST_F(io, epoll)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	int epoll = epoll_create1(EPOLL_CLOEXEC), i;

	ASSERT_EQ(0, epoll_ctl(epoll, EPOLL_CTL_ADD, self->fd, &event));
	EXPECT_EQ(0, epoll_wait(epoll, &event, 1, 0));
	for (i = 0; i < 3; i++) {
		arrive(&self->lan, i);
		EXPECT_EQ(1, epoll_wait(epoll, &event, 1, LIMIT_MS));
		EXPECT_EQ(EPOLLIN, (int)event.events);
		/* Unread, but told already. */
		EXPECT_EQ(0, epoll_wait(epoll, &event, 1, 0));
	}
	close(epoll);
}

/*
 * Frames wait at e0, more than the buffer for sending holds. The token bucket lets the
 * first one pass, which gives its place back when it has arrived: wait for that.
 */
static void fill(const struct lan *lan, int fd, __u8 *frame)
{
	struct shape shape = { .payload = 1000 };
	size_t len = build(frame, lan->far_mac, lan->mac, &shape);
	int size = 20000, sent = 0;

	run("tc qdisc add dev e0 root tbf rate 1kbit burst 1600 limit 1000000");
	if (ioctl(fd, TUNSETSNDBUF, &size))
		die("TUNSETSNDBUF: %m");
	nonblocking(fd, true);
	drain(lan->far);
	if (tap_send(fd, frame, len) <= 0 || !readable(lan->far, LIMIT_MS))
		die("the first frame does not pass");
	while (tap_send(fd, frame, len) > 0)
		if (++sent > 100)
			die("the buffer for sending never fills");
	if (errno != EAGAIN)
		die("full buffer: %m");
	if (sent < 5)
		die("the buffer for sending is full after %d frames", sent);
}

/* They are gone. */
static void release(void)
{
	run("tc qdisc del dev e0 root");
}

TEST_F(io, full_send_buffer)
{
	fill(&self->lan, self->fd, self->frame);
	EXPECT_EQ(0, events(self->fd));
	release();
	EXPECT_TRUE(until(events(self->fd) == POLLOUT));
	drain(self->lan.far);
	self->len = build_mark(self->frame, self->lan.far_mac, self->lan.mac, 5);
	EXPECT_EQ((ssize_t)self->len + HDR_SIZE, tap_send(self->fd, self->frame, self->len));
	EXPECT_TRUE(far_recv(&self->lan, &self->heard));
	EXPECT_EQ(5, mark_of(self->heard.frame, self->heard.len));
}

/* The kernel's library wakes no writer when there is room, a signal does. */
TEST_F(io, blocking_write)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	struct worker worker = { .fd = self->fd, .writes = true };

	sigaction(SIGUSR1, &action, NULL);
	fill(&self->lan, self->fd, self->frame);
	nonblocking(self->fd, false);
	worker.len = HDR_SIZE + build_mark(worker.buffer + HDR_SIZE, self->lan.far_mac,
					   self->lan.mac, 6);
	start(&worker);
	ASSERT_TRUE(until(asleep(&worker)));
	EXPECT_FALSE(worker.done);
	release();
	drain(self->lan.far);
	pthread_kill(worker.thread, SIGUSR1);
	ASSERT_TRUE(until(worker.done));
	EXPECT_EQ((ssize_t)worker.len, worker.result);
	ASSERT_TRUE(far_recv(&self->lan, &self->heard));
	EXPECT_EQ(6, mark_of(self->heard.frame, self->heard.len));
}

/* Room in the buffer wakes who waits for it in poll(). */
TEST_F(io, poll_for_room)
{
	struct pollfd pfd = { .fd = self->fd, .events = POLLOUT };
	pid_t pid;

	fill(&self->lan, self->fd, self->frame);
	EXPECT_EQ(0, poll(&pfd, 1, 0));
	pid = fork();
	if (!pid) {
		until(sleeps(getppid()));
		release();
		_exit(0);
	}
	EXPECT_EQ(1, poll(&pfd, 1, LIMIT_MS));
	EXPECT_EQ(POLLOUT, pfd.revents);
	waitpid(pid, NULL, 0);
}

TEST_F(io, vectors)
{
	__u8 message[HDR_SIZE + 1514] = { }, back[HDR_SIZE + 1514];
	struct shape shape = { .payload = 1000 };
	size_t len, at, n, step, left;
	struct iovec iov[1025];

	/* Pieces of all sizes, empty ones among them. */
	len = HDR_SIZE + build(message + HDR_SIZE, self->lan.far_mac, self->lan.mac, &shape);
	for (step = 2; step < 300; step = step * 3 + 1) {
		for (n = 0, at = 0; at < len && n < 1024; n++) {
			left = len - at;
			iov[n].iov_base = message + at;
			iov[n].iov_len = n % 5 == 3 ? 0 : left < step ? left : step;
			at += iov[n].iov_len;
		}
		ASSERT_EQ(len, at);
		ASSERT_EQ((ssize_t)len, writev(self->fd, iov, n));
		ASSERT_TRUE(far_recv(&self->lan, &self->heard));
		EXPECT_EQ(len, self->heard.len + HDR_SIZE);
		EXPECT_EQ(0, memcmp(self->heard.frame, message + HDR_SIZE, self->heard.len));

		/* And back. */
		build(self->frame, self->lan.mac, self->lan.far_mac, &shape);
		far_send(&self->lan, NULL, self->frame, len - HDR_SIZE);
		memset(back, 0, sizeof(back));
		for (at = 0; at < n; at++)
			iov[at].iov_base = back + ((__u8 *)iov[at].iov_base - message);
		ASSERT_TRUE(readable(self->fd, LIMIT_MS));
		ASSERT_EQ((ssize_t)len, readv(self->fd, iov, n));
		EXPECT_EQ(0, memcmp(self->frame, back + HDR_SIZE, len - HDR_SIZE));
	}
	EXPECT_ERRNO(EINVAL, writev(self->fd, iov, 1025));
	EXPECT_EQ(0, writev(self->fd, iov, 0));
	EXPECT_EQ(0, readv(self->fd, iov, 0));
}

static void alarm_ms(int ms, int flags)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = flags };
	struct itimerval timer = { .it_value.tv_usec = ms * 1000 };

	sigaction(SIGALRM, &action, NULL);
	/*
	 * Again and again: on a busy machine the first one may come before the system
	 * call that it is to interrupt.
	 */
	timer.it_interval = timer.it_value;
	setitimer(ITIMER_REAL, &timer, NULL);
}

static void alarm_off(void)
{
	const struct itimerval off = { };

	setitimer(ITIMER_REAL, &off, NULL);
}

TEST_F(io, signal_interrupts_read)
{
	__u8 buffer[256];

	alarm_ms(50, 0);
	EXPECT_ERRNO(EINTR, read(self->fd, buffer, sizeof(buffer)));
	alarm_off();
	/* And what arrives then is not lost. */
	arrive(&self->lan, 7);
	EXPECT_EQ(70, read(self->fd, buffer, sizeof(buffer)));
}

TEST_F(io, signal_restarts_read)
{
	__u8 buffer[256];
	pid_t pid;

	signals = mmap(NULL, sizeof(*signals), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, (void *)signals);
	alarm_ms(50, SA_RESTART);
	pid = fork();
	if (!pid) {
		until(*signals && sleeps(getppid()));
		arrive(&self->lan, 8);
		_exit(0);
	}
	EXPECT_EQ(70, read(self->fd, buffer, sizeof(buffer)));
	alarm_off();
	EXPECT_EQ(pid, waitpid(pid, NULL, 0));
}

TEST_F(io, signal_interrupts_write)
{
	int more = 100;

	fill(&self->lan, self->fd, self->frame);
	nonblocking(self->fd, false);
	alarm_ms(50, 0);
	/* There may be room for another one after all. */
	while (more-- && tap_send(self->fd, self->frame, 60) > 0)
		;
	EXPECT_EQ(EINTR, errno);
	alarm_off();
}

/* A reader can be killed. */
TEST_F(io, kill_reader)
{
	pid_t pid = fork();
	__u8 buffer[256];
	int status;

	if (!pid) {
		read(self->fd, buffer, sizeof(buffer));
		_exit(0);
	}
	EXPECT_TRUE(until(sleeps(pid)));
	kill(pid, SIGKILL);
	EXPECT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	arrive(&self->lan, 9);
	EXPECT_EQ(70, read(self->fd, buffer, sizeof(buffer)));
}

/*
 * io_uring, without its library
 */

struct uring {
	int fd;
	unsigned int *sq_tail, *sq_mask, *sq_array, *cq_head, *cq_tail, *cq_mask;
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqes;
};

static bool uring_make(struct uring *ring)
{
	struct io_uring_params params = { };
	__u8 *sq, *cq;
	size_t size;

	ring->fd = syscall(__NR_io_uring_setup, 32, &params);
	if (ring->fd < 0)
		return false;
	size = params.sq_off.array + params.sq_entries * sizeof(unsigned int);
	sq = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, IORING_OFF_SQ_RING);
	size = params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe);
	cq = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, IORING_OFF_CQ_RING);
	size = params.sq_entries * sizeof(struct io_uring_sqe);
	ring->sqes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd,
			  IORING_OFF_SQES);
	if (sq == MAP_FAILED || cq == MAP_FAILED || ring->sqes == MAP_FAILED)
		die("memory of io_uring: %m");
	ring->sq_tail = (unsigned int *)(sq + params.sq_off.tail);
	ring->sq_mask = (unsigned int *)(sq + params.sq_off.ring_mask);
	ring->sq_array = (unsigned int *)(sq + params.sq_off.array);
	ring->cq_head = (unsigned int *)(cq + params.cq_off.head);
	ring->cq_tail = (unsigned int *)(cq + params.cq_off.tail);
	ring->cq_mask = (unsigned int *)(cq + params.cq_off.ring_mask);
	ring->cqes = (struct io_uring_cqe *)(cq + params.cq_off.cqes);
	return true;
}

/* Hands one request to the kernel; its number comes back with the result. */
static void uring_submit(struct uring *ring, int opcode, int fd, void *at,
			 unsigned int len, __u64 number)
{
	unsigned int tail = *ring->sq_tail, slot = tail & *ring->sq_mask;
	struct io_uring_sqe *sqe = &ring->sqes[slot];

	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = opcode;
	sqe->fd = fd;
	sqe->addr = (uintptr_t)at;
	sqe->len = len;
	sqe->off = -1;
	sqe->user_data = number;
	if (opcode == IORING_OP_POLL_ADD) {
		sqe->off = 0;
		sqe->len = 0;
		/* Its halves are swapped on big-endian processors. */
		sqe->poll32_events = htonl(1) == 1 ? POLLIN << 16 : POLLIN;
	}
	ring->sq_array[slot] = slot;
	__atomic_store_n(ring->sq_tail, tail + 1, __ATOMIC_RELEASE);
	if (syscall(__NR_io_uring_enter, ring->fd, 1, 0, 0, NULL, 0) != 1)
		die("io_uring_enter: %m");
}

/* Waits for a result; false if none comes. */
static bool uring_wait(struct uring *ring, struct io_uring_cqe *result)
{
	unsigned int head = *ring->cq_head;

	if (!until(__atomic_load_n(ring->cq_tail, __ATOMIC_ACQUIRE) != head))
		return false;
	*result = ring->cqes[head & *ring->cq_mask];
	__atomic_store_n(ring->cq_head, head + 1, __ATOMIC_RELEASE);
	return true;
}

static bool uring_idle(struct uring *ring)
{
	return __atomic_load_n(ring->cq_tail, __ATOMIC_ACQUIRE) == *ring->cq_head;
}

TEST_F(io, uring_write)
{
	struct io_uring_cqe result;
	__u8 message[256] = { };
	struct iovec iov[2];
	struct uring ring;
	unsigned int i;

	if (!uring_make(&ring))
		SKIP(return, "this kernel has no io_uring");
	for (i = 0; i < 8; i++) {
		self->len = build_mark(message + HDR_SIZE, self->lan.far_mac, self->lan.mac, i);
		if (i % 2) {
			uring_submit(&ring, IORING_OP_WRITE, self->fd, message,
				     HDR_SIZE + self->len, i);
		} else {
			iov[0] = (struct iovec) { message, 17 };
			iov[1] = (struct iovec) { message + 17, HDR_SIZE + self->len - 17 };
			uring_submit(&ring, IORING_OP_WRITEV, self->fd, iov, 2, i);
		}
		ASSERT_TRUE(uring_wait(&ring, &result));
		EXPECT_EQ((int)(HDR_SIZE + self->len), result.res);
		ASSERT_TRUE(far_recv(&self->lan, &self->heard));
		EXPECT_EQ((long)i, mark_of(self->heard.frame, self->heard.len));
	}
	uring_submit(&ring, IORING_OP_WRITE, self->fd, message, 5, 0);
	ASSERT_TRUE(uring_wait(&ring, &result));
	EXPECT_EQ(-EINVAL, (int)result.res);
}

/* Requests that wait for a frame, and one that is there already. */
TEST_F(io, uring_read)
{
	struct io_uring_cqe result;
	__u8 buffer[4][256];
	struct uring ring;
	int i, marks = 0;

	if (!uring_make(&ring))
		SKIP(return, "this kernel has no io_uring");
	for (i = 0; i < 4; i++)
		uring_submit(&ring, IORING_OP_READ, self->fd, buffer[i], 256, i);
	/* The time in which nothing may happen. */
	usleep(20000);
	EXPECT_TRUE(uring_idle(&ring));
	for (i = 0; i < 4; i++) {
		arrive(&self->lan, 1 << i);
		ASSERT_TRUE(uring_wait(&ring, &result));
		EXPECT_EQ(70, result.res);
		ASSERT_GT(4u, result.user_data);
		marks |= mark_of(buffer[result.user_data] + HDR_SIZE, 60);
	}
	EXPECT_EQ(15, marks);
	arrive(&self->lan, 16);
	ASSERT_TRUE(readable(self->fd, LIMIT_MS));
	uring_submit(&ring, IORING_OP_READ, self->fd, buffer[0], 256, 5);
	ASSERT_TRUE(uring_wait(&ring, &result));
	EXPECT_EQ(70, result.res);
	EXPECT_EQ(16, mark_of(buffer[0] + HDR_SIZE, 60));
}

TEST_F(io, uring_poll)
{
	struct io_uring_cqe result;
	struct uring ring;

	if (!uring_make(&ring))
		SKIP(return, "this kernel has no io_uring");
	uring_submit(&ring, IORING_OP_POLL_ADD, self->fd, NULL, 0, 1);
	/* The time in which nothing may happen. */
	usleep(20000);
	EXPECT_TRUE(uring_idle(&ring));
	arrive(&self->lan, 1);
	ASSERT_TRUE(uring_wait(&ring, &result));
	EXPECT_TRUE(result.res > 0 && (result.res & POLLIN));
}

TEST_HARNESS_MAIN
