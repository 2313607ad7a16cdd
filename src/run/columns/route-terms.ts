/** What routing tells apart of addresses, by their numbers. */
import { Field } from '../../abi.js';
import type { RouteMemo } from '../route-memo.js';
import type { Routing } from '../routing.js';
import type { AddressNumbers } from './addresses.js';
import type { RoutedAddresses } from './terms.js';

export function routedAddresses(addresses: AddressNumbers, memo: RouteMemo, routing: Routing): RoutedAddresses {
  const { mark, tos, flow } = memo.reads;
  const { starts, destinations, sources, chosen } = addresses.family === 4 ? ofIpv4(memo) : ofIpv6(addresses, routing);
  return {
    sources: { field: Field.Src, starts, kinds: sources },
    chosen: { field: Field.Src, starts, kinds: chosen },
    back: { field: Field.Src, starts, kinds: destinations },
    destinations: { field: Field.Dst, starts, kinds: destinations },
    byAddress: addresses.family === 4 ? memo.byAddress : !(mark || tos || flow),
  };
}

interface Spans {
  readonly starts: readonly number[];
  readonly destinations: readonly number[];
  readonly sources: readonly number[];
  readonly chosen: readonly number[];
}

function ofIpv4({ kinds }: RouteMemo): Spans {
  const { starts, values } = kinds.intervals;
  return {
    starts: [...starts],
    destinations: [...values],
    sources: Array.from(values, (kind) => kinds.sources[kind]!),
    chosen: [...values],
  };
}

function ofIpv6(addresses: AddressNumbers, routing: Routing): Spans {
  const { starts, ...kinds } = routing.spans!;
  return { starts: starts.map((start) => addresses.of(start)), ...kinds };
}
