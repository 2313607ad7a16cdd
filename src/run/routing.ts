/**
 * The IPv4 routing decisions of a host, as the kernel makes them between the hooks (net/ipv4/route.c,
 * ip_forward.c): where an arriving packet goes, where one of its own leaves, and what matches and targets ask.
 */
import type { Hop, Host, Link, Route } from '../model/host.js';
import { sameWords, type Words } from '../net/address.js';
import { type AddressTypeInterval, addressTypes, typeOf } from './address-types.js';
import {
  type Drop,
  type DropReason,
  type Forward,
  type IcmpAnswer,
  type InputDecision,
  type OutputDecision,
  oneOrMany,
  type Send,
  type SendError,
} from './decision.js';
import { Fib, type Flow, type Found, type Unknown } from './fib.js';
import { HostAddresses, SCOPE_HOST, SCOPE_LINK, SCOPE_UNIVERSE, scopeNumber } from './host-addresses.js';
import { HostConf } from './host-conf.js';
import { isAllHosts, isLimitedBroadcast, isLocalMulticast, isLoopback, isMulticast, isZero } from './ipv4-kinds.js';
import { type Arriving, sourceFault } from './martians.js';

export interface ForwardedPacket extends Arriving {
  readonly ttl: number;
  /** of the whole IP packet. */
  readonly length: number;
  readonly df: boolean;
}

export interface SentPacket {
  /** undefined or 0.0.0.0: the kernel chooses. */
  readonly src: Words | undefined;
  readonly dst: Words;
  /** the link that the socket is bound to. */
  readonly oif?: string | undefined;
  readonly mark: number;
  readonly tos: number;
  readonly proto: number;
  readonly sport: number;
  readonly dport: number;
  readonly uid: number;
  /** false: the source has to be an own address, as for a socket without IP_TRANSPARENT and the like. */
  readonly anySource?: boolean;
}

export interface ReverseFlags {
  readonly loose: boolean;
  readonly validMark: boolean;
  readonly acceptLocal: boolean;
}

const LOOPBACK: Words = [0x7f000001];
const ZERO: Words = [0];
const IGMP = 2;
/** IP_MAX_MTU of include/net/ip.h. */
const MAX_MTU = 0xffff;
/** ip_error of route.c: what a sender hears; a blackhole is silent. */
const ANSWERS: Partial<Record<DropReason, IcmpAnswer>> = {
  'no-route': { type: 3, code: 0 },
  unreachable: { type: 3, code: 1 },
  prohibit: { type: 3, code: 13 },
};
const drop = (reason: DropReason, icmp?: IcmpAnswer): Drop => ({ kind: 'drop', reason, icmp });
const refuse = (reason: SendError['reason']): SendError => ({ kind: 'error', reason });
const isIpv4 = (...addresses: (Words | undefined)[]): boolean =>
  addresses.every((a) => a === undefined || a.length === 1);
const IPV6: Unknown = { kind: 'unknown', fact: 'ipv6' };

export class Routing {
  readonly #links: ReadonlyMap<string, Link>;
  readonly #conf: HostConf;
  readonly #fib: Fib;
  readonly #addresses: HostAddresses;

