// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of bindings: which child has which IP address. What makes a claim is in
 * learn.c.
 *
 * Frames look here without a lock, and a child that goes on using an address that
 * it has takes none either. What a hostile child can do with its claims:
 *
 *   - An address of the host, or one that the lower device's network does not have
 *     and the host may route for, is claimed in vain: each look-up asks for that.
 *   - An address of a sibling becomes contested: nothing is directed by it for a
 *     while, as if there were no table. The first owner keeps it, until it goes.
 *   - Thousands of addresses: a child has so many claims, and each of its new ones
 *     takes the place of its own oldest. Their memory is charged to who makes them.
 */
#include <linux/if_vlan.h>
#include <linux/inetdevice.h>
#include <linux/jiffies.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/addrconf.h>
#include <net/route.h>
#include "claim.h"
#include "count.h"
#include "msg.h"

static const struct rhashtable_params mymacvlan_binding_params = {
	.key_len = sizeof(struct mymacvlan_binding_key),
	.key_offset = offsetof(struct mymacvlan_binding, key),
	.head_offset = offsetof(struct mymacvlan_binding, node),
	.min_size = 16,
	.automatic_shrinking = true,
};

static struct mymacvlan_bindings *
mymacvlan_bindings_rcu(const struct mymacvlan_port *port)
{
	return rcu_dereference(port->bindings);
}

static struct mymacvlan_bindings *
mymacvlan_bindings_rtnl(const struct mymacvlan_port *port)
{
	return rtnl_dereference(port->bindings);
}

/*
 * May any child have an address?
 */

static bool mymacvlan_is_onlink_ip4_rcu(const struct net_device *dev, __be32 ip)
{
	struct in_device *in_dev = __in_dev_get_rcu(dev);
	const struct in_ifaddr *ifa;

	/* The host has no part in this network: nothing of its own to protect. */
	if (!in_dev || (!rcu_access_pointer(in_dev->ifa_list) &&
			!IN_DEV_FORWARD(in_dev)))
		return true;
	in_dev_for_each_ifa_rcu(ifa, in_dev)
		if (inet_ifa_match(ip, ifa))
			return ip != ifa->ifa_broadcast;
	return false;
}

static bool mymacvlan_may_bind_ip4_rcu(struct net_device *lower,
				       const struct net_device *dev, __be32 ip)
{
	struct net *net = dev_net(lower);

	/* The second one is that of its VRF, if it is in one. */
	if (inet_addr_type(net, ip) == RTN_LOCAL ||
	    inet_addr_type_dev_table(net, dev, ip) == RTN_LOCAL)
		return false;
	return mymacvlan_is_onlink_ip4_rcu(dev, ip);
}

#if IS_ENABLED(CONFIG_IPV6)
static bool mymacvlan_is_onlink_ip6_rcu(const struct net_device *dev,
					const struct in6_addr *ip)
{
	const struct inet6_dev *idev = __in6_dev_get(dev);
	const struct inet6_ifaddr *ifp;
	bool global = false;

	if (!idev || ipv6_addr_type(ip) & IPV6_ADDR_LINKLOCAL)
		return true;
	list_for_each_entry_rcu(ifp, &idev->addr_list, if_list) {
		if (ipv6_addr_type(&ifp->addr) & IPV6_ADDR_LINKLOCAL)
			continue;
		if (ipv6_prefix_equal(ip, &ifp->addr, ifp->prefix_len))
			return true;
		global = true;
	}
	return !global && !READ_ONCE(idev->cnf.forwarding);
}

static bool mymacvlan_may_bind_ip6_rcu(struct net_device *lower,
				       const struct net_device *dev,
				       const struct in6_addr *ip)
{
	/* All of the host's, but of its link-local ones only those of this link. */
	if (ipv6_chk_addr_and_flags(dev_net(lower), ip, dev, false, 0, 0))
		return false;
	/* The subnet's routers, RFC 4291 2.6.1: the host may be one. */
	if (!ip->s6_addr32[2] && !ip->s6_addr32[3])
		return false;
	return mymacvlan_is_onlink_ip6_rcu(dev, ip);
}

