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
 * A container can change its addresses as often as it likes, and may have any number
 * of them. So there are limits, for each child and for all of a port together: how
 * many announcements a second, and how much of the time is spent on them under
 * RTNL. One work for each port does it, however many children wait for their turn.
 */
#include <linux/inetdevice.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/rtnetlink.h>
#include <net/addrconf.h>
#include <net/arp.h>
#include <net/if_inet6.h>
#include <net/netlink.h>
#include "deliver.h"
#include "host.h"
#include "identity.h"
#include "table.h"

/* As often as RFC 5227 says: one may get lost. */
#define MYMACVLAN_ANNOUNCE_COUNT	2
#define MYMACVLAN_ANNOUNCE_AGAIN	(2 * HZ)
/* What comes together (an address, and one more) is announced together. */
#define MYMACVLAN_ANNOUNCE_FIRST	(HZ / 20)
/* The least time between two of one child, and as many times as one has taken. */
#define MYMACVLAN_ANNOUNCE_SPACE	(HZ / 5)
#define MYMACVLAN_ANNOUNCE_REST		50
/* While an IPv6 address is tentative: how often, and at most how many times. */
#define MYMACVLAN_ANNOUNCE_LOOK		(HZ / 4)
#define MYMACVLAN_ANNOUNCE_LOOKS	120
/* Of all children of a port: so many in a row, for about so long, then a rest. */
#define MYMACVLAN_ANNOUNCER_BATCH	32
#define MYMACVLAN_ANNOUNCER_BUDGET	NSEC_PER_MSEC
#define MYMACVLAN_ANNOUNCER_SPACE	(HZ / 20)
#define MYMACVLAN_ANNOUNCER_REST	10
/* RTNL was somebody else's. */
#define MYMACVLAN_ANNOUNCER_RETRY	(HZ / 50)

/* What mymacvlan_announce_look() sees. */
#define MYMACVLAN_HAS_ADDRESS		BIT(0)	/* one that can be announced */
#define MYMACVLAN_HAS_TENTATIVE		BIT(1)	/* one that DAD is not over for */

/* In jiffies: how long there must be a rest from now on. */
static unsigned long mymacvlan_pace_left(const struct mymacvlan_pace *pace)
{
	unsigned long passed = jiffies - pace->last;

	return passed < pace->rest ? pace->rest - passed : 0;
}

/* @spent: nanoseconds, for which there is a rest @times as long, but at least @least */
static void mymacvlan_pace_spent(struct mymacvlan_pace *pace, u64 spent,
				 unsigned int times, unsigned long least)
{
	pace->last = jiffies;
	pace->rest = max_t(unsigned long, nsecs_to_jiffies(spent * times), least);
}

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

/* Which addresses are there? */
static unsigned int mymacvlan_announce_look(const struct net_device *dev)
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
 * Never an address that is the child's own choice, or that other machines share
 * (VRRP): which of them has it now is for them to say.
 *
 * Context: RTNL, or where an outdated answer will do.
 * Return: true if so.
 */
bool mymacvlan_may_announce(const struct mymacvlan_child *child)
{
	u64 key = mymacvlan_key(mymacvlan_dev(child)->dev_addr);

	/* A passthru child's, which is the lower device's, is never vouched for. */
	return !READ_ONCE(child->announce.off) &&
	       mymacvlan_addr_is_trusted(child, key);
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
	/* A VLAN device on it may have addresses. */
	if (seen & MYMACVLAN_HAS_ADDRESS || netdev_has_any_upper_dev(dev))
		call_netdevice_notifiers(NETDEV_NOTIFY_PEERS, dev);
	else
		child->announce.left = 0;
	/* Behind an uplink for one MAC address there is no switch that need know. */
	if (first && !(seen & MYMACVLAN_HAS_ADDRESS) && !child->macnat)
		mymacvlan_announce_rarp(child);
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
		announce->due = jiffies;
	}
	announce->looks = 0;
}

static void mymacvlan_announce_stop(struct mymacvlan_announce *announce)
{
	announce->left = 0;
	announce->looks = 0;
}

