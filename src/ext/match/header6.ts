/** What the matches of IPv6's extension headers share: records of HeaderAsk, values of options, and what is not printed. */
import {
  HEADER6_DROP,
  HEADER6_GENTLE,
  HEADER6_LOOSE,
  HEADER6_SEGMENTS,
  HEADER6_WHOLE,
  HeaderAsk,
  type SEGMENT_LAST,
  type SEGMENT_NEXT,
  type SEGMENT_PREVIOUS,
} from '../../abi.js';
import { build } from '../../model/build.js';
import type { Condition, NumberRange, ReadWord } from '../../model/condition.js';
import type { Masked } from '../../net/address.js';
import type { OptionTable, Parsed, ValueContext } from '../define.js';
import { integer, integerOf, unorderedRange } from '../values.js';

/** Numbers of the headers. */
export enum Header {
  HopByHop = 0,
  Routing = 43,
  Fragment = 44,
  Authentication = 51,
  Destination = 60,
  Mobility = 135,
}

const U32 = 0xffffffff;
export const u32 = integer(U32);
/** The first may be the greater: no number lies between. */
export const u32Range = unorderedRange(U32, 'NUMBER', (word) => integerOf(word, U32));

/** Four bytes of a header, of which the field is part: those at `offset`, and the field's lowest bit and greatest value. */
export interface HeaderField {
  readonly header: Header;
  readonly offset: number;
  readonly shift: number;
  readonly max: number;
  readonly what: ReadWord;
}
export const field = (header: Header, offset: number, shift: number, max: number, what: ReadWord): HeaderField => ({
  header,
  offset,
  shift,
  max,
  what,
});
/** How long a header says that it is, in its second byte. */
export const lengthOf = (header: Header): HeaderField => field(header, 0, 16, 255, 'header-length');

/** The header is there, `bytes` of it at least. What follows has a meaning behind this alone. */
export const there = (header: Header, bytes: number, how = 0): Condition =>
  build.header6([HeaderAsk.There | (header << 8) | how, bytes]);
/** The same, and all of what it says it has: else it is cut. */
export const whole = (header: Header, bytes: number): Condition => there(header, bytes, HEADER6_WHOLE);
/** A segment routing header, for which nobody drops. */
export const segments = (): Condition => there(Header.Routing, 8, HEADER6_WHOLE | HEADER6_GENTLE | HEADER6_SEGMENTS);

export function within({ header, offset, shift, max, what }: HeaderField, range: NumberRange, how = 0): Condition {
  const top = Math.min(range.max, max);
  if (range.min > top) return build.never;
  const placed = (value: number) => (value << shift) >>> 0;
  const record = [HeaderAsk.Value | (header << 8) | how, offset, placed(max), placed(range.min), placed(top)];
  return build.header6(record, what);
}
export const equals = (of: HeaderField, value: number): Condition => within(of, { min: value, max: value });
/** Else the packet is dropped. */
export const mustEqual = (of: HeaderField, value: number): Condition =>
  within(of, { min: value, max: value }, HEADER6_DROP);
/** These bits of four bytes are 0. */
export const clear = (header: Header, offset: number, bits: number, what: ReadWord = 'reserved'): Condition =>
  build.header6([HeaderAsk.Value | (header << 8), offset, bits, 0, 0], what);
/** Its length in bytes, where its second byte counts pieces of `unit` bytes behind the first `more` of them. */
export function hasLength(header: Header, bytes: number, unit = 8, more = 1): Condition {
  const counted = bytes / unit - more;
  return Number.isInteger(counted) && counted >= 0 ? equals(lengthOf(header), counted) : build.never;
}

export const options = (header: Header, list: readonly number[]): Condition =>
  build.header6([HeaderAsk.Options | (header << 8), ...list]);
export const addresses = (list: readonly (readonly number[])[], loose: boolean): Condition =>
  build.header6([HeaderAsk.Addresses | (Header.Routing << 8) | (loose ? HEADER6_LOOSE : 0), ...list.flat()]);
export const segment = (
  which: typeof SEGMENT_PREVIOUS | typeof SEGMENT_NEXT | typeof SEGMENT_LAST,
  { address, mask }: Masked,
): Condition =>
  build.header6([
    HeaderAsk.Segment | (Header.Routing << 8),
    which,
    ...address.map((word, i) => (word & mask[i]!) >>> 0),
    ...mask,
  ]);
export const headers = (mask: number, bits: number): Condition => build.header6([HeaderAsk.Headers, mask, bits]);

/** A range that lets every value through is not printed, though it be negated and none passes (skip_ids_match and its like). */
export function printedBut(
  key: string,
  max: number,
  table: OptionTable,
  given: Parsed<OptionTable>,
  context: ValueContext,
): string[] {
  return Object.entries(table).flatMap(([name, { value }]) => {
    const one = given[name];
    if (one === undefined) return [];
    if (name === key && one.value.min === 0 && one.value.max === max) return [];
    return [...(one.not ? ['!'] : []), `--${name}`, ...value.print(one.value, context)];
  });
}