static u32 mymacvlan_genid_ip6(const struct net *net)
{
	return rt_genid_ipv6(net);
}

static bool mymacvlan_has_valid_ip6(struct net_device *dev,
				    const struct in6_addr *ip)
{
	return ipv6_chk_addr_and_flags(dev_net(dev), ip, dev, false, 1,
				       IFA_F_TENTATIVE | IFA_F_DADFAILED);
}
#else
static bool mymacvlan_may_bind_ip6_rcu(struct net_device *lower,
				       const struct net_device *dev,
				       const struct in6_addr *ip)
{
	return true;
}

static u32 mymacvlan_genid_ip6(const struct net *net)
{
	return 0;
}

static bool mymacvlan_has_valid_ip6(struct net_device *dev,
				    const struct in6_addr *ip)
{
	return true;
}
#endif

static bool mymacvlan_may_bind_rcu(struct net_device *lower,
				   const struct mymacvlan_binding_key *key)
{
	struct net_device *dev = lower;

	if (key->vlan_id)
		dev = __vlan_find_dev_deep_rcu(lower, key->vlan_proto,
					       ntohs(key->vlan_id));
	/* Nor has the host a part in that VLAN, if it has no device for it. */
	if (!dev || !net_eq(dev_net(dev), dev_net(lower)))
		return true;
	return key->family == AF_INET ?
	       mymacvlan_may_bind_ip4_rcu(lower, dev, key->ip4) :
	       mymacvlan_may_bind_ip6_rcu(lower, dev, &key->ip6);
}

/*
 * As of when is a verdict? The namespace's routes change with its addresses, and
 * with them a number of its; whatever else may matter is looked at once a second.
 */
static u64 mymacvlan_verdict_time(const struct net *net, u32 family)
{
	u32 genid = family == AF_INET ? rt_genid_ipv4(net) :
					mymacvlan_genid_ip6(net);

	return (u64)(genid ^ (u32)net->net_cookie << 16) << 32 |
	       (u32)(jiffies / HZ) << 1;
}

static bool mymacvlan_binding_is_allowed_rcu(struct net_device *lower,
					     struct mymacvlan_binding *binding)
{
	u64 now = mymacvlan_verdict_time(dev_net(lower), binding->key.family);
	u64 verdict = READ_ONCE(binding->verdict);

	if ((verdict & ~1ULL) != now) {
		verdict = now | mymacvlan_may_bind_rcu(lower, &binding->key);
		WRITE_ONCE(binding->verdict, verdict);
	}
	return verdict & 1;
}

/*
 * Looking up
 */

/* An IPv6 address counts when nobody else has been found to have it. */
static bool mymacvlan_claim_is_valid(struct mymacvlan_claim *claim)
{
	const struct mymacvlan_binding_key *key = &claim->binding->key;

	if (key->family == AF_INET || READ_ONCE(claim->valid) ||
	    READ_ONCE(claim->kinds) & MYMACVLAN_CLAIM_SEEN)
		return true;
	if (!mymacvlan_has_valid_ip6(mymacvlan_dev(claim->child), &key->ip6))
		return false;
	WRITE_ONCE(claim->valid, true);
	return true;
}

static bool mymacvlan_binding_is_contested(const struct mymacvlan_binding *binding)
{
	u64 until = READ_ONCE(binding->contested);

	return READ_ONCE(binding->shared) ||
	       (until && time_before64(get_jiffies_64(), until));
}

/**
 * mymacvlan_binding_get_rcu() - whose is an address?
 * @port: the port
 * @key: the address
 * @owner: the child that has it, or had it first; set if the answer is
 *	MYMACVLAN_BOUND_ONE or _CONTESTED
 *
 * Context: RCU read side.
 * Return: see enum mymacvlan_bound.
 */
enum mymacvlan_bound
mymacvlan_binding_get_rcu(const struct mymacvlan_port *port,
			  const struct mymacvlan_binding_key *key,
			  struct mymacvlan_child **owner)
{
	struct mymacvlan_bindings *bindings = mymacvlan_bindings_rcu(port);
	struct mymacvlan_binding *binding;
	struct mymacvlan_claim *claim;

