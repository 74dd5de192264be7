// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's packet generator: one device, one run at a time.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "load.h"

#define PROC	"/proc/net/pktgen/"
#define THREAD	PROC "kpktgend_0"

static bool __attribute__((format(printf, 2, 3)))
say(const char *dev, const char *fmt, ...)
{
	char path[64], text[128];
	va_list args;

	snprintf(path, sizeof(path), PROC "%s", dev);
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return write_file(path, text);
}

static void set(const char *dev, const char *name, const char *value)
{
	if (value && !say(dev, "%s %s", name, value))
		die("pktgen on %s: %s %s: %m", dev, name, value);
}

/* "queue" is how a network stack sends: past taps, hooks and queues. */
static const char *mode_of(const char *way)
{
	if (!strcmp(way, "rx"))
		return "netif_receive";
	return strcmp(way, "queue") ? "start_xmit" : "queue_xmit";
}

void pktgen_set_up(char **words)
{
	const char *dev = option(words, "dev", "");
	char text[64];

	if (access(PROC, F_OK))
		die("no pktgen");
	write_file(THREAD, "rem_device_all");
	snprintf(text, sizeof(text), "add_device %s", dev);
	if (!write_file(THREAD, text))
		die("pktgen: %s: %m", text);
	set(dev, "xmit_mode", mode_of(option(words, "way", "tx")));
	set(dev, "pkt_size", option(words, "size", "60"));
	set(dev, "delay", "0");
	set(dev, "clone_skb", "0");
	set(dev, "dst_mac", option(words, "dst", NULL));
	set(dev, "src_mac", option(words, "src", NULL));
	set(dev, "dst", option(words, "ip", NULL));
	set(dev, "dst6", option(words, "ip6", NULL));
	/* Frames of its own, as from a network card: one that pktgen holds on to
	 * is copied before anybody may change it. Not known before Linux 6.7.
	 */
	say(dev, "flag !SHARED");
}

/* How many it says that it has sent. */
static long sent(const char *dev)
{
	char path[64], line[256], *at;
	long frames = -1;
	FILE *file;

	snprintf(path, sizeof(path), PROC "%s", dev);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file)) {
		at = strstr(line, "pkts-sofar: ");
		if (at)
			frames = atol(at + strlen("pkts-sofar: "));
	}
	if (file)
		fclose(file);
	return frames;
}

void pktgen_send(const char *dev, long frames)
{
	if (!say(dev, "count %ld", frames))
		die("pktgen: count: %m");
	if (!write_file(PROC "pgctrl", "start\n"))
		die("pktgen does not start: %m");
	if (sent(dev) != frames)
		die("pktgen sent %ld of %ld frames on %s", sent(dev), frames, dev);
}

void pktgen_end(void)
{
	write_file(THREAD, "rem_device_all");
}
