/** Values of a field to classes: two values are of one class where no condition tells them apart. */
import { Field, PartKind, PartWord } from '../../abi.js';
import type { NumberRange } from '../../model/condition.js';
import type { Interfaces } from '../interfaces.js';
import { firstsOf } from '../intervals.js';
import type { Memory } from '../memory.js';
import { type Asked, bitsOfField } from './asked.js';

/** One field's part of the key: a record of PartWord and its tables in the core's memory. */
export interface Part {
  /** how many classes there may be. */
  readonly count: number;
  /** Fills the record at a byte address; the class is multiplied by `stride`. */
  write(memory: Memory, at: number, stride: number): void;
  /** Makes room for a value that was not met yet, where there is some. */
  meet?(memory: Memory, value: number): void;
  readonly field: Field;
}

export function partsOf(asked: Asked, interfaces: Interfaces): Part[] {
  const fields = new Set<Field>([...asked.ranges.keys(), ...asked.exact, ...asked.patterns.keys()]);
  // what seldom differs comes last, so that the kinds of most packets lie close together
  const seldom = (field: Field) => Number(SELDOM.includes(field));
  const sorted = [...fields].sort((a, b) => seldom(a) - seldom(b));
  return sorted.map((field) => {
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

const SELDOM: readonly Field[] = [Field.TransportLen, Field.CtState, Field.Mark, Field.Frag];

function record(memory: Memory, at: number, words: Partial<Record<PartWord, number>>): void {
  for (const [word, value] of Object.entries(words)) memory.words[(at >>> 2) + Number(word)] = value;
}

/** A region with these words in it. */
function place(memory: Memory, words: ArrayLike<number>): number {
  const at = memory.reserve(4 * words.length);
  memory.words.set(words, at >>> 2);
  return at;
}

/** Of fields of at most sixteen bits. The table holds bytes where it can: ports come from all of it. */
class TablePart implements Part {
  readonly count: number;
  private readonly table: Uint32Array;

  constructor(
    readonly field: Field,
    { table, count }: { readonly table: Uint32Array; readonly count: number },
  ) {
    this.table = table;
    this.count = count;
  }

  write(memory: Memory, at: number, stride: number): void {
    const { field, table, count } = this;
    const bytes = count <= 256;
    const place = memory.reserve(table.length * (bytes ? 1 : 4));
    if (bytes) memory.bytes.set(table, place);
    else memory.words.set(table, place >>> 2);
    record(memory, at, {
      [PartWord.Kind]: bytes ? PartKind.Bytes : PartKind.Words,
      [PartWord.Field]: field,
      [PartWord.Stride]: stride,
      [PartWord.Table]: place,
    });
  }
}

class IntervalPart implements Part {
  constructor(
    readonly field: Field,
    private readonly starts: readonly number[],
    private readonly classes: readonly number[],
    readonly count: number,
  ) {}

  write(memory: Memory, at: number, stride: number): void {
    record(memory, at, {
      [PartWord.Kind]: PartKind.Intervals,
      [PartWord.Field]: this.field,
      [PartWord.Stride]: stride,
      [PartWord.Table]: place(memory, this.classes),
      [PartWord.Starts]: place(memory, this.starts),
      [PartWord.Firsts]: place(memory, firstsOf(this.starts)),
    });
  }
}

/** Of fields that have few values, whatever they are: marks, states. */
const MOST_VALUES = 16;

class ValuePart implements Part {
  readonly count = MOST_VALUES;
  private at = 0;
  private table = 0;
  private met = 0;

  constructor(readonly field: Field) {}

  write(memory: Memory, at: number, stride: number): void {
    this.at = at;
    this.table = memory.reserve(4 * MOST_VALUES);
    record(memory, at, {
      [PartWord.Kind]: PartKind.Values,
      [PartWord.Field]: this.field,
      [PartWord.Stride]: stride,
      [PartWord.Table]: this.table,
      [PartWord.Count]: 0,
    });
  }
  meet(memory: Memory, value: number): void {
    const values = memory.words.subarray(this.table >>> 2, (this.table >>> 2) + this.met);
    if (this.met === MOST_VALUES || values.includes(value)) return;
    memory.words[(this.table >>> 2) + this.met++] = value;
    record(memory, this.at, { [PartWord.Count]: this.met });
  }
}

const MOST_INTERFACES = 256;

/** Interfaces by which of the patterns take their names; without patterns each by itself. */
class InterfacePart implements Part {
  readonly count: number;
  private table = 0;
  private readonly classes = new Map<string, number>();

  constructor(
    readonly field: Field,
    private readonly interfaces: Interfaces,
    private readonly patterns: readonly string[] | undefined,
  ) {
    this.count = Math.min(MOST_VALUES, 2 ** (patterns?.length ?? MOST_VALUES));
  }

  write(memory: Memory, at: number, stride: number): void {
    this.table = memory.reserve(4 * MOST_INTERFACES);
    record(memory, at, {
      [PartWord.Kind]: PartKind.Interfaces,
      [PartWord.Field]: this.field,
      [PartWord.Stride]: stride,
      [PartWord.Table]: this.table,
      [PartWord.Count]: MOST_INTERFACES,
    });
  }
  meet(memory: Memory, number: number): void {
    if (number >= MOST_INTERFACES) return;
    const kind = this.patterns?.map((one) => Number(this.interfaces.takes(number, one))).join('') ?? String(number);
    const place = this.classes.get(kind) ?? this.classes.size;
    if (place >= this.count) return;
    this.classes.set(kind, place);
    memory.words[(this.table >>> 2) + number] = place + 1;
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
