// SPDX-License-Identifier: GPL-2.0-only
/* What the tests of the tap's file share, see tap.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if_arp.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"

#define MARK_TYPE	0x88b5		/* local experiments */
#define MARK_SIZE	60
#define DPORT		4321

void die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fputs("# ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	_exit(1);
}

long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

const char *kind(void)
{
	const char *name = getenv("KIND");

	if (!name || !strcmp(name, "mymacvlan"))
		return "mymacvtap";
	return strcmp(name, "macvlan") ? name : "macvtap";
}

bool is_ours(void)
{
	return !strcmp(kind(), "mymacvtap");
}

int kernel_version(void)
{
	struct utsname uts;
	int major, minor;

	if (uname(&uts) || sscanf(uts.release, "%d.%d", &major, &minor) != 2)
		die("which kernel is this?");
	return major * 100 + minor;
}

/* A file in memory. */
static int scratch(const char *text)
{
	int fd = memfd_create("scratch", MFD_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0 || lseek(fd, 0, SEEK_SET))
		die("memory: %m");
	return fd;
}

/* Runs a program with @input to read, @errors for what it complains about; its
 * exit status.
 */
static int run_program(char *const argv[], const char *input, int errors)
{
	int in = scratch(input), status;
	pid_t pid;

	pid = fork();
	if (!pid) {
		dup2(in, STDIN_FILENO);
		dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
		dup2(errors, STDERR_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("%s: %m", argv[0]);
	close(in);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static char *ip_argv[] = { "ip", "-batch", "-", NULL };

void ip(const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		die("no memory");
	va_end(args);
	if (run_program(ip_argv, text, STDERR_FILENO))
		die("ip failed: %s", text);
	free(text);
}

const char *ip_error(const char *fmt, ...)
{
	static char answer[1024];
	int errors = scratch("");
	va_list args;
	ssize_t len;
	char *text;
	int status;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		die("no memory");
	va_end(args);
	status = run_program(ip_argv, text, errors);
	len = pread(errors, answer, sizeof(answer) - 1, 0);
	answer[len > 0 ? len : 0] = 0;
	close(errors);
	free(text);
	return status ? answer : NULL;
}

static int run_words(const char *words, int errors)
{
	char *copy = strdup(words), *rest = copy, *argv[32];
	int n = 0, status;

	while (n < 31 && (argv[n] = strsep(&rest, " ")))
		n++;
	argv[n] = NULL;
	status = run_program(argv, "", errors);
	free(copy);
	return status;
}

void run(const char *words)
{
	if (run_words(words, STDERR_FILENO))
		die("failed: %s", words);
}

int try_run(const char *words)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC), status;

	status = run_words(words, null);
	close(null);
	return status;
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		die("%s: %m", path);
	close(fd);
}

void new_netns(void)
{
	if (unshare(CLONE_NEWNET))
		die("new network namespace: %m");
	write_file("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
	write_file("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
	/* The tests say what they send; and in-tree macvtap has no such thing. */
	if (!access("/proc/sys/net/mymacvlan/announce", W_OK))
		write_file("/proc/sys/net/mymacvlan/announce", "0");
}

void allow_ipv6(const char *dev)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/disable_ipv6", dev);
	write_file(path, "0");
}

/*
 * /dev is one for all namespaces, and one that has ended may be on its way out
 * still: a number by chance, high enough for nobody else.
 */
unsigned int free_index(void)
{
	unsigned int index;
	char node[32];

	do {
		if (getrandom(&index, sizeof(index), 0) != sizeof(index))
			die("no random number: %m");
		index = 100000 + index % 1000000000;
		snprintf(node, sizeof(node), "/dev/tap%u", index);
	} while (!access(node, F_OK));
	return index;
}

static bool running(int fd, const char *dev)
{
	struct ifreq ifr = { };

	strncpy(ifr.ifr_name, dev, IFNAMSIZ - 1);
	return !ioctl(fd, SIOCGIFFLAGS, &ifr) && (ifr.ifr_flags & IFF_RUNNING);
}

/*
 * A device whose carrier came just now gets its queue, and so lets frames out,
 * a moment after it says that it runs; that holds the lock which changing any
 * device takes. The MTU may be set in a user namespace as well.
 */
void wait_running(const char *dev, ...)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq ifr = { };
	va_list args;

	va_start(args, dev);
	for (; dev; dev = va_arg(args, const char *)) {
		if (!until(running(fd, dev)))
			die("%s is not running", dev);
		strncpy(ifr.ifr_name, dev, IFNAMSIZ - 1);
		if (ioctl(fd, SIOCGIFMTU, &ifr) || ioctl(fd, SIOCSIFMTU, &ifr))
			die("MTU of %s: %m", dev);
	}
	va_end(args);
	close(fd);
}

static void device_mac(const char *dev, __u8 *mac)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq ifr = { };

	strncpy(ifr.ifr_name, dev, IFNAMSIZ - 1);
	if (ioctl(fd, SIOCGIFHWADDR, &ifr))
		die("address of %s: %m", dev);
	memcpy(mac, ifr.ifr_hwaddr.sa_data, ETH_ALEN);
	close(fd);
}

