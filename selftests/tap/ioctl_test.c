// SPDX-License-Identifier: GPL-2.0-only
/* Every ioctl of the tap's file, with good values and bad ones. */
#include <errno.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "tests.h"

#define NOWHERE ((void *)8UL)

FIXTURE(ioctl)
{
	struct lan lan;
	int fd;
};

FIXTURE_SETUP(ioctl)
{
	lan_make(&self->lan);
	self->fd = tap_open(&self->lan, O_NONBLOCK);
}

FIXTURE_TEARDOWN(ioctl)
{
	close(self->fd);
}

static int set_iff(int fd, int flags)
{
	struct ifreq ifr = { .ifr_flags = flags };

	return ioctl(fd, TUNSETIFF, &ifr);
}

static int get_flags(int fd)
{
	struct ifreq ifr = { };

	return ioctl(fd, TUNGETIFF, &ifr) ? -1 : (__u16)ifr.ifr_flags;
}

static int set_int(int fd, unsigned long request, int value)
{
	return ioctl(fd, request, &value);
}

static int get_int(int fd, unsigned long request)
{
	int value = -1;

	return ioctl(fd, request, &value) ? -1 : value;
}

TEST_F(ioctl, features)
{
	EXPECT_EQ(IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | IFF_MULTI_QUEUE,
		  get_int(self->fd, TUNGETFEATURES));
	EXPECT_ERRNO(EFAULT, ioctl(self->fd, TUNGETFEATURES, NOWHERE));
}

TEST_F(ioctl, set_iff)
{
	const int good[] = { 0, IFF_VNET_HDR, IFF_MULTI_QUEUE, IFF_VNET_HDR | IFF_MULTI_QUEUE };
	const int bad[] = {
		0, IFF_TAP, IFF_NO_PI, IFF_VNET_HDR, IFF_TUN | IFF_NO_PI,
		IFF_TUN | IFF_TAP | IFF_NO_PI, IFF_TAP | IFF_NO_PI | IFF_TUN_EXCL,
		IFF_TAP | IFF_NO_PI | IFF_ONE_QUEUE, IFF_TAP | IFF_NO_PI | IFF_PERSIST,
		IFF_TAP | IFF_NO_PI | IFF_NAPI, 0xffff,
	};
	unsigned int i;

	/* What a file has that nobody set up. */
	EXPECT_EQ(IFF_TAP | IFF_NO_PI | IFF_VNET_HDR, get_flags(self->fd));
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		EXPECT_EQ(0, set_iff(self->fd, IFF_TAP | IFF_NO_PI | good[i]));
		EXPECT_EQ(IFF_TAP | IFF_NO_PI | good[i], get_flags(self->fd));
	}
	EXPECT_EQ(0, set_iff(self->fd, IFF_TAP | IFF_NO_PI));
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_ERRNO(EINVAL, set_iff(self->fd, bad[i]))
			TH_LOG("flags %#x", bad[i]);
		EXPECT_EQ(IFF_TAP | IFF_NO_PI, get_flags(self->fd));
	}
	EXPECT_ERRNO(EFAULT, ioctl(self->fd, TUNSETIFF, NOWHERE));
	EXPECT_ERRNO(EFAULT, ioctl(self->fd, TUNGETIFF, NOWHERE));
}

TEST_F(ioctl, name)
{
	struct ifreq ifr;

	memset(&ifr, 0xff, sizeof(ifr));
	ASSERT_EQ(0, ioctl(self->fd, TUNGETIFF, &ifr));
	EXPECT_STREQ("t0", ifr.ifr_name);
	/* The whole name is written, and no more than that and the flags. */
	EXPECT_EQ(0, ifr.ifr_name[IFNAMSIZ - 1]);
	EXPECT_EQ((char)0xff, ((char *)&ifr)[offsetof(struct ifreq, ifr_flags) + 2]);

	ip("link set t0 down\nlink set t0 name renamed\nlink set renamed up\n");
	ASSERT_EQ(0, ioctl(self->fd, TUNGETIFF, &ifr));
	EXPECT_STREQ("renamed", ifr.ifr_name);
	ASSERT_EQ(0, ioctl(self->fd, SIOCGIFHWADDR, &ifr));
	EXPECT_STREQ("renamed", ifr.ifr_name);
}

