/** Tables of targets, told by the rules behind them. */
import { PACKETS as WITH_HEADERS } from '../../headers6/table.js';
import type { PacketSpec } from '../packets.js';
import type { PacketLine } from '../scenario.js';
import { each, type MatchTable, wire, wire6 } from './table.js';

/** Rules that ask each mark for bits of it. */
const marksBy = (how: readonly (readonly [options: string, ...bits: number[]])[]): string[] =>
  how.flatMap(([options, ...bits]) => [
    `-j HMARK ${options} --hmark-rnd 0xc0ffee`,
    ...(bits.length > 0 ? bits : [1, 2, 4, 8]).map((bit) => `-m mark --mark ${bit}/${bit}`),
    '-j MARK --set-mark 0',
  ]);
const MARKS_OF_BOTH: Parameters<typeof marksBy>[0] = [
  ['--hmark-tuple src,dst --hmark-mod 16'],
  ['--hmark-tuple src,dst,sport,dport,proto --hmark-mod 16'],
  ['--hmark-tuple sport,dport --hmark-mod 16'],
  ['--hmark-tuple dst,proto --hmark-mod 16'],
  ['--hmark-tuple spi,proto --hmark-mod 16'],
  ['--hmark-sport-mask 0xff00 --hmark-dport-mask 0xff --hmark-sport 0x7 --hmark-dport 0x8000 --hmark-mod 16'],
  ['--hmark-spi-mask 0xff00ff --hmark-spi 0x1200 --hmark-mod 16'],
  ['--hmark-proto-mask 0x106 --hmark-mod 4294967295 --hmark-offset 4294967290', 2, 4],
];
const MARKS = marksBy([...MARKS_OF_BOTH, ['--hmark-src-prefix 24 --hmark-dst-prefix 30 --hmark-mod 16']]);
const MARKS6 = marksBy([...MARKS_OF_BOTH, ['--hmark-src-prefix 63 --hmark-dst-prefix 126 --hmark-mod 16']]);
const MARKS_OF_CONNECTIONS = marksBy([
  ['--hmark-tuple ct,src,dst,sport,dport,proto --hmark-mod 16'],
  ['--hmark-tuple ct,dst,spi --hmark-mod 16'],
]);
const changes = (rules: readonly string[]) => rules.filter((rule) => rule.startsWith('-j'));
/** What an error quotes: an IP header, and bytes behind it. */
const quoted = (protocol: string, frag: string, rest: string) =>
  `4500001c0000${frag}40${protocol}0000c0a80105cb007107${rest}`;
const PORTS = '04d200350008ffff';
const QUOTES = [
  ...['06', '11', '32', '33', '84', '88', '21', '2f', '01'].map((protocol) => quoted(protocol, '0000', PORTS)),
  quoted('11', '2000', PORTS),
  quoted('11', '0003', PORTS),
  // cut: of the ports, of the header
  quoted('11', '0000', '04d200'),
  quoted('11', '0000', '04d20035'),
  quoted('11', '0000', '').slice(0, 38),
  `460000200000000040110000c0a80105cb00710701010101${PORTS}`,
];
const HASHED: readonly Partial<PacketSpec>[] = [
  ...['tcp', 'udp', 'dccp', 'sctp', 'udplite', 'esp', 'ah', 'gre', 'icmp', 'ospf'].flatMap((proto) => [
    { proto },
    { proto, sport: 80, dport: 1000 },
    { proto, dst: '10.20.0.10' },
    { proto, src: '192.168.1.7' },
    { proto, mf: true, payload: '0050005000010203' },
    { proto, frag: 3, payload: '0050005000010203' },
    ...[0, 3, 4, 7, 8].map((truncate) => ({ proto, truncate })),
    { proto, ipOptions: '01010101' },
  ]),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 500].map((sport) => ({ proto: 'udp', sport, dport: 3 * sport })),
  ...[1, 20, 40, 60, 80, 100, 120].map((host) => ({ dst: `10.20.0.${host}` })),
  ...[0, 3, 4, 5, 8, 11, 12, 13, 30, 200].map((type) => ({ proto: 'icmp', type, payload: QUOTES[1]! })),
  ...QUOTES.map((payload) => ({ proto: 'icmp', type: 3, code: 1, payload })),
  { proto: 'icmp', type: 11, ipOptions: '01010101', payload: QUOTES[0]! },
  // a later fragment that looks like an error
  { proto: 'icmp', frag: 3, payload: `0300000000000000${QUOTES[0]}` },
];

