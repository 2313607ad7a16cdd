/**
 * The core's loops over many packets between the tables (assembly/track.ts, nat.ts, routes.ts, leave.ts, fill.ts) come to
 * the same as the host's way of the same steps, one packet at a time, which `trace` goes.
 */
import { describe, expect, test } from 'vitest';
import { jsonLine } from '../src/input/columns-text.js';
import { encodePacket } from '../src/input/encode.js';
import { bytesOf } from '../src/input/encode-columns.js';
import { Pack } from '../src/input/pack.js';
import type { PacketBytes, PacketColumns } from '../src/model/batch.js';
import type { Packet } from '../src/model/packet.js';
import type { SourceText } from '../src/parse/index.js';
import type { LoadedHost } from '../src/run/engine.js';
import type { HostOptions } from '../src/run/host-options.js';
import { type HostProgram, programOf } from '../src/run/host-program.js';
import { parse } from '../src/run/host-texts.js';
import { hostTexts } from './classify/hosts.js';
import { oddColumns, packetsOf } from './classify/random-packets.js';
import { randomRules } from './classify/random-rules.js';
import { FROM_WIRE, HOST, hostWith, read, rulesOf, STEPS } from './classify/steps.js';
import {
  type Counted,
  described,
  differing,
  FATES,
  inBatches,
  lengthsOf,
  load,
  oneByOne,
  pieces,
} from './classify/ways.js';
import { ip } from './kernel/generate/address.js';
import { Random } from './kernel/generate/random.js';
import { generateScenario } from './kernel/generate.js';

/** Other seeds: PACKETWALK_SEED says the first, PACKETWALK_SCENARIOS how many. */
const FIRST = Number(process.env.PACKETWALK_SEED ?? 1);
const SCENARIOS = Number(process.env.PACKETWALK_SCENARIOS ?? 20);

/** Where connections are remembered the host takes the steps itself, packet by packet. */
const eachAFirst = (texts: readonly SourceText[], options: HostOptions = {}): HostProgram =>
  programOf(parse(texts), { ...options, connections: 'off' });

const LONG = { timeout: 60_000 + 5_000 * SCENARIOS };

type Loaded = Record<'auto' | 'bytecode', LoadedHost>;

async function loadBoth(program: HostProgram): Promise<Loaded> {
  const [auto, bytecode] = await Promise.all([load(program, 'auto'), load(program, 'bytecode')]);
  return { auto, bytecode };
}

/** In batches of so many packets; the pack's own arrays are filled anew for each. */
function packed(packets: readonly Packet[], rows: number): PacketBytes[] {
  const pack = new Pack(rows, 1 << 16);
  const batches: PacketBytes[] = [];
  for (const packet of packets) for (const batch of pack.add(packet)) batches.push(structuredClone(batch));
  return [...batches, ...pack.take()];
}

const lineOf = (packet: Packet): string =>
  JSON.stringify({ ...packet, bytes: Buffer.from(encodePacket(packet)).toString('hex') });

/** Lines that say where ways of counting come to another than walking one by one does. */
function disagreements(
  one: Counted,
  ways: Readonly<Record<string, Counted>>,
  line: (packet: number) => string,
): string[] {
  return Object.entries(ways).flatMap(([way, counted]) =>
    differing(one, counted, line).map((what) => `${way}: ${what}`),
  );
}

function ofPackets({ auto, bytecode }: Loaded, packets: readonly Packet[]): string[] {
  const all = packed(packets, 1000);
  const counted = inBatches(bytecode, all);
  // of what is no packet, all that was captured counts
  const { bytes } = counted.summary;
  const one = oneByOne(bytecode, packets, [bytes]);
  const ways = {
    bytecode: counted,
    auto: inBatches(auto, all),
    'auto, once more': inBatches(auto, all),
    'auto, each by itself': inBatches(auto, packed(packets, 1)),
  };
  return disagreements(one, ways, (i) => lineOf(packets[i]!));
}

