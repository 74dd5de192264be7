/* SPDX-License-Identifier: GPL-2.0-only */
/* What network namespaces are called: by ip-netns(8), by Docker, or by a process. */
#ifndef MYMACVLAN_PLACES_H
#define MYMACVLAN_PLACES_H

#include <stdbool.h>

const char *place_name(unsigned int inode);
bool place_find(const char *name, unsigned int *inode);
unsigned int place_here(void);
void places_forget(void);

#endif
