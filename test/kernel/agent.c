/*
 * The line protocol on standard input and output. Each request is a line, `exec` with bytes after it; each gets
 * one line in answer, `exec` with bytes after it. Words are parted by one space; `-` stands for nothing.
 *
 *   fresh                               a new network namespace              ok
 *   tun NAME                            a tun device in it                   ok | ERRNO
 *   tap NAME                            one with frames of Ethernet          ok | ERRNO
 *   exec LENGTH PROGRAM ARG...          run it, LENGTH bytes of input        STATUS LENGTH
 *   tables FAMILY NAME...               start counting                       [[table,[[chain,rules,policy],...]],...]
 *   send DEVICE MARK UID GID KEEP WAIT HEX FROM TO
 *                                       one packet through the kernel        {"hits":[...],"out":[...],"time":...,"cpu":...,"error":"..."}
 *   forget                              what kept packets have left behind   ok
 *   clock                               CLOCK_MONOTONIC in milliseconds      MILLISECONDS
 *
 * DEVICE is the tun or tap it arrives on, by a tap in a frame FROM such an address, and TO another or the tap's own; `-`
 * sends it from this host, `-eth0` so with the socket bound to eth0. Addresses are of twelve digits. KEEP is 1
 * when what it leaves behind shall meet the next packet. WAIT is how many milliseconds pass before it since the last
 * packet that waited, or the first of those that are kept together; time is when it was sent, in milliseconds of
 * CLOCK_MONOTONIC_COARSE; cpu is the processor that all of it was done on. Hits are [slot,packets,bytes], slots counting through the answer to `tables`: each chain's rules,
 * then its policy if it has one. Out is [hook,device,mark,hex].
 */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "agent.h"

#define MAX_WORDS 64

void die(const char *what)
{
	fprintf(stderr, "kernel agent: %s: %s\n", what, strerror(errno));
	exit(1);
}

void json_string(FILE *out, const char *text)
{
	putc('"', out);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putc('\\', out);
		if ((unsigned char)*text < ' ')
			fprintf(out, "\\u%04x", *text);
		else
			putc(*text, out);
	}
	putc('"', out);
}

static const char *errno_name(int number)
{
	const char *name = strerrorname_np(number);

	return name ? name : "UNKNOWN";
}

static int nibble(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

static size_t unhex(const char *text, uint8_t *bytes, size_t room)
{
	size_t length = 0;

	for (; text[0] && text[1] && length < room; text += 2) {
		int high = nibble(text[0]), low = nibble(text[1]);

		if (high < 0 || low < 0)
			break;
		bytes[length++] = high << 4 | low;
	}
	if (*text) {
		errno = EINVAL;
		die("packet");
	}
	return length;
}

static void answer_errno(int failed)
{
	printf("%s\n", failed ? errno_name(failed) : "ok");
}

static void answer_exec(char **words)
{
	size_t length = strtoul(words[1], NULL, 10), out_length;
	char *input = malloc(length + 1), *out;
	int status;

	if (!input || fread(input, 1, length, stdin) != length)
		die("input of a program");
	status = run_program(words + 2, input, length, &out, &out_length);
	printf("%d %zu\n", status, out_length);
	fwrite(out, 1, out_length, stdout);
	free(input);
	free(out);
}

/* A fragment header stands behind hop-by-hop, destination and routing headers at most. */
static int may_be_fragment6(const uint8_t *packet, size_t length)
{
	uint8_t next = length >= 40 && packet[0] >> 4 == 6 ? packet[6] : 59;

	return next == 44 || next == 0 || next == 43 || next == 60;
}

/*
 * Waits until so long after the last packet that waited, or the first of those that are kept together. What those
 * between took does not come on top.
 */
static void wait_since(long milliseconds, int first)
{
	static struct timespec then;
	struct timespec now;

	if (milliseconds > 0) {
		then.tv_sec += milliseconds / 1000;
		then.tv_nsec += milliseconds % 1000 * 1000000;
		if (then.tv_nsec >= 1000000000) {
			then.tv_sec++;
			then.tv_nsec -= 1000000000;
		}
		while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &then, NULL) == EINTR)
			;
	}
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (first)
		then = now;
}

