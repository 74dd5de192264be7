// SPDX-License-Identifier: GPL-2.0-only
/*
 * Option "announce": when a child's addresses have come, or are somewhere else
 * now, the network is told.
 *
 * Otherwise neighbours send to the MAC address of the container that had the IP
 * address before, for as long as they believe in it (half an hour in one report),
 * and the switch to the port that the MAC address was behind. A child's own stack
 * announces all of its addresses, those that are through with DAD, when somebody
 * raises NETDEV_NOTIFY_PEERS. What has no address of its own (a tap's guest has
 * them) is announced to the switch by one RARP, which goes to the wire only: no
 * sibling needs it, and a thousand children that come up would each tell all
 * others.
 *
 * Three announcements, a second apart, since one may get lost. A container can
 * change its addresses as often as it likes, so the time that this takes under RTNL
 * is limited to a 50th for each child, and there are five announcements a second
 * at most.
 */
#include <linux/inetdevice.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/rtnetlink.h>
#include <net/addrconf.h>
#include <net/arp.h>
#include <net/if_inet6.h>
#include <net/netlink.h>
#include "announce.h"
#include "deliver.h"
#include "host.h"
#include "identity.h"
#include "table.h"

#define MYMACVLAN_ANNOUNCE_COUNT	3
/* What comes together (an address, and one more) is announced together. */
#define MYMACVLAN_ANNOUNCE_FIRST	(HZ / 20)
#define MYMACVLAN_ANNOUNCE_AGAIN	HZ
#define MYMACVLAN_ANNOUNCE_SPACE	(HZ / 5)
/* As many times as long nothing happens afterwards. */
#define MYMACVLAN_ANNOUNCE_REST		50
/* While an IPv6 address is tentative: how often, and at most how many times. */
#define MYMACVLAN_ANNOUNCE_LOOK		(HZ / 4)
#define MYMACVLAN_ANNOUNCE_LOOKS	120
/* RTNL was somebody else's. */
#define MYMACVLAN_ANNOUNCE_RETRY	(HZ / 50)

/* What mymacvlan_announce_look() sees. */
#define MYMACVLAN_HAS_ADDRESS		BIT(0)	/* one that can be announced */
#define MYMACVLAN_HAS_TENTATIVE		BIT(1)	/* one that DAD is not over for */

#if IS_ENABLED(CONFIG_IPV6)
/*
 * An address that the kernel has made of the MAC address is as new as that one, or
 * neighbours have it right: alone it is nothing to be announced.
 */
static unsigned int mymacvlan_announce_look_ip6(const struct net_device *dev)
{
	struct inet6_dev *ip6 = __in6_dev_get(dev);
	const struct inet6_ifaddr *ifp;
	unsigned int seen = 0;

	if (!ip6)
		return 0;
	read_lock_bh(&ip6->lock);
	list_for_each_entry(ifp, &ip6->addr_list, if_list) {
		u32 flags = READ_ONCE(ifp->flags);

		if (ifp->ifa_proto == IFAPROT_KERNEL_LL ||
		    flags & IFA_F_DADFAILED)
			continue;
		seen |= (flags & (IFA_F_TENTATIVE | IFA_F_OPTIMISTIC)) ==
			IFA_F_TENTATIVE ? MYMACVLAN_HAS_TENTATIVE :
					  MYMACVLAN_HAS_ADDRESS;
	}
	read_unlock_bh(&ip6->lock);
	return seen;
}
#else
static unsigned int mymacvlan_announce_look_ip6(const struct net_device *dev)
{
	return 0;
}
#endif

/* Which addresses are there? Those of a VLAN device on a child count as well. */
static unsigned int mymacvlan_announce_look(struct net_device *dev)
{
	const struct in_device *ip = __in_dev_get_rtnl(dev);
	unsigned int seen = mymacvlan_announce_look_ip6(dev);

	if (ip && rcu_access_pointer(ip->ifa_list))
		seen |= MYMACVLAN_HAS_ADDRESS;
	return seen;
}

/* For switches: where this MAC address is. */
static void mymacvlan_announce_rarp(struct mymacvlan_child *child)
{
	struct net_device *dev = mymacvlan_dev(child);
	struct sk_buff *skb;

	skb = arp_create(ARPOP_RREQUEST, ETH_P_RARP, 0, dev, 0, NULL, NULL,
			 dev->dev_addr);
	if (skb)
		mymacvlan_xmit_own(child, skb);
}

/**
 * mymacvlan_may_announce() - is the option on, and the address to be announced?
 * @child: the child
 *
 * Never an address that other machines share (VRRP): which of them has it now is
 * for them to say.
 *
 * Context: RTNL, or where an outdated answer will do.
 * Return: true if so.
 */
bool mymacvlan_may_announce(const struct mymacvlan_child *child)
{
	u64 key = mymacvlan_key(mymacvlan_dev(child)->dev_addr);

	if (mymacvlan_addr_is_shared(key))
		return false;
	switch (READ_ONCE(child->announce.setting)) {
	case MYMACVLAN_ANNOUNCE_OFF:
		return false;
	case MYMACVLAN_ANNOUNCE_ON:
		return true;
	default:
		return !mymacvlan_is_own_choice(child);
	}
}

