// SPDX-License-Identifier: GPL-2.0-only
/* mymacvlan show, show child, groups. */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include "json.h"
#include "places.h"
#include "show.h"

static void json_counters(const struct model *model, const struct counters *counters,
			  bool port)
{
	unsigned int i;

	json_begin("counters", '{');
	for (i = 0; i < counters->count && i < model->name_count; i++)
		if (port == !strncmp(model->names[i], "port_", 5))
			json_number(model->names[i], counters->value[i]);
	json_end();
}

static void json_traffic(const char *key, uint64_t packets, uint64_t bytes,
			 uint64_t dropped)
{
	json_begin(key, '{');
	json_number("packets", packets);
	json_number("bytes", bytes);
	json_number("dropped", dropped);
	json_end();
}

static void json_place(const struct child *child)
{
	char place[80];

	if (child->name[0]) {
		json_number("ifindex", child->index);
		json_string("ifname", child->name);
		json_number("netns_inode", child->netns);
	}
	if (child->has_nsid)
		json_signed("nsid", child->nsid);
	child_place(child, place, sizeof(place));
	if (place[0])
		json_string("netns", place);
}

/* What is known of a child; of a notification there are no counters. */
void child_json(const struct model *model, const struct child *child)
{
	char mac[MAC_TEXT];

	json_string("address", mac_text(child->mac, mac));
	json_number("id", child->id);
	json_place(child);
	json_string("kind", child->tap ? "mymacvtap" : "mymacvlan");
	json_string("mode", mode_name(child->mode));
	json_bool("nopromisc", child->flags & MYMACVLAN_FLAG_NOPROMISC);
	json_bool("nodst", child->flags & MYMACVLAN_FLAG_NODST);
	json_bool("up", child->up);
	json_bool("waiting", child->waiting);
	json_bool("host", child->host);
	if (child->has_vouched)
		json_bool("addr_vouched", child->vouched);
	json_string("pin", pin_name(child->pin));
	json_bool("macnat", child->macnat);
	if (!child->counters.count)
		return;
	json_traffic("rx", child->rx_packets, child->rx_bytes, child->rx_dropped);
	json_traffic("tx", child->tx_packets, child->tx_bytes, child->tx_dropped);
	json_counters(model, &child->counters, false);
}

static void json_port(const struct model *model, const struct port *port)
{
	char mac[MAC_TEXT];
	const struct child *child, *end = model->children + model->child_count;

	json_begin(NULL, '{');
	json_number("ifindex", port->index);
	json_string("ifname", port->name);
	json_string("address", mac_text(port->mac, mac));
	json_number("children_count", port->children);
	json_number("usedbcqueuelen", port->queue_limit);
	json_signed("bclim", port->cutoff);
	json_string("arp", port->directed ? "directed" : "flood");
	json_counters(model, &port->counters, true);
	json_begin("children", '[');
	for (child = model_first(model, port->index, 0);
	     child < end && child->port == port->index; child++) {
		json_begin(NULL, '{');
		child_json(model, child);
		json_end();
	}
	json_end();
	json_end();
}

void show_json(const struct model *model)
{
	size_t i;

	json_begin(NULL, '[');
	for (i = 0; i < model->port_count; i++)
		json_port(model, &model->ports[i]);
	json_end();
	json_line();
}

/* MAC, name and place, and what it is; without counters. */
void child_line(const struct child *child, const char *before)
{
	char mac[MAC_TEXT], place[80];

	child_place(child, place, sizeof(place));
	printf("%s%s  %s%s%s  %s%s", before, mac_text(child->mac, mac),
	       child->text, place[0] ? "@" : "", place,
	       child->tap ? "tap " : "", mode_name(child->mode));
	if (child->flags & MYMACVLAN_FLAG_NOPROMISC)
		printf(" nopromisc");
	if (child->flags & MYMACVLAN_FLAG_NODST)
		printf(" nodst");
	printf(" %s", child->up ? "up" : "down");
	if (child->waiting)
		printf(" waiting");
	if (child->host)
		printf(" host");
	if (child->has_vouched && !child->vouched)
		printf(" addr_own_choice");
	if (child->pin)
		printf(" pin %s", pin_name(child->pin));
	if (child->macnat)
		printf(" macnat");
}

