// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plugin of ip for the kind "macvlan" that is the one for "mymacvlan" in
 * disguise: ip prefers it to its own. So our plugin can be tried on devices of
 * the in-tree driver, and compared with ip's own words and output.
 *
 * MYMACVLAN_PLUGIN is the path of link_mymacvlan.so.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ip_plugin.h"

struct link_util macvlan_link_util;

__attribute__((constructor))
static void disguise(void)
{
	const char *path = getenv("MYMACVLAN_PLUGIN");
	void *plugin = path ? dlopen(path, RTLD_NOW) : NULL;
	struct link_util *real;

	real = plugin ? dlsym(plugin, "mymacvlan_link_util") : NULL;
	if (!real) {
		fprintf(stderr, "cannot load \"%s\"\n", path ? path : "");
		_exit(99);
	}
	macvlan_link_util = *real;
	macvlan_link_util.id = "macvlan";
}
