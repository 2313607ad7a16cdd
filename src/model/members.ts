/**
 * The members of a set, packed for sets of a million: rows of 32-bit words in one typed array, an index over their
 * keys, and side maps for what is rare. A row is
 *
 *     key words: the dimensions in order, then a word of prefix lengths where there is a net | flags | timeout
 *
 * An address takes one or four words, a port `protocol << 16 | port`, a MAC two (sixteen bits, then thirty-two), a mark
 * one, an interface or a set one: its number in `names`, interfaces with IFACE_PHYSDEV. The lengths of the first and
 * second net stand in the low and next byte of their word. Timeouts are seconds from the time of reading, 0 for ever.
 */
import type { Family, Words } from '../net/address.js';
import { type Dimension, dimensionsOf, type SetType } from './set.js';

export const MEMBER_NOMATCH = 1;
/** the interface's name stands for all that begin with it. */
export const MEMBER_WILDCARD = 2;
/** bitmap:ip,mac: a MAC was given. */
export const MEMBER_MAC = 4;
const MEMBER_DEAD = 0x80000000;
export const IFACE_PHYSDEV = 0x80000000;

export interface RowLayout {
  readonly dimensions: readonly { readonly kind: Dimension; readonly at: number; readonly words: number }[];
  /** how many dimensions are nets, and where their lengths stand; -1: none. */
  readonly nets: number;
  readonly lengthsAt: number;
  readonly keyWords: number;
  readonly words: number;
}

export function rowLayout(type: SetType, family: Family | undefined): RowLayout {
  const addressWords = family === 6 ? 4 : 1;
  let at = 0;
  const dimensions = dimensionsOf(type).map((kind) => {
    const words = kind === 'ip' || kind === 'net' ? addressWords : kind === 'mac' ? 2 : 1;
    at += words;
    return { kind, at: at - words, words };
  });
  const nets = dimensions.filter((dimension) => dimension.kind === 'net').length;
  const lengthsAt = nets > 0 ? at++ : -1;
  return { dimensions, nets, lengthsAt, keyWords: at, words: at + 2 };
}

/** The skbinfo of a member, as it was written. */
export interface SkbInfo {
  readonly mark?: string;
  readonly prio?: string;
  readonly queue?: number;
}

export class Members {
  readonly layout: RowLayout;
  /** room for one key, for those who make keys by the million. */
  readonly key: Uint32Array<ArrayBuffer>;
  /** `count` rows; more room may lie behind. */
  rows: Uint32Array;
  count = 0;
  /** rows without those removed: equal to count after `compact`. */
  alive = 0;
  /** interfaces or sets that rows name. */
  readonly names: string[] = [];
  readonly comments = new Map<number, string>();
  readonly skb = new Map<number, SkbInfo>();
  /** rows whose time does not count from the time of reading: milliseconds from there. */
  readonly begun = new Map<number, number>();
  /** packets and bytes of each row, where the set counts. */
  counters: Float64Array | undefined;
  readonly #numbers = new Map<string, number>();
  /** row + 1 at the key's place, open addressing; 0: free. */
  #index = new Int32Array(16);

  constructor(layout: RowLayout) {
    this.layout = layout;
    this.key = new Uint32Array(layout.keyWords);
    this.rows = new Uint32Array(layout.words * 8);
  }

  /** As it was before it went to another thread, which is told no more than its public fields. */
  static revived(told: Members): Members {
    const { layout, rows, count, alive, names, comments, skb, begun, counters } = told;
    const made = new Members(layout);
    Object.assign(made, { rows, count, alive, comments, skb, begun, counters });
    for (const name of names) made.nameNumber(name);
    made.#reindex(sizeOfIndex(count));
    return made;
  }

  /** Others that are the same now. */
  copy(): Members {
    const { layout, count, alive, names } = this;
    const made = new Members(layout);
    Object.assign(made, { rows: this.rows.slice(), count, alive, counters: this.counters?.slice() });
    for (const name of names) made.nameNumber(name);
    for (const [row, comment] of this.comments) made.comments.set(row, comment);
    for (const [row, info] of this.skb) made.skb.set(row, info);
    for (const [row, time] of this.begun) made.begun.set(row, time);
    made.#index = this.#index.slice();
    return made;
  }

