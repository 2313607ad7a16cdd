/** A host as its IPv6 routing decisions see it: tables, sysctls, addresses, links, and small questions about them. */
import { type Hop, type Host, type HostAddress, type Link, type Route, TABLE_LOCAL } from '../../model/host.js';
import { sameWords, type Words } from '../../net/address.js';
import { AssumedHost } from '../assumed-host.js';
import type { Unknown } from '../fib.js';
import type { Membership } from '../routing-host.js';
import { Conf6 } from './conf.js';
import { Fib6, isOwn } from './fib.js';
import { isTentative, routersOf } from './kernel-routes.js';
import { isLinkLocal, isLoopback, isMulticast, solicitedNode } from './kinds.js';
import { selectSource } from './source-address.js';

export const NO_ADDRESSES: Unknown = { kind: 'unknown', fact: 'addresses' };
const NO_GROUPS: Unknown = { kind: 'unknown', fact: 'groups' };

/** Every link joins them (ipv6_add_dev), and a link that forwards those of routers (dev_forward_change). */
export const ALL_NODES: readonly Words[] = [
  [0xff010000, 0, 0, 1],
  [0xff020000, 0, 0, 1],
];
export const ALL_ROUTERS: readonly Words[] = [
  [0xff010000, 0, 0, 2],
  [0xff020000, 0, 0, 2],
  [0xff050000, 0, 0, 2],
];
const LOOPBACK: HostAddress = {
  link: 'lo',
  family: 6,
  address: [0, 0, 0, 1],
  prefix: 128,
  peer: undefined,
  broadcast: undefined,
  scope: 'host',
  secondary: false,
};

export class RoutingHost6 {
  readonly conf: Conf6;
  readonly fib: Fib6;
  /** undefined: not given, or none of IPv6. In the order of their links. */
  readonly addresses: readonly HostAddress[] | undefined;
  readonly #links: ReadonlyMap<string, Link>;

  constructor(
    host: Host,
    readonly assumed = new AssumedHost(),
  ) {
    this.#links = new Map((host.links ?? []).map((link) => [link.name, link]));
    this.conf = new Conf6(host.sysctls);
    this.addresses = this.#addressesOf(host);
    this.fib = new Fib6(
      { ...host, addresses: this.addresses && [...this.addresses] },
      {
        isUp: (link) => !this.isDown(link),
        isLoopback: (link) => this.isLoopback(link),
        forwards: (link) => this.conf.of(link, 'forwarding') !== 0,
        ignoresLinkdown: (link) => this.conf.of(link, 'ignore_routes_with_linkdown') !== 0,
        group: (link) => this.#links.get(link)?.group ?? 0,
      },
    );
  }

  #addressesOf(host: Host): readonly HostAddress[] | undefined {
    const given = (host.addresses ?? []).filter(({ family }) => family === 6);
    if (given.length === 0) return undefined;
    // a text about a single link does not say that every host has it
    const own = given.some(({ link }) => this.isLoopback(link)) ? given : [LOOPBACK, ...given];
    const index = ({ link }: HostAddress) => this.#links.get(link)?.index ?? 0;
    return [...own].sort((a, b) => index(a) - index(b));
  }

  isLoopback(link: string): boolean {
    return this.#links.get(link)?.loopback ?? link === 'lo';
  }

  isDown(link: string): boolean {
    return this.#links.get(link)?.up === false;
  }

  /** A route by the loopback link to what is not the host's own refuses what takes it (fib6_is_reject). */
  refuses(route: Route, { link }: Hop): boolean {
    return !isOwn(route) && this.isLoopback(link!) && !isLoopback(route.address);
  }

  /** Whether a link bears an address, or, for one that counts on more links than its own, any link (ipv6_chk_addr). */
  bears(link: string | undefined, address: Words, strictly: boolean): boolean {
    const anywhere = !strictly && !isLinkLocal(address) && !isLoopback(address);
    const by = (name: string | undefined) => anywhere || name === link;
    if (this.addresses !== undefined)
      return this.addresses.some((own) => by(own.link) && sameWords(own.address, address) && !isTentative(own));
    return this.fib.routes.some(
      ({ table, type, prefix, hops, ...route }) =>
        table === TABLE_LOCAL &&
        type === 'local' &&
        prefix === 128 &&
        by(hops[0]?.link) &&
        sameWords(route.address, address),
    );
  }

  /**
   * Of the groups that a link has joined those are known that the kernel itself joins. A group that no text tells the host
   * to be in is taken as not joined, by a host that was described.
   */
  membership(link: string, group: Words): Membership | Unknown {
    const known = this.#joinedBySelf(link, group);
    if (known !== undefined) return known;
    const assumed = this.assumed.isMember(group);
    if (assumed !== undefined) return assumed ? 'joined' : 'not-joined';
    return this.addresses === undefined ? NO_GROUPS : 'guessed';
  }

  /** undefined: it is a program's, or nobody's. */
  #joinedBySelf(link: string, group: Words): Membership | undefined {
    const isOneOf = (groups: readonly Words[]) => groups.some((one) => sameWords(one, group));
    if (isOneOf(ALL_NODES)) return 'joined';
    const routes = this.conf.of(link, 'forwarding') !== 0;
    if (isOneOf(ALL_ROUTERS) && !this.isLoopback(link)) return routes ? 'joined' : 'not-joined';
    // addrconf_join_solict
    if (this.isLoopback(link) || this.#links.get(link)?.noarp === true) return undefined;
    const asked = this.addresses?.some((own) => {
      if (own.link !== link) return false;
      const routers = routes ? routersOf(own) : undefined;
      return [own.address, ...(routers === undefined ? [] : [routers])].some((one) =>
        sameWords(solicitedNode(one), group),
      );
    });
    return asked ? 'joined' : undefined;
  }

  /** What a link takes of packets that the host sends. */
  mtu(link: string): number | undefined {
    return this.#links.get(link)?.mtu;
  }

  /** What it takes of packets that are handed on: neither a route's own nor the link's, if IPv6 has another for it. */
  forwardMtu(link: string): number | undefined {
    return this.conf.mtu(link) ?? this.mtu(link);
  }

  /** ipv6_dev_get_saddr; undefined: there is none. */
  select(link: string | undefined, dst: Words): Words | Unknown | undefined {
    if (this.addresses === undefined) return NO_ADDRESSES;
    return selectSource(
      this.addresses,
      { address: dst, link },
      {
        usesOwnOnly: (name) => this.conf.of(name, 'use_oif_addrs_only') !== 0,
        prefersTemporary: (name) => this.conf.of(name, 'use_tempaddr') >= 2,
      },
    );
  }

  /** How a packet to an address comes in again that leaves by a link. */
  comesBack(link: string, dst: Words): { loops: boolean; copy: boolean; guessed: boolean } | Unknown {
    const membership = isMulticast(dst) ? this.membership(link, dst) : undefined;
    if (typeof membership === 'object') return membership;
    const loopback = this.isLoopback(link);
    return {
      loops: loopback && (membership === undefined || membership === 'joined'),
      copy: !loopback && membership === 'joined',
      guessed: membership === 'guessed',
    };
  }
}
