// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plugin of ip for the link kind "mymacvlan".
 */
#include "link_options.h"

PLUGIN_EXPORT struct link_util mymacvlan_link_util = {
	.id		= "mymacvlan",
	.maxattr	= IFLA_MYMACVLAN_MAX,
	.parse_opt	= link_options_parse,
	.print_opt	= link_options_print,
	.print_help	= link_options_help,
};
