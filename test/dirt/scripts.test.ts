/** Commands of iptables in scripts and at prompts: what rules they leave behind. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a shell's variables are written so
import { describe, expect, test } from 'vitest';
import { readPaste } from './read.js';

const said = (text: string) => readPaste(text).said.filter((one) => !one.startsWith('note commands '));
const rules = (...lines: string[]) => readPaste(`${lines.join('\n')}\n`).rules;

describe('commands are carried out in order', () => {
  test.each<[what: string, lines: string[], expected: string[]]>([
    [
      '-A',
      ['iptables -A INPUT -i lo -j ACCEPT', 'iptables -A INPUT -j DROP'],
      ['-A INPUT -i lo -j ACCEPT', '-A INPUT -j DROP'],
    ],
    [
      '-I',
      ['iptables -A INPUT -j DROP', 'iptables -I INPUT -i lo -j ACCEPT'],
      ['-A INPUT -i lo -j ACCEPT', '-A INPUT -j DROP'],
    ],
    [
      '-I with a number',
      ['iptables -A INPUT -p 6', 'iptables -A INPUT -p 17', 'iptables -I INPUT 2 -p 1'],
      ['-A INPUT -p tcp', '-A INPUT -p icmp', '-A INPUT -p udp'],
    ],
    [
      '-D of a number',
      ['iptables -A INPUT -p 6', 'iptables -A INPUT -p 17', 'iptables -D INPUT 1'],
      ['-A INPUT -p udp'],
    ],
    [
      '-D of a rule, as it is meant',
      [
        'iptables -A INPUT -p tcp --dport 22 -j DROP',
        'iptables -A INPUT -p 17',
        'iptables -D INPUT -p 6 --dport ssh -j DROP',
      ],
      ['-A INPUT -p udp'],
    ],
    [
      '-D of one of two',
      ['iptables -A INPUT -p 6', 'iptables -A INPUT -p 6', 'iptables -D INPUT -p tcp'],
      ['-A INPUT -p tcp'],
    ],
    [
      '-R',
      ['iptables -A INPUT -p 6', 'iptables -A INPUT -p 17', 'iptables -R INPUT 1 -p 1'],
      ['-A INPUT -p icmp', '-A INPUT -p udp'],
    ],
    ['-F', ['iptables -A INPUT -p 6', 'iptables -A FORWARD -p 6', 'iptables -F'], []],
    [
      '-F of a chain',
      ['iptables -A INPUT -p 6', 'iptables -A FORWARD -p 6', 'iptables -F INPUT'],
      ['-A FORWARD -p tcp'],
    ],
    [
      '-F of a table',
      ['iptables -A INPUT -p 6', 'iptables -t nat -A OUTPUT -p 6', 'iptables -t nat -F'],
      ['-A INPUT -p tcp'],
    ],
    [
      '-E',
      ['iptables -N a', 'iptables -A a -p 6', 'iptables -A INPUT -j a', 'iptables -E a b'],
      ['-A b -p tcp', '-A INPUT -j b'],
    ],
    ['-Z', ['iptables -A INPUT -p 6', 'iptables -Z'], ['-A INPUT -p tcp']],
    [
      'long names',
      ['iptables --table filter --append INPUT --protocol 6', 'iptables --insert INPUT 1 -p 17'],
      ['-A INPUT -p udp', '-A INPUT -p tcp'],
    ],
    ['options before the command', ['iptables -w 5 -p 6 -A INPUT -j DROP'], ['-A INPUT -p tcp -j DROP']],
    [
      '; and && and sudo',
      ['sudo iptables -A INPUT -p 6; /sbin/iptables -A INPUT -p 17 && iptables -A INPUT -p 1 || exit 1'],
      ['-A INPUT -p tcp', '-A INPUT -p udp', '-A INPUT -p icmp'],
    ],
    ['lines that go on', ['iptables -A INPUT \\', '  -p 6 \\', '  -j DROP'], ['-A INPUT -p tcp -j DROP']],
    [
      'quotes',
      [`iptables -A INPUT -m comment --comment 'a "b"' -j DROP`],
      ['-A INPUT -m comment --comment "a \\"b\\"" -j DROP'],
    ],
    ['a remark', ['iptables -A INPUT -p 6 # -A INPUT -p 17'], ['-A INPUT -p tcp']],
    [
      'prompts',
      [
        'root@h:~# iptables -A INPUT -p 6',
        '[me@h ~]$ sudo iptables -A INPUT -p 17',
        '➜ ~ iptables -A INPUT -p 1',
        '$ iptables -A INPUT -p 47',
      ],
      ['-A INPUT -p tcp', '-A INPUT -p udp', '-A INPUT -p icmp', '-A INPUT -p gre'],
    ],
    [
      'links and units',
      [
        'PostUp = iptables -A FORWARD -i wg0 -j ACCEPT; iptables -A FORWARD -o wg0 -j ACCEPT',
        'ExecStart=/sbin/iptables -A INPUT -p 6',
        'PostDown = iptables -D FORWARD -i wg0 -j ACCEPT',
      ],
      ['-A INPUT -p tcp', '-A FORWARD -i wg0 -j ACCEPT', '-A FORWARD -o wg0 -j ACCEPT'],
    ],
  ])('%s', (_, lines, expected) => {
    expect(rules(...lines).sort()).toEqual([...expected].sort());
    // their order, where they stand in one chain
    const of = (chain: string, list: readonly string[]) => list.filter((rule) => rule.startsWith(`-A ${chain}`));
    expect(of('INPUT', rules(...lines))).toEqual(of('INPUT', expected));
  });

  test('policies and chains', () => {
    const { policies, tables } = readPaste(
      'iptables -P INPUT DROP\niptables -N web\niptables -N old\niptables -X old\niptables -t nat -P OUTPUT ACCEPT\n',
    );
    expect(policies).toEqual(['filter INPUT DROP', 'nat OUTPUT ACCEPT']);
    expect([...tables[0]!.chains.keys()].filter((name) => /[a-z]/.test(name))).toEqual(['web']);
  });

  test('of both families', () => {
    expect(readPaste('iptables -A INPUT -p tcp\nip6tables -A INPUT -p icmpv6\n').tableNames).toEqual([
      'filter4',
      'filter6',
    ]);
  });
});

describe('a script', () => {
  test.each<[what: string, lines: string[], expected: string[]]>([
    [
      'variables',
      ['IPT=/sbin/iptables', 'NET="10.0.0.0/8"', '$IPT -A INPUT -s $NET -p 6', '"${IPT}" -A INPUT -s "${NET}" -p 17'],
      ['-A INPUT -s 10.0.0.0/8 -p tcp', '-A INPUT -s 10.0.0.0/8 -p udp'],
    ],
    [
      'a variable of several words',
      ['IPT="iptables -t filter"', 'OPTS="-p tcp --dport 22"', '$IPT -A INPUT $OPTS -j DROP'],
      ['-A INPUT -p tcp -m tcp --dport 22 -j DROP'],
    ],
    ['a value where none is set', ['iptables -A INPUT -i ${IF:-eth0} -j DROP'], ['-A INPUT -i eth0 -j DROP']],
    [
      'which',
      ['IPT=$(which iptables)', 'A=`command -v iptables`', '$IPT -A INPUT -p 6', '$A -A INPUT -p 17'],
      ['-A INPUT -p tcp', '-A INPUT -p udp'],
    ],
    [
      'a loop',
      ['for p in 22 80; do iptables -A INPUT -p tcp --dport $p -j ACCEPT; done'],
      ['-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT', '-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT'],
    ],
    [
      'a loop over lines',
      ['PORTS="22 80"', 'for p in $PORTS', 'do', '  iptables -A INPUT -p tcp --dport $p', 'done'],
      ['-A INPUT -p tcp -m tcp --dport 22', '-A INPUT -p tcp -m tcp --dport 80'],
    ],
    [
      'a loop in a loop',
      ['for a in 1 2; do for b in 3 4; do iptables -A INPUT -s 10.0.$a.$b; done; done'],
      ['-A INPUT -s 10.0.1.3/32', '-A INPUT -s 10.0.1.4/32', '-A INPUT -s 10.0.2.3/32', '-A INPUT -s 10.0.2.4/32'],
    ],
    [
      'a loop over a range',
      ['for i in {1..3}; do iptables -A INPUT -s 10.0.0.$i; done'],
      ['-A INPUT -s 10.0.0.1/32', '-A INPUT -s 10.0.0.2/32', '-A INPUT -s 10.0.0.3/32'],
    ],
    [
      'a function',
      ['allow() {', '  iptables -A INPUT -p $1 --dport $2 -j ACCEPT', '}', 'allow tcp 22', 'allow udp 53'],
      ['-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT', '-A INPUT -p udp -m udp --dport 53 -j ACCEPT'],
    ],
    [
      'a test of what is known',
      ['A=yes', 'if [ "$A" = "yes" ]; then iptables -A INPUT -p 6; else iptables -A INPUT -p 17; fi'],
      ['-A INPUT -p tcp'],
    ],
    [
      'another branch',
      ['A=no', 'if [ "$A" = "yes" ]; then iptables -A INPUT -p 6; else iptables -A INPUT -p 17; fi'],
      ['-A INPUT -p udp'],
    ],
    [
      'a case',
      ['A=b', 'case $A in', 'a) iptables -A INPUT -p 6 ;;', 'b|c) iptables -A INPUT -p 17 ;;', 'esac'],
      ['-A INPUT -p udp'],
    ],
    [
      'a here-document',
      [
        '#!/bin/sh',
        'NET=10.0.0.0/8',
        'iptables-restore <<EOF',
        '*filter',
        ':INPUT DROP [0:0]',
        '-A INPUT -s $NET -j ACCEPT',
        'COMMIT',
        'EOF',
        'iptables -A INPUT -p 6',
      ],
      ['-A INPUT -s 10.0.0.0/8 -j ACCEPT', '-A INPUT -p tcp'],
    ],
  ])('has %s', (_, lines, expected) => {
    expect(rules(...lines)).toEqual(expected);
    expect(said(`${lines.join('\n')}\n`)).toEqual([]);
  });

  test.each<[what: string, lines: string[], expected: string[], findings: string[]]>([
    [
      'a variable that nothing sets',
      ['iptables -A INPUT -i $WAN -j DROP'],
      ['-A INPUT -i $WAN -j DROP'],
      ['warning name-not-known 1'],
    ],
    [
      'what another command prints',
      ['IP=$(hostname -I)', 'iptables -A INPUT -s $IP -j DROP'],
      ['-A INPUT -s $IP -j DROP'],
      ['warning name-not-known 2'],
    ],
    ['a tool that nothing names', ['$IPT -A INPUT -j DROP'], ['-A INPUT -j DROP'], ['warning script-guessed 1']],
    [
      'a test that nobody can make',
      ['if [ -f /etc/x ]; then', 'iptables -A INPUT -p 6', 'else', 'iptables -A INPUT -p 17', 'fi'],
      ['-A INPUT -p tcp'],
      ['warning script-guessed 1'],
    ],
    [
      'a loop over files',
      ['for f in /etc/x/*; do', 'iptables -A INPUT -s $f', 'done'],
      ['-A INPUT -s $f'],
      ['warning script-guessed 1', 'warning name-not-known 2'],
    ],
    [
      'a case of what is not known',
      ['case "$1" in', 'start)', 'iptables -A INPUT -p 6', ';;', 'stop)', 'iptables -F', ';;', 'esac'],
      ['-A INPUT -p tcp'],
      ['warning script-guessed 1'],
    ],
    [
      'a function that nothing calls',
      ['iptables -A INPUT -p 6', 'stop() {', 'iptables -F', '}'],
      ['-A INPUT -p tcp'],
      ['warning function-not-called 3'],
    ],
    [
      'a rule that is not there',
      ['iptables -D INPUT -p 6', 'iptables -A INPUT -p 17'],
      ['-A INPUT -p udp'],
      ['warning nothing-there 1'],
    ],
    [
      'a number that is not there',
      ['iptables -A INPUT -p 17', 'iptables -D INPUT 7'],
      ['-A INPUT -p udp'],
      ['warning nothing-there 2'],
    ],
    [
      'a file to restore',
      ['iptables-restore < /etc/rules', 'iptables -A INPUT -p 6'],
      ['-A INPUT -p tcp'],
      ['warning restore-of-file 1'],
    ],
  ])('with %s', (_, lines, expected, findings) => {
    expect(rules(...lines)).toEqual(expected);
    expect(said(`${lines.join('\n')}\n`)).toEqual(findings);
  });

  test('has its rules in its own lines and columns', () => {
    const text = '#!/bin/sh\nP=70000\n  iptables -A INPUT -p tcp --dport $P -j ACCEPT\n';
    const { findings } = readPaste(text);
    expect(findings.find(({ severity }) => severity === 'error')!.place).toEqual({
      file: 'x',
      line: 3,
      column: 36,
      length: 2,
      source: '  iptables -A INPUT -p tcp --dport $P -j ACCEPT',
    });
  });

  const LONG = `LONG=${'a'.repeat(99_000)}`;
  test.each<[what: string, said: string, lines: string[]]>([
    [
      'a loop in a loop',
      'more than 50000 commands',
      ['for a in {1..300}; do for b in {1..300}; do iptables -Z; done; done'],
    ],
    [
      'a long value in a loop',
      'variables make more than 20 MB of words',
      [LONG, 'for a in {1..300}; do iptables -A INPUT -m comment --comment "$LONG"; done'],
    ],
    [
      'a value that grows in a loop',
      'variables make more than 20 MB of words',
      [LONG, 'for a in {1..300}; do X=$LONG; done'],
    ],
    [
      'loops that do nothing',
      'variables make more than 20 MB of words',
      ['for a in {1..1000}; do for b in {1..1000}; do for c in {1..1000}; do done; done; done'],
    ],
    [
      'a function that calls itself with more',
      'variables make more than 20 MB of words',
      ['f() { f "$@" "$@" "$@"; }', 'f a b'],
    ],
    [
      'a here-document',
      'variables make more than 20 MB of words',
      [
        LONG,
        'iptables-restore <<E',
        '*filter',
        ...Array.from({ length: 300 }, () => '-A INPUT -j $LONG'),
        'COMMIT',
        'E',
      ],
    ],
  ])('that never ends is left: %s', (_, message, lines) => {
    const text = `iptables -P INPUT DROP\n${lines.join('\n')}\n`;
    for (const own of [text, `${text}iptables -A OUTPUT -j DROP\n`])
      expect(readPaste(own).findings.find(({ code }) => code === 'too-many-commands')?.message).toBe(
        `${message}: the rest is left out`,
      );
    const { rules: read } = readPaste(`${text}iptables -A OUTPUT -j DROP\n`);
    expect(read.filter((rule) => rule.startsWith('-A OUTPUT'))).toEqual([]);
  });
});

describe('a shell', () => {
  const SAVE = ['*filter', ':INPUT DROP [0:0]', '-A INPUT -p tcp --dport $P -j ACCEPT', 'COMMIT'];
  const ports = (...list: number[]) => list.map((port) => `-A INPUT -p tcp -m tcp --dport ${port} -j ACCEPT`);
  const allow = '  iptables -A INPUT -p tcp --dport $p -j ACCEPT';

  test.each<[what: string, lines: string[], expected: string[]]>([
    ['a list', ['P=(22 80)', 'for p in "${P[@]}"; do', allow, 'done'], ports(22, 80)],
    ['a list over lines', ['P=(', ' 22  # ssh', ' "80"', ')', 'for p in ${P[@]}; do', allow, 'done'], ports(22, 80)],
    ['the first of a list', ['P=(22 80)', 'p=$P', allow], ports(22)],
    [
      'blanks in a list',
      ['R=("-p 6" "-p 17")', 'for r in "${R[@]}"; do iptables -A INPUT $r; done'],
      ['-A INPUT -p tcp', '-A INPUT -p udp'],
    ],
    ['numbers', ['for p in $(seq 21 22); do', allow, 'done'], ports(21, 22)],
    ['numbers from 1', ['for p in `seq 2`; do', allow, 'done'], ports(1, 2)],
    ['a loop that counts', ['for ((p=21; p<=22; p++)); do', allow, 'done'], ports(21, 22)],
    ['a loop that stops before', ['for (( p = 21 ; p < 23 ; ++p )); do', allow, 'done'], ports(21, 22)],
    ['a list with commas', ['P=22,80', 'for p in ${P//,/ }; do', allow, 'done'], ports(22, 80)],
    [
      'shift and "$@"',
      ['f() {', ' local n=$1; shift', ' for p in "$@"; do iptables -A INPUT -p $n --dport $p; done', '}', 'f 6 22 80'],
      ['-A INPUT -p tcp -m tcp --dport 22', '-A INPUT -p tcp -m tcp --dport 80'],
    ],
    ['-C that finds nothing', ['iptables -C INPUT -p 6 2>/dev/null || iptables -A INPUT -p 6'], ['-A INPUT -p tcp']],
    [
      '-C that finds it',
      ['iptables -A INPUT -p 6', 'iptables -C INPUT -p tcp || iptables -A INPUT -p 6', 'iptables -A INPUT -p 17'],
      ['-A INPUT -p tcp', '-A INPUT -p udp'],
    ],
    ['cat into iptables-restore', ['P=22', 'cat <<EOF | sudo iptables-restore', ...SAVE, 'EOF'], ports(22)],
    [
      'a file that is restored',
      ['#!/bin/sh', 'P=22', 'cat > /etc/r.v4 <<EOF', ...SAVE, 'EOF', 'iptables-restore < /etc/r.v4'],
      ports(22),
    ],
    [
      'a file that the host restores',
      ['#!/bin/sh', 'P=22', 'tee /etc/r.v4 >/dev/null <<EOF', ...SAVE, 'EOF'],
      ports(22),
    ],
    ['a file that is run', ['#!/bin/sh', "cat > fw.sh <<'EOF'", 'p=22', allow, 'EOF'], ports(22)],
    [
      'remarks',
      ['iptables -A INPUT -p 6 // tcp', 'iptables -A INPUT -p 17   <-- udp'],
      ['-A INPUT -p tcp', '-A INPUT -p udp'],
    ],
  ])('has %s', (_, lines, expected) => {
    expect(rules(...lines)).toEqual(expected);
  });

  test.each([
    ['docker exec fw iptables -A INPUT -p 6'],
    ['ExecStart=/sbin/iptables -A INPUT -p 6'],
    ["ExecStart=/bin/sh -c 'iptables -A INPUT -p 6'"],
    ['subprocess.run(["iptables", "-A", "INPUT", "-p", "6"])'],
    ['command: ["sh", "-c", "iptables -A INPUT -p 6"]'],
    ['os.system("sudo iptables -A INPUT -p 6")'],
    ['2. `iptables -A INPUT -p 6`'],
    ['ssh root@gw "iptables -A INPUT -p 6"'],
    ["sudo sh -c 'iptables -A INPUT -p 6'"],
    ['root@h:~# ip netns exec ns1 iptables -A INPUT -p 6'],
    ['sudo nsenter -t 1 -n /sbin/iptables -A INPUT -p 6'],
    ['ssh gw sudo iptables -A INPUT -p 6'],
  ])('may be elsewhere: %s', (line) => {
    expect(rules(line)).toEqual(['-A INPUT -p tcp']);
  });

  test('elsewhere prints the table that it is asked for', () => {
    const text = "$ ssh gw 'iptables -t mangle -S FORWARD'\n-P FORWARD ACCEPT\n-A FORWARD -j ACCEPT\n";
    expect(readPaste(text).tableNames).toEqual(['mangle4']);
    const listing =
      '# ip netns exec a iptables -t raw -L\nChain OUTPUT (policy ACCEPT)\ntarget prot opt source destination\n';
    expect(readPaste(listing).tableNames).toEqual(['raw4']);
  });
});

describe('quotes over the end of a line', () => {
  const SSH = '-A INPUT -p tcp -m comment --comment "let ssh in" -j ACCEPT';
  test.each<[what: string, lines: string[], expected: string[]]>([
    ['double', ['iptables -A INPUT -p 6 -m comment --comment "let', 'ssh in" -j ACCEPT'], [SSH]],
    ['single', ["iptables -A INPUT -p 6 -m comment --comment 'let", 'ssh', "in' -j ACCEPT"], [SSH]],
    [
      'with backslashes',
      ['iptables -A INPUT -p 6 \\', ' -m comment --comment "let \\', 'ssh', 'in" \\', ' -j ACCEPT'],
      [SSH],
    ],
    [
      'at a prompt',
      ['root@h:~# iptables -A INPUT -p 6 -m comment --comment "let', '> ssh in" \\', '> -j ACCEPT'],
      [SSH],
    ],
    ['a backslash at a prompt', ['root@h:~# iptables -A INPUT \\', '> -p 6'], ['-A INPUT -p tcp']],
    [
      'of a list',
      ['NETS="10.0.0.0/8', '192.168.0.0/16"', 'for n in $NETS; do iptables -A INPUT -s $n; done'],
      ['-A INPUT -s 10.0.0.0/8', '-A INPUT -s 192.168.0.0/16'],
    ],
    [
      'of what a function is given',
      [
        '#!/bin/sh',
        'allow() { iptables -A INPUT -p $1 -m comment --comment "$2" -j ACCEPT; }',
        'allow 6 "let',
        'ssh in"',
      ],
      [SSH],
    ],
    [
      'a remark has none',
      ["A=6 # it's", "B=17 # it's", 'iptables -A INPUT -p $A', 'iptables -A INPUT -p $B'],
      ['-A INPUT -p tcp', '-A INPUT -p udp'],
    ],
    [
      'one that is escaped is none',
      ["iptables -A INPUT -m comment --comment it\\'s -j DROP", "iptables -A INPUT -m comment --comment it\\'s"],
      ['-A INPUT -m comment --comment "it\\\'s" -j DROP', '-A INPUT -m comment --comment "it\\\'s"'],
    ],
  ])('%s', (_, lines, expected) => {
    const { rules: read, findings } = readPaste(`${lines.join('\n')}\n`);
    expect(read).toEqual(expected);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test.each<[lines: string[], expected: string[], at: [line: number, column: number]]>([
    [
      ['iptables -A INPUT -p 6 -m comment --comment "it\'s -j ACCEPT', 'iptables -A INPUT -p 17'],
      ['-A INPUT -p 6 -m comment --comment "it\'s -j ACCEPT', '-A INPUT -p udp'],
      [1, 45],
    ],
    [
      ["iptables -A INPUT -p 6 -m comment --comment 'a b", '', 'iptables -A INPUT -p 17', ''],
      ['-A INPUT -p 6 -m comment --comment "a b', '-A INPUT -p udp'],
      [1, 45],
    ],
    [
      ['iptables -A INPUT -m comment --comment "a', 'iptables -A INPUT -m comment --comment "b" -j DROP', 'echo "'],
      ['-A INPUT -m comment --comment "a', '-A INPUT -m comment --comment b -j DROP'],
      [1, 40],
    ],
    [['iptables -A INPUT -p 17', 'iptables -D INPUT -p 17 -m comment --comment "a'], ['-A INPUT -p udp'], [2, 46]],
    [
      ['iptables -A INPUT -m comment --comment "a', ...Array.from({ length: 100 }, () => 'b'), 'c"'],
      ['-A INPUT -m comment --comment "a'],
      [1, 40],
    ],
    [
      ['f() {', ' iptables -A INPUT -m comment --comment "$1" -j $2', '}', 'f "a', 'f b DROP'],
      ['-A INPUT -m comment --comment b -j DROP'],
      [4, 3],
    ],
  ])('%j is refused where its quote stands', (lines, expected, [line, column]) => {
    const { rules: read, findings } = readPaste(`${lines.join('\n')}\n`);
    expect(read).toEqual(expected);
    expect(
      findings
        .filter(({ severity }) => severity === 'error')
        .map(({ code, place }) => [code, place!.line, place!.column, place!.length]),
    ).toEqual([['open-quote', line, column, 1]]);
  });
});

describe('rules by themselves', () => {
  test.each<[what: string, text: string, expected: string[]]>([
    ['-A and -I are of one table', 'I have\n-A INPUT -p 6\n-I INPUT -p 17\n', ['-A INPUT -p udp', '-A INPUT -p tcp']],
    ['-I first', '-I INPUT -p 17\n-A INPUT -p 6\n', ['-A INPUT -p udp', '-A INPUT -p tcp']],
    [
      'in a chain of nat alone',
      '-I PREROUTING -p 6\n-I POSTROUTING 1 -p 17\n',
      ['-A PREROUTING -p tcp', '-A POSTROUTING -p udp'],
    ],
  ])('%s', (_, text, expected) => {
    const { rules: read, tables } = readPaste(text);
    expect(read).toEqual(expected);
    expect(tables).toHaveLength(1);
  });

  test('beside what iptables -S printed, -I is no part of that', () => {
    expect(
      readPaste('-P INPUT DROP\n-A INPUT -p 6\nI tried\n-I INPUT -p 17\n').tables.map(({ origin }) => origin),
    ).toEqual(['commands', 'rules']);
  });
});

describe('a save with commands in it', () => {
  test.each<[what: string, lines: string[], expected: string[]]>([
    ['-I and -D', ['-A INPUT -p 6', '-I INPUT -p 17', '-D INPUT -p 6'], ['-A INPUT -p udp']],
    ['-R and -F', ['-A INPUT -p 6', '-R INPUT 1 -p 1', '-A FORWARD -p 6', '-F FORWARD'], ['-A INPUT -p icmp']],
  ])('%s', (_, lines, expected) => {
    const { rules: read, said: found } = readPaste(`*filter\n${lines.join('\n')}\nCOMMIT\n`);
    expect(read).toEqual(expected);
    expect(found).toEqual([]);
  });
});

describe('commands as people write them down', () => {
  const SSH = '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT';
  test.each<[what: string, lines: string[], expected: string[]]>([
    [
      'a target on the next line',
      ['iptables -A INPUT -p tcp --dport 22 -j', 'ACCEPT', 'iptables -A INPUT -j DROP'],
      [SSH, '-A INPUT -j DROP'],
    ],
    ['options on the next line', ['iptables -A INPUT -p tcp', '  --dport 22 -j ACCEPT'], [SSH]],
    [
      'a word broken in two',
      [
        'sudo iptables -A INPUT -m state --state ESTABLISHED,RELATE',
        'D -i eth1 -j ACCEPT',
        'sudo iptables -A INPUT -j DROP',
      ],
      ['-A INPUT -i eth1 -m state --state RELATED,ESTABLISHED -j ACCEPT', '-A INPUT -j DROP'],
    ],
    [
      'numbered',
      ['Rule 1: iptables -A INPUT -p tcp --dport 22 -j ACCEPT', 'Step 2. iptables -A INPUT -j DROP'],
      [SSH, '-A INPUT -j DROP'],
    ],
    [
      'in prose, between marks of code',
      ['I used `iptables -A INPUT -p tcp --dport 22 -j ACCEPT`, then `sudo iptables -A INPUT -j DROP` and `ls -l`.'],
      [SSH, '-A INPUT -j DROP'],
    ],
    ['rules in prose', ['My `-A INPUT -p tcp --dport 22 -j ACCEPT` does nothing.'], [SSH]],
    [
      'prose beside a script',
      ['iptables -A INPUT -p tcp --dport 22 -j ACCEPT', 'To undo it, `iptables -F` is what you need.'],
      [SSH],
    ],
    ['a command that is whole', ['iptables -A INPUT -p tcp --dport 22 -j ACCEPT', 'D -j ACCEPT'], [SSH]],
  ])('%s', (_, lines, expected) => {
    expect(rules(...lines)).toEqual(expected);
  });
});
