// SPDX-License-Identifier: GPL-2.0-only
/* Has each namespace a list of those who capture on all of its devices? */
#include <net/net_namespace.h>

unsigned long probe = sizeof(((struct net *)0)->ptype_all);
