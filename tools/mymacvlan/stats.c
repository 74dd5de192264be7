// SPDX-License-Identifier: GPL-2.0-only
/* mymacvlan stats: who talks most, and whose frames are lost. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "json.h"
#include "places.h"
#include "show.h"

/* Lines of a table if nobody says how many there is room for. */
#define LINES	20

/* One child's numbers: all of them, or what has come since the last look. */
struct row {
	const struct child *child;
	uint64_t rx_packets, rx_bytes, tx_packets, tx_bytes, dropped;
};

static const struct child *before(const struct model *old, const struct child *child)
{
	return old ? model_child(old, child->port, child->id) : NULL;
}

/* @old: the last look, or NULL */
static void fill_row(struct row *row, const struct child *child,
		     const struct model *old)
{
	static const struct child none;
	const struct child *was = before(old, child) ?: &none;

	row->child = child;
	row->rx_packets = child->rx_packets - was->rx_packets;
	row->rx_bytes = child->rx_bytes - was->rx_bytes;
	row->tx_packets = child->tx_packets - was->tx_packets;
	row->tx_bytes = child->tx_bytes - was->tx_bytes;
	row->dropped = child->rx_dropped + child->tx_dropped - was->rx_dropped -
		       was->tx_dropped;
}

static int more_bytes(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	uint64_t p = x->rx_bytes + x->tx_bytes, q = y->rx_bytes + y->tx_bytes;

	return p < q ? 1 : p > q ? -1 : 0;
}

static int more_dropped(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return x->dropped < y->dropped ? 1 : x->dropped > y->dropped ? -1 : 0;
}

static void print_row(const struct model *model, const struct row *row)
{
	const struct port *port = model_port(model, row->child);
	char mac[MAC_TEXT], place[80];

	child_place(row->child, place, sizeof(place));
	printf("%-8s %s %12llu %14llu %12llu %14llu %10llu  %s%s%s\n",
	       port ? port->name : "?", mac_text(row->child->mac, mac),
	       (unsigned long long)row->rx_packets,
	       (unsigned long long)row->rx_bytes,
	       (unsigned long long)row->tx_packets,
	       (unsigned long long)row->tx_bytes,
	       (unsigned long long)row->dropped,
	       row->child->text, place[0] ? "@" : "", place);
}

/* Why a child's frames were lost, below its line. */
static void print_causes(const struct model *model, const struct row *row,
			 const struct model *old)
{
	const struct child *was = before(old, row->child);
	const struct counters *now = &row->child->counters;
	uint64_t value;
	unsigned int i;

	for (i = 0; i < now->count && i < model->name_count; i++) {
		if (!strstr(model->names[i], "_drop_"))
			continue;
		value = now->value[i];
		if (was && i < was->counters.count)
			value -= was->counters.value[i];
		if (value)
			printf("  %s %llu\n", model->names[i],
			       (unsigned long long)value);
	}
}

static void print_ports(const struct model *model)
{
	const struct counters *counters;
	unsigned int i;
	size_t p;

	for (p = 0; p < model->port_count; p++) {
		counters = &model->ports[p].counters;
		printf("%s:", model->ports[p].name);
		for (i = 0; i < counters->count && i < model->name_count; i++)
			if (!strncmp(model->names[i], "port_", 5))
				printf(" %s %llu", model->names[i] + 5,
				       (unsigned long long)counters->value[i]);
		printf("\n");
	}
}

static void print_table(const struct model *model, const struct model *old,
			struct row *rows, size_t most)
{
	size_t i;

	printf("%-8s %-17s %12s %14s %12s %14s %10s  %s\n", "LOWER", "ADDRESS",
	       "RX PACKETS", "RX BYTES", "TX PACKETS", "TX BYTES", "DROPPED",
	       "CHILD");
	qsort(rows, model->child_count, sizeof(*rows), more_bytes);
	for (i = 0; i < model->child_count && i < most; i++)
		print_row(model, &rows[i]);
	qsort(rows, model->child_count, sizeof(*rows), more_dropped);
	if (model->child_count && rows[0].dropped)
		printf("\nlost frames\n");
	for (i = 0; i < model->child_count && i < most && rows[i].dropped; i++) {
		print_row(model, &rows[i]);
		print_causes(model, &rows[i], old);
	}
}

static void print_stats(const struct model *model, const struct model *old, size_t most)
{
	struct row *rows = calloc(model->child_count + 1, sizeof(*rows));
	size_t i;

	if (!rows)
		return;
	for (i = 0; i < model->child_count; i++)
		fill_row(&rows[i], &model->children[i], old);
	print_ports(model);
	print_table(model, old, rows, most);
	free(rows);
}

/* Half a screen for each of the two tables. */
static size_t screen_lines(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || size.ws_row < 12)
		return LINES;
	return (size.ws_row - 6) / 2;
}

static void print_screen(const struct model *model, const struct model *last,
			 unsigned int seconds)
{
	if (isatty(STDOUT_FILENO))
		printf("\033[H\033[2J");
	if (last)
		printf("in %u s\n", seconds);
	else
		printf("since the children were made\n");
	print_stats(model, last, screen_lines());
	fflush(stdout);
}

/* Like watch(1): the first look has all there is, each other one what is new. */
static void watch_stats(const struct query *query, unsigned int seconds)
{
	struct model last = { }, model;
	bool first = true;
	struct nl nl;

	nl_open(&nl);
	for (;;) {
		places_forget();
		model_read(&nl, &model, query);
		if (query->json)
			show_json(&model);
		else
			print_screen(&model, first ? NULL : &last, seconds);
		model_free(&last);
		last = model;
		first = false;
		poll(NULL, 0, seconds * 1000);
	}
}

int show_stats(const struct query *query, bool watch, unsigned int seconds)
{
	struct model model;
	struct nl nl;

	if (watch)
		watch_stats(query, seconds);
	if (query->json)
		return show(query);
	nl_open(&nl);
	model_read(&nl, &model, query);
	print_stats(&model, NULL, model.child_count);
	model_free(&model);
	nl_close(&nl);
	return EXIT_SUCCESS;
}
