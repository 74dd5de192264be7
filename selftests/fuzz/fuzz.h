/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the fuzzers share: cases, made of choices, and what they reach.
 *
 * A case is a list of bytes, each a choice that its generator makes: which
 * message, which attribute, which value. A fresh case takes them from a
 * generator of random numbers; one of the corpus has them already, and one made
 * from it has a few others. So whatever the bytes are, a case is one that knows
 * the format, and what it reached can be reached again.
 *
 *	fuzz_start(argc, argv);
 *	while (fuzz_next()) {
 *		... pick(7) ... any32() ...
 *		fuzz_done();
 *	}
 *	return fuzz_end();
 *
 * Words of the command line, all of them optional:
 *	seed=N		the run's; the same seed makes the same cases
 *	count=N		how many cases, after those of the corpus
 *	seconds=N	no more after so many seconds
 *	corpus=FILE	cases to begin with, in hexadecimal, a line each
 *	learn		keep cases that reach code which none has reached, vary
 *			them, and print them at the end. Needs KCOV, see
 *			scripts/fuzz
 */
#ifndef SELFTESTS_FUZZ_H
#define SELFTESTS_FUZZ_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "tap.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

void fuzz_start(int argc, char **argv);
/* A word "name=value" that is the program's own; NULL if it is not there. */
const char *fuzz_option(const char *name);
bool fuzz_has(const char *word);
bool fuzz_next(void);
void fuzz_done(void);
/* Says how it went, with the corpus if it has learnt one; the exit status. */
int fuzz_end(void);

/* What the case does counts as so many messages, frames or calls. */
void fuzz_count(unsigned int things);
__u64 fuzz_cases(void);
__u64 fuzz_things(void);
/* Something is wrong: says so, with what is needed to see it again. */
void __attribute__((format(printf, 1, 2))) fuzz_wrong(const char *fmt, ...);

/* Choices: below @n, one case in @n, a number, one near an edge, a length. */
unsigned int pick(unsigned int n);
bool one_in(unsigned int n);
__u32 any32(void);
__u32 edge32(void);
size_t any_len(size_t max);
/* Bytes by chance; they are one choice. */
void any_bytes(void *at, size_t len);

#endif
