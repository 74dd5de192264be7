// SPDX-License-Identifier: GPL-2.0-only
/* Is what is known of a dump's request the same structure as for other requests? */
#include <net/genetlink.h>

void *probe = genl_info_dump;