	if (!bindings)
		return MYMACVLAN_BOUND_NONE;
	binding = rhashtable_lookup(&bindings->table, key,
				    mymacvlan_binding_params);
	if (!binding)
		return MYMACVLAN_BOUND_NONE;
	claim = rcu_dereference(binding->owner);
	if (!claim || !mymacvlan_claim_is_valid(claim))
		return MYMACVLAN_BOUND_NONE;
	if (!mymacvlan_binding_is_allowed_rcu(port->lower, binding))
		return MYMACVLAN_BOUND_REFUSED;
	*owner = claim->child;
	return mymacvlan_binding_is_contested(binding) ?
	       MYMACVLAN_BOUND_CONTESTED : MYMACVLAN_BOUND_ONE;
}

/*
 * Claiming
 */

static void mymacvlan_claims_count(struct mymacvlan_claims *claims, u8 kinds,
				   int change)
{
	if (kinds & MYMACVLAN_CLAIM_CONFIGURED)
		claims->configured += change;
	else
		claims->seen += change;
}

static void mymacvlan_claim_end_locked(struct mymacvlan_bindings *bindings,
				       struct mymacvlan_claim *claim)
{
	struct mymacvlan_binding *binding = claim->binding;
	struct mymacvlan_claim *next;

	list_del(&claim->of_binding);
	list_del_rcu(&claim->of_child);
	mymacvlan_claims_count(&claim->child->claims, claim->kinds, -1);
	bindings->count--;
	next = list_first_entry_or_null(&binding->claims, struct mymacvlan_claim,
					of_binding);
	rcu_assign_pointer(binding->owner, next);
	WRITE_ONCE(binding->shared, next && !list_is_singular(&binding->claims));
	if (!next) {
		rhashtable_remove_fast(&bindings->table, &binding->node,
				       mymacvlan_binding_params);
		kfree_rcu(binding, rcu);
	}
	kfree_rcu(claim, rcu);
}

static struct mymacvlan_claim *
mymacvlan_claim_find_locked(const struct mymacvlan_child *child,
			    const struct mymacvlan_binding_key *key)
{
	struct mymacvlan_claim *claim;

	list_for_each_entry(claim, &child->claims.list, of_child)
		if (!memcmp(&claim->binding->key, key, sizeof(*key)))
			return claim;
	return NULL;
}

/* Of those that are only seen, the one that has not been for the longest time. */
static void mymacvlan_claim_end_oldest_locked(struct mymacvlan_bindings *bindings,
					      struct mymacvlan_child *child)
{
	struct mymacvlan_claim *claim, *oldest = NULL;

	list_for_each_entry(claim, &child->claims.list, of_child)
		if (claim->kinds == MYMACVLAN_CLAIM_SEEN &&
		    (!oldest || time_before(READ_ONCE(claim->seen),
					    READ_ONCE(oldest->seen))))
			oldest = claim;
	if (oldest)
		mymacvlan_claim_end_locked(bindings, oldest);
}

static bool mymacvlan_claim_room_locked(struct mymacvlan_bindings *bindings,
					struct mymacvlan_child *child, u8 kind)
{
	if (kind == MYMACVLAN_CLAIM_CONFIGURED)
		return child->claims.configured < MYMACVLAN_CONFIGURED_MAX &&
		       bindings->count < MYMACVLAN_CLAIMS_MAX;
	if (child->claims.seen >= MYMACVLAN_SEEN_MAX)
		mymacvlan_claim_end_oldest_locked(bindings, child);
	return bindings->count < MYMACVLAN_CLAIMS_MAX;
}

