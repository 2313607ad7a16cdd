/** The IPv4 routes that the kernel makes of an address (fib_add_ifaddr of net/ipv4/fib_frontend.c). */
import {
  type HostAddress,
  kernelRoute,
  type Link,
  type Route,
  type RouteType,
  type Scope,
  TABLE_LOCAL,
  TABLE_MAIN,
} from '../../model/host.js';
import { maskedBy, prefixMask, sameWords, type Words } from '../../net/address.js';

/** Table local: own addresses also of a link that is down, broadcast addresses only of one that is up. */
export function localRoutes(addresses: readonly HostAddress[], links: readonly Link[] | undefined): Route[] {
  const routes: Route[] = [];
  for (const own of addresses) {
    if (own.family !== 4) continue;
    const source = primaryOf(own, addresses).address;
    const add = (type: RouteType, address: Words, prefix: number, scope: Scope) =>
      routes.push(kernelRoute(own.link, { family: 4, type, table: TABLE_LOCAL, address, prefix, scope, source }));
    add('local', own.address, 32, 'host');
    if (!isUp(own.link, links) || neverSource(source)) continue;
    if (own.broadcast !== undefined && own.broadcast[0] !== 0xffffffff) add('broadcast', own.broadcast, 32, 'link');
    if (!hasPrefixRoute(own)) continue;
    const mask = prefixMask(own.prefix, 4);
    const network = networkOf(own);
    if (isLoopback(own.link, links)) add('local', network, own.prefix, 'host');
    if (own.prefix < 31) add('broadcast', [(network[0]! | ~mask[0]!) >>> 0], 32, 'link');
  }
  return distinct(routes);
}

/** Table main: the prefix of each address of a link that is up. */
export function connectedRoutes(addresses: readonly HostAddress[], links: readonly Link[] | undefined): Route[] {
  const own = addresses.filter(
    (address) =>
      address.family === 4 &&
      isUp(address.link, links) &&
      !isLoopback(address.link, links) &&
      hasPrefixRoute(address) &&
      !neverSource(address.address),
  );
  return distinct(
    own.map((one) =>
      kernelRoute(one.link, {
        family: 4,
        type: 'unicast',
        table: TABLE_MAIN,
        address: networkOf(one),
        prefix: one.prefix,
        scope: 'link',
        source: one.address,
      }),
    ),
  );
}

/** Such an address is no source that a route can name (fib_valid_prefsrc of net/ipv4/fib_semantics.c): it gets its local one alone. */
const neverSource = ([word]: Words): boolean => word! >>> 28 === 14 || word === 0xffffffff;

/** The far end's prefix where there is one. */
const networkOf = (own: HostAddress): Words => maskedBy(own.peer ?? own.address, prefixMask(own.prefix, 4));

/** inet_ifa_byprefix: routes of a secondary address carry its subnet's primary one as their source. */
const primaryOf = (own: HostAddress, addresses: readonly HostAddress[]): HostAddress =>
  (own.secondary ? addresses.find((other) => isPrimaryOf(other, own)) : undefined) ?? own;

/** Whether an address makes another one of its link and subnet a secondary one (__inet_insert_ifa of net/ipv4/devinet.c). */
export const isPrimaryOf = (other: HostAddress, own: HostAddress): boolean =>
  !other.secondary &&
  other.link === own.link &&
  other.prefix === own.prefix &&
  sameWords(networkOf(other), networkOf(own));

/** A secondary address and a lone /32 bring no prefix. */
function hasPrefixRoute(own: HostAddress): boolean {
  const network = networkOf(own);
  return network[0] !== 0 && !own.secondary && (own.prefix < 32 || !sameWords(network, own.address));
}

/** A link that no text names is taken to be up. */
const isUp = (name: string, links: readonly Link[] | undefined): boolean =>
  links?.find((link) => link.name === name)?.up ?? true;
const isLoopback = (name: string, links: readonly Link[] | undefined): boolean =>
  links?.find((link) => link.name === name)?.loopback ?? name === 'lo';

/** The same prefix by two links stands twice, by the same link once. */
function distinct(routes: readonly Route[]): Route[] {
  const seen = new Map<string, Route>();
  for (const route of routes) {
    const key = `${route.type} ${route.address[0]}/${route.prefix} ${route.hops[0]!.link} ${route.source![0]}`;
    if (!seen.has(key)) seen.set(key, route);
  }
  return [...seen.values()];
}
