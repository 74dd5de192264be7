// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends random frames from a pinned child, and compares what comes out on the wire
 * with a model of what may.
 *
 *   liar NETNS DEV WIRE_NETNS WIRE_DEV LEVEL COUNT SEED
 *
 * LEVEL is mac, ip or guard; for ip and guard the child is allowed 192.0.2.10,
 * 198.51.100.0/24, 2001:db8::10 and 2001:db8:1::/64. Frames are built from what a
 * guest, honest or not, may say, and then up to three bytes are changed. Each one
 * carries its number in the last bytes. The model is written from the table in
 * Documentation/security.md, not from the driver.
 *
 * Exit status: 0 all as the model says, 1 not (the frames are printed), 2 could not
 * try.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH	256
#define LONGEST	300
#define MARK	0x6c696172u
#define TAIL	8

enum { MAC = 1, IP, GUARD };

struct frame {
	unsigned char data[LONGEST];
	int len;
	bool heard;
};

static struct frame frames[BATCH + 1];
static unsigned char own[ETH_ALEN];
static unsigned char local[16] = { 0xfe, 0x80 };
static int level;
static unsigned long long state;

static void die(const char *what)
{
	fprintf(stderr, "liar: %s: %s\n", what, strerror(errno));
	exit(2);
}

/*
 * The model
 */

static unsigned int be16(const unsigned char *p)
{
	return p[0] << 8 | p[1];
}

static bool is_zero(const unsigned char *p, int n)
{
	while (n--)
		if (*p++)
			return false;
	return true;
}

static bool ours4(const unsigned char *ip)
{
	return !memcmp(ip, "\xc0\x00\x02\x0a", 4) || !memcmp(ip, "\xc6\x33\x64", 3);
}

static bool ours6(const unsigned char *ip)
{
	return !memcmp(ip, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x10", 16) ||
	       !memcmp(ip, "\x20\x01\x0d\xb8\0\1\0\0", 8) || !memcmp(ip, local, 16);
}

static bool arp_may(const unsigned char *p, int len, bool reverse)
{
	if (len < 28 || memcmp(p, "\0\1\x08\0\6\4", 6) || memcmp(p + 8, own, 6))
		return false;
	if (reverse)
		return !memcmp(p + 18, own, 6);
	return ours4(is_zero(p + 14, 4) ? p + 24 : p + 14);
}

static bool ipv4_may(const unsigned char *p, int len)
{
	int head, total;
	bool first, whole, udp;

	if (len < 20 || p[0] >> 4 != 4 || (p[0] & 15) < 5)
		return false;
	head = (p[0] & 15) * 4;
	total = be16(p + 2);
	first = !(be16(p + 6) & 0x1fff);
	whole = first && !(p[6] & 0x20);
	udp = p[9] == 17;
	if (!ours4(p + 12)) {
		if (!is_zero(p + 12, 4))
			return false;
		if (p[9] != 2 && !(udp && whole && len >= head + 4 &&
				   be16(p + head) == 68 && be16(p + head + 2) == 67))
			return false;
	}
	if (level == GUARD && p[9] == 1 && first)
		return total >= head + 1 && len >= head + 1 && p[head] != 5 &&
		       p[head] != 9;
	if (level == GUARD && udp && first)
		return total >= head + 8 && len >= head + 4 && be16(p + head) != 67 &&
		       be16(p + head + 2) != 68;
	return true;
}

static bool nd_may(const unsigned char *p, int len, bool nobody)
{
	int fixed = p[0] == 133 ? 8 : p[0] == 134 ? 16 : p[0] == 137 ? 40 : 24;
	int at;

	if (len < fixed || (level == GUARD && (p[0] == 134 || p[0] == 137)))
		return false;
	if (nobody && (p[0] != 135 || !ours6(p + 8)))
		return false;
	if (p[0] == 136 && !ours6(p + 8))
		return false;
	for (at = fixed; at < len; at += p[at + 1] * 8) {
		if (at + 8 > len || !p[at + 1] || at + p[at + 1] * 8 > len)
			return false;
		if ((p[at] == 1 || p[at] == 2) && memcmp(p + at + 2, own, 6))
			return false;
	}
	return true;
}

static bool ipv6_may(const unsigned char *p, int len)
{
	bool nobody, extended = false, later = false;
	int at = 40, end, next, headers, size;

	if (len < 40 || p[0] >> 4 != 6)
		return false;
	nobody = is_zero(p + 8, 16);
	if (!nobody && !ours6(p + 8))
		return false;
	end = 40 + be16(p + 4);
	if (end > len)
		return false;
	next = p[6];
	for (headers = 0; !later && (next == 0 || next == 43 || next == 44 ||
				     next == 51 || next == 60); headers++) {
		if (headers == 8 || at + 8 > len)
			return false;
		later = next == 44 && be16(p + at + 2) & 0xfff8;
		extended = true;
		size = next == 44 ? 8 : next == 51 ? (p[at + 1] + 2) * 4 :
		       (p[at + 1] + 1) * 8;
		next = p[at];
		at += size;
		if (at > end)
			return false;
	}
	if (later)
		return !nobody;
	if (next == 58) {
		if (at + 8 > end)
			return false;
		if (p[at] >= 133 && p[at] <= 137)
			return !extended && nd_may(p + at, end - at, nobody);
		return !nobody || p[at] == 131 || p[at] == 132 || p[at] == 143;
	}
	if (nobody)
		return false;
	if (level == GUARD && next == 17)
		return at + 8 <= end && be16(p + at) != 547 &&
		       be16(p + at + 2) != 546;
	return true;
}

static bool may(const struct frame *frame)
{
	const unsigned char *p = frame->data;
	unsigned int type = be16(p + 12);
	int at = 14;

	if (memcmp(p + 6, own, 6))
		return false;
	if (level == MAC)
		return true;
	if (type == 0x8100 || type == 0x88a8) {
		if (frame->len < 18)
			return false;
		type = be16(p + 16);
		at = 18;
	}
	p += at;
	switch (type) {
	case 0x0800:
		return ipv4_may(p, frame->len - at);
	case 0x86dd:
		return ipv6_may(p, frame->len - at);
	case 0x0806:
	case 0x8035:
		return arp_may(p, frame->len - at, type == 0x8035);
	default:
		return false;
	}
}

/*
 * Frames
 */

static unsigned int pick(unsigned int n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 16) % n;
}

