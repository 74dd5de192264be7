// SPDX-License-Identifier: GPL-2.0-only
/* What the kernel tells of ports and children becomes structures here. */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include "model.h"
#include "places.h"

/* How often a dump is asked for again because children came or went. */
#define ATTEMPTS	20

static void *more(void *array, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return array;
	*room = *room ? 2 * *room : 16;
	array = realloc(array, *room * size);
	if (!array)
		err(EXIT_FAILURE, "memory");
	return array;
}

static uint32_t u32_of(const struct nlattr *attr)
{
	return attr && mnl_attr_get_payload_len(attr) >= 4 ?
	       mnl_attr_get_u32(attr) : 0;
}

static uint64_t u64_of(const struct nlattr *attr)
{
	return attr && mnl_attr_get_payload_len(attr) >= 8 ?
	       mnl_attr_get_u64(attr) : 0;
}

static bool bool_of(const struct nlattr *attr)
{
	return attr && mnl_attr_get_payload_len(attr) && mnl_attr_get_u8(attr);
}

static void mac_of(const struct nlattr *attr, unsigned char *mac)
{
	if (attr && mnl_attr_get_payload_len(attr) == MAC_LEN)
		memcpy(mac, mnl_attr_get_payload(attr), MAC_LEN);
}

static void name_of(const struct nlattr *attr, char *name)
{
	if (attr)
		snprintf(name, NAME_LEN, "%.*s", mnl_attr_get_payload_len(attr),
			 mnl_attr_get_str(attr));
}

static void counters_of(const struct nlattr *attr, struct counters *counters)
{
	size_t size = attr ? mnl_attr_get_payload_len(attr) : 0;

	counters->count = size / sizeof(uint64_t);
	counters->value = NULL;
	if (!counters->count)
		return;
	counters->value = malloc(size);
	if (!counters->value)
		err(EXIT_FAILURE, "memory");
	memcpy(counters->value, mnl_attr_get_payload(attr), size);
}

static void take_port(const struct genlmsghdr *genl, struct nlattr **attrs, void *data)
{
	struct model *model = data;
	struct port *port;

	(void)genl;
	model->ports = more(model->ports, model->port_count, &model->port_room,
			    sizeof(*port));
	port = memset(&model->ports[model->port_count++], 0, sizeof(*port));
	port->index = u32_of(attrs[MYMACVLAN_A_PORT_IFINDEX]);
	port->children = u32_of(attrs[MYMACVLAN_A_PORT_CHILDREN]);
	port->queue_limit = u32_of(attrs[MYMACVLAN_A_BC_QUEUE_LEN_USED]);
	port->cutoff = u32_of(attrs[MYMACVLAN_A_BC_CUTOFF]);
	port->directed = bool_of(attrs[MYMACVLAN_A_ARP]);
	name_of(attrs[MYMACVLAN_A_PORT_IFNAME], port->name);
	mac_of(attrs[MYMACVLAN_A_PORT_ADDR], port->mac);
	counters_of(attrs[MYMACVLAN_A_COUNTERS], &port->counters);
}

