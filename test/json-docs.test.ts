/** docs/json.md names every field that the command prints, in the section of the command that prints it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FIELDS } from '../src/input/fields.js';
import { packetwalk } from './command.js';
import { ROOT } from './root.js';

const DOCS = readFileSync(join(ROOT, 'docs/json.md'), 'utf8');
const cwd = join(ROOT, 'test/golden');
const HOST = join(ROOT, 'examples/host');

/** The fields that a section names: alone in backticks, or as keys of an object there. */
function documented(title: string): Set<string> {
  const section = DOCS.split(/^##+ /m).find((part) => part.startsWith(`${title}\n`));
  return new Set([...section!.matchAll(/`([A-Za-z]+\d?)`|"([A-Za-z]+)":/g)].map((match) => match[1] ?? match[2]!));
}

/** Names of fields whose keys somebody else chose: settings, parameters of messages, fates, questions. */
const CHOSEN: ReadonlySet<string> = new Set(['sysctls', 'params', 'fates', 'why']);

/** Every key below a value that this project chose. */
function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => (CHOSEN.has(key) ? [key] : [key, ...keysOf(below)]));
}

const IN = '{"in":"eth0","src":"192.168.1.52","dst":"192.168.1.240","proto":"tcp","dport":80,"flags":"S"}';
const SIX = join(ROOT, 'test/stories/six/rules.save');
const PACKETS = [
  IN,
  '{"in":null,"src":"192.168.1.51","dst":"192.168.1.255","proto":"udp","dport":9,"x":1}',
  '{"in":',
  '{"src":"?"}',
];
const RULES = ['core-options.rules', 'marks.rules', 'open-questions.rules', 'jumps.rules', 'nat.rules'];
const SETS = `create a hash:net family inet timeout 5 counters comment
add a 10.0.0.0/8 timeout 3 nomatch
create b bitmap:ip range 10.0.0.0/24
`;
const TUPLES = '*filter\n-A INPUT -m conntrack --ctorigsrc 192.0.2.1 -j DROP\nCOMMIT\n';
const POLICY = '0:\tfrom all lookup local\n9:\tnot from 10.0.0.0/8 fwmark 0x1/0xf sport 5-6 iif eth0 lookup main\n';

interface Row {
  readonly section: string;
  readonly args: readonly string[];
  readonly stdin?: string;
  /** keys that have to be among what is printed, so that the test looks at something. */
  readonly prints: readonly string[];
}

const ROWS: readonly Row[] = [
  { section: 'show --json', args: ['show', '--json', ...RULES, HOST], prints: ['hops', 'gateway', 'not', 'words'] },
  { section: 'show --json', args: ['show', '--json', '-'], stdin: SETS, prints: ['members', 'range', 'timeout'] },
  { section: 'show --json', args: ['show', '--json', '-'], stdin: POLICY, prints: ['markMask', 'sport', 'action'] },
  {
    section: 'show --plan --json',
    args: ['show', '--plan', '--json', HOST],
    prints: ['plans', 'classes', 'forks', 'line', 'tables', 'kinds'],
  },
  {
    section: 'show --plan --json',
    args: ['show', '--plan', '--json', '-'],
    stdin: TUPLES,
    prints: ['used', 'why'],
  },
  { section: 'check --json', args: ['check', '--json', 'open-questions.rules'], prints: ['findings', 'hint'] },
  {
    section: 'trace',
    args: ['trace', HOST, '--packets', '-'],
    stdin: PACKETS.join('\n'),
    prints: ['hits', 'out', 'notes', 'error'],
  },
  { section: 'trace', args: ['trace', 'nat.rules', SIX, '--packets', '-'], stdin: IN, prints: ['family'] },
  {
    section: 'classify --json',
    args: ['classify', '--json', 'ports-and-flags.rules', '--lenient', '--assume', 'set:a', '--packets', '-'],
    stdin: PACKETS.join('\n'),
    prints: ['seconds', 'policies', 'rule', 'assumed', 'engine', 'used'],
  },
  {
    section: 'classify --json',
    args: ['classify', '--json', 'ports-and-flags.rules', 'ipv6.rules', '--lenient', '--packets', '-'],
    stdin: PACKETS.join('\n'),
    prints: ['families', 'family'],
  },
  {
    section: 'explain --json',
    args: ['explain', '--json', HOST, '-i', 'eth0', '-s', '192.168.1.52', '-d', '192.168.1.240', '-p', 'tcp'],
    prints: ['headline', 'walk', 'children', 'place'],
  },
  {
    section: 'explain --json',
    args: [...'explain --json --flow -i eth0 -p tcp -s 192.168.1.77 -d 192.168.1.51 --dport 8081'.split(' '), HOST],
    prints: ['packets', 'connection', 'original', 'timeout', 'status'],
  },
];

describe('every field printed is documented', () => {
  test.each(ROWS)('$section $args', async ({ section, args, stdin = '', prints }) => {
    const { stdout, stderr, code } = await packetwalk(args, { cwd, stdin });
    expect({ stderr, code }).toMatchObject({ code: 0 });
    const objects = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    for (const object of objects) expect(object).toMatchObject({ schema: 1 });
    const keys = new Set(keysOf(objects));
    for (const key of prints) expect([...keys]).toContain(key);
    const names = documented(section);
    if (section === 'explain --json') for (const name of documented('trace')) names.add(name);
    expect([...keys].filter((key) => !names.has(key))).toEqual([]);
  });
});

test('every field that a packet may have is documented', () => {
  const names = documented('What trace reads');
  expect(
    Object.keys(FIELDS).filter((field) => !names.has(field)),
    'docs/json.md has a line for each',
  ).toEqual([]);
});
