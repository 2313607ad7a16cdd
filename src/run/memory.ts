/**
 * The core's memory, laid out by the host from FREE_BASE on: regions one behind the other, given in bytes. Views are
 * made here only, anew after the memory has grown.
 */
import { FREE_BASE } from '../abi.js';

const PAGE = 65536;

/**
 * Enough for most hosts: once a memory has grown, and so let go of its old buffer, V8 asks of every typed array each time
 * whether it still has its own, which made classifying a tenth slower.
 */
const FIRST_PAGES = 512;

/** What is used of a WebAssembly.Memory, a type that not every surroundings declare. */
interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

export class Memory {
  readonly wasm: WasmMemory;
  private end = FREE_BASE;
  /** so far memory was given out; behind it all is zero. */
  private used = FREE_BASE;
  /** so far it may be given out. */
  private most = Number.POSITIVE_INFINITY;
  /** All of the memory, as words, as half ones and as bytes; not to be kept past a `reserve`. */
  words!: Uint32Array;
  halves!: Uint16Array;
  bytes!: Uint8Array;

  constructor(pages = FIRST_PAGES) {
    this.wasm = new WebAssembly.Memory({ initial: pages });
    this.view();
  }
  private view(): void {
    this.words = new Uint32Array(this.wasm.buffer);
    this.halves = new Uint16Array(this.wasm.buffer);
    this.bytes = new Uint8Array(this.wasm.buffer);
  }

  /** A region of so many bytes, cleared unless it is `raw`; returns its address, a multiple of 16. */
  reserve(bytes: number, raw = false): number {
    const at = this.end;
    const end = (at + bytes + 15) & ~15;
    if (end > this.most) throw new OverLimit();
    this.end = end;
    this.reach(this.end);
    if (!raw) this.bytes.fill(0, at, Math.min(this.used, this.end));
    this.used = Math.max(this.used, this.end);
    return at;
  }

  /** Grows, where it does not reach so far yet. */
  reach(end: number): void {
    const missing = end - this.wasm.buffer.byteLength;
    if (missing <= 0) return;
    // by an eighth at least: each time all views are made anew
    const most = Math.max(missing, this.wasm.buffer.byteLength >>> 3);
    this.wasm.grow(Math.ceil(most / PAGE));
    this.view();
  }

  /** A region with these words in it. */
  place(words: ArrayLike<number>): number {
    const at = this.reserve(4 * words.length);
    this.words.set(words, at >>> 2);
    return at;
  }

  /** Gives back all that was reserved since `mark()` gave this. */
  release(mark: number): void {
    this.end = mark;
  }
  mark(): number {
    return this.end;
  }

  /** What `lay` comes to, where it reserves no more than so many bytes; undefined: it does, and nothing was reserved. */
  within<Laid>(bytes: number, lay: () => Laid): Laid | undefined {
    const { end, most } = this;
    this.most = Math.min(most, end + bytes);
    try {
      return lay();
    } catch (fault) {
      this.release(end);
      if (!(fault instanceof OverLimit)) throw fault;
      return undefined;
    } finally {
      this.most = most;
    }
  }
}

/** More was reserved than there may be: thrown as far as `within` alone. */
class OverLimit extends Error {}
