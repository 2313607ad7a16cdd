/** What synthetic packets near a host's rules are made of. */
import { lowerConditions } from '../compile/lower.js';
import type { SyntheticSpec } from '../input/synthetic/index.js';
import type { Family } from '../net/address.js';
import { AssumedHost } from './assumed-host.js';
import { type Asked, familyOfRules, type Given, type SpecOptions, specOf } from './palette.js';
import { ipv6Part, routingOf } from './routing-of.js';

export const syntheticSpec = (given: Given, options: SpecOptions): SyntheticSpec =>
  specOf(given, options, askedOf(given, options.family));

/** For who has palette.ts elsewhere. */
export function askedOf(given: Given, family: Family = familyOfRules(given)): Asked {
  const routing = routingOf(family, given.host, new AssumedHost());
  return {
    conditions: (rule, table) => lowerConditions(rule, { family, table, chain: rule.chain }),
    tellsWays: routing.knowsOwn && routing.knowsWays,
    ...(family === 6 && { codes6: ipv6Part() }),
  };
}
