/**
 * Addresses as the numbers that terms ask for. An address of IPv4 is one. Of IPv6, where an address has 128 bits, it is the place of its
 * span among those that anything asked of addresses tells apart: all that is asked is collected twice, and noted at first, since spans are
 * known then.
 */
import { Field } from '../../abi.js';
import type { NumberRange } from '../../model/condition.js';
import { type AddressRange, type Family, keyOfWide, type Words, wideOf } from '../../net/address.js';
import type { Effort } from '../first-match/effort.js';

export interface AddressNumbers {
  readonly family: Family;
  /** all are less. */
  readonly end: number;
  of(address: Words): number;
  range(range: AddressRange): NumberRange;
}

export const isAddress = (field: Field): boolean => field === Field.Src || field === Field.Dst;

export const IPV4_NUMBERS: AddressNumbers = {
  family: 4,
  end: 2 ** 32,
  of: ([address]) => address!,
  range: ({ min, max }) => ({ min: min[0]!, max: max[0]! }),
};

/** What Node holds of a span: its first address, twice the text that it is found by, and its place. */
const SPAN_BYTES = 250;

/** Notes where spans of IPv6 begin. */
export class NotedAddresses implements AddressNumbers {
  readonly family = 6;
  readonly end = 1;
  readonly #starts = new Map<string, bigint>();

  constructor(private readonly effort: Effort) {
    this.#note(0n);
  }

  of(address: Words): number {
    this.#note(wideOf(address));
    return 0;
  }
  range({ min, max }: AddressRange): NumberRange {
    this.#note(wideOf(min));
    this.#note(wideOf(max) + 1n);
    return { min: 0, max: 0 };
  }
  get spans(): AddressSpans {
    return new AddressSpans([...this.#starts.values()].sort((a, b) => (a < b ? -1 : 1)));
  }
  #note(start: bigint): void {
    if (start >= ALL) return;
    const { size } = this.#starts;
    this.#starts.set(keyOfWide(start), start);
    if (this.#starts.size > size) this.effort.hold(SPAN_BYTES);
  }
}
const ALL = 1n << 128n;

/** The same of what was noted. */
export class AddressSpans implements AddressNumbers {
  readonly family = 6;
  readonly end: number;
  readonly #places: ReadonlyMap<string, number>;

  constructor(readonly starts: readonly bigint[]) {
    this.end = starts.length;
    this.#places = new Map(starts.map((start, place) => [keyOfWide(start), place]));
  }
  /** Of an address where a span begins. */
  of(address: Words): number {
    return this.#places.get(keyOfWide(wideOf(address)))!;
  }
  range({ min, max }: AddressRange): NumberRange {
    return { min: this.of(min), max: (this.#places.get(keyOfWide(wideOf(max) + 1n)) ?? this.end) - 1 };
  }
}
