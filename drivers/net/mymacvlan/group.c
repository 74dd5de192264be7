// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who listens to which multicast address.
 *
 * A child that is up is a member of the port's broadcast group and of one
 * group for each address in its device's multicast list, or of the port's
 * all-multicast group besides. The frame path (mcast.c) reads the groups; the
 * control path keeps them here.
 *
 * The multicast list of a device changes without RTNL (IPv6 joins), so
 * port->group_lock, not RTNL, guards all of this.
 */
#include <linux/slab.h>
#include "msg.h"
#include "table.h"

/*
 * Most groups of a child. With each that comes or goes the lower device's driver looks
 * at its whole list, and when a child goes up or down that is for all of its groups in
 * one go, with BHs disabled and RTNL held: a container must not choose how long.
 */
#define MYMACVLAN_GROUPS_MAX	4096

static bool mymacvlan_member_before(struct rb_node *a, const struct rb_node *b)
{
	return rb_entry(a, struct mymacvlan_member, node)->group->key <
	       rb_entry(b, struct mymacvlan_member, node)->group->key;
}

static int mymacvlan_member_cmp(const void *key, const struct rb_node *node)
{
	u64 a = *(const u64 *)key;
	u64 b = rb_entry(node, struct mymacvlan_member, node)->group->key;

	return a < b ? -1 : a > b;
}

static struct mymacvlan_member *
mymacvlan_member_find_locked(struct mymacvlan_child *child, u64 key)
{
	struct rb_node *node;

	node = rb_find(&key, &child->groups, mymacvlan_member_cmp);
	return rb_entry_safe(node, struct mymacvlan_member, node);
}

/**
 * mymacvlan_next_group_locked() - what else does a child listen to?
 * @child: a child
 * @key: a group's address, see mymacvlan_key(), or 0
 *
 * Context: port->group_lock held.
 * Return: its place in the group with the next larger key, or %NULL.
 */
