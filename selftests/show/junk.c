// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random requests to the generic netlink family "mymacvlan": any command, as a request
 * or as a dump, any attributes, wrong lengths, some of them cut off. The same seed
 * gives the same requests.
 *
 *   junk NETNS|- SEED COUNT FIRST      commands from FIRST on; -: here
 *
 * Prints how many were answered by an error, and how many messages came.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <linux/mymacvlan.h>
#include <linux/netlink.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

static union {
	struct nlmsghdr nlh;
	char bytes[2048];
} req;

static char answer[32768] __attribute__((aligned(4)));
static unsigned long long state;
static unsigned long refused, messages;

static void die(const char *what)
{
	fprintf(stderr, "junk: %s: %s\n", what, strerror(errno));
	exit(2);
}

static unsigned int any(unsigned int below)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (state >> 33) % below;
}

static void enter(const char *netns)
{
	char path[256];
	int fd;

	if (!strcmp(netns, "-"))
		return;
	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die(path);
	close(fd);
}

static void begin(unsigned short type, unsigned char cmd, unsigned short flags)
{
	struct genlmsghdr *genl = NLMSG_DATA(&req.nlh);

	memset(&req, 0, sizeof(req));
	req.nlh.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	req.nlh.nlmsg_type = type;
	req.nlh.nlmsg_flags = NLM_F_REQUEST | flags;
	genl->cmd = cmd;
	genl->version = 1;
}

static struct nlattr *put(unsigned short type, unsigned int len)
{
	struct nlattr *attr = (void *)(req.bytes + NLMSG_ALIGN(req.nlh.nlmsg_len));

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	req.nlh.nlmsg_len = NLMSG_ALIGN(req.nlh.nlmsg_len) + NLA_ALIGN(attr->nla_len);
	return attr;
}

/* Mostly of a length that some attribute has, and with what might be there. */
static void put_any(void)
{
	static const unsigned int lengths[] = { 0, 1, 2, 3, 4, 4, 4, 6, 6, 8, 16, 40 };
	static const char *const names[] = { "d0", "d1", "lo", "nosuch", "" };
	unsigned int i, len = lengths[any(ARRAY_SIZE(lengths))];
	struct nlattr *attr;
	const char *name;

	if (any(3) == 0) {
		name = names[any(5)];
		attr = put(MYMACVLAN_A_PORT_IFNAME, strlen(name) + any(2));
		memcpy((char *)attr + NLA_HDRLEN, name, strlen(name));
		return;
	}
	attr = put(any(8) ? any(7) : any(MYMACVLAN_A_MAX + 8), len);
	for (i = 0; i < len; i++)
		((char *)attr)[NLA_HDRLEN + i] = any(2) ? any(256) : any(4);
	if (any(16) == 0)
		attr->nla_len += any(64) - 8;
}

static void take_answers(int fd)
{
	const struct nlmsghdr *nlh;
	int len;

	for (;;) {
		len = recv(fd, answer, sizeof(answer), 0);
		if (len < 0)
			die("recv");
		nlh = (const void *)answer;
		for (; NLMSG_OK(nlh, (unsigned int)len); nlh = NLMSG_NEXT(nlh, len)) {
			if (nlh->nlmsg_type != NLMSG_ERROR &&
			    nlh->nlmsg_type != NLMSG_DONE) {
				messages++;
				continue;
			}
			refused += *(const int *)NLMSG_DATA(nlh) != 0;
			return;
		}
	}
}

static unsigned short family(int fd)
{
	const struct nlattr *attr;
	struct nlattr *name;

	begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	name = put(CTRL_ATTR_FAMILY_NAME, sizeof(MYMACVLAN_GENL_NAME));
	memcpy((char *)name + NLA_HDRLEN, MYMACVLAN_GENL_NAME, sizeof(MYMACVLAN_GENL_NAME));
	if (send(fd, &req, req.nlh.nlmsg_len, 0) < 0 ||
	    recv(fd, answer, sizeof(answer), 0) < 0)
		die("family");
	/* The name comes first, then the id. */
	attr = (const void *)(answer + NLMSG_LENGTH(GENL_HDRLEN));
	while ((attr->nla_type & NLA_TYPE_MASK) != CTRL_ATTR_FAMILY_ID)
		attr = (const void *)((const char *)attr + NLA_ALIGN(attr->nla_len));
	return *(const unsigned short *)((const char *)attr + NLA_HDRLEN);
}

int main(int argc, char **argv)
{
	unsigned long i, count;
	unsigned int attrs, first;
	unsigned short id;
	int fd;

	if (argc != 5)
		die("usage: junk NETNS SEED COUNT FIRST");
	enter(argv[1]);
	state = strtoull(argv[2], NULL, 10);
	count = strtoul(argv[3], NULL, 10);
	first = atoi(argv[4]);
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (fd < 0)
		die("socket");
	id = family(fd);
	for (i = 0; i < count; i++) {
		begin(id, first + any(MYMACVLAN_CMD_MAX + 4 - first),
		      any(2) ? NLM_F_ACK : NLM_F_ACK | NLM_F_DUMP);
		for (attrs = any(5); attrs; attrs--)
			put_any();
		if (any(32) == 0 && req.nlh.nlmsg_len > 24)
			req.nlh.nlmsg_len -= any(4);
		if (send(fd, &req, req.nlh.nlmsg_len, 0) < 0)
			die("send");
		take_answers(fd);
	}
	printf("refused %lu messages %lu\n", refused, messages);
	return 0;
}
