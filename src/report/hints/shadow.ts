/** The rule that would have decided otherwise, had another one not come first. */
import { ruleIdOf } from '../../compile/compile.js';
import type { Rule } from '../../model/ruleset.js';
import type { Message } from '../lang/messages.js';
import { ruleAt, say } from '../story.js';
import { columnsAt } from '../ways/columns.js';
import {
  isSpecific,
  limitsIn,
  mayMatch,
  type Placed,
  passes,
  type Scene,
  verdictOf,
  walkOn,
  withoutRules,
} from './scene.js';

/** Rules that are left out, one after the other, to see what stands behind them. */
const MOST = 3;

/** Walks again without the rule that decided: what decides then is told where it names such packets. */
export async function shadowed(scene: Scene): Promise<Message[]> {
  const { from, packet, host, result } = scene;
  const numbers = numbersOf(host.compiled.rules);
  const through = passes(result.fate);
  const first = host.compiled.rules[ruleIdOf(host.compiled, result.by)];
  if (first === undefined || through === undefined || verdictOf(first, from) === 'translate') return [];
  const now = columnsAt(result, host);
  const another = host.compiled.rules.some((one) => {
    if (one === first || one.table !== first.table) return false;
    const verdict = verdictOf(one, from);
    if (verdict === undefined || (through && verdict === 'accept')) return false;
    const limits = limitsIn(one, from);
    return mayMatch(limits, now) && (isSpecific(limits) || (!through && verdict !== 'accept'));
  });
  if (!another) return [];
  const before: Placed[] = [first];
  while (before.length <= MOST) {
    const left = new Set(before.map(({ rule }) => rule));
    const { result: end, host: other } = await walkOn(withoutRules(from, left), packet);
    const found = other.compiled.rules[ruleIdOf(other.compiled, end.by)];
    const next = found && numbers.get(found.rule);
    if (next === undefined || next.table !== first.table || passes(end.fate) === undefined) break;
    const verdict = verdictOf(next, from);
    if (verdict === undefined || verdict === 'translate') break;
    if (passes(end.fate) !== through) {
      if (!isSpecific(limitsIn(next, from))) break;
      return [say('hint.shadowed', { later: ruleAt(next), verdict, before: before.map(ruleAt) })];
    }
    // an ACCEPT behind another one is what rulesets are full of
    if (through) return [];
    before.push(next);
  }
  const [one, second] = before;
  // one that is left over to others like it is what most chains end with
  if (second === undefined || !isSpecific(limitsIn(one!, from))) return [];
  const verdict = verdictOf(second, from)!;
  return [say('hint.still', { first: ruleAt(one!), next: ruleAt(second), verdict })];
}

/** Rules by what they were before some were left out. */
const numbersOf = (rules: readonly Placed[]): Map<Rule, Placed> => new Map(rules.map((one) => [one.rule, one]));
