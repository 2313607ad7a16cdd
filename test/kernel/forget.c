/* Waiting until a packet is through, and clearing what it leaves behind. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent.h"
#include "netlink.h"

#define BRIEFLY 200000L

static int conntrack_fd = -1, route_flush_fd = -1;
static int fragment_time_fd[3] = { -1, -1, -1 };
static int sockstat_fd[2] = { -1, -1 };
static int conntrack_count_fd = -1;
static int fragments_kept; /* since forget() */

void forget_open(void)
{
	conntrack_fd = netlink_open();
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

void forget_close(void)
{
	shut(&conntrack_fd);
	shut(&route_flush_fd);
	for (int i = 0; i < 3; i++)
		shut(&fragment_time_fd[i]);
	shut(&sockstat_fd[0]);
	shut(&sockstat_fd[1]);
	shut(&conntrack_count_fd);
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
	/* those of kept packets take a second, of which many agents would make too many looks */
	for (int tries = 0; tries < 1000; tries++) {
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
		pause_for(tries < 50 ? BRIEFLY : 5000000L);
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
