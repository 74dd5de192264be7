/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who has chosen a child's MAC address, and who may choose for the host.
 *
 * An address is "vouched for" when somebody who is trusted with the lower device
 * gave it to the child (see identity.c); any other is the child's own choice. A
 * child remembers the one address that is vouched for: it may take others, and
 * comes back to it, without anybody having to look. What the host allows it besides is
 * never its own.
 */
#ifndef _MYMACVLAN_IDENTITY_H
#define _MYMACVLAN_IDENTITY_H

#include "allow_mac.h"
#include "mymacvlan.h"

/* 00:00:5e:00:01:XX and 00:00:5e:00:02:XX as keys, see mymacvlan_key(). */
#define MYMACVLAN_VRRP_MASK	0x00ffffffffff0000ULL
#define MYMACVLAN_VRRP_IPV4	0x0001005e00000000ULL
#define MYMACVLAN_VRRP_IPV6	0x0002005e00000000ULL

/**
 * mymacvlan_addr_is_vouched() - is this address vouched for as this child's?
 * @child: a child
 * @key: the address that it has, or that a frame has, see mymacvlan_key()
 *
 * To be asked with the key by which the frame was found, never with the device's
 * address, which may have changed meanwhile.
 *
 * Those that the host allows it besides its own (allow_mac.h) are.
 *
 * Context: RTNL, or RCU read side, also one that is made of disabled BHs only.
 * Return: true if so. On 32-bit processors a reader may meet halves of two
 *	addresses while the host replaces one that it vouched for by another.
 */
static inline bool mymacvlan_addr_is_vouched(const struct mymacvlan_child *child,
					     u64 key)
{
	return READ_ONCE(child->vouched_key) == key ||
	       mymacvlan_allows_mac_rcu(child, key);
}

/**
 * mymacvlan_addr_is_shared() - do other machines send with this address, too?
 * @key: an address, see mymacvlan_key()
 *
 * Context: any.
 * Return: true for a virtual router's address (VRRP, RFC 9568).
 */
static inline bool mymacvlan_addr_is_shared(u64 key)
{
	key &= MYMACVLAN_VRRP_MASK;
	return key == MYMACVLAN_VRRP_IPV4 || key == MYMACVLAN_VRRP_IPV6;
}

/**
 * mymacvlan_addr_is_trusted() - does a frame with this source come from the child?
 * @child: the child that has the address
 * @key: the address, see mymacvlan_key()
 *
 * Context: as mymacvlan_addr_is_vouched().
 * Return: true if the address is vouched for and no other machine shares it.
 */
static inline bool mymacvlan_addr_is_trusted(const struct mymacvlan_child *child,
					     u64 key)
{
	return mymacvlan_addr_is_vouched(child, key) &&
	       !mymacvlan_addr_is_shared(key);
}

/* identity.c */
bool mymacvlan_is_host(const struct net_device *lower);
bool mymacvlan_may_vouch(const struct mymacvlan_child *child);
void mymacvlan_identity_new(struct mymacvlan_child *child);
void mymacvlan_identity_upper(struct mymacvlan_child *child,
			      const struct netdev_notifier_changeupper_info *info);
void mymacvlan_identity_follow(struct mymacvlan_child *child);
void mymacvlan_identity_tell(const struct mymacvlan_child *child);
void mymacvlan_identity_forget(struct mymacvlan_child *child);
void mymacvlan_vouch(struct mymacvlan_child *child);
bool mymacvlan_is_own_choice(const struct mymacvlan_child *child);

#endif /* _MYMACVLAN_IDENTITY_H */
