/** The IPv6 routes that the kernel makes of a host's addresses (net/ipv6/addrconf.c, anycast.c). */
import {
  type HostAddress,
  kernelRoute,
  type Route,
  type RouteType,
  TABLE_LOCAL,
  TABLE_MAIN,
} from '../../model/host.js';
import { maskedBy, prefixMask, sameWords, type Words } from '../../net/address.js';
import { isLoopback, isUnspecified } from './kinds.js';

/** What routes depend on of the link of an address. */
export interface Links {
  readonly isUp: (link: string) => boolean;
  readonly isLoopback: (link: string) => boolean;
  readonly forwards: (link: string) => boolean;
}

/** Of the routes that the kernel makes of prefixes (IP6_RT_PRIO_ADDRCONF). */
const METRIC = 256;
const ALL_GROUPS: Words = [0xff000000, 0, 0, 0];

/** Whether an address is not in use yet: somebody else may have it. */
export const isTentative = ({ flags }: HostAddress): boolean =>
  (flags?.includes('tentative') === true || flags?.includes('dadfailed') === true) && !flags.includes('optimistic');

/** The anycast address of the routers of an address' subnet; undefined: it has none (addrconf_join_anycast). */
export function routersOf({ address, prefix }: HostAddress): Words | undefined {
  const network = maskedBy(address, prefixMask(prefix, 6));
  return prefix >= 127 || isUnspecified(network) ? undefined : network;
}

/** Table local: each address, and where the link forwards its subnet's routers; then all groups by each link. */
export function localRoutes(addresses: readonly HostAddress[], links: Links): Route[] {
  const used = addresses.filter((own) => !isTentative(own));
  const isOwn = (link: string, address: Words) =>
    used.some((own) => own.link === link && sameWords(own.address, address));
  const groups = [...new Set(addresses.map(({ link }) => link))].filter(
    (link) => links.isUp(link) && !links.isLoopback(link),
  );
  return [
    ...used.map(({ link, address }) => ownRoute(link, 'local', address)),
    ...distinct(
      used.flatMap((own) => {
        const routers = links.forwards(own.link) ? routersOf(own) : undefined;
        return routers === undefined || isOwn(own.link, routers) ? [] : ownRoute(own.link, 'anycast', routers);
      }),
    ),
    ...groups.map((link) => prefixRoute(link, 'multicast', TABLE_LOCAL, ALL_GROUPS, 8)),
  ];
}

/** Of one address in table local. */
const ownRoute = (link: string, type: RouteType, address: Words): Route =>
  kernelRoute(link, { family: 6, type, table: TABLE_LOCAL, address, prefix: 128 });

const prefixRoute = (link: string, type: RouteType, table: number, address: Words, prefix: number): Route =>
  kernelRoute(link, { family: 6, type, table, address, prefix, metric: METRIC });

/** Table main: the prefix of each address of a link that is up, and the far end of a link of two beside it. */
export function prefixRoutes(addresses: readonly HostAddress[], links: Links): Route[] {
  const routes = addresses.flatMap(({ link, address, prefix, peer, flags }) => {
    if (!links.isUp(link) || isLoopback(address)) return [];
    const to = (end: Words, length: number) =>
      prefixRoute(link, 'unicast', TABLE_MAIN, maskedBy(end, prefixMask(length, 6)), length);
    return [
      ...(flags?.includes('noprefixroute') === true ? [] : [to(address, prefix)]),
      ...(peer === undefined ? [] : [to(peer, 128)]),
    ];
  });
  return distinct(routes);
}

/** The same prefix by two links stands twice, by the same link once. */
function distinct(routes: readonly Route[]): Route[] {
  const seen = new Map(routes.map((route) => [`${route.address}/${route.prefix} ${route.hops[0]!.link}`, route]));
  return [...seen.values()];
}
