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

/**
 * What can be said where the host's addresses were not given; 127.0.0.0/8 is every host's own.
 */
export const WITHOUT_ADDRESSES: readonly AddressTypeInterval[] = (
  [
    [0, AddrType.Broadcast],
    [1, AddrType.Unknown],
    [0x7f000000, AddrType.Local],
    [0x80000000, AddrType.Unknown],
    [0xe0000000, AddrType.Multicast],
    [0xf0000000, AddrType.Unknown],
    [0xffffffff, AddrType.Broadcast],
  ] as const
).map(([first, type]) => ({ first, type, interface: 0 }));

/** The same with another type for one address. */
export function withType(
  intervals: readonly AddressTypeInterval[],
  address: number,
  type: AddrType,
): AddressTypeInterval[] {
  const around = intervals.findLast(({ first }) => first <= address)!;
  const before = intervals.filter(({ first }) => first < address);
  const after = intervals.filter(({ first }) => first > address);
  const next = address + 1;
  const resumes = next > 0xffffffff || after[0]?.first === next ? [] : [{ ...around, first: next }];
  return [...before, { first: address, type, interface: 0 }, ...resumes, ...after];
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
    if ('kind' in found && !fib.isPartial) return found;
    const type = 'kind' in found ? AddrType.Unknown : ADDRESS_TYPES[found.type];
    const link = 'kind' in found || found.type === 'unicast' || found.link === undefined ? 0 : number(found.link);
    const last = intervals.at(-1);
    if (last === undefined || last.type !== type || last.interface !== link)
      intervals.push({ first, type, interface: link });
  }
  return intervals;
}
