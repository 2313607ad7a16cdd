/**
 * Whatever stands in a text, it is read or refused with its place: nothing crashes, hangs, or throws anything but a
 * PacketwalkError, and what was read is printed so that it reads the same again. PACKETWALK_FUZZ=n tries n texts; a
 * failure prints its seed.
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkTables } from '../src/compile/check.js';
import { compile } from '../src/compile/compile.js';
import { disassemble } from '../src/compile/disassemble.js';
import { formatProblem, PacketwalkError, type Place } from '../src/errors.js';
import { readJsonPacket } from '../src/input/json.js';
import type { Finding } from '../src/model/finding.js';
import type { Packet } from '../src/model/packet.js';
import { printConnections } from '../src/parse/connections/print.js';
import { type Input, parseTexts } from '../src/parse/index.js';
import { printIpset } from '../src/parse/ipset/print.js';
import { printSave } from '../src/parse/rules/print-save.js';
import { linesOf } from '../src/parse/text.js';
import { rulesetJson } from '../src/report/ruleset.js';
import { createEngine, type LoadedHost } from '../src/run/engine.js';
import { mutated } from './fuzz/mutate.js';
import { PACKETS, TEXTS } from './fuzz/seeds.js';

const RUNS = Number(process.env.PACKETWALK_FUZZ ?? 400);
/** Milliseconds of the processor, however busy it is, within which any text is dealt with. */
const LIMIT = 1000;

function read(text: string): Input & { readonly findings: Finding[] } {
  const findings: Finding[] = [];
  return { ...parseTexts([{ name: 'x', text }], { add: (finding) => findings.push(finding) }), findings };
}

/** Undefined where it is refused as it should be. */
function orRefused<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof PacketwalkError) return void error.format();
    throw error;
  }
}

/** What is wrong with a place, '' where it lies in its line. */
function misplaced({ line, column, length, source }: Place, lines: readonly string[]): string {
  if (source !== (lines[line - 1] ?? '')) return `line ${line} is another`;
  const whole = column >= 1 && length >= 1 && column - 1 + length <= Math.max(source.length, column);
  return whole ? '' : `${column} and ${length} are not within line ${line}`;
}

const print = ({ tables, sets, connections }: Input) =>
  printSave(tables) + printIpset(sets) + printConnections(connections ?? [], { extended: true, id: true });

/** The least of some tries is within LIMIT: the first may have to compile what it runs. */
function inTime<T>(run: () => T, tries = 3): T {
  const begun = process.cpuUsage();
  const result = run();
  const took = process.cpuUsage(begun).user / 1000;
  if (took >= LIMIT && tries > 1) return inTime(run, tries - 1);
  expect(took).toBeLessThan(LIMIT);
  return result;
}

function dealWith(text: string): void {
  const input = inTime(() => read(text));
  const findings = [...input.findings];
  inTime(() => checkTables(input.tables, input.sets, { add: (finding) => findings.push(finding) }));
  const lines = linesOf(text).map((line) => line.text);
  expect(findings.flatMap(({ place }) => (place ? [misplaced(place, lines)] : [])).filter((one) => one !== '')).toEqual(
    [],
  );
  for (const { place, message, hint } of findings) formatProblem(message, place, hint);
  JSON.stringify(rulesetJson(input.tables, input.sets, input.host));
  for (const table of input.tables.slice(0, 20)) orRefused(() => disassemble(compile([table], table.family)));
  const printed = inTime(() => print(input));
  if (findings.some(({ severity }) => severity === 'error')) return;
  expect(print(inTime(() => read(printed))) === printed || printed, 'is printed the same again').toBe(true);
}

test('the seeds are read', () => {
  for (const text of TEXTS) {
    dealWith(text);
    expect(read(text).recognised, text).toEqual(['x']);
  }
});

/** What mutated texts have shown once. */
const KEPT = ['\radd a\n-A INPUT -j x\n', '\\\n255.255.255.255', '-A INPUT a\nadd a 10.0.0.1\n', ' '];
test.each(KEPT)('kept: %j', (text) => {
  dealWith(text);
});

test('mutated texts', () => {
  fc.assert(fc.property(mutated(TEXTS), dealWith), { numRuns: RUNS });
});

