// SPDX-License-Identifier: GPL-2.0-only
/*
 * mymacvlan(8): what the host decides about a child of mymacvlan or mymacvtap in
 * whatever network namespace, by the driver's generic netlink family.
 *
 * It speaks netlink by itself, with no library: a header and a few attributes.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/mymacvlan.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAC_LEN		6
#define ERR_USAGE	2

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#ifndef SOL_NETLINK
#define SOL_NETLINK	270
#endif

/* An IP address, how many of its bits count, and which attribute that is. */
struct prefix {
	unsigned char data[sizeof(struct in6_addr) + 1];
	unsigned char size;
	unsigned char attr;
};

/* What a command line asks for. */
struct request {
	const char *lower;
	unsigned char mac[MAC_LEN];
	bool has_mac, has_host, has_pin, vouch;
	unsigned int index;
	__u8 host, pin;
	bool has_allow;
	__u32 allow_action;
	unsigned int n_allow;
	struct prefix allow[MYMACVLAN_ALLOW_MAX];
};

/* One message, to be sent or received. */
struct message {
	union {
		struct nlmsghdr nlh;
		char bytes[8192];
	};
};

static const char usage_text[] =
	"Usage: mymacvlan set LOWER child { MAC | INDEX } [ address MAC ] [ index INDEX ]\n"
	"                 [ host { on | off } ] [ vouch ] [ pin { off | mac | ip | guard } ]\n"
	"                 [ allow { add | del | set | flush } [ IP[/LENGTH] ... ] ]\n"
	"       mymacvlan { --help | --version }\n"
	"\n"
	"Changes a child of LOWER, a device of this network namespace, wherever the\n"
	"child is. It is named by its MAC address, or by the index that it has in its\n"
	"own namespace, or by both.\n"
	"\n"
	"  host on|off  the host and the child reach each other\n"
	"  vouch        the child's MAC address (to be given) is the host's choice:\n"
	"               with \"host on\" the child gets what the host sends to it\n"
	"  pin LEVEL    mac: the child keeps its MAC address and sends with no other;\n"
	"               ip: and uses IP addresses that are allowed only; guard: and is\n"
	"               no router and no DHCP server; off\n"
	"  allow        the IP addresses for ip and guard\n"
	"\n"
	"Needs CAP_NET_ADMIN, and to be in the network namespace of LOWER.\n";

/*
 * Command line
 */

static void __attribute__((noreturn, format(printf, 1, 2)))
bad_usage(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stderr, "mymacvlan: ");
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, " (see mymacvlan --help)\n");
	exit(ERR_USAGE);
}

/* Six pairs of hexadecimal digits; false if it is something else. */
static bool parse_mac(const char *word, unsigned char *mac)
{
	int i, end = 0;

	if (sscanf(word, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &mac[0],
		   &mac[1], &mac[2], &mac[3], &mac[4], &mac[5], &end) != MAC_LEN ||
	    word[end])
		return false;
	for (i = 0; word[i]; i++)
		if (word[i] != ':' && !isxdigit((unsigned char)word[i]))
			return false;
	return true;
}

static bool parse_index(const char *word, unsigned int *index)
{
	unsigned long value;
	char *end;

	if (!isdigit((unsigned char)word[0]))
		return false;
	errno = 0;
	value = strtoul(word, &end, 10);
	if (errno || *end || !value || value > 0x7fffffff)
		return false;
	*index = value;
	return true;
}

static void take_mac(struct request *req, const char *word)
{
	if (req->has_mac)
		bad_usage("two MAC addresses are given");
	if (!parse_mac(word, req->mac))
		bad_usage("bad MAC address \"%s\"", word);
	req->has_mac = true;
}

static void take_index(struct request *req, const char *word)
{
	if (req->index)
		bad_usage("two indices are given");
	if (!parse_index(word, &req->index))
		bad_usage("bad index \"%s\"", word);
}

