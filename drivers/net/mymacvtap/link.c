// SPDX-License-Identifier: GPL-2.0-only
/*
 * `ip link add|set … type mymacvtap …`: a child of mymacvlan with all its
 * options, and those of the tap.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/if_tap.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <linux/uidgid.h>
#include <net/netlink.h>
#include <net/rtnetlink.h>
#include "../mymacvlan/count.h"
#include "mymacvtap.h"

#define MYMACVTAP_PERM_ALL	0777
#define MYMACVTAP_PERM_DEFAULT	0600

/* Frames from the tap's user that the library refused. Context: process. */
static void mymacvtap_count_tx_dropped(struct tap_dev *tap)
{
	struct mymacvtap *mt = container_of(tap, struct mymacvtap, tap);

	mymacvlan_count_lost(&mt->child, MYMACVLAN_TX_DROP_TAP, NULL,
			     MYMACVLAN_UNKNOWN);
}

/* Context: RTNL. */
static void mymacvtap_update_features(struct tap_dev *tap,
				      netdev_features_t features)
{
	mymacvlan_set_offloads(tap->dev, features);
}

/* What the requester wants of the node's owner; the rest stays. */
static int mymacvtap_parse_owner(struct nlattr *data[],
				 struct mymacvtap_owner *owner,
				 struct netlink_ext_ack *extack)
{
	struct nlattr *user = data[IFLA_MYMACVLAN_NODE_USER];
	struct nlattr *group = data[IFLA_MYMACVLAN_NODE_GROUP];
	struct nlattr *perm = data[IFLA_MYMACVLAN_NODE_PERM];

	if (user) {
		owner->user = make_kuid(current_user_ns(), nla_get_u32(user));
		if (!uid_valid(owner->user)) {
			NL_SET_ERR_MSG_ATTR(extack, user, "Unknown user id");
			return -EINVAL;
		}
	}
	if (group) {
		owner->group = make_kgid(current_user_ns(), nla_get_u32(group));
		if (!gid_valid(owner->group)) {
			NL_SET_ERR_MSG_ATTR(extack, group, "Unknown group id");
			return -EINVAL;
		}
	}
	if (perm) {
		owner->perm = nla_get_u16(perm);
		if (owner->perm & ~MYMACVTAP_PERM_ALL) {
			NL_SET_ERR_MSG_ATTR(extack, perm,
					    "Permissions are above 0777");
			return -EINVAL;
		}
	}
	return 0;
}

static const struct mymacvtap_owner mymacvtap_root = {
	.user	= GLOBAL_ROOT_UID,
	.group	= GLOBAL_ROOT_GID,
	.perm	= MYMACVTAP_PERM_DEFAULT,
};

static bool mymacvtap_owner_equal(const struct mymacvtap_owner *a,
				  const struct mymacvtap_owner *b)
{
	return uid_eq(a->user, b->user) && gid_eq(a->group, b->group) &&
	       a->perm == b->perm;
}

/*
 * /dev is the whole machine's. capable() looks at the task that sends the
 * request, not at the one that opened its socket, which the message would have
 * to be asked for; as for bcqueuelen.
 */
static int mymacvtap_validate(struct nlattr *tb[], struct nlattr *data[],
			      struct netlink_ext_ack *extack)
{
	struct mymacvtap_owner owner = mymacvtap_root;
	int err;

	err = mymacvlan_link_validate(tb, data, extack);
	if (err || !data)
		return err;
	err = mymacvtap_parse_owner(data, &owner, extack);
	if (err)
		return err;
	owner.perm |= MYMACVTAP_PERM_DEFAULT;
	if (!mymacvtap_owner_equal(&owner, &mymacvtap_root) &&
	    !capable(CAP_NET_ADMIN)) {
		NL_SET_ERR_MSG(extack,
			       "Owner and permissions beyond root and 0600 need CAP_NET_ADMIN in the initial user namespace");
		return -EPERM;
	}
	return 0;
}

