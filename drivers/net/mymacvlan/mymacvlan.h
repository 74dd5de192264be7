/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of mymacvlan share. Each structure, and who may touch it, is in a
 * header beside the file that its functions are in.
 *
 *   port     one a lower device: the tables and lists that a frame is looked
 *            up in, and the broadcast queues
 *   child    one a virtual device: the private data of its net_device
 *   station  the unicast address of a child that is up, in the port's table
 *   source   one allowed sender of a child in mode source
 *   entry    either of them, as frames find it
 *   mac      one further unicast address of a child, which the host allows it
 *   sender   the floods of one child, or of the host, that wait for the worker
 *   group    one multicast address and the children that listen to it
 *   member   one child's place in a group
 *   binding  one IP address, and the children that claim it
 *   claim    one child's word that an IP address is its
 *
 * Three contexts, told by the names of functions:
 *   _rtnl    RTNL is held (most control operations; not marked where the
 *            kernel's own callback says so already)
 *   _rcu     inside rcu_read_lock(), on the frame path
 *   _locked  port->group_lock is held
 */
#ifndef _MYMACVLAN_H
#define _MYMACVLAN_H

#include <linux/etherdevice.h>
#include "address.h"
#include "announce.h"
#include "bcqueue.h"
#include "child.h"
#include "conflict.h"
#include "duplicate.h"
#include "filter.h"
#include "frames.h"
#include "group.h"
#include "link.h"
#include "mcast.h"
#include "netdev.h"
#include "notify.h"
#include "port.h"
#include "source.h"
#include "stats.h"

#endif /* _MYMACVLAN_H */
