// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends frames on some devices, counts who hears them, and says whether that
 * is what was expected. One process does it all, in any number of network
 * namespaces: starting programs is what costs time in an emulated machine.
 *
 *   frame [limit=MS] [settle=MS] [debug]
 *         send [NS/]DEV [dst=MAC] [src=MAC] [type=HEX] [size=N] [count=N]
 *              [vlan=ID] [ip4=ADDR [ttl=N] [id=N] [frag=OFFSET[+]]] [may-fail]
 *              [bypass] [stamp] [every=USEC] [down] [says=HEX]
 *              [arp=ADDR [asks=ADDR] [op=N] [sha=MAC] [hrd=N]] [tags=N]
 *         ...
 *         hear [NS/]DEV[,tap][,type:HEX][,host|other|multicast|broadcast][=N[-M]] ...
 *
 * MAC is an address, "broadcast", or @[NS/]DEV: the address of that device.
 * The default destination is broadcast, the default source the sender's own.
 * The default type is 88b5 (local experiments). "size" is the payload's.
 * "frag" makes an IPv4 fragment of the payload, "+" says that more follow.
 * "may-fail": the device may refuse the frame. "bypass": past the device's queue.
 * "stamp": the kernel has to tell when each frame was sent. "every": so much time
 * from one frame to the next. "down": with the last frame the device is set down.
 * "arp": a request for that address, from 10.9.0.200 or from "asks"; "op", "sha" and
 * "hrd": of that type, from that MAC address, and for that kind of network. "tags": so
 * many with VLAN 0. "says": the protocol that the kernel is told, where it is not that
 * of the frame.
 *
 * Every payload carries a mark made for this run, so that nothing else on the
 * wire is counted. A listener hears what the device's receive path gives to a
 * protocol of that type, or of the type given; with "tap" it sits where tcpdump
 * does. Frames that go out are never counted. After the expected number it listens on until all
 * has been quiet for "settle" ms: too many is as wrong as too few.
 *
 * Prints one line a listener whose count is wrong (all of them with "debug").
 * Exit status: 0 as expected, 1 not, 2 could not do it.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/net_tstamp.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/if_ether.h>
#include <netinet/ip.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

#define MAX_SENDS	512
#define MAX_HEARS	256
#define MAX_FRAME	65535
#define ANY_KIND	-1

struct place {
	const char *text;		/* as given, for messages */
	char ns[64];
	char dev[IFNAMSIZ];
	int ifindex;
};

struct sending {
	struct place at;
	int fd;
	unsigned char dst[ETH_ALEN], src[ETH_ALEN], sha[ETH_ALEN];
	unsigned int type, size, count, vlan, id, ttl, frag, every, says, op,
		     hrd, tags;
	bool is_ip4, is_arp, has_sha, more_frags, may_fail, stamp, down;
	struct in_addr ip4, arp, asks;
};

struct hearing {
	struct place at;
	int fd;
	int kind;			/* PACKET_HOST and so on */
	bool tap;
	int type;			/* or 0: the frames' own */
	unsigned int min, max, got;
};

static struct sending sends[MAX_SENDS];
static struct hearing hears[MAX_HEARS];
static unsigned int n_sends, n_hears, limit_ms = 5000, settle_ms = 200;
static int home_ns = -1;
static bool debug;
static char mark[33];

static void __attribute__((format(printf, 1, 2), noreturn))
die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fputs("frame: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	exit(2);
}

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* A packet socket in the namespace of @at; it stays there. */
static int socket_at(struct place *at)
{
	struct ifreq ifr = { };
	char path[128];
	int ns, fd;

	if (at->ns[0]) {
		snprintf(path, sizeof(path), "/run/netns/%s", at->ns);
		ns = open(path, O_RDONLY | O_CLOEXEC);
		if (ns < 0 || setns(ns, CLONE_NEWNET))
			die("namespace %s: %m", at->ns);
		close(ns);
	}
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0)
		die("packet socket: %m");
	if (at->ns[0] && setns(home_ns, CLONE_NEWNET))
		die("back to the own namespace: %m");
	memcpy(ifr.ifr_name, at->dev, IFNAMSIZ);
	if (ioctl(fd, SIOCGIFINDEX, &ifr))
		die("%s: %m", at->text);
	at->ifindex = ifr.ifr_ifindex;
	return fd;
}

/* [NS/]DEV up to @len characters */
static struct place parse_place(const char *text, size_t len)
{
	const char *slash = memchr(text, '/', len);
	struct place at = { .text = strndup(text, len) };
	size_t ns_len = slash ? slash - text : 0;

