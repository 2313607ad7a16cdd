/**
 * What fragments are asked that go on by themselves: connections are not tracked. A later one has no header, and no ports, whatever
 * its columns say; of the others a header may be cut.
 */
import { Field, FRAG_DONT, FRAG_MORE, FRAG_OFFSET, FRAG_PART, PROTOCOL_HEADER } from '../../abi.js';
import { ipBytes } from '../../input/encode-columns.js';
import type { NumberRange } from '../../model/condition.js';
import type { FirstList } from './first-lists.js';
import type { Part, Terms } from './terms.js';

/** With DF or without. */
const parts = (...ranges: readonly (readonly [min: number, max: number])[]): Part => ({
  field: Field.Frag,
  ranges: [0, FRAG_DONT].flatMap((bit): NumberRange[] =>
    ranges.map(([min, max]) => ({ min: min + bit, max: max + bit })),
  ),
  not: false,
});

export const PARTS = parts([1, FRAG_PART]);
const FIRST = parts([FRAG_MORE, FRAG_MORE]);
const LATER = parts([1, FRAG_OFFSET], [FRAG_MORE + 1, FRAG_PART]);
/** Of IPv4 it lies over the header of TCP, and is dropped by who reads that. */
const OVERLAID = parts([1, 1], [FRAG_MORE + 1, FRAG_MORE + 1]);

/** `protocolsWith`: those that have a header of so many bytes. */
export function addFragments(terms: Terms, protocolsWith: (bytes: number) => Part): void {
  terms.add(PARTS);
  terms.add(LATER);
  // which rule of a list takes a packet is looked up by its ports
  if (terms.firsts.some(asksOfFew)) terms.excluded.push(LATER);
  else if (terms.addresses.family === 4) terms.excluded.push(OVERLAID);
  if (terms.addresses.family === 4) return;
  const head = ipBytes(FRAG_MORE, 6);
  const shorter = (bytes: number): Part => ({
    field: Field.Length,
    ranges: [{ min: 0, max: head + bytes - 1 }],
    not: false,
  });
  terms.addOdd(PARTS, shorter(0));
  for (const bytes of new Set([...terms.protocols.subarray(0, 256)].map((word) => word & PROTOCOL_HEADER)))
    terms.addOdd(protocolsWith(bytes), FIRST, shorter(bytes));
  for (const { protocol, bytes } of terms.headersRead.values()) terms.addOdd(...protocol, FIRST, shorter(bytes));
}

/** Whether some of its rules read headers, and others none. */
const asksOfFew = ({ rules }: FirstList): boolean =>
  rules.some(({ headers }) => headers.length > 0) && rules.some(({ headers }) => headers.length === 0);
