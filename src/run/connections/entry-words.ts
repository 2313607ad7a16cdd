/**
 * What is known of a connection, in words one behind the other: a packet that comes to its entry finds all of it in two or three
 * lines of memory, where columns of many arrays would take nine.
 */
export enum EntryWord {
  /** of the original direction, then of the reply: TupleWord.Count each. */
  Tuples = 0,
  /** a float of 64 bits. */
  End = 8,
  Mark = 10,
  /** in its halves the status, and the number of the interface whose address masqueraded it. */
  Status = 11,
  /** the order in which it was confirmed; 0: it is not, or no longer. */
  Serial = 12,
  /** what its protocol remembers: TcpWord, and behind that the bytes of TcpByte. */
  Parts = 13,
  PartBytes = 25,
  Count = 28,
}

/** One buffer, as words, halves, bytes and floats. */
export class EntryMemory {
  readonly words: Uint32Array;
  readonly halves: Uint16Array;
  readonly bytes: Uint8Array;
  readonly floats: Float64Array;

  /** Of so many entries, which begin as those of another. */
  constructor(
    readonly entries: number,
    before?: EntryMemory,
  ) {
    const buffer = new ArrayBuffer(4 * EntryWord.Count * entries);
    this.words = new Uint32Array(buffer);
    this.halves = new Uint16Array(buffer);
    this.bytes = new Uint8Array(buffer);
    this.floats = new Float64Array(buffer);
    if (before !== undefined) this.words.set(before.words);
  }
}