	if (slash) {
		text += ns_len + 1;
		len -= ns_len + 1;
	}
	if (ns_len >= sizeof(at.ns) || !len || len >= IFNAMSIZ)
		die("bad device \"%s\"", at.text);
	memcpy(at.ns, at.text, ns_len);
	memcpy(at.dev, text, len);
	return at;
}

static void device_mac(int fd, const char *dev, unsigned char *mac)
{
	struct ifreq ifr = { };

	strncpy(ifr.ifr_name, dev, IFNAMSIZ - 1);
	if (ioctl(fd, SIOCGIFHWADDR, &ifr))
		die("address of %s: %m", dev);
	memcpy(mac, ifr.ifr_hwaddr.sa_data, ETH_ALEN);
}

static void parse_mac(const char *text, unsigned char *mac)
{
	struct place at;
	int fd, end = 0;

	if (!strcmp(text, "broadcast")) {
		memset(mac, 0xff, ETH_ALEN);
		return;
	}
	if (*text == '@') {
		at = parse_place(text + 1, strlen(text + 1));
		fd = socket_at(&at);
		device_mac(fd, at.dev, mac);
		close(fd);
		return;
	}
	if (sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &mac[0], &mac[1],
		   &mac[2], &mac[3], &mac[4], &mac[5], &end) != ETH_ALEN ||
	    text[end])
		die("bad address \"%s\"", text);
}

/* The value of "name=value", or NULL if @word is something else. */
static const char *value_of(const char *word, const char *name)
{
	size_t len = strlen(name);

	return !strncmp(word, name, len) && word[len] == '=' ?
		word + len + 1 : NULL;
}

static bool number(const char *word, const char *name, int base,
		   unsigned int *result)
{
	const char *value = value_of(word, name);
	char *end;

	if (!value)
		return false;
	*result = strtoul(value, &end, base);
	if (!*value || *end)
		die("bad number in \"%s\"", word);
	return true;
}

static void parse_ip4(struct sending *s, const char *value, const char *word)
{
	if (!inet_aton(value, &s->ip4))
		die("bad address in \"%s\"", word);
	s->is_ip4 = true;
	s->type = ETH_P_IP;
}

static void parse_arp(struct sending *s, const char *value, const char *word)
{
	if (!inet_aton(value, &s->arp))
		die("bad address in \"%s\"", word);
	s->is_arp = true;
	s->type = ETH_P_ARP;
}

static void parse_asks(struct sending *s, const char *value, const char *word)
{
	if (!inet_aton(value, &s->asks))
		die("bad address in \"%s\"", word);
}

static void parse_sha(struct sending *s, const char *value)
{
	parse_mac(value, s->sha);
	s->has_sha = true;
}

static void parse_frag(struct sending *s, const char *value, const char *word)
{
	char *end;

	s->frag = strtoul(value, &end, 0);
	s->more_frags = *end == '+';
	if (end[s->more_frags] || s->frag % 8)
		die("bad fragment offset in \"%s\"", word);
}

static void set_bypass(struct sending *s)
{
	int on = 1;

	if (setsockopt(s->fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)))
		die("past the queue of %s: %m", s->at.text);
}

/* From now on each frame comes back with the time at which a driver had it. */
static void set_stamp(struct sending *s)
{
	int flags = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;

	if (setsockopt(s->fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof(flags)))
		die("time stamps of %s: %m", s->at.text);
	s->stamp = true;
}

static bool parse_send_number(struct sending *s, const char *word)
{
	return number(word, "type", 16, &s->type) ||
	       number(word, "size", 0, &s->size) ||
	       number(word, "count", 0, &s->count) ||
	       number(word, "every", 0, &s->every) ||
	       number(word, "says", 16, &s->says) ||
	       number(word, "vlan", 0, &s->vlan) ||
	       number(word, "ttl", 0, &s->ttl) ||
	       number(word, "id", 0, &s->id) ||
	       number(word, "op", 0, &s->op) ||
	       number(word, "hrd", 0, &s->hrd) ||
	       number(word, "tags", 0, &s->tags);
}

