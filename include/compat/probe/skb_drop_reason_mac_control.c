// SPDX-License-Identifier: GPL-2.0-only
/* Is there a drop reason for addresses that are a link's own? (6.13) */
#include <net/dropreason-core.h>

int probe = SKB_DROP_REASON_MAC_IEEE_MAC_CONTROL;
