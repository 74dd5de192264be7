// SPDX-License-Identifier: GPL-2.0-only
/*
 * The frame source of scripts/bench-time, for a kernel that has nothing else to do.
 *
 * Somebody writes a struct inject_run to /proc/inject; with each read frames go
 * through the devices that it names, and it tells how long that took. Only the way of the
 * frames is timed, not how they are made: a batch is made first, as many as a
 * network card has ready for its driver, and then given away frame by frame. So
 * all that the figure has beside the driver is the network stack, and of that
 * little: a frame is IPv4 with a bad checksum, which ends where IP begins.
 */
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/proc_fs.h>
#include <linux/rtnetlink.h>
#include <linux/vmalloc.h>
#include <net/net_namespace.h>
#include "inject.h"

#define BATCH		32
#define SIZE		60
#define HEADROOM	128
/* How long a frame may be on its way. */
#define LIMIT		(5 * HZ)

/* An open file. */
struct inject_session {
	struct inject_run *run;
	/* Of each target, with a reference. */
	struct net_device **devs, **watches;
	/* Where the last read has stopped. */
	unsigned int next;
};

/* What one processor does. */
struct inject_worker {
	const struct inject_session *session;
	atomic_t *waiting;
	unsigned int next;
	struct sk_buff *skbs[BATCH];
	u64 took;
	int err;
};

static DEFINE_MUTEX(inject_mutex);

static struct sk_buff *inject_make(const struct inject_run *run,
				   const struct inject_target *target,
				   struct net_device *dev)
{
	struct sk_buff *skb = alloc_skb(HEADROOM + SIZE, GFP_ATOMIC);
	struct ethhdr *eth;
	struct iphdr *iph;

	if (!skb)
		return NULL;
	skb_reserve(skb, HEADROOM + NET_IP_ALIGN);
	eth = skb_put_zero(skb, SIZE);
	ether_addr_copy(eth->h_dest, target->dst);
	ether_addr_copy(eth->h_source, target->src);
	eth->h_proto = htons(ETH_P_IP);
	iph = (struct iphdr *)(eth + 1);
	iph->version = 4;
	iph->ihl = 5;
	iph->tot_len = htons(SIZE - ETH_HLEN);
	iph->ttl = 64;
	iph->protocol = IPPROTO_UDP;
	iph->daddr = target->ip;
	skb->dev = dev;
	if (run->way == INJECT_RX) {
		skb->protocol = eth_type_trans(skb, dev);
		return skb;
	}
	skb->protocol = htons(ETH_P_IP);
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);
	return skb;
}

static int inject_give(const struct inject_run *run, struct sk_buff *skb)
{
	struct net_device *dev = skb->dev;
	int ret;

	switch (run->way) {
	case INJECT_RX:
		local_bh_disable();
		netif_receive_skb(skb);
		local_bh_enable();
		return 0;
	case INJECT_QUEUE:
		return dev_queue_xmit(skb);
	}
	rcu_read_lock_bh();
	ret = netdev_start_xmit(skb, dev, netdev_get_tx_queue(dev, 0), false);
	rcu_read_unlock_bh();
	if (!dev_xmit_complete(ret))
		kfree_skb(skb);
	return ret;
}

static int inject_batch(struct inject_worker *worker, unsigned int n)
{
	const struct inject_session *session = worker->session;
	const struct inject_run *run = session->run;
	unsigned int i, target;
	u64 start;

	for (i = 0; i < n; i++) {
		target = worker->next;
		worker->next = target + 1 < run->targets ? target + 1 : 0;
		worker->skbs[i] = inject_make(run, &run->target[target],
					      session->devs[target]);
		if (!worker->skbs[i]) {
			while (i)
				kfree_skb(worker->skbs[--i]);
			return -ENOMEM;
		}
	}
	start = ktime_get_ns();
	for (i = 0; i < n; i++)
		if (inject_give(run, worker->skbs[i]))
			worker->err = -EIO;
	worker->took += ktime_get_ns() - start;
	return worker->err;
}

static int inject_work(void *data)
{
	struct inject_worker *worker = data;
	unsigned int left = worker->session->run->frames, n;

	/* All begin at once. */
	atomic_dec(worker->waiting);
	while (atomic_read(worker->waiting))
		cpu_relax();
	for (; left && !worker->err; left -= n) {
		n = min_t(unsigned int, left, BATCH);
		worker->err = inject_batch(worker, n);
	}
	return worker->err;
}

static u64 inject_counter(const struct inject_run *run, struct net_device *dev)
{
	struct rtnl_link_stats64 stats;

	dev_get_stats(dev, &stats);
	return run->watch_tx ? stats.tx_packets : stats.rx_packets;
}

static u64 inject_counters(const struct inject_session *session)
{
	const struct inject_run *run = session->run;
	u32 i, n = run->wait == INJECT_CHECK ? run->targets : 1;
	u64 sum = 0;

	for (i = 0; i < n; i++)
		if (session->watches[i])
			sum += inject_counter(run, session->watches[i]);
	return sum;
}

