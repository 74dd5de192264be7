// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the host is told of its ports, and of their children in whatever network
 * namespace: dumps of the generic netlink family.
 *
 * Who reads: a task in the lower device's namespace, with CAP_NET_ADMIN there, as
 * must have had who opened the socket. A dump is read piece by piece, in the
 * context of whoever reads, so this is looked at for each piece: a file can be
 * passed on, and a right be given up.
 *
 * No dump holds RTNL. Between two pieces anything may change, so where to go on is
 * not kept as a pointer but as the lower device's index and the id of the child that
 * was told last: ids only grow, and a port's children are listed by them. Whether
 * children have come or gone meanwhile is told by NLM_F_DUMP_INTR. Lest each piece has
 * to look for its beginning among all children, the port has a pointer to where the
 * last one stopped, for as long as that child is there.
 */
#include <linux/nsproxy.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/user_namespace.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>
#include "arp.h"
#include "dump.h"
#include "event.h"
#include "genl.h"
#include "host.h"
#include "identity.h"
#include "table.h"

/**
 * struct mymacvlan_cursor - where a dump goes on, and what it is about
 * @ifindex: of the lower device whose turn it is
 * @child: id of the child that was told last, or 0
 * @last: the last of its groups, or claims, that was told; 0 if all were
 * @addr: only children with this address, as a key, or 0: any
 * @port: index of the only lower device that is asked for, or 0: all
 * @index: only children with this index, or 0: any
 * @begun: it is known what is asked for
 *
 * In the callback structure of the dump, which is one reader's at a time.
 */
struct mymacvlan_cursor {
	unsigned long	ifindex;
	u64		child;
	u64		last;
	u64		addr;
	u32		port;
	u32		index;
	bool		begun;
};

typedef int mymacvlan_tell_fn(struct sk_buff *skb, struct netlink_callback *cb,
			      struct mymacvlan_port *port);

static struct mymacvlan_cursor *mymacvlan_cursor(struct netlink_callback *cb)
{
	static_assert(sizeof(struct mymacvlan_cursor) <= sizeof(cb->ctx));
	return (struct mymacvlan_cursor *)cb->ctx;
}

static struct net *mymacvlan_dump_net(const struct netlink_callback *cb)
{
	return sock_net(cb->skb->sk);
}

/* Both who reads and who opened the socket must be the host. */
static int mymacvlan_dump_check(const struct netlink_callback *cb)
{
	const struct net *net = mymacvlan_dump_net(cb);
	const struct nsproxy *ns = current->nsproxy;

	if (ns && net_eq(ns->net_ns, net) &&
	    netlink_ns_capable(cb->skb, net->user_ns, CAP_NET_ADMIN))
		return 0;
	if (cb->extack)
		NL_SET_ERR_MSG(cb->extack,
			       "Only from within the lower device's namespace, with CAP_NET_ADMIN there");
	return -EPERM;
}

static int mymacvlan_dump_find_port(struct netlink_callback *cb,
				    struct nlattr *index, struct nlattr *name)
{
	struct nlattr *attr = index ?: name;
	const struct net_device *lower;
	int ret = 0;

	if (!attr)
		return 0;
	if (index && name) {
		NL_SET_ERR_MSG(cb->extack,
			       "The lower device is named by its index or by its name");
		return -EINVAL;
	}
	rcu_read_lock();
	if (index)
		lower = dev_get_by_index_rcu(mymacvlan_dump_net(cb),
					     nla_get_u32(index));
	else
		lower = dev_get_by_name_rcu(mymacvlan_dump_net(cb),
					    nla_data(name));
	if (!lower)
		NL_SET_ERR_MSG_ATTR(cb->extack, attr, "Lower device does not exist");
	else if (!mymacvlan_port_rcu(lower))
		NL_SET_ERR_MSG_ATTR_MORE(cb->extack, attr, "Device has no children of mymacvlan",
					 ": %s", lower->name);
	else
		ret = lower->ifindex;
	rcu_read_unlock();
	return ret ?: -ENODEV;
}

