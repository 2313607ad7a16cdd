/**
 * Real packets of IPv6 through random hosts, as routing-packets.kernel.test.ts has them of IPv4: what drops them before any
 * hook, where they go, and what rpfilter, addrtype, MASQUERADE and REDIRECT make of them must be what routing says.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AddrType } from '../../src/abi.js';
import { compareWords, formatAddress, parseAddress, type Words } from '../../src/net/address.js';
import type { InputDecision, OutputDecision } from '../../src/run/decision.js';
import type { AddressTypeInterval6 } from '../../src/run/ipv6/address-types.js';
import { Routing6 } from '../../src/run/ipv6/routing.js';
import type { ForwardedPacket, ReverseFlags } from '../../src/run/routing.js';
import { Draw, type RandomHost } from '../routing/random.js';
import { address6, ownAddresses6, randomHost6 } from '../routing/random6.js';
import { readHost } from '../routing/read.js';
import { type Kernel, kernelMissing, kernelTitle, openKernel } from './kernel.js';
import type { KernelResult } from './scenario.js';

const SEED = Number(process.env.PACKETWALK_SEED ?? 1);
const HOSTS = Number(process.env.PACKETWALK_HOSTS ?? 40);
const PACKETS = 60;
const missing = kernelMissing();

const FLAGS: ReverseFlags[] = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => ({
  loose: (bits & 1) !== 0,
  validMark: (bits & 2) !== 0,
  acceptLocal: (bits & 4) !== 0,
}));
const TYPES = ['Local', 'Anycast', 'Unreachable'] as const;
const SIDES = ['src', 'dst'] as const;

/** What the core will look up: the types of all addresses, seen from each link or from none. */
type Types = (address: Words, link: string | undefined) => number;

/** The rules, and what each of mangle PREROUTING says where it holds. */
const MARKED_BY_TTL = [33, 34];
const MATCHES: readonly {
  rule: string;
  holds: (packet: ForwardedPacket, routing: Routing6, types: Types) => unknown;
}[] = [
  ...FLAGS.map((flags) => ({
    rule: `-m rpfilter${flags.loose ? ' --loose' : ''}${flags.validMark ? ' --validmark' : ''}${flags.acceptLocal ? ' --accept-local' : ''}`,
    holds: (packet: ForwardedPacket, routing: Routing6) => routing.reversePath(packet, flags),
  })),
  ...TYPES.flatMap((type) =>
    SIDES.flatMap((side) =>
      [false, true].map((limit) => ({
        rule: `-m addrtype --${side}-type ${type.toUpperCase()}${limit ? ' --limit-iface-in' : ''}`,
        holds: (packet: ForwardedPacket, _routing: Routing6, types: Types) =>
          ((types(packet[side], limit ? packet.iif : undefined) >> AddrType[type]) & 1) !== 0,
      })),
    ),
  ),
];
const RULES = `*mangle
${MARKED_BY_TTL.map((ttl, i) => `-A PREROUTING -m hl --hl-eq ${ttl} -j MARK --set-mark ${i + 1}`).join('\n')}
${MATCHES.map(({ rule }) => `-A PREROUTING ${rule}`).join('\n')}
COMMIT
*nat
-A PREROUTING -p udp --dport 81 -j REDIRECT
-A POSTROUTING -p udp --sport 1500 -j MASQUERADE
COMMIT
*filter
COMMIT
`;

function typesOf(routing: Routing6): Types {
  const seen = new Map<string | undefined, readonly AddressTypeInterval6[]>();
  return (address, link) => {
    let intervals = seen.get(link);
    if (intervals === undefined) {
      const all = routing.typeIntervals(link);
      if ('kind' in all) expect.fail(`${all.fact} unknown`);
      intervals = all;
      seen.set(link, intervals);
    }
    return intervals.findLast(({ first }) => compareWords(first, address) <= 0)!.types;
  };
}

