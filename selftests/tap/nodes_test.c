// SPDX-License-Identifier: GPL-2.0-only
/*
 * The node /dev/tapN: whose it is, who may open it, what sysfs and uevents tell
 * about it, and which tap has it when several have the same ifindex.
 */
#include <grp.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "tests.h"

#define USER	1234
#define GROUP	2345
#define OTHER	3456

FIXTURE(nodes)
{
	struct lan lan;
	struct heard heard;
	int home;			/* the namespace */
	int uevents;
};

FIXTURE_SETUP(nodes)
{
	struct sockaddr_nl at = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int size = 4 << 20;

	lan_wire(&self->lan);
	self->home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	self->uevents = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
	setsockopt(self->uevents, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	ASSERT_EQ(0, bind(self->uevents, (struct sockaddr *)&at, sizeof(at)));
}

FIXTURE_TEARDOWN(nodes)
{
}

/* "MODE UID GID" of a node, or "gone" */
static const char *node_of(const char *path)
{
	static char text[64];
	struct stat st;

	if (stat(path, &st))
		return "gone";
	if (!S_ISCHR(st.st_mode))
		return "no character device";
	snprintf(text, sizeof(text), "%04o %u %u", st.st_mode & 07777, st.st_uid, st.st_gid);
	return text;
}

static dev_t number_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : st.st_rdev;
}

/* What a process of that user and group gets for opening a node. */
static int open_as(uid_t uid, gid_t gid, const char *node)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		if (setgroups(0, NULL) || setresgid(gid, gid, gid) || setresuid(uid, uid, uid))
			die("another user: %m");
		_exit(error_of(open(node, O_RDWR)));
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

TEST_F(nodes, by_default_of_root)
{
	struct heard *heard = &self->heard;
	int fd;

	lan_tap(&self->lan, "");
	EXPECT_STREQ("0600 0 0", node_of(self->lan.node));
	EXPECT_EQ(EACCES, open_as(USER, GROUP, self->lan.node));
	EXPECT_EQ(EACCES, open_as(USER, 0, self->lan.node));
	EXPECT_EQ(0, open_as(0, 0, self->lan.node));
	/* The device's name is no matter. */
	ip("link set t0 down\nlink set t0 name t9\nlink set t9 up\n");
	EXPECT_STREQ("0600 0 0", node_of(self->lan.node));
	wait_running("t9", NULL);
	fd = tap_open(&self->lan, 0);
	build_mark(heard->frame, self->lan.far_mac, self->lan.mac, 1);
	EXPECT_LT(0, tap_send(fd, heard->frame, 60));
	EXPECT_TRUE(far_recv(&self->lan, heard));
	ip("link del t9");
	EXPECT_STREQ("gone", node_of(self->lan.node));
}

TEST_F(nodes, owner)
{
	char options[64];

	if (!is_ours())
		SKIP(return, "in-tree macvtap has no such options");
	snprintf(options, sizeof(options), "user %d group %d perm 0660", USER, GROUP);
	lan_tap(&self->lan, options);
	EXPECT_STREQ("0660 1234 2345", node_of(self->lan.node));
	EXPECT_EQ(0, open_as(USER, OTHER, self->lan.node));
	EXPECT_EQ(0, open_as(OTHER, GROUP, self->lan.node));
	EXPECT_EQ(EACCES, open_as(OTHER, OTHER, self->lan.node));
	EXPECT_EQ(0, open_as(0, 0, self->lan.node));
}