/*
 * What is a dump asked for? With its first piece, not by a callback of its own: old
 * kernels do not pass on what that has to say of an error.
 */
static int mymacvlan_dump_start(struct netlink_callback *cb)
{
	struct mymacvlan_cursor *cursor = mymacvlan_cursor(cb);
	struct nlattr **attrs = genl_info_dump(cb)->attrs;
	int port;

	port = mymacvlan_dump_find_port(cb, attrs[MYMACVLAN_A_PORT_IFINDEX],
					attrs[MYMACVLAN_A_PORT_IFNAME]);
	if (port < 0)
		return port;
	cursor->begun = true;
	cursor->port = port;
	cursor->ifindex = port;
	/* Of ports there is no such attribute. */
	if (genl_dumpit_info(cb)->op.cmd == MYMACVLAN_CMD_PORT_GET)
		return 0;
	if (attrs[MYMACVLAN_A_CHILD_ADDR])
		cursor->addr = mymacvlan_key(nla_data(attrs[MYMACVLAN_A_CHILD_ADDR]));
	if (attrs[MYMACVLAN_A_CHILD_IFINDEX])
		cursor->index = nla_get_u32(attrs[MYMACVLAN_A_CHILD_IFINDEX]);
	return 0;
}

/* What follows begins with the first child of that port, or of one behind it. */
static void mymacvlan_dump_reset(struct mymacvlan_cursor *cursor,
				 unsigned long ifindex)
{
	cursor->ifindex = ifindex;
	cursor->child = 0;
	cursor->last = 0;
}

/* Is it this port's turn? */
static bool mymacvlan_dump_reach(struct mymacvlan_cursor *cursor,
				 const struct mymacvlan_port *port)
{
	unsigned long ifindex = port->lower->ifindex;

	if (ifindex < cursor->ifindex ||
	    (cursor->port && ifindex != cursor->port))
		return false;
	/* The port that it stopped at is gone. */
	if (ifindex != cursor->ifindex)
		mymacvlan_dump_reset(cursor, ifindex);
	return true;
}

/* One piece of a dump: from the cursor on what there is room for. */
static int mymacvlan_dump(struct sk_buff *skb, struct netlink_callback *cb,
			  mymacvlan_tell_fn *tell)
{
	struct mymacvlan_cursor *cursor = mymacvlan_cursor(cb);
	struct net *net = mymacvlan_dump_net(cb);
	struct mymacvlan_port *port;
	int err;

	err = mymacvlan_dump_check(cb);
	if (!err && !cursor->begun)
		err = mymacvlan_dump_start(cb);
	if (err)
		return err;
	cb->seq = mymacvlan_net_generation(net);
	rcu_read_lock();
	list_for_each_entry_rcu(port, mymacvlan_net_ports(net), net_link) {
		if (!mymacvlan_dump_reach(cursor, port))
			continue;
		err = tell(skb, cb, port);
		if (err)
			break;
		mymacvlan_dump_reset(cursor, cursor->ifindex + 1);
	}
	rcu_read_unlock();
	/* What has changed meanwhile is told by the next message, or by the last. */
	cb->seq = mymacvlan_net_generation(net);
	/* No room for more now; or not even for the first one. */
	return err == -EMSGSIZE && skb->len ? skb->len : err;
}

static void *mymacvlan_dump_begin(struct sk_buff *skb,
				  struct netlink_callback *cb, u8 cmd)
{
	void *hdr;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &mymacvlan_genl_family, NLM_F_MULTI, cmd);
	if (hdr)
		genl_dump_check_consistent(cb, hdr);
	return hdr;
}

/* The whole message, or nothing of it. */
static int mymacvlan_dump_end(struct sk_buff *skb, void *hdr, int err)
{
	if (err)
		genlmsg_cancel(skb, hdr);
	else
		genlmsg_end(skb, hdr);
	return err;
}

