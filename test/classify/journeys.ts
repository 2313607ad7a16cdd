/** Rules of which a packet's values tell more than it seems: packets that have to be told apart, and some that need not be. */
import { FROM_HOST, type PacketColumns } from '../../src/model/batch.js';
import { ip } from '../kernel/generate/address.js';

export interface Journey {
  readonly name: string;
  readonly rules: Readonly<Record<string, readonly string[]>>;
  /** lines of ipset save. */
  readonly sets?: readonly string[];
  readonly packets: readonly Described[];
  /** of them, how many walk each time; absent: none. */
  readonly walk?: number;
  /** questions stay open. */
  readonly open?: boolean;
}

/** `in`: absent: of this host. The rest is as columns have it; flags: absent: SYN. */
interface Described {
  readonly in?: string;
  readonly src?: string;
  readonly dst?: string;
  readonly proto?: number;
  readonly sport?: number;
  readonly dport?: number;
  readonly flags?: number;
  readonly length?: number;
  readonly ttl?: number;
  readonly tos?: number;
  readonly frag?: number;
  readonly mark?: number;
  readonly uid?: number;
  readonly pkttype?: number;
  readonly time?: number;
}

const LINKS = ['lo', 'eth0', 'eth1'];

/** A column is there where a packet has a value of it. */
export function columnsOf(packets: readonly Described[]): PacketColumns {
  const of = (value: (packet: Described) => number) => packets.map(value);
  const column = (name: 'flags' | 'length' | 'ttl' | 'tos' | 'frag' | 'mark' | 'uid' | 'pkttype', otherwise: number) =>
    packets.some((one) => one[name] !== undefined) ? of((one) => one[name] ?? otherwise) : undefined;
  const bytes = (values: number[] | undefined) => values && Uint8Array.from(values);
  const halves = (values: number[] | undefined) => values && Uint16Array.from(values);
  const words = (values: number[] | undefined) => values && Uint32Array.from(values);
  return {
    kind: 'columns',
    count: packets.length,
    interfaces: LINKS,
    in: Uint16Array.from(of((one) => (one.in === undefined ? FROM_HOST : LINKS.indexOf(one.in)))),
    src: Uint32Array.from(of((one) => ip(one.src ?? '192.0.2.1'))),
    dst: Uint32Array.from(of((one) => ip(one.dst ?? '192.0.2.1'))),
    proto: Uint8Array.from(of((one) => one.proto ?? 6)),
    sport: Uint16Array.from(of((one) => one.sport ?? 40_000)),
    dport: Uint16Array.from(of((one) => one.dport ?? 80)),
    flags: bytes(column('flags', 2)),
    length: halves(column('length', 60)),
    ttl: bytes(column('ttl', 64)),
    tos: bytes(column('tos', 0)),
    frag: halves(column('frag', 0)),
    mark: words(column('mark', 0)),
    uid: words(column('uid', 0xffffffff)),
    pkttype: bytes(column('pkttype', 0)),
    time: packets[0]!.time === undefined ? undefined : Float64Array.from(of((one) => one.time!)),
  };
}

const WIRE = { in: 'eth0', src: '198.51.100.7' };
const OTHER = { in: 'eth0', src: '198.51.100.8' };
const GRE = { proto: 47, sport: 0, dport: 0 };

