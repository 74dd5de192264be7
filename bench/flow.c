// SPDX-License-Identifier: GPL-2.0-only
/*
 * load flow NAME [frames=FEW,MANY] [rounds=N] -- CONTESTANT [OPTION]... [-- ...]
 *
 * Has pktgen send frames, and measures what each costs until it is where it
 * belongs. The contestants take turns, and all is done several times. Each turn
 * is done with few and with many frames: the difference is free of what starting
 * pktgen costs. Options of a contestant:
 *
 *   dev=DEV           pktgen sends on it ...
 *   way=tx|rx|queue   ... or has it receive, or sends as a network stack does
 *   dst=MAC src=MAC ip=ADDRESS ip6=ADDRESS size=BYTES
 *   watch=DEV/NAME    the counter that tells that a frame has arrived
 *   each=N            what it grows by with one frame (default 1)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"

static void one_turn(const char *name, char **words, int round, long frames)
{
	long each = number(words, "each", 1);
	struct section section;
	struct watch watch;
	long long grown;

	pktgen_set_up(words + 1);
	watch_open(&watch, option(words, "watch", ""));
	section_begin(&section, name, words[0], round, frames);
	pktgen_send(option(words, "dev", ""), frames);
	grown = watch_wait(&watch, frames * each);
	section_end(&section, "want=%ld got=%lld", watch.fd < 0 ? 0 : frames * each, grown);
	watch_close(&watch);
	pktgen_end();
}

void do_flow(char **words)
{
	take_turns(words, one_turn);
}