/* A new one without claims is freed if nobody claims it: see the caller. */
static struct mymacvlan_binding *
mymacvlan_binding_make_locked(struct mymacvlan_bindings *bindings,
			      const struct mymacvlan_binding_key *key)
{
	struct mymacvlan_binding *binding;

	binding = kzalloc_obj(*binding, GFP_ATOMIC | __GFP_ACCOUNT);
	if (!binding)
		return NULL;
	binding->key = *key;
	INIT_LIST_HEAD(&binding->claims);
	if (!rhashtable_lookup_insert_fast(&bindings->table, &binding->node,
					   mymacvlan_binding_params))
		return binding;
	kfree(binding);
	return NULL;
}

static struct mymacvlan_claim *
mymacvlan_claim_make_locked(struct mymacvlan_bindings *bindings,
			    struct mymacvlan_child *child,
			    const struct mymacvlan_binding_key *key, u8 kind)
{
	struct mymacvlan_binding *binding;
	struct mymacvlan_claim *claim;

	if (!mymacvlan_claim_room_locked(bindings, child, kind))
		return NULL;
	claim = kzalloc_obj(*claim, GFP_ATOMIC | __GFP_ACCOUNT);
	if (!claim)
		return NULL;
	binding = rhashtable_lookup_fast(&bindings->table, key,
					 mymacvlan_binding_params) ?:
		  mymacvlan_binding_make_locked(bindings, key);
	if (!binding) {
		kfree(claim);
		return NULL;
	}
	claim->binding = binding;
	claim->child = child;
	claim->kinds = kind;
	claim->seen = jiffies;
	list_add_tail(&claim->of_binding, &binding->claims);
	list_add_rcu(&claim->of_child, &child->claims.list);
	mymacvlan_claims_count(&child->claims, kind, 1);
	bindings->count++;
	if (!rcu_access_pointer(binding->owner))
		rcu_assign_pointer(binding->owner, claim);
	else
		WRITE_ONCE(binding->shared, true);
	return claim;
}

/* The first one keeps it. */
static void mymacvlan_binding_contest(struct mymacvlan_binding *binding,
				      struct mymacvlan_child *child,
				      const struct mymacvlan_child *owner)
{
	const struct mymacvlan_binding_key *key = &binding->key;
	bool news = !mymacvlan_binding_is_contested(binding);

	WRITE_ONCE(binding->contested,
		   get_jiffies_64() + MYMACVLAN_CONTESTED_SECONDS * HZ);
	mymacvlan_count_drop(child, MYMACVLAN_BINDING_CONTESTED);
	if (!news)
		return;
	if (key->family == AF_INET)
		mymacvlan_log(netdev_warn, child->port, mymacvlan_dev(child),
			      "IP address %pI4 belongs to %pM, and %pM uses it\n",
			      &key->ip4, mymacvlan_dev(owner)->dev_addr,
			      mymacvlan_dev(child)->dev_addr);
	else
		mymacvlan_log(netdev_warn, child->port, mymacvlan_dev(child),
			      "IP address %pI6c belongs to %pM, and %pM uses it\n",
			      &key->ip6, mymacvlan_dev(owner)->dev_addr,
			      mymacvlan_dev(child)->dev_addr);
}

/* Nothing, if it is another child's. */
static void mymacvlan_claim_see_locked(struct mymacvlan_bindings *bindings,
				       struct mymacvlan_child *child,
				       const struct mymacvlan_binding_key *key)
{
	struct mymacvlan_claim *claim = mymacvlan_claim_find_locked(child, key);
	struct mymacvlan_binding *binding;
	struct mymacvlan_claim *owner;

	if (!child->claims.open)
		return;
	if (claim) {
		/* It stays one of those that are configured, if it is. */
		WRITE_ONCE(claim->kinds, claim->kinds | MYMACVLAN_CLAIM_SEEN);
		WRITE_ONCE(claim->seen, jiffies);
		return;
	}
	while ((binding = rhashtable_lookup_fast(&bindings->table, key,
						 mymacvlan_binding_params))) {
		owner = rcu_dereference_protected(binding->owner,
						  lockdep_is_held(&bindings->lock));
		if (mymacvlan_claim_is_valid(owner)) {
			mymacvlan_binding_contest(binding, child, owner->child);
			return;
		}
		/* Its own namespace knows that it must not use it. */
		mymacvlan_claim_end_locked(bindings, owner);
	}
	mymacvlan_claim_make_locked(bindings, child, key, MYMACVLAN_CLAIM_SEEN);
}

