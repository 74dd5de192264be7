// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls print_opt() of link_mymacvlan.so with attributes that a kernel would
 * not send today: absent, too short, unknown. Stands in for ip.
 *
 *	print_opt PLUGIN [ATTR=HEX]...
 */
#include <dlfcn.h>
#include <err.h>
#include <linux/mymacvlan.h>
#include <stdlib.h>
#include <string.h>

#include "ip_plugin.h"

#define MAX_BYTES 64

/* ip's own functions, as far as text output calls them */
bool is_json_context(void)
{
	return false;
}

void open_json_array(enum output_type type, const char *key)
{
	(void)type;
	(void)key;
}

void close_json_array(enum output_type type, const char *delim)
{
	(void)type;
	(void)delim;
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

int main(int argc, char **argv)
{
	struct rtattr *tb[IFLA_MYMACVLAN_MAX + 1] = { NULL };
	struct link_util *lu;
	void *plugin;
	int i;

	if (argc < 2)
		errx(1, "no plugin given");
	plugin = dlopen(argv[1], RTLD_LAZY);
	lu = plugin ? dlsym(plugin, "mymacvlan_link_util") : NULL;
	if (!lu)
		errx(1, "%s", dlerror());
	lu->print_opt(lu, stdout, NULL);
	for (i = 2; i < argc; i++)
		add_attr(tb, argv[i]);
	lu->print_opt(lu, stdout, tb);
	return 0;
}
