/** One host of the texts that were given about it, with what the kernel makes by itself where they are silent. */
import {
  type AccountingObject,
  type ClusterNodes,
  type HashlimitTable,
  type Host,
  type HostAddress,
  type HostAssumption,
  type Link,
  type PolicyRule,
  type RecentFile,
  type RuleVariable,
  TABLE_LOCAL,
  TABLE_MAIN,
} from '../../model/host.js';
import type { SocketList } from '../../model/sockets.js';
import type { Family } from '../../net/address.js';
import { connectedRoutes, localRoutes } from './kernel-routes.js';
import type { RouteListing } from './route.js';
import type { Sysctl } from './sysctl.js';

/** What was read: `undefined` where there was no text of a kind. */
export interface HostParts {
  readonly links?: readonly Link[] | undefined;
  /** links as an address list has them; a link list given beside it says more. */
  readonly addressLinks?: readonly Link[] | undefined;
  readonly addresses?: readonly HostAddress[] | undefined;
  /** those that routes name, where no text gives them. */
  readonly routed?: readonly HostAddress[] | undefined;
  readonly routes?: readonly RouteListing[] | undefined;
  readonly rules?: readonly PolicyRule[] | undefined;
  readonly sysctls?: readonly Sysctl[] | undefined;
  readonly xfrm?: Host['xfrm'];
  readonly hashlimits?: readonly HashlimitTable[] | undefined;
  readonly recents?: readonly RecentFile[] | undefined;
  readonly accounting?: readonly AccountingObject[] | undefined;
  readonly variables?: readonly RuleVariable[] | undefined;
  readonly clusters?: readonly ClusterNodes[] | undefined;
  readonly sockets?: SocketList | undefined;
  readonly fingerprints?: Host['fingerprints'] | undefined;
}

export function buildHost(parts: HostParts): Host {
  const links = mergeLinks(parts);
  const own = parts.addresses ?? parts.routed;
  const addresses = own === undefined ? undefined : withLoopback(unique(own), parts.addresses && links);
  const assumed: HostAssumption[] = [];
  let routes = parts.routes === undefined ? undefined : unique(parts.routes.flatMap((listing) => listing.routes));
  const tables = tablesOf(parts.routes ?? [], 4);
  const has = (table: number) => tables === 'all' || tables.includes(table);
  if (addresses !== undefined) {
    if (!has(TABLE_LOCAL)) {
      routes = [...(routes ?? []), ...localRoutes(addresses, links)];
      assumed.push(parts.addresses === undefined ? 'addresses-of-routes' : 'local-table');
    }
    if (!has(TABLE_MAIN)) {
      routes = [...(routes ?? []), ...connectedRoutes(addresses, links)];
      assumed.push('connected-routes');
    }
  }
  const derived = [
    ...(addresses !== undefined && !has(TABLE_LOCAL) ? [TABLE_LOCAL] : []),
    ...(assumed.includes('connected-routes') ? [TABLE_MAIN] : []),
  ];
  return {
    links,
    addresses,
    routes,
    rules: parts.rules === undefined ? undefined : unique(parts.rules),
    ...(parts.xfrm && { xfrm: parts.xfrm }),
    sysctls: new Map(parts.sysctls?.map(({ key, value }) => [key, value])),
    tables: tables === 'all' ? 'all' : [...tables, ...derived],
    tables6: tablesOf(parts.routes ?? [], 6),
    ...(parts.hashlimits && { hashlimits: parts.hashlimits }),
    ...(parts.recents && { recents: parts.recents }),
    ...(parts.accounting && { accounting: parts.accounting }),
    ...(parts.variables && { variables: parts.variables }),
    ...(parts.clusters && { clusters: parts.clusters }),
    ...(parts.fingerprints && { fingerprints: parts.fingerprints }),
    ...(parts.sockets && { sockets: parts.sockets }),
    assumed,
  };
}

/** A family's tables whose routes are known. An empty text is taken as main's of IPv4, which is what people list. */
function tablesOf(listings: readonly RouteListing[], family: Family): 'all' | readonly number[] {
  const tables = new Set<number>();
  for (const { routes, complete } of listings) {
    const own = routes.filter((route) => route.family === family);
    if (complete && own.length > 0) return 'all';
    if (family === 4 && routes.length === 0) tables.add(TABLE_MAIN);
    for (const route of own) tables.add(route.table);
  }
  return [...tables];
}

/** Links of a link list and of an address list: the former say group and state in every version of ip. */
function mergeLinks({ links, addressLinks }: HostParts): Link[] | undefined {
  if (links === undefined && addressLinks === undefined) return undefined;
  const byName = new Map<string, Link>();
  for (const link of [...(addressLinks ?? []), ...(links ?? [])]) byName.set(link.name, link);
  return [...byName.values()].sort((a, b) => a.index - b.index);
}

/** Every host has its loopback address; texts about a single link, or written by hand, do not say so. */
function withLoopback(addresses: HostAddress[], links: readonly Link[] | undefined): HostAddress[] {
  if (addresses.some(({ link }) => link === 'lo') || links?.some(({ name }) => name === 'lo') === true)
    return addresses;
  const loopback: HostAddress = {
    link: 'lo',
    family: 4,
    address: [0x7f000001],
    prefix: 8,
    peer: undefined,
    broadcast: undefined,
    scope: 'host',
    secondary: false,
  };
  return [loopback, ...addresses];
}

/** The same text given twice, or a table that stands in two texts, counts once. */
function unique<T>(items: readonly T[]): T[] {
  const seen = new Map<string, T>();
  for (const item of items) seen.set(JSON.stringify(item), item);
  return [...seen.values()];
}
