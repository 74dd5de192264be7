// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads a dump of the generic netlink family "mymacvlan" as mymacvlan(8) would not:
 * in small pieces, and with something happening after the first one.
 *
 *   dump NETNS ports|children|groups [lower=NAME] [attr=TYPE] [first=ACTION]
 *        [then=ACTION] [each=ACTION] [keep=LETTER] [rounds=N]
 *   dump NETNS join [first=ACTION]
 *   ACTION: drop, no more capabilities; leave:NETNS, into another namespace;
 *           run:COMMAND, of the shell
 *
 * first: before the request is sent, but after the socket is open; then: after the
 * first piece; each: after each piece. keep: also print how many children have a name
 * that begins so. rounds: read it so often, and also print how long the fastest one
 * took, in microseconds of this process, and what the last tenth of the pieces took,
 * at least, in percent of the first. attr: an attribute that is not asked for there, of
 * four bytes.
 * "join" joins the group of notifications.
 *
 * Prints one line: how many messages and pieces there were, "disorder" if children
 * of a port did not come by growing id, or ports by growing index, "interrupted" if the
 * kernel said so, and "OK" or the error's name.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/genetlink.h>
#include <linux/mymacvlan.h>
#include <linux/netlink.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef SOL_NETLINK
#define SOL_NETLINK	270
#endif

static struct {
	struct nlmsghdr nlh;
	struct genlmsghdr genl;
	char attrs[256];
} req;

static char answer[8192] __attribute__((aligned(4)));
static unsigned int messages, pieces, last_port, kept;
static unsigned long long last_id;
static bool disorder, interrupted;
static const char *keep;

#define PIECES	65536
static double took[PIECES];

static void die(const char *what)
{
	fprintf(stderr, "dump: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void enter(const char *netns)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die(path);
	close(fd);
}

static void act(const char *action)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct none[2] = { };

	if (!action)
		return;
	if (!strcmp(action, "drop")) {
		if (syscall(SYS_capset, &header, none))
			die("capset");
	} else if (!strncmp(action, "leave:", 6)) {
		enter(action + 6);
	} else if (!strncmp(action, "run:", 4)) {
		if (system(action + 4))
			die(action);
	} else {
		die(action);
	}
}

static void put(unsigned short type, const void *data, size_t len)
{
	struct nlattr *attr = (void *)((char *)&req + NLMSG_ALIGN(req.nlh.nlmsg_len));

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memcpy((char *)attr + NLA_HDRLEN, data, len);
	req.nlh.nlmsg_len = NLMSG_ALIGN(req.nlh.nlmsg_len) + NLA_ALIGN(attr->nla_len);
}

static void begin(unsigned short type, unsigned char cmd, unsigned short flags)
{
	memset(&req, 0, sizeof(req));
	req.nlh.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	req.nlh.nlmsg_type = type;
	req.nlh.nlmsg_flags = NLM_F_REQUEST | flags;
	req.genl.cmd = cmd;
	req.genl.version = 1;
}

static const struct nlattr *find(const void *from, const char *end, unsigned short type)
{
	const char *pos = from;
	const struct nlattr *attr;

	while (pos + NLA_HDRLEN <= end) {
		attr = (const void *)pos;
		if (attr->nla_len < NLA_HDRLEN)
			return NULL;
		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			return attr;
		pos += NLA_ALIGN(attr->nla_len);
	}
	return NULL;
}

static const void *value(const struct nlattr *attr)
{
	return (const char *)attr + NLA_HDRLEN;
}

static ssize_t receive(int fd)
{
	ssize_t len = recv(fd, answer, sizeof(answer), 0);

	if (len < 0)
		die("recv");
	return len;
}

/* The family's id; its group's in @group, 0 if it has none. */
static unsigned short family(int fd, unsigned int *group)
{
	const struct nlattr *id, *groups, *one;
	const char *end;

	begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	put(CTRL_ATTR_FAMILY_NAME, MYMACVLAN_GENL_NAME, sizeof(MYMACVLAN_GENL_NAME));
	if (send(fd, &req, req.nlh.nlmsg_len, 0) < 0)
		die("send");
	end = answer + receive(fd);
	id = find(answer + NLMSG_LENGTH(GENL_HDRLEN), end, CTRL_ATTR_FAMILY_ID);
	groups = find(answer + NLMSG_LENGTH(GENL_HDRLEN), end, CTRL_ATTR_MCAST_GROUPS);
	if (!id)
		die("no such family");
	*group = 0;
	if (groups) {
		one = find(value(groups), (const char *)groups + groups->nla_len, 1);
		one = one ? find(value(one), (const char *)one + one->nla_len,
				 CTRL_ATTR_MCAST_GRP_ID) : NULL;
		if (one)
			memcpy(group, value(one), sizeof(*group));
	}
	return *(const unsigned short *)value(id);
}

