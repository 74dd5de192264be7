// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends RTM_NEWLINK requests that "ip" cannot or would not send, RTM_DELLINK in
 * between, and prints what the kernel answers.
 *
 *   nl NETNS REQUEST [-- REQUEST]...
 *   REQUEST: new|change|del KIND [name=NAME] [dev=DEV] [index=N] [link=DEV]
 *            [linkindex=N] [address=HEX] [mtu=N] [up] [down] [nodata] [fail=N]
 *            [ATTRIBUTE]...
 *   ATTRIBUTE, inside IFLA_INFO_DATA:
 *            u32:TYPE=N  u16:TYPE=N  bytes:TYPE=HEX
 *            nest:TYPE=[TYPE:HEX[,TYPE:HEX]...]  raw:HEX (header and all)
 *
 * "change" wants dev=, the device to change. Prints one line a request: "OK",
 * or the error's name, then "@TYPE" of the attribute that the kernel points
 * to, if any, then its text, if any.
 *
 * With "fail=N" the Nth allocation of memory on behalf of the request fails, if
 * the kernel has the means to (CONFIG_FAILSLAB, and failslab/ignore-gfp-wait
 * off). The line begins with "+" where that happened.
 * Exit status: 0 if all requests were sent and answered.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct {
	struct nlmsghdr nlh;
	struct ifinfomsg info;
	/* Room for the longest list of addresses. */
	char attrs[65536];
} req;

static unsigned char answer[16384];
static unsigned int fail_nth;

static void __attribute__((format(printf, 1, 2), noreturn))
die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fputs("nl: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	exit(2);
}

static void enter_netns(const char *name)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die("namespace %s: %m", name);
	close(fd);
}

static int open_netlink(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), on = 1;

	if (fd < 0)
		die("netlink socket: %m");
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	return fd;
}

static void *tail(void)
{
	return (char *)&req + req.nlh.nlmsg_len;
}

/* Bytes at the end of the message, padded to what netlink wants. */
static void put_raw(const void *data, size_t len)
{
	if (req.nlh.nlmsg_len + NLMSG_ALIGN(len) > sizeof(req))
		die("too much for one request");
	memcpy(tail(), data, len);
	req.nlh.nlmsg_len += NLMSG_ALIGN(len);
}

static struct rtattr *put(int type, const void *data, size_t len)
{
	struct rtattr *attr = tail();
	struct rtattr header = { .rta_type = type, .rta_len = RTA_LENGTH(len) };

	put_raw(&header, sizeof(header));
	put_raw(data, len);
	return attr;
}

static void end_nest(struct rtattr *nest)
{
	nest->rta_len = (char *)tail() - (char *)nest;
}

static size_t parse_hex(const char *text, size_t text_len, unsigned char *out)
{
	size_t len = text_len / 2, i;

	if (text_len % 2 || len > 512)
		die("bad bytes \"%s\"", text);
	for (i = 0; i < len; i++)
		if (sscanf(text + 2 * i, "%2hhx", &out[i]) != 1)
			die("bad bytes \"%s\"", text);
	return len;
}

static unsigned int device(const char *name)
{
	unsigned int index = if_nametoindex(name);

	if (!index)
		die("no device %s", name);
	return index;
}

/* TYPE:HEX,TYPE:HEX... */
static void put_nested(int type, const char *list)
{
	struct rtattr *nest = put(type, NULL, 0);
	unsigned char bytes[512];
	char *end;
	size_t len;

	while (*list) {
		type = strtoul(list, &end, 0);
		if (*end != ':')
			die("bad list \"%s\"", list);
		list = end + 1;
		len = strcspn(list, ",");
		put(type, bytes, parse_hex(list, len, bytes));
		list += len + (list[len] == ',');
	}
	end_nest(nest);
}

static void put_data(const char *word)
{
	const char *colon = strchr(word, ':'), *value;
	unsigned char bytes[512];
	__u32 u32;
	__u16 u16;
	char *end;
	int type;

	if (!colon)
		die("bad attribute \"%s\"", word);
	if (!strncmp(word, "raw:", 4)) {
		put_raw(bytes, parse_hex(colon + 1, strlen(colon + 1), bytes));
		return;
	}
	type = strtoul(colon + 1, &end, 0);
	if (*end != '=')
		die("bad attribute \"%s\"", word);
	value = end + 1;
	u32 = strtoul(value, NULL, 0);
	u16 = u32;
	if (!strncmp(word, "u32:", 4))
		put(type, &u32, sizeof(u32));
	else if (!strncmp(word, "u16:", 4))
		put(type, &u16, sizeof(u16));
	else if (!strncmp(word, "bytes:", 6))
		put(type, bytes, parse_hex(value, strlen(value), bytes));
	else if (!strncmp(word, "nest:", 5))
		put_nested(type, value);
	else
		die("bad attribute \"%s\"", word);
}

/* True if @word was one of the link's own attributes. */
static bool put_link(const char *word)
{
	const char *value = strchr(word, '=');
	unsigned char bytes[512];
	__u32 u32;

	if (!value || memchr(word, ':', value - word))
		return false;
	value++;
	u32 = strtoul(value, NULL, 0);
	if (!strncmp(word, "name=", 5)) {
		put(IFLA_IFNAME, value, strlen(value) + 1);
	} else if (!strncmp(word, "dev=", 4)) {
		req.info.ifi_index = device(value);
	} else if (!strncmp(word, "index=", 6)) {
		req.info.ifi_index = u32;
	} else if (!strncmp(word, "link=", 5)) {
		u32 = device(value);
		put(IFLA_LINK, &u32, sizeof(u32));
	} else if (!strncmp(word, "linkindex=", 10)) {
		put(IFLA_LINK, &u32, sizeof(u32));
	} else if (!strncmp(word, "address=", 8)) {
		put(IFLA_ADDRESS, bytes, parse_hex(value, strlen(value), bytes));
	} else if (!strncmp(word, "mtu=", 4)) {
		put(IFLA_MTU, &u32, sizeof(u32));
	} else if (!strncmp(word, "fail=", 5)) {
		fail_nth = u32;
	} else {
		die("unknown word \"%s\"", word);
	}
	return true;
}