function ofColumns({ auto, bytecode }: Loaded, columns: PacketColumns): string[] {
  const one = oneByOne(bytecode, described(columns), lengthsOf(columns));
  const ways = {
    'columns, bytecode': inBatches(bytecode, [columns]),
    'columns, auto': inBatches(auto, pieces(columns, [97, 1, 60])),
    'columns as bytes': inBatches(auto, [bytesOf(columns)]),
  };
  return disagreements(one, ways, (i) => jsonLine(columns, i));
}

/** What the generator's hosts have not. */
const POLICIES = ['fwmark 1', 'fwmark 0x10/0x10', 'tos 0x10', 'ipproto udp', 'ipproto tcp dport 80', 'uidrange 0-5']
  .concat(['sport 1024-65535', 'iif eth0', 'oif eth1'])
  .map((selects) => `ip rule add ${selects} table 77 priority 500`);
const ROUTES = [
  'ip route add 1.1.1.0/24 via 10.99.0.254 dev eth2 mtu 600',
  'ip route add 8.8.8.8 nexthop via 192.168.1.254 dev eth0 weight 1 nexthop via 10.99.0.254 dev eth2 weight 1',
];

interface Drawn {
  readonly program: HostProgram;
  readonly packets: readonly Packet[];
  readonly columns: PacketColumns;
}