static void parse_send_option(struct sending *s, const char *word)
{
	const char *dst = value_of(word, "dst"), *src = value_of(word, "src");
	const char *ip4 = value_of(word, "ip4"), *frag = value_of(word, "frag");
	const char *arp = value_of(word, "arp"), *asks = value_of(word, "asks");
	const char *sha = value_of(word, "sha");

	if (dst)
		parse_mac(dst, s->dst);
	else if (src)
		parse_mac(src, s->src);
	else if (ip4)
		parse_ip4(s, ip4, word);
	else if (arp)
		parse_arp(s, arp, word);
	else if (asks)
		parse_asks(s, asks, word);
	else if (sha)
		parse_sha(s, sha);
	else if (frag)
		parse_frag(s, frag, word);
	else if (!strcmp(word, "may-fail"))
		s->may_fail = true;
	else if (!strcmp(word, "down"))
		s->down = true;
	else if (!strcmp(word, "bypass"))
		set_bypass(s);
	else if (!strcmp(word, "stamp"))
		set_stamp(s);
	else if (!parse_send_number(s, word))
		die("unknown word \"%s\"", word);
}

static struct sending *new_send(const char *where)
{
	struct sending *s = &sends[n_sends++];

	if (n_sends > MAX_SENDS)
		die("too many sends");
	if (n_sends > 1 && !strcmp(s[-1].at.text, where)) {
		/* to close a packet socket takes the kernel a while */
		s->at = s[-1].at;
		s->fd = s[-1].fd;
	} else {
		s->at = parse_place(where, strlen(where));
		s->fd = socket_at(&s->at);
	}
	device_mac(s->fd, s->at.dev, s->src);
	memset(s->dst, 0xff, ETH_ALEN);
	s->type = 0x88b5;
	s->size = 46;
	s->count = 1;
	s->ttl = 1;
	s->id = 1;
	s->op = ARPOP_REQUEST;
	s->asks.s_addr = inet_addr("10.9.0.200");
	return s;
}

static void parse_hear_option(struct hearing *h, const char *word, size_t len)
{
	static const char * const kinds[] = {
		[PACKET_HOST] = "host", [PACKET_BROADCAST] = "broadcast",
		[PACKET_MULTICAST] = "multicast", [PACKET_OTHERHOST] = "other",
	};
	int i;

	if (len == 3 && !strncmp(word, "tap", len)) {
		h->tap = true;
		return;
	}
	if (len > 5 && !strncmp(word, "type:", 5)) {
		h->type = strtol(word + 5, NULL, 16);
		return;
	}
	for (i = 0; i < 4; i++) {
		if (strlen(kinds[i]) == len && !strncmp(word, kinds[i], len)) {
			h->kind = i;
			return;
		}
	}
	die("unknown listener option \"%.*s\"", (int)len, word);
}

static void new_hear(const char *word)
{
	struct hearing *h = &hears[n_hears++];
	size_t len = strcspn(word, ",=");
	char *end;

	if (n_hears > MAX_HEARS)
		die("too many listeners");
	h->at = parse_place(word, len);
	h->kind = ANY_KIND;
	h->max = -1;
	for (word += len; *word == ','; word += len) {
		len = strcspn(++word, ",=");
		parse_hear_option(h, word, len);
	}
	if (*word == '=') {
		h->min = strtoul(word + 1, &end, 0);
		h->max = *end == '-' ? strtoul(end + 1, &end, 0) : h->min;
		if (*end)
			die("bad number in \"%s\"", word);
	}
}

static void parse(int argc, char **argv)
{
	struct sending *s = NULL;
	bool hear = false;
	int i;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "send") && i + 1 < argc) {
			s = new_send(argv[++i]);
			hear = false;
		} else if (!strcmp(argv[i], "hear")) {
			hear = true;
		} else if (hear) {
			new_hear(argv[i]);
		} else if (s) {
			parse_send_option(s, argv[i]);
		} else if (!strcmp(argv[i], "debug")) {
			debug = true;
		} else if (!number(argv[i], "limit", 0, &limit_ms) &&
			   !number(argv[i], "settle", 0, &settle_ms)) {
			die("unknown word \"%s\"", argv[i]);
		}
	}
	if (!n_sends)
		die("nothing to send, see the top of frame.c");
}

/* The ethertype all sends have in common, or all types. */
static int heard_type(const struct hearing *h)
{
	unsigned int i;

	if (h->tap)
		return ETH_P_ALL;
	if (h->type)
		return h->type;
	for (i = 1; i < n_sends; i++)
		if (sends[i].type != sends[0].type)
			return ETH_P_ALL;
	return sends[0].type;
}

