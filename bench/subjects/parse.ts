/** Reading the text of a save: to tables of rules, each option looked at. */
import { parseTexts } from '../../src/parse/index.js';
import type { Contest } from '../contest.js';
import { RULESET_KINDS, rulesetText } from '../rulesets.js';

export async function* parse(sizes: readonly number[]): AsyncGenerator<Contest> {
  for (const kind of RULESET_KINDS)
    for (const rules of sizes) {
      const texts = [{ name: 'x.rules', text: rulesetText(kind, rules) }];
      const packetwalk = () => parseTexts(texts, { add: () => {} });
      yield { subject: 'parse', kind, rules, amount: rules, unit: 'rules', entrants: { packetwalk } };
    }
}
