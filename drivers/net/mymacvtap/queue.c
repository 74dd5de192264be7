// SPDX-License-Identifier: GPL-2.0-only
/*
 * A tap has received a frame: into which queue, and in what shape?
 *
 * What handles frames runs under rcu_read_lock() with BHs disabled; what makes
 * the queues ready for them says so itself. Packet sockets, tc, nft and XDP on
 * the tap have seen the frame before. The kernel's library
 * has a handler of its own, which is not used: it does not count all it loses,
 * and with each queue that comes or goes it moves nearly every flow.
 */
#include <linux/etherdevice.h>
#include <linux/if_tap.h>
#include <linux/if_tun.h>
#include <linux/jhash.h>
#include <linux/ptr_ring.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/gso.h>
#include "../mymacvlan/count.h"
#include "mymacvtap.h"

/* A few for each of the most queues there can be; up to 16 bytes each. */
#define MYMACVTAP_BUCKETS	1024

/**
 * struct mymacvtap_bucket - the queue for one part of all flows
 * @queue: which; to be compared with only, it may be gone
 * @seen: its place in tap.taps, and above that how many queues there were
 *
 * Written and read by any CPU without a lock. Whatever mixture of old and new a
 * reader finds is checked against tap.taps before it is used.
 */
struct mymacvtap_bucket {
	struct tap_queue	*queue;
	u32			seen;
};

/**
 * struct mymacvtap_steering - which flow goes to which queue
 * @bucket: by the flow's hash
 *
 * The queue of a bucket is the one with the highest hash of bucket and queue
 * together (rendezvous hashing): without one queue only its own flows move,
 * with one more only those that it wins. The library does not tell when queues
 * come and go, so a bucket finds out by itself, at its first frame since: by
 * their number, and by its own queue's place. (One queue that goes and another
 * that comes in between go unnoticed until the next change.)
 */
struct mymacvtap_steering {
	struct mymacvtap_bucket	bucket[MYMACVTAP_BUCKETS];
};

/**
 * mymacvtap_steering_start() - be ready for more than one queue
 * @mt: a tap to which a queue has just been attached
 *
 * Context: RTNL, may sleep.
 * Return: 0 or -ENOMEM.
 */
int mymacvtap_steering_start(struct mymacvtap *mt)
{
	struct mymacvtap_steering *steering;

	ASSERT_RTNL();
	if (mt->tap.numqueues < 2 || rcu_access_pointer(mt->steering))
		return 0;
	steering = kvzalloc_obj(*steering, GFP_KERNEL_ACCOUNT);
	if (!steering)
		return -ENOMEM;
	rcu_assign_pointer(mt->steering, steering);
	return 0;
}

/**
 * mymacvtap_steering_free() - undo mymacvtap_steering_start()
 * @mt: a tap that nobody can reach any more
 */
void mymacvtap_steering_free(struct mymacvtap *mt)
{
	kvfree(rcu_dereference_protected(mt->steering, true));
}

/* Looks at every queue: at a bucket's first frame after a change only. */
static struct tap_queue *mymacvtap_elect_rcu(const struct mymacvtap *mt,
					     struct mymacvtap_bucket *bucket,
					     u32 index, unsigned int count)
{
	struct tap_queue *queue, *best = NULL;
	unsigned int slot, best_slot = 0, found = 0;
	u32 score, best_score = 0;

	for (slot = 0; slot < count; slot++) {
		queue = rcu_dereference(mt->tap.taps[slot]);
		if (!queue)
			continue;
		found++;
		score = jhash_2words(hash_ptr(queue, 32), index, 0);
		if (!best || score > best_score) {
			best = queue;
			best_slot = slot;
			best_score = score;
		}
	}
	WRITE_ONCE(bucket->queue, best);
	/* As many as were there: if one is coming just now, look once more. */
	WRITE_ONCE(bucket->seen, found << 16 | best_slot);
	return best;
}

/* noinline: as mymacvtap_put_slow(). */
static noinline struct tap_queue *
mymacvtap_steer_rcu(const struct mymacvtap *mt,
		    struct mymacvtap_steering *steering, struct sk_buff *skb,
		    unsigned int count)
{
	u32 index = reciprocal_scale(skb_get_hash(skb), MYMACVTAP_BUCKETS);
	struct mymacvtap_bucket *bucket = &steering->bucket[index];
	u32 seen = READ_ONCE(bucket->seen);
	struct tap_queue *queue;

	if (seen >> 16 == count) {
		queue = rcu_dereference(mt->tap.taps[seen & 0xffff]);
		if (queue && queue == READ_ONCE(bucket->queue))
			return queue;
	}
	return mymacvtap_elect_rcu(mt, bucket, index, count);
}

/* The queue for a frame, or %NULL if no file reads. */
static struct tap_queue *mymacvtap_pick_rcu(const struct mymacvtap *mt,
					    struct sk_buff *skb)
{
	unsigned int count = READ_ONCE(mt->tap.numvtaps);
	struct mymacvtap_steering *steering;

