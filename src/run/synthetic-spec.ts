/** What synthetic packets near a host's rules are made of. */
import { lowerConditions } from '../compile/lower.js';
import type { SyntheticSpec } from '../input/synthetic/index.js';
import { type Asked, type Given, type SpecOptions, specOf } from './palette.js';
import { Routing4 } from './routing.js';

export const syntheticSpec = (given: Given, options: SpecOptions): SyntheticSpec =>
  specOf(given, options, askedOf(given));

/** For who has palette.ts elsewhere. */
export function askedOf({ host }: Given): Asked {
  const routing = new Routing4(host);
  return {
    conditions: (rule, table) => lowerConditions(rule, { family: 4, table, chain: rule.chain }),
    tellsWays: routing.knowsOwn && routing.knowsWays,
  };
}