static const char * const some4[] = {
	"192.0.2.10", "198.51.100.7", "192.0.2.1", "0.0.0.0", "8.8.8.8",
};

static const char * const some6[] = {
	"2001:db8::10", "2001:db8:1::7", "2001:db8::1", "::", "fe80::1",
	"::ffff:192.0.2.10",
};

static void put4(unsigned char *p)
{
	inet_pton(AF_INET, some4[pick(3) ? 0 : pick(5)], p);
}

static void put6(unsigned char *p)
{
	if (pick(4) == 0)
		memcpy(p, local, 16);
	else
		inet_pton(AF_INET6, some6[pick(3) ? 0 : pick(6)], p);
}

static void put_mac(unsigned char *p)
{
	memcpy(p, own, ETH_ALEN);
	if (!pick(6))
		p[pick(ETH_ALEN)] ^= 1 << pick(8);
}

static void put_ports(unsigned char *p)
{
	static const unsigned short ports[] = { 67, 68, 546, 547, 53 };
	unsigned short source = ports[pick(5)], dest = ports[pick(5)];

	p[0] = source >> 8;
	p[1] = source;
	p[2] = dest >> 8;
	p[3] = dest;
	p[4] = 0;
	p[5] = 20;
}

static void put_arp(unsigned char *p, int len)
{
	(void)len;
	memcpy(p, "\0\1\x08\0\6\4\0\1", 8);
	put_mac(p + 8);
	put4(p + 14);
	put_mac(p + 18);
	put4(p + 24);
}

static void put_ipv4(unsigned char *p, int len)
{
	static const unsigned char protocols[] = { 17, 17, 6, 1, 2 };
	static const unsigned char icmp[] = { 0, 5, 8, 9 };

	p[0] = 0x45 + !pick(5);
	p[2] = len >> 8;
	p[3] = len;
	if (!pick(5)) {
		p[6] = pick(2) << 5;
		p[7] = pick(3);
	}
	p[8] = 64;
	p[9] = protocols[pick(5)];
	put4(p + 12);
	put4(p + 16);
	put_ports(p + (p[0] & 15) * 4);
	if (p[9] == 1)
		p[(p[0] & 15) * 4] = icmp[pick(4)];
}

