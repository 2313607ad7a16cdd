/** Which block of a table is evaluated where texts give several: what they are is known when all are read. */
import type { Finding } from '../../model/finding.js';
import { BUILTIN, placeOf, type Rule, type Table } from '../../model/ruleset.js';
import type { Family } from '../../net/address.js';
import { printRule } from './print-rule.js';

/** What prints a whole table names all built-in chains; nat had no INPUT before Linux 2.6.36. */
const isWhole = ({ name, chains }: Table): boolean =>
  BUILTIN[name].every((chain) => chains.get(chain)!.policy !== undefined || (name === 'nat' && chain === 'INPUT'));

/** The whole before parts; a save with its COMMIT, then without, then commands; rules alone, which people quote, last. */
const rank = (table: Table): number =>
  (isWhole(table) ? 8 : 0) + ['rules', 'listing', 'commands', 'save'].indexOf(table.origin) + Number(table.complete);
const keyOf = ({ family, name }: Table): string => `${family} ${name}`;

/** Nothing becomes of a packet there. */
const isIdle = ({ chains }: Table): boolean =>
  [...chains.values()].every(({ policy, rules }) => policy !== 'DROP' && rules.length === 0);

/** Whether they are of iptables-legacy and iptables-nft; without a header a block is taken to be like the other. */
const ofBothEnds = (one: Table, other: Table): boolean => (one.nft ?? other.nft) !== (other.nft ?? one.nft);

/** A kernel asks both back ends: one that is idle leaves all to the other. */
const goesBefore = (table: Table, before: Table): boolean =>
  ofBothEnds(table, before) && isIdle(table) !== isIdle(before) ? isIdle(before) : rank(table) >= rank(before);

/** By table, in the order in which they were first read: of those that rank alike the later. */
function chosen(tables: readonly Table[]): Map<string, Table> {
  const best = new Map<string, Table>();
  for (const table of tables) {
    const before = best.get(keyOf(table));
    if (before === undefined || goesBefore(table, before)) best.set(keyOf(table), table);
  }
  return best;
}

/** The block of each table of a family that is evaluated. */
export const evaluated = (tables: readonly Table[], family: Family): Table[] =>
  [...chosen(tables).values()].filter((table) => table.family === family);

export interface Settled {
  /** every block but parts that another block of their table leaves out. */
  readonly tables: readonly Table[];
  readonly findings: Finding[];
}

/** Says which blocks are left out. What is wrong with parts of those stops nothing, and asks nothing. */
export function settleTables(tables: readonly Table[], found: readonly Finding[]): Settled {
  const best = chosen(tables);
  // there may be as many blocks as lines: what is asked for each is made once
  const told = new Map<Table, Set<string>>();
  const quiet = new Set<string>();
  const kept: Table[] = [];
  const findings: Finding[] = [];
  for (const table of tables) {
    const taken = best.get(keyOf(table))!;
    const part = !isWhole(table) && rank(table) < rank(taken);
    if (!part) kept.push(table);
    if (table === taken) continue;
    if (!told.has(taken)) told.set(taken, new Set(said(taken).map(({ text }) => text)));
    const lines = said(table);
    if (part) for (const { line } of [table.opened, ...lines]) quiet.add(`${table.file}:${line}`);
    findings.push(leftOut(table, taken, part, lines, told.get(taken)!));
  }
  const others = found.flatMap((one) => {
    if (one.place === undefined || !quiet.has(`${one.place.file}:${one.place.line}`)) return [one];
    return OPEN.includes(one.code) ? [] : [{ ...one, severity: 'note' as const }];
  });
  return { tables: kept, findings: [...others, ...findings] };
}

/** What parts leave open, or guess. */
const OPEN: readonly string[] = ['no-table', 'table-guessed', 'undeclared-chain', 'no-such-chain'];
const MOST_NAMED = 20;

/** `there`: what the block that is taken says. A part is quoted where all of it stands there. */
function leftOut(table: Table, taken: Table, part: boolean, lines: readonly Said[], there: Set<string>): Finding {
  const idle = ofBothEnds(table, taken) && isIdle(table);
  const others = idle ? [] : lines.filter(({ text }) => !there.has(text));
  const both = ofBothEnds(table, taken) && !idle;
  const texts = new Set(lines.map(({ text }) => text));
  const same = part || (texts.size === there.size && `${[...texts]}` === `${[...there]}`);
  const alike = idle || (same && others.length === 0 && !both);
  const at = [...new Set(others.map(({ line }) => line))].sort((a, b) => a - b);
  const rule = others.find(({ line }) => line === at[0])?.rule;
  return {
    severity: alike ? 'note' : 'warning',
    code: !part ? 'table-again' : alike ? 'quoted-rules' : 'rules-left-out',
    message: `left out: table ${taken.name} of ${taken.file}:${taken.opened.line} is taken${at.length === 0 ? '' : `, without what stands at line ${at.slice(0, MOST_NAMED).join(', ')}${at.length > MOST_NAMED ? ', …' : ''}`}${both ? '; one is of nf_tables: a kernel may hold both' : ''}`,
    place: rule === undefined ? table.opened : placeOf(rule),
  };
}

interface Said {
  readonly line: number;
  readonly text: string;
  /** undefined: it is a chain's line. */
  readonly rule?: Rule;
}

/** What a table's lines say, without counters; those of chains where they are needed: policies, and chains without rules. */
function said({ chains, family }: Table): Said[] {
  const lines: Said[] = [];
  for (const { name, line, policy = '-', rules } of chains.values()) {
    if (policy !== '-' || (line > 0 && rules.length === 0)) lines.push({ line, text: `${name} ${policy}` });
    for (const rule of rules) lines.push({ line: rule.line, text: printRule(rule, family), rule });
  }
  return lines;
}