int packet_socket(const char *dev, __u16 protocol)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(protocol),
		.sll_ifindex = if_nametoindex(dev),
	};
	int on = 1, size = 64 << 20;

	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)))
		die("packet socket on %s: %m", dev);
	return fd;
}

/* Addresses and starts a device, without a program. */
static void device_up(const char *dev, const __u8 *mac)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq ifr = { .ifr_hwaddr.sa_family = ARPHRD_ETHER };

	strncpy(ifr.ifr_name, dev, IFNAMSIZ - 1);
	memcpy(ifr.ifr_hwaddr.sa_data, mac, ETH_ALEN);
	if (ioctl(fd, SIOCSIFHWADDR, &ifr))
		die("address of %s: %m", dev);
	if (ioctl(fd, SIOCGIFFLAGS, &ifr))
		die("flags of %s: %m", dev);
	ifr.ifr_flags |= IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &ifr))
		die("%s up: %m", dev);
	close(fd);
}

int this_netns(void)
{
	int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		die("network namespace: %m");
	return fd;
}

void enter_netns(int netns)
{
	if (setns(netns, CLONE_NEWNET))
		die("into a network namespace: %m");
}

void lan_wire(struct lan *lan)
{
	static const __u8 near_mac[] = { 2, 0, 0, 0, 0, 0x0e };
	static const __u8 far_mac[] = { 2, 0, 0, 0, 0, 0x0f };
	int far, near;

	new_netns();
	far = this_netns();
	new_netns();
	near = this_netns();
	ip("link add e0 type veth peer name q0 netns /proc/%d/fd/%d", getpid(), far);
	device_up("e0", near_mac);
	enter_netns(far);
	device_up("q0", far_mac);
	wait_running("q0", NULL);
	lan->far = packet_socket("q0", ETH_P_ALL);
	memcpy(lan->far_mac, far_mac, ETH_ALEN);
	enter_netns(near);
	wait_running("e0", NULL);
	lan->far_netns = far;
	close(near);
}

void lan_tap(struct lan *lan, const char *options)
{
	lan->index = free_index();
	snprintf(lan->node, sizeof(lan->node), "/dev/tap%u", lan->index);
	ip("link add link e0 name t0 index %u address 02:00:00:00:00:01 type %s %s\n"
	   "link set t0 up\n", lan->index, kind(), options);
	wait_running("t0", NULL);
	device_mac("t0", lan->mac);
}

void lan_make(struct lan *lan)
{
	lan_wire(lan);
	lan_tap(lan, "");
}

/*
 * Using the tap
 */

