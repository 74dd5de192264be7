/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests of the tap's file share: a network in namespaces of its own,
 * frames, and a packet socket at the far end of the wire.
 *
 *    /dev/tapN -- t0           |
 *                  |           |
 *                 e0 ----------|-- q0 -- packet socket "far"
 *                              |
 *
 * A test that forgets to clean up does no harm: namespaces and files end with the
 * process. Functions that can't do what they must end the process as a failed
 * test.
 */
#ifndef SELFTESTS_TAP_H
#define SELFTESTS_TAP_H

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/types.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

/* Younger than the headers of some systems. */
#ifndef TUN_F_USO4
#define TUN_F_USO4	0x20
#define TUN_F_USO6	0x40
#endif
#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif
#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

#define MAX_FRAME	70000
#define HDR_SIZE	((int)sizeof(struct virtio_net_hdr))
#define VLAN_SIZE	4
/* How long to wait for what must come. */
#define LIMIT_MS	10000

struct lan {
	unsigned int index;		/* of t0 */
	char node[32];
	__u8 mac[ETH_ALEN];		/* of t0 */
	__u8 far_mac[ETH_ALEN];
	int far, far_netns;
};

/* A frame as somebody received it, its tag back in place. */
struct heard {
	struct virtio_net_hdr hdr;
	size_t len;
	__u8 frame[MAX_FRAME];
};

/* A TCP or UDP frame. */
struct shape {
	bool v6, tcp;
	bool partial;			/* leave the checksum to others */
	__u16 vlan;			/* 0: no tag */
	__u16 sport;
	__u32 seq;			/* of TCP */
	size_t payload;
};

/* What such a frame tells. */
struct seen {
	bool v6, tcp;
	__u16 vlan, sport;
	__u32 seq;
	size_t l3, l4, data, payload;
	bool ip_sum_ok, sum_ok, partial_sum_ok;
};

void __attribute__((format(printf, 1, 2), noreturn)) die(const char *fmt, ...);

/* "mymacvtap", or what the environment says: KIND=macvtap tries the tests. */
const char *kind(void);
/* Whether it is our driver: what the in-tree one lacks is tested only then. */
bool is_ours(void);
/* 6.1 is 601. */
int kernel_version(void);

/* Runs lines of "ip" commands in one process. */
void __attribute__((format(printf, 1, 2))) ip(const char *fmt, ...);
/* What "ip" has to say about it, NULL if it succeeds. */
__attribute__((format(printf, 1, 2))) const char *ip_error(const char *fmt, ...);
/* Runs a program, its words separated by single blanks. */
void run(const char *words);
/* The same, in silence; its exit status. */
int try_run(const char *words);

/* Leaves for a new network namespace, without IPv6 of the host's. */
void new_netns(void);
int this_netns(void);
void enter_netns(int netns);
/* Of the host's, on one device after all. */
void allow_ipv6(const char *dev);
/* An index for a tap that no other tap of this machine has. */
unsigned int free_index(void);
/* All of the drawing above, in a new namespace. */
void lan_make(struct lan *lan);
/* Without t0. */
void lan_wire(struct lan *lan);
/* Adds t0 with these options of the link kind. */
void lan_tap(struct lan *lan, const char *options);
/* Until all of these can send, NULL at the end. */
void wait_running(const char *dev, ...);
/* A packet socket on @dev with virtio-net headers; it does not hear what goes
 * out. @protocol as in a frame, ETH_P_ALL sits where tcpdump does.
 */
int packet_socket(const char *dev, __u16 protocol);

/* Opens the node, non-blocking if told so by @flags. */
int tap_open(const struct lan *lan, int flags);
void tap_flags(int fd, int flags);
void tap_offload(int fd, unsigned int offloads);
void tap_hdr_size(int fd, int size);
/* Sets IFF_ATTACH_QUEUE or IFF_DETACH_QUEUE; the result of ioctl(). */
int tap_queue(int fd, int flag);
/* Writes a header of @hdr_size bytes that begins with @hdr, and a frame. */
ssize_t tap_write(int fd, const struct virtio_net_hdr *hdr, int hdr_size,
		  const void *frame, size_t len);
/* The same with an empty header of the usual size. */
ssize_t tap_send(int fd, const void *frame, size_t len);
/* Waits for a frame; false if none comes. */
bool tap_recv(int fd, int hdr_size, struct heard *heard);
/* Reads what is there, or returns -1. */
ssize_t tap_try_read(int fd, void *buffer, size_t size);

void far_send(const struct lan *lan, const struct virtio_net_hdr *hdr,
	      const void *frame, size_t len);
bool far_recv(const struct lan *lan, struct heard *heard);
bool socket_recv(int fd, struct heard *heard);
/* Forgets what has come. */
void drain(int fd);
/* Whether @fd can be read within @ms. */
bool readable(int fd, int ms);

/* Makes a frame of pattern bytes; returns its length. */
size_t build(__u8 *frame, const __u8 *dst, const __u8 *src,
	     const struct shape *shape);
/* A small frame with a type of its own that carries @number. */
size_t build_mark(__u8 *frame, const __u8 *dst, const __u8 *src,
		  __u32 number);
/* Its number, or -1 for a frame that is none. */
long mark_of(const __u8 *frame, size_t len);
bool parse(const __u8 *frame, size_t len, struct seen *seen);
/* Whether the payload is the pattern from position @from on. */
bool pattern_ok(const __u8 *data, size_t len, size_t from);
/* Big-endian numbers. */
__u16 get16(const __u8 *at);
__u32 get32(const __u8 *at);
void put16(__u8 *at, __u16 value);
void put32(__u8 *at, __u32 value);
/* A checksum is what fold() makes of what add_up() has added up. */
__u32 add_up(const __u8 *data, size_t len, __u32 sum);
__u16 fold(__u32 sum);
/* Offsets in a frame of that shape. */
size_t l3_of(const struct shape *shape);
size_t l4_of(const struct shape *shape);
size_t data_of(const struct shape *shape);
/* The header that asks for the rest of a partial checksum. */
struct virtio_net_hdr csum_hdr(const struct shape *shape);
/* The same for segments of @size bytes. */
struct virtio_net_hdr gso_hdr(const struct shape *shape, __u16 size);

/* A counter of "ethtool -S", -1 if there is none of that name. */
long long counter(const char *dev, const char *name);
/* Received (0-7) and sent (8-15) as in /proc/net/dev: bytes, packets, errors,
 * drops ...
 */
long long proc_counter(const char *dev, int column);
int set_queue_length(const char *dev, int length);
/* Waits until t0 has seen @frames since it is there. */
void wait_arrived(long long frames);

/* The error that @call ends with, 0 if it succeeds. */
#define error_of(call) ({						\
	errno = 0;							\
	(call) == -1 ? errno : 0;					\
})

/* Milliseconds since some time. */
long long now_ms(void);

/* Whether something gets true within the limit. */
#define until(condition) ({						\
	long long deadline = now_ms() + LIMIT_MS;			\
	bool is_true;							\
									\
	while (!(is_true = (condition)) && now_ms() < deadline)		\
		usleep(1000);						\
	is_true;							\
})

#endif
