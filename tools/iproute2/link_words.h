/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What reading options and printing them share: words with a number, and the table
 * of options. An array of words ends with one that has no name.
 */
#ifndef LINK_WORDS_H
#define LINK_WORDS_H

#include <linux/mymacvlan.h>
#include <stdbool.h>

struct word {
	const char *name;
	unsigned int value;
};

extern const struct word mymacvlan_mode[];
extern const struct word mymacvlan_macaddr_mode[];
extern const struct word mymacvlan_pin[];
extern const struct word mymacvlan_arp[];
extern const struct word mymacvlan_allow_action[];
extern const struct word mymacvlan_flags[];
extern const struct word on_off[];

/* NULL if @words has no such name. */
const struct word *find_word(const struct word *words, const char *name);
/* "unknown" if @words has no such value. */
const char *word_name(const struct word *words, unsigned int value);

struct command;

/**
 * struct option - what begins with a word
 * @name: the word
 * @parse: reads what follows
 * @tap_only: other kinds do not have it
 * @attr: IFLA_MYMACVLAN_*
 * @words: for parse_plain()
 */
struct option {
	const char *name;
	int (*parse)(struct command *cmd);
	bool tap_only;
	int attr;
	const struct word *words;
};

/* Its last one has no attribute. */
extern const struct option link_options[];

#endif /* LINK_WORDS_H */
