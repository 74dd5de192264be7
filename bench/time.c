// SPDX-License-Identifier: GPL-2.0-only
/*
 * load time NAME [frames=0,N] [rounds=N] [cpus=N] -- CONTESTANT [OPTION]... [-- ...]
 *
 * Has the module "inject" send frames, and prints what one of them takes, in
 * nanoseconds: a line for each contestant, with a figure for each round. They
 * take turns in slices of N frames. Options of a contestant, as in flow.c:
 *
 *   dev=DEV way=tx|rx|queue dst=MAC src=MAC ip=ADDRESS watch=DEV/NAME
 *   wait=1    the frame goes on behind the sender's back: wait for the counter
 *   from=N    senders are the children 0 to N-1, in random order (dev and src are
 *             the first of them)
 *   to=N      the same for receivers (dst, ip and watch)
 *   vary=ip   they differ in their IP address only
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "inject.h"
#include "load.h"

/* As many, so that nobody learns their order by heart. */
#define LEAST_TARGETS	4096
#define MAX_CONTESTANTS	16
#define MAX_ROUNDS	1000
#define MAX_IFINDEX	1000000

static struct contestant {
	char **words;
	int fd;
	struct inject_run *run;
	int rounds;
	double ns[MAX_ROUNDS];
} contestants[MAX_CONTESTANTS];

static long cpus;
static bool watched[MAX_IFINDEX];

/* The same numbers for everybody. */
static unsigned int chance(unsigned int below)
{
	static uint64_t state = 88172645463325252ull;

	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (state >> 33) % below;
}

/* 0 to n-1 in random order, again and again. */
static unsigned int *shuffled(long n, long total)
{
	unsigned int *order = calloc(total, sizeof(*order)), *turn, swap, j;
	long i;

	if (!order)
		die("no memory");
	for (i = 0; i < total; i++)
		order[i] = i % n;
	for (i = 0; i < total; i++) {
		turn = order + i / n * n;
		j = chance(n);
		swap = turn[i % n];
		turn[i % n] = turn[j];
		turn[j] = swap;
	}
	return order;
}

/* The child @number in place of the one that is named. */
static unsigned int device(const char *text, unsigned int number, bool vary)
{
	char name[IFNAMSIZ];
	unsigned int ifindex;
	size_t len = strcspn(text, "/");

	if (vary)
		len = strcspn(text, "0123456789/");
	if (vary)
		snprintf(name, sizeof(name), "%.*s%u", (int)len, text, number);
	else
		snprintf(name, sizeof(name), "%.*s", (int)len, text);
	ifindex = if_nametoindex(name);
	if (!ifindex)
		die("no device %s", name);
	return ifindex;
}

static void address(unsigned char *mac, const char *text, unsigned int number)
{
	parse_mac(text, mac);
	mac[3] += number >> 16;
	mac[4] += number >> 8;
	mac[5] += number;
}

static void fill_target(struct inject_target *target, char **words, unsigned int from,
			unsigned int to)
{
	const char *watch = option(words, "watch", "");
	bool vary_to = number(words, "to", 0), by_ip = !strcmp(option(words, "vary", ""), "ip");

	target->dev = device(option(words, "dev", ""), from, number(words, "from", 0));
	if (*watch)
		target->watch = device(watch, to, vary_to);
	if (target->watch >= MAX_IFINDEX)
		die("too many devices");
	if (watched[target->watch])
		target->watch = 0;
	else
		watched[target->watch] = true;
	address(target->src, option(words, "src", "02:ff:ff:ff:ff:fe"), by_ip ? 0 : from);
	address(target->dst, option(words, "dst", ""), by_ip ? 0 : to);
	target->ip = inet_addr(option(words, "ip", ""));
	if (by_ip)
		target->ip = htonl(0x0a0c0000 | to / 250 << 8 | (to % 250 + 1));
}

static unsigned int way_of(const char *way)
{
	if (!strcmp(way, "rx"))
		return INJECT_RX;
	return strcmp(way, "queue") ? INJECT_TX : INJECT_QUEUE;
}

static void open_contestant(struct contestant *one, char **words)
{
	long from = number(words, "from", 1), to = number(words, "to", 1), i, targets;
	unsigned int *senders, *receivers;
	const char *watch = option(words, "watch", "");
	struct inject_run *run;
	size_t size;

	targets = from > to ? from : to;
	if (targets > 1 && targets < LEAST_TARGETS)
		targets *= (LEAST_TARGETS + targets - 1) / targets;
	senders = shuffled(from, targets);
	receivers = shuffled(to, targets);
	size = sizeof(*run) + targets * sizeof(run->target[0]);
	run = calloc(1, size);
	if (!run)
		die("no memory");
	run->way = way_of(option(words, "way", "tx"));
	run->cpus = cpus;
	run->targets = targets;
	run->watch_tx = !!strstr(watch, "/tx_packets");
	memset(watched, 0, sizeof(watched));
	for (i = 0; i < targets; i++) {
		/* Nobody sends to itself. */
		if (from > 1 && to > 1 && senders[i] == receivers[i])
			receivers[i] = (receivers[i] + 1) % to;
		fill_target(&run->target[i], words, senders[i], receivers[i]);
	}
	free(senders);
	free(receivers);
	one->words = words;
	one->run = run;
	one->fd = open("/proc/inject", O_RDWR | O_CLOEXEC);
	if (one->fd < 0 || write(one->fd, run, size) != (ssize_t)size)
		die("inject: %m");
}

/* Sends a slice; nanoseconds a frame. */
static double slice(struct contestant *one, long frames, unsigned int wait)
{
	struct inject_run *run = one->run;
	struct inject_run head = *run;

	head.frames = frames;
	head.wait = wait;
	if (write(one->fd, &head, sizeof(head)) != sizeof(head) ||
	    read(one->fd, &head, sizeof(head)) != sizeof(head))
		die("%s: inject: %m", one->words[0]);
	if (wait && run->target[0].watch && head.arrived != (uint64_t)frames * cpus)
		die("%s: %llu of %ld frames arrived", one->words[0],
		    (unsigned long long)head.arrived, frames * cpus);
	return (double)head.took / frames;
}

static struct contestant *find(char **words)
{
	struct contestant *one = contestants;

	while (one->words && one->words != words)
		one++;
	return one;
}

static void one_turn(const char *name, char **words, int round, long frames)
{
	struct contestant *one = find(words);
	bool wait = number(words, "wait", 0) && *option(words, "watch", "");

	(void)name;
	if (!one->words) {
		/* The warm-up, which must not lose any. */
		open_contestant(one, words);
		slice(one, number(words, "first", 64), wait ? INJECT_WAIT : INJECT_CHECK);
		return;
	}
	if (round >= MAX_ROUNDS)
		die("too many rounds");
	one->ns[round] = slice(one, frames, wait ? INJECT_WAIT : INJECT_NO_WAIT);
	one->rounds = round + 1;
}

void do_time(char **words)
{
	const struct sched_param lowest = { 0 };
	cpu_set_t first;
	int i;

	cpus = number(words + 1, "cpus", 1);
	CPU_ZERO(&first);
	CPU_SET(0, &first);
	if (sched_setaffinity(0, sizeof(first), &first) ||
	    sched_setscheduler(0, SCHED_IDLE, &lowest))
		die("scheduler: %m");
	take_turns(words, one_turn);
	for (struct contestant *one = contestants; one->words; one++) {
		printf("time %s %s", words[0], one->words[0]);
		for (i = 0; i < one->rounds; i++)
			printf(" %.1f", one->ns[i]);
		putchar('\n');
	}
}
