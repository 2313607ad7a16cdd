/** The IPv6 routing decisions of a host, as the kernel makes them between the hooks. Interfaces are names. */
import { type Host, type HostAssumption, type RouteType, TABLE_LOCAL } from '../../model/host.js';
import type { Words } from '../../net/address.js';
import type { AssumedHost } from '../assumed-host.js';
import type { DropReason, InputDecision, OutputDecision } from '../decision.js';
import type { Unknown } from '../fib.js';
import { NO_FLOW } from '../policy-rules.js';
import type { Arriving, ForwardedPacket, ReroutedPacket, ReverseFlags, Routing, SentPacket } from '../routing.js';
import { AddressKinds6 } from './address-kinds.js';
import { type AddressSpans6, spansOf } from './address-spans.js';
import { type AddressTypeInterval6, addressTypes, typeOf, typesOf } from './address-types.js';
import { byDevice, isAnycast } from './fib.js';
import { NO_ADDRESSES, RoutingHost6 } from './host.js';
import { isTentative } from './kernel-routes.js';
import {
  isLinkLocal,
  isLoopback,
  isMapped,
  isMulticast,
  isUnicast,
  isUnspecified,
  reachOf,
  UNSPECIFIED,
} from './kinds.js';
import { refusal, routeInput } from './route-input.js';
import { lookupOutput, routeOutput, sendBy } from './route-output.js';

export class Routing6 implements Routing {
  readonly assumed: readonly HostAssumption[];
  readonly #host: RoutingHost6;
  readonly discards: boolean;
  #kinds: AddressKinds6 | undefined | null = null;
  #spans: AddressSpans6 | undefined;

  constructor(host: Host, assumed?: AssumedHost) {
    this.#host = new RoutingHost6(host, assumed);
    this.assumed = this.#host.fib.assumed;
    this.discards = this.#host.fib.routes.some((route) => route.hops.some((hop) => this.#host.refuses(route, hop)));
  }

  /** Why a packet that came in by a link is dropped before any hook; undefined: it is not. */
  refusal(packet: Pick<Arriving, 'src' | 'dst' | 'iif'>): DropReason | undefined {
    return refusal(this.#host, packet);
  }

  input(packet: ForwardedPacket): InputDecision {
    return routeInput(this.#host, packet);
  }

  output(packet: SentPacket): OutputDecision {
    return routeOutput(this.#host, onItsLink(packet));
  }

  /** ip6_route_me_harder of net/ipv6/netfilter.c: what means something on one link alone stays on its link, `oif`. */
  reroute(packet: ReroutedPacket): OutputDecision {
    const { fib } = this.#host;
    const flow = { ...onItsLink(packet), uid: 0 };
    // nothing looks for protocol and ports unless a rule of arriving packets asks for them
    const read = fib.readsPorts ? flow : { ...flow, proto: 0 };
    return sendBy(this.#host, read, lookupOutput(this.#host, read));
  }

  /** xt_rpfilter (net/ipv6/netfilter/ip6t_rpfilter.c). */
  reversePath({ src, dst, iif, mark, tos, proto }: Arriving, flags: ReverseFlags): boolean | Unknown {
    const host = this.#host;
    if (host.isLoopback(iif) || isUnspecified(src)) return true;
    const from = isUnicast(dst) ? dst : UNSPECIFIED;
    const bound = isLinkLocal(src);
    const oif = bound || !flags.loose ? iif : undefined;
    const fits = (link: string | undefined) =>
      oif === undefined ? isUnspecified(from) || host.bears(link, from, bound) : link === oif;
    const flow = { ...NO_FLOW, src: from, dst: src, oif, mark: flags.validMark ? mark : 0, tos, proto };
    const found = host.fib.lookup(flow, byDevice(fits, bound));
    if (found.kind === 'unknown') return found;
    if (found.kind === 'error') return false;
    const { route, hops } = found;
    if (route.type === 'local') return flags.acceptLocal;
    if (isAnycast(route) || host.refuses(route, hops[0]!)) return false;
    return flags.loose || hops[0]!.link === iif;
  }

  /** Routing asks of a source what prefix of a policy rule it lies in, and what kind it is. */
  sourceAspects(source: Words): string | undefined {
    if (this.#host.fib.rules.some(({ from }) => from !== undefined)) return undefined;
    if (isUnspecified(source)) return 'none';
    if (isMulticast(source) || isLoopback(source)) return 'bad';
    return isLinkLocal(source) ? 'link' : 'any';
  }

  get knowsOwn(): boolean {
    return this.#host.fib.missing(TABLE_LOCAL) === undefined;
  }

  get knowsWays(): boolean {
    return this.#host.fib.complete;
  }

  forwards(iif: string): boolean {
    return this.#host.conf.forwards(iif);
  }

  comesBack(oif: string, dst: Words): 'lo' | 'copy' | undefined {
    const back = this.#host.comesBack(oif, dst);
    if ('kind' in back) return undefined;
    return back.loops ? 'lo' : back.copy ? 'copy' : undefined;
  }

  /** nf_nat_masquerade_ipv6: by the destination, whatever the next hop is. */
  masqueradeAddress(oif: string, _nextHop: Words | undefined, dst: Words): Words | Unknown | undefined {
    return this.#host.select(oif, dst);
  }

  /** nf_nat_redirect_ipv6: the link's first address, for a destination of a narrow scope the first one of that. */
  firstAddress(iif: string, dst: Words): Words | Unknown | undefined {
    const { addresses } = this.#host;
    if (addresses === undefined) return NO_ADDRESSES;
    const reach = reachOf(dst);
    return addresses.find(
      (own) =>
        own.link === iif &&
        !isMapped(own.address) &&
        !isTentative(own) &&
        (reach === undefined || reachOf(own.address) === reach),
    )?.address;
  }

  typeOf(address: Words): RouteType | Unknown {
    return typeOf(this.#host, address);
  }

  /** What an address is, seen from a link or from none: a bit for each of LOCAL, ANYCAST and UNREACHABLE. */
  typesOf(address: Words, link: string | undefined): number | Unknown {
    return typesOf(this.#host, address, link);
  }

  /** Looked for once it is asked for. */
  get kinds(): AddressKinds6 | undefined {
    if (this.#kinds === null) this.#kinds = AddressKinds6.of(this.#host, (source) => this.sourceAspects(source));
    return this.#kinds;
  }

  /** The same of all, for packets that are told apart by their values alone. */
  get spans(): AddressSpans6 {
    this.#spans ??= spansOf(this.#host);
    return this.#spans;
  }

  /** All types of all addresses, by address, as addrtype asks for them seen from a link, or from none. */
  typeIntervals(link: string | undefined): AddressTypeInterval6[] | Unknown {
    return addressTypes(this.#host, link);
  }
}

/** With the link that it is to leave by, where its destination means something on one link alone. */
function onItsLink<T extends Pick<SentPacket, 'dst' | 'oif' | 'leaves'>>(packet: T): T {
  const { dst, oif, leaves } = packet;
  return oif === undefined && (isMulticast(dst) || isLinkLocal(dst)) ? { ...packet, oif: leaves } : packet;
}