static void look(const struct nlmsghdr *nlh)
{
	const char *attrs = (const char *)nlh + NLMSG_LENGTH(GENL_HDRLEN);
	const char *end = (const char *)nlh + nlh->nlmsg_len;
	const struct nlattr *id = find(attrs, end, MYMACVLAN_A_CHILD_ID);
	const struct nlattr *port = find(attrs, end, MYMACVLAN_A_PORT_IFINDEX);
	const struct nlattr *name = find(attrs, end, MYMACVLAN_A_CHILD_IFNAME);
	unsigned long long now;
	unsigned int on;

	messages++;
	kept += keep && name && *(const char *)value(name) == *keep;
	if (!id || !port)
		return;
	memcpy(&now, value(id), sizeof(now));
	memcpy(&on, value(port), sizeof(on));
	/* A child's groups may take several messages. */
	if (on == last_port && now <= last_id && req.genl.cmd != MYMACVLAN_CMD_GROUP_GET)
		disorder = true;
	if (on < last_port)
		disorder = true;
	last_port = on;
	last_id = now;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

/* One piece. Returns true at the end, with *@error 0 or a positive error. */
static bool piece(int fd, int *error)
{
	double begin = now();
	int len = receive(fd);
	const struct nlmsghdr *nlh = (const void *)answer;

	if (pieces < PIECES)
		took[pieces] = now() - begin;
	pieces++;
	for (; NLMSG_OK(nlh, (unsigned int)len); nlh = NLMSG_NEXT(nlh, len)) {
		if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
			interrupted = true;
		if (nlh->nlmsg_type == NLMSG_DONE || nlh->nlmsg_type == NLMSG_ERROR) {
			*error = -*(const int *)NLMSG_DATA(nlh);
			return true;
		}
		look(nlh);
	}
	return false;
}

static int dump(int fd, unsigned short id, unsigned char cmd, const char *lower,
		const char *attr, const char *then, const char *each)
{
	int error = 0, number = 0;
	bool end;

	begin(id, cmd, NLM_F_DUMP);
	if (lower)
		put(MYMACVLAN_A_PORT_IFNAME, lower, strlen(lower) + 1);
	if (attr)
		put(atoi(attr), &number, sizeof(number));
	if (send(fd, &req, req.nlh.nlmsg_len, 0) < 0)
		die("send");
	end = piece(fd, &error);
	act(then);
	while (!end) {
		act(each);
		end = piece(fd, &error);
	}
	return error;
}

static double sum(unsigned int first, unsigned int last)
{
	double all = 0;

	while (first < last)
		all += took[first++];
	return all;
}

/* The same again and again; the least that it took. */
static int repeat(int fd, unsigned short id, unsigned char cmd, int rounds)
{
	double all, slower, least_all = 0, least_slower = 0;
	unsigned int tenth;
	int i, error;

	for (i = 0; i < rounds; i++) {
		messages = 0;
		pieces = 0;
		last_port = 0;
		last_id = 0;
		error = dump(fd, id, cmd, NULL, NULL, NULL, NULL);
		if (error || pieces > PIECES)
			return error ?: EFBIG;
		tenth = (pieces + 9) / 10;
		all = sum(0, pieces);
		/* The first one comes with the request, the last is not full. */
		slower = sum(pieces - 1 - tenth, pieces - 1) / sum(1, 1 + tenth);
		if (!i || all < least_all)
			least_all = all;
		if (!i || slower < least_slower)
			least_slower = slower;
	}
	printf("usec %.0f percent %.0f ", least_all, 100 * least_slower);
	return 0;
}

static const char *option(char **words, const char *name)
{
	size_t len = strlen(name);

	for (; *words; words++)
		if (!strncmp(*words, name, len) && (*words)[len] == '=')
			return *words + len + 1;
	return NULL;
}

static unsigned char command(const char *what)
{
	if (!strcmp(what, "ports"))
		return MYMACVLAN_CMD_PORT_GET;
	if (!strcmp(what, "children"))
		return MYMACVLAN_CMD_CHILD_GET;
	if (!strcmp(what, "groups"))
		return MYMACVLAN_CMD_GROUP_GET;
	return 0;
}

static int join(int fd, unsigned int group)
{
	if (!group)
		return -ENOENT;
	return setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
			  sizeof(group)) ? -errno : 0;
}

int main(int argc, char **argv)
{
	unsigned int group;
	unsigned short id;
	int fd, error, on = 1;

	if (argc < 3)
		die("usage: dump NETNS ports|children|groups|join [OPTION]...");
	enter(argv[1]);
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	id = family(fd, &group);
	act(option(argv, "first"));
	keep = option(argv, "keep");
	if (option(argv, "rounds"))
		error = repeat(fd, id, command(argv[2]), atoi(option(argv, "rounds")));
	else if (!strcmp(argv[2], "join"))
		error = -join(fd, group);
	else
		error = dump(fd, id, command(argv[2]), option(argv, "lower"),
			     option(argv, "attr"), option(argv, "then"),
			     option(argv, "each"));
	if (keep)
		printf("kept %u ", kept);
	printf("messages %u pieces %u%s%s %s\n", messages, pieces,
	       disorder ? " disorder" : "", interrupted ? " interrupted" : "",
	       error ? strerrorname_np(error) : "OK");
	return 0;
}