/* The name may change meanwhile; it ends within its size all the same. */
static int mymacvlan_put_name(struct sk_buff *skb, int type,
			      const struct net_device *dev)
{
	char name[IFNAMSIZ];

	strscpy(name, dev->name, sizeof(name));
	return nla_put_string(skb, type, name);
}

/* Addresses change under RTNL only: one of two copies that agree. */
static u64 mymacvlan_read_addr(const struct net_device *dev)
{
	u8 addr[ETH_ALEN];
	u64 key, again;

	memcpy(addr, dev->dev_addr, ETH_ALEN);
	again = mymacvlan_key(addr);
	do {
		key = again;
		/* What has been read is not from before the last look. */
		smp_rmb();
		memcpy(addr, dev->dev_addr, ETH_ALEN);
		again = mymacvlan_key(addr);
	} while (again != key);
	return key;
}

static int mymacvlan_put_addr(struct sk_buff *skb, int type, u64 key)
{
	u8 addr[ETH_ALEN];

	mymacvlan_key_to_addr(key, addr);
	return nla_put(skb, type, ETH_ALEN, addr);
}

/* Of a child, or of a port if there is no child. */
static int mymacvlan_put_counters(struct sk_buff *skb,
				  const struct mymacvlan_port *port,
				  const struct mymacvlan_child *child)
{
	int count = child ? mymacvlan_stats_count(child) :
			    mymacvlan_stats_port_count();
	struct nlattr *attr;

	attr = nla_reserve_64bit(skb, MYMACVLAN_A_COUNTERS, count * sizeof(u64),
				 MYMACVLAN_A_PAD);
	if (!attr)
		return -EMSGSIZE;
	if (child)
		mymacvlan_stats_values(child, nla_data(attr));
	else
		mymacvlan_stats_port_values(port, nla_data(attr));
	return 0;
}

static int mymacvlan_put_port(struct sk_buff *skb,
			      const struct mymacvlan_port *port)
{
	const struct net_device *lower = port->lower;

	return nla_put_u32(skb, MYMACVLAN_A_PORT_IFINDEX, lower->ifindex) ?:
	       mymacvlan_put_name(skb, MYMACVLAN_A_PORT_IFNAME, lower) ?:
	       mymacvlan_put_addr(skb, MYMACVLAN_A_PORT_ADDR,
				  mymacvlan_read_addr(lower)) ?:
	       nla_put_u32(skb, MYMACVLAN_A_PORT_CHILDREN,
			   READ_ONCE(port->child_count)) ?:
	       nla_put_u32(skb, MYMACVLAN_A_BC_QUEUE_LEN_USED,
			   READ_ONCE(port->bc_limit)) ?:
	       nla_put_s32(skb, MYMACVLAN_A_BC_CUTOFF,
			   READ_ONCE(port->bc_cutoff)) ?:
	       nla_put_u8(skb, MYMACVLAN_A_ARP, mymacvlan_arp_is_directed(port)) ?:
	       mymacvlan_put_counters(skb, port, NULL);
}

static int mymacvlan_tell_port(struct sk_buff *skb, struct netlink_callback *cb,
			       struct mymacvlan_port *port)
{
	void *hdr = mymacvlan_dump_begin(skb, cb, MYMACVLAN_CMD_PORT_GET);

	if (!hdr)
		return -EMSGSIZE;
	return mymacvlan_dump_end(skb, hdr, mymacvlan_put_port(skb, port));
}

/**
 * mymacvlan_dump_ports() - a piece of the dump of all ports
 * @skb: the piece
 * @cb: the dump
 *
 * Context: process; RTNL not needed.
 * Return: more than 0 if there is more; 0 at the end; or an error.
 */
int mymacvlan_dump_ports(struct sk_buff *skb, struct netlink_callback *cb)
{
	return mymacvlan_dump(skb, cb, mymacvlan_tell_port);
}