  /** The number of a name, given one where it has none. */
  nameNumber(name: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.names.length;
      this.names.push(name);
      this.#numbers.set(name, number);
    }
    return number;
  }

  /** The row of a key, or -1. */
  find(key: ArrayLike<number>): number {
    const row = this.#index[this.#slot(key)]! - 1;
    return row >= 0 && this.isAlive(row) ? row : -1;
  }

  isAlive(row: number): boolean {
    return (this.flags(row) & MEMBER_DEAD) === 0;
  }

  /** The row of a key that is not there yet, with no flags and no timeout. A key that was removed has its row again. */
  insert(key: ArrayLike<number>): number {
    const { keyWords, words } = this.layout;
    const slot = this.#slot(key);
    let row = this.#index[slot]! - 1;
    if (row < 0) {
      row = this.count++;
      if (row * words === this.rows.length) this.#grow();
      this.#index[slot] = row + 1;
      for (let i = 0; i < keyWords; i++) this.rows[row * words + i] = key[i]!;
      if (this.count * 2 > this.#index.length) this.#reindex(this.#index.length * 2);
    }
    this.rows[row * words + keyWords] = 0;
    this.rows[row * words + keyWords + 1] = 0;
    this.alive++;
    return row;
  }

  remove(row: number): void {
    this.rows[row * this.layout.words + this.layout.keyWords] = MEMBER_DEAD;
    this.alive--;
    this.comments.delete(row);
    this.skb.delete(row);
    this.begun.delete(row);
    this.setCounters(row, 0, 0);
  }

  liveRows(): number[] {
    return Array.from({ length: this.count }, (_, row) => row).filter((row) => this.isAlive(row));
  }

  clear(): void {
    this.rows = new Uint32Array(this.layout.words * 8);
    this.count = 0;
    this.alive = 0;
    this.counters = undefined;
    this.comments.clear();
    this.skb.clear();
    this.begun.clear();
    this.#index = new Int32Array(16);
  }

  /** The word of a row's key. */
  word(row: number, at: number): number {
    return this.rows[row * this.layout.words + at]!;
  }
  /** The address of so many words that begins there. */
  address(row: number, at: number, words: number): Words {
    const first = row * this.layout.words + at;
    return [...this.rows.subarray(first, first + words)];
  }
  flags(row: number): number {
    return this.rows[row * this.layout.words + this.layout.keyWords]!;
  }
  timeout(row: number): number {
    return this.rows[row * this.layout.words + this.layout.keyWords + 1]!;
  }
  /** When a member ends, in milliseconds from the time of reading on, as far as 32 bits hold that; 0: never. */
  endOf(row: number): number {
    const timeout = this.timeout(row);
    return timeout === 0 ? 0 : Math.min((this.begun.get(row) ?? 0) + 1000 * timeout, 0xffffffff);
  }
  /** `begins`: when its time does. */
  setExtras(row: number, flags: number, timeout: number, begins = 0): void {
    if (begins > 0 && timeout > 0) this.begun.set(row, begins);
    else if (this.begun.size > 0) this.begun.delete(row);
    this.rows[row * this.layout.words + this.layout.keyWords] = flags;
    this.rows[row * this.layout.words + this.layout.keyWords + 1] = timeout;
  }
  setCounters(row: number, packets: number, bytes: number): void {
    if (this.counters === undefined || this.counters.length < 2 * row + 2) {
      if (packets === 0 && bytes === 0) return;
      const grown = new Float64Array((2 * this.rows.length) / this.layout.words);
      if (this.counters !== undefined) grown.set(this.counters);
      this.counters = grown;
    }
    this.counters[2 * row] = packets;
    this.counters[2 * row + 1] = bytes;
  }

  /** Removed rows are gone afterwards, and the rows stand in the order given, which names each that lives once. */
  compact(order?: readonly number[]): void {
    if (order === undefined && this.alive === this.count) return;
    const { words } = this.layout;
    const from = order ?? this.liveRows();
    const rows = new Uint32Array(Math.max(8, from.length) * words);
    const comments = new Map(this.comments);
    const skb = new Map(this.skb);
    const begun = new Map(this.begun);
    const counters = this.counters;
    this.comments.clear();
    this.skb.clear();
    this.begun.clear();
    this.counters = undefined;
    for (const [to, row] of from.entries()) rows.set(this.rows.subarray(row * words, (row + 1) * words), to * words);
    this.rows = rows;
    this.count = from.length;
    this.alive = from.length;
    for (const [to, row] of from.entries()) {
      if (comments.has(row)) this.comments.set(to, comments.get(row)!);
      if (skb.has(row)) this.skb.set(to, skb.get(row)!);
      if (begun.has(row)) this.begun.set(to, begun.get(row)!);
      if (counters !== undefined) this.setCounters(to, counters[2 * row] ?? 0, counters[2 * row + 1] ?? 0);
    }
    this.#reindex(sizeOfIndex(this.count));
  }

  #slot(key: ArrayLike<number>): number {
    const { keyWords, words } = this.layout;
    const mask = this.#index.length - 1;
    let slot = hashKey(key, 0, keyWords) & mask;
    for (;;) {
      const row = this.#index[slot]! - 1;
      if (row < 0) return slot;
      let i = 0;
      while (i < keyWords && this.rows[row * words + i] === key[i]) i++;
      if (i === keyWords) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const grown = new Uint32Array(this.rows.length * 2);
    grown.set(this.rows);
    this.rows = grown;
  }

  #reindex(size: number): void {
    const { keyWords, words } = this.layout;
    this.#index = new Int32Array(size);
    for (let row = 0; row < this.count; row++) {
      let slot = hashKey(this.rows, row * words, keyWords) & (size - 1);
      while (this.#index[slot] !== 0) slot = (slot + 1) & (size - 1);
      this.#index[slot] = row + 1;
    }
  }
}

function sizeOfIndex(rows: number): number {
  let size = 16;
  while (size < 2 * rows) size *= 2;
  return size;
}

/** A hash of `words` words from `at` on, 32 bits, unsigned; `assembly/sets.ts` computes the same. */
export function hashKey(key: ArrayLike<number>, at: number, words: number): number {
  let hash = 0x2545f491;
  for (let i = 0; i < words; i++) {
    hash = Math.imul(hash ^ key[at + i]!, 0x5bd1e995);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0x27d4eb2d);
    hash ^= hash >>> 13;
  }
  return hash >>> 0;
}
