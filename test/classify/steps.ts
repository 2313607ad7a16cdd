/** What the steps between the tables make of packets, as the kernel would: rules that count it, or the address it leaves with. */
import { encodePacket } from '../../src/input/encode.js';
import { readJsonPacket } from '../../src/input/json.js';
import type { Packet } from '../../src/model/packet.js';
import type { Summary } from '../../src/model/summary.js';
import type { SourceText } from '../../src/parse/index.js';
import { hostTexts } from './hosts.js';

export const HOST = hostTexts([
  'ip tuntap add eth0 mode tun',
  'ip addr add 192.0.2.1/24 brd + dev eth0',
  'ip link set eth0 up',
  'ip tuntap add eth1 mode tun',
  'ip addr add 10.0.0.1/16 brd + dev eth1',
  'ip link set eth1 group 7',
  'ip link set eth1 up',
  'ip route add default via 192.0.2.254 dev eth0',
  'ip route add local 198.18.0.0/28 dev lo',
  'ip route add default via 10.0.0.254 dev eth1 table 77',
  'ip route add 203.0.113.0/24 via 192.0.2.254 dev eth0 mtu 600',
  'sysctl -qw net.ipv4.ip_forward=1',
]);
export const hostWith = (rule: string): SourceText[] =>
  HOST.map((one) => (one.name === 'rule.txt' ? { ...one, text: `500: ${rule} lookup 77\n${one.text}` } : one));

/** Rules by table, each with a chain `out`; -A and counters are left out. */
export const rulesOf = (tables: Readonly<Record<string, readonly string[]>>): SourceText => ({
  name: 'rules',
  text: Object.entries(tables)
    .map(([table, rules]) =>
      [
        `*${table}`,
        ':out - [0:0]',
        ...rules.map((rule) => (rule.startsWith(':') ? `${rule} [0:0]` : `-A ${rule}`)),
        'COMMIT',
        '',
      ].join('\n'),
    )
    .join(''),
});

const UDP = { proto: 'udp', src: '198.51.100.7', dst: '192.0.2.1', sport: 5000, dport: 53 };
export const FROM_WIRE = { ...UDP, in: 'eth0' };
const SENT = { ...UDP, in: null, src: '192.0.2.1', dst: '198.51.100.7' };
const TO_ITSELF = { ...SENT, dst: '192.0.2.1' };
const FORWARDED = { ...FROM_WIRE, dst: '10.0.0.9' };
const LONG_WAY = { ...FROM_WIRE, in: 'eth1', src: '10.0.0.9', dst: '203.0.113.9', df: true };

export interface Step {
  readonly name: string;
  readonly host?: readonly SourceText[];
  readonly rules: Readonly<Record<string, readonly string[]>>;
  readonly packets: readonly object[];
  /** of each rule; absent: chance has a part in it, which is the same in all ways. */
  readonly counts?: readonly number[];
  /** packets by what became of them. */
  readonly fates?: Summary['fates'];
  /** questions whose answer is yes. */
  readonly assume?: readonly string[];
  /** of those that went no further. */
  readonly why?: Summary['why'];
  /** where each packet itself leaves, with the addresses that it has then. */
  readonly leaves?: readonly (string | undefined)[];
}

const raw = (packet: object): object => {
  const { in: from } = packet as { in: string | null };
  return { in: from, hex: Buffer.from(encodePacket(read(packet))).toString('hex') };
};
export const read = (packet: object, number = 1): Packet =>
  readJsonPacket({ number, text: JSON.stringify(packet), cut: false }).packet;
const times = (count: number, packet: object): object[] => new Array(count).fill(packet);
/** OUTPUT sees the way that the packet had before. */
const WAYS_OUT = ['POSTROUTING -o eth0', 'POSTROUTING -o eth1'];
const CLASSES = ['1:511', '512:599', '600:1023', '1024:65535'];

