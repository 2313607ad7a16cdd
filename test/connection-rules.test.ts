/**
 * What rules ask of connections (connlimit, connbytes, connlabel), where these are remembered, told of by a listing, or not known.
 * test/kernel/remembering/connections.ts has the same before the kernel.
 */
import { describe, expect, test } from 'vitest';
import { createEngine, parse } from '../src/index.js';
import { readPacket } from '../src/input/json.js';
import { type Alive, ConnectionCounts } from '../src/run/asked/connection-counts.js';
import { programOf } from '../src/run/host-program.js';
import { HOST, rulesOf } from './classify/steps.js';
import { listOf, loadFlows, timedPacket, walkFlow } from './flow-packets.js';

const INSIDE = '10.0.0.9';
const SERVER = '198.51.100.7';
const udp = (port: number, to = SERVER) => `udp ${INSIDE}:${port} > ${to}:53`;
const answer = (port: number) => `udp ${SERVER}:53 > ${INSIDE}:${port}`;
const tcp = (port: number, words: string) => `tcp ${INSIDE}:${port} > ${SERVER}:80 ${words}`;
const opened = (at: number, port: number) => [
  `${at} ${tcp(port, 'S seq=100')}`,
  `${at + 0.1} tcp ${SERVER}:80 > ${INSIDE}:${port} SA seq=900 ack=101`,
  `${at + 0.2} ${tcp(port, 'A seq=101 ack=901')}`,
];

interface Case {
  readonly name: string;
  readonly rules: readonly string[];
  readonly packets: readonly string[];
  /** how often each rule was hit at the end. */
  readonly counts: readonly number[];
  /** of `conntrack -L`. */
  readonly known?: string;
  readonly left?: readonly string[];
  readonly sysctl?: readonly string[];
  readonly connections?: 'off';
}
const above = (n: number, more = '') => `FORWARD -m connlimit --connlimit-above ${n}${more}`;
const bytes = (range: string, mode = 'packets', direction = 'both', not = '') =>
  `FORWARD -m connbytes ${not}--connbytes ${range} --connbytes-mode ${mode} --connbytes-dir ${direction}`;

const line = (words: string, more = '') =>
  `udp 17 20 src=${INSIDE} dst=${SERVER} sport=1 dport=53 ${words}src=${SERVER} dst=${INSIDE} sport=53 dport=1 ${words}mark=0 use=1${more}\n`;

