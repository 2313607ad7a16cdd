/**
 * Cells of the column program: for each key the number of the journey that packets with it go. Keys lie close together where they
 * are few enough to have a place each, in pages that are made as packets come to them; else they are hashed.
 */
import { CELL_PAGE, CELL_PAGE_SHIFT, CellSlot, JOURNEY_NEW, KEY_UNMET } from '../../abi.js';
import type { Memory } from '../memory.js';

export interface Cells {
  /** What the core finds them by: ColumnsWord.Cells and ColumnsWord.Mask. */
  readonly at: number;
  readonly mask: number;
  /** Bytes in use. */
  readonly bytes: number;
  of(key: number): number;
  /** May reserve memory; where there is no room the packets of the key stay of no known journey. */
  settle(key: number, journey: number): void;
}

/** A key of both sums, of which the upper one counts where keys are hashed. */
export const keyOfSums = (low: number, high: number): number => low + high * KEY_UNMET;

/** Of fewer keys than KEY_UNMET. */
export class PagedCells implements Cells {
  readonly at: number;
  readonly mask = 0;
  bytes: number;
  /** the page of all keys that no packet had. */
  private readonly fresh: number;

  constructor(
    private readonly memory: Memory,
    keys: number,
    private readonly most: number,
  ) {
    const pages = Math.ceil(keys / CELL_PAGE);
    this.fresh = memory.reserve(2 * CELL_PAGE);
    this.at = memory.place(new Uint32Array(pages).fill(this.fresh));
    this.bytes = 4 * pages + 2 * CELL_PAGE;
  }

  of(key: number): number {
    const page = this.memory.words[(this.at >>> 2) + (key >>> CELL_PAGE_SHIFT)]!;
    return this.memory.halves[(page >>> 1) + (key % CELL_PAGE)]!;
  }

  settle(key: number, journey: number): void {
    const { memory } = this;
    const at = (this.at >>> 2) + (key >>> CELL_PAGE_SHIFT);
    if (memory.words[at] === this.fresh) {
      if (this.bytes + 2 * CELL_PAGE > this.most) return;
      this.bytes += 2 * CELL_PAGE;
      const page = memory.reserve(2 * CELL_PAGE);
      memory.words[at] = page;
    }
    memory.halves[(memory.words[at]! >>> 1) + (key % CELL_PAGE)] = journey;
  }
}

const FIRST_SLOTS = 1 << 12;
/** Bytes of a slot. */
const SLOT = 4 * CellSlot.Size;

/** Open addressing, never more than half full. */
export class HashedCells implements Cells {
  at: number;
  mask = FIRST_SLOTS - 1;
  private used = 0;

  constructor(
    private readonly memory: Memory,
    private readonly most: number,
  ) {
    this.at = memory.reserve(SLOT * FIRST_SLOTS);
  }

  get bytes(): number {
    return SLOT * (this.mask + 1);
  }

  of(key: number): number {
    return this.memory.words[this.slotOf(key) + CellSlot.Journey]!;
  }

  settle(key: number, journey: number): void {
    if (2 * (this.used + 1) > this.mask && !this.grow()) return;
    const slot = this.slotOf(key);
    if (this.memory.words[slot + CellSlot.Journey] === JOURNEY_NEW && journey !== JOURNEY_NEW) this.used++;
    this.put(slot, key, journey);
  }

  private put(slot: number, key: number, journey: number): void {
    const { words } = this.memory;
    words[slot + CellSlot.Low] = key % KEY_UNMET;
    words[slot + CellSlot.High] = Math.floor(key / KEY_UNMET);
    words[slot + CellSlot.Journey] = journey;
  }

  /** The place of the key's slot among words, or of the one that it would have. */
  private slotOf(key: number): number {
    const { words } = this.memory;
    const low = key % KEY_UNMET;
    const high = Math.floor(key / KEY_UNMET);
    for (let place = hashOf(low, high); ; place++) {
      const slot = (this.at >>> 2) + CellSlot.Size * (place & this.mask);
      const isFree = words[slot + CellSlot.Journey] === JOURNEY_NEW;
      if (isFree || (words[slot + CellSlot.Low] === low && words[slot + CellSlot.High] === high)) return slot;
    }
  }

  /** False: twice as many would be too many. */
  private grow(): boolean {
    const { memory, at } = this;
    const slots = this.mask + 1;
    if (2 * SLOT * slots > this.most) return false;
    const old = memory.words.slice(at >>> 2, (at >>> 2) + CellSlot.Size * slots);
    this.at = memory.reserve(2 * SLOT * slots);
    this.mask = 2 * slots - 1;
    for (let slot = 0; slot < old.length; slot += CellSlot.Size) {
      const journey = old[slot + CellSlot.Journey]!;
      if (journey === JOURNEY_NEW) continue;
      const key = keyOfSums(old[slot + CellSlot.Low]!, old[slot + CellSlot.High]!);
      this.put(this.slotOf(key), key, journey);
    }
    return true;
  }
}

/** As hashOf of assembly/columns.ts. */
function hashOf(low: number, high: number): number {
  const mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
