/** Lists of xt_recent, from packet to packet. */

import { local, wire, wire6 } from '../matches/table.js';
import type { PacketLine } from '../scenario.js';
import { chainOf, type Sequence } from './sequence.js';

const from = (last: number, over: object = {}): PacketLine => wire({ src: `192.168.1.${last}`, ...over });
const several = (counts: readonly number[]): Sequence['steps'] => counts.map((last) => [0, from(last)]);
/** One after the other, `count` of them. */
const sources = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 2);

export const RECENT: readonly Sequence[] = [
  {
    name: 'recent: what each verb does, and its opposite',
    never: ['mangle PREROUTING 8'],
    rules: chainOf('mangle PREROUTING', [
      '-m recent --rcheck --name a',
      '-m recent ! --rcheck --name a',
      '-m recent --update --name a --hitcount 3',
      '-m recent ! --update --name a --hitcount 3',
      '-m ttl --ttl-eq 9 -m recent --remove --name a',
      '-m ttl --ttl-eq 8 -m recent ! --remove --name a',
      '-m ttl ! --ttl-eq 9 -m recent --set --name a',
      '-m ttl --ttl-eq 7 -m recent ! --set --name b',
      '-m recent --rcheck --name b',
    ]),
    steps: [
      ...several([5, 5, 6, 5, 5, 5, 6]),
      [0, from(5, { ttl: 9 })],
      [0, from(5, { ttl: 9 })],
      [0, from(5, { ttl: 8 })],
      [0, from(5)],
      [0, from(6, { ttl: 8 })],
      [0, from(6, { ttl: 7 })],
      [0, from(6, { ttl: 7 })],
    ],
  },
  {
    name: 'recent: a knock, then hits in a time that passes',
    rules: chainOf('filter INPUT', [
      '-p tcp -m recent --rcheck --seconds 1 --hitcount 3 --name k -j DROP',
      '-p tcp -m recent --update --seconds 1 --name k',
      '-p tcp -m recent --set --name k',
      '-p udp -m recent --update --seconds 2 --reap --name k',
      '-p udp -m recent ! --rcheck --name k',
    ]),
    steps: [
      ...[0, 0, 0, 0, 1500, 0, 300].map((gap) => [gap, wire({ proto: 'tcp', dst: '192.168.1.1', flags: 2 })] as const),
      [0, wire({ proto: 'udp', dst: '192.168.1.1' })],
      [0, wire({ proto: 'udp', dst: '192.168.1.1', src: '192.168.1.77' })],
      [2500, wire({ proto: 'udp', dst: '192.168.1.1' })],
      [0, wire({ proto: 'udp', dst: '192.168.1.1' })],
    ] as Sequence['steps'],
  },
  {
    name: 'recent: who is forgotten is the one that was seen last the longest ago, if that is long enough ago',
    rules: chainOf('mangle PREROUTING', [
      '-p udp -m recent --rcheck --seconds 2 --reap --name q',
      '-p icmp -m recent --rcheck --name q',
      '-p icmp -m recent ! --rcheck --name q',
      '-p tcp -m recent --set --name q',
    ]),
    steps: [
      [0, from(5)],
      [1500, from(5)],
      [0, from(6)],
      [1000, from(6, { proto: 'udp' })],
      [0, from(5, { proto: 'icmp' })],
      [2500, from(6)],
      [0, from(6, { proto: 'udp' })],
      [0, from(5, { proto: 'icmp' })],
    ],
  },
  {
    name: 'recent: the oldest goes where a hundred are there',
    rules: chainOf('mangle PREROUTING', [
      '-m recent --rcheck --name full',
      '-m recent --set --name full',
      '-m recent ! --rcheck --name full --rdest',
    ]),
    steps: several([...sources(101), 2, 3, 4, 5, 50, 102]),
  },
  {
    name: 'recent: masks of the rule that came first, by the destination, in IPv4',
    rules: chainOf('mangle PREROUTING', [
      '-p udp -m recent --set --name m --mask 255.255.255.0 --rdest',
      '-p icmp -m recent --rcheck --name m --mask 255.0.0.0 --rdest',
      '-p icmp -m recent --rcheck --name m --rsource',
    ]),
    steps: [
      [0, wire({ proto: 'icmp', dst: '10.20.0.9' })],
      [0, wire({ proto: 'udp', dst: '10.20.0.9' })],
      [0, wire({ proto: 'icmp', dst: '10.20.0.77' })],
      [0, wire({ proto: 'icmp', dst: '10.20.1.77' })],
      [0, wire({ proto: 'icmp', src: '10.20.0.8', dst: '10.99.0.1' }, 'eth1')],
    ],
  },
  {
    name: 'recent: the time to live, before and behind this host',
    setup: ['sysctl -qw net.ipv4.ip_forward=1'],
    rules:
      chainOf('mangle PREROUTING', ['-p udp -m recent --set --name t']) +
      chainOf('security FORWARD', ['-m recent --rcheck --rttl --name t', '-m recent ! --rcheck --rttl --name t']) +
      chainOf('filter OUTPUT', ['-m recent --set --name o', '-m recent --update --rttl --name o']),
    steps: [
      [0, wire({ proto: 'udp', ttl: 64 })],
      [0, wire({ proto: 'icmp', ttl: 64 })],
      [0, wire({ proto: 'icmp', ttl: 63 })],
      [0, local({ ttl: 64 })],
      [0, local({ ttl: 60 })],
    ],
  },
  {
    name: 'recent: times that an entry has room for',
    rules: chainOf('mangle PREROUTING', [
      '-m recent --set --name r',
      '-m recent --rcheck --hitcount 5 --name r',
      '-m recent --rcheck --seconds 1 --hitcount 4 --name r',
      '-m recent --rcheck --seconds 1 --hitcount 8 --name r',
    ]),
    steps: [...new Array<number>(10).fill(0), 1500, ...new Array<number>(6).fill(0)].map(
      (gap) => [gap, from(5)] as const,
    ),
  },
  {
    name: 'recent of IPv6',
    family: 6,
    rules: chainOf('mangle PREROUTING', [
      '-m recent --rcheck --name six --mask ffff:ffff:ffff:ffff::',
      '-m recent --set --name six --mask ffff:ffff:ffff:ffff::',
      '-m recent --update --hitcount 3 --name six --rdest',
    ]),
    steps: [
      [0, wire6({ src: '2001:db8::5' })],
      [0, wire6({ src: '2001:db8::6' })],
      [0, wire6({ src: '2001:db8:0:1::6' })],
      [0, wire6({ src: '2001:db8::7', dst: '2001:db8::9' })],
    ],
  },
];
