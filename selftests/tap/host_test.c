// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel's own protocols leave to others on the way to a guest: TCP in
 * frames beyond 64 kB ("BIG TCP"), and the CRC of SCTP, for neither of which the
 * virtio-net header has a word; and pages that a program still owns.
 *
 *    /dev/tapN -- t0    s0 -- sockets of the host
 *                  |    |
 *                  '-e0-'
 *                    |
 *                   q0 -- sockets beyond the wire
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tests.h"

#define ALL		(TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6)
#define PORT		4321
#define LEGACY_MAX	65536		/* what readers have buffers for */
#define BIG_MAX		200000
#define AMOUNT		(4 << 20)
#define WINDOW_SHIFT	7
#define SYN		0x02
#define ACK		0x10
#define CRC32C		0x82f63b78	/* the polynomial, reversed */

FIXTURE(host)
{
	struct lan lan;
	struct heard heard;
	__u8 frame[MAX_FRAME];
	int fd;
};

FIXTURE_SETUP(host)
{
	lan_make(&self->lan);
	self->fd = tap_open(&self->lan, O_NONBLOCK);
	ip("link set t0 type %s mode bridge\n"
	   "link add link e0 name s0 up address 02:00:00:00:00:05 type %s mode bridge\n",
	   kind(), is_ours() ? "mymacvlan" : "macvlan");
	wait_running("s0", NULL);
	allow_ipv6("s0");
	/* The addresses of build(). */
	ip("address add fd00::2/64 dev s0 nodad\n"
	   "neighbour add fd00::1 dev s0 lladdr 02:00:00:00:00:01\n"
	   "address add 192.0.2.2/24 dev s0\n"
	   "neighbour add 192.0.2.1 dev s0 lladdr 02:00:00:00:00:01\n");
}

FIXTURE_TEARDOWN(host)
{
	close(self->fd);
}

/*
 * BIG TCP: the test is the guest's end of a connection
 */

/* Answers what was heard, up to the byte @ack. */
static void answer(struct _test_data_host *self, const struct seen *seen,
		   __u8 flags, __u32 ack)
{
	/* A large window. */
	static const __u8 options[] = { 1, 3, 3, WINDOW_SHIFT };
	struct shape shape = {
		.v6 = true, .tcp = true, .partial = true, .sport = PORT,
		.seq = flags & SYN ? 0 : 1, .payload = flags & SYN ? sizeof(options) : 0,
	};
	static const __u8 host_mac[] = { 2, 0, 0, 0, 0, 5 };
	__u8 *tcp = self->frame + l4_of(&shape);
	struct virtio_net_hdr hdr = csum_hdr(&shape);
	size_t len;

	len = build(self->frame, host_mac, self->lan.mac, &shape);
	put16(tcp + 2, seen->sport);
	put32(tcp + 8, ack);
	tcp[13] = flags;
	put16(tcp + 14, 0xffff);
	if (flags & SYN) {
		tcp[12] = 6 << 4;
		memcpy(tcp + 20, options, sizeof(options));
	}
	if (tap_write(self->fd, &hdr, HDR_SIZE, self->frame, len) < 0)
		die("answer: %m");
}

/* The next TCP frame of the host. */
static bool next_tcp(struct _test_data_host *self, struct seen *seen)
{
	while (tap_recv(self->fd, HDR_SIZE, &self->heard))
		if (parse(self->heard.frame, self->heard.len, seen) && seen->tcp)
			return true;
	return false;
}

/* A connection to the guest, non-blocking; @first numbers its first byte. */
static int call_guest(struct _test_data_host *self, __u32 *first)
{
	struct sockaddr_in6 guest = {
		.sin6_family = AF_INET6, .sin6_port = htons(PORT),
	};
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	/* No farewells, which would come in between later. */
	struct linger linger = { .l_onoff = 1 };
	int size = AMOUNT;
	struct seen seen;

	inet_pton(AF_INET6, "fd00::1", &guest.sin6_addr);
	if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)) ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) ||
	    connect(fd, (struct sockaddr *)&guest, sizeof(guest)) != -1 || errno != EINPROGRESS)
		die("connect: %m");
	do {
		if (!next_tcp(self, &seen))
			die("no SYN");
	} while (!(self->heard.frame[seen.l4 + 13] & SYN));
	*first = seen.seq + 1;
	answer(self, &seen, SYN | ACK, *first);
	return fd;
}

