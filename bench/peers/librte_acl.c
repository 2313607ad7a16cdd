/*
 * A peer: DPDK's librte_acl on a ClassBench set and a trace, in a process that measures when it is told to.
 *
 *     librte_acl RULES TRACE
 *
 * Says on standard output each configuration, `config NUMBER METHOD MAX_SIZE BYTES SECONDS` (its table and how long that
 * took to build), then `ready`. Each line of standard input is a task and is answered by a line:
 *
 *     run NUMBER MS             passes over all packets for so long: millions of packets a second
 *     results NUMBER N FILE     the rule numbers of the first N packets as 32-bit words, the number of rules where none holds
 *
 * Tables and packets lie on transparent huge pages where the system has them.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <rte_acl.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ip.h>
#include <rte_log.h>
#include <rte_malloc.h>
#include <rte_memory.h>

#define HUGE_PAGE (2ul << 20)
#define BATCH 256

enum { PROTOCOL, SOURCE, DESTINATION, SOURCE_PORT, DESTINATION_PORT, FIELDS };

/* what is looked at of a packet, in network order; the trie reads the protocol alone, then four bytes at a time */
struct key {
  uint8_t protocol, unused[3];
  uint32_t source, destination;
  uint16_t source_port, destination_port;
};

#define FIELD(field, kind, bytes, input, member) \
  [field] = {.type = RTE_ACL_FIELD_TYPE_##kind, .size = bytes, .field_index = field, .input_index = input, \
             .offset = offsetof(struct key, member)}

static const struct rte_acl_field_def definitions[FIELDS] = {
    FIELD(PROTOCOL, BITMASK, 1, 0, protocol),         FIELD(SOURCE, MASK, 4, 1, source),
    FIELD(DESTINATION, MASK, 4, 2, destination),      FIELD(SOURCE_PORT, RANGE, 2, 3, source_port),
    FIELD(DESTINATION_PORT, RANGE, 2, 3, destination_port),
};

RTE_ACL_RULE_DEF(rule, FIELDS);

static const struct {
  const char *name;
  enum rte_acl_classify_alg alg;
} methods[] = {
    {"scalar", RTE_ACL_CLASSIFY_SCALAR},       {"sse", RTE_ACL_CLASSIFY_SSE},
    {"avx2", RTE_ACL_CLASSIFY_AVX2},           {"avx512x16", RTE_ACL_CLASSIFY_AVX512X16},
    {"avx512x32", RTE_ACL_CLASSIFY_AVX512X32},
};
#define METHODS (sizeof methods / sizeof *methods)

/* 0: more and smaller tries; large: as few as can be */
static const size_t max_sizes[] = {0, 4ul << 30};
#define SIZES (sizeof max_sizes / sizeof *max_sizes)

static struct rte_acl_ctx *contexts[SIZES];
static struct rule *rules;
static uint32_t rule_count;
static struct key *keys;
static uint32_t *results;
static size_t packet_count;

