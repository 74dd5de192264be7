/* SPDX-License-Identifier: GPL-2.0-only */
/* Ports and children, as the kernel told of them. */
#ifndef MYMACVLAN_MODEL_H
#define MYMACVLAN_MODEL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include "nl.h"

#define MAC_LEN		6
#define MAC_TEXT	18
#define NAME_LEN	16

struct counters {
	uint64_t *value;
	unsigned int count;
};

struct port {
	unsigned int index, children, queue_limit;
	int cutoff;
	bool directed;
	char name[NAME_LEN];
	unsigned char mac[MAC_LEN];
	struct counters counters;
};

struct child {
	unsigned int port, index, netns, mode, flags, pin;
	int nsid;
	uint64_t id, rx_packets, rx_bytes, rx_dropped;
	uint64_t tx_packets, tx_bytes, tx_dropped;
	char name[NAME_LEN];		/* empty: not for us to know */
	char text[NAME_LEN];		/* the same for a terminal, or "-" */
	unsigned char mac[MAC_LEN];
	bool has_nsid, tap, up, waiting, host, macnat, has_vouched, vouched;
	struct counters counters;
};

struct model {
	struct port *ports;
	struct child *children;
	size_t port_count, child_count, port_room, child_room;
	char **names;			/* of counters */
	unsigned int name_count;
};

/* What the command line asks for. */
struct query {
	struct nl_filter filter;
	const char *child_name;
	unsigned int netns;		/* an inode, or 0: any */
	bool json;
};

void model_read(struct nl *nl, struct model *model, const struct query *query);
void model_free(struct model *model);
void child_take(struct child *child, struct nlattr **attrs);
const struct port *model_port(const struct model *model, const struct child *child);
const struct child *model_first(const struct model *model, unsigned int port, uint64_t id);
const struct child *model_child(const struct model *model, unsigned int port, uint64_t id);
const char *mac_text(const unsigned char *mac, char *text);
const char *mode_name(unsigned int mode);
const char *pin_name(unsigned int pin);
void make_text(char *name);
void child_place(const struct child *child, char *text, size_t size);
uint64_t counter_of(const struct model *model, const struct counters *counters,
		    const char *name);

#endif