static int put_option(unsigned char *p, int type)
{
	p[0] = type;
	p[1] = 1;
	put_mac(p + 2);
	return 8;
}

/* Returns how long it is. */
static int put_icmpv6(unsigned char *p)
{
	static const unsigned char types[] = {
		133, 134, 135, 135, 136, 136, 137, 128, 143, 131, 141,
	};
	static const unsigned char fixed[] = { 8, 16, 24, 24, 40 };
	int len;

	p[0] = types[pick(11)];
	if (p[0] < 133 || p[0] > 137)
		return 24;
	len = fixed[p[0] - 133];
	if (len >= 24)
		put6(p + 8);
	while (pick(2) && len < 80)
		len += put_option(p + len, pick(4) ? 1 + pick(3) : 14);
	return len;
}

/* Extension headers. Returns how long they are. */
static int put_chain(unsigned char *p, unsigned char *next)
{
	static const unsigned char kinds[] = { 0, 43, 44, 51, 60 };
	int at = 0, n = pick(12) ? pick(3) : 10;

	while (n-- && at < 96) {
		*next = kinds[pick(5)];
		next = p + at;
		if (*next == 44)
			p[at + 3] = pick(2) * 8;
		at += 8;
	}
	*next = pick(3) ? 58 : pick(2) ? 17 : 6;
	return at;
}

static void put_ipv6(unsigned char *p, int len)
{
	int at = 40, payload;
	unsigned char *icmp;

	(void)len;
	p[0] = 0x60;
	p[7] = 255;
	put6(p + 8);
	put6(p + 24);
	p[6] = 58;
	if (!pick(3))
		at += put_chain(p + 40, p + 6);
	icmp = p + at;
	put_ports(icmp);
	payload = at - 40 + 20;
	if (p[6] == 58 || at > 40)
		payload = at - 40 + put_icmpv6(icmp);
	if (p[6] == 17)
		put_ports(icmp);
	p[4] = payload >> 8;
	p[5] = payload;
}

static void put_rest(unsigned char *p, unsigned int kind, int len)
{
	static const struct {
		unsigned short type;
		void (*put)(unsigned char *p, int len);
	} kinds[] = {
		{ 0x0800, put_ipv4 }, { 0x86dd, put_ipv6 }, { 0x86dd, put_ipv6 },
		{ 0x0806, put_arp }, { 0x8035, put_arp }, { 0x88b5, put_arp },
	};

	p[0] = kinds[kind].type >> 8;
	p[1] = kinds[kind].type;
	kinds[kind].put(p + 2, len - 16);
}

static void mark(struct frame *frame, unsigned int number)
{
	unsigned int tail[2] = { htonl(MARK), htonl(number) };

	memcpy(frame->data + frame->len - TAIL, tail, TAIL);
}

static void make(struct frame *frame, unsigned int number)
{
	unsigned char *p = frame->data;
	int i, changes;

	memset(frame, 0, sizeof(*frame));
	frame->len = pick(8) ? 260 : 30 + pick(200);
	/* To one or to all: the driver has two paths for them. */
	memcpy(p, pick(2) ? "\xff\xff\xff\xff\xff\xff" : "\2\0\0\0\0\x99", ETH_ALEN);
	memcpy(p + 6, own, ETH_ALEN);
	p += 12;
	for (i = pick(8) ? 0 : 1 + !pick(4); i; i--) {
		memcpy(p, pick(4) ? "\x81\0\0\5" : "\x88\xa8\0\5", 4);
		p += 4;
	}
	put_rest(p, pick(6), frame->data + frame->len - p);
	changes = pick(2) ? 0 : 1 + pick(3);
	while (changes--)
		frame->data[6 + pick(90) % (frame->len - 6)] = pick(3) ? pick(256) : pick(2) * 255;
	mark(frame, number);
}

