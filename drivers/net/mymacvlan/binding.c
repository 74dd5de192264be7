// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of bindings: which child has which IP address. What makes a claim is in
 * learn.c.
 *
 * Frames look here without a lock, and a child that goes on using an address that
 * it has takes none either. What a hostile child can do with its claims:
 *
 *   - An address of the host is claimed in vain, and so is one that the lower
 *     device's network does not have and the host may route for, unless the host
 *     allows it: each look-up asks for that.
 *   - An address of a sibling becomes contested: nothing is directed by it for a
 *     while, as if there were no table. The first owner keeps it, until it goes. If
 *     the host has allowed it to the sibling, nothing becomes of the claim at all.
 *   - Thousands of addresses: a child has so many claims, and each of its new ones
 *     takes the place of its own oldest. Their memory is charged to who makes them.
 */
#include <linux/jiffies.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "allow.h"
#include "arp.h"
#include "claim.h"
#include "count.h"
#include "deliver.h"
#include "duplicate.h"
#include "msg.h"
#include "pin.h"

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
 * Looking up
 */

/*
 * Of an IPv6 address that is only on a device it depends on what the device says of it
 * now. What is being torn down has nothing any more.
 * @but: IFA_F_* bits of addresses that do not count
 */
static bool mymacvlan_claim_holds(const struct mymacvlan_claim *claim, u32 but)
{
	const struct mymacvlan_binding_key *key = &claim->binding->key;
	u8 known = READ_ONCE(claim->known);

	if (mymacvlan_has_dying_netns(claim->child))
		return false;
	return key->family == AF_INET ||
	       known & (MYMACVLAN_KNOWN_SEEN | MYMACVLAN_KNOWN_LISTED) ||
	       mymacvlan_has_ip6(claim->child, &key->ip6, but);
}

/* An address counts when nobody else has been found to have it. */
static bool mymacvlan_claim_is_valid(const struct mymacvlan_claim *claim)
{
	return mymacvlan_claim_holds(claim, IFA_F_TENTATIVE | IFA_F_DADFAILED);
}

static bool mymacvlan_claim_is_given(const struct mymacvlan_claim *claim)
{
	return READ_ONCE(claim->known) & MYMACVLAN_KNOWN_GIVEN;
}

static bool mymacvlan_binding_is_contested(const struct mymacvlan_binding *binding)
{
	u64 until = READ_ONCE(binding->contested);

	return READ_ONCE(binding->shared) ||
	       (until && time_before64(get_jiffies_64(), until));
}

/**
 * mymacvlan_binding_state_rcu() - what is an address to those who look for it?
 * @lower: the lower device of the port
 * @binding: the address
 * @owner: its owner, or %NULL
 *
 * Context: RCU read side.
 * Return: see enum mymacvlan_bound.
 */
enum mymacvlan_bound
mymacvlan_binding_state_rcu(struct net_device *lower,
			    struct mymacvlan_binding *binding,
			    const struct mymacvlan_claim *owner)
{
	if (!owner || !mymacvlan_claim_is_valid(owner))
		return MYMACVLAN_BOUND_NONE;
	if (!mymacvlan_binding_is_allowed_rcu(lower, binding,
					      mymacvlan_claim_is_given(owner)))
		return MYMACVLAN_BOUND_REFUSED;
	return mymacvlan_binding_is_contested(binding) ?
	       MYMACVLAN_BOUND_CONTESTED : MYMACVLAN_BOUND_ONE;
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
	const struct mymacvlan_claim *claim;

	if (!bindings)
		return MYMACVLAN_BOUND_NONE;
	binding = rhashtable_lookup(&bindings->table, key,
				    mymacvlan_binding_params);
	if (!binding)
		return MYMACVLAN_BOUND_NONE;
	claim = rcu_dereference(binding->owner);
	if (claim)
		*owner = claim->child;
	return mymacvlan_binding_state_rcu(port->lower, binding, claim);
}

/*
 * Who claims an address that another one has without having said so hears of it alone
 * until then: so the other one is asked, too, at first and then now and again. Nobody
 * need ask about what the host has given.
 */
