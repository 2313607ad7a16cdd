/** What rules ask of connections: how many an address has, what they have counted, their labels. */

import { local, wire, wire6 } from '../matches/table.js';
import type { PacketSpec } from '../packets.js';
import type { PacketLine } from '../scenario.js';
import { chainOf, type Sequence } from './sequence.js';

const CLIENT = '192.168.1.5';
const SERVER = '10.20.0.9';
/** Milliseconds of more than two ticks of the kernel's clock: within one a list is not looked through. */
const TICKS = 12;
type Step = Sequence['steps'][number];

const there = (spec: Partial<PacketSpec>): PacketLine => wire({ src: CLIENT, dst: SERVER, ...spec });
const back = (spec: Partial<PacketSpec>): PacketLine => wire({ src: SERVER, dst: CLIENT, ...spec }, 'eth1');
const tcp = (sport: number, over: Partial<PacketSpec> = {}) => there({ sport, dport: 80, seq: 100, ...over });
const syn = (port: number): Step => [TICKS, tcp(port, { flags: 'S' })];
const synAck = (port: number): Step => [TICKS, back({ sport: 80, dport: port, flags: 'SA', seq: 500, ack: 101 })];
const ack = (port: number): Step => [TICKS, tcp(port, { flags: 'A', seq: 101, ack: 501 })];
const reset = (port: number): Step => [TICKS, tcp(port, { flags: 'RA', seq: 101, ack: 501 })];
const udp = (sport: number, over: Partial<PacketSpec> = {}): Step => [
  TICKS,
  there({ proto: 'udp', sport, dport: 53, ...over }),
];
const answer = (dport: number, over: Partial<PacketSpec> = {}): Step => [
  TICKS,
  back({ proto: 'udp', sport: 53, dport, ...over }),
];
const later = (milliseconds: number, [, line]: Step): Step => [milliseconds, line];
const opened = (port: number): Step[] => [syn(port), synAck(port), ack(port)];

/** Rules that say how many there are, up to `most`. */
const above = (most: number, side = 'saddr', length = 32): string[] =>
  Array.from(
    { length: most },
    (_, n) => `-m connlimit --connlimit-above ${n} --connlimit-mask ${length} --connlimit-${side}`,
  );

const SHORT_UDP = ['sysctl -qw net.netfilter.nf_conntrack_udp_timeout=1'];

