// SPDX-License-Identifier: GPL-2.0-only
/* Is the name of the function that wants RTNL to be held free again? */
#include <net/rtnetlink.h>

static int __rtnl_link_register(void)
{
	return 0;
}

int probe(void)
{
	return __rtnl_link_register();
}
