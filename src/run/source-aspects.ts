/** Which sources routing does not tell apart. */
import type { Words } from '../net/address.js';
import { typeOf } from './address-types.js';
import type { Lookup } from './fib.js';
import { isLimitedBroadcast, isLoopback, isMulticast, isZero } from './ipv4-kinds.js';
import { NO_FLOW } from './policy-rules.js';
import type { RoutingHost } from './routing-host.js';

/**
 * All that decisions ask of a packet's source (route-input.ts, martians.ts, route-output.ts, and reroute of routing.ts),
 * as text: they are the same for sources of the same text, but for the source of a Send that is the packet's own.
 * undefined: more may be asked.
 */
export function sourceAspects(host: RoutingHost, source: Words): string | undefined {
  const { fib, addresses } = host;
  // rules look at any prefix, and among several ways that is taken which the source belongs to
  if (!fib.isPlain) return undefined;
  if (isMulticast(source) || isLimitedBroadcast(source)) return 'bad';
  if (isZero(source)) return 'none';
  const isOwn = addresses.owner(source) !== undefined;
  const back = wayBack(fib.lookup({ ...NO_FLOW, dst: source }));
  return JSON.stringify([isLoopback(source), isOwn, host.linkOf(source), typeOf(fib, source), back]);
}

/** What sourceFault reads of it; what is missing is the same for all that are not found. */
function wayBack(found: Lookup): unknown {
  if (found.kind !== 'route') return found.kind;
  const { type, hops } = found.route;
  return type === 'broadcast' ? type : [type, hops.map(({ link }) => link)];
}