const CONNLIMIT: readonly Sequence[] = [
  {
    name: 'connlimit: connections open, and one is reset',
    rules: chainOf('filter FORWARD', [...above(4), '-m connlimit --connlimit-upto 2']),
    steps: [...opened(1), syn(1), syn(2), udp(3), udp(3), reset(1), syn(4), ack(2), syn(5)],
  },
  {
    name: 'connlimit: what is dropped is not there for the next',
    rules: chainOf('filter FORWARD', above(2)).replace('FORWARD ACCEPT', 'FORWARD DROP'),
    never: ['filter FORWARD 2'],
    steps: [syn(1), syn(1), syn(2), syn(1), udp(1)],
  },
  {
    name: 'connlimit: connections that both ends have closed',
    rules: chainOf('filter FORWARD', above(4)),
    steps: [
      ...opened(1),
      ...opened(2),
      udp(3),
      [TICKS, tcp(1, { flags: 'FA', seq: 101, ack: 501 })],
      udp(4),
      [TICKS, back({ sport: 80, dport: 1, flags: 'FA', seq: 501, ack: 102 })],
      [TICKS, tcp(1, { flags: 'A', seq: 102, ack: 502 })],
      udp(5),
      reset(2),
      udp(6),
    ],
  },
  {
    name: 'connlimit: the end of the only one, which goes nowhere',
    rules: chainOf('filter FORWARD', above(1)),
    steps: [
      ...opened(1),
      reset(1),
      ...opened(2),
      [TICKS, tcp(2, { flags: 'FA', seq: 101, ack: 501 })],
      [TICKS, back({ sport: 80, dport: 2, flags: 'FA', seq: 501, ack: 102 })],
      [TICKS, tcp(2, { flags: 'A', seq: 102, ack: 502 })],
      [TICKS, tcp(2, { flags: 'A', seq: 102, ack: 502 })],
      udp(5),
    ],
  },
  {
    name: 'connlimit: networks, and the other end',
    rules: chainOf('filter FORWARD', [...above(3, 'saddr', 24), ...above(3, 'daddr', 30), ...above(4, 'daddr', 0)]),
    steps: [
      udp(1),
      udp(2, { src: '192.168.1.77' }),
      udp(3, { dst: '10.20.0.11' }),
      udp(4, { dst: '10.20.0.12' }),
      answer(1),
      udp(1),
      udp(5, { src: '192.168.2.1' }),
    ],
  },
  {
    name: 'connlimit: connections that were there before the rule met them',
    rules: chainOf('filter FORWARD', ['-p tcp -m tcp --syn -j ACCEPT', '-m ttl --ttl-eq 10 -j ACCEPT', ...above(3)]),
    steps: [...opened(1), udp(9), syn(2), synAck(2), ack(2), ack(2), udp(8, { ttl: 11 }), udp(8), udp(8), udp(7)],
  },
  {
    name: 'connlimit: what is assured is dropped where its list has run empty',
    setup: SHORT_UDP,
    rules: chainOf('filter FORWARD', ['-p tcp -m tcp --syn -j ACCEPT', ...above(2)]),
    steps: [syn(2), synAck(2), udp(7), udp(8), ack(2), later(2500, ack(2)), ack(2), udp(9), ack(2)],
  },
  {
    name: 'connlimit: before tracking, and of what belongs to no connection',
    rules: chainOf('raw PREROUTING', above(4, 'saddr', 0)) + chainOf('mangle PREROUTING', above(2)),
    steps: [
      ...opened(1),
      ack(1),
      [TICKS, tcp(1, { flags: 'SF' })],
      [TICKS, tcp(9, { flags: 'SF' })],
      syn(2),
      synAck(2),
      reset(2),
      syn(3),
      [TICKS, there({ proto: 'udp', sport: 5, dport: 6, truncate: 2 })],
    ],
  },
  {
    name: 'connlimit: zones by themselves',
    rules:
      chainOf('raw PREROUTING', [
        '-p udp -m udp --sport 2 -j CT --zone 7',
        '-p udp -m udp --sport 3 -j CT --zone-orig 7',
      ]) + chainOf('filter FORWARD', above(2)),
    steps: [udp(1), udp(2), udp(3), udp(2), udp(4), answer(3), udp(3)],
  },
  {
    name: 'connlimit: what this host sends itself',
    rules: chainOf('filter INPUT', above(3)) + chainOf('filter OUTPUT', above(3)).replace('*filter\n', '*mangle\n'),
    steps: [1, 2, 2, 3].map((sport) => [
      TICKS,
      local({ proto: 'udp', src: '10.20.0.1', dst: '10.20.0.1', sport, dport: 53 }),
    ]),
  },
  {
    name: 'connlimit: pings, and a connection that its answer ends',
    rules: chainOf('filter FORWARD', above(3)),
    steps: [
      ...[1, 2, 2].map((id): Step => [TICKS, there({ proto: 'icmp', type: 8, id })]),
      syn(1),
      [TICKS, tcp(1, { flags: 'R', seq: 101 })],
      udp(1),
    ],
  },
  {
    name: 'connlimit of IPv6',
    family: 6,
    rules: chainOf('filter FORWARD', [...above(2, 'saddr', 128), ...above(3, 'saddr', 64), ...above(3, 'daddr', 127)]),
    steps: [1, 2, 2, 3].flatMap((sport): Step[] => [
      [TICKS, wire6({ proto: 'udp', sport, dport: 53 })],
      [TICKS, wire6({ proto: 'udp', src: '2001:db8::6', dst: '2001:db8:1::8', sport, dport: 53 })],
    ]),
  },
];

const bytes = (range: string, mode: string, direction: string, not = ''): string =>
  `-m connbytes ${not}--connbytes ${range} --connbytes-mode ${mode} --connbytes-dir ${direction}`;

