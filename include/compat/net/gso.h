/* SPDX-License-Identifier: GPL-2.0-only */
/* 6.5 made this header; what it has of older kernels is in netdevice.h. */
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
#include_next <net/gso.h>
#else
#include <linux/netdevice.h>
#endif
