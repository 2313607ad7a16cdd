/** What many packets came to: the counters of the rules, as `classify --json` prints them. */
import type { Fate, PolicyRef, RuleRef } from './trace.js';

export interface Count {
  readonly packets: number;
  readonly bytes: number;
}

export interface Summary {
  readonly packets: number;
  /** IP total lengths. */
  readonly bytes: number;
  /** of classification alone, without making or reading packets. */
  readonly seconds: number;
  /** packets by what became of them; those that none came to are left out. */
  readonly fates: Readonly<Partial<Record<Fate, number>>>;
  /** every rule, zeros too, in the order of the rules that were loaded. */
  readonly rules: readonly (RuleRef & Count)[];
  readonly policies: readonly (PolicyRef & Count)[];
  /** packets by why their fate is unknown, by the name of the question. */
  readonly open: Readonly<Record<string, number>>;
}
