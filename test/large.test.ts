/** Texts as large as programs make them are read whole, and are printed as they were. bench/ says how fast. */
import { expect, test } from 'vitest';
import { MEMBERS } from '../bench/build.js';
import { tablesOf } from '../bench/hosts.js';
import { rulesetText } from '../bench/rulesets.js';
import { setText } from '../bench/sets.js';
import { compile } from '../src/compile/compile.js';
import { parseIpset } from '../src/parse/ipset/ipset.js';
import { printIpset } from '../src/parse/ipset/print.js';
import { printSave } from '../src/parse/rules/print-save.js';

const RULES = 100_000;

const linesOf = (text: string, kind: string) => text.split('\n').filter((line) => line.startsWith(kind));

/** The lines of a kind that differ, the first few: two texts of ten megabytes are no message. */
function differing(printed: string, text: string, kind: string): string[] {
  const [ours, theirs] = [linesOf(printed, kind), linesOf(text, kind)];
  expect(ours.length).toBe(theirs.length);
  return ours.flatMap((line, i) => (line === theirs[i] ? [] : [`${line} for ${theirs[i]}`])).slice(0, 5);
}

test('a hundred thousand rules', { timeout: 120_000 }, () => {
  const tables = tablesOf('kube-proxy', RULES);
  expect(differing(printSave(tables), rulesetText('kube-proxy', RULES), '-A')).toEqual([]);
  const { program, rules, conditions } = compile(tables, 4);
  expect([program.rules, rules.length]).toEqual([RULES, RULES]);
  // conditions of so many rules are not kept, and are the same when they are asked for again
  const firstOf = (rule: number) => conditions.get(rules[rule]!.address + 2);
  const all = rules.slice(1000, 34_000).map((_, i) => firstOf(1000 + i));
  expect(all[0]).toMatchObject({ origin: { use: -1, option: '-d' }, not: false });
  expect(firstOf(1000)).not.toBe(all[0]);
  expect(firstOf(1000)).toEqual(all[0]);
});

test('a set of a million members', { timeout: 120_000 }, () => {
  const text = setText('hash:ip,port', MEMBERS);
  const findings: unknown[] = [];
  const sets = parseIpset(text, 'large.ipset', { add: (finding) => findings.push(finding) });
  expect(findings).toEqual([]);
  expect(sets[0]!.members.count).toBe(MEMBERS);
  expect(differing(printIpset(sets), text, 'add')).toEqual([]);
});
