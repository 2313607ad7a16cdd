/** The parts of a key: each has a class of a field's values, which are of one where no condition tells them apart. */
import { Field, KEY_NONE, PartKind, PartWord } from '../../abi.js';
import type { Interfaces } from '../interfaces.js';
import type { Memory } from '../memory.js';
import { type Asked, bitsOfField } from './asked.js';
import { ADDRESSES, type Classes, type Cuts } from './cuts.js';

/** One field's part of the key: a record of PartWord and its tables in the core's memory. */
export interface Part {
  readonly kind: PartKind;
  readonly field: Field;
  /** how many classes there may be. */
  readonly count: number;
  /** Reserves its tables; the class is multiplied by `stride`. */
  write(memory: Memory, stride: number): Partial<Record<PartWord, number>>;
}

/** undefined: they come to more kinds than `most`. */
export function partsOf(asked: Asked, interfaces: Interfaces, most: number): Part[] | undefined {
  let kinds = 1;
  const classes = <N extends number | bigint>(cuts: Cuts<N>) => {
    const found = cuts.classes(most / kinds);
    kinds *= found.count;
    return found;
  };
  const fields = new Set<Field>([...asked.ranges.keys(), ...asked.exact, ...asked.patterns.keys()]);
  // what seldom differs comes last, so that the kinds of most packets lie close together
  const seldom = (field: Field) => Number(SELDOM.includes(field));
  const sorted = [...fields].sort((a, b) => seldom(a) - seldom(b));
  const addresses = [...asked.addresses].map(([field, cuts]) => new AddressPart(field, classes(cuts)));
  const others = sorted.map((field) => {
    const bits = bitsOfField(field);
    const patterns = asked.patterns.get(field);
    if (patterns !== undefined && !asked.exact.has(field)) return new InterfacePart(field, interfaces, [...patterns]);
    if (asked.exact.has(field)) return bits === 8 ? new TablePart(field, IDENTITY, bits) : new ValuePart(field);
    const found = classes(asked.ranges.get(field)!);
    return bits! <= 16 ? new TablePart(field, found, bits!) : new IntervalPart(field, found);
  });
  const parts = [...addresses, ...others];
  return parts.reduce((product, { count }) => product * count, 1) > most ? undefined : parts;
}

const SELDOM: readonly Field[] = [Field.TransportLen, Field.CtState, Field.Mark, Field.Frag];

const PAGE = 256;
const EACH_BYTE = Array.from({ length: PAGE }, (_, value) => value);
const IDENTITY: Classes = { starts: EACH_BYTE, classes: EACH_BYTE, count: PAGE };

/** Of fields of at most sixteen bits. Most pages of ports are alike: few of them stay in the first cache. */
class TablePart implements Part {
  readonly kind = PartKind.Table;
  readonly count: number;

  constructor(
    readonly field: Field,
    private readonly of: Classes,
    private readonly bits: number,
  ) {
    this.count = of.count;
  }

  write(memory: Memory, stride: number): Partial<Record<PartWord, number>> {
    const { starts, classes } = this.of;
    // what is too large for a field is of no kind
    const none = this.bits <= 8 ? memory.place(Array<number>(PAGE).fill(KEY_NONE)) : 0;
    const alike = new Map<number, number>();
    let at = 0;
    const pages = EACH_BYTE.map((_, page) => {
      if (page > 0 && this.bits <= 8) return none;
      const end = PAGE * (page + 1);
      let value = PAGE * page;
      while (starts[at + 1]! <= value) at++;
      const whole = !(starts[at + 1]! < end);
      const old = whole ? alike.get(classes[at]!) : undefined;
      if (old !== undefined) return old;
      const made = memory.reserve(4 * PAGE);
      if (whole) alike.set(classes[at]!, made);
      for (; value < end; value = starts[++at]!)
        memory.words.fill(stride * classes[at]!, (made >>> 2) + (value & (PAGE - 1)), (made >>> 2) + PAGE);
      at--;
      return made;
    });
    return { [PartWord.Table]: memory.place(pages) };
  }
}

/** Makes lists of so many as long as the next power of two. */
function filler(least: number) {
  const count = 2 ** Math.ceil(Math.log2(least));
  return { count, filled: <N>(list: readonly N[], last: N): N[] => [...list, ...Array(count - least).fill(last)] };
}

class IntervalPart implements Part {
  readonly kind = PartKind.Intervals;
  readonly count: number;

  constructor(
    readonly field: Field,
    private readonly of: Classes,
  ) {
    this.count = of.count;
  }

  write(memory: Memory, stride: number): Partial<Record<PartWord, number>> {
    const { starts, classes } = this.of;
    const { filled, count } = filler(starts.length);
    return {
      [PartWord.Starts]: memory.place(filled(starts, 0xffffffff)),
      [PartWord.Table]: memory.place(filled(classes, classes.at(-1)!).map((one) => stride * one)),
      [PartWord.Count]: count,
    };
  }
}

class AddressPart implements Part {
  readonly kind = PartKind.Addresses;
  readonly count: number;

  constructor(
    readonly field: Field,
    private readonly of: Classes<bigint>,
  ) {
    this.count = of.count;
  }

  write(memory: Memory, stride: number): Partial<Record<PartWord, number>> {
    const { starts, classes } = this.of;
    const { filled, count } = filler(starts.length);
    return {
      [PartWord.Starts]: memory.place(filled(starts, ADDRESSES.end - 1n).flatMap(halves)),
      [PartWord.Table]: memory.place(filled(classes, classes.at(-1)!).map((one) => stride * one)),
      [PartWord.Count]: count,
    };
  }
}

/** Numbers of 64 bits, the upper one first, of each the lower word first. */
const halves = (address: bigint): number[] =>
  [64n, 96n, 0n, 32n].map((shift) => Number((address >> shift) & 0xffffffffn));

/** Of fields that have few values, whatever they are: marks, states. */
const MOST_VALUES = 16;

class ValuePart implements Part {
  readonly kind = PartKind.Values;
  readonly count = MOST_VALUES;

  constructor(readonly field: Field) {}

  write(memory: Memory): Partial<Record<PartWord, number>> {
    return { [PartWord.Met]: memory.reserve(4 * MOST_VALUES), [PartWord.Most]: MOST_VALUES };
  }
}

/** Interfaces by which of the patterns take their names. */
class InterfacePart implements Part {
  readonly kind = PartKind.Interfaces;
  readonly count: number;

  constructor(
    readonly field: Field,
    private readonly interfaces: Interfaces,
    private readonly patterns: readonly string[],
  ) {
    this.count = Math.min(MOST_VALUES, 2 ** patterns.length);
  }

  write(memory: Memory): Partial<Record<PartWord, number>> {
    const unmet = Array<number>(PAGE).fill(KEY_NONE);
    const [first, others] = [memory.place(unmet), memory.place(unmet)];
    return {
      [PartWord.Table]: memory.place([first, ...Array<number>(PAGE - 1).fill(others)]),
      [PartWord.Met]: memory.reserve(4 * this.count),
      [PartWord.Most]: this.count,
      [PartWord.Mask]: memory.place(this.interfaces.bitsOf(this.patterns)),
    };
  }
}