/* Whoever sends with ever new addresses would hold the lock for good. */
static bool mymacvlan_claims_may_grow(struct mymacvlan_claims *claims)
{
	unsigned int now = jiffies / HZ, new = READ_ONCE(claims->new);

	if (READ_ONCE(claims->second) != now) {
		WRITE_ONCE(claims->second, now);
		new = 0;
	}
	WRITE_ONCE(claims->new, new + 1);
	return new < MYMACVLAN_CLAIMS_PER_SECOND;
}

/**
 * mymacvlan_binding_seen_rcu() - a child has sent with an address
 * @child: the child
 * @key: the address, one that a machine may have
 *
 * Context: RCU read side, BHs disabled.
 */
void mymacvlan_binding_seen_rcu(struct mymacvlan_child *child,
				const struct mymacvlan_binding_key *key)
{
	struct mymacvlan_bindings *bindings = mymacvlan_bindings_rcu(child->port);
	struct mymacvlan_binding *binding;
	unsigned long now = jiffies;
	struct mymacvlan_claim *claim;

	if (!bindings)
		return;
	binding = rhashtable_lookup(&bindings->table, key,
				    mymacvlan_binding_params);
	claim = binding ? rcu_dereference(binding->owner) : NULL;
	if (claim && claim->child == child &&
	    READ_ONCE(claim->kinds) & MYMACVLAN_CLAIM_SEEN) {
		if (READ_ONCE(claim->seen) != now)
			WRITE_ONCE(claim->seen, now);
		return;
	}
	if (claim && claim->child != child && mymacvlan_claim_is_valid(claim)) {
		mymacvlan_binding_contest(binding, child, claim->child);
		return;
	}
	if (!mymacvlan_claims_may_grow(&child->claims)) {
		mymacvlan_count_drop(child, MYMACVLAN_BINDING_LIMITED);
		return;
	}
	spin_lock_bh(&bindings->lock);
	mymacvlan_claim_see_locked(bindings, child, key);
	spin_unlock_bh(&bindings->lock);
}

static void mymacvlan_claim_configure_locked(struct mymacvlan_bindings *bindings,
					     struct mymacvlan_child *child,
					     const struct mymacvlan_binding_key *key)
{
	struct mymacvlan_claim *claim = mymacvlan_claim_find_locked(child, key);

	if (!child->claims.open)
		return;
	if (!claim) {
		if (!mymacvlan_claim_make_locked(bindings, child, key,
						 MYMACVLAN_CLAIM_CONFIGURED))
			mymacvlan_count_drop(child, MYMACVLAN_BINDING_LIMITED);
		return;
	}
	mymacvlan_claims_count(&child->claims, claim->kinds, -1);
	WRITE_ONCE(claim->kinds, claim->kinds | MYMACVLAN_CLAIM_CONFIGURED);
	mymacvlan_claims_count(&child->claims, claim->kinds, 1);
}

/**
 * mymacvlan_binding_configure() - a child's device has got an address, or lost it
 * @child: the child
 * @key: the address
 * @on: it has got it
 *
 * An address that is taken away is no longer the child's because it was seen to
 * send with it, either.
 *
 * Context: any but hard interrupts; does not sleep.
 */
void mymacvlan_binding_configure(struct mymacvlan_child *child,
				 const struct mymacvlan_binding_key *key,
				 bool on)
{
	struct mymacvlan_bindings *bindings;
	struct mymacvlan_claim *claim;

	rcu_read_lock();
	bindings = mymacvlan_bindings_rcu(child->port);
	if (!bindings)
		goto unlock;
	spin_lock_bh(&bindings->lock);
	if (on) {
		mymacvlan_claim_configure_locked(bindings, child, key);
	} else {
		claim = mymacvlan_claim_find_locked(child, key);
		if (claim)
			mymacvlan_claim_end_locked(bindings, claim);
	}
	spin_unlock_bh(&bindings->lock);
unlock:
	rcu_read_unlock();
}

