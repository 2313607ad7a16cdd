/** Own addresses that routes tell of a host whose addresses no text gives. */
import { type HostAddress, type Route, TABLE_LOCAL, TABLE_MAIN } from '../../model/host.js';
import { maskedBy, prefixMask, sameWords, type Words } from '../../net/address.js';
import type { RouteListing } from './route.js';

/**
 * The own addresses, and the routes with the mark of those that may lead to the host itself. The addresses are those of
 * IPv4 that routes prefer as sources, which the kernel takes for own ones alone (fib_valid_prefsrc of
 * net/ipv4/fib_semantics.c). The route that an address brings tells its link and prefix too; any other names it alone.
 * undefined: these routes are not those of table main, or table local is among them, which tells all of them.
 */
export function addressesOfRoutes(
  listings: readonly RouteListing[],
): { readonly routed: HostAddress[]; readonly routes: RouteListing[] } | undefined {
  const routes = listings.flatMap((listing) => listing.routes).filter(({ family }) => family === 4);
  const has = (table: number) => routes.some((route) => route.table === table);
  if (!has(TABLE_MAIN) || has(TABLE_LOCAL)) return undefined;
  const own = new Map<number, HostAddress>();
  for (const read of [broughtBy, namedBy])
    for (const route of routes) {
      const address = read(route);
      if (address !== undefined && !own.has(address.address[0]!)) own.set(address.address[0]!, address);
    }
  const routed = [...own.values()];
  const marked = (route: Route) => (mayBeOwn(route, routed) ? { ...route, mayBeOwn: true } : route);
  return { routed, routes: listings.map((listing) => ({ ...listing, routes: listing.routes.map(marked) })) };
}

/** Whether it ends on a link that bears an address, as all do that packets come in by, of which the routes name none. */
function mayBeOwn({ family, type, hops, address, prefix }: Route, routed: readonly HostAddress[]): boolean {
  if (family !== 4 || type !== 'unicast' || hops.every(({ gateway }) => gateway !== undefined)) return false;
  const mask = prefixMask(prefix, 4);
  return !routed.some(
    (own) =>
      hops.some(({ link }) => link === own.link) || (prefix > 0 && sameWords(maskedBy(own.address, mask), address)),
  );
}

/** Of the route to a link's own network, or to the far end of a link of two. */
function broughtBy(route: Route): HostAddress | undefined {
  const { source, prefix, address, protocol } = route;
  const [hop] = route.hops;
  if (source === undefined || hop?.link === undefined || hop.gateway !== undefined) return undefined;
  if (prefix < 32 && sameWords(maskedBy(source, prefixMask(prefix, 4)), address))
    return addressOf(hop.link, source, prefix);
  const isFarEnd = prefix === 32 && protocol === 'kernel' && !sameWords(source, address);
  return isFarEnd ? { ...addressOf(hop.link, source, prefix), peer: address } : undefined;
}

function namedBy({ source, hops }: Route): HostAddress | undefined {
  const link = hops[0]?.link;
  return source === undefined || link === undefined ? undefined : addressOf(link, source, 32);
}

const addressOf = (link: string, address: Words, prefix: number): HostAddress => ({
  link,
  family: 4,
  address,
  prefix,
  peer: undefined,
  broadcast: undefined,
  scope: 'global',
  secondary: false,
});
