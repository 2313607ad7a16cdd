/** Packets of connections that hardly any random flow tells apart. */
import type { SourceText } from '../../src/parse/index.js';
import { hostWith } from './steps.js';

export interface ConnectedCase {
  readonly name: string;
  readonly rules: Readonly<Record<string, readonly string[]>>;
  /** as timedPacket reads them. */
  readonly packets: readonly string[];
  readonly host?: readonly SourceText[];
  readonly sysctl?: readonly string[];
  /** of all of them at least so many go without a walk: a part of 1. */
  readonly share?: number;
}

/** Each of four hosts opens the same to the same server, so that three of them need another port; then they open more. */
const sharedPorts = (words: string) =>
  [1, 2].flatMap((time) =>
    Array.from(
      { length: 24 },
      (_, i) => `${time} ${words.replace('HOST', `10.0.0.${5 + (i % 4)}:${4000 + (i >> 2)}`)}${time}`,
    ),
  );
/** For each host that opens, one that is opened to it before. */
const crossed = (there: (i: number) => string, back: (i: number) => string) =>
  Array.from({ length: 20 }, (_, i) => [`1 ${back(i)}`, `2 ${there(i)}`, `3 ${there(i)}`]).flat();

export const CONNECTED: readonly ConnectedCase[] = [
  {
    name: 'a connection whose packets leave by another interface than that which masqueraded it is gone each time',
    host: hostWith('from all fwmark 0x9'),
    rules: { nat: ['POSTROUTING -o eth0 -j MASQUERADE'] },
    packets: [1, 5, 9].flatMap((time) => [
      `${time} udp 10.0.0.9:5 > 198.51.100.7:6`,
      `${time} udp 198.51.100.7:6 > 192.0.2.1:5`,
      `${time + 1} udp 10.0.0.9:5 > 198.51.100.7:6 mark=9`,
      `${time + 2} udp 198.51.100.7:6 > 192.0.2.1:5`,
    ]),
  },
  {
    name: 'a mark that nothing asks for is saved all the same',
    rules: { mangle: ['PREROUTING -j CONNMARK --save-mark'] },
    packets: ['1', '2', '2', '2', '2 mark=5'].map((time) => {
      const [at, ...words] = time.split(' ');
      return `${at} udp 10.0.0.9:5 > 198.51.100.7:6 ${words.join(' ')}`;
    }),
  },
  {
    name: 'a time that is left is asked for',
    rules: { filter: ['FORWARD -m conntrack --ctexpire 100:119', 'FORWARD -m conntrack --ctexpire 1:30'] },
    packets: [1, 1, 40, 40, 41.5].flatMap((time) => [
      `${time} udp 10.0.0.9:5 > 198.51.100.7:6`,
      `${time + 0.25} udp 198.51.100.7:6 > 10.0.0.9:5`,
      `${time + 3} udp 10.0.0.9:5 > 198.51.100.7:6`,
    ]),
  },
  {
    name: 'a limit before a packet is tracked lets some pass',
    rules: {
      raw: ['PREROUTING -m limit --limit 1/sec --limit-burst 2 -j ACCEPT', 'PREROUTING -j DROP'],
      filter: ['FORWARD -m conntrack --ctstate ESTABLISHED', 'FORWARD -m conntrack --ctstate NEW'],
    },
    packets: Array.from({ length: 30 }, (_, i) =>
      i % 2 === 0 ? `${1 + 0.4 * i} udp 10.0.0.9:5 > 198.51.100.7:6` : `${1 + 0.4 * i} udp 198.51.100.7:6 > 10.0.0.9:5`,
    ),
  },
  {
    name: 'what is dropped opens nothing, and its answer finds nothing',
    rules: {
      nat: ['PREROUTING -p udp -m udp --dport 6 -j DNAT --to-destination 10.0.0.8:7'],
      filter: ['FORWARD -s 198.51.100.7/32 -j DROP', 'FORWARD -m conntrack --ctstate ESTABLISHED'],
    },
    packets: Array.from({ length: 13 }, (_, i) =>
      i % 3 === 2 ? '2 udp 10.0.0.8:7 > 198.51.100.7:5' : `2 udp 198.51.100.${7 + (i % 2)}:5 > 192.0.2.1:6`,
    ),
  },
  {
    name: 'a connection is closed by a reset in the name of this host, whatever is known of its packets',
    rules: {
      filter: ['FORWARD -p tcp -m ttl --ttl-eq 8 -j REJECT --reject-with tcp-reset'],
    },
    packets: [
      '1 tcp 10.0.0.9:5 > 198.51.100.7:6 S seq=9',
      '1 tcp 198.51.100.7:6 > 10.0.0.9:5 SA seq=4 ack=10',
      ...Array.from({ length: 3 }, () => '2 tcp 10.0.0.9:5 > 198.51.100.7:6 A seq=10 ack=5'),
      ...Array.from({ length: 3 }, () => '2 tcp 10.0.0.9:5 > 198.51.100.7:6 A seq=10 ack=5 ttl=9'),
      // opened again
      '3 tcp 10.0.0.9:5 > 198.51.100.7:6 S seq=9000',
      '3 tcp 198.51.100.7:6 > 10.0.0.9:5 SA seq=400 ack=9001',
      ...Array.from({ length: 2 }, () => '4 tcp 10.0.0.9:5 > 198.51.100.7:6 A seq=9001 ack=401'),
      '5 tcp 10.0.0.9:5 > 198.51.100.7:6 A seq=9001 ack=401 ttl=9',
    ],
  },
  {
    name: 'what is masqueraded opens its connection without a walk, by another port where its own is taken',
    rules: { nat: ['POSTROUTING -o eth0 -j MASQUERADE'] },
    packets: [...sharedPorts('udp HOST > 198.51.100.7:5'), ...sharedPorts('tcp HOST > 198.51.100.7:44')],
    share: 0.9,
  },
  {
    name: 'so is what has no ports, and where another has its answers it keeps none of those that others of its kind have',
    rules: { nat: ['POSTROUTING -o eth0 -j MASQUERADE'] },
    packets: ['udp', 'esp', 'dccp', 'udp', 'ah', 'udp', 'udplite', 'sctp', 'gre', 'ipip'].flatMap((proto, time) =>
      [5, 6, 7, 5, 6].flatMap((host, i) => {
        const ports = proto.startsWith('udp') || proto === 'dccp' || proto === 'sctp';
        const [from, to] = ports ? [`:${time * 10 + i}`, ':9'] : ['', ''];
        return `${time + 1} ${proto} 10.0.0.${host}${from} > 198.51.100.7${to} length=100`;
      }),
    ),
    share: 0.5,
  },
  {
    name: 'what this host sends without a source is tracked with the one that it gets',
    rules: { filter: ['OUTPUT -m conntrack --ctstate NEW', 'INPUT -m conntrack --ctstate NEW'] },
    packets: [1, 2, 3, 4].flatMap((id) =>
      ['192.0.2.1', '0.0.0.0'].flatMap((src) => [
        `${id} icmp ${src} > 198.51.100.7 type=8 id=${src.length * 10 + id}`,
        `${id} icmp ${src} > 192.0.2.1 type=8 id=${src.length * 10 + id}`,
        `${id} udp ${src}:${src.length * 10 + id} > 198.51.100.7:9`,
      ]),
    ),
  },
  {
    name: 'a port that a rule names is none of a protocol that has none',
    rules: {
      nat: [
        'PREROUTING -i eth0 -p dccp -m dccp --dport 6 -j DNAT --to-destination 10.0.0.8:7',
        'POSTROUTING -o eth0 -p dccp -j SNAT --to-source 192.0.2.1:7',
      ],
    },
    packets: [1, 2, 3, 4, 5, 6].flatMap((host) => [
      `${host} dccp 198.51.100.${host}:9 > 192.0.2.1:6 length=60`,
      `${host} dccp 10.0.0.9:9 > 198.51.100.${20 + host}:6 length=60`,
    ]),
    share: 0.3,
  },
  {
    name: 'so does what gets an address and a port, unless another has its answers',
    rules: {
      nat: [
        'PREROUTING -p udp -m udp --dport 6 -j DNAT --to-destination 10.0.0.8:7',
        'PREROUTING -p udp -m udp --dport 7 -j DNAT --to-destination 10.0.0.8:7',
        'PREROUTING -p udp -m udp --dport 8 -j DNAT --to-destination 10.0.0.8',
        'POSTROUTING -o eth1 -p udp -m udp --dport 8 -j SNAT --to-source 10.0.0.1',
      ],
    },
    packets: [6, 7, 8].flatMap((port) =>
      crossed(
        (i) => `udp 198.51.100.7:${40 + i} > 192.0.2.1:${port}`,
        (i) =>
          i % 4 === 0
            ? `udp 10.0.0.8:${port === 6 ? 7 : port} > 198.51.100.7:${40 + i}`
            : `udp 10.0.0.8:9 > 198.51.100.9:${i}`,
      ),
    ),
    share: 0.6,
  },
  {
    name: 'what is not translated opens its connection without a walk, and ends one that is over',
    rules: { filter: ['FORWARD -m conntrack --ctstate NEW', 'FORWARD -m conntrack --ctstate ESTABLISHED'] },
    packets: [1, 50, 100].flatMap((time) =>
      crossed(
        (i) => `udp 10.0.0.9:${40 + i} > 198.51.100.7:6`,
        (i) => `udp 198.51.100.${7 + (i % 2)}:6 > 10.0.0.9:${40 + i}`,
      ).map((packet) => packet.replace(/^\d+/, (after) => `${time + Number(after)}`)),
    ),
    share: 0.9,
  },
  {
    name: 'where all ports are taken that one may get, a connection that is closed gives way to what opens without a walk',
    rules: { nat: ['POSTROUTING -o eth0 -j MASQUERADE'] },
    packets: [
      ...Array.from({ length: 512 }, (_, i) => [
        `1 tcp 10.0.0.5:${512 + i} > 198.51.100.7:44 S seq=9`,
        `1 tcp 198.51.100.7:44 > 192.0.2.1:${512 + i} SA seq=4 ack=10`,
        `1 tcp 198.51.100.7:44 > 192.0.2.1:${512 + i} R seq=5`,
      ]).flat(),
      ...[600, 700, 800].map((port) => `2 tcp 10.0.0.6:${port} > 198.51.100.7:44 S seq=9000`),
    ],
    share: 0.9,
  },
  {
    name: 'a connection that gets a mark as it is opened, or is opened behind a limit, is opened by a walk',
    rules: {
      mangle: ['FORWARD -p udp -m udp --dport 6 -j CONNMARK --set-mark 5'],
      filter: [
        'FORWARD -p udp -m udp --dport 9 -m limit --limit 2/sec --limit-burst 3 -j ACCEPT',
        'FORWARD -p udp -m udp --dport 9 -j DROP',
        'FORWARD -m connmark --mark 5',
      ],
    },
    packets: [1, 2, 3].flatMap((time) =>
      Array.from(
        { length: 13 },
        (_, i) => `${time} udp 10.0.0.9:${time * 20 + (i >> 1)} > 198.51.100.7:${i < 7 ? 6 : 9}`,
      ),
    ),
  },
  {
    name: 'packets of UDP that go both ways for two seconds are a stream, each for its own connection',
    rules: { filter: ['FORWARD -m conntrack --ctstate ESTABLISHED', 'FORWARD -m conntrack --ctstatus ASSURED'] },
    packets: [1, 20, 40].flatMap((time) =>
      [0, 0.1, 0.2, 3, 3.1, 3.2].flatMap((after, n) =>
        Array.from({ length: 4 }, (_, i) => {
          const [inside, outside] = [`10.0.0.9:${time * 10 + i}`, '198.51.100.7:6'];
          // one of them ends before it is a stream
          const ends = n % 2 === 0 ? `${inside} > ${outside}` : `${outside} > ${inside}`;
          return i === 3 && after > 1 ? [] : [`${time + after} udp ${ends}`];
        }).flat(),
      ),
    ),
    share: 0.7,
  },
  {
    name: 'a connection that ends and begins within a batch takes its packets where it goes by then',
    rules: {
      nat: [
        'PREROUTING -p udp -m udp --dport 6 -m ttl --ttl-eq 9 -j DNAT --to-destination 10.0.0.8:7',
        'PREROUTING -p udp -m udp --dport 6 -j DNAT --to-destination 10.0.0.9:7',
      ],
      filter: ['FORWARD -d 10.0.0.8/32', 'FORWARD -d 10.0.0.9/32'],
    },
    // what is looked up of a batch was there before it
    packets: [
      ...[1, 1, 1, 1].map((time) => `${time} udp 198.51.100.7:5 > 192.0.2.1:6`),
      ...[1, 1, 1, 1].map((time) => `${time} udp 198.51.100.7:4 > 192.0.2.1:6 ttl=9`),
      ...Array.from({ length: 20 }, (_, i) => `2 udp 10.0.0.9:${i} > 198.51.100.7:99`),
      '40 udp 198.51.100.7:5 > 192.0.2.1:6 ttl=9',
      ...[40, 40, 41].map((time) => `${time} udp 198.51.100.7:5 > 192.0.2.1:6`),
    ],
  },
  {
    name: 'where the table is full what opens nothing is dropped before rules drop it',
    rules: { filter: ['FORWARD -p udp -m udp --dport 9 -j DROP', 'FORWARD -p tcp -m tcp --dport 9 -j DROP'] },
    sysctl: ['net.netfilter.nf_conntrack_max=6', 'net.netfilter.nf_conntrack_buckets=1'],
    packets: [
      ...Array.from({ length: 4 }, (_, i) => `1 udp 10.0.0.9:${i} > 198.51.100.7:9`),
      ...Array.from({ length: 4 }, (_, i) => `1 tcp 10.0.0.9:${i} > 198.51.100.7:9`),
      ...Array.from({ length: 6 }, (_, i) => [
        `1 tcp 10.0.0.9:${i} > 198.51.100.7:6 S seq=9`,
        `1 tcp 198.51.100.7:6 > 10.0.0.9:${i} SA seq=4 ack=10`,
        `1 tcp 10.0.0.9:${i} > 198.51.100.7:6 A seq=10 ack=5`,
        `1 udp 10.0.0.9:${30 + i} > 198.51.100.7:9`,
      ]).flat(),
      ...Array.from({ length: 4 }, (_, i) => `1.5 udp 10.0.0.9:${20 + i} > 198.51.100.7:9`),
      ...Array.from({ length: 4 }, (_, i) => `1.5 tcp 10.0.0.9:${20 + i} > 198.51.100.7:9`),
    ],
  },
  {
    name: 'windows are scaled, and what is acknowledged by itself moves them on',
    rules: { filter: ['FORWARD -m conntrack --ctstate INVALID', 'FORWARD -m conntrack --ctstate ESTABLISHED'] },
    packets: Array.from({ length: 32 }, (_, n) => {
      // all are open in batches before
      const i = n & 15;
      const [there, back] = [`tcp 10.0.0.9:${i} > 198.51.100.7:6`, `tcp 198.51.100.7:6 > 10.0.0.9:${i}`];
      const open = [`1 ${there} S seq=9`, `1 ${back} SA seq=4 ack=10`, `1 ${there} A seq=10 ack=5`];
      const more = [`1 ${there} A seq=59020 ack=5 length=1040`, `1 ${back} A seq=5 ack=10 window=1000`];
      const sack = `1 ${back} A seq=5 ack=10 window=1000 tcpopts=0101050a0000e68c0000ea74`;
      if (n === i) return open;
      return [...more, ...(i % 2 === 0 ? [] : [sack]), `1 ${there} A seq=${i % 4 < 2 ? 100_010 : 150_010} ack=5`];
    }).flat(),
  },
];