int tap_open(const struct lan *lan, int flags)
{
	int fd = open(lan->node, O_RDWR | O_CLOEXEC | flags);

	if (fd < 0)
		die("%s: %m", lan->node);
	return fd;
}

void tap_flags(int fd, int flags)
{
	struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI | flags };

	if (ioctl(fd, TUNSETIFF, &ifr))
		die("TUNSETIFF %#x: %m", flags);
}

void tap_offload(int fd, unsigned int offloads)
{
	if (ioctl(fd, TUNSETOFFLOAD, offloads))
		die("TUNSETOFFLOAD %#x: %m", offloads);
}

void tap_hdr_size(int fd, int size)
{
	if (ioctl(fd, TUNSETVNETHDRSZ, &size))
		die("TUNSETVNETHDRSZ %d: %m", size);
}

int tap_queue(int fd, int flag)
{
	struct ifreq ifr = { .ifr_flags = flag };

	return ioctl(fd, TUNSETQUEUE, &ifr);
}

ssize_t tap_write(int fd, const struct virtio_net_hdr *hdr, int hdr_size,
		  const void *frame, size_t len)
{
	__u8 head[256] = { };
	struct iovec iov[] = {
		{ head, hdr_size },
		{ (void *)frame, len },
	};

	memcpy(head, hdr, sizeof(*hdr));
	return writev(fd, iov, 2);
}

ssize_t tap_send(int fd, const void *frame, size_t len)
{
	return tap_write(fd, &(struct virtio_net_hdr) { }, HDR_SIZE, frame, len);
}

bool readable(int fd, int ms)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	return poll(&pfd, 1, ms) == 1 && (pfd.revents & POLLIN);
}

bool tap_recv(int fd, int hdr_size, struct heard *heard)
{
	__u8 head[256];
	struct iovec iov[] = {
		{ head, hdr_size },
		{ heard->frame, MAX_FRAME },
	};
	ssize_t len;

	memset(&heard->hdr, 0, sizeof(heard->hdr));
	if (!readable(fd, LIMIT_MS))
		return false;
	len = readv(fd, iov, 2);
	if (len < hdr_size)
		return false;
	if (hdr_size)
		memcpy(&heard->hdr, head, HDR_SIZE);
	heard->len = len - hdr_size;
	return true;
}

ssize_t tap_try_read(int fd, void *buffer, size_t size)
{
	return readable(fd, 0) ? read(fd, buffer, size) : -1;
}

/*
 * The far end
 */

void far_send(const struct lan *lan, const struct virtio_net_hdr *hdr,
	      const void *frame, size_t len)
{
	struct virtio_net_hdr empty = { };
	struct iovec iov[] = {
		{ (void *)(hdr ?: &empty), HDR_SIZE },
		{ (void *)frame, len },
	};

	if (writev(lan->far, iov, 2) != (ssize_t)len + HDR_SIZE)
		die("sending %zu bytes from the far end: %m", len);
}

/* Puts the tag back that the kernel keeps beside the frame. */
static void add_tag(struct heard *heard, const struct tpacket_auxdata *aux)
{
	__u16 tag[] = { htons(ETH_P_8021Q), htons(aux->tp_vlan_tci) };

	if (aux->tp_status & TP_STATUS_VLAN_TPID_VALID)
		tag[0] = htons(aux->tp_vlan_tpid);
	memmove(heard->frame + 2 * ETH_ALEN + VLAN_SIZE, heard->frame + 2 * ETH_ALEN,
		heard->len - 2 * ETH_ALEN);
	memcpy(heard->frame + 2 * ETH_ALEN, tag, sizeof(tag));
	heard->len += VLAN_SIZE;
	if (heard->hdr.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM)
		heard->hdr.csum_start += VLAN_SIZE;
}

