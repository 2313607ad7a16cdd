/** Whether a rule that a hook leads to may let packets through that are known in part. It is never said to where it cannot. */
import { Field } from '../../abi.js';
import { type Ranges, without } from '../../model/ranges.js';
import { type Limits, mayMeet } from './limits.js';
import type { ChainView, RuleView } from './ruleset.js';

/**
 * What is known of packets. `some`: a rule counts that may let one of them through; `all`: one that may let through all of
 * them, as far as what is known goes.
 */
export interface Packets {
  readonly limits: Limits;
  readonly of: 'some' | 'all';
}

/** How many rules may still be looked at, by all who share it: many packets and many rules take too long together. */
export interface Budget {
  left: number;
}
export const budgetOf = (left = 5_000_000): Budget => ({ left });

/**
 * The first rule that may accept them, in the order in which they come; `policy`: none takes them all, and it accepts;
 * `unknown`: the budget is spent.
 */
export function accepting(
  hook: ChainView,
  packets: Packets,
  budget = budgetOf(),
): RuleView | 'policy' | 'unknown' | undefined {
  const seen = new Set<ChainView>();
  const walk = [{ chain: hook, at: 0 }];
  seen.add(hook);
  let policy = hook.chain.policy !== 'DROP';
  for (let top = walk[0]; top !== undefined; top = walk.at(-1)) {
    const view = top.chain.rules[top.at++];
    if (view === undefined) {
      walk.pop();
      continue;
    }
    if (--budget.left < 0) return 'unknown';
    if (!meets(view.limits, packets)) continue;
    if (mayAccept(view, top.chain)) return view;
    const next = top.chain.next(view);
    if (next !== undefined && !seen.has(next)) {
      seen.add(next);
      walk.push({ chain: next, at: 0 });
    }
    // nobody comes to what stands behind
    const closes = view.always && top.chain.takes(view);
    if (!closes) continue;
    if (top.chain === hook && !returns(view)) policy = false;
    walk.find(({ chain }) => chain === top.chain)!.at = top.chain.rules.length;
  }
  return policy ? 'policy' : undefined;
}

/** It accepts, or nobody knows what it does. */
export function mayAccept({ rule, actions }: RuleView, chain: ChainView): boolean {
  if (rule.refused) return true;
  return actions.some(
    (action) =>
      (action.kind === 'verdict' && action.verdict === 'accept') ||
      // targets that take a packet for good are few: it may be accepted
      action.kind === 'ask' ||
      action.kind === 'host' ||
      ((action.kind === 'jump' || action.kind === 'goto') && !chain.table.chains.has(action.chain)),
  );
}

const returns = ({ actions }: RuleView): boolean => actions.some(({ kind }) => kind === 'return' || kind === 'goto');

/** Whether some of the packets, or all of them, may come to be what the limits leave. */
function meets(limits: Limits, { limits: known, of }: Packets): boolean {
  if (!mayMeet(limits, known)) return false;
  if (of === 'some') return true;
  for (const [field, ranges] of known.numbers) {
    const theirs = limits.numbers.get(field);
    if (theirs !== undefined && without(ranges, theirs).length > 0) return false;
  }
  return true;
}

/** Packets of which these numbers are known, and the interfaces by name. */
export const packets = (
  numbers: readonly (readonly [Field, Ranges])[],
  { notIn, notOut, ...is }: { in?: string; out?: string; notIn?: string; notOut?: string } = {},
): Limits => ({
  numbers: new Map(numbers),
  interfaces: new Map([
    [Field.InIf, { is: is.in, not: notIn === undefined ? [] : [notIn] }],
    [Field.OutIf, { is: is.out, not: notOut === undefined ? [] : [notOut] }],
  ]),
  tests: new Map(),
  header: true,
  open: false,
  reads: new Set(),
  never: undefined,
});
