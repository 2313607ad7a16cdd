/** Every finding about what rules mean, and the one place where they are looked for. */
import type { Findings } from '../../model/finding.js';
import { addressZero } from './addresses.js';
import { emptyChain, uncalledChain, unreachedChain } from './chains.js';
import { ruleWithoutTarget } from './counting.js';
import { dockerPassesUfw } from './docker.js';
import { dnatNotForwarded, forwardingOff, redirectNotLetIn } from './forwarded.js';
import { contradiction, interfaceAtHook, stateInNat, stateInRaw, valueBeyondMask } from './impossible.js';
import { type FindingKind, type PlaceOfChain, Report } from './kind.js';
import { markNeverSet, markNeverTested } from './marks.js';
import { masqueradeEverything, masqueradeWithoutInterface } from './masquerade.js';
import { neverReached, redundantRule, sameRuleTwice, shadowedRule } from './order.js';
import { dropPolicyIdle, dropWithoutEstablished, loopbackDropped, policyOutsideFilter } from './policies.js';
import { icmpOfOtherFamily } from './protocols.js';
import { type Given, Ruleset } from './ruleset.js';
import { setDirections, setFamily } from './sets.js';
import { countOfHooks, sharedFirst, sharedRefused } from './shared-states.js';

export const FINDING_KINDS: readonly FindingKind[] = [
  ruleWithoutTarget,
  sameRuleTwice,
  neverReached,
  shadowedRule,
  redundantRule,
  contradiction,
  valueBeyondMask,
  interfaceAtHook,
  stateInNat,
  stateInRaw,
  addressZero,
  icmpOfOtherFamily,
  emptyChain,
  uncalledChain,
  unreachedChain,
  setDirections,
  setFamily,
  sharedRefused,
  sharedFirst,
  countOfHooks,
  markNeverSet,
  markNeverTested,
  dropWithoutEstablished,
  loopbackDropped,
  dropPolicyIdle,
  policyOutsideFilter,
  dnatNotForwarded,
  redirectNotLetIn,
  forwardingOff,
  masqueradeEverything,
  masqueradeWithoutInterface,
  dockerPassesUfw,
];

/** Looks for all of them in the tables that are evaluated. Takes time in step with the number of rules. */
export function findInRules(given: Given, findings: Findings, placeOfChain: PlaceOfChain): void {
  for (const family of [4, 6] as const) {
    const rules = new Ruleset(family, given);
    for (const kind of FINDING_KINDS) kind.find(rules, new Report(kind, findings, placeOfChain));
  }
}
