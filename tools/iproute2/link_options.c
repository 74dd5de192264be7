// SPDX-License-Identifier: GPL-2.0-only
/*
 * Link options of mymacvlan and mymacvtap for ip: words to attributes, and help.
 *
 * Words, output keys and their order are those of ip's own macvlan and macvtap,
 * so that scripts keep working when they change the kind. What a tap has beyond
 * them follows at the end. All words are read and checked before the first
 * attribute is put into the request.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <linux/if_ether.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "link_options.h"
#include "link_words.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* More than fit into one request. */
#define SOURCES_MAX	(IP_MESSAGE_MAX / RTA_LENGTH(ETH_ALEN))

/* An IP address, how many of its bits count, and which attribute that is. */
struct prefix {
	unsigned char data[sizeof(struct in6_addr) + 1];
	unsigned char size;
	unsigned char attr;
};

/* The highest user or group id: the one above it means "none". */
#define ID_MAX		(UINT32_MAX - 1)

/* The highest permissions of a node. */
#define PERM_MAX	0777

/**
 * struct command - the words after "type KIND", and what they asked for
 * @kind: for messages
 * @tap: the kind is a tap
 * @left: words not read yet
 * @next: the next of them
 * @option: the option being read
 * @word: how it was typed, in full
 * @given: bit N is set if attribute N was asked for
 * @mode: MYMACVLAN_MODE_*
 * @flags: MYMACVLAN_FLAG_*
 * @source_action: MYMACVLAN_MACADDR_*
 * @n_sources: addresses in @sources
 * @sources: source addresses
 * @queue_len: in frames
 * @cutoff: in children
 * @allow_action: MYMACVLAN_ALLOW_*
 * @n_allow: addresses in @allow
 * @allow: IP addresses
 * @user: user id
 * @group: group id
 * @perm: permissions, as for chmod()
 * @plain: by attribute, those that are one word of a few
 */
struct command {
	const char *kind;
	bool tap;
	int left;
	char **next;
	const struct option *option;
	const char *word;

	__u64 given;
	__u32 mode;
	__u16 flags;
	__u32 source_action;
	unsigned int n_sources;
	unsigned char sources[SOURCES_MAX][ETH_ALEN];
	__u32 queue_len;
	__s32 cutoff;
	__u32 allow_action;
	unsigned int n_allow;
	struct prefix allow[MYMACVLAN_ALLOW_MAX];
	__u32 user;
	__u32 group;
	__u16 perm;
	__u8 plain[IFLA_MYMACVLAN_MAX + 1];
};

static bool given(const struct command *cmd, int attr)
{
	return cmd->given & (1ull << attr);
}

static void give(struct command *cmd, int attr)
{
	cmd->given |= 1ull << attr;
}

/* Print what is wrong; -1 for return. */
#define error(cmd, fmt, ...) ({						\
	fprintf(stderr, "%s: " fmt "\n", (cmd)->kind, ##__VA_ARGS__);	\
	-1;								\
})

/* "private, vepa or bridge", and the end of the line */
static void list_words(const struct word *words)
{
	for (; words->name; words++)
		fprintf(stderr, "%s%s", words->name,
			!words[1].name ? "\n" : words[2].name ? ", " : " or ");
}

/* The option's next word, or NULL after a message. */
static char *take(struct command *cmd, const char *what)
{
	if (!cmd->left) {
		error(cmd, "%s needs %s", cmd->word, what);
		return NULL;
	}
	cmd->left--;
	return *cmd->next++;
}

/* The option's next word, which is one of @words, or NULL after a message. */
static const struct word *take_word(struct command *cmd,
				    const struct word *words)
{
	const struct word *word;

	if (!cmd->left) {
		fprintf(stderr, "%s: %s needs ", cmd->kind, cmd->word);
		list_words(words);
		return NULL;
	}
	word = find_word(words, *cmd->next);
	if (!word) {
		fprintf(stderr, "%s: bad %s \"%s\": give ", cmd->kind,
			cmd->word, *cmd->next);
		list_words(words);
		return NULL;
	}
	cmd->left--;
	cmd->next++;
	return word;
}

/* Note that @attr was asked for; the last of two would win unnoticed. */
static int give_once(struct command *cmd, int attr)
{
	if (given(cmd, attr))
		return error(cmd, "%s given twice", cmd->word);
	give(cmd, attr);
	return 0;
}

