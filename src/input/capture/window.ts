/** The bytes of a stream that were read and not yet used, in one piece: in the chunk that they came in, where all of them did. */

/** Bytes of a record, its own header included, that anybody writes; more is a damaged length. */
export const MAX_RECORD = 1 << 19;
/** Bytes that are copied at a time behind what a chunk before has left: a record, as a rule, and then as many as it takes. */
const FEW = 1 << 12;
const MANY = 1 << 16;
const CACHE_LINE = 64;
const NONE = new Uint8Array(0);

export class Window {
  bytes: Uint8Array = NONE;
  view: DataView = viewOf(NONE);
  /** what is not yet used stands from `start` to `end`. */
  start = 0;
  end = 0;
  /** the place of `bytes[0]` in the stream. */
  #base = 0;
  /** where copies stand. */
  #own: Uint8Array | undefined;
  /** so that the loop is not left out that reads them. */
  met = 0;

  /** Takes in some of a chunk from `from` on, the bytes before which it took already, and says how much. */
  take(chunk: Uint8Array, from: number): number {
    const left = this.end - this.start;
    if (left <= from) {
      this.#meet(chunk, from);
      this.#lookAt(chunk, from - left, chunk.length);
      return chunk.length - from;
    }
    const own = this.keep();
    const length = Math.min(chunk.length - from, left < FEW ? FEW : MANY);
    own.set(chunk.subarray(from, from + length), this.end);
    this.end += length;
    return length;
  }

  /**
   * Brings bytes into the caches in their order: where records are long their headers alone would be waited for one by one, twice as long
   * as all bytes take.
   */
  #meet(bytes: Uint8Array, from: number): void {
    let met = 0;
    for (let at = from; at < bytes.length; at += CACHE_LINE) met += bytes[at]!;
    this.met = met;
  }

  /** Copies what is left: its chunk may be filled anew. */
  keep(): Uint8Array {
    const { bytes, start, end } = this;
    this.#own ??= new Uint8Array(MAX_RECORD + MANY);
    if (bytes === this.#own) bytes.copyWithin(0, start, end);
    else this.#own.set(bytes.subarray(start, end));
    this.#lookAt(this.#own, 0, end - start);
    return this.#own;
  }

  #lookAt(bytes: Uint8Array, start: number, end: number): void {
    this.#base += this.start - start;
    if (bytes !== this.bytes) this.view = viewOf(bytes);
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  /** Where a byte stands in the stream. */
  placeOf(at: number): number {
    return this.#base + at;
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
