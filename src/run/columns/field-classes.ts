/** Values of a field to classes: two values are of one class where no term and no partition tells them apart. */
import type { Field } from '../../abi.js';
import type { NumberRange } from '../../model/condition.js';
import type { Effort } from '../first-match/effort.js';
import { grown } from '../first-match/sequences.js';
import { generator } from '../generator.js';
import { apart } from '../ranges.js';
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

/** Bits of terms, for who asks once for each field; a list of terms only ever grows while classes are made of it. */
const known = new WeakMap<Terms['all'], Int32Array>();

/** The bit of each term that asks more than one field; -1: one field tells it, and no bit is needed to put fields together. */
export function bitsOfTerms({ all }: Pick<Terms, 'all'>): Int32Array {
  const before = known.get(all);
  if (before?.length === all.length) return before;
  const bits = new Int32Array(all.length);
  let count = 0;
  for (let term = 0; term < bits.length; term++) {
    const parts = all[term]!;
    bits[term] = parts.every(({ field }) => field === parts[0]!.field) ? -1 : count++;
  }
  known.set(all, bits);
  return bits;
}
const wordsOf = (bits: Int32Array): number =>
  Math.max(1, (bits.reduce((most, bit) => Math.max(most, bit), -1) + 32) >>> 5);

/**
 * Sweeps over the values from 0 to before `end`: what begins or ceases to hold at each. Where there are more classes than `most`
 * it stops, with one more.
 */
export function classesOf(
  terms: Terms,
  field: Field,
  { end, most, patience }: { readonly end: number; readonly most: number; readonly patience: Effort },
): FieldClasses {
  // all but the classes themselves
  const own = patience.part();
  const sweep = new Sweep(terms, field, end, { patience, own });
  const { turns } = sweep;
  const starts: number[] = [];
  const numbers: number[] = [];
  for (let at = 0, place = 0; ; place = placeOf(turns[at]!)) {
    while (at < turns.length && placeOf(turns[at]!) === place) sweep.turn(turns[at++]! - place * MOST_ITEMS);
    patience.spend(STEPS_OF_PLACE);
    const { number } = sweep;
    if (numbers.at(-1) !== number) {
      patience.hold(PLACE_BYTES);
      starts.push(place);
      numbers.push(number);
    }
    if (at === turns.length || sweep.classes.count > most) break;
  }
  own.release();
  return { field, starts, numbers, classes: sweep.classes };
}

/** Where a class begins, and its number, in lists that grow; what begins and ends at places; by whom that is asked. */
const PLACE_BYTES = 24;
const ITEM_BYTES = 200;
const ASKED_BYTES = 16;

const behind = (value: number): number => value + 1;

/** Of a value at which something begins or ceases to hold. */
const STEPS_OF_PLACE = 100;

/** So many things may begin and end: the number of one and a place of 32 bits are one number. */
const MOST_ITEMS = 2 ** 21;
const placeOf = (turn: number): number => Math.floor(turn / MOST_ITEMS);

/** What begins and ends at places. */
interface Item {
  /** the number of a mark that tells what holds at a place from what holds at others; undefined: values there are of no class. */
  readonly mark: number | undefined;
  /**
   * the parts of terms that ask for it, twice the number of the term, and one more where the part is negated: rules that ask for one set
   * share its members. Of a kind of a partition there are none.
   */
  readonly by: number[];
  /** whether the value at hand lies in it, whether the row says so, and whether it began or ended since the row did. */
  held: boolean;
  told: boolean;
  changed: boolean;
  /** the states before it began or ended last, and behind that: members of one set begin and end by the million. */
  before: number;
  behind: number;
}

class Sweep {
  readonly classes: Vectors;
  /** all that begins or ends, in order: its place, multiplied, and its item. */
  readonly turns: Float64Array;
  private readonly patience: Effort;
  private readonly own: Effort;
  private readonly items: Item[] = [];
  /** which terms hold, and the marks of terms without a bit and of partitions: as it was when a class was made last. */
  private readonly row: Uint32Array;
  private readonly bits: Int32Array;
  /** by number, and of each term without a bit its number, once it has one, and one more. */
  private marks = new Uint32Array(MARK * 256);
  private markCount = 0;
  private readonly markOf: Int32Array;
  private readonly mark: Uint32Array;
  /** how many parts of each term do not hold there. */
  private readonly failing: Int32Array;
  /** what began or ended since. */
  private changed: Item[] = [];
  /** the marks of all that holds, together: where they are the same the row is. */
  private readonly states: Vectors;
  private state: number;
  /** of each state its class. */
  private readonly known: number[] = [];
  private excluded = 0;
  private readonly draw: () => number;