static int parse_mode(struct command *cmd)
{
	const struct word *mode = take_word(cmd, mymacvlan_mode);

	if (!mode || give_once(cmd, IFLA_MYMACVLAN_MODE))
		return -1;
	cmd->mode = mode->value;
	return 0;
}

/* Flags add up; "null" takes back those before it. */
static int add_flag(struct command *cmd, const struct word *flag)
{
	if (!flag)
		return -1;
	cmd->flags = flag->value ? cmd->flags | flag->value : 0;
	give(cmd, IFLA_MYMACVLAN_FLAGS);
	return 0;
}

static int parse_flag(struct command *cmd)
{
	return add_flag(cmd, take_word(cmd, mymacvlan_flags));
}

static int parse_flag_word(struct command *cmd)
{
	return add_flag(cmd, find_word(mymacvlan_flags, cmd->word));
}

/* Six groups of one or two hexadecimal digits. */
static bool parse_mac(const char *text, unsigned char *mac)
{
	int used = 0;

	/* sscanf() by itself takes signs, blanks and 0x as well */
	if (text[strspn(text, "0123456789abcdefABCDEF:")])
		return false;
	return sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n",
		      &mac[0], &mac[1], &mac[2], &mac[3], &mac[4], &mac[5],
		      &used) == ETH_ALEN && !text[used];
}

static int take_source(struct command *cmd)
{
	const char *text = take(cmd, "a MAC address");

	if (!text)
		return -1;
	if (cmd->n_sources == SOURCES_MAX)
		return error(cmd, "too many MAC addresses for one request");
	if (!parse_mac(text, cmd->sources[cmd->n_sources]))
		return error(cmd, "bad MAC address \"%s\": give one like 02:00:00:00:00:01",
			     text);
	cmd->n_sources++;
	return 0;
}

/* A list ends at the first word that cannot mean an address. */
static int take_source_list(struct command *cmd)
{
	while (cmd->left && strchr(*cmd->next, ':'))
		if (take_source(cmd))
			return -1;
	return 0;
}

static int parse_macaddr(struct command *cmd)
{
	const struct word *action = take_word(cmd, mymacvlan_macaddr_mode);

	if (!action)
		return -1;
	if (given(cmd, IFLA_MYMACVLAN_MACADDR_MODE))
		return error(cmd, "macaddr given twice: use macaddr set MAC MAC ...");
	give(cmd, IFLA_MYMACVLAN_MACADDR_MODE);
	cmd->source_action = action->value;
	switch (action->value) {
	case MYMACVLAN_MACADDR_ADD:
	case MYMACVLAN_MACADDR_DEL:
		return take_source(cmd) ?: take_source_list(cmd);
	case MYMACVLAN_MACADDR_SET:
		return take_source_list(cmd);
	default:
		return 0;
	}
}

/* A whole number, decimal, 0x hexadecimal or 0 octal as everywhere in ip. */
static int take_number(struct command *cmd, long long min, long long max,
		       long long *number)
{
	const char *text = take(cmd, "a number");
	const char *digits;
	char *end;

	if (!text)
		return -1;
	digits = text + (*text == '-');
	errno = 0;
	*number = strtoll(text, &end, 0);
	/* strtoll() skips blanks and takes a plus sign: only digits here */
	if (*digits < '0' || *digits > '9' || *end || errno ||
	    *number < min || *number > max)
		return error(cmd, "bad %s \"%s\": give a number from %lld to %lld",
			     cmd->word, text, min, max);
	return 0;
}

static int parse_bcqueuelen(struct command *cmd)
{
	long long number;

	if (take_number(cmd, 0, UINT32_MAX, &number) ||
	    give_once(cmd, IFLA_MYMACVLAN_BC_QUEUE_LEN))
		return -1;
	cmd->queue_len = number;
	return 0;
}

static int parse_bclim(struct command *cmd)
{
	long long number;

	if (take_number(cmd, INT32_MIN, INT32_MAX, &number) ||
	    give_once(cmd, IFLA_MYMACVLAN_BC_CUTOFF))
		return -1;
	cmd->cutoff = number;
	return 0;
}

/* An option that is one word of a few, with a number for each. */
static int parse_plain(struct command *cmd)
{
	const struct word *word = take_word(cmd, cmd->option->words);

	if (!word || give_once(cmd, cmd->option->attr))
		return -1;
	cmd->plain[cmd->option->attr] = word->value;
	return 0;
}