/*
 * A child's part
 */

static void mymacvlan_claims_open(struct mymacvlan_bindings *bindings,
				  struct mymacvlan_child *child)
{
	spin_lock_bh(&bindings->lock);
	child->claims.open = true;
	spin_unlock_bh(&bindings->lock);
}

static void mymacvlan_claims_close(struct mymacvlan_bindings *bindings,
				   struct mymacvlan_child *child)
{
	struct mymacvlan_claim *claim, *next;

	spin_lock_bh(&bindings->lock);
	child->claims.open = false;
	list_for_each_entry_safe(claim, next, &child->claims.list, of_child)
		mymacvlan_claim_end_locked(bindings, claim);
	spin_unlock_bh(&bindings->lock);
}

/**
 * mymacvlan_bindings_start() - a child comes up, or has a new MAC address
 * @child: the child, without claims
 *
 * Context: RTNL.
 */
void mymacvlan_bindings_start(struct mymacvlan_child *child)
{
	struct mymacvlan_bindings *bindings = mymacvlan_bindings_rtnl(child->port);

	if (!bindings)
		return;
	mymacvlan_claims_open(bindings, child);
	mymacvlan_binding_read(child);
}

/**
 * mymacvlan_bindings_stop() - a child goes down: it has no address any more
 * @child: the child
 *
 * Context: RTNL.
 */
void mymacvlan_bindings_stop(struct mymacvlan_child *child)
{
	struct mymacvlan_bindings *bindings = mymacvlan_bindings_rtnl(child->port);

	if (bindings)
		mymacvlan_claims_close(bindings, child);
}

/*
 * A port's part
 */

static struct mymacvlan_bindings *mymacvlan_bindings_alloc(void)
{
	struct mymacvlan_bindings *bindings = kzalloc_obj(*bindings);

	if (!bindings)
		return NULL;
	spin_lock_init(&bindings->lock);
	if (rhashtable_init(&bindings->table, &mymacvlan_binding_params)) {
		kfree(bindings);
		return NULL;
	}
	return bindings;
}

/**
 * mymacvlan_bindings_get() - somebody needs a port's table
 * @port: the port
 *
 * Children that are up have at once what is configured on their devices.
 *
 * Context: RTNL, may sleep.
 * Return: 0 or -ENOMEM.
 */
int mymacvlan_bindings_get(struct mymacvlan_port *port)
{
	struct mymacvlan_bindings *bindings = mymacvlan_bindings_rtnl(port);
	struct mymacvlan_child *child;

	ASSERT_RTNL();
	if (bindings) {
		bindings->users++;
		return 0;
	}
	bindings = mymacvlan_bindings_alloc();
	if (!bindings)
		return -ENOMEM;
	bindings->users = 1;
	rcu_assign_pointer(port->bindings, bindings);
	list_for_each_entry(child, &port->children, port_link) {
		mymacvlan_xmit_update(child);
		if (netif_running(mymacvlan_dev(child)))
			mymacvlan_bindings_start(child);
	}
	return 0;
}

/**
 * mymacvlan_bindings_put() - undo mymacvlan_bindings_get()
 * @port: the port
 *
 * With the last user the table goes. All children's claims end; who has found the
 * table before it was taken off the port finds the children closed, and is gone
 * after a grace period.
 *
 * Context: RTNL, may sleep.
 */
void mymacvlan_bindings_put(struct mymacvlan_port *port)
{
	struct mymacvlan_bindings *bindings = mymacvlan_bindings_rtnl(port);
	struct mymacvlan_child *child;

	ASSERT_RTNL();
	if (--bindings->users)
		return;
	RCU_INIT_POINTER(port->bindings, NULL);
	list_for_each_entry(child, &port->children, port_link) {
		mymacvlan_claims_close(bindings, child);
		mymacvlan_xmit_update(child);
	}
	synchronize_net();
	rhashtable_destroy(&bindings->table);
	kfree(bindings);
}
