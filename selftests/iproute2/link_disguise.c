// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plugin of ip for the kind KIND, "macvlan" or "macvtap", that is the one for
 * "my" KIND in disguise: ip prefers it to its own. So our plugins can be tried
 * on devices of the in-tree drivers, and compared with ip's own words and
 * output.
 *
 * The compiler is told KIND, a string, and LINK_UTIL, the name that ip looks up.
 * From the environment: MYMACVLAN_PLUGINS, the directory of our plugins.
 */
#include <dlfcn.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "ip_plugin.h"

struct link_util LINK_UTIL;

__attribute__((constructor))
static void disguise(void)
{
	const char *dir = getenv("MYMACVLAN_PLUGINS");
	char path[4096];
	struct link_util *real;
	void *plugin;

	snprintf(path, sizeof(path), "%s/link_my" KIND ".so", dir ? dir : ".");
	plugin = dlopen(path, RTLD_NOW);
	real = plugin ? dlsym(plugin, "my" KIND "_link_util") : NULL;
	if (!real)
		errx(99, "%s", dlerror());
	LINK_UTIL = *real;
	LINK_UTIL.id = KIND;
}