/* Does the child have its addresses, and for long? */
static bool mymacvlan_announce_is_owner(const struct mymacvlan_child *child)
{
	return child->station && netif_running(mymacvlan_dev(child)) &&
	       !mymacvlan_has_dying_netns(child) &&
	       mymacvlan_may_announce(child);
}

/* One announcement. @seen: what mymacvlan_announce_look() has said */
static void mymacvlan_announce_make(struct mymacvlan_child *child,
				    unsigned int seen)
{
	bool first = child->announce.left == MYMACVLAN_ANNOUNCE_COUNT;
	struct net_device *dev = mymacvlan_dev(child);

	child->announce.left--;
	if (seen & MYMACVLAN_HAS_ADDRESS || netdev_has_any_upper_dev(dev))
		call_netdevice_notifiers(NETDEV_NOTIFY_PEERS, dev);
	else
		child->announce.left = 0;
	if (first && !(seen & MYMACVLAN_HAS_ADDRESS))
		mymacvlan_announce_rarp(child);
}

/* In jiffies: how long it must rest from now on. */
static unsigned long
mymacvlan_announce_rest(const struct mymacvlan_announce *announce)
{
	unsigned long passed = jiffies - READ_ONCE(announce->last);
	unsigned long rest = READ_ONCE(announce->rest);

	return passed < rest ? rest - passed : 0;
}

static void mymacvlan_announce_queue(struct mymacvlan_announce *announce)
{
	unsigned long wait = MYMACVLAN_ANNOUNCE_LOOK;

	if (announce->left)
		wait = max_t(long, announce->due - jiffies, 1);
	if (announce->looks)
		wait = min_t(unsigned long, wait, MYMACVLAN_ANNOUNCE_LOOK);
	if (announce->left || announce->looks)
		queue_delayed_work(mymacvlan_wq, &announce->work, wait);
}

/*
 * Nobody tells when DAD is over, so that is looked for; what has been tentative
 * is then as new as if it had just come. Not for ever: a container may keep an
 * address tentative.
 */
static void mymacvlan_announce_follow_dad(struct mymacvlan_announce *announce,
					  unsigned int seen)
{
	if (!announce->looks)
		return;
	if (seen & MYMACVLAN_HAS_TENTATIVE) {
		announce->looks--;
		return;
	}
	if (announce->looks < MYMACVLAN_ANNOUNCE_LOOKS) {
		announce->left = MYMACVLAN_ANNOUNCE_COUNT;
		announce->due = jiffies + mymacvlan_announce_rest(announce);
	}
	announce->looks = 0;
}

static void mymacvlan_announce_step(struct mymacvlan_child *child)
{
	struct mymacvlan_announce *announce = &child->announce;
	u64 start = ktime_get_ns();
	unsigned int seen;
	u64 rest;

	if (test_and_clear_bit(0, &announce->asked)) {
		announce->left = MYMACVLAN_ANNOUNCE_COUNT;
		announce->looks = MYMACVLAN_ANNOUNCE_LOOKS;
		announce->due = jiffies + mymacvlan_announce_rest(announce);
	}
	if (!mymacvlan_announce_is_owner(child)) {
		announce->left = 0;
		announce->looks = 0;
		return;
	}
	/* Without a carrier nobody would hear: mymacvlan_announce_resume(). */
	if (!netif_carrier_ok(mymacvlan_dev(child)))
		return;
	seen = mymacvlan_announce_look(mymacvlan_dev(child));
	mymacvlan_announce_follow_dad(announce, seen);
	if (announce->left && time_after_eq(jiffies, announce->due)) {
		mymacvlan_announce_make(child, seen);
		announce->due = jiffies + MYMACVLAN_ANNOUNCE_AGAIN;
	}
	rest = (ktime_get_ns() - start) * MYMACVLAN_ANNOUNCE_REST;
	WRITE_ONCE(announce->last, jiffies);
	WRITE_ONCE(announce->rest, max_t(unsigned long, nsecs_to_jiffies(rest),
					 MYMACVLAN_ANNOUNCE_SPACE));
	if (time_before(announce->due, jiffies + announce->rest))
		announce->due = jiffies + announce->rest;
	mymacvlan_announce_queue(announce);
}

/* Who ends the child waits for this under RTNL, so it must not wait for RTNL. */
static void mymacvlan_announce_work(struct work_struct *work)
{
	struct mymacvlan_child *child =
		container_of(to_delayed_work(work), struct mymacvlan_child,
			     announce.work);

	if (!rtnl_trylock()) {
		queue_delayed_work(mymacvlan_wq, &child->announce.work,
				   MYMACVLAN_ANNOUNCE_RETRY);
		return;
	}
	mymacvlan_announce_step(child);
	rtnl_unlock();
}