/* One that may always be sent: it comes last. */
static void make_last(struct frame *frame)
{
	memset(frame, 0, sizeof(*frame));
	frame->len = 60;
	memset(frame->data, 0xff, ETH_ALEN);
	memcpy(frame->data + 6, own, ETH_ALEN);
	memcpy(frame->data + 12, "\x08\x06\0\1\x08\0\6\4\0\1", 10);
	memcpy(frame->data + 22, own, ETH_ALEN);
	memcpy(frame->data + 28, "\xc0\x00\x02\x0a", 4);
	mark(frame, BATCH);
}

/*
 * Sockets
 */

static int open_socket(const char *netns, const char *dev)
{
	struct sockaddr_ll on = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	int size = 64 << 20, one = 1;
	struct ifreq request = { };
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die(path);
	close(fd);
	fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
	on.sll_ifindex = if_nametoindex(dev);
	if (fd < 0 || !on.sll_ifindex || bind(fd, (void *)&on, sizeof(on)))
		die(dev);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one));
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", dev);
	if (ioctl(fd, SIOCGIFHWADDR, &request))
		die(dev);
	memcpy(own, request.ifr_hwaddr.sa_data, ETH_ALEN);
	return fd;
}

/* The number of the next frame of ours, or -1. */
static int hear(int fd)
{
	unsigned char data[LONGEST];
	unsigned int tail[2];
	ssize_t len;

	for (;;) {
		struct pollfd waits = { .fd = fd, .events = POLLIN };

		if (poll(&waits, 1, 10000) <= 0)
			return -1;
		len = recv(fd, data, sizeof(data), 0);
		if (len < TAIL)
			continue;
		memcpy(tail, data + len - TAIL, TAIL);
		if (ntohl(tail[0]) == MARK && ntohl(tail[1]) <= BATCH)
			return ntohl(tail[1]);
	}
}

static void print_wrong(const struct frame *frame)
{
	int i;

	printf("%s: ", frame->heard ? "sent, and may not be" : "not sent, and may be");
	for (i = 0; i < frame->len; i++)
		printf("%02x", frame->data[i]);
	printf("\n");
}

/* Returns how many are wrong. */
static unsigned int run_batch(int from, int wire, unsigned int *sent)
{
	unsigned int i, wrong = 0;
	int number;

	for (i = 0; i < BATCH; i++)
		make(&frames[i], i);
	make_last(&frames[BATCH]);
	for (i = 0; i <= BATCH; i++)
		if (send(from, frames[i].data, frames[i].len, 0) < 0 && i == BATCH)
			die("send");
	while ((number = hear(wire)) != BATCH) {
		if (number < 0) {
			errno = ETIMEDOUT;
			die("the last frame of a batch");
		}
		frames[number].heard = true;
	}
	for (i = 0; i < BATCH; i++) {
		*sent += frames[i].heard;
		if (frames[i].heard == may(&frames[i]))
			continue;
		if (++wrong <= 4)
			print_wrong(&frames[i]);
	}
	return wrong;
}

static int parse_level(const char *word)
{
	return !strcmp(word, "mac") ? MAC : !strcmp(word, "ip") ? IP :
	       !strcmp(word, "guard") ? GUARD : 0;
}

int main(int argc, char **argv)
{
	unsigned int wrong = 0, sent = 0, all = 0, count;
	int from, wire;
	cpu_set_t one;

	level = argc == 8 ? parse_level(argv[5]) : 0;
	if (!level) {
		fprintf(stderr, "liar: see liar.c\n");
		return 2;
	}
	count = strtoul(argv[6], NULL, 10);
	state = strtoull(argv[7], NULL, 10) * 2654435761u + 88172645463325252ull;
	/* So that frames arrive in the order that they were sent in. */
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof(one), &one);
	wire = open_socket(argv[3], argv[4]);
	from = open_socket(argv[1], argv[2]);
	local[8] = own[0] ^ 2;
	local[9] = own[1];
	local[10] = own[2];
	local[11] = 0xff;
	local[12] = 0xfe;
	memcpy(local + 13, own + 3, 3);
	while (all < count && wrong < 20) {
		wrong += run_batch(from, wire, &sent);
		all += BATCH;
	}
	printf("liar: level %s, seed %s: %u frames, %u sent, %u wrong\n", argv[5],
	       argv[7], all, sent, wrong);
	return wrong ? 1 : 0;
}
