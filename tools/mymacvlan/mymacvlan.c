// SPDX-License-Identifier: GPL-2.0-only
/*
 * mymacvlan(8): what the host sees of its lower devices' children, and decides about
 * them, in whatever network namespace they are, by the driver's generic netlink
 * family.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "places.h"
#include "show.h"

#define ERR_USAGE	2

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

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
	bool has_mac, has_host, has_pin, has_macnat, vouch;
	unsigned int index;
	__u8 host, pin, macnat;
	bool has_allow;
	__u32 allow_action;
	unsigned int n_allow;
	struct prefix allow[MYMACVLAN_ALLOW_MAX];
};

static const char usage_text[] =
	"Usage: mymacvlan [ -j ] [ -n NETNS ] show [ LOWER ]\n"
	"       mymacvlan [ -j ] [ -n NETNS ] show child { MAC | NAME }\n"
	"       mymacvlan [ -j ] [ -n NETNS ] groups [ LOWER ]\n"
	"       mymacvlan [ -j ] [ -n NETNS ] bindings [ LOWER ]\n"
	"       mymacvlan [ -j ] [ -n NETNS ] stats [ LOWER ] [ -w [ SECONDS ] ]\n"
	"       mymacvlan [ -j ] [ -n NETNS ] monitor [ LOWER ]\n"
	"       mymacvlan set LOWER child { MAC | INDEX } [ address MAC ] [ index INDEX ]\n"
	"                 [ host { on | off } ] [ vouch ] [ pin { off | mac | ip | guard } ]\n"
	"                 [ allow { add | del | set | flush } [ IP[/LENGTH] ... ] ]\n"
	"                 [ macnat { on | off } ]\n"
	"       mymacvlan { --help | --version }\n"
	"\n"
	"Shows the children of LOWER, a device of this network namespace, or of all\n"
	"such devices, wherever the children are; or changes one.\n"
	"\n"
	"  -j           JSON\n"
	"  -n NETNS     children in this namespace only: a name of ip-netns(8), of a\n"
	"               Docker container, or the number of a process\n"
	"  stats -w     what is new, every two SECONDS, as watch(1) does\n"
	"  host on|off  the host and the child reach each other\n"
	"  vouch        the child's MAC address (to be given) is the host's choice:\n"
	"               with \"host on\" the child gets what the host sends to it\n"
	"  pin LEVEL    mac: the child keeps its MAC address and sends with no other;\n"
	"               ip: and uses IP addresses that are allowed only; guard: and is\n"
	"               no router and no DHCP server; off\n"
	"  allow        the IP addresses for ip and guard\n"
	"  macnat on|off  on the wire the child has the MAC address of LOWER\n"
	"\n"
	"A child to be changed is named by its MAC address, or by the index that it has\n"
	"in its own namespace, or by both.\n"
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

static __u8 parse_on_off(const char *option, const char *word, bool *given)
{
	if (strcmp(word, "on") && strcmp(word, "off"))
		bad_usage("bad %s \"%s\": give on or off", option, word);
	if (*given)
		bad_usage("%s is given twice", option);
	*given = true;
	return !strcmp(word, "on");
}

static void take_host(struct request *req, const char *word)
{
	req->host = parse_on_off("host", word, &req->has_host);
}

static void take_macnat(struct request *req, const char *word)
{
	req->macnat = parse_on_off("macnat", word, &req->has_macnat);
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
	{ "macnat",	take_macnat },
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
	if (!req->has_host && !req->vouch && !req->has_pin && !req->has_allow &&
	    !req->has_macnat)
		bad_usage("nothing to do: give host, vouch, pin, allow or macnat");
	if (req->vouch && !req->has_mac)
		bad_usage("vouch needs the MAC address that is vouched for");
}

static void put_allow(struct nlmsghdr *nlh, const struct request *req)
{
	struct nlattr *list;
	unsigned int i;

	mnl_attr_put_u32(nlh, MYMACVLAN_A_ALLOW_ACTION, req->allow_action);
	/* Not mnl_attr_nest_start(): the kernel refuses the flag of a nest here. */
	list = mnl_nlmsg_get_payload_tail(nlh);
	mnl_attr_put(nlh, MYMACVLAN_A_ALLOW, 0, NULL);
	for (i = 0; i < req->n_allow; i++)
		mnl_attr_put(nlh, req->allow[i].attr, req->allow[i].size + 1,
			     req->allow[i].data);
	list->nla_len = (char *)mnl_nlmsg_get_payload_tail(nlh) - (char *)list;
}

