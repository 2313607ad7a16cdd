/** The process that connections.ts measures: it classifies the first packets of so many connections, and their answers. */
import { compile, createEngine, type PacketColumns, parse } from '../src/index.js';
import { CONNECTIONS, type ConnectionsRun } from './connections.js';

const RULES = `*nat
-A POSTROUTING -o eth1 -j MASQUERADE
COMMIT
*filter
-A FORWARD -m conntrack --ctstate ESTABLISHED
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

/** Connection i is of a source port of its own towards one of some servers, so that no port has to be changed. */
function batchOf(first: number, answers: boolean): PacketColumns {
  const length = { length: BATCH };
  const each = (of: (i: number) => number) => (_: unknown, row: number) => of(first + row);
  const server = (i: number) => 0xc6336400 + Math.floor(i / 50_000);
  const client = (i: number) => 0x0a000002 + (i % 1000);
  const port = (i: number) => 2000 + (i % 50_000);
  const udp = (i: number) => i % 2 === 0;
  return {
    kind: 'columns',
    count: BATCH,
    interfaces: ['eth0', 'eth1'],
    in: new Uint16Array(BATCH).fill(Number(answers)),
    src: Uint32Array.from(length, each(answers ? server : client)),
    dst: Uint32Array.from(length, each(answers ? () => OUTSIDE : server)),
    proto: Uint8Array.from(
      length,
      each((i) => (udp(i) ? 17 : 6)),
    ),
    sport: Uint16Array.from(length, each(answers ? () => 443 : port)),
    dport: Uint16Array.from(length, each(answers ? port : () => 443)),
    flags: Uint8Array.from(
      length,
      each((i) => (udp(i) ? 0 : answers ? 0x12 : 2)),
    ),
  };
}

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

function classifyAll(answers: boolean): number {
  const started = performance.now();
  for (let first = 0; first < CONNECTIONS; first += BATCH) host.classify(batchOf(first, answers));
  return performance.now() - started;
}

// what classifying takes by itself is there before
host.classify(batchOf(0, false));
host.forgetConnections();
const before = held();
const opened = classifyAll(false);
const answered = classifyAll(true);
const memory = held() - before;
const { rules } = host.summary();
if (rules.find(({ table }) => table === 'filter')!.packets !== CONNECTIONS) throw new Error('not all were remembered');
const run: ConnectionsRun = {
  connections: CONNECTIONS,
  opened,
  answered,
  each: memory / CONNECTIONS,
  memory: memory / 2 ** 20,
  most: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(`${JSON.stringify(run)}\n`);
