/**
 * The IPv4 routing decisions of a host, as the kernel makes them between the hooks: where an arriving packet goes,
 * where one of its own leaves, and what matches and targets ask. Interfaces are names.
 */
import { type Host, type HostAssumption, type RouteType, TABLE_LOCAL } from '../model/host.js';
import type { Words } from '../net/address.js';
import { type AddressTypeInterval, addressTypes, typeOf } from './address-types.js';
import { AssumedHost } from './assumed-host.js';
import type { DropReason, Forward, InputDecision, OutputDecision } from './decision.js';
import type { Unknown } from './fib.js';
import { SCOPE_LINK, SCOPE_UNIVERSE } from './host-addresses.js';
import { isLimitedBroadcast, isLocalMulticast, isMulticast, isZero } from './ipv4-kinds.js';
import type { AddressKinds6 } from './ipv6/address-kinds.js';
import type { AddressSpans6 } from './ipv6/address-spans.js';
import type { AddressTypeInterval6 } from './ipv6/address-types.js';
import type { Arriving } from './martians.js';
import { NO_FLOW } from './policy-rules.js';
import { type ForwardedPacket, routeInput } from './route-input.js';
import { routeOutput, type SentPacket } from './route-output.js';
import { RoutingHost, ZERO } from './routing-host.js';
import { sourceAspects } from './source-aspects.js';

export type { Arriving, ForwardedPacket, SentPacket };

/** RPF_* of abi.ts, one by one. */
export interface ReverseFlags {
  readonly loose: boolean;
  readonly validMark: boolean;
  readonly acceptLocal: boolean;
}

/** A packet of this host that a rule of OUTPUT has changed. */
export interface ReroutedPacket extends Omit<SentPacket, 'uid' | 'src'> {
  readonly src: Words;
}

/** The decisions of a family: Routing4, or Routing6 of ipv6/routing.ts. */
export interface Routing {
  /** Why a packet that came in by a link is dropped before any hook; undefined: it is not. IPv4 has no such. */
  refusal?(packet: Pick<Arriving, 'src' | 'dst' | 'iif'>): DropReason | undefined;
  /** Where a packet that came in by a link goes: what happens between PREROUTING and INPUT or FORWARD. */
  input(packet: ForwardedPacket): InputDecision;
  /** Where a packet of this host leaves: what happens before OUTPUT. */
  output(packet: SentPacket): OutputDecision;
  /** Where it leaves after a rule of OUTPUT has changed it: from whatever source it has. */
  reroute(packet: ReroutedPacket): OutputDecision;
  /** xt_rpfilter, for a packet in PREROUTING. */
  reversePath(packet: Arriving, flags: ReverseFlags): boolean | Unknown;
  /** Of IPv6, where it is told by spans of addresses which of them are alike, groups excepted. */
  readonly kinds?: AddressKinds6 | undefined;
  /** Of IPv6: spans of addresses that are alike, groups among them, whatever of them is asked. */
  readonly spans?: AddressSpans6;
  /** All that decisions ask of a source, as text; undefined: no two sources are known to be alike. */
  sourceAspects(source: Words): string | undefined;
  /** What of the host was not given, and is taken to be as the kernel makes it by itself. */
  readonly assumed: readonly HostAssumption[];
  /** Of IPv4: what decisions are made by. */
  readonly host?: RoutingHost;
  /** Whether the texts tell own addresses from others. */
  readonly knowsOwn: boolean;
  /** Whether they tell the way of every packet, as far as no hash draws it. */
  readonly knowsWays: boolean;
  /** Of IPv6: some route lets packets of the host pass OUTPUT, and refuses them behind it. */
  readonly discards?: boolean;
  /** Whether the host hands on what came in by a link and is for others. */
  forwards(iif: string): boolean;
  /** How a packet comes in again that this host sends by a link: itself, or a copy of it. */
  comesBack(oif: string, dst: Words): 'lo' | 'copy' | undefined;
  /** Of IPv6: what an address is, seen from a link or from none, a bit for each AddrType that routes tell. */
  typesOf?(address: Words, link: string | undefined): number | Unknown;
  /** The same of all addresses. */
  typeIntervals?(link: string | undefined): AddressTypeInterval6[] | Unknown;
  /** The type of an address, seen from all interfaces. */
  typeOf(address: Words): RouteType | Unknown;
  /**
   * The source that MASQUERADE gives a packet to `dst`; `nextHop` is the gateway, or the destination where there is none;
   * undefined where the route is not known. Undefined: there is none, and the packet is dropped.
   */
  masqueradeAddress(oif: string, nextHop: Words | undefined, dst: Words): Words | Unknown | undefined;
  /** Of IPv4: the address from which what came in by a link would be answered that is for none of the host's own. */
  answersFrom?(packet: Arriving): Words | Unknown;
  /** The one that the host has where a packet leaves. */
  leavesFrom?(packet: Arriving, way: Forward): Words | Unknown;
  /** Where REDIRECT sends what came in by a link for `dst`; undefined: the packet is dropped. */
  firstAddress(iif: string, dst: Words): Words | Unknown | undefined;
}