  constructor(
    terms: Terms,
    field: Field,
    end: number,
    { patience, own }: { readonly patience: Effort; readonly own: Effort },
  ) {
    this.patience = patience;
    this.own = own;
    this.bits = bitsOfTerms(terms);
    const words = wordsOf(this.bits);
    this.classes = new Vectors(words, patience);
    this.states = new Vectors(0, own);
    own.hold(12 * terms.all.length);
    this.row = new Uint32Array(words + MARK).fill(0xffffffff, 0, words);
    this.mark = this.row.subarray(words);
    this.failing = new Int32Array(terms.all.length);
    this.markOf = new Int32Array(terms.all.length);
    this.state = this.states.intern(new Uint32Array(MARK));
    // marks of fields are put together: each has its own
    this.draw = generator(field);
    let turns = new Float64Array(1024);
    let count = 0;
    const add = (item: number, place: number) => {
      if (place >= end) return;
      turns = grown(turns, count + 1, own);
      turns[count++] = place * MOST_ITEMS + item;
    };
    const addRanges = (item: number, ranges: readonly NumberRange[]) => {
      for (const { min, max } of apart(ranges, behind)) {
        add(item, min);
        add(item, max + 1);
      }
    };
    for (const [ranges, item] of this.askedOf(terms, field)) addRanges(item, ranges);
    for (const { field: own, ranges } of terms.excluded) if (own === field) addRanges(this.newItem(undefined), ranges);
    for (const { field: own, starts, kinds } of terms.partitions) {
      if (own !== field) continue;
      const ofKind = new Map<number, number>();
      starts.forEach((start, i) => {
        if (kinds[i] === kinds[i - 1]) return;
        if (i > 0) add(ofKind.get(kinds[i - 1]!)!, start);
        const item = ofKind.get(kinds[i]!) ?? this.newItem(this.newMark());
        ofKind.set(kinds[i]!, item);
        add(item, start);
      });
    }
    this.turns = turns.subarray(0, count).sort();
  }

  /** Of the value at hand. */
  get number(): number {
    if (this.excluded > 0) return EXCLUDED;
    let number = this.known[this.state];
    if (number === undefined) {
      this.tell();
      this.patience.spend(this.row.length);
      number = this.classes.intern(this.row);
      this.known[this.state] = number;
    }
    return number;
  }

  /** It begins or ends. */
  turn(number: number): void {
    const item = this.items[number]!;
    item.held = !item.held;
    if (item.mark === undefined) {
      this.excluded += item.held ? 1 : -1;
      return;
    }
    if (!item.changed) this.changed.push(item);
    item.changed = true;
    if (this.state === item.before) this.state = item.behind;
    else if (this.state === item.behind) this.state = item.before;
    else {
      const marks = this.states.row(this.state).slice();
      this.put(marks, item.mark);
      item.before = this.state;
      item.behind = this.state = this.states.intern(marks);
    }
  }

  /** The row is brought up to the value at hand. */
  private tell(): void {
    for (const item of this.changed) {
      item.changed = false;
      if (item.held === item.told) continue;
      item.told = item.held;
      this.patience.spend(4 * item.by.length);
      if (item.by.length === 0) this.put(this.mark, item.mark!);
      for (const by of item.by) this.fail(by >>> 1, item.held === (by % 2 === 1) ? 1 : -1);
    }
    this.changed = [];
  }
  private fail(term: number, by: number): void {
    const { row, failing, bits, markOf } = this;
    const held = failing[term] === 0;
    failing[term]! += by;
    if (held === (failing[term] === 0)) return;
    const bit = bits[term]!;
    if (bit >= 0) row[bit >>> 5]! ^= 1 << (bit & 31);
    else {
      if (markOf[term] === 0) markOf[term] = this.newMark() + 1;
      this.put(this.mark, markOf[term]! - 1);
    }
  }

  /** The items of ranges. */
  private askedOf({ all }: Terms, field: Field): ReadonlyMap<readonly NumberRange[], number> {
    const found = new Map<readonly NumberRange[], number>();
    all.forEach((parts, term) => {
      for (const { field: own, ranges, not } of parts) {
        if (own !== field) continue;
        if (!not) this.fail(term, 1);
        const known = found.get(ranges);
        const by = 2 * term + Number(not);
        this.own.hold(ASKED_BYTES);
        if (known === undefined) found.set(ranges, this.newItem(this.newMark(), [by]));
        else this.items[known]!.by.push(by);
      }
    });
    return found;
  }

  /** Its number. */
  private newItem(mark: number | undefined, by: number[] = []): number {
    this.own.hold(ITEM_BYTES);
    return this.items.push({ mark, by, held: false, told: false, changed: false, before: -1, behind: -1 }) - 1;
  }
  private newMark(): number {
    const { draw } = this;
    const at = MARK * this.markCount;
    this.marks = grown(this.marks, at + MARK, this.own);
    for (let w = 0; w < MARK; w++) this.marks[at + w] = draw();
    return this.markCount++;
  }
  /** Puts a mark in, or takes it out. */
  private put(state: Uint32Array, mark: number): void {
    const { marks } = this;
    for (let w = 0; w < MARK; w++) state[w]! ^= marks[MARK * mark + w]!;
  }
}
