/** Rules that the packet met, that look as if they decided, and did not. */
import type { Message } from '../lang/messages.js';
import { ruleAt, say } from '../story.js';
import { isSpecific, limitsIn, passes, type Scene } from './scene.js';

/** The first RETURN, and the first rule without a target, that name such packets, in the table that decided. */
export function undecided(scene: Scene): Message[] {
  const { host, from, result, events } = scene;
  const { rules } = host.compiled;
  const { by } = result;
  if ((by.kind !== 'rule' && by.kind !== 'policy') || passes(result.fate) === undefined) return [];
  const out: Message[] = [];
  const met = events.flatMap((event) => (event.kind === 'hit' ? [rules[event.rule]!] : []));
  const here = met.filter((one) => one.table === by.table && isSpecific(limitsIn(one, from)));
  const next = { table: by.table!, chain: by.chain!, rule: by.rule ?? null };
  const returns = here.find(({ rule: { target } }) => target?.kind === 'verdict' && target.verdict === 'RETURN');
  if (returns !== undefined) out.push(say('hint.returns', { rule: ruleAt(returns), by: next }));
  const counts = here.find(({ rule: { target, refused } }) => target === undefined && !refused);
  if (counts !== undefined) out.push(say('hint.counts', { rule: ruleAt(counts), by: next }));
  return out;
}