/* ADDRESS or ADDRESS/LENGTH. */
static bool parse_prefix(const char *text, struct prefix *prefix)
{
	size_t len = strcspn(text, "/");
	char address[INET6_ADDRSTRLEN];
	bool v6 = strchr(text, ':');
	unsigned long length;
	char *end;

	prefix->attr = v6 ? MYMACVLAN_ALLOW_IPV6 : MYMACVLAN_ALLOW_IPV4;
	prefix->size = v6 ? sizeof(struct in6_addr) : sizeof(struct in_addr);
	if (len >= sizeof(address))
		return false;
	memcpy(address, text, len);
	address[len] = 0;
	if (inet_pton(v6 ? AF_INET6 : AF_INET, address, prefix->data) != 1)
		return false;
	length = 8 * prefix->size;
	if (text[len]) {
		if (text[len + 1] < '0' || text[len + 1] > '9')
			return false;
		length = strtoul(text + len + 1, &end, 10);
		if (*end || length > 8u * prefix->size)
			return false;
	}
	prefix->data[prefix->size] = length;
	return true;
}

static int take_prefix(struct command *cmd)
{
	const char *text = take(cmd, "an IP address");

	if (!text)
		return -1;
	if (cmd->n_allow == MYMACVLAN_ALLOW_MAX)
		return error(cmd, "allow: at most %u addresses",
			     MYMACVLAN_ALLOW_MAX);
	if (!parse_prefix(text, &cmd->allow[cmd->n_allow]))
		return error(cmd, "bad address \"%s\": give one like 192.0.2.1 or 2001:db8::/64",
			     text);
	cmd->n_allow++;
	return 0;
}

/* A list ends at the first word that cannot mean an address. */
static int take_prefixes(struct command *cmd)
{
	while (cmd->left && strpbrk(*cmd->next, ".:"))
		if (take_prefix(cmd))
			return -1;
	return 0;
}

static int parse_allow(struct command *cmd)
{
	const struct word *action = take_word(cmd, mymacvlan_allow_action);

	if (!action)
		return -1;
	if (given(cmd, IFLA_MYMACVLAN_ALLOW_ACTION))
		return error(cmd, "allow given twice: use allow set ADDRESS ADDRESS ...");
	give(cmd, IFLA_MYMACVLAN_ALLOW_ACTION);
	cmd->allow_action = action->value;
	switch (action->value) {
	case MYMACVLAN_ALLOW_ADD:
	case MYMACVLAN_ALLOW_DEL:
		return take_prefix(cmd) ?: take_prefixes(cmd);
	case MYMACVLAN_ALLOW_SET:
		return take_prefixes(cmd);
	default:
		return 0;
	}
}

/*
 * Options of the tap
 */

/* @text has one or more of @digits, and nothing else. */
static bool only(const char *text, const char *digits)
{
	return *text && !text[strspn(text, digits)];
}

/* A decimal id. A name has a letter somewhere, so no name is lost. */
static int parse_id(const struct command *cmd, const char *text, __u32 *id)
{
	unsigned long long number;

	errno = 0;
	number = strtoull(text, NULL, 10);
	if (errno || number > ID_MAX)
		return error(cmd, "bad %s \"%s\": give a name or a number from 0 to %u",
			     cmd->word, text, ID_MAX);
	*id = number;
	return 0;
}

static int unknown_name(const struct command *cmd, const char *name)
{
	return error(cmd, "unknown %s \"%s\": give a %s of this system or a number from 0 to %u",
		     cmd->word, name, cmd->word, ID_MAX);
}

static int parse_user(struct command *cmd)
{
	const char *text = take(cmd, "a name or a number");
	const struct passwd *user;

	if (!text || give_once(cmd, IFLA_MYMACVLAN_NODE_USER))
		return -1;
	if (only(text, "0123456789"))
		return parse_id(cmd, text, &cmd->user);
	user = getpwnam(text);
	if (!user)
		return unknown_name(cmd, text);
	cmd->user = user->pw_uid;
	return 0;
}

static int parse_group(struct command *cmd)
{
	const char *text = take(cmd, "a name or a number");
	const struct group *group;

	if (!text || give_once(cmd, IFLA_MYMACVLAN_NODE_GROUP))
		return -1;
	if (only(text, "0123456789"))
		return parse_id(cmd, text, &cmd->group);
	group = getgrnam(text);
	if (!group)
		return unknown_name(cmd, text);
	cmd->group = group->gr_gid;
	return 0;
}

