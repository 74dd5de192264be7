// SPDX-License-Identifier: GPL-2.0-only
/* Generic netlink for mymacvlan(8): requests, dumps, notifications. */
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "nl.h"

/* Answers are one at a time. */
static char answer[NL_BUFFER] __attribute__((aligned(NLMSG_ALIGNTO)));

static int take_attr(const struct nlattr *attr, void *data)
{
	struct nlattr **attrs = data;
	unsigned int type = mnl_attr_get_type(attr);

	if (type <= MYMACVLAN_A_MAX)
		attrs[type] = (struct nlattr *)attr;
	return MNL_CB_OK;
}

static void take_message(const struct nlmsghdr *nlh, nl_take *take, void *data)
{
	struct nlattr *attrs[MYMACVLAN_A_MAX + 1] = { };

	if (!take)
		return;
	if (mnl_attr_parse(nlh, GENL_HDRLEN, take_attr, attrs) < 0)
		errx(EXIT_FAILURE, "netlink: a message that cannot be read");
	take(mnl_nlmsg_get_payload(nlh), attrs, data);
}

static int take_reason(const struct nlattr *attr, void *data)
{
	if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG &&
	    !mnl_attr_validate(attr, MNL_TYPE_NUL_STRING))
		*(const char **)data = mnl_attr_get_str(attr);
	return MNL_CB_OK;
}

/* The kernel's own words, behind an error: @skip bytes of the payload. */
static const char *reason(const struct nlmsghdr *nlh, size_t skip)
{
	const char *why = NULL;

	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_parse(nlh, skip, take_reason, &why);
	return why;
}

static ssize_t receive(struct nl *nl)
{
	ssize_t len;

	do
		len = mnl_socket_recvfrom(nl->sock, answer, sizeof(answer));
	while (len < 0 && errno == EINTR);
	if (len < 0 && errno != ENOBUFS)
		err(EXIT_FAILURE, "netlink");
	return len;
}

/*
 * One answer to a request. Returns true if it is the last one: *@error then is 0 or
 * a negative error, *@why what the kernel says of it, or NULL.
 */
static bool answered(const struct nlmsghdr *nlh, nl_take *take, void *data,
		     int *error, const char **why)
{
	const struct nlmsgerr *ack = mnl_nlmsg_get_payload(nlh);

	switch (nlh->nlmsg_type) {
	case NLMSG_ERROR:
		*error = ack->error;
		*why = reason(nlh, sizeof(*ack));
		return true;
	case NLMSG_DONE:
		*error = mnl_nlmsg_get_payload_len(nlh) >= sizeof(int) ?
			 *(const int *)mnl_nlmsg_get_payload(nlh) : 0;
		*why = reason(nlh, sizeof(int));
		return true;
	case NLMSG_NOOP:
		return false;
	}
	/* The rest of it is read, so that the socket is of use again. */
	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		*error = -EINTR;
	else if (*error != -EINTR)
		take_message(nlh, take, data);
	return false;
}

/* Sends, and takes all answers. Returns what the kernel says of *@error. */
const char *nl_send(struct nl *nl, struct nlmsghdr *nlh, nl_take *take, void *data,
		    int *error)
{
	const struct nlmsghdr *reply;
	const char *why = NULL;
	bool interrupted;
	int len;

	*error = 0;
	if (mnl_socket_sendto(nl->sock, nlh, nlh->nlmsg_len) < 0)
		err(EXIT_FAILURE, "netlink");
	for (;;) {
		len = receive(nl);
		reply = (const void *)answer;
		for (; mnl_nlmsg_ok(reply, len);
		     reply = mnl_nlmsg_next(reply, &len)) {
			interrupted = *error == -EINTR;
			if (!answered(reply, take, data, error, &why))
				continue;
			if (!*error && (interrupted ||
					reply->nlmsg_flags & NLM_F_DUMP_INTR))
				*error = -EINTR;
			return why;
		}
	}
}

/* A request of @cmd in @buffer, without attributes. */
struct nlmsghdr *nl_begin(struct nl *nl, void *buffer, unsigned char cmd, int flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = nl->family;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = time(NULL);
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = MYMACVLAN_GENL_VERSION;
	return nlh;
}

static int take_group_attr(const struct nlattr *attr, void *data)
{
	unsigned int *group = data;

	if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID)
		*group = mnl_attr_get_u32(attr);
	return MNL_CB_OK;
}

