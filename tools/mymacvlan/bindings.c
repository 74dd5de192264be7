// SPDX-License-Identifier: GPL-2.0-only
/* mymacvlan bindings: which child has which IP address. */
#include <arpa/inet.h>
#include <err.h>
#include <stdio.h>
#include <string.h>
#include "json.h"
#include "places.h"
#include "show.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

struct binding {
	unsigned int port;
	uint64_t child;
	unsigned char ip[sizeof(struct in6_addr)];
	unsigned char size;		/* of the address */
	unsigned short vlan_proto, vlan_id;
	unsigned char known, state;
	bool has_age;
	unsigned int age;
};

struct bindings {
	struct binding *list;
	size_t count, room;
};

static const char * const known_names[] = { "given", "configured", "seen" };

static const char *state_name(unsigned char state)
{
	switch (state) {
	case MYMACVLAN_BOUND_REFUSED:	return "refused";
	case MYMACVLAN_BOUND_CONTESTED:	return "contested";
	case MYMACVLAN_BOUND_ONE:	return "bound";
	}
	return "none";
}

static struct binding *add_binding(struct bindings *all)
{
	if (all->count == all->room) {
		all->room = all->room ? 2 * all->room : 64;
		all->list = realloc(all->list, all->room * sizeof(*all->list));
		if (!all->list)
			err(EXIT_FAILURE, "memory");
	}
	return memset(&all->list[all->count++], 0, sizeof(*all->list));
}

static void take_binding(const struct genlmsghdr *genl, struct nlattr **attrs,
			 void *data)
{
	const struct nlattr *ip = attrs[MYMACVLAN_A_BINDING_IP];
	struct binding *binding;

	(void)genl;
	if (!attrs[MYMACVLAN_A_PORT_IFINDEX] || !attrs[MYMACVLAN_A_CHILD_ID] || !ip ||
	    !attrs[MYMACVLAN_A_BINDING_KNOWN] || !attrs[MYMACVLAN_A_BINDING_STATE] ||
	    (mnl_attr_get_payload_len(ip) != sizeof(struct in_addr) &&
	     mnl_attr_get_payload_len(ip) != sizeof(struct in6_addr)))
		return;
	binding = add_binding(data);
	binding->port = mnl_attr_get_u32(attrs[MYMACVLAN_A_PORT_IFINDEX]);
	binding->child = mnl_attr_get_u64(attrs[MYMACVLAN_A_CHILD_ID]);
	binding->size = mnl_attr_get_payload_len(ip);
	memcpy(binding->ip, mnl_attr_get_payload(ip), binding->size);
	binding->known = mnl_attr_get_u8(attrs[MYMACVLAN_A_BINDING_KNOWN]);
	binding->state = mnl_attr_get_u8(attrs[MYMACVLAN_A_BINDING_STATE]);
	if (attrs[MYMACVLAN_A_VLAN_PROTO] && attrs[MYMACVLAN_A_VLAN_ID]) {
		binding->vlan_proto = ntohs(mnl_attr_get_u16(attrs[MYMACVLAN_A_VLAN_PROTO]));
		binding->vlan_id = mnl_attr_get_u16(attrs[MYMACVLAN_A_VLAN_ID]);
	}
	binding->has_age = attrs[MYMACVLAN_A_BINDING_AGE];
	if (binding->has_age)
		binding->age = mnl_attr_get_u32(attrs[MYMACVLAN_A_BINDING_AGE]);
}

static const char *ip_text(const struct binding *binding, char *text, size_t size)
{
	int family = binding->size == sizeof(struct in_addr) ? AF_INET : AF_INET6;

	return inet_ntop(family, binding->ip, text, size) ?: "?";
}

static void print_json(const struct binding *binding, const struct port *port,
		       const struct child *child)
{
	char text[INET6_ADDRSTRLEN], mac[MAC_TEXT], place[80];
	unsigned int i;

	child_place(child, place, sizeof(place));
	json_begin(NULL, '{');
	json_string("ip", ip_text(binding, text, sizeof(text)));
	if (binding->vlan_id) {
		json_number("vlan", binding->vlan_id);
		json_string("vlan_protocol",
			    binding->vlan_proto == 0x88a8 ? "802.1ad" : "802.1Q");
	}
	json_string("lower", port ? port->name : "?");
	json_string("address", mac_text(child->mac, mac));
	json_number("id", child->id);
	if (child->name[0])
		json_string("ifname", child->name);
	if (place[0])
		json_string("netns", place);
	for (i = 0; i < ARRAY_SIZE(known_names); i++)
		json_bool(known_names[i], binding->known & (1 << i));
	if (binding->has_age)
		json_number("seconds", binding->age);
	json_string("state", state_name(binding->state));
	json_end();
}

static void print_text(const struct binding *binding, const struct port *port,
		       const struct child *child)
{
	char text[INET6_ADDRSTRLEN], mac[MAC_TEXT], place[80];
	unsigned int i;

	child_place(child, place, sizeof(place));
	printf("%s  %s", port ? port->name : "?", ip_text(binding, text, sizeof(text)));
	if (binding->vlan_id)
		printf(" vlan %u", binding->vlan_id);
	printf("  %s  %s%s%s ", mac_text(child->mac, mac), child->text,
	       place[0] ? "@" : "", place);
	for (i = 0; i < ARRAY_SIZE(known_names); i++)
		if (binding->known & (1 << i))
			printf(" %s", known_names[i]);
	if (binding->has_age)
		printf(" %u s ago", binding->age);
	printf("  %s\n", state_name(binding->state));
}

static const struct child *find_child(const struct model *model, uint64_t id)
{
	size_t i;

	for (i = 0; i < model->child_count; i++)
		if (model->children[i].id == id)
			return &model->children[i];
	return NULL;
}

static void read_bindings(struct nl *nl, struct bindings *all,
			  const struct query *query)
{
	int i;

	for (i = 0; i < 20; i++) {
		all->count = 0;
		if (nl_dump(nl, MYMACVLAN_CMD_BINDING_GET, &query->filter, take_binding,
			    all))
			return;
	}
	errx(EXIT_FAILURE, "children come and go faster than they can be listed");
}

int show_bindings(const struct query *query)
{
	const struct child *child = NULL;
	struct bindings all = { };
	const struct port *port;
	struct model model;
	struct nl nl;
	size_t i;

	nl_open(&nl);
	model_read(&nl, &model, query);
	read_bindings(&nl, &all, query);
	if (query->json)
		json_begin(NULL, '[');
	for (i = 0; i < all.count; i++) {
		/* They come child by child. */
		if (!child || child->id != all.list[i].child)
			child = find_child(&model, all.list[i].child);
		if (!child)
			continue;
		port = model_port(&model, child);
		if (query->json)
			print_json(&all.list[i], port, child);
		else
			print_text(&all.list[i], port, child);
	}
	if (query->json) {
		json_end();
		json_line();
	}
	free(all.list);
	model_free(&model);
	nl_close(&nl);
	return EXIT_SUCCESS;
}
