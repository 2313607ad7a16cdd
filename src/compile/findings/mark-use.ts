/** Which bits of marks the rules of a family set and test: of packets, and of their connections. */
import { ConnMarkOp, Field } from '../../abi.js';
import type { Action } from '../../model/action.js';
import type { HostAct } from '../../model/host-test.js';
import { meaningOf, type Rule, type Span } from '../../model/ruleset.js';
import { dimensionsOf } from '../../model/set.js';
import { type Ruleset, type RuleView, testsOf } from './ruleset.js';

export type Marked = 'packet' | 'connection';

/** A rule that tests bits of a mark, or makes some 1. */
export interface MarkUse {
  readonly rule: Rule;
  readonly of: Marked;
  readonly bits: number;
  readonly at: Span | undefined;
}

export interface MarkUses {
  /** `bits`: those that have to be 1. */
  readonly tests: readonly MarkUse[];
  readonly sets: readonly MarkUse[];
  /** bits that may come to be 1, and bits that somebody looks at. */
  readonly made: Readonly<Record<Marked, number>>;
  readonly seen: Readonly<Record<Marked, number>>;
}

const ALL = 0xffffffff;
/**
 * Undefined where not all of it is known: a table that is missing, a rule that could not be read, or what marks packets in
 * ways that are not evaluated.
 */
export function markUses(rules: Ruleset): MarkUses | undefined {
  // one table alone may have been printed without the others
  if (!rules.whole || rules.tables.length < 2) return undefined;
  const tests: MarkUse[] = [];
  const sets: MarkUse[] = [];
  const made = { packet: 0, connection: 0 };
  const seen = { packet: 0, connection: 0 };
  const copies: { readonly from: Marked; readonly to: Marked; readonly bits: number }[] = [];
  for (const chain of rules.chains())
    for (const view of chain.rules) {
      if (isDoubtful(view)) return undefined;
      const { rule } = view;
      // most rules test nothing that changes
      for (const { test, at } of view.limits.reads.size === 0 ? [] : testsOf(view)) {
        if (test.kind === 'set' && readsMark(rules, test.name)) seen.packet = ALL;
        if (test.kind !== 'masked' || (test.field !== Field.Mark && test.field !== Field.CtMark)) continue;
        const of = test.field === Field.Mark ? 'packet' : 'connection';
        tests.push({ rule, of, bits: test.value, at });
        seen[of] |= test.mask;
      }
      for (const action of view.actions) {
        if (action.kind === 'connection' && action.zone === 'mark') seen.packet = ALL;
        if (action.kind === 'hash-mark' || isOfSet(action, 'set-map')) made.packet = ALL;
        const shifted = (bits: number) => (action.kind === 'connmark' && action.shift !== 0 ? ALL : bits);
        if (action.kind === 'edit' && action.field === Field.Mark)
          sets.push({ rule, of: 'packet', bits: action.xor, at: undefined });
        else if (action.kind === 'connmark' && action.op === ConnMarkOp.Set)
          sets.push({ rule, of: 'connection', bits: shifted(action.nfMask), at: undefined });
        else if (action.kind === 'connmark' && action.op === ConnMarkOp.Save) {
          copies.push({ from: 'packet', to: 'connection', bits: shifted(action.nfMask) });
          seen.packet |= action.nfMask;
        } else if (action.kind === 'connmark') {
          copies.push({ from: 'connection', to: 'packet', bits: shifted(action.ctMask) });
          seen.connection |= action.ctMask;
        }
      }
    }
  for (const { of, bits } of sets) made[of] |= bits;
  // a mark may be saved, restored and saved again
  for (let i = 0; i < 3; i++)
    for (const { from, to, bits } of copies) made[to] |= bits === ALL && made[from] !== 0 ? ALL : made[from] & bits;
  for (const { mark, markMask } of rules.host.rules ?? []) if (mark !== undefined) seen.packet |= markMask;
  return { tests, sets, made, seen };
}

const readsMark = (rules: Ruleset, name: string): boolean => {
  const set = rules.sets.get(name);
  return set === undefined || set.type === 'list:set' || dimensionsOf(set.type).includes('mark');
};

const isOfSet = (action: Action, ...what: readonly HostAct['what'][]): boolean =>
  action.kind === 'host' && what.includes(action.act.what);

/** Of matches socket may set the mark (--restore-skmark), to what only its socket knows. */
function isDoubtful({ rule, actions }: RuleView): boolean {
  const { matches } = meaningOf(rule);
  if (rule.refused || matches.some(({ name, options }) => name === 'socket' && options['restore-skmark'])) return true;
  return actions.some((one) => one.kind === 'ask' || (one.kind === 'host' && !isOfSet(one, 'set-map', 'set-change')));
}
