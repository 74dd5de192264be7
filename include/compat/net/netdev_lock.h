/* SPDX-License-Identifier: GPL-2.0-only */
/* 6.15 made this header; what it has of older kernels is in netdevice.h. */

#if __has_include_next("net/netdev_lock.h")
#include_next <net/netdev_lock.h>
#else
#include <linux/netdevice.h>
#endif
