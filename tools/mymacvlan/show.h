/* SPDX-License-Identifier: GPL-2.0-only */
/* The commands of mymacvlan(8) that look and change nothing. */
#ifndef MYMACVLAN_SHOW_H
#define MYMACVLAN_SHOW_H

#include "model.h"

int show(const struct query *query);
int show_child(const struct query *query);
int show_groups(const struct query *query);
int show_bindings(const struct query *query);
int show_stats(const struct query *query, bool watch, unsigned int seconds);
int monitor(const struct query *query);
void show_json(const struct model *model);
void child_json(const struct model *model, const struct child *child);
void child_line(const struct child *child, const char *before);

#endif
