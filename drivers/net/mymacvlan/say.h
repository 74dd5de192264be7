/* SPDX-License-Identifier: GPL-2.0-only */
/* Telling the user why something was refused, or went wrong. */
#ifndef _MYMACVLAN_SAY_H
#define _MYMACVLAN_SAY_H

#include <linux/netdevice.h>
#include <linux/netlink.h>
#include "mymacvlan.h"

/**
 * mymacvlan_log() - a line in the kernel log, unless there were too many
 * @print: netdev_warn, netdev_err or netdev_info
 * @port: whose limit counts, see mymacvlan_port_may_log()
 * @dev: the device concerned: a child of that port, or its lower device
 * @fmt: a literal, with its newline
 */
#define mymacvlan_log(print, port, dev, fmt, ...) do {			\
	if (mymacvlan_port_may_log(port))				\
		print(dev, fmt, ##__VA_ARGS__);				\
} while (0)

/**
 * mymacvlan_say() - why, through extack or else the kernel log
 * @dev: the child concerned
 * @extack: the request's, or %NULL if it came by another way (ioctl)
 * @text: what is wrong, a literal; all that kernels without formatted extack
 *	(before 6.3) show
 * @fmt: a literal that goes on with the names in question; with their longest
 *	values @text and this must stay under 80 characters
 */
#define mymacvlan_say(dev, extack, text, fmt, ...) do {			\
	struct netlink_ext_ack *__say_extack = (extack);		\
									\
	if (__say_extack)						\
		NL_SET_ERR_MSG_MORE(__say_extack, text, fmt,		\
				    ##__VA_ARGS__);			\
	else								\
		mymacvlan_log(netdev_warn, mymacvlan_child(dev)->port,	\
			      dev, text fmt "\n", ##__VA_ARGS__);	\
} while (0)

#endif /* _MYMACVLAN_SAY_H */
