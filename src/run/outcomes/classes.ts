/** Values of a field to classes: two values are of one class where no condition tells them apart. */
import { Field } from '../../abi.js';
import type { NumberRange } from '../../model/condition.js';
import type { Interfaces } from '../interfaces.js';
import { Intervals } from '../intervals.js';
import type { Columns } from '../stage.js';
import { type Asked, bitsOfField } from './asked.js';

/** Of the highest bit of a key: it has no place in the table. */
export const NO_KEY = 0x80000000;

/** One field's part of the key. */
export interface Part {
  /** how many classes there may be. */
  readonly count: number;
  /** Adds to the key of each packet its class, times the stride that the part was given. */
  add(columns: Columns, slots: Uint32Array, size: number, keys: Uint32Array): void;
  scale(stride: number): void;
}

export function partsOf(asked: Asked, interfaces: Interfaces): Part[] {
  const parts = partOfEach(asked, interfaces);
  const tables = parts.filter((part) => part instanceof TablePart);
  const others = parts.filter((part) => !(part instanceof TablePart));
  const threes = tables.flatMap((_, i) => (i % 3 === 0 ? [new ThreeTables(tables.slice(i, i + 3))] : []));
  return [...threes, ...others];
}

function partOfEach(asked: Asked, interfaces: Interfaces): Part[] {
  const fields = new Set<Field>([...asked.ranges.keys(), ...asked.exact, ...asked.patterns.keys()]);
  return [...fields].map((field) => {
    const bits = bitsOfField(field);
    const patterns = asked.patterns.get(field);
    if (field === Field.InIf || field === Field.OutIf)
      return new InterfacePart(field, interfaces, asked.exact.has(field) ? undefined : [...(patterns ?? [])]);
    if (asked.exact.has(field)) return bits === 8 ? new TablePart(field, identity()) : new ValuePart(field);
    const { starts, classes, count } = sweep(asked.ranges.get(field)!, 2 ** bits!);
    if (bits! <= 16) return new TablePart(field, { table: spread(starts, classes, 2 ** bits!), count });
    return new IntervalPart(field, starts, classes, count);
  });
}

/** Of fields of at most sixteen bits. The table holds bytes where it can: ports come from all of it. */
class TablePart implements Part {
  readonly count: number;
  readonly table: Uint8Array | Uint32Array;
  stride = 1;

  constructor(
    readonly field: Field,
    { table, count }: { readonly table: Uint32Array; readonly count: number },
  ) {
    this.table = count <= 256 ? Uint8Array.from(table) : table;
    this.count = count;
  }

  scale(stride: number): void {
    this.stride = stride;
  }
  add(columns: Columns, slots: Uint32Array, size: number, keys: Uint32Array): void {
    const { table, stride } = this;
    const column = columns[this.field]!;
    for (let i = 0; i < size; i++) keys[i]! += stride * table[column[slots[i]!]!]!;
  }
}

/** Three at a time take half the time that they take one by one. */
class ThreeTables implements Part {
  readonly count: number;

  constructor(private readonly tables: readonly TablePart[]) {
    this.count = tables.reduce((product, { count }) => product * count, 1);
  }

  scale(stride: number): void {
    let own = stride;
    for (const table of this.tables) {
      table.scale(own);
      own *= table.count;
    }
  }
  add(columns: Columns, slots: Uint32Array, size: number, keys: Uint32Array): void {
    const [a, b, c] = this.tables;
    if (b === undefined || c === undefined) {
      for (const table of this.tables) table.add(columns, slots, size, keys);
      return;
    }
    const [columnA, columnB, columnC] = [columns[a!.field]!, columns[b.field]!, columns[c.field]!];
    const [tableA, tableB, tableC] = [a!.table, b.table, c.table];
    const [strideA, strideB, strideC] = [a!.stride, b.stride, c.stride];
    for (let i = 0; i < size; i++) {
      const slot = slots[i]!;
      keys[i]! +=
        strideA * tableA[columnA[slot]!]! + strideB * tableB[columnB[slot]!]! + strideC * tableC[columnC[slot]!]!;
    }
  }
}

class IntervalPart implements Part {
  private readonly intervals: Intervals;

  constructor(
    private readonly field: Field,
    starts: readonly number[],
    classes: readonly number[],
    readonly count: number,
  ) {
    this.intervals = new Intervals(starts, Uint32Array.from(classes));
  }

  scale(stride: number): void {
    const { values } = this.intervals;
    for (let i = 0; i < values.length; i++) values[i]! *= stride;
  }
  add(columns: Columns, slots: Uint32Array, size: number, keys: Uint32Array): void {
    const { intervals } = this;
    const column = columns[this.field]!;
    for (let i = 0; i < size; i++) keys[i]! += intervals.of(column[slots[i]!]!);
  }
}

/** Of fields that have few values, whatever they are: marks, states. */
const MOST_VALUES = 8;

class ValuePart implements Part {
  readonly count = MOST_VALUES;
  private stride = 1;
  private readonly values: number[] = [];

  constructor(private readonly field: Field) {}

