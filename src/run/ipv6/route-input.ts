/**
 * The way of an IPv6 packet that came in by a link: ip6_rcv_core of net/ipv6/ip6_input.c before any hook,
 * ip6_route_input of route.c behind PREROUTING, ip6_forward of ip6_output.c as far as the FORWARD hook.
 */
import type { Hop } from '../../model/host.js';
import {
  type Drop,
  type DropReason,
  decideByHops,
  type Forward,
  type IcmpAnswer,
  type InputDecision,
  sameForward,
  useOf,
} from '../decision.js';
import type { Found, Unknown } from '../fib.js';
import type { ForwardedPacket } from '../route-input.js';
import type { RoutingHost6 } from './host.js';
import { isLinkLocal, isLoopback, isMulticast, isUnspecified, needsLink } from './kinds.js';

/** IPV6_MIN_MTU. */
const LEAST_MTU = 1280;

/** What a sender hears (ip6_pkt_drop); a blackhole is silent. */
const ANSWERS: Partial<Record<DropReason, IcmpAnswer>> = {
  'no-route': { type: 1, code: 0 },
  unreachable: { type: 1, code: 0 },
  prohibit: { type: 1, code: 1 },
};
const drop = (reason: DropReason, icmp?: IcmpAnswer): Drop => ({ kind: 'drop', reason, icmp });

/** What is dropped before any hook sees it; undefined: it goes on. */
export function refusal(
  host: RoutingHost6,
  { src, dst, iif }: Pick<ForwardedPacket, 'src' | 'dst' | 'iif'>,
): DropReason | undefined {
  const loopback = host.isLoopback(iif);
  if (host.conf.of(iif, 'disable_ipv6') !== 0) return 'ipv6-off';
  if (!loopback && isLoopback(src)) return 'martian-source';
  if (!loopback && isLoopback(dst)) return 'martian-destination';
  // scopes 0, which is reserved, and 1, which never leaves its interface
  const scope = isMulticast(dst) ? (dst[0]! >>> 16) & 15 : undefined;
  if (scope === 0 || (scope === 1 && !loopback)) return 'martian-destination';
  return isMulticast(src) ? 'martian-source' : undefined;
}

export function routeInput(host: RoutingHost6, packet: ForwardedPacket): InputDecision {
  const { dst, iif } = packet;
  const found = host.fib.lookup(packet, host.fib.byScore(iif, needsLink(dst)));
  if (found.kind === 'unknown')
    return isMulticast(dst) && !host.fib.customRules ? multicastInput(host, packet, undefined) : found;
  if (found.kind === 'error') return drop(found.error, ANSWERS[found.error]);
  const { route } = found;
  if (host.refuses(route, found.hops[0]!)) return drop('no-route', ANSWERS['no-route']);
  if (route.type === 'local' || route.type === 'anycast') return { kind: 'local', how: 'unicast', by: useOf(found) };
  if (isMulticast(route.address)) return multicastInput(host, packet, found);
  if (!host.conf.forwards(iif)) return drop('forwarding-off');
  if (packet.ttl <= 1) return drop('ttl-exceeded', { type: 3, code: 0 });
  return decideByHops(found.hops, (hop) => forwardBy(host, packet, found, hop), sameForward);
}

/**
 * ip6_mc_input; a link that has not joined the group drops. Each link has a route of all groups, also where no text tells
 * (addrconf_add_mroute).
 */
function multicastInput(host: RoutingHost6, { dst, iif }: ForwardedPacket, found: Found | undefined): InputDecision {
  const membership = host.membership(iif, dst);
  if (typeof membership === 'object') return membership;
  if (membership === 'joined') return { kind: 'local', how: 'multicast', ...(found && { by: useOf(found) }) };
  return { ...drop('not-joined'), ...(membership === 'guessed' ? { guessed: true } : {}) };
}

function forwardBy(host: RoutingHost6, packet: ForwardedPacket, found: Found, hop: Hop): Forward | Drop | Unknown {
  const { src, iif, length } = packet;
  const oif = hop.link!;
  // back by the link that it came from, a redirect is all that its source brings about
  if (oif !== iif) {
    if (isUnspecified(src) || isMulticast(src) || isLoopback(src)) return drop('martian-source');
    if (isLinkLocal(src)) return drop('beyond-scope', { type: 1, code: 2 });
  }
  const given = host.forwardMtu(oif);
  const mtu = given === undefined ? undefined : Math.max(given, LEAST_MTU);
  if (mtu !== undefined && length > mtu) return drop('needs-fragmentation', { type: 2, code: 0, mtu });
  return { kind: 'forward', oif, gateway: hop.gateway, mtu, by: useOf(found) };
}