TEST_F(nodes, one_option_at_a_time)
{
	if (!is_ours())
		SKIP(return, "in-tree macvtap has no such options");
	lan_tap(&self->lan, "user 1234");
	EXPECT_STREQ("0600 1234 0", node_of(self->lan.node));
	EXPECT_EQ(0, open_as(USER, OTHER, self->lan.node));
	EXPECT_EQ(EACCES, open_as(OTHER, 0, self->lan.node));
	ip("link set t0 type %s group 2345", kind());
	EXPECT_STREQ("0600 1234 2345", node_of(self->lan.node));
	ip("link set t0 type %s perm 0640", kind());
	EXPECT_STREQ("0640 1234 2345", node_of(self->lan.node));
	EXPECT_EQ(EACCES, open_as(OTHER, GROUP, self->lan.node));
	ip("link set t0 type %s perm 0777", kind());
	EXPECT_STREQ("0777 1234 2345", node_of(self->lan.node));
	EXPECT_EQ(0, open_as(OTHER, OTHER, self->lan.node));
	ip("link set t0 type %s perm 0", kind());
	EXPECT_STREQ("0000 1234 2345", node_of(self->lan.node));
	EXPECT_EQ(EACCES, open_as(USER, GROUP, self->lan.node));
	ip("link set t0 type %s user 0 group 0 perm 0600", kind());
	EXPECT_STREQ("0600 0 0", node_of(self->lan.node));
}

/*
 * sysfs
 */

/* Text of a file in sysfs, its newline cut off; the namespace's own sysfs. */
static const char *read_text(const char *path)
{
	static char text[512];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	close(fd);
	if (len <= 0)
		return "";
	text[len] = 0;
	if (text[len - 1] == '\n')
		text[len - 1] = 0;
	return text;
}

static const char *link_name(const char *path)
{
	static char target[512], *last;
	ssize_t len = readlink(path, target, sizeof(target) - 1);

	target[len > 0 ? len : 0] = 0;
	last = strrchr(target, '/');
	return last ? last + 1 : target;
}

TEST_F(nodes, sysfs)
{
	char path[128], number[32];
	dev_t rdev;

	lan_tap(&self->lan, "");
	ASSERT_EQ(0, unshare(CLONE_NEWNS));
	ASSERT_EQ(0, mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL));
	ASSERT_EQ(0, mount("sys", "/sys", "sysfs", 0, NULL));
	rdev = number_of(self->lan.node);
	snprintf(number, sizeof(number), "%u:%u", major(rdev), minor(rdev));

	snprintf(path, sizeof(path), "/sys/class/net/t0/tap%u/dev", self->lan.index);
	EXPECT_STREQ(number, read_text(path));
	snprintf(path, sizeof(path), "/sys/class/net/t0/%s/tap%u/dev", kind(), self->lan.index);
	EXPECT_STREQ(number, read_text(path));
	snprintf(path, sizeof(path), "/sys/class/%s/tap%u/dev", kind(), self->lan.index);
	EXPECT_STREQ(number, read_text(path));
	snprintf(path, sizeof(path), "/sys/class/net/t0/tap%u/subsystem", self->lan.index);
	EXPECT_STREQ(kind(), link_name(path));
	snprintf(path, sizeof(path), "/sys/class/net/t0/tap%u/device", self->lan.index);
	EXPECT_STREQ("t0", link_name(path));
	snprintf(path, sizeof(path), "/sys/dev/char/%s", number);
	snprintf(number, sizeof(number), "tap%u", self->lan.index);
	EXPECT_STREQ(number, link_name(path));

	snprintf(path, sizeof(path), "/sys/class/net/t0/tap%u/uevent", self->lan.index);
	EXPECT_NE(NULL, strstr(read_text(path), number));
	snprintf(path, sizeof(path), "/sys/class/%s/tap%u", kind(), self->lan.index);
	ip("link del t0");
	EXPECT_ERRNO(ENOENT, access(path, F_OK));
}

/*
 * uevents
 */

/* "ACTION DEVNAME [MODE [UID [GID]]]" of the next uevent of a node, or "none" */
static const char *next_uevent(int fd)
{
	static const char * const keys[] = { "DEVNAME=", "DEVMODE=", "DEVUID=", "DEVGID=" };
	static char text[256];
	char buffer[4096], *at, want[64];
	bool ours;
	ssize_t len;
	size_t i;

	snprintf(want, sizeof(want), "SUBSYSTEM=%s", kind());
	while (readable(fd, 0)) {
		len = read(fd, buffer, sizeof(buffer) - 1);
		if (len <= 0)
			break;
		buffer[len] = 0;
		snprintf(text, sizeof(text), "%.*s", (int)strcspn(buffer, "@"), buffer);
		ours = false;
		for (i = 0; i < ARRAY_SIZE(keys); i++) {
			for (at = buffer; at < buffer + len; at += strlen(at) + 1) {
				ours |= !strcmp(at, want);
				if (strncmp(at, keys[i], strlen(keys[i])))
					continue;
				strncat(text, " ", sizeof(text) - strlen(text) - 1);
				strncat(text, at + strlen(keys[i]),
					sizeof(text) - strlen(text) - 1);
			}
		}
		if (ours)
			return text;
	}
	return "none";
}

