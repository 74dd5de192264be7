// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames by chance, in both directions: see fuzz.h for how cases are made.
 *
 *   frames [watched] [hungry=PERCENT] [batch=N] [seed=N] [count=N] ...
 *
 * A case is a batch of frames that differ little, sent in one go:
 *
 *   netns "home"                                        netns "far"
 *   b0 b1 bridge   v0 vepa   p0 private     (b1, t0: host on)
 *   s0 source      t0 a tap, bridge     --- e0 -------- q0
 *   x0 passthru                         --- ep -------- qp
 *
 * from q0, qp and e0, on the children, or through the tap's file. In most cases the
 * frames are anything. In the others they are of one kind, and it is known how
 * many each child must have received, lost or sent by its counters: every one of
 * them, and nobody else a single one. A packet socket on each child, which makes
 * clones of the frames, looks whom those are for that it sees. Sometimes the tap's
 * user, who has no capability, gives it q0's address: what the host sends to q0 still
 * reaches no child, whatever it is. With "watched" one
 * sits on e0 as well, and tc has each frame that e0 receives copied: then siblings'
 * frames take the long way, too. With "hungry" so many of the
 * allocations fail that frames.sh has said may.
 */
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if_arp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "anyframe.h"

#define BATCH		128
/* Frames above this go out in small batches, for the time it takes. */
#define LARGE		2000

enum { B0, B1, V0, P0, S0, T0, X0, CHILDREN };
enum { Q0 = CHILDREN, QP, E0, SENDERS };

static const char * const names[SENDERS] = {
	"b0", "b1", "v0", "p0", "s0", "t0", "x0", "q0", "qp", "e0",
};

static const __u8 macs[SENDERS][ETH_ALEN] = {
	{ 2, 0, 0, 0, 0, 0xb0 }, { 2, 0, 0, 0, 0, 0xb1 }, { 2, 0, 0, 0, 0, 0xc0 },
	{ 2, 0, 0, 0, 0, 0xd0 }, { 2, 0, 0, 0, 0, 0xe0 }, { 2, 0, 0, 0, 0, 0xf0 },
	{ 2, 0, 0, 0, 0, 0xa0 }, { 2, 0, 0, 0, 0, 0x0f }, { 2, 0, 0, 0, 0, 0x1f },
	{ 2, 0, 0, 0, 0, 0x0e },
};

static const struct any_hosts hosts = { macs, SENDERS };
/* s0 listens to this one. */
static const __u8 listed[ETH_ALEN] = { 2, 0xef, 0, 0, 0, 1 };
static const __u8 outsider[ETH_ALEN] = OUTSIDER;

/* Counters that say what became of frames, as "ethtool -S" has them. */
enum {
	RX_UNICAST, RX_MULTICAST, RX_BROADCAST, LOST_UNICAST, LOST_MULTICAST,
	LOST_BROADCAST, TX_WIRE, TX_HOST, LOST_HOST_NO_MEMORY, LOST_HOST_BACKLOG,
	TX_LOCAL, TX_HAIRPIN, LOST_WIRE, LOST_LOWER_DOWN, LOST_LOCAL, LOST_FLOOD,
	QUEUE_LENGTH, QUEUE_DROPPED, NO_MEMORY, COUNTERS
};

static const char * const counters[COUNTERS] = {
	"rx_unicast", "rx_multicast", "rx_broadcast", "rx_unicast_dropped",
	"rx_multicast_dropped", "rx_broadcast_dropped", "tx_wire", "tx_host",
	"tx_host_drop_no_memory", "tx_host_drop_backlog", "tx_local", "tx_hairpin",
	"tx_drop_wire", "tx_drop_lower_down", "tx_drop_local", "tx_drop_flood",
	"port_queue_length", "port_queue_dropped", "rx_drop_no_memory",
};

struct counts {
	long long of[CHILDREN][COUNTERS];
};

