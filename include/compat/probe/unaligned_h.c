// SPDX-License-Identifier: GPL-2.0-only
/* Is there such a header? */
#include <linux/unaligned.h>

int probe;