static void mymacvtap_free(struct net_device *dev)
{
	mymacvtap_steering_free(mymacvtap(dev));
	mymacvlan_free(dev);
}

/**
 * mymacvtap_setup() - rtnl_link_ops.setup: a tap before its options
 * @dev: the new device
 *
 * Context: RTNL not needed.
 */
void mymacvtap_setup(struct net_device *dev)
{
	mymacvlan_setup(dev);
	/*
	 * The length of a queue's ring. Between the tap's user and the wire
	 * there is none unless an administrator adds it: IFF_NO_QUEUE stays.
	 */
	dev->tx_queue_len = TUN_READQ_SIZE;
	dev->priv_destructor = mymacvtap_free;
}

static int mymacvtap_set_allmulti(struct mymacvtap *mt, bool on)
{
	int err;

	if (mt->allmulti == on)
		return 0;
	err = dev_set_allmulti(mymacvtap_dev(mt), on ? 1 : -1);
	if (err)
		return err;
	WRITE_ONCE(mt->allmulti, on);
	return 0;
}

/*
 * End all queues; their files are only good for closing then. A frame under way
 * may still look at a queue: who closes its file waits for RTNL, which we hold,
 * and then for RCU readers before he frees it. So the queues must have left
 * taps[] by now, which the library leaves to its callers; and no grace period
 * has to be waited for here.
 */
static void mymacvtap_end_queues(struct mymacvtap *mt)
{
	int i;

	for (i = 0; i < mt->tap.numvtaps; i++)
		RCU_INIT_POINTER(mt->tap.taps[i], NULL);
	tap_del_queues(&mt->tap);
}

/*
 * The rx handler stays until the device is gone: unregister_netdevice() waits
 * for its readers anyway.
 */
static void mymacvtap_dellink(struct net_device *dev, struct list_head *head)
{
	mymacvtap_end_queues(mymacvtap(dev));
	mymacvlan_link_delete(dev, head);
}

static int mymacvtap_fill(struct net_device *dev, struct nlattr *data[],
			  struct netlink_ext_ack *extack)
{
	struct mymacvtap *mt = mymacvtap(dev);

	mt->child.tap = true;
	mt->tap.dev = dev;
	mt->tap.tap_features = MYMACVTAP_OFFLOADS;
	mt->tap.count_tx_dropped = mymacvtap_count_tx_dropped;
	mt->tap.update_features = mymacvtap_update_features;
	INIT_LIST_HEAD(&mt->tap.queue_list);
	mt->owner = mymacvtap_root;
	return data ? mymacvtap_parse_owner(data, &mt->owner, extack) : 0;
}

/*
 * A guest's joins are unknown to the host, so by default a tap hears all
 * multicast: without it there is no neighbour discovery, no IPv6.
 */
static bool mymacvtap_wants_allmulti(struct nlattr *data[])
{
	if (!data || !data[IFLA_MYMACVLAN_ALLMULTI])
		return true;
	return nla_get_u8(data[IFLA_MYMACVLAN_ALLMULTI]);
}

static int mymacvtap_newlink(struct net_device *dev,
			     struct rtnl_newlink_params *params,
			     struct netlink_ext_ack *extack)
{
	struct mymacvtap *mt = mymacvtap(dev);
	LIST_HEAD(list);
	int err;

	err = mymacvtap_fill(dev, params->data, extack);
	if (err)
		return err;
	err = netdev_rx_handler_register(dev, mymacvtap_handle_frame, mt);
	if (err)
		return err;
	err = mymacvlan_link_new(dev, params, extack);
	if (err)
		return err;
	err = mymacvtap_set_allmulti(mt, mymacvtap_wants_allmulti(params->data));
	if (err)
		goto delete;
	return 0;

delete:
	mymacvtap_dellink(dev, &list);
	unregister_netdevice_many(&list);
	return err;
}