static struct {
	unsigned int batch;
	const char *hungry;
	int sender[SENDERS], bypass[SENDERS], heard[CHILDREN];
	int control, tap;
	unsigned int place[COUNTERS], places[CHILDREN];
	struct any_frame first, frame[BATCH];
	long long plain;
} world;

/*
 * Counters
 */

static int ethtool(const char *dev, void *command)
{
	struct ifreq ifr = { .ifr_data = command };

	strncpy(ifr.ifr_name, dev, IFNAMSIZ - 1);
	return ioctl(world.control, SIOCETHTOOL, &ifr);
}

struct counter_names {
	struct ethtool_gstrings head;
	char name[64][ETH_GSTRING_LEN];
};

static unsigned int place_of(const struct counter_names *all, const char *counter)
{
	unsigned int i;

	for (i = 0; i < all->head.len; i++)
		if (!strcmp(all->name[i], counter))
			return i;
	die("no counter %s", counter);
	return 0;
}

/*
 * Where in the list each counter is. A tap's list begins as that of another child,
 * but who does not ask for all of it gets nothing.
 */
static void find_counters(void)
{
	struct counter_names all;
	unsigned int i, child;

	world.control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	for (child = 0; child < CHILDREN; child++) {
		memset(&all, 0, sizeof(all));
		all.head.cmd = ETHTOOL_GSTRINGS;
		all.head.string_set = ETH_SS_STATS;
		if (ethtool(names[child], &all))
			die("names of the counters of %s: %m", names[child]);
		world.places[child] = all.head.len;
	}
	for (i = 0; i < COUNTERS; i++)
		world.place[i] = place_of(&all, counters[i]);
}

static void read_counts(struct counts *counts)
{
	struct {
		struct ethtool_stats head;
		__u64 value[64];
	} all;
	unsigned int child, i;

	for (child = 0; child < CHILDREN; child++) {
		all.head.cmd = ETHTOOL_GSTATS;
		all.head.n_stats = world.places[child];
		if (ethtool(names[child], &all) || all.head.n_stats != world.places[child])
			die("counters of %s: %m", names[child]);
		for (i = 0; i < COUNTERS; i++)
			counts->of[child][i] = all.value[world.place[i]];
	}
}

/* Until nothing is under way. */
static void settle(struct counts *counts)
{
	struct counts before;

	read_counts(counts);
	do {
		before = *counts;
		poll(NULL, 0, 2);
		read_counts(counts);
	} while (memcmp(&before, counts, sizeof(before)) || counts->of[B0][QUEUE_LENGTH]);
}

static long long grown(const struct counts *from, const struct counts *to, int child,
		       int first, int last)
{
	long long sum = 0;

	for (; first <= last; first++)
		sum += to->of[child][first] - from->of[child][first];
	return sum;
}

/* Received or lost, of this kind: RX_UNICAST, RX_MULTICAST or RX_BROADCAST. */
static long long reached(const struct counts *from, const struct counts *to, int child,
			 int how)
{
	long long sum = grown(from, to, child, how, how) +
			grown(from, to, child, how + 3, how + 3);

	if (how != RX_UNICAST)
		sum += grown(from, to, child, QUEUE_DROPPED, QUEUE_DROPPED);
	return sum;
}

/*
 * The world
 */

static int open_sender(const char *dev, bool bypass)
{
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(dev),
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), size = 64 << 20;

	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &(int) { 1 }, sizeof(int)) ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) ||
	    (bypass && setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &(int) { 1 },
				  sizeof(int))) ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)))
		die("packet socket on %s: %m", dev);
	return fd;
}

static void open_senders(int first, int last)
{
	for (; first <= last; first++) {
		world.sender[first] = open_sender(names[first], false);
		world.bypass[first] = open_sender(names[first], true);
	}
}

