/** What routing decides about a packet, and the reasons that it gives: stable, for programs. */
import type { Hop } from '../model/host.js';
import type { RouteUse } from '../model/trace.js';
import { formatAddress, sameWords, type Words } from '../net/address.js';
import type { Found, RouteError, Unknown } from './fib.js';

export type DropReason =
  | RouteError
  | 'martian-source'
  | 'martian-destination'
  | 'rp-filter'
  /** a multicast group that the link has not joined. */
  | 'not-joined'
  | 'forwarding-off'
  | 'ttl-exceeded'
  /** it came in a frame to another host, or to more than one and would go on. */
  | 'other-host'
  | 'frame-to-many'
  | 'needs-fragmentation'
  /** of IPv6: a link-local source, on its way to another link. */
  | 'beyond-scope'
  /** IPv6 is off on the link that it came in by. */
  | 'ipv6-off'
  /** its hop-by-hop options are none, or ask for it to be dropped. */
  | 'bad-hop-options';

/** The ICMP message by which the kernel answers. */
export interface IcmpAnswer {
  readonly type: number;
  readonly code: number;
  /** of a fragmentation needed. */
  readonly mtu?: number;
}

export interface Local {
  readonly kind: 'local';
  readonly how: 'unicast' | 'broadcast' | 'multicast';
  readonly by?: RouteUse;
}
export interface Forward {
  readonly kind: 'forward';
  readonly oif: string;
  /** undefined: the destination is on the link. */
  readonly gateway: Words | undefined;
  /** undefined: neither route nor link says. */
  readonly mtu: number | undefined;
  readonly by: RouteUse;
}
export interface Drop {
  readonly kind: 'drop';
  readonly reason: DropReason;
  /** undefined: silence. */
  readonly icmp: IcmpAnswer | undefined;
  /** a group that no text tells the host to be in. */
  readonly guessed?: true;
}
/** One of the hops of a route: its name among them, for people, and the link that it leads by. */
export interface OneWay<T> {
  readonly name: string;
  readonly link: string;
  readonly weight: number;
  readonly decision: T;
}
/** More than one way; which one a flow takes depends on a hash that is seeded at boot. */
export interface Multipath<T> {
  readonly kind: 'multipath';
  readonly ways: readonly OneWay<T>[];
}
export type InputDecision = Local | Forward | Drop | Unknown | Multipath<Forward | Drop>;

export interface Send {
  readonly kind: 'send';
  readonly to: 'unicast' | 'local' | 'broadcast' | 'multicast';
  readonly oif: string;
  readonly gateway: Words | undefined;
  /** the packet's source, chosen where none was given; 0.0.0.0 where no link has an address. */
  readonly source: Words;
  readonly mtu: number | undefined;
  /** it comes in again by the loopback link. */
  readonly loops: boolean;
  /** a copy of it comes in on `oif`, as if it had been received there. */
  readonly copy: boolean;
  /** it does neither, to a group that no text tells the host to be in. */
  readonly guessed?: true;
  /** of IPv6: it passes OUTPUT, and has no route all the same (ip6_pkt_discard_out). */
  readonly refused?: true;
  /** absent where the packet needs none: to a group, or to all, on a link that is named. */
  readonly by?: RouteUse;
}
/** The sender gets an error and no hook runs. */
export interface SendError {
  readonly kind: 'error';
  readonly reason: RouteError | 'bad-source' | 'bad-destination' | 'link-down' | 'no-address';
}
export type OutputDecision = Send | SendError | Unknown | Multipath<Send | SendError>;

/** The route that was found, for people. */
export function useOf({ route, rule }: Found): RouteUse {
  const { address, prefix, table } = route;
  return rule === undefined ? { address, prefix, table } : { address, prefix, table, rule: rule.priority };
}

/** What each hop comes to; one decision where all come to the same. */
export function decideByHops<T extends { readonly kind: string }>(
  hops: readonly Hop[],
  decide: (hop: Hop) => T | Unknown,
  same: (a: T, b: T) => boolean,
): T | Multipath<T> | Unknown {
  const ways: OneWay<T>[] = [];
  for (const hop of hops) {
    const decision = decide(hop);
    if (isUnknown(decision)) return decision;
    ways.push({ name: nameOf(hop, hops), link: hop.link!, weight: hop.weight, decision });
  }
  const first = ways[0]!.decision;
  return ways.every((way) => same(way.decision, first)) ? first : { kind: 'multipath', ways };
}

const isUnknown = (decision: { readonly kind: string }): decision is Unknown => decision.kind === 'unknown';

/** Its name among others: its link, where none of them has the same. */
export function nameOf({ link, gateway }: Hop, hops: readonly Hop[]): string {
  const alone = hops.filter((other) => other.link === link).length === 1;
  return alone || gateway === undefined ? link! : `${link} via ${formatAddress(gateway)}`;
}

const sameGateway = (a: Words | undefined, b: Words | undefined): boolean =>
  a === undefined || b === undefined ? a === b : sameWords(a, b);

export function sameForward(a: Forward | Drop, b: Forward | Drop): boolean {
  if (a.kind === 'drop' || b.kind === 'drop') return a.kind === 'drop' && b.kind === 'drop' && a.reason === b.reason;
  return a.oif === b.oif && a.mtu === b.mtu && sameGateway(a.gateway, b.gateway);
}

export function sameSend(a: Send | SendError, b: Send | SendError): boolean {
  if (a.kind === 'error' || b.kind === 'error')
    return a.kind === 'error' && b.kind === 'error' && a.reason === b.reason;
  return a.oif === b.oif && a.mtu === b.mtu && sameWords(a.source, b.source) && sameGateway(a.gateway, b.gateway);
}
