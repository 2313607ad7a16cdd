/** The bytes of a stream that were read and not yet used, in one piece of fixed size. */

/** Bytes of a record, its own header included, that anybody writes; more is a damaged length. */
export const MAX_RECORD = 1 << 19;

export class Window {
  readonly bytes = new Uint8Array(2 * MAX_RECORD);
  /** what is not yet used stands from `start` to `end`. */
  start = 0;
  end = 0;
  /** the place of `bytes[0]` in the stream. */
  #base = 0;

  /** Takes in as much of a chunk from `from` on as there is room for, and says how much: at least MAX_RECORD or all of it. */
  take(chunk: Uint8Array, from: number): number {
    if (this.start > 0) {
      this.bytes.copyWithin(0, this.start, this.end);
      this.#base += this.start;
      this.end -= this.start;
      this.start = 0;
    }
    const length = Math.min(chunk.length - from, this.bytes.length - this.end);
    this.bytes.set(chunk.subarray(from, from + length), this.end);
    this.end += length;
    return length;
  }

  /** Where a byte stands in the stream. */
  placeOf(at: number): number {
    return this.#base + at;
  }
}
