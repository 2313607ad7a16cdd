/**
 * The check of a packet's source on the way in: martians, and the kernel's own reverse path filter
 * (fib_validate_source and __fib_validate_source of net/ipv4/fib_frontend.c).
 */
import type { Words } from '../net/address.js';
import type { Unknown } from './fib.js';
import type { RoutingHost } from './routing-host.js';

/** A packet as it comes in, as far as its way depends on it. Ports are 0 where it has none. */
export interface Arriving {
  readonly src: Words;
  readonly dst: Words;
  readonly iif: string;
  readonly mark: number;
  readonly tos: number;
  readonly proto: number;
  readonly sport: number;
  readonly dport: number;
}

export type SourceFault = 'martian-source' | 'rp-filter';

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
  const { fib, conf, addresses } = host;
  const filter = conf.max(iif, 'rp_filter');
  const redirects = oif === iif && conf.or(iif, 'send_redirects');
  const acceptsLocal = conf.or(iif, 'accept_local');
  // the usual case asks only whether the source is an address of this host, not whether a route leads to it
  if (filter === 0 && !redirects) {
    if (acceptsLocal) return undefined;
    if (!fib.customLocalRoutes && !fib.customRules)
      return addresses.owner(src) === undefined ? undefined : 'martian-source';
  }

  const reads = fib.readsPorts;
  const back = {
    src: dst,
    dst: src,
    iif: oif ?? 'lo',
    oif: undefined,
    mark: conf.or(iif, 'src_valid_mark') ? packet.mark : 0,
    tos: packet.tos,
    proto: reads ? packet.proto : 0,
    sport: reads ? packet.dport : 0,
    dport: reads ? packet.sport : 0,
    uid: 0,
  };
  const found = fib.lookup(back);
  if (found.kind === 'unknown') return found;
  const unroutable = filter === 0 ? undefined : 'rp-filter';
  if (found.kind === 'error') return unroutable;
  const { type, hops } = found.route;
  if (type !== 'unicast' && !(type === 'local' && acceptsLocal)) return 'martian-source';
  if (hops.some((hop) => hop.link === iif) || (type === 'local' && host.isLoopback(iif))) return undefined;
  if (!addresses.hasAny(iif)) return unroutable;
  return filter === 1 ? 'rp-filter' : undefined;
}
