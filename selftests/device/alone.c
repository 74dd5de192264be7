// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs a program that keeps its processor for itself: what it starts in the kernel
 * as work items of that processor waits until it sleeps.
 *
 *   alone COMMAND...
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sched_param param = { .sched_priority = 1 };
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	if (argc < 2 || sched_setaffinity(0, sizeof(one), &one) ||
	    sched_setscheduler(0, SCHED_FIFO, &param)) {
		perror("alone");
		return 127;
	}
	execvp(argv[1], argv + 1);
	perror(argv[1]);
	return 127;
}
