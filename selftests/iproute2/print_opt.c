// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls print_opt() of one of our plugins with attributes of whatever kind: also
 * those that a kernel would not send today, absent, too short, unknown. Stands
 * in for ip: -j as ip -json (what is printed is the inside of an object), -N as
 * ip -Numeric.
 *
 *	print_opt [-jN] DIRECTORY KIND [ATTR=HEX]...
 */
#include <dlfcn.h>
#include <err.h>
#include <linux/mymacvlan.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ip_plugin.h"

#define MAX_BYTES 64

/* ip's own variable and functions, as far as print_opt() uses them */
int numeric;
static bool json;

bool is_json_context(void)
{
	return json;
}

static void print_key(enum output_type type, const char *key)
{
	if (!json || type != PRINT_JSON)
		errx(1, "not for JSON: %s", key ? key : "");
	if (key)
		printf("\"%s\":", key);
}

int print_color_string(enum output_type type, enum color_attr color,
		       const char *key, const char *fmt, const char *value)
{
	(void)color;
	(void)fmt;
	print_key(type, key);
	return printf("\"%s\",", value);
}

int print_color_uint(enum output_type type, enum color_attr color,
		     const char *key, const char *fmt, unsigned int value)
{
	(void)color;
	(void)fmt;
	print_key(type, key);
	return printf("%u,", value);
}

int print_color_int(enum output_type type, enum color_attr color,
		    const char *key, const char *fmt, int value)
{
	(void)color;
	(void)fmt;
	print_key(type, key);
	return printf("%d,", value);
}

int print_color_bool(enum output_type type, enum color_attr color,
		     const char *key, const char *fmt, bool value)
{
	(void)color;
	(void)fmt;
	print_key(type, key);
	return printf("%s,", value ? "true" : "false");
}

void open_json_array(enum output_type type, const char *key)
{
	(void)type;
	if (json)
		printf("\"%s\":[", key);
}

void close_json_array(enum output_type type, const char *delim)
{
	(void)type;
	(void)delim;
	if (json)
		printf("],");
}

/* "ATTR=HEX" to an attribute in its slot of @tb */
static void add_attr(struct rtattr *tb[], const char *arg)
{
	char *hex;
	unsigned long type = strtoul(arg, &hex, 10);
	unsigned char bytes[MAX_BYTES];
	unsigned int len = 0;
	struct rtattr *attr;

	if (*hex++ != '=' || type > IFLA_MYMACVLAN_MAX)
		errx(1, "bad attribute: %s", arg);
	for (; len < MAX_BYTES && sscanf(hex, "%2hhx", &bytes[len]) == 1; len++)
		hex += 2;
	/* exactly as long as said, so that a reader that goes beyond is caught */
	attr = malloc(RTA_LENGTH(len));
	if (!attr)
		err(1, "malloc");
	attr->rta_type = type;
	attr->rta_len = RTA_LENGTH(len);
	memcpy(RTA_DATA(attr), bytes, len);
	tb[type] = attr;
}

static struct link_util *load(const char *dir, const char *kind)
{
	struct link_util *lu;
	char name[4096];
	void *plugin;

	snprintf(name, sizeof(name), "%s/link_%s.so", dir, kind);
	/* what parse_opt() calls in ip is not here */
	plugin = dlopen(name, RTLD_LAZY);
	snprintf(name, sizeof(name), "%s_link_util", kind);
	lu = plugin ? dlsym(plugin, name) : NULL;
	if (!lu)
		errx(1, "%s", dlerror());
	return lu;
}

int main(int argc, char **argv)
{
	struct rtattr *tb[IFLA_MYMACVLAN_MAX + 1] = { NULL };
	struct link_util *lu;
	int option;

	while ((option = getopt(argc, argv, "jN")) != -1) {
		if (option == 'j')
			json = true;
		else if (option == 'N')
			numeric = 1;
		else
			return 1;
	}
	if (argc - optind < 2)
		errx(1, "give a directory and a kind");
	lu = load(argv[optind], argv[optind + 1]);
	lu->print_opt(lu, stdout, NULL);
	for (optind += 2; optind < argc; optind++)
		add_attr(tb, argv[optind]);
	lu->print_opt(lu, stdout, tb);
	return 0;
}
