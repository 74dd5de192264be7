/* SPDX-License-Identifier: GPL-2.0-only */
/* An address that two children have. */
#ifndef _MYMACVLAN_CONFLICT_H
#define _MYMACVLAN_CONFLICT_H

#include <linux/types.h>

struct mymacvlan_child;
struct mymacvlan_port;

bool mymacvlan_conflict_is_fatal(const struct mymacvlan_child *child,
				 const struct mymacvlan_child *owner);
bool mymacvlan_conflict_yields(const struct mymacvlan_child *child,
			       const struct mymacvlan_child *owner);
void mymacvlan_conflict_wait(struct mymacvlan_child *child, bool waiting);
void mymacvlan_conflict_evicted(struct mymacvlan_child *child);
void mymacvlan_conflict_resolve(struct mymacvlan_port *port, u64 key);
void mymacvlan_conflict_update(struct mymacvlan_child *child);
void mymacvlan_conflict_resolve_all(struct mymacvlan_port *port);

#endif /* _MYMACVLAN_CONFLICT_H */
