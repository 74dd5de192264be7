/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The link options of all our link kinds. Each function takes the kind's name
 * from @lu->id; those with _tap at their end have the options of a tap as well.
 */
#ifndef LINK_OPTIONS_H
#define LINK_OPTIONS_H

#include <linux/mymacvlan.h>

#include "ip_plugin.h"

/* The symbol of a plugin that ip looks up for a link kind. */
#define LINK_UTIL(kind, parse, help)					\
	__attribute__((visibility("default")))				\
	struct link_util kind##_link_util = {				\
		.id		= #kind,				\
		.maxattr	= IFLA_MYMACVLAN_MAX,			\
		.parse_opt	= parse,				\
		.print_opt	= link_options_print,			\
		.print_help	= help,					\
	}

int link_options_parse(struct link_util *lu, int argc, char **argv,
		       struct nlmsghdr *n);
int link_options_parse_tap(struct link_util *lu, int argc, char **argv,
			   struct nlmsghdr *n);
void link_options_print(struct link_util *lu, FILE *f, struct rtattr *tb[]);
void link_options_help(struct link_util *lu, int argc, char **argv, FILE *f);
void link_options_help_tap(struct link_util *lu, int argc, char **argv,
			   FILE *f);

#endif /* LINK_OPTIONS_H */
