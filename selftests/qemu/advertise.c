// SPDX-License-Identifier: GPL-2.0-only
/*
 * A router as small as can be: answers router solicitations on a device with
 * an advertisement to all nodes, from which they form addresses in PREFIX/64.
 *
 * Usage: advertise DEVICE PREFIX
 *
 * Runs until it is killed.
 */
#include <arpa/inet.h>
#include <err.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct advertisement {
	struct nd_router_advert header;
	struct nd_opt_prefix_info prefix;
} __attribute__((packed));

static int open_socket(const char *device)
{
	/* Anything else is not taken for neighbour discovery. */
	int hops = 255;
	struct ipv6_mreq routers = { 0 };
	struct icmp6_filter filter;
	int fd;

	fd = socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
	if (fd < 0)
		err(1, "socket");
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, strlen(device) + 1))
		err(1, "%s", device);
	if (setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof(hops)))
		err(1, "hop limit");
	ICMP6_FILTER_SETBLOCKALL(&filter);
	ICMP6_FILTER_SETPASS(ND_ROUTER_SOLICIT, &filter);
	if (setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof(filter)))
		err(1, "filter");
	routers.ipv6mr_interface = if_nametoindex(device);
	inet_pton(AF_INET6, "ff02::2", &routers.ipv6mr_multiaddr);
	if (setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &routers, sizeof(routers)))
		err(1, "joining the routers' group");
	return fd;
}

static void advertise(int fd, const struct in6_addr *prefix)
{
	struct sockaddr_in6 nodes = { .sin6_family = AF_INET6 };
	struct advertisement message = { 0 };

	message.header.nd_ra_type = ND_ROUTER_ADVERT;
	message.header.nd_ra_curhoplimit = 64;
	message.header.nd_ra_router_lifetime = htons(1800);
	message.prefix.nd_opt_pi_type = ND_OPT_PREFIX_INFORMATION;
	message.prefix.nd_opt_pi_len = sizeof(message.prefix) / 8;
	message.prefix.nd_opt_pi_prefix_len = 64;
	message.prefix.nd_opt_pi_flags_reserved =
		ND_OPT_PI_FLAG_ONLINK | ND_OPT_PI_FLAG_AUTO;
	message.prefix.nd_opt_pi_valid_time = htonl(86400);
	message.prefix.nd_opt_pi_preferred_time = htonl(14400);
	message.prefix.nd_opt_pi_prefix = *prefix;
	inet_pton(AF_INET6, "ff02::1", &nodes.sin6_addr);
	/* The kernel fills in the checksum. */
	if (sendto(fd, &message, sizeof(message), 0,
		   (struct sockaddr *)&nodes, sizeof(nodes)) < 0)
		err(1, "sending");
}

int main(int argc, char **argv)
{
	struct in6_addr prefix;
	char solicitation[1500];
	int fd;

	if (argc != 3 || inet_pton(AF_INET6, argv[2], &prefix) != 1)
		errx(2, "usage: advertise DEVICE PREFIX");
	fd = open_socket(argv[1]);
	while (recv(fd, solicitation, sizeof(solicitation), 0) >= 0)
		advertise(fd, &prefix);
	err(1, "receiving");
}