/* Octal with or without a 0 before it, as chmod takes it. */
static int parse_perm(struct command *cmd)
{
	const char *text = take(cmd, "octal digits");
	unsigned long perm;

	if (!text || give_once(cmd, IFLA_MYMACVLAN_NODE_PERM))
		return -1;
	errno = 0;
	perm = strtoul(text, NULL, 8);
	if (!only(text, "01234567") || errno || perm > PERM_MAX)
		return error(cmd, "bad %s \"%s\": give octal digits from 0 to 0%o",
			     cmd->word, text, PERM_MAX);
	cmd->perm = perm;
	return 0;
}

/* generated: summary */
#define SUMMARY_SHARED \
	"           [ mode MODE ] [ flag FLAG ] [ macaddr SOURCES ]\n" \
	"           [ bcqueuelen LENGTH ] [ bclim LIMIT ] [ macnat { on | off } ]\n" \
	"           [ host { on | off } ] [ pin { off | mac | ip | guard } ]\n" \
	"           [ allow ADDRESSES ] [ announce { on | off } ]\n" \
	"           [ arp { flood | directed } ]\n"
#define DEFAULTS_SHARED \
	"mode vepa, no flags, bcqueuelen 1000, bclim 1, arp flood"
#define SUMMARY_TAP \
	"           [ allmulti { on | off } ] [ user USER ] [ group GROUP ]\n" \
	"           [ perm PERM ]\n"
#define DEFAULTS_TAP \
	"allmulti on, user root, group root, perm 0600"
/* generated: end */

static void usage(const char *kind, bool tap, FILE *f)
{
	fprintf(f, "Usage: ... %s [ OPTION ]...\n" SUMMARY_SHARED "%s", kind,
		tap ? SUMMARY_TAP : "");
	fprintf(f,
		"\n"
		"MODE:    private | vepa | bridge | passthru [ nopromisc ] | source [ nodst ]\n"
		"FLAG:    null | nopromisc | nodst\n"
		"PIN:     off | mac | ip | guard\n"
		"ADDRESSES: { add | del } IP[/LEN] ... | set [ IP[/LEN] ... ] | flush    (pin ip, guard)\n"
		"SOURCES: { add | del } MAC ... | set [ MAC ... ] | flush    (mode source)\n"
		"LENGTH:  wanted length of the broadcast queue, in frames: 0 to 4294967295\n"
		"LIMIT:   listeners above which a multicast frame is queued: 32 bits, -1 never\n");
	if (tap)
		fprintf(f,
			"USER, GROUP: owner of /dev/tapN: a name or a number\n"
			"PERM:    permissions of /dev/tapN: octal, 0 to 0%o\n",
			PERM_MAX);
	fprintf(f,
		"\n"
		"Defaults: " DEFAULTS_SHARED "%s;\n"
		"          host as sysctl net.mymacvlan.host has it (modes bridge and private),\n"
		"          pin and announce as net.mymacvlan.pin and .announce have it.\n"
		"See ip-link-%s(8); \"ip -d link show\" tells what is in force.\n",
		tap ? ",\n          " DEFAULTS_TAP : "",
		kind);
}

static int parse_help(struct command *cmd)
{
	usage(cmd->kind, cmd->tap, stderr);
	return -1;
}

