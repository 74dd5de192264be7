// SPDX-License-Identifier: GPL-2.0-only
/*
 * The character device of /dev/tapN: who may open it, before the kernel's tap library makes
 * the file a queue.
 *
 * The nodes of all network namespaces are in one /dev, and whoever may call
 * mknod() can make more, so the permissions of a node are not enough: one must
 * be in the tap's namespace, or be its administrator.
 */
#include <linux/capability.h>
#include <linux/cdev.h>
#include <linux/fs.h>
#include <linux/if_tap.h>
#include <linux/nsproxy.h>
#include <linux/rtnetlink.h>
#include <linux/xarray.h>
#include <net/net_namespace.h>
#include "mymacvtap.h"

/* Major number of the nodes, with minor 0, and their character device. */
static dev_t mymacvtap_major;
static struct cdev mymacvtap_cdev;
/* The library's file operations: those that vhost-net knows. */
static const struct file_operations *mymacvtap_library;
/* struct mymacvtap by minor; written under RTNL. */
static DEFINE_XARRAY(mymacvtap_minors);

/* Context: process, RTNL. */
static bool mymacvtap_may_open_rtnl(const struct mymacvtap *mt)
{
	const struct net *net = dev_net(mymacvtap_dev(mt));

	ASSERT_RTNL();
	return net_eq(net, current->nsproxy->net_ns) ||
	       ns_capable(net->user_ns, CAP_NET_ADMIN);
}

/* Keeps out who may not open it: the library would attach the file at once. */
static int mymacvtap_admit(unsigned int minor)
{
	struct mymacvtap *mt;
	int err = 0;

	rtnl_lock();
	mt = xa_load(&mymacvtap_minors, minor);
	if (!mt)
		err = -ENODEV;
	else if (!mymacvtap_may_open_rtnl(mt))
		err = -EPERM;
	rtnl_unlock();
	return err;
}

/*
 * Between our look and the library's own the tap may have gone or moved, and
 * its minor may be another one's: look at what the queue is attached to.
 */
static int mymacvtap_confirm_rtnl(struct tap_queue *queue)
{
	struct tap_dev *tap = rtnl_dereference(queue->tap);
	struct mymacvtap *mt;
	int err;

	if (!tap)
		return -ENODEV;
	mt = container_of(tap, struct mymacvtap, tap);
	if (!mymacvtap_may_open_rtnl(mt))
		return -EPERM;
	err = mymacvtap_charge_queue(mt, queue);
	if (err)
		return err;
	return mymacvtap_steering_start(mt);
}

static int mymacvtap_confirm(struct inode *inode, struct file *file)
{
	int err;

	rtnl_lock();
	err = mymacvtap_confirm_rtnl(file->private_data);
	rtnl_unlock();
	if (err)
		file->f_op->release(inode, file);
	return err;
}

/*
 * The character device holds this module as long as the file is open, also
 * after its operations have become the library's.
 */
static int mymacvtap_open(struct inode *inode, struct file *file)
{
	int err;

	err = mymacvtap_admit(iminor(inode));
	if (err)
		return err;
	replace_fops(file, fops_get(mymacvtap_library));
	err = file->f_op->open(inode, file);
	if (err)
		return err;
	return mymacvtap_confirm(inode, file);
}

static const struct file_operations mymacvtap_fops = {
	.owner	= THIS_MODULE,
	.open	= mymacvtap_open,
};

/**
 * mymacvtap_chardev_init() - make the character device of all nodes
 * @name: of the device numbers, as /proc/devices shows it
 *
 * Context: process, may sleep.
 * Return: 0 or an error with nothing changed.
 */
int mymacvtap_chardev_init(const char *name)
{
	int err;

	err = tap_create_cdev(&mymacvtap_cdev, &mymacvtap_major, name,
			      THIS_MODULE);
	if (err)
		return err;
	/* Until here nothing can be opened: no minor is in use. */
	mymacvtap_library = mymacvtap_cdev.ops;
	mymacvtap_cdev.ops = &mymacvtap_fops;
	return 0;
}

/**
 * mymacvtap_chardev_exit() - undo mymacvtap_chardev_init()
 *
 * Context: process, may sleep; there are no taps any more.
 */
void mymacvtap_chardev_exit(void)
{
	tap_destroy_cdev(mymacvtap_major, &mymacvtap_cdev);
	xa_destroy(&mymacvtap_minors);
}

/**
 * mymacvtap_devt() - the device number of a tap's node
 * @mt: a tap that has a minor
 *
 * Context: RTNL.
 * Return: the number.
 */
dev_t mymacvtap_devt(const struct mymacvtap *mt)
{
	return MKDEV(MAJOR(mymacvtap_major), mt->tap.minor);
}

/**
 * mymacvtap_minor_get() - let a tap be opened
 * @mt: a tap
 *
 * Context: RTNL, may sleep.
 * Return: 0, -ENOMEM, or -EINVAL if all minors are taken.
 */
int mymacvtap_minor_get(struct mymacvtap *mt)
{
	int err;

	ASSERT_RTNL();
	err = tap_get_minor(mymacvtap_major, &mt->tap);
	if (err)
		return err;
	err = xa_err(xa_store(&mymacvtap_minors, mt->tap.minor, mt,
			      GFP_KERNEL));
	if (err)
		tap_free_minor(mymacvtap_major, &mt->tap);
	return err;
}

/**
 * mymacvtap_minor_put() - undo mymacvtap_minor_get()
 * @mt: a tap that has a minor; files that are open stay attached
 *
 * Context: RTNL.
 */
void mymacvtap_minor_put(struct mymacvtap *mt)
{
	ASSERT_RTNL();
	xa_erase(&mymacvtap_minors, mt->tap.minor);
	tap_free_minor(mymacvtap_major, &mt->tap);
}

/**
 * mymacvtap_is_preferred() - must one tap yield to another one?
 * @mt: a tap
 * @other: another tap
 *
 * Whoever may make a user namespace may make taps in it, with any ifindex.
 *
 * Context: RTNL.
 * Return: true if @mt is in a namespace of the machine's administrators, and
 *	@other is not.
 */
bool mymacvtap_is_preferred(const struct mymacvtap *mt,
			    const struct mymacvtap *other)
{
	return dev_net(mymacvtap_dev(mt))->user_ns == &init_user_ns &&
	       dev_net(mymacvtap_dev(other))->user_ns != &init_user_ns;
}

/**
 * mymacvtap_by_ifindex_rtnl() - a registered tap, by its ifindex
 * @ifindex: which
 * @other: not this one
 *
 * Walks all taps: for the rare case that one is known to be there.
 *
 * Context: RTNL.
 * Return: the tap, the preferred one if there are several, or
 *	%NULL.
 */
struct mymacvtap *mymacvtap_by_ifindex_rtnl(int ifindex,
					    const struct mymacvtap *other)
{
	struct mymacvtap *mt, *best = NULL;
	unsigned long minor;

	ASSERT_RTNL();
	xa_for_each(&mymacvtap_minors, minor, mt)
		if (mt != other && mymacvtap_dev(mt)->ifindex == ifindex &&
		    mymacvtap_dev(mt)->reg_state == NETREG_REGISTERED &&
		    (!best || mymacvtap_is_preferred(mt, best)))
			best = mt;
	return best;
}
