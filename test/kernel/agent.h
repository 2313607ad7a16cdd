/*
 * The kernel side of the judge: shared declarations.
 *
 * One process holds one network namespace at a time. namespace.c makes it and what lives as long as it does,
 * inject.c puts packets in, watch.c sees what comes out, forget.c clears what a packet leaves behind, counters.c
 * reads the rule counters, agent.c speaks the line protocol. netlink.c serves watch.c and forget.c.
 */
#ifndef AGENT_H
#define AGENT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* skb->priority of the test's own packets; only they pass the output chain at -500. As tc writes it: 7057:1. */
#define OWN_PRIORITY 0x70570001u

#define NFLOG_GROUP 7057

/* Ends the process with a message on standard error: nothing is answered after a failure of the harness itself. */
void die(const char *what) __attribute__((noreturn));

/* agent.c */
void json_string(FILE *out, const char *text);

/* namespace.c */
void namespace_fresh(void);
/* Runs argv with the input on its standard input. Both its outputs stand in *out (malloc). Returns its status. */
int run_program(char *const argv[], const void *input, size_t length, char **out, size_t *out_length);
int write_file(const char *path, const char *text);

/* inject.c */
struct local_send {
	unsigned mark, uid, gid;
	const char *device; /* SO_BINDTODEVICE, or NULL */
};
/* Of a packet that comes by a tap. */
struct frame {
	uint8_t from[6], to[6];
	int has_to; /* or to the tap's own address */
};
/* All return 0 or an errno. */
int tun_create(const char *name, int tap);
int inject_wire(const char *name, const struct frame *frame, const uint8_t *packet, size_t length);
int inject_local(const struct local_send *how, const uint8_t *packet, size_t length);
void tuns_drain(void);
void tuns_close(void);

/* watch.c */
void watch_open(void);
void watch_close(void);
/* Writes the packets logged since the last call as JSON: ["input","eth0",mark,"hex"], … */
void watch_report(FILE *out);

/* forget.c */
void forget_open(void);
void forget_close(void);
/* Waits until the loopback backlog is empty. */
void settle(void);
/* With keep, an incomplete fragment waits for a second, otherwise it is thrown away at the next tick. */
void fragments_keep(int keep);
/* Forgets connections, expectations, incomplete fragments and learned routes. The packet may have been a fragment of IPv6. */
void forget(int fragment6);

/* counters.c */
/* Stops before a table that there is not. */
void counters_open(int family, char *const tables[], int count, FILE *out);
/* Writes what moved since the last call as JSON: [slot,packets,bytes], … */
void counters_report(FILE *out);
void counters_close(void);

#endif
