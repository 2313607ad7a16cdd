/**
 * Packets of connections, and what the kernel's entry says of each where the packet stands in FORWARD: tuples by
 * direction, status, time left. The kernel judges whether it is so, since rules over it must count alike.
 */
import { buildPacket, toHex } from '../packets.js';
import type { PacketLine } from '../scenario.js';
import { wire } from './table.js';

/** source, destination, and their ports, or what stands in their place. */
export type Tuple = readonly [src: string, dst: string, sport: number, dport: number];

export interface Entry {
  readonly state: 'NEW' | 'ESTABLISHED' | 'RELATED' | 'INVALID' | 'UNTRACKED';
  /** of IPS_*: seen reply 2, assured 4, confirmed 8, source 16 and destination 32 translated. */
  readonly status: number;
  readonly reply: boolean;
  readonly protocol: number;
  readonly original: Tuple;
  readonly answer: Tuple;
  readonly expire: number;
  readonly mark: number;
}

const NOTHING: Tuple = ['0.0.0.0', '0.0.0.0', 0, 0];
const entry = (state: Entry['state'], over: Partial<Entry> = {}): Entry => ({
  state,
  status: 0,
  reply: false,
  protocol: 17,
  original: NOTHING,
  answer: NOTHING,
  expire: 0,
  mark: 0,
  ...over,
});
const [CLIENT, SERVER, OUTER, PUBLIC] = ['192.168.1.5', '10.20.0.9', '10.20.0.1', '192.168.1.1'] as const;

const query = { proto: 'udp', src: CLIENT, dst: SERVER, sport: 1000, dport: 53 };
const queried = {
  protocol: 17,
  mark: 0x15,
  original: [CLIENT, SERVER, 1000, 53] as Tuple,
  answer: [SERVER, OUTER, 53, 1000] as Tuple,
  status: 8 | 16,
  expire: 30,
};
const visit = {
  protocol: 6,
  original: [CLIENT, PUBLIC, 2000, 8080] as Tuple,
  answer: [SERVER, CLIENT, 80, 2000] as Tuple,
};
const onTheWire = { ...query, src: OUTER };
const kept = (line: PacketLine): PacketLine => ({ ...line, keep: true });

/** The tables round the rules that are asked: a flow without tracking, a mark, both translations. */
export const AROUND = `*raw
-A PREROUTING -p udp -m udp --dport 9 -j CT --notrack
COMMIT
*mangle
-A PREROUTING -p udp -m udp --dport 53 -j CONNMARK --set-xmark 0x15/0xffffffff
COMMIT
*nat
-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.20.0.9:80
-A POSTROUTING -p udp -m udp --dport 53 -j SNAT --to-source 10.20.0.1
COMMIT
`;

/** In this order, each kept for the next. */
export const PACKETS: readonly (readonly [name: string, line: PacketLine, entry: Entry])[] = [
  [
    'a query',
    kept(wire(query)),
    entry('NEW', { ...queried, status: 0, expire: 0, answer: [SERVER, CLIENT, 53, 1000] }),
  ],
  ['the query again', kept(wire(query)), entry('NEW', queried)],
  [
    'an error about it',
    kept(
      wire(
        { proto: 'icmp', src: SERVER, dst: OUTER, type: 3, code: 3, payload: toHex(buildPacket(onTheWire)) },
        'eth1',
      ),
    ),
    entry('RELATED', { ...queried, reply: true }),
  ],
  [
    'its answer',
    kept(wire({ ...query, src: SERVER, dst: OUTER, sport: 53, dport: 1000 }, 'eth1')),
    entry('ESTABLISHED', { ...queried, reply: true, status: 2 | 8 | 16 }),
  ],
  ['one more query', kept(wire(query)), entry('ESTABLISHED', { ...queried, status: 2 | 8 | 16 })],
  [
    'SYN',
    kept(wire({ src: CLIENT, dst: PUBLIC, sport: 2000, dport: 8080, seq: 100 })),
    entry('NEW', { ...visit, status: 32 }),
  ],
  [
    'SYN, ACK',
    kept(wire({ src: SERVER, dst: CLIENT, sport: 80, dport: 2000, flags: 'SA', seq: 500, ack: 101 }, 'eth1')),
    entry('ESTABLISHED', { ...visit, reply: true, status: 2 | 8 | 32, expire: 60 }),
  ],
  [
    'ACK',
    kept(wire({ src: CLIENT, dst: PUBLIC, sport: 2000, dport: 8080, flags: 'A', seq: 101, ack: 501 })),
    entry('ESTABLISHED', { ...visit, status: 2 | 4 | 8 | 32, expire: 432000 }),
  ],
  [
    'an echo request',
    kept(wire({ proto: 'icmp', id: 77 })),
    entry('NEW', { protocol: 1, original: [CLIENT, SERVER, 77, 0x800], answer: [SERVER, CLIENT, 77, 0] }),
  ],
  [
    'a packet of GRE',
    kept(wire({ proto: 'gre', payload: '0000080045' })),
    entry('NEW', { protocol: 47, original: [CLIENT, SERVER, 0, 0], answer: [SERVER, CLIENT, 0, 0] }),
  ],
  ['RST of nothing', kept(wire({ flags: 'R' })), entry('INVALID')],
  ['a datagram that is not tracked', kept(wire({ ...query, dport: 9 })), entry('UNTRACKED')],
];

