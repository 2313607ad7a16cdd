/**
 * Classes of values, each with which terms hold in it: a bit for each term, and a mark of 128 bits for what is no term, so that
 * two classes are one where all bits and marks are the same. Two marks differ but for a chance of 2^-100.
 */

import type { Patience } from '../patience.js';

/** Words of a mark. */
export const MARK = 4;

/** Words of rows that are kept, of one field or several. */
const MOST_WORDS = 1 << 24;

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
  /** of each class `words` words of bits and a mark. */
  private rows = new Uint32Array(1024);
  /** by a hash of their rows, numbers of classes, each one more than it is. */
  private slots = new Uint32Array(64);
  count = 0;

  constructor(readonly words: number) {}

  /** The number of a row's class, given one where it has none. */
  intern(row: Uint32Array, hash = hashOf(row)): number {
    if (!this.isWhole) return this.count++;
    let slot = this.slotOf(row, hash);
    if (this.slots[slot] !== 0) return this.slots[slot]! - 1;
    const number = this.add(row);
    if (2 * this.count > this.slots.length) {
      this.slots = new Uint32Array(2 * this.slots.length);
      for (let known = 0; known < number; known++) this.slots[this.freeFor(known)] = known + 1;
      slot = this.slotOf(row, hash);
    }
    this.slots[slot] = number + 1;
    return number;
  }

  private add(row: Uint32Array): number {
    const { size, count } = this;
    this.count++;
    if (!this.isWhole) return count;
    if (this.count * size > this.rows.length) {
      const more = new Uint32Array(2 * this.count * size);
      more.set(this.rows);
      this.rows = more;
    }
    this.rows.set(row, count * size);
    return count;
  }

  /** False: there are more classes than rows are kept. */
  get isWhole(): boolean {
    return this.count * this.size <= MOST_WORDS;
  }
  forgetRows(): void {
    this.rows = this.slots = new Uint32Array(0);
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
    let slot = hashOf(this.rows, number * this.size, this.size) & last;
    while (this.slots[slot] !== 0) slot = (slot + 1) & last;
    return slot;
  }
  /** Whether it is a class's row: by the million, each of which would be an object. */
  private isAt(number: number, row: Uint32Array): boolean {
    const { rows } = this;
    const first = number * this.size;
    for (let w = 0; w < row.length; w++) if (rows[first + w] !== row[w]) return false;
    return true;
  }

  row(number: number): Uint32Array {
    return this.rows.subarray(number * this.size, (number + 1) * this.size);
  }
  /** The row of a class and another one together, and its hash. */
  meet(number: number, other: Uint32Array, to: Uint32Array): number {
    const { rows, words } = this;
    const first = number * this.size;
    let hash = 0;
    for (let w = 0; w < to.length; w++) {
      const own = rows[first + w]!;
      const word = w < words ? own & other[w]! : own ^ other[w]!;
      to[w] = word;
      hash = withWord(hash, word);
    }
    return hash;
  }
  /** Whether the term of a bit holds in a class. */
  holds(number: number, bit: number): boolean {
    return ((this.rows[number * this.size + (bit >>> 5)]! >>> (bit & 31)) & 1) === 1;
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

export function combine(a: Vectors, b: Vectors, patience: Patience): Combined {
  const { words, size } = a;
  const classes = new Vectors(words);
  const map = new Uint32Array(a.count * b.count);
  const row = new Uint32Array(size);
  for (let j = 0; j < b.count; j++) {
    const right = b.row(j);
    // of each pair its row, and looking for it
    patience.spend(a.count * (4 * size + 30));
    for (let i = 0; i < a.count; i++) {
      map[i + j * a.count] = classes.intern(row, a.meet(i, right, row));
    }
  }
  return { classes, map };
}
