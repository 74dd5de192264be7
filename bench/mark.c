// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends lines of text to the plugin that counts, see mark.h.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "mark.h"

/* 256 functions of 8 bytes: the instruction for a byte, and a return. */
extern const char mark_table[];
asm(".pushsection .text\n"
    "mark_table:\n"
    "	.set byte, 0\n"
    "	.rept 256\n"
    "	.byte 0x0f, 0x1f, 0x80, byte, 0x6d, 0x59, 0x4d\n"
    "	ret\n"
    "	.set byte, byte + 1\n"
    "	.endr\n"
    ".popsection");

static void send_byte(unsigned char byte)
{
	((void (*)(void))(uintptr_t)(mark_table + 8 * byte))();
}

void mark(const char *fmt, ...)
{
	char text[4096];
	va_list args;
	char *at;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text) - 1, fmt, args);
	va_end(args);
	strcat(text, "\n");
	for (at = text; *at; at++)
		send_byte(*at);
}
