// SPDX-License-Identifier: GPL-2.0-only
/*
 * The words that the options of mymacvlan and mymacvtap take and print.
 */
#include <string.h>

#include "link_words.h"

/* generated: words */
const struct word mymacvlan_mode[] = {
	{ "private",	MYMACVLAN_MODE_PRIVATE },
	{ "vepa",	MYMACVLAN_MODE_VEPA },
	{ "bridge",	MYMACVLAN_MODE_BRIDGE },
	{ "passthru",	MYMACVLAN_MODE_PASSTHRU },
	{ "source",	MYMACVLAN_MODE_SOURCE },
	{ }
};

const struct word mymacvlan_macaddr_mode[] = {
	{ "add",	MYMACVLAN_MACADDR_ADD },
	{ "del",	MYMACVLAN_MACADDR_DEL },
	{ "flush",	MYMACVLAN_MACADDR_FLUSH },
	{ "set",	MYMACVLAN_MACADDR_SET },
	{ }
};

const struct word mymacvlan_pin[] = {
	{ "off",	MYMACVLAN_PIN_OFF },
	{ "mac",	MYMACVLAN_PIN_MAC },
	{ "ip",		MYMACVLAN_PIN_IP },
	{ "guard",	MYMACVLAN_PIN_GUARD },
	{ }
};

const struct word mymacvlan_allow_action[] = {
	{ "add",	MYMACVLAN_ALLOW_ADD },
	{ "del",	MYMACVLAN_ALLOW_DEL },
	{ "flush",	MYMACVLAN_ALLOW_FLUSH },
	{ "set",	MYMACVLAN_ALLOW_SET },
	{ }
};

const struct word mymacvlan_arp[] = {
	{ "flood",	MYMACVLAN_ARP_FLOOD },
	{ "directed",	MYMACVLAN_ARP_DIRECTED },
	{ }
};

const struct word mymacvlan_flags[] = {
	{ "nopromisc",	MYMACVLAN_FLAG_NOPROMISC },
	{ "nodst",	MYMACVLAN_FLAG_NODST },
	{ "null",	0 },
	{ }
};

/* generated: end */

const struct word on_off[] = {
	{ "on",		1 },
	{ "off",	0 },
	{ }
};

const struct word *find_word(const struct word *words, const char *name)
{
	for (; words->name; words++)
		if (!strcmp(words->name, name))
			return words;
	return NULL;
}

const char *word_name(const struct word *words, unsigned int value)
{
	for (; words->name; words++)
		if (words->value == value)
			return words->name;
	return "unknown";
}
