/** What many packets came to: the counters of the rules, as `classify --json` prints them. */
import type { Fate, PolicyRef, RuleRef } from './trace.js';

export interface Count {
  readonly packets: number;
  readonly bytes: number;
}

/** What became of packets, whatever rules did it. */
export interface Totals {
  readonly packets: number;
  /** IP total lengths. */
  readonly bytes: number;
  /** of classification alone, without making or reading packets. */
  readonly seconds: number;
  /** packets by what became of them; those that none came to are left out. */
  readonly fates: Readonly<Partial<Record<Fate, number>>>;
  /** of those that went no further, by fate: by why, which is `rule`, `policy`, a reason's name or, where it is unknown, the question. */
  readonly why: Readonly<Partial<Record<Fate, Readonly<Record<string, number>>>>>;
}

export interface Summary extends Totals {
  /** every rule, zeros too, in the order of the rules that were loaded. */
  readonly rules: readonly (RuleRef & Count)[];
  readonly policies: readonly (PolicyRef & Count)[];
}
