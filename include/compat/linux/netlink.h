/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Errors that name names. 6.2 (commit 51c352bdbcd2) has formatted extack
 * messages, a little later also with an attribute; before that a message is a
 * literal, and ends where the names begin.
 */
#include_next <linux/netlink.h>
#ifndef _MYMACVLAN_COMPAT_LINUX_NETLINK_H
#define _MYMACVLAN_COMPAT_LINUX_NETLINK_H

#include <linux/printk.h>

/*
 * Where names are left out, the compiler still checks them, and the caller may
 * look for another way to tell them.
 */
#ifdef NL_SET_ERR_MSG_FMT
#define NL_ERR_MSG_HAS_MORE	true
#define NL_SET_ERR_MSG_MORE(extack, text, fmt, ...) \
	NL_SET_ERR_MSG_FMT(extack, text fmt, ##__VA_ARGS__)
#else
#define NL_ERR_MSG_HAS_MORE	false
#define NL_SET_ERR_MSG_MORE(extack, text, fmt, ...) do {		\
	NL_SET_ERR_MSG(extack, text);					\
	no_printk(fmt, ##__VA_ARGS__);					\
} while (0)
#endif

#ifdef NL_SET_ERR_MSG_ATTR_FMT
#define NL_SET_ERR_MSG_ATTR_MORE(extack, attr, text, fmt, ...) \
	NL_SET_ERR_MSG_ATTR_FMT(extack, attr, text fmt, ##__VA_ARGS__)
#else
#define NL_SET_ERR_MSG_ATTR_MORE(extack, attr, text, fmt, ...) do {	\
	NL_SET_ERR_MSG_ATTR(extack, attr, text);			\
	no_printk(fmt, ##__VA_ARGS__);					\
} while (0)
#endif

#endif /* _MYMACVLAN_COMPAT_LINUX_NETLINK_H */