const CONNBYTES: readonly Sequence[] = [
  {
    name: 'connbytes: packets, bytes and their average by direction',
    rules: chainOf('filter FORWARD', [
      ...['original', 'reply', 'both'].flatMap((direction) => [
        bytes('2', 'packets', direction),
        bytes('1:2', 'packets', direction),
        bytes('2:3', 'packets', direction, '! '),
        bytes('100:200', 'bytes', direction),
        bytes('101', 'bytes', direction, '! '),
        bytes('50:90', 'avgpkt', direction),
        bytes('60:61', 'avgpkt', direction, '! '),
      ]),
      bytes('3:3', 'packets', 'both', '! '),
      bytes('0:0', 'packets', 'reply'),
    ]),
    steps: [udp(1), udp(1, { length: 100 }), answer(1), answer(1, { length: 161 }), answer(1), udp(1), udp(1), udp(2)],
  },
  {
    name: 'connbytes: what trackers leave out',
    rules: chainOf('mangle PREROUTING', [
      ...[1, 2, 3, 4].map((n) => bytes(`${n}:${n}`, 'packets', 'both')),
      ...[1, 2, 3].map((n) => bytes(`${n}:${n}`, 'packets', 'original')),
      bytes('0', 'packets', 'both'),
      bytes('1000', 'packets', 'both', '! '),
    ]),
    steps: [
      syn(1),
      syn(1),
      synAck(1),
      ack(1),
      syn(1),
      [TICKS, tcp(1, { flags: 'A', seq: 90_000_101, ack: 501 })],
      ack(1),
      syn(2),
      [TICKS, tcp(2, { flags: 'R', seq: 101 })],
      syn(2),
      [TICKS, tcp(3, { flags: 'SF' })],
    ],
  },
  {
    name: 'connbytes: errors, fragments, and packets that come back by lo',
    rules:
      chainOf('filter FORWARD', [
        bytes('2', 'packets', 'both'),
        bytes('3', 'packets', 'both'),
        bytes('28:99', 'bytes', 'both'),
      ]) + chainOf('mangle INPUT', [bytes('1:1', 'packets', 'both'), bytes('2:2', 'packets', 'both')]),
    steps: [
      udp(1),
      [
        TICKS,
        back({
          proto: 'icmp',
          type: 3,
          code: 3,
          payload: '4500001c00000000401100000000000000000000',
        }),
      ],
      answer(1),
      udp(1),
      ...[1, 1].map(
        (sport): Step => [TICKS, local({ proto: 'udp', src: '10.20.0.1', dst: '10.20.0.1', sport, dport: 53 })],
      ),
    ],
  },
  {
    name: 'connbytes where nothing is counted',
    rules:
      chainOf('raw PREROUTING', [
        bytes('0', 'packets', 'both'),
        bytes('5', 'packets', 'both', '! '),
        '-p udp -m udp --sport 9 -j CT --notrack',
      ]) + chainOf('filter FORWARD', [bytes('0', 'packets', 'both'), bytes('5', 'packets', 'both', '! ')]),
    never: ['raw PREROUTING 1', 'raw PREROUTING 2'],
    steps: [udp(9), udp(1), udp(9)],
  },
  {
    name: 'connbytes of IPv6',
    family: 6,
    rules: chainOf('filter FORWARD', [bytes('96', 'bytes', 'both'), bytes('48:48', 'bytes', 'original')]),
    steps: [1, 1, 2].map((sport): Step => [TICKS, wire6({ proto: 'udp', sport, dport: 53 })]),
  },
];

const CONNLABEL: readonly Sequence[] = [
  {
    name: 'connlabel: labels stay with the connection',
    rules:
      chainOf('mangle PREROUTING', [
        '-m connlabel --label "0"',
        '-m connlabel ! --label "127"',
        '-p udp -m udp --sport 1 -m connlabel --label "0" --set',
        '-m ttl --ttl-eq 9 -m connlabel ! --label "127" --set',
        '-m ttl --ttl-eq 9 -m connlabel --label "127"',
      ]) + chainOf('filter FORWARD', ['-m connlabel --label "0"', '-m connlabel --label "127"']),
    never: ['mangle PREROUTING 4'],
    steps: [udp(1), udp(2), answer(1), udp(1), udp(1, { ttl: 9 }), answer(1), udp(2), [TICKS, tcp(3, { flags: 'SF' })]],
  },
];

const HELPER: readonly Sequence[] = [
  {
    name: 'helper and CT --helper: nothing of what is not expected, nor of what may expect others',
    rules:
      chainOf('raw PREROUTING', ['-p tcp -j CT --helper ftp', '-p udp -j CT --helper tftp --zone 3']) +
      chainOf('filter FORWARD', [
        ...['ftp', 'tftp', '""'].flatMap((name) => [`-m helper --helper ${name}`, `-m helper ! --helper ${name}`]),
        '-m conntrack --ctstate NEW',
        '-m conntrack --ctstate ESTABLISHED',
        '-m conntrack --ctstatus EXPECTED',
        '-m conntrack --ctstate RELATED',
      ]),
    never: ['filter FORWARD 1', 'filter FORWARD 3', 'filter FORWARD 5', 'filter FORWARD 9'],
    // an error is RELATED, which what is expected begins as
    steps: [
      ...opened(1),
      [TICKS, back({ proto: 'icmp', type: 3, code: 3, payload: tcp(1, { flags: 'A' }).hex })],
      ...[udp(2), answer(2), reset(1)],
      [TICKS, tcp(3, { flags: 'SF' })],
    ],
  },
];

export const CONNECTED: readonly Sequence[] = [...CONNLIMIT, ...CONNBYTES, ...CONNLABEL, ...HELPER].map((one) => ({
  ...one,
  connected: true,
}));
