/* SPDX-License-Identifier: GPL-2.0-only */
/* 6.5 made this header; what it has of older kernels is in netdevice.h. */

#ifdef HAVE_NET_GSO_H
#include_next <net/gso.h>
#else
#include <linux/netdevice.h>
#endif
