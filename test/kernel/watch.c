/* Seeing what has passed behind confirm, and clearing what a packet leaves behind. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "agent.h"

#define BRIEFLY 200000L

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

static int log_fd = -1, conntrack_fd = -1, route_flush_fd = -1;
static int fragment_time_fd[3] = { -1, -1, -1 };
static int sockstat_fd[2] = { -1, -1 };
static int conntrack_count_fd = -1;
static int fragments_kept; /* since forget() */

struct request {
	struct nlmsghdr head;
	struct nfgenmsg gen;
	char attributes[64];
};

static void request_start(struct request *r, int subsystem, int type, int flags, int resource)
{
	memset(r, 0, sizeof *r);
	r->head.nlmsg_type = subsystem << 8 | type;
	r->head.nlmsg_flags = NLM_F_REQUEST | flags;
	r->head.nlmsg_len = NLMSG_LENGTH(sizeof r->gen);
	r->gen.version = NFNETLINK_V0;
	r->gen.res_id = htons(resource);
}

static void attribute(struct request *r, int type, const void *data, size_t length)
{
	struct nlattr *a = (struct nlattr *)((char *)r + NLMSG_ALIGN(r->head.nlmsg_len));

	a->nla_type = type;
	a->nla_len = NLA_HDRLEN + length;
	memcpy((char *)a + NLA_HDRLEN, data, length);
	r->head.nlmsg_len = NLMSG_ALIGN(r->head.nlmsg_len) + NLA_ALIGN(a->nla_len);
}

static int netlink_open(void)
{
	struct sockaddr_nl self = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER), size = 8 << 20;

	if (fd < 0 || bind(fd, (struct sockaddr *)&self, sizeof self))
		die("netlink socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
	return fd;
}

static void request_send(int fd, const struct request *r)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	if (sendto(fd, r, r->head.nlmsg_len, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0)
		die("netlink request");
}

static void request_acknowledged(int fd, const struct request *r)
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
	conntrack_fd = netlink_open();
	log_bind();
	route_flush_fd = open("/proc/sys/net/ipv4/route/flush", O_WRONLY | O_CLOEXEC);
	fragment_time_fd[0] = open("/proc/sys/net/ipv4/ipfrag_time", O_WRONLY | O_CLOEXEC);
	fragment_time_fd[1] = open("/proc/sys/net/ipv6/ip6frag_time", O_WRONLY | O_CLOEXEC);
	fragment_time_fd[2] = open("/proc/sys/net/netfilter/nf_conntrack_frag6_timeout", O_WRONLY | O_CLOEXEC);
	sockstat_fd[0] = open("/proc/net/sockstat", O_RDONLY | O_CLOEXEC);
	sockstat_fd[1] = open("/proc/net/sockstat6", O_RDONLY | O_CLOEXEC);
	conntrack_count_fd = open("/proc/sys/net/netfilter/nf_conntrack_count", O_RDONLY | O_CLOEXEC);
	if (route_flush_fd < 0 || fragment_time_fd[0] < 0 || sockstat_fd[0] < 0 || conntrack_count_fd < 0)
		die("/proc of the network namespace");
	fragments_keep(0);
}

static void shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void watch_close(void)
{
	shut(&log_fd);
	shut(&conntrack_fd);
	shut(&route_flush_fd);
	for (int i = 0; i < 3; i++)
		shut(&fragment_time_fd[i]);
	shut(&sockstat_fd[0]);
	shut(&sockstat_fd[1]);
	shut(&conntrack_count_fd);
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

/* The text of a /proc file that is held open. */
static const char *reread(int fd)
{
	static char text[4096];
	ssize_t n = pread(fd, text, sizeof text - 1, 0);

	text[n > 0 ? n : 0] = 0;
	return text;
}

static void pause_for(long nanoseconds)
{
	struct timespec time = { .tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000 };

	nanosleep(&time, NULL);
}

/*
 * What goes through lo is queued, and runs in the softirq at the end of the system call; on a loaded machine
 * ksoftirqd may have it instead. Column 12 of softnet_stat is the length of a CPU's queue.
 */
void settle(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = open("/proc/net/softnet_stat", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	for (int tries = 0; tries < 500; tries++) {
		const char *line = reread(fd);
		unsigned queued = 0, length;

		while (line && *line) {
			if (sscanf(line, "%*x %*x %*x %*x %*x %*x %*x %*x %*x %*x %*x %x", &length) == 1)
				queued += length;
			line = strchr(line, '\n');
			if (line)
				line++;
		}
		if (!queued)
			return;
		pause_for(BRIEFLY);
	}
}

void fragments_keep(int keep)
{
	static const char *const seconds[] = { "0", "1" };

	fragments_kept |= keep;
	for (int i = 0; i < 3; i++)
		if (fragment_time_fd[i] >= 0 && pwrite(fragment_time_fd[i], seconds[keep], 1, 0) < 0)
			die("fragment timeout");
}

static void forget_connections(void)
{
	struct request r;

	if (atoi(reread(conntrack_count_fd)) == 0)
		return;
	request_start(&r, NFNL_SUBSYS_CTNETLINK_EXP, IPCTNL_MSG_EXP_DELETE, 0, 0);
	request_send(conntrack_fd, &r);
	request_start(&r, NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_DELETE, 0, 0);
	request_send(conntrack_fd, &r);
	if (atoi(reread(conntrack_count_fd)) != 0)
		die("connections remain after a flush");
}

static void forget_fragments(void)
{
	for (int tries = 0; tries < 20000; tries++) {
		int waiting = 0;

		for (int i = 0; i < 2; i++) {
			const char *text = sockstat_fd[i] < 0 ? NULL : strstr(reread(sockstat_fd[i]), "FRAG");
			int inuse = 0;

			if (text && sscanf(text, "FRAG%*[6]: inuse %d", &inuse) != 1)
				sscanf(text, "FRAG: inuse %d", &inuse);
			waiting += inuse;
		}
		if (!waiting)
			return;
		pause_for(BRIEFLY);
	}
	die("fragments remain");
}

/*
 * Those that IPv6 connection tracking holds are counted nowhere (nf_conntrack_reasm.c). They go at the tick after
 * their timeout: 4 ms at 250 ticks a second, 10 at the slowest.
 */
static void forget_tracked_fragments6(void)
{
	pause_for((fragments_kept ? 1000000000L : 0) + 20000000L);
}

void forget(int fragment6)
{
	forget_fragments();
	if (fragment6)
		forget_tracked_fragments6();
	fragments_kept = 0;
	forget_connections();
	if (write(route_flush_fd, "0", 1) < 0)
		die("route flush");
}