/* Builds the request of these words; they end at "--". Returns their number. */
static int build(char **words)
{
	struct rtattr *linkinfo, *data;
	bool nodata = false;
	int n, i;

	for (n = 0; words[n] && strcmp(words[n], "--"); n++)
		;
	if (n < 2)
		die("a request starts with \"new KIND\", \"change KIND\" or \"del KIND\"");
	memset(&req, 0, sizeof(req));
	fail_nth = 0;
	req.nlh.nlmsg_len = NLMSG_LENGTH(sizeof(req.info));
	req.nlh.nlmsg_type = RTM_NEWLINK;
	req.nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	if (!strcmp(words[0], "new"))
		req.nlh.nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL;
	if (!strcmp(words[0], "del"))
		req.nlh.nlmsg_type = RTM_DELLINK;
	for (i = 2; i < n; i++) {
		if (!strcmp(words[i], "nodata")) {
			nodata = true;
		} else if (!strcmp(words[i], "up")) {
			req.info.ifi_flags = IFF_UP;
			req.info.ifi_change = IFF_UP;
		} else if (!strcmp(words[i], "down")) {
			req.info.ifi_change = IFF_UP;
		} else {
			put_link(words[i]);
		}
	}
	linkinfo = put(IFLA_LINKINFO, NULL, 0);
	put(IFLA_INFO_KIND, words[1], strlen(words[1]) + 1);
	if (!nodata) {
		data = put(IFLA_INFO_DATA, NULL, 0);
		for (i = 2; i < n; i++)
			if (strchr(words[i], ':') &&
			    (!strchr(words[i], '=') ||
			     strchr(words[i], ':') < strchr(words[i], '=')))
				put_data(words[i]);
		end_nest(data);
	}
	end_nest(linkinfo);
	return n;
}

static void print_error(struct nlmsghdr *nlh)
{
	struct nlmsgerr *err = NLMSG_DATA(nlh);
	const char *text = NULL;
	struct rtattr *attr;
	__u32 offset = 0;
	int left;

	if (!err->error) {
		puts("OK");
		return;
	}
	/* NETLINK_CAP_ACK: the request itself is not repeated in the answer */
	attr = (struct rtattr *)(err + 1);
	left = nlh->nlmsg_len - NLMSG_LENGTH(sizeof(*err));
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		left = 0;
	for (; RTA_OK(attr, left); attr = RTA_NEXT(attr, left)) {
		if (attr->rta_type == NLMSGERR_ATTR_MSG)
			text = RTA_DATA(attr);
		else if (attr->rta_type == NLMSGERR_ATTR_OFFS)
			offset = *(__u32 *)RTA_DATA(attr);
	}
	fputs(strerrorname_np(-err->error), stdout);
	if (offset && offset + sizeof(*attr) <= req.nlh.nlmsg_len) {
		attr = (struct rtattr *)((char *)&req + offset);
		printf(" @%d", attr->rta_type & NLA_TYPE_MASK);
	}
	printf("%s%s\n", text ? " " : "", text ?: "");
}

/* Tells the kernel which allocation of ours shall fail, 0 for none. */
static void set_fail_nth(int file, unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth);

	if (pwrite(file, text, len, 0) != len)
		die("/proc/thread-self/fail-nth: %m");
}

/* Sends the request; true if an allocation failed meanwhile. */
static bool send_failing(int fd)
{
	int file = open("/proc/thread-self/fail-nth", O_RDWR);
	char text[16] = "";
	int err;

	if (file < 0)
		die("/proc/thread-self/fail-nth: %m");
	set_fail_nth(file, fail_nth);
	err = send(fd, &req, req.nlh.nlmsg_len, 0) < 0 ? errno : 0;
	if (pread(file, text, sizeof(text) - 1, 0) < 0)
		die("/proc/thread-self/fail-nth: %m");
	set_fail_nth(file, 0);
	close(file);
	if (err && err != ENOBUFS && err != ENOMEM)
		die("send: %s", strerror(err));
	if (err)
		printf("+%s\n", strerrorname_np(err));
	else if (!atoi(text))
		putchar('+');
	return err;
}

static void ask(int fd)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)answer;
	ssize_t len;

	if (fail_nth && send_failing(fd))
		return;
	if (!fail_nth && send(fd, &req, req.nlh.nlmsg_len, 0) < 0)
		die("send: %m");
	len = recv(fd, answer, sizeof(answer), fail_nth ? MSG_DONTWAIT : 0);
	/* An answer, too, wants memory. */
	if (fail_nth && len < 0) {
		puts("nothing");
		return;
	}
	if (len < (ssize_t)NLMSG_LENGTH(sizeof(struct nlmsgerr)) ||
	    nlh->nlmsg_type != NLMSG_ERROR)
		die("no answer: %m");
	print_error(nlh);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	int fd, i;

	if (argc < 4)
		die("see the top of nl.c for how to use it");
	enter_netns(argv[1]);
	fd = open_netlink();
	for (i = 2; i < argc; i++) {
		i += build(argv + i);
		ask(fd);
	}
	return 0;
}
