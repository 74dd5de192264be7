/* SPDX-License-Identifier: GPL-2.0-only */
/* Telling the user why something was refused, or went wrong. */
#ifndef _MYMACVLAN_MSG_H
#define _MYMACVLAN_MSG_H

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

/* A name, an index and a namespace. */
#define MYMACVLAN_NAME_SIZE	(IFNAMSIZ + 40)

/* name.c */
bool mymacvlan_name_to_tell(char *name, const struct net_device *dev);
void mymacvlan_name_to_log(char *name, const struct net_device *dev);

/**
 * mymacvlan_err_msg() - why a request is refused: which device is in the way
 * @dev: the child concerned, or its lower device before there is a child
 * @extack: the request's, or %NULL if it came by another way (ioctl)
 * @lower: the lower device of the child concerned, whose limit counts for the log
 * @who: the device that is in the way
 * @text: what is wrong, a literal; all that kernels without formatted extack
 *	(before 6.2) show
 * @fmt: a literal that goes on, with the device's name as its last argument;
 *	with their longest values @text and this must stay under 80 characters
 *
 * Where the request's answer has no room for the name, or must not tell it, the
 * kernel log does.
 *
 * Context: RTNL.
 */
#define mymacvlan_err_msg(dev, extack, lower, who, text, fmt, ...) do {	\
	struct netlink_ext_ack *__msg_extack = (extack);		\
	char __msg_name[MYMACVLAN_NAME_SIZE];				\
	bool __msg_told;						\
									\
	__msg_told = mymacvlan_name_to_tell(__msg_name, who);		\
	if (__msg_extack)						\
		NL_SET_ERR_MSG_MORE(__msg_extack, text, fmt,		\
				    ##__VA_ARGS__, __msg_name);		\
	if (__msg_extack && __msg_told && NL_ERR_MSG_HAS_MORE)		\
		break;							\
	mymacvlan_name_to_log(__msg_name, who);				\
	if (mymacvlan_lower_may_log(lower))				\
		netdev_warn(dev, text fmt "\n", ##__VA_ARGS__,		\
			    __msg_name);				\
} while (0)

#endif /* _MYMACVLAN_MSG_H */
