/** The types of IPv4 addresses that addrtype sees: __inet_dev_addr_type of net/ipv4/fib_frontend.c. */
import { AddrType } from '../abi.js';
import type { RouteType } from '../model/host.js';
import { rangeOfPrefix, type Words } from '../net/address.js';
import type { Fib, Unknown } from './fib.js';
import { isLimitedBroadcast, isMulticast, isZero } from './ipv4-kinds.js';

export const ADDRESS_TYPES: Readonly<Record<RouteType, AddrType>> = {
  unicast: AddrType.Unicast,
  local: AddrType.Local,
  broadcast: AddrType.Broadcast,
  anycast: AddrType.Anycast,
  multicast: AddrType.Multicast,
  blackhole: AddrType.Blackhole,
  unreachable: AddrType.Unreachable,
  prohibit: AddrType.Prohibit,
  throw: AddrType.Throw,
  nat: AddrType.Nat,
};

/** From `first` to the next interval's first address. */
export interface AddressTypeInterval {
  readonly first: number;
  readonly type: AddrType;
  /** number of the interface that makes it so: seen from any other the address is unicast. 0: from all alike. */
  readonly interface: number;
}

/** The type of one address, seen from all interfaces. */
export function typeOf(fib: Fib, address: Words): RouteType | Unknown {
  const found = lookUp(fib, address);
  return 'kind' in found ? found : found.type;
}

function lookUp(fib: Fib, address: Words): { type: RouteType; link: string | undefined } | Unknown {
  if (isZero(address) || isLimitedBroadcast(address)) return { type: 'broadcast', link: undefined };
  if (isMulticast(address)) return { type: 'multicast', link: undefined };
  const found = fib.lookupLocal(address);
  // what has no route, and what the table refuses, is unicast
  if (found === undefined) return { type: 'unicast', link: undefined };
  if (found.kind === 'unknown') return found;
  return { type: found.route.type, link: found.route.hops[0]?.link };
}

export function addressTypes(fib: Fib, number: (name: string) => number): AddressTypeInterval[] | Unknown {
  // an address' type changes nowhere but at the ends of a route's prefix and at the special addresses
  const starts = new Set([0, 1, 0xe0000000, 0xf0000000, 0xffffffff]);
  for (const route of fib.localRoutes) {
    const range = rangeOfPrefix(route.address, route.prefix);
    starts.add(range.min[0]!);
    if (range.max[0]! < 0xffffffff) starts.add(range.max[0]! + 1);
  }
  const intervals: AddressTypeInterval[] = [];
  for (const first of [...starts].sort((a, b) => a - b)) {
    const found = lookUp(fib, [first]);
    if ('kind' in found) return found;
    const type = ADDRESS_TYPES[found.type];
    const link = found.type === 'unicast' || found.link === undefined ? 0 : number(found.link);
    const last = intervals.at(-1);
    if (last === undefined || last.type !== type || last.interface !== link)
      intervals.push({ first, type, interface: link });
  }
  return intervals;
}