/*
 * Who has CAP_NET_ADMIN in the lower device's user namespace has it in all that
 * have come from that one, and need not be asked: the answer is the same for each
 * reader, and for those who hear of it without having asked.
 */
static bool mymacvlan_is_subordinate(const struct net *child_net,
				     const struct net *lower_net)
{
	const struct user_namespace *ns;

	for (ns = child_net->user_ns; ns; ns = ns->parent)
		if (ns == lower_net->user_ns)
			return true;
	return false;
}

/* Where a child is, as far as that is the host's business. */
static int mymacvlan_put_place(struct sk_buff *skb,
			       const struct mymacvlan_port *port,
			       const struct net_device *dev)
{
	struct net *lower_net = dev_net(port->lower), *net = dev_net(dev);
	int nsid, err;

	if (!net_eq(net, lower_net)) {
		nsid = peernet2id(lower_net, net);
		if (nsid >= 0 && nla_put_s32(skb, MYMACVLAN_A_NSID, nsid))
			return -EMSGSIZE;
	}
	if (!mymacvlan_is_subordinate(net, lower_net))
		return 0;
	err = nla_put_u32(skb, MYMACVLAN_A_CHILD_IFINDEX,
			  READ_ONCE(dev->ifindex)) ?:
	      mymacvlan_put_name(skb, MYMACVLAN_A_CHILD_IFNAME, dev);
	return err ?: nla_put_u32(skb, MYMACVLAN_A_NETNS, net->ns.inum);
}

static int mymacvlan_put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, MYMACVLAN_A_PAD);
}

static int mymacvlan_put_link_stats(struct sk_buff *skb, struct net_device *dev)
{
	struct rtnl_link_stats64 stats;

	dev_get_stats(dev, &stats);
	return mymacvlan_put_u64(skb, MYMACVLAN_A_RX_PACKETS, stats.rx_packets) ?:
	       mymacvlan_put_u64(skb, MYMACVLAN_A_RX_BYTES, stats.rx_bytes) ?:
	       mymacvlan_put_u64(skb, MYMACVLAN_A_RX_DROPPED, stats.rx_dropped) ?:
	       mymacvlan_put_u64(skb, MYMACVLAN_A_TX_PACKETS, stats.tx_packets) ?:
	       mymacvlan_put_u64(skb, MYMACVLAN_A_TX_BYTES, stats.tx_bytes) ?:
	       mymacvlan_put_u64(skb, MYMACVLAN_A_TX_DROPPED, stats.tx_dropped);
}

static int mymacvlan_put_flags(struct sk_buff *skb,
			       const struct mymacvlan_child *child)
{
	if (child->tap && nla_put_flag(skb, MYMACVLAN_A_TAP))
		return -EMSGSIZE;
	if (READ_ONCE(child->waiting) && nla_put_flag(skb, MYMACVLAN_A_WAITING))
		return -EMSGSIZE;
	if (nla_put_u8(skb, MYMACVLAN_A_PIN, READ_ONCE(child->pin)))
		return -EMSGSIZE;
	if (mymacvlan_mode(child) == MYMACVLAN_MODE_PASSTHRU)
		return 0;
	return nla_put_u8(skb, MYMACVLAN_A_VOUCHED,
			  !mymacvlan_is_own_choice(child));
}

/* Which child it is. */
static int mymacvlan_put_identity(struct sk_buff *skb,
				  const struct mymacvlan_child *child)
{
	return nla_put_u32(skb, MYMACVLAN_A_PORT_IFINDEX,
			   mymacvlan_lower(child)->ifindex) ?:
	       mymacvlan_put_u64(skb, MYMACVLAN_A_CHILD_ID, child->id) ?:
	       mymacvlan_put_addr(skb, MYMACVLAN_A_CHILD_ADDR,
				  mymacvlan_read_addr(mymacvlan_dev(child)));
}

