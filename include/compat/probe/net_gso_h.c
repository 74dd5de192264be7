// SPDX-License-Identifier: GPL-2.0-only
/* Is there such a header? */
#include <linux/skbuff.h>
#include <net/gso.h>

int probe;