const PADDED = [{ type: 60, body: '010400000000' }];
const PORTS_OF: Readonly<Record<string, string>> = {
  esp: PORTS,
  gre: PORTS,
  ospf: PORTS,
  ah: `3b010000${PORTS}${PORTS}`,
};
const PACKETS6: readonly PacketLine[] = [
  ...Object.values(WITH_HEADERS).map((hex) => ({ in: 'eth0', hex })),
  ...Object.values(WITH_HEADERS).map((payload, i) =>
    wire6({ proto: 'ipv6-icmp', type: [1, 2, 3, 4, 127][i % 5]!, payload, ...(i % 7 === 0 && { ext: PADDED }) }),
  ),
  ...['tcp', 'udp', 'dccp', 'sctp', 'udplite', 'esp', 'ah', 'gre', 'ospf', 'ipv6-icmp'].flatMap((proto) => {
    const payload = PORTS_OF[proto] ?? '';
    return [
      ...[{}, { dst: '2001:db8:1::a' }, { src: '2001:db8:0:0:1::5' }, { src: 'fd00::5', dst: '2001:db8:9::1' }],
      ...[{ sport: 80, dport: 1000 }, { ext: PADDED }, { mf: true, length: 88 }],
      ...[0, 3, 4, 7, 8].map((truncate) => ({ truncate })),
    ].map((spec) => wire6({ proto, payload, ...spec }));
  }),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 500].map((sport) => wire6({ proto: 'udp', sport, dport: 3 * sport })),
  ...[1, 20, 40, 60, 80, 100, 120].map((host) => wire6({ src: `2001:db8:0:${host}::5`, dst: `2001:db8:1::${host}` })),
  // errors, and what is none
  ...[0, 1, 5, 126, 127, 128, 137, 255].map((type) => wire6({ proto: 'ipv6-icmp', type, payload: WITH_HEADERS.udp! })),
  // the quoted header is cut, or of another version
  ...[0, 2, 78, 80, 82, 86, 88].map((length) =>
    wire6({ proto: 'ipv6-icmp', type: 1, payload: WITH_HEADERS.udp!.slice(0, length) }),
  ),
  ...['4', '5', '7'].map((version) =>
    wire6({ proto: 'ipv6-icmp', type: 1, payload: `${version}${WITH_HEADERS.udp!.slice(1)}` }),
  ),
  // an error that quotes an error
  wire6({
    proto: 'ipv6-icmp',
    type: 1,
    payload: wire6({ proto: 'ipv6-icmp', type: 1, payload: WITH_HEADERS.udp! }).hex,
  }),
  // a fragment that looks like an error
  wire6({ proto: 'ipv6-icmp', type: 1, mf: true, payload: WITH_HEADERS.udp!.slice(0, 96) }),
];

export const TARGETS: readonly MatchTable[] = [
  {
    name: 'NFQUEUE',
    rules: [
      '-p tcp -m tcp --dport 1 -j NFQUEUE --queue-num 3',
      '-p tcp -m tcp --dport 2 -j NFQUEUE --queue-num 3 --queue-bypass',
      '-p tcp -m tcp --dport 3 -j NFQUEUE --queue-balance 1:4',
      '-p tcp -m tcp --dport 4 -j NFQUEUE --queue-balance 1:4 --queue-bypass --queue-cpu-fanout',
      '-p tcp -m tcp --dport 1:5',
    ],
    packets: each([1, 2, 3, 4, 5, 6], (dport) => ({ dport })),
  },
  {
    name: 'HMARK',
    rules: MARKS,
    constant: changes(MARKS),
    packets: HASHED.map((spec) => wire(spec)),
  },
  {
    name: 'HMARK of IPv6',
    family: 6,
    rules: MARKS6,
    constant: changes(MARKS6),
    packets: PACKETS6,
  },
  {
    name: 'HMARK of connections',
    rules: [...MARKS_OF_CONNECTIONS, '-m conntrack --ctstate INVALID'],
    constant: changes(MARKS_OF_CONNECTIONS),
    packets: ['tcp', 'udp', 'icmp', 'gre', 'ospf'].flatMap((proto) => [
      ...each([1, 2, 3, 4, 5, 6, 7, 8], (sport) => ({ proto, sport, dport: 9 - sport, flags: sport === 8 ? 0 : 2 })),
      ...each(['192.168.1.7', '10.99.0.7'], (src) => ({ proto, src })),
    ]),
  },
  {
    name: 'HMARK of connections of IPv6',
    family: 6,
    rules: [...MARKS_OF_CONNECTIONS, '-m conntrack --ctstate INVALID'],
    constant: changes(MARKS_OF_CONNECTIONS),
    packets: ['tcp', 'udp', 'ipv6-icmp', 'gre', 'ospf'].flatMap((proto) => [
      ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) =>
        wire6({ proto, sport: n, dport: 9 - n, id: 7 * n, flags: n === 8 ? 0 : 2 }),
      ),
      ...['2001:db8::7', '2001:db8:0:0:1::5', 'fd00::5'].map((src) => wire6({ proto, src })),
    ]),
  },
];
