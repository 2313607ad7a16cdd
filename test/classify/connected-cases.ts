/** Packets of connections that hardly any random flow tells apart. */
import type { SourceText } from '../../src/parse/index.js';
import { hostWith } from './steps.js';

export interface ConnectedCase {
  readonly name: string;
  readonly rules: Readonly<Record<string, readonly string[]>>;
  /** as timedPacket reads them. */
  readonly packets: readonly string[];
  readonly host?: readonly SourceText[];
}

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
    packets: Array.from({ length: 12 }, (_, i) =>
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
];
