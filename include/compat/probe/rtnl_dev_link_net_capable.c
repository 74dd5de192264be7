// SPDX-License-Identifier: GPL-2.0-only
/* Can rtnetlink tell who may change what belongs to the link's namespace? */
#include <net/rtnetlink.h>

void *probe = rtnl_dev_link_net_capable;