static void take_child(struct request *req, const char *word)
{
	if (strchr(word, ':'))
		take_mac(req, word);
	else
		take_index(req, word);
}

static void take_host(struct request *req, const char *word)
{
	if (strcmp(word, "on") && strcmp(word, "off"))
		bad_usage("bad host \"%s\": give on or off", word);
	if (req->has_host)
		bad_usage("host is given twice");
	req->has_host = true;
	req->host = !strcmp(word, "on");
}

struct word {
	const char *name;
	unsigned int value;
};

static const struct word pins[] = {
	{ "off",	MYMACVLAN_PIN_OFF },
	{ "mac",	MYMACVLAN_PIN_MAC },
	{ "ip",		MYMACVLAN_PIN_IP },
	{ "guard",	MYMACVLAN_PIN_GUARD },
	{ }
};

static const struct word allow_actions[] = {
	{ "add",	MYMACVLAN_ALLOW_ADD },
	{ "del",	MYMACVLAN_ALLOW_DEL },
	{ "set",	MYMACVLAN_ALLOW_SET },
	{ "flush",	MYMACVLAN_ALLOW_FLUSH },
	{ }
};

static unsigned int find_word(const struct word *words, const char *option,
			      const char *name)
{
	for (; words->name; words++)
		if (!strcmp(words->name, name))
			return words->value;
	bad_usage("bad %s \"%s\"", option, name);
}

static void take_pin(struct request *req, const char *word)
{
	if (req->has_pin)
		bad_usage("pin is given twice");
	req->has_pin = true;
	req->pin = find_word(pins, "pin", word);
}

static void take_allow(struct request *req, const char *word)
{
	if (req->has_allow)
		bad_usage("allow is given twice");
	req->has_allow = true;
	req->allow_action = find_word(allow_actions, "allow", word);
}

/* ADDRESS or ADDRESS/LENGTH. */
static bool parse_prefix(const char *word, struct prefix *prefix)
{
	size_t len = strcspn(word, "/");
	char address[INET6_ADDRSTRLEN];
	bool v6 = strchr(word, ':');
	unsigned long bits;
	char *end;

	prefix->attr = v6 ? MYMACVLAN_ALLOW_IPV6 : MYMACVLAN_ALLOW_IPV4;
	prefix->size = v6 ? sizeof(struct in6_addr) : sizeof(struct in_addr);
	if (len >= sizeof(address))
		return false;
	memcpy(address, word, len);
	address[len] = 0;
	if (inet_pton(v6 ? AF_INET6 : AF_INET, address, prefix->data) != 1)
		return false;
	bits = 8 * prefix->size;
	if (word[len]) {
		if (!isdigit((unsigned char)word[len + 1]))
			return false;
		bits = strtoul(word + len + 1, &end, 10);
		if (*end || bits > 8u * prefix->size)
			return false;
	}
	prefix->data[prefix->size] = bits;
	return true;
}

/* Behind "allow ACTION": as many words as look like an IP address. */
static int take_prefixes(struct request *req, char **words)
{
	int n;

	for (n = 0; words[n] && strpbrk(words[n], ".:"); n++) {
		if (req->n_allow == MYMACVLAN_ALLOW_MAX)
			bad_usage("allow takes %u addresses at most",
				  MYMACVLAN_ALLOW_MAX);
		if (!parse_prefix(words[n], &req->allow[req->n_allow++]))
			bad_usage("bad IP address \"%s\"", words[n]);
	}
	return n;
}

static const struct {
	const char *name;
	void (*take)(struct request *req, const char *word);
} options[] = {
	{ "child",	take_child },
	{ "address",	take_mac },
	{ "index",	take_index },
	{ "host",	take_host },
	{ "pin",	take_pin },
	{ "allow",	take_allow },
};