/*
 * A child's turn. @asked: something is new. Return: in how many jiffies its next one
 * is, or 0 if there is nothing more to do.
 */
static unsigned long mymacvlan_announce_turn(struct mymacvlan_child *child,
					     bool asked)
{
	struct mymacvlan_announce *announce = &child->announce;
	unsigned long wait = MYMACVLAN_ANNOUNCE_LOOK;
	unsigned int seen;

	if (asked) {
		announce->left = MYMACVLAN_ANNOUNCE_COUNT;
		announce->looks = MYMACVLAN_ANNOUNCE_LOOKS;
		announce->due = jiffies;
	}
	if (!mymacvlan_announce_is_owner(child)) {
		mymacvlan_announce_stop(announce);
		return 0;
	}
	/* Without a carrier nobody would hear: mymacvlan_announce_resume(). */
	if (!netif_carrier_ok(mymacvlan_dev(child)))
		return 0;
	seen = mymacvlan_announce_look(mymacvlan_dev(child));
	mymacvlan_announce_follow_dad(announce, seen);
	if (announce->left && time_after_eq(jiffies, announce->due)) {
		mymacvlan_announce_make(child, seen);
		announce->due = jiffies + MYMACVLAN_ANNOUNCE_AGAIN;
	}
	if (announce->left)
		wait = max_t(long, announce->due - jiffies, 1);
	if (announce->looks)
		wait = min_t(unsigned long, wait, MYMACVLAN_ANNOUNCE_LOOK);
	return announce->left || announce->looks ? wait : 0;
}

static void mymacvlan_announcer_remove(struct mymacvlan_announcer *announcer,
				       struct mymacvlan_announce *announce)
{
	if (RB_EMPTY_NODE(&announce->node))
		return;
	rb_erase_cached(&announce->node, &announcer->waiting);
	RB_CLEAR_NODE(&announce->node);
}

static bool mymacvlan_announce_is_before(struct rb_node *a,
					 const struct rb_node *b)
{
	return time_before(rb_entry(a, struct mymacvlan_announce, node)->when,
			   rb_entry(b, struct mymacvlan_announce, node)->when);
}

/* The work's next run, as early as the first one's turn and the pace allow. */
static void mymacvlan_announcer_schedule(struct mymacvlan_announcer *announcer)
{
	struct rb_node *first = rb_first_cached(&announcer->waiting);
	long wait;

	if (!first)
		return;
	wait = rb_entry(first, struct mymacvlan_announce, node)->when - jiffies;
	mod_delayed_work(mymacvlan_wq, &announcer->work,
			 max_t(long, wait,
			       mymacvlan_pace_left(&announcer->pace)));
}

/* @announce waits for its turn in @wait jiffies, or as soon as its pace allows. */
static void mymacvlan_announcer_add(struct mymacvlan_announcer *announcer,
				    struct mymacvlan_announce *announce,
				    unsigned long wait)
{
	mymacvlan_announcer_remove(announcer, announce);
	announce->when = jiffies +
			 max(wait, mymacvlan_pace_left(&announce->pace));
	rb_add_cached(&announce->node, &announcer->waiting,
		      mymacvlan_announce_is_before);
}

/* The next child whose turn it is, or NULL; @asked is set if something is new. */
static struct mymacvlan_child *
mymacvlan_announcer_next(struct mymacvlan_announcer *announcer, bool *asked)
{
	struct mymacvlan_announce *announce = NULL;
	struct rb_node *first;

	spin_lock_bh(&announcer->lock);
	first = rb_first_cached(&announcer->waiting);
	if (first)
		announce = rb_entry(first, struct mymacvlan_announce, node);
	if (announce && time_before(jiffies, announce->when))
		announce = NULL;
	if (announce) {
		*asked = announce->asked;
		announce->asked = false;
		mymacvlan_announcer_remove(announcer, announce);
	}
	spin_unlock_bh(&announcer->lock);
	if (!announce)
		return NULL;
	return container_of(announce, struct mymacvlan_child, announce);
}