  scale(stride: number): void {
    this.stride = stride;
  }
  add(columns: Columns, slots: Uint32Array, size: number, keys: Uint32Array): void {
    const { values, stride } = this;
    const column = columns[this.field]!;
    for (let i = 0; i < size; i++) {
      const value = column[slots[i]!]!;
      let place = 0;
      while (place < values.length && values[place] !== value) place++;
      if (place === values.length) {
        if (place === MOST_VALUES) {
          keys[i]! |= NO_KEY;
          continue;
        }
        values.push(value);
      }
      keys[i]! += place * stride;
    }
  }
}

/** Interfaces by which of the patterns take their names; without patterns each by itself. */
class InterfacePart implements Part {
  readonly count: number;
  private stride = 1;
  /** by the interface's number its class times the stride, and one more; 0: not met yet. */
  private table = new Uint32Array(64);
  private readonly classes = new Map<string, number>();

  constructor(
    private readonly field: Field,
    private readonly interfaces: Interfaces,
    private readonly patterns: readonly string[] | undefined,
  ) {
    this.count = Math.min(MOST_VALUES, 2 ** (patterns?.length ?? MOST_VALUES));
  }

  scale(stride: number): void {
    this.stride = stride;
  }
  add(columns: Columns, slots: Uint32Array, size: number, keys: Uint32Array): void {
    const column = columns[this.field]!;
    for (let i = 0; i < size; i++) {
      const number = column[slots[i]!]!;
      const known = this.table[number] ?? 0;
      const part = known === 0 ? this.meet(number) : known;
      if (part === NO_KEY) keys[i]! |= NO_KEY;
      else keys[i]! += part - 1;
    }
  }

  private meet(number: number): number {
    const kind = this.patterns?.map((one) => Number(this.interfaces.takes(number, one))).join('') ?? String(number);
    const place = this.classes.get(kind) ?? this.classes.size;
    if (place < this.count) this.classes.set(kind, place);
    const part = place < this.count ? place * this.stride + 1 : NO_KEY;
    if (number >= this.table.length) {
      const grown = new Uint32Array(2 * number);
      grown.set(this.table);
      this.table = grown;
    }
    this.table[number] = part;
    return part;
  }
}

const identity = () => ({ table: Uint32Array.from({ length: 256 }, (_, value) => value), count: 256 });

/**
 * Cuts the values below `end` where a condition begins or ceases to hold. Which conditions hold in an interval is told
 * by the sum of a random number of 128 bits for each: equal sums are equal conditions, but for a chance of 2^-100.
 */
function sweep(conditions: readonly (readonly NumberRange[])[], end: number) {
  const turns = new Map<number, Uint32Array>();
  const draw = generator();
  for (const ranges of distinct(conditions)) {
    const mark = Uint32Array.of(draw(), draw(), draw(), draw());
    for (const { min, max } of ranges) for (const at of [min, max + 1]) if (at < end) turn(turns, at, mark);
  }
  const places = [...turns.keys()].sort((a, b) => a - b);
  const state = new Uint32Array(4);
  const numbers = new Map<string, number>();
  const starts: number[] = [];
  const classes: number[] = [];
  for (const at of places[0] === 0 ? places : [0, ...places]) {
    const mark = turns.get(at);
    if (mark !== undefined) for (let i = 0; i < 4; i++) state[i]! ^= mark[i]!;
    const held = state.join();
    const number = numbers.get(held) ?? numbers.size;
    numbers.set(held, number);
    if (classes.at(-1) === number) continue;
    starts.push(at);
    classes.push(number);
  }
  return { starts, classes, count: numbers.size };
}

function turn(turns: Map<number, Uint32Array>, at: number, mark: Uint32Array): void {
  const old = turns.get(at);
  turns.set(at, old === undefined ? mark : old.map((word, i) => word ^ mark[i]!));
}

/** Each list of ranges once, its ranges apart from each other. */
function distinct(conditions: readonly (readonly NumberRange[])[]): NumberRange[][] {
  const found = new Map<string, NumberRange[]>();
  for (const ranges of conditions) {
    const apart: { min: number; max: number }[] = [];
    for (const { min, max } of [...ranges].sort((a, b) => a.min - b.min)) {
      const last = apart.at(-1);
      if (last !== undefined && min <= last.max + 1) last.max = Math.max(last.max, max);
      else if (min <= max) apart.push({ min, max });
    }
    found.set(apart.map(({ min, max }) => `${min}-${max}`).join(), apart);
  }
  return [...found.values()];
}

function spread(starts: readonly number[], classes: readonly number[], end: number): Uint32Array {
  const table = new Uint32Array(end);
  starts.forEach((start, i) => {
    table.fill(classes[i]!, start, starts[i + 1] ?? end);
  });
  return table;
}

/** Numbers of 32 bits, the same each time (sfc32). */
function generator(): () => number {
  const state = Uint32Array.of(0x9e3779b9, 0x243f6a88, 0xb7e15162, 1);
  const next = () => {
    const [a, b, c, count] = state as unknown as [number, number, number, number];
    const out = (a + b + count) >>> 0;
    state[0] = b ^ (b >>> 9);
    state[1] = c + (c << 3);
    state[2] = ((c << 21) | (c >>> 11)) + out;
    state[3] = count + 1;
    return out;
  };
  for (let i = 0; i < 16; i++) next();
  return next;
}