interface Wire extends ForwardedPacket {
  readonly hex: string;
}

function draw(random: Draw, own: readonly string[], links: readonly string[]): Wire {
  const pick = () => parseAddress(own.length > 0 && random.chance(30) ? random.of(own) : address6(random))!;
  const ttl = random.of([64, 64, 64, 33, 34, 1, 0]);
  const length = random.of([60, 60, 1281, 1420]);
  const tos = random.chance(75) ? 0 : random.of([0x10, 0x08, 0xb0]);
  const src = random.chance(5) ? [0, 0, 0, 0] : pick();
  const dst = random.chance(10) ? parseAddress(`ff02::1:ff00:${random.below(4)}`)! : pick();
  const [sport, dport] = [random.of([53, 1500, 5000]), random.of([80, 81, 1500])];
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32BE(((6 << 28) | (tos << 20)) >>> 0);
  bytes.writeUInt16BE(length - 40, 4);
  bytes.set([17, ttl], 6);
  for (const [i, word] of [...src, ...dst].entries()) bytes.writeUInt32BE(word, 8 + 4 * i);
  bytes.writeUInt16BE(sport, 40);
  bytes.writeUInt16BE(dport, 42);
  bytes.writeUInt16BE(length - 40, 44);
  // over the pseudo header too: two words of addresses, length and protocol
  let sum = length - 40 + 17;
  for (let i = 8; i < length; i += 2) sum += i + 1 < length ? bytes.readUInt16BE(i) : bytes[i]! << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  bytes.writeUInt16BE(~sum & 0xffff || 0xffff, 46);
  const mark = MARKED_BY_TTL.indexOf(ttl) + 1;
  const hex = bytes.toString('hex');
  return { src, dst, iif: random.of(links), mark, tos, proto: 17, sport, dport, ttl, length, df: false, hex };
}

const setUp = (host: RandomHost): string[] => [
  ...host.links.map((link) => `ip tuntap add ${link} mode tun`),
  'for f in /proc/sys/net/ipv6/conf/*/addr_gen_mode; do echo 1 > $f; done',
  ...host.sysctls.map(([path, value]) => `echo ${value} > /proc/sys/net/ipv6/${path}`),
  `ip -6 -force -batch - >/dev/null 2>&1 <<'BATCH' || true\n${host.batch.join('\n')}\nBATCH`,
  'for try in 1 2 3 4 5 6 7 8; do ip -6 addr show up | grep -q tentative || break; sleep 0.05; done',
];

/** Where a packet may end, each as `observed` puts it. */
function expected(routing: Routing6, packet: Wire): string[] {
  let { dst } = packet;
  if (packet.dport === 81) {
    const own = routing.firstAddress(packet.iif, dst);
    if (own === undefined) return ['drop'];
    if ('kind' in own) return [own.fact];
    dst = own;
  }
  const ends = (decision: InputDecision): string[] => {
    switch (decision.kind) {
      case 'local':
        return [`input ${packet.iif} from ${formatAddress(packet.src)}`];
      case 'forward': {
        const masked = packet.sport === 1500;
        const source = masked ? routing.masqueradeAddress(decision.oif, decision.gateway, dst) : packet.src;
        if (source === undefined) return ['drop'];
        return ['kind' in source ? source.fact : `postrouting ${decision.oif} from ${formatAddress(source)}`];
      }
      case 'multipath':
        return decision.ways.flatMap((way) => ends(way.decision));
      default:
        return [decision.kind];
    }
  };
  return ends(routing.input({ ...packet, dst }));
}

/** Where what this host sends leaves, from whatever source it has: rawv6_sendmsg looks for the route without it. */
function expectedOut(routing: Routing6, { dst, mark, tos }: Wire, bind: string | undefined): string[] {
  const ends = (decision: OutputDecision): string[] => {
    switch (decision.kind) {
      case 'send':
        return [decision.refused ? 'none' : decision.oif];
      case 'multipath':
        return decision.ways.flatMap((way) => ends(way.decision));
      default:
        return [decision.kind];
    }
  };
  const flow = { dst, mark, tos, proto: 255, sport: 0, dport: 0, uid: 0 };
  return ends(routing.output({ ...flow, src: undefined, oif: bind }));
}

