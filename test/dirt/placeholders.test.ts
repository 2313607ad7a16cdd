/** Addresses that people hide: what stands in their place is an open name, and the rule stays a rule. */
import { describe, expect, test } from 'vitest';
import { readPaste } from './read.js';

const listing = (...rows: string[]) =>
  ['Chain INPUT (policy ACCEPT)', 'target     prot opt source               destination', ...rows, ''].join('\n');
const verbose = (...rows: string[]) =>
  [
    'Chain INPUT (policy ACCEPT 0 packets, 0 bytes)',
    'pkts bytes target prot opt in out source destination',
    ...rows,
    '',
  ].join('\n');
const save = (rule: string) =>
  `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${rule}\nCOMMIT\n`;

describe('in a row of a listing', () => {
  test.each<[hidden: string, name: string]>([
    ['1.2.3.xxx', '1.2.3.xxx'],
    ['82.x.x.x', '82.x.x.x'],
    ['203.0.113.***', '203.0.113.***'],
    ['*.*.*.*', '*.*.*.*'],
    ['**.**.**.**', '**.**.**.**'],
    ['<my ip>', 'my_ip'],
    ['[REDACTED]', 'REDACTED'],
    ['(hidden)', 'hidden'],
    ['{private net ID}/24', 'private_net_ID/24'],
    ['████', '████'],
    ['192.168.1.', '192.168.1.'],
    ['123.456.789.012', '123.456.789.012'],
    ['2001:db8:xxxx::1', '2001:db8:xxxx::1'],
    ['我的地址', '我的地址'],
  ])('%s', (hidden, name) => {
    expect(readPaste(listing(`DROP tcp -- ${hidden} 0.0.0.0/0 tcp dpt:22`)).rules).toEqual([
      `-A INPUT -p tcp -s ${name} -m tcp --dport 22 -j DROP`,
    ]);
    expect(readPaste(verbose(`0 0 DROP all -- eth0 * 0.0.0.0/0 ${hidden}`)).rules).toEqual([
      `-A INPUT -i eth0 -d ${name} -j DROP`,
    ]);
  });

  test.each<[what: string, row: string, rule: string]>([
    ['a ! by itself', 'DROP all -- ! 192.168.1.0/24 anywhere', '-A INPUT ! -s 192.168.1.0/24 -j DROP'],
    ['both', 'DROP all -- <me> {my net}', '-A INPUT -s me -d my_net -j DROP'],
    [
      'a target that is one',
      'DNAT tcp -- anywhere anywhere tcp dpt:80 to:{my web server}:8080',
      '-A INPUT -p tcp -m tcp --dport 80 -j DNAT --to-destination my_web_server:8080',
    ],
    [
      'a column that is lost',
      'DROP tcp -- 192.0.2.1 tcp dpt:80',
      '-A INPUT -s 192.0.2.1/32 -p tcp -d ? -m tcp --dport 80 -j DROP',
    ],
    [
      'what a comment has in brackets stays',
      'DROP all -- 1.2.3.x anywhere /* of <my ip> [a b] */',
      '-A INPUT -s 1.2.3.x -m comment --comment "of <my ip> [a b]" -j DROP',
    ],
  ])('%s', (_, row, rule) => {
    expect(readPaste(listing(row)).rules).toEqual([rule]);
  });

  test('what looks like a rule and is read as none keeps its place', () => {
    const { rules, said, tables } = readPaste(
      listing(
        'ACCEPT all -- 10.0.0.1 anywhere',
        'DROP all -- 192.168.1 anywhere',
        'DROP all -- 0.0.0.0/0',
        'ACCEPT all -- 10.0.0.2 anywhere',
      ),
    );
    expect(rules).toEqual(['-A INPUT -s 10.0.0.1/32 -j ACCEPT', '-A INPUT -s 10.0.0.2/32 -j ACCEPT']);
    expect(said).toContain('warning like-a-rule 4');
    expect(tables[0]!.chains.get('INPUT')!.gaps).toEqual([{ after: 1, line: 4, missing: 2 }]);
  });

  test('one that has a number is not missed at the next', () => {
    const text =
      'Chain INPUT (policy DROP)\nnum target prot opt source destination\n1 DROP all -- 10.1 any where\n2 ACCEPT all -- 10.0.0.2 anywhere\n';
    expect(readPaste(text).said).toEqual(['note table-guessed 1', 'warning like-a-rule 3']);
  });
});

describe('in a save and in commands', () => {
  test.each<[hidden: string, name: string]>([
    ['1.2.3.X/24', '1.2.3.X/24'],
    ['82.x.x.x', '82.x.x.x'],
    ['203.0.113.***', '203.0.113.***'],
    ['*.*.*.*', '*.*.*.*'],
    ['<my ip>', 'my_ip'],
    ['<my ip>/32', 'my_ip/32'],
    ['[REDACTED]', 'REDACTED'],
    ['(hidden)', 'hidden'],
    ['{private net ID}/24', 'private_net_ID/24'],
    ['████', '████'],
  ])('%s', (hidden, name) => {
    for (const text of [save(`-A INPUT -s ${hidden} -j DROP`), `iptables -A INPUT -s ${hidden} -j DROP\n`]) {
      const { rules, said } = readPaste(text);
      expect(rules).toEqual([`-A INPUT -s ${name} -j DROP`]);
      expect(said.filter((one) => one.startsWith('error'))).toEqual([]);
    }
  });

  // slips of whoever wrote the file
  test.each(['10.0.0.300', '123.456.789.012', '192.168.1.', '[10.0.0.3]', '10.0.0.1/xx', '10.0.0'])(
    '%s is none',
    (address) => {
      const { said } = readPaste(save(`-A INPUT -s ${address} -j DROP`));
      expect(said.filter((one) => one.startsWith('error'))).toEqual(address === '10.0.0' ? [] : ['error bad-value 5']);
    },
  );

  test('bold numbers are numbers', () => {
    expect(readPaste(save('**-A INPUT -s 10.0.0.1**')).rules).toEqual(['-A INPUT -s 10.0.0.1/32']);
    expect(readPaste(save('-A INPUT -p tcp --dport **22** -j DROP')).rules).toEqual([
      '-A INPUT -p tcp -m tcp --dport 22 -j DROP',
    ]);
  });
});

test.each([
  ['an address of parts', `-A INPUT -s ${'x:'.repeat(300_000)}y -j DROP`],
  ['brackets', `-A INPUT ${'-s <a '.repeat(100_000)}`],
])(
  'a long line takes no time: %s',
  (_, rule) => {
    expect(readPaste(save(rule)).said.length).toBeGreaterThan(0);
  },
  10_000,
);
