/** Where a table of connections has its slots and its entries: on the heap, or, once they are many, in the memory of a core of its own. */
import { ConnWord, TRACK_FREE } from '../../abi.js';
import type { Memory } from '../memory.js';
import { EntryMemory } from './entry-words.js';

/** What of a table lies there; `slots`: what stands in them is of the table. */
export interface Laid {
  readonly slots: Uint32Array;
  readonly memory: EntryMemory;
}

export interface TableRoom {
  /** So many of both, of which entries begin as those before; slots do as well, where there are as many. No view of before stands. */
  lay(slots: number, entries: number, before: Laid): Laid;
}

export const HEAP: TableRoom = {
  lay: (slots, entries, before) => {
    const memory = entries === before.memory.entries ? before.memory : new EntryMemory(entries);
    if (memory !== before.memory) memory.words.set(before.memory.words);
    return { slots: slots === before.slots.length ? before.slots : new Uint32Array(slots), memory };
  },
};

/** Slots first, and entries behind them, which grow where they are. */
export class CoreRoom implements TableRoom {
  constructor(private readonly memory: Memory) {}

  lay(slots: number, entries: number, before: Laid): Laid {
    const { memory } = this;
    const at = (TRACK_FREE + 4 * slots + LINE - 1) & -LINE;
    const { words: old } = before.memory;
    const moves = old.buffer === memory.words.buffer;
    const from = old.byteOffset;
    const bytes = old.byteLength;
    memory.reach(at + 4 * ConnWord.Count * entries);
    if (moves && at !== from) memory.bytes.copyWithin(at, from, from + bytes);
    else if (!moves) memory.words.set(old, at >>> 2);
    const laid = new Uint32Array(memory.words.buffer, TRACK_FREE, slots);
    if (!moves && slots === before.slots.length) laid.set(before.slots);
    return { slots: laid, memory: new EntryMemory(entries, memory.words.buffer as ArrayBuffer, at) };
  }
}

/** Bytes of two lines of the processor's memory: an entry. */
const LINE = 4 * ConnWord.Count;
