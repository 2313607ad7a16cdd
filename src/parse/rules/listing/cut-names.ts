/** Names of chains that a listing's columns, or who pasted it, cut short behind -j. */
import type { Findings } from '../../../model/finding.js';
import { isBuiltin, placeOf, ruleWith, type Table } from '../../../model/ruleset.js';

/** So much of a name tells it: what is shorter may be another chain that is not there. */
const LEAST = 8;

/** Leads rules to the one chain whose name begins as theirs does, and says so. */
export function mendCutNames(table: Table, findings: Findings): void {
  const names = [...table.chains.keys()].filter((name) => !isBuiltin(table.name, name));
  for (const { rules } of table.chains.values())
    for (const [index, rule] of rules.entries()) {
      const { target } = rule;
      if ((target?.kind !== 'jump' && target?.kind !== 'goto') || table.chains.has(target.chain)) continue;
      const start = target.chain.replace(/[.…~+*]+$/, '');
      const [meant, other] = start.length < LEAST ? [] : names.filter((name) => name.startsWith(start));
      if (meant === undefined || other !== undefined) continue;
      rules[index] = ruleWith(rule, { target: { ...target, chain: meant } });
      findings.add({
        severity: 'note',
        code: 'cut-name',
        message: `${target.chain} is taken for chain ${meant}, the only one whose name begins so`,
        place: placeOf(rule, target.at),
      });
    }
}