TEST_F(ioctl, queue)
{
	const int bad[] = { 0, IFF_TAP, 0x0800, 0xf8ff };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_ERRNO(EINVAL, tap_queue(self->fd, bad[i]));
	EXPECT_ERRNO(EINVAL, tap_queue(self->fd, IFF_ATTACH_QUEUE));
	EXPECT_EQ(0, tap_queue(self->fd, IFF_DETACH_QUEUE));
	EXPECT_ERRNO(EINVAL, tap_queue(self->fd, IFF_DETACH_QUEUE));
	EXPECT_EQ(0, tap_queue(self->fd, IFF_ATTACH_QUEUE));
	EXPECT_ERRNO(EINVAL, tap_queue(self->fd, IFF_ATTACH_QUEUE));
	EXPECT_ERRNO(EFAULT, ioctl(self->fd, TUNSETQUEUE, NOWHERE));
}

TEST_F(ioctl, offload)
{
	const unsigned int tso = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6;
	const unsigned int good[] = {
		0, TUN_F_CSUM, TUN_F_CSUM | TUN_F_TSO4, TUN_F_CSUM | TUN_F_TSO6, tso,
		tso | TUN_F_TSO_ECN, tso | TUN_F_UFO, TUN_F_TSO4, TUN_F_UFO,
	};
	unsigned int i, uso = tso | TUN_F_USO4 | TUN_F_USO6;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		EXPECT_EQ(0, ioctl(self->fd, TUNSETOFFLOAD, good[i]))
			TH_LOG("offloads %#x", good[i]);
	}
	/* The kernel's library has UDP segmentation since 6.2. */
	EXPECT_ERRNO(kernel_version() >= 602 ? 0 : EINVAL,
		     ioctl(self->fd, TUNSETOFFLOAD, uso));
	EXPECT_ERRNO(EINVAL, ioctl(self->fd, TUNSETOFFLOAD, 0x80000000U));
	EXPECT_ERRNO(EINVAL, ioctl(self->fd, TUNSETOFFLOAD, tso | 0x1000));
	EXPECT_ERRNO(EINVAL, ioctl(self->fd, TUNSETOFFLOAD, -1L));
}

TEST_F(ioctl, send_buffer)
{
	const int good[] = { 1, 1000, 1 << 20, 0x7fffffff };
	const int bad[] = { 0, -1, -0x7fffffff };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(good); i++)
		EXPECT_EQ(0, set_int(self->fd, TUNSETSNDBUF, good[i]));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_ERRNO(EINVAL, set_int(self->fd, TUNSETSNDBUF, bad[i]));
	EXPECT_ERRNO(EFAULT, ioctl(self->fd, TUNSETSNDBUF, NOWHERE));
}

TEST_F(ioctl, header_size)
{
	const int good[] = { 10, 11, 12, 20, 24, 4096 };
	const int bad[] = { 9, 1, 0, -1, -0x7fffffff };
	unsigned int i;

	EXPECT_EQ(HDR_SIZE, get_int(self->fd, TUNGETVNETHDRSZ));
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		EXPECT_EQ(0, set_int(self->fd, TUNSETVNETHDRSZ, good[i]));
		EXPECT_EQ(good[i], get_int(self->fd, TUNGETVNETHDRSZ));
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_ERRNO(EINVAL, set_int(self->fd, TUNSETVNETHDRSZ, bad[i]));
		EXPECT_EQ(4096, get_int(self->fd, TUNGETVNETHDRSZ));
	}
	EXPECT_ERRNO(EFAULT, ioctl(self->fd, TUNSETVNETHDRSZ, NOWHERE));
	EXPECT_ERRNO(EFAULT, ioctl(self->fd, TUNGETVNETHDRSZ, NOWHERE));
}