/**
 * mymacvlan_put_child() - all that is told of a child, but for counters
 * @skb: the message
 * @port: its port
 * @child: the child
 *
 * Context: RCU read side.
 * Return: 0, or -EMSGSIZE with a part of it in the message.
 */
int mymacvlan_put_child(struct sk_buff *skb, const struct mymacvlan_port *port,
			const struct mymacvlan_child *child)
{
	const struct net_device *dev = mymacvlan_dev(child);

	return mymacvlan_put_identity(skb, child) ?:
	       mymacvlan_put_place(skb, port, dev) ?:
	       nla_put_u32(skb, MYMACVLAN_A_MODE, mymacvlan_mode(child)) ?:
	       nla_put_u16(skb, MYMACVLAN_A_FLAGS, READ_ONCE(child->mvd.flags)) ?:
	       nla_put_u8(skb, MYMACVLAN_A_UP,
			  !!(READ_ONCE(dev->flags) & IFF_UP)) ?:
	       nla_put_u8(skb, MYMACVLAN_A_HOST, READ_ONCE(child->host)) ?:
	       nla_put_u8(skb, MYMACVLAN_A_MACNAT, READ_ONCE(child->macnat)) ?:
	       mymacvlan_put_flags(skb, child);
}

static bool mymacvlan_is_asked_for(const struct mymacvlan_cursor *cursor,
				   const struct mymacvlan_child *child)
{
	const struct net_device *dev = mymacvlan_dev(child);

	return READ_ONCE(child->shown) &&
	       (!cursor->addr || cursor->addr == mymacvlan_read_addr(dev)) &&
	       (!cursor->index ||
		(cursor->index == READ_ONCE(dev->ifindex) &&
		 mymacvlan_is_subordinate(dev_net(dev), dev_net(child->port->lower))));
}

static int mymacvlan_tell_child(struct sk_buff *skb, struct netlink_callback *cb,
				const struct mymacvlan_port *port,
				const struct mymacvlan_child *child)
{
	void *hdr = mymacvlan_dump_begin(skb, cb, MYMACVLAN_CMD_CHILD_GET);
	int err;

	if (!hdr)
		return -EMSGSIZE;
	err = mymacvlan_put_child(skb, port, child) ?:
	      mymacvlan_put_link_stats(skb, mymacvlan_dev(child)) ?:
	      mymacvlan_put_counters(skb, port, child);
	return mymacvlan_dump_end(skb, hdr, err);
}

/*
 * A child that none that is to be told comes before: the first one, or the one that
 * was told last. That one is in the list: whoever takes it out hides it first.
 */
static struct mymacvlan_child *
mymacvlan_dump_resume_rcu(const struct mymacvlan_port *port,
			  const struct mymacvlan_cursor *cursor)
{
	struct mymacvlan_child *told = rcu_dereference(port->told);

	if (told && told->id <= cursor->child)
		return told;
	return list_entry_rcu(port->children.next, struct mymacvlan_child,
			      port_link);
}

/* The next piece begins behind @child, if it is not gone by then. */
static void mymacvlan_dump_remember(struct mymacvlan_port *port,
				    struct mymacvlan_child *child)
{
	if (!child)
		return;
	spin_lock(&port->event_lock);
	if (child->shown)
		rcu_assign_pointer(port->told, child);
	spin_unlock(&port->event_lock);
}

static int mymacvlan_tell_children(struct sk_buff *skb,
				   struct netlink_callback *cb,
				   struct mymacvlan_port *port)
{
	struct mymacvlan_cursor *cursor = mymacvlan_cursor(cb);
	struct mymacvlan_child *child, *told = NULL;
	int err = 0;

	child = mymacvlan_dump_resume_rcu(port, cursor);
	list_for_each_entry_from_rcu(child, &port->children, port_link) {
		if (child->id <= cursor->child ||
		    !mymacvlan_is_asked_for(cursor, child))
			continue;
		err = mymacvlan_tell_child(skb, cb, port, child);
		if (err)
			break;
		cursor->child = child->id;
		told = child;
	}
	mymacvlan_dump_remember(port, told);
	return err;
}

