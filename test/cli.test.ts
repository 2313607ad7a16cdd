/**
 * The command's manners, above all with bad input: every row runs the built command in a folder of small files. Each
 * message names the place, shows the line with a caret and says what was expected; nothing half-printed is left on
 * standard output.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packetwalk } from './command.js';

const filter = (...lines: string[]) => ['*filter', ':INPUT DROP [0:0]', ...lines, 'COMMIT', ''].join('\n');
const SSH = '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT';
const PACKET = '{"in":"eth0","src":"192.0.2.7","dst":"198.51.100.1","proto":"tcp","dport":22}';

const FILES: Readonly<Record<string, string | Uint8Array>> = {
  'ok.rules': filter(SSH),
  'many.rules': filter(...new Array<string>(9000).fill(SSH)),
  'wide.rules': new Uint8Array(Buffer.from(`\ufeff${filter(SSH)}`, 'utf16le')),
  'junk.txt': '\n  hello, world\n',
  'empty.txt': '',
  'binary.rules': new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 1]),
  'ruleset.nft': 'table ip filter {\n\tchain input {\n\t}\n}\n',
  'listing.txt': 'Chain INPUT (policy ACCEPT)\ntarget     prot opt source               destination\n',
  'port.rules': filter('-A INPUT -p tcp -m tcp --dport 70000 -j ACCEPT'),
  'address.rules': filter('-A INPUT -s 10.0.0.300 -j DROP'),
  'option.rules': filter('-A INPUT --frobnicate 1 -j DROP'),
  'jump.rules': filter('-A INPUT -j nowhere'),
  'cut.rules': '*filter\n:INPUT DROP [0:0]\n-A INPUT -j nowhere\n',
  'loop.rules': filter(':a - [0:0]', ':b - [0:0]', '-A INPUT -j a', '-A a -j b', '-A b -g a'),
  'lonely.rules': filter(':a - [0:0]', ':b - [0:0]', '-A a -j b', '-A b -g a'),
  'loops.rules': filter(':a - [0:0]', ':b - [0:0]', '-A INPUT -j a', '-A a -j a', '-A b -j b', '-A INPUT -j b'),
  'set.rules': filter('-A INPUT -m set --match-set friends src -j ACCEPT', '-A INPUT -m set --match-set friends dst'),
  'friends.ipset': 'create friends hash:ip\nadd friends 192.0.2.7\n',
  'member.ipset': 'create friends hash:ip\nadd friends 192.0.2.700\n',
  'unknown.rules': filter(...new Array<string>(9).fill('-A INPUT -m quux --a b -j DROP')),
  'packets.jsonl': `${PACKET}\n`,
  'bad.jsonl': `${PACKET}\n{"in":"eth0",src:1}\n[1]\n{"src":"192.0.2.300","dst":"192.0.2.1"}\n`,
  'mixed/ok.rules': filter(SSH),
  'mixed/picture.png': new Uint8Array([0x89, 0x50, 0, 0]),
  'mixed/junk.txt': 'hello, world\n',
  'nothing/.hidden': filter(SSH),
  'nothing/image.bin': new Uint8Array([0, 0, 0, 0]),
  'folders/below/ok.rules': filter(SSH),
};

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'packetwalk-'));
  for (const [name, content] of Object.entries(FILES)) {
    mkdirSync(join(cwd, dirname(name)), { recursive: true });
    writeFileSync(join(cwd, name), content);
  }
  symlinkSync('gone', join(cwd, 'mixed/dangling'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

/** Exit code, what standard output holds (all of it where a string), what standard error holds. */
type Row = readonly [args: string, code: number, stdout: string | RegExp, stderr: string | RegExp];

/** A message with its place, the line, the caret right below, and the hint. */
const shown = (message: string, line: string, caret: string, hint = '') =>
  [message, line, caret, ...(hint === '' ? [] : [`  ${hint}`]), ''].join('\n');

