/**
 * Real packets through random hosts: whether they are forwarded, delivered or dropped, by which link and with which
 * source they leave, and what rpfilter, addrtype, MASQUERADE and REDIRECT made of them, must be what routing says.
 * `PACKETWALK_SEED` takes another seed, `PACKETWALK_HOSTS` other numbers.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AddrType } from '../../src/abi.js';
import type { AddressTypeInterval } from '../../src/run/address-types.js';
import type { InputDecision } from '../../src/run/decision.js';
import { type ForwardedPacket, type ReverseFlags, Routing4 } from '../../src/run/routing.js';
import { address, Draw, type RandomHost, randomHost } from '../routing/random.js';
import { readHost } from '../routing/read.js';
import { type Kernel, kernelMissing, kernelTitle, openKernel } from './kernel.js';
import type { KernelResult } from './scenario.js';

const SEED = Number(process.env.PACKETWALK_SEED ?? 1);
const HOSTS = Number(process.env.PACKETWALK_HOSTS ?? 40);
const PACKETS = 60;
const missing = kernelMissing();

const number = (text: string): number => text.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);

const FLAGS: ReverseFlags[] = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => ({
  loose: (bits & 1) !== 0,
  validMark: (bits & 2) !== 0,
  acceptLocal: (bits & 4) !== 0,
}));
const TYPES = [
  ['UNICAST', AddrType.Unicast],
  ['LOCAL', AddrType.Local],
  ['BROADCAST', AddrType.Broadcast],
  ['ANYCAST', AddrType.Anycast],
  ['MULTICAST', AddrType.Multicast],
] as const;
const SIDES = ['src', 'dst'] as const;

/** The rules, and what each of mangle PREROUTING says where it holds. */
const MARKED_BY_TTL = [33, 34];
const MATCHES: readonly {
  rule: string;
  holds: (packet: ForwardedPacket, routing: Routing4, types: Types) => unknown;
}[] = [
  ...FLAGS.map((flags) => ({
    rule: `-m rpfilter${flags.loose ? ' --loose' : ''}${flags.validMark ? ' --validmark' : ''}${flags.acceptLocal ? ' --accept-local' : ''}`,
    holds: (packet: ForwardedPacket, routing: Routing4) => routing.reversePath(packet, flags),
  })),
  ...TYPES.flatMap(([name, type]) =>
    SIDES.flatMap((side) =>
      [false, true].map((limit) => ({
        rule: `-m addrtype --${side}-type ${name}${limit ? ' --limit-iface-in' : ''}`,
        holds: (packet: ForwardedPacket, _routing: Routing4, types: Types) =>
          types.of(packet[side][0]!, limit ? packet.iif : undefined) === type,
      })),
    ),
  ),
];
const RULES = `*mangle
${MARKED_BY_TTL.map((ttl, i) => `-A PREROUTING -m ttl --ttl-eq ${ttl} -j MARK --set-mark ${i + 1}`).join('\n')}
${MATCHES.map(({ rule }) => `-A PREROUTING ${rule}`).join('\n')}
COMMIT
*nat
-A PREROUTING -p udp --dport 81 -j REDIRECT
-A POSTROUTING -p udp --sport 1500 -j MASQUERADE
COMMIT
*filter
COMMIT
`;

/** Looks an address up in the list of types as the core does. */
class Types {
  constructor(
    private readonly intervals: readonly AddressTypeInterval[],
    private readonly number: (name: string) => number,
  ) {}
  of(value: number, link: string | undefined): AddrType {
    const found = this.intervals.findLast(({ first }) => first <= value)!;
    const elsewhere = link !== undefined && found.interface !== 0 && found.interface !== this.number(link);
    return elsewhere ? AddrType.Unicast : found.type;
  }
}

interface Wire extends ForwardedPacket {
  readonly hex: string;
}