/* Goes to the processor where it was at first. A packet is worked on where it was put in. */
static int stay(void)
{
	static int cpu = -1;
	cpu_set_t one;

	if (cpu < 0)
		cpu = sched_getcpu();
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setaffinity(0, sizeof one, &one))
		die("sched_setaffinity");
	return cpu;
}

/* The next packet is the first of those that are kept together. */
static int is_first = 1;

static void answer_send(char **words)
{
	static uint8_t packet[65536];
	static unsigned sent;
	const char *device = words[1];
	int keep = words[5][0] == '1', failed, cpu;
	size_t length = unhex(words[7], packet, sizeof packet);
	struct frame frame = { .has_to = words[9][0] != '-' };
	struct timespec time;
	cpu_set_t all;
	struct local_send how = {
		.mark = strtoul(words[2], NULL, 10),
		.uid = strtoul(words[3], NULL, 10),
		.gid = strtoul(words[4], NULL, 10),
		.device = device[0] == '-' && device[1] ? device + 1 : NULL,
	};

	if (words[8][0] != '-')
		unhex(words[8], frame.from, sizeof frame.from);
	if (frame.has_to)
		unhex(words[9], frame.to, sizeof frame.to);
	if (keep)
		fragments_keep(1);
	wait_since(strtol(words[6], NULL, 10), is_first);
	if (sched_getaffinity(0, sizeof all, &all))
		die("sched_getaffinity");
	cpu = stay();
	/* that of the last tick: connection tracking counts ticks */
	clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
	is_first = !keep;
	failed = device[0] == '-' ? inject_local(&how, packet, length) : inject_wire(device, &frame, packet, length);
	if (device[0] == '-')
		settle();
	sched_setaffinity(0, sizeof all, &all);
	fputs("{\"hits\":[", stdout);
	counters_report(stdout);
	fputs("],\"out\":[", stdout);
	watch_report(stdout);
	printf("],\"time\":%.3f,\"cpu\":%d", time.tv_sec * 1e3 + time.tv_nsec / 1e6, cpu);
	if (failed)
		printf(",\"error\":\"%s\"", errno_name(failed));
	fputs("}\n", stdout);
	if (keep)
		fragments_keep(0);
	else
		forget(may_be_fragment6(packet, length));
	if (++sent % 64 == 0)
		tuns_drain();
}

int main(void)
{
	char *line = NULL, *words[MAX_WORDS + 1];
	size_t room = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* of its sockets: OWN_GROUPS of scenario.ts */
	if (setgroups(2, (const gid_t[]){ 7001, 7002 }))
		die("groups");
	while (getline(&line, &room, stdin) > 0) {
		int count = 0;

		line[strcspn(line, "\n")] = 0;
		for (char *rest = line, *word; count < MAX_WORDS && (word = strsep(&rest, " "));)
			words[count++] = word;
		words[count] = NULL;
		if (count == 1 && !strcmp(words[0], "fresh")) {
			namespace_fresh();
			answer_errno(0);
		} else if (count == 2 && !strcmp(words[0], "tun")) {
			answer_errno(tun_create(words[1], 0));
		} else if (count == 2 && !strcmp(words[0], "tap")) {
			answer_errno(tun_create(words[1], 1));
		} else if (count >= 3 && !strcmp(words[0], "exec")) {
			answer_exec(words);
		} else if (count >= 2 && !strcmp(words[0], "tables")) {
			putchar('[');
			counters_open(atoi(words[1]), words + 2, count - 2, stdout);
			puts("]");
		} else if (count == 10 && !strcmp(words[0], "send")) {
			answer_send(words);
		} else if (count == 1 && !strcmp(words[0], "clock")) {
			struct timespec now;

			clock_gettime(CLOCK_MONOTONIC, &now);
			printf("%.3f\n", now.tv_sec * 1e3 + now.tv_nsec / 1e6);
		} else if (count == 1 && !strcmp(words[0], "forget")) {
			forget(0);
			is_first = 1;
			answer_errno(0);
		} else {
			errno = EINVAL;
			die(words[0]);
		}
		fflush(stdout);
	}
	return 0;
}