static int set(const struct request *req)
{
	/* There is always room: at most 64 addresses and a few short attributes. */
	char buffer[4096] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *nlh;
	const char *why;
	struct nl nl;
	int error;

	nl_open(&nl);
	nlh = nl_begin(&nl, buffer, MYMACVLAN_CMD_CHILD_SET, NLM_F_ACK);
	mnl_attr_put_strz(nlh, MYMACVLAN_A_PORT_IFNAME, req->lower);
	if (req->has_mac)
		mnl_attr_put(nlh, MYMACVLAN_A_CHILD_ADDR, MAC_LEN, req->mac);
	if (req->index)
		mnl_attr_put_u32(nlh, MYMACVLAN_A_CHILD_IFINDEX, req->index);
	if (req->has_host)
		mnl_attr_put_u8(nlh, MYMACVLAN_A_HOST, req->host);
	if (req->has_pin)
		mnl_attr_put_u8(nlh, MYMACVLAN_A_PIN, req->pin);
	if (req->has_macnat)
		mnl_attr_put_u8(nlh, MYMACVLAN_A_MACNAT, req->macnat);
	if (req->has_allow)
		put_allow(nlh, req);
	if (req->vouch)
		mnl_attr_put(nlh, MYMACVLAN_A_VOUCH, 0, NULL);
	why = nl_send(&nl, nlh, NULL, NULL, &error);
	if (error && why)
		warnx("%s: %s (%s)", req->lower, why, strerror(-error));
	else if (error)
		warnx("%s: %s", req->lower, strerror(-error));
	nl_close(&nl);
	return error ? EXIT_FAILURE : EXIT_SUCCESS;
}

/*
 * Looking
 */

static void take_lower(struct query *query, const char *word)
{
	if (query->filter.lower)
		bad_usage("two lower devices are given: %s and %s",
			  query->filter.lower, word);
	if (strlen(word) >= IFNAMSIZ)
		bad_usage("\"%s\" is too long for a device's name", word);
	query->filter.lower = word;
}

static void take_query_child(struct query *query, const char *word)
{
	static unsigned char mac[MAC_LEN];

	if (!word)
		bad_usage("which child? give its MAC address or name");
	if (parse_mac(word, mac))
		query->filter.mac = mac;
	else if (strchr(word, ':') && strlen(word) == MAC_TEXT - 1)
		bad_usage("bad MAC address \"%s\"", word);
	else
		query->child_name = word;
}

static int command_show(struct query *query, char **words)
{
	if (words[0] && !strcmp(words[0], "child")) {
		take_query_child(query, words[1]);
		if (words[2])
			bad_usage("unknown word \"%s\"", words[2]);
		return show_child(query);
	}
	for (; words[0]; words++)
		take_lower(query, words[0]);
	return show(query);
}

static int command_groups(struct query *query, char **words)
{
	for (; words[0]; words++)
		take_lower(query, words[0]);
	return show_groups(query);
}

static int command_bindings(struct query *query, char **words)
{
	for (; words[0]; words++)
		take_lower(query, words[0]);
	return show_bindings(query);
}

static int command_stats(struct query *query, char **words)
{
	unsigned int seconds = 2;
	bool watch = false;

	for (; words[0]; words++) {
		if (strcmp(words[0], "-w")) {
			take_lower(query, words[0]);
			continue;
		}
		watch = true;
		if (words[1] && isdigit((unsigned char)words[1][0]) &&
		    (!parse_index(*++words, &seconds) || seconds > 86400))
			bad_usage("bad number of seconds \"%s\"", words[0]);
	}
	return show_stats(query, watch, seconds);
}

static int command_monitor(struct query *query, char **words)
{
	for (; words[0]; words++)
		take_lower(query, words[0]);
	return monitor(query);
}

static int command_set(struct query *query, char **words)
{
	struct request req = { };

	if (query->json || query->netns)
		bad_usage("-j and -n are for commands that show something");
	/* The word "set" is before them. */
	parse(&req, words - 1);
	return set(&req);
}

static const struct {
	const char *name;
	int (*run)(struct query *query, char **words);
} commands[] = {
	{ "show",	command_show },
	{ "groups",	command_groups },
	{ "bindings",	command_bindings },
	{ "stats",	command_stats },
	{ "monitor",	command_monitor },
	{ "set",	command_set },
};

/* Options before the command. Returns where that is. */
static char **take_options(struct query *query, char **words)
{
	for (; words[0] && words[0][0] == '-'; words++) {
		if (!strcmp(words[0], "-j")) {
			query->json = true;
		} else if (!strcmp(words[0], "-n")) {
			if (!words[1])
				bad_usage("nothing after \"-n\"");
			if (!place_find(*++words, &query->netns))
				errx(EXIT_FAILURE,
				     "%s: no network namespace of that name, no container, no process",
				     words[0]);
		} else {
			bad_usage("unknown option \"%s\"", words[0]);
		}
	}
	return words;
}

int main(int argc, char **argv)
{
	struct query query = { };
	unsigned int i;
	char **words;

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
	words = take_options(&query, argv + 1);
	if (!words[0])
		bad_usage("the command is missing");
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(words[0], commands[i].name))
			return commands[i].run(&query, words + 1);
	bad_usage("unknown command \"%s\"", words[0]);
}
