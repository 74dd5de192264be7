/* SPDX-License-Identifier: GPL-2.0-only */
/* Notifications of what happens to children. */
#ifndef _MYMACVLAN_EVENT_H
#define _MYMACVLAN_EVENT_H

#include <linux/workqueue.h>

struct mymacvlan_child;

/* Bits of mymacvlan_child.events: what is still to be told. */
#define MYMACVLAN_EVENT_CHANGED		BIT(0)
#define MYMACVLAN_EVENT_CONFLICT	BIT(1)

void mymacvlan_event_now(const struct mymacvlan_child *child, u8 cmd);
void mymacvlan_event_note(struct mymacvlan_child *child, unsigned int events);
void mymacvlan_event_later(struct mymacvlan_child *child, unsigned int events);
void mymacvlan_event_work(struct work_struct *work);

#endif /* _MYMACVLAN_EVENT_H */
