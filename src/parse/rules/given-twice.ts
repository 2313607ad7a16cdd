/** Which block of a table is evaluated where texts give several: what they are is known when all are read. */
import type { Finding } from '../../model/finding.js';
import { placeOf, type Rule, type Table } from '../../model/ruleset.js';
import type { Family } from '../../net/address.js';
import { printRule } from './print-rule.js';

/** A whole save before what may be a part; rules alone, which people quote beside it or mean to add, last. */
const rank = ({ complete, origin }: Table): number => (complete ? 2 : origin === 'rules' ? 0 : 1);
const keyOf = ({ family, name }: Table): string => `${family} ${name}`;

/** By table, in the order in which they were first read: of those that rank alike the later. */
function chosen(tables: readonly Table[]): Map<string, Table> {
  const best = new Map<string, Table>();
  for (const table of tables) {
    const before = best.get(keyOf(table));
    if (before === undefined || rank(table) >= rank(before)) best.set(keyOf(table), table);
  }
  return best;
}

/** The block of each table of a family that is evaluated. */
export const evaluated = (tables: readonly Table[], family: Family): Table[] =>
  [...chosen(tables).values()].filter((table) => table.family === family);

export interface Settled {
  /** every block but rules alone that another block of their table leaves out. */
  readonly tables: readonly Table[];
  readonly findings: Finding[];
}

/** Says which tables were given twice. What is wrong with rules that are left out stops nothing, and asks nothing. */
export function settleTables(tables: readonly Table[], found: readonly Finding[]): Settled {
  const best = chosen(tables);
  const before = new Map<string, Table>();
  const kept: Table[] = [];
  let findings = [...found];
  for (const table of tables) {
    const key = keyOf(table);
    const taken = best.get(key)!;
    if (rank(table) === 0 && rank(taken) > 0) {
      findings = leaveOut(findings, table, taken);
      continue;
    }
    kept.push(table);
    const last = before.get(key);
    const counts = last === undefined || rank(table) >= rank(last);
    if (counts) before.set(key, table);
    if (last !== undefined)
      findings.push({
        severity: 'warning',
        code: 'table-again',
        message: `table ${table.name} was given before: this block ${counts ? 'takes the place of that one' : 'is left out'}`,
        place: table.opened,
      });
  }
  return { tables: kept, findings };
}

/** What rules of no table leave open, or guess. */
const OPEN: readonly string[] = ['no-table', 'undeclared-chain', 'no-such-chain'];
const MOST_NAMED = 20;

/** Rules alone: those that stand in the table anyway are quoted. */
function leaveOut(found: readonly Finding[], table: Table, taken: Table): Finding[] {
  const print = (rule: Rule) => printRule(rule, table.family);
  const rules = rulesOf(table).sort((a, b) => a.line - b.line);
  const lines = new Set(linesOf(rules));
  const findings = found.flatMap((one) => {
    if (one.place?.file !== table.file || !lines.has(one.place.line)) return [one];
    return OPEN.includes(one.code) ? [] : [{ ...one, severity: 'note' as const }];
  });
  const there = new Set(rulesOf(taken).map(print));
  for (const quoted of [true, false]) {
    const some = rules.filter((rule) => there.has(print(rule)) === quoted);
    if (some[0] === undefined) continue;
    const at = linesOf(some);
    const named = at.slice(0, MOST_NAMED).join(', ') + (at.length > MOST_NAMED ? ', …' : '');
    findings.push({
      severity: quoted ? 'note' : 'warning',
      code: quoted ? 'quoted-rules' : 'rules-left-out',
      message: `rules that table ${table.name} of ${taken.file}:${taken.opened.line} ${quoted ? 'has' : 'does not have'} are left out: those at ${named}`,
      place: placeOf(some[0]),
    });
  }
  return findings;
}

const rulesOf = (table: Table): Rule[] => [...table.chains.values()].flatMap(({ rules }) => rules);
const linesOf = (rules: readonly Rule[]): number[] => [...new Set(rules.map(({ line }) => line))];
