/** Rules that were left out of a text: whether one of them takes the packet is asked where they stood. */
import { beforeAll, describe, expect, test } from 'vitest';
import { compile, createEngine, type Engine, explain, parse, readPacket, renderStory, trace } from '../src/index.js';
import { en } from '../src/report/lang/en.js';

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});

/** Fate, what decided it, and the rules that were hit. */
async function walked(text: string, packet: object, assume: string[] = []): Promise<string> {
  const host = await engine.load(compile(parse([{ name: 'x', text }]), { assume, connections: 'off' }));
  const { fate, by, hits } = trace(host, readPacket({ src: '192.0.2.1', dst: '192.0.2.2', ...packet }));
  const decided = by.kind === 'rule' || by.kind === 'policy' ? `${by.kind} ${by.rule ?? ''}` : '';
  return [fate, decided.trim(), by.why ?? '', hits.map(({ rule }) => rule).join(',')].join(' | ');
}
const input = (dport: number) => ({ in: 'eth0', proto: 'tcp', dport, flags: 'SYN', path: 'input' });

const COLUMNS = 'num pkts bytes target prot opt in out source destination';
const row = (number: number, port: number, target = 'ACCEPT') =>
  `${number} 0 0 ${target} tcp -- * * 0.0.0.0/0 0.0.0.0/0 tcp dpt:${port}`;
const LISTING = (...rows: string[]) =>
  `Chain INPUT (policy DROP 0 packets, 0 bytes)\n${COLUMNS}\n${rows.join('\n')}\nChain FORWARD (policy ACCEPT 0 packets, 0 bytes)\n${COLUMNS}\nChain OUTPUT (policy ACCEPT 0 packets, 0 bytes)\n${COLUMNS}\n`;
const JUMP = LISTING(row(1, 22), row(2, 23), row(5, 80), row(6, 81));
const SAVE = (...rules: string[]) =>
  `*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:own - [0:0]\n${rules.join('\n')}\nCOMMIT\n`;
const RULE = (port: number, chain = 'INPUT', target = 'ACCEPT') =>
  `-A ${chain} -p tcp -m tcp --dport ${port} -j ${target}`;

describe('a packet that comes to a gap', () => {
  test.each<[what: string, text: string, port: number, answers: string[], expected: string]>([
    ['a rule before it', JUMP, 22, [], 'delivered | rule 1 |  | 1'],
    ['numbers that jump', JUMP, 80, [], 'unknown |  | gap:INPUT:5 | '],
    ['no: the numbers are those of the listing', JUMP, 81, ['gap:INPUT:5=no'], 'delivered | rule 6 |  | 6'],
    ['yes', JUMP, 81, ['gap:INPUT:5=yes'], 'stolen |  | gap:INPUT:5 | '],
    ['a kind answers all', JUMP, 99, ['gap=no'], 'dropped | policy |  | '],
    ['a listing that begins late', LISTING(row(3, 22)), 22, [], 'unknown |  | gap:INPUT:3 | '],
    [
      'a mark in a listing',
      LISTING(row(1, 22), '[...]', row(7, 80)),
      80,
      ['gap:INPUT:4=no'],
      'delivered | rule 7 |  | 7',
    ],
    ['behind the last rule', LISTING(row(1, 22), '[...]'), 80, [], 'unknown |  | gap:INPUT:4 | '],
    ['behind it: no', LISTING(row(1, 22), '[...]'), 80, ['gap=no'], 'dropped | policy |  | '],
    ['behind it: yes', LISTING(row(1, 22), '[...]'), 80, ['gap=yes'], 'stolen |  | gap:INPUT:4 | '],
    ['a chain without rules', LISTING('[...]'), 80, [], 'unknown |  | gap:INPUT:3 | '],
    ['a chain without rules: yes', LISTING('[...]'), 80, ['gap=yes'], 'stolen |  | gap:INPUT:3 | '],
    ['a chain without rules: no', LISTING('[...]'), 80, ['gap=no'], 'dropped | policy |  | '],
    ['a save', SAVE(RULE(22), '[...]', RULE(80)), 80, [], 'unknown |  | gap:INPUT:7 | '],
    ['a save: no', SAVE(RULE(22), '[...]', RULE(80)), 80, ['gap=no'], 'delivered | rule 2 |  | 2'],
    [
      'the next rule is of another chain',
      SAVE(RULE(22), '[...]', RULE(80, 'own')),
      80,
      [],
      'unknown |  | gap:INPUT:7 | ',
    ],
    [
      'that chain',
      SAVE(RULE(80, 'INPUT', 'own'), '[...]', RULE(80, 'own')),
      80,
      ['gap:INPUT:7=no'],
      'unknown |  | gap:own:7 | 1',
    ],
    [
      'a chain before it',
      SAVE(RULE(22), RULE(80, 'OUTPUT'), '[...]', RULE(80, 'own')),
      80,
      [],
      'dropped | policy |  | ',
    ],
    [
      'a chain of its own without rules',
      SAVE(RULE(80, 'INPUT', 'own'), '[...]'),
      80,
      ['gap:INPUT:7=no'],
      'unknown |  | gap:own:7 | 1',
    ],
    ['before all rules', SAVE('[...]', RULE(80)), 80, [], 'unknown |  | gap:INPUT:6 | '],
    [
      'before and behind a chain',
      SAVE('[...]', RULE(80), '[...]', RULE(81)),
      81,
      ['gap:INPUT:6=no'],
      'unknown |  | gap:INPUT:8 | ',
    ],
  ])('%s', async (_, text, port, answers, expected) => {
    expect(await walked(text, input(port), answers)).toBe(expected);
  });

  test('a built-in chain between two that have rules', async () => {
    const text = SAVE(RULE(22), '[...]', RULE(80, 'OUTPUT'));
    const forward = { in: 'eth0', proto: 'tcp', dport: 80, path: 'forward' };
    expect(await walked(text, forward)).toBe('unknown |  | gap:FORWARD:7 | ');
  });

  test('is told in its place', async () => {
    const host = await engine.load(
      compile(parse([{ name: 'x', text: JUMP }]), { assume: ['gap=no'], connections: 'off' }),
    );
    const { packet } = readPacket({ src: '192.0.2.1', dst: '192.0.2.2', ...input(81) });
    const story = (all: boolean) => renderStory(explain(host, packet, { all }), en, { colour: false, width: 120 });
    expect(story(false)).toMatch(/ 1-5 do not match.*\n +6 -p tcp /);
    // one line for each rule that there is
    expect(story(true).match(/^ +\d /gm)).toEqual(['    1 ', '    2 ', '    5 ', '    6 ']);
    const open = await engine.load(compile(parse([{ name: 'x', text: JUMP }]), { connections: 'off' }));
    expect(renderStory(explain(open, packet), en, { colour: false, width: 120 })).toMatch(
      / 1-2 do not match.*\n +cannot be answered: the rules that are missing in INPUT at line 5\n/,
    );
  });
});