const struct option link_options[] = {
	/* as in ip, the first one that starts with the word is meant */
	/* generated: options */
	{ "mode", parse_mode, false,
	  IFLA_MYMACVLAN_MODE, NULL },
	{ "flag", parse_flag, false,
	  IFLA_MYMACVLAN_FLAGS, NULL },
	{ "nopromisc", parse_flag_word, false,
	  IFLA_MYMACVLAN_FLAGS, NULL },
	{ "nodst", parse_flag_word, false,
	  IFLA_MYMACVLAN_FLAGS, NULL },
	{ "macaddr", parse_macaddr, false,
	  IFLA_MYMACVLAN_MACADDR_MODE, NULL },
	{ "bcqueuelen", parse_bcqueuelen, false,
	  IFLA_MYMACVLAN_BC_QUEUE_LEN, NULL },
	{ "bclim", parse_bclim, false,
	  IFLA_MYMACVLAN_BC_CUTOFF, NULL },
	{ "macnat", parse_plain, false,
	  IFLA_MYMACVLAN_MACNAT, on_off },
	{ "allmulti", parse_plain, true,
	  IFLA_MYMACVLAN_ALLMULTI, on_off },
	{ "user", parse_user, true,
	  IFLA_MYMACVLAN_NODE_USER, NULL },
	{ "group", parse_group, true,
	  IFLA_MYMACVLAN_NODE_GROUP, NULL },
	{ "perm", parse_perm, true,
	  IFLA_MYMACVLAN_NODE_PERM, NULL },
	{ "host", parse_plain, false,
	  IFLA_MYMACVLAN_HOST, on_off },
	{ "pin", parse_plain, false,
	  IFLA_MYMACVLAN_PIN, mymacvlan_pin },
	{ "allow", parse_allow, false,
	  IFLA_MYMACVLAN_ALLOW_ACTION, NULL },
	{ "announce", parse_plain, false,
	  IFLA_MYMACVLAN_ANNOUNCE, on_off },
	{ "arp", parse_plain, false,
	  IFLA_MYMACVLAN_ARP, mymacvlan_arp },
	/* generated: end */
	{ "help", parse_help, false, 0, NULL },
};

static const struct option *find_option(const char *word)
{
	size_t i, len = strlen(word);

	if (!len)
		return NULL;
	for (i = 0; i < ARRAY_SIZE(link_options); i++)
		if (!strncmp(link_options[i].name, word, len))
			return &link_options[i];
	return NULL;
}

static int parse_words(struct command *cmd)
{
	while (cmd->left) {
		const struct option *option = find_option(*cmd->next);

		if (!option) {
			error(cmd, "unknown option \"%s\"", *cmd->next);
			usage(cmd->kind, cmd->tap, stderr);
			return -1;
		}
		if (option->tap_only && !cmd->tap)
			return error(cmd, "%s is an option of mymacvtap",
				     option->name);
		cmd->left--;
		cmd->next++;
		cmd->option = option;
		cmd->word = option->name;
		if (option->parse(cmd))
			return -1;
	}
	return 0;
}

/*
 * ip's macvlan wants "mode passthru" beside "nopromisc" always. A device that
 * exists has its mode already, so there we ask for it only in a new one.
 */
static int check_flags(const struct command *cmd, const struct nlmsghdr *n)
{
	bool passthru = cmd->mode == MYMACVLAN_MODE_PASSTHRU;
	bool mode_unknown = !given(cmd, IFLA_MYMACVLAN_MODE) &&
			    !(n->nlmsg_flags & NLM_F_CREATE);

	if ((cmd->flags & MYMACVLAN_FLAG_NOPROMISC) && !passthru &&
	    !mode_unknown)
		return error(cmd, "nopromisc is for mode passthru only");
	return 0;
}

static int put(const struct command *cmd, struct nlmsghdr *n, int attr,
	       const void *data, int len)
{
	if (NLMSG_ALIGN(n->nlmsg_len) + RTA_SPACE(len) > IP_MESSAGE_MAX)
		return error(cmd, "too many MAC addresses for one request");
	return addattr_l(n, IP_MESSAGE_MAX, attr, data, len);
}

static int put_given(const struct command *cmd, struct nlmsghdr *n, int attr,
		     const void *data, int len)
{
	return given(cmd, attr) ? put(cmd, n, attr, data, len) : 0;
}

static int put_source(const struct command *cmd, struct nlmsghdr *n,
		      unsigned int i)
{
	return put(cmd, n, IFLA_MYMACVLAN_MACADDR, cmd->sources[i], ETH_ALEN);
}

static int put_source_list(const struct command *cmd, struct nlmsghdr *n)
{
	__u32 start = NLMSG_ALIGN(n->nlmsg_len);
	struct rtattr *nest;
	unsigned int i;

	if (put(cmd, n, IFLA_MYMACVLAN_MACADDR_DATA, NULL, 0))
		return -1;
	for (i = 0; i < cmd->n_sources; i++)
		if (put_source(cmd, n, i))
			return -1;
	nest = (struct rtattr *)((char *)n + start);
	nest->rta_len = NLMSG_ALIGN(n->nlmsg_len) - start;
	return 0;
}