/**
 * mymacvlan_dump_children() - a piece of the dump of the ports' children
 * @skb: the piece
 * @cb: the dump
 *
 * Context: process; RTNL not needed.
 * Return: more than 0 if there is more; 0 at the end; or an error.
 */
int mymacvlan_dump_children(struct sk_buff *skb, struct netlink_callback *cb)
{
	return mymacvlan_dump(skb, cb, mymacvlan_tell_children);
}

/*
 * A message with the groups of @child that come behind *@last and that there is room
 * for; *@last is the last one then.
 */
static int mymacvlan_tell_some_groups(struct sk_buff *skb,
				      struct netlink_callback *cb,
				      const struct mymacvlan_child *child,
				      u64 *last)
{
	spinlock_t *lock = &child->port->group_lock;
	const struct mymacvlan_member *member;
	u64 first = *last;
	void *hdr;
	int err;

	hdr = mymacvlan_dump_begin(skb, cb, MYMACVLAN_CMD_GROUP_GET);
	if (!hdr)
		return -EMSGSIZE;
	err = mymacvlan_put_identity(skb, child);
	if (!err && !first && READ_ONCE(child->all_multi))
		err = nla_put_flag(skb, MYMACVLAN_A_ALLMULTI);
	spin_lock_bh(lock);
	for (member = mymacvlan_next_group_locked(child, *last); !err && member;
	     member = mymacvlan_next_group_locked(child, *last)) {
		err = mymacvlan_put_addr(skb, MYMACVLAN_A_GROUP,
					 member->group->key);
		if (!err)
			*last = member->group->key;
	}
	spin_unlock_bh(lock);
	/* What is in it is told; the rest has a message of its own. */
	mymacvlan_dump_end(skb, hdr, *last == first ? err : 0);
	return err;
}

static int mymacvlan_tell_groups(struct sk_buff *skb,
				 struct netlink_callback *cb,
				 struct mymacvlan_port *port)
{
	struct mymacvlan_cursor *cursor = mymacvlan_cursor(cb);
	struct mymacvlan_child *child, *told = NULL;
	int err = 0;
	u64 last;

	child = mymacvlan_dump_resume_rcu(port, cursor);
	list_for_each_entry_from_rcu(child, &port->children, port_link) {
		last = child->id == cursor->child ? cursor->last : 0;
		if (child->id < cursor->child ||
		    (child->id == cursor->child && !last) ||
		    !mymacvlan_is_asked_for(cursor, child) ||
		    !(READ_ONCE(mymacvlan_dev(child)->flags) & IFF_UP))
			continue;
		err = mymacvlan_tell_some_groups(skb, cb, child, &last);
		if (!err || last) {
			cursor->child = child->id;
			cursor->last = err ? last : 0;
			told = child;
		}
		if (err)
			break;
	}
	mymacvlan_dump_remember(port, told);
	return err;
}

/**
 * mymacvlan_dump_groups() - a piece of the dump of what children listen to
 * @skb: the piece
 * @cb: the dump
 *
 * Context: process; RTNL not needed.
 * Return: more than 0 if there is more; 0 at the end; or an error.
 */
int mymacvlan_dump_groups(struct sk_buff *skb, struct netlink_callback *cb)
{
	return mymacvlan_dump(skb, cb, mymacvlan_tell_groups);
}

/* All bindings of @child behind *@last, one a message; *@last is the last one then. */
static int mymacvlan_tell_some_bindings(struct sk_buff *skb,
					struct netlink_callback *cb,
					const struct mymacvlan_child *child,
					u64 *last)
{
	void *hdr;
	int err;

	do {
		hdr = mymacvlan_dump_begin(skb, cb, MYMACVLAN_CMD_BINDING_GET);
		if (!hdr)
			return -EMSGSIZE;
		err = mymacvlan_put_identity(skb, child) ?:
		      mymacvlan_put_binding(skb, child, last);
		mymacvlan_dump_end(skb, hdr, err);
	} while (!err);
	return err == -ENOENT ? 0 : err;
}