static void start_hearing(struct hearing *h)
{
	struct sockaddr_ll sll = { .sll_family = AF_PACKET };
	int on = 1, room = 64 << 20;

	h->fd = socket_at(&h->at);
	setsockopt(h->fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	setsockopt(h->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
	sll.sll_ifindex = h->at.ifindex;
	sll.sll_protocol = htons(heard_type(h));
	if (bind(h->fd, (struct sockaddr *)&sll, sizeof(sll)))
		die("listen on %s: %m", h->at.text);
}

/* A device that was brought up just now drops frames until it is running. */
static void wait_running(const struct sending *s)
{
	long long end = now_ms() + 1000;
	struct ifreq ifr = { };

	memcpy(ifr.ifr_name, s->at.dev, IFNAMSIZ);
	while (now_ms() < end) {
		if (ioctl(s->fd, SIOCGIFFLAGS, &ifr))
			die("flags of %s: %m", s->at.text);
		if (ifr.ifr_flags & IFF_RUNNING)
			return;
		poll(NULL, 0, 20);
	}
}

static unsigned short ip_checksum(const void *data, size_t len)
{
	const unsigned short *word = data;
	unsigned int sum = 0;

	for (; len; len -= 2)
		sum += *word++;
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16));
}

static size_t put16(unsigned char *at, unsigned int value)
{
	at[0] = value >> 8;
	at[1] = value;
	return 2;
}

static size_t put_arp(const struct sending *s, unsigned char *at)
{
	struct ether_arp arp = {
		.ea_hdr = {
			.ar_hrd = htons(s->hrd ?: ARPHRD_ETHER),
			.ar_pro = htons(ETH_P_IP),
			.ar_hln = ETH_ALEN,
			.ar_pln = sizeof(s->arp),
			.ar_op = htons(s->op),
		},
	};

	memcpy(arp.arp_sha, s->has_sha ? s->sha : s->src, ETH_ALEN);
	memcpy(arp.arp_spa, &s->asks, sizeof(s->asks));
	memcpy(arp.arp_tpa, &s->arp, sizeof(s->arp));
	memcpy(at, &arp, sizeof(arp));
	return sizeof(arp);
}

static size_t build(const struct sending *s, unsigned char *frame)
{
	struct iphdr ip = { .version = 4, .ihl = 5, .protocol = 253 };
	size_t len = 2 * ETH_ALEN;
	unsigned int i;

	memset(frame, 0, MAX_FRAME);
	memcpy(frame, s->dst, ETH_ALEN);
	memcpy(frame + ETH_ALEN, s->src, ETH_ALEN);
	for (i = 0; i < s->tags; i++) {
		len += put16(frame + len, ETH_P_8021Q);
		len += put16(frame + len, 0);
	}
	if (s->vlan) {
		len += put16(frame + len, ETH_P_8021Q);
		len += put16(frame + len, s->vlan);
	}
	len += put16(frame + len, s->type);
	if (s->is_ip4) {
		ip.tot_len = htons(sizeof(ip) + s->size);
		ip.id = htons(s->id);
		ip.frag_off = htons(s->frag / 8 | (s->more_frags ? IP_MF : 0));
		ip.ttl = s->ttl;
		ip.saddr = inet_addr("192.0.2.1");
		ip.daddr = s->ip4.s_addr;
		ip.check = ip_checksum(&ip, sizeof(ip));
		memcpy(frame + len, &ip, sizeof(ip));
		len += sizeof(ip);
	}
	if (s->is_arp)
		len += put_arp(s, frame + len);
	if (s->size < sizeof(mark) || len + s->size > MAX_FRAME)
		die("size %u is out of range", s->size);
	memcpy(frame + len, mark, sizeof(mark));
	return len + s->size;
}

static void set_down(const struct sending *s)
{
	struct ifreq ifr = { };

	memcpy(ifr.ifr_name, s->at.dev, IFNAMSIZ);
	if (ioctl(s->fd, SIOCGIFFLAGS, &ifr))
		die("flags of %s: %m", s->at.text);
	ifr.ifr_flags &= ~IFF_UP;
	if (ioctl(s->fd, SIOCSIFFLAGS, &ifr))
		die("%s down: %m", s->at.text);
}

/* As many time stamps as frames: a driver gives it before it has sent the frame. */
static void must_have_stamps(struct sending *s)
{
	struct pollfd pfd = { .fd = s->fd };
	static unsigned char frame[MAX_FRAME];
	unsigned int i;

	for (i = 0; i < s->count; i++)
		if (poll(&pfd, 1, limit_ms) != 1 ||
		    recv(s->fd, frame, sizeof(frame), MSG_ERRQUEUE) < 0)
			die("%u of %u time stamps of %s", i, s->count, s->at.text);
	if (recv(s->fd, frame, sizeof(frame), MSG_ERRQUEUE | MSG_DONTWAIT) >= 0)
		die("more than %u time stamps of %s", s->count, s->at.text);
}

