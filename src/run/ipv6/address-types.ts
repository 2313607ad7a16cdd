/** The types of IPv6 addresses that addrtype asks the routes for (match_lookup_rt6 of net/netfilter/xt_addrtype.c). */
import { AddrType } from '../../abi.js';
import type { RouteType } from '../../model/host.js';
import { compareWords, rangeOfPrefix, sameWords, type Words } from '../../net/address.js';
import type { Unknown } from '../fib.js';
import { NO_FLOW } from '../policy-rules.js';
import { isAnycast } from './fib.js';
import type { RoutingHost6 } from './host.js';
import { isLoopback, isMulticast, UNSPECIFIED } from './kinds.js';

/** From `first` to the next interval's first address. */
export interface AddressTypeInterval6 {
  readonly first: Words;
  /** of LOCAL, ANYCAST and UNREACHABLE all that it is: one bit at the number of each. */
  readonly types: number;
}

const LOCAL = 1 << AddrType.Local;
const ANYCAST = 1 << AddrType.Anycast;
const UNREACHABLE = 1 << AddrType.Unreachable;

/** What an address is, seen from a link or from none. */
export function typesOf(host: RoutingHost6, address: Words, link: string | undefined): number | Unknown {
  const flow = { ...NO_FLOW, src: UNSPECIFIED, dst: address, oif: link };
  const found = host.fib.lookup(flow, host.fib.byScore(link, link !== undefined));
  if (found.kind === 'unknown') return isLoopback(address) ? LOCAL : isMulticast(address) ? 0 : found;
  if (found.kind === 'error') return UNREACHABLE;
  const { route, hops } = found;
  const own = link === undefined ? route.type === 'local' : host.bears(link, address, true);
  // __ipv6_anycast_destination: the first address of a subnet on the link is its routers', also where they are elsewhere
  const first = route.prefix < 127 && hops[0]!.gateway === undefined && sameWords(route.address, address);
  const refused = host.refuses(route, hops[0]!);
  return (own ? LOCAL : 0) | (isAnycast(route) || (first && !refused) ? ANYCAST : 0) | (refused ? UNREACHABLE : 0);
}

/** The type of one address, seen from all links. */
export function typeOf(host: RoutingHost6, address: Words): RouteType | Unknown {
  if (isMulticast(address)) return 'multicast';
  const types = typesOf(host, address, undefined);
  // what table local does not have is no own address, whatever the routes are
  if (typeof types === 'object') return types.fact === 'routes' && !host.fib.customRules ? 'unicast' : types;
  if ((types & LOCAL) !== 0) return 'local';
  if ((types & ANYCAST) !== 0) return 'anycast';
  return (types & UNREACHABLE) === 0 ? 'unicast' : 'unreachable';
}

export function addressTypes(host: RoutingHost6, link: string | undefined): AddressTypeInterval6[] | Unknown {
  const intervals: AddressTypeInterval6[] = [];
  for (const first of boundaries(host)) {
    const types = typesOf(host, first, link);
    if (typeof types === 'object') return types;
    if (intervals.at(-1)?.types !== types) intervals.push({ first, types });
  }
  return intervals;
}

/** Where types may change: at the ends of the prefixes of routes and rules, and at single addresses. In order. */
export function boundaries({ fib, addresses = [] }: RoutingHost6): Words[] {
  return inOrder([
    UNSPECIFIED,
    ...fib.routes.flatMap(({ address, prefix }) => [...startsOf(address, prefix), ...startsOf(address, 128)]),
    ...addresses.flatMap(({ address }) => startsOf(address, 128)),
    ...fib.rules.flatMap(({ to }) => (to === undefined ? [] : startsOf(to.address, to.prefix))),
  ]);
}

/** Of a prefix and of what lies behind it. */
export function startsOf(address: Words, prefix: number): Words[] {
  const { min, max } = rangeOfPrefix(address, prefix);
  return [min, ...after(max)];
}

/** Each once. */
export function inOrder(starts: readonly Words[]): Words[] {
  const sorted = [...starts].sort(compareWords);
  return sorted.filter((start, i) => i === 0 || !sameWords(start, sorted[i - 1]!));
}

/** The next address; none behind the last one. */
function after(address: Words): [] | [Words] {
  const next = [...address];
  for (let i = next.length - 1; i >= 0; i--) {
    next[i] = (next[i]! + 1) >>> 0;
    if (next[i] !== 0) return [next];
  }
  return [];
}
