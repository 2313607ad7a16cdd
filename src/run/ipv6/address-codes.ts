/** Numbers for the addresses of IPv6 that rules, sets and host speak of. */
import { type AddressBook, EDGE } from '../../input/synthetic/address-book.js';
import { type AddressRange, keyOfWide, rangeOfPrefix, wideOf, wordsOfWide } from '../../net/address.js';
import { type AddressCodes, one, type Range } from '../address-codes.js';

/** Notes the ranges that are asked for, of which a book can be made then. */
export class NotedRanges implements AddressCodes {
  readonly book = undefined;
  readonly noted: AddressRange[] = [];

  range(range: AddressRange): Range {
    this.noted.push(range);
    return [0, 0];
  }
}

const ALL = 1n << 128n;
const CODES = 2 ** 32;
/** What IPv6 itself tells apart; most packets are of the last. */
const ALWAYS = [
  one([0, 0, 0, 0]),
  one([0, 0, 0, 1]),
  rangeOfPrefix([0, 0, 0xffff, 0], 96),
  rangeOfPrefix([0xfe800000, 0, 0, 0], 10),
  rangeOfPrefix([0xff000000, 0, 0, 0], 8),
  rangeOfPrefix([0x20000000, 0, 0, 0], 3),
];
const GLOBAL = ALWAYS.at(-1)!;
/** How many more numbers a span of global addresses has than others. */
const WEIGHT = 8;

/** Numbers for addresses of which these ranges are asked. */
export class AddressCodes6 implements AddressCodes {
  readonly book: AddressBook;
  /** by the first address of a span: its first number. */
  readonly #first = new Map<string, number>();

  constructor(ranges: readonly AddressRange[]) {
    const bounds = [...ALWAYS, ...ranges].flatMap(({ min, max }) => [wideOf(min), wideOf(max) + 1n]);
    const starts = new Map([0n, ...bounds].map((start) => [keyOfWide(start), start]));
    starts.delete(keyOfWide(ALL));
    const sorted = [...starts.values()].sort((a, b) => (a < b ? -1 : 1));
    const ends = [...sorted.slice(1), ALL];
    const sizes = sorted.map((start, i) => ends[i]! - start);
    const counts = countsOf(
      sizes,
      sorted.map((start) => (start >= wideOf(GLOBAL.min) && start <= wideOf(GLOBAL.max) ? WEIGHT : 1)),
    );
    const codes = new Uint32Array(sorted.length);
    const spans = new Uint32Array(8 * sorted.length);
    let code = 0;
    for (const [i, start] of sorted.entries()) {
      codes[i] = code;
      this.#first.set(keyOfWide(start), code);
      spans.set([...wordsOfWide(start), ...wordsOfWide(ends[i]! - 1n)], 8 * i);
      code += counts[i]!;
    }
    this.#first.set(keyOfWide(ALL), CODES);
    this.book = { codes, spans };
  }

  range({ min, max }: AddressRange): Range {
    return [this.#first.get(keyOfWide(wideOf(min)))!, this.#first.get(keyOfWide(wideOf(max) + 1n))! - 1];
  }
}

/** How many numbers each span has: all of its addresses, or else a share by its weight. */
function countsOf(sizes: readonly bigint[], weights: readonly number[]): number[] {
  const counts = new Array<number>(sizes.length).fill(0);
  let left = CODES;
  let large = [...sizes.keys()];
  for (;;) {
    const share = Math.floor(left / large.reduce((sum, i) => sum + weights[i]!, 0));
    const isSmall = (i: number) => sizes[i]! <= BigInt(Math.max(2 * EDGE, share * weights[i]!));
    const small = large.filter(isSmall);
    for (const i of large) counts[i] = isSmall(i) ? Number(sizes[i]!) : share * weights[i]!;
    if (small.length === 0) {
      // what does not come out even
      counts[large[0]!]! += left - large.reduce((sum, i) => sum + counts[i]!, 0);
      return counts;
    }
    left -= small.reduce((sum, i) => sum + counts[i]!, 0);
    large = large.filter((i) => !isSmall(i));
  }
}