function draw(random: Draw, own: readonly string[], links: readonly string[]): Wire {
  const pick = () => number(own.length > 0 && random.chance(30) ? random.of(own) : address(random));
  const ttl = random.of([64, 64, 64, 33, 34, 1, 0]);
  const length = random.of([40, 40, 620, 1420]);
  const df = random.chance(50);
  const tos = random.chance(75) ? 0 : random.of([0x10, 0x08, 0xb0]);
  const [src, dst, sport, dport] = [pick(), pick(), random.of([53, 1500, 5000]), random.of([80, 81, 1500])];
  const bytes = Buffer.alloc(length);
  bytes.set([0x45, tos]);
  bytes.writeUInt16BE(length, 2);
  bytes.writeUInt16BE(df ? 0x4000 : 0, 6);
  bytes.set([ttl, 17], 8);
  bytes.writeUInt32BE(src, 12);
  bytes.writeUInt32BE(dst, 16);
  bytes.writeUInt16BE(sport, 20);
  bytes.writeUInt16BE(dport, 22);
  bytes.writeUInt16BE(length - 20, 24);
  let sum = 0;
  for (let i = 0; i < 20; i += 2) sum += bytes.readUInt16BE(i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  bytes.writeUInt16BE(~sum & 0xffff, 10);
  const mark = MARKED_BY_TTL.indexOf(ttl) + 1;
  const hex = bytes.toString('hex');
  return { src: [src], dst: [dst], iif: random.of(links), mark, tos, proto: 17, sport, dport, ttl, length, df, hex };
}

const setUp = (host: RandomHost): string[] => [
  ...host.links.map((link) => `ip tuntap add ${link} mode tun`),
  ...host.sysctls.map(([path, value]) => `echo ${value} > /proc/sys/net/ipv4/${path}`),
  `ip -force -batch - >/dev/null 2>&1 <<'BATCH' || true\n${host.batch.join('\n')}\nBATCH`,
];

/** Where a packet may end, each as `observed` puts it. */
function expected(routing: Routing4, packet: Wire): string[] {
  let { dst } = packet;
  if (packet.dport === 81) {
    const own = routing.firstAddress(packet.iif);
    if (own === undefined) return ['drop'];
    if ('kind' in own) return [own.fact];
    dst = own;
  }
  const ends = (decision: InputDecision): string[] => {
    switch (decision.kind) {
      case 'local':
        return [`input ${packet.iif} from ${packet.src}`];
      case 'forward': {
        const nextHop = decision.gateway?.length === 1 ? decision.gateway : dst;
        const masked = packet.sport === 1500;
        const source = masked ? routing.masqueradeAddress(decision.oif, nextHop) : packet.src;
        return [source === undefined ? 'drop' : `postrouting ${decision.oif} from ${source}`];
      }
      case 'multipath':
        return decision.ways.flatMap((way) => ends(way.decision));
      default:
        return [decision.kind];
    }
  };
  return ends(routing.input({ ...packet, dst }));
}

function observed({ out }: KernelResult): string {
  const [last] = out;
  if (last === undefined) return 'drop';
  return `${last.hook} ${last.iface} from ${Buffer.from(last.hex, 'hex').readUInt32BE(12)}`;
}

describe.skipIf(missing !== undefined)(kernelTitle('packets before the kernel'), () => {
  let kernel: Kernel;
  beforeAll(() => {
    kernel = openKernel();
  });
  afterAll(() => kernel?.close());

  it(`${HOSTS} random hosts from seed ${SEED}`, { timeout: 600_000 }, async () => {
    const seen = new Set<string>();
    for (let seed = SEED; seed < SEED + HOSTS; seed++) {
      const random = new Draw(seed);
      const drawn = randomHost(random);
      await kernel.load({ family: 4, rules: RULES, sets: '', setup: setUp(drawn) });
      const texts = await kernel.capture();
      const host = readHost(
        {
          addr: texts['addr.json'],
          link: texts['link.json'],
          route: [texts['route.json']],
          rule: texts['rule.json'],
          sysctl: texts['sysctl.txt'],
        },
        { add: ({ message }) => expect.fail(`seed ${seed}: ${message}`) },
      );
      const up = host.links!.filter((link) => link.up && !link.loopback).map((link) => link.name);
      if (up.length === 0) continue;
      const routing = new Routing4(host);
      const names = host.links!.map((link) => link.name);
      const numberOf = (name: string) => names.indexOf(name) + 1;
      const intervals = routing.addressTypes(numberOf);
      if ('kind' in intervals) expect.fail(`seed ${seed}: ${intervals.fact} unknown`);
      const types = new Types(intervals, numberOf);
      const own = drawn.batch.flatMap((line) => /^addr add ([\d.]+)/.exec(line)?.slice(1) ?? []);
      for (let n = 0; n < PACKETS; n++) {
        const packet = draw(random, own, up);
        const result = await kernel.send({ in: packet.iif, hex: packet.hex });
        const what = `seed ${seed}, packet ${n}: ${JSON.stringify(packet)}`;
        const hits = result.hits
          .filter((hit) => hit.table === 'mangle')
          .map((hit) => hit.rule - 1 - MARKED_BY_TTL.length);
        const rules = MATCHES.filter((_, i) => hits.includes(i)).map(({ rule }) => rule);
        expect(
          MATCHES.filter(({ holds }) => holds(packet, routing, types) === true).map(({ rule }) => rule),
          what,
        ).toEqual(rules);
        const end = observed(result);
        expect(expected(routing, packet), what).toContain(end);
        seen.add(end.split(' ')[0]!);
      }
    }
    expect([...seen].sort()).toEqual(['drop', 'input', 'postrouting']);
  });
});