/* With little room: a sample of what the child sees. */
static void open_listeners(void)
{
	int i, size = 1 << 16;

	for (i = 0; i < CHILDREN; i++) {
		world.heard[i] = packet_socket(names[i], ETH_P_ALL);
		setsockopt(world.heard[i], SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	}
}

static void make_lan(void)
{
	int far, home;

	new_netns();
	far = this_netns();
	new_netns();
	home = this_netns();
	ip("link add e0 mtu 65535 type veth peer name q0 mtu 65535 netns /proc/%d/fd/%d\n"
	   "link add ep mtu 65535 type veth peer name qp mtu 65535 netns /proc/%d/fd/%d\n"
	   "link set e0 address 02:00:00:00:00:0e up\nlink set ep up\n",
	   getpid(), far, getpid(), far);
	ip("link add link e0 name b0 address 02:00:00:00:00:b0 type mymacvlan mode bridge\n"
	   "link add link e0 name b1 address 02:00:00:00:00:b1 type mymacvlan mode bridge\n"
	   "link add link e0 name v0 address 02:00:00:00:00:c0 type mymacvlan mode vepa\n"
	   "link add link e0 name p0 address 02:00:00:00:00:d0 type mymacvlan mode private\n"
	   "link add link e0 name s0 address 02:00:00:00:00:e0 type mymacvlan mode source\n"
	   "link set s0 type mymacvlan macaddr add 02:ef:00:00:00:01\n"
	   "link set b1 type mymacvlan host on\n"
	   "link add link ep name x0 address 02:00:00:00:00:a0 type mymacvlan mode passthru\n"
	   "link add link e0 name t0 index %u address 02:00:00:00:00:f0 type mymacvtap mode bridge host on\n"
	   "link set b0 up\nlink set b1 up allmulticast on\nlink set v0 up\nlink set p0 up\n"
	   "link set s0 up\nlink set x0 up\nlink set t0 up\n", free_index());
	enter_netns(far);
	ip("link set q0 address 02:00:00:00:00:0f up\n"
	   "link set qp address 02:00:00:00:00:1f up\n");
	wait_running("q0", "qp", NULL);
	open_senders(Q0, QP);
	enter_netns(home);
	wait_running("e0", "ep", "b0", "b1", "v0", "p0", "s0", "x0", "t0", NULL);
	open_senders(B0, X0);
	open_senders(E0, E0);
}

/* Others hold the frames that come, too. */
static void watch(void)
{
	int size = 1 << 16, fd = packet_socket("e0", ETH_P_ALL);

	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	ip("link add copies up type dummy\n");
	if (try_run("tc qdisc add dev e0 clsact") ||
	    try_run("tc filter add dev e0 ingress matchall action mirred egress mirror dev copies"))
		printf("# no copies by tc here\n");
}

static void open_tap(void)
{
	char node[32];

	snprintf(node, sizeof(node), "/dev/tap%u", if_nametoindex("t0"));
	world.tap = open(node, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (world.tap < 0)
		die("%s: %m", node);
}

static void fail_memory(const char *percent)
{
	static const char * const kinds[] = { "failslab", "fail_page_alloc" };
	char path[64];
	FILE *file;
	int i;

	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s/probability", kinds[i]);
		file = fopen(path, "w");
		if (!file || fputs(percent, file) < 0 || fclose(file))
			die("%s: %m", path);
	}
}

/*
 * Sending
 */

/* Sends the batch, whatever becomes of it; how many the device has taken. */
static unsigned int send_batch(int fd, unsigned int n)
{
	struct mmsghdr msgs[BATCH] = { };
	struct iovec iov[BATCH][2];
	unsigned int i, taken = 0;
	int ret;

	for (i = 0; i < n; i++) {
		iov[i][0] = (struct iovec) { &world.frame[i].hdr, HDR_SIZE };
		iov[i][1] = (struct iovec) { world.frame[i].bytes, world.frame[i].len };
		msgs[i].msg_hdr.msg_iov = iov[i];
		msgs[i].msg_hdr.msg_iovlen = 2;
	}
	for (i = 0; i < n; i += ret) {
		ret = sendmmsg(fd, msgs + i, n - i, MSG_DONTWAIT);
		if (ret > 0)
			taken += ret;
		else
			ret = 1;
	}
	fuzz_count(n);
	return taken;
}

static unsigned int write_batch(unsigned int n)
{
	unsigned int i, taken = 0;

	for (i = 0; i < n; i++)
		if (tap_write(world.tap, &world.frame[i].hdr, HDR_SIZE,
			      world.frame[i].bytes, world.frame[i].len) > 0)
			taken++;
	fuzz_count(n);
	return taken;
}

static unsigned int make_batch(void)
{
	unsigned int n = world.first.len > LARGE ? 8 : world.batch, i;

	for (i = 0; i < n; i++)
		vary_frame(&world.frame[i], &world.first, i);
	return n;
}

/*
 * What is heard
 */

static void look_at(int child, const __u8 *frame, int len)
{
	static int told;

	if (len < ETH_HLEN || frame[0] & 1 || child == X0)
		return;
	/* What it has sent itself may come back. */
	if (child == S0 ? !memcmp(frame + ETH_ALEN, listed, ETH_ALEN) :
			  !memcmp(frame, macs[child], ETH_ALEN))
		return;
	if (told++ < 20)
		fuzz_wrong("%s hears a frame for %02x:...:%02x from %02x:...:%02x",
			   names[child], frame[0], frame[5], frame[6], frame[11]);
}

static void look_at_heard(void)
{
	__u8 frame[BATCH][HDR_SIZE + ETH_HLEN];
	struct mmsghdr msgs[BATCH] = { };
	struct iovec iov[BATCH];
	int child, i, n;

	for (i = 0; i < BATCH; i++) {
		iov[i] = (struct iovec) { frame[i], sizeof(frame[i]) };
		msgs[i].msg_hdr.msg_iov = &iov[i];
		msgs[i].msg_hdr.msg_iovlen = 1;
	}
	for (child = 0; child < CHILDREN; child++) {
		n = recvmmsg(world.heard[child], msgs, BATCH, MSG_DONTWAIT, NULL);
		for (i = 0; i < n; i++)
			look_at(child, frame[i] + HDR_SIZE, msgs[i].msg_len - HDR_SIZE);
	}
}

/* Empties the tap's queue; how many frames there were. */
static long long read_tap(void)
{
	static __u8 frame[HDR_SIZE + MAX_FRAME];
	long long n = 0;
	ssize_t len;

	while ((len = read(world.tap, frame, sizeof(frame))) > 0) {
		n++;
		look_at(T0, frame + HDR_SIZE, len - HDR_SIZE);
	}
	return n;
}

/*
 * Cases
 */

static void anything(void)
{
	int from = one_in(6) ? -1 : (int)pick(SENDERS + 3);
	unsigned int n;

	any_frame(&world.first, &hosts);
	n = make_batch();
	if (from < 0)
		write_batch(n);
	else
		/* Most of all from outside. */
		send_batch((one_in(4) ? world.bypass : world.sender)
			   [from < SENDERS ? from : Q0], n);
	read_tap();
}

static void expect(int child, const char *what, long long is, long long must)
{
	if (is != must)
		fuzz_wrong("%s: %s is %lld, must be %lld", names[child], what, is, must);
}

/* Wait for those that come by the queue or another processor. */
static void wait_reached(const struct counts *from, struct counts *to, int child, int how,
			 long long n)
{
	long long deadline = now_ms() + LIMIT_MS;

	do {
		read_counts(to);
		if (reached(from, to, child, how) >= n)
			break;
		poll(NULL, 0, 1);
	} while (now_ms() < deadline);
	settle(to);
}

/* From outside to one child: it gets all of them, and nobody else any. */
static void to_one(void)
{
	const int child = pick(S0 + 2) > S0 ? (int)T0 : (int)pick(S0);
	struct counts from, to;
	long long n, read;
	int i;

	plain_frame(&world.first, macs[child], outsider, one_in(8) ? 60000 : 1500);
	settle(&from);
	/* What came late of the case before. */
	read_tap();
	n = send_batch(world.sender[Q0], make_batch());
	wait_reached(&from, &to, child, RX_UNICAST, n);
	for (i = 0; i < CHILDREN; i++)
		expect(i, "unicast", reached(&from, &to, i, RX_UNICAST), i == child ? n : 0);
	read = read_tap();
	if (child == T0 && grown(&from, &to, T0, RX_UNICAST, RX_UNICAST) <= 500)
		expect(T0, "frames to read", read, world.hungry ?
		       grown(&from, &to, T0, RX_UNICAST, RX_UNICAST) : n);
	world.plain += n;
}

/* To all: each listener once. */
static void to_all(void)
{
	static const __u8 everybody[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	static const __u8 group[] = { 1, 0, 0x5e, 0x7f, 0, 1 };
	bool multicast = pick(2);
	int how = multicast ? RX_MULTICAST : RX_BROADCAST, i;
	struct counts from, to;
	long long n;

	plain_frame(&world.first, multicast ? group : everybody, outsider, 1500);
	settle(&from);
	n = send_batch(world.sender[Q0], make_batch());
	wait_reached(&from, &to, B1, how, n);
	for (i = 0; i < S0; i++)
		if (!multicast || i == B1)
			expect(i, "flood", reached(&from, &to, i, how), n);
		else
			expect(i, "multicast", grown(&from, &to, i, how, how) +
			       grown(&from, &to, i, how + 3, how + 3), 0);
	expect(T0, "flood", reached(&from, &to, T0, how), n);
	expect(S0, "flood", grown(&from, &to, S0, RX_UNICAST, LOST_BROADCAST), 0);
	read_tap();
	world.plain += n;
}

/* From a listed sender: s0 as well as whom the frame is for. */
static void to_source(void)
{
	struct counts from, to;
	long long n;

	plain_frame(&world.first, macs[V0], listed, 1500);
	settle(&from);
	n = send_batch(world.sender[Q0], make_batch());
	wait_reached(&from, &to, S0, RX_UNICAST, n);
	expect(V0, "unicast", reached(&from, &to, V0, RX_UNICAST), n);
	expect(S0, "unicast", reached(&from, &to, S0, RX_UNICAST), n);
	expect(B0, "unicast", reached(&from, &to, B0, RX_UNICAST), 0);
	world.plain += n;
}

static bool talks_to_host(int child)
{
	return child == B1 || child == T0;
}

/* The host sends: who talks to it gets all of it, and nobody else any. */
static void from_host(void)
{
	const int dest = pick(S0 + 1) == S0 ? (int)T0 : (int)pick(S0);
	struct counts from, to;
	long long n;
	int i;

	plain_frame(&world.first, macs[dest], macs[E0], 1500);
	settle(&from);
	n = send_batch(world.sender[E0], make_batch());
	if (talks_to_host(dest))
		wait_reached(&from, &to, dest, RX_UNICAST, n);
	else
		settle(&to);
	for (i = 0; i < CHILDREN; i++)
		expect(i, "unicast of the host", reached(&from, &to, i, RX_UNICAST),
		       i == dest && talks_to_host(i) ? n : 0);
	read_tap();
	world.plain += n;
}

/* As somebody who has the file and no capability; false if it was refused. */
static bool set_tap_address(const __u8 *mac)
{
	struct ifreq ifr = { .ifr_hwaddr.sa_family = ARPHRD_ETHER };
	pid_t pid = fork();
	int status;

	if (!pid) {
		memcpy(ifr.ifr_hwaddr.sa_data, mac, ETH_ALEN);
		if (setresgid(1000, 1000, 1000) || setresuid(1000, 1000, 1000))
			_exit(1);
		_exit(ioctl(world.tap, SIOCSIFHWADDR, &ifr) != 0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("the tap's user: %m");
	return status == 0;
}

/* The host sends to q0, and the tap calls itself so: no child gets anything. */
static void to_the_neighbour(void)
{
	struct counts from, to;
	int i;

	if (!set_tap_address(macs[Q0])) {
		if (!world.hungry)
			fuzz_wrong("the tap's user cannot set its address");
		return;
	}
	any_frame(&world.first, &hosts);
	memcpy(world.first.bytes, macs[Q0], ETH_ALEN);
	settle(&from);
	read_tap();
	look_at_heard();
	send_batch((one_in(2) ? world.bypass : world.sender)[E0], make_batch());
	settle(&to);
	for (i = 0; i < CHILDREN; i++)
		expect(i, "of what the host sends to a neighbour",
		       grown(&from, &to, i, RX_UNICAST, LOST_BROADCAST), 0);
	expect(T0, "frames to read", read_tap(), 0);
	/* Without memory it is refused, but not for ever. */
	if (!until(set_tap_address(macs[T0])))
		fuzz_wrong("the tap's user cannot have its own address back");
}

/* A child sends: all that it was given went out, to a sibling, or is counted. */
static void from_one(void)
{
	static const int senders[] = { B0, B1, V0, P0, S0, X0, T0 };
	const int child = senders[pick(ARRAY_SIZE(senders))];
	const int dests[] = { Q0, E0, child == B0 ? B1 : B0 };
	const int dest = dests[pick(ARRAY_SIZE(dests))];
	bool local = dest < CHILDREN && (child == B1 || child == B0 || child == T0);
	struct counts from, to;
	long long n;

	plain_frame(&world.first, macs[dest], macs[child], 1500);
	settle(&from);
	n = make_batch();
	if (child == T0)
		write_batch(n);
	else
		send_batch(world.sender[child], n);
	settle(&to);
	expect(child, "sent", grown(&from, &to, child, TX_WIRE, LOST_LOCAL), n);
	if (local || (talks_to_host(child) && dest == E0))
		expect(child, "sent on the wire", grown(&from, &to, child, TX_WIRE, TX_WIRE), 0);
	if (local)
		expect(dest, "unicast from a sibling",
		       reached(&from, &to, dest, RX_UNICAST) +
		       grown(&from, &to, child, LOST_WIRE, LOST_LOCAL), n);
	world.plain += n;
}

static void one_case(void)
{
	/* Mostly anything, which costs less as well. */
	switch (pick(32)) {
	case 26:
		to_the_neighbour();
		break;
	case 27:
		from_host();
		break;
	case 28:
		to_one();
		break;
	case 29:
		to_all();
		break;
	case 30:
		to_source();
		break;
	case 31:
		from_one();
		break;
	default:
		anything();
	}
	look_at_heard();
}

static void look_at_hunger(void)
{
	struct counts counts;
	long long lost = 0;
	int i;

	fail_memory("0");
	settle(&counts);
	for (i = 0; i < CHILDREN; i++)
		lost += counts.of[i][NO_MEMORY];
	printf("# received by nobody for want of memory: %lld\n", lost);
	if (!lost)
		fuzz_wrong("there was memory all the time");
}

int main(int argc, char **argv)
{
	const char *batch;

	fuzz_start(argc, argv);
	batch = fuzz_option("batch");
	world.batch = batch ? atoi(batch) : BATCH;
	if (!world.batch || world.batch > BATCH)
		die("batch: 1 to %d", BATCH);
	world.hungry = fuzz_option("hungry");
	make_lan();
	if (fuzz_has("watched"))
		watch();
	open_listeners();
	open_tap();
	find_counters();
	if (world.hungry)
		fail_memory(world.hungry);
	while (fuzz_next()) {
		one_case();
		fuzz_done();
	}
	if (world.hungry)
		look_at_hunger();
	printf("# frames whose way is known: %lld\n", world.plain);
	return fuzz_end();
}