void child_take(struct child *child, struct nlattr **attrs)
{
	memset(child, 0, sizeof(*child));
	child->port = u32_of(attrs[MYMACVLAN_A_PORT_IFINDEX]);
	child->id = u64_of(attrs[MYMACVLAN_A_CHILD_ID]);
	mac_of(attrs[MYMACVLAN_A_CHILD_ADDR], child->mac);
	child->index = u32_of(attrs[MYMACVLAN_A_CHILD_IFINDEX]);
	name_of(attrs[MYMACVLAN_A_CHILD_IFNAME], child->name);
	strcpy(child->text, child->name[0] ? child->name : "-");
	make_text(child->text);
	child->netns = u32_of(attrs[MYMACVLAN_A_NETNS]);
	child->has_nsid = attrs[MYMACVLAN_A_NSID];
	child->nsid = u32_of(attrs[MYMACVLAN_A_NSID]);
	child->mode = u32_of(attrs[MYMACVLAN_A_MODE]);
	if (attrs[MYMACVLAN_A_FLAGS])
		child->flags = mnl_attr_get_u16(attrs[MYMACVLAN_A_FLAGS]);
	child->tap = attrs[MYMACVLAN_A_TAP];
	child->up = bool_of(attrs[MYMACVLAN_A_UP]);
	child->waiting = attrs[MYMACVLAN_A_WAITING];
	child->host = bool_of(attrs[MYMACVLAN_A_HOST]);
	child->macnat = bool_of(attrs[MYMACVLAN_A_MACNAT]);
	child->has_vouched = attrs[MYMACVLAN_A_VOUCHED];
	child->vouched = bool_of(attrs[MYMACVLAN_A_VOUCHED]);
	if (attrs[MYMACVLAN_A_PIN])
		child->pin = mnl_attr_get_u8(attrs[MYMACVLAN_A_PIN]);
	child->rx_packets = u64_of(attrs[MYMACVLAN_A_RX_PACKETS]);
	child->rx_bytes = u64_of(attrs[MYMACVLAN_A_RX_BYTES]);
	child->rx_dropped = u64_of(attrs[MYMACVLAN_A_RX_DROPPED]);
	child->tx_packets = u64_of(attrs[MYMACVLAN_A_TX_PACKETS]);
	child->tx_bytes = u64_of(attrs[MYMACVLAN_A_TX_BYTES]);
	child->tx_dropped = u64_of(attrs[MYMACVLAN_A_TX_DROPPED]);
	counters_of(attrs[MYMACVLAN_A_COUNTERS], &child->counters);
}

static void take_child(const struct genlmsghdr *genl, struct nlattr **attrs,
		       void *data)
{
	struct model *model = data;

	(void)genl;
	model->children = more(model->children, model->child_count,
			       &model->child_room, sizeof(*model->children));
	child_take(&model->children[model->child_count++], attrs);
}

static void take_names(const struct genlmsghdr *genl, struct nlattr **attrs,
		       void *data)
{
	struct model *model = data;
	const struct nlattr *attr;
	size_t room = 0;

	(void)genl;
	if (!attrs[MYMACVLAN_A_COUNTER_NAMES])
		return;
	mnl_attr_for_each_nested(attr, attrs[MYMACVLAN_A_COUNTER_NAMES]) {
		model->names = more(model->names, model->name_count, &room,
				    sizeof(*model->names));
		model->names[model->name_count++] = strdup(mnl_attr_get_str(attr));
	}
}

static void read_names(struct nl *nl, struct model *model)
{
	char buffer[256] __attribute__((aligned(NLMSG_ALIGNTO)));
	const char *why;
	int error;

	why = nl_send(nl, nl_begin(nl, buffer, MYMACVLAN_CMD_COUNTER_GET, NLM_F_ACK),
		      take_names, model, &error);
	if (error)
		errx(EXIT_FAILURE, "names of counters: %s", why ?: strerror(-error));
}

static void forget(struct model *model)
{
	size_t i;

	for (i = 0; i < model->port_count; i++)
		free(model->ports[i].counters.value);
	for (i = 0; i < model->child_count; i++)
		free(model->children[i].counters.value);
	model->port_count = 0;
	model->child_count = 0;
}

void model_free(struct model *model)
{
	unsigned int i;

	forget(model);
	for (i = 0; i < model->name_count; i++)
		free(model->names[i]);
	free(model->names);
	free(model->ports);
	free(model->children);
	memset(model, 0, sizeof(*model));
}

static bool is_wanted(const struct child *child, const struct query *query)
{
	return (!query->netns || query->netns == child->netns) &&
	       (!query->child_name || !strcmp(query->child_name, child->name));
}

static void keep_wanted(struct model *model, const struct query *query)
{
	size_t i, kept = 0;

	for (i = 0; i < model->child_count; i++) {
		if (is_wanted(&model->children[i], query))
			model->children[kept++] = model->children[i];
		else
			free(model->children[i].counters.value);
	}
	model->child_count = kept;
}

