/** One table in several texts, each with chains of its own: every chain is evaluated. */
import { describe, expect, test } from 'vitest';
import { printSave } from '../src/parse/rules/print-save.js';
import { compileHost } from '../src/run/host-program.js';
import { parse } from '../src/run/host-texts.js';

function read(...texts: string[]) {
  const { evaluated, findings, tables } = parse(texts.map((text, i) => ({ name: `${i}`, text })));
  const said = findings
    .filter(({ code }) => !['no-table', 'table-guessed', 'no-commit', 'undeclared-chain'].includes(code))
    .map(({ severity, code, place, message }) => `${severity} ${code} ${place!.file}:${place!.line} ${message}`);
  return { evaluated, tables, findings, said };
}

/** Each chain with rules or a policy DROP, and where its rules stand. */
function chainsOf(texts: string[]): string[] {
  return read(...texts).evaluated.flatMap((table) =>
    [...table.chains.values()]
      .filter(({ rules, policy }) => rules.length > 0 || policy === 'DROP')
      .map(({ name, policy, rules }) => `${name} ${policy} ${rules.map(({ file, line }) => `${file}:${line}`)}`),
  );
}

const INPUT = '-P INPUT DROP\n-A INPUT -p tcp -j ACCEPT\n';
const FORWARD = '-P FORWARD DROP\n-A FORWARD -j X\n';
const X = '-N X\n-A X -j ACCEPT\n';
const SAVE = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:Y - [0:0]\n';
const LIST = (chain: string, ...rows: string[]) =>
  `Chain ${chain}\ntarget     prot opt source               destination\n${rows.map((row) => `${row}\n`).join('')}`;
const VERBOSE = (chain: string, ...rows: string[]) =>
  `Chain ${chain}\n pkts bytes target     prot opt in     out     source               destination\n${rows.map((row) => `${row}\n`).join('')}`;
const NAT = '$ iptables -t nat -L\n';