TEST_F(nodes, uevents)
{
	char text[64];

	EXPECT_STREQ("none", next_uevent(self->uevents));
	lan_tap(&self->lan, "");
	snprintf(text, sizeof(text), "add tap%u", self->lan.index);
	EXPECT_EQ(0, strncmp(text, next_uevent(self->uevents), strlen(text)));
	ip("link del t0");
	snprintf(text, sizeof(text), "remove tap%u", self->lan.index);
	EXPECT_EQ(0, strncmp(text, next_uevent(self->uevents), strlen(text)));
	EXPECT_STREQ("none", next_uevent(self->uevents));
}

/* An open file does not notice that its node gets another owner. */
TEST_F(nodes, changed_while_open)
{
	char text[64];
	int fd;

	if (!is_ours())
		SKIP(return, "in-tree macvtap has no such options");
	lan_tap(&self->lan, "");
	fd = tap_open(&self->lan, O_NONBLOCK);
	next_uevent(self->uevents);
	ip("link set t0 type %s user 1234 group 2345 perm 0660", kind());
	snprintf(text, sizeof(text), "remove tap%u", self->lan.index);
	EXPECT_EQ(0, strncmp(text, next_uevent(self->uevents), strlen(text)));
	snprintf(text, sizeof(text), "add tap%u 0660 1234 2345", self->lan.index);
	EXPECT_STREQ(text, next_uevent(self->uevents));
	EXPECT_STREQ("none", next_uevent(self->uevents));
	EXPECT_STREQ("0660 1234 2345", node_of(self->lan.node));
	/* The same again is no change. */
	ip("link set t0 type %s user 1234 group 2345 perm 0660", kind());
	EXPECT_STREQ("none", next_uevent(self->uevents));

	build_mark(self->heard.frame, self->lan.far_mac, self->lan.mac, 1);
	EXPECT_EQ(60 + HDR_SIZE, tap_send(fd, self->heard.frame, 60));
	EXPECT_TRUE(far_recv(&self->lan, &self->heard));
	build_mark(self->heard.frame, self->lan.mac, self->lan.far_mac, 2);
	far_send(&self->lan, NULL, self->heard.frame, 60);
	EXPECT_TRUE(tap_recv(fd, HDR_SIZE, &self->heard));
	EXPECT_EQ(2, mark_of(self->heard.frame, self->heard.len));
	/* It is a queue of the same tap as a file opened now. */
	EXPECT_EQ(0, tap_queue(fd, IFF_DETACH_QUEUE));
	close(fd);
	EXPECT_EQ(0, open_as(USER, OTHER, self->lan.node));
}

/*
 * Namespaces
 */

static void map_ids(pid_t pid, const char *map)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/uid_map", pid);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, map, strlen(map)) < 0)
		die("%s: %m", path);
	close(fd);
	snprintf(path, sizeof(path), "/proc/%d/gid_map", pid);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, map, strlen(map)) < 0)
		die("%s: %m", path);
	close(fd);
}

/*
 * A process of user @uid that sits in a user namespace of its own with a network
 * namespace of that, until killed.
 */
static pid_t user_namespace(uid_t uid, const char *map)
{
	int ready[2], go[2];
	char byte = 0;
	pid_t pid;

	if (pipe(ready) || pipe(go))
		die("pipe: %m");
	pid = fork();
	if (!pid) {
		if (setresgid(uid, uid, uid) || setresuid(uid, uid, uid) ||
		    unshare(CLONE_NEWUSER | CLONE_NEWNET))
			die("user namespace: %m");
		write(ready[1], &byte, 1);
		close(go[1]);
		for (;;)
			pause();
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		die("no user namespace");
	map_ids(pid, map);
	return pid;
}

static void join(pid_t pid, const char *what, int flag)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, what);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, flag))
		die("%s: %m", path);
	close(fd);
}