const CASES: Readonly<Record<string, readonly Case[]>> = {
  connlimit: [
    {
      name: 'those that are gone are not counted, which is looked at once in four milliseconds',
      rules: [above(0), above(1), above(2)],
      packets: [`0 ${udp(1)}`, `29 ${udp(2)}`, `40 ${udp(3)}`, `70.5 ${udp(4)}`, `70.502 ${udp(5)}`],
      counts: [5, 3, 0],
    },
    {
      name: 'what is assured goes nowhere once its list has run empty',
      rules: ['FORWARD -p tcp --syn -j ACCEPT', above(0), 'FORWARD'],
      packets: [...opened(0, 1).slice(0, 2), `1 ${udp(9)}`, `40 ${tcp(1, 'A seq=101 ack=901')}`, `41 ${udp(8)}`],
      // the answer has another source
      counts: [1, 3, 3],
    },
    {
      name: 'a network, or the other end',
      rules: [
        above(1, ' --connlimit-mask 16'),
        above(1, ' --connlimit-daddr'),
        above(1, ' --connlimit-daddr --connlimit-mask 0'),
      ],
      packets: [`0 ${udp(1)}`, `1 udp 10.0.7.7:1 > ${SERVER}:53`, `2 ${udp(1, '198.51.100.8')}`],
      counts: [2, 1, 2],
    },
    {
      name: 'where none are remembered each is alone',
      rules: [above(0), above(1)],
      packets: [udp(1), udp(2), udp(1)],
      counts: [3, 0],
      connections: 'off',
    },
    {
      name: 'what has no tuple goes nowhere, nor the reset of the only one',
      rules: [above(0), above(1)],
      packets: [...opened(0, 1), `1 ${tcp(1, 'RA seq=101 ack=901')}`, `2 ${udp(2)}`, `3 ${udp(3)} frag=7`],
      counts: [4, 0],
    },
  ],
  connbytes: [
    {
      name: 'counts what a listing told of, and goes on',
      rules: [
        bytes('12', 'packets'),
        bytes('11', 'packets', 'original'),
        bytes('1000:1100', 'bytes', 'reply'),
        bytes('100', 'avgpkt', 'reply'),
      ],
      packets: [`0 ${udp(1)}`, `1 ${answer(1)} length=100`, `2 ${udp(1)} length=50`],
      counts: [3, 3, 3, 0],
      known: line('packets=10 bytes=1000 ').replace(/packets=10 bytes=1000 (?=mark)/, 'packets=11 bytes=1000 '),
      left: [
        `udp      17 30 src=${INSIDE} dst=${SERVER} sport=1 dport=53 packets=12 bytes=1078 src=${SERVER} dst=${INSIDE} sport=53 dport=1 packets=12 bytes=1100 mark=0 use=1`,
      ],
    },
    {
      name: 'an entry that came without counters has none later, which nothing fits, nor its opposite',
      rules: [bytes('0'), bytes('5', 'packets', 'both', '! '), 'FORWARD'],
      packets: [`0 ${udp(1)}`, `1 ${udp(2)}`],
      counts: [1, 1, 2],
      known: line(''),
    },
    {
      name: 'a host that does not count, as it says',
      rules: [bytes('0'), bytes('5', 'packets', 'both', '! ')],
      packets: [udp(1), udp(1)],
      counts: [0, 0],
      sysctl: ['net.netfilter.nf_conntrack_acct=0'],
    },
    {
      name: 'where none are remembered the first packet is all there is',
      rules: [
        bytes('1:1', 'packets', 'original'),
        bytes('0:0', 'packets', 'reply'),
        bytes('40:40', 'bytes'),
        bytes('2'),
      ],
      packets: [`${udp(1)} length=40`, udp(1)],
      counts: [2, 2, 1, 0],
      connections: 'off',
    },
    {
      name: 'the packet that ends an entry is counted by it',
      rules: [bytes('2:2', 'packets', 'original'), bytes('3')],
      packets: [tcp(1, 'S seq=100'), tcp(1, 'R seq=101'), tcp(1, 'S seq=100')],
      counts: [1, 0],
    },
  ],
  connlabel: [
    {
      name: 'stay with the connection, both ways',
      rules: [
        'FORWARD -m connlabel --label 3',
        `FORWARD -p udp --sport 1 -m connlabel --label 3 --set`,
        'FORWARD -m connlabel ! --label 3',
      ],
      packets: [udp(1), udp(2), answer(1), udp(1)],
      counts: [2, 2, 1],
    },
    {
      name: 'as a listing names them',
      rules: ['FORWARD -m connlabel --label web', 'FORWARD -m connlabel ! --label 5'],
      packets: [udp(1), udp(2)],
      counts: [1, 1],
      known: line('', ' labels=web,5'),
    },
    {
      name: 'none is told of where others have one',
      rules: ['FORWARD -m connlabel ! --label web', 'FORWARD -m connlabel ! --label 5'],
      packets: [udp(1)],
      counts: [1, 1],
      known: line('') + line('', ' labels=x').replaceAll('port=1', 'port=9'),
    },
    {
      name: 'where none are remembered, for the packet itself',
      rules: [
        'FORWARD -m connlabel --label 3',
        'FORWARD -m connlabel ! --label 3 --set',
        'FORWARD -m connlabel --label 3',
      ],
      packets: [udp(1), udp(1)],
      counts: [0, 0, 2],
      connections: 'off',
    },
  ],
};

describe.each(Object.entries(CASES))('%s', (_, cases) => {
  test.each(cases)('$name', async ({ rules, packets, counts, known, left, sysctl, connections }) => {
    const texts = [rulesOf({ filter: rules }), ...HOST];
    if (known !== undefined) texts.push({ name: 'connections.txt', text: known });
    const host = await loadFlows(texts, {
      ...(connections && { connections }),
      ...(sysctl && { sysctl }),
    });
    walkFlow(host, packets);
    expect(host.compiled.rules.map((_, rule) => Number(host.counter(rule).packets))).toEqual(counts);
    if (left !== undefined) expect(listOf(host)).toEqual(left);
  });
});

