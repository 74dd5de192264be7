// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does one thing again and again, the Nth allocation of memory failing the Nth time,
 * until it has been done without. Needs a kernel that fails on demand.
 *
 *   failing LAST load FILE NAME   loads a module, and unloads it where that worked
 *   failing LAST namespace        makes a network namespace
 *
 * Only the LAST so many allocations fail: those before are the kernel's preparations.
 *
 * Prints how many failed, and whether the thing was done all the same. Exit status:
 * 0 if each failure was told as one, for want of memory, and left no module behind.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* More than any of this takes. */
#define NEVER	1000000

static const char *file, *name;

static void __attribute__((format(printf, 1, 2), noreturn))
die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fputs("failing: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	exit(1);
}

static int load(void)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return errno;
	err = syscall(SYS_finit_module, fd, "", 0) ? errno : 0;
	close(fd);
	return err;
}

static int namespace(void)
{
	return unshare(CLONE_NEWNET) ? errno : 0;
}

static void set_nth(int fd, unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth);

	if (pwrite(fd, text, len, 0) != len)
		die("/proc/thread-self/fail-nth: %m");
}

/* Returns its error; *left is what remained of nth, 0 if an allocation failed. */
static int try(int (*thing)(void), unsigned int nth, unsigned int *left)
{
	int fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	char text[16] = "";
	int err;

	if (fd < 0)
		die("/proc/thread-self/fail-nth: %m");
	set_nth(fd, nth);
	err = thing();
	if (pread(fd, text, sizeof(text) - 1, 0) < 0)
		die("/proc/thread-self/fail-nth: %m");
	set_nth(fd, 0);
	close(fd);
	*left = atoi(text);
	return err;
}

static int is_loaded(void)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/module/%s", name);
	return !access(path, F_OK);
}

/* What one try has left. */
static void check_module(unsigned int nth, int err)
{
	if (is_loaded() != !err)
		die("allocation %u: error %d, and the module is %sthere", nth, err,
		    is_loaded() ? "" : "not ");
	if (!err && syscall(SYS_delete_module, name, 0))
		die("allocation %u: it cannot be unloaded: %m", nth);
}

static void all(int (*thing)(void), unsigned int last)
{
	unsigned int n, left, total, failed = 0, done = 0;
	int err = try(thing, NEVER, &left);

	if (err)
		die("without a failure: %s", strerror(err));
	total = NEVER - left;
	for (n = total > last ? total - last : 1; ; n++) {
		if (name)
			check_module(n, err);
		err = try(thing, n, &left);
		if (err && err != ENOMEM && err != ENOBUFS)
			die("allocation %u: %s", n, strerror(err));
		if (left)
			break;
		failed++;
		done += !err;
	}
	if (name)
		check_module(n, err);
	printf("%u of %u allocations failed, done all the same %u times\n",
	       failed, total, done);
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[2], "load")) {
		file = argv[3];
		name = argv[4];
		all(load, atoi(argv[1]));
	} else if (argc == 3 && !strcmp(argv[2], "namespace")) {
		all(namespace, atoi(argv[1]));
	} else {
		die("usage: failing LAST load FILE NAME | namespace");
	}
	return 0;
}
