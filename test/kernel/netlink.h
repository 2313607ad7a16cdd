/* Requests to netfilter over netlink, for watch.c and forget.c. */
#ifndef NETLINK_H
#define NETLINK_H

#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <stddef.h>

struct request {
	struct nlmsghdr head;
	struct nfgenmsg gen;
	char attributes[64];
};

int netlink_open(void);
void request_start(struct request *r, int subsystem, int type, int flags, int resource);
void attribute(struct request *r, int type, const void *data, size_t length);
void request_send(int fd, const struct request *r);
/* With NLM_F_ACK; ends the process where the kernel refuses. */
void request_acknowledged(int fd, const struct request *r);

#endif
