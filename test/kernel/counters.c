/*
 * The rule counters, by IPT_SO_GET_ENTRIES and its twin for IPv6: one blob per table, a row of entries. Each
 * built-in chain starts at hook_entry and ends with its policy at underflow; a user chain starts with an entry
 * whose target is ERROR and names it, and ends with a hidden RETURN.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent.h"

#define MAX_TABLES 8

_Static_assert(sizeof(struct ipt_getinfo) == sizeof(struct ip6t_getinfo), "one shape for both families");
_Static_assert(offsetof(struct ipt_get_entries, entrytable) == offsetof(struct ip6t_get_entries, entrytable),
	       "one shape for both families");

struct slot {
	unsigned offset; /* of the xt_counters in the blob */
	uint64_t packets, bytes;
};

static struct table {
	struct ipt_get_entries *blob;
	socklen_t length;
	struct slot *slots;
	int slot_count;
} tables[MAX_TABLES];
static int table_count, fd = -1, v6;

static const char *const hook_names[] = { "PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING" };

struct entry {
	unsigned next, counters;
	const struct xt_entry_target *target;
};

static struct entry entry_at(const struct table *t, unsigned offset)
{
	const char *base = (const char *)t->blob->entrytable + offset;
	struct entry e;
	unsigned target;

	if (v6) {
		const struct ip6t_entry *entry = (const struct ip6t_entry *)base;

		e.next = offset + entry->next_offset;
		e.counters = offset + offsetof(struct ip6t_entry, counters);
		target = entry->target_offset;
	} else {
		const struct ipt_entry *entry = (const struct ipt_entry *)base;

		e.next = offset + entry->next_offset;
		e.counters = offset + offsetof(struct ipt_entry, counters);
		target = entry->target_offset;
	}
	e.target = (const struct xt_entry_target *)(base + target);
	return e;
}

static void read_blob(struct table *t)
{
	socklen_t length = t->length;

	if (getsockopt(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IP6T_SO_GET_ENTRIES : IPT_SO_GET_ENTRIES, t->blob, &length))
		die("rule counters");
}

static struct xt_counters *counters_of(const struct table *t, const struct slot *s)
{
	return (struct xt_counters *)((char *)t->blob->entrytable + s->offset);
}

/* Closes a chain: its last entry is the policy, which has a slot, or the hidden RETURN, which has none. */
static void chain_end(struct table *t, FILE *out, int rules, int built_in)
{
	if (!built_in)
		t->slot_count--;
	fprintf(out, ",%d,%s]", rules, built_in ? "true" : "false");
}

/* Returns whether there is such a table. */
static int table_open(struct table *t, const char *name, FILE *out)
{
	struct ipt_getinfo info = { 0 };
	socklen_t length = sizeof info;
	int chains = 0, built_in = 0, entries = 0;

	strncpy(info.name, name, sizeof info.name - 1);
	if (getsockopt(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IP6T_SO_GET_INFO : IPT_SO_GET_INFO, &info, &length))
		return 0;
	t->length = sizeof(struct ipt_get_entries) + info.size;
	t->blob = calloc(1, t->length);
	t->slots = calloc(info.num_entries, sizeof *t->slots);
	if (!t->blob || !t->slots)
		die("memory for counters");
	strcpy(t->blob->name, info.name);
	t->blob->size = info.size;
	read_blob(t);
	fputs(t == tables ? "[" : ",[", out);
	json_string(out, name);
	fputs(",[", out);
	for (unsigned offset = 0; offset < info.size;) {
		struct entry e = entry_at(t, offset);
		const char *starts = NULL;
		int head = !strcmp(e.target->u.user.name, XT_ERROR_TARGET);

		for (int hook = 0; hook < 5; hook++)
			if (info.valid_hooks & 1 << hook && info.hook_entry[hook] == offset)
				starts = hook_names[hook];
		if (head)
			starts = ((const struct xt_error_target *)e.target)->errorname;
		if (starts) {
			if (chains)
				chain_end(t, out, entries - 1, built_in);
			/* the last entry of a table is an ERROR that begins nothing */
			if (e.next >= info.size)
				break;
			fprintf(out, "%s[", chains++ ? "," : "");
			json_string(out, starts);
			built_in = !head;
			entries = 0;
		}
		if (!head) {
			t->slots[t->slot_count++].offset = e.counters;
			entries++;
		}
		offset = e.next;
	}
	fputs("]]", out);
	for (int i = 0; i < t->slot_count; i++) {
		const struct xt_counters *now = counters_of(t, &t->slots[i]);

		t->slots[i].packets = now->pcnt;
		t->slots[i].bytes = now->bcnt;
	}
	return 1;
}

void counters_open(int family, char *const names[], int count, FILE *out)
{
	counters_close();
	v6 = family == 6;
	fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	if (fd < 0 || count > MAX_TABLES)
		die("counter socket");
	while (table_count < count && table_open(&tables[table_count], names[table_count], out))
		table_count++;
}

void counters_report(FILE *out)
{
	int slot = 0, count = 0;

	for (int i = 0; i < table_count; i++) {
		struct table *t = &tables[i];

		read_blob(t);
		for (int k = 0; k < t->slot_count; k++, slot++) {
			struct slot *s = &t->slots[k];
			const struct xt_counters *now = counters_of(t, s);

			if (now->pcnt == s->packets && now->bcnt == s->bytes)
				continue;
			fprintf(out, "%s[%d,%llu,%llu]", count++ ? "," : "", slot,
				(unsigned long long)(now->pcnt - s->packets), (unsigned long long)(now->bcnt - s->bytes));
			s->packets = now->pcnt;
			s->bytes = now->bcnt;
		}
	}
}

void counters_close(void)
{
	while (table_count > 0) {
		struct table *t = &tables[--table_count];

		free(t->blob);
		free(t->slots);
		memset(t, 0, sizeof *t);
	}
	if (fd >= 0)
		close(fd);
	fd = -1;
}
