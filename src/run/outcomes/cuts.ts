/** A field's values, cut where something that is asked of them begins or ceases to hold: no condition tells values of one class apart. */
import { MARK, Vectors } from '../columns/vectors.js';
import type { Effort } from '../first-match/effort.js';
import { grown } from '../first-match/sequences.js';
import { generator } from '../generator.js';
import { apart, order, type RangeOf } from '../ranges.js';

/** The numbers that a field has, from `zero` to before `end`. */
export interface Values<N> {
  readonly zero: N;
  readonly end: N;
  readonly next: (value: N) => N;
}
export const ADDRESSES: Values<bigint> = { zero: 0n, end: 1n << 128n, next: (value) => value + 1n };
export const valuesOf = (bits: number): Values<number> => ({ zero: 0, end: 2 ** bits, next: (value) => value + 1 });

/** Intervals of values, of each where it begins and its class. */
export interface Classes<N = number> {
  readonly starts: readonly N[];
  readonly classes: readonly number[];
  readonly count: number;
}

/** Of a condition and of each of its ranges, and of a place where any begins or ceases to hold. */
const STEPS_OF_RANGE = 300;
const STEPS_OF_PLACE = 100;
/** What Node holds of such a place, and of it again where it is sorted and has a class. */
const PLACE_BYTES = 80;
const SORTED_BYTES = 50;

/**
 * Which conditions hold in an interval is told by the sum of a random number of 128 bits for each, its mark: equal sums are equal
 * conditions, but for a chance of 2^-100.
 */
export class Cuts<N extends number | bigint> {
  /** by place where the sum stands of the marks of what turns there. */
  private readonly places = new Map<N, number>();
  private sums = new Uint32Array(64 * MARK);
  private readonly draw = generator(0xb7e15162);
  private readonly mark = new Uint32Array(MARK);

  constructor(
    private readonly values: Values<N>,
    private readonly effort: Effort,
  ) {}

  /** A condition that holds in these ranges. */
  add(ranges: readonly RangeOf<N>[]): void {
    const { mark, draw, values, effort } = this;
    effort.spend(STEPS_OF_RANGE * (1 + ranges.length));
    for (let w = 0; w < MARK; w++) mark[w] = draw();
    for (const { min, max } of apart(ranges, values.next)) {
      this.turn(min);
      this.turn(values.next(max));
    }
  }

  private turn(place: N): void {
    if (place >= this.values.end) return;
    let at = this.places.get(place);
    if (at === undefined) {
      at = MARK * this.places.size;
      this.places.set(place, at);
      this.effort.hold(PLACE_BYTES);
      this.sums = grown(this.sums, at + MARK, this.effort);
    }
    for (let w = 0; w < MARK; w++) this.sums[at + w]! ^= this.mark[w]!;
  }

  /** Where there are more classes than `most` it stops, with one more. */
  classes(most: number): Classes<N> {
    const { places, sums, effort, values } = this;
    effort.hold(SORTED_BYTES * places.size);
    const sorted = [...places.keys()].sort(order);
    const state = new Uint32Array(MARK);
    const found = new Vectors(0, effort);
    const starts: N[] = [];
    const classes: number[] = [];
    for (const place of sorted[0] === values.zero ? sorted : [values.zero, ...sorted]) {
      if (found.count > most) break;
      effort.spend(STEPS_OF_PLACE);
      const at = places.get(place);
      if (at !== undefined) for (let w = 0; w < MARK; w++) state[w]! ^= sums[at + w]!;
      const number = found.intern(state);
      if (classes.at(-1) === number) continue;
      starts.push(place);
      classes.push(number);
    }
    return { starts, classes, count: found.count };
  }
}
