// SPDX-License-Identifier: GPL-2.0-only
/* Can a queue be emptied for a reason? (6.7) */
#include <linux/skbuff.h>

void (*probe)(struct sk_buff_head *list, enum skb_drop_reason reason) = skb_queue_purge_reason;
