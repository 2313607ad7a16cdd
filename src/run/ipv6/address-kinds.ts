/** Kinds of IPv6 addresses that no decision of routing tells apart, as destinations, groups excepted, or as sources. */
import type { Words } from '../../net/address.js';
import { KINDS } from './address-spans.js';
import { boundaries, inOrder, startsOf } from './address-types.js';
import type { RoutingHost6 } from './host.js';
import { LABELS } from './source-address.js';

/** Where they begin, in order. */
function startsOfKinds(host: RoutingHost6): Words[] {
  const prefixes = [...KINDS, ...LABELS.map(([address, prefix]) => [address, prefix] as const)];
  // the source with more bits in common is taken, as far as its prefix goes
  for (const { address, prefix } of host.addresses ?? [])
    for (let length = 1; length <= prefix; length++) prefixes.push([address, length]);
  return inOrder([...boundaries(host), ...prefixes.flatMap(([address, length]) => startsOf(address, length))]);
}

/** The kind of a destination is the place of the span of addresses that it lies in. */
export class AddressKinds6 {
  readonly #starts: Uint32Array;

  private constructor(
    starts: readonly Words[],
    readonly count: number,
    /** the kind of source that each span is. */
    readonly sources: readonly number[],
  ) {
    this.#starts = Uint32Array.from(starts.flat());
  }

  /** `aspects`: all that is asked of a source. undefined: more may be asked of one. */
  static of(host: RoutingHost6, aspects: (source: Words) => string | undefined): AddressKinds6 | undefined {
    const starts = startsOfKinds(host);
    const found = starts.map(aspects);
    if (found.includes(undefined)) return undefined;
    const distinct = [...new Set(found)];
    return new AddressKinds6(
      starts,
      starts.length,
      found.map((one) => distinct.indexOf(one)),
    );
  }

  /** Of an address by its words. */
  of(a: number, b: number, c: number, d: number): number {
    const starts = this.#starts;
    let low = 0;
    let high = this.count;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      const at = 4 * middle;
      const isBelow =
        starts[at]! !== a
          ? starts[at]! < a
          : starts[at + 1]! !== b
            ? starts[at + 1]! < b
            : starts[at + 2]! !== c
              ? starts[at + 2]! < c
              : starts[at + 3]! <= d;
      if (isBelow) low = middle;
      else high = middle;
    }
    return low;
  }
}