const IPV6: Unknown = { kind: 'unknown', fact: 'ipv6' };
const isIpv6 = (address: Words | undefined): boolean => address !== undefined && address.length !== 1;

export class Routing4 implements Routing {
  readonly assumed: readonly HostAssumption[];
  readonly host: RoutingHost;

  constructor(host: Host, assumed = new AssumedHost()) {
    this.assumed = host.assumed;
    this.host = new RoutingHost(host, assumed);
  }

  input(packet: ForwardedPacket): InputDecision {
    return isIpv6(packet.dst) ? IPV6 : routeInput(this.host, packet);
  }

  output(packet: SentPacket): OutputDecision {
    return isIpv6(packet.dst) ? IPV6 : routeOutput(this.host, packet);
  }

  /** ip_route_me_harder of net/ipv4/netfilter.c: without its user. */
  reroute(packet: ReroutedPacket): OutputDecision {
    if (isIpv6(packet.dst)) return IPV6;
    const type = this.typeOf(packet.src);
    if (typeof type === 'object') return type;
    const src = type === 'local' || type === 'unicast' ? packet.src : undefined;
    return routeOutput(this.host, { ...packet, src, uid: 0 });
  }

  /** net/ipv4/netfilter/ipt_rpfilter.c. */
  reversePath(packet: Arriving, flags: ReverseFlags): boolean | Unknown {
    const { src, dst, iif, mark, tos } = packet;
    if (isIpv6(dst)) return IPV6;
    if (this.host.isLoopback(iif)) return true;
    if (isZero(src) && (isLimitedBroadcast(dst) || isLocalMulticast(dst))) return true;
    const from = isMulticast(dst) || isLimitedBroadcast(dst) ? ZERO : dst;
    const flow = { ...NO_FLOW, src: from, dst: src, mark: flags.validMark ? mark : 0, tos };
    const found = this.host.fib.lookup(flow, true);
    if (found.kind === 'unknown') return found;
    if (found.kind === 'error') return false;
    const { type, hops } = found.route;
    if (type !== 'unicast' && !(type === 'local' && flags.acceptLocal)) return false;
    return flags.loose || hops.some((hop) => hop.link === iif);
  }

  sourceAspects(source: Words): string | undefined {
    return sourceAspects(this.host, source);
  }

  get knowsOwn(): boolean {
    const { fib } = this.host;
    return !fib.isPartial && fib.missing(TABLE_LOCAL) === undefined;
  }

  get knowsWays(): boolean {
    return this.host.fib.complete;
  }

  forwards(iif: string): boolean {
    return this.host.conf.of(iif).forwarding !== 0;
  }

  /** __mkroute_output. */
  comesBack(oif: string, dst: Words): 'lo' | 'copy' | undefined {
    const heard = isMulticast(dst) ? this.host.membership(oif, dst) === 'joined' : isLimitedBroadcast(dst);
    if (this.host.isLoopback(oif)) return heard || !isMulticast(dst) ? 'lo' : undefined;
    return heard ? 'copy' : undefined;
  }

  /** What addrtype says of it. */
  typeOf(address: Words): RouteType | Unknown {
    return isIpv6(address) ? IPV6 : typeOf(this.host.fib, address);
  }

  /** The types of all addresses, by address; `number` numbers the interfaces. */
  addressTypes(number: (name: string) => number): AddressTypeInterval[] | Unknown {
    return addressTypes(this.host.fib, number);
  }

  /** nf_nat_masquerade_ipv4; undefined: no link has an address. */
  masqueradeAddress(oif: string, nextHop: Words | undefined): Words | Unknown | undefined {
    // a gateway of IPv6 leaves the destination as the next hop, which the caller has at hand
    if (isIpv6(nextHop)) return IPV6;
    if (nextHop === undefined && !this.host.describes(oif)) return { kind: 'unknown', fact: 'addresses' };
    if (nextHop === undefined && this.host.hasSubnets(oif)) return { kind: 'unknown', fact: 'routes' };
    const source = this.host.select(oif, nextHop, SCOPE_UNIVERSE);
    return 'kind' in source || !isZero(source) ? source : undefined;
  }

  /** fib_compute_spec_dst of net/ipv4/fib_frontend.c. */
  answersFrom({ src, iif, mark, tos }: Arriving): Words | Unknown {
    const { host } = this;
    if (isZero(src)) return host.select(iif, src, SCOPE_LINK);
    const vmark = host.conf.of(iif).src_valid_mark !== 0 ? mark : 0;
    return host.preferredSource({ ...NO_FLOW, dst: src, tos, mark: vmark }, iif, src);
  }

  /** ip_rt_get_source of route.c. */
  leavesFrom({ src, dst, iif, mark, tos }: Arriving, { oif, gateway }: Forward): Words | Unknown {
    const near = gateway === undefined || isIpv6(gateway) ? dst : gateway;
    return this.host.preferredSource({ ...NO_FLOW, src, dst, iif, oif, mark, tos }, oif, near);
  }

  /** nf_nat_redirect_ipv4. */
  firstAddress(iif: string): Words | Unknown | undefined {
    return this.host.firstAddress(iif);
  }
}
