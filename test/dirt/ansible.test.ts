/** Tasks of Ansible's module iptables: the rules are those of the commands that it runs. */
import { describe, expect, test } from 'vitest';
import { placeOf } from '../../src/model/ruleset.js';
import { readPaste } from './read.js';

/** A task of lines that stand further in than its key. */
const task = (...lines: string[]): string =>
  `- name: it\n  ansible.builtin.iptables:\n${lines.map((line) => `    ${line}\n`).join('')}`;

describe('a task', () => {
  test.each<[what: string, text: string, rules: string[]]>([
    [
      'of the usual options',
      task('chain: INPUT', 'protocol: tcp', 'destination_port: "22"', 'source: 10.0.0.0/8', 'jump: ACCEPT'),
      ['-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT'],
    ],
    [
      'in words',
      '- iptables: chain=INPUT in_interface=lo comment="let in" jump=ACCEPT\n',
      ['-A INPUT -i lo -m comment --comment "let in" -j ACCEPT'],
    ],
    [
      'with lists',
      task('chain: INPUT', 'protocol: tcp', 'destination_ports:', '  - "80"', '  - 443', 'ctstate: [NEW, ESTABLISHED]'),
      ['-A INPUT -p tcp -m multiport --dports 80,443 -m conntrack --ctstate NEW,ESTABLISHED'],
    ],
    [
      'with the match that its options are of',
      task('chain: INPUT', 'match: state', 'ctstate: NEW', 'limit: 2/second', 'limit_burst: "20"'),
      ['-A INPUT -m state --state NEW -m limit --limit 2/sec --limit-burst 20'],
    ],
    [
      'with what is not so',
      task('chain: INPUT', 'protocol: tcp', 'source: "!10.0.0.1"', 'in_interface: "! eth0"', 'syn: negate'),
      ['-A INPUT ! -s 10.0.0.1/32 ! -i eth0 -p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN'],
    ],
    [
      'with flags',
      task(
        'chain: INPUT',
        'protocol: tcp',
        'tcp_flags:',
        '  flags: SYN,ACK',
        '  flags_set:',
        '    - SYN',
        'jump: DROP',
      ),
      ['-A INPUT -p tcp -m tcp --tcp-flags SYN,ACK SYN -j DROP'],
    ],
    [
      'of nat',
      task(
        'table: nat',
        'chain: PREROUTING',
        'protocol: tcp',
        'destination_port: 80',
        'jump: DNAT',
        'to_destination: 10.0.0.1',
      ),
      ['-A PREROUTING -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.1'],
    ],
    [
      'that rejects',
      task('chain: INPUT', 'protocol: udp', 'reject_with: icmp-port-unreachable  # or so'),
      ['-A INPUT -p udp -j REJECT --reject-with icmp-port-unreachable'],
    ],
    ['that logs', task('chain: INPUT', 'log_prefix: "in: "'), ['-A INPUT -j LOG --log-prefix "in: "']],
    [
      'of another family',
      task('chain: INPUT', 'ip_version: ipv6', 'source: fd00::/8', 'jump: DROP'),
      ['-A INPUT -s fd00::/8 -j DROP'],
    ],
    [
      'that inserts, removes and flushes',
      [
        task('chain: FORWARD', 'protocol: tcp'),
        task('chain: FORWARD', 'flush: true'),
        task('chain: INPUT', 'protocol: tcp'),
        task('chain: INPUT', 'protocol: udp', 'action: insert'),
        task('chain: INPUT', 'protocol: icmp', 'action: insert', 'rule_num: 2'),
        task('chain: INPUT', 'protocol: tcp', 'state: absent'),
      ].join('\n'),
      ['-A INPUT -p udp', '-A INPUT -p icmp'],
    ],
    [
      'with a variable',
      task('chain: INPUT', 'protocol: tcp', 'destination_port: "{{ port }}"', 'jump: ACCEPT'),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell's variable
      ['-A INPUT -p tcp -m tcp --dport ${port} -j ACCEPT'],
    ],
  ])('%s', (_, text, rules) => {
    expect(readPaste(text).rules).toEqual(rules);
  });

  test('of a policy and a chain', () => {
    const { policies, tables } = readPaste(
      task('chain: INPUT', 'policy: DROP') + task('chain: own', 'chain_management: true'),
    );
    expect(policies).toEqual(['filter INPUT DROP']);
    expect(tables[0]!.chains.has('own')).toBe(true);
  });

  test('says what of it is not understood, and where', () => {
    const { findings, tables } = readPaste(
      task('chain: INPUT', 'protocol: tcp', 'destination_port: 70000', 'frobnicate: yes'),
    );
    expect(findings.map(({ severity, code, place }) => `${severity} ${code} ${place!.line}:${place!.column}`)).toEqual([
      'error bad-value 5:23',
      'note commands 2:1',
      'note not-a-rule 1:1',
    ]);
    expect(findings.at(-1)!.message).toContain('also line 6');
    expect(placeOf(tables[0]!.chains.get('INPUT')!.rules[0]!).line).toBe(2);
  });

  test('of another module is none', () => {
    expect(() => readPaste('- nftables:\n    chain: INPUT\n').rules).not.toThrow();
    expect(readPaste('- nftables:\n    chain: INPUT\n    jump: DROP\n').rules).toEqual([]);
  });
});