static bool mymacvlan_binding_is_known_to_all(const struct mymacvlan_binding *binding,
					      const struct mymacvlan_claim *owner,
					      u32 now)
{
	u32 asked = READ_ONCE(binding->asked);

	return (owner && mymacvlan_claim_is_given(owner)) ||
	       (asked && now - asked < MYMACVLAN_ASK_ALL_SECONDS);
}

/**
 * mymacvlan_binding_target_rcu() - who need hear that somebody looks for an address?
 * @port: the port
 * @key: the address
 * @all: everybody hears it anyway
 *
 * Context: RCU read side.
 * Return: the one child that has it, or %NULL: everybody, and is told.
 */
struct mymacvlan_child *
mymacvlan_binding_target_rcu(const struct mymacvlan_port *port,
			     const struct mymacvlan_binding_key *key, bool all)
{
	struct mymacvlan_bindings *bindings = mymacvlan_bindings_rcu(port);
	const struct mymacvlan_claim *owner;
	struct mymacvlan_binding *binding;
	u32 now = jiffies / HZ ?: 1;

	binding = bindings ? rhashtable_lookup(&bindings->table, key,
					       mymacvlan_binding_params) : NULL;
	if (!binding)
		return NULL;
	owner = rcu_dereference(binding->owner);
	if (all || !mymacvlan_binding_is_known_to_all(binding, owner, now)) {
		WRITE_ONCE(binding->asked, now);
		return NULL;
	}
	return mymacvlan_binding_state_rcu(port->lower, binding, owner) ==
	       MYMACVLAN_BOUND_ONE ? owner->child : NULL;
}

/**
 * mymacvlan_has_silent_rcu() - may a guest have an address that is not known?
 * @port: the port
 *
 * Context: RCU read side.
 * Return: true if there is a tap of whose addresses nothing is known yet.
 */
bool mymacvlan_has_silent_rcu(const struct mymacvlan_port *port)
{
	const struct mymacvlan_bindings *bindings = mymacvlan_bindings_rcu(port);

	return bindings && READ_ONCE(bindings->silent);
}

/*
 * Claiming
 */

static bool mymacvlan_is_only_seen(u8 known)
{
	return !(known & (MYMACVLAN_KNOWN_CONFIGURED | MYMACVLAN_KNOWN_LISTED));
}

static void mymacvlan_claims_count(const struct mymacvlan_claim *claim, int change)
{
	const struct mymacvlan_binding_key *key = &claim->binding->key;
	struct mymacvlan_claims *claims = &claim->child->claims;

	if (mymacvlan_is_only_seen(claim->known))
		claims->seen += change;
	else
		claims->configured += change;
	if (claim->known & MYMACVLAN_KNOWN_SEEN && key->family == AF_INET &&
	    !key->vlan_id)
		claims->spoken += change;
}

/* After each change of what a child claims. */
static void mymacvlan_claims_settle_locked(struct mymacvlan_bindings *bindings,
					   struct mymacvlan_child *child)
{
	struct mymacvlan_claims *claims = &child->claims;
	bool silent = child->tap && claims->open && !claims->spoken;

	WRITE_ONCE(bindings->silent, bindings->silent + silent - claims->silent);
	claims->silent = silent;
}

/* After each change of who claims an address. */
static void mymacvlan_binding_settle_locked(struct mymacvlan_binding *binding)
{
	struct mymacvlan_claim *claim, *owner = NULL;
	unsigned int equals = 0;

	list_for_each_entry(claim, &binding->claims, of_binding) {
		if (!owner || mymacvlan_claim_is_given(claim) >
			      mymacvlan_claim_is_given(owner)) {
			owner = claim;
			equals = 0;
		}
		equals += mymacvlan_claim_is_given(claim) ==
			  mymacvlan_claim_is_given(owner);
	}
	rcu_assign_pointer(binding->owner, owner);
	WRITE_ONCE(binding->shared, equals > 1);
}

static void mymacvlan_claim_end_locked(struct mymacvlan_bindings *bindings,
				       struct mymacvlan_claim *claim)
{
	struct mymacvlan_binding *binding = claim->binding;

