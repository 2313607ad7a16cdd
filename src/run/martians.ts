/**
 * The check of a packet's source on the way in: martians, and the kernel's own reverse path filter
 * (fib_validate_source and __fib_validate_source of net/ipv4/fib_frontend.c).
 */
import type { Words } from '../net/address.js';
import type { Unknown } from './fib.js';
import type { Flow } from './policy-rules.js';
import type { RoutingHost } from './routing-host.js';

/** A packet as it comes in, as far as its way depends on it. */
export interface Arriving extends Flow {
  readonly iif: string;
  readonly oif?: undefined;
  readonly uid?: undefined;
}

export type SourceFault = 'martian-source' | 'rp-filter';

/** The flow of a packet that would go back to its source. */
export const wayBack = (host: RoutingHost, packet: Arriving, dst: Words, oif: string | undefined): Flow => ({
  src: dst,
  dst: packet.src,
  iif: oif ?? 'lo',
  mark: host.conf.of(packet.iif).src_valid_mark !== 0 ? packet.mark : 0,
  tos: packet.tos,
  proto: host.fib.readsPorts ? packet.proto : 0,
  sport: packet.dport,
  dport: packet.sport,
});

/**
 * Says what is wrong with the source; undefined: nothing. `oif` is where the packet would go, undefined for one that
 * is for this host; `dst` is 0.0.0.0 for a broadcast.
 */
export function sourceFault(
  host: RoutingHost,
  packet: Arriving,
  dst: Words,
  oif: string | undefined,
): SourceFault | Unknown | undefined {
  const { iif, src } = packet;
  const { fib, addresses } = host;
  const conf = host.conf.of(iif);
  const acceptsLocal = conf.accept_local !== 0;
  const filter = conf.rp_filter;
  // the usual case asks only whether the source is an address of this host, not whether a route leads to it
  if (filter === 0 && !fib.usesRealms && (oif !== iif || conf.send_redirects === 0)) {
    if (acceptsLocal) return undefined;
    if (!fib.customLocalRoutes && !fib.customRules)
      return addresses.owner(src) === undefined ? undefined : 'martian-source';
  }

  const found = fib.lookup(wayBack(host, packet, dst, oif));
  if (found.kind === 'unknown') return found;
  const unroutable = filter === 0 ? undefined : 'rp-filter';
  if (found.kind === 'error') return unroutable;
  const { type, hops } = found.route;
  if (type !== 'unicast' && !(type === 'local' && acceptsLocal)) return 'martian-source';
  if (hops.some((hop) => hop.link === iif) || (type === 'local' && host.isLoopback(iif))) return undefined;
  if (!addresses.hasAny(iif) && !fib.isPartial) return unroutable;
  return filter === 1 ? 'rp-filter' : undefined;
}
