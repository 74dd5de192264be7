// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who has chosen a child's MAC address.
 *
 * A container, or who has a tap open, may give its child any address, for
 * instance the router's. So what concerns others, such as where the host's
 * frames go, is decided only by an address that somebody has vouched for who is
 * trusted with the lower device:
 *
 *   - the host, which made the child with it;
 *   - who has CAP_NET_ADMIN over the lower device's namespace, before the child
 *     was up for the first time: runtimes prepare it so, some of them from
 *     inside the new namespace. Only for a child that the host made;
 *   - the host, at any time.
 *
 * "The host" is who has that capability and is in the lower device's namespace
 * himself. A container can have the capability without the namespace (Docker's
 * --cap-add NET_ADMIN, in the initial user namespace); a runtime that uses a
 * socket of the container's namespace is in the host's all the same. Kernel
 * threads have every capability and vouch for nothing: bonding and team change
 * addresses from work items on behalf of whoever set them up. They also do so
 * while the host changes something else, such as deleting another device that
 * they have. So a child that has had a master in another namespace than the
 * lower device's is vouched for by its name only: mymacvlan_vouch().
 *
 * A user namespace's root who has the lower device is its host only as long as
 * that lasts: what he has decided ends when the device leaves.
 */
#include <linux/capability.h>
#include <linux/nsproxy.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <net/net_namespace.h>
#include "allow.h"
#include "host.h"
#include "identity.h"
#include "macnat.h"
#include "msg.h"
#include "table.h"

/* Without a trace in the audit log: whoever asks in vain is refused nothing. */
static bool mymacvlan_is_capable(const struct net_device *lower)
{
	return !(current->flags & PF_KTHREAD) &&
	       ns_capable_noaudit(dev_net(lower)->user_ns, CAP_NET_ADMIN);
}

/**
 * mymacvlan_is_host() - does the caller speak for the host?
 * @lower: the lower device
 *
 * Context: process, RTNL.
 * Return: true if so.
 */
bool mymacvlan_is_host(const struct net_device *lower)
{
	const struct nsproxy *ns = current->nsproxy;

	/* Who is about to exit has none any more. */
	return ns && net_eq(ns->net_ns, dev_net(lower)) &&
	       mymacvlan_is_capable(lower);
}

/**
 * mymacvlan_may_vouch() - is the caller trusted with what concerns others?
 * @child: the child that the caller changes
 *
 * A change that the kernel makes to undo another one, or that a container makes,
 * leaves the address that is vouched for as it was.
 *
 * Context: process, RTNL.
 * Return: true if so.
 */
bool mymacvlan_may_vouch(const struct mymacvlan_child *child)
{
	const struct net_device *lower = mymacvlan_lower(child);

	if (child->had_master)
		return false;
	if (child->host_made && !child->inner_used)
		return mymacvlan_is_capable(lower);
	return mymacvlan_is_host(lower);
}

/**
 * mymacvlan_vouch() - vouch for the address that a child has
 * @child: a child that is not passthru, whose address is the lower device's
 *
 * Context: RTNL.
 */
void mymacvlan_vouch(struct mymacvlan_child *child)
{
	ASSERT_RTNL();
	WRITE_ONCE(child->vouched_key,
		   mymacvlan_key(mymacvlan_dev(child)->dev_addr));
}

/**
 * mymacvlan_identity_new() - who makes this child, and with which address?
 * @child: a child that is about to be registered, with its address
 *
 * Context: process, RTNL.
 */
void mymacvlan_identity_new(struct mymacvlan_child *child)
{
	child->host_made = mymacvlan_is_host(mymacvlan_lower(child));
	if (child->host_made && mymacvlan_mode(child) != MYMACVLAN_MODE_PASSTHRU)
		mymacvlan_vouch(child);
}

/**
 * mymacvlan_identity_forget() - who has decided about a child may not any more
 * @child: the child
 *
 * What gives it what others have is taken back: the host's frames, frames with the
 * source of a neighbour, IP addresses. Its pin only binds itself, and stays.
 *
 * Context: RTNL, may sleep.
 */
void mymacvlan_identity_forget(struct mymacvlan_child *child)
{
	mymacvlan_host_set(child, false, NULL);
	mymacvlan_macnat_end(child);
	child->host_made = false;
	WRITE_ONCE(child->vouched_key, 0);
	WRITE_ONCE(child->mvd.flags, child->mvd.flags & ~MYMACVLAN_FLAG_NODST);
	mymacvlan_allow_forget(child);
	/* A bond that the guest has put above it: see mymacvlan_identity_upper(). */
	if (netdev_master_upper_dev_get(mymacvlan_dev(child)))
		child->had_master = true;
}

/**
 * mymacvlan_identity_upper() - a child has got a device above it, or lost one
 * @child: the child
 * @info: which
 *
 * For good: a master that lets go of the child sets its old address, too.
 *
 * Context: RTNL.
 */
void mymacvlan_identity_upper(struct mymacvlan_child *child,
			      const struct netdev_notifier_changeupper_info *info)
{
	if (info->master && !net_eq(dev_net(mymacvlan_dev(child)),
				    dev_net(mymacvlan_lower(child))))
		child->had_master = true;
}

/**
 * mymacvlan_is_own_choice() - has a child an address that nobody vouches for?
 * @child: the child
 *
 * Context: RTNL, or where an outdated answer will do.
 * Return: true if so; false for a passthru child, which has the lower device's.
 */
bool mymacvlan_is_own_choice(const struct mymacvlan_child *child)
{
	u64 key = mymacvlan_key(mymacvlan_dev(child)->dev_addr);

	return mymacvlan_mode(child) != MYMACVLAN_MODE_PASSTHRU &&
	       !mymacvlan_addr_is_vouched(child, key);
}

/**
 * mymacvlan_identity_follow() - somebody has set a child's address
 * @child: the child, with its new address, or the same once more
 *
 * Context: process, RTNL.
 */
void mymacvlan_identity_follow(struct mymacvlan_child *child)
{
	if (mymacvlan_is_own_choice(child) && mymacvlan_may_vouch(child))
		mymacvlan_vouch(child);
}

/**
 * mymacvlan_identity_tell() - what follows from an address that is own choice
 * @child: a child whose address has been set
 *
 * Its administrator may not know of the option, and the host's not of the change.
 *
 * Context: RTNL.
 */
void mymacvlan_identity_tell(const struct mymacvlan_child *child)
{
	const struct net_device *dev = mymacvlan_dev(child);

	if (child->host && mymacvlan_is_own_choice(child))
		mymacvlan_log(netdev_warn, child->port, dev,
			      "MAC address %pM is its own choice (index %d in network namespace %u): what the host sends to it goes to the wire\n",
			      dev->dev_addr, dev->ifindex,
			      dev_net(dev)->ns.inum);
}