	list_del(&claim->of_binding);
	list_del_rcu(&claim->of_child);
	mymacvlan_claims_count(claim, -1);
	bindings->count--;
	mymacvlan_binding_settle_locked(binding);
	if (list_empty(&binding->claims)) {
		rhashtable_remove_fast(&bindings->table, &binding->node,
				       mymacvlan_binding_params);
		kfree_rcu(binding, rcu);
	}
	mymacvlan_claims_settle_locked(bindings, claim->child);
	kfree_rcu(claim, rcu);
}

static struct mymacvlan_claim *
mymacvlan_claim_find_locked(struct mymacvlan_bindings *bindings,
			    const struct mymacvlan_child *child,
			    const struct mymacvlan_binding_key *key)
{
	struct mymacvlan_binding *binding;
	struct mymacvlan_claim *claim;

	binding = rhashtable_lookup_fast(&bindings->table, key,
					 mymacvlan_binding_params);
	if (!binding)
		return NULL;
	list_for_each_entry(claim, &binding->claims, of_binding)
		if (claim->child == child)
			return claim;
	return NULL;
}

/* Of those that are only seen, the one that has not been for the longest time. */
static void mymacvlan_claim_end_oldest_locked(struct mymacvlan_bindings *bindings,
					      struct mymacvlan_child *child)
{
	struct mymacvlan_claim *claim, *oldest = NULL;

	list_for_each_entry(claim, &child->claims.list, of_child)
		if (mymacvlan_is_only_seen(claim->known) &&
		    (!oldest || time_before(READ_ONCE(claim->seen),
					    READ_ONCE(oldest->seen))))
			oldest = claim;
	if (oldest)
		mymacvlan_claim_end_locked(bindings, oldest);
}

