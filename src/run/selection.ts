/** Packets of a batch by their slots, in the order of their turn: a list in the core's memory. */
import type { Memory } from './memory.js';

export class Selection {
  /** where the list begins. */
  readonly at: number;
  size = 0;

  constructor(
    private readonly memory: Memory,
    capacity: number,
  ) {
    this.at = memory.reserve(4 * capacity);
  }

  /** The list as it stands; not to be kept past a change of it, or of the memory. */
  get slots(): Uint32Array {
    return this.memory.words.subarray(this.at >>> 2, (this.at >>> 2) + this.size);
  }
  set slots(slots: ArrayLike<number>) {
    this.size = slots.length;
    this.memory.words.set(slots, this.at >>> 2);
  }
}