TEST_F(ioctl, little_endian)
{
	EXPECT_EQ(0, get_int(self->fd, TUNGETVNETLE));
	EXPECT_EQ(0, set_int(self->fd, TUNSETVNETLE, 1));
	EXPECT_EQ(1, get_int(self->fd, TUNGETVNETLE));
	EXPECT_EQ(0, set_int(self->fd, TUNSETVNETLE, 0));
	EXPECT_EQ(0, get_int(self->fd, TUNGETVNETLE));
	EXPECT_EQ(0, set_int(self->fd, TUNSETVNETLE, -5));
	EXPECT_EQ(1, get_int(self->fd, TUNGETVNETLE));
	EXPECT_ERRNO(EFAULT, ioctl(self->fd, TUNSETVNETLE, NOWHERE));
	EXPECT_ERRNO(EFAULT, ioctl(self->fd, TUNGETVNETLE, NOWHERE));
}

/* An option of the kernel: it has both of them or neither. */
TEST_F(ioctl, big_endian)
{
	if (get_int(self->fd, TUNGETVNETBE) == -1) {
		EXPECT_ERRNO(EINVAL, get_int(self->fd, TUNGETVNETBE));
		EXPECT_ERRNO(EINVAL, set_int(self->fd, TUNSETVNETBE, 1));
		EXPECT_ERRNO(EINVAL, set_int(self->fd, TUNSETVNETBE, 0));
		return;
	}
	EXPECT_EQ(0, get_int(self->fd, TUNGETVNETBE));
	EXPECT_EQ(0, set_int(self->fd, TUNSETVNETBE, 1));
	EXPECT_EQ(1, get_int(self->fd, TUNGETVNETBE));
	EXPECT_EQ(0, set_int(self->fd, TUNSETVNETBE, 0));
	EXPECT_ERRNO(EFAULT, ioctl(self->fd, TUNSETVNETBE, NOWHERE));
}

TEST_F(ioctl, unknown)
{
	const unsigned long unknown[] = {
		TUNSETPERSIST, TUNSETOWNER, TUNSETGROUP, TUNSETLINK, TUNSETNOCSUM,
		TUNSETDEBUG, TUNSETTXFILTER, TUNGETSNDBUF, TUNATTACHFILTER,
		TUNSETIFINDEX, TUNSETCARRIER, TUNSETSTEERINGEBPF, SIOCGIFNAME,
		SIOCSIFNAME, SIOCGIFFLAGS, TCGETS, 0, 1, 0xffffffff,
	};
	struct ifreq ifr = { };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(unknown); i++) {
		EXPECT_ERRNO(EINVAL, ioctl(self->fd, unknown[i], &ifr))
			TH_LOG("ioctl %#lx", unknown[i]);
	}
}

/* A buffer of the caller's keeps what the kernel has no word about. */
TEST_F(ioctl, hardware_address_leaks_nothing)
{
	__u8 buffer[sizeof(struct ifreq) + 64], *end;
	struct ifreq *ifr = (struct ifreq *)buffer;
	unsigned int i;

	memset(buffer, 0xa5, sizeof(buffer));
	ASSERT_EQ(0, ioctl(self->fd, SIOCGIFHWADDR, ifr));
	EXPECT_STREQ("t0", ifr->ifr_name);
	EXPECT_EQ(ARPHRD_ETHER, ifr->ifr_hwaddr.sa_family);
	EXPECT_EQ(0, memcmp(ifr->ifr_hwaddr.sa_data, self->lan.mac, ETH_ALEN));
	for (i = ETH_ALEN; i < sizeof(ifr->ifr_hwaddr.sa_data); i++)
		EXPECT_EQ(0, ifr->ifr_hwaddr.sa_data[i]);
	end = (__u8 *)(&ifr->ifr_hwaddr + 1);
	for (i = 0; end + i < buffer + sizeof(buffer); i++)
		EXPECT_EQ(0xa5, end[i]);
	EXPECT_ERRNO(EFAULT, ioctl(self->fd, SIOCGIFHWADDR, NOWHERE));
}

static int set_mac(int fd, int family, const __u8 *mac)
{
	struct ifreq ifr = { .ifr_hwaddr.sa_family = family };

	memcpy(ifr.ifr_hwaddr.sa_data, mac, ETH_ALEN);
	return ioctl(fd, SIOCSIFHWADDR, &ifr);
}