const HOST_HINT = 'the output of iptables-save, ipset save, ip addr, ip route, ip rule, ip link and sysctl is read';
const LOOP = shown(
  'loop.rules:7:9: chains of table filter lead in a circle: a → b → a',
  '  7 | -A b -g a',
  '    |         ^',
  'the kernel refuses such a table',
);

const ROWS: readonly Row[] = [
  ['--version', 0, /^\d+\.\d+\.\d+\n$/, ''],
  ['check --help', 0, /Example:\n {2}packetwalk check/, ''],
  ['', 2, '', /^Usage: packetwalk/],
  ['ckeck ok.rules', 2, '', /^error: unknown command 'ckeck'\n\(Did you mean check\?\)\n/],
  ['check --bogus ok.rules', 2, '', /^error: unknown option '--bogus'\n.*--help/],
  ['check --fail-on bad ok.rules', 2, '', /'bad' is invalid\. Allowed choices are note, warning, error/],
  ['check', 2, '', /^no file was named\n.*iptables-save/],
  ['show --json --bytecode ok.rules', 2, '', /'--json' cannot be used with option '--bytecode'/],

  ['check gone.rules', 2, '', 'gone.rules: there is no such file or folder\n'],
  ['check ok.rules/x', 2, '', /^ok\.rules\/x: cannot be read: /],
  ['check binary.rules', 2, '', /^binary\.rules: is a binary file, and text was expected\n.*iptables-save/],
  ['check nothing', 2, '', /^nothing: the folder holds no text that can be read\n.*a file each\n$/],
  ['check folders', 2, '', /^folders: the folder holds no text that can be read\n/],
  [
    'check junk.txt',
    2,
    '',
    shown(
      'junk.txt:2:3: nothing in this text is recognised',
      '  2 |   hello, world',
      '    |   ^^^^^^^^^^^^',
      HOST_HINT,
    ),
  ],
  ['check empty.txt', 2, '', shown('empty.txt:1:1: the text is empty', '  1 | ', '    | ^', HOST_HINT)],
  ['check ruleset.nft', 2, '', /^ruleset\.nft:1:1: this is a ruleset of nft, which is not read\n[\s\S]*iptables-save/],
  ['check listing.txt', 2, '', /^listing\.txt:1:1: this is a listing of iptables -L, .*\n[\s\S]*iptables-save/],
  ['check junk.txt ok.rules', 0, /^junk\.txt:2:3: note: nothing in this text is recognised\n[\s\S]*1 note\n$/, ''],
  ['check --fail-on note junk.txt ok.rules', 1, /1 note\n$/, ''],
  [
    'check mixed',
    0,
    /dangling: there is no such file[\s\S]*picture\.png: is a binary file[\s\S]*junk\.txt:1:1[\s\S]*1 rule, 1 understood; 0 sets; 3 notes/,
    '',
  ],
  ['show mixed', 0, /^# Generated[\s\S]*--dport 22/, ''],
  ['show wide.rules', 0, new RegExp(`\n${SSH}\nCOMMIT\n$`), ''],

  ['check ok.rules', 0, '1 rule, 1 understood; 0 sets; nothing was found wrong\n', ''],
  ['check port.rules', 1, /^port\.rules:3:32: error: --dport: port 70000 is not in 0\.\.65535\n/, ''],
  [
    'show port.rules',
    2,
    '',
    shown(
      'port.rules:3:32: error: --dport: port 70000 is not in 0..65535',
      '  3 | -A INPUT -p tcp -m tcp --dport 70000 -j ACCEPT',
      '    |                                ^^^^^',
    ),
  ],
  ['trace port.rules --packets packets.jsonl', 2, '', /^port\.rules:3:32: --dport: port 70000/],
  ['show --lenient port.rules', 0, /--dport 70000 -j ACCEPT/, /^port\.rules:3:32: error/],
  ['show address.rules', 2, '', /^address\.rules:3:13: error: -s: "10\.0\.0\.300" is not an address\n[\s\S]*\^{10}\n/],
  [
    'show option.rules',
    2,
    '',
    /^option\.rules:3:10: error: --frobnicate: no extension of this rule has such an option/,
  ],
  [
    'show jump.rules',
    2,
    '',
    /^jump\.rules:3:13: error: chain nowhere is not in table filter\n[\s\S]*":nowhere - \[0:0\]"/,
  ],
  ['check cut.rules', 0, /no COMMIT[\s\S]*3:13: warning: chain nowhere[\s\S]*2 warnings\n$/, ''],
  ['check --fail-on warning cut.rules', 1, /2 warnings\n$/, ''],
  [
    'trace cut.rules --path input --packets packets.jsonl',
    0,
    /"fate":"unknown","by":\{"kind":"rule","table":"filter","chain":"INPUT","rule":1,"why":"chain:nowhere"\}/,
    '',
  ],
  [
    'trace cut.rules --path input --packets packets.jsonl --assume chain:nowhere=no',
    0,
    /"fate":"dropped","by":\{"kind":"policy"/,
    '',
  ],
  [
    'trace cut.rules --packets packets.jsonl --strict',
    2,
    '',
    /no COMMIT[\s\S]*chain nowhere|chain nowhere[\s\S]*no COMMIT/,
  ],
  [
    'trace cut.rules --path input --packets packets.jsonl --assume chain:nowhre=no',
    0,
    /unknown/,
    /^note: --assume chain:nowhre: no rule leaves that open; these are: chain:nowhere\n$/,
  ],

  ['show loop.rules', 2, '', LOOP.replace('chains', 'error: chains')],
  ['trace loop.rules --packets packets.jsonl', 2, '', LOOP],
  ['check loop.rules', 1, /^loop\.rules:7:9: error: [\s\S]*3 rules, 3 understood; 0 sets; 1 error\n$/, ''],
  ['check loops.rules', 1, /6:9: error: .*: a → a\n[\s\S]*7:9: error: .*: b → b\n[\s\S]*2 errors\n$/, ''],
  ['check lonely.rules', 0, /^lonely\.rules:6:9: warning: [\s\S]*no hook leads there[\s\S]*1 warning\n$/, ''],
  ['show lonely.rules', 0, /-A b -g a\n/, ''],

  [
    'check set.rules',
    0,
    /^set\.rules:3:17: warning: set friends was not given\n[\s\S]*--assume set:friends[\s\S]*1 warning/,
    '',
  ],
  ['check set.rules friends.ipset', 0, '2 rules, 2 understood; 1 set; nothing was found wrong\n', ''],
  ['check member.ipset', 1, /^member\.ipset:2:13: error: [\s\S]*192\.0\.2\.700/, ''],
  [
    'check unknown.rules',
    0,
    /^unknown\.rules:3:13: warning: match quux is not evaluated\n[\s\S]*and 8 more: lines 4, 5, 6, 7, 8, …\n9 rules, 0 understood; 0 sets; 9 warnings\n$/,
    '',
  ],
  ['check -v unknown.rules', 0, /(unknown\.rules:\d+:13: warning[\s\S]*){9}/, ''],
  ['check --json unknown.rules', 0, /^\{"schema":1,"findings":\[\{"file":"unknown\.rules","line":3,"column":13,/, ''],

  ['trace ok.rules', 2, '', /required option '--packets <FILE>'/],
  ['trace ok.rules --packets gone', 2, '', 'gone: cannot be read: there is no such file\n'],
  ['trace ok.rules --packets mixed', 2, '', 'mixed: cannot be read: it is a folder, and a file was expected\n'],
  ['trace ok.rules --packets binary.rules', 2, '', /^binary\.rules: is a binary file/],
  ['trace friends.ipset --packets packets.jsonl', 2, '', /^no rules of IPv4 were given\n/],
  ['trace ok.rules --packets packets.jsonl --local 192.0.2', 2, '', /^--local 192\.0\.2: is not an address\n/],
  ['trace ok.rules --packets packets.jsonl --sysctl x', 2, '', /^--sysctl x: KEY=VALUE was expected\n/],
  ['trace ok.rules --packets packets.jsonl --assume =no', 2, '', /^--assume =no: FACT, FACT=yes or FACT=no/],
  [
    'trace set.rules --packets packets.jsonl --path input --assume set:friends:192.0.2.7',
    0,
    /"hits":\[\{[^[]*"rule":1\}\]/,
    '',
  ],
  [
    'trace set.rules --packets packets.jsonl --path input --assume set:friends:192.0.2.7=no',
    0,
    /"why":"set:friends"/,
    '',
  ],
  [
    'trace set.rules --packets packets.jsonl --path input --assume set:friends:192.0.2.700',
    2,
    '',
    /^--assume set:friends:192\.0\.2\.700: /,
  ],
  [
    'trace set.rules friends.ipset --packets packets.jsonl --path input --assume set:friends:192.0.2.7=no --assume set:friends:198.51.100.1',
    0,
    /"hits":\[\{[^[]*"rule":2\}\]/,
    '',
  ],
  ['trace ok.rules --packets packets.jsonl --tracking maybe', 2, '', /Allowed choices are auto, on, off/],
];

describe('packetwalk', () => {
  test.concurrent.each(ROWS)('%s', async (args, code, stdout, stderr) => {
    const outcome = await packetwalk(args === '' ? [] : args.split(' '), { cwd });
    for (const [name, want] of [
      ['stdout', stdout],
      ['stderr', stderr],
    ] as const) {
      if (typeof want === 'string') expect(outcome[name], name).toBe(want);
      else expect(outcome[name], name).toMatch(want);
    }
    expect(outcome.code).toBe(code);
  });

  test.concurrent('a packet that cannot be read has its error in its place', async () => {
    const { code, stdout, stderr } = await packetwalk(['trace', 'ok.rules', '--packets', 'bad.jsonl', '--path=input'], {
      cwd,
    });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { fate: 'delivered', by: { kind: 'rule', rule: 1 } },
      { error: { code: 'bad-json', line: 2, column: 14 } },
      { error: { code: 'bad-json', message: 'not a JSON object', line: 3 } },
      {
        error: { code: 'bad-field', line: 4, column: 2, message: expect.stringMatching(/^src: "192.0.2.300" is not/) },
      },
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test.concurrent('standard input is read for -', async () => {
    const read = await packetwalk(['check', '-'], { cwd, stdin: filter(SSH) });
    expect(read).toMatchObject({ code: 0, stdout: expect.stringMatching(/^1 rule, 1 understood/) });
    const bad = await packetwalk(['show', '-'], { cwd, stdin: filter('-A INPUT -j nowhere') });
    expect(bad).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^standard input:3:13: /) });
    const packets = await packetwalk(['trace', 'ok.rules', '--path', 'input', '--packets', '-'], {
      cwd,
      stdin: PACKET,
    });
    expect(packets).toMatchObject({ code: 0, stdout: expect.stringContaining('"fate":"delivered"') });
    const both = await packetwalk(['trace', '-', '--packets', '-'], { cwd, stdin: filter(SSH) });
    expect(both).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('standard input') });
  });

  test.concurrent('a reader that goes away ends it without a word', async () => {
    expect(await packetwalk(['show', 'many.rules'], { cwd, close: 'stdout' })).toMatchObject({ code: 0, stderr: '' });
    const stdin = `${PACKET}\n`.repeat(2000);
    const args = ['trace', 'ok.rules', '--path', 'input', '--packets', '-'];
    expect(await packetwalk(args, { cwd, stdin, close: 'stdout' })).toMatchObject({ code: 0, stderr: '' });
  });
});
