/** What is said of chains that no line declares, once all chains of a table are known. */
import { TARGET_NAMES } from '../../ext/registry.js';
import type { Findings } from '../../model/finding.js';
import { nearest } from '../../model/nearest.js';
import { aimAt, BUILTIN, isBuiltin, meaningOf, placeOf, type Rule, type Table } from '../../model/ruleset.js';
import { type Line, placeAt } from '../text.js';

/** Of more names none was typed. */
const MOST_TYPED = 200;

/** A chain that rules stand in and no line declares, with the first such rule, and the column of the name. */
export interface Undeclared {
  readonly chain: string;
  readonly line: Line;
  readonly at: number;
}

/** What is cut may have lost the line that declares a chain; its rules are here all the same. */
export function sayUndeclared(table: Table, { chain, line, at }: Undeclared, findings: Findings): void {
  const { complete, file } = table;
  const meant = nearest(chain, [...BUILTIN[table.name], ...typedChains(table)]);
  findings.add({
    severity: complete ? 'error' : 'warning',
    code: complete ? 'no-such-chain' : 'undeclared-chain',
    message: complete
      ? `chain ${chain} is not in table ${table.name}`
      : `no line declares chain ${chain}: the rules that stand here are taken for all of it`,
    place: placeAt(file, line, at, chain.length),
    hint:
      meant !== undefined ? `did you mean ${meant}?` : complete ? `a line ":${chain} - [0:0]" declares it` : undefined,
  });
}

/** A rule that leads to a built-in chain, or to one that is not there. */
export function sayOfJump(table: Table, rule: Rule, findings: Findings): void {
  const { leads: target } = meaningOf(rule);
  if (target === undefined) return;
  const { complete, chains } = table;
  if (isBuiltin(table.name, target.chain))
    findings.add({
      severity: 'error',
      code: 'jump-to-builtin',
      message: `${target.chain} is a built-in chain, which no rule can jump to`,
      place: placeOf(rule, aimAt(rule)),
    });
  else if (!chains.has(target.chain)) {
    const meant = nearest(target.chain, targets(table, target.kind));
    const otherwise = complete
      ? `a line ":${target.chain} - [0:0]" declares it`
      : `what it does is an open question: --assume chain:${target.chain}=yes (it takes the packet) or =no settles it`;
    findings.add({
      severity: complete ? 'error' : 'warning',
      code: 'no-such-chain',
      message: complete ? `chain ${target.chain} is not in table ${table.name}` : `chain ${target.chain} was not given`,
      place: placeOf(rule, aimAt(rule)),
      hint: meant === undefined ? otherwise : `did you mean ${meant}?`,
    });
  }
}

/** All that can stand behind -j, or behind -g. */
function targets(table: Table, kind: 'jump' | 'goto'): string[] {
  const chains = typedChains(table);
  if (kind === 'goto') return chains;
  return [...TARGET_NAMES, ...chains];
}

/** User chains that a slip could be of: names of a program's making, of which there are many, are not typed. */
function typedChains(table: Table): string[] {
  const names = [...table.chains.keys()].filter((name) => !isBuiltin(table.name, name));
  return names.length <= MOST_TYPED ? names : [];
}
