// SPDX-License-Identifier: GPL-2.0-only
/* What the fuzzers share, see fuzz.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "fuzz.h"

/* Longest case, in choices; what comes after is 0, the plainest choice. */
#define MAX_CASE	1024
#define MAX_CORPUS	4096
#define MAX_COVER	65536
/* 2^this places can be told apart. */
#define PLACE_BITS	20

/* <linux/kcov.h> is not everywhere. */
#define KCOV_INIT_TRACE	_IOR('c', 1, unsigned long)
#define KCOV_ENABLE	_IO('c', 100)
#define KCOV_TRACE_PC	0

struct fuzz_case {
	__u16 len;
	__u8 *bytes;
};

static struct {
	int argc;
	char **argv;
	__u64 seed, limit, number, things;
	long long limit_ms, end_ms, told_ms;
	unsigned int wrong;

	/* The case under way: bytes below len are given. */
	__u8 bytes[MAX_CASE];
	size_t len, at;
	__u64 random;

	struct fuzz_case corpus[MAX_CORPUS];
	unsigned int corpus_len, replayed;
	/* Cases that reached something, from here on learnt in this run. */
	unsigned int kept;
	bool learn;
	unsigned long *cover;
	unsigned int reached;
	__u8 seen[(1 << PLACE_BITS) / 8];
} fuzz;

/*
 * Random numbers (splitmix64): small, and the same everywhere.
 */

