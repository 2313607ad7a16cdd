/** Rules of runs that ask for one address each: a packet that goes to its own ones counts at those of a walk that meets all. */
import { describe, expect, test } from 'vitest';
import { Section } from '../src/abi.js';
import { readJsonPacket } from '../src/input/json.js';
import { parseTexts } from '../src/parse/index.js';
import { createEngine } from '../src/run/engine.js';
import { runsOf } from '../src/run/rule-runs.js';

const MANY = 40;
const address = (i: number) => `10.0.0.${i}`;
/** So many rules, of whose addresses each comes twice, with what the case has among them. */
const list = (rule: (i: number) => string): string[] => Array.from({ length: MANY }, (_, i) => rule(i));

interface Case {
  readonly name: string;
  readonly rules: readonly string[];
  /** how many rules each run has. */
  readonly runs: readonly number[];
}

const CASES: readonly Case[] = [
  { name: 'the first of two decides', rules: list((i) => `-d ${address(i % 20)} -j DROP`), runs: [40] },
  { name: 'who is taken goes on to the next rule', rules: list((i) => `-d ${address(i % 20)}`), runs: [] },
  {
    name: 'some of whom go on to the next rule',
    rules: [
      ...list((i) => `-d ${address(i % 20)} -p udp -j DROP`),
      ...list((i) => `-d ${address(i % 20)}${i % 2 ? ' -j counts' : ''}`),
    ],
    runs: [40],
  },
  { name: 'of sources', rules: list((i) => `-s ${address(i % 20)} -j ACCEPT`), runs: [40] },
  {
    name: 'who asks for more as well',
    rules: list((i) => `-d ${address(i % 20)} -p tcp -m tcp --dport ${i < 20 ? 80 : 443} -j DROP`),
    runs: [40],
  },
  {
    name: 'chains that come back',
    rules: [...list((i) => `-d ${address(i % 20)} -p tcp -j ${i % 3 === 0 ? 'back' : 'counts'}`), '-j DROP'],
    runs: [40],
  },
  {
    name: 'rules before, between and behind',
    rules: [
      '-p icmp',
      ...list((i) => `-d ${address(i)} -j counts`),
      '-p tcp',
      ...list((i) => `-d ${address(39 - i)} -j back`),
      '-p udp',
    ],
    runs: [40, 40],
  },
  {
    name: 'negations, networks and other addresses end one',
    rules: [
      ...list((i) => `-d ${address(i)} -j counts`),
      `! -d ${address(3)} -j counts`,
      ...list((i) => `-s ${address(i)} -j counts`),
      '-d 10.0.0.0/24 -j back',
      ...list((i) => `-d ${address(i)} -j ACCEPT`),
    ],
    runs: [40, 40, 40],
  },
  { name: 'too few', rules: list((i) => (i % 20 === 0 ? '-p tcp' : `-d ${address(i)} -j back`)), runs: [] },
];

const load = async (rules: readonly string[]) => {
  const text = [
    '*filter',
    ':back - [0:0]',
    ':counts - [0:0]',
    ...rules.map((rule) => `-A INPUT ${rule}`),
    '-A back -p tcp -m tcp --dport 80',
    '-A back -j RETURN',
    '-A counts -p tcp -m tcp --dport 443',
    'COMMIT',
    '',
  ].join('\n');
  const input = parseTexts([{ name: 'x.rules', text }], { add: ({ message }) => expect(message).toBe('') });
  return (await createEngine()).load({ ...input });
};

/** To and from each address, and one that nobody asks for; some too short for a header of TCP. */
const packets = Array.from({ length: 4 * 42 }, (_, i) => {
  const line = JSON.stringify({
    in: 'eth0',
    src: i % 4 < 2 ? address(i >>> 2) : '192.0.2.7',
    dst: i % 4 < 2 ? '192.0.2.1' : address(i >>> 2),
    proto: 'tcp',
    dport: i % 2 === 0 ? 80 : 443,
    ...(i % 8 === 7 && { frag: 1 }),
    path: 'input',
  });
  return readJsonPacket({ text: line, number: 1 } as never).packet;
});

describe('rules of runs', () => {
  test.each(CASES)('$name', async ({ rules, runs }) => {
    const host = await load(rules);
    expect(runsOf(host.compiled.program.section(Section.Code)).map(({ length }) => length)).toEqual(runs);
    const told = (everything: boolean) =>
      packets.map((packet) => {
        const { fate, by, hits, policies } = host.walk(packet, { everything });
        return JSON.stringify({ fate, by, hits, policies });
      });
    const all = told(true);
    expect(told(false)).toEqual(all);
    expect(new Set(all).size).toBeGreaterThan(2);
  });
});
