// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/tapN and its entry in sysfs, from NETDEV_REGISTER to
 * NETDEV_UNREGISTER, of which a tap that moves to another network namespace has
 * several.
 *
 * There is one /dev for all namespaces, but each counts its ifindexes for
 * itself. Of the taps with the same one, the first has the name /dev/tapN; when
 * it goes, another gets it. But a namespace of the initial user namespace goes
 * before others: nobody may put his tap where an administrator expects hers.
 */
#include <linux/device.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/stat.h>
#include <linux/wait_bit.h>
#include <linux/xarray.h>
#include <net/net_namespace.h>
#include "../mymacvlan/msg.h"
#include "mymacvtap.h"

/**
 * struct mymacvtap_node - the node of a tap
 * @dev: what the driver core makes /dev/tapN, sysfs entries and uevents from
 * @owner: fixed
 *
 * Belongs to the tap; its last reference, which the driver core may hold a
 * little longer, frees it.
 */
struct mymacvtap_node {
	struct device		dev;
	struct mymacvtap_owner	owner;
};

/* struct mymacvtap by ifindex: who has the name. RTNL. */
static DEFINE_XARRAY(mymacvtap_names);
/* Taps without their name, because another one has it. RTNL. */
static unsigned int mymacvtap_nameless;
/* Nodes that are not freed yet; unloading waits for the last. */
static atomic_t mymacvtap_nodes;

static const struct ns_common *mymacvtap_namespace(const struct device *dev)
{
	return to_ns_common(dev_net(to_net_dev(dev->parent)));
}

/* A node of permissions 0 is asked for with its type: 0 alone means 0600. */
static char *mymacvtap_devnode(const struct device *dev, umode_t *mode,
			       kuid_t *uid, kgid_t *gid)
{
	const struct mymacvtap_node *node =
		container_of(dev, struct mymacvtap_node, dev);

	if (mode)
		*mode = S_IFCHR | node->owner.perm;
	if (uid)
		*uid = node->owner.user;
	if (gid)
		*gid = node->owner.group;
	return NULL;
}

static void mymacvtap_node_release(struct device *dev)
{
	kfree(container_of(dev, struct mymacvtap_node, dev));
	if (atomic_dec_and_test(&mymacvtap_nodes))
		wake_up_var(&mymacvtap_nodes);
}

CLASS_COMPAT_NAMESPACE(mymacvtap_namespace)
DEVICE_TYPE_COMPAT_DEVNODE(mymacvtap_devnode)

static struct class mymacvtap_class = {
	.ns_type	= &net_ns_type_operations,
	.namespace	= CLASS_NAMESPACE(mymacvtap_namespace),
};

/* The class could tell the permissions, but not the owner. */
static const struct device_type mymacvtap_node_type = {
	.devnode	= DEVICE_TYPE_DEVNODE(mymacvtap_devnode),
	.release	= mymacvtap_node_release,
};

static int mymacvtap_node_add(struct mymacvtap *mt)
{
	struct net_device *dev = mymacvtap_dev(mt);
	struct mymacvtap_node *node;
	int err;

	node = kzalloc_obj(*node, GFP_KERNEL_ACCOUNT);
	if (!node)
		return -ENOMEM;
	device_initialize(&node->dev);
	atomic_inc(&mymacvtap_nodes);
	node->owner = mt->owner;
	node->dev.class = &mymacvtap_class;
	node->dev.type = &mymacvtap_node_type;
	node->dev.parent = &dev->dev;
	node->dev.devt = mymacvtap_devt(mt);
	err = dev_set_name(&node->dev, "tap%d", dev->ifindex);
	if (err)
		goto put;
	err = device_add(&node->dev);
	if (err)
		goto put;
	err = sysfs_create_link(&dev->dev.kobj, &node->dev.kobj,
				dev_name(&node->dev));
	if (err)
		goto del;
	mt->node = node;
	return 0;

del:
	device_del(&node->dev);
put:
	put_device(&node->dev);
	return err;
}

