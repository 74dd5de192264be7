/* SPDX-License-Identifier: GPL-2.0-only */
/* The generic netlink family "mymacvlan". */
#ifndef _MYMACVLAN_GENL_H
#define _MYMACVLAN_GENL_H

struct genl_family;

extern struct genl_family mymacvlan_genl_family;

int mymacvlan_genl_register(void);
void mymacvlan_genl_unregister(void);

#endif /* _MYMACVLAN_GENL_H */