static __u64 mix(__u64 z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static __u64 next_random(__u64 *state)
{
	*state += 0x9e3779b97f4a7c15ULL;
	return mix(*state);
}

/*
 * Choices
 */

static __u8 choice(void)
{
	if (fuzz.at == MAX_CASE)
		return 0;
	if (fuzz.at == fuzz.len)
		fuzz.bytes[fuzz.len++] = next_random(&fuzz.random);
	return fuzz.bytes[fuzz.at++];
}

static __u32 choices(unsigned int bytes)
{
	__u32 value = 0;

	while (bytes--)
		value = value << 8 | choice();
	return value;
}

unsigned int pick(unsigned int n)
{
	return n < 2 ? 0 : choices(n <= 256 ? 1 : n <= 65536 ? 2 : 4) % n;
}

bool one_in(unsigned int n)
{
	/* 0, which a short case ends with, is the usual way. */
	return pick(n) == n - 1;
}

__u32 any32(void)
{
	return choices(4);
}

__u32 edge32(void)
{
	static const __u32 edges[] = {
		0, 1, 2, 3, 4, 8, 16, 64, 68, 255, 256, 1000, 1001, 1500, 4096,
		9000, 65535, 65536, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
	};
	unsigned int i = pick(ARRAY_SIZE(edges) + 4);

	if (i < ARRAY_SIZE(edges))
		return edges[i];
	return i & 1 ? any32() : (1U << pick(32)) - pick(3) + 1;
}

size_t any_len(size_t max)
{
	size_t near = max > 64 ? 64 : max + 1;

	switch (pick(4)) {
	case 0:
		return pick(near);
	case 1:
		return max - pick(near);
	default:
		return pick(max + 1);
	}
}

void any_bytes(void *at, size_t len)
{
	__u64 state = choices(2), word = 0;
	__u8 *byte = at;
	size_t i;

	for (i = 0; i < len; i++) {
		if (i % 8 == 0)
			word = next_random(&state);
		byte[i] = word >> (i % 8 * 8);
	}
}

/*
 * The command line
 */

const char *fuzz_option(const char *name)
{
	size_t len = strlen(name);
	int i;

	for (i = 1; i < fuzz.argc; i++)
		if (!strncmp(fuzz.argv[i], name, len) && fuzz.argv[i][len] == '=')
			return fuzz.argv[i] + len + 1;
	return NULL;
}

bool fuzz_has(const char *word)
{
	int i;

	for (i = 1; i < fuzz.argc; i++)
		if (!strcmp(fuzz.argv[i], word))
			return true;
	return false;
}

static __u64 number_option(const char *name, __u64 otherwise)
{
	const char *value = fuzz_option(name);

	return value ? strtoull(value, NULL, 0) : otherwise;
}

/*
 * The corpus
 */

static void keep(const __u8 *bytes, size_t len)
{
	struct fuzz_case *new = &fuzz.corpus[fuzz.corpus_len];

	if (fuzz.corpus_len == MAX_CORPUS)
		return;
	new->bytes = malloc(len + 1);
	new->len = len;
	memcpy(new->bytes, bytes, len);
	fuzz.corpus_len++;
}

static void read_corpus(const char *path)
{
	char line[2 * MAX_CASE + 2];
	__u8 bytes[MAX_CASE];
	FILE *file = fopen(path, "re");
	size_t len;

	if (!file)
		die("%s: %m", path);
	while (fgets(line, sizeof(line), file)) {
		for (len = 0; len < MAX_CASE; len++)
			if (sscanf(line + 2 * len, "%2hhx", &bytes[len]) != 1)
				break;
		if (*line != '#' && len)
			keep(bytes, len);
	}
	fclose(file);
}

static void print_corpus(void)
{
	unsigned int i, j;

	for (i = fuzz.kept; i < fuzz.corpus_len; i++) {
		printf("corpus: ");
		for (j = 0; j < fuzz.corpus[i].len; j++)
			printf("%02x", fuzz.corpus[i].bytes[j]);
		putchar('\n');
	}
}

/* A case of the corpus with a few bytes changed, cut off, or joined to another. */
static void vary(__u64 *state)
{
	const struct fuzz_case *from = &fuzz.corpus[next_random(state) % fuzz.corpus_len];
	unsigned int n = 1 + next_random(state) % 6;
	size_t tail;

	memcpy(fuzz.bytes, from->bytes, from->len);
	fuzz.len = from->len;
	while (n--) {
		__u64 how = next_random(state);
		size_t at = (how >> 8) % fuzz.len;

		if ((how & 15) == 0)
			fuzz.len = at + 1;
		else
			fuzz.bytes[at] = how >> 40;
	}
	if (next_random(state) % 8)
		return;
	from = &fuzz.corpus[next_random(state) % fuzz.corpus_len];
	tail = from->len < MAX_CASE - fuzz.len ? from->len : MAX_CASE - fuzz.len;
	memcpy(fuzz.bytes + fuzz.len, from->bytes, tail);
	fuzz.len += tail;
}

/*
 * What is reached
 */

static void start_cover(void)
{
	int fd = open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);

	if (fd < 0 || ioctl(fd, KCOV_INIT_TRACE, MAX_COVER))
		die("KCOV: %m");
	fuzz.cover = mmap(NULL, MAX_COVER * sizeof(*fuzz.cover),
			  PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (fuzz.cover == MAP_FAILED || ioctl(fd, KCOV_ENABLE, KCOV_TRACE_PC))
		die("KCOV: %m");
}

/* How many places the case has reached that no other had. */
static unsigned int new_cover(void)
{
	unsigned long n = __atomic_load_n(&fuzz.cover[0], __ATOMIC_RELAXED), i;
	unsigned int new = 0, bit;

	for (i = 1; i <= n && i < MAX_COVER; i++) {
		bit = mix(fuzz.cover[i]) >> (64 - PLACE_BITS);
		if (fuzz.seen[bit / 8] >> bit % 8 & 1)
			continue;
		fuzz.seen[bit / 8] |= 1 << bit % 8;
		new++;
	}
	fuzz.reached += new;
	return new;
}

/*
 * The run
 */

void fuzz_start(int argc, char **argv)
{
	const char *corpus;

	fuzz.argc = argc;
	fuzz.argv = argv;
	setvbuf(stdout, NULL, _IOLBF, 0);
	fuzz.seed = number_option("seed", 1);
	fuzz.limit = number_option("count", 1000);
	fuzz.limit_ms = number_option("seconds", 1000000) * 1000;
	corpus = fuzz_option("corpus");
	if (corpus)
		read_corpus(corpus);
	fuzz.kept = fuzz.corpus_len;
	fuzz.learn = fuzz_has("learn");
	if (fuzz.learn)
		start_cover();
}

static void tell(const char *what)
{
	printf("# %s: seed %llu, %llu cases, %llu sent, %u wrong", what, fuzz.seed,
	       fuzz.number, fuzz.things, fuzz.wrong);
	if (fuzz.learn)
		printf(", %u places, %u kept", fuzz.reached, fuzz.corpus_len - fuzz.kept);
	putchar('\n');
}

bool fuzz_next(void)
{
	__u64 state = mix(fuzz.seed) + fuzz.number;

	/* The time begins when the world is there. */
	if (!fuzz.end_ms) {
		fuzz.told_ms = now_ms();
		fuzz.end_ms = fuzz.told_ms + fuzz.limit_ms;
	}
	if (now_ms() - fuzz.told_ms >= 10000) {
		fuzz.told_ms = now_ms();
		tell("so far");
	}
	if ((fuzz.replayed == fuzz.kept && fuzz.number >= fuzz.limit) ||
	    now_ms() >= fuzz.end_ms || fuzz.wrong >= 10)
		return false;
	fuzz.at = 0;
	fuzz.len = 0;
	fuzz.random = mix(state);
	if (fuzz.replayed < fuzz.kept) {
		fuzz.len = fuzz.corpus[fuzz.replayed].len;
		memcpy(fuzz.bytes, fuzz.corpus[fuzz.replayed].bytes, fuzz.len);
		fuzz.replayed++;
	} else {
		fuzz.number++;
		if (fuzz.corpus_len && next_random(&fuzz.random) & 1)
			vary(&fuzz.random);
	}
	if (fuzz.learn)
		__atomic_store_n(&fuzz.cover[0], 0, __ATOMIC_RELAXED);
	return true;
}

void fuzz_done(void)
{
	if (fuzz.learn && new_cover())
		keep(fuzz.bytes, fuzz.at);
}

int fuzz_end(void)
{
	tell("done");
	if (fuzz.learn)
		print_corpus();
	return fuzz.wrong ? 1 : 0;
}

void fuzz_count(unsigned int things)
{
	fuzz.things += things;
}

__u64 fuzz_cases(void)
{
	return fuzz.number;
}

__u64 fuzz_things(void)
{
	return fuzz.things;
}

void fuzz_wrong(const char *fmt, ...)
{
	va_list args;
	size_t i;

	printf("# WRONG in case %llu of seed %llu: ", fuzz.number, fuzz.seed);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n# its choices: ");
	for (i = 0; i < fuzz.at; i++)
		printf("%02x", fuzz.bytes[i]);
	putchar('\n');
	fuzz.wrong++;
}
