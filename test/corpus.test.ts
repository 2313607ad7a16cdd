/** Rulesets of real hosts (test/corpus.ts), beside what iptables-legacy 1.8.9 itself prints for them once it has loaded them. */
import { describe, expect, test } from 'vitest';
import type { Finding } from '../src/model/finding.js';
import type { Rule, Table } from '../src/model/ruleset.js';
import { parseTexts } from '../src/parse/index.js';
import { printIpset } from '../src/parse/ipset/print.js';
import { printRule } from '../src/parse/rules/print-rule.js';
import { printSave } from '../src/parse/rules/print-save.js';
import { corpusMissing, type CorpusEntry as Entry, corpus as entries, readCorpus as read } from './corpus.js';

function parse(file: string, text = read(file)) {
  const findings: Finding[] = [];
  const input = parseTexts([{ name: file, text }], { add: (finding) => findings.push(finding) });
  return { ...input, findings };
}

const printedBy = ({ derived = [] }: Entry) =>
  derived.find((file) => file.startsWith('derived/legacy-1.8.9/') && file.endsWith('.save-c'));

/** The rules by table and chain; user chains stand in another order than they were made in (libiptc sorts them). */
function rulesOf(text: string): Map<string, string[]> {
  const chains = new Map<string, string[]>();
  let table = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1);
    const [, rule, chain] = /^(?:\[\d+:\d+\] )?(-A (\S+).*)$/.exec(line) ?? [];
    if (rule !== undefined) chains.set(`${table} ${chain}`, [...(chains.get(`${table} ${chain}`) ?? []), rule]);
  }
  return chains;
}

/** Why a rule may be printed otherwise than iptables does: the first extension of it that is not evaluated. */
function excuse({ matches, target }: Rule): string | undefined {
  const match = matches.find(({ known }) => !known);
  if (match !== undefined) return `match ${match.name}`;
  return target?.kind === 'extension' && !target.use.known ? `target ${target.use.name}` : undefined;
}

function compare(tables: readonly Table[], theirs: Map<string, string[]>, count: (reason: string) => void): string[] {
  const wrong: string[] = [];
  for (const table of tables)
    for (const { name, rules } of table.chains.values()) {
      const list = theirs.get(`${table.name} ${name}`) ?? [];
      if (list.length !== rules.length) wrong.push(`${table.name} ${name}: ${rules.length} rules for ${list.length}`);
      else
        for (const [i, rule] of rules.entries()) {
          const ours = printRule(rule, table.family);
          if (ours === list[i]) count('same');
          else if (excuse(rule) !== undefined && !rule.refused) count(excuse(rule)!);
          else wrong.push(`${table.file}:${rule.line}\n  ${ours}\n  ${list[i]}`);
        }
    }
  return wrong;
}

describe.skipIf(corpusMissing !== undefined)(`the corpus${corpusMissing ? ` (skipped: ${corpusMissing})` : ''}`, () => {
  test('rules are printed as iptables-legacy prints them, but for options of what is not evaluated', () => {
    const counts = new Map<string, number>();
    const wrong = entries
      .filter((entry) => entry.kind_of === 'save' && printedBy(entry) !== undefined)
      .flatMap((entry) =>
        compare(parse(entry.file).tables, rulesOf(read(printedBy(entry)!)), (reason) =>
          counts.set(reason, (counts.get(reason) ?? 0) + 1),
        ),
      );
    expect(wrong).toEqual([]);
    // an extension that comes to be evaluated leaves this list
    expect(Object.fromEntries(counts)).toEqual({
      same: 28518,
      // addresses that somebody has hidden
      'match mac': 3940,
    });
  });

  test.each(entries.filter(({ kind_of }) => kind_of === 'save' || kind_of.startsWith('ipset')))(
    '$file is printed the same again',
    ({ file }) => {
      const print = (input: ReturnType<typeof parse>) => printSave(input.tables) + printIpset(input.sets);
      const printed = print(parse(file));
      expect(printed).not.toBe('');
      expect(print(parse(file, printed))).toBe(printed);
    },
  );
});