const TESTS = [
  ...['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED', 'SNAT', 'DNAT', 'NEW,DNAT', 'INVALID,SNAT'].map(
    (state) => `--ctstate ${state}`,
  ),
  ...['tcp', 'udp', '1', '47', 'all'].map((protocol) => `--ctproto ${protocol}`),
  ...['ctorigsrc', 'ctorigdst', 'ctreplsrc', 'ctrepldst'].flatMap((side) =>
    [CLIENT, SERVER, '10.20.0.77/24', '192.168.1.0/28', '0.0.0.0/0'].map((address) => `--${side} ${address}`),
  ),
  ...['ctorigsrcport', 'ctorigdstport', 'ctreplsrcport', 'ctrepldstport'].flatMap((side) =>
    ['80', '53:1000', '77', '2048', '0', '90:80', ':'].map((port) => `--${side} ${port}`),
  ),
  ...['NONE', 'EXPECTED', 'SEEN_REPLY', 'ASSURED', 'CONFIRMED', 'ASSURED,CONFIRMED'].map(
    (bits) => `--ctstatus ${bits}`,
  ),
  ...['0', '20:30', '50:', '100000:', '9:1'].map((time) => `--ctexpire ${time}`),
];

/** All of the first kind stand negated too. */
export const ASKED: readonly string[] = [
  ...TESTS.flatMap((test) => [`-m conntrack ${test}`, `-m conntrack ! ${test}`]),
  ...[
    ...['--ctdir ORIGINAL', '--ctdir REPLY', '--ctstate INVALID --ctorigdst 1.1.1.1', '! --ctstate NEW --ctproto 6'],
    ...[
      '--ctstate UNTRACKED ! --ctstatus NONE',
      '--ctstate ESTABLISHED --ctdir REPLY',
      '--ctdir REPLY --ctstate RELATED,INVALID',
    ],
    '--ctproto 6 --ctorigdst 192.168.1.1 --ctorigdstport 8080',
    ...['! --ctstate SNAT,DNAT --ctproto 17', '--ctstate NEW,UNTRACKED --ctrepldst 10.20.0.1 --ctexpire 1:100'],
  ].map((text) => `-m conntrack ${text}`),
  ...['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED', 'NEW,RELATED', 'INVALID,ESTABLISHED'].flatMap(
    (state) => [`-m state --state ${state}`, `-m state ! --state ${state}`],
  ),
  ...[
    ...['mask 0x1 --cluster-total-nodes 2', 'mask 0x2 --cluster-total-nodes 2', 'mask 0x5 --cluster-total-nodes 5'],
    ...[' 1 --cluster-total-nodes 3', ' 20 --cluster-total-nodes 32', 'mask 0x10 --cluster-total-nodes 32'],
  ].flatMap((nodes) =>
    ['0xdeadbeef', '0', '7', '0xffffffff'].flatMap((seed) =>
      ['', '! '].map((not) => `-m cluster ${not}--cluster-local-node${nodes} --cluster-hash-seed ${seed}`),
    ),
  ),
  ...['0x15', '0x5/0xf', '0', '0/0', '0x1f/0xf'].flatMap((mark) => [
    `-m connmark --mark ${mark}`,
    `-m connmark ! --mark ${mark}`,
  ]),
];
