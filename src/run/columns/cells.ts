/**
 * Cells of the column program: for each key the number of the journey that packets with it go. Keys lie close together where they
 * are few enough to have a place each, in pages that are made as packets come to them; else they are hashed.
 */
import { CELL_MORE, CELL_PAGE, CELL_PAGE_SHIFT, CellBucket, JOURNEY_EACH, JOURNEY_NEW, KEY_UNMET } from '../../abi.js';
import type { Budget } from '../budget.js';
import type { Memory } from '../memory.js';
import { highOf, keyOfSums } from './keys.js';

export interface Cells {
  /** What the core finds them by: ColumnsWord.Cells and ColumnsWord.Mask. */
  readonly at: number;
  readonly mask: number;
  /** ColumnsWord.Pages. */
  readonly pages: number;
  /** There is no memory for more: kinds that are not met yet go the long way. */
  readonly isFull: boolean;
  of(key: number): number;
  /** May reserve memory; where it is full the packets of a key that was not met stay of no known journey. */
  settle(key: number, journey: number): void;
}

/** For so many keys; of one sum each, or of two. Those of `old` stand among them: what is known of them is known again. Reserves memory. */
export function cellsFor(memory: Memory, budget: Budget, keys: number, isOne: boolean, old?: Cells): Cells {
  if (old instanceof HashedCells) return old;
  return isOne ? new PagedCells(memory, keys, budget, old as PagedCells | undefined) : new HashedCells(memory, budget);
}

/** Cells of sixteen bits: packets of a journey with a greater number walk. */
const MOST_PAGED = 0xffff;

/** Of fewer keys than KEY_UNMET. */
export class PagedCells implements Cells {
  readonly at: number;
  readonly mask = 0;
  readonly pages: number;
  isFull = false;
  /** the page of all keys that no packet had. */
  private readonly fresh: number;

  constructor(
    private readonly memory: Memory,
    keys: number,
    private readonly budget: Budget,
    old?: PagedCells,
  ) {
    this.pages = Math.ceil(keys / CELL_PAGE);
    this.fresh = old?.fresh ?? memory.reserve(2 * CELL_PAGE);
    this.at = memory.place(new Uint32Array(this.pages + 1).fill(this.fresh));
    if (old !== undefined) memory.words.copyWithin(this.at >>> 2, old.at >>> 2, (old.at >>> 2) + old.pages);
  }

  /** Keys of which something is known, and what. */
  *known(): Iterable<[key: number, journey: number]> {
    for (let page = 0; page < this.pages; page++) {
      if (this.memory.words[(this.at >>> 2) + page] === this.fresh) continue;
      for (let key = page * CELL_PAGE, end = key + CELL_PAGE; key < end; key++) {
        const journey = this.of(key);
        if (journey !== JOURNEY_NEW) yield [key, journey];
      }
    }
  }

  of(key: number): number {
    const page = this.memory.words[(this.at >>> 2) + (key >>> CELL_PAGE_SHIFT)]!;
    return this.memory.halves[(page >>> 1) + (key % CELL_PAGE)]!;
  }

  settle(key: number, journey: number): void {
    const { memory, budget } = this;
    const at = (this.at >>> 2) + (key >>> CELL_PAGE_SHIFT);
    if (memory.words[at] === this.fresh) {
      const page = budget.spend(() => memory.reserve(2 * CELL_PAGE));
      this.isFull = page === undefined;
      if (page === undefined) return;
      memory.words[at] = page;
    }
    memory.halves[(memory.words[at]! >>> 1) + (key % CELL_PAGE)] = journey <= MOST_PAGED ? journey : JOURNEY_EACH;
  }
}

const FIRST_BUCKETS = 1 << 10;
const SLOTS = 4;
/** Bytes of a bucket, which lies in one line of a processor's cache. */
const BUCKET = 4 * CellBucket.Size;

/** Open addressing by buckets, of whose slots no more than half are taken. */
export class HashedCells implements Cells {
  at: number;
  mask = FIRST_BUCKETS - 1;
  readonly pages = 0;
  isFull = false;
  private used = 0;

  constructor(
    private readonly memory: Memory,
    private readonly budget: Budget,
  ) {
    this.at = this.reserve(FIRST_BUCKETS);
  }

  of(key: number): number {
    return this.memory.words[this.slotOf(key) + CellBucket.Journey]!;
  }

  settle(key: number, journey: number): void {
    let slot = this.slotOf(key);
    if (this.memory.words[slot + CellBucket.Journey] === JOURNEY_NEW && 2 * this.used >= SLOTS * this.mask) {
      this.grow();
      if (this.isFull) return;
      slot = this.slotOf(key);
    }
    if (this.memory.words[slot + CellBucket.Journey] === JOURNEY_NEW && journey !== JOURNEY_NEW) this.used++;
    this.put(slot, key, journey);
  }

  private put(slot: number, key: number, journey: number): void {
    const { words } = this.memory;
    const high = highOf(key);
    words[slot + CellBucket.Low] = key - high * KEY_UNMET;
    words[slot + CellBucket.High] = high;
    words[slot + CellBucket.Journey] = journey;
    // slots are taken one after the other
    if (slot % CellBucket.Size === SLOTS - 1) words[slot + 1 - SLOTS + CellBucket.Others] = CELL_MORE;
  }

  /** The place of the key's slot among words, or of the one that it would have. */
  private slotOf(key: number): number {
    const { words } = this.memory;
    const high = highOf(key);
    const low = key - high * KEY_UNMET;
    for (let place = hashOf(low, high); ; place++) {
      const bucket = (this.at >>> 2) + CellBucket.Size * (place & this.mask);
      for (let slot = bucket; slot < bucket + SLOTS; slot++) {
        const isFree = words[slot + CellBucket.Journey] === JOURNEY_NEW;
        if (isFree || (words[slot + CellBucket.Low] === low && words[slot + CellBucket.High] === high)) return slot;
      }
    }
  }

  private reserve(buckets: number): number {
    return Math.ceil(this.memory.reserve(BUCKET * (buckets + 1)) / BUCKET) * BUCKET;
  }

  private grow(): void {
    const { memory, budget } = this;
    const buckets = this.mask + 1;
    const at = budget.spend(() => this.reserve(2 * buckets));
    this.isFull = at === undefined;
    if (at === undefined) return;
    const old = memory.words.slice(this.at >>> 2, (this.at >>> 2) + CellBucket.Size * buckets);
    this.at = at;
    this.mask = 2 * buckets - 1;
    for (let bucket = 0; bucket < old.length; bucket += CellBucket.Size)
      for (let slot = bucket; slot < bucket + SLOTS; slot++) {
        const journey = old[slot + CellBucket.Journey]!;
        if (journey === JOURNEY_NEW) continue;
        const key = keyOfSums(old[slot + CellBucket.Low]!, old[slot + CellBucket.High]!);
        this.put(this.slotOf(key), key, journey);
      }
  }
}

/** As hashOf of assembly/journeys.ts. */
function hashOf(low: number, high: number): number {
  const mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