static void text_port(const struct model *model, const struct port *port)
{
	const struct child *child, *end = model->children + model->child_count;
	char mac[MAC_TEXT];

	printf("%s  %s  children %u  bcqueue %llu/%u  bclim %d%s\n", port->name,
	       mac_text(port->mac, mac), port->children,
	       (unsigned long long)counter_of(model, &port->counters,
					      "port_queue_length"),
	       port->queue_limit, port->cutoff,
	       port->directed ? "  arp directed" : "");
	for (child = model_first(model, port->index, 0);
	     child < end && child->port == port->index; child++) {
		child_line(child, "  ");
		printf("\n");
	}
}

int show(const struct query *query)
{
	struct model model;
	struct nl nl;
	size_t i;

	nl_open(&nl);
	model_read(&nl, &model, query);
	if (query->json)
		show_json(&model);
	else
		for (i = 0; i < model.port_count; i++)
			text_port(&model, &model.ports[i]);
	model_free(&model);
	nl_close(&nl);
	return EXIT_SUCCESS;
}

static void text_traffic(const char *what, uint64_t packets, uint64_t bytes,
			 uint64_t dropped)
{
	printf("  %s: %llu packets, %llu bytes, %llu dropped\n", what,
	       (unsigned long long)packets, (unsigned long long)bytes,
	       (unsigned long long)dropped);
}

/* Everything of one child; of the counters those that are not 0. */
static void text_child(const struct model *model, const struct child *child)
{
	const struct port *port = model_port(model, child);
	unsigned int i;

	printf("%s  ", port ? port->name : "?");
	child_line(child, "");
	printf("\n");
	text_traffic("rx", child->rx_packets, child->rx_bytes, child->rx_dropped);
	text_traffic("tx", child->tx_packets, child->tx_bytes, child->tx_dropped);
	for (i = 0; i < child->counters.count && i < model->name_count; i++)
		if (child->counters.value[i] && strncmp(model->names[i], "port_", 5))
			printf("  %s %llu\n", model->names[i],
			       (unsigned long long)child->counters.value[i]);
}

static void json_child(const struct model *model, const struct child *child)
{
	const struct port *port = model_port(model, child);

	json_begin(NULL, '{');
	if (port)
		json_string("lower", port->name);
	child_json(model, child);
	json_end();
}

int show_child(const struct query *query)
{
	struct model model;
	char mac[MAC_TEXT];
	struct nl nl;
	size_t i;

	nl_open(&nl);
	model_read(&nl, &model, query);
	if (!model.child_count)
		errx(EXIT_FAILURE, "%s: no child of that address or name",
		     query->child_name ?: mac_text(query->filter.mac, mac));
	if (query->json)
		json_begin(NULL, '[');
	for (i = 0; i < model.child_count; i++) {
		if (query->json)
			json_child(&model, &model.children[i]);
		else
			text_child(&model, &model.children[i]);
	}
	if (query->json) {
		json_end();
		json_line();
	}
	model_free(&model);
	nl_close(&nl);
	return EXIT_SUCCESS;
}

/* A child that listens to an address; to all of them if that is zero. */
struct listener {
	unsigned char group[MAC_LEN];
	unsigned int port;
	uint64_t child;
};

struct listeners {
	struct listener *list;
	size_t count, room;
};

static void add_listener(struct listeners *all, const unsigned char *group,
			 struct nlattr **attrs)
{
	struct listener *listener;

	if (all->count == all->room) {
		all->room = all->room ? 2 * all->room : 64;
		all->list = realloc(all->list, all->room * sizeof(*all->list));
		if (!all->list)
			err(EXIT_FAILURE, "memory");
	}
	listener = &all->list[all->count++];
	memcpy(listener->group, group, MAC_LEN);
	listener->port = mnl_attr_get_u32(attrs[MYMACVLAN_A_PORT_IFINDEX]);
	listener->child = mnl_attr_get_u64(attrs[MYMACVLAN_A_CHILD_ID]);
}