/**
 * mymacvlan_announce() - something of a child is new to the network
 * @child: a child that has a port
 *
 * The first call since the last announcement decides when the next one is: a child
 * that calls all the time puts nothing off.
 *
 * Context: any but hard interrupts.
 */
void mymacvlan_announce(struct mymacvlan_child *child)
{
	struct mymacvlan_announce *announce = &child->announce;

	if (!test_and_set_bit(0, &announce->asked))
		mod_delayed_work(mymacvlan_wq, &announce->work,
				 max_t(unsigned long, MYMACVLAN_ANNOUNCE_FIRST,
				       mymacvlan_announce_rest(announce)));
}

/**
 * mymacvlan_announce_resume() - a child's carrier has changed
 * @child: the child
 *
 * Context: RTNL.
 */
void mymacvlan_announce_resume(struct mymacvlan_child *child)
{
	ASSERT_RTNL();
	if (child->announce.left && netif_carrier_ok(mymacvlan_dev(child)))
		mymacvlan_announce(child);
}

/**
 * mymacvlan_announce_change() - set the option
 * @child: a child of a port
 * @data: attributes of its kind, or %NULL
 *
 * Context: RTNL.
 */
void mymacvlan_announce_change(struct mymacvlan_child *child,
			       struct nlattr *data[])
{
	bool may = mymacvlan_may_announce(child);

	ASSERT_RTNL();
	if (!data || !data[IFLA_MYMACVLAN_ANNOUNCE])
		return;
	WRITE_ONCE(child->announce.setting,
		   nla_get_u8(data[IFLA_MYMACVLAN_ANNOUNCE]) ?
		   MYMACVLAN_ANNOUNCE_ON : MYMACVLAN_ANNOUNCE_OFF);
	if (!may && mymacvlan_may_announce(child))
		mymacvlan_announce(child);
}

/**
 * mymacvlan_announce_init() - a child begins, with nothing to announce
 * @child: the child, not registered yet
 */
void mymacvlan_announce_init(struct mymacvlan_child *child)
{
	INIT_DELAYED_WORK(&child->announce.work, mymacvlan_announce_work);
}

/**
 * mymacvlan_announce_end() - a child ends
 * @child: the child, down and without addresses for a grace period
 *
 * Context: RTNL, may sleep.
 */
void mymacvlan_announce_end(struct mymacvlan_child *child)
{
	cancel_delayed_work_sync(&child->announce.work);
}

static void mymacvlan_announce_event(struct net_device *dev, unsigned long event)
{
	if (event == NETDEV_UP && mymacvlan_is_child(dev) && netif_running(dev))
		mymacvlan_announce(mymacvlan_child(dev));
}

/* All namespaces' addresses. Context: RTNL. */
static int mymacvlan_inetaddr_event(struct notifier_block *nb,
				    unsigned long event, void *ptr)
{
	const struct in_ifaddr *ifa = ptr;

	mymacvlan_announce_event(ifa->ifa_dev->dev, event);
	return NOTIFY_DONE;
}

static struct notifier_block mymacvlan_inetaddr_notifier = {
	.notifier_call = mymacvlan_inetaddr_event,
};

#if IS_ENABLED(CONFIG_IPV6)
/* The same, before DAD. Context: RCU read side, perhaps with BHs disabled. */
static int mymacvlan_inet6addr_event(struct notifier_block *nb,
				     unsigned long event, void *ptr)
{
	const struct inet6_ifaddr *ifp = ptr;

	mymacvlan_announce_event(ifp->idev->dev, event);
	return NOTIFY_DONE;
}

static struct notifier_block mymacvlan_inet6addr_notifier = {
	.notifier_call = mymacvlan_inet6addr_event,
};

static int mymacvlan_inet6addr_register(void)
{
	return register_inet6addr_notifier(&mymacvlan_inet6addr_notifier);
}

static void mymacvlan_inet6addr_unregister(void)
{
	unregister_inet6addr_notifier(&mymacvlan_inet6addr_notifier);
}
#else
static int mymacvlan_inet6addr_register(void)
{
	return 0;
}

static void mymacvlan_inet6addr_unregister(void)
{
}
#endif

/**
 * mymacvlan_announce_register() - hear of all addresses
 *
 * Context: process, may sleep.
 * Return: 0, or an error.
 */
int mymacvlan_announce_register(void)
{
	int err;

	err = register_inetaddr_notifier(&mymacvlan_inetaddr_notifier);
	if (err)
		return err;
	err = mymacvlan_inet6addr_register();
	if (err)
		unregister_inetaddr_notifier(&mymacvlan_inetaddr_notifier);
	return err;
}

/**
 * mymacvlan_announce_unregister() - undo mymacvlan_announce_register()
 *
 * Context: process, may sleep.
 */
void mymacvlan_announce_unregister(void)
{
	mymacvlan_inet6addr_unregister();
	unregister_inetaddr_notifier(&mymacvlan_inetaddr_notifier);
}
