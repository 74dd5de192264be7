// SPDX-License-Identifier: GPL-2.0-only
/* See beside.h. */
#include <string.h>
#include <sys/socket.h>

#include "anyframe.h"
#include "beside.h"

static const __u8 child_mac[] = { 2, 0, 0, 0, 0, 0xaa };
static int child;
static __u32 number;

void beside_make(struct lan *lan, __u8 (*mac)[ETH_ALEN])
{
	int size = 1 << 18;

	lan_make(lan);
	ip("link add link e0 name good address 02:00:00:00:00:aa up type mymacvlan mode bridge\n");
	wait_running("good", NULL);
	child = packet_socket("good", 0x88b5);
	setsockopt(lan->far, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	memcpy(mac[0], lan->mac, ETH_ALEN);
	memcpy(mac[1], lan->far_mac, ETH_ALEN);
	memcpy(mac[2], child_mac, ETH_ALEN);
}

static void send_mark(struct lan *lan, const __u8 *dst)
{
	static const __u8 other[] = OUTSIDER;
	__u8 frame[64];

	far_send(lan, NULL, frame, build_mark(frame, dst, other, ++number));
}

void beside_check(struct lan *lan)
{
	static struct heard heard;

	drain(child);
	send_mark(lan, child_mac);
	do {
		if (!socket_recv(child, &heard)) {
			fuzz_wrong("the child beside the tap does not hear");
			return;
		}
	} while (mark_of(heard.frame, heard.len) != (long)number);
}

void beside_check_tap(struct lan *lan, int fd)
{
	static struct heard heard;

	send_mark(lan, lan->mac);
	do {
		if (!tap_recv(fd, HDR_SIZE, &heard)) {
			fuzz_wrong("the tap does not hear");
			return;
		}
	} while (mark_of(heard.frame, heard.len) != (long)number);
}