static void mymacvtap_node_del(struct mymacvtap *mt)
{
	struct mymacvtap_node *node = mt->node;

	if (!node)
		return;
	mt->node = NULL;
	sysfs_remove_link(&mymacvtap_dev(mt)->dev.kobj, dev_name(&node->dev));
	device_unregister(&node->dev);
}

/* A node that was there before; without memory there is nothing else to do. */
static void mymacvtap_node_add_again(struct mymacvtap *mt)
{
	if (mymacvtap_node_add(mt))
		mymacvlan_log(netdev_err, mt->child.port, mymacvtap_dev(mt),
			      "has lost its node tap%d for lack of memory\n",
			      mymacvtap_dev(mt)->ifindex);
}

/**
 * mymacvtap_node_change() - give a node to another owner
 * @mt: a tap
 * @owner: the new one
 *
 * Programs that watch for nodes see the old one go and a new one come; files
 * that are open stay so.
 *
 * Context: RTNL, may sleep.
 * Return: 0; -ENODEV if it has no node since it moved to another namespace, see
 *	mymacvtap_event(); or an error with the old node there again.
 */
int mymacvtap_node_change(struct mymacvtap *mt,
			  const struct mymacvtap_owner *owner)
{
	const struct mymacvtap_owner old = mt->owner;
	int err;

	ASSERT_RTNL();
	if (!mt->tap.minor)
		return -ENODEV;
	mymacvtap_node_del(mt);
	mt->owner = *owner;
	err = mymacvtap_node_add(mt);
	if (!err)
		return 0;
	mt->owner = old;
	mymacvtap_node_add_again(mt);
	return err;
}

/**
 * mymacvtap_node_restore() - undo mymacvtap_node_change()
 * @mt: a tap
 * @owner: the one that its node had; without memory there is no node any more,
 *	rather than one that the wrong user may open
 *
 * Context: RTNL, may sleep.
 */
void mymacvtap_node_restore(struct mymacvtap *mt,
			    const struct mymacvtap_owner *owner)
{
	ASSERT_RTNL();
	mymacvtap_node_del(mt);
	mt->owner = *owner;
	mymacvtap_node_add_again(mt);
}

/* The log's limit is that of @cause, the one of the two that has just come. */
static void mymacvtap_name_miss(struct mymacvtap *mt,
				const struct mymacvtap *holder,
				const struct mymacvtap *cause)
{
	mt->named = false;
	mymacvtap_nameless++;
	mymacvlan_log(netdev_warn, cause->child.port, mymacvtap_dev(mt),
		      "/dev/tap%d belongs to %s, which has the same ifindex in another namespace\n",
		      mymacvtap_dev(mt)->ifindex, mymacvtap_dev(holder)->name);
}

/*
 * Takes the name /dev/tapN if nobody has it, or from one that must yield: that
 * one is in @loser then.
 */
static int mymacvtap_name_take(struct mymacvtap *mt, struct mymacvtap **loser)
{
	int ifindex = mymacvtap_dev(mt)->ifindex;
	struct mymacvtap *holder = xa_load(&mymacvtap_names, ifindex);
	int err;

	*loser = NULL;
	if (holder && !mymacvtap_is_preferred(mt, holder)) {
		mymacvtap_name_miss(mt, holder, mt);
		return 0;
	}
	err = xa_err(xa_store(&mymacvtap_names, ifindex, mt, GFP_KERNEL));
	if (err)
		return err;
	mt->named = true;
	if (holder)
		mymacvtap_name_miss(holder, mt, mt);
	*loser = holder;
	return 0;
}

/*
 * The name /dev/tapN is free again, and there are taps without theirs: the
 * driver core makes the node in /dev only when the device is added.
 */
