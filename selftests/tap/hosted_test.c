// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest on a tap with "host on", and its host: one hears the other, once, with
 * large frames as they were sent.
 *
 *    /dev/tapN -- t0     packet socket "host"
 *                  |      |
 *                  '--e0--'
 *                     |
 *                    q0 -- packet socket "far"
 */
#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "tests.h"

#define MSS		1000
#define ALL		(TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6)
#define USO		(TUN_F_USO4 | TUN_F_USO6)
#define PAYLOAD		20000

FIXTURE(hosted)
{
	struct lan lan;
	struct heard heard;
	struct shape shape;
	__u8 frame[MAX_FRAME];
	__u8 host_mac[ETH_ALEN];
	int fd, host;
};

FIXTURE_VARIANT(hosted)
{
	bool v6, tcp;
};

FIXTURE_VARIANT_ADD(hosted, tcp4) { .tcp = true, };
FIXTURE_VARIANT_ADD(hosted, tcp6) { .tcp = true, .v6 = true, };
FIXTURE_VARIANT_ADD(hosted, udp4) { .v6 = false, };
FIXTURE_VARIANT_ADD(hosted, udp6) { .v6 = true, };

static void mac_of(int fd, const char *dev, __u8 *mac)
{
	struct ifreq ifr = { };

	strncpy(ifr.ifr_name, dev, IFNAMSIZ - 1);
	if (ioctl(fd, SIOCGIFHWADDR, &ifr))
		die("address of %s: %m", dev);
	memcpy(mac, ifr.ifr_hwaddr.sa_data, ETH_ALEN);
}

FIXTURE_SETUP(hosted)
{
	if (!is_ours())
		SKIP(return, "not in in-tree macvtap");
	if (!variant->tcp && kernel_version() < 602)
		SKIP(return, "no segments of UDP in this kernel's taps");
	lan_wire(&self->lan);
	lan_tap(&self->lan, "mode bridge host on");
	self->fd = tap_open(&self->lan, O_NONBLOCK);
	tap_offload(self->fd, ALL | (variant->tcp ? 0 : USO));
	self->host = packet_socket("e0", ETH_P_ALL);
	mac_of(self->host, "e0", self->host_mac);
	self->shape = (struct shape) {
		.v6 = variant->v6,
		.tcp = variant->tcp,
		.partial = true,
		.sport = 77,
		.payload = PAYLOAD,
	};
}

FIXTURE_TEARDOWN(hosted)
{
	close(self->fd);
	close(self->host);
}

static void host_send(struct _test_data_hosted *self, const struct virtio_net_hdr *hdr,
		      size_t len)
{
	struct virtio_net_hdr empty = { };
	struct iovec iov[] = {
		{ (void *)(hdr ?: &empty), HDR_SIZE },
		{ self->frame, len },
	};

	if (writev(self->host, iov, 2) != (ssize_t)len + HDR_SIZE)
		die("sending %zu bytes on e0: %m", len);
}

static void guest_mark(struct _test_data_hosted *self, const __u8 *dst, __u32 number)
{
	size_t len = build_mark(self->frame, dst, self->lan.mac, number);

	if (tap_send(self->fd, self->frame, len) < 0)
		die("writing a frame: %m");
}

static void host_mark(struct _test_data_hosted *self, const __u8 *dst, __u32 number)
{
	host_send(self, NULL, build_mark(self->frame, dst, self->host_mac, number));
}

/* The number of the next frame of ours, -1 if there is none. */
static long host_hears(struct _test_data_hosted *self)
{
	return socket_recv(self->host, &self->heard) ?
		mark_of(self->heard.frame, self->heard.len) : -1;
}

static long guest_hears(struct _test_data_hosted *self)
{
	return tap_recv(self->fd, HDR_SIZE, &self->heard) ?
		mark_of(self->heard.frame, self->heard.len) : -1;
}

static long far_hears(struct _test_data_hosted *self)
{
	return far_recv(&self->lan, &self->heard) ?
		mark_of(self->heard.frame, self->heard.len) : -1;
}

