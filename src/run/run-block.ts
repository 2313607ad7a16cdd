/** The core's memory as whoever runs it sees it: its control block (Run of abi.ts), and the columns of a batch. */
import { BATCH_SLOTS, COLUMN_BYTES, COLUMNS_BASE, FREE_BASE, HOST_BASE, Result, type Run } from '../abi.js';
import type { Memory } from './memory.js';
import type { Core } from './wasm.js';

/** The columns of a batch, by Field, Beside and Result: entry i belongs to slot i. Not to be kept past a change of the sets or the host. */
export type Columns = readonly Uint32Array[];

export class RunBlock {
  columns: Columns = [];

  /** Whoever used the core before has it no longer. */
  constructor(readonly core: Core) {
    core.memory.words.fill(0, HOST_BASE >>> 2, FREE_BASE >>> 2);
  }

  get memory(): Memory {
    return this.core.memory;
  }

  /** Views of the memory are made anew after it may have grown: here, and not each time that one is read. */
  renewViews(): void {
    const { words } = this.core.memory;
    // it is asked wherever it may have, and has not as a rule
    if (this.columns[0]?.buffer === words.buffer) return;
    this.columns = Array.from({ length: Result.Count }, (_, column) => {
      const first = (COLUMNS_BASE + column * COLUMN_BYTES) >>> 2;
      return words.subarray(first, first + BATCH_SLOTS);
    });
  }

  /** Puts words into the memory, and where they lie into the control block. */
  lay(word: Run, words: ArrayLike<number>): void {
    this.set(word, this.core.memory.place(words));
  }
  set(word: Run, value: number): void {
    this.core.memory.words[(HOST_BASE >>> 2) + word] = value;
  }
  get(word: Run): number {
    return this.core.memory.words[(HOST_BASE >>> 2) + word]!;
  }
}