/* One child has its turn. Return: false if there is none whose turn it is. */
static bool mymacvlan_announcer_step(struct mymacvlan_announcer *announcer)
{
	struct mymacvlan_child *child;
	u64 start = ktime_get_ns();
	unsigned long wait;
	bool asked;

	child = mymacvlan_announcer_next(announcer, &asked);
	if (!child)
		return false;
	wait = mymacvlan_announce_turn(child, asked);
	spin_lock_bh(&announcer->lock);
	mymacvlan_pace_spent(&child->announce.pace, ktime_get_ns() - start,
			     MYMACVLAN_ANNOUNCE_REST, MYMACVLAN_ANNOUNCE_SPACE);
	/* Meanwhile: mymacvlan_announce() did not know of the new pace. */
	if (child->announce.asked)
		wait = MYMACVLAN_ANNOUNCE_FIRST;
	if (wait)
		mymacvlan_announcer_add(announcer, &child->announce, wait);
	spin_unlock_bh(&announcer->lock);
	return true;
}

static void mymacvlan_announcer_run(struct mymacvlan_announcer *announcer)
{
	u64 spent = 0, start = ktime_get_ns();
	int turns = 0;

	while (turns < MYMACVLAN_ANNOUNCER_BATCH &&
	       spent < MYMACVLAN_ANNOUNCER_BUDGET &&
	       mymacvlan_announcer_step(announcer)) {
		turns++;
		spent = ktime_get_ns() - start;
	}
	spin_lock_bh(&announcer->lock);
	if (turns)
		mymacvlan_pace_spent(&announcer->pace, spent,
				     MYMACVLAN_ANNOUNCER_REST,
				     MYMACVLAN_ANNOUNCER_SPACE);
	mymacvlan_announcer_schedule(announcer);
	spin_unlock_bh(&announcer->lock);
}

/* Who ends the port waits for this under RTNL, so it must not wait for RTNL. */
static void mymacvlan_announcer_work(struct work_struct *work)
{
	struct mymacvlan_announcer *announcer =
		container_of(to_delayed_work(work), struct mymacvlan_announcer,
			     work);

	if (!rtnl_trylock()) {
		queue_delayed_work(mymacvlan_wq, &announcer->work,
				   MYMACVLAN_ANNOUNCER_RETRY);
		return;
	}
	mymacvlan_announcer_run(announcer);
	rtnl_unlock();
}

/**
 * mymacvlan_announcer_init() - a port begins
 * @port: the port
 */
void mymacvlan_announcer_init(struct mymacvlan_port *port)
{
	struct mymacvlan_announcer *announcer = &port->announcer;

	spin_lock_init(&announcer->lock);
	announcer->waiting = RB_ROOT_CACHED;
	INIT_DELAYED_WORK(&announcer->work, mymacvlan_announcer_work);
}

/**
 * mymacvlan_announcer_end() - a port ends
 * @port: the port, without children
 *
 * Context: RTNL, may sleep.
 */
void mymacvlan_announcer_end(struct mymacvlan_port *port)
{
	cancel_delayed_work_sync(&port->announcer.work);
}

/**
 * mymacvlan_announce() - something of a child is new to the network
 * @child: a child that has a port
 *
 * The first call since its last turn decides when the next one is: a child that
 * calls all the time puts nothing off.
 *
 * Context: RTNL; or RCU read side, with the child seen running in it.
 */