static _Noreturn void fail(const char *what, const char *which) {
  fprintf(stderr, "librte_acl: %s %s\n", what, which);
  exit(1);
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

static void *huge(size_t bytes) {
  char *at = mmap(NULL, bytes + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) fail("no memory for", "tables");
  at = (char *)(((uintptr_t)at + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1));
  madvise(at, bytes, MADV_HUGEPAGE);
  return at;
}

static void read_rules(const char *name) {
  FILE *file = fopen(name, "r");
  if (!file) fail("cannot read", name);
  size_t room = 0;
  for (char line[512]; fgets(line, sizeof line, file);) {
    unsigned s[5], d[5], sport[2], dport[2], protocol, mask;
    if (sscanf(line, "@%u.%u.%u.%u/%u %u.%u.%u.%u/%u %u : %u %u : %u %x/%x", s, s + 1, s + 2, s + 3, s + 4, d, d + 1, d + 2,
               d + 3, d + 4, sport, sport + 1, dport, dport + 1, &protocol, &mask) != 16)
      continue;
    if (rule_count == room) rules = realloc(rules, (room = 2 * room + 1024) * sizeof *rules);
    struct rule *rule = memset(&rules[rule_count++], 0, sizeof *rule);
    rule->data.category_mask = 1;
    rule->data.userdata = rule_count; /* 0 is what a packet of no rule gets */
    rule->field[PROTOCOL] = (struct rte_acl_field){.value.u8 = protocol, .mask_range.u8 = mask};
    rule->field[SOURCE] =
        (struct rte_acl_field){.value.u32 = RTE_IPV4(s[0], s[1], s[2], s[3]), .mask_range.u32 = s[4]};
    rule->field[DESTINATION] =
        (struct rte_acl_field){.value.u32 = RTE_IPV4(d[0], d[1], d[2], d[3]), .mask_range.u32 = d[4]};
    rule->field[SOURCE_PORT] = (struct rte_acl_field){.value.u16 = sport[0], .mask_range.u16 = sport[1]};
    rule->field[DESTINATION_PORT] = (struct rte_acl_field){.value.u16 = dport[0], .mask_range.u16 = dport[1]};
  }
  fclose(file);
  /* the highest priority wins */
  for (uint32_t i = 0; i < rule_count; i++) rules[i].data.priority = rule_count - i;
}

static void read_packets(const char *name) {
  FILE *file = fopen(name, "r");
  if (!file) fail("cannot read", name);
  size_t lines = 0;
  char line[512];
  while (fgets(line, sizeof line, file)) lines++;
  rewind(file);
  keys = huge(lines * sizeof *keys);
  results = huge(lines * sizeof *results);
  while (fgets(line, sizeof line, file)) {
    unsigned source, destination, sport, dport, protocol;
    if (sscanf(line, "%u %u %u %u %u", &source, &destination, &sport, &dport, &protocol) != 5) continue;
    keys[packet_count++] = (struct key){
        .protocol = protocol,
        .source = htonl(source),
        .destination = htonl(destination),
        .source_port = htons(sport),
        .destination_port = htons(dport),
    };
  }
  fclose(file);
}

/* In place of the C library's, so that EAL takes private memory: the shared one of a memfd mostly cannot have huge pages. */
int memfd_create(const char *name, unsigned flags) {
  (void)name, (void)flags;
  errno = ENOSYS;
  return -1;
}

static int advise(const struct rte_memseg_list *list, void *unused) {
  (void)unused;
  madvise(list->base_va, list->len, MADV_HUGEPAGE);
  return 0;
}

static void start_eal(char *self) {
  cpu_set_t all;
  sched_getaffinity(0, sizeof all, &all);
  int first = 0;
  while (!CPU_ISSET(first, &all)) first++;
  char core[16];
  snprintf(core, sizeof core, "%d", first);
  char *arguments[] = {self, "--no-huge", "--no-shconf", "--no-pci", "--no-telemetry", "-m", "8192", "-l", core,
                       "--iova-mode=va", "--force-max-simd-bitwidth=512"};
  rte_openlog_stream(stderr);
  rte_log_set_global_level(RTE_LOG_ERR);
  if (rte_eal_init(sizeof arguments / sizeof *arguments, arguments) < 0) fail("EAL:", rte_strerror(rte_errno));
  /* EAL has bound us to one core; whoever we are measured beside may choose */
  sched_setaffinity(0, sizeof all, &all);
  rte_memseg_list_walk(advise, NULL);
}

/* Some sets do not fit into any machine as few tries: their build is to fail, and not to take the memory of others. */
static void limit_memory(void) {
  unsigned long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (!file || fscanf(file, "%lu", &pages) != 1) fail("cannot read", "/proc/self/statm");
  fclose(file);
  rlim_t bytes = (pages + sysconf(_SC_AVPHYS_PAGES) / 2) * sysconf(_SC_PAGESIZE);
  setrlimit(RLIMIT_AS, &(struct rlimit){bytes, bytes});
}

static struct rte_acl_ctx *build(size_t max_size) {
  char name[32];
  snprintf(name, sizeof name, "%zu", max_size);
  struct rte_acl_param param = {
      .name = name, .socket_id = SOCKET_ID_ANY, .rule_size = RTE_ACL_RULE_SZ(FIELDS), .max_rule_num = rule_count};
  struct rte_acl_ctx *context = rte_acl_create(&param);
  if (!context) fail("create:", rte_strerror(rte_errno));
  if (rte_acl_add_rules(context, (struct rte_acl_rule *)rules, rule_count) != 0) fail("rules were refused,", name);
  struct rte_acl_config config = {.num_categories = 1, .num_fields = FIELDS, .max_size = max_size};
  memcpy(config.defs, definitions, sizeof definitions);
  int fault = rte_acl_build(context, &config);
  if (fault == 0) return context;
  fprintf(stderr, "librte_acl: max_size %s: %s\n", name, strerror(-fault));
  rte_acl_free(context);
  return NULL;
}

static size_t heap_used(void) {
  struct rte_malloc_socket_stats stats;
  rte_malloc_get_socket_stats(0, &stats);
  return stats.heap_allocsz_bytes;
}

static void classify(unsigned config, size_t count) {
  const struct rte_acl_ctx *context = contexts[config / METHODS];
  enum rte_acl_classify_alg alg = methods[config % METHODS].alg;
  const uint8_t *batch[BATCH];
  for (size_t first = 0; first < count; first += BATCH) {
    uint32_t some = count - first < BATCH ? count - first : BATCH;
    for (uint32_t i = 0; i < some; i++) batch[i] = (const uint8_t *)(keys + first + i);
    rte_acl_classify_alg(context, batch, results + first, some, 1, alg);
  }
}

static double run(unsigned config, double wanted) {
  size_t passes = 0;
  double started = seconds(), took;
  do {
    classify(config, packet_count);
    passes++;
  } while ((took = seconds() - started) < wanted);
  return passes * packet_count / took / 1e6;
}

static void write_results(unsigned config, size_t count, const char *name) {
  classify(config, count);
  FILE *file = fopen(name, "w");
  if (!file) fail("cannot write", name);
  for (size_t i = 0; i < count; i++) {
    uint32_t number = results[i] == 0 ? rule_count : results[i] - 1;
    fwrite(&number, sizeof number, 1, file);
  }
  fclose(file);
}

int main(int argc, char **argv) {
  if (argc != 3) fail("usage:", "librte_acl RULES TRACE");
  setvbuf(stdout, NULL, _IOLBF, 0);
  read_rules(argv[1]);
  read_packets(argv[2]);
  start_eal(argv[0]);
  limit_memory();
  for (unsigned size = 0; size < SIZES; size++) {
    size_t before = heap_used();
    double started = seconds();
    if (!(contexts[size] = build(max_sizes[size]))) continue;
    double took = seconds() - started;
    for (unsigned method = 0; method < METHODS; method++)
      if (rte_acl_set_ctx_classify(contexts[size], methods[method].alg) == 0)
        printf("config %zu %s %zu %zu %.3f\n", size * METHODS + method, methods[method].name, max_sizes[size],
               heap_used() - before, took);
  }
  printf("ready\n");
  for (char line[4096]; fgets(line, sizeof line, stdin);) {
    unsigned config, ms;
    size_t count;
    char name[4096];
    if (sscanf(line, "run %u %u", &config, &ms) == 2)
      printf("%.3f\n", run(config, ms / 1e3));
    else if (sscanf(line, "results %u %zu %4095[^\n]", &config, &count, name) == 3) {
      write_results(config, count, name);
      printf("written\n");
    } else
      fail("no task:", line);
  }
  return 0;
}