/* The result of opening from other places than the tap's namespace. */
TEST_F(nodes, opened_from_elsewhere)
{
	pid_t pid;
	int status;

	lan_tap(&self->lan, is_ours() ? "perm 0666" : "");
	/* Root of the machine, anywhere. */
	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	EXPECT_EQ(0, open_as(0, 0, self->lan.node));
	if (!is_ours())
		SKIP(return, "in-tree macvtap has no such options");
	/* A user of the machine: allowed by the node, not by the tap. */
	EXPECT_EQ(EPERM, open_as(USER, USER, self->lan.node));
	ASSERT_EQ(0, setns(self->home, CLONE_NEWNET));
	EXPECT_EQ(0, open_as(USER, USER, self->lan.node));
	/* Almighty in a user namespace, and nobody here. */
	pid = fork();
	if (!pid) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
			die("user namespace: %m");
		_exit(error_of(open(self->lan.node, O_RDWR)));
	}
	waitpid(pid, &status, 0);
	EXPECT_EQ(EPERM, WEXITSTATUS(status));
}

/* A tap in a user's own network namespace is that user's. */
TEST_F(nodes, opened_by_the_namespace_owner)
{
	pid_t pid;

	if (!is_ours())
		SKIP(return, "in-tree macvtap has no such options");
	lan_tap(&self->lan, "perm 0666");
	pid = user_namespace(USER, "0 1234 1\n");
	ip("link set t0 netns %d", pid);
	EXPECT_STREQ("0666 0 0", node_of(self->lan.node));
	EXPECT_EQ(0, open_as(0, 0, self->lan.node));
	EXPECT_EQ(0, open_as(USER, USER, self->lan.node));
	EXPECT_EQ(EPERM, open_as(OTHER, OTHER, self->lan.node));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	EXPECT_TRUE(until(access(self->lan.node, F_OK)));
}

#define NEEDS_MORE "Owner and permissions beyond root and 0600 need " \
	"CAP_NET_ADMIN in the initial user namespace"

/* Who is root in a user namespace only has no say in the machine's /dev. */
TEST_F(nodes, owner_set_in_a_user_namespace)
{
	static const char * const refused[] = {
		"perm 0660", "user 1", "group 1", "user 1 group 1 perm 0600",
	};
	const char *said;
	unsigned int i;
	pid_t pid;

	if (!is_ours())
		SKIP(return, "in-tree macvtap has no such options");
	ip("link add m0 type dummy\n");
	pid = user_namespace(0, "0 0 1\n1 5001 1\n");
	ip("link set e0 netns %d", pid);
	join(pid, "net", CLONE_NEWNET);
	join(pid, "user", CLONE_NEWUSER);
	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		said = ip_error("link add link e0 name t0 type %s %s", kind(), refused[i]);
		EXPECT_TRUE(said && strstr(said, NEEDS_MORE))
			TH_LOG("%s: %s", refused[i], said ?: "done");
	}
	said = ip_error("link add link e0 name t0 type %s user 77", kind());
	EXPECT_TRUE(said && strstr(said, "Unknown user id"))
		TH_LOG("%s", said ?: "done");
	said = ip_error("link add link e0 name t0 type %s group 77", kind());
	EXPECT_TRUE(said && strstr(said, "Unknown group id"))
		TH_LOG("%s", said ?: "done");

	self->lan.index = free_index();
	snprintf(self->lan.node, sizeof(self->lan.node), "/dev/tap%u", self->lan.index);
	said = ip_error("link add link e0 name t0 index %u type %s user 0 group 0 perm 0600",
			self->lan.index, kind());
	EXPECT_EQ(NULL, said)
		TH_LOG("%s", said);
	EXPECT_STREQ("0600 0 0", node_of(self->lan.node));
	said = ip_error("link set t0 type %s perm 0666", kind());
	EXPECT_TRUE(said && strstr(said, NEEDS_MORE))
		TH_LOG("%s", said ?: "done");
	EXPECT_STREQ("0600 0 0", node_of(self->lan.node));
	kill(pid, SIGKILL);
}

