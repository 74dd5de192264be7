/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writing JSON: what is inside what, and the commas, are kept here. A key is NULL in
 * an array and at the top.
 */
#ifndef MYMACVLAN_JSON_H
#define MYMACVLAN_JSON_H

#include <stdbool.h>

void json_begin(const char *key, char bracket);
void json_end(void);
void json_string(const char *key, const char *value);
void json_number(const char *key, unsigned long long value);
void json_signed(const char *key, long long value);
void json_bool(const char *key, bool value);
void json_line(void);

#endif
