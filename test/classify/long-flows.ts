/**
 * Connections of many packets, opened, answered, established, out of step, closed and opened again, and random rules that ask of
 * them: for the host of steps.ts.
 */
import type { PacketDescription } from '../../src/input/json.js';
import type { PacketBytes, PacketColumns } from '../../src/model/batch.js';
import type { SourceText } from '../../src/parse/index.js';
import { flowPacket } from '../flow-packets.js';
import { cut, drawSome } from '../random-flows.js';
import type { Draw } from '../routing/random.js';
import { rulesOf } from './steps.js';

/** Of each chain some of these, in any order. */
const POOL: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  raw: {
    PREROUTING: [
      '-p udp -m udp --dport 9999 -j CT --notrack',
      '-i eth1 -m ttl --ttl-eq 9 -j CT --zone 4',
      '-p udp -m udp --dport 53 -m limit --limit 2/sec --limit-burst 2 -j DROP',
      '-p udp -m length --length 100: -j DROP',
      '-s 198.51.100.3/32 -p udp -j DROP',
      '-m ttl --ttl-eq 9 -j MARK --set-mark 5',
    ],
    OUTPUT: ['-p udp -m udp --dport 9999 -j CT --notrack', '-d 10.0.0.6/32 -j DROP'],
  },
  mangle: {
    PREROUTING: [
      '-j CONNMARK --restore-mark',
      '-m connmark --mark 1 -j MARK --set-xmark 2/2',
      '-i eth1 -p tcp -m mark --mark 0 -j MARK --set-mark 3',
      '-m conntrack --ctstatus ASSURED -j MARK --set-xmark 8/8',
      '-j CONNMARK --save-mark',
      '-m mark --mark 0xb -j TOS --set-tos 0x10/0x3f',
      '-p tcp -m tcp --tcp-flags PSH PSH -j CONNMARK --set-xmark 1/1',
      '-m conntrack --ctstate RELATED -j MARK --set-mark 9',
    ],
    FORWARD: ['-m mark --mark 8/8', '-m ttl --ttl-gt 60 -j TTL --ttl-dec 2', '-m length --length 60:200'],
    POSTROUTING: [
      '-m mark --mark 0xb',
      '-m connmark --mark 3 -j CONNMARK --set-xmark 4/4',
      '-s 10.0.0.5/32 -j CONNMARK --save-mark',
    ],
  },
  nat: {
    PREROUTING: [
      '-i eth0 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.9:8080',
      '-i eth0 -p udp -m udp --dport 53 -j REDIRECT --to-ports 5353',
      '-i eth0 -p udp -m udp --dport 4500 -j DNAT --to-destination 10.0.0.5-10.0.0.8',
      '-i eth1 -d 198.51.100.2/32 -j DNAT --to-destination 198.51.100.1',
    ],
    OUTPUT: ['-d 198.51.100.2/32 -p tcp -j DNAT --to-destination 198.51.100.1:443'],
    POSTROUTING: [
      '-o eth0 -s 10.0.0.0/16 -p udp -m udp --dport 123 -j SNAT --to-source 192.0.2.1:7000-7003',
      '-o eth0 -s 10.0.0.0/16 -j MASQUERADE',
      '-o eth0 -s 10.0.0.6/32 -p tcp -j SNAT --to-source 192.0.2.1',
    ],
  },
  filter: {
    FORWARD: [
      ...['INVALID', 'NEW', 'ESTABLISHED', 'RELATED', 'UNTRACKED', 'SNAT', 'DNAT'].map(
        (state) => `-m conntrack --ctstate ${state}`,
      ),
      '-m conntrack --ctdir REPLY',
      '-m conntrack --ctstatus SEEN_REPLY -m length --length 120:',
      '-m conntrack --ctexpire 1:60',
      '-m connmark --mark 1/1',
      '-p tcp -m tcp --dport 22 -m conntrack --ctstate ESTABLISHED -j REJECT --reject-with tcp-reset',
      '-p udp -m udp --dport 666 -j DROP',
      '-m conntrack --ctstate INVALID -j DROP',
      '-m conntrack --ctstate ESTABLISHED -m limit --limit 2/sec --limit-burst 3 -j ACCEPT',
      '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      '-m statistic --mode nth --every 3 --packet 1 -j ACCEPT',
      '-s 10.0.0.5/32 -d 198.51.100.1/32 -j ACCEPT',
      // of answers to what was masqueraded nothing but the destination behind it tells these apart
      ...[5, 6, 7, 8].map((host) => `-d 10.0.0.${host}/32`),
      '-d 10.0.0.6/32 -p tcp -m tcp --dport 4001 -j ACCEPT',
      '-d 10.0.0.9/32 -p tcp -m tcp --dport 8080',
      '-i eth1 -j ACCEPT',
      '-m conntrack --ctstate NEW -j DROP',
    ],
    INPUT: [
      '-m conntrack --ctstate NEW -m limit --limit 1/sec --limit-burst 3 -j ACCEPT',
      '-m conntrack --ctexpire 1:60',
      '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      '-p udp -m udp --dport 5353 -j ACCEPT',
      '-m conntrack --ctstate NEW -j DROP',
    ],
    OUTPUT: [
      '-m conntrack --ctstate ESTABLISHED',
      '-m conntrack --ctstate NEW',
      '-p icmp -j ACCEPT',
      '-m mark --mark 3 -j DROP',
    ],
  },
};

