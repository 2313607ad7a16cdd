/** Numbers of 32 bits to what stands for the interval that they lie in. */

/** They are looked up by their 4,096 parts first. */
const PART_SHIFT = 20;

export class Intervals {
  readonly #starts: Uint32Array;
  /** of each part the interval that its first number lies in; one more for the end. */
  readonly #parts = new Uint32Array((1 << (32 - PART_SHIFT)) + 1);

  /** Intervals begin at `starts`, in order, the first at 0. */
  constructor(
    starts: ArrayLike<number>,
    /** of each interval. */
    readonly values: Uint32Array,
  ) {
    this.#starts = Uint32Array.from(starts);
    for (let part = 0, place = 0; part < this.#parts.length; part++) {
      while (place + 1 < starts.length && starts[place + 1]! <= part * 2 ** PART_SHIFT) place++;
      this.#parts[part] = place;
    }
  }

  of(number: number): number {
    const starts = this.#starts;
    const part = number >>> PART_SHIFT;
    let low = this.#parts[part]!;
    let high = this.#parts[part + 1]! + 1;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (starts[middle]! > number) high = middle;
      else low = middle;
    }
    return this.values[low]!;
  }
}
