/* Seeing what has passed behind confirm. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <net/if.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent.h"
#include "netlink.h"

/*
 * Netfilter puts a new hook before those of the same priority (net/netfilter/core.c, nf_hook_entries_grow), so
 * that these, there before connection tracking is, stand behind its confirm at the same 2147483647. The chain at
 * -500 keeps the kernel's own answers out of all tables.
 */
static const char chains[] =
	"table inet watch {\n"
	"chain input { type filter hook input priority 2147483647; log group 7057\n}\n"
	"chain postrouting { type filter hook postrouting priority 2147483647; log group 7057\n}\n"
	"chain output { type filter hook output priority -500; meta priority != 7057:1 drop\n}\n"
	"}\n";

static int log_fd = -1;

static void log_bind(void)
{
	struct nfulnl_msg_config_cmd bind = { .command = NFULNL_CFG_CMD_BIND };
	struct nfulnl_msg_config_mode mode = { .copy_range = htonl(0xffff), .copy_mode = NFULNL_COPY_PACKET };
	uint32_t at_once = htonl(1);
	struct request r;

	request_start(&r, NFNL_SUBSYS_ULOG, NFULNL_MSG_CONFIG, NLM_F_ACK, NFLOG_GROUP);
	attribute(&r, NFULA_CFG_CMD, &bind, sizeof bind);
	request_acknowledged(log_fd, &r);
	request_start(&r, NFNL_SUBSYS_ULOG, NFULNL_MSG_CONFIG, NLM_F_ACK, NFLOG_GROUP);
	attribute(&r, NFULA_CFG_MODE, &mode, sizeof mode);
	attribute(&r, NFULA_CFG_QTHRESH, &at_once, sizeof at_once);
	request_acknowledged(log_fd, &r);
}

void watch_open(void)
{
	static char *nft[] = { "nft", "-f", "-", NULL };
	char *said;
	size_t length;

	if (run_program(nft, chains, sizeof chains - 1, &said, &length)) {
		fprintf(stderr, "%.*s\n", (int)length, said);
		die("nft");
	}
	free(said);
	log_fd = netlink_open();
	log_bind();
}

void watch_close(void)
{
	if (log_fd >= 0)
		close(log_fd);
	log_fd = -1;
}

static void report_packet(FILE *out, const struct nlmsghdr *head, int *count)
{
	const char *at = (const char *)NLMSG_DATA(head) + NLMSG_ALIGN(sizeof(struct nfgenmsg));
	const char *end = (const char *)head + head->nlmsg_len;
	const uint8_t *payload = NULL;
	size_t length = 0;
	uint32_t mark = 0, in = 0, outdev = 0, index;
	int hook = 0;
	char name[IF_NAMESIZE];

	while (at + NLA_HDRLEN <= end) {
		const struct nlattr *a = (const struct nlattr *)at;
		const char *data = at + NLA_HDRLEN;

		if (a->nla_len < NLA_HDRLEN || at + a->nla_len > end)
			break;
		switch (a->nla_type & NLA_TYPE_MASK) {
		case NFULA_PACKET_HDR:
			hook = ((const struct nfulnl_msg_packet_hdr *)data)->hook;
			break;
		case NFULA_MARK:
			mark = ntohl(*(const uint32_t *)data);
			break;
		case NFULA_IFINDEX_INDEV:
			in = ntohl(*(const uint32_t *)data);
			break;
		case NFULA_IFINDEX_OUTDEV:
			outdev = ntohl(*(const uint32_t *)data);
			break;
		case NFULA_PAYLOAD:
			payload = (const uint8_t *)data;
			length = a->nla_len - NLA_HDRLEN;
			break;
		}
		at += NLA_ALIGN(a->nla_len);
	}
	index = hook == NF_INET_LOCAL_IN ? in : outdev;
	fprintf(out, "%s[\"%s\",", (*count)++ ? "," : "", hook == NF_INET_LOCAL_IN ? "input" : "postrouting");
	json_string(out, index && if_indextoname(index, name) ? name : "");
	fprintf(out, ",%u,\"", mark);
	for (size_t i = 0; i < length; i++) {
		putc("0123456789abcdef"[payload[i] >> 4], out);
		putc("0123456789abcdef"[payload[i] & 15], out);
	}
	fputs("\"]", out);
}

void watch_report(FILE *out)
{
	static char buffer[1 << 18];
	int count = 0;
	ssize_t got;

	while ((got = recv(log_fd, buffer, sizeof buffer, MSG_DONTWAIT)) != 0) {
		size_t left = got;

		if (got < 0) {
			if (errno == EAGAIN)
				return;
			die("log socket");
		}
		for (struct nlmsghdr *h = (struct nlmsghdr *)buffer; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left))
			if (h->nlmsg_type == (NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_PACKET))
				report_packet(out, h, &count);
	}
}
