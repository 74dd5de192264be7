/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a link type plugin needs to know about the ip command of iproute2.
 *
 * Distributions ship no headers for this, so the few facts of the binary
 * interface are stated here. They were checked against the ip of iproute2 6.1
 * and 6.15 (nm -D, and by running); ip has them since 5.8. Keep the list short:
 * whatever is not used cannot change under us.
 *
 * For "type KIND", ip looks for the symbol KIND_link_util in
 * $IP_LIB_DIR/link_KIND.so (default: its own library directory) and then in
 * itself. The functions below live in ip; the dynamic linker finds them when the
 * plugin is loaded.
 */
#ifndef IP_PLUGIN_H
#define IP_PLUGIN_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdio.h>

/**
 * struct link_util - one link type
 * @next: belongs to ip
 * @id: the kind, equal to IFLA_INFO_KIND
 * @maxattr: highest attribute number; ip hands print_opt() @maxattr + 1 slots
 * @parse_opt: append attributes for the words after "type KIND"; ip has opened
 *	the IFLA_INFO_DATA nest. Called only if there are words. 0, or -1 after
 *	printing what is wrong.
 * @print_opt: print the attributes of one device; the table of attributes is
 *	NULL if the kernel sent none
 * @print_xstats: not used
 * @print_help: for "ip link help KIND"
 * @parse_ifla_xstats: not used
 * @print_ifla_xstats: not used
 * @later: room for members that a later ip may add; it finds NULL there
 */
struct link_util {
	struct link_util *next;
	const char *id;
	int maxattr;
	int (*parse_opt)(struct link_util *lu, int argc, char **argv,
			 struct nlmsghdr *n);
	void (*print_opt)(struct link_util *lu, FILE *f, struct rtattr *tb[]);
	void (*print_xstats)(void);
	void (*print_help)(struct link_util *lu, int argc, char **argv,
			   FILE *f);
	int (*parse_ifla_xstats)(void);
	int (*print_ifla_xstats)(void);
	void *later[8];
};

/*
 * parse_opt() gets a struct nlmsghdr that is followed by this much room in
 * total, header included. (ip has 32 bytes more; its own link types stop here.)
 */
#define IP_MESSAGE_MAX	1024

/* Refuses to grow @n beyond @maxlen: prints a message and returns -1. */
int addattr_l(struct nlmsghdr *n, int maxlen, int type, const void *data,
	      int alen);

/* True for ip -json: then print_opt() prints by print_color_*() only. */
bool is_json_context(void);

/* An int of ip that is not 0 for ip -Numeric; for dlsym(). */
#define IP_NUMERIC	"numeric"

enum output_type {
	PRINT_FP = 1,
	PRINT_JSON = 2,
	PRINT_ANY = 4,
};

/* The colour is not looked at for PRINT_JSON. */
enum color_attr {
	COLOR_NONE = 6,
};

int print_color_string(enum output_type type, enum color_attr color,
		       const char *key, const char *fmt, const char *value);
int print_color_uint(enum output_type type, enum color_attr color,
		     const char *key, const char *fmt, unsigned int value);
int print_color_int(enum output_type type, enum color_attr color,
		    const char *key, const char *fmt, int value);
int print_color_bool(enum output_type type, enum color_attr color,
		     const char *key, const char *fmt, bool value);

void open_json_array(enum output_type type, const char *key);
void close_json_array(enum output_type type, const char *delim);

#endif /* IP_PLUGIN_H */
