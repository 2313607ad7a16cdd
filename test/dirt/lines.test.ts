/** One dirty line each: what is read of it, and what is said. */
import { describe, expect, test } from 'vitest';
import { placeOf } from '../../src/model/ruleset.js';
import { printSave } from '../../src/parse/rules/print-save.js';
import { readPaste } from './read.js';

const inTable = (...lines: string[]) => ['*filter', ':INPUT DROP [0:0]', ...lines, 'COMMIT', ''].join('\n');
const SSH = '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT';
const PLAIN = '-A INPUT -p tcp --dport 22 -j ACCEPT';

describe('a rule', () => {
  test.each<[what: string, line: string, rule: string, said: string]>([
    ['en dashes', '-A INPUT –p tcp –dport 22 –j ACCEPT', SSH, 'cleaned-dashes'],
    ['em dashes', '—A INPUT -p tcp —dport 22 -j ACCEPT', SSH, 'cleaned-dashes'],
    ['a dash of each kind', '-A INPUT -p tcp -–dport 22 −j ACCEPT', SSH, 'cleaned-dashes'],
    [
      'a dash within a word',
      '-A INPUT -m iprange --src-range 10.0.0.1–10.0.0.9 -j DROP',
      '-A INPUT -m iprange --src-range 10.0.0.1-10.0.0.9 -j DROP',
      'cleaned-dashes',
    ],
    [
      'quotes of word processors',
      '-A INPUT -m comment --comment “let in” -j ACCEPT',
      '-A INPUT -m comment --comment "let in" -j ACCEPT',
      'cleaned-quotes',
    ],
    [
      'single ones',
      '-A INPUT -m comment --comment ‘let in’ -j ACCEPT',
      '-A INPUT -m comment --comment "let in" -j ACCEPT',
      'cleaned-quotes',
    ],
    [
      'entities',
      '-A INPUT -m comment &#45;-comment &quot;a &amp; b&quot; -j ACCEPT',
      '-A INPUT -m comment --comment "a & b" -j ACCEPT',
      'cleaned-entities',
    ],
    [
      'entities of entities',
      '-A INPUT -m comment --comment &amp;quot;a b&amp;quot; -j ACCEPT',
      '-A INPUT -m comment --comment "a b" -j ACCEPT',
      'cleaned-entities',
    ],
    ['tags', '<b>-A INPUT -p tcp --dport 22</b> -j ACCEPT<br/>', SSH, 'cleaned-tags'],
    ['tags of a forum', '[b]-A INPUT -p tcp --dport 22[/b] -j ACCEPT', SSH, 'cleaned-tags'],
    [
      'tags of a forum that another line closes',
      '[COLOR=Blue][B]-A INPUT -p tcp --dport 22 -j ACCEPT',
      SSH,
      'cleaned-tags',
    ],
    ['tags that another line opened', '-A INPUT -p tcp --dport 22 -j ACCEPT[/B][/COLOR]', SSH, 'cleaned-tags'],
    ['tags with values in quotes', '[COLOR="Red"]-A INPUT[/COLOR] -p tcp --dport 22 -j ACCEPT', SSH, 'cleaned-tags'],
    [
      'tags of several kinds',
      '[PHP]-A INPUT -p tcp --dport 22 -j ACCEPT[/PHP][URL=http://x.example/]',
      SSH,
      'cleaned-tags',
    ],
    ['non-breaking spaces', '-A\u00a0INPUT -p\u00a0tcp\u202f--dport 22 -j ACCEPT', SSH, 'cleaned-spaces'],
    ['characters without a width', '-A INPUT -p tcp --d\u200bport 22 -j AC\u00adCEPT', SSH, 'cleaned-spaces'],
    ['letters of full width', '-A INPUT -p tcp --dport ２２ -j ACCEPT', SSH, 'cleaned-spaces'],
    ['bold', '**-A INPUT -p tcp --dport 22 -j ACCEPT**', SSH, 'cleaned-marks'],
    ['code marks', '`-A INPUT -p tcp --dport 22 -j ACCEPT`', SSH, 'cleaned-marks'],
    ['colours', '\u001b[01;32m-A INPUT\u001b[0m -p tcp --dport 22 -j ACCEPT\u001b[K', SSH, 'cleaned-colours'],
    ['an arrow', `${PLAIN}   <--- this one`, SSH, 'cleaned-remark'],
    ['an arrow of one sign', `${PLAIN} ← here`, SSH, 'cleaned-remark'],
    ['a remark', `${PLAIN} # let me in`, SSH, 'cleaned-remark'],
    ['a quote mark', `> ${PLAIN}`, SSH, 'cleaned-prefix'],
    ['quote marks', `> > ${PLAIN}`, SSH, 'cleaned-prefix'],
    ['a line number', `  12  ${PLAIN}`, SSH, 'cleaned-prefix'],
    ['what grep -n prints', `12:${PLAIN}`, SSH, 'cleaned-prefix'],
    ['what grep -n prints of files', `/etc/x.rules:12:${PLAIN}`, SSH, 'cleaned-prefix'],
    ['a time stamp', `2021-01-12T11:11:06.123Z ${PLAIN}`, SSH, 'cleaned-prefix'],
    ['a time stamp in brackets', `[2021-01-12 11:11:06] ${PLAIN}`, SSH, 'cleaned-prefix'],
    ['that of kubectl', `2021-01-12T11:11:06.123456789+00:00 stdout F ${PLAIN}`, SSH, 'cleaned-prefix'],
    ['that of a log', `Jan 12 11:11:06 gw rules[412]: ${PLAIN}`, SSH, 'cleaned-prefix'],
    ['that of the kernel', `[   12.345678] ${PLAIN}`, SSH, 'cleaned-prefix'],
    ['the name of a container', `web-1  | ${PLAIN}`, SSH, 'cleaned-prefix'],
    ['the name of a pod', `[pod/web-1/app] ${PLAIN}`, SSH, 'cleaned-prefix'],
    ['two prefixes', `web-1  | 2021-01-12T11:11:06Z ${PLAIN}`, SSH, 'cleaned-prefix'],
    ['a bullet', `- ${PLAIN}`, SSH, 'cleaned-prefix'],
    ['a number of a list', `3. ${PLAIN}`, SSH, 'cleaned-prefix'],
    ['a diff that adds it', `+${PLAIN}`, SSH, 'cleaned-added'],
    ['a string of a list', `    "${PLAIN}",`, SSH, 'cleaned-string'],
    ['a backslash', '-A INPUT -p tcp \\\n  --dport 22 -j ACCEPT', SSH, 'cleaned-joined'],
    ['a break before an option', '-A INPUT -p tcp\n--dport 22 -j ACCEPT', SSH, 'cleaned-joined'],
    [
      'a break before a value in quotes',
      '-A INPUT -p tcp --dport 22 -m comment --comment\n"let in" -j ACCEPT',
      '-A INPUT -p tcp -m tcp --dport 22 -m comment --comment "let in" -j ACCEPT',
      'cleaned-joined',
    ],
    [
      'a break between two values',
      '-A INPUT -p tcp --tcp-flags SYN,ACK\nSYN -j ACCEPT',
      '-A INPUT -p tcp -m tcp --tcp-flags SYN,ACK SYN -j ACCEPT',
      'cleaned-joined',
    ],
    [
      'an arrow behind an option alone',
      '-A INPUT -p tcp --syn <-- here',
      '-A INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN',
      'cleaned-remark',
    ],
    [
      'a remark behind an option alone',
      '-A INPUT -p tcp --syn # here',
      '-A INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN',
      'cleaned-remark',
    ],
    ['a break before a value', '-A INPUT -p tcp --dport 22 -j\nACCEPT', SSH, 'cleaned-joined'],
    [
      'a break in quotes',
      '-A INPUT -m comment --comment "let\nin" -j ACCEPT',
      '-A INPUT -m comment --comment "let in" -j ACCEPT',
      'cleaned-joined',
    ],
  ])('with %s', (_, line, rule, said) => {
    const { rules, findings } = readPaste(inTable(line));
    expect(rules).toEqual([rule]);
    expect(findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual([`note ${said}`]);
    expect(findings[0]!.place!.line).toBe(3);
  });

  test("with a template's variable leaves open what it is", () => {
    const { rules, said } = readPaste(inTable('-A INPUT -p tcp --dport {{ web.port | default(80) }} -j ACCEPT'));
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell's variable
    expect(rules).toEqual(['-A INPUT -p tcp -m tcp --dport ${web_port} -j ACCEPT']);
    expect(said).toEqual(['note cleaned-template 3', 'warning name-not-known 3']);
  });

  test('does not go on in prose that stands below an option without a value', () => {
    expect(readPaste(inTable('-A INPUT -p tcp --syn', 'thanks')).rules).toEqual([
      '-A INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN',
    ]);
  });

  test.each([
    ['dashes and quotes in plain quotes', '-A INPUT -m comment --comment "a – “b”" -j ACCEPT'],
    ['tags in quotes', '-A INPUT -m comment --comment "[b]a[/b]" -j ACCEPT'],
    ['a remark and a rule in quotes', '-A INPUT -m comment --comment "a # b -A INPUT <-- c" -j ACCEPT'],
    ['a mark that a value begins with', '-A INPUT -m comment --comment "#7" -j ACCEPT'],
    ['letters of other scripts', '-A INPUT -m comment --comment "許可" -j ACCEPT'],
  ])('keeps %s', (_, rule) => {
    const { rules, said } = readPaste(inTable(rule));
    expect(rules).toEqual([rule]);
    expect(said).toEqual([]);
  });

  test.each([
    ['rules', `${PLAIN} -A INPUT -j DROP`, [SSH, '-A INPUT -j DROP']],
    ['rules with counters', `[1:60] ${PLAIN} [2:120] -A INPUT -j DROP`, [SSH, '-A INPUT -j DROP']],
    [
      'rules that differ in their addresses alone',
      `-A INPUT -s 10.0.0.1/32 -j ACCEPT -A INPUT -s 10.0.0.2/32 -j DROP`,
      ['-A INPUT -s 10.0.0.1/32 -j ACCEPT', '-A INPUT -s 10.0.0.2/32 -j DROP'],
    ],
    ['rules without a blank', `${PLAIN}-A INPUT -j DROP`, [SSH, '-A INPUT -j DROP']],
  ])('several %s on a line', (_, line, expected) => {
    const { rules, said, tables } = readPaste(inTable(line));
    expect(rules).toEqual(expected);
    expect(printSave(tables).match(/^-A.*/gm)).toEqual(expected);
    expect(said).toEqual(['note cleaned-parted 3']);
    const second = tables[0]!.chains.get('INPUT')!.rules[1]!;
    expect(placeOf(second)).toMatchObject({
      line: 3,
      column: line.lastIndexOf('-A') + 1 - (line.includes('[2') ? 8 : 0),
    });
  });

  test('a save on one line', () => {
    const text = `# Generated by iptables-save v1.8.7 on Tue *filter :INPUT DROP [0:0] :web - [0:0] ${PLAIN} COMMIT # Completed on Tue\n`;
    const { rules, policies, said } = readPaste(text);
    expect(rules).toEqual([SSH]);
    expect(policies).toEqual(['filter INPUT DROP']);
    expect(said).toEqual(['note cleaned-parted 1']);
  });

  test.each([
    ['commented out', `#${PLAIN}`, 'note commented-out 4'],
    ['commented out with a blank', `# ${PLAIN}`, 'note commented-out 4'],
    ['taken out by a diff', `-${PLAIN}`, 'note removed-line 4'],
    ['without its first sign', PLAIN.slice(1), 'warning like-a-rule 4'],
    ['behind a letter', `X${PLAIN}`, 'warning like-a-rule 4'],
    ['prose', 'and this is what I tried next', 'note not-a-rule 4'],
  ])('is none: %s', (_, line, expected) => {
    const { rules, said } = readPaste(inTable('-A INPUT -j DROP', line));
    expect(rules).toEqual(['-A INPUT -j DROP']);
    expect(said).toEqual([expected]);
  });

  test('that cannot be read keeps its place, and says where it stands', () => {
    const { findings, tables } = readPaste(
      inTable('> **-A INPUT –p tcp –dport 70000 -j ACCEPT**', '> -A INPUT -j DROP'),
    );
    expect(tables[0]!.chains.get('INPUT')!.rules.map(({ refused }) => refused)).toEqual([true, false]);
    const error = findings.find(({ severity }) => severity === 'error')!;
    const source = '> **-A INPUT –p tcp –dport 70000 -j ACCEPT**';
    expect(error.place).toEqual({ file: 'x', line: 3, column: source.indexOf('70000') + 1, length: 5, source });
  });

  test('of two lines says which of them is wrong', () => {
    const { findings } = readPaste(inTable('-A INPUT -p tcp', '  --dport 70000 -j ACCEPT'));
    expect(findings.find(({ severity }) => severity === 'error')!.place).toMatchObject({
      line: 4,
      column: 11,
      length: 5,
    });
  });
});

describe('lines that were left out', () => {
  test.each(['[...]', '...', '…', '<snip>', '[snip]', '(...)', '--snip--', '(中略)', '[output truncated]'])(
    '%s',
    (gap) => {
      const { tables, said, rules } = readPaste(inTable('-A INPUT -i lo -j ACCEPT', gap, '-A INPUT -j nowhere'));
      expect(rules).toHaveLength(2);
      // what is not there may have been in what was left out
      expect(said.sort()).toEqual(['warning lines-left-out 4', 'warning no-such-chain 5']);
      expect(tables[0]!.complete).toBe(false);
      expect(tables[0]!.chains.get('INPUT')!.gaps).toEqual([{ after: 1, line: 4, missing: undefined }]);
    },
  );

  test('dots in prose are none', () => {
    const { tables } = readPaste(`hm\n...\n\n${inTable('-A INPUT -j DROP')}`);
    expect(tables[0]!.complete).toBe(true);
  });
});
