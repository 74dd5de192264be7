// SPDX-License-Identifier: GPL-2.0-only
/*
 * load answer ADDRESS		answers datagrams until it is killed
 * load ask ADDRESS COUNT	asks so often, one after the other, and prints
 *				how often a second that went
 * load packets NAME OPTION...	has pktgen send count=N frames (options as in
 *				flow.c), and prints how many a second there were
 *
 * For machines whose clock means something.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

#define PORT	7007

static int open_socket(const char *text, struct sockaddr_in *address)
{
	struct timeval limit = { .tv_sec = 2 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	address->sin_family = AF_INET;
	address->sin_port = htons(PORT);
	if (fd < 0 || inet_pton(AF_INET, text, &address->sin_addr) != 1)
		die("no socket for %s", text);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	return fd;
}

void do_answer(char **words)
{
	struct sockaddr_in own = { 0 }, other;
	int fd = open_socket(words[0], &own);
	socklen_t len;
	char byte;

	if (bind(fd, (struct sockaddr *)&own, sizeof(own)))
		die("%s: %m", words[0]);
	puts("ready");
	fflush(stdout);
	for (;;) {
		len = sizeof(other);
		if (recvfrom(fd, &byte, 1, 0, (struct sockaddr *)&other, &len) == 1)
			sendto(fd, &byte, 1, 0, (struct sockaddr *)&other, len);
	}
}

void do_ask(char **words)
{
	struct sockaddr_in other = { 0 };
	int fd = open_socket(words[0], &other);
	long count = words[1] ? atol(words[1]) : 0, i;
	long long start;
	char byte = 0;

	if (count < 1 || connect(fd, (struct sockaddr *)&other, sizeof(other)))
		die("ask ADDRESS COUNT");
	start = now();
	for (i = 0; i < count; i++)
		if (send(fd, &byte, 1, 0) != 1 || recv(fd, &byte, 1, 0) != 1)
			die("no answer from %s", words[0]);
	printf("%.0f\n", count * 1e9 / (now() - start));
}

void do_packets(char **words)
{
	long count = number(words, "count", 1000000);
	struct watch watch;
	long long start;

	pktgen_set_up(words);
	watch_open(&watch, option(words, "watch", ""));
	start = now();
	pktgen_send(option(words, "dev", ""), count);
	watch_wait(&watch, count);
	printf("%.0f\n", watch_grown(&watch) * 1e9 / (now() - start));
	watch_close(&watch);
	pktgen_end();
}
