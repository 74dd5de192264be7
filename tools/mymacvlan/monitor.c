// SPDX-License-Identifier: GPL-2.0-only
/* mymacvlan monitor: what happens to children, as it happens. */
#include <stdio.h>
#include "json.h"
#include "places.h"
#include "show.h"

#include <net/if.h>
#include <string.h>

struct watcher {
	const struct query *query;
	unsigned int port;		/* index of the only lower device, or 0 */
};

static const char *event_name(unsigned char cmd)
{
	switch (cmd) {
	case MYMACVLAN_CMD_CHILD_ADDED:		return "added";
	case MYMACVLAN_CMD_CHILD_CHANGED:	return "changed";
	case MYMACVLAN_CMD_CHILD_GONE:		return "gone";
	case MYMACVLAN_CMD_CHILD_CONFLICT:	return "conflict";
	}
	return NULL;
}

static void print_event(const char *event, const char *lower,
			const struct child *child, bool json)
{
	static const struct model none;

	if (!json) {
		printf("%s  %s  ", event, lower);
		child_line(child, "");
		printf("\n");
		fflush(stdout);
		return;
	}
	json_begin(NULL, '{');
	json_string("event", event);
	json_string("lower", lower);
	child_json(&none, child);
	json_end();
	json_line();
}

static void take_event(const struct genlmsghdr *genl, struct nlattr **attrs, void *data)
{
	const struct watcher *watcher = data;
	const char *event = event_name(genl->cmd);
	char name[IF_NAMESIZE] = "?";
	struct child child;

	places_forget();
	child_take(&child, attrs);
	if (event && (!watcher->port || watcher->port == child.port) &&
	    (!watcher->query->netns || watcher->query->netns == child.netns)) {
		if_indextoname(child.port, name);
		print_event(event, name, &child, watcher->query->json);
	}
	child_free(&child);
}

int monitor(const struct query *query)
{
	struct watcher watcher = { .query = query };
	struct nl nl;

	nl_open(&nl);
	if (query->filter.lower) {
		watcher.port = if_nametoindex(query->filter.lower);
		if (!watcher.port) {
			fprintf(stderr, "mymacvlan: %s: no such device\n",
				query->filter.lower);
			return EXIT_FAILURE;
		}
	}
	nl_listen(&nl, take_event, &watcher);
	return EXIT_SUCCESS;
}
