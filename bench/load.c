// SPDX-License-Identifier: GPL-2.0-only
/*
 * load - the program of the benchmark that works in the guest: makes children,
 * has frames sent, reads and writes taps, and marks for the plugin on the host
 * (count.c) what belongs to which measurement.
 *
 *   load text NAME=MODULE...
 *   load flow NAME [OPTION]... -- CONTESTANT [OPTION]... [-- CONTESTANT ...]
 *   load links ...      see link.c
 *   load address ...    see link.c
 *   load sources ...    see link.c
 *   load tap ...        see tap.c
 *   load group ...      see group.c
 *   load vhost ...      see vhost.c
 *   load sniff ...      see sniff.c
 *   load answer|ask|packets ...   see speed.c
 *   load time ...       see time.c
 *   load symbols all
 *   load note WORD...   words for the report
 *
 * NAME is what is measured and under which circumstances, "receive:1024".
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "load.h"
#include "mark.h"

/* How long the kernel gets for what it does later: RCU, work items. Costs
 * nothing where idle time is skipped.
 */
#define SETTLE_US	20000
#define LIMIT_US	1000000

void die(const char *fmt, ...)
{
	va_list args;

	fflush(stdout);
	va_start(args, fmt);
	fputs("load: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	exit(1);
}

long long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

void pause_us(long us)
{
	struct timespec ts = { us / 1000000, us % 1000000 * 1000 };

	while (nanosleep(&ts, &ts) && errno == EINTR)
		;
}

bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t done;

	if (fd < 0)
		die("%s: %m", path);
	done = write(fd, text, strlen(text));
	close(fd);
	return done == (ssize_t)strlen(text);
}

const char *option(char **words, const char *name, const char *otherwise)
{
	size_t len = strlen(name);

	for (; *words && strcmp(*words, "--"); words++)
		if (!strncmp(*words, name, len) && (*words)[len] == '=')
			return *words + len + 1;
	return otherwise;
}

long number(char **words, const char *name, long otherwise)
{
	const char *value = option(words, name, NULL);
	char *end;
	long n;

	if (!value)
		return otherwise;
	n = strtol(value, &end, 0);
	if (!*value || *end)
		die("%s=%s is no number", name, value);
	return n;
}

void section_begin(struct section *section, const char *name, const char *kind,
		   int round, long work)
{
	snprintf(section->key, sizeof(section->key), "%s:%s:%d:%ld", name, kind, round, work);
	pause_us(SETTLE_US);
	section->began = now();
	mark("begin %s", section->key);
}

void section_end(struct section *section, const char *fmt, ...)
{
	long long took = now() - section->began;
	char more[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(more, sizeof(more), fmt, args);
	va_end(args);
	pause_us(SETTLE_US);
	mark("end %s took=%lld%s%s", section->key, took, *more ? " " : "", more);
	if (getenv("TIME"))
		printf("section %s took=%lld\n", section->key, took);
}

static long long watch_value(const struct watch *watch)
{
	char text[32];
	ssize_t len = pread(watch->fd, text, sizeof(text) - 1, 0);

	if (len < 0)
		die("cannot read a counter: %m");
	text[len] = 0;
	return atoll(text);
}

void watch_open(struct watch *watch, const char *what)
{
	const char *slash = strchr(what, '/');
	char path[128];

	watch->fd = -1;
	watch->start = 0;
	if (!*what)
		return;
	if (!slash)
		die("%s is not DEV/NAME", what);
	snprintf(path, sizeof(path), "/sys/class/net/%.*s/statistics/%s", (int)(slash - what),
		 what, slash + 1);
	watch->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (watch->fd < 0)
		die("%s: %m", path);
	watch->start = watch_value(watch);
}

long long watch_grown(const struct watch *watch)
{
	return watch->fd < 0 ? 0 : watch_value(watch) - watch->start;
}

long long watch_wait(const struct watch *watch, long long amount)
{
	long long until = now() + LIMIT_US * 1000LL, grown;

	if (watch->fd < 0)
		return 0;
	while ((grown = watch_grown(watch)) < amount && now() < until)
		pause_us(1000);
	return grown;
}

void watch_close(struct watch *watch)
{
	if (watch->fd >= 0)
		close(watch->fd);
	watch->fd = -1;
}

void do_note(char **words)
{
	char text[1024] = "";
	size_t len = 0;

	for (; *words && len < sizeof(text); words++)
		len += snprintf(text + len, sizeof(text) - len, " %s", *words);
	mark("note%s", text);
}

void parse_mac(const char *text, unsigned char *mac)
{
	if (sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1], &mac[2], &mac[3],
		   &mac[4], &mac[5]) != 6)
		die("%s is no MAC address", text);
}

/* Cuts the words at each "--", returns how many parts follow. */
static size_t cut(char **words, char ***parts, size_t max)
{
	size_t n = 0;

	for (; *words; words++) {
		if (strcmp(*words, "--"))
			continue;
		if (n == max || !words[1])
			die("too many contestants, or too few");
		parts[n++] = words + 1;
		*words = NULL;
	}
	return n;
}

void take_turns(char **words, void (*turn)(const char *name, char **words, int round,
					   long frames))
{
	int rounds = number(words, "rounds", 3), round, f;
	char **contestants[16];
	size_t n, i;
	long frames[2];

	if (sscanf(option(words, "frames", "200,1000"), "%ld,%ld", &frames[0], &frames[1]) != 2)
		die("frames=FEW,MANY");
	n = cut(words, contestants, 16);
	/* The first turn fills caches of all kinds. */
	for (i = 0; i < n && number(words, "warm-up", 1); i++)
		turn("warm-up:0", contestants[i], 0, frames[0]);
	for (round = 0; round < rounds; round++)
		for (i = 0; i < n; i++)
			for (f = frames[0] ? 0 : 1; f < 2; f++)
				turn(words[0], contestants[i], round, frames[f]);
}

static const struct {
	const char *name;
	void (*run)(char **words);
} commands[] = {
	{ "text", do_text },
	{ "flow", do_flow },
	{ "links", do_links },
	{ "address", do_address },
	{ "sources", do_sources },
	{ "tap", do_tap },
	{ "group", do_group },
	{ "symbols", do_symbols },
	{ "sniff", do_sniff },
	{ "vhost", do_vhost },
	{ "note", do_note },
	{ "answer", do_answer },
	{ "ask", do_ask },
	{ "packets", do_packets },
	{ "time", do_time },
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc > 2 && i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[1], commands[i].name))
			continue;
		commands[i].run(argv + 2);
		return 0;
	}
	die("a command that is none; see load.c");
}
