/** The way of an IPv6 packet that this host sends (ip6_dst_lookup_tail of net/ipv6/ip6_output.c, ip6_route_output of route.c). */
import type { Hop } from '../../model/host.js';
import type { Words } from '../../net/address.js';
import { decideByHops, type OutputDecision, type Send, type SendError, sameSend, useOf } from '../decision.js';
import type { Found, Lookup, Unknown } from '../fib.js';
import type { SentPacket } from '../route-output.js';
import { isOwn } from './fib.js';
import type { RoutingHost6 } from './host.js';
import { isMulticast, isUnspecified, needsLink, UNSPECIFIED } from './kinds.js';

const LOOPBACK: Words = [0, 0, 0, 1];
const refuse = (reason: SendError['reason']): SendError => ({ kind: 'error', reason });

/** `src` is `::` where the kernel chooses. */
export type Sent = Omit<SentPacket, 'src'> & { readonly src: Words };

/** ip6_route_output. */
export function lookupOutput(host: RoutingHost6, packet: Sent): Lookup {
  const bound = packet.oif !== undefined || needsLink(packet.dst);
  return host.fib.lookup({ ...packet, iif: 'lo' }, host.fib.byScore(packet.oif, bound));
}

/** To `::` is to the host itself (rawv6_sendmsg of net/ipv6/raw.c, and the other sockets' like). */
export function routeOutput(host: RoutingHost6, given: SentPacket): OutputDecision {
  const packet = isUnspecified(given.dst) ? { ...given, dst: LOOPBACK } : given;
  const { src = UNSPECIFIED } = packet;
  const first = lookupOutput(host, { ...packet, src });
  if (first.kind === 'unknown') return first;
  if (!isUnspecified(src)) return sendBy(host, { ...packet, src }, first);
  // the route's link takes part in the choice; where there is none without a source, one is looked for with it
  if (first.kind === 'route')
    return decideByHops(
      first.hops,
      (hop) => {
        const source = first.route.source ?? host.select(hop.link, packet.dst);
        if (source === undefined) return refuse('no-address');
        return 'kind' in source ? source : send(host, packet.dst, source, first, hop);
      },
      sameSend,
    );
  const source = host.select(undefined, packet.dst);
  if (source === undefined) return refuse('no-address');
  if ('kind' in source) return source;
  return sendBy(host, { ...packet, src: source }, lookupOutput(host, { ...packet, src: source }));
}

/** The way of a packet that has its source, as far as it was found. */
export function sendBy(host: RoutingHost6, { dst, src }: Sent, found: Lookup): OutputDecision {
  if (found.kind === 'unknown') return found;
  if (found.kind === 'error') return refuse(found.error);
  return decideByHops(found.hops, (hop) => send(host, dst, src, found, hop), sameSend);
}

function send(host: RoutingHost6, dst: Words, source: Words, found: Found, hop: Hop): Send | SendError | Unknown {
  const { route } = found;
  const local = isOwn(route);
  const oif = local ? 'lo' : hop.link!;
  const back = host.comesBack(oif, dst);
  if ('kind' in back) return back;
  return {
    kind: 'send',
    to: local ? 'local' : isMulticast(dst) ? 'multicast' : 'unicast',
    oif,
    gateway: hop.gateway,
    source,
    // rawv6_send_hdrinc; what other sockets send is cut to the route's own
    mtu: host.mtu(oif),
    loops: back.loops,
    copy: back.copy,
    ...(back.guessed ? { guessed: true } : {}),
    ...(host.refuses(route, hop) ? { refused: true } : {}),
    by: useOf(found),
  };
}
