/* SPDX-License-Identifier: GPL-2.0-only */
/* 6.15 made this header; what it has of older kernels is in netdevice.h. */

#ifdef HAVE_NET_NETDEV_LOCK_H
#include_next <net/netdev_lock.h>
#else
#include <linux/netdevice.h>
#endif