/*
 * One ifindex, two namespaces
 */

/* Whether the kernel's log has that text since the last time it was asked. */
static bool logged(int log, const char *text)
{
	char line[2048];
	bool found = false;
	ssize_t len;

	while ((len = read(log, line, sizeof(line) - 1)) > 0) {
		line[len] = 0;
		found |= !!strstr(line, text);
	}
	return found;
}

/* Opening the node opens the tap of that address. */
static bool opens(const char *node, const __u8 *mac)
{
	int fd = open(node, O_RDWR | O_CLOEXEC);
	struct ifreq ifr;
	bool same;

	if (fd < 0)
		return false;
	same = !ioctl(fd, SIOCGIFHWADDR, &ifr) && !memcmp(ifr.ifr_hwaddr.sa_data, mac, ETH_ALEN);
	close(fd);
	return same;
}

TEST_F(nodes, one_ifindex_in_two_namespaces)
{
	const __u8 second[] = { 2, 0, 0, 0, 0, 2 };
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char text[128];
	dev_t first;
	int other;

	if (!is_ours())
		SKIP(return, "in-tree macvtap has no such options");
	lseek(log, 0, SEEK_END);
	lan_tap(&self->lan, "perm 0640");
	first = number_of(self->lan.node);
	EXPECT_FALSE(logged(log, "belongs to"));
	new_netns();
	other = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	ip("link add e1 type dummy\n"
	   "link add link e1 name t1 index %u address 02:00:00:00:00:02 type %s perm 0604\n",
	   self->lan.index, kind());
	ASSERT_EQ(0, setns(self->home, CLONE_NEWNET));
	/* The first has it, the second says so. */
	snprintf(text, sizeof(text), "t1: /dev/tap%u belongs to t0, which has the same ifindex",
		 self->lan.index);
	EXPECT_TRUE(logged(log, text));
	EXPECT_EQ(first, number_of(self->lan.node));
	EXPECT_STREQ("0640 0 0", node_of(self->lan.node));
	EXPECT_TRUE(opens(self->lan.node, self->lan.mac));
	/* The second inherits. */
	ip("link del t0");
	snprintf(text, sizeof(text), "t1: has /dev/tap%u now", self->lan.index);
	EXPECT_TRUE(logged(log, text));
	EXPECT_STREQ("0604 0 0", node_of(self->lan.node));
	EXPECT_TRUE(opens(self->lan.node, second));
	/* And the other way round. */
	ip("link add link e0 name t0 index %u address 02:00:00:00:00:01 type %s",
	   self->lan.index, kind());
	snprintf(text, sizeof(text), "t0: /dev/tap%u belongs to t1", self->lan.index);
	EXPECT_TRUE(logged(log, text));
	EXPECT_TRUE(opens(self->lan.node, second));
	ASSERT_EQ(0, setns(other, CLONE_NEWNET));
	ip("link del t1");
	EXPECT_TRUE(opens(self->lan.node, self->lan.mac));
}

/* Several could inherit: one of them does, and then the other. */
TEST_F(nodes, one_ifindex_in_three_namespaces)
{
	const __u8 second[] = { 2, 0, 0, 0, 0, 2 }, third[] = { 2, 0, 0, 0, 0, 3 };
	int others[2], heir, i;

	if (!is_ours())
		SKIP(return, "in-tree macvtap cannot make them");
	lan_tap(&self->lan, "");
	for (i = 0; i < 2; i++) {
		new_netns();
		others[i] = this_netns();
		ip("link add e1 type dummy\n"
		   "link add link e1 name t1 index %u address 02:00:00:00:00:0%d type %s\n",
		   self->lan.index, i + 2, kind());
	}
	ASSERT_EQ(0, setns(self->home, CLONE_NEWNET));
	EXPECT_TRUE(opens(self->lan.node, self->lan.mac));
	ip("link del t0");
	heir = opens(self->lan.node, second) ? 0 : 1;
	EXPECT_TRUE(opens(self->lan.node, heir ? third : second));
	ASSERT_EQ(0, setns(others[heir], CLONE_NEWNET));
	ip("link del t1");
	EXPECT_TRUE(opens(self->lan.node, heir ? second : third));
}