describe('a table in parts', () => {
  test.each<[what: string, texts: string[], chains: string[]]>([
    ['iptables -S of two chains', [INPUT, FORWARD], ['INPUT DROP 0:2', 'FORWARD DROP 1:2']],
    [
      'of three, one of them a chain of its own',
      [FORWARD, X, INPUT],
      ['INPUT DROP 2:2', 'FORWARD DROP 0:2', 'X undefined 1:2'],
    ],
    [
      'one of them twice: the later',
      [INPUT, FORWARD, '-P INPUT ACCEPT\n-A INPUT -j DROP\n'],
      ['INPUT ACCEPT 2:2', 'FORWARD DROP 1:2'],
    ],
    [
      'listings of two chains',
      [
        `${NAT}${LIST('PREROUTING (policy ACCEPT)', 'DNAT tcp -- anywhere anywhere tcp dpt:80 to:10.0.0.1')}`,
        `${NAT}${LIST('POSTROUTING (policy ACCEPT)', 'MASQUERADE all -- anywhere anywhere')}`,
      ],
      ['PREROUTING ACCEPT 0:4', 'POSTROUTING ACCEPT 1:4'],
    ],
    [
      'what iptables -S prints before a listing',
      [
        INPUT,
        `${LIST('INPUT (policy ACCEPT)', 'DROP all -- anywhere anywhere')}${LIST('FORWARD (policy DROP)', 'DROP all -- anywhere anywhere')}`,
      ],
      ['INPUT DROP 0:2', 'FORWARD DROP 1:6'],
    ],
    [
      'a listing with -v before one without',
      [
        VERBOSE('INPUT (policy DROP 0 packets, 0 bytes)', '0 0 ACCEPT all -- lo any anywhere anywhere'),
        LIST('INPUT (policy DROP)', 'ACCEPT all -- anywhere anywhere'),
      ],
      ['INPUT DROP 0:3'],
    ],
    [
      'a rule that somebody quotes of a chain that no text lists',
      [INPUT, '-A FORWARD -j DROP\n'],
      ['INPUT DROP 0:2', 'FORWARD undefined 1:1'],
    ],
    [
      'a part of a save, and a chain that it lacks',
      ['*filter\n:INPUT DROP [0:0]\n-A INPUT -j ACCEPT\nCOMMIT\n', FORWARD, X],
      ['INPUT DROP 0:3', 'FORWARD DROP 1:2', 'X undefined 2:2'],
    ],
    [
      'two that COMMIT ends: the later alone',
      ['*filter\n-A INPUT -j DROP\nCOMMIT\n', '*filter\n-A FORWARD -j DROP\nCOMMIT\n'],
      ['FORWARD undefined 1:2'],
    ],
    [
      'a cut save, and a chain that it leads to',
      [`${SAVE}-A INPUT -j X\n`, X, '-N Z\n-A Z -j DROP\n'],
      ['INPUT ACCEPT 0:6', 'X undefined 1:2'],
    ],
    [
      'chains that such chains lead to',
      [`${SAVE}-A INPUT -j X\n`, '-N X\n-A X -j Z\n', '-N Z\n-A Z -j DROP\n'],
      ['INPUT ACCEPT 0:6', 'X undefined 1:2', 'Z undefined 2:2'],
    ],
    [
      'a chain that the save has',
      [`${SAVE}-A INPUT -j Y\n-A Y -j DROP\n`, '-N Y\n-A Y -j ACCEPT\n'],
      ['INPUT ACCEPT 0:6', 'Y undefined 0:7'],
    ],
  ])('%s', (_, texts, chains) => {
    expect(chainsOf(texts)).toEqual(chains);
  });

  test('what a save with its COMMIT does not hold does not exist', () => {
    expect(read(`${SAVE}-A INPUT -j X\nCOMMIT\n`, X).said).toEqual([
      'error no-such-chain 0:6 chain X is not in table filter',
      'warning rules-left-out 1:2 left out: table filter of 0:1 is taken, without what stands at line 2',
    ]);
  });

  test('says of which parts it is', () => {
    expect(read(INPUT, FORWARD, X).said).toEqual([
      'note table-of-parts 0:1 table filter is put together of the chains that stand at 0:1, 1:1, 2:1',
    ]);
    expect(read(INPUT, FORWARD, '-P INPUT ACCEPT\n').said).toEqual([
      'warning table-again 0:1 left out: table filter of 2:1 is taken, without what stands at line 1, 2',
      'note table-of-parts 1:1 table filter is put together of the chains that stand at 1:1, 2:1',
      'warning no-such-chain 1:2 chain X was not given',
    ]);
  });

  test('a chain that only another part has is no open question', () => {
    expect(compileHost(parse([{ name: 'a', text: FORWARD }])).compiled.questions).toEqual([
      'chain:X',
      'chain:INPUT',
      'chain:OUTPUT',
    ]);
    const texts = [FORWARD, X].map((text, i) => ({ name: `${i}`, text }));
    expect(compileHost(parse(texts)).compiled.questions).toEqual(['chain:INPUT', 'chain:OUTPUT']);
  });

  test('chains that lead in a circle are found where no part has the circle', () => {
    expect(read('-P INPUT ACCEPT\n-A INPUT -j X\n', '-N X\n-A X -j Y\n', '-N Y\n-A Y -j X\n').said).toContainEqual(
      expect.stringMatching(/^error chain-loop .* X → Y → X$/),
    );
  });

  test('each block is printed as it was read', () => {
    expect(printSave(read(INPUT, FORWARD).tables).match(/^-A .*$/gm)).toEqual([
      '-A INPUT -p tcp -j ACCEPT',
      '-A FORWARD -j X',
    ]);
  });

  test('many parts are put together in time', () => {
    const texts = Array.from({ length: 3000 }, (_, i) => `-N C${i}\n-A C${i} -j C${(i + 1) % 3001}\n`);
    expect(read(`-P INPUT DROP\n-A INPUT -j C0\n`, ...texts).evaluated[0]!.chains.size).toBe(3003);
  }, 10_000);
});
