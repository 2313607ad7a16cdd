/** What `iptables -S` prints, as people paste it. */
import { describe, expect, test } from 'vitest';
import type { Finding } from '../src/model/finding.js';
import { parseTexts } from '../src/parse/index.js';
import { printSave } from '../src/parse/rules/print-save.js';

function read(text: string, counters = false) {
  const findings: Finding[] = [];
  const { tables } = parseTexts([{ name: 'x', text }], { add: (finding) => findings.push(finding) });
  const printed = printSave(tables, { counters })
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return {
    tables,
    printed,
    findings: findings.map(({ severity, code, place }) => `${severity} ${code} ${place?.line}`),
  };
}

const FILTER =
  '-P INPUT DROP\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n-N web\n-A INPUT -i eth0 -j web\n-A web -j ACCEPT\n';
const NAT =
  '-P PREROUTING ACCEPT\n-P INPUT ACCEPT\n-P OUTPUT ACCEPT\n-P POSTROUTING ACCEPT\n-A POSTROUTING -j MASQUERADE\n';
const RAW = '-P PREROUTING ACCEPT\n-P OUTPUT DROP\n';
const chains = (policy: string, ...names: string[]) => names.map((name) => `:${name} ${policy} [0:0]`);

describe('iptables -S', () => {
  test('is printed as iptables-save prints it', () => {
    const { tables, printed, findings } = read(FILTER);
    expect(printed).toEqual([
      '*filter',
      ':INPUT DROP [0:0]',
      ...chains('ACCEPT', 'FORWARD', 'OUTPUT'),
      ':web - [0:0]',
      '-A INPUT -i eth0 -j web',
      '-A web -j ACCEPT',
      'COMMIT',
    ]);
    expect(findings).toEqual([]);
    expect(tables).toMatchObject([{ origin: 'commands', complete: false, opened: { line: 1 } }]);
  });

  test('-v has counters of policies and rules', () => {
    const { printed } = read('-P INPUT DROP -c 3 180\n-A INPUT -i eth0 -c 2 120 -j ACCEPT\n', true);
    expect(printed).toContain(':INPUT DROP [3:180]');
    expect(printed).toContain('[2:120] -A INPUT -i eth0 -j ACCEPT');
  });

  test.each<[what: string, text: string, tables: string, findings: string[]]>([
    ['by its chains: filter', FILTER, 'filter4', []],
    ['by its chains: nat', NAT, 'nat4', []],
    ['by its chains: nat without INPUT', NAT.replace('-P INPUT ACCEPT\n', ''), 'nat4', []],
    ['by its chains: raw', RAW, 'raw4', []],
    [
      'by its chains: mangle',
      `-P PREROUTING ACCEPT\n${FILTER.replace('-N', '-P POSTROUTING ACCEPT\n-N')}`,
      'mangle4',
      [],
    ],
    ['by a prompt above it', `root@gw:~# iptables -t mangle -S\n${RAW}`, 'mangle4', []],
    ['by a root prompt alone', `# iptables -t mangle -S\n${RAW}`, 'mangle4', []],
    ['by a command of IPv6', `$ sudo ip6tables -S -t security\n${FILTER}`, 'security6', []],
    ['by a command without -t', '$ sudo /sbin/iptables-legacy -vS INPUT\n-P INPUT DROP\n', 'filter4', []],
    ['by its chains where the command has none', `$ iptables -t $t -S\n${RAW}`, 'raw4', []],
    ['by its chains where the command cannot be', `$ iptables -S\n${NAT}`, 'nat4', []],
    ['by a guess', '-P INPUT DROP\n-A INPUT -j ACCEPT\n', 'filter4', ['note table-guessed 1']],
    ['by a guess, of a chain that filter lacks', '-P POSTROUTING ACCEPT\n', 'nat4', ['note table-guessed 1']],
    ['by a guess, of a user chain', '-N web\n-A web -j ACCEPT\n', 'filter4', ['note table-guessed 1']],
    ['several, each by its chains', FILTER + NAT + RAW, 'filter4 nat4 raw4', []],
    ['several, some without rules', RAW + FILTER.split('-N')[0] + RAW + NAT, 'raw4 filter4 raw4 nat4', []],
    ['nat as older versions have it', NAT.replace(/(-P OUTPUT.*\n)(-P POST.*\n)/, '$2$1'), 'nat4', []],
    ['several below commands', `$ iptables -t raw -S\n${RAW}$ iptables -S\n${FILTER}`, 'raw4 filter4', []],
    ['twice', FILTER + FILTER, 'filter4 filter4', []],
    [
      'twice, of one chain',
      '-P INPUT DROP\n-P INPUT DROP\n',
      'filter4 filter4',
      ['note table-guessed 1', 'note table-guessed 2'],
    ],
    [
      'parts of two families',
      '$ iptables -S INPUT\n-P INPUT DROP\n$ ip6tables -S OUTPUT\n-P OUTPUT DROP\n',
      'filter4 filter6',
      [],
    ],
    [
      'parts of one',
      '$ iptables -S INPUT\n-P INPUT DROP\n-A INPUT\n$ iptables -S OUTPUT\n-P OUTPUT DROP\n',
      'filter4',
      [],
    ],
    ['behind a save', `*raw\nCOMMIT\n${FILTER}`, 'raw4 filter4', []],
    ['behind a cut save', `*raw\n:OUTPUT DROP\n$ iptables -S\n${FILTER}`, 'raw4 filter4', ['warning no-commit 1']],
    ['rules alone', '-A PREROUTING\n-A POSTROUTING\n', 'nat4', ['warning no-table 1']],
    ['rules below a command', '$ iptables -t nat -S | grep OUT\n-A OUTPUT\n', 'nat4', []],
  ])('the table: %s', (_, text, tables, findings) => {
    const got = read(text);
    expect(got.tables.map(({ name, family }) => name + family).join(' ')).toBe(tables);
    expect(got.findings).toEqual(findings);
  });

  test.each<[text: string, findings: string[]]>([
    ['*filter\n-P INPUT DROP\n-F web\nCOMMIT\n', ['note nothing-there 3']],
    ['*filter\n-A INPUT\n-I INPUT 3\nCOMMIT\n', ['error bad-value 3']],
    ['*filter\n-I INPUT 0\nCOMMIT\n', ['error bad-value 2']],
    ['*filter\n-I\nCOMMIT\n', ['note not-a-rule 2']],
    ['$ iptables -S\n-P INPUT REJECT\n-A INPUT\n', ['error bad-policy 2']],
    // what it prints has no end: a chain may stand in the part that was not pasted
    ['$ iptables -S\n-P INPUT DROP\n-A INPUT -j web\n', ['warning no-such-chain 3']],
    ['$ iptables -S\n-A web -j DROP\n', ['warning undeclared-chain 2']],
    ['$ iptables -S\n-A INPUT -c 1 x -j DROP\n', ['error bad-value 2']],
    ['$ iptables -A INPUT -j DROP\n-P INPUT DROP\n-P FORWARD DROP\n-P OUTPUT DROP\n', ['note commands 1']],
  ])('findings of %j', (text, findings) => {
    expect(read(text).findings).toEqual(findings);
  });

  // iptables-restore takes them there, as programs write them that have no use for chain lines
  test('policies and chains in a table', () => {
    const { printed, findings } = read('*filter\n-P INPUT DROP\n-N web\n-A INPUT -j web\nCOMMIT\n');
    expect(findings).toEqual([]);
    expect(printed).toEqual([
      '*filter',
      ':INPUT DROP [0:0]',
      ':web - [0:0]',
      ':FORWARD ACCEPT [0:0]',
      ':OUTPUT ACCEPT [0:0]',
      '-A INPUT -j web',
      'COMMIT',
    ]);
  });

  test('rules that are inserted, of several addresses the last before the first', () => {
    const lines = [
      '-A INPUT -s 9.9.9.9',
      '-I INPUT 2 -s 1.1.1.1,2.2.2.2',
      '[5:60] -I INPUT -p tcp',
      '-I INPUT 4 -p udp',
    ];
    const { printed, findings } = read(`*filter\n${lines.join('\n')}\nCOMMIT\n`);
    expect(findings).toEqual([]);
    expect(printed.filter((line) => line.startsWith('-A'))).toEqual([
      '-A INPUT -p tcp',
      '-A INPUT -s 9.9.9.9/32',
      '-A INPUT -s 2.2.2.2/32',
      '-A INPUT -p udp',
      '-A INPUT -s 1.1.1.1/32',
    ]);
  });

  test('parts of one table keep all their rules', () => {
    const { printed } = read('-P INPUT DROP\n-A INPUT -i a\n-P OUTPUT DROP\n-A OUTPUT -o b\n');
    expect(printed).toEqual([
      '*filter',
      ':INPUT DROP [0:0]',
      ':OUTPUT DROP [0:0]',
      ':FORWARD ACCEPT [0:0]',
      '-A INPUT -i a',
      '-A OUTPUT -o b',
      'COMMIT',
    ]);
  });
});