static bool read_once(struct nl *nl, struct model *model, const struct query *query)
{
	forget(model);
	return nl_dump(nl, MYMACVLAN_CMD_PORT_GET, &query->filter, take_port, model) &&
	       nl_dump(nl, MYMACVLAN_CMD_CHILD_GET, &query->filter, take_child, model);
}

/* All at one moment, unless children never cease to come and go. */
void model_read(struct nl *nl, struct model *model, const struct query *query)
{
	int i;

	memset(model, 0, sizeof(*model));
	read_names(nl, model);
	for (i = 0; i < ATTEMPTS; i++) {
		if (!read_once(nl, model, query))
			continue;
		keep_wanted(model, query);
		return;
	}
	errx(EXIT_FAILURE, "children come and go faster than they can be listed");
}

const struct port *model_port(const struct model *model, const struct child *child)
{
	size_t i;

	for (i = 0; i < model->port_count; i++)
		if (model->ports[i].index == child->port)
			return &model->ports[i];
	return NULL;
}

/*
 * The first child of @port with that id or a larger one, or what is behind: they come
 * by port, and those of a port by id.
 */
const struct child *model_first(const struct model *model, unsigned int port, uint64_t id)
{
	size_t low = 0, high = model->child_count, i;
	const struct child *child;

	while (low < high) {
		i = (low + high) / 2;
		child = &model->children[i];
		if (child->port < port || (child->port == port && child->id < id))
			low = i + 1;
		else
			high = i;
	}
	return model->children + low;
}

/* NULL if there is none of that id. */
const struct child *model_child(const struct model *model, unsigned int port, uint64_t id)
{
	const struct child *child = model_first(model, port, id);

	if (child == model->children + model->child_count ||
	    child->port != port || child->id != id)
		return NULL;
	return child;
}

/* @text: room for MAC_TEXT bytes */
const char *mac_text(const unsigned char *mac, char *text)
{
	snprintf(text, MAC_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
		 mac[2], mac[3], mac[4], mac[5]);
	return text;
}

const char *mode_name(unsigned int mode)
{
	switch (mode) {
	case MYMACVLAN_MODE_PRIVATE:	return "private";
	case MYMACVLAN_MODE_VEPA:	return "vepa";
	case MYMACVLAN_MODE_BRIDGE:	return "bridge";
	case MYMACVLAN_MODE_PASSTHRU:	return "passthru";
	case MYMACVLAN_MODE_SOURCE:	return "source";
	}
	return "?";
}

/* A name is its owner's choice, and shall be no command to the terminal. */
void make_text(char *name)
{
	for (; *name; name++)
		if ((unsigned char)*name < ' ' || *name == 0x7f)
			*name = '?';
}

const char *pin_name(unsigned int pin)
{
	switch (pin) {
	case MYMACVLAN_PIN_OFF:		return "off";
	case MYMACVLAN_PIN_MAC:		return "mac";
	case MYMACVLAN_PIN_IP:		return "ip";
	case MYMACVLAN_PIN_GUARD:	return "guard";
	}
	return "?";
}

/* What its namespace is called here; empty: it is this one. */
void child_place(const struct child *child, char *text, size_t size)
{
	const char *name = NULL;

	text[0] = '\0';
	if (child->netns && child->netns == place_here())
		return;
	if (child->netns)
		name = place_name(child->netns);
	if (name)
		snprintf(text, size, "%s", name);
	else if (child->has_nsid)
		snprintf(text, size, "nsid:%d", child->nsid);
	else if (child->netns)
		snprintf(text, size, "net:[%u]", child->netns);
	else
		snprintf(text, size, "?");
}

/* 0 if there is none of that name. */
uint64_t counter_of(const struct model *model, const struct counters *counters,
		    const char *name)
{
	unsigned int i;

	for (i = 0; i < counters->count && i < model->name_count; i++)
		if (!strcmp(model->names[i], name))
			return counters->value[i];
	return 0;
}
