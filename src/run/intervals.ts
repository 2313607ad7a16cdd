/** Numbers of 32 bits to what stands for the interval that they lie in. */
import { FIRSTS_SHIFT } from '../abi.js';

/** Of each of 4,096 parts of all numbers the interval that its first one lies in; one more for the end. */
export function firstsOf(starts: ArrayLike<number>): Uint32Array {
  const firsts = new Uint32Array(2 ** (32 - FIRSTS_SHIFT) + 1);
  for (let part = 0, place = 0; part < firsts.length; part++) {
    while (place + 1 < starts.length && starts[place + 1]! <= part * 2 ** FIRSTS_SHIFT) place++;
    firsts[part] = place;
  }
  return firsts;
}

export class Intervals {
  readonly starts: Uint32Array;
  /** firstsOf them. */
  readonly firsts: Uint32Array;

  /** Intervals begin at `starts`, in order, the first at 0; `values`: of each. */
  constructor(
    starts: ArrayLike<number>,
    readonly values: Uint32Array,
  ) {
    this.starts = Uint32Array.from(starts);
    this.firsts = firstsOf(starts);
  }

  of(number: number): number {
    const starts = this.starts;
    const part = number >>> FIRSTS_SHIFT;
    let low = this.firsts[part]!;
    let high = this.firsts[part + 1]! + 1;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (starts[middle]! > number) high = middle;
      else low = middle;
    }
    return this.values[low]!;
  }
}
