import { describe, expect, test } from 'vitest';
import type { Finding } from '../src/model/finding.js';
import { parseTexts } from '../src/parse/index.js';
import { printIpset } from '../src/parse/ipset/print.js';
import { printRule } from '../src/parse/rules/print-rule.js';
import { printSave } from '../src/parse/rules/print-save.js';
import { familyOfSave, parseSave } from '../src/parse/rules/save.js';

function read(text: string) {
  const findings: Finding[] = [];
  const tables = parseSave(text, 'x.rules', { add: (finding) => findings.push(finding) });
  return { tables, findings, printed: printSave(tables) };
}
const filter = (...lines: string[]) =>
  ['*filter', ':INPUT DROP [1:60]', ':web - [0:0]', ...lines, 'COMMIT', ''].join('\n');
const rulesOf = (text: string) => text.split('\n').filter((line) => line.startsWith('-A'));

describe('a save', () => {
  test('keeps policies, counters, order and places', () => {
    const { tables, findings } = read(
      filter('[3:180] -A INPUT -p udp -m udp --dport 53 -j web', '-A web', '-A web -j RETURN'),
    );
    expect(findings).toEqual([]);
    const [table] = tables;
    expect(table!.complete).toBe(true);
    expect([...table!.chains.keys()]).toEqual(['INPUT', 'web', 'FORWARD', 'OUTPUT']);
    const input = table!.chains.get('INPUT')!;
    expect(input.policy).toBe('DROP');
    expect(input.counters).toEqual({ packets: 1n, bytes: 60n });
    expect(input.rules[0]).toMatchObject({ line: 4, counters: { packets: 3n, bytes: 180n }, refused: false });
    expect(table!.chains.get('web')!.rules.map((rule) => rule.line)).toEqual([5, 6]);
  });

  test.each([
    ['as it is printed', '-A INPUT -s 10.0.0.0/8 ! -i eth+ -p udp -m udp --dport 53 -j web'],
    ['an odd mask', '-A INPUT -s 10.0.0.1/255.0.0.255 -j ACCEPT'],
    ['an unknown match with its words', '-A INPUT -m layer7 --l7proto "http bad" ! --l7dir x -j DROP'],
    ['an unknown target with its words', '-A INPUT -p udp -m udp --dport 1 -j FOO --bar 1 --baz'],
    ['quotes of words that are not understood', '-A INPUT -m geosite --of "a b" -j DROP'],
    ['a later fragment', '-A INPUT ! -f -j DROP'],
    ['lists of addresses', '-A INPUT -s 10.0.0.0/8,192.0.2.1/32 -d 1.1.1.1/32,2.2.2.2/32 -j DROP'],
  ])('prints back %s', (_, rule) => {
    expect(rulesOf(read(filter(rule)).printed)).toEqual([rule]);
  });

  test.each([
    ['--source=10.1.2.3/8 -j ACCEPT', '-s 10.0.0.0/8 -j ACCEPT'],
    ['-p udp --dport domain', '-p udp -m udp --dport 53'],
    ['-p 17 -s ! 10.0.0.1', '! -s 10.0.0.1/32 -p udp'],
    ['-p all -j DROP', '-j DROP'],
    ["-m layer7 --a 'b c'", '-m layer7 --a "b c"'],
    ['-p esp --espspi 1', '-p esp -m esp --espspi 1'],
    // the struct's 29 bytes end inside the last letter
    ['-j LOG --log-prefix 1234567890123456789012345678é', '-j LOG --log-prefix 1234567890123456789012345678'],
  ])('brings %s to its canonical form', (given, printed) => {
    const once = read(filter(`-A INPUT ${given}`)).printed;
    expect(rulesOf(once)).toEqual([`-A INPUT ${printed}`]);
    expect(read(once).printed).toBe(once);
  });

  test.each([
    ['-A INPUT -p udp -m udp --dport 70000', 'bad-value', 4, 32, '--dport: port 70000 is not in 0..65535'],
    ['-A INPUT -s 10.0.0.256', 'bad-value', 4, 13, '-s: "10.0.0.256" is not an address'],
    ['-A INPUT -j nowhere', 'no-such-chain', 4, 13, 'chain nowhere is not in table filter'],
    ['-A INPUT -j FORWARD', 'jump-to-builtin', 4, 13, 'FORWARD is a built-in chain, which no rule can jump to'],
    ['-A INPUT --nonsense 1', 'unknown-option', 4, 10, '--nonsense: no extension of this rule has such an option'],
    [
      '-A INPUT -p esp --icmp-type 8',
      'unknown-option',
      4,
      17,
      '--icmp-type: no extension of this rule has such an option',
    ],
    ['-A INPUT -s 10.0.0.0/8 -s web.example', 'repeated-option', 4, 24, '-s: is given twice'],
    ['-A INPUT -s web.example -s 10.0.0.0/8', 'repeated-option', 4, 25, '-s: is given twice'],
    ['-A INPUT -i $LAN -i eth0', 'repeated-option', 4, 18, '-i: is given twice'],
    ['-A INPUT -p udp -m udp --dport', 'missing-value', 4, 24, '--dport: PORT[:PORT] is missing'],
    ['-A INPUT -m udp --dport 1', 'needs-protocol', 4, 13, '-m udp: needs -p udp'],
    ['-A INPUT ! ! -s 1.1.1.1', 'double-negation', 4, 12, '"!" stands twice before one option'],
    ['-A INPUT ! -s 1.1.1.1,2.2.2.2', 'not-invertible', 4, 12, '-s: a list of addresses cannot be negated'],
    ['-A INPUT -s 1.1.1.1,2.x', 'bad-value', 4, 13, '-s: "2.x" is not an address'],
    ['-A INPUT -j DROP -j DROP', 'two-targets', 4, 18, '-j: the rule has a target already'],
    ['-A INPUT -m mark --mark "1', 'open-quote', 4, 25, 'the quote is never closed'],
    ['-A INPUT -p udp -j ACCEPT "', 'open-quote', 4, 27, 'the quote is never closed'],
    ['-A INPUT -j "ACCEPT', 'open-quote', 4, 13, 'the quote is never closed'],
    ['-A INPUT -j LOG --log-prefix "a b', 'open-quote', 4, 30, 'the quote is never closed'],
    ["-A INPUT -m comment --comment 'a b", 'open-quote', 4, 31, 'the quote is never closed'],
    ['-A INPUT -s 10.0.0.256 -m comment --comment "a', 'open-quote', 4, 45, 'the quote is never closed'],
    ['-A INPUT -j "a b"', 'bad-value', 4, 13, '-j: "a b" is no name of a chain'],
    ['-A elsewhere -j DROP', 'no-such-chain', 4, 4, 'chain elsewhere is not in table filter'],
  ])('refuses %s', (line, code, number, column, message) => {
    const { findings, tables, printed } = read(filter(line, '-A INPUT -j ACCEPT'));
    const error = findings.find((finding) => finding.severity === 'error')!;
    expect(error).toMatchObject({ code, message, place: { file: 'x.rules', line: number, column } });
    expect(rulesOf(printed), 'nothing read is lost').toContain(line);
    expect(tables[0]!.chains.get('INPUT')!.rules.at(-1)).toMatchObject({ refused: false, line: 5 });
  });

  // as add_param_to_argv of iptables' xshared.c has it; printed as it stands, since no other line says so
  test.each([
    ['-j ACCEPT -m comment --comment "a b', 'a b\n', 41],
    ['-m comment --comment "', '\n', 31],
    ['-m comment --comment x"y z', 'xy z\n', 32],
    ['-m comment --comment "a \\"', 'a "\n', 31],
    ['-m helper --helper "ftp', 'ftp\n', 29],
  ])('a quote that is never closed holds the line break: %s', (rule, value, column) => {
    const { findings, tables, printed } = read(filter(`-A INPUT ${rule}`, '-A INPUT -j DROP'));
    expect(findings).toMatchObject([{ severity: 'warning', code: 'open-quote', place: { line: 4, column } }]);
    const [use] = tables[0]!.chains.get('INPUT')!.rules[0]!.matches;
    expect(Object.values(use!.options).map((option) => option!.value)).toEqual([value]);
    expect(printed).toContain(`\n-A INPUT ${rule}\n-A INPUT -j DROP\n`);
  });

  test('what iptables prints otherwise has no line break', () => {
    const { printed } = read(filter('-A INPUT -m string --algo bm --string "ab'));
    expect(printed).toContain('\n-A INPUT -m string --hex-string "|61620a|" --algo bm\n');
  });

  test.each([
    [200, 'did you mean made-1?'],
    [201, 'a line ":mode-1 - [0:0]" declares it'],
  ])('of %i user chains: %s', (count, hint) => {
    const made = Array.from({ length: count }, (_, i) => `:made-${i} - [0:0]`);
    const { findings } = read(['*filter', ...made, '-A INPUT -j mode-1', 'COMMIT', ''].join('\n'));
    expect(findings).toMatchObject([{ code: 'no-such-chain', hint }]);
  });

  test.each<[line: string, hint: RegExp | undefined]>([
    [
      '-A INPUT -m recnet --set',
      /^did you mean -m recent\? If not, whether it holds is an open question: --assume match:/,
    ],
    ['-A INPUT -m nosuchmatch', /^whether it holds is an open question: /],
    ['-A INPUT -m socket --foo', undefined],
    ['-A INPUT -m socket -transparant', /^did you mean --transparent\?$/],
  ])('a slip, or none, in %s', (line, hint) => {
    const [finding] = read(filter(line)).findings;
    if (hint === undefined) expect(finding!.hint).toBeUndefined();
    else expect(finding!.hint).toMatch(hint);
  });

  test('half a range has no number', () => {
    for (const range of ['-5', '5-'])
      expect(read(filter(`-A OUTPUT -m owner --uid-owner ${range}`)).findings).toMatchObject([
        { message: '--uid-owner: a number is missing' },
      ]);
  });

  const QUOTE = /^. is no plain quote: " holds words together$/;
  test.each<[string, RegExp | undefined]>([
    ['-A INPUT –dport 22', /^– is no plain dash: - and -- begin options$/],
    ['-A INPUT —jump DROP', /^— is no plain dash/],
    ['-A INPUT -m comment --comment “allow ssh now”', QUOTE],
    ['-A INPUT -m comment --comment “allow ssh”', QUOTE],
    ['-A INPUT -s ‘10.0.0.1’', QUOTE],
    ['-A INPUT -m comment --comment "a – b" -p udp --dprot 22', /^did you mean --dport/],
    ['-A INPUT -p tcp --dport 70000 -m comment --comment "a – b"', undefined],
    ['-A INPUT stray', undefined],
  ])('quotes and dashes that programs for prose make: %s', (line, hint) => {
    const { findings } = read(filter(line));
    expect(findings).toHaveLength(1);
    if (hint === undefined) expect(findings[0]!.hint).toBeUndefined();
    else expect(findings[0]!.hint).toMatch(hint);
  });

  test('of text that may have such signs', () => {
    expect(read(filter('-A INPUT -m comment --comment “ssh”')).findings).toEqual([]);
  });

  test.each([
    [':INPUT DROP [0:0]', []],
    [':other - [0:0]', []],
    [':web - [0:0]', ['chain-again 4']],
    ['-N web', ['chain-again 4']],
  ])('a chain that is declared twice: %s', (line, said) => {
    const { findings, printed } = read(filter(line, '-A web -j DROP'));
    expect(findings.map(({ code, place }) => `${code} ${place!.line}`)).toEqual(said);
    expect(rulesOf(printed)).toEqual(['-A web -j DROP']);
  });

  test('a list of addresses makes a rule of each, sources outside', () => {
    const { tables, findings } = read(filter('[3:180] -A INPUT -d 1.1.1.1,2.2.2.2 -s 10.1.0.0/8,10.0.0.1', '-A INPUT'));
    expect(findings).toEqual([]);
    const { rules } = tables[0]!.chains.get('INPUT')!;
    expect(rules.map((rule) => printRule(rule, 4))).toEqual([
      '-A INPUT -s 10.0.0.0/8 -d 1.1.1.1/32',
      '-A INPUT -s 10.0.0.0/8 -d 2.2.2.2/32',
      '-A INPUT -s 10.0.0.1/32 -d 1.1.1.1/32',
      '-A INPUT -s 10.0.0.1/32 -d 2.2.2.2/32',
      '-A INPUT',
    ]);
    expect(rules.map((rule) => rule.counters?.packets)).toEqual([3n, 3n, 3n, 3n, undefined]);
    expect(rulesOf(printSave(tables))).toEqual([
      '-A INPUT -s 10.0.0.0/8,10.0.0.1/32 -d 1.1.1.1/32,2.2.2.2/32',
      '-A INPUT',
    ]);
    expect(printSave(tables, { counters: true }).match(/^\[3:180\] -A INPUT /gm)).toHaveLength(4);
  });

  test('a target that is not evaluated is no chain', () => {
    const { tables, findings, printed } = read(filter('-A INPUT -j LUA --x 1'));
    expect(findings).toMatchObject([
      { severity: 'warning', code: 'not-understood', message: 'target LUA is not evaluated' },
    ]);
    expect(tables[0]!.chains.get('INPUT')!.rules[0]!.target).toMatchObject({
      kind: 'extension',
      use: { known: false },
    });
    expect(rulesOf(printed)).toEqual(['-A INPUT -j LUA --x 1']);
  });

  test.each([
    [['-A PREROUTING -j x', '-A x -j DNAT --to-destination 1.1.1.1'], undefined],
    [['-A x -j DNAT --to-destination 1.1.1.1'], undefined],
    [['-A POSTROUTING -g x', '-A x -j y', '-A y -j DNAT --to-destination 1.1.1.1'], 'POSTROUTING leads to chain y'],
    [['-A OUTPUT -j x', '-A INPUT -j x', '-A x -j DNAT --to-destination 1.1.1.1'], 'INPUT leads to chain x'],
    [['-A OUTPUT -j x', '-A x -j x', '-A x -j MASQUERADE'], 'OUTPUT leads to chain x'],
  ])('hooks from which a rule is reached: %j', (rules, message) => {
    const { tables, findings } = read(['*nat', ':x - [0:0]', ':y - [0:0]', ...rules, 'COMMIT', ''].join('\n'));
    const last = [...tables[0]!.chains.values()]
      .flatMap((chain) => chain.rules)
      .find((one) => one.source === rules.at(-1));
    expect(last!.refused).toBe(message !== undefined);
    if (message === undefined) expect(findings).toEqual([]);
    else expect(findings).toMatchObject([{ code: 'wrong-chain', message: expect.stringContaining(message) }]);
  });

  test('sets stand beside rules in one text, each with its places', () => {
    const findings: Finding[] = [];
    const text = `create s hash:ip\r\nadd s 10.0.0.1\r\nadd s x\r\n${filter('-A INPUT -m set --match-set s src', '-A INPUT --x')}`;
    const { tables, sets } = parseTexts([{ name: 'x', text }], { add: (finding) => findings.push(finding) });
    expect(tables[0]!.chains.get('INPUT')!.rules.map(({ line }) => line)).toEqual([7, 8]);
    expect(printIpset(sets)).toMatch(/^create s .*\nadd s 10\.0\.0\.1\n$/);
    expect(findings.map(({ code, place }) => [code, place?.line]).sort()).toEqual([
      ['bad-member', 3],
      ['unknown-option', 8],
    ]);
  });

  test('saves of both families stand in one text, each below its header', () => {
    const header = (tool: string) => `# Generated by ${tool}-save v1.8.9\n`;
    const { tables } = read(
      `${header('iptables')}${filter('-A INPUT -p icmp')}${header('ip6tables')}${filter('-A INPUT -p icmpv6')}*raw\nCOMMIT\n`,
    );
    expect(tables.map(({ name, family }) => name + family)).toEqual(['filter4', 'filter6', 'raw6']);
  });

  test('a cut block is not complete', () => {
    const { tables, findings } = read('*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j nowhere\n');
    expect(tables[0]!.complete).toBe(false);
    expect(findings.map((finding) => [finding.code, finding.severity])).toEqual([
      ['no-commit', 'warning'],
      ['no-such-chain', 'warning'],
    ]);
  });

  test.each([
    ['# Generated by ip6tables-save v1.8.9\n*filter\nCOMMIT\n', 'a', 6],
    ['*filter\n-A INPUT -s fe80::/10 -j DROP\nCOMMIT\n', 'a', 6],
    ['# Generated by iptables-save v1\n*filter\n-A INPUT -s fe80::/10\nCOMMIT\n', 'a', 6],
    ['# Generated by iptables-save v1\n*filter\n-A INPUT -s fe80::/10\n-A INPUT -d 1.1.1.1\nCOMMIT\n', 'a', 4],
    ['*filter\n-A INPUT -p icmpv6 -j ACCEPT\nCOMMIT\n', 'a', 6],
    ['*filter\n-A INPUT -s 10.0.0.1/32 -j DROP\nCOMMIT\n', 'rules.v6', 4],
    ['*filter\n-A INPUT -p tcp -j REJECT\n-A INPUT -m ttl --ttl-eq 5 -j DROP\nCOMMIT\n', 'rules.v6', 4],
    ['*mangle\n-A OUTPUT -j TTL --ttl-set 64\nCOMMIT\n', 'rules.v6', 4],
    ['*filter\nCOMMIT\n', 'rules.v6', 6],
    ['*filter\nCOMMIT\n', 'rules.v4', 4],
    ['-A OUTPUT -p ipv6-icmp -j DNAT --to-destination 10.0.0.9', 'rules', 4],
    ['-A OUTPUT -p icmp -m iprange --src-range fd00::1-fd00::9', 'rules', 6],
    ['-A OUTPUT -p tcp -j DNAT --to-destination [fd00::1]:80', 'rules', 6],
    ['-A OUTPUT -p ipv6-icmp\n-A OUTPUT -m ttl --ttl-eq 5', 'rules', 4],
    ['-A OUTPUT -p icmp\n-A OUTPUT -m hl --hl-eq 5', 'rules', 6],
  ])('family of %j in %s is %i', (text, file, family) => {
    expect(familyOfSave(text, file)).toBe(family);
  });
});
