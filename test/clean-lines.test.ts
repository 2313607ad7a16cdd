/**
 * Rules that are read from a save as a program printed it (src/parse/rules/clean/), beside the same lines read word by word:
 * lines that are picked out of a text are always read so.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile } from '../src/compile/compile.js';
import { disassemble } from '../src/compile/disassemble.js';
import { lowerRule } from '../src/compile/lower.js';
import { PacketwalkError } from '../src/errors.js';
import type { PrintedForm, ValueKind } from '../src/ext/define.js';
import { MATCHES, TARGETS } from '../src/ext/registry.js';
import type { Finding } from '../src/model/finding.js';
import { BUILTIN, type Rule, ruleWith, type Table } from '../src/model/ruleset.js';
import type { Family } from '../src/net/address.js';
import { SavedRule } from '../src/parse/rules/clean/saved-rule.js';
import { parseSave } from '../src/parse/rules/save.js';
import { linesOf, type Readable } from '../src/parse/text.js';
import { corpus, corpusMissing, readCorpus } from './corpus.js';
import { mutated } from './fuzz/mutate.js';
import { TEXTS } from './fuzz/seeds.js';
import { type Row, rowTables } from './rows.js';

const LIST = Array.from({ length: 13 }, (_, i) => i).join();
/** Words that are of a form, and such as look like it. */
const FORMS: Readonly<Record<PrintedForm, readonly string[]>> = {
  word: ['a', '"a b"', '!', '--x'],
  range: [
    '0',
    '80',
    '65535',
    '65536',
    '080',
    '0:65535',
    '1:2',
    '2:2',
    '2:1',
    '1:65536',
    ':5',
    '5:',
    '1:2:3',
    '1-2',
    'http',
  ],
  list: ['0', '80,443', '1:2,3', '2:2', `${LIST},1:2`, `${LIST},1:2,3`, '1,,2', ',1', '1,', '1,65536'],
  addresses: [
    '10.0.0.1-10.0.0.9',
    '10.0.0.1-10.0.0.1',
    '10.0.0.9-10.0.0.1',
    '10.0.0.1',
    '10.0.0.256-11.0.0.0',
    '010.0.0.1-11.0.0.0',
    '::1-::2',
  ],
  nat: [
    '10.0.0.1',
    '10.0.0.1:80',
    '10.0.0.1:0',
    '10.0.0.1:65536',
    '10.0.0.1:1-2',
    '10.0.0.1-10.0.0.9',
    ':80',
    '10.0.0.1:',
    '10.0.1',
    '[::1]:80',
  ],
};

const RUNS = Number(process.env.PACKETWALK_FUZZ ?? 400);

function read(text: Readable, family?: Family): { readonly tables: Table[]; readonly findings: Finding[] } {
  const findings: Finding[] = [];
  return { tables: parseSave(text, 'x', { add: (finding) => findings.push(finding) }, family), findings };
}

/** What can be told of tables: all that their rules say, and what they are lowered to. */
const told = (tables: readonly Table[]) =>
  tables.map(({ chains, ...table }) => ({
    ...table,
    chains: [...chains.values()].map(({ rules, ...chain }) => ({
      ...chain,
      rules: rules.map((rule) => ({
        ...ruleWith(rule, {}),
        lowered: lowerRule(rule, { family: table.family, table: table.name, chain: chain.name }),
      })),
    })),
  }));

function listing(table: Table): string {
  try {
    return disassemble(compile([table], table.family));
  } catch (error) {
    if (error instanceof PacketwalkError) return error.message;
    throw error;
  }
}

const isClean = (rule: Rule): boolean => rule instanceof SavedRule;
const rulesOf = (tables: readonly Table[]): Rule[] =>
  tables.flatMap(({ chains }) => [...chains.values()].flatMap(({ rules }) => rules));

/** Holds the two against each other; how many rules there are, and how many of them were read as they are printed. */
function compare(text: string, family?: Family): { readonly all: number; readonly clean: number } {
  const printed = read(text, family);
  const byWords = read(linesOf(text), family);
  expect(rulesOf(byWords.tables).some(isClean)).toBe(false);
  expect(printed.findings).toEqual(byWords.findings);
  expect(told(printed.tables)).toEqual(told(byWords.tables));
  expect(printed.tables.map(listing)).toEqual(byWords.tables.map(listing));
  const rules = rulesOf(printed.tables);
  return { all: rules.length, clean: rules.filter(isClean).length };
}

