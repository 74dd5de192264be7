// SPDX-License-Identifier: GPL-2.0-only
/* What an administrator is shown of a child's IP addresses. */
#include <linux/jiffies.h>
#include <net/netlink.h>
#include "claim.h"
#include "mymacvlan.h"

static int mymacvlan_put_address(struct sk_buff *skb,
				 const struct mymacvlan_binding_key *key)
{
	if (key->family == AF_INET)
		return nla_put_in_addr(skb, MYMACVLAN_A_BINDING_IP, key->ip4);
	return nla_put_in6_addr(skb, MYMACVLAN_A_BINDING_IP, &key->ip6);
}

static int mymacvlan_put_claim(struct sk_buff *skb, struct mymacvlan_claim *claim)
{
	struct mymacvlan_binding *binding = claim->binding;
	const struct mymacvlan_binding_key *key = &binding->key;
	const struct mymacvlan_claim *owner = rcu_dereference(binding->owner);
	u8 known = READ_ONCE(claim->known) & ~MYMACVLAN_KNOWN_LISTED;
	u8 state;

	state = mymacvlan_binding_state_rcu(mymacvlan_lower(claim->child), binding,
					    owner);
	/* It is somebody else's. */
	if (state == MYMACVLAN_BOUND_ONE && owner != claim)
		state = MYMACVLAN_BOUND_NONE;
	if (mymacvlan_put_address(skb, key))
		return -EMSGSIZE;
	if (key->vlan_id &&
	    (nla_put_be16(skb, MYMACVLAN_A_VLAN_PROTO, key->vlan_proto) ||
	     nla_put_u16(skb, MYMACVLAN_A_VLAN_ID, ntohs(key->vlan_id))))
		return -EMSGSIZE;
	if (known & MYMACVLAN_KNOWN_SEEN &&
	    nla_put_u32(skb, MYMACVLAN_A_BINDING_AGE,
			(jiffies - READ_ONCE(claim->seen)) / HZ))
		return -EMSGSIZE;
	return nla_put_u8(skb, MYMACVLAN_A_BINDING_KNOWN, known) ?:
	       nla_put_u8(skb, MYMACVLAN_A_BINDING_STATE, state);
}

/**
 * mymacvlan_put_binding() - tell the next one of a child's addresses
 * @skb: message to add it to
 * @child: the child
 * @last: the claim that was told last, 0 at first; this one's then
 *
 * Context: RCU read side.
 * Return: 0; -EMSGSIZE with a part of it in the message; -ENOENT if there is none.
 */
int mymacvlan_put_binding(struct sk_buff *skb, const struct mymacvlan_child *child,
			  u64 *last)
{
	struct mymacvlan_claim *claim;
	int err;

	list_for_each_entry_rcu(claim, &child->claims.list, of_child) {
		if (claim->id <= *last)
			continue;
		err = mymacvlan_put_claim(skb, claim);
		if (!err)
			*last = claim->id;
		return err;
	}
	return -ENOENT;
}
