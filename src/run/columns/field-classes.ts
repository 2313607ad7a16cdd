/** Values of a field to classes: two values are of one class where no term and no partition tells them apart. */
import type { Field } from '../../abi.js';
import type { NumberRange } from '../../model/condition.js';
import { generator } from '../generator.js';
import type { Terms } from './terms.js';
import { MARK, Vectors } from './vectors.js';

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

/**
 * Sweeps over the values from 0 to before `end`: what begins or ceases to hold at each. Where there are more classes than `most`
 * it stops, with one more.
 */
export function classesOf(terms: Terms, field: Field, end: number, most: number): FieldClasses {
  const sweep = new Sweep(terms, field);
  const starts: number[] = [];
  const numbers: number[] = [];
  const places = [...sweep.turns.keys()].filter((place) => place < end).sort((a, b) => a - b);
  for (const place of places[0] === 0 ? places : [0, ...places]) {
    for (const turn of sweep.turns.get(place) ?? []) turn();
    const number = sweep.number;
    if (numbers.at(-1) === number) continue;
    starts.push(place);
    numbers.push(number);
    if (sweep.classes.count > most) break;
  }
  return { field, starts, numbers, classes: sweep.classes };
}

/** Ranges, and the parts of terms that ask for them: rules that ask for one set share its members. */
interface Asked {
  readonly ranges: readonly NumberRange[];
  readonly mark: Uint32Array;
  readonly by: { readonly term: number; readonly not: boolean }[];
  /** whether the value at hand lies in them, and whether the row says so. */
  held: boolean;
  told: boolean;
}

class Sweep {
  readonly classes: Vectors;
  /** by value, what happens there. */
  readonly turns = new Map<number, (() => void)[]>();
  /** which terms hold, and the marks of terms without a bit and of partitions: as it was when a class was made last. */
  private readonly row: Uint32Array;
  private readonly bits: Int32Array;
  private readonly marks: Uint32Array[] = [];
  private readonly mark: Uint32Array;
  /** how many parts of each term do not hold there. */
  private readonly failing: Int32Array;
  /** ranges that began or ended since. */
  private changed: Asked[] = [];
  /** the marks of ranges that hold, and of partitions: where it is the same the row is. */
  private readonly state = new Uint32Array(MARK);
  private readonly known = new Map<string, number>();
  private excluded = 0;
  private readonly draw: () => number;

  constructor(terms: Terms, field: Field) {
    this.bits = bitsOfTerms(terms);
    const words = wordsOf(this.bits);
    this.classes = new Vectors(words);
    this.row = new Uint32Array(words + MARK).fill(0xffffffff, 0, words);
    this.mark = this.row.subarray(words);
    this.failing = new Int32Array(terms.all.length);
    // marks of fields are put together: each has its own
    this.draw = generator(field);
    for (const asked of this.askedOf(terms, field)) this.addRanges(asked);
    for (const { field: own, starts, kinds } of terms.partitions) if (own === field) this.addPartition(starts, kinds);
    for (const { field: own, ranges } of terms.excluded) if (own === field) this.exclude(ranges);
  }

  /** Of the value at hand. */
  get number(): number {
    if (this.excluded > 0) return EXCLUDED;
    const key = this.state.join();
    let number = this.known.get(key);
    if (number === undefined) {
      this.tell();
      number = this.classes.intern(this.row);
      this.known.set(key, number);
    }
    return number;
  }

  /** The row is brought up to the value at hand. */
  private tell(): void {
    for (const asked of this.changed) {
      if (asked.held === asked.told) continue;
      asked.told = asked.held;
      for (const { term, not } of asked.by) this.fail(term, asked.held === not ? 1 : -1);
    }
    this.changed = [];
  }
  private fail(term: number, by: number): void {
    const { row, failing, bits, marks } = this;
    const held = failing[term] === 0;
    failing[term]! += by;
    if (held === (failing[term] === 0)) return;
    const bit = bits[term]!;
    if (bit >= 0) row[bit >>> 5]! ^= 1 << (bit & 31);
    else {
      marks[term] ??= this.newMark();
      put(this.mark, marks[term]);
    }
  }

  private askedOf({ all }: Terms, field: Field): Iterable<Asked> {
    const found = new Map<readonly NumberRange[], Asked>();
    all.forEach((parts, term) => {
      for (const { field: own, ranges, not } of parts) {
        if (own !== field) continue;
        if (!not) this.fail(term, 1);
        const asked = found.get(ranges) ?? { ranges, mark: this.newMark(), by: [], held: false, told: false };
        asked.by.push({ term, not });
        found.set(ranges, asked);
      }
    });
    return found.values();
  }

  private addRanges(asked: Asked): void {
    const turn = () => {
      asked.held = !asked.held;
      this.changed.push(asked);
      put(this.state, asked.mark);
    };
    for (const { min, max } of apart(asked.ranges)) {
      this.at(min, turn);
      this.at(max + 1, turn);
    }
  }

  private addPartition(starts: readonly number[], kinds: readonly number[]): void {
    const marks = new Map<number, Uint32Array>();
    let now: Uint32Array = new Uint32Array(MARK);
    starts.forEach((start, i) => {
      const next = marks.get(kinds[i]!) ?? this.newMark();
      marks.set(kinds[i]!, next);
      this.at(start, () => {
        for (const mark of [this.mark, this.state]) {
          put(mark, now);
          put(mark, next);
        }
        now = next;
      });
    });
  }

  private exclude(ranges: readonly NumberRange[]): void {
    for (const { min, max } of apart(ranges)) {
      this.at(min, () => this.excluded++);
      this.at(max + 1, () => this.excluded--);
    }
  }

  private at(value: number, turn: () => void): void {
    const others = this.turns.get(value);
    if (others === undefined) this.turns.set(value, [turn]);
    else others.push(turn);
  }

  private newMark(): Uint32Array<ArrayBuffer> {
    const { draw } = this;
    return Uint32Array.of(draw(), draw(), draw(), draw());
  }
}

/** Puts a mark in, or takes it out. */
function put(state: Uint32Array, mark: Uint32Array): void {
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
