/**
 * Tuples: values, or prefixes, of some of five fields at once, as services and members of hash:ip,port ask for them. Where many
 * terms ask for tuples of the same fields, one look-up of the packet's own tuple tells which of them hold.
 */
import { Field } from '../../abi.js';
import type { Part } from './terms.js';

/** Words of a tuple: source, destination, source port and above it the other one, protocol. */
export type Tuple = readonly [number, number, number, number];

/** What parts ask: the value of all bits of the mask, and more that is no tuple. */
export interface TupleAsked {
  readonly mask: Tuple;
  readonly value: Tuple;
  readonly others: readonly Part[];
}

/** Bits of a tuple's words. */
interface Bits {
  readonly word: number;
  readonly mask: number;
  readonly value: number;
}

/** Of parts that have to hold together; undefined: no packet has all of it. */
export function tupleOf(parts: readonly Part[]): TupleAsked | undefined {
  const mask: [number, number, number, number] = [0, 0, 0, 0];
  const value: [number, number, number, number] = [0, 0, 0, 0];
  const others: Part[] = [];
  // where no protocol is asked for, what stands in a port may be none
  const ports = parts.some((part) => part.field === Field.Proto && bitsOfPart(part) !== undefined);
  for (const part of parts) {
    const isPort = part.field === Field.Sport || part.field === Field.Dport;
    const bits = isPort && !ports ? undefined : bitsOfPart(part);
    if (bits === undefined) {
      others.push(part);
      continue;
    }
    const { word } = bits;
    if (((value[word]! ^ bits.value) & mask[word]! & bits.mask) !== 0) return undefined;
    mask[word] = (mask[word]! | bits.mask) >>> 0;
    value[word] = (value[word]! | bits.value) >>> 0;
  }
  return { mask, value, others };
}

/** undefined: it asks for more than one value or one prefix, or for another field. */
function bitsOfPart({ field, ranges, not }: Part): Bits | undefined {
  if (not || ranges.length !== 1) return undefined;
  const { min, max } = ranges[0]!;
  const one = (word: number, mask: number, shift: number): Bits | undefined =>
    min === max ? { word, mask, value: (min << shift) >>> 0 } : undefined;
  switch (field) {
    case Field.Src:
    case Field.Dst: {
      const free = max - min;
      // a prefix leaves the low bits free
      if (free < 0 || ((free & (free + 1)) | (min & free)) !== 0) return undefined;
      return { word: field === Field.Src ? 0 : 1, mask: ~free >>> 0, value: min };
    }
    case Field.Sport:
      return one(2, 0xffff, 0);
    case Field.Dport:
      return one(2, 0xffff0000, 16);
    case Field.Proto:
      return one(3, 0xff, 0);
    default:
      return undefined;
  }
}

export const textOf = ([a, b, c, d]: Tuple): string => `${a} ${b} ${c} ${d}`;

export const within = (tuple: Tuple, mask: Tuple): Tuple => [
  (tuple[0] & mask[0]) >>> 0,
  (tuple[1] & mask[1]) >>> 0,
  (tuple[2] & mask[2]) >>> 0,
  (tuple[3] & mask[3]) >>> 0,
];

/** Both of them. */
export const joined = (a: Tuple, b: Tuple): Tuple => [
  (a[0] | b[0]) >>> 0,
  (a[1] | b[1]) >>> 0,
  (a[2] | b[2]) >>> 0,
  (a[3] | b[3]) >>> 0,
];

/** Whether bits of one mask are all of another. */
export const isWithin = (mask: Tuple, wider: Tuple): boolean =>
  mask.every((bits, word) => (bits & ~wider[word]!) === 0);

const FIELDS: readonly (readonly [Field, number, number])[] = [
  [Field.Src, 0, 0xffffffff],
  [Field.Dst, 1, 0xffffffff],
  [Field.Sport, 2, 0xffff],
  [Field.Dport, 2, 0xffff0000],
  [Field.Proto, 3, 0xff],
];

export const fieldsOfMask = (mask: Tuple): Field[] =>
  FIELDS.filter(([, word, bits]) => (mask[word]! & bits) !== 0).map(([field]) => field);
