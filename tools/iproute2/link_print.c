// SPDX-License-Identifier: GPL-2.0-only
/*
 * Link options of mymacvlan and mymacvtap for ip: attributes to text or JSON.
 *
 * An attribute that the kernel did not send, or sent too short, prints nothing.
 */
#define _GNU_SOURCE	/* RTLD_DEFAULT */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <grp.h>
#include <linux/if_ether.h>
#include <pwd.h>
#include <string.h>

#include "link_options.h"
#include "link_words.h"

/* Copy the number in @attr to @value if it is there. */
static bool get(struct rtattr *tb[], int attr, void *value, size_t size)
{
	if (!tb[attr] || RTA_PAYLOAD(tb[attr]) < size)
		return false;
	memcpy(value, RTA_DATA(tb[attr]), size);
	return true;
}

static void show_uint(FILE *f, const char *key, unsigned int value)
{
	if (is_json_context())
		print_color_uint(PRINT_JSON, COLOR_NONE, key, NULL, value);
	else
		fprintf(f, "%s %u ", key, value);
}

static void show_int(FILE *f, const char *key, int value)
{
	if (is_json_context())
		print_color_int(PRINT_JSON, COLOR_NONE, key, NULL, value);
	else
		fprintf(f, "%s %d ", key, value);
}

static void show_word(FILE *f, const char *key, const char *value)
{
	if (is_json_context())
		print_color_string(PRINT_JSON, COLOR_NONE, key, NULL, value);
	else
		fprintf(f, "%s %s ", key, value);
}

static void show_on_off(FILE *f, const char *key, bool value)
{
	if (is_json_context())
		print_color_bool(PRINT_JSON, COLOR_NONE, key, NULL, value);
	else
		fprintf(f, "%s %s ", key, value ? "on" : "off");
}

static void show_flag(FILE *f, const char *key)
{
	if (is_json_context())
		print_color_bool(PRINT_JSON, COLOR_NONE, key, NULL, true);
	else
		fprintf(f, "%s ", key);
}

/* In text only what concerns the reader: that nobody vouches for the address. */
static void show_vouched(FILE *f, bool value)
{
	if (is_json_context())
		print_color_bool(PRINT_JSON, COLOR_NONE, "addr_vouched", NULL,
				 value);
	else if (!value)
		fprintf(f, "addr_own_choice ");
}

static void show_flags(FILE *f, struct rtattr *tb[])
{
	const struct word *flag;
	__u16 value;

	if (!get(tb, IFLA_MYMACVLAN_FLAGS, &value, sizeof(value)))
		return;
	for (flag = mymacvlan_flags; flag->name; flag++)
		if (value & flag->value)
			show_flag(f, flag->name);
}

static void show_mac(FILE *f, const unsigned char *mac)
{
	char text[sizeof("00:00:00:00:00:00")];

	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x",
		 mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	if (is_json_context())
		print_color_string(PRINT_JSON, COLOR_NONE, NULL, NULL, text);
	else
		fprintf(f, "%s ", text);
}

static void show_source_list(FILE *f, struct rtattr *list)
{
	int left = RTA_PAYLOAD(list);
	struct rtattr *attr;

	open_json_array(PRINT_JSON, "macaddr_data");
	for (attr = RTA_DATA(list); RTA_OK(attr, left);
	     attr = RTA_NEXT(attr, left))
		if (attr->rta_type == IFLA_MYMACVLAN_MACADDR &&
		    RTA_PAYLOAD(attr) >= ETH_ALEN)
			show_mac(f, RTA_DATA(attr));
	close_json_array(PRINT_JSON, NULL);
}

/* Outside of mode source the kernel sends a count too, but it says nothing. */
static void show_sources(FILE *f, struct rtattr *tb[], __u32 mode)
{
	__u32 count;

	if (!get(tb, IFLA_MYMACVLAN_MACADDR_COUNT, &count, sizeof(count)) ||
	    (!count && mode != MYMACVLAN_MODE_SOURCE))
		return;
	if (is_json_context())
		show_uint(f, "macaddr_count", count);
	else
		fprintf(f, "remotes (%u) ", count);
	if (tb[IFLA_MYMACVLAN_MACADDR_DATA])
		show_source_list(f, tb[IFLA_MYMACVLAN_MACADDR_DATA]);
}

static void show_prefix(FILE *f, const struct rtattr *attr)
{
	bool v6 = attr->rta_type == MYMACVLAN_ALLOW_IPV6;
	size_t size = v6 ? sizeof(struct in6_addr) : sizeof(struct in_addr);
	char address[INET6_ADDRSTRLEN], text[INET6_ADDRSTRLEN + 4];
	const unsigned char *data = RTA_DATA(attr);

	if (RTA_PAYLOAD(attr) <= size ||
	    !inet_ntop(v6 ? AF_INET6 : AF_INET, data, address, sizeof(address)))
		return;
	snprintf(text, sizeof(text), "%s/%u", address, data[size]);
	if (is_json_context())
		print_color_string(PRINT_JSON, COLOR_NONE, NULL, NULL, text);
	else
		fprintf(f, "%s ", text);
}

