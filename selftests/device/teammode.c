// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gives a team device its mode, which otherwise only teamd can do:
 *
 *   teammode DEVICE MODE
 *
 * A team without a mode drops every frame.
 */
#include <linux/genetlink.h>
#include <linux/if_team.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct message {
	struct nlmsghdr nl;
	struct genlmsghdr genl;
	char data[512];
};

static int fd;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static struct nlattr *put(struct message *msg, int type, const void *value,
			  size_t len)
{
	struct nlattr *attr = (void *)msg + NLMSG_ALIGN(msg->nl.nlmsg_len);

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	if (len)
		memcpy((char *)attr + NLA_HDRLEN, value, len);
	msg->nl.nlmsg_len = (char *)attr + NLA_ALIGN(attr->nla_len) - (char *)msg;
	return attr;
}

static void end(struct message *msg, struct nlattr *nest)
{
	nest->nla_len = (char *)msg + msg->nl.nlmsg_len - (char *)nest;
}

static void start(struct message *msg, int family, int cmd)
{
	memset(msg, 0, sizeof(*msg));
	msg->nl.nlmsg_len = NLMSG_LENGTH(sizeof(msg->genl));
	msg->nl.nlmsg_type = family;
	msg->nl.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	msg->genl.cmd = cmd;
	msg->genl.version = 1;
}

/* Sends the message and puts the answer in its place. */
static void ask(struct message *msg, const char *what)
{
	struct nlmsgerr *err;

	if (send(fd, msg, msg->nl.nlmsg_len, 0) < 0 ||
	    recv(fd, msg, sizeof(*msg), 0) < 0)
		die(what);
	err = NLMSG_DATA(&msg->nl);
	if (msg->nl.nlmsg_type == NLMSG_ERROR && err->error) {
		fprintf(stderr, "%s: %s\n", what, strerror(-err->error));
		exit(1);
	}
}

static int team_family(void)
{
	struct message msg;
	struct nlattr *attr = (struct nlattr *)msg.data;

	start(&msg, GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	put(&msg, CTRL_ATTR_FAMILY_NAME, TEAM_GENL_NAME, sizeof(TEAM_GENL_NAME));
	ask(&msg, "family of team");
	while ((char *)attr < (char *)&msg + msg.nl.nlmsg_len) {
		if (attr->nla_type == CTRL_ATTR_FAMILY_ID)
			return *(unsigned short *)((char *)attr + NLA_HDRLEN);
		attr = (void *)attr + NLA_ALIGN(attr->nla_len);
	}
	fputs("no family of team\n", stderr);
	exit(1);
}

int main(int argc, char **argv)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct nlattr *list, *option;
	unsigned char type = 5;		/* NLA_STRING as the kernel numbers it */
	struct message msg;
	unsigned int index;

	if (argc != 3) {
		fputs("usage: teammode DEVICE MODE\n", stderr);
		return 1;
	}
	index = if_nametoindex(argv[1]);
	fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
	if (!index || fd < 0 ||
	    connect(fd, (struct sockaddr *)&kernel, sizeof(kernel)))
		die(argv[1]);
	start(&msg, team_family(), TEAM_CMD_OPTIONS_SET);
	put(&msg, TEAM_ATTR_TEAM_IFINDEX, &index, sizeof(index));
	list = put(&msg, TEAM_ATTR_LIST_OPTION | NLA_F_NESTED, NULL, 0);
	option = put(&msg, TEAM_ATTR_ITEM_OPTION | NLA_F_NESTED, NULL, 0);
	put(&msg, TEAM_ATTR_OPTION_NAME, "mode", sizeof("mode"));
	put(&msg, TEAM_ATTR_OPTION_TYPE, &type, sizeof(type));
	put(&msg, TEAM_ATTR_OPTION_DATA, argv[2], strlen(argv[2]) + 1);
	end(&msg, option);
	end(&msg, list);
	ask(&msg, "mode");
	return 0;
}
