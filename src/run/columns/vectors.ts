/**
 * Classes of values, each with which terms hold in it: a bit for each term, and a mark of 128 bits for what is no term, so that
 * two classes are one where all bits and marks are the same. Two marks differ but for a chance of 2^-100.
 */

import type { Effort } from '../first-match/effort.js';

/** Words of a mark. */
export const MARK = 4;

/** Words of rows that are kept, of one field or several. */
const MOST_WORDS = 1 << 24;
/** About so many are kept in one piece: what is larger than others is never copied. */
const PAGE_WORDS = 1 << 11;

export function hashOf(words: Uint32Array, first = 0, length = words.length): number {
  let hash = 0;
  for (let w = first; w < first + length; w++) hash = withWord(hash, words[w]!);
  return hash;
}
function withWord(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

/** Of lists that are equally long. */
export function isSame(a: Uint32Array, b: Uint32Array): boolean {
  for (let w = 0; w < a.length; w++) if (a[w] !== b[w]) return false;
  return true;
}

export class Vectors {
  /** of each class `words` words of bits and a mark; of a power of two of classes each. */
  private readonly pages: Uint32Array[] = [];
  private readonly shift: number;
  /** by a hash of their rows, numbers of classes, each one more than it is. */
  private slots = new Uint32Array(64);
  count = 0;

  constructor(
    readonly words: number,
    private readonly effort: Effort,
  ) {
    this.shift = Math.max(0, Math.floor(Math.log2(PAGE_WORDS / this.size)));
  }

  /** The number of a row's class, given one where it has none. */
  intern(row: Uint32Array, hash = hashOf(row)): number {
    if (!this.isWhole) return this.count++;
    let slot = this.slotOf(row, hash);
    if (this.slots[slot] !== 0) return this.slots[slot]! - 1;
    const number = this.add(row);
    if (2 * this.count > this.slots.length) {
      this.effort.hold(4 * this.slots.length);
      this.slots = new Uint32Array(2 * this.slots.length);
      for (let known = 0; known < number; known++) this.slots[this.freeFor(known)] = known + 1;
      slot = this.slotOf(row, hash);
    }
    this.slots[slot] = number + 1;
    return number;
  }

  private add(row: Uint32Array): number {
    const { count, pages, shift, size } = this;
    this.count++;
    if (!this.isWhole) return count;
    if (count === pages.length << shift) {
      this.effort.hold(4 * (size << shift));
      pages.push(new Uint32Array(size << shift));
    }
    pages[count >>> shift]!.set(row, this.placeOf(count));
    return count;
  }

  /** False: there are more classes than rows are kept. */
  get isWhole(): boolean {
    return this.count * this.size <= MOST_WORDS;
  }

  /** Where it is, or may go. */
  private slotOf(row: Uint32Array, hash: number): number {
    const last = this.slots.length - 1;
    let slot = hash & last;
    for (; this.slots[slot] !== 0; slot = (slot + 1) & last) if (this.isAt(this.slots[slot]! - 1, row)) return slot;
    return slot;
  }
  /** Where a class may go that is not there yet. */
  private freeFor(number: number): number {
    const last = this.slots.length - 1;
    let slot = hashOf(this.pageOf(number), this.placeOf(number), this.size) & last;
    while (this.slots[slot] !== 0) slot = (slot + 1) & last;
    return slot;
  }
  /** Whether it is a class's row: by the million, each of which would be an object. */
  private isAt(number: number, row: Uint32Array): boolean {
    const page = this.pageOf(number);
    const first = this.placeOf(number);
    for (let w = 0; w < row.length; w++) if (page[first + w] !== row[w]) return false;
    return true;
  }

  row(number: number): Uint32Array {
    const at = this.placeOf(number);
    return this.pageOf(number).subarray(at, at + this.size);
  }
  private pageOf(number: number): Uint32Array {
    return this.pages[number >>> this.shift]!;
  }
  private placeOf(number: number): number {
    return (number & ((1 << this.shift) - 1)) * this.size;
  }
  /** The row of a class and another one together, and its hash. */
  meet(number: number, other: Uint32Array, to: Uint32Array): number {
    const { words } = this;
    const page = this.pageOf(number);
    const first = this.placeOf(number);
    let hash = 0;
    for (let w = 0; w < to.length; w++) {
      const own = page[first + w]!;
      const word = w < words ? own & other[w]! : own ^ other[w]!;
      to[w] = word;
      hash = withWord(hash, word);
    }
    return hash;
  }
  /** Whether the term of a bit holds in a class. */
  holds(number: number, bit: number): boolean {
    return ((this.pageOf(number)[this.placeOf(number) + (bit >>> 5)]! >>> (bit & 31)) & 1) === 1;
  }
  get size(): number {
    return this.words + MARK;
  }
}

/** Classes of two together: of each of one with each of the other, in rows, the class that they make. */
export interface Combined {
  readonly classes: Vectors;
  /** class `a` of the one with `b` of the other: a + b * (how many there are of the one). */
  readonly map: Uint32Array;
}

export function combine(a: Vectors, b: Vectors, effort: Effort): Combined {
  const { words, size } = a;
  const classes = new Vectors(words, effort);
  effort.hold(4 * a.count * b.count);
  const map = new Uint32Array(a.count * b.count);
  const row = new Uint32Array(size);
  for (let j = 0; j < b.count; j++) {
    const right = b.row(j);
    // of each pair its row, and looking for it
    effort.spend(a.count * (4 * size + 30));
    for (let i = 0; i < a.count; i++) {
      map[i + j * a.count] = classes.intern(row, a.meet(i, right, row));
    }
  }
  return { classes, map };
}