describe('a save says the same read as it is printed and word by word', () => {
  test.each<[what: string, rules: number, clean: number, text: string]>([
    ['counters', 1, 1, '*filter\n:INPUT ACCEPT [0:0]\n[3:4] -A INPUT -j DROP\nCOMMIT\n'],
    ['no counters', 1, 1, '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j DROP\nCOMMIT\n'],
    ['no end of the line', 1, 1, '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -s 10.0.0.0/8 -j DROP'],
    ['a chain of no line', 2, 1, '*filter\n-A INPUT -j DROP\n-A INPUT\nCOMMIT\n'],
    ['a rule before its chain', 2, 1, '*filter\n-A u -j DROP\n:u - [0:0]\n-A u -j ACCEPT\nCOMMIT\n'],
    [
      'a chain named as a target',
      2,
      2,
      '*filter\n:INPUT - [0:0]\n:LOG - [0:0]\n-A INPUT -j LOG\n-A INPUT -g LOG\nCOMMIT\n',
    ],
    [
      'a value that is an option',
      2,
      1,
      '*filter\n:INPUT - [0:0]\n-A INPUT -m comment --comment -m -j DROP\n-A INPUT -m comment --comment "-m x" -j DROP\nCOMMIT\n',
    ],
    [
      'a remark that is an option, behind another',
      3,
      2,
      '*filter\n:INPUT - [0:0]\n-A INPUT -m comment --comment a -j DROP\n-A INPUT -m comment --comment -m -j DROP\n-A INPUT -m comment --comment ! -j DROP\nCOMMIT\n',
    ],
    [
      'signs in quotes',
      2,
      1,
      '*filter\n:INPUT - [0:0]\n-A INPUT -m comment --comment "a \\" -j b" -j DROP\n-A INPUT -m comment --comment "it\'s" -j DROP\nCOMMIT\n',
    ],
    [
      'a quote that is not closed',
      2,
      1,
      '*filter\n:INPUT - [0:0]\n-A INPUT -m comment --comment "a\n-A INPUT -j DROP\nCOMMIT\n',
    ],
    ['a match twice', 1, 0, '*filter\n:INPUT - [0:0]\n-A INPUT -p tcp -m tcp --dport 1 -m tcp --sport 2\nCOMMIT\n'],
    ['an option twice', 1, 0, '*filter\n:INPUT - [0:0]\n-A INPUT -p tcp -m tcp --dport 1 --dport 2\nCOMMIT\n'],
    ['two targets', 1, 0, '*filter\n:INPUT - [0:0]\n-A INPUT -j DROP -j DROP\nCOMMIT\n'],
    ['a match behind the target', 1, 0, '*filter\n:INPUT - [0:0]\n-A INPUT -j DROP -m tcp\nCOMMIT\n'],
    ['the protocol behind the match', 1, 0, '*filter\n:INPUT - [0:0]\n-A INPUT -m tcp --dport 1 -p tcp\nCOMMIT\n'],
    [
      'no protocol for a match, and then one',
      2,
      1,
      '*filter\n:INPUT - [0:0]\n-A INPUT -m tcp --dport 1\n-A INPUT -p tcp -m tcp --dport 1\nCOMMIT\n',
    ],
    [
      'a protocol for a match, and then none',
      2,
      1,
      '*filter\n:INPUT - [0:0]\n-A INPUT -p tcp -m tcp --dport 1\n-A INPUT ! -p tcp -m tcp --dport 1\nCOMMIT\n',
    ],
    [
      'a remark with and without its text',
      2,
      1,
      '*filter\n:INPUT - [0:0]\n-A INPUT -m comment --comment a\n-A INPUT -m comment\nCOMMIT\n',
    ],
    [
      'one option under the names of others',
      2,
      2,
      '*filter\n:INPUT - [0:0]\n-A INPUT -m conntrack --ctorigsrc 10.0.0.1\n-A INPUT -m conntrack --ctorigdst 10.0.0.1\nCOMMIT\n',
    ],
    [
      'an interface where there is none',
      2,
      1,
      '*filter\n:OUTPUT - [0:0]\n:INPUT - [0:0]\n-A OUTPUT -i lo\n-A INPUT -i lo\nCOMMIT\n',
    ],
    [
      'a target in a chain of another hook',
      3,
      2,
      '*nat\n:OUTPUT - [0:0]\n:POSTROUTING - [0:0]\n:u - [0:0]\n-A OUTPUT -j MASQUERADE\n-A POSTROUTING -j MASQUERADE\n-A u -j MASQUERADE\nCOMMIT\n',
    ],
    [
      'a user chain that the wrong hook leads to',
      2,
      1,
      '*nat\n:OUTPUT - [0:0]\n:u - [0:0]\n-A OUTPUT -j u\n-A u -j MASQUERADE\nCOMMIT\n',
    ],
    [
      'limits of their own',
      3,
      3,
      '*filter\n:INPUT - [0:0]\n-A INPUT -m limit --limit 1/sec -j DROP\n-A INPUT -m limit --limit 1/sec -j DROP\n-A INPUT -m limit --limit 1/sec\nCOMMIT\n',
    ],
    ['a list of addresses', 2, 0, '*filter\n:INPUT - [0:0]\n-A INPUT -s 10.0.0.1,10.0.0.2\nCOMMIT\n'],
    [
      'masks, and addresses cut short',
      3,
      3,
      '*filter\n:INPUT - [0:0]\n-A INPUT -s 10.1.2.3/255.0.255.0\n-A INPUT -d 10/8\n-A INPUT -s 10.0.0.1 -d 10.0.0.1/0\nCOMMIT\n',
    ],
    [
      'IPv6',
      2,
      1,
      '*filter\n:INPUT - [0:0]\n-A INPUT -s 2001:db8::/32 -p ipv6-icmp -j ACCEPT\n-A INPUT -s 2001:db8::/129\nCOMMIT\n',
    ],
    ['CRLF', 1, 0, '*filter\r\n:INPUT - [0:0]\r\n-A INPUT -j DROP\r\nCOMMIT\r\n'],
    [
      'tabs, and blanks at the end',
      3,
      1,
      '*filter\n:INPUT - [0:0]\n-A INPUT\t-j DROP\n -A INPUT\n-A  INPUT  -j DROP \nCOMMIT\n',
    ],
  ])('%s', (_, rules, clean, text) => {
    expect(compare(text)).toEqual({ all: rules, clean });
  });

  test('the rows of all extensions', () => {
    const blocks = new Map<string, Row[]>();
    for (const row of rowTables().flatMap(({ rows }) => rows)) {
      const key = `${row.family} ${row.table}`;
      blocks.set(key, [...(blocks.get(key) ?? []), row]);
    }
    let all = 0;
    let clean = 0;
    for (const rows of blocks.values()) {
      const { family, table } = rows[0]!;
      const lines = rows.flatMap(({ chain, rule, expected }) =>
        [...new Set([rule, expected])].map((one) => `-A ${chain} ${one}\n`),
      );
      const chains = BUILTIN[table].map((chain) => `:${chain} ACCEPT [0:0]\n`);
      const found = compare(`*${table}\n${chains.join('')}${lines.join('')}COMMIT\n`, family);
      all += found.all;
      clean += found.clean;
    }
    expect(clean).toBeGreaterThan(all / 3);
  });

  test('values in the forms that need no reading, and such as are nearly so', () => {
    const seen = new Set<string>();
    for (const family of [4, 6] as const)
      for (const table of ['filter', 'nat', 'mangle'] as const) {
        const lines: string[] = [];
        for (const { kind, name, options } of [...MATCHES, ...TARGETS])
          for (const [key, { value }] of Object.entries(options)) {
            const { printed } = value as ValueKind<unknown>;
            if (printed === undefined) continue;
            seen.add(printed);
            const clause = `-${kind === 'match' ? 'm' : 'j'} ${name} --${key}`;
            // the first of a kind is looked at, all others only by their form
            for (const chain of [BUILTIN[table][0]!, 'user'])
              for (const head of ['', '-p tcp ', '-p udp '])
                for (const one of FORMS[printed]) lines.push(`-A ${chain} ${head}${clause} ${one}\n`);
          }
        const chains = `${BUILTIN[table].map((chain) => `:${chain} ACCEPT [0:0]\n`).join('')}:user - [0:0]\n`;
        compare(`*${table}\n${chains}${lines.join('')}COMMIT\n`, family);
      }
    expect([...seen].sort()).toEqual(Object.keys(FORMS).sort());
  });

  test('mutated texts', () => {
    let clean = 0;
    fc.assert(
      fc.property(mutated(TEXTS), (text) => {
        clean += compare(text).clean;
      }),
      { numRuns: RUNS },
    );
    expect(clean).toBeGreaterThan(RUNS);
  });
});

describe.skipIf(corpusMissing !== undefined)(`the corpus${corpusMissing ? ` (skipped: ${corpusMissing})` : ''}`, () => {
  test('its saves, nearly all rules of which are as they are printed', { timeout: 120_000 }, () => {
    let all = 0;
    let clean = 0;
    for (const { file } of corpus.filter(({ kind_of: kind }) => kind === 'save')) {
      const found = compare(readCorpus(file));
      all += found.all;
      clean += found.clean;
    }
    expect(clean / all).toBeGreaterThan(0.8);
  });
});