bool socket_recv(int fd, struct heard *heard)
{
	char control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	struct iovec iov[] = {
		{ &heard->hdr, HDR_SIZE },
		{ heard->frame, MAX_FRAME - VLAN_SIZE },
	};
	struct msghdr msg = {
		.msg_iov = iov,
		.msg_iovlen = 2,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct tpacket_auxdata aux;
	struct cmsghdr *cmsg;
	ssize_t len;

	if (!readable(fd, LIMIT_MS))
		return false;
	len = recvmsg(fd, &msg, 0);
	if (len < HDR_SIZE)
		return false;
	heard->len = len - HDR_SIZE;
	for (cmsg = CMSG_FIRSTHDR(&msg); cmsg; cmsg = CMSG_NXTHDR(&msg, cmsg)) {
		if (cmsg->cmsg_level != SOL_PACKET || cmsg->cmsg_type != PACKET_AUXDATA)
			continue;
		memcpy(&aux, CMSG_DATA(cmsg), sizeof(aux));
		if (aux.tp_status & TP_STATUS_VLAN_VALID)
			add_tag(heard, &aux);
	}
	return true;
}

bool far_recv(const struct lan *lan, struct heard *heard)
{
	return socket_recv(lan->far, heard);
}

void drain(int fd)
{
	char buffer[64];

	while (readable(fd, 0) && read(fd, buffer, sizeof(buffer)) >= 0)
		;
}

/*
 * Frames
 */

static __u8 pattern(size_t position)
{
	return (position ^ (position >> 8)) * 167 + 13;
}

bool pattern_ok(const __u8 *data, size_t len, size_t from)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (data[i] != pattern(from + i))
			return false;
	return true;
}

__u32 add_up(const __u8 *data, size_t len, __u32 sum)
{
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		sum += data[i] << 8 | data[i + 1];
	if (len & 1)
		sum += data[len - 1] << 8;
	return sum;
}