  constructor(host: Host) {
    this.#links = new Map((host.links ?? []).map((link) => [link.name, link]));
    this.#conf = new HostConf(host.sysctls);
    this.#fib = new Fib(host, 4, {
      ignoresLinkdown: (link) => this.#conf.or(link, 'ignore_routes_with_linkdown'),
      group: (link) => this.#links.get(link)?.group ?? 0,
    });
    this.#addresses = new HostAddresses(host, (link) => this.#conf.or(link, 'route_localnet'));
  }

  /** Where a packet that came in by a link goes: what happens between PREROUTING and INPUT or FORWARD. */
  input(packet: ForwardedPacket): InputDecision {
    if (!isIpv4(packet.src, packet.dst)) return IPV6;
    const { src, dst, iif } = packet;
    if (isMulticast(dst)) return this.#multicastInput(packet);
    if (isMulticast(src) || isLimitedBroadcast(src)) return drop('martian-source');
    if (isLimitedBroadcast(dst) || (isZero(src) && isZero(dst))) return this.#broadcastInput(packet);
    if (isZero(src)) return drop('martian-source');
    if (isZero(dst)) return drop('martian-destination');
    if ((isLoopback(dst) || isLoopback(src)) && !this.#conf.or(iif, 'route_localnet'))
      return drop(isLoopback(dst) ? 'martian-destination' : 'martian-source');

    const found = this.#fib.lookup({ ...this.#flowOf(packet), src, dst, iif, oif: undefined });
    if (found.kind === 'unknown') return found;
    const forwards = this.#conf.forwarding(iif);
    // a host that does not forward does not say either that it has no route
    if (found.kind === 'error') return forwards ? drop(found.error, ANSWERS[found.error]) : drop('forwarding-off');
    switch (found.route.type) {
      case 'broadcast':
        if (this.#conf.and(iif, 'bc_forwarding')) return this.#forward(packet, found);
        return this.#broadcastInput(packet);
      case 'local': {
        const fault = sourceFault(this.#context, packet, dst, undefined);
        return faultDecision(fault) ?? { kind: 'local', how: 'unicast' };
      }
      default:
        if (!forwards) return drop('forwarding-off');
        return found.route.type === 'unicast' ? this.#forward(packet, found) : drop('martian-destination');
    }
  }

  /** ip_route_input_mc; a link that has not joined the group drops. */
  #multicastInput(packet: ForwardedPacket): InputDecision {
    const { src, dst, iif } = packet;
    if (!isAllHosts(dst)) return drop('not-joined');
    if (isMulticast(src) || isLimitedBroadcast(src)) return drop('martian-source');
    if (isLoopback(src) && !this.#conf.or(iif, 'route_localnet')) return drop('martian-source');
    // 0.0.0.0 may send to a group of the link, which this one is
    const fault = isZero(src) ? undefined : sourceFault(this.#context, packet, ZERO, undefined);
    return faultDecision(fault) ?? { kind: 'local', how: 'multicast' };
  }

  #broadcastInput(packet: ForwardedPacket): InputDecision {
    const fault = isZero(packet.src) ? undefined : sourceFault(this.#context, packet, ZERO, undefined);
    return faultDecision(fault) ?? { kind: 'local', how: 'broadcast' };
  }

  #forward(packet: ForwardedPacket, { route, hops }: Found): InputDecision {
    const ways: { weight: number; decision: Forward | Drop }[] = [];
    for (const hop of hops) {
      const decision = this.#forwardBy(packet, route, hop);
      if (decision.kind === 'unknown') return decision;
      ways.push({ weight: hop.weight, decision });
    }
    return oneOrMany(ways, sameForward);
  }

  /** __mkroute_input, then ip_forward as far as its hook. */
  #forwardBy(packet: ForwardedPacket, route: Route, hop: Hop): Forward | Drop | Unknown {
    const oif = hop.link!;
    const fault = faultDecision(sourceFault(this.#context, packet, packet.dst, oif));
    if (fault !== undefined) return fault;
    if (packet.ttl <= 1) return drop('ttl-exceeded', { type: 11, code: 0 });
    const mtu = this.#mtu(route, oif);
    if (mtu !== undefined && packet.df && packet.length > mtu)
      return drop('needs-fragmentation', { type: 3, code: 4, mtu });
    return { kind: 'forward', oif, gateway: hop.gateway, mtu };
  }

  /** ip_dst_mtu_maybe_forward: a route's own counts, also where it is above the link's. */
  #mtu(route: Route | undefined, oif: string): number | undefined {
    const mtu = route?.mtu ?? this.#links.get(oif)?.mtu;
    return mtu === undefined ? undefined : Math.min(mtu, MAX_MTU);
  }

  /** Where a packet of this host leaves (ip_route_output_key_hash_rcu). */
  output(packet: SentPacket): OutputDecision {
    if (!isIpv4(packet.src, packet.dst)) return IPV6;
    const { dst } = packet;
    let src = packet.src === undefined || isZero(packet.src) ? undefined : packet.src;
    if (src !== undefined) {
      if (isMulticast(src) || isLimitedBroadcast(src)) return refuse('bad-source');
      if (packet.oif === undefined && (isMulticast(dst) || isLimitedBroadcast(dst))) {
        // such a packet leaves by the link that bears its source
        const owner = this.#linkOf(src);
        if (typeof owner === 'object') return owner;
        return owner === undefined ? refuse('no-route') : this.#send(packet, src, owner);
      }
      if (packet.anySource === false) {
        const owner = this.#linkOf(src);
        if (owner === undefined) return refuse('no-route');
        if (typeof owner === 'object') return owner;
      }
    }
    if (packet.oif !== undefined) {
      if (this.#links.get(packet.oif)?.up === false) return refuse('link-down');
      if (isLocalMulticast(dst) || isLimitedBroadcast(dst) || packet.proto === IGMP)
        return this.#send(packet, src ?? this.#select(packet.oif, undefined, SCOPE_LINK), packet.oif);
      if (src === undefined && (isMulticast(dst) || isZero(dst))) {
        const chosen = this.#select(packet.oif, undefined, isMulticast(dst) ? SCOPE_UNIVERSE : SCOPE_HOST);
        if ('kind' in chosen) return chosen;
        src = isZero(chosen) ? undefined : chosen;
      }
    }
    if (isZero(dst)) return this.#sendLocal(src ?? LOOPBACK, src ?? LOOPBACK);

    const flow = { ...this.#flowOf(packet), src: src ?? ZERO, dst, iif: 'lo', oif: packet.oif, uid: packet.uid };
    const found = this.#fib.lookup(flow);
    if (found.kind === 'unknown') return found;
    if (found.kind === 'error') {
      // bound to a link, a socket reaches whatever it wants to be there
      if (packet.oif === undefined) return refuse(found.error);
      return this.#send(packet, src ?? this.#select(packet.oif, undefined, SCOPE_LINK), packet.oif);
    }
    if (found.route.type === 'local') return this.#sendLocal(dst, src ?? found.route.source ?? dst);
    const ways: { weight: number; decision: Send | SendError }[] = [];
    for (const hop of this.#waysOut(found, packet.oif, src)) {
      const source = src ?? found.route.source ?? this.#hopSource(found.route, hop);
      const decision = this.#send(packet, source, hop.link!, found.route, hop);
      if (decision.kind === 'unknown') return decision;
      ways.push({ weight: hop.weight, decision });
    }
    return oneOrMany(ways, sameSend);
  }

  /** fib_select_path: a bound socket takes the first way; else the hash draws, first among those whose source fits. */
  #waysOut({ route, hops }: Found, oif: string | undefined, src: Words | undefined): readonly Hop[] {
    if (oif !== undefined) return hops.slice(0, 1);
    if (src === undefined || hops.length === 1) return hops;
    const fitting = hops.filter((hop) => {
      const own = this.#hopSource(route, hop);
      return !('kind' in own) && sameWords(own, src);
    });
    return fitting.length > 0 ? fitting : hops;
  }

  #hopSource(route: Route, hop: Hop): Words | Unknown {
    return this.#select(hop.link!, gateway4(hop), scopeNumber(route.scope));
  }

  /** To an address of this host, by the loopback link; a group stays a group even where it is an own address. */
  #sendLocal(dst: Words, source: Words): Send {
    const mtu = this.#mtu(undefined, 'lo');
    const group = isMulticast(dst);
    const loops = !group || isAllHosts(dst);
    const to = group ? 'multicast' : isLimitedBroadcast(dst) ? 'broadcast' : 'local';
    return { kind: 'send', to, oif: 'lo', gateway: undefined, source, mtu, loops, copy: false };
  }

  /** __mkroute_output. */
  #send(
    packet: SentPacket,
    source: Words | Unknown,
    oif: string,
    route?: Route,
    hop?: Hop,
  ): Send | SendError | Unknown {
    if ('kind' in source) return source;
    const { dst } = packet;
    const loopback = this.#isLoopback(oif);
    if (isLoopback(source) && !loopback && !this.#conf.or(oif, 'route_localnet')) return refuse('bad-source');
    const typed = route?.type === 'broadcast' || route?.type === 'multicast' ? route.type : 'unicast';
    const to = isLimitedBroadcast(dst) ? 'broadcast' : isMulticast(dst) ? 'multicast' : typed;
    if (to === 'unicast' && isZero(dst)) return refuse('bad-destination');
    const received = to === 'broadcast' || (to === 'multicast' && isAllHosts(dst));
    // a default route does not carry groups to its gateway
    const direct = isLimitedBroadcast(dst) || (to === 'multicast' && route !== undefined && route.prefix < 4);
    return {
      kind: 'send',
      to,
      oif,
      gateway: direct ? undefined : hop?.gateway,
      source,
      mtu: this.#mtu(direct ? undefined : route, oif),
      loops: loopback && (to !== 'multicast' || received),
      copy: received && !loopback,
    };
  }

  /**
   * Where a packet of this host leaves after a rule of OUTPUT has changed it (ip_route_me_harder of
   * net/ipv4/netfilter.c): without ports and user, from whatever source it has.
   */
  reroute(packet: Pick<SentPacket, 'dst' | 'oif' | 'mark' | 'tos'> & { readonly src: Words }): OutputDecision {
    if (!isIpv4(packet.src, packet.dst)) return IPV6;
    const type = this.typeOf(packet.src);
    if (typeof type === 'object') return type;
    const keeps = type === 'local' || type === 'unicast';
    const src = keeps ? packet.src : undefined;
    return this.output({ ...packet, src, proto: 0, sport: 0, dport: 0, uid: 0, anySource: true });
  }

  /** xt_rpfilter, for a packet in PREROUTING (net/ipv4/netfilter/ipt_rpfilter.c). */
  reversePath(packet: Arriving, flags: ReverseFlags): boolean | Unknown {
    if (!isIpv4(packet.src, packet.dst)) return IPV6;
    const { src, dst, iif } = packet;
    if (this.#isLoopback(iif)) return true;
    if (isZero(src) && (isLimitedBroadcast(dst) || isLocalMulticast(dst))) return true;
    const noSource = isMulticast(dst) || isLimitedBroadcast(dst) || isZero(dst);
    const flow: Flow = {
      src: noSource ? ZERO : dst,
      dst: src,
      iif: 'lo',
      oif: undefined,
      mark: flags.validMark ? packet.mark : 0,
      tos: packet.tos,
      proto: 0,
      sport: 0,
      dport: 0,
      uid: 0,
    };
    const found = this.#fib.lookup(flow, true);
    if (found.kind === 'unknown') return found;
    if (found.kind === 'error') return false;
    const { type, hops } = found.route;
    if (type !== 'unicast' && !(type === 'local' && flags.acceptLocal)) return false;
    return flags.loose || hops.some((hop) => hop.link === iif);
  }

  /** What addrtype says of an address. */
  typeOf(address: Words): ReturnType<typeof typeOf> {
    return isIpv4(address) ? typeOf(this.#fib, address) : IPV6;
  }

  /** The types of all addresses, sorted; `number` numbers the interfaces. */
  addressTypes(number: (name: string) => number): AddressTypeInterval[] | Unknown {
    return addressTypes(this.#fib, number);
  }

  /** The source that MASQUERADE gives (nf_nat_masquerade_ipv4); undefined: there is none, and the packet is dropped. */
  masqueradeAddress(oif: string, nextHop: Words): Words | Unknown | undefined {
    if (!isIpv4(nextHop)) return IPV6;
    const source = this.#select(oif, nextHop, SCOPE_UNIVERSE);
    return 'kind' in source || !isZero(source) ? source : undefined;
  }

  /** Where REDIRECT sends what came in by a link (nf_nat_redirect_ipv4); undefined: the packet is dropped. */
  firstAddress(iif: string): Words | Unknown | undefined {
    return this.#addresses.known ? this.#addresses.first(iif) : { kind: 'unknown', fact: 'addresses' };
  }

  /** inet_select_addr; 0.0.0.0 where there is none. */
  #select(link: string, near: Words | undefined, scope: number): Words | Unknown {
    if (!this.#addresses.known) return { kind: 'unknown', fact: 'addresses' };
    return this.#addresses.select(link, near, scope) ?? ZERO;
  }

  /** The link of a local address (__ip_dev_find): by the addresses first, then by table local. */
  #linkOf(address: Words): string | Unknown | undefined {
    const owner = this.#addresses.owner(address);
    if (owner !== undefined) return owner;
    const found = this.#fib.lookupLocal(address);
    if (found === undefined || found.kind === 'unknown') return found;
    return found.route.type === 'local' ? found.hops[0]!.link : undefined;
  }

  #isLoopback = (link: string): boolean => this.#links.get(link)?.loopback ?? link === 'lo';

  get #context() {
    return {
      fib: this.#fib,
      conf: this.#conf,
      addresses: this.#addresses,
      isLoopbackLink: this.#isLoopback,
    };
  }

  #flowOf(packet: { mark: number; tos: number; proto: number; sport: number; dport: number }) {
    const { mark, tos, proto, sport, dport } = packet;
    return { mark, tos, proto, sport, dport, uid: 0 };
  }
}

/** The gateway where it is of IPv4 itself. */
const gateway4 = (hop: Hop): Words | undefined => (hop.gateway?.length === 1 ? hop.gateway : undefined);

const faultDecision = (fault: ReturnType<typeof sourceFault>): Drop | Unknown | undefined =>
  typeof fault === 'string' ? drop(fault) : fault;

const sameGateway = (a: Words | undefined, b: Words | undefined): boolean =>
  a === undefined || b === undefined ? a === b : sameWords(a, b);

function sameForward(a: Forward | Drop, b: Forward | Drop): boolean {
  if (a.kind === 'drop' || b.kind === 'drop') return a.kind === 'drop' && b.kind === 'drop' && a.reason === b.reason;
  return a.oif === b.oif && a.mtu === b.mtu && sameGateway(a.gateway, b.gateway);
}

function sameSend(a: Send | SendError, b: Send | SendError): boolean {
  if (a.kind === 'error' || b.kind === 'error')
    return a.kind === 'error' && b.kind === 'error' && a.reason === b.reason;
  return a.oif === b.oif && a.mtu === b.mtu && sameWords(a.source, b.source) && sameGateway(a.gateway, b.gateway);
}