static void mymacvtap_name_inherit(struct mymacvtap *gone)
{
	int ifindex = mymacvtap_dev(gone)->ifindex;
	struct mymacvtap *heir = mymacvtap_by_ifindex_rtnl(ifindex, gone);

	if (!heir)
		return;
	if (xa_err(xa_store(&mymacvtap_names, ifindex, heir, GFP_KERNEL))) {
		mymacvlan_log(netdev_err, heir->child.port, mymacvtap_dev(heir),
			      "has no memory for the name /dev/tap%d\n",
			      ifindex);
		return;
	}
	heir->named = true;
	mymacvtap_nameless--;
	mymacvtap_node_del(heir);
	mymacvtap_node_add_again(heir);
	mymacvlan_log(netdev_info, heir->child.port, mymacvtap_dev(heir),
		      "has /dev/tap%d now\n", ifindex);
}

/* Of a tap whose node is gone. */
static void mymacvtap_name_drop(struct mymacvtap *mt)
{
	if (!mt->named) {
		mymacvtap_nameless--;
		return;
	}
	mt->named = false;
	xa_erase(&mymacvtap_names, mymacvtap_dev(mt)->ifindex);
	if (mymacvtap_nameless)
		mymacvtap_name_inherit(mt);
}

static int mymacvtap_node_register(struct mymacvtap *mt)
{
	struct mymacvtap *loser;
	int err;

	err = mymacvtap_minor_get(mt);
	if (err)
		return err;
	err = mymacvtap_name_take(mt, &loser);
	if (err)
		goto put_minor;
	/* Who yields is added again once the name is taken. */
	if (loser)
		mymacvtap_node_del(loser);
	err = mymacvtap_node_add(mt);
	if (loser)
		mymacvtap_node_add_again(loser);
	if (err)
		goto drop_name;
	return 0;

drop_name:
	mymacvtap_name_drop(mt);
put_minor:
	mymacvtap_minor_put(mt);
	return err;
}

/* The minor is 0 after a registration that failed: there is nothing to undo. */
static void mymacvtap_node_unregister(struct mymacvtap *mt)
{
	if (!mt->tap.minor)
		return;
	mymacvtap_node_del(mt);
	mymacvtap_name_drop(mt);
	mymacvtap_minor_put(mt);
}

/*
 * When a device moves to another namespace the core does not ask whether its
 * registration there went well: then the tap goes on without a node.
 *
 * Context: RTNL.
 */
static int mymacvtap_event(struct notifier_block *nb, unsigned long event,
			   void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	int err = 0;

	if (!mymacvtap_is_tap(dev))
		return NOTIFY_DONE;
	switch (event) {
	case NETDEV_REGISTER:
		err = mymacvtap_node_register(mymacvtap(dev));
		if (err)
			mymacvlan_log(netdev_err, mymacvtap(dev)->child.port, dev,
				      "has no node tap%d: error %d\n",
				      dev->ifindex, err);
		break;
	case NETDEV_UNREGISTER:
		mymacvtap_node_unregister(mymacvtap(dev));
		break;
	case NETDEV_CHANGE_TX_QUEUE_LEN:
		err = mymacvtap_resize_queues(mymacvtap(dev));
		break;
	}
	return notifier_from_errno(err);
}

struct notifier_block mymacvtap_notifier = {
	.notifier_call = mymacvtap_event,
};

/**
 * mymacvtap_node_init() - make the class that all nodes are in
 * @name: its name: a directory below /sys/class, and SUBSYSTEM in uevents
 *
 * Context: process, may sleep.
 * Return: 0 or an error with nothing changed.
 */
int mymacvtap_node_init(const char *name)
{
	mymacvtap_class.name = name;
	return class_register(&mymacvtap_class);
}

/**
 * mymacvtap_node_exit() - undo mymacvtap_node_init()
 *
 * Context: process, may sleep; there are no taps any more.
 */
void mymacvtap_node_exit(void)
{
	class_unregister(&mymacvtap_class);
	wait_var_event(&mymacvtap_nodes, !atomic_read(&mymacvtap_nodes));
	xa_destroy(&mymacvtap_names);
}
