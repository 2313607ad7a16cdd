/**
 * Packets of connections that are remembered, by columns and by the bytecode: what the walk of each is spared that is like another's,
 * and what the connections remember is the same in either.
 */
import { expect, test } from 'vitest';
import type { SourceText } from '../src/parse/index.js';
import { programOf } from '../src/run/host-program.js';
import { parse } from '../src/run/host-texts.js';
import { Traffic } from './classify/beside.js';
import { connectedLines, flowLines } from './classify/connected.js';
import { HOST, hostWith, rulesOf } from './classify/steps.js';
import { timedPacket } from './flow-packets.js';

/** Other seeds: PACKETWALK_SEED says the first, PACKETWALK_SCENARIOS how many. */
const FIRST = Number(process.env.PACKETWALK_SEED ?? 1);
const SCENARIOS = Number(process.env.PACKETWALK_SCENARIOS ?? 10);

/** What hardly any random flow tells apart. */
const CASES: readonly {
  readonly name: string;
  readonly rules: Readonly<Record<string, readonly string[]>>;
  readonly packets: readonly string[];
  readonly host?: readonly SourceText[];
}[] = [
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
      filter: [
        'FORWARD -m ttl --ttl-eq 9 -j REJECT',
        'FORWARD -p tcp -m ttl --ttl-eq 8 -j REJECT --reject-with tcp-reset',
      ],
    },
    packets: [
      '1 tcp 10.0.0.9:5 > 198.51.100.7:6 S seq=9',
      '1 tcp 198.51.100.7:6 > 10.0.0.9:5 SA seq=4 ack=10',
      ...Array.from({ length: 3 }, () => '2 tcp 10.0.0.9:5 > 198.51.100.7:6 A seq=10 ack=5'),
      ...Array.from({ length: 3 }, () => '2 tcp 10.0.0.9:5 > 198.51.100.7:6 A seq=10 ack=5 ttl=8'),
      '3 tcp 10.0.0.9:5 > 198.51.100.7:6 A seq=10 ack=5',
      '30 tcp 10.0.0.9:5 > 198.51.100.7:6 A seq=10 ack=5',
    ],
  },
];

test.each(CASES)('$name', async ({ rules, packets, host = HOST }) => {
  const program = programOf(parse([rulesOf(rules), ...host]));
  expect(await connectedLines(program, packets.map(timedPacket), new Traffic())).toEqual([]);
});

test('random rules and flows', { timeout: 60_000 + 10_000 * SCENARIOS }, async () => {
  const traffic = new Traffic();
  for (let seed = FIRST; seed < FIRST + SCENARIOS; seed++)
    expect(await flowLines(seed, traffic), `PACKETWALK_SCENARIOS=1 PACKETWALK_SEED=${seed}`).toEqual([]);
  // what opens connections walks
  expect(traffic.share).toBeGreaterThan(0.2);
});