/* Our family has one group. */
static int take_family_attr(const struct nlattr *attr, void *data)
{
	const struct nlattr *entry;
	struct nl *nl = data;

	switch (mnl_attr_get_type(attr)) {
	case CTRL_ATTR_FAMILY_ID:
		nl->family = mnl_attr_get_u16(attr);
		break;
	case CTRL_ATTR_MCAST_GROUPS:
		mnl_attr_for_each_nested(entry, attr)
			mnl_attr_parse_nested(entry, take_group_attr, &nl->group);
		break;
	}
	return MNL_CB_OK;
}

static void find_family(struct nl *nl)
{
	char buffer[256] __attribute__((aligned(NLMSG_ALIGNTO)));
	const struct nlmsghdr *reply = (const void *)answer;
	const struct nlmsgerr *ack;
	struct nlmsghdr *nlh;
	int len;

	nl->family = GENL_ID_CTRL;
	nlh = nl_begin(nl, buffer, CTRL_CMD_GETFAMILY, 0);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, MYMACVLAN_GENL_NAME);
	if (mnl_socket_sendto(nl->sock, nlh, nlh->nlmsg_len) < 0)
		err(EXIT_FAILURE, "netlink");
	len = receive(nl);
	if (!mnl_nlmsg_ok(reply, len))
		errx(EXIT_FAILURE, "netlink: a message is cut short");
	if (reply->nlmsg_type != NLMSG_ERROR) {
		mnl_attr_parse(reply, GENL_HDRLEN, take_family_attr, nl);
		return;
	}
	ack = mnl_nlmsg_get_payload(reply);
	if (ack->error == -ENOENT)
		errx(EXIT_FAILURE, "the module mymacvlan is not loaded, or is an older one");
	errx(EXIT_FAILURE, "generic netlink: %s", strerror(-ack->error));
}

void nl_open(struct nl *nl)
{
	int on = 1;

	memset(nl, 0, sizeof(*nl));
	nl->sock = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!nl->sock || mnl_socket_bind(nl->sock, 0, MNL_SOCKET_AUTOPID) < 0)
		err(EXIT_FAILURE, "netlink");
	/* Without them errors have a number only. */
	mnl_socket_setsockopt(nl->sock, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nl->sock, NETLINK_CAP_ACK, &on, sizeof(on));
	/* A wrong attribute in a dump is an error, too. */
	mnl_socket_setsockopt(nl->sock, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	find_family(nl);
}

void nl_close(struct nl *nl)
{
	mnl_socket_close(nl->sock);
}

/*
 * Takes all that there is. Returns false if children came or went meanwhile: then it
 * has to be asked for again. Other errors end the program.
 */
bool nl_dump(struct nl *nl, unsigned char cmd, const struct nl_filter *filter,
	     nl_take *take, void *data)
{
	char buffer[256] __attribute__((aligned(NLMSG_ALIGNTO)));
	const char *why, *lower = filter->lower ?: "mymacvlan";
	struct nlmsghdr *nlh;
	int error;

	nlh = nl_begin(nl, buffer, cmd, NLM_F_DUMP);
	if (filter->lower)
		mnl_attr_put_strz(nlh, MYMACVLAN_A_PORT_IFNAME, filter->lower);
	if (filter->mac && cmd != MYMACVLAN_CMD_PORT_GET)
		mnl_attr_put(nlh, MYMACVLAN_A_CHILD_ADDR, 6, filter->mac);
	why = nl_send(nl, nlh, take, data, &error);
	if (error == -EINTR)
		return false;
	if (error && filter->lower)
		errx(EXIT_FAILURE, "%s: %s%s%s%s", lower, why ?: strerror(-error),
		     why ? " (" : "", why ? strerror(-error) : "", why ? ")" : "");
	if (error)
		errx(EXIT_FAILURE, "%s%s%s%s", why ?: strerror(-error),
		     why ? " (" : "", why ? strerror(-error) : "", why ? ")" : "");
	return true;
}

/* Takes notifications until the program ends. */
void nl_listen(struct nl *nl, nl_take *take, void *data)
{
	const struct nlmsghdr *nlh;
	int len;

	if (!nl->group)
		errx(EXIT_FAILURE,
		     "no notifications: this kernel cannot keep them from others");
	if (mnl_socket_setsockopt(nl->sock, NETLINK_ADD_MEMBERSHIP, &nl->group,
				  sizeof(nl->group)) < 0)
		err(EXIT_FAILURE, "notifications");
	for (;;) {
		len = receive(nl);
		if (len < 0)
			warnx("too slow: notifications are lost");
		nlh = (const void *)answer;
		for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len))
			if (nlh->nlmsg_type == nl->family)
				take_message(nlh, take, data);
	}
}