static int mymacvlan_tell_bindings(struct sk_buff *skb,
				   struct netlink_callback *cb,
				   struct mymacvlan_port *port)
{
	struct mymacvlan_cursor *cursor = mymacvlan_cursor(cb);
	struct mymacvlan_child *child, *told = NULL;
	int err = 0;

	child = mymacvlan_dump_resume_rcu(port, cursor);
	list_for_each_entry_from_rcu(child, &port->children, port_link) {
		if (child->id < cursor->child ||
		    !mymacvlan_is_asked_for(cursor, child))
			continue;
		if (child->id != cursor->child)
			cursor->last = 0;
		cursor->child = child->id;
		told = child;
		err = mymacvlan_tell_some_bindings(skb, cb, child, &cursor->last);
		if (err)
			break;
	}
	mymacvlan_dump_remember(port, told);
	return err;
}

/**
 * mymacvlan_dump_bindings() - a piece of the dump of who has which IP address
 * @skb: the piece
 * @cb: the dump
 *
 * Context: process; RTNL not needed.
 * Return: more than 0 if there is more; 0 at the end; or an error.
 */
int mymacvlan_dump_bindings(struct sk_buff *skb, struct netlink_callback *cb)
{
	return mymacvlan_dump(skb, cb, mymacvlan_tell_bindings);
}

static int mymacvlan_put_counter_names(struct sk_buff *skb)
{
	struct nlattr *nest = nla_nest_start(skb, MYMACVLAN_A_COUNTER_NAMES);
	const char *name;
	int i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 0; (name = mymacvlan_stats_name(i)); i++)
		if (nla_put_string(skb, MYMACVLAN_A_COUNTER_NAME, name))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * mymacvlan_dump_counter_names() - answer what the counters are called
 * @skb: the request
 * @info: the same
 *
 * Context: process; RTNL not needed.
 * Return: 0 or an error.
 */
int mymacvlan_dump_counter_names(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *reply = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	void *hdr;
	int err;

	if (!reply)
		return -ENOMEM;
	hdr = genlmsg_put_reply(reply, info, &mymacvlan_genl_family, 0,
				MYMACVLAN_CMD_COUNTER_GET);
	err = hdr ? mymacvlan_put_counter_names(reply) : -EMSGSIZE;
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	genlmsg_end(reply, hdr);
	return genlmsg_reply(reply, info);
}

/**
 * mymacvlan_show_child() - from now on others are told of a child
 * @child: a child that is complete
 *
 * Context: RTNL.
 */
void mymacvlan_show_child(struct mymacvlan_child *child)
{
	struct mymacvlan_port *port = child->port;

	WRITE_ONCE(child->shown, true);
	WRITE_ONCE(port->child_count, port->child_count + 1);
	mymacvlan_net_changed(dev_net(port->lower));
	mymacvlan_event_now(child, MYMACVLAN_CMD_CHILD_ADDED);
}

/**
 * mymacvlan_hide_child() - undo mymacvlan_show_child()
 * @child: a child that is on its way out
 *
 * Context: RTNL.
 */
void mymacvlan_hide_child(struct mymacvlan_child *child)
{
	struct mymacvlan_port *port = child->port;

	/* What the worker has begun to tell of it comes first. */
	spin_lock(&port->event_lock);
	WRITE_ONCE(child->shown, false);
	if (rcu_access_pointer(port->told) == child)
		RCU_INIT_POINTER(port->told, NULL);
	spin_unlock(&port->event_lock);
	mymacvlan_event_now(child, MYMACVLAN_CMD_CHILD_GONE);
	WRITE_ONCE(port->child_count, port->child_count - 1);
	mymacvlan_net_changed(dev_net(port->lower));
}
