/** Conditions of rules that share their matches with others (Meaning of src/model/ruleset.ts): instructions that are the same are made once. */
import type { LowerContext } from '../ext/define.js';
import type { Condition } from '../model/condition.js';
import { type MatchUse, meaningOf, type Rule } from '../model/ruleset.js';
import { type ConditionEmitter, emitCondition } from './emit.js';
import { lowerHead, lowerMatches } from './lower.js';
import { askWhatIsUnknown, type Knowledge } from './passes/unknowns.js';

export class Shared {
  /** where the instructions of matches stand. */
  private readonly emitted = new Map<readonly MatchUse[], { readonly from: number; readonly length: number }>();

  constructor(
    private readonly to: ConditionEmitter,
    private readonly cells: readonly number[],
    private readonly known: Knowledge,
  ) {}

  conditions(rule: Rule, context: LowerContext): void {
    const { known, to, cells } = this;
    for (const condition of lowerHead(rule, context)) emitCondition(askWhatIsUnknown(condition, known), to);
    const { names, shared, matches } = meaningOf(rule);
    if (names.length === 0) return;
    const { words } = to.code;
    const before = shared ? this.emitted.get(matches) : undefined;
    if (before !== undefined) return words.repeat(before.from, before.length);
    const from = words.length;
    const remembered = cells.length;
    const conditions: Condition[] = [];
    lowerMatches(matches, context, conditions);
    for (const condition of conditions) emitCondition(askWhatIsUnknown(condition, known), to);
    // what remembers does so for each rule by itself
    if (shared && remembered === cells.length) this.emitted.set(matches, { from, length: words.length - from });
  }
}