/* Returns how many words it took. */
static int parse_option(struct request *req, char **words)
{
	unsigned int i;

	if (!strcmp(words[0], "vouch")) {
		req->vouch = true;
		return 1;
	}
	for (i = 0; i < ARRAY_SIZE(options); i++) {
		if (strcmp(words[0], options[i].name))
			continue;
		if (!words[1])
			bad_usage("nothing after \"%s\"", words[0]);
		options[i].take(req, words[1]);
		if (options[i].take == take_allow)
			return 2 + take_prefixes(req, words + 2);
		return 2;
	}
	bad_usage("unknown word \"%s\"", words[0]);
}

static void parse(struct request *req, char **words)
{
	if (strcmp(words[0], "set"))
		bad_usage("unknown command \"%s\"", words[0]);
	req->lower = *++words;
	if (!req->lower)
		bad_usage("the lower device is missing");
	if (strlen(req->lower) >= IFNAMSIZ)
		bad_usage("\"%s\" is too long for a device's name", req->lower);
	for (words++; *words; words += parse_option(req, words))
		;
	if (!req->has_mac && !req->index)
		bad_usage("which child? give its MAC address or index");
	if (!req->has_host && !req->vouch && !req->has_pin && !req->has_allow)
		bad_usage("nothing to do: give host, vouch, pin or allow");
	if (req->vouch && !req->has_mac)
		bad_usage("vouch needs the MAC address that is vouched for");
}

/*
 * Netlink
 */

static void *payload(struct nlmsghdr *nlh)
{
	return (char *)nlh + NLMSG_HDRLEN;
}

static void begin(struct message *msg, __u16 type, __u8 cmd)
{
	struct genlmsghdr *genl;

	memset(msg, 0, sizeof(*msg));
	msg->nlh.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	msg->nlh.nlmsg_type = type;
	msg->nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	genl = payload(&msg->nlh);
	genl->cmd = cmd;
	genl->version = 1;
}

/* There is always room: at most 64 addresses and a few short attributes. */
static void put(struct message *msg, __u16 type, const void *data, size_t len)
{
	struct nlattr *attr = (void *)(msg->bytes + NLMSG_ALIGN(msg->nlh.nlmsg_len));

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	if (len)
		memcpy((char *)attr + NLA_HDRLEN, data, len);
	msg->nlh.nlmsg_len = NLMSG_ALIGN(msg->nlh.nlmsg_len) +
			     NLA_ALIGN(attr->nla_len);
}

/* The attribute of this type between two places, or NULL. */
static const struct nlattr *find(const char *pos, const char *end, __u16 type)
{
	const struct nlattr *attr;

	while (pos + NLA_HDRLEN <= end) {
		attr = (const void *)pos;
		if (attr->nla_len < NLA_HDRLEN || pos + attr->nla_len > end)
			return NULL;
		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			return attr;
		pos += NLA_ALIGN(attr->nla_len);
	}
	return NULL;
}

/* The kernel's own words, behind the error; our message is not sent back. */
static const char *reason(const struct nlmsghdr *nlh)
{
	const char *pos = (const char *)nlh + NLMSG_HDRLEN + sizeof(struct nlmsgerr);
	const struct nlattr *attr;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return NULL;
	attr = find(pos, (const char *)nlh + nlh->nlmsg_len, NLMSGERR_ATTR_MSG);
	return attr ? (const char *)attr + NLA_HDRLEN : NULL;
}

static int open_socket(void)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	int on = 1;

	if (fd < 0 || connect(fd, (struct sockaddr *)&kernel, sizeof(kernel)))
		err(EXIT_FAILURE, "netlink");
	/* Without them errors have a number only. */
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	return fd;
}

static void receive(int fd, struct message *msg)
{
	ssize_t len = recv(fd, msg->bytes, sizeof(msg->bytes), 0);

	if (len < 0)
		err(EXIT_FAILURE, "netlink");
	if ((size_t)len < NLMSG_HDRLEN || msg->nlh.nlmsg_len > (size_t)len)
		errx(EXIT_FAILURE, "netlink: a message is cut short");
}

/*
 * Sends @msg. Returns 0 or a negative error, of which @why tells more unless it is
 * NULL. An answer before the acknowledgment, if there is one, is in @answer.
 */