/* Sends what there is room for, but no more than @limit bytes in all. */
static void feed(int fd, size_t *sent, size_t limit)
{
	static __u8 data[1 << 16];
	ssize_t len;

	while (*sent < limit) {
		/* No pattern of build(), but one that 64 kB repeat. */
		if (!data[1])
			for (len = 0; len < (ssize_t)sizeof(data); len++)
				data[len] = len + (len >> 8);
		len = sizeof(data) - *sent % sizeof(data);
		if (*sent + len > limit)
			len = limit - *sent;
		len = send(fd, data + *sent % sizeof(data), len, MSG_DONTWAIT);
		if (len < 0)
			return;
		*sent += len;
	}
}

static bool fed(const __u8 *data, size_t len, size_t from)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (data[i] != (__u8)(from + i + ((from + i) >> 8)))
			return false;
	return true;
}

/* The frame is good for a reader of 64 kB, and has bytes from @at on of the
 * stream, of which @done have come before.
 */
static const char *wrong_piece(const struct heard *heard, const struct seen *seen,
			       size_t at, size_t done)
{
	if (heard->len > LEGACY_MAX)
		return "length";
	if (heard->hdr.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM ?
	    !seen->partial_sum_ok : !seen->sum_ok)
		return "checksum";
	/* Some come twice: we are slow. */
	if (at > done)
		return "missing piece";
	if (!fed(heard->frame + seen->data, seen->payload, at))
		return "payload";
	return NULL;
}

/* The longest frame that @watch has seen. */
static size_t longest(int watch, size_t longest)
{
	__u8 buffer[64];
	ssize_t len;

	while ((len = recv(watch, buffer, sizeof(buffer), MSG_TRUNC | MSG_DONTWAIT)) > 0)
		if ((size_t)len > longest)
			longest = len;
	return longest;
}

static void big_tcp(struct __test_metadata *_metadata, struct _test_data_host *self,
		    unsigned int offloads)
{
	size_t sent = 0, done = 0, at, most = 0, amount = AMOUNT;
	const char *what = NULL;
	struct seen seen;
	int host, watch;
	__u32 first;

	tap_offload(self->fd, offloads);
	watch = packet_socket("t0", ETH_P_ALL);
	host = call_guest(self, &first);
	while (done < amount && !what) {
		/* The host cuts its data into frames by the window that it
		 * knows, of which the first answer has but 64 kB.
		 */
		feed(host, &sent, done ? amount : 1);
		ASSERT_TRUE(next_tcp(self, &seen));
		most = longest(watch, most);
		/* One that has lost patience with us begins with small ones again. */
		if (sent == amount && most <= LEGACY_MAX && amount < 10 * AMOUNT)
			amount += AMOUNT;
		if (!seen.payload)
			continue;
		at = seen.seq - first;
		what = wrong_piece(&self->heard, &seen, at, done);
		if (at + seen.payload > done)
			done = at + seen.payload;
		/* The more at once, the larger the frames to come. */
		if (!readable(self->fd, 0))
			answer(self, &seen, ACK, first + done);
	}
	EXPECT_EQ(NULL, what)
		TH_LOG("%s, after %zu bytes", what, done);
	/* Or else all this was about nothing. */
	EXPECT_LT((size_t)LEGACY_MAX, most);
	close(watch);
	close(host);
}

TEST_F(host, big_tcp)
{
	unsigned int offloads[] = { ALL, TUN_F_CSUM, 0 };
	unsigned int i;

	if (ip_error("link set dev s0 gso_max_size %d\n", BIG_MAX))
		SKIP(return, "no frames above 64 kB on this lower device");
	/* As large as it may be: by itself the host looks at how fast we are. */
	run("sysctl -qw net.ipv4.tcp_min_tso_segs=200");
	/* Longer than all that the host sends before an answer. */
	ASSERT_EQ(0, set_queue_length("t0", 10000));
	for (i = 0; i < ARRAY_SIZE(offloads); i++)
		big_tcp(_metadata, self, offloads[i]);
	if (is_ours())
		EXPECT_EQ(0, counter("t0", "rx_drop_segment"));
}

/*
 * Sending without copying
 */

/* As many bytes at @data to the guest, whose kernel may take them as they are. */
static int send_pages(const void *data, size_t len)
{
	struct sockaddr_in guest = {
		.sin_family = AF_INET, .sin_port = htons(PORT),
		.sin_addr.s_addr = htonl(0xc0000201),
	};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on)) ||
	    sendto(fd, data, len, MSG_ZEROCOPY, (struct sockaddr *)&guest,
		   sizeof(guest)) != (ssize_t)len)
		die("send without copying: %m");
	return fd;
}

