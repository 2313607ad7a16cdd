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
  const kept: Table[] = [];
  let findings = [...found];
  for (const table of tables) {
    const taken = best.get(keyOf(table))!;
    if (rank(table) === 0 && rank(taken) > 0) findings = [...asNotes(findings, table), ...leftOut(table, taken)];
    else kept.push(table);
  }
  return { tables: kept, findings: [...findings, ...givenAgain(kept)] };
}

function givenAgain(tables: readonly Table[]): Finding[] {
  const best = new Map<string, Table>();
  const findings: Finding[] = [];
  for (const table of tables) {
    const before = best.get(keyOf(table));
    const counts = before === undefined || rank(table) >= rank(before);
    if (counts) best.set(keyOf(table), table);
    if (before === undefined) continue;
    findings.push({
      severity: 'warning',
      code: 'table-again',
      message: counts
        ? `table ${table.name} was given before: this block takes the place of that one`
        : `table ${table.name} was given before, by a whole save: this block is left out`,
      place: table.opened,
    });
  }
  return findings;
}

/** What rules of no table leave open, or guess. */
const OPEN: ReadonlySet<string> = new Set(['no-table', 'undeclared-chain', 'no-such-chain']);

function asNotes(found: readonly Finding[], table: Table): Finding[] {
  const lines = new Set(rulesOf(table).map(({ line }) => line));
  const isOfIt = ({ place }: Finding) => place !== undefined && place.file === table.file && lines.has(place.line);
  return found.flatMap((one) => {
    if (!isOfIt(one)) return [one];
    return OPEN.has(one.code) ? [] : [{ ...one, severity: 'note' as const }];
  });
}

function leftOut(table: Table, taken: Table): Finding[] {
  const print = (rule: Rule) => printRule(rule, table.family);
  const there = new Set([...table.chains.keys()].flatMap((name) => taken.chains.get(name)?.rules ?? []).map(print));
  const rules = rulesOf(table).sort((a, b) => a.line - b.line);
  const of = `table ${table.name} of ${taken.file}:${taken.opened.line}`;
  const quoted = rules.filter((rule) => there.has(print(rule)));
  const others = rules.filter((rule) => !there.has(print(rule)));
  return [
    ...said(quoted, 'note', 'quoted-rules', `rules that ${of} has are quoted, and left out`),
    ...said(others, 'warning', 'rules-left-out', `rules that ${of} does not have are left out`),
  ];
}

function said(rules: readonly Rule[], severity: Finding['severity'], code: string, what: string): Finding[] {
  const [first] = rules;
  if (first === undefined) return [];
  const lines = [...new Set(rules.map(({ line }) => line))];
  const shown = lines.length > MOST_NAMED ? [...lines.slice(0, MOST_NAMED), '…'] : lines;
  return [
    {
      severity,
      code,
      message: `${what}: line${lines.length > 1 ? 's' : ''} ${shown.join(', ')}`,
      place: placeOf(first),
      hint: severity === 'note' ? undefined : 'they count where they stand in that block',
    },
  ];
}
const MOST_NAMED = 20;

const rulesOf = (table: Table): Rule[] => [...table.chains.values()].flatMap(({ rules }) => rules);
