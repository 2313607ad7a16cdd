/** The way of a packet that this host sends (ip_route_output_key_hash_rcu of net/ipv4/route.c). */
import type { Hop } from '../model/host.js';
import { sameWords, type Words } from '../net/address.js';
import { decideByHops, type OutputDecision, type Send, type SendError, sameSend, useOf } from './decision.js';
import type { Found, Unknown } from './fib.js';
import { SCOPE_HOST, SCOPE_LINK, SCOPE_UNIVERSE } from './host-addresses.js';
import { isLimitedBroadcast, isLocalMulticast, isLoopback, isMulticast, isZero } from './ipv4-kinds.js';
import { NO_ADDRESSES, type RoutingHost, ZERO } from './routing-host.js';

export interface SentPacket {
  /** undefined or 0.0.0.0: the kernel chooses. */
  readonly src: Words | undefined;
  readonly dst: Words;
  /** the link that the socket is bound to. */
  readonly oif?: string | undefined;
  /** the link that it is to leave by where its destination means something on one link alone (sin6_scope_id); IPv4 does not ask. */
  readonly leaves?: string | undefined;
  readonly mark: number;
  readonly tos: number;
  readonly proto: number;
  readonly sport: number;
  readonly dport: number;
  readonly uid: number;
  /** false: the source has to be an own address, as for a socket without IP_TRANSPARENT and the like. */
  readonly anySource?: boolean;
}

const LOOPBACK: Words = [0x7f000001];
const IGMP = 2;
const refuse = (reason: SendError['reason']): SendError => ({ kind: 'error', reason });

export function routeOutput(host: RoutingHost, packet: SentPacket): OutputDecision {
  const { dst, oif, mark, tos, proto, sport, dport, uid } = packet;
  let src = packet.src === undefined || isZero(packet.src) ? undefined : packet.src;
  if (src !== undefined) {
    if (isMulticast(src) || isLimitedBroadcast(src)) return refuse('bad-source');
    // without a link, a packet to a group or to all leaves by the link that bears its source
    const follows = oif === undefined && (isMulticast(dst) || isLimitedBroadcast(dst));
    if (follows || packet.anySource === false) {
      const owner = host.linkOf(src);
      if (owner === undefined) return refuse('no-route');
      if (typeof owner === 'object') return owner;
      if (follows) return send(host, dst, src, owner);
    }
  }
  if (oif !== undefined) {
    if (host.isDown(oif)) return refuse('link-down');
    if (isLocalMulticast(dst) || isLimitedBroadcast(dst) || proto === IGMP)
      return send(host, dst, src ?? host.select(oif, undefined, SCOPE_LINK), oif);
    if (src === undefined && (isMulticast(dst) || isZero(dst))) {
      const chosen = host.select(oif, undefined, isMulticast(dst) ? SCOPE_UNIVERSE : SCOPE_HOST);
      if ('kind' in chosen) return chosen;
      if (!isZero(chosen)) src = chosen;
    }
  }
  if (isZero(dst)) return sendLocal(host, src ?? LOOPBACK, src ?? LOOPBACK);

  const found = host.fib.lookup({ src: src ?? ZERO, dst, iif: 'lo', oif, mark, tos, proto, sport, dport, uid });
  if (found.kind === 'unknown') return found;
  if (found.kind === 'error') {
    // a socket that is bound to a link reaches by it whatever has no route
    if (oif === undefined) return refuse(found.error);
    return send(host, dst, src ?? host.select(oif, undefined, SCOPE_LINK), oif);
  }
  const own = host.ownBeside(dst, found);
  if (own === undefined) return NO_ADDRESSES;
  if (own) return sendLocal(host, dst, src ?? dst, found);
  if (found.route.type === 'local') return sendLocal(host, dst, src ?? found.route.source ?? dst, found);
  const sendBy = (hop: Hop) => {
    const source = src ?? found.route.source ?? host.hopSource(found.route, hop);
    return send(host, dst, source, hop.link!, found, hop);
  };
  return decideByHops(waysOut(host, found, oif, src), sendBy, sameSend);
}

/** fib_select_path: a bound socket takes the first way; else the hash draws, among those whose source fits if any does. */
function waysOut(
  host: RoutingHost,
  { route, hops }: Found,
  oif: string | undefined,
  src: Words | undefined,
): readonly Hop[] {
  if (oif !== undefined) return hops.slice(0, 1);
  if (src === undefined || hops.length === 1) return hops;
  const fitting = hops.filter((hop) => {
    const own = host.hopSource(route, hop);
    return !('kind' in own) && sameWords(own, src);
  });
  return fitting.length > 0 ? fitting : hops;
}

/** To an address of this host, by the loopback link; a group stays a group even where it is an own address. */
function sendLocal(host: RoutingHost, dst: Words, source: Words, found?: Found): Send | Unknown {
  const group = isMulticast(dst);
  const to = group ? 'multicast' : isLimitedBroadcast(dst) ? 'broadcast' : 'local';
  const membership = group ? host.membership('lo', dst) : 'joined';
  if (typeof membership === 'object') return membership;
  return {
    kind: 'send',
    to,
    oif: 'lo',
    gateway: undefined,
    source,
    mtu: host.mtu(undefined, 'lo'),
    loops: membership === 'joined',
    copy: false,
    ...(membership === 'guessed' ? { guessed: true } : {}),
    ...(found === undefined ? {} : { by: useOf(found) }),
  };
}

/** __mkroute_output. */
function send(
  host: RoutingHost,
  dst: Words,
  source: Words | Unknown,
  oif: string,
  found?: Found,
  hop?: Hop,
): Send | SendError | Unknown {
  if ('kind' in source) return source;
  const route = found?.route;
  const loopback = host.isLoopback(oif);
  if (isLoopback(source) && !loopback && host.conf.of(oif).route_localnet === 0) return refuse('bad-source');
  const typed = route?.type === 'broadcast' || route?.type === 'multicast' ? route.type : 'unicast';
  const to = isLimitedBroadcast(dst) ? 'broadcast' : isMulticast(dst) ? 'multicast' : typed;
  if (to === 'unicast' && isZero(dst)) return refuse('bad-destination');
  const membership = to === 'multicast' ? host.membership(oif, dst) : 'joined';
  if (typeof membership === 'object') return membership;
  const received = to === 'broadcast' || (to === 'multicast' && membership === 'joined');
  // a default route does not carry groups to its gateway
  const direct = isLimitedBroadcast(dst) || (to === 'multicast' && route !== undefined && route.prefix < 4);
  return {
    kind: 'send',
    to,
    oif,
    gateway: direct || hop === undefined ? undefined : host.gateway(hop),
    source,
    mtu: host.mtu(direct ? undefined : route, oif),
    loops: loopback && (to !== 'multicast' || received),
    copy: received && !loopback,
    ...(membership === 'guessed' ? { guessed: true } : {}),
    ...(found === undefined ? {} : { by: useOf(found) }),
  };
}