static const __u8 broadcast[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

/* Unicast does not go out; a broadcast is heard by all, and once. */
TEST_F(hosted, each_frame_once)
{
	guest_mark(self, self->host_mac, 1);
	guest_mark(self, broadcast, 2);
	EXPECT_EQ(1, host_hears(self));
	EXPECT_EQ(2, host_hears(self));
	EXPECT_EQ(2, far_hears(self));
	host_mark(self, self->lan.mac, 3);
	host_mark(self, broadcast, 4);
	host_mark(self, self->lan.mac, 5);
	EXPECT_EQ(3, guest_hears(self));
	EXPECT_EQ(4, guest_hears(self));
	EXPECT_EQ(5, guest_hears(self));
	EXPECT_EQ(4, far_hears(self));
	guest_mark(self, self->host_mac, 6);
	EXPECT_EQ(6, host_hears(self));
	EXPECT_EQ(2, counter("t0", "tx_host"));
	EXPECT_EQ(1, counter("t0", "tx_host_copies"));
	EXPECT_EQ(3, counter("t0", "rx_host"));
}

/* As it was sent, what is left to do beside it. */
static const char *changed(struct _test_data_hosted *self, size_t len)
{
	const struct virtio_net_hdr hdr = gso_hdr(&self->shape, MSS);

	if (self->heard.len != len || memcmp(self->heard.frame, self->frame, len))
		return "frame";
	if (self->heard.hdr.gso_type != hdr.gso_type)
		return "kind of segments";
	if (self->heard.hdr.gso_size != MSS)
		return "size of segments";
	if (!(self->heard.hdr.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM))
		return "checksum";
	return NULL;
}

TEST_F(hosted, large_frames_to_the_host)
{
	const struct virtio_net_hdr hdr = gso_hdr(&self->shape, MSS);
	size_t len = build(self->frame, self->host_mac, self->lan.mac, &self->shape);

	ASSERT_LT(0, tap_write(self->fd, &hdr, HDR_SIZE, self->frame, len));
	ASSERT_TRUE(socket_recv(self->host, &self->heard));
	EXPECT_EQ(NULL, changed(self, len))
		TH_LOG("%s", changed(self, len));
}

TEST_F(hosted, large_frames_of_the_host)
{
	const struct virtio_net_hdr hdr = gso_hdr(&self->shape, MSS);
	size_t len = build(self->frame, self->lan.mac, self->host_mac, &self->shape);

	host_send(self, &hdr, len);
	ASSERT_TRUE(tap_recv(self->fd, HDR_SIZE, &self->heard));
	EXPECT_EQ(NULL, changed(self, len))
		TH_LOG("%s", changed(self, len));
}

/* The guest cannot take large frames: it gets their segments, in order. */
TEST_F(hosted, segments_of_the_host)
{
	const struct virtio_net_hdr hdr = gso_hdr(&self->shape, MSS);
	size_t done = 0, len;
	struct seen seen;

	tap_offload(self->fd, 0);
	len = build(self->frame, self->lan.mac, self->host_mac, &self->shape);
	host_send(self, &hdr, len);
	while (done < PAYLOAD) {
		ASSERT_TRUE(tap_recv(self->fd, HDR_SIZE, &self->heard));
		ASSERT_TRUE(parse(self->heard.frame, self->heard.len, &seen));
		EXPECT_TRUE(seen.sum_ok);
		EXPECT_TRUE(pattern_ok(self->heard.frame + seen.data, seen.payload, done));
		EXPECT_GE((size_t)MSS, seen.payload);
		done += seen.payload;
	}
	EXPECT_EQ((size_t)PAYLOAD, done);
}

/* What no cable would carry the host does not get either. */
TEST_F(hosted, too_large_for_the_wire)
{
	size_t len = build(self->frame, self->host_mac, self->lan.mac, &self->shape);
	const struct virtio_net_hdr hdr = csum_hdr(&self->shape);

	ASSERT_LT(0, tap_write(self->fd, &hdr, HDR_SIZE, self->frame, len));
	guest_mark(self, self->host_mac, 1);
	EXPECT_EQ(1, host_hears(self));
	EXPECT_EQ(1, counter("t0", "tx_host_drop_too_large"));
	EXPECT_EQ(1, counter("t0", "tx_host"));
}

/* A frame that the tap's queue has no room for. */
TEST_F(hosted, full_queue_is_counted)
{
	int i;

	ip("link set t0 txqueuelen 4");
	for (i = 0; i < 20; i++)
		host_mark(self, self->lan.mac, i);
	EXPECT_TRUE(until(counter("t0", "rx_drop_queue_full") == 16));
	EXPECT_EQ(20, counter("t0", "rx_host"));
}

/* By somebody who has the file and no capability: the ioctl asks for none. */
static int set_address_as_user(int fd, const __u8 *mac)
{
	struct ifreq ifr = { .ifr_hwaddr.sa_family = ARPHRD_ETHER };
	pid_t pid = fork();
	int status;

	if (!pid) {
		memcpy(ifr.ifr_hwaddr.sa_data, mac, ETH_ALEN);
		if (setresgid(1000, 1000, 1000) || setresuid(1000, 1000, 1000))
			_exit(EPERM);
		_exit(ioctl(fd, SIOCSIFHWADDR, &ifr) ? errno : 0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		die("a process of a user: %m");
	return WEXITSTATUS(status);
}

/*
 * The tap's user takes the address of somebody out there. What the host sends to that
 * one goes there; with the address that the host has given, all is as before.
 */
TEST_F(hosted, address_of_the_users_choice)
{
	static const __u8 free_mac[] = { 2, 0, 0, 0, 0x77, 1 };

	ASSERT_EQ(0, set_address_as_user(self->fd, self->lan.far_mac));
	host_mark(self, self->lan.far_mac, 1);
	EXPECT_EQ(1, far_hears(self));
	host_mark(self, broadcast, 2);
	EXPECT_EQ(2, guest_hears(self));
	EXPECT_EQ(2, far_hears(self));
	ASSERT_EQ(0, set_address_as_user(self->fd, free_mac));
	host_mark(self, free_mac, 3);
	EXPECT_EQ(3, far_hears(self));
	host_mark(self, broadcast, 4);
	EXPECT_EQ(4, guest_hears(self));
	EXPECT_EQ(4, far_hears(self));
	ASSERT_EQ(0, set_address_as_user(self->fd, self->lan.mac));
	host_mark(self, self->lan.mac, 5);
	EXPECT_EQ(5, guest_hears(self));
	host_mark(self, broadcast, 6);
	EXPECT_EQ(6, far_hears(self));
}

TEST_F(hosted, off_again)
{
	ip("link set t0 type %s host off", kind());
	guest_mark(self, self->host_mac, 1);
	EXPECT_EQ(1, far_hears(self));
	host_mark(self, self->lan.mac, 2);
	EXPECT_EQ(2, far_hears(self));
	ip("link set t0 type %s host on", kind());
	guest_mark(self, self->host_mac, 3);
	EXPECT_EQ(3, host_hears(self));
}

TEST_HARNESS_MAIN