function observed({ out }: KernelResult): string {
  const [last] = out;
  if (last === undefined) return 'drop';
  const bytes = Buffer.from(last.hex, 'hex');
  const source = [8, 12, 16, 20].map((at) => bytes.readUInt32BE(at));
  return `${last.hook} ${last.iface} from ${formatAddress(source)}`;
}

describe.skipIf(missing !== undefined)(kernelTitle('packets of IPv6 before the kernel'), () => {
  let kernel: Kernel;
  beforeAll(() => {
    kernel = openKernel();
  });
  afterAll(() => kernel?.close());

  it(`${HOSTS} random hosts from seed ${SEED}`, { timeout: 600_000 }, async () => {
    const seen = new Set<string>();
    for (let seed = SEED; seed < SEED + HOSTS; seed++) {
      const random = new Draw(seed);
      const drawn = randomHost6(random);
      await kernel.load({ family: 6, rules: RULES, sets: '', setup: setUp(drawn) });
      const texts = await kernel.capture();
      const host = readHost(
        {
          addr: texts['addr.json'],
          link: texts['link.json'],
          route: [texts['route.json']],
          rule: texts['rule.json'],
          sysctl: texts['sysctl.txt'],
          family: 6,
        },
        { add: ({ message }) => expect.fail(`seed ${seed}: ${message}`) },
      );
      const up = host.links!.filter((link) => link.up && !link.loopback).map((link) => link.name);
      if (up.length === 0) continue;
      const routing = new Routing6(host);
      const types = typesOf(routing);
      const own = ownAddresses6(drawn);
      for (let n = 0; n < PACKETS; n++) {
        const packet = draw(random, own, up);
        if (n % 4 === 0) {
          const bind = random.chance(25) ? packet.iif : undefined;
          const { out, sendError } = await kernel.send({
            in: null,
            hex: packet.hex,
            mark: packet.mark,
            ...(bind && { bind }),
          });
          // one that is longer than its route takes is refused behind all hooks
          const way = out[0]?.iface ?? (sendError === undefined ? 'none' : 'error');
          const what = `seed ${seed}, packet ${n} by ${bind}: ${formatAddress(packet.dst)} ${sendError} ${JSON.stringify(packet)}`;
          expect(expectedOut(routing, packet, bind), what).toContain(way);
          seen.add(`sent ${way === 'error' || way === 'none' ? way : 'out'}`);
          continue;
        }
        const result = await kernel.send({ in: packet.iif, hex: packet.hex });
        const what = `seed ${seed}, packet ${n}: ${formatAddress(packet.src)} > ${formatAddress(packet.dst)} ${JSON.stringify(packet)}`;
        const end = observed(result);
        if (routing.refusal(packet) !== undefined) {
          expect([end, result.hits], what).toEqual(['drop', []]);
          seen.add('refused');
          continue;
        }
        const hits = result.hits
          .filter((hit) => hit.table === 'mangle' && hit.chain === 'PREROUTING')
          .map((hit) => hit.rule - 1 - MARKED_BY_TTL.length);
        expect(
          MATCHES.filter(({ holds }) => holds(packet, routing, types) === true).map(({ rule }) => rule),
          what,
        ).toEqual(MATCHES.filter((_, i) => hits.includes(i)).map(({ rule }) => rule));
        expect(expected(routing, packet), what).toContain(end);
        seen.add(end.split(' ')[0]!);
      }
    }
    expect([...seen].sort()).toEqual([
      'drop',
      'input',
      'postrouting',
      'refused',
      'sent error',
      'sent none',
      'sent out',
    ]);
  });
});
