/** A host as its routing decisions see it: tables, sysctls, addresses, links, and small questions about them. */
import type { Hop, Host, Link, Route } from '../model/host.js';
import type { Words } from '../net/address.js';
import type { AssumedHost } from './assumed-host.js';
import { Fib, type Found, type Unknown } from './fib.js';
import { HostAddresses, SCOPE_HOST, SCOPE_UNIVERSE, scopeNumber } from './host-addresses.js';
import { HostConf } from './host-conf.js';
import { isAllHosts } from './ipv4-kinds.js';
import { type Flow, NO_FLOW } from './policy-rules.js';

export const ZERO: Words = [0];
/** IP_MAX_MTU of include/net/ip.h. */
const MAX_MTU = 0xffff;
export const NO_ADDRESSES: Unknown = { kind: 'unknown', fact: 'addresses' };
const NO_GROUPS: Unknown = { kind: 'unknown', fact: 'groups' };

/** Whether a link is a member of a multicast group; `guessed`: no text tells, and it is taken as not. */
export type Membership = 'joined' | 'not-joined' | 'guessed';

export class RoutingHost {
  readonly conf: HostConf;
  readonly fib: Fib;
  readonly addresses: HostAddresses;
  readonly #links: ReadonlyMap<string, Link>;
  readonly #localGateways = new Map<Hop, boolean>();
  readonly #described: boolean;

  constructor(
    host: Host,
    private readonly assumed: AssumedHost,
  ) {
    this.#described = host.links !== undefined || host.addresses !== undefined;
    this.#links = new Map((host.links ?? []).map((link) => [link.name, link]));
    this.conf = new HostConf(host.sysctls);
    this.fib = new Fib(host, {
      ignoresLinkdown: (link) => this.conf.of(link).ignore_routes_with_linkdown !== 0,
      group: (link) => this.#links.get(link)?.group ?? 0,
    });
    this.addresses = new HostAddresses(host, (link) => this.conf.of(link).route_localnet !== 0);
  }

  isLoopback(link: string): boolean {
    return this.#links.get(link)?.loopback ?? link === 'lo';
  }

  isDown(link: string): boolean {
    return this.#links.get(link)?.up === false;
  }

  /**
   * Of the groups that a link has joined one is known: the one that it joins when it comes up. A host that nobody has
   * described may be a member of any other.
   */
  membership(link: string, group: Words): Membership | Unknown {
    if (isAllHosts(group)) return this.isDown(link) ? 'not-joined' : 'joined';
    const assumed = this.assumed.isMember(group);
    if (assumed !== undefined) return assumed ? 'joined' : 'not-joined';
    return this.#described ? 'guessed' : NO_GROUPS;
  }

  /**
   * Whether a destination that a route leads on to is the host's own all the same, as one of the addresses that routes do not
   * name; undefined: that is not known.
   */
  ownBeside(dst: Words, found: Found): boolean | undefined {
    return this.fib.isPartial ? this.assumed.isOwn(dst, found.route.mayBeOwn === true) : false;
  }

  /** ip_dst_mtu_maybe_forward: a route's own counts, also where it is above the link's. */
  mtu(route: Route | undefined, oif: string): number | undefined {
    const mtu = route?.mtu ?? this.#links.get(oif)?.mtu;
    return mtu === undefined ? undefined : Math.min(mtu, MAX_MTU);
  }

  /** A gateway of host scope, such as an own address, says only which link to use (fib_check_nh of fib_semantics.c). */
  gateway(hop: Hop): Words | undefined {
    const { gateway, link, onlink } = hop;
    if (gateway?.length !== 1 || onlink) return gateway;
    let local = this.#localGateways.get(hop);
    if (local === undefined) {
      const found = this.fib.lookup({ ...NO_FLOW, dst: gateway, oif: link });
      local = found.kind === 'route' && scopeNumber(found.route.scope) >= SCOPE_HOST;
      this.#localGateways.set(hop, local);
    }
    return local ? undefined : gateway;
  }

  /** inet_select_addr; 0.0.0.0 where there is none. */
  select(link: string, near: Words | undefined, scope: number): Words | Unknown {
    return this.#tells(link) ? (this.addresses.select(link, near, scope) ?? ZERO) : NO_ADDRESSES;
  }

  /** The texts name the link. */
  describes(link: string): boolean {
    return this.#links.has(link) || this.addresses.hasAny(link);
  }

  /** Which of a link's addresses is taken depends on the next hop. */
  hasSubnets(link: string): boolean {
    return this.addresses.primaries(link) > 1;
  }

  /** The source that goes with a way of a route that names none (fib_info_update_nhc_saddr). */
  hopSource(route: Route, hop: Hop): Words | Unknown {
    const near = hop.gateway?.length === 1 ? hop.gateway : undefined;
    return this.select(hop.link!, near, scopeNumber(route.scope));
  }

  /** fib_result_prefsrc of the flow's route; where it has none, an address of the link near `near`. */
  preferredSource(flow: Flow, link: string, near: Words): Words | Unknown {
    const found = this.fib.lookup(flow);
    if (found.kind === 'unknown') return found;
    if (found.kind === 'error') return this.select(link, near, SCOPE_UNIVERSE);
    return found.route.source ?? this.hopSource(found.route, found.hops[0]!);
  }

  /** What REDIRECT takes. */
  firstAddress(link: string): Words | Unknown | undefined {
    return this.#tells(link) ? this.addresses.first(link) : NO_ADDRESSES;
  }

  /** Whether it is known which address of a link comes first: of several, routes do not tell it. */
  #tells(link: string): boolean {
    return this.addresses.known && (!this.fib.isPartial || this.addresses.primaries(link) === 1);
  }

  /** The link of a local address (__ip_dev_find): by the addresses first, then by table local. */
  linkOf(address: Words): string | Unknown | undefined {
    const owner = this.addresses.owner(address);
    if (owner !== undefined) return owner;
    const found = this.fib.lookupLocal(address);
    if (found === undefined || found.kind === 'unknown') return found;
    return found.route.type === 'local' ? found.hops[0]!.link : undefined;
  }
}
