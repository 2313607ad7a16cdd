/**
 * The steps by which values of packets become the key of a cell, and the cells: laid out in the core's memory (ColumnsWord).
 *
 *     fields ─ a table each ─► sums of classes ─ a table for each group ─► key ─► cell: the number of a journey
 */
import {
  Beside,
  CELL_PAGE,
  CELL_PAGE_SHIFT,
  COLUMN_BYTES,
  ColumnStep,
  ColumnsWord,
  Field,
  JOURNEY_NEW,
  KEY_NEVER,
  KEY_UNMET,
  MOST_TURNS,
  PROTOCOL_ASKED,
  StepWord,
} from '../../abi.js';
import type { FieldCount, Refusal } from '../../model/plan.js';
import type { Memory } from '../memory.js';
import { bitsOfField } from '../outcomes/asked.js';
import { classesOf, type FieldClasses } from './field-classes.js';
import { Group } from './groups.js';
import { columnName } from './names.js';
import { byteTable, halfTable, wordTable } from './tables.js';
import type { Terms } from './terms.js';

/** What is the same for all packets of a batch, and so needs no step. */
export interface Shape {
  /** packets are given by their bytes. */
  readonly bytes: boolean;
  /** columns whose values differ. */
  readonly given: ReadonlySet<Field | Beside>;
  /** whom frames are for is given, by which packets are not forwarded. */
  readonly framed: boolean;
}

/** Room for the address of each page of cells, of which those are made that packets come to. */
const MOST_CELLS = KEY_UNMET;
/** Bytes of pages. */
const MOST_BYTES_OF_CELLS = 1 << 26;
/** Of values that count one by one so many are met: at first, at most where they are large, and where they are small. */
const FIRST_VALUES = 2;
const MOST_VALUES = 16;
const MOST_BYTES = 256;

/** Fields that are told one by one, by a table for their low numbers. */
const SMALL: readonly (Field | Beside)[] = [
  Field.InIf,
  Field.Ttl,
  Field.Tos,
  Beside.Local,
  Beside.Path,
  Beside.Given,
  Beside.Out,
];

/** Of which order they are taken together: first what has few classes. */
const HEADER: readonly Field[] = [
  Field.Flags,
  Field.Proto,
  Field.TcpFlags,
  Field.Length,
  Field.Frag,
  Field.Ttl,
  Field.Tos,
  Field.Uid,
  Field.Gid,
  Field.Dport,
  Field.Sport,
];

/** A field whose values are met one by one. */
interface Met {
  readonly column: Field | Beside;
  readonly step: number;
  readonly stride: number;
  readonly most: number;
  readonly values: number[];
}

interface Step {
  readonly kind: ColumnStep;
  readonly column: number;
  readonly table: number;
  readonly to: number;
  readonly count?: number;
  readonly stride?: number;
  readonly unmet?: number;
}

export class Plan {
  readonly at: number;
  private readonly cells: number;
  /** the page of all keys that no packet had. */
  private readonly fresh: number;
  private used = 0;
  private readonly sums: number;
  private readonly steps: Step[] = [];
  private readonly records: number;
  private readonly met: Met[] = [];
  private sumCount = 1;
  /** a column of which more values were met than there are places for. */
  full: Field | Beside | undefined;
  /** of its tables, and the room that it has for cells. */
  readonly bytes: number;
  /** it took to build it. */
  milliseconds = 0;

  private constructor(
    private readonly memory: Memory,
    terms: Terms,
    shape: Shape,
    rooms: Rooms,
    readonly groups: readonly Group[],
    /** how many cells there are. */
    readonly size: number,
  ) {
    const start = memory.mark();
    let stride = 1;
    for (const group of groups) {
      this.addGroup(group, stride);
      stride *= group.classes.count;
    }
    for (const [column, most] of exactFields(terms, shape, rooms)) {
      this.addMet(column, most, stride);
      stride *= most;
    }
    this.addGuards(shape, terms.protocols);
    const sumBytes = COLUMN_BYTES * this.sumCount;
    this.sums = memory.reserve(sumBytes);
    this.fresh = memory.reserve(2 * CELL_PAGE);
    this.cells = memory.place(new Uint32Array(Math.ceil(size / CELL_PAGE)).fill(this.fresh));
    this.records = memory.place(this.steps.flatMap(recordOf));
    this.at = memory.place(
      wordsOf({
        [ColumnsWord.Steps]: this.records,
        [ColumnsWord.StepCount]: this.steps.length,
        [ColumnsWord.Sums]: this.sums,
        [ColumnsWord.SumCount]: this.sumCount,
        [ColumnsWord.Cells]: this.cells,
        [ColumnsWord.Turns]: memory.reserve(32 * (MOST_TURNS + 1)),
      }),
    );
    this.bytes = memory.mark() - start;
  }

