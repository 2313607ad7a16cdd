/** The addresses that rules, sets and host speak of, as the numbers that synthetic packets are drawn by. */
import type { AddressBook } from '../input/synthetic/address-book.js';
import type { AddressRange, Words } from '../net/address.js';

export type Range = readonly [min: number, max: number];

/** Numbers that stand for addresses, in their order. */
export interface AddressCodes {
  range(range: AddressRange): Range;
  /** how addresses are made of them; undefined: they are IPv4's own. */
  readonly book: AddressBook | undefined;
}

export const IPV4_CODES: AddressCodes = {
  range: ({ min, max }) => [min[0]!, max[0]!],
  book: undefined,
};

export const one = (address: Words): AddressRange => ({ min: address, max: address });
