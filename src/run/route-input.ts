/**
 * The way of a packet that came in by a link (ip_route_input_rcu and ip_route_input_slow of net/ipv4/route.c), as far
 * as the FORWARD hook (ip_forward.c).
 */
import type { Hop } from '../model/host.js';
import {
  type Drop,
  type DropReason,
  decideByHops,
  type Forward,
  type IcmpAnswer,
  type InputDecision,
  sameForward,
  useOf,
} from './decision.js';
import type { Found, Unknown } from './fib.js';
import { isLimitedBroadcast, isLoopback, isMulticast, isZero } from './ipv4-kinds.js';
import { type Arriving, sourceFault } from './martians.js';
import { NO_ADDRESSES, type RoutingHost, ZERO } from './routing-host.js';

export interface ForwardedPacket extends Arriving {
  readonly ttl: number;
  /** of the whole IP packet. */
  readonly length: number;
  readonly df: boolean;
}

/** ip_error of route.c: what a sender hears; a blackhole is silent. */
const ANSWERS: Partial<Record<DropReason, IcmpAnswer>> = {
  'no-route': { type: 3, code: 0 },
  unreachable: { type: 3, code: 1 },
  prohibit: { type: 3, code: 13 },
};
const drop = (reason: DropReason, icmp?: IcmpAnswer): Drop => ({ kind: 'drop', reason, icmp });
const faultDecision = (fault: ReturnType<typeof sourceFault>): Drop | Unknown | undefined =>
  typeof fault === 'string' ? drop(fault) : fault;

export function routeInput(host: RoutingHost, packet: ForwardedPacket): InputDecision {
  const { src, dst } = packet;
  const conf = host.conf.of(packet.iif);
  if (isMulticast(dst)) return multicastInput(host, packet);
  if (isMulticast(src) || isLimitedBroadcast(src)) return drop('martian-source');
  if (isLimitedBroadcast(dst) || (isZero(src) && isZero(dst))) return broadcastInput(host, packet);
  if (isZero(src)) return drop('martian-source');
  if (isZero(dst)) return drop('martian-destination');
  if ((isLoopback(dst) || isLoopback(src)) && conf.route_localnet === 0)
    return drop(isLoopback(dst) ? 'martian-destination' : 'martian-source');

  const found = host.fib.lookup(packet);
  if (found.kind === 'unknown') return found;
  const forwards = conf.forwarding !== 0;
  // a host that does not forward does not say either that it has no route
  if (found.kind === 'error') return forwards ? drop(found.error, ANSWERS[found.error]) : drop('forwarding-off');
  switch (found.route.type) {
    case 'broadcast':
      return conf.bc_forwarding !== 0 ? forward(host, packet, found) : broadcastInput(host, packet);
    case 'local':
      return delivery(host, packet, found);
    case 'unicast':
      switch (host.ownBeside(dst, found)) {
        case undefined:
          return NO_ADDRESSES;
        case true:
          return delivery(host, packet, found);
      }
      return forwards ? forward(host, packet, found) : drop('forwarding-off');
    default:
      return drop(forwards ? 'martian-destination' : 'forwarding-off');
  }
}

/** ip_route_input_mc; a link that has not joined the group drops. */
function multicastInput(host: RoutingHost, packet: ForwardedPacket): InputDecision {
  const { src, dst, iif } = packet;
  const membership = host.membership(iif, dst);
  if (typeof membership === 'object') return membership;
  if (membership === 'guessed') return { ...drop('not-joined'), guessed: true };
  if (membership === 'not-joined') return drop('not-joined');
  if (isMulticast(src) || isLimitedBroadcast(src)) return drop('martian-source');
  if (isLoopback(src) && host.conf.of(iif).route_localnet === 0) return drop('martian-source');
  // 0.0.0.0 may send to a group of the link, which this one is
  const fault = isZero(src) ? undefined : sourceFault(host, packet, ZERO, undefined);
  return faultDecision(fault) ?? { kind: 'local', how: 'multicast' };
}

function broadcastInput(host: RoutingHost, packet: ForwardedPacket): InputDecision {
  const fault = isZero(packet.src) ? undefined : sourceFault(host, packet, ZERO, undefined);
  return faultDecision(fault) ?? { kind: 'local', how: 'broadcast' };
}

const delivery = (host: RoutingHost, packet: ForwardedPacket, found: Found): InputDecision =>
  faultDecision(sourceFault(host, packet, packet.dst, undefined)) ?? {
    kind: 'local',
    how: 'unicast',
    by: useOf(found),
  };

const forward = (host: RoutingHost, packet: ForwardedPacket, found: Found): InputDecision =>
  decideByHops(found.hops, (hop) => forwardBy(host, packet, found, hop), sameForward);

/** __mkroute_input, then ip_forward as far as its hook. */
function forwardBy(host: RoutingHost, packet: ForwardedPacket, found: Found, hop: Hop): Forward | Drop | Unknown {
  const oif = hop.link!;
  const fault = faultDecision(sourceFault(host, packet, packet.dst, oif));
  if (fault !== undefined) return fault;
  if (packet.ttl <= 1) return drop('ttl-exceeded', { type: 11, code: 0 });
  const mtu = host.mtu(found.route, oif);
  if (mtu !== undefined && packet.df && packet.length > mtu)
    return drop('needs-fragmentation', { type: 3, code: 4, mtu });
  return { kind: 'forward', oif, gateway: host.gateway(hop), mtu, by: useOf(found) };
}