static int mymacvtap_change_owner(struct mymacvtap *mt,
				  const struct mymacvtap_owner *owner)
{
	if (mymacvtap_owner_equal(owner, &mt->owner))
		return 0;
	return mymacvtap_node_change(mt, owner);
}

/*
 * What is the tap's own comes first: it can be undone, as a child's options (a
 * list of senders, an offload given up) cannot. So a request that fails for lack
 * of memory has changed nothing; one that must be refused does not get that far.
 */
static int mymacvtap_changelink(struct net_device *dev, struct nlattr *tb[],
				struct nlattr *data[],
				struct netlink_ext_ack *extack)
{
	struct mymacvtap *mt = mymacvtap(dev);
	const struct mymacvtap_owner old = mt->owner;
	struct mymacvtap_owner owner = mt->owner;
	bool old_allmulti = mt->allmulti;
	int err;

	if (!data)
		return 0;
	err = mymacvtap_parse_owner(data, &owner, extack) ?:
	      mymacvlan_link_check_change(dev, data, extack);
	if (err)
		return err;
	if (data[IFLA_MYMACVLAN_ALLMULTI]) {
		err = mymacvtap_set_allmulti(mt, mymacvtap_wants_allmulti(data));
		if (err)
			return err;
	}
	err = mymacvtap_change_owner(mt, &owner);
	if (err)
		goto undo_allmulti;
	err = mymacvlan_link_change(dev, tb, data, extack);
	if (err)
		goto undo_owner;
	return 0;

undo_owner:
	if (!mymacvtap_owner_equal(&owner, &old))
		mymacvtap_node_restore(mt, &old);
undo_allmulti:
	mymacvtap_set_allmulti(mt, old_allmulti);
	return err;
}

static size_t mymacvtap_get_size(const struct net_device *dev)
{
	return mymacvlan_link_size(dev) +
	       nla_total_size(1) +		/* ALLMULTI */
	       nla_total_size(4) +		/* NODE_USER */
	       nla_total_size(4) +		/* NODE_GROUP */
	       nla_total_size(2);		/* NODE_PERM */
}

/*
 * May run without RTNL on new kernels. Ids are those of the reader's user
 * namespace; in a notification of the one's who made the change, as the message
 * is the same for all.
 */
static int mymacvtap_fill_info(struct sk_buff *skb,
			       const struct net_device *dev)
{
	const struct mymacvtap *mt = mymacvtap(dev);
	struct user_namespace *ns = current_user_ns();

	return mymacvlan_link_fill(skb, dev) ?:
	       nla_put_u8(skb, IFLA_MYMACVLAN_ALLMULTI,
			  READ_ONCE(mt->allmulti)) ?:
	       nla_put_u32(skb, IFLA_MYMACVLAN_NODE_USER,
			   from_kuid_munged(ns, READ_ONCE(mt->owner.user))) ?:
	       nla_put_u32(skb, IFLA_MYMACVLAN_NODE_GROUP,
			   from_kgid_munged(ns, READ_ONCE(mt->owner.group))) ?:
	       nla_put_u16(skb, IFLA_MYMACVLAN_NODE_PERM,
			   READ_ONCE(mt->owner.perm));
}

RTNL_COMPAT_NEWLINK(mymacvtap_newlink)

/* The kind and "setup" are filled in by main.c. */
struct rtnl_link_ops mymacvtap_link_ops = {
	.priv_size	= sizeof(struct mymacvtap),
	.maxtype	= IFLA_MYMACVLAN_MAX,
	.policy		= mymacvlan_link_policy,
	.validate	= mymacvtap_validate,
	.newlink	= RTNL_NEWLINK(mymacvtap_newlink),
	.changelink	= mymacvtap_changelink,
	.dellink	= mymacvtap_dellink,
	.get_size	= mymacvtap_get_size,
	.fill_info	= mymacvtap_fill_info,
	.get_link_net	= mymacvlan_link_net,
};
