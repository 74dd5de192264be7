// SPDX-License-Identifier: GPL-2.0-only
/*
 * load group add|del MAC|own DEV...
 *
 * Has devices listen to a multicast address, or no more ("own": each to another
 * one, that of an IPv6 address that ends in its place in the list), and waits until the
 * kernel has passed that on, which newer ones do later. (A batch of "ip
 * maddress" ends after its first line.)
 */
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

void do_group(char **words)
{
	bool join = !strcmp(words[0], "add");
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool own = words[1] && !strcmp(words[1], "own");
	struct ifreq ifr = { 0 };
	unsigned char *mac = (unsigned char *)ifr.ifr_hwaddr.sa_data;
	unsigned int place = 0;

	if (!words[1])
		die("which group?");
	parse_mac(own ? "33:33:ff:00:00:00" : words[1], mac);
	for (words += 2; *words; words++, place++) {
		if (own) {
			mac[4] = place >> 8;
			mac[5] = place;
		}
		snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", *words);
		if (ioctl(fd, join ? SIOCADDMULTI : SIOCDELMULTI, &ifr))
			die("%s: group: %m", *words);
	}
	close(fd);
	/* Nothing else is to be done, so it is done when the processor idles. */
	pause_us(100000);
}