export const JOURNEYS: readonly Journey[] = [
  {
    name: 'a rule behind a translation asks for the new destination and the source together',
    rules: {
      nat: ['PREROUTING -d 192.0.2.1/32 -j DNAT --to-destination 10.0.0.9'],
      filter: ['FORWARD -s 198.51.100.7/32 -d 10.0.0.9/32 -j DROP'],
    },
    packets: [WIRE, OTHER],
  },
  {
    name: 'a rule behind a translation asks for the new port and flags together',
    rules: {
      nat: ['PREROUTING -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.9:8080'],
      filter: ['FORWARD -p tcp -m tcp --dport 8080 --tcp-flags ACK ACK -j DROP'],
    },
    packets: [
      { ...WIRE, flags: 2 },
      { ...WIRE, flags: 18 },
    ],
  },
  {
    name: 'a rule behind REDIRECT asks for what the host has',
    rules: {
      nat: ['PREROUTING -p tcp -j REDIRECT'],
      filter: ['INPUT -s 198.51.100.7/32 -d 192.0.2.1/32 -j DROP'],
    },
    packets: [
      { ...WIRE, dst: '8.8.8.8' },
      { ...OTHER, dst: '8.8.8.8' },
    ],
  },
  {
    name: 'a rule asks for what is not the new destination',
    rules: {
      nat: ['PREROUTING -d 192.0.2.1/32 -j DNAT --to-destination 10.0.0.9'],
      filter: ['FORWARD -s 198.51.100.7/32 ! -d 192.0.2.1/32 -j DROP'],
    },
    packets: [WIRE, OTHER],
  },
  {
    name: 'what comes to a limit is told by what is asked before it, whatever is asked behind it',
    rules: {
      filter: [
        'FORWARD -p tcp -m length --length 0:60 -m limit --limit 1/day --limit-burst 2 -m length --length 0:50 -j DROP',
      ],
    },
    packets: [
      { ...WIRE, dst: '10.0.0.9', length: 60 },
      { ...WIRE, dst: '10.0.0.9', length: 61 },
      { ...WIRE, dst: '10.0.0.9', length: 50 },
    ],
  },
  {
    name: 'what remembers is as if a packet had not come, where that goes where nobody was yet',
    rules: {
      filter: [
        'FORWARD -m limit --limit 1/day --limit-burst 5 -m statistic --mode nth --every 3 --packet 1 -j DROP',
        'FORWARD -m statistic --mode nth --every 4 --packet 0 -j DROP',
      ],
    },
    packets: new Array<Described>(30).fill({ ...WIRE, dst: '10.0.0.9' }),
  },
  {
    name: 'limits that are empty let pass what comes with a token, and nothing before',
    rules: {
      filter: [
        'FORWARD -p tcp -m limit --limit 1/sec --limit-burst 3 -j ACCEPT',
        'FORWARD -m limit --limit 40/min --limit-burst 2 -j ACCEPT',
        'FORWARD -j DROP',
      ],
    },
    // now and then the clock goes back
    packets: Array.from({ length: 200 }, (_, i) => i / (i % 7 === 0 ? 60 : 50)).flatMap((time) => [
      { ...WIRE, dst: '10.0.0.9', length: 60, time },
      { ...WIRE, dst: '10.0.0.9', length: 80, proto: 17, time },
    ]),
  },
  {
    name: 'a packet that walks comes to a limit in its turn',
    rules: { filter: ['OUTPUT -m limit --limit 1/day --limit-burst 1 -j DROP'] },
    packets: Array.from({ length: 40 }, (_, i) => ({ src: i === 0 ? '0.0.0.0' : '192.0.2.1', dst: '8.8.8.8' })),
    walk: 1,
  },
  {
    name: 'a copy that comes in again meets a limit behind its packet',
    rules: {
      filter: [
        'INPUT -m limit --limit 1/day --limit-burst 2 -j DROP',
        'INPUT -m statistic --mode nth --every 3 --packet 0 -j DROP',
      ],
    },
    packets: new Array<Described>(8).fill({ dst: '10.0.255.255', proto: 17 }),
  },
  {
    name: 'a rule asks for a field that another has changed, and for more',
    rules: {
      mangle: ['PREROUTING -p tcp -j TOS --set-tos 0x10/0xff'],
      filter: ['FORWARD -m tos --tos 0x10/0xff -m length --length 0:60 -j DROP'],
    },
    packets: [60, 61].flatMap((length) => [0, 4].map((tos) => ({ ...WIRE, dst: '10.0.0.9', length, tos }))),
  },
  {
    name: 'what is drawn is told by what is asked before it',
    rules: {
      filter: [
        'FORWARD -p tcp -m length --length 0:60 -m statistic --mode random --probability 0.5 -m length --length 0:50 -j DROP',
        'FORWARD -m statistic --mode random --probability 0.5 -j DROP',
      ],
    },
    packets: Array.from({ length: 40 }, (_, i) => ({ ...WIRE, dst: '10.0.0.9', dport: 53, length: 60 + (i % 2) })),
  },
  {
    name: 'what comes to an open question is told by what is asked before it',
    rules: {
      filter: ['FORWARD -p tcp -m length --length 0:60 -m set --match-set nobody src -m length --length 0:50 -j DROP'],
    },
    packets: [
      { ...WIRE, dst: '10.0.0.9', dport: 53, length: 61 },
      { ...WIRE, dst: '10.0.0.9', dport: 53, length: 60 },
    ],
    open: true,
    walk: 1,
  },
  {
    name: 'a translation that changes nothing is no state',
    rules: {
      nat: [
        'PREROUTING -p tcp -j DNAT --to-destination 10.0.0.9',
        'PREROUTING -p udp -j DNAT --to-destination 10.0.0.9:80',
        'POSTROUTING -p gre -j SNAT --to-source 8.8.8.8',
      ],
      filter: ['FORWARD -m conntrack --ctstate DNAT -j DROP', 'FORWARD -m conntrack --ctstatus DNAT -j DROP'],
    },
    packets: [
      { ...WIRE, dst: '10.0.0.9' },
      { ...WIRE, dst: '10.0.0.10' },
      { ...WIRE, dst: '10.0.0.9', proto: 17, dport: 80 },
      { ...WIRE, dst: '10.0.0.9', proto: 17, dport: 81 },
      { ...WIRE, ...GRE, dst: '10.0.0.9', length: 21 },
      { ...WIRE, ...GRE, dst: '10.0.0.9', length: 21, src: '8.8.8.8' },
      { ...WIRE, ...GRE, dst: '10.0.0.9', length: 28 },
    ],
  },
  {
    name: 'MASQUERADE leaves alone what has the address already',
    rules: { nat: ['POSTROUTING -o eth0 -j MASQUERADE'] },
    packets: [
      { ...GRE, dst: '8.8.8.8', length: 21, src: '192.0.2.1' },
      { ...GRE, dst: '8.8.8.8', length: 21, src: '10.0.0.1' },
    ],
  },
  {
    name: 'copies of what the host sends to a group draw by themselves',
    rules: {
      filter: [
        'OUTPUT -m statistic --mode random --probability 0.5',
        'INPUT -m statistic --mode random --probability 0.5 -j DROP',
      ],
      mangle: [
        'POSTROUTING -m statistic --mode random --probability 0.5',
        'PREROUTING -m statistic --mode random --probability 0.3',
      ],
    },
    packets: new Array<Described>(60).fill({ dst: '224.0.0.1', proto: 17, ttl: 2 }),
    walk: 60,
  },
  {
    name: 'what goes to the host itself draws on',
    rules: {
      filter: [
        'OUTPUT -m statistic --mode random --probability 0.5',
        'INPUT -m statistic --mode random --probability 0.5 -j DROP',
      ],
    },
    packets: new Array<Described>(60).fill({}),
  },
  {
    name: 'an entry lasts as its protocol has it, as rules see that a packet comes to again',
    rules: {
      filter: ['INPUT -m conntrack --ctexpire 0:60 -j DROP', 'INPUT -m conntrack --ctexpire 100:200 -j ACCEPT'],
    },
    packets: [{}, { proto: 17 }, { proto: 50 }],
  },
  {
    name: 'rules that a packet comes to again see the source that it was given',
    rules: {
      nat: ['POSTROUTING -o lo -j SNAT --to-source 10.0.0.1'],
      filter: ['INPUT -s 10.0.0.1/32 -p tcp -m tcp --dport 80 -j DROP', 'INPUT -s 10.0.0.1/32 -d 192.0.2.1/32 -j DROP'],
    },
    packets: [{}, { dport: 81 }, { dst: '10.0.0.1', dport: 81 }],
  },
  {
    name: 'messages that begin a connection, belong to one, or, of IPv6, are not tracked',
    rules: { filter: ['INPUT -m conntrack --ctstate INVALID -j DROP', 'INPUT -m conntrack --ctstate UNTRACKED'] },
    packets: [8, 3, 0, 1].map((sport) => ({ ...WIRE, proto: 1, sport, dport: 0 })),
  },
  {
    name: 'groups that the host has joined, and others',
    rules: { filter: ['INPUT -d 239.1.2.3/32 -j DROP'] },
    packets: ['239.1.2.4', '224.0.0.1', '239.1.2.3'].map((dst) => ({ ...WIRE, dst, proto: 17 })),
  },
  {
    name: 'a rule asks for a mark that another has written, and for more',
    rules: {
      mangle: ['PREROUTING -p tcp -j MARK --set-mark 3'],
      filter: [
        'FORWARD -p tcp -m mark --mark 3 -m tcp --dport 80 -j DROP',
        'FORWARD -m mark ! --mark 0 -m length --length 0:60 -j DROP',
      ],
    },
    packets: [
      { ...WIRE, dst: '10.0.0.9', mark: 1, length: 61 },
      { ...WIRE, dst: '10.0.0.9', mark: 1, dport: 81, length: 61 },
      { ...WIRE, dst: '10.0.0.9', mark: 0, dport: 81, length: 60 },
      { ...WIRE, dst: '10.0.0.9', mark: 0, dport: 81, length: 61 },
    ],
  },
  {
    name: 'frames to others, and to many, are not forwarded',
    rules: { filter: ['FORWARD -j ACCEPT'] },
    packets: [0, 1, 2, 3, 4].map((pkttype) => ({ ...WIRE, dst: '10.0.0.9', pkttype })),
  },
  {
    name: 'no time to live is less than one',
    rules: { filter: ['OUTPUT -j ACCEPT'] },
    packets: [0, 1, 2].flatMap((ttl) => [
      { dst: '239.1.2.3', proto: 17, ttl },
      { ...WIRE, dst: '10.0.0.9', ttl },
    ]),
  },
  {
    name: 'a time to live that rules ask for is one less where a packet is forwarded',
    rules: {
      nat: ['PREROUTING -d 10.0.0.8/32 -p tcp -m ttl --ttl-eq 7 -j DNAT --to-destination 10.0.0.9'],
      filter: [
        'INPUT -m ttl --ttl-lt 5 -j DROP',
        'FORWARD -m ttl --ttl-gt 9 -j ACCEPT',
        'FORWARD -d 10.0.0.9/32 -m ttl ! --ttl-eq 6 -j out',
        'FORWARD -m ttl --ttl-eq 254 -j DROP',
        'out -p udp -m ttl --ttl-lt 3 -j REJECT',
      ],
      mangle: ['POSTROUTING -m ttl --ttl-eq 2 -j MARK --set-xmark 0x1/0xffffffff'],
    },
    packets: ['192.0.2.1', '10.0.0.8', '10.0.0.9'].flatMap((dst) =>
      [6, 17].flatMap((proto) =>
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 64, 253, 254, 255].map((ttl) => ({ ...WIRE, dst, proto, ttl })),
      ),
    ),
  },
  {
    name: 'what has no source yet gets one by its destination',
    rules: { filter: ['INPUT -s 10.0.0.1/32 -j DROP', 'OUTPUT -s 10.0.0.1/32 -j DROP'] },
    packets: [
      { src: '0.0.0.0', dst: '8.8.8.8' },
      { src: '0.0.0.0', dst: '10.0.0.9' },
      { src: '0.0.0.0', dst: '10.0.0.1' },
      { src: '0.0.0.1', dst: '10.0.0.9' },
    ],
    walk: 3,
  },
  {
    name: 'more columns of which each value counts than a key can miss at once',
    rules: {
      mangle: ['PREROUTING -m ttl --ttl-eq 3 -j TOS --set-tos 4', 'PREROUTING -j MARK --or-mark 0x10'],
      filter: ['FORWARD -m mark --mark 0x12 -j DROP', 'FORWARD -m pkttype --pkt-type unicast -j ACCEPT'],
    },
    packets: [
      { ...WIRE, dst: '10.0.0.9', ttl: 3, mark: 2, pkttype: 1 },
      { ...WIRE, dst: '10.0.0.9', ttl: 4, mark: 4, pkttype: 0 },
    ],
  },
];
