/* SPDX-License-Identifier: GPL-2.0-only */
/* Telling the user why something was refused. */
#ifndef _MYMACVLAN_SAY_H
#define _MYMACVLAN_SAY_H

#include <linux/net.h>
#include <linux/netdevice.h>
#include <linux/netlink.h>

/**
 * mymacvlan_say() - why, through extack or else the kernel log
 * @dev: the device concerned
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
	else if (net_ratelimit())					\
		netdev_warn(dev, text fmt "\n", ##__VA_ARGS__);		\
} while (0)

#endif /* _MYMACVLAN_SAY_H */
