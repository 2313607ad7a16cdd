/** What is said of a block of a table where others stand in its place, all of it or some of its chains. */
import type { Finding } from '../../model/finding.js';
import { placeOf, type Rule, type Table } from '../../model/ruleset.js';
import { isIdle, ofBothEnds } from './joined.js';
import { printRule } from './print-rule.js';

const MOST_NAMED = 20;

/**
 * `there`: what the table says that is taken. A part is quoted where all of it stands there. `differences`: what a listing says
 * otherwise, which is told by itself; undefined: it is none, or taken for it is another.
 */
export function leftOut(
  table: Table,
  taken: Table,
  part: boolean,
  lines: readonly Said[],
  there: ReadonlySet<string>,
  differences: readonly Finding[] | undefined,
): Finding {
  const idle = ofBothEnds(table, taken) && isIdle(table);
  const others = idle || differences !== undefined ? [] : lines.filter(({ text }) => !there.has(text));
  const texts = new Set(lines.map(({ text }) => text));
  const same = part || (texts.size === there.size && `${[...texts]}` === `${[...there]}`);
  const agrees = differences === undefined ? same && others.length === 0 : differences.length === 0;
  const alike = idle || agrees;
  const at = [...new Set(others.map(({ line }) => line))].sort((a, b) => a - b);
  const rule = others.find(({ line }) => line === at[0])?.rule;
  return {
    severity: alike ? 'note' : 'warning',
    code: !part ? 'table-again' : alike ? 'quoted-rules' : 'rules-left-out',
    message: `left out: table ${taken.name} of ${taken.file}:${taken.opened.line} is taken${at.length === 0 ? '' : `, without what stands at line ${at.slice(0, MOST_NAMED).join(', ')}${at.length > MOST_NAMED ? ', …' : ''}`}`,
    place: rule === undefined ? table.opened : placeOf(rule),
    hint: rule && table.origin === 'rules' ? whereAdded(rule, taken) : undefined,
  };
}

/** Where -A would put a rule; undefined: it is inserted elsewhere, or there is no such chain. */
function whereAdded({ chain: name, source }: Rule, { chains }: Table): string | undefined {
  const chain = chains.get(name);
  if (chain === undefined || chain.gaps !== undefined || !/^\s*(?:\[\d+:\d+\]\s*)?-A\s/.test(source)) return undefined;
  const { rules } = chain;
  const before = rules.findIndex(takesAll);
  const number = rules.length + 1;
  return before < 0
    ? `carried out behind that, it is rule ${number} of ${name}`
    : `carried out behind that, it is rule ${number} of ${name}, behind rule ${before + 1} (line ${rules[before]!.line}), which takes every packet`;
}

/** Whether no packet comes by it, whatever it is. */
const takesAll = ({ head, matches, unsaid, target, refused }: Rule): boolean =>
  !refused &&
  unsaid === undefined &&
  Object.keys(head).length === 0 &&
  matches.every(({ name }) => name === 'comment') &&
  (target?.kind === 'verdict' || (target?.kind === 'extension' && target.use.name === 'REJECT'));

/** What a line of a table says. */
export interface Said {
  readonly line: number;
  readonly text: string;
  /** undefined: it is a chain's line. */
  readonly rule?: Rule;
}

/**
 * What the lines of some chains of a table say, without counters; those of chains where they are needed: policies, and chains
 * without rules.
 */
export function said({ chains, family }: Pick<Table, 'chains' | 'family'>): Said[] {
  const lines: Said[] = [];
  for (const { name, line, policy = '-', rules } of chains.values()) {
    if (policy !== '-' || (line > 0 && rules.length === 0)) lines.push({ line, text: `${name} ${policy}` });
    for (const rule of rules) lines.push({ line: rule.line, text: printRule(rule, family), rule });
  }
  return lines;
}
