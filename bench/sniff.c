// SPDX-License-Identifier: GPL-2.0-only
/*
 * load sniff DEV...
 *
 * A packet capture on each of the devices, that takes nothing, until this
 * program is killed. Prints a line when they are there.
 */
#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

static void sniff(const char *dev)
{
	struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog program = { .len = 1, .filter = &nothing };
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = if_nametoindex(dev),
	};
	/* Deaf until it is bound. */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)))
		die("capturing on %s: %m", dev);
}

void do_sniff(char **words)
{
	for (; *words; words++)
		sniff(*words);
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
