// SPDX-License-Identifier: GPL-2.0-only
/* Does a link type's newlink() get its parameters in a structure? */
#include <net/rtnetlink.h>

unsigned long probe = sizeof(struct rtnl_newlink_params);
