/**
 * Tables of rows beside the extensions (src/ext/<kind>/<name>.t), in the form of iptables' own tests: `:` names the
 * chains to try, `*` the tables, `#` comments, and each row is `rule;expected save;OK or FAIL`, where `=` or nothing
 * means that the rule is printed as it stands. Rows below `6:` and chains are those of ip6tables.
 *
 * iptables' own have more, which is read too: `@` and `%` before commands that make what some rows name, NOMATCH for a rule
 * that is taken and printed otherwise, and behind the outcome which iptables it holds for, LEGACY or NFT, and the other's
 * outcome, where that is not the opposite.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Finding } from '../src/model/finding.js';
import type { Rule, TableName } from '../src/model/ruleset.js';
import { isBuiltin } from '../src/model/ruleset.js';
import type { Family } from '../src/net/address.js';
import { printRule } from '../src/parse/rules/print-rule.js';
import { parseRules } from '../src/parse/rules/rule.js';
import { LineWords } from '../src/parse/rules/rule-words.js';
import { ROOT } from './root.js';

export interface Row {
  readonly file: string;
  readonly line: number;
  readonly family: Family;
  readonly table: TableName;
  readonly chain: string;
  readonly rule: string;
  readonly expected: string;
  readonly ok: boolean;
  /** the rule is taken, but not printed as `expected`. */
  readonly otherwise?: true;
}

export interface RowTable {
  readonly kind: 'match' | 'target';
  readonly name: string;
  readonly rows: readonly Row[];
}

export const rowTables = (root = join(ROOT, 'src/ext')): RowTable[] =>
  (['match', 'target'] as const).flatMap((kind) =>
    readdirSync(join(root, kind))
      .filter((file) => file.endsWith('.t'))
      .sort()
      .map((file) => ({ kind, name: basename(file, '.t'), rows: readRows(join(root, kind, file)) })),
  );
/** Those of other projects too, which no iptables here takes. */
export const allRowTables = (): RowTable[] => [...rowTables(), ...rowTables(join(ROOT, 'src/ext/third-party'))];

const OPPOSITE: Readonly<Record<string, string>> = { OK: 'FAIL', FAIL: 'OK', NOMATCH: 'OK' };

/** What iptables-legacy makes of a row. */
function outcomeOf([outcome = '', variant, other]: readonly string[]): string | undefined {
  if (variant === undefined || variant === 'LEGACY') return outcome;
  return variant === 'NFT' ? (other ?? OPPOSITE[outcome]) : undefined;
}

/** `family`: that of the rows above which no `6:` stands. */
export function readRows(file: string, family: Family = 4): Row[] {
  const rows: Row[] = [];
  let tables: TableName[] = ['filter'];
  let chains = ['INPUT'];
  let of = family;
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    if (line.trim() === '' || /^[#@%]/.test(line)) continue;
    const heading = /^(6?):(.*)/.exec(line);
    if (heading !== null) {
      of = heading[1] === '6' ? 6 : family;
      chains = heading[2]!.split(',');
    } else if (line.startsWith('*')) tables = line.slice(1).split(',') as TableName[];
    else {
      const [rule, expected, ...outcomes] = line.trimEnd().split(';');
      const outcome = outcomeOf(outcomes);
      if (outcome === undefined || OPPOSITE[outcome] === undefined)
        throw new Error(`${file}:${index + 1}: the row ends in neither OK nor FAIL`);
      for (const table of tables)
        for (const chain of chains)
          if (isBuiltin(table, chain))
            rows.push({
              file,
              line: index + 1,
              family: of,
              table,
              chain,
              rule: rule!,
              expected: expected === '' || expected === '=' ? rule! : expected!,
              ok: outcome !== 'FAIL',
              ...(outcome === 'NOMATCH' ? { otherwise: true } : {}),
            });
    }
  }
  return rows;
}

/** Reads a rule's text as `-A chain TEXT`. */
export function readRule(text: string, table: TableName = 'filter', chain = 'INPUT', family: Family = 4) {
  const findings: Finding[] = [];
  const source = `-A ${chain} ${text}`;
  const rules: Rule[] = parseRules(
    new LineWords(source, `-A ${chain} `.length),
    { family, table, chain, file: 'row', line: 1, source, counters: undefined },
    { add: (finding) => findings.push(finding) },
  );
  const rule = rules[0]!;
  return { rule, findings, printed: printRule(rule, family).replace(/^-A \S+ ?/, '') };
}
