// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plugin of ip for the link kind "mymacvtap", and for "macvtap" where it is
 * installed under that name: ip prefers it to its own then.
 */
#include "link_options.h"

LINK_UTIL(mymacvtap, link_options_parse_tap, link_options_help_tap);
LINK_UTIL(macvtap, link_options_parse_tap, link_options_help_tap);
