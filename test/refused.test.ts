/** A rule of a paste that could not be read is an open question in its place: all others still answer. */
import { beforeAll, describe, expect, test } from 'vitest';
import { compile, createEngine, type Engine, type HostOptions, parse, readPacket, trace } from '../src/index.js';

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});

/** A whole block would be refused: this one lacks its COMMIT. */
const PART = (...rules: string[]) =>
  `*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${rules.join('\n')}\n`;
const WEB = '-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT';
const packet = { in: 'eth0', src: '192.0.2.1', dst: '192.0.2.2', proto: 'tcp', dport: 80, flags: 'SYN', path: 'input' };

async function walked(text: string, options: HostOptions = {}) {
  const host = await engine.load(compile(parse([{ name: 'x', text }]), options));
  const { fate, by, hits } = trace(host, readPacket(packet));
  return [fate, by.rule ?? by.kind, by.why ?? '', hits.map(({ rule }) => rule).join(',')].join(' | ');
}

describe('explain, trace', () => {
  test.each<[what: string, rules: string[], assume: string[], expected: string]>([
    ['behind the rule that decides', [WEB, '-A INPUT --bad -j DROP'], [], 'delivered | 1 |  | 1'],
    ['before it', ['-A INPUT --bad -j DROP', WEB], [], 'unknown | 1 | rule:INPUT:5 | '],
    ['it does not match', ['-A INPUT --bad -j DROP', WEB], ['rule:INPUT:5=no'], 'delivered | 2 |  | 2'],
    ['it matches, and its verdict is known', ['-A INPUT --bad -j ACCEPT'], ['rule=yes'], 'delivered | 1 |  | 1'],
    [
      'the verdict behind what cannot be read',
      ['-A INPUT -p tcp --dport 99999 -j DROP', WEB],
      ['rule=yes'],
      'dropped | 1 |  | 1',
    ],
    ['it matches, and returns', ['-A INPUT --bad -j RETURN', WEB], ['rule=yes'], 'dropped | policy |  | 1'],
    ['a target that is not known takes it', ['-A INPUT --bad -j LOG', WEB], ['rule=yes'], 'stolen | 1 |  | 1'],
    ['no target is known', ['-A INPUT -p tcp --dport', WEB], ['rule=yes'], 'stolen | 1 |  | 1'],
    ['what stands before it fails', ['-A INPUT -p udp --dport 99999 -j DROP', WEB], [], 'delivered | 2 |  | 2'],
    [
      'a text that is no verdict',
      ['-A INPUT --bad -m comment --comment "-j DROP"', WEB],
      ['rule=yes'],
      'stolen | 1 |  | 1',
    ],
    ['what its extension asks of it', ['-A INPUT -m tcp --dport 80 -j DROP', WEB], [], 'unknown | 1 | rule:INPUT:5 | '],
    ['a quote that is never closed', ['-A INPUT -m mark --mark "1', WEB], [], 'unknown | 1 | rule:INPUT:5 | '],
    ['a quote around a line break', ['-A INPUT -m comment --comment "x', WEB], [], 'delivered | 2 |  | 1,2'],
  ])('%s', async (_, rules, assume, expected) => {
    expect(await walked(PART(...rules), { assume })).toBe(expected);
  });

  test('an extension that does not work at the hook that leads to it', async () => {
    const rules = '-A OUTPUT -j own\n-A own -j SNAT --to-source 192.0.2.9\n';
    const nat = `*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n:own - [0:0]\n${rules}`;
    expect(await walked(`${nat}${PART(WEB)}`)).toBe('delivered | 1 |  | 1');
    const own = compile(parse([{ name: 'x', text: nat }])).compiled.questions;
    expect(own).toEqual(['rule:own:8']);
  });

  test('a listing', async () => {
    const columns = 'num pkts bytes target prot opt in out source destination';
    const text = `Chain INPUT (policy DROP 0 packets, 0 bytes)\n${columns}\n1 0 0 ACCEPT tcp -- * * 0.0.0.0/0 0.0.0.0/0 tcp dpt:99999\n2 0 0 ACCEPT tcp -- * * 0.0.0.0/0 0.0.0.0/0 tcp dpt:80\n`;
    expect(await walked(text)).toBe('unknown | 1 | rule:INPUT:3 | ');
    expect(await walked(text, { assume: ['rule=no'] })).toBe('delivered | 2 |  | 2');
    expect(await walked(text, { assume: ['rule=yes'] })).toBe('delivered | 1 |  | 1');
  });
});

test.each<[what: string, text: string, options: HostOptions, message: string]>([
  ['what is not understood is an error', PART('-A INPUT --bad'), { strict: true }, '--bad'],
  [
    'a chain that a whole save lacks',
    `${PART('-A INPUT -j own', WEB)}COMMIT\n`,
    {},
    'chain own is not in table filter',
  ],
  ['a rule of a whole save', `${PART('-A INPUT --bad', WEB)}COMMIT\n`, {}, '--bad'],
  ['a policy', PART(WEB).replace('INPUT DROP', 'INPUT REJECT'), {}, 'policy REJECT'],
])('nothing is evaluated: %s', (_, text, options, message) => {
  expect(() => compile(parse([{ name: 'x', text }]), options)).toThrow(message);
});

test('under lenient it matches nothing', async () => {
  expect(await walked(PART('-A INPUT --bad -j DROP', WEB), { lenient: true })).toBe('delivered | 2 |  | 2');
});