/* A guest that does not read must not keep what belongs to a program beside it. */
TEST_F(host, pages_of_a_program)
{
	struct pollfd sent = { };
	const size_t len = 1000;
	struct seen seen = { };
	__u8 *data, *payload;
	size_t i;

	if (!is_ours())
		SKIP(return, "in-tree macvtap keeps them");
	data = aligned_alloc(4096, 4096);
	memset(data, 0x55, len);
	sent.fd = send_pages(data, len);
	EXPECT_EQ(1, poll(&sent, 1, LIMIT_MS))
		TH_LOG("the program does not get its pages back");
	EXPECT_TRUE(sent.revents & POLLERR);
	memset(data, 0xaa, len);
	while (seen.tcp || seen.payload != len) {
		ASSERT_TRUE(tap_recv(self->fd, HDR_SIZE, &self->heard));
		if (!parse(self->heard.frame, self->heard.len, &seen))
			seen.payload = 0;
	}
	payload = self->heard.frame + seen.data;
	for (i = 0; i < len && payload[i] == 0x55; i++)
		;
	EXPECT_EQ(len, i)
		TH_LOG("what is written later gets there, too");
	close(sent.fd);
	free(data);
}

/*
 * SCTP
 */

static __u32 crc32c(const __u8 *data, size_t len)
{
	__u32 crc = ~0U;
	int bit;

	while (len--) {
		crc ^= *data++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? CRC32C : 0);
	}
	return ~crc;
}

static bool is_sctp(const struct heard *heard)
{
	const __u8 *l3 = heard->frame + ETH_HLEN;

	return get16(l3 - 2) == ETH_P_IP && l3[9] == IPPROTO_SCTP;
}

/* The first packet of an association from beyond the wire, which is a device
 * that says it makes the CRC.
 */
static void call_by_sctp(struct __test_metadata *_metadata, struct _test_data_host *self)
{
	struct sockaddr_in guest = {
		.sin_family = AF_INET, .sin_port = htons(PORT),
		.sin_addr.s_addr = htonl(0xc0000201),
	};
	int near = this_netns(), fd;

	enter_netns(self->lan.far_netns);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_SCTP);
	ASSERT_LE(0, fd);
	ASSERT_ERRNO(EINPROGRESS, connect(fd, (struct sockaddr *)&guest, sizeof(guest)));
	close(fd);
	enter_netns(near);
	close(near);
}

TEST_F(host, sctp)
{
	__u8 *l3 = self->heard.frame + ETH_HLEN, *sctp = l3 + 20;
	unsigned int offloads[] = { ALL, TUN_F_CSUM, 0 };
	int near = this_netns(), watch, fd;
	unsigned int i;
	__u8 crc[4];
	__u32 sum;

	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_SCTP);
	if (fd < 0 && (errno == EPROTONOSUPPORT || errno == ESOCKTNOSUPPORT))
		SKIP(return, "this kernel has no SCTP");
	watch = packet_socket("t0", ETH_P_ALL);
	enter_netns(self->lan.far_netns);
	ip("address add 192.0.2.3/24 dev q0\n"
	   "neighbour add 192.0.2.1 dev q0 lladdr 02:00:00:00:00:01\n");
	enter_netns(near);
	for (i = 0; i < ARRAY_SIZE(offloads); i++) {
		tap_offload(self->fd, offloads[i]);
		call_by_sctp(_metadata, self);
		do {
			ASSERT_TRUE(socket_recv(watch, &self->heard));
		} while (!is_sctp(&self->heard));
		/* Or else all this is about nothing. */
		EXPECT_EQ(VIRTIO_NET_HDR_F_NEEDS_CSUM, self->heard.hdr.flags);
		do {
			ASSERT_TRUE(tap_recv(self->fd, HDR_SIZE, &self->heard));
		} while (!is_sctp(&self->heard));
		EXPECT_EQ(0, self->heard.hdr.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM);
		memcpy(crc, sctp + 8, sizeof(crc));
		memset(sctp + 8, 0, sizeof(crc));
		sum = crc32c(sctp, get16(l3 + 2) - 20);
		EXPECT_EQ(sum, (__u32)crc[3] << 24 | crc[2] << 16 | crc[1] << 8 | crc[0]);
	}
	close(watch);
}

TEST_HARNESS_MAIN