	if (count <= 1)
		return rcu_dereference(mt->tap.taps[0]);
	steering = rcu_dereference(mt->steering);
	/* The second queue has come this very moment. */
	if (!steering)
		return rcu_dereference(mt->tap.taps[0]);
	return mymacvtap_steer_rcu(mt, steering, skb,
				   min_t(unsigned int, count, MAX_TAP_QUEUES));
}

/* What the queue's reader can take as it is. */
static netdev_features_t mymacvtap_features(const struct mymacvtap *mt,
					    const struct tap_queue *queue)
{
	netdev_features_t features = NETIF_F_SG | NETIF_F_FRAGLIST;

	/* Anything but plain frames must be told in a header. */
	if (READ_ONCE(queue->flags) & IFF_VNET_HDR)
		features |= READ_ONCE(mt->tap.tap_features);
	return features;
}

/* @skb has its Ethernet header at skb->data, as one that is sent. */
static void mymacvtap_drop(struct mymacvtap *mt, struct sk_buff *skb,
			   enum mymacvlan_drop cause)
{
	mymacvlan_count_rx_drop(&mt->child, cause, skb, MYMACVLAN_SENT);
	kfree_skb_reason(skb, mymacvlan_drop_reason(cause));
}

/* For ptr_ring: a frame that a shorter ring has no place for. */
static void mymacvtap_drop_excess(void *skb)
{
	mymacvtap_drop(mymacvtap(((struct sk_buff *)skb)->dev), skb,
		       MYMACVLAN_RX_DROP_QUEUE_FULL);
}

/**
 * mymacvtap_charge_queue() - have a queue's ring charged to who opens it
 * @mt: a tap to which the queue has just been attached
 * @queue: the queue
 *
 * The library's own ring is charged to nobody. It can have 4 MiB, as long as the device
 * says (txqueuelen), for each of 256 queues of any number of taps in a user namespace.
 *
 * Context: RTNL, may sleep.
 * Return: 0 or -ENOMEM.
 */
int mymacvtap_charge_queue(struct mymacvtap *mt, struct tap_queue *queue)
{
	struct ptr_ring *ring = &queue->ring;

	ASSERT_RTNL();
	return ptr_ring_resize_multiple_bh(&ring, 1, mymacvtap_dev(mt)->tx_queue_len,
					   GFP_KERNEL_ACCOUNT, mymacvtap_drop_excess);
}

/**
 * mymacvtap_resize_queues() - make all rings as long as the device says
 * @mt: a tap whose txqueuelen has changed
 *
 * The library's tap_queue_resize() does not count what it drops, and charges the rings
 * to nobody.
 *
 * Context: RTNL, may sleep.
 * Return: 0, or -ENOMEM with nothing changed.
 */
int mymacvtap_resize_queues(struct mymacvtap *mt)
{
	struct tap_queue *queue;
	struct ptr_ring **rings;
	unsigned int count = 0;
	int err;

	ASSERT_RTNL();
	rings = kmalloc_array(mt->tap.numqueues, sizeof(*rings), GFP_KERNEL);
	if (!rings)
		return -ENOMEM;
	list_for_each_entry(queue, &mt->tap.queue_list, next)
		rings[count++] = &queue->ring;
	err = ptr_ring_resize_multiple_bh(rings, count,
					  mymacvtap_dev(mt)->tx_queue_len,
					  GFP_KERNEL_ACCOUNT,
					  mymacvtap_drop_excess);
	kfree(rings);
	return err;
}

static void mymacvtap_put(struct mymacvtap *mt, struct tap_queue *queue,
			  struct sk_buff *skb)
{
	if (ptr_ring_produce(&queue->ring, skb))
		mymacvtap_drop(mt, skb, MYMACVLAN_RX_DROP_QUEUE_FULL);
}

/* One frame, with the checksums made that its reader cannot make. */
static void mymacvtap_put_one(struct mymacvtap *mt,
			      struct tap_queue *queue, struct sk_buff *skb,
			      netdev_features_t features)
{
	if (skb->ip_summed == CHECKSUM_PARTIAL &&
	    skb_csum_hwoffload_help(skb, features)) {
		mymacvlan_count_rx_drop(&mt->child, MYMACVLAN_RX_DROP_SEGMENT,
					skb, MYMACVLAN_SENT);
		kfree_skb_reason(skb, SKB_DROP_REASON_SKB_CSUM);
		return;
	}
	mymacvtap_put(mt, queue, skb);
}

/* Cuts a large frame into those that the reader can take. */
static void mymacvtap_put_segments(struct mymacvtap *mt,
				   struct tap_queue *queue, struct sk_buff *skb,
				   netdev_features_t features)
{
	struct sk_buff *segs = __skb_gso_segment(skb, features, false);
	struct sk_buff *seg, *next;

	if (IS_ERR(segs)) {
		mymacvtap_drop(mt, skb, MYMACVLAN_RX_DROP_SEGMENT);
		return;
	}
	/* It only had to be looked at (an untrusted guest's). */
	if (!segs) {
		mymacvtap_put_one(mt, queue, skb, features);
		return;
	}
	consume_skb(skb);
	skb_list_walk_safe(segs, seg, next) {
		skb_mark_not_on_list(seg);
		/* A tunnel's outer checksum may still have to be made. */
		mymacvtap_put_one(mt, queue, seg, features);
	}
}