/** The two ways share what they do to a single packet: that they agree does not show it. */
export const STEPS: readonly Step[] = [
  {
    name: 'a translation that changes something is a state',
    rules: {
      nat: [
        'PREROUTING -p udp --dport 53 -j DNAT --to-destination 10.0.0.9',
        'POSTROUTING -o lo -j SNAT --to-source 192.0.2.9',
      ],
      mangle: ['PREROUTING -i lo -m conntrack --ctstate SNAT', 'PREROUTING -i lo -m conntrack --ctstate DNAT'],
      filter: ['FORWARD -m conntrack --ctstate SNAT', 'FORWARD -m conntrack --ctstate DNAT'],
    },
    packets: [FROM_WIRE, TO_ITSELF, { ...FORWARDED, dst: '10.0.0.9' }],
    counts: [2, 1, 1, 0, 0, 1],
    leaves: [
      'postrouting 198.51.100.7:5000 > 10.0.0.9:53',
      'input 192.0.2.9:5000 > 192.0.2.1:53',
      'postrouting 198.51.100.7:5000 > 10.0.0.9:53',
    ],
  },
  {
    name: 'ports are translated where a rule says to what',
    rules: {
      nat: [
        'PREROUTING -p udp -j DNAT --to-destination 10.0.0.9:5353',
        'POSTROUTING -p udp -j SNAT --to-source 10.0.0.1:4000',
      ],
      filter: ['FORWARD -p udp --dport 53', 'FORWARD -p udp --dport 5353'],
    },
    packets: [FROM_WIRE],
    counts: [1, 1, 0, 1],
    leaves: ['postrouting 10.0.0.1:4000 > 10.0.0.9:5353'],
  },
  {
    name: 'a port that is drawn is of the class of its own',
    rules: {
      nat: ['POSTROUTING -o lo -p udp -j SNAT --to-source 192.0.2.1 --random-fully'],
      mangle: CLASSES.map((ports) => `PREROUTING -i lo -p udp --sport ${ports}`),
    },
    packets: [100, 511, 512, 599, 600, 1023, 1024, 40000].flatMap((sport) => times(30, { ...TO_ITSELF, sport })),
    counts: [240, 60, 0, 120, 60],
  },
  {
    name: 'the same port is drawn in each way',
    rules: {
      nat: ['POSTROUTING -o lo -p udp -j SNAT --to-source 192.0.2.1 --random-fully'],
      mangle: [9, 17, 25, 33, 41, 49, 57].map((thousand) => `PREROUTING -i lo -p udp --sport ${thousand}000:65535`),
    },
    packets: times(20, TO_ITSELF),
  },
  {
    name: 'a port inside the range that a rule gives stays',
    rules: {
      nat: ['PREROUTING -p udp -j DNAT --to-destination 10.0.0.9:8000-8010'],
      filter: ['FORWARD -p udp --dport 8005'],
    },
    packets: [{ ...FROM_WIRE, dport: 8005 }],
    counts: [1, 1],
  },
  {
    name: 'the same address of a range is taken in each way',
    rules: {
      nat: ['PREROUTING -p udp -j DNAT --to-destination 10.0.0.20-10.0.0.23'],
      filter: [20, 21, 22, 23].map((last) => `FORWARD -d 10.0.0.${last}`),
    },
    packets: [1, 2, 3, 4, 5, 6, 7, 8].map((last) => ({ ...FROM_WIRE, src: `198.51.100.${last}` })),
  },
  {
    name: 'where the way out has no address, nothing is masqueraded',
    host: hostTexts([
      'ip tuntap add eth0 mode tun',
      'ip link set eth0 up',
      'ip route add default via 192.0.2.254 dev eth0',
      'sysctl -qw net.ipv4.ip_forward=1',
    ]),
    rules: { nat: ['POSTROUTING -j MASQUERADE'] },
    packets: [{ ...FROM_WIRE, dst: '203.0.113.9' }],
    counts: [1],
    why: { dropped: { 'no-address': 1 } },
  },
  {
    name: 'a destination keeps its port where nothing is said of it',
    rules: {
      nat: ['OUTPUT -p udp -j DNAT --to-destination 127.0.0.1 --random'],
      filter: ['OUTPUT -p udp --dport 53'],
    },
    packets: times(10, SENT),
    counts: [10, 10],
  },
  {
    name: 'what a copy of a broadcast was translated to is done to the broadcast',
    rules: { nat: ['POSTROUTING -p udp -j SNAT --to-source 192.0.2.9:4000'] },
    packets: [{ ...SENT, dst: '192.0.2.255' }],
    counts: [1],
    leaves: ['postrouting 192.0.2.9:4000 > 192.0.2.255:53'],
  },
  {
    name: 'a copy that was translated twice keeps both for the broadcast',
    rules: {
      nat: [
        'OUTPUT -p udp -j DNAT --to-destination 192.0.2.255',
        'POSTROUTING -p udp -j SNAT --to-source 192.0.2.9',
        'PREROUTING -p udp',
        'INPUT -p udp',
      ],
      mangle: ['PREROUTING -m conntrack --ctstate SNAT,DNAT', 'POSTROUTING -m conntrack --ctstate DNAT'],
    },
    packets: [SENT, { ...SENT, dst: '192.0.2.255' }],
    counts: [2, 2, 0, 0, 2, 2],
  },
  {
    name: 'a template is NEW until the packet is tracked in its zone',
    rules: {
      raw: ['PREROUTING -j CT --zone 3', 'PREROUTING -m conntrack --ctstate NEW'],
      filter: ['INPUT -m conntrack --ctstate NEW', 'INPUT -m conntrack --ctstatus CONFIRMED'],
    },
    packets: [FROM_WIRE, { ...FROM_WIRE, proto: 'tcp', flags: 'S' }],
    counts: [2, 2, 2, 0],
  },
  {
    name: 'a tos that mangle changes chooses another route',
    host: hostWith('from all tos 0x10'),
    rules: { mangle: ['OUTPUT -p udp --dport 53 -j TOS --set-tos 0x10', ...WAYS_OUT] },
    packets: [SENT, { ...SENT, dport: 54 }, { ...SENT, dport: 54, tos: 0x10 }],
    counts: [1, 1, 2],
  },
  {
    name: 'a mark that mangle changes chooses another route',
    host: hostWith('from all fwmark 0x1'),
    rules: { mangle: ['OUTPUT -p udp --dport 53 -j MARK --set-mark 1', ...WAYS_OUT] },
    packets: [SENT, { ...SENT, dport: 54 }],
    counts: [1, 1, 1],
  },
  {
    name: 'behind nat the destination alone chooses another route',
    host: hostWith('from all fwmark 0x1'),
    rules: {
      nat: [
        'OUTPUT -p udp --dport 53 -j MARK --set-mark 1',
        'OUTPUT -p udp --dport 54 -j DNAT --to-destination 10.0.0.9',
      ],
      mangle: WAYS_OUT,
    },
    packets: [SENT, { ...SENT, dport: 54 }],
    counts: [1, 1, 1, 1],
  },
  {
    name: 'groups of devices, those of packets that come in again too',
    rules: {
      mangle: [
        'PREROUTING -m devgroup --src-group 7',
        'PREROUTING -m devgroup --src-group 0',
        'OUTPUT -m devgroup --dst-group 7',
      ],
      filter: [
        'INPUT -m devgroup --src-group 7',
        'INPUT -i lo',
        'FORWARD -m devgroup --dst-group 7',
        'FORWARD -m devgroup --dst-group 0',
      ],
    },
    packets: [
      FORWARDED,
      LONG_WAY,
      TO_ITSELF,
      { ...SENT, src: '10.0.0.1', dst: '10.0.255.255' },
      { ...FROM_WIRE, in: 'eth1', src: '10.0.0.9' },
    ],
    counts: [3, 2, 1, 2, 1, 1, 1],
    fates: { delivered: 2, forwarded: 2, sent: 1 },
  },
  {
    name: 'a packet that may not be cut does not fit where it is longer than the route takes',
    rules: { filter: ['FORWARD -j ACCEPT'] },
    packets: [600, 601, 600, 601]
      .map((length) => ({ ...LONG_WAY, length }))
      .concat({ ...LONG_WAY, length: 601, df: false }),
    counts: [3],
  },
  {
    name: 'a packet of this host does not fit where it is longer than its way',
    rules: { filter: ['OUTPUT -j ACCEPT'] },
    packets: [1500, 1501, 1500].map((length) => ({ ...SENT, length })),
    counts: [2],
  },
  {
    name: 'the time to live ends at 1',
    rules: { filter: ['FORWARD -j ACCEPT'] },
    packets: [2, 1, 2, 1, 0].map((ttl) => ({ ...FORWARDED, ttl })),
    counts: [2],
  },
  {
    name: 'a source that is chosen is the destination of a whole prefix that is local',
    rules: { filter: ['OUTPUT -s 198.18.0.3', 'OUTPUT -s 198.18.0.5'] },
    packets: [3, 5, 3].map((last) => ({ ...SENT, src: '0.0.0.0', dst: `198.18.0.${last}` })),
    counts: [2, 1],
  },
  {
    name: 'a raw socket chooses the way without the source that its packet names',
    host: hostWith('from 10.0.0.1'),
    rules: { filter: ['OUTPUT -o eth0', 'OUTPUT -o eth1'] },
    packets: [0, 1, 2].flatMap((i) => {
      const packet = { ...SENT, src: '10.0.0.1', sport: 4000 + i };
      return [packet, raw(packet)];
    }),
    counts: [3, 3],
  },
  {
    name: 'a way that was given is not looked for again',
    host: [],
    rules: { mangle: ['OUTPUT -j MARK --set-mark 1', 'POSTROUTING -o eth0'] },
    packets: [{ ...SENT, path: 'output', out: 'eth0' }],
    counts: [1, 1],
  },
  {
    name: 'what comes in again has left no device yet',
    rules: { filter: ['INPUT -j out', 'out -o lo', 'out -i lo'] },
    packets: [TO_ITSELF],
    counts: [0, 1, 1],
  },
  {
    name: 'why packets went no further, by what became of them',
    rules: {
      raw: [':OUTPUT DROP'],
      mangle: ['INPUT -p udp --dport 1 -j DROP', 'INPUT -p udp --dport 2 -j NFQUEUE'],
      filter: [
        'INPUT -p udp --dport 3 -j REJECT',
        'INPUT -p udp --dport 4 -j DROP',
        'INPUT -p udp --dport 5 -m set --match-set x src -j DROP',
        'FORWARD -p tcp -m tcp --dport 80',
      ],
    },
    packets: [
      ...[1, 2, 3, 4, 5, 4, 6].map((dport) => ({ ...FROM_WIRE, dport })),
      { ...FORWARDED, proto: 'tcp', frag: 1, sport: undefined, dport: undefined },
      { ...FROM_WIRE, frag: 1, sport: undefined, dport: undefined },
      { ...FORWARDED, ttl: 1 },
      { ...FORWARDED, ttl: 1 },
      { ...FROM_WIRE, src: '127.0.0.9' },
      SENT,
    ],
    assume: ['queue'],
    counts: [1, 1, 1, 2, 0, 0],
    why: {
      dropped: { rule: 3, policy: 1, 'header-cut': 1, 'ttl-exceeded': 2, 'martian-source': 1 },
      rejected: { rule: 1 },
      stolen: { rule: 1, 'fragment-waits': 1 },
      unknown: { 'set:x': 1 },
    },
  },
  {
    name: 'the way back of what comes in again is not looked for',
    rules: { raw: ['PREROUTING -m rpfilter', 'PREROUTING -m rpfilter --invert'] },
    packets: [TO_ITSELF, { ...SENT, dst: '192.0.2.255' }, FROM_WIRE],
    counts: [3, 0],
  },
];
