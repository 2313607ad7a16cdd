/** What is wrong with tables that were read whole, or what they lack: found without compiling them, and all of it. */
import { setUses } from '../ext/match/set-use.js';
import { findMatch, findTarget } from '../ext/registry.js';
import type { Condition, Origin } from '../model/condition.js';
import type { Findings } from '../model/finding.js';
import { type Meaning, meaningOf, placeOf, type Rule, type Span, type Table } from '../model/ruleset.js';
import type { SetDef } from '../model/set.js';
import type { Family } from '../net/address.js';
import { chainLoops, loopProblem } from './depth.js';
import { lowerMatches } from './lower.js';

/** Loops of chains, and sets that rules name and no text gives. Each block of a table stands for itself. */
export function checkTables(tables: readonly Table[], sets: readonly SetDef[], findings: Findings): void {
  const known = new Map(sets.map((set) => [set.name, set.known]));
  const said = new Set<string>();
  const lacks = (name: string, rule: Rule, at: () => Span | undefined) => {
    if (known.get(name) === true || said.has(name)) return;
    said.add(name);
    findings.add({
      severity: 'warning',
      code: 'set-not-given',
      message: known.has(name) ? `the members of set ${name} were not given` : `set ${name} was not given`,
      place: placeOf(rule, at()),
      hint: `add the output of "ipset save"; without it, --assume set:${name}=yes or =no settles what it holds`,
    });
  };
  for (const table of tables) {
    for (const loop of chainLoops(table)) {
      const [message, details] = loopProblem(table, loop);
      findings.add({ severity: loop.reached ? 'error' : 'warning', message, ...details });
    }
    eachSet(table, lacks);
  }
}

/** The names of sets that matches and targets of rules have. */
export function setsNamed(tables: readonly Table[]): Set<string> {
  const names = new Set<string>();
  for (const table of tables) eachSet(table, (name) => names.add(name));
  return names;
}

type SetOfRule = (name: string, rule: Rule, at: () => Span | undefined) => void;

function eachSet(table: Table, tell: SetOfRule): void {
  const { name, family } = table;
  const nameSets = (names: readonly string[]) => names.some((one) => findMatch(one, family)?.sets === true);
  // many rules have the same list of names
  const lists = new Map<readonly string[], boolean>();
  const mayNameSets = ({ names }: Meaning) => {
    if (!lists.has(names)) lists.set(names, nameSets(names));
    return lists.get(names)!;
  };
  for (const chain of table.chains.values())
    for (const rule of chain.rules) {
      if (rule.refused) continue;
      const { meaning } = rule;
      targetSets(rule, family, tell);
      const mayTell = meaning === undefined ? nameSets(meaningOf(rule).names) : mayNameSets(meaning);
      if (!mayTell) continue;
      const conditions: Condition[] = [];
      lowerMatches(meaningOf(rule).matches, { family, table: name, chain: chain.name }, conditions);
      for (const condition of conditions)
        for (const [set, origin] of setsOf(condition, condition.origin)) tell(set, rule, () => spanOf(rule, origin));
    }
}

/** Those that the rule's target changes, or marks packets by. */
function targetSets(rule: Rule, family: Family, tell: SetOfRule): void {
  const { target } = meaningOf(rule);
  if (target?.kind !== 'extension' || findTarget(target.use.name, family)?.sets !== true) return;
  const own = rule.target;
  for (const { key, value } of setUses(target.use.options))
    tell(value.name, rule, () => (own?.kind === 'extension' ? own.use.options[key]?.at : undefined));
}

function setsOf(condition: Condition, origin: Origin | undefined): [name: string, origin: Origin | undefined][] {
  if ('all' in condition) return condition.all.flatMap((one) => setsOf(one, origin));
  if ('any' in condition) return condition.any.flatMap((one) => setsOf(one, origin));
  return condition.test.kind === 'set' ? [[condition.test.name, origin]] : [];
}

const spanOf = (rule: Rule, origin: Origin | undefined): Span | undefined =>
  origin === undefined ? undefined : rule.matches[origin.use]?.options[origin.option]?.at;