  /** Or the classes that are too many. Reserves memory: columns have to be looked for anew. */
  static of(memory: Memory, terms: Terms, shape: Shape, rooms: Rooms): Plan | Refusal {
    const classes = (field: Field): FieldClasses => classesOf(terms, field, 2 ** bitsOfField(field)!);
    const asked = HEADER.filter((field) => !terms.exact.has(field) && isGiven(shape, field));
    const together = [[Field.Src, Field.Dst].map(classes), asked.map(classes)];
    const tooMany = (fields: readonly FieldClasses[]): Refusal => ({ why: 'classes', fields: fields.map(countOf) });
    const groups: Group[] = [];
    for (const fields of together) {
      const group = Group.of(fields);
      if (group === undefined) return tooMany(fields);
      groups.push(group);
    }
    const exact = exactFields(terms, shape, rooms).reduce((product, [, most]) => product * most, 1);
    const size = groups.reduce((product, group) => product * group.classes.count, exact);
    return size > MOST_CELLS ? tooMany(together.flat()) : new Plan(memory, terms, shape, rooms, groups, size);
  }

  /** The columns whose values count one by one, the places that there are for them, and how many there may be. */
  get values(): readonly { readonly column: Field | Beside; readonly room: number; readonly most: number }[] {
    return this.met.map(({ column, most }) => ({ column, room: most, most: mostOf(column) }));
  }

  /** Its classes, multiplied, are added to the key. */
  private addGroup(group: Group, stride: number, to = 0): void {
    const [only] = group.summands;
    if (group.summands.length === 1 && !(only!.of instanceof Group)) return this.addField(only!.of, stride, to);
    const sum = this.sumCount++;
    for (const { of, stride } of group.summands) {
      if (of instanceof Group) this.addGroup(of, stride, sum);
      else this.addField(of, stride, sum);
    }
    // what a class of none has gone into leads to the last entry
    const table = this.memory.place([...group.table.map((number) => stride * number), KEY_NEVER]);
    this.steps.push({ kind: ColumnStep.Map, column: sum, table, to, count: group.product + 1 });
  }

  private addField(of: FieldClasses, stride: number, to: number): void {
    if (of.numbers.length === 1) return;
    const bits = bitsOfField(of.field)!;
    const common = { column: of.field, to };
    if (bits <= 8)
      this.steps.push({ ...common, kind: ColumnStep.Byte, table: byteTable(this.memory, of, stride), count: 256 });
    else if (bits <= 16)
      this.steps.push({ ...common, kind: ColumnStep.Half, table: halfTable(this.memory, of, stride) });
    else this.steps.push({ ...common, kind: ColumnStep.Word, table: wordTable(this.memory, of, stride) });
  }

  private addMet(column: Field | Beside, most: number, stride: number): void {
    const isSmall = SMALL.includes(column);
    const step = this.steps.length;
    this.met.push({ column, step, stride, most, values: [] });
    this.steps.push(
      isSmall
        ? {
            kind: ColumnStep.Byte,
            column,
            to: 0,
            table: this.memory.place([...new Array<number>(256).fill(KEY_UNMET), KEY_NEVER]),
            count: 257,
          }
        : {
            kind: ColumnStep.Values,
            column,
            to: 0,
            table: this.memory.reserve(4 * MOST_VALUES),
            count: 0,
            stride,
            unmet: KEY_UNMET,
          },
    );
  }

  /** What no class knows of packets by their bytes: options of IP, protocols of which more than columns tells how they are tracked. */
  private addGuards({ bytes }: Shape, protocols: Uint32Array): void {
    if (!bytes) return;
    const guard = (column: Field, words: number[]) =>
      this.steps.push({ kind: ColumnStep.Byte, column, to: 0, table: this.memory.place(words), count: words.length });
    guard(Field.Flags, [0, KEY_NEVER]);
    guard(Field.IpLen, [...new Array<number>(20).fill(KEY_NEVER), 0, KEY_NEVER]);
    guard(
      Field.Proto,
      Array.from(protocols.subarray(0, 256), (word) => ((word & PROTOCOL_ASKED) === 0 ? 0 : KEY_NEVER)),
    );
  }

  set inTurn(inTurn: boolean) {
    this.memory.words[(this.at >>> 2) + ColumnsWord.InTurn] = Number(inTurn);
  }
  set journeys(at: number) {
    this.memory.words[(this.at >>> 2) + ColumnsWord.Journeys] = at;
  }

