// SPDX-License-Identifier: GPL-2.0-only
/* JSON on standard output. */
#include <stdio.h>
#include "json.h"

#define DEEPEST	16

static char closing[DEEPEST];
static int depth;
static bool comma;

static void quoted(const char *text)
{
	const unsigned char *pos;

	putchar('"');
	for (pos = (const unsigned char *)text; *pos; pos++)
		if (*pos == '"' || *pos == '\\')
			printf("\\%c", *pos);
		else if (*pos < 0x20 || *pos >= 0x7f)
			/* A name is bytes to the kernel; JSON must be valid. */
			printf("\\u%04x", *pos);
		else
			putchar(*pos);
	putchar('"');
}

static void begin_value(const char *key)
{
	if (comma)
		putchar(',');
	comma = true;
	if (!key)
		return;
	quoted(key);
	putchar(':');
}

/* @bracket: '[' or '{' */
void json_begin(const char *key, char bracket)
{
	begin_value(key);
	putchar(bracket);
	closing[depth++] = bracket == '[' ? ']' : '}';
	comma = false;
}

void json_end(void)
{
	putchar(closing[--depth]);
	comma = true;
}

/* The end of a document. */
void json_line(void)
{
	putchar('\n');
	fflush(stdout);
	comma = false;
}

void json_string(const char *key, const char *value)
{
	begin_value(key);
	quoted(value);
}

void json_number(const char *key, unsigned long long value)
{
	begin_value(key);
	printf("%llu", value);
}

void json_signed(const char *key, long long value)
{
	begin_value(key);
	printf("%lld", value);
}

void json_bool(const char *key, bool value)
{
	begin_value(key);
	printf("%s", value ? "true" : "false");
}