/* The loser goes: nothing happens to the winner's node. */
TEST_F(nodes, loser_goes_first)
{
	dev_t first;

	if (!is_ours())
		SKIP(return, "in-tree macvtap has no such options");
	lan_tap(&self->lan, "");
	first = number_of(self->lan.node);
	new_netns();
	/* Also when it changes. */
	ip("link add e1 type dummy\n"
	   "link add link e1 name t1 index %u type %s\n"
	   "link set t1 type %s perm 0666", self->lan.index, kind(), kind());
	EXPECT_EQ(first, number_of(self->lan.node));
	EXPECT_STREQ("0600 0 0", node_of(self->lan.node));
	ip("link del t1");
	EXPECT_EQ(first, number_of(self->lan.node));
	ASSERT_EQ(0, setns(self->home, CLONE_NEWNET));
	EXPECT_TRUE(opens(self->lan.node, self->lan.mac));
}

/* Whoever may make a user namespace may make a tap in it, with any index: a tap
 * of the machine's administrator takes the name from that one.
 */
TEST_F(nodes, administrators_go_first)
{
	const __u8 first[] = { 2, 0, 0, 0, 0, 1 }, users[] = { 2, 0, 0, 0, 0, 2 };
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	unsigned int index = free_index();
	char node[32], text[128];
	pid_t pid;

	if (!is_ours())
		SKIP(return, "in-tree macvtap has no such options");
	lseek(log, 0, SEEK_END);
	snprintf(node, sizeof(node), "/dev/tap%u", index);
	pid = user_namespace(USER, "0 1234 1\n");
	join(pid, "net", CLONE_NEWNET);
	ip("link add e1 type dummy\n"
	   "link add link e1 name t1 index %u address 02:00:00:00:00:02 type %s perm 0604\n",
	   index, kind());
	EXPECT_TRUE(opens(node, users));
	ASSERT_EQ(0, setns(self->home, CLONE_NEWNET));
	ip("link add link e0 name t0 index %u address 02:00:00:00:00:01 type %s perm 0640\n",
	   index, kind());
	EXPECT_TRUE(opens(node, first));
	EXPECT_STREQ("0640 0 0", node_of(node));
	snprintf(text, sizeof(text), "t1: /dev/tap%u belongs to t0", index);
	EXPECT_TRUE(logged(log, text));
	/* Until it goes. */
	ip("link del t0");
	EXPECT_TRUE(opens(node, users));
	EXPECT_STREQ("0604 0 0", node_of(node));
	kill(pid, SIGKILL);
}

/* To where the index is taken: another index, another node. */
TEST_F(nodes, moved_where_the_index_is_taken)
{
	unsigned int index;
	char node[32];
	int other;

	lan_tap(&self->lan, is_ours() ? "user 1234 perm 0640" : "");
	new_netns();
	other = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	ip("link add taken index %u type dummy", self->lan.index);
	ASSERT_EQ(0, setns(self->home, CLONE_NEWNET));
	ip("link set t0 netns /proc/%d/fd/%d", getpid(), other);
	EXPECT_STREQ("gone", node_of(self->lan.node));
	ASSERT_EQ(0, setns(other, CLONE_NEWNET));
	index = if_nametoindex("t0");
	ASSERT_NE(self->lan.index, index);
	snprintf(node, sizeof(node), "/dev/tap%u", index);
	EXPECT_STREQ(is_ours() ? "0640 1234 0" : "0600 0 0", node_of(node));
	EXPECT_TRUE(opens(node, self->lan.mac));
	ip("link del t0");
	EXPECT_STREQ("gone", node_of(node));
}

TEST_HARNESS_MAIN
