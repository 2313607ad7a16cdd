/* Requests to netfilter over netlink: made word by word, so that no library is needed. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "agent.h"
#include "netlink.h"

void request_start(struct request *r, int subsystem, int type, int flags, int resource)
{
	memset(r, 0, sizeof *r);
	r->head.nlmsg_type = subsystem << 8 | type;
	r->head.nlmsg_flags = NLM_F_REQUEST | flags;
	r->head.nlmsg_len = NLMSG_LENGTH(sizeof r->gen);
	r->gen.version = NFNETLINK_V0;
	r->gen.res_id = htons(resource);
}

void attribute(struct request *r, int type, const void *data, size_t length)
{
	struct nlattr *a = (struct nlattr *)((char *)r + NLMSG_ALIGN(r->head.nlmsg_len));

	a->nla_type = type;
	a->nla_len = NLA_HDRLEN + length;
	memcpy((char *)a + NLA_HDRLEN, data, length);
	r->head.nlmsg_len = NLMSG_ALIGN(r->head.nlmsg_len) + NLA_ALIGN(a->nla_len);
}

int netlink_open(void)
{
	struct sockaddr_nl self = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER), size = 8 << 20;

	if (fd < 0 || bind(fd, (struct sockaddr *)&self, sizeof self))
		die("netlink socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
	return fd;
}

void request_send(int fd, const struct request *r)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	if (sendto(fd, r, r->head.nlmsg_len, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0)
		die("netlink request");
}

void request_acknowledged(int fd, const struct request *r)
{
	char answer[4096];
	struct nlmsghdr *head = (struct nlmsghdr *)answer;

	request_send(fd, r);
	if (recv(fd, answer, sizeof answer, 0) < (ssize_t)NLMSG_LENGTH(sizeof(int)) || head->nlmsg_type != NLMSG_ERROR)
		die("netlink answer");
	errno = -((struct nlmsgerr *)NLMSG_DATA(head))->error;
	if (errno)
		die("netlink request refused");
}