/* Of the attributes by type only the last group is left: this reads them all. */
static void take_groups(const struct genlmsghdr *genl, struct nlattr **attrs,
			void *data)
{
	static const unsigned char every[MAC_LEN];
	const struct nlmsghdr *nlh = (const void *)((const char *)genl - NLMSG_HDRLEN);
	const struct nlattr *attr;

	if (!attrs[MYMACVLAN_A_PORT_IFINDEX] || !attrs[MYMACVLAN_A_CHILD_ID])
		return;
	if (attrs[MYMACVLAN_A_ALLMULTI])
		add_listener(data, every, attrs);
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN)
		if (mnl_attr_get_type(attr) == MYMACVLAN_A_GROUP)
			add_listener(data, mnl_attr_get_payload(attr), attrs);
}

/* By lower device, then by address; "all" is the first. */
static int compare(const void *a, const void *b)
{
	const struct listener *x = a, *y = b;
	int order;

	if (x->port != y->port)
		return x->port < y->port ? -1 : 1;
	order = memcmp(x->group, y->group, MAC_LEN);
	if (order)
		return order;
	return x->child < y->child ? -1 : x->child > y->child;
}

static bool same_group(const struct listener *a, const struct listener *b)
{
	return a->port == b->port && !memcmp(a->group, b->group, MAC_LEN);
}

static const char *group_text(const struct listener *listener, char *mac)
{
	static const unsigned char every[MAC_LEN];

	return memcmp(listener->group, every, MAC_LEN) ?
	       mac_text(listener->group, mac) : "all";
}

static void print_member(const struct child *child, bool json)
{
	char mac[MAC_TEXT], place[80];

	child_place(child, place, sizeof(place));
	if (!json) {
		printf("  %s  %s%s%s\n", mac_text(child->mac, mac),
		       child->text, place[0] ? "@" : "", place);
		return;
	}
	json_begin(NULL, '{');
	json_string("address", mac_text(child->mac, mac));
	json_number("id", child->id);
	if (child->name[0])
		json_string("ifname", child->name);
	if (place[0])
		json_string("netns", place);
	json_end();
}

static void begin_group(const struct model *model, const struct listener *listener,
			size_t members, bool json)
{
	struct child key = { .port = listener->port };
	const struct port *port = model_port(model, &key);
	const char *name = port ? port->name : "?";
	char mac[MAC_TEXT];

	if (!json) {
		printf("%s  %s  members %zu\n", name, group_text(listener, mac),
		       members);
		return;
	}
	json_begin(NULL, '{');
	json_string("lower", name);
	json_string("group", group_text(listener, mac));
	json_begin("members", '[');
}

static void print_group(const struct model *model, const struct listener *first,
			size_t members, bool json)
{
	const struct child *child;
	size_t i;

	begin_group(model, first, members, json);
	for (i = 0; i < members; i++) {
		child = model_child(model, first[i].port, first[i].child);
		if (child)
			print_member(child, json);
	}
	if (json) {
		json_end();
		json_end();
	}
}

/* Only listeners that are asked for are in the model. */
static void keep_wanted(struct listeners *all, const struct model *model)
{
	size_t i, kept = 0;

	for (i = 0; i < all->count; i++)
		if (model_child(model, all->list[i].port, all->list[i].child))
			all->list[kept++] = all->list[i];
	all->count = kept;
}

static void print_groups(const struct model *model, const struct listeners *all,
			 bool json)
{
	size_t i, members;

	if (json)
		json_begin(NULL, '[');
	for (i = 0; i < all->count; i += members) {
		members = 1;
		while (i + members < all->count &&
		       same_group(&all->list[i], &all->list[i + members]))
			members++;
		print_group(model, &all->list[i], members, json);
	}
	if (json) {
		json_end();
		json_line();
	}
}

int show_groups(const struct query *query)
{
	struct listeners all = { };
	struct model model;
	struct nl nl;
	int i;

	nl_open(&nl);
	model_read(&nl, &model, query);
	for (i = 0; i < 20; i++) {
		all.count = 0;
		if (nl_dump(&nl, MYMACVLAN_CMD_GROUP_GET, &query->filter, take_groups,
			    &all))
			break;
	}
	if (i == 20)
		errx(EXIT_FAILURE, "children come and go faster than they can be listed");
	keep_wanted(&all, &model);
	if (all.count)
		qsort(all.list, all.count, sizeof(*all.list), compare);
	print_groups(&model, &all, query->json);
	free(all.list);
	model_free(&model);
	nl_close(&nl);
	return EXIT_SUCCESS;
}
