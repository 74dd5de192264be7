// SPDX-License-Identifier: GPL-2.0-only
/* Is there a drop reason for a wrong source address? (6.12) */
#include <net/dropreason-core.h>

int probe = SKB_DROP_REASON_MAC_INVALID_SOURCE;
