// SPDX-License-Identifier: GPL-2.0-only
/* Is a table of a namespace's sysctls registered with its length? */
#include <net/net_namespace.h>

void *probe = register_net_sysctl_sz;
