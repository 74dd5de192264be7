// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plugin of ip for the link kind "mymacvlan", and for "macvlan" where it is installed
 * under that name.
 */
#include "link_options.h"

PLUGIN_EXPORT struct link_util mymacvlan_link_util = {
	.id		= "mymacvlan",
	.maxattr	= IFLA_MYMACVLAN_MAX,
	.parse_opt	= link_options_parse,
	.print_opt	= link_options_print,
	.print_help	= link_options_help,
};

/* For ip, which prefers it to its own, where our driver has this kind. */
PLUGIN_EXPORT struct link_util macvlan_link_util = {
	.id		= "macvlan",
	.maxattr	= IFLA_MYMACVLAN_MAX,
	.parse_opt	= link_options_parse,
	.print_opt	= link_options_print,
	.print_help	= link_options_help,
};
