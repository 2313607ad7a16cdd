/** Values of a field to classes: two values are of one class where no term and no partition tells them apart. */
import type { Field } from '../../abi.js';
import type { NumberRange } from '../../model/condition.js';
import type { Terms } from './terms.js';
import { generator, MARK, Vectors } from './vectors.js';

/** Where classes begin, in order, the first at 0: of each its number. */
export interface FieldClasses {
  readonly field: Field;
  readonly starts: readonly number[];
  readonly numbers: readonly number[];
  readonly classes: Vectors;
}

/** Number of values that are of no class. */
export const EXCLUDED = -1;

/** The bit of each term that asks more than one field; -1: one field tells it, and no bit is needed to put fields together. */
export function bitsOfTerms({ all }: Pick<Terms, 'all'>): Int32Array {
  let bits = 0;
  return Int32Array.from(all, (parts) => (parts.every(({ field }) => field === parts[0]!.field) ? -1 : bits++));
}
const wordsOf = (bits: Int32Array): number =>
  Math.max(1, (bits.reduce((most, bit) => Math.max(most, bit), -1) + 32) >>> 5);

/** Sweeps over the values from 0 to before `end`: what begins or ceases to hold at each. */
export function classesOf(terms: Terms, field: Field, end: number): FieldClasses {
  const bits = bitsOfTerms(terms);
  const words = wordsOf(bits);
  const row = new Uint32Array(words + MARK);
  const mark = row.subarray(words);
  /** how many parts of each term do not hold here. */
  const failing = new Int32Array(terms.all.length);
  const turns = new Map<number, (() => void)[]>();
  const at = (value: number, turn: () => void) => {
    if (value >= end) return;
    const old = turns.get(value);
    if (old === undefined) turns.set(value, [turn]);
    else old.push(turn);
  };
  // marks of fields are put together: each has its own
  const draw = generator(field);
  const newMark = () => Uint32Array.of(draw(), draw(), draw(), draw());
  /** the marks of all terms that turned an odd number of times, and of partitions: the same where the row is. */
  const state = new Uint32Array(MARK);
  const marks: Uint32Array[] = [];
  const fail = (term: number, by: number) => {
    const held = failing[term] === 0;
    failing[term]! += by;
    if (held === (failing[term] === 0)) return;
    marks[term] ??= newMark();
    turn(state, marks[term]);
    const bit = bits[term]!;
    if (bit < 0) turn(mark, marks[term]);
    else row[bit >>> 5]! ^= 1 << (bit & 31);
  };
  row.fill(0xffffffff, 0, words);
  terms.all.forEach((parts, term) => {
    for (const { field: own, ranges, not } of parts) {
      if (own !== field) continue;
      if (!not) fail(term, 1);
      const by = not ? 1 : -1;
      for (const { min, max } of apart(ranges)) {
        at(min, () => fail(term, by));
        at(max + 1, () => fail(term, -by));
      }
    }
  });
  for (const partition of terms.partitions) {
    if (partition.field !== field) continue;
    const ofKinds = new Map<number, Uint32Array>();
    let now = new Uint32Array(MARK);
    partition.starts.forEach((start, i) => {
      const kind = partition.kinds[i]!;
      const next = ofKinds.get(kind) ?? newMark();
      ofKinds.set(kind, next);
      at(start, () => {
        const change = next.map((word, w) => word ^ now[w]!);
        turn(mark, change);
        turn(state, change);
        now = next as Uint32Array<ArrayBuffer>;
      });
    });
  }
  let excluded = 0;
  for (const { field: own, ranges } of terms.excluded) {
    if (own !== field) continue;
    for (const { min, max } of apart(ranges)) {
      at(min, () => excluded++);
      at(max + 1, () => excluded--);
    }
  }
  const classes = new Vectors(words);
  const known = new Map<string, number>();
  const numberOf = () => {
    const key = state.join();
    const number = known.get(key) ?? classes.add(row);
    known.set(key, number);
    return number;
  };
  const starts: number[] = [];
  const numbers: number[] = [];
  const places = [...turns.keys()].sort((a, b) => a - b);
  for (const place of places[0] === 0 ? places : [0, ...places]) {
    for (const turn of turns.get(place) ?? []) turn();
    const number = excluded > 0 ? EXCLUDED : numberOf();
    if (numbers.at(-1) === number) continue;
    starts.push(place);
    numbers.push(number);
  }
  return { field, starts, numbers, classes };
}

function turn(state: Uint32Array, mark: Uint32Array): void {
  for (let w = 0; w < MARK; w++) state[w]! ^= mark[w]!;
}

/** In order, none touching another. */
function apart(ranges: readonly NumberRange[]): NumberRange[] {
  const found: { min: number; max: number }[] = [];
  for (const { min, max } of [...ranges].sort((a, b) => a.min - b.min)) {
    const last = found.at(-1);
    if (last === undefined || min > last.max + 1) {
      if (min <= max) found.push({ min, max });
    } else if (max > last.max) last.max = max;
  }
  return found;
}
