/**
 * Addresses of IPv6 as numbers of 32 bits, so that they are drawn as those of IPv4 are. Where rules, sets and routes tell
 * addresses apart the numbers do: all addresses are cut there into spans, in their order, and each has some of the numbers.
 * The first and the last addresses of a span have each a number of their own; what lies between is spread over it.
 */

import { mixed } from './draw.js';

/** Plain data, as the palette that it is of; src/run/ipv6/address-codes.ts makes it. Span i has the numbers from codes[i] on. */
export interface AddressBook {
  readonly codes: Uint32Array;
  /** first and last address of each span: four words and four. */
  readonly spans: Uint32Array;
}

/** Addresses at either end of a span that have numbers of their own. */
export const EDGE = 16;

/** Writes the four words of an address. */
export function writeAddress({ codes, spans }: AddressBook, code: number, to: Uint32Array, at: number): void {
  const span = spanOf(codes, code);
  const first = 8 * span;
  const last = first + 4;
  const behind = code - codes[span]!;
  const left = (span + 1 < codes.length ? codes[span + 1]! : 0x100000000) - 1 - code;
  if (behind < EDGE) return add(spans, first, behind, to, at);
  if (left < EDGE) return add(spans, last, -left, to, at);
  // each number stands for the same address, wherever it is drawn
  let bits = code;
  let isFree = false;
  for (let i = 0; i < 4; i++) {
    bits = mixed(bits + i);
    const least = spans[first + i]!;
    const room = spans[last + i]! - least;
    if (isFree) to[at + i] = bits;
    else if (room < 2) to[at + i] = isFollowing(spans, first, i) ? least | bits : least;
    else {
      to[at + i] = least + 1 + Math.floor(((bits >>> 0) * (room - 1)) / 0x100000000);
      isFree = true;
    }
  }
}

/** A word before differs, by one, so that this one may be greater than the least. */
function isFollowing(spans: Uint32Array, first: number, word: number): boolean {
  for (let i = 0; i < word; i++) if (spans[first + i] !== spans[first + 4 + i]) return true;
  return false;
}

function add(words: Uint32Array, from: number, amount: number, to: Uint32Array, at: number): void {
  let carry = amount;
  for (let i = 3; i >= 0; i--) {
    const sum = words[from + i]! + carry;
    to[at + i] = sum;
    carry = Math.floor(sum / 0x100000000);
  }
}

function spanOf(codes: Uint32Array, code: number): number {
  let low = 0;
  let high = codes.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (codes[middle]! > code) high = middle;
    else low = middle;
  }
  return low;
}
