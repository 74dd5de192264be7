/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of "load", the program that works in the guest, share. A part
 * that cannot do what it must ends the program.
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>

void __attribute__((format(printf, 1, 2), noreturn)) die(const char *fmt, ...);

/* Nanoseconds of the guest's clock. */
long long now(void);
void pause_us(long us);
/* Writes @text into a file of the kernel's; false if that refuses it. */
bool write_file(const char *path, const char *text);
/* The value of NAME=VALUE among the words, or @otherwise. */
const char *option(char **words, const char *name, const char *otherwise);
long number(char **words, const char *name, long otherwise);

/*
 * A measured section. Its key is CASE:N:KIND:ROUND:WORK, what is between
 * section_begin() and section_end() is counted. The latter waits until the
 * kernel has done what it put off.
 */
struct section {
	char key[256];
	long long began;
};

void section_begin(struct section *section, const char *name, const char *kind,
		   int round, long work);
void section_end(struct section *section, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* One counter of a device, /sys/class/net/DEV/statistics/NAME. */
struct watch {
	int fd;
	long long start;
};

/* @what is DEV/NAME; an empty one is never waited for. */
void watch_open(struct watch *watch, const char *what);
long long watch_grown(const struct watch *watch);
/* Waits until it has grown by @amount, or for a second; how much it has. */
long long watch_wait(const struct watch *watch, long long amount);
void watch_close(struct watch *watch);

void parse_mac(const char *text, unsigned char *mac);

/*
 * Runs @turn for each contestant, after the "--" that cut the words, several
 * rounds, each with few and with many frames: the difference is free of what
 * starting and ending costs.
 */
void take_turns(char **words, void (*turn)(const char *name, char **words, int round,
					   long frames));

/* The subcommands: words up to a NULL. */
void do_text(char **words);
void do_flow(char **words);
void do_links(char **words);
void do_address(char **words);
void do_sources(char **words);
void do_tap(char **words);
void do_group(char **words);
void do_symbols(char **words);
void do_sniff(char **words);
void do_vhost(char **words);
void do_note(char **words);
void do_answer(char **words);
void do_ask(char **words);
void do_packets(char **words);
void do_time(char **words);

/* The file of a tap, with headers of 10 bytes. */
int tap_open(const char *dev);
/* Builds such a header and a frame; their length. */
size_t tap_frame(unsigned char *at, size_t room, char **words);

/* pktgen */
void pktgen_set_up(char **words);
void pktgen_send(const char *dev, long frames);
void pktgen_end(void);

#endif