test('what the numbers of a listing tell is a finding', () => {
  const { findings } = parse([{ name: 'x', text: LISTING(row(2, 22), row(3, 23), row(5, 80), '', row(9, 81)) }]);
  expect(findings.map(({ code, message, place }) => `${code} ${place!.line} ${message}`)).toEqual([
    'lines-left-out 3 rules are missing before this one, as its number tells (also lines 5, 7)',
  ]);
  expect(parse([{ name: 'x', text: LISTING(row(1, 22), row(2, 23)) }]).findings).toEqual([]);
});

describe('a built-in chain that an output does not show', () => {
  const ONE = `Chain INPUT (policy DROP 0 packets, 0 bytes)\n${COLUMNS}\n${row(1, 22)}\n`;
  const OWN = `Chain DOCKER-USER (1 references)\n${COLUMNS}\n${row(1, 80, 'DROP')}\n`;
  const NAT = `Chain PREROUTING (policy ACCEPT 0 packets, 0 bytes)\n${COLUMNS}\n`;
  const passing = { in: 'eth0', proto: 'tcp', dport: 80, flags: 'SYN', path: 'forward' };
  test.each<[what: string, text: string, packet: object, answers: string[], expected: string]>([
    ['the one that it shows', ONE, input(22), [], 'delivered | rule 1 |  | 1'],
    ['its policy', ONE, input(23), [], 'dropped | policy |  | '],
    ['another one', ONE, passing, [], 'unknown |  | chain:FORWARD | '],
    ['yes: its rules decide', ONE, passing, ['chain:FORWARD=yes'], 'stolen |  | chain:FORWARD | '],
    ['no: its policy, which nobody knows, accepts', ONE, passing, ['chain:FORWARD=no'], 'forwarded | policy |  | '],
    ['the kind answers all', ONE, passing, ['chain=no'], 'forwarded | policy |  | '],
    ['a user chain alone, which has a caller', OWN, input(80), [], 'unknown |  | chain:INPUT | '],
    ['of nat', NAT, passing, [], 'unknown |  | chain:nat:POSTROUTING | '],
    ['of nat: no', NAT, passing, ['chain:nat:POSTROUTING=no'], 'forwarded |  |  | '],
    [
      'of nat: that of filter is another one',
      NAT,
      passing,
      ['chain:POSTROUTING=no'],
      'unknown |  | chain:nat:POSTROUTING | ',
    ],
    ['INPUT of nat, which hardly any host has', NAT, input(80), [], 'delivered |  |  | '],
    ['iptables -S INPUT', `-P INPUT DROP\n${RULE(22)}\n`, passing, [], 'unknown |  | chain:FORWARD | '],
    ['iptables -S of a user chain', `-N own\n${RULE(22, 'own')}\n`, input(22), [], 'unknown |  | chain:INPUT | '],
    [
      'another output shows it',
      `${ONE}\n$ iptables -S FORWARD\n-P FORWARD DROP\n`,
      passing,
      [],
      'dropped | policy |  | ',
    ],
    ['rules alone have no word of it', RULE(22), passing, [], 'forwarded | policy |  | '],
    ['a cut save', `*filter\n${RULE(22)}\n`, passing, [], 'forwarded | policy |  | '],
    [
      'commands are carried out on a host without rules',
      `iptables -P INPUT DROP\niptables ${RULE(22)}\n`,
      passing,
      [],
      'forwarded | policy |  | ',
    ],
  ])('%s', async (_, text, packet, answers, expected) => {
    expect(await walked(text, packet, answers)).toBe(expected);
  });

  test.each<[what: string, text: string, says: boolean]>([
    ['of rules alone', RULE(22), true],
    ['of a save', SAVE(), false],
  ])('a policy that lets a packet pass and no text gives is told beside the answer: %s', async (_, text, says) => {
    const host = await engine.load(compile(parse([{ name: 'x', text }])));
    const { packet } = readPacket({ src: '192.0.2.1', dst: '192.0.2.2', ...passing });
    const lines = renderStory(explain(host, packet), en, { colour: false, width: 90 }).split('\n').slice(0, 2);
    const [fate, ...more] = lines.filter((line) => !line.startsWith('  assumed'));
    expect(fate).toMatch(/accepted by the policy of filter FORWARD$/);
    expect(more).toEqual(says ? ['  no text gives that policy: it is taken as ACCEPT'] : []);
  });
});
