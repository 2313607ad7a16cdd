/** Entries of connections, ConnWord.Count words each, one behind the other: those of one are in one or two lines of memory. */
import { ConnWord } from '../../abi.js';

/** One stretch of a buffer, as words, halves, bytes and floats. */
export class EntryMemory {
  readonly words: Uint32Array;
  readonly halves: Uint16Array;
  readonly bytes: Uint8Array;
  readonly floats: Float64Array;

  /** Of so many entries. */
  constructor(
    readonly entries: number,
    buffer = new ArrayBuffer(4 * ConnWord.Count * entries),
    at = 0,
  ) {
    const words = ConnWord.Count * entries;
    this.words = new Uint32Array(buffer, at, words);
    this.halves = new Uint16Array(buffer, at, 2 * words);
    this.bytes = new Uint8Array(buffer, at, 4 * words);
    this.floats = new Float64Array(buffer, at, words >>> 1);
  }
}