TEST_F(ioctl, set_hardware_address)
{
	const __u8 fresh[] = { 2, 0, 0, 0, 0, 0x77 };
	const __u8 lower[] = { 2, 0, 0, 0, 0, 0x0e };
	const __u8 sibling[] = { 2, 0, 0, 0, 0, 2 };
	const __u8 group[] = { 3, 0, 0, 0, 0, 1 };
	const __u8 zero[ETH_ALEN] = { };
	__u8 frame[64];
	struct heard heard;
	struct ifreq ifr;
	size_t len;

	ip("link add link e0 name t1 index %u address 02:00:00:00:00:02 type %s\n"
	   "link set t1 up\n", free_index(), kind());
	EXPECT_EQ(0, set_mac(self->fd, ARPHRD_ETHER, fresh));
	ASSERT_EQ(0, ioctl(self->fd, SIOCGIFHWADDR, &ifr));
	EXPECT_EQ(0, memcmp(ifr.ifr_hwaddr.sa_data, fresh, ETH_ALEN));
	/* The same again is no conflict with itself. */
	EXPECT_EQ(0, set_mac(self->fd, ARPHRD_ETHER, fresh));

	EXPECT_ERRNO(EADDRINUSE, set_mac(self->fd, ARPHRD_ETHER, lower));
	EXPECT_ERRNO(EADDRINUSE, set_mac(self->fd, ARPHRD_ETHER, sibling));
	EXPECT_ERRNO(EADDRNOTAVAIL, set_mac(self->fd, ARPHRD_ETHER, group));
	EXPECT_ERRNO(EADDRNOTAVAIL, set_mac(self->fd, ARPHRD_ETHER, zero));
	EXPECT_ERRNO(EINVAL, set_mac(self->fd, ARPHRD_LOOPBACK, fresh));
	EXPECT_ERRNO(EFAULT, ioctl(self->fd, SIOCSIFHWADDR, NOWHERE));
	ASSERT_EQ(0, ioctl(self->fd, SIOCGIFHWADDR, &ifr));
	EXPECT_EQ(0, memcmp(ifr.ifr_hwaddr.sa_data, fresh, ETH_ALEN));

	/* Frames follow. */
	len = build_mark(frame, self->lan.mac, self->lan.far_mac, 1);
	far_send(&self->lan, NULL, frame, len);
	len = build_mark(frame, fresh, self->lan.far_mac, 2);
	far_send(&self->lan, NULL, frame, len);
	ASSERT_TRUE(tap_recv(self->fd, HDR_SIZE, &heard));
	EXPECT_EQ(2, mark_of(heard.frame, heard.len));
}

TEST_F(ioctl, deleted_device)
{
	__u8 frame[64], buffer[128];
	struct ifreq ifr = { };
	size_t len;

	ip("link del t0");
	EXPECT_ERRNO(ENOLINK, ioctl(self->fd, TUNGETIFF, &ifr));
	EXPECT_ERRNO(ENOLINK, ioctl(self->fd, SIOCGIFHWADDR, &ifr));
	EXPECT_ERRNO(ENOLINK, set_mac(self->fd, ARPHRD_ETHER, self->lan.mac));
	EXPECT_ERRNO(ENOLINK, ioctl(self->fd, TUNSETOFFLOAD, TUN_F_CSUM));
	EXPECT_ERRNO(EINVAL, tap_queue(self->fd, IFF_ATTACH_QUEUE));
	EXPECT_ERRNO(EINVAL, tap_queue(self->fd, IFF_DETACH_QUEUE));
	/* What is the file's own stays. */
	EXPECT_EQ(0, set_iff(self->fd, IFF_TAP | IFF_NO_PI | IFF_VNET_HDR));
	EXPECT_EQ(0, set_int(self->fd, TUNSETSNDBUF, 5000));
	EXPECT_EQ(HDR_SIZE, get_int(self->fd, TUNGETVNETHDRSZ));
	/* A guest that goes on sending does no harm. */
	len = build_mark(frame, self->lan.far_mac, self->lan.mac, 1);
	EXPECT_EQ((ssize_t)len + HDR_SIZE, tap_send(self->fd, frame, len));
	EXPECT_ERRNO(EAGAIN, read(self->fd, buffer, sizeof(buffer)));
	/* The node went with the device. */
	EXPECT_ERRNO(ENOENT, open(self->lan.node, O_RDWR));
}

TEST_HARNESS_MAIN