const struct mymacvlan_member *
mymacvlan_next_group_locked(const struct mymacvlan_child *child, u64 key)
{
	const struct mymacvlan_member *member, *next = NULL;
	const struct rb_node *node = child->groups.rb_node;

	while (node) {
		member = rb_entry(node, struct mymacvlan_member, node);
		if (member->group->key > key) {
			next = member;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return next;
}

static void mymacvlan_member_link_locked(struct mymacvlan_member *member,
					 struct mymacvlan_child *child,
					 struct mymacvlan_group *group)
{
	member->child = child;
	member->group = group;
	hlist_add_head_rcu(&member->link, &group->members);
	WRITE_ONCE(group->count, group->count + 1);
}

/* Is a member's memory a part of its child's? */
static bool mymacvlan_member_is_inner(const struct mymacvlan_child *child,
				      const struct mymacvlan_member *member)
{
	return member >= child->inner &&
	       member < child->inner + ARRAY_SIZE(child->inner);
}

/*
 * The member's memory goes a grace period later; that of an inner one with the
 * child, which lives longer.
 */
static void mymacvlan_member_unlink_locked(struct mymacvlan_member *member)
{
	struct mymacvlan_port *port = member->child->port;
	struct mymacvlan_group *group = member->group;

	/* The worker would go on there, see mymacvlan_flood_pause_rcu(). */
	if (rcu_access_pointer(port->flood_next) == member) {
		rcu_read_lock();
		rcu_assign_pointer(port->flood_next,
				   mymacvlan_next_member_rcu(port, member));
		rcu_read_unlock();
	}
	hlist_del_init_rcu(&member->link);
	WRITE_ONCE(group->count, group->count - 1);
	if (!mymacvlan_member_is_inner(member->child, member))
		kfree_rcu(member, rcu);
}

/* While the lower device moves its list is not ours, see _listen_suspend(). */
static int mymacvlan_lower_listen_locked(const struct mymacvlan_port *port,
					 const u8 *addr)
{
	return port->lower_moving ? 0 : dev_mc_add(port->lower, addr);
}

static void mymacvlan_lower_ignore_locked(const struct mymacvlan_port *port,
					  const u8 *addr)
{
	if (!port->lower_moving)
		dev_mc_del(port->lower, addr);
}

/*
 * A new group without members. The lower device starts to listen to it before
 * anyone can be a member.
 */
static struct mymacvlan_group *
mymacvlan_group_create_locked(struct mymacvlan_port *port, const u8 *addr)
{
	struct mymacvlan_group *group;
	int err;

	group = kzalloc_obj(*group, GFP_ATOMIC | __GFP_ACCOUNT);
	if (!group)
		return ERR_PTR(-ENOMEM);
	group->key = mymacvlan_key(addr);
	err = mymacvlan_lower_listen_locked(port, addr);
	if (err)
		goto free_group;
	err = rhashtable_lookup_insert_fast(&port->groups, &group->node,
					    mymacvlan_group_params);
	if (err)
		goto del_addr;
	return group;

del_addr:
	mymacvlan_lower_ignore_locked(port, addr);
free_group:
	kfree(group);
	return ERR_PTR(err);
}

static void mymacvlan_group_put_locked(struct mymacvlan_port *port,
				       struct mymacvlan_group *group)
{
	u8 addr[ETH_ALEN];

	if (group->count)
		return;
	rhashtable_remove_fast(&port->groups, &group->node,
			       mymacvlan_group_params);
	mymacvlan_key_to_addr(group->key, addr);
	mymacvlan_lower_ignore_locked(port, addr);
	kfree_rcu(group, rcu);
}

static int mymacvlan_join_locked(struct mymacvlan_child *child, const u8 *addr)
{
	struct mymacvlan_port *port = child->port;
	struct mymacvlan_member *member;
	struct mymacvlan_group *group;

	if (mymacvlan_member_find_locked(child, mymacvlan_key(addr)))
		return 0;
	if (child->group_count == MYMACVLAN_GROUPS_MAX)
		return -ENOSPC;
	member = kzalloc_obj(*member, GFP_ATOMIC | __GFP_ACCOUNT);
	if (!member)
		return -ENOMEM;
	rcu_read_lock();
	group = mymacvlan_find_group_rcu(port, addr);
	rcu_read_unlock();
	if (!group)
		group = mymacvlan_group_create_locked(port, addr);
	if (IS_ERR(group)) {
		kfree(member);
		return PTR_ERR(group);
	}
	mymacvlan_member_link_locked(member, child, group);
	rb_add(&member->node, &child->groups, mymacvlan_member_before);
	child->group_count++;
	return 0;
}

static void mymacvlan_leave_locked(struct mymacvlan_member *member)
{
	struct mymacvlan_child *child = member->child;
	struct mymacvlan_group *group = member->group;

	rb_erase(&member->node, &child->groups);
	child->group_count--;
	mymacvlan_member_unlink_locked(member);
	mymacvlan_group_put_locked(child->port, group);
}

/* Callback of __hw_addr_sync_dev(): the device has a new multicast address. */
static int mymacvlan_mc_join_locked(struct net_device *dev,
				    const unsigned char *addr)
{
	return mymacvlan_join_locked(mymacvlan_child(dev), addr);
}

/* Callback of __hw_addr_sync_dev(): an address is gone. Never fails. */
static int mymacvlan_mc_leave_locked(struct net_device *dev,
				     const unsigned char *addr)
{
	struct mymacvlan_member *member;

	member = mymacvlan_member_find_locked(mymacvlan_child(dev),
					      mymacvlan_key(addr));
	if (member)
		mymacvlan_leave_locked(member);
	return 0;
}

static void mymacvlan_all_multi_enter_locked(struct mymacvlan_child *child)
{
	if (child->all_multi)
		return;
	mymacvlan_member_link_locked(child->all_multi_member, child,
				     &child->port->allmulti);
	/*
	 * Pairs with the flood, which looks at a group before it looks at the
	 * all-multicast list: who sees the flag will find the child there. A
	 * flood that is under way just now may deliver a frame twice, and when
	 * the child leaves again miss one: no reader waits for us.
	 */
	smp_store_release(&child->all_multi, true);
}

/*
 * Needs memory for the next time first: a child that cannot get it stays and
 * hears too much, rather than too little later on.
 */
static int mymacvlan_all_multi_leave_locked(struct mymacvlan_child *child)
{
	struct mymacvlan_member *spare;

	if (!child->all_multi)
		return 0;
	spare = kzalloc_obj(*spare, GFP_ATOMIC | __GFP_ACCOUNT);
	if (!spare)
		return -ENOMEM;
	/* The other way round, as seen by a flood: again by its group first. */
	smp_store_release(&child->all_multi, false);
	mymacvlan_member_unlink_locked(child->all_multi_member);
	child->all_multi_member = spare;
	return 0;
}

/* Returns what the core should call again for. @told: it has been said before */
static int mymacvlan_listen_failed(struct mymacvlan_child *child, int err, bool told)
{
	struct net_device *dev = mymacvlan_dev(child);

	if (err != -ENOSPC) {
		mymacvlan_log(netdev_warn, child->port, dev,
			      "no memory for its multicast groups\n");
		return err;
	}
	if (!told)
		mymacvlan_log(netdev_warn, child->port, dev,
			      "has more than %u multicast groups: hears all that the lower device lets pass\n",
			      MYMACVLAN_GROUPS_MAX);
	return 0;
}

/**
 * mymacvlan_listen_sync() - follow a child's multicast list and flags
 * @child: a child that is up
 * @mc: its multicast list, or the core's snapshot of it
 *
 * Without memory for a group, or with too many of them, the child hears all
 * multicast until a later call succeeds.
 *
 * Context: the child's addr_list_lock is held, or @mc is a snapshot; does not
 *	sleep.
 * Return: 0, or -ENOMEM if it should be called again.
 */
int mymacvlan_listen_sync(struct mymacvlan_child *child,
			  struct netdev_hw_addr_list *mc)
{
	struct net_device *dev = mymacvlan_dev(child);
	bool told;
	int err;

	spin_lock_bh(&child->port->group_lock);
	told = child->all_multi;
	err = __hw_addr_sync_dev(mc, dev, mymacvlan_mc_join_locked,
				 mymacvlan_mc_leave_locked);
	if (err || dev->flags & (IFF_PROMISC | IFF_ALLMULTI))
		mymacvlan_all_multi_enter_locked(child);
	else
		err = mymacvlan_all_multi_leave_locked(child);
	spin_unlock_bh(&child->port->group_lock);
	return err ? mymacvlan_listen_failed(child, err, told) : 0;
}

/**
 * mymacvlan_listen_start() - a child comes up: let it hear broadcasts
 * @child: the child
 *
 * Its multicast groups follow when the core calls for the rx mode, right after
 * the device is open.
 *
 * Context: RTNL, may sleep.
 * Return: 0 or -ENOMEM with nothing changed.
 */
int mymacvlan_listen_start(struct mymacvlan_child *child)
{
	struct mymacvlan_port *port = child->port;
	struct mymacvlan_member *broadcast, *spare;

	/*
	 * Once only: a reader may stand on a member that has left, for as long
	 * as a grace period, and would go on in another place.
	 */
	if (!child->inner_used) {
		broadcast = &child->inner[0];
		spare = &child->inner[1];
		child->inner_used = true;
	} else {
		broadcast = kzalloc_obj(*broadcast, GFP_KERNEL_ACCOUNT);
		spare = kzalloc_obj(*spare, GFP_KERNEL_ACCOUNT);
	}
	if (!broadcast || !spare) {
		kfree(broadcast);
		kfree(spare);
		return -ENOMEM;
	}
	spin_lock_bh(&port->group_lock);
	child->broadcast = broadcast;
	child->all_multi_member = spare;
	mymacvlan_member_link_locked(broadcast, child, &port->broadcast);
	spin_unlock_bh(&port->group_lock);
	return 0;
}

/* Take a child out of all groups at once; its device's list is not touched. */
static void mymacvlan_leave_all_locked(struct mymacvlan_child *child)
{
	struct mymacvlan_member *member, *next;

	rbtree_postorder_for_each_entry_safe(member, next, &child->groups,
					     node) {
		struct mymacvlan_group *group = member->group;

		mymacvlan_member_unlink_locked(member);
		mymacvlan_group_put_locked(child->port, group);
	}
	child->groups = RB_ROOT;
	child->group_count = 0;
}

/**
 * mymacvlan_listen_stop() - a child goes down: no flood finds it any more
 * @child: a child for which mymacvlan_listen_start() succeeded
 *
 * Context: RTNL. Never fails.
 */
void mymacvlan_listen_stop(struct mymacvlan_child *child)
{
	struct net_device *dev = mymacvlan_dev(child);

	netif_addr_lock_bh(dev);
	/* Forgets what was synchronised; the groups are left wholesale. */
	__dev_mc_unsync(dev, NULL);
	spin_lock(&child->port->group_lock);
	mymacvlan_leave_all_locked(child);
	mymacvlan_member_unlink_locked(child->broadcast);
	if (child->all_multi)
		mymacvlan_member_unlink_locked(child->all_multi_member);
	else if (!mymacvlan_member_is_inner(child, child->all_multi_member))
		kfree(child->all_multi_member);
	WRITE_ONCE(child->all_multi, false);
	child->all_multi_member = NULL;
	child->broadcast = NULL;
	spin_unlock(&child->port->group_lock);
	netif_addr_unlock_bh(dev);
}

static void mymacvlan_listen_restore_locked(struct mymacvlan_child *child)
{
	struct net_device *lower = mymacvlan_lower(child);
	struct mymacvlan_member *member;
	struct rb_node *node;
	u8 addr[ETH_ALEN];

	for (node = rb_first(&child->groups); node; node = rb_next(node)) {
		member = rb_entry(node, struct mymacvlan_member, node);
		/* Once a group: its first member does it. */
		if (member->group->members.first != &member->link)
			continue;
		mymacvlan_key_to_addr(member->group->key, addr);
		if (dev_mc_add(lower, addr))
			mymacvlan_log(netdev_warn, child->port, lower,
				      "no memory to listen to %pM again\n",
				      addr);
	}
}

/**
 * mymacvlan_listen_suspend() - leave the lower device's multicast list alone
 * @port: a port whose lower device is about to move to another network namespace,
 *	where the core flushes its address lists
 *
 * Until mymacvlan_listen_restore(), which adds every group. One that is joined in
 * between, without RTNL (IPv6), would otherwise be added twice.
 *
 * Context: RTNL; the lower device's instance lock may be held.
 */
void mymacvlan_listen_suspend(struct mymacvlan_port *port)
{
	ASSERT_RTNL();
	spin_lock_bh(&port->group_lock);
	port->lower_moving = true;
	spin_unlock_bh(&port->group_lock);
}

/**
 * mymacvlan_listen_restore() - give the lower device its multicast list back
 * @port: a port whose lower device has moved to another network namespace,
 *	where the core flushed its address lists
 *
 * Context: RTNL; the lower device's instance lock may be held.
 */
void mymacvlan_listen_restore(struct mymacvlan_port *port)
{
	struct mymacvlan_child *child;

	ASSERT_RTNL();
	spin_lock_bh(&port->group_lock);
	port->lower_moving = false;
	list_for_each_entry(child, &port->children, port_link)
		mymacvlan_listen_restore_locked(child);
	spin_unlock_bh(&port->group_lock);
}