/*
 * A large frame of a kind that the virtio-net header has no word for, such as
 * those of a NIC that does not tell the kind. Older libraries have a BUG() there.
 */
static bool mymacvtap_is_unsupported(const struct sk_buff *skb)
{
	return !(skb_shinfo(skb)->gso_type &
		 (SKB_GSO_TCPV4 | SKB_GSO_TCPV6 | SKB_GSO_UDP_L4));
}

static void mymacvtap_put_large(struct mymacvtap *mt,
				struct tap_queue *queue, struct sk_buff *skb,
				netdev_features_t features)
{
	/* Readers have buffers for 64 KiB; "BIG TCP" can be larger. */
	if (skb->len > GSO_LEGACY_MAX_SIZE)
		features &= ~NETIF_F_GSO_MASK;
	if (netif_needs_gso(skb, features))
		mymacvtap_put_segments(mt, queue, skb, features);
	else if (mymacvtap_is_unsupported(skb))
		mymacvtap_drop(mt, skb, MYMACVLAN_RX_DROP_SEGMENT);
	else
		mymacvtap_put_one(mt, queue, skb, features);
}

/*
 * A frame that not every reader can take as it is. noinline, as two more here: 8
 * instructions less for each other frame, which then save three registers in place
 * of six and need no stack.
 */
static noinline void mymacvtap_put_slow(struct mymacvtap *mt,
					struct tap_queue *queue,
					struct sk_buff *skb)
{
	netdev_features_t features = mymacvtap_features(mt, queue);

	if (skb_is_gso(skb))
		mymacvtap_put_large(mt, queue, skb, features);
	else
		mymacvtap_put_one(mt, queue, skb, features);
}

static void mymacvtap_put_frame(struct mymacvtap *mt,
				struct tap_queue *queue, struct sk_buff *skb)
{
	if (skb_is_gso(skb) || skb->ip_summed == CHECKSUM_PARTIAL)
		mymacvtap_put_slow(mt, queue, skb);
	else
		mymacvtap_put(mt, queue, skb);
}

/* Not shared, and no pages of a sender's. noinline: as mymacvtap_put_slow(). */
static noinline struct sk_buff *
mymacvtap_unshare(struct mymacvtap *mt, struct sk_buff *skb)
{
	u8 dest[ETH_ALEN] __aligned(2);

	ether_addr_copy(dest, eth_hdr(skb)->h_dest);
	skb = mymacvlan_share_check(skb);
	if (skb && !skb_orphan_frags_rx(skb, GFP_ATOMIC))
		return skb;
	mymacvlan_count_rx_kind(&mt->child, dest);
	/* mymacvlan_share_check() may have freed it. */
	mymacvlan_count_lost(&mt->child, MYMACVLAN_RX_DROP_NOMEM, skb,
			     skb ? MYMACVLAN_RECEIVED : MYMACVLAN_UNKNOWN);
	kfree_skb_reason(skb, mymacvlan_drop_reason(MYMACVLAN_RX_DROP_NOMEM));
	return NULL;
}

/*
 * To be changed, and kept for as long as the reader likes: also not on its
 * sender's account (its socket and namespace would wait for our reader), and no
 * connection tracking.
 */
static struct sk_buff *mymacvtap_own(struct mymacvtap *mt,
				     struct sk_buff *skb)
{
	if (skb_shared(skb) || skb_zcopy(skb)) {
		skb = mymacvtap_unshare(mt, skb);
		if (!skb)
			return NULL;
	}
	skb_orphan(skb);
	skb_dst_drop(skb);
	nf_reset_ct(skb);
	return skb;
}

/**
 * mymacvtap_handle_frame() - the rx handler of a tap
 * @pskb: the frame, its Ethernet header pulled
 *
 * A tap that no file reads is like any other child: the frame goes to the
 * host's own stack.
 *
 * Context: RCU read side, BHs disabled.
 * Return: RX_HANDLER_CONSUMED or RX_HANDLER_PASS.
 */
rx_handler_result_t mymacvtap_handle_frame(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct tap_queue *queue;
	struct mymacvtap *mt;

	/* dev_loopback_xmit() gives us frames without an Ethernet header. */
	if (skb->pkt_type == PACKET_LOOPBACK)
		return RX_HANDLER_PASS;

	mt = rcu_dereference(skb->dev->rx_handler_data);
	queue = mymacvtap_pick_rcu(mt, skb);
	if (!queue)
		return RX_HANDLER_PASS;

	skb = mymacvtap_own(mt, skb);
	if (!skb)
		return RX_HANDLER_CONSUMED;
	/* It was there before: no question whether there is room. */
	__skb_push(skb, ETH_HLEN);
	mymacvtap_put_frame(mt, queue, skb);
	wake_up_interruptible_poll(sk_sleep(&queue->sk), EPOLLIN |
				   EPOLLRDNORM | EPOLLRDBAND);
	return RX_HANDLER_CONSUMED;
}