/* Whatever else is to be done goes first: the caller has the lowest priority. */
static void inject_wait(struct inject_session *session, u64 before)
{
	struct inject_run *run = session->run;
	u64 all = (u64)run->frames * run->cpus;
	unsigned long end = jiffies + LIMIT;

	do {
		run->arrived = inject_counters(session) - before;
		if (run->wait != INJECT_WAIT || run->arrived >= all)
			return;
		yield();
	} while (time_before(jiffies, end));
}

/* The caller is on the first processor. */
static int inject_on_all(struct inject_session *session, struct inject_worker *workers)
{
	struct inject_run *run = session->run;
	atomic_t waiting = ATOMIC_INIT(run->cpus);
	struct task_struct *task = NULL;
	unsigned int cpu;
	u64 before, begun, start;
	int err;

	for (cpu = 0; cpu < run->cpus; cpu++) {
		workers[cpu].session = session;
		workers[cpu].next = (session->next + run->targets / run->cpus * cpu) %
				    run->targets;
		workers[cpu].waiting = &waiting;
	}
	before = run->wait ? inject_counters(session) : 0;
	if (run->cpus == 2) {
		task = kthread_create_on_cpu(inject_work, &workers[1], 1, "inject/%u");
		if (IS_ERR(task))
			return PTR_ERR(task);
		wake_up_process(get_task_struct(task));
	}
	begun = ktime_get_ns();
	err = inject_work(&workers[0]);
	if (task)
		err = kthread_stop_put(task) ?: err;
	start = ktime_get_ns();
	if (run->wait)
		inject_wait(session, before);
	run->took = run->wait == INJECT_WAIT ? ktime_get_ns() - start : 0;
	for (cpu = 0; cpu < run->cpus; cpu++)
		run->took += workers[cpu].took / run->cpus;
	/*
	 * What somebody has put off is done while one of two senders makes its frames,
	 * or waits for the other one: here the whole time counts.
	 */
	if (run->wait == INJECT_WAIT && run->cpus == 2)
		run->took = ktime_get_ns() - begun;
	session->next = workers[0].next;
	return err;
}

static ssize_t inject_read(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	struct inject_session *session = file->private_data;
	struct inject_worker *workers;
	int err;

	if (!session->run || len != sizeof(*session->run))
		return -EINVAL;
	workers = kcalloc(session->run->cpus, sizeof(*workers), GFP_KERNEL);
	if (!workers)
		return -ENOMEM;
	mutex_lock(&inject_mutex);
	err = inject_on_all(session, workers);
	mutex_unlock(&inject_mutex);
	kfree(workers);
	if (err)
		return err;
	return copy_to_user(buf, session->run, len) ? -EFAULT : len;
}

static int inject_get_devs(struct inject_session *session)
{
	const struct inject_target *target = session->run->target;
	u32 i;

	session->devs = kvcalloc(session->run->targets, sizeof(*session->devs), GFP_KERNEL);
	session->watches = kvcalloc(session->run->targets, sizeof(*session->watches),
				    GFP_KERNEL);
	if (!session->devs || !session->watches)
		return -ENOMEM;
	for (i = 0; i < session->run->targets; i++, target++) {
		session->devs[i] = dev_get_by_index(&init_net, target->dev);
		session->watches[i] = dev_get_by_index(&init_net, target->watch);
		if (!session->devs[i])
			return -ENODEV;
	}
	return 0;
}

static ssize_t inject_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	struct inject_session *session = file->private_data;
	struct inject_run *run;

	if (len < sizeof(*run) || len > struct_size(run, target, INJECT_MAX_TARGETS))
		return -EINVAL;
	run = vmemdup_user(buf, len);
	if (IS_ERR(run))
		return PTR_ERR(run);
	if (session->run && len == sizeof(*run)) {
		session->run->frames = run->frames;
		session->run->wait = run->wait;
		kvfree(run);
		return len;
	}
	if (session->run || !run->targets || len != struct_size(run, target, run->targets) ||
	    !run->cpus || run->cpus > min(num_online_cpus(), 2U)) {
		kvfree(run);
		return -EINVAL;
	}
	session->run = run;
	return inject_get_devs(session) ?: len;
}

static int inject_open(struct inode *inode, struct file *file)
{
	file->private_data = kzalloc(sizeof(struct inject_session), GFP_KERNEL);
	return file->private_data ? 0 : -ENOMEM;
}

static int inject_release(struct inode *inode, struct file *file)
{
	struct inject_session *session = file->private_data;
	u32 i;

	for (i = 0; session->run && i < session->run->targets; i++) {
		if (session->devs)
			dev_put(session->devs[i]);
		if (session->watches)
			dev_put(session->watches[i]);
	}
	kvfree(session->devs);
	kvfree(session->watches);
	kvfree(session->run);
	kfree(session);
	return 0;
}

static const struct proc_ops inject_ops = {
	.proc_open = inject_open,
	.proc_release = inject_release,
	.proc_read = inject_read,
	.proc_write = inject_write,
};

static int __init inject_init(void)
{
	return proc_create("inject", 0600, NULL, &inject_ops) ? 0 : -ENOMEM;
}

static void __exit inject_exit(void)
{
	remove_proc_entry("inject", NULL);
}

module_init(inject_init);
module_exit(inject_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Frames for scripts/bench-time");
