/** What synthetic packets near a host's rules are made of. Bundles for pages have what makes them as a file of its own. */
import { lowerConditions } from '../compile/lower.js';
import { PacketwalkError } from '../errors.js';
import type { SyntheticSpec } from '../input/synthetic/index.js';
import type { PacketColumns } from '../model/batch.js';
import type { Family } from '../net/address.js';
import { AssumedHost } from './assumed-host.js';
import { familyOfRules } from './family-of-rules.js';
import { later } from './later.js';
import * as MADE_UP from './made-up.js';
import type { Asked, Given, SpecOptions } from './palette.js';
import { ipv6Part, routingOf } from './routing-of.js';

let part: typeof MADE_UP | undefined = 'specOf' in MADE_UP ? MADE_UP : undefined;

/** Makes `syntheticSpec` and `synthesise` work in pages, which need it before; elsewhere it does nothing. Throws PacketwalkError where the file cannot be loaded. */
export async function loadMadeUp(): Promise<void> {
  part ??= await later('made-up.js', import('./made-up.js'));
}

function madeUp(): typeof MADE_UP {
  if (part !== undefined) return part;
  throw new PacketwalkError('what makes up packets is a file of its own, and it was not loaded', {
    code: 'made-up-wanted',
    hint: 'await loadMadeUp() before the first',
  });
}

/** So many packets of a spec, numbered from 0: `first`, and each time `step` further on. */
export const synthesise = (spec: SyntheticSpec, first: number, count: number, step?: number): PacketColumns =>
  madeUp().synthesise(spec, first, count, step);

export const syntheticSpec = (given: Given, options: SpecOptions): SyntheticSpec =>
  madeUp().specOf(given, options, askedOf(given, options.family));

/** For who has palette.ts elsewhere. */
export function askedOf(given: Given, family: Family = familyOfRules(given)): Asked {
  const routing = routingOf(family, given.host, new AssumedHost());
  return {
    conditions: (rule, table) => lowerConditions(rule, { family, table, chain: rule.chain }),
    tellsWays: routing.knowsOwn && routing.knowsWays,
    ...(family === 6 && { codes6: ipv6Part() }),
  };
}
