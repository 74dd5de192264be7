// SPDX-License-Identifier: GPL-2.0-only
/* Is there a drop reason for a full broadcast queue? (commit 202ab599413c) */
#include <net/dropreason-core.h>

int probe = SKB_DROP_REASON_MACVLAN_BROADCAST_BACKLOG;