static bool mymacvlan_claim_room_locked(struct mymacvlan_bindings *bindings,
					struct mymacvlan_child *child, u8 known)
{
	if (!mymacvlan_is_only_seen(known))
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

static bool mymacvlan_is_given_rcu(const struct mymacvlan_child *child,
				   const struct mymacvlan_binding_key *key)
{
	return key->family == AF_INET ? mymacvlan_allows_ipv4_rcu(child, key->ip4) :
					mymacvlan_allows_ipv6_rcu(child, &key->ip6);
}

/* Of a child that is pinned to its addresses none but those is ever bound. */
static bool mymacvlan_may_claim_rcu(const struct mymacvlan_child *child,
				    const struct mymacvlan_binding_key *key)
{
	if (READ_ONCE(child->pin) < MYMACVLAN_PIN_IP || mymacvlan_is_given_rcu(child, key))
		return true;
	return key->family == AF_INET6 && mymacvlan_pin_is_link_local(child, &key->ip6);
}

static struct mymacvlan_claim *
mymacvlan_claim_make_locked(struct mymacvlan_bindings *bindings,
			    struct mymacvlan_child *child,
			    const struct mymacvlan_binding_key *key, u8 known)
{
	struct mymacvlan_binding *binding;
	struct mymacvlan_claim *claim;

	if (mymacvlan_is_given_rcu(child, key))
		known |= MYMACVLAN_KNOWN_GIVEN;
	if (!mymacvlan_claim_room_locked(bindings, child, known))
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
	claim->id = ++bindings->last_id;
	claim->known = known;
	claim->seen = jiffies;
	list_add_tail(&claim->of_binding, &binding->claims);
	list_add_tail_rcu(&claim->of_child, &child->claims.list);
	mymacvlan_claims_count(claim, 1);
	bindings->count++;
	mymacvlan_binding_settle_locked(binding);
	mymacvlan_claims_settle_locked(bindings, child);
	return claim;
}

static void mymacvlan_claim_set_known_locked(struct mymacvlan_bindings *bindings,
					     struct mymacvlan_claim *claim, u8 known)
{
	mymacvlan_claims_count(claim, -1);
	WRITE_ONCE(claim->known, known);
	mymacvlan_claims_count(claim, 1);
	mymacvlan_claims_settle_locked(bindings, claim->child);
}

/* Of each address by itself: a second one is not to be hidden by a first. */
static void mymacvlan_binding_tell(struct mymacvlan_binding *binding,
				   const struct mymacvlan_child *child,
				   const struct mymacvlan_child *owner)
{
	const struct mymacvlan_binding_key *key = &binding->key;
	const u8 *addr = mymacvlan_dev(child)->dev_addr;
	const u8 *first = mymacvlan_dev(owner)->dev_addr;

	if (!mymacvlan_is_time_to_tell(&binding->told))
		return;
	if (key->family == AF_INET)
		mymacvlan_log(netdev_warn, child->port, mymacvlan_dev(child),
			      "IP address %pI4 belongs to %pM, and %pM uses it\n",
			      &key->ip4, first, addr);
	else
		mymacvlan_log(netdev_warn, child->port, mymacvlan_dev(child),
			      "IP address %pI6c belongs to %pM, and %pM uses it\n",
			      &key->ip6, first, addr);
}

/* The first one keeps it; and nothing is contested that the host has given. */
static void mymacvlan_binding_contest(struct mymacvlan_binding *binding,
				      struct mymacvlan_child *child,
				      const struct mymacvlan_claim *owner)
{
	mymacvlan_count_drop(child, MYMACVLAN_BINDING_CONTESTED);
	if (!mymacvlan_claim_is_given(owner) ||
	    mymacvlan_is_given_rcu(child, &binding->key))
		WRITE_ONCE(binding->contested, get_jiffies_64() +
			   MYMACVLAN_CONTESTED_SECONDS * HZ);
	mymacvlan_binding_tell(binding, child, owner->child);
}

/* Has another child got the better claim? */
static bool mymacvlan_claim_stands(const struct mymacvlan_claim *claim,
				   const struct mymacvlan_child *child)
{
	return claim->child != child && mymacvlan_claim_is_valid(claim) &&
	       (mymacvlan_claim_is_given(claim) ||
		!mymacvlan_is_given_rcu(child, &claim->binding->key));
}

/**
 * mymacvlan_binding_doubt_rcu() - a child says that an address has another MAC address
 * @child: the child
 * @key: the address
 *
 * Somebody behind it may have the address, which is no claim of the child's own; but
 * another child that claims it does not have it alone.
 *
 * Context: RCU read side, BHs disabled.
 */
void mymacvlan_binding_doubt_rcu(struct mymacvlan_child *child,
				 const struct mymacvlan_binding_key *key)
{
	struct mymacvlan_bindings *bindings = mymacvlan_bindings_rcu(child->port);
	const struct mymacvlan_claim *owner;
	struct mymacvlan_binding *binding;

	mymacvlan_arp_forget_rcu(child->port, key);
	binding = bindings ? rhashtable_lookup(&bindings->table, key,
					       mymacvlan_binding_params) : NULL;
	owner = binding ? rcu_dereference(binding->owner) : NULL;
	if (owner && mymacvlan_claim_stands(owner, child))
		mymacvlan_binding_contest(binding, child, owner);
}

/* Nothing, if it is another child's. */
static void mymacvlan_claim_see_locked(struct mymacvlan_bindings *bindings,
				       struct mymacvlan_child *child,
				       const struct mymacvlan_binding_key *key)
{
	struct mymacvlan_claim *claim, *owner;
	struct mymacvlan_binding *binding;

	if (!child->claims.open || !mymacvlan_may_claim_rcu(child, key))
		return;
	claim = mymacvlan_claim_find_locked(bindings, child, key);
	if (claim) {
		mymacvlan_claim_set_known_locked(bindings, claim, claim->known |
						 MYMACVLAN_KNOWN_SEEN);
		WRITE_ONCE(claim->seen, jiffies);
		return;
	}
	while ((binding = rhashtable_lookup_fast(&bindings->table, key,
						 mymacvlan_binding_params))) {
		owner = rcu_dereference_protected(binding->owner,
						  lockdep_is_held(&bindings->lock));
		if (mymacvlan_claim_stands(owner, child)) {
			mymacvlan_binding_contest(binding, child, owner);
			return;
		}
		/* Who is still asking around may turn out to have it. */
		if (mymacvlan_claim_holds(owner, IFA_F_DADFAILED))
			break;
		/* Its own namespace knows that it must not use it. */
		mymacvlan_claim_end_locked(bindings, owner);
	}
	if (!mymacvlan_claim_make_locked(bindings, child, key, MYMACVLAN_KNOWN_SEEN))
		mymacvlan_count_drop(child, MYMACVLAN_BINDING_LIMITED);
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
	    READ_ONCE(claim->known) & MYMACVLAN_KNOWN_SEEN) {
		if (READ_ONCE(claim->seen) != now)
			WRITE_ONCE(claim->seen, now);
		return;
	}
	mymacvlan_arp_forget_rcu(child->port, key);
	if (claim && mymacvlan_claim_stands(claim, child)) {
		mymacvlan_binding_contest(binding, child, claim);
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

static void mymacvlan_claim_know_locked(struct mymacvlan_bindings *bindings,
					struct mymacvlan_child *child,
					const struct mymacvlan_binding_key *key,
					u8 known)
{
	struct mymacvlan_claim *claim;

	if (!child->claims.open || !mymacvlan_may_claim_rcu(child, key))
		return;
	claim = mymacvlan_claim_find_locked(bindings, child, key);
	/* One that is only seen stays so where there is no room for another one. */
	if (claim && (!mymacvlan_is_only_seen(claim->known) ||
		      mymacvlan_claim_room_locked(bindings, child, known)))
		mymacvlan_claim_set_known_locked(bindings, claim,
						 claim->known | known);
	else if (claim || !mymacvlan_claim_make_locked(bindings, child, key, known))
		mymacvlan_count_drop(child, MYMACVLAN_BINDING_LIMITED);
}

/**
 * mymacvlan_binding_know() - a child has an address without having sent with it
 * @child: a child whose port cannot end meanwhile
 * @key: the address
 * @known: MYMACVLAN_KNOWN_CONFIGURED or _LISTED
 *
 * Context: any but hard interrupts; does not sleep.
 */
void mymacvlan_binding_know(struct mymacvlan_child *child,
			    const struct mymacvlan_binding_key *key, u8 known)
{
	struct mymacvlan_bindings *bindings;

	rcu_read_lock();
	bindings = mymacvlan_bindings_rcu(child->port);
	if (bindings) {
		mymacvlan_arp_forget_rcu(child->port, key);
		spin_lock_bh(&bindings->lock);
		mymacvlan_claim_know_locked(bindings, child, key, known);
		spin_unlock_bh(&bindings->lock);
	}
	rcu_read_unlock();
}

/**
 * mymacvlan_binding_forget() - a child's device has lost an address
 * @child: a child whose port cannot end meanwhile
 * @key: the address
 *
 * It is no longer the child's because it was seen to send with it, either.
 *
 * Context: any but hard interrupts; does not sleep.
 */
void mymacvlan_binding_forget(struct mymacvlan_child *child,
			      const struct mymacvlan_binding_key *key)
{
	struct mymacvlan_bindings *bindings;
	struct mymacvlan_claim *claim;

	rcu_read_lock();
	bindings = mymacvlan_bindings_rcu(child->port);
	if (!bindings)
		goto unlock;
	spin_lock_bh(&bindings->lock);
	claim = mymacvlan_claim_find_locked(bindings, child, key);
	if (claim && claim->known & MYMACVLAN_KNOWN_LISTED)
		mymacvlan_claim_set_known_locked(bindings, claim,
						 MYMACVLAN_KNOWN_LISTED |
						 MYMACVLAN_KNOWN_GIVEN);
	else if (claim)
		mymacvlan_claim_end_locked(bindings, claim);
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
	mymacvlan_claims_settle_locked(bindings, child);
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
	mymacvlan_claims_settle_locked(bindings, child);
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

/**
 * mymacvlan_bindings_renew() - what a child may claim has changed, or its MAC address
 * @child: the child
 *
 * Its neighbours know its IP addresses by the old MAC address.
 *
 * Context: RTNL.
 */
void mymacvlan_bindings_renew(struct mymacvlan_child *child)
{
	if (!child->claims.open)
		return;
	mymacvlan_bindings_stop(child);
	mymacvlan_bindings_start(child);
}

/*
 * A port's part
 */

static struct mymacvlan_bindings *mymacvlan_bindings_alloc(void)
{
	struct mymacvlan_bindings *bindings = kzalloc_obj(*bindings, GFP_KERNEL_ACCOUNT);

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