/** Some of all, in any order; `raw` is left out of half. */
export function drawFlowRules(draw: Draw): SourceText {
  const tables = Object.entries(POOL).flatMap(([table, chains]) => {
    if (table === 'raw' && draw.chance(50)) return [];
    const rules = Object.entries(chains).flatMap(([chain, pool]) => {
      const some = pool.filter(() => draw.chance(40)).map((rule) => ({ rule, place: draw.below(1000) }));
      return some.sort((a, b) => a.place - b.place).map(({ rule }) => `${chain} ${rule}`);
    });
    return rules.length === 0 ? [] : [[table, rules] as const];
  });
  return rulesOf(Object.fromEntries(tables));
}

/** In the order of their times. */
export function drawLongFlows(draw: Draw, flows: number): PacketDescription[] {
  const packets = Array.from({ length: flows }, (_, number) => {
    let time = 200 + draw.below(40_000) / 1000;
    return drawFlow(draw, number).map((packet) => {
      const timed = { ...varied(draw, packet), time };
      time = Math.round(1000 * (time + draw.of([0, 0, 0.001, 0.02, 0.02, 0.5, 2.5, draw.chance(80) ? 1 : 130]))) / 1000;
      return timed;
    });
  }).flat();
  return packets.sort((a, b) => a.time - b.time);
}

function varied(draw: Draw, packet: PacketDescription): PacketDescription {
  if ('hex' in packet || draw.chance(80)) return packet;
  return {
    ...packet,
    ...draw.of([{ ttl: draw.of([1, 9, 63, 64]) }, { tos: 0x10 }, { mark: draw.of([0, 1, 3, 8]) }, { df: true }]),
  };
}

interface Ends {
  readonly there: string;
  readonly back: string;
}

function drawEnds(draw: Draw, proto: string): Ends {
  const port = 4000 + draw.below(4);
  const [inside, outside] = [`10.0.0.${5 + draw.below(4)}`, `198.51.100.${1 + draw.below(3)}`];
  const service = proto === 'tcp' ? draw.of([22, 443]) : draw.of([123, 666, 4500, 9999]);
  const between = (a: string, b: string, seen = a, answers = b): Ends => ({
    there: `${proto} ${a} > ${b}`,
    back: `${proto} ${answers} > ${seen}`,
  });
  switch (draw.below(6)) {
    case 0:
      return between(
        `${outside}:${port}`,
        `192.0.2.1:${proto === 'tcp' ? 80 : 53}`,
        undefined,
        proto === 'tcp' ? '10.0.0.9:8080' : '192.0.2.1:5353',
      );
    case 1:
      return between(`${outside}:${port}`, `192.0.2.1:${service}`, undefined, `10.0.0.${5 + draw.below(4)}:${service}`);
    case 2:
      return between(`192.0.2.1:${port}`, `${outside}:${service}`);
    case 3:
      return between(`10.0.0.1:${port}`, `${draw.of([inside, '192.0.2.1'])}:${service}`);
    default:
      return between(`${inside}:${port}`, `${outside}:${service}`, draw.chance(80) ? `192.0.2.1:${port}` : undefined);
  }
}

function drawFlow(draw: Draw, number: number): PacketDescription[] {
  const kind = draw.below(10);
  if (kind < 4) return drawSome(draw, tcpFlow(draw, drawEnds(draw, 'tcp')), 6).map(flowPacket);
  if (kind < 8) {
    const { there, back } = drawEnds(draw, 'udp');
    const from = / ([\d.]+)/.exec(there)![1];
    const error = `icmp 203.0.113.1 > ${from === '192.0.2.1' ? from : '192.0.2.1'} type=${draw.of([3, 11])} about ${draw.of([there, back.replace(/^(\S+) (\S+) > (\S+)$/, '$1 $3 > $2')])}`;
    const rounds = Array.from({ length: draw.below(14) }, () => draw.of([there, back, there, back, there, error]));
    const length = () => (draw.chance(30) ? ` length=${draw.of([60, 120, 700])}` : '');
    const packets = drawSome(draw, [there, back, ...rounds], 6).map((text) =>
      flowPacket(text.startsWith('icmp') ? text : `${text}${length()}`),
    );
    return draw.chance(85)
      ? packets
      : packets.flatMap((packet) => ('about' in packet ? [packet] : [...cut(packet, number, 8), packet]));
  }
  const [inside, outside] = [`10.0.0.${5 + draw.below(4)}`, `198.51.100.${1 + draw.below(3)}`];
  const echo = `icmp ${inside} > ${outside} id=${draw.of([7, 8])}`;
  const answer = `icmp ${outside} > 192.0.2.1 id=${draw.of([7, 8])}`;
  return drawSome(
    draw,
    Array.from({ length: 8 }, () =>
      draw.of([`${echo} type=8`, `${answer} type=0`, `${answer} type=0`, `${echo} type=13`]),
    ),
  ).map(flowPacket);
}