test.each([
  [bytes('5'), '', 'state=ESTABLISHED', 'match:connbytes --connbytes 5 --connbytes-mode packets --connbytes-dir both'],
  [above(5), '', 'state=ESTABLISHED', 'match:connlimit --connlimit-above 5 --connlimit-mask 32 --connlimit-saddr'],
  ['FORWARD -m connlabel --label 5', '', 'state=ESTABLISHED', 'match:connlabel --label "5"'],
  ['FORWARD -m connlabel ! --label 5', line('', ' labels=web'), '', 'match:connlabel --label "5"'],
  ['FORWARD -m connlabel --label web', line('', ' labels'), '', 'match:connlabel --label "web"'],
  ['FORWARD -m connlabel --label web', line(''), '', 'match:connlabel --label "web"'],
])('what nobody told of is asked: %s, with %j, %s', async (rule, known, words, question) => {
  const texts = [rulesOf({ filter: [`${rule} -j DROP`] }), ...HOST, ...(known ? [{ name: 'c.txt', text: known }] : [])];
  const host = await loadFlows(texts, { tracking: 'on' });
  expect(walkFlow(host, [`${udp(1)} ${words}`])[0]).toContain(question);
});

test('a list is looked through in parts: of many that are over 65 go at once', () => {
  const over = new Set<number>();
  const alive: Alive<number> = { same: (a, b) => a === b, find: (one) => (over.has(one) ? 'gone' : 'open') };
  const counts = new ConnectionCounts<number>();
  const see = (tuple: number, now: number) => counts.count({ key: '', tuple, connection: 'new' }, alive, now);
  for (let one = 0; one < 200; one++) expect(see(one, 10 * one)).toBe(one + 1);
  for (let one = 0; one < 200; one++) over.add(one);
  expect(see(200, 5000)).toBe(200 - 65 + 1);
  expect(see(201, 6000)).toBe(200 - 130 + 2);
  // within the same four milliseconds all are taken in, even twice, until there are 64 more
  const before = see(202, 7000);
  for (let one = 1; one < 64; one++) expect(see(202, 7001)).toBe(before + one);
  // the five that were still left go then, and it is found
  expect(see(202, 7001)).toBe(before + 63 - 5);
  // one that is there already is looked for all the same
  expect(counts.count({ key: '', tuple: 202, connection: 'found' }, alive, 7001)).toBe(before + 63 - 5);
  const copy = counts.copy();
  expect(see(500, 9000)).toBe(copy.count({ key: '', tuple: 500, connection: 'new' }, alive, 9000));
});

test('what was counted in a walk that is tried again is counted once', async () => {
  const host = await loadFlows([rulesOf({ filter: [`${bytes('3')} -j DROP`] }), ...HOST]);
  const fate = (options = {}) => host.walk(readPacket(timedPacket(udp(1))).packet, options).fate;
  expect([fate(), fate({ everything: true }), host.again(() => fate()), fate()]).toEqual([
    'forwarded',
    'forwarded',
    'forwarded',
    'dropped',
  ]);
});

test('connections that were there before a rule asks are not counted', async () => {
  const text = (rules: readonly string[]) => rulesOf({ filter: ['FORWARD -m conntrack --ctstate NEW', ...rules] }).text;
  const host = await loadFlows([{ name: 'rules', text: text([]) }, ...HOST]);
  walkFlow(host, [udp(1)]);
  await host.update(text([bytes('0'), bytes('2')]));
  walkFlow(host, [udp(1), udp(2), udp(2)]);
  expect([1, 2].map((rule) => Number(host.counter(rule).packets))).toEqual([2, 1]);
});

test.each(['on', 'off'] as const)('a template has no labels and counts nothing, connections %s', async (mode) => {
  const raw = [
    '-j CT --zone 1',
    '-m connlabel --label 1 --set',
    '-m connlabel ! --label 1',
    ...['', '! '].map((not) => bytes('0', 'packets', 'both', not).replace('FORWARD ', '')),
  ];
  const text = `*raw\n${raw.map((rule) => `-A PREROUTING ${rule}\n`).join('')}COMMIT\n`;
  const texts = parse([{ name: 'rules', text }, ...HOST]);
  const host = await (await createEngine()).load({
    ...programOf(texts, { tracking: 'on' }),
    connections: mode === 'on' ? [] : false,
  });
  host.walk(readPacket(timedPacket(udp(1))).packet);
  expect(raw.map((_, rule) => Number(host.counter(rule).packets))).toEqual([1, 0, 1, 0, 0]);
});