  /** The key of a packet that was looked up last. */
  keyOf(slot: number): number {
    return this.memory.words[(this.sums >>> 2) + slot]!;
  }
  /** Whether its kind was not met. */
  isNew(slot: number): boolean {
    const key = this.keyOf(slot);
    return key < KEY_UNMET ? this.cellOf(key) === JOURNEY_NEW : key < KEY_NEVER;
  }
  /** Gives those of a packet's values places that were not met before, as long as there are any. Whether keys are others now. */
  meet(columns: readonly Uint32Array[], slot: number): boolean {
    let learnt = false;
    for (const met of this.met) {
      const value = columns[met.column]![slot]!;
      if (met.values.includes(value)) continue;
      if (met.values.length === met.most) this.full = met.column;
      else {
        this.learn(met, value, met.values.push(value) - 1);
        learnt = true;
      }
    }
    return learnt;
  }

  private learn({ step, stride }: Met, value: number, place: number): void {
    const { kind, table } = this.steps[step]!;
    const { words } = this.memory;
    const record = (this.records >>> 2) + step * StepWord.Size;
    if (kind === ColumnStep.Byte) words[(table >>> 2) + value] = stride * place;
    else {
      words[(table >>> 2) + place] = value;
      words[record + StepWord.Count] = place + 1;
    }
  }

  /** Meets no more values of the column that is full: packets with others go the long way. */
  close(): void {
    const { step } = this.met.find(({ column }) => column === this.full)!;
    const { kind, table } = this.steps[step]!;
    const { words } = this.memory;
    this.full = undefined;
    if (kind !== ColumnStep.Byte) words[(this.records >>> 2) + step * StepWord.Size + StepWord.Unmet] = KEY_NEVER;
    else for (let at = table >>> 2, end = at + 256; at < end; at++) if (words[at] === KEY_UNMET) words[at] = KEY_NEVER;
  }

  cellOf(key: number): number {
    const page = this.memory.words[(this.cells >>> 2) + (key >>> CELL_PAGE_SHIFT)]!;
    return this.memory.halves[(page >>> 1) + (key % CELL_PAGE)]!;
  }
  /** False: there is no room. May reserve memory. */
  settle(key: number, journey: number): boolean {
    const { memory } = this;
    const at = (this.cells >>> 2) + (key >>> CELL_PAGE_SHIFT);
    if (memory.words[at] === this.fresh) {
      if (this.used >= MOST_BYTES_OF_CELLS) return false;
      this.used += 2 * CELL_PAGE;
      const page = memory.reserve(2 * CELL_PAGE);
      memory.words[at] = page;
    }
    memory.halves[(memory.words[at]! >>> 1) + (key % CELL_PAGE)] = journey;
    return true;
  }
}

const isGiven = ({ given }: Shape, field: Field | Beside): boolean => !OPTIONAL.has(field) || given.has(field);
/** Columns that are the same in all packets of a batch that does not give them. */
const OPTIONAL: ReadonlySet<Field | Beside> = new Set<Field | Beside>([
  Field.Ttl,
  Field.Tos,
  Field.Frag,
  Field.Mark,
  Field.Uid,
  Field.Gid,
  Field.Link,
  Field.MacLow,
  Beside.Path,
  Beside.Given,
  Beside.Out,
]);

/** How many values of a column there is room for. */
export type Rooms = ReadonlyMap<Field | Beside, number>;

function exactFields(terms: Terms, shape: Shape, rooms: Rooms): [Field | Beside, number][] {
  const asked: readonly (Field | Beside)[] = [
    Field.InIf,
    Beside.Local,
    Beside.Path,
    Beside.Given,
    Beside.Out,
    ...(shape.framed ? [Field.Link] : []),
    ...terms.exact,
  ];
  return [...new Set(asked)]
    .filter((column) => isGiven(shape, column))
    .map((column) => [column, rooms.get(column) ?? FIRST_VALUES]);
}

/** Twice as much room, as far as there may be any; undefined: no more. */
export function moreRoom(rooms: Rooms, column: Field | Beside): Rooms | undefined {
  const now = rooms.get(column) ?? FIRST_VALUES;
  return now >= mostOf(column) ? undefined : new Map(rooms).set(column, 2 * now);
}

const mostOf = (column: Field | Beside): number => (SMALL.includes(column) ? MOST_BYTES : MOST_VALUES);

export const countOf = ({ field, classes }: FieldClasses): FieldCount => ({
  field: columnName(field),
  classes: classes.count,
});

const wordsOf = (words: Partial<Record<number, number>>): number[] =>
  Array.from({ length: ColumnsWord.Size }, (_, word) => words[word] ?? 0);

function recordOf({ kind, column, table, to, count = 0, stride = 0, unmet = 0 }: Step): number[] {
  const words: Record<StepWord, number> = {
    [StepWord.Kind]: kind,
    [StepWord.Column]: column,
    [StepWord.Table]: table,
    [StepWord.To]: to,
    [StepWord.Count]: count,
    [StepWord.Stride]: stride,
    [StepWord.Unmet]: unmet,
    [StepWord.Size]: 0,
  };
  return Array.from({ length: StepWord.Size }, (_, word) => words[word as StepWord]);
}
