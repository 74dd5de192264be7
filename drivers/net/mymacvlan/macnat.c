// SPDX-License-Identifier: GPL-2.0-only
/*
 * Option "macnat on": turning it on and off. What happens to frames is in
 * macnat_tx.c and macnat_rx.c.
 *
 * In three steps, because other options are changed by the same request: prepare
 * does all that can fail; commit makes the change, cancel undoes what was prepared.
 */
#include <linux/rtnetlink.h>
#include "announce.h"
#include "binding.h"
#include "host.h"
#include "identity.h"
#include "macnat.h"

/**
 * mymacvlan_macnat_check() - may the option be changed so, in this mode?
 * @child: a child with its lower device
 * @mode: the mode that it has, or will have
 * @attr: the option as asked for, or %NULL
 * @extack: to say what is wrong
 *
 * Context: process, RTNL.
 * Return: 0, -EPERM, -EINVAL or -EBUSY.
 */
int mymacvlan_macnat_check(const struct mymacvlan_child *child,
			   unsigned int mode, struct nlattr *attr,
			   struct netlink_ext_ack *extack)
{
	bool on = attr ? nla_get_u8(attr) : child->macnat;

	if (on != child->macnat && !mymacvlan_is_host(mymacvlan_lower(child))) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "Option macnat is set from within the lower device's namespace only, with CAP_NET_ADMIN there");
		return -EPERM;
	}
	if (on && !(mode & MYMACVLAN_MACNAT_MODES)) {
		NL_SET_ERR_MSG(extack,
			       "Option macnat is for modes bridge and private only");
		return -EINVAL;
	}
	return 0;
}

/**
 * mymacvlan_macnat_prepare() - all of a change that can fail
 * @child: a child of a port
 * @on: what the option is to be
 * @extack: to say what is wrong
 *
 * Context: RTNL, may sleep.
 * Return: 0 or an error with nothing changed.
 */
int mymacvlan_macnat_prepare(struct mymacvlan_child *child, bool on,
			     struct netlink_ext_ack *extack)
{
	int err;

	ASSERT_RTNL();
	if (child->macnat == on)
		return 0;
	if (on)
		err = mymacvlan_bindings_get(child->port);
	else
		err = mymacvlan_filter_prepare_own(child);
	if (err)
		NL_SET_ERR_MSG(extack, "No memory for option macnat");
	return err;
}

/**
 * mymacvlan_macnat_cancel() - undo mymacvlan_macnat_prepare()
 * @child: a child of a port
 * @on: as there
 *
 * Context: RTNL, may sleep.
 */
void mymacvlan_macnat_cancel(struct mymacvlan_child *child, bool on)
{
	if (child->macnat == on)
		return;
	if (on)
		mymacvlan_bindings_put(child->port);
	else
		mymacvlan_filter_cancel_own(child);
}

/**
 * mymacvlan_macnat_commit() - make the change
 * @child: a child of a port
 * @on: as for mymacvlan_macnat_prepare()
 *
 * While it is turned on frames from the wire are looked at for the child before it
 * sends any with the lower device's address, and the other way round.
 *
 * Context: RTNL, may sleep.
 */
void mymacvlan_macnat_commit(struct mymacvlan_child *child, bool on)
{
	struct mymacvlan_port *port = child->port;

	ASSERT_RTNL();
	if (child->macnat == on)
		return;
	port->macnat_count += on;
	mymacvlan_port_update_rx_flags(port);
	mymacvlan_filter_set_macnat(child, on);
	port->macnat_count -= !on;
	mymacvlan_port_update_rx_flags(port);
	if (!on)
		mymacvlan_bindings_put(port);
	/* The network knows its IP addresses by another MAC address. */
	if (netif_running(mymacvlan_dev(child)))
		mymacvlan_announce(child);
}

/**
 * mymacvlan_macnat_follow() - the lower device has a new address
 * @port: its port
 *
 * So have the children with the option, as far as the network sees.
 *
 * Context: RTNL; the lower device's instance lock may be held.
 */
void mymacvlan_macnat_follow(struct mymacvlan_port *port)
{
	struct mymacvlan_child *child;

	ASSERT_RTNL();
	if (!port->macnat_count)
		return;
	list_for_each_entry(child, &port->children, port_link)
		if (child->macnat && netif_running(mymacvlan_dev(child)))
			mymacvlan_announce(child);
}

/**
 * mymacvlan_macnat_new() - a new child's option, as asked for or by default
 * @child: a child of a port that is down; mymacvlan_macnat_check() had nothing
 *	against it
 * @data: attributes of its kind, or %NULL
 * @extack: to say what is wrong
 *
 * The default is that of the lower device's namespace, for the children that the
 * host makes, as that of option "host".
 *
 * Context: RTNL, may sleep.
 * Return: 0 or -ENOMEM.
 */
int mymacvlan_macnat_new(struct mymacvlan_child *child, struct nlattr *data[],
			 struct netlink_ext_ack *extack)
{
	bool on;
	int err;

	if (data && data[IFLA_MYMACVLAN_MACNAT])
		on = nla_get_u8(data[IFLA_MYMACVLAN_MACNAT]);
	else
		on = child->host_made &&
		     mymacvlan_mode(child) & MYMACVLAN_MACNAT_MODES &&
		     mymacvlan_sysctl_macnat(dev_net(mymacvlan_lower(child)));
	err = mymacvlan_macnat_prepare(child, on, extack);
	if (!err)
		mymacvlan_macnat_commit(child, on);
	return err;
}

/**
 * mymacvlan_macnat_end() - a child leaves its port, or the host's decisions end
 * @child: a child of a port
 *
 * Of a child that is up the lower device's lists may lack memory for the address; it
 * is on its way to another namespace then, where they are made anew.
 *
 * Context: RTNL, may sleep.
 */
void mymacvlan_macnat_end(struct mymacvlan_child *child)
{
	mymacvlan_macnat_prepare(child, false, NULL);
	mymacvlan_macnat_commit(child, false);
}