static void do_send(struct sending *s)
{
	static unsigned char frame[MAX_FRAME];
	struct sockaddr_ll sll = { .sll_family = AF_PACKET };
	size_t len = build(s, frame);
	unsigned int i;

	wait_running(s);
	sll.sll_ifindex = s->at.ifindex;
	/* 0 would make the kernel look into the frame; it is the same */
	sll.sll_protocol = htons(s->says ?: s->vlan || s->tags ? ETH_P_8021Q : s->type);
	for (i = 0; i < s->count; i++) {
		if (sendto(s->fd, frame, len, 0, (struct sockaddr *)&sll,
			   sizeof(sll)) < 0 && !s->may_fail)
			die("send on %s: %m", s->at.text);
		if (s->every)
			usleep(s->every);
	}
	if (s->down)
		set_down(s);
	if (s->stamp)
		must_have_stamps(s);
}

/*
 * A frame as it should be: where a protocol hears it, its header says that
 * protocol, and no tag is left in between.
 */
static bool is_clean(const struct hearing *h, const unsigned char *frame)
{
	int type = heard_type(h);

	return type == ETH_P_ALL ||
	       (frame[2 * ETH_ALEN] << 8 | frame[2 * ETH_ALEN + 1]) == type;
}

/* Count what waits on this socket; true if there was one of ours. */
static bool drain(struct hearing *h)
{
	static unsigned char frame[MAX_FRAME];
	struct sockaddr_ll sll;
	socklen_t sll_len;
	bool any = false;
	ssize_t len;

	for (;;) {
		sll_len = sizeof(sll);
		len = recvfrom(h->fd, frame, sizeof(frame), MSG_DONTWAIT,
			       (struct sockaddr *)&sll, &sll_len);
		if (len < 0) {
			/* a device going down is told to the socket once */
			if (errno == ENETDOWN)
				continue;
			return any;
		}
		if (sll.sll_ifindex != h->at.ifindex ||
		    sll.sll_pkttype == PACKET_OUTGOING ||
		    (h->kind != ANY_KIND && sll.sll_pkttype != h->kind) ||
		    !memmem(frame, len, mark, sizeof(mark) - 1) ||
		    !is_clean(h, frame))
			continue;
		h->got++;
		any = true;
	}
}

static bool all_heard(void)
{
	unsigned int i;

	for (i = 0; i < n_hears; i++)
		if (hears[i].got < hears[i].min)
			return false;
	return true;
}

static void listen_all(void)
{
	long long end = now_ms() + limit_ms, quiet = now_ms();
	struct pollfd fds[MAX_HEARS];
	unsigned int i;

	for (i = 0; i < n_hears; i++)
		fds[i] = (struct pollfd){ .fd = hears[i].fd, .events = POLLIN };
	while (now_ms() < end) {
		if (all_heard() && now_ms() - quiet >= settle_ms)
			return;
		poll(fds, n_hears, settle_ms / 4 + 1);
		for (i = 0; i < n_hears; i++)
			if (drain(&hears[i]))
				quiet = now_ms();
	}
}

static int verdict(void)
{
	unsigned int i;
	int status = 0;

	for (i = 0; i < n_hears; i++) {
		struct hearing *h = &hears[i];
		bool wrong = h->got < h->min || h->got > h->max;

		if (wrong)
			status = 1;
		if (!wrong && !debug && h->max != (unsigned int)-1)
			continue;
		printf("%s heard %u", h->at.text, h->got);
		if (h->max != (unsigned int)-1)
			printf(h->min == h->max ? ", expected %u" :
			       ", expected %u to %u", h->min, h->max);
		putchar('\n');
	}
	return status;
}

int main(int argc, char **argv)
{
	unsigned long long random[2];
	unsigned int i;

	home_ns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		die("getrandom: %m");
	snprintf(mark, sizeof(mark), "%016llx%016llx", random[0], random[1]);
	parse(argc, argv);
	for (i = 0; i < n_hears; i++)
		start_hearing(&hears[i]);
	for (i = 0; i < n_sends; i++)
		do_send(&sends[i]);
	listen_all();
	return verdict();
}