describe('packets', () => {
  let host: LoadedHost;
  beforeAll(async () => {
    const { tables, sets, host: given } = read(TEXTS.find((text) => text.includes('MASQUERADE'))!);
    host = await (await createEngine()).load({ tables, sets, host: given, tracking: 'auto', assume: new Map() });
  });

  function walk(text: string): 'read' | undefined {
    const packet = orRefused((): Packet => {
      const { packet: found, notes } = readJsonPacket({ number: 1, text, cut: false });
      for (const { place } of notes) expect(misplaced(place!, [text])).toBe('');
      return found;
    });
    if (packet === undefined) return undefined;
    orRefused(() => host.walk(packet, { everything: true }));
    return 'read';
  }

  test('mutated ones', () => {
    let walked = 0;
    fc.assert(
      fc.property(mutated(PACKETS), (text) => {
        if (walk(text) !== undefined) walked++;
      }),
      { numRuns: RUNS },
    );
    expect(walked).toBeGreaterThan(RUNS / 20);
  });
});

/** Long texts: twice the length takes twice the time, no more. */
const N = 100_000;
const LONG: readonly (readonly [what: string, text: string])[] = [
  ['blank lines', '\n'.repeat(N)],
  ['blanks', ' '.repeat(N)],
  ['blanks before a rule', `*filter\n${' '.repeat(N)}-A INPUT\nCOMMIT\n`],
  ['blank lines before a table', `${'\n'.repeat(N)}*filter\nCOMMIT\n`],
  ['stars', '*'.repeat(N)],
  ['lines of stars', '* \n'.repeat(N)],
  ['quotes', `*filter\n-A INPUT -m comment --comment ${'"'.repeat(N)}\nCOMMIT\n`],
  ['backslashes', `*filter\n-A INPUT -m comment --comment "${'\\'.repeat(N)}\nCOMMIT\n`],
  ['a list of addresses', `*filter\n-A INPUT -s ${'1.1.1.1,'.repeat(N / 100)}1.1.1.1\nCOMMIT\n`],
  [
    'two lists of addresses',
    `*filter\n-A INPUT -s ${'1.1.1.1,'.repeat(3000)}1 -d ${'1.1.1.1,'.repeat(3000)}1\nCOMMIT\n`,
  ],
  ['words of an unknown match', `*filter\n-A INPUT -m what ${'a '.repeat(N)}\nCOMMIT\n`],
  ['negations', `*filter\n-A INPUT ${'! '.repeat(N)}\nCOMMIT\n`],
  ['matches', `*filter\n-A INPUT ${'-m tcp '.repeat(2000)} -p tcp --dport 1\nCOMMIT\n`],
  ['rules', `*filter\n${'-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT\n'.repeat(N / 20)}COMMIT\n`],
  ['broken rules', `*filter\n${'-A INPUT --what -j ACCEPT\n'.repeat(N / 20)}COMMIT\n`],
  [
    'chains',
    `*filter\n${Array.from({ length: N / 20 }, (_, i) => `:c${i} - [0:0]\n-A c${i} -j c${i + 1}\n`).join('')}COMMIT\n`,
  ],
  ['tables', '*filter\nCOMMIT\n'.repeat(N / 20)],
  ['brackets', '['.repeat(N)],
  ['braces', `[${'{'.repeat(N)}`],
  ['objects', `[${'{"dst":"default","dev":"a"},'.repeat(N / 20)}`],
  ['broken objects', `[${'{"dst":"default" "dev":"a"},'.repeat(N / 20)}`],
  ['objects that are no routes', `[{"dst":"default","dev":"a"}${',{"dst":"x"}\n'.repeat(N / 20)}]`],
  ['objects of policy rules', `[${'{"priority":1,"src":"all","table":"1"},\n'.repeat(N / 20)}]`],
  ['objects that are no links', `[{"ifindex":1,"ifname":"a","flags":[]}${',{"a":1}\n'.repeat(N / 20)}]`],
  ['routes', `${'10.0.0.0/8 dev eth0\n'.repeat(N / 20)}`],
  ['hops', `10.0.0.0/8\n${'\tnexthop dev eth0\n'.repeat(N / 20)}`],
  ['addresses', `1: a: <UP> mtu 1\n${'    inet 10.0.0.1/8 scope global a\n'.repeat(N / 20)}`],
  ['policy rules', '0: from all lookup 1\n'.repeat(N / 20)],
  ['settings', 'net.ipv4.ip_forward = 1\n'.repeat(N / 20)],
  ['a prompt', `${'a '.repeat(N)}# ip route`],
  ['prompts', '#$>'.repeat(N)],
  ['prompts with paths', `${'#/'.repeat(N)}`],
  ['names with dots', `a${'.a'.repeat(N)} x`],
  ['names with slashes', `net${'/ipv4'.repeat(N)}\n`],
  ['digits of a rate', `*filter\n-A INPUT -m limit --limit ${'1'.repeat(N)}/\nCOMMIT\n`],
  ['digits of a share', `*filter\n-A INPUT -m statistic --mode random --probability ${'1'.repeat(N)}x\nCOMMIT\n`],
  ['digits of a port', `*filter\n-A INPUT -p tcp --dport ${'1'.repeat(N)}\nCOMMIT\n`],
  ['digits of an address', `*filter\n-A INPUT -s ${'1.'.repeat(N)}\nCOMMIT\n`],
  ['colons of an address', `*filter\n-A INPUT -s ${':1'.repeat(N)}\nCOMMIT\n`],
  ['a link', `1: ${'a'.repeat(N)}: <UP> mtu 1\n    link/${'a'.repeat(N)}\n    inet ${'1'.repeat(N)}\n`],
  ['members', `create a hash:ip maxelem 1000000\n${Array.from({ length: N / 5 }, (_, i) => `add a ${i}\n`).join('')}`],
  ['a range of everything', 'create a hash:ip\nadd a 0.0.0.1-255.255.255.255\n'],
  ['ranges of ports', `create a hash:ip,port\n${'add a 10.0.0.0/8,0-65535\n'.repeat(100)}`],
  ['ranges of nets', `create a hash:net\n${'add a 0.0.0.1-255.255.255.254\n'.repeat(N / 50)}`],
  [
    'ranges of both',
    `create a hash:net,port,net\n${'add a 0.0.0.1-255.255.255.254,1-65535,0.0.0.1-255.255.255.254\n'.repeat(9)}`,
  ],
  [
    'connections',
    'udp      17 29 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=53 src=10.0.0.2 dst=10.0.0.1 sport=53 dport=1\n'.repeat(
      N / 20,
    ),
  ],
  ['connections of no kind', 'udp      17 29 src=10.0.0.1 dst=10.0.0.2 sport=1\n'.repeat(N / 20)],
  [
    'words of a connection',
    `udp      17 29 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=53 src=10.0.0.2 dst=10.0.0.1 sport=53 dport=1 ${'a '.repeat(N / 20)}\n`,
  ],
  ['digits of a connection', `udp      17 29 src=10.0.0.1 dst=10.0.0.2 sport=${'1'.repeat(N)}\n`],
  ['blanks of a connection', `udp ${' '.repeat(N)} 17 29 src=10.0.0.1 dst=10.0.0.2\n`],
  ['sets', Array.from({ length: N / 20 }, (_, i) => `create s${i} hash:ip\n`).join('')],
];

describe('long texts', () => {
  test.each(LONG)('%s', (_, text) => {
    dealWith(text);
  });
});

const LONG_PACKETS: readonly (readonly [what: string, text: string])[] = [
  ['brackets', '['.repeat(N)],
  ['keys', `{${'"src":"1.1.1.1",'.repeat(N / 20)}"x":1}`],
  [
    'unknown keys',
    `{${Array.from({ length: 5000 }, (_, i) => `"k${i}":0`).join(',')},"src":"1.1.1.1","dst":"1.1.1.2"}`,
  ],
  ['digits', `{"src":"1.1.1.1","dst":"1.1.1.2","payload":"${'0'.repeat(N)}"}`],
  ['a string', `{"proto":"${'a'.repeat(N)}`],
  ['escapes', `{"proto":"${'\\u0041'.repeat(N / 10)}"}`],
];

test.each(LONG_PACKETS)('a long packet: %s', (_, text) => {
  inTime(() => orRefused(() => readJsonPacket({ number: 1, text, cut: false })));
});