void mymacvlan_announce(struct mymacvlan_child *child)
{
	struct mymacvlan_announcer *announcer = &child->port->announcer;
	struct mymacvlan_announce *announce = &child->announce;

	spin_lock_bh(&announcer->lock);
	if (!announce->asked) {
		announce->asked = true;
		mymacvlan_announcer_add(announcer, announce,
					MYMACVLAN_ANNOUNCE_FIRST);
		if (rb_first_cached(&announcer->waiting) == &announce->node)
			mymacvlan_announcer_schedule(announcer);
	}
	spin_unlock_bh(&announcer->lock);
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
 * mymacvlan_announce_follow() - the lower device has announced itself
 * @child: a child, whose stack has done the same
 *
 * What has no address here is behind another port of the switch now, too.
 *
 * Context: RTNL.
 */
void mymacvlan_announce_follow(struct mymacvlan_child *child)
{
	ASSERT_RTNL();
	if (netif_running(mymacvlan_dev(child)) &&
	    !(mymacvlan_announce_look(mymacvlan_dev(child)) &
	      MYMACVLAN_HAS_ADDRESS))
		mymacvlan_announce(child);
}

/**
 * mymacvlan_announce_check() - may the option be set so?
 * @mode: the mode that the child has, or is to have
 * @attr: IFLA_MYMACVLAN_ANNOUNCE, or %NULL
 * @extack: to say what is wrong
 *
 * Anybody who administers the child may set it: it makes the child say nothing
 * that it could not say itself.
 *
 * Return: 0 or -EINVAL.
 */
int mymacvlan_announce_check(unsigned int mode, struct nlattr *attr,
			     struct netlink_ext_ack *extack)
{
	if (!attr || !nla_get_u8(attr) || mode != MYMACVLAN_MODE_PASSTHRU)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "announce is not for mode passthru: the address is the lower device's");
	return -EINVAL;
}

/**
 * mymacvlan_announce_set() - set the option
 * @child: a child of a port
 * @attr: IFLA_MYMACVLAN_ANNOUNCE, or %NULL
 *
 * Context: RTNL.
 */
void mymacvlan_announce_set(struct mymacvlan_child *child, struct nlattr *attr)
{
	bool off;

	ASSERT_RTNL();
	if (!attr)
		return;
	off = !nla_get_u8(attr);
	if (off == child->announce.off)
		return;
	WRITE_ONCE(child->announce.off, off);
	if (!off && netif_running(mymacvlan_dev(child)))
		mymacvlan_announce(child);
}

/**
 * mymacvlan_announce_init() - a child begins, with nothing to announce
 * @child: the child, not registered yet
 */
void mymacvlan_announce_init(struct mymacvlan_child *child)
{
	const struct net *net = dev_net(mymacvlan_lower(child));

	RB_CLEAR_NODE(&child->announce.node);
	child->announce.off = !mymacvlan_sysctl_announce(net);
}

/**
 * mymacvlan_announce_end() - a child ends
 * @child: the child, down for a grace period, or never registered
 *
 * Context: RTNL.
 */
void mymacvlan_announce_end(struct mymacvlan_child *child)
{
	struct mymacvlan_announcer *announcer = &child->port->announcer;

	ASSERT_RTNL();
	spin_lock_bh(&announcer->lock);
	mymacvlan_announcer_remove(announcer, &child->announce);
	spin_unlock_bh(&announcer->lock);
}

/* Of a child that is up; others are looked at when they come up. */
static bool mymacvlan_announce_event(struct net_device *dev, unsigned long event)
{
	if (!mymacvlan_is_child(dev) || !netif_running(dev))
		return false;
	if (event == NETDEV_UP)
		mymacvlan_announce(mymacvlan_child(dev));
	return true;
}

/* All namespaces' addresses. Context: RTNL. */
static int mymacvlan_inetaddr_event(struct notifier_block *nb,
				    unsigned long event, void *ptr)
{
	const struct in_ifaddr *ifa = ptr;

	if (mymacvlan_announce_event(ifa->ifa_dev->dev, event))
		mymacvlan_binding_ip4_event(ifa, event);
	return NOTIFY_DONE;
}

static struct notifier_block mymacvlan_inetaddr_notifier = {
	.notifier_call = mymacvlan_inetaddr_event,
};

#if IS_ENABLED(CONFIG_IPV6)
/* The same, before DAD. Context: RCU read side (an atomic chain), any other lock. */
static int mymacvlan_inet6addr_event(struct notifier_block *nb,
				     unsigned long event, void *ptr)
{
	const struct inet6_ifaddr *ifp = ptr;

	if (mymacvlan_announce_event(ifp->idev->dev, event))
		mymacvlan_binding_ip6_event(ifp, event);
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
