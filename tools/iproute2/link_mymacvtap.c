// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plugin of ip for the link kind "mymacvtap", and for "macvtap" where it is installed
 * under that name.
 */
#include "link_options.h"

PLUGIN_EXPORT struct link_util mymacvtap_link_util = {
	.id		= "mymacvtap",
	.maxattr	= IFLA_MYMACVLAN_MAX,
	.parse_opt	= link_options_parse_tap,
	.print_opt	= link_options_print,
	.print_help	= link_options_help_tap,
};

/* For ip, which prefers it to its own, where our driver has this kind. */
PLUGIN_EXPORT struct link_util macvtap_link_util = {
	.id		= "macvtap",
	.maxattr	= IFLA_MYMACVLAN_MAX,
	.parse_opt	= link_options_parse_tap,
	.print_opt	= link_options_print,
	.print_help	= link_options_help_tap,
};
