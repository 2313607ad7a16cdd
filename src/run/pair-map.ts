/**
 * A map from pairs of 32-bit numbers to numbers above 0, for look-ups by the million: open addressing over one typed
 * array, so that an entry lies in one line of the cache.
 */
export class PairMap {
  /** of each entry the pair, then its number; 0: it is free. */
  #entries = new Uint32Array(ENTRY * FIRST);
  #size = 0;

  /** Beyond `most` entries it forgets all and begins again. */
  constructor(private readonly most: number) {}

  /** 0: none. */
  get(a: number, b: number): number {
    return this.#entries[this.#find(a, b) + 2]!;
  }

  /** Gives the number back. */
  set(a: number, b: number, number: number): number {
    if (this.#size >= this.most) this.clear();
    if (4 * ENTRY * this.#size >= this.#entries.length) this.#grow();
    this.#put(a, b, number);
    return number;
  }

  clear(): void {
    this.#entries = new Uint32Array(ENTRY * FIRST);
    this.#size = 0;
  }

  #put(a: number, b: number, number: number): void {
    const at = this.#find(a, b);
    if (this.#entries[at + 2] === 0) this.#size++;
    this.#entries[at] = a;
    this.#entries[at + 1] = b;
    this.#entries[at + 2] = number;
  }

  /** Where a pair stands, or the free place where it would. */
  #find(a: number, b: number): number {
    const entries = this.#entries;
    const mask = entries.length - 1;
    const low = a >>> 0;
    const hash = Math.imul(Math.imul(a, 0x9e3779b1) ^ b, 0x85ebca6b);
    for (let at = ((hash ^ (hash >>> 15)) * ENTRY) & mask; ; at = (at + ENTRY) & mask)
      if (entries[at + 2] === 0 || (entries[at] === low && entries[at + 1] === b)) return at;
  }

  #grow(): void {
    const entries = this.#entries;
    this.#entries = new Uint32Array(2 * entries.length);
    this.#size = 0;
    for (let at = 0; at < entries.length; at += ENTRY)
      if (entries[at + 2] !== 0) this.#put(entries[at]!, entries[at + 1]!, entries[at + 2]!);
  }
}

const ENTRY = 4;
const FIRST = 64;