/** A handshake, data in both directions, some of it out of step, and mostly an end; some are lost, some come twice. */
function tcpFlow(draw: Draw, { there, back }: Ends): string[] {
  let [own, other] = [draw.below(1e6), draw.below(1e6)];
  const steps = [
    `${there} S seq=${own}`,
    `${back} SA seq=${other} ack=${own + 1}`,
    `${there} A seq=${own + 1} ack=${other + 1}`,
  ];
  own++;
  other++;
  const rounds = draw.below(16);
  for (let round = 0; round < rounds; round++) {
    const size = draw.of([0, 0, 20, 100, 600]);
    const more = `${draw.of(['A', 'PA', 'A'])} length=${40 + size}${draw.chance(15) ? ` window=${draw.of([0, 1, 60_000])}` : ''}`;
    const odd = draw.chance(12);
    const off = odd ? draw.of([-1, 1, 70_000, 9_000_000, -9_000_000]) : 0;
    const [seqOff, ackOff] = draw.chance(50) ? [off, 0] : [0, off];
    const at = (seq: number, ack: number) => `seq=${(seq + seqOff) >>> 0} ack=${(ack + ackOff) >>> 0}`;
    if (draw.chance(50)) {
      steps.push(`${there} ${more} ${at(own, other)}`);
      if (!odd) own += size;
    } else {
      steps.push(`${back} ${more} ${at(other, own)}`);
      if (!odd) other += size;
    }
    if (draw.chance(6))
      steps.push(`${draw.of([there, back])} ${draw.of(['S', 'SA', 'R', 'FPU', 'F'])} seq=${own} ack=${other}`);
  }
  if (draw.chance(30)) return steps;
  const end = draw.chance(25)
    ? [`${back} R seq=${other}`]
    : [
        `${there} FA seq=${own} ack=${other}`,
        `${back} FA seq=${other} ack=${own + 1}`,
        `${there} A seq=${own + 1} ack=${other + 1}`,
      ];
  const again = draw.chance(50)
    ? [
        `${there} S seq=${own + 90_000}`,
        `${back} SA seq=${other + 5} ack=${own + 90_001}`,
        `${there} A seq=${own + 90_001} ack=${other + 6}`,
      ]
    : [];
  return [...steps, ...end, ...again];
}

/** Columns of packets as far as columns tell of them: all TCP numbers are 0 there. */
export function columnsOfBytes({ count, interfaces, bytes, at, ...beside }: PacketBytes): PacketColumns {
  const of = (value: (header: DataView, transport: number) => number) =>
    Array.from({ length: count }, (_, i) => {
      const header = new DataView(bytes.buffer, bytes.byteOffset + at[i]!, 60);
      return value(header, 4 * (header.getUint8(0) & 15));
    });
  const protocol = (header: DataView) => header.getUint8(9);
  return {
    kind: 'columns',
    count,
    interfaces,
    in: beside.in,
    mark: beside.mark,
    time: beside.time,
    src: Uint32Array.from(of((header) => header.getUint32(12))),
    dst: Uint32Array.from(of((header) => header.getUint32(16))),
    proto: Uint8Array.from(of(protocol)),
    sport: Uint16Array.from(of((header, at) => (protocol(header) === 1 ? header.getUint8(at) : header.getUint16(at)))),
    dport: Uint16Array.from(
      of((header, at) => (protocol(header) === 1 ? header.getUint8(at + 1) : header.getUint16(at + 2))),
    ),
    flags: Uint8Array.from(of((header, at) => (protocol(header) === 6 ? header.getUint8(at + 13) : 0))),
    length: Uint16Array.from(of((header) => header.getUint16(2))),
    ttl: Uint8Array.from(of((header) => header.getUint8(8))),
    tos: Uint8Array.from(of((header) => header.getUint8(1))),
    frag: Uint16Array.from(of((header) => header.getUint16(6))),
  };
}
