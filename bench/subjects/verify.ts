/** Proving that a program is safe to run. */
import { compile } from '../../src/compile/compile.js';
import { verify as prove } from '../../src/compile/verify.js';
import type { Contest } from '../contest.js';
import { tablesOf } from '../hosts.js';
import { RULESET_KINDS } from '../rulesets.js';

export async function* verify(sizes: readonly number[]): AsyncGenerator<Contest> {
  for (const kind of RULESET_KINDS)
    for (const rules of sizes) {
      const { program } = compile(tablesOf(kind, rules), 4);
      const packetwalk = () => prove(program);
      yield { subject: 'verify', kind, rules, amount: rules, unit: 'rules', entrants: { packetwalk } };
    }
}
