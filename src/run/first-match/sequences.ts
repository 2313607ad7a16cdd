/** Things that are kept once however often they are made, and found again by what they are. */

import type { Effort } from './effort.js';

/** Sequences of words, by number in the order in which they were new; `effort`: holds what they take. */
export class Sequences {
  /** All of them, one behind the other; `starts[id]` to `starts[id + 1]` is one. */
  words = new Uint32Array(1024);
  starts = new Uint32Array(256);
  count = 0;
  private hashes = new Uint32Array(256);
  /** id + 1 by hash; 0: free. */
  private slots = new Int32Array(1024);

  constructor(private readonly effort?: Effort) {}

  /** Words of all of them. */
  get size(): number {
    return this.starts[this.count]!;
  }

  lengthOf(id: number): number {
    return this.starts[id + 1]! - this.starts[id]!;
  }

  /** The number of the sequence that is `length` words of `source`. */
  intern(source: Uint32Array, length: number): number {
    const hash = hashOf(source, length);
    const slot = this.slotOf(source, length, hash);
    if (this.slots[slot] !== 0) return this.slots[slot]! - 1;
    this.slots[slot] = this.count + 1;
    return this.append(source, length, hash);
  }
  /** The same, and -1 where nobody has interned it. */
  find(source: Uint32Array, length: number): number {
    return this.slots[this.slotOf(source, length, hashOf(source, length))]! - 1;
  }

  /** Where it is, or would be. */
  private slotOf(source: Uint32Array, length: number, hash: number): number {
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (; this.slots[slot] !== 0; slot = (slot + 1) & mask) {
      const id = this.slots[slot]! - 1;
      if (this.hashes[id] === hash && this.isAt(id, source, length)) break;
    }
    return slot;
  }

  private isAt(id: number, source: Uint32Array, length: number): boolean {
    const start = this.starts[id]!;
    if (this.starts[id + 1] !== start + length) return false;
    for (let i = 0; i < length; i++) if (this.words[start + i] !== source[i]) return false;
    return true;
  }

  private append(source: Uint32Array, length: number, hash: number): number {
    const id = this.count++;
    const start = this.starts[id]!;
    this.words = grown(this.words, start + length, this.effort);
    for (let i = 0; i < length; i++) this.words[start + i] = source[i]!;
    this.starts = grown(this.starts, this.count + 1, this.effort);
    this.starts[this.count] = start + length;
    this.hashes = grown(this.hashes, this.count, this.effort);
    this.hashes[id] = hash;
    if (2 * this.count > this.slots.length) this.spread();
    return id;
  }

  private spread(): void {
    this.effort?.hold(4 * 3 * this.slots.length);
    this.slots = new Int32Array(4 * this.slots.length);
    const mask = this.slots.length - 1;
    for (let id = 0; id < this.count; id++) {
      let slot = this.hashes[id]! & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = id + 1;
    }
  }
}

function hashOf(source: Uint32Array, length: number): number {
  let hash = length;
  for (let i = 0; i < length; i++) hash = Math.imul((hash ^ source[i]!) + ((hash << 15) | (hash >>> 17)), 0x9e3779b1);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** The array itself, or a copy with room for twice as many. */
export function grown<T extends Uint32Array | Uint16Array | Float64Array>(
  array: T,
  length: number,
  effort?: Effort,
): T {
  if (length <= array.length) return array;
  const room = Math.max(length, 2 * array.length);
  // for a while both are there
  effort?.hold(array.BYTES_PER_ELEMENT * room);
  const larger = new (array.constructor as new (length: number) => T)(room);
  larger.set(array);
  effort?.hold(-array.byteLength);
  return larger;
}

/** What was made of two numbers. */
export class PairMemo {
  constructor(private readonly effort: Effort) {}

  private keys = new Uint32Array(2048);
  /** value + 1; 0: free. */
  private values = new Uint32Array(1024);
  private count = 0;

  /** undefined: nothing yet. */
  get(a: number, b: number): number | undefined {
    const value = this.values[this.slotOf(a, b)]!;
    return value === 0 ? undefined : value - 1;
  }

  set(a: number, b: number, value: number): void {
    if (2 * this.count >= this.values.length) this.spread();
    const slot = this.slotOf(a, b);
    if (this.values[slot] === 0) this.count += 1;
    this.keys[2 * slot] = a;
    this.keys[2 * slot + 1] = b;
    this.values[slot] = value + 1;
  }

  private slotOf(a: number, b: number): number {
    const mask = this.values.length - 1;
    let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
    hash ^= hash >>> 15;
    let slot = hash & mask;
    while (this.values[slot] !== 0 && (this.keys[2 * slot] !== a || this.keys[2 * slot + 1] !== b))
      slot = (slot + 1) & mask;
    return slot;
  }

  private spread(): void {
    const { keys, values } = this;
    this.effort.hold(4 * keys.length + 4 * values.length);
    this.keys = new Uint32Array(2 * keys.length);
    this.values = new Uint32Array(2 * values.length);
    for (let i = 0; i < values.length; i++) {
      if (values[i] === 0) continue;
      const slot = this.slotOf(keys[2 * i]!, keys[2 * i + 1]!);
      this.keys[2 * slot] = keys[2 * i]!;
      this.keys[2 * slot + 1] = keys[2 * i + 1]!;
      this.values[slot] = values[i]!;
    }
  }
}

/** Places by what stands there, in order. */
export function groupBy(keys: Uint32Array, count: number): { of(key: number): Uint32Array } {
  const starts = new Uint32Array(count + 2);
  for (const key of keys) starts[key + 2]! += 1;
  for (let key = 2; key < starts.length; key++) starts[key]! += starts[key - 1]!;
  const places = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i++) places[starts[keys[i]! + 1]!++] = i;
  return { of: (key) => places.subarray(starts[key], starts[key + 1]) };
}
