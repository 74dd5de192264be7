// SPDX-License-Identifier: GPL-2.0-only
/*
 * May a child have an IP address at all? No child has one of the host's, and none,
 * unless the host allows it, that the host may route for: who claims an address of
 * another network must not get what is sent there.
 */
#include <linux/if_vlan.h>
#include <linux/inetdevice.h>
#include <linux/ipv6.h>
#include <linux/jiffies.h>
#include <net/addrconf.h>
#include <net/netlink.h>
#include <net/route.h>
#include "claim.h"
#include "mymacvlan.h"

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

/* The second one is that of its VRF, if it is in one. */
static bool mymacvlan_is_host_ip4(const struct net_device *dev, __be32 ip)
{
	struct net *net = dev_net(dev);

	return inet_addr_type(net, ip) == RTN_LOCAL ||
	       inet_addr_type_dev_table(net, dev, ip) == RTN_LOCAL;
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

/*
 * All of the host's, but of its link-local ones only those of this link; in a VRF
 * (which is looked in for @dev) as well as in none. And the address of the subnet's
 * routers, RFC 4291 2.6.1: the host may be one. With "ipv6.disable=1" the kernel has
 * no list of addresses to look in.
 */
static bool mymacvlan_is_host_ip6(const struct net_device *dev,
				  const struct in6_addr *ip)
{
	struct net *net = dev_net(dev);

	if (!ip->s6_addr32[2] && !ip->s6_addr32[3])
		return true;
	if (!ipv6_mod_enabled())
		return false;
	return ipv6_chk_addr_and_flags(net, ip, dev, false, 0, 0) ||
	       (!(ipv6_addr_type(ip) & IPV6_ADDR_LINKLOCAL) &&
		ipv6_chk_addr_and_flags(net, ip, NULL, false, 0, 0));
}

static u32 mymacvlan_genid_ip6(const struct net *net)
{
	return rt_genid_ipv6(net);
}

/* Of a router that may be any. */
static bool mymacvlan_is_of_host_ip6(const struct net_device *dev,
				     const struct in6_addr *ip)
{
	const struct inet6_dev *idev = __in6_dev_get(dev);

	return !ipv6_mod_enabled() || (idev && READ_ONCE(idev->cnf.forwarding)) ||
	       ipv6_chk_addr(dev_net(dev), ip, NULL, 0);
}

/**
 * mymacvlan_has_ip6() - is an IPv6 address on a child's device?
 * @child: the child
 * @ip: the address
 * @but: IFA_F_* bits of addresses that do not count
 *
 * Context: any.
 * Return: true if so.
 */
bool mymacvlan_has_ip6(const struct mymacvlan_child *child,
		       const struct in6_addr *ip, u32 but)
{
	struct net_device *dev = mymacvlan_dev(child);

	return ipv6_mod_enabled() &&
	       ipv6_chk_addr_and_flags(dev_net(dev), ip, dev, false, 1, but);
}
#else
static bool mymacvlan_is_onlink_ip6_rcu(const struct net_device *dev,
					const struct in6_addr *ip)
{
	return true;
}

static bool mymacvlan_is_host_ip6(const struct net_device *dev,
				  const struct in6_addr *ip)
{
	return false;
}

static u32 mymacvlan_genid_ip6(const struct net *net)
{
	return 0;
}

static bool mymacvlan_is_of_host_ip6(const struct net_device *dev,
				     const struct in6_addr *ip)
{
	return true;
}

bool mymacvlan_has_ip6(const struct mymacvlan_child *child,
		       const struct in6_addr *ip, u32 but)
{
	return false;
}
#endif

/* What a verdict says, in its lowest bits. */
#define MYMACVLAN_VERDICT_FREE		BIT(0)	/* it is none of the host's */
#define MYMACVLAN_VERDICT_ONLINK	BIT(1)	/* nor one that it may route for */
#define MYMACVLAN_VERDICT_BITS		(MYMACVLAN_VERDICT_FREE | MYMACVLAN_VERDICT_ONLINK)

static unsigned int mymacvlan_verdict_ip4_rcu(const struct net_device *lower,
					      const struct net_device *dev, __be32 ip)
{
	if (mymacvlan_is_host_ip4(lower, ip) || mymacvlan_is_host_ip4(dev, ip))
		return 0;
	return MYMACVLAN_VERDICT_FREE |
	       (mymacvlan_is_onlink_ip4_rcu(dev, ip) ? MYMACVLAN_VERDICT_ONLINK : 0);
}

static unsigned int mymacvlan_verdict_ip6_rcu(const struct net_device *lower,
					      const struct net_device *dev,
					      const struct in6_addr *ip)
{
	if (mymacvlan_is_host_ip6(lower, ip) || mymacvlan_is_host_ip6(dev, ip))
		return 0;
	return MYMACVLAN_VERDICT_FREE |
	       (mymacvlan_is_onlink_ip6_rcu(dev, ip) ? MYMACVLAN_VERDICT_ONLINK : 0);
}

/* The host has no part in a VLAN that it has no device for: all is on link there. */
static unsigned int mymacvlan_verdict_rcu(struct net_device *lower,
					  const struct mymacvlan_binding_key *key)
{
	struct net_device *dev = lower;
	unsigned int verdict;

	if (key->vlan_id)
		dev = __vlan_find_dev_deep_rcu(lower, key->vlan_proto,
					       ntohs(key->vlan_id));
	if (dev && !net_eq(dev_net(dev), dev_net(lower)))
		dev = NULL;
	verdict = key->family == AF_INET ?
		  mymacvlan_verdict_ip4_rcu(lower, dev ?: lower, key->ip4) :
		  mymacvlan_verdict_ip6_rcu(lower, dev ?: lower, &key->ip6);
	return verdict && !dev ? MYMACVLAN_VERDICT_BITS : verdict;
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
	       (u32)(jiffies / HZ) << 2;
}

/**
 * mymacvlan_binding_is_allowed_rcu() - may its owner have an address?
 * @lower: the lower device of the port
 * @binding: the address
 * @allowed: the host allows it to its owner
 *
 * Context: RCU read side.
 * Return: true if so.
 */
bool mymacvlan_binding_is_allowed_rcu(struct net_device *lower,
				      struct mymacvlan_binding *binding,
				      bool allowed)
{
	u64 now = mymacvlan_verdict_time(dev_net(lower), binding->key.family);
	u64 verdict = READ_ONCE(binding->verdict);

	if ((verdict & ~(u64)MYMACVLAN_VERDICT_BITS) != now) {
		verdict = now | mymacvlan_verdict_rcu(lower, &binding->key);
		WRITE_ONCE(binding->verdict, verdict);
	}
	return verdict & (allowed ? MYMACVLAN_VERDICT_FREE : MYMACVLAN_VERDICT_ONLINK);
}

/**
 * mymacvlan_is_of_host_rcu() - may the host be meant, where no child is?
 * @lower: the lower device of the port
 * @key: the address that a frame to the lower device is for
 *
 * A router may be meant by any address. In a VLAN it is not known.
 *
 * Context: RCU read side.
 * Return: false if surely not.
 */
bool mymacvlan_is_of_host_rcu(const struct net_device *lower,
			      const struct mymacvlan_binding_key *key)
{
	struct in_device *in_dev;

	if (key->vlan_id)
		return true;
	if (key->family == AF_INET6)
		return mymacvlan_is_of_host_ip6(lower, &key->ip6);
	in_dev = __in_dev_get_rcu(lower);
	return (in_dev && IN_DEV_FORWARD(in_dev)) ||
	       __ip_dev_find(dev_net(lower), key->ip4, false);
}