static void show_allow(FILE *f, struct rtattr *list)
{
	int left = RTA_PAYLOAD(list);
	struct rtattr *attr;

	if (!is_json_context())
		fprintf(f, "allow ");
	open_json_array(PRINT_JSON, "allow");
	for (attr = RTA_DATA(list); RTA_OK(attr, left);
	     attr = RTA_NEXT(attr, left))
		if (attr->rta_type == MYMACVLAN_ALLOW_IPV4 ||
		    attr->rta_type == MYMACVLAN_ALLOW_IPV6)
			show_prefix(f, attr);
		else if (attr->rta_type == MYMACVLAN_ALLOW_MAC &&
			 RTA_PAYLOAD(attr) >= ETH_ALEN)
			show_mac(f, RTA_DATA(attr));
	close_json_array(PRINT_JSON, NULL);
}

/*
 * @name is NULL if the id has none here; then its number stands for it, which
 * parse takes as well. JSON has the number besides, under @id_key.
 */
static void show_owner(FILE *f, const char *key, const char *name,
		       const char *id_key, __u32 id)
{
	char number[sizeof("4294967295")];

	snprintf(number, sizeof(number), "%u", id);
	show_word(f, key, name ? name : number);
	if (is_json_context())
		show_uint(f, id_key, id);
}

/* Not for ip -Numeric. An ip without that would still load this plugin. */
static bool want_names(void)
{
	const int *numeric = dlsym(RTLD_DEFAULT, IP_NUMERIC);

	return !numeric || !*numeric;
}

static void show_user(FILE *f, __u32 id)
{
	const struct passwd *user = want_names() ? getpwuid(id) : NULL;

	show_owner(f, "user", user ? user->pw_name : NULL, "uid", id);
}

static void show_group(FILE *f, __u32 id)
{
	const struct group *group = want_names() ? getgrgid(id) : NULL;

	show_owner(f, "group", group ? group->gr_name : NULL, "gid", id);
}

/* JSON has no octal numbers: there it is a string. */
static void show_perm(FILE *f, __u16 perm)
{
	char octal[sizeof("0177777")];

	snprintf(octal, sizeof(octal), "%04o", perm);
	show_word(f, "perm", octal);
}

static void show_plain_options(FILE *f, struct rtattr *tb[], bool tap_only)
{
	const struct option *option;
	__u8 value;

	for (option = link_options; option->attr; option++) {
		if (!option->words || option->tap_only != tap_only ||
		    !get(tb, option->attr, &value, sizeof(value)))
			continue;
		if (option->words == on_off)
			show_on_off(f, option->name, value);
		else
			show_word(f, option->name,
				  word_name(option->words, value));
	}
}

static void show_tap_options(FILE *f, struct rtattr *tb[])
{
	__u16 perm;
	__u32 id;

	show_plain_options(f, tb, true);
	if (get(tb, IFLA_MYMACVLAN_NODE_USER, &id, sizeof(id)))
		show_user(f, id);
	if (get(tb, IFLA_MYMACVLAN_NODE_GROUP, &id, sizeof(id)))
		show_group(f, id);
	if (get(tb, IFLA_MYMACVLAN_NODE_PERM, &perm, sizeof(perm)))
		show_perm(f, perm);
}

void link_options_print(struct link_util *lu, FILE *f, struct rtattr *tb[])
{
	__u32 mode = 0, frames;
	__s32 cutoff;
	__u8 vouched;

	(void)lu;
	if (!tb)
		return;
	if (get(tb, IFLA_MYMACVLAN_MODE, &mode, sizeof(mode)))
		show_word(f, "mode", word_name(mymacvlan_mode, mode));
	show_flags(f, tb);
	if (get(tb, IFLA_MYMACVLAN_BC_QUEUE_LEN, &frames, sizeof(frames)))
		show_uint(f, "bcqueuelen", frames);
	if (get(tb, IFLA_MYMACVLAN_BC_QUEUE_LEN_USED, &frames, sizeof(frames)))
		show_uint(f, "usedbcqueuelen", frames);
	if (get(tb, IFLA_MYMACVLAN_BC_CUTOFF, &cutoff, sizeof(cutoff)))
		show_int(f, "bclim", cutoff);
	show_plain_options(f, tb, false);
	if (get(tb, IFLA_MYMACVLAN_ADDR_VOUCHED, &vouched, sizeof(vouched)))
		show_vouched(f, vouched);
	if (tb[IFLA_MYMACVLAN_ALLOW])
		show_allow(f, tb[IFLA_MYMACVLAN_ALLOW]);
	show_sources(f, tb, mode);
	show_tap_options(f, tb);
}
