/** The host's own IPv4 addresses, and which of them the kernel picks as a source (net/ipv4/devinet.c). */
import { type Host, type HostAddress, type Scope, TABLE_LOCAL } from '../model/host.js';
import type { Words } from '../net/address.js';

export const SCOPE_UNIVERSE = 0;
export const SCOPE_LINK = 253;
export const SCOPE_HOST = 254;

const SCOPES = { global: SCOPE_UNIVERSE, site: 200, link: SCOPE_LINK, host: SCOPE_HOST, nowhere: 255 } as const;
export const scopeNumber = (scope: Scope): number => (typeof scope === 'number' ? scope : SCOPES[scope]);

export class HostAddresses {
  /** by link, in the order in which the kernel holds and lists them; undefined: not given. */
  readonly #byLink: ReadonlyMap<string, readonly HostAddress[]> | undefined;
  /** links in the order of their numbers, as the search for a substitute goes. */
  readonly #links: readonly string[];
  /** every exact own address with its link. */
  readonly #own = new Map<number, string>();
  readonly #localnetLinks: (link: string) => boolean;

  constructor(host: Host, routesLocalnet: (link: string) => boolean) {
    this.#localnetLinks = routesLocalnet;
    const byLink = new Map<string, HostAddress[]>();
    for (const address of host.addresses ?? []) {
      if (address.family !== 4) continue;
      const list = byLink.get(address.link);
      if (list === undefined) byLink.set(address.link, [address]);
      else list.push(address);
      this.#own.set(address.address[0]!, address.link);
    }
    this.#byLink = host.addresses === undefined ? undefined : byLink;
    const known = [...(host.links ?? [])].sort((a, b) => a.index - b.index).map((link) => link.name);
    this.#links = [...new Set([...known, ...byLink.keys()])];
    this.#readLocalTable(host);
  }

  /**
   * Without addresses, the kernel's local host routes name them. An address of two links is found on the link that got
   * it last, and table local is in the order of time, as addresses are not.
   */
  #readLocalTable(host: Host): void {
    for (const route of host.routes ?? []) {
      const link = route.hops[0]?.link;
      if (route.family !== 4 || route.table !== TABLE_LOCAL || route.type !== 'local' || link === undefined) continue;
      const address = route.address[0]!;
      const named = this.#byLink === undefined || this.#own.has(address);
      if (route.prefix === 32 && route.protocol === 'kernel' && named) this.#own.set(address, link);
    }
  }

  get known(): boolean {
    return this.#byLink !== undefined;
  }

  /** The link that bears exactly this address (inet_lookup_ifaddr_rcu). */
  owner(address: Words): string | undefined {
    return this.#own.get(address[0]!);
  }

  hasAny(link: string): boolean {
    if (this.#byLink !== undefined) return this.#byLink.has(link);
    return [...this.#own.values()].includes(link);
  }

  /** The link's first address, whatever it is: what REDIRECT takes. */
  first(link: string): Words | undefined {
    return this.#byLink?.get(link)?.[0]?.address;
  }

  /** How many of a link's addresses are the first of their subnet. */
  primaries(link: string): number {
    return this.#byLink?.get(link)?.filter(({ secondary }) => !secondary).length ?? 0;
  }

  /** inet_select_addr: the link's first primary address of the scope, one in `near`'s subnet before others. */
  select(link: string, near: Words | undefined, scope: number): Words | undefined {
    const widest = this.#localnetLinks(link) ? SCOPE_LINK : SCOPE_HOST;
    let chosen: Words | undefined;
    for (const address of this.#byLink?.get(link) ?? []) {
      if (address.secondary || Math.min(scopeNumber(address.scope), widest) > scope) continue;
      if (near === undefined || inSubnet(near, address)) return address.address;
      chosen ??= address.address;
    }
    return chosen ?? this.#substitute(scope);
  }

  /** Of a link without a suitable address: the first one that any link has. */
  #substitute(scope: number): Words | undefined {
    for (const link of this.#links)
      for (const address of this.#byLink?.get(link) ?? []) {
        const own = scopeNumber(address.scope);
        if (!address.secondary && own !== SCOPE_LINK && own <= scope) return address.address;
      }
    return undefined;
  }
}

/** inet_ifa_match: the peer's prefix where there is a peer. */
function inSubnet(address: Words, own: HostAddress): boolean {
  if (own.prefix === 0) return true;
  return (address[0]! ^ (own.peer ?? own.address)[0]!) >>> (32 - own.prefix) === 0;
}
