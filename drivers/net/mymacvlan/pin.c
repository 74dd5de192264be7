// SPDX-License-Identifier: GPL-2.0-only
/*
 * Option "pin": a child's address is the host's to decide, for good.
 *
 * Pinned is decided by the host only, see identity.h, and goes with the child
 * wherever it moves. From the moment that the child is first up, or was given
 * its address together with the pin, nobody else changes the address: not the
 * root of the namespace that the child is in, not a tap's user, not a kernel
 * thread on behalf of either (bonding, team). And every frame that the child sends
 * is looked at: one with another source is dropped.
 *
 * The address is kept here, and not looked up in the device. Some masters write it
 * there, past all drivers: PRP to its second port, bonding in mode balance-tlb to
 * those that it swaps.
 *
 * Who could make another child on the same lower device, with an address of his
 * choice, would need no other address for this one. So where a child is pinned, or
 * children are by default, the host alone makes them.
 */
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/netlink.h>
#include <net/rtnetlink.h>
#include "host.h"
#include "identity.h"
#include "pin.h"
#include "table.h"

/*
 * The check of frames
 */

/**
 * mymacvlan_pin_permits() - may a pinned child send this frame?
 * @child: the child
 * @skb: its frame, the Ethernet header at skb->data
 *
 * What is checked is in the frame's linear part from now on: packet rings and taps
 * without copy leave the rest in pages that user space can still write to.
 *
 * Whoever cuts a frame into segments writes an IP header where the network header is
 * said to be. tc can redirect a frame from a device without Ethernet headers (tun), whose
 * IP header then is where this one has its addresses: a checksum would be written over
 * the end of the source. So would that of a queue which marks congestion (ECN, RFC 3168):
 * to it the header is where frames have theirs.
 *
 * Context: BHs disabled.
 * Return: true if so.
 */
bool mymacvlan_pin_permits(const struct mymacvlan_child *child,
			   struct sk_buff *skb)
{
	if (!pskb_may_pull(skb, ETH_HLEN))
		return false;
	if (skb->ip_summed == CHECKSUM_PARTIAL &&
	    mymacvlan_csum_start(skb) < ETH_HLEN)
		return false;
	if (skb_network_offset(skb) < ETH_HLEN) {
		if (skb_is_gso(skb))
			return false;
		skb_set_network_header(skb, ETH_HLEN);
	}
	if (mymacvlan_frame_key(skb_eth_hdr(skb)->h_source) !=
	    READ_ONCE(child->pin_key))
		return false;
	return READ_ONCE(child->pin) < MYMACVLAN_PIN_IP ||
	       mymacvlan_pin_permits_ip(child, skb);
}

/*
 * Who may, and when
 */

/* Does the caller speak for the host, and not in the course of a master's work? */
static bool mymacvlan_pin_may_set_addr(const struct mymacvlan_child *child)
{
	return !child->had_master && mymacvlan_is_host(mymacvlan_lower(child));
}

/**
 * mymacvlan_pin_check_addr() - may the caller change a child's address?
 * @child: the child
 * @extack: to say what is wrong, or %NULL
 *
 * A container's bond may act in the host's task, when the host deletes another
 * device that it has: where there has been one, the pin is to be taken off first.
 *
 * Context: process, RTNL.
 * Return: 0 or -EPERM.
 */
int mymacvlan_pin_check_addr(const struct mymacvlan_child *child,
			     struct netlink_ext_ack *extack)
{
	const struct net_device *dev = mymacvlan_dev(child);

	if (!child->pin_frozen || mymacvlan_pin_may_set_addr(child))
		return 0;
	NL_SET_ERR_MSG_MORE(extack, "MAC address is pinned, only the host changes it",
			    ": %s", dev->name);
	return -EPERM;
}

/**
 * mymacvlan_pin_check() - may the caller set the option so?
 * @child: a child with its lower device
 * @attr: the option as asked for, or %NULL
 * @extack: to say what is wrong
 *
 * Context: process, RTNL.
 * Return: 0 or -EPERM.
 */
int mymacvlan_pin_check(const struct mymacvlan_child *child,
			struct nlattr *attr, struct netlink_ext_ack *extack)
{
	if (!attr || nla_get_u8(attr) == child->pin ||
	    mymacvlan_is_host(mymacvlan_lower(child)))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "Option pin is set from within the lower device's namespace only, with CAP_NET_ADMIN there");
	return -EPERM;
}

