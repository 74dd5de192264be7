// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plugin of ip for the link kind "mymacvlan", and for "macvlan" where it is
 * installed under that name: ip prefers it to its own then.
 */
#include "link_options.h"

LINK_UTIL(mymacvlan, link_options_parse, link_options_help);
LINK_UTIL(macvlan, link_options_parse, link_options_help);
