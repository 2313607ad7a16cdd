/*
 * Putting packets in. From the wire: write() to a tun or tap device runs the whole receive path before it returns
 * (drivers/net/tun.c, tun_rx_batched). Sent by the host: a raw socket with the header included.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "agent.h"

#define MAX_TUNS 256

static struct tun {
	char name[IFNAMSIZ];
	int fd;
	int tap;
	uint8_t address[6];
} tuns[MAX_TUNS];
static int tun_count;

int tun_create(const char *name, int tap)
{
	struct ifreq request = { .ifr_flags = (tap ? IFF_TAP : IFF_TUN) | IFF_NO_PI };
	int fd, failed;

	if (strlen(name) >= IFNAMSIZ)
		return EINVAL;
	if (tun_count == MAX_TUNS)
		return ENOSPC;
	fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno;
	strcpy(request.ifr_name, name);
	/* persistent, or each close takes the device away and waits for it, 30 ms; so the namespace's end does, by itself */
	if (ioctl(fd, TUNSETIFF, &request) || ioctl(fd, TUNSETPERSIST, 1) || (tap && ioctl(fd, SIOCGIFHWADDR, &request))) {
		failed = errno;
		close(fd);
		return failed;
	}
	tuns[tun_count] = (struct tun){ .fd = fd, .tap = tap };
	strcpy(tuns[tun_count].name, name);
	if (tap)
		memcpy(tuns[tun_count].address, request.ifr_hwaddr.sa_data, 6);
	tun_count++;
	return 0;
}

int inject_wire(const char *name, const struct frame *frame, const uint8_t *packet, size_t length)
{
	for (int i = 0; i < tun_count; i++) {
		uint8_t head[14];
		struct iovec parts[] = { { head, sizeof head }, { (void *)packet, length } };

		if (strcmp(tuns[i].name, name))
			continue;
		memcpy(head, frame->has_to ? frame->to : tuns[i].address, 6);
		memcpy(head + 6, frame->from, 6);
		memcpy(head + 12, length > 0 && packet[0] >> 4 == 6 ? "\x86\xdd" : "\x08\x00", 2);
		return writev(tuns[i].fd, parts + !tuns[i].tap, 1 + tuns[i].tap) < 0 ? errno : 0;
	}
	return ENODEV;
}

int inject_local(const struct local_send *how, const uint8_t *packet, size_t length)
{
	int v6 = length > 0 && packet[0] >> 4 == 6, one = 1, failed = 0, fd;
	unsigned priority = OWN_PRIORITY;
	struct sockaddr_in to4 = { .sin_family = AF_INET };
	struct sockaddr_in6 to6 = { .sin6_family = AF_INET6 };
	int tos;

	if (length < (v6 ? 40u : 20u))
		return EINVAL;
	/* what -m owner compares are the fsuid and fsgid of the socket's creator (xt_owner.c) */
	setfsgid(how->gid);
	setfsuid(how->uid);
	fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	if (fd < 0)
		failed = errno;
	setfsuid(0);
	setfsgid(0);
	if (fd < 0)
		return failed;
	if (v6) {
		tos = (packet[0] & 15) << 4 | packet[1] >> 4;
		if (setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &tos, sizeof tos))
			failed = errno;
		memcpy(&to6.sin6_addr, packet + 24, 16);
	} else {
		/* the first route look-up goes by the socket's tos, not by the header's (net/ipv4/raw.c) */
		tos = packet[1];
		if (setsockopt(fd, IPPROTO_IP, IP_TOS, &tos, sizeof tos) ||
		    setsockopt(fd, IPPROTO_IP, IP_HDRINCL, &one, sizeof one))
			failed = errno;
		memcpy(&to4.sin_addr, packet + 16, 4);
	}
	/* after the tos, which sets a priority of its own */
	if (setsockopt(fd, SOL_SOCKET, SO_PRIORITY, &priority, sizeof priority) ||
	    setsockopt(fd, SOL_SOCKET, SO_MARK, &how->mark, sizeof how->mark) ||
	    setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof one) ||
	    (how->device && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, how->device, strlen(how->device))))
		failed = errno;
	if (!failed && sendto(fd, packet, length, 0, v6 ? (struct sockaddr *)&to6 : (struct sockaddr *)&to4,
			      v6 ? sizeof to6 : sizeof to4) < 0)
		failed = errno;
	close(fd);
	return failed;
}

/* What left is read from the log behind confirm; here it only has to go away before the queue is full. */
void tuns_drain(void)
{
	static char sink[65536];

	for (int i = 0; i < tun_count; i++)
		while (read(tuns[i].fd, sink, sizeof sink) > 0)
			;
}

void tuns_close(void)
{
	while (tun_count > 0)
		close(tuns[--tun_count].fd);
}
