// SPDX-License-Identifier: GPL-2.0-only
/* Is there such a header? */
#include <linux/ns_common.h>

int probe;