__u16 fold(__u32 sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

void put16(__u8 *at, __u16 value)
{
	at[0] = value >> 8;
	at[1] = value;
}

void put32(__u8 *at, __u32 value)
{
	put16(at, value >> 16);
	put16(at + 2, value);
}

__u16 get16(const __u8 *at)
{
	return at[0] << 8 | at[1];
}

__u32 get32(const __u8 *at)
{
	return (__u32)get16(at) << 16 | get16(at + 2);
}

/* The pseudo header's part of the checksum. */
static __u32 pseudo(const __u8 *l3, bool v6, __u8 protocol, size_t len)
{
	return add_up(l3 + (v6 ? 8 : 12), v6 ? 32 : 8, protocol + len);
}

size_t l3_of(const struct shape *shape)
{
	return ETH_HLEN + (shape->vlan ? VLAN_SIZE : 0);
}

size_t l4_of(const struct shape *shape)
{
	return l3_of(shape) + (shape->v6 ? 40 : 20);
}

size_t data_of(const struct shape *shape)
{
	return l4_of(shape) + (shape->tcp ? 20 : 8);
}

static void build_l3(__u8 *l3, const struct shape *shape, size_t len)
{
	__u8 protocol = shape->tcp ? IPPROTO_TCP : IPPROTO_UDP;

	if (shape->v6) {
		memset(l3, 0, 40);
		l3[0] = 0x60;
		put16(l3 + 4, len);
		l3[6] = protocol;
		l3[7] = 64;
		l3[8] = 0xfd;
		l3[23] = 1;
		l3[24] = 0xfd;
		l3[39] = 2;
		return;
	}
	memset(l3, 0, 20);
	l3[0] = 0x45;
	put16(l3 + 2, len + 20);
	put16(l3 + 4, 1);
	put16(l3 + 6, 0x4000);
	l3[8] = 64;
	l3[9] = protocol;
	put32(l3 + 12, 0xc0000201);
	put32(l3 + 16, 0xc0000202);
	put16(l3 + 10, ~fold(add_up(l3, 20, 0)));
}

static void build_l4(__u8 *l4, const struct shape *shape, size_t len)
{
	memset(l4, 0, shape->tcp ? 20 : 8);
	put16(l4, shape->sport);
	put16(l4 + 2, DPORT);
	if (!shape->tcp) {
		put16(l4 + 4, len);
		return;
	}
	put32(l4 + 4, shape->seq);
	put32(l4 + 8, 1);
	l4[12] = 5 << 4;
	l4[13] = 0x10;		/* ACK */
	put16(l4 + 14, 1000);
}

size_t build(__u8 *frame, const __u8 *dst, const __u8 *src,
	     const struct shape *shape)
{
	__u8 *l3 = frame + l3_of(shape), *l4 = frame + l4_of(shape);
	__u8 *data = frame + data_of(shape);
	size_t i, len = data - l4 + shape->payload;
	__u32 sum;

	memcpy(frame, dst, ETH_ALEN);
	memcpy(frame + ETH_ALEN, src, ETH_ALEN);
	if (shape->vlan) {
		put16(frame + 12, ETH_P_8021Q);
		put16(frame + 14, shape->vlan);
	}
	put16(l3 - 2, shape->v6 ? ETH_P_IPV6 : ETH_P_IP);
	build_l3(l3, shape, len);
	build_l4(l4, shape, len);
	for (i = 0; i < shape->payload; i++)
		data[i] = pattern(i);
	sum = pseudo(l3, shape->v6, shape->tcp ? IPPROTO_TCP : IPPROTO_UDP, len);
	if (!shape->partial)
		sum = ~fold(add_up(l4, len, sum));
	put16(l4 + (shape->tcp ? 16 : 6), fold(sum & (shape->partial ? ~0U : 0xffff)));
	return data - frame + shape->payload;
}

size_t build_mark(__u8 *frame, const __u8 *dst, const __u8 *src,
		  __u32 number)
{
	size_t i;

	for (i = 0; i < MARK_SIZE; i++)
		frame[i] = pattern(i);
	memcpy(frame, dst, ETH_ALEN);
	memcpy(frame + ETH_ALEN, src, ETH_ALEN);
	put16(frame + 12, MARK_TYPE);
	put32(frame + 14, number);
	return MARK_SIZE;
}

long mark_of(const __u8 *frame, size_t len)
{
	if (len != MARK_SIZE || get16(frame + 12) != MARK_TYPE ||
	    !pattern_ok(frame + 18, MARK_SIZE - 18, 18))
		return -1;
	return get32(frame + 14);
}

bool parse(const __u8 *frame, size_t len, struct seen *seen)
{
	const __u8 *l3, *l4;
	__u16 type, sum;
	size_t l4_len;

	memset(seen, 0, sizeof(*seen));
	seen->l3 = ETH_HLEN;
	type = get16(frame + 12);
	if (type == ETH_P_8021Q) {
		seen->vlan = get16(frame + 14);
		seen->l3 += VLAN_SIZE;
		type = get16(frame + 16);
	}
	l3 = frame + seen->l3;
	seen->v6 = type == ETH_P_IPV6;
	if ((!seen->v6 && type != ETH_P_IP) || len < seen->l3 + (seen->v6 ? 48 : 28))
		return false;
	seen->l4 = seen->l3 + (seen->v6 ? 40 : 20);
	l4 = frame + seen->l4;
	l4_len = seen->v6 ? get16(l3 + 4) : get16(l3 + 2) - 20;
	seen->ip_sum_ok = seen->v6 || fold(add_up(l3, 20, 0)) == 0xffff;
	seen->tcp = l3[seen->v6 ? 6 : 9] == IPPROTO_TCP;
	seen->sport = get16(l4);
	seen->seq = seen->tcp ? get32(l4 + 4) : 0;
	seen->data = seen->l4 + (seen->tcp ? (l4[12] >> 4) * 4 : 8);
	if (seen->l4 + l4_len != len || seen->data > len ||
	    (!seen->tcp && get16(l4 + 4) != l4_len))
		return false;
	seen->payload = len - seen->data;
	sum = get16(l4 + (seen->tcp ? 16 : 6));
	seen->partial_sum_ok = sum == fold(pseudo(l3, seen->v6,
						  seen->tcp ? IPPROTO_TCP : IPPROTO_UDP,
						  l4_len));
	seen->sum_ok = fold(add_up(l4, l4_len, pseudo(l3, seen->v6,
						      seen->tcp ? IPPROTO_TCP : IPPROTO_UDP,
						      l4_len))) == 0xffff;
	return true;
}

struct virtio_net_hdr csum_hdr(const struct shape *shape)
{
	return (struct virtio_net_hdr) {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.csum_start = l4_of(shape),
		.csum_offset = shape->tcp ? 16 : 6,
	};
}

struct virtio_net_hdr gso_hdr(const struct shape *shape, __u16 size)
{
	struct virtio_net_hdr hdr = csum_hdr(shape);

	hdr.hdr_len = data_of(shape);
	hdr.gso_size = size;
	hdr.gso_type = !shape->tcp ? VIRTIO_NET_HDR_GSO_UDP_L4 :
		shape->v6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4;
	return hdr;
}

/*
 * Counters
 */

static int ethtool(int fd, const char *dev, void *command)
{
	struct ifreq ifr = { .ifr_data = command };

	strncpy(ifr.ifr_name, dev, IFNAMSIZ - 1);
	return ioctl(fd, SIOCETHTOOL, &ifr);
}

long long counter(const char *dev, const char *name)
{
	struct {
		struct ethtool_sset_info info;
		__u32 count;
	} sset = { .info = { .cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1 << ETH_SS_STATS } };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ethtool_gstrings *names;
	struct ethtool_stats *stats;
	long long result = -1;
	__u32 i;

	if (ethtool(fd, dev, &sset) || !sset.info.sset_mask) {
		close(fd);
		return -1;
	}
	names = calloc(1, sizeof(*names) + sset.count * ETH_GSTRING_LEN);
	stats = calloc(1, sizeof(*stats) + sset.count * sizeof(stats->data[0]));
	names->cmd = ETHTOOL_GSTRINGS;
	names->string_set = ETH_SS_STATS;
	names->len = sset.count;
	stats->cmd = ETHTOOL_GSTATS;
	stats->n_stats = sset.count;
	if (ethtool(fd, dev, names) || ethtool(fd, dev, stats))
		die("counters of %s: %m", dev);
	for (i = 0; i < sset.count; i++)
		if (!strncmp((char *)names->data + i * ETH_GSTRING_LEN, name,
			     ETH_GSTRING_LEN))
			result = stats->data[i];
	free(names);
	free(stats);
	close(fd);
	return result;
}

long long proc_counter(const char *dev, int column)
{
	FILE *file = fopen("/proc/self/net/dev", "re");
	char line[512], *word, *rest;
	long long value = -1;
	int i;

	while (file && fgets(line, sizeof(line), file)) {
		rest = strchr(line, ':');
		if (!rest)
			continue;
		*rest++ = 0;
		if (strcmp(line + strspn(line, " "), dev))
			continue;
		for (i = 0, word = strtok(rest, "\n "); word; i++, word = strtok(NULL, "\n "))
			if (i == column)
				value = atoll(word);
	}
	if (file)
		fclose(file);
	return value;
}

void wait_arrived(long long frames)
{
	if (!until(proc_counter("t0", 1) + proc_counter("t0", 3) >= frames))
		die("t0 has seen %lld of %lld frames", proc_counter("t0", 1), frames);
}

int set_queue_length(const char *dev, int length)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), err;
	struct ifreq ifr = { .ifr_qlen = length };

	strncpy(ifr.ifr_name, dev, IFNAMSIZ - 1);
	err = ioctl(fd, SIOCSIFTXQLEN, &ifr);
	close(fd);
	return err;
}
