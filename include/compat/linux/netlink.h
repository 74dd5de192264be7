/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Errors that name names. 6.3 (commit 51c352bdbcd2) has formatted extack
 * messages; before that a message is a literal, and ends where the names begin.
 */
#include_next <linux/netlink.h>
#ifndef _MYMACVLAN_COMPAT_LINUX_NETLINK_H
#define _MYMACVLAN_COMPAT_LINUX_NETLINK_H

#ifdef NL_SET_ERR_MSG_FMT
#define NL_SET_ERR_MSG_MORE(extack, text, fmt, ...) \
	NL_SET_ERR_MSG_FMT(extack, text fmt, ##__VA_ARGS__)
#define NL_SET_ERR_MSG_ATTR_MORE(extack, attr, text, fmt, ...) \
	NL_SET_ERR_MSG_ATTR_FMT(extack, attr, text fmt, ##__VA_ARGS__)
#else
#include <linux/printk.h>

/* The compiler still checks the names. */
#define NL_SET_ERR_MSG_MORE(extack, text, fmt, ...) do {		\
	NL_SET_ERR_MSG(extack, text);					\
	no_printk(fmt, ##__VA_ARGS__);					\
} while (0)
#define NL_SET_ERR_MSG_ATTR_MORE(extack, attr, text, fmt, ...) do {	\
	NL_SET_ERR_MSG_ATTR(extack, attr, text);			\
	no_printk(fmt, ##__VA_ARGS__);					\
} while (0)
#endif

#endif /* _MYMACVLAN_COMPAT_LINUX_NETLINK_H */