static int put_sources(const struct command *cmd, struct nlmsghdr *n)
{
	if (!given(cmd, IFLA_MYMACVLAN_MACADDR_MODE))
		return 0;
	if (put(cmd, n, IFLA_MYMACVLAN_MACADDR_MODE, &cmd->source_action,
		sizeof(cmd->source_action)))
		return -1;
	switch (cmd->source_action) {
	case MYMACVLAN_MACADDR_ADD:
	case MYMACVLAN_MACADDR_DEL:
		if (cmd->n_sources == 1)
			return put_source(cmd, n, 0);
		return put_source_list(cmd, n);
	case MYMACVLAN_MACADDR_SET:
		return put_source_list(cmd, n);
	default:
		return 0;
	}
}

static int put_plain_options(const struct command *cmd, struct nlmsghdr *n)
{
	const struct option *option;

	for (option = link_options; option->attr; option++)
		if (option->words && put_given(cmd, n, option->attr,
					       &cmd->plain[option->attr], 1))
			return -1;
	return 0;
}

static int put_allow(const struct command *cmd, struct nlmsghdr *n)
{
	struct rtattr *nest;
	unsigned int i;
	__u32 start;

	if (!given(cmd, IFLA_MYMACVLAN_ALLOW_ACTION))
		return 0;
	if (put(cmd, n, IFLA_MYMACVLAN_ALLOW_ACTION, &cmd->allow_action,
		sizeof(cmd->allow_action)))
		return -1;
	start = NLMSG_ALIGN(n->nlmsg_len);
	if (put(cmd, n, IFLA_MYMACVLAN_ALLOW, NULL, 0))
		return -1;
	for (i = 0; i < cmd->n_allow; i++)
		if (put(cmd, n, cmd->allow[i].attr, cmd->allow[i].data,
			cmd->allow[i].size + 1))
			return -1;
	nest = (struct rtattr *)((char *)n + start);
	nest->rta_len = NLMSG_ALIGN(n->nlmsg_len) - start;
	return 0;
}

static int put_shared_options(const struct command *cmd, struct nlmsghdr *n)
{
	if (put_given(cmd, n, IFLA_MYMACVLAN_MODE, &cmd->mode,
		      sizeof(cmd->mode)) ||
	    put_given(cmd, n, IFLA_MYMACVLAN_FLAGS, &cmd->flags,
		      sizeof(cmd->flags)) ||
	    put_given(cmd, n, IFLA_MYMACVLAN_BC_QUEUE_LEN, &cmd->queue_len,
		      sizeof(cmd->queue_len)) ||
	    put_given(cmd, n, IFLA_MYMACVLAN_BC_CUTOFF, &cmd->cutoff,
		      sizeof(cmd->cutoff)))
		return -1;
	return put_plain_options(cmd, n);
}

static int put_tap_options(const struct command *cmd, struct nlmsghdr *n)
{
	if (put_given(cmd, n, IFLA_MYMACVLAN_NODE_USER, &cmd->user,
		      sizeof(cmd->user)) ||
	    put_given(cmd, n, IFLA_MYMACVLAN_NODE_GROUP, &cmd->group,
		      sizeof(cmd->group)) ||
	    put_given(cmd, n, IFLA_MYMACVLAN_NODE_PERM, &cmd->perm,
		      sizeof(cmd->perm)))
		return -1;
	return 0;
}

static int parse(struct command *cmd, struct nlmsghdr *n)
{
	/* the list of sources comes last: its length is what may not fit */
	if (parse_words(cmd) || check_flags(cmd, n) ||
	    put_shared_options(cmd, n) || put_tap_options(cmd, n) ||
	    put_allow(cmd, n) ||
	    put_sources(cmd, n))
		return -1;
	return 0;
}

int link_options_parse(struct link_util *lu, int argc, char **argv,
		       struct nlmsghdr *n)
{
	struct command cmd = { .kind = lu->id, .left = argc, .next = argv };

	return parse(&cmd, n);
}

int link_options_parse_tap(struct link_util *lu, int argc, char **argv,
			   struct nlmsghdr *n)
{
	struct command cmd = {
		.kind = lu->id, .tap = true, .left = argc, .next = argv
	};

	return parse(&cmd, n);
}

void link_options_help(struct link_util *lu, int argc, char **argv, FILE *f)
{
	(void)argc;
	(void)argv;
	usage(lu->id, false, f);
}

void link_options_help_tap(struct link_util *lu, int argc, char **argv, FILE *f)
{
	(void)argc;
	(void)argv;
	usage(lu->id, true, f);
}
