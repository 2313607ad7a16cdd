/** The process that flows.ts measures: a host between a network and the world, which remembers the connections through it. */
import { compile, createEngine, type PacketColumns, parse } from '../src/index.js';
import { CONNECTIONS, type FlowsRun, type Phase } from './flows.js';
import { median } from './measure.js';

const RULES = `*nat
-A POSTROUTING -o eth1 -j MASQUERADE
COMMIT
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -i eth0 -j ACCEPT
COMMIT
`;
const ADDRESSES = `2: eth0: <UP> mtu 1500
    inet 10.0.0.1/8 scope global eth0
3: eth1: <UP> mtu 1500
    inet 192.0.2.1/24 scope global eth1
`;
const ROUTES = `10.0.0.0/8 dev eth0 proto kernel scope link src 10.0.0.1
default via 192.0.2.254 dev eth1
`;

const OUTSIDE = 0xc0000201;
const BATCH = 20_000;
const INSIDE = 0;
const WORLD = 1;
const [UDP, TCP] = [17, 6];
const [SYN, SYN_ACK, ACK] = [2, 0x12, 0x10];

interface OnePacket {
  readonly in: number;
  readonly src: number;
  readonly dst: number;
  readonly proto: number;
  readonly sport: number;
  readonly dport: number;
  readonly flags: number;
}

/** So many packets in batches. */
function batchesOf(count: number, packet: (i: number) => OnePacket): PacketColumns[] {
  const batches: PacketColumns[] = [];
  for (let first = 0; first < count; first += BATCH) {
    const size = Math.min(BATCH, count - first);
    const columns = {
      in: new Uint16Array(size),
      src: new Uint32Array(size),
      dst: new Uint32Array(size),
      proto: new Uint8Array(size),
      sport: new Uint16Array(size),
      dport: new Uint16Array(size),
      flags: new Uint8Array(size),
    };
    for (let row = 0; row < size; row++) {
      const one = packet(first + row);
      for (const name of Object.keys(columns) as (keyof OnePacket)[]) columns[name][row] = one[name];
    }
    batches.push({ kind: 'columns', count: size, interfaces: ['eth0', 'eth1'], ...columns });
  }
  return batches;
}

/** Connection i is of a source port of its own towards one of some servers, so that no port has to be changed. */
function flowPacket(i: number, answer: boolean, tcpFlags: number): OnePacket {
  const server = 0xc6336400 + Math.floor(i / 50_000);
  const port = 2000 + (i % 50_000);
  const proto = i % 2 === 0 ? UDP : TCP;
  const flags = proto === TCP ? tcpFlags : 0;
  return answer
    ? { in: WORLD, src: server, dst: OUTSIDE, proto, sport: 443, dport: port, flags }
    : { in: INSIDE, src: 0x0a000002 + (i % 1000), dst: server, proto, sport: port, dport: 443, flags };
}

/**
 * Connections one after another in an order that no cache knows; of every four packets two are answers, one of UDP and one of TCP.
 */
const established = (i: number): OnePacket => flowPacket((i * 617_189) % CONNECTIONS, i % 4 > 1, ACK);

/** From as many addresses as packets. */
const flooding = (i: number): OnePacket => ({
  in: INSIDE,
  src: 0x0a100000 + i,
  dst: 0xcb007100 + (i % 200),
  proto: TCP,
  sport: 1024 + (i % 60_000),
  dport: 80,
  flags: SYN,
});

/** Each port of one address behind the other. */
const scanning = (i: number): OnePacket => ({
  in: WORLD,
  src: 0xc6336505,
  dst: 0x0a000005 + (i >>> 16),
  proto: TCP,
  sport: 40_000,
  dport: i & 0xffff,
  flags: SYN,
});

/** Bytes that are held: objects, and arrays outside of the heap, the core's memory among them. */
function held(): number {
  // what arrays took is given back by a later one
  for (let time = 0; time < 3; time++) globalThis.gc!();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const texts = parse([
  { name: 'rules', text: RULES },
  { name: 'addr', text: ADDRESSES },
  { name: 'route', text: ROUTES },
]);
const program = compile(texts, { sysctl: [`net.netfilter.nf_conntrack_max=${2 * CONNECTIONS}`] });
const host = await (await createEngine()).load(program);

/** Milliseconds for all of them. `taken`: how many of them a rule, or the policy for -1, is to take. */
function classifyAll(batches: readonly PacketColumns[], rule: number): number {
  const before = taken(rule);
  const started = performance.now();
  for (const batch of batches) host.classify(batch);
  const took = performance.now() - started;
  const all = batches.reduce((sum, { count }) => sum + count, 0);
  if (taken(rule) - before !== all)
    throw new Error(`${taken(rule) - before} of ${all} packets were taken as they should`);
  return took;
}

function taken(rule: number): number {
  const { rules, policies } = host.summary();
  if (rule < 0) return policies.find(({ table, chain }) => table === 'filter' && chain === 'FORWARD')!.packets;
  return rules.filter(({ table }) => table === 'filter')[rule]!.packets;
}

const [ESTABLISHED, OUTWARD, POLICY] = [0, 1, -1];
const phases: Phase[] = [];
const measured = (what: string, packets: number, ms: number) => phases.push({ what, packets, ms });

const first = batchesOf(CONNECTIONS, (i) => flowPacket(i, false, SYN));
const answers = batchesOf(CONNECTIONS, (i) => flowPacket(i, true, SYN_ACK));
const later = batchesOf(CONNECTIONS, established);
// what classifying takes by itself is there before
host.classify(first[0]!);
host.forgetConnections();
const before = held();
measured('opened, masqueraded', CONNECTIONS, classifyAll(first, OUTWARD));
measured('their answers', CONNECTIONS, classifyAll(answers, ESTABLISHED));
const memory = held() - before;
// the third packet of each handshake
classifyAll(
  batchesOf(CONNECTIONS, (i) => flowPacket(i, false, ACK)),
  ESTABLISHED,
);
classifyAll(later, ESTABLISHED);
const passes = Array.from({ length: 5 }, () => classifyAll(later, ESTABLISHED));
measured('established, both directions', CONNECTIONS, median(passes));
const scan = batchesOf(CONNECTIONS, scanning);
measured('a port scan, dropped', CONNECTIONS, classifyAll(scan, POLICY));
const flood = batchesOf(CONNECTIONS / 2, flooding);
measured('a flood of new ones', CONNECTIONS / 2, classifyAll(flood, OUTWARD));

const run: FlowsRun = {
  phases,
  connections: CONNECTIONS,
  each: memory / CONNECTIONS,
  memory: memory / 2 ** 20,
  most: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(`${JSON.stringify(run)}\n`);
