/** From tables to a program, its verification included. */
import { compile as toProgram } from '../../src/compile/compile.js';
import type { Contest } from '../contest.js';
import { tablesOf } from '../hosts.js';
import { RULESET_KINDS } from '../rulesets.js';

export async function* compile(sizes: readonly number[]): AsyncGenerator<Contest> {
  for (const kind of RULESET_KINDS)
    for (const rules of sizes) {
      const tables = tablesOf(kind, rules);
      const packetwalk = () => toProgram(tables, 4);
      yield { subject: 'compile', kind, rules, amount: rules, unit: 'rules', entrants: { packetwalk } };
    }
}