function draw(seed: number): Drawn {
  const r = new Random(seed);
  const scenario = generateScenario(2, seed, { nat: true });
  const setup = [...scenario.setup, ...ROUTES.filter(() => r.chance(0.3))];
  if (r.chance(0.4)) setup.push('ip route add default via 10.99.0.254 dev eth0 table 77', r.pick(POLICIES));
  const found = (command: RegExp) => setup.flatMap((line) => command.exec(line)?.[1] ?? []);
  const addresses = found(/^ip addr add ([\d.]+)\//);
  const links = ['lo', ...found(/^ip tuntap add (\S+)/)];
  const own = r.chance(0.7);
  const rules = own ? randomRules(r, { addresses, links, tuples: r.chance(0.25) }) : scenario.rules;
  const known = r.chance(0.7) ? 1 : 0.6;
  const texts = [
    { name: 'rules', text: rules },
    { name: 'sets', text: own ? '' : scenario.sets },
    ...hostTexts(setup).filter(() => r.chance(known)),
  ];
  const tracking = r.chance(0.2) ? { tracking: 'on' as const } : {};
  const lenient = r.chance(0.5);
  const program = eachAFirst(
    texts.filter(({ text }) => text !== ''),
    { lenient, ...tracking },
  );
  const far = ['8.8.8.8', '1.1.1.1', '10.99.0.9', '127.0.0.1', '127.0.0.2', '224.0.0.1', '255.255.255.255', '0.0.0.0'];
  const near = ['192.168.1.255', '192.168.1.5', '10.20.0.5'];
  return {
    program,
    packets: packetsOf(r, [...scenario.packets, ...scenario.packets]),
    columns: oddColumns(r, {
      count: 250,
      addresses: [...addresses, ...far, ...near].map(ip),
      links: [...links, 'nope'],
    }),
  };
}

test('random packets of random hosts', LONG, async () => {
  for (let seed = FIRST; seed < FIRST + SCENARIOS; seed++) {
    const { program, packets, columns } = draw(seed);
    const hosts = await loadBoth(program);
    const again = `PACKETWALK_SCENARIOS=1 PACKETWALK_SEED=${seed}`;
    expect([...ofPackets(hosts, packets), ...ofColumns(hosts, columns)], again).toEqual([]);
  }
});

describe('what a step makes of packets', () => {
  test.each(STEPS)(
    '$name',
    async ({ host = HOST, rules, packets: described, assume = [], counts, fates, why, leaves }) => {
      const program = eachAFirst([rulesOf(rules), ...host], { assume });
      const hosts = await loadBoth(program);
      const packets = described.map((packet, i) => read(packet, i + 1));
      expect(ofPackets(hosts, packets)).toEqual([]);
      const { rules: counted, ...sum } = hosts.auto.summary();
      if (counts !== undefined)
        expect(
          counted.map((rule) => rule.packets),
          JSON.stringify(sum),
        ).toEqual(counts);
      if (fates !== undefined) expect(sum.fates).toEqual(fates);
      if (why !== undefined) expect(sum.why).toEqual(why);
      if (leaves === undefined) return;
      const out = packets.map((packet) => hosts.bytecode.walk(packet).out);
      expect(out.map((at) => at && `${at.hook} ${at.src}:${at.sport} > ${at.dst}:${at.dport}`)).toEqual(leaves);
    },
  );
});

/** Packets from eth0 to the host. */
const columnsOf = (proto: number, sport: number[], more: Partial<PacketColumns>): PacketColumns => ({
  kind: 'columns',
  count: sport.length,
  interfaces: ['eth0'],
  in: new Uint16Array(sport.length),
  src: new Uint32Array(sport.length).fill(ip('198.51.100.7')),
  dst: new Uint32Array(sport.length).fill(ip('192.0.2.1')),
  proto: new Uint8Array(sport.length).fill(proto),
  sport: Uint16Array.from(sport),
  dport: new Uint16Array(sport.length),
  ...more,
});

test('type and code of ICMP in columns are bytes, whatever stands above them', async () => {
  const types = ['8', '8/1', '3', '0'].map((type) => `INPUT -p icmp -m icmp --icmp-type ${type}`);
  const states = ['NEW', 'INVALID'].map((state) => `INPUT -m conntrack --ctstate ${state}`);
  const hosts = await loadBoth(eachAFirst([rulesOf({ filter: [...types, ...states] }), ...HOST]));
  const dport = Uint16Array.of(0, 0, 0x100, 0, 0, 0, 0x101);
  expect(ofColumns(hosts, columnsOf(1, [8, 0x108, 0xff08, 3, 0x103, 0x100, 0x108], { dport }))).toEqual([]);
  expect(hosts.auto.summary().rules.map((rule) => rule.packets)).toEqual([4, 1, 2, 1, 4, 3]);
});

test.each([6, 17, 132, 47])(
  'a later fragment of protocol %i has no ports and no flags, whatever its columns say',
  async (proto) => {
    const rules = [
      'INPUT -p tcp -m tcp --tcp-flags SYN SYN',
      'INPUT -p 6 -m multiport --sports 80',
      'FORWARD -o eth0',
      'FORWARD -o eth1',
    ];
    const host = hostWith('from all sport 80');
    const hosts = await loadBoth(eachAFirst([rulesOf({ filter: rules }), ...host]));
    const columns = columnsOf(proto, [80, 80, 80, 81], {
      dst: new Uint32Array(4).fill(ip('10.9.0.9')),
      frag: Uint16Array.of(0, 2, 0x2003, 2),
      length: new Uint16Array(4).fill(60),
    });
    expect(ofColumns(hosts, columns)).toEqual([]);
  },
);

describe.each(['auto', 'bytecode'] as const)('engine %s', (kind) => {
  test('what is assumed decides packets by the batch, and only while it is assumed', async () => {
    const rules = rulesOf({ filter: ['INPUT -m set --match-set x src -j DROP'] });
    const program = eachAFirst([rules, ...HOST]);
    const batches = packed([read(FROM_WIRE)], 1);
    const plain = await load(program, kind);
    const fates = (host: LoadedHost) => Array.from(host.classify(batches[0]!), (fate) => FATES[fate]);
    const assumed = (host: LoadedHost) => [true, false].map((is) => host.assuming('set:x', is, () => fates(host)));
    expect([fates(plain), ...assumed(plain), fates(plain)]).toEqual([
      ['unknown'],
      ['dropped'],
      ['delivered'],
      ['unknown'],
    ]);
    const before = await load(program, kind);
    expect([...assumed(before), fates(before), ...assumed(before)]).toEqual([
      ['dropped'],
      ['delivered'],
      ['unknown'],
      ['dropped'],
      ['delivered'],
    ]);
  });
});