/**
 * mymacvlan_pin_check_new() - may the caller make one child more?
 * @lower: the lower device
 * @extack: to say what is wrong
 *
 * Context: process, RTNL.
 * Return: 0 or -EPERM.
 */
int mymacvlan_pin_check_new(const struct net_device *lower,
			    struct netlink_ext_ack *extack)
{
	const struct mymacvlan_port *port = mymacvlan_port_rtnl(lower);

	if ((!port || !port->pin_count) && !mymacvlan_sysctl_pin(dev_net(lower)))
		return 0;
	if (mymacvlan_is_host(lower))
		return 0;
	NL_SET_ERR_MSG(extack,
		       "Children are pinned here: new ones are made from within the lower device's namespace only");
	return -EPERM;
}

/*
 * Setting it
 */

/* The address that it has is the one that it keeps. */
static void mymacvlan_pin_freeze(struct mymacvlan_child *child)
{
	child->pin_frozen = true;
	WRITE_ONCE(child->pin_key, mymacvlan_key(mymacvlan_dev(child)->dev_addr));
}

/**
 * mymacvlan_pin_keep() - take back what nobody has asked the driver for
 * @child: the child, whose address somebody may have written over
 *
 * Context: RTNL.
 */
void mymacvlan_pin_keep(struct mymacvlan_child *child)
{
	struct net_device *dev = mymacvlan_dev(child);
	u8 addr[ETH_ALEN];

	if (!child->pin_frozen || mymacvlan_key(dev->dev_addr) == child->pin_key)
		return;
	mymacvlan_key_to_addr(child->pin_key, addr);
	eth_hw_addr_set(dev, addr);
}

/**
 * mymacvlan_pin_set() - pin a child, or cease to
 * @child: a child of a port
 * @pin: one of enum mymacvlan_pin
 * @freeze: its address is the right one, whether it has been up or not
 *
 * Context: RTNL.
 */
void mymacvlan_pin_set(struct mymacvlan_child *child, u8 pin, bool freeze)
{
	netdev_features_t before = mymacvlan_pin_features(child);

	ASSERT_RTNL();
	/* What a master has written into the device is nobody's decision. */
	mymacvlan_pin_keep(child);
	child->port->pin_count += !!pin - !!child->pin;
	WRITE_ONCE(child->pin, pin);
	if (!pin)
		child->pin_frozen = false;
	else if (freeze || (!child->pin_frozen && child->inner_used))
		mymacvlan_pin_freeze(child);
	mymacvlan_xmit_update(child);
	if (mymacvlan_pin_features(child) != before)
		netdev_update_features(mymacvlan_dev(child));
	mymacvlan_bindings_renew(child);
}

/**
 * mymacvlan_pin_new() - a new child's option, as asked for or by default
 * @child: a child of a port; mymacvlan_pin_check() had nothing against it
 * @params: what the requester wants
 *
 * By default the address is not final yet: runtimes set it later.
 *
 * Context: RTNL.
 */
void mymacvlan_pin_new(struct mymacvlan_child *child,
		       struct rtnl_newlink_params *params)
{
	struct nlattr *attr = params->data ? params->data[IFLA_MYMACVLAN_PIN] : NULL;

	if (attr)
		mymacvlan_pin_set(child, nla_get_u8(attr),
				  params->tb[IFLA_ADDRESS]);
	else
		mymacvlan_pin_set(child,
				  mymacvlan_sysctl_pin(dev_net(mymacvlan_lower(child))),
				  false);
}

/**
 * mymacvlan_pin_up() - a child comes up: from now on its address stays
 * @child: the child
 *
 * Context: RTNL.
 */
void mymacvlan_pin_up(struct mymacvlan_child *child)
{
	if (child->pin && !child->pin_frozen)
		mymacvlan_pin_freeze(child);
}

/**
 * mymacvlan_pin_follow() - the host has changed a child's address
 * @child: the child, with its new address
 *
 * Context: RTNL.
 */
void mymacvlan_pin_follow(struct mymacvlan_child *child)
{
	if (!child->pin_frozen)
		return;
	mymacvlan_pin_freeze(child);
	mymacvlan_xmit_update(child);
}