static int ask(int fd, struct message *msg, struct message *answer,
	       const char **why)
{
	static struct message reply;

	if (send(fd, msg->bytes, msg->nlh.nlmsg_len, 0) < 0)
		err(EXIT_FAILURE, "netlink");
	for (;;) {
		receive(fd, &reply);
		if (reply.nlh.nlmsg_type == NLMSG_ERROR)
			break;
		if (answer)
			*answer = reply;
	}
	*why = reason(&reply.nlh);
	return ((struct nlmsgerr *)payload(&reply.nlh))->error;
}

static __u16 family_id(int fd)
{
	struct message msg, answer = { };
	const struct nlattr *attr;
	const char *why;
	int error;
	__u16 id;

	begin(&msg, GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	put(&msg, CTRL_ATTR_FAMILY_NAME, MYMACVLAN_GENL_NAME,
	    sizeof(MYMACVLAN_GENL_NAME));
	error = ask(fd, &msg, &answer, &why);
	if (error == -ENOENT)
		errx(EXIT_FAILURE, "the module mymacvlan is not loaded, or is an older one");
	attr = find((char *)payload(&answer.nlh) + GENL_HDRLEN,
		    answer.bytes + answer.nlh.nlmsg_len, CTRL_ATTR_FAMILY_ID);
	if (error || !attr)
		errx(EXIT_FAILURE, "generic netlink: %s", strerror(-error));
	memcpy(&id, (const char *)attr + NLA_HDRLEN, sizeof(id));
	return id;
}

static void put_allow(struct message *msg, const struct request *req)
{
	struct nlattr *nest;
	unsigned int i;
	__u32 start;

	put(msg, MYMACVLAN_A_ALLOW_ACTION, &req->allow_action,
	    sizeof(req->allow_action));
	start = NLMSG_ALIGN(msg->nlh.nlmsg_len);
	nest = (void *)(msg->bytes + start);
	put(msg, MYMACVLAN_A_ALLOW, NULL, 0);
	for (i = 0; i < req->n_allow; i++)
		put(msg, req->allow[i].attr, req->allow[i].data,
		    req->allow[i].size + 1);
	nest->nla_len = msg->nlh.nlmsg_len - start;
}

static int set(const struct request *req)
{
	struct message msg;
	const char *why;
	int fd = open_socket();
	int error;

	begin(&msg, family_id(fd), MYMACVLAN_CMD_CHILD_SET);
	put(&msg, MYMACVLAN_A_PORT_IFNAME, req->lower, strlen(req->lower) + 1);
	if (req->has_mac)
		put(&msg, MYMACVLAN_A_CHILD_ADDR, req->mac, MAC_LEN);
	if (req->index)
		put(&msg, MYMACVLAN_A_CHILD_IFINDEX, &req->index, sizeof(__u32));
	if (req->has_host)
		put(&msg, MYMACVLAN_A_HOST, &req->host, sizeof(req->host));
	if (req->has_pin)
		put(&msg, MYMACVLAN_A_PIN, &req->pin, sizeof(req->pin));
	if (req->has_allow)
		put_allow(&msg, req);
	if (req->vouch)
		put(&msg, MYMACVLAN_A_VOUCH, NULL, 0);
	error = ask(fd, &msg, NULL, &why);
	close(fd);
	if (!error)
		return EXIT_SUCCESS;
	if (why)
		warnx("%s: %s (%s)", req->lower, why, strerror(-error));
	else
		warnx("%s: %s", req->lower, strerror(-error));
	return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	struct request req = { };

	if (argc < 2) {
		fputs(usage_text, stderr);
		return ERR_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "help") ||
	    !strcmp(argv[1], "-h")) {
		fputs(usage_text, stdout);
		return EXIT_SUCCESS;
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		puts("mymacvlan " MYMACVLAN_VERSION);
		return EXIT_SUCCESS;
	}
	parse(&req, argv + 1);
	return set(&req);
}
