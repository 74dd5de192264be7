// SPDX-License-Identifier: GPL-2.0-only
/* Is there such a function? It need not be a macro. */
#include <linux/ptr_ring.h>

int probe(struct ptr_ring **rings, void (*destroy)(void *));

int probe(struct ptr_ring **rings, void (*destroy)(void *))
{
	return ptr_ring_resize_multiple_bh(rings, 1, 1, GFP_KERNEL, destroy);
}
