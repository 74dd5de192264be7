// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks for a network card's time stamps and prints what is in force then.
 *
 *   hwtstamp DEV              prints tx_type and rx_filter, "1 1"
 *   hwtstamp DEV TX RX        sets them first
 *
 * Exit status: 0, 1 refused (prints why), 2 could not do it.
 */
#include <errno.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	struct hwtstamp_config config = { };
	struct ifreq ifr = { };
	int fd;

	if (argc != 2 && argc != 4) {
		fputs("usage: hwtstamp DEV [TX RX]\n", stderr);
		return 2;
	}
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0) {
		perror("socket");
		return 2;
	}
	if (argc == 4) {
		config.tx_type = atoi(argv[2]);
		config.rx_filter = atoi(argv[3]);
	}
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", argv[1]);
	ifr.ifr_data = (void *)&config;
	if (ioctl(fd, argc == 4 ? SIOCSHWTSTAMP : SIOCGHWTSTAMP, &ifr)) {
		puts(strerror(errno));
		return errno == ENODEV ? 2 : 1;
	}
	printf("%d %d\n", config.tx_type, config.rx_filter);
	return 0;
}
