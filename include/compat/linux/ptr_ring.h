/* SPDX-License-Identifier: GPL-2.0-only */
/* <linux/ptr_ring.h> of 7.3: a resize for users in BHs. */
#include_next <linux/ptr_ring.h>
#ifndef _MYMACVLAN_COMPAT_LINUX_PTR_RING_H
#define _MYMACVLAN_COMPAT_LINUX_PTR_RING_H

/*
 * The older ptr_ring_resize_multiple() disables interrupts while it frees what
 * does not fit, which frames with pages of a page pool do not bear.
 */
#ifndef HAVE_PTR_RING_RESIZE_MULTIPLE_BH
static inline void compat_ptr_ring_swap_bh(struct ptr_ring *ring, void ***queue,
					   int size, gfp_t gfp,
					   void (*destroy)(void *))
{
	spin_lock_bh(&ring->consumer_lock);
	spin_lock(&ring->producer_lock);
	*queue = __ptr_ring_swap_queue(ring, *queue, size, gfp, destroy);
	spin_unlock(&ring->producer_lock);
	spin_unlock_bh(&ring->consumer_lock);
}

static inline int ptr_ring_resize_multiple_bh(struct ptr_ring **rings,
					      unsigned int nrings, int size,
					      gfp_t gfp,
					      void (*destroy)(void *))
{
	unsigned int i, allocated = 0;
	int err = -ENOMEM;
	void ***queues;

	queues = kcalloc(nrings, sizeof(*queues), gfp);
	if (!queues)
		return -ENOMEM;
	while (allocated < nrings) {
		queues[allocated] = __ptr_ring_init_queue_alloc(size, gfp);
		if (!queues[allocated])
			goto free;
		allocated++;
	}
	for (i = 0; i < nrings; i++)
		compat_ptr_ring_swap_bh(rings[i], &queues[i], size, gfp,
					destroy);
	err = 0;
free:
	for (i = 0; i < allocated; i++)
		kvfree(queues[i]);
	kfree(queues);
	return err;
}
#endif

#endif /* _MYMACVLAN_COMPAT_LINUX_PTR_RING_H */
