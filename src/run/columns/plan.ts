/**
 * The steps by which values of packets become the key of a cell, and the cells: laid out in the core's memory (ColumnsWord).
 *
 *     fields ─ a table each ─► sums of classes ─ a table for each group ─► key ─► cell: the number of a journey
 */
import {
  BATCH_SLOTS,
  type Beside,
  COLUMN_BYTES,
  ColumnStep,
  ColumnsWord,
  Field,
  JOURNEY_EACH,
  JOURNEY_NEW,
  KEY_NEVER,
  MOST_TURNS,
  PROTOCOL_ASKED,
} from '../../abi.js';
import type { FieldCount, GroupPlan, Refusal } from '../../model/plan.js';
import type { Budget } from '../budget.js';
import type { Memory } from '../memory.js';
import type { Patience } from '../patience.js';
import { isAddress } from './addresses.js';
import { type Cells, cellsFor, PagedCells } from './cells.js';
import { classesOf, type FieldClasses } from './field-classes.js';
import { countOf, fieldsOf, Group, groupsOf } from './groups.js';
import type { Journeys } from './journeys.js';
import { keyOf, UNMET } from './keys.js';
import { LinkPlaces } from './link-places.js';
import { countBits } from './mark-terms.js';
import { type MetColumn, MetValues } from './met-values.js';
import { exactFields, isGiven, type Rooms, type Shape } from './shape.js';
import { recordOf, type Step } from './step.js';
import { Strides } from './strides.js';
import { bitsOf, Sums } from './sums.js';
import type { Terms } from './terms.js';
import type { TupleTable } from './tuple-tables.js';

/** Classes of an address that go into a key by themselves. */
const MOST_ALONE = 1 << 17;
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
  Field.Mark,
  Field.Dport,
  Field.Sport,
];
/** What a plan is for, and how long it may take. */
interface Planned {
  readonly shape: Shape;
  readonly rooms: Rooms;
  readonly patience: Patience;
}

export class Plan {
  readonly at: number;
  /** where the journeys of packets stand that were looked up, in words. */
  private readonly numbers: number;
  /** of what it was made. */
  readonly fields: readonly FieldCount[];
  readonly groups: readonly GroupPlan[];
  cells: Cells;
  private readonly sums: Sums;
  private readonly strides: Strides;
  private readonly met: MetValues[] = [];
  /** of packets beside the batch. */
  private readonly links: LinkPlaces | undefined;
  /** of its tables, and the room that it has for cells. */
  bytes: number;
  /** it took to build it. */
  milliseconds = 0;

  private constructor(
    private readonly memory: Memory,
    private readonly terms: Terms,
    shape: Shape,
    rooms: Rooms,
    groups: readonly Group[],
    /** of what it takes more, once there is the plan. */
    private readonly budget: Budget,
  ) {
    this.fields = groups.flatMap(fieldsOf);
    this.groups = groups.flatMap(groupsOf);
    const start = memory.mark();
    const sums = new Sums(memory, terms, shape);
    this.sums = sums;
    const bits = bitsOfMark(terms, shape);
    this.strides = new Strides(2 ** countBits(bits));
    if (bits !== 0) sums.addBits(bits);
    const place = (classes: number) => {
      const { half, stride } = this.strides.place(classes)!;
      return { stride, to: sums.at + COLUMN_BYTES * half };
    };
    for (const group of groups) {
      const { stride, to } = place(group.classes.count);
      sums.addGroup(group, stride, to);
    }
    for (const table of terms.tuples) {
      const { stride, to } = place(table.classes);
      sums.addTuples(table, stride, to);
    }
    for (const list of terms.firsts) {
      const { stride, to } = place(list.classes);
      sums.addFirst(list, stride, to);
    }
    for (const [column, room] of exactFields(terms, shape, rooms)) {
      const isPlace = column === Field.InIf && shape.inPlace !== undefined;
      const one = new (isPlace ? LinkPlaces : MetValues)(memory, column, sums.sourceOf(column), sums.at);
      if (one instanceof LinkPlaces) this.links = one;
      else this.met.push(one);
      const place = this.strides.place(room)!;
      const step = one.stepTo(place.half)!;
      one.widen(place, room, step);
      sums.steps.push(step);
    }
    this.addGuards(shape);
    this.cells = cellsFor(memory, budget, this.size, this.strides.isOne);
    const numbers = memory.reserve(COLUMN_BYTES);
    this.numbers = numbers >>> 2;
    this.at = memory.place(
      wordsOf({
        [ColumnsWord.Sums]: sums.at,
        [ColumnsWord.Numbers]: numbers,
        [ColumnsWord.Lists]: memory.reserve(4 * COLUMN_BYTES),
        [ColumnsWord.Fates]: shape.inPlace?.fates ?? 0,
        [ColumnsWord.Lengths]: shape.inPlace?.columns.get(Field.Length)?.at ?? 0,
        [ColumnsWord.Turns]: memory.reserve(32 * (MOST_TURNS + 1)),
      }),
    );
    this.tellCore(this.placeSteps());
    this.bytes = memory.mark() - start + terms.firsts.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Or what is too much. Reserves memory: columns have to be looked for anew. */
  static of(memory: Memory, terms: Terms, { shape, rooms, patience }: Planned, budget: Budget): Plan | Refusal {
    const fields: FieldClasses[] = [];
    const tooMany = (): Refusal => ({ why: 'classes', fields: fields.map(countOf) });
    const classes = (field: Field, most: number): FieldClasses => {
      const end = isAddress(field) ? terms.addresses.end : 2 ** bitsOf(field);
      const found = classesOf(terms, field, { end, most, patience });
      fields.push(found);
      return found;
    };
    const asked = HEADER.filter((field) => !terms.exact.has(field) && isGiven(shape, field));
    const header = Group.of(
      asked.map((field) => (most) => classes(field, most)),
      patience,
    );
    if (header === undefined) return tooMany();
    const addresses = [Field.Src, Field.Dst].map((field) => classes(field, MOST_ALONE));
    if (addresses.some(({ classes }) => classes.count > MOST_ALONE)) return tooMany();
    const pair = Group.of(
      addresses.map((field) => () => field),
      patience,
    );
    const groups = [...(pair === undefined ? addresses.map((field) => new Group(field, patience)) : [pair]), header];
    const bits = bitsOfMark(terms, shape);
    const counts = [
      ...groups.map((group) => group.classes.count),
      ...[...terms.tuples, ...terms.firsts].map(({ classes }) => classes),
      ...exactFields(terms, shape, rooms).map(([, room]) => room),
    ];
    const strides = new Strides(2 ** countBits(bits));
    if (counts.some((count) => strides.place(count) === undefined)) return tooMany();
    return budget.spend(() => new Plan(memory, terms, shape, rooms, groups, budget)) ?? { why: 'memory' };
  }

  /** how many cells there are. */
  get size(): number {
    return this.strides.keys;
  }

  /** The columns whose values count one by one, the places that there are for them, and how many there may be. */
  get values(): readonly { readonly column: Field | Beside; readonly room: number; readonly most: number }[] {
    const all: MetColumn[] = [...(this.links === undefined ? [] : [this.links]), ...this.met];
    return all.map(({ column, room, most }) => ({ column, room: Math.min(room, most), most }));
  }

  get tuples(): readonly TupleTable[] {
    return this.terms.tuples;
  }

  /** What a batch's places stand for: numbers of interfaces. True: it has reserved memory for them. */
  useInterfaces(numbers: readonly number[]): boolean {
    const { bytes } = this;
    while (this.links?.use(numbers) === false) this.widen(this.links);
    return this.bytes > bytes;
  }

  /** What no class knows of packets by their bytes: options of IP, protocols of which more than columns tells how they are tracked. */
  private addGuards({ bytes }: Shape): void {
    if (!bytes) return;
    const { protocols, header, icmp } = this.terms;
    const guard = (column: Field, words: number[]) =>
      this.sums.steps.push({
        ...this.sums.sourceOf(column),
        kind: ColumnStep.Byte,
        to: this.sums.at,
        table: this.memory.place(words),
        count: words.length,
      });
    guard(Field.Flags, [0, KEY_NEVER]);
    guard(Field.IpLen, [...new Array<number>(header).fill(KEY_NEVER), 0, KEY_NEVER]);
    guard(
      Field.Proto,
      // of ICMPv6 the type tells it
      Array.from(protocols.subarray(0, 256), (word, proto) =>
        (word & PROTOCOL_ASKED) === 0 || proto === icmp ? 0 : KEY_NEVER,
      ),
    );
  }

  /** TURN_*. */
  set turn(turn: number) {
    this.memory.words[(this.at >>> 2) + ColumnsWord.Turn] = turn;
  }
  /** The number of the first of the packets that are looked up. */
  set serial(serial: number) {
    this.memory.words[(this.at >>> 2) + ColumnsWord.Serial] = serial;
  }
  /** Those that its cells lead to, where they are now. */
  set journeys({ at, counts, fates }: Journeys) {
    this.memory.words.set([at, counts, fates], (this.at >>> 2) + ColumnsWord.Journeys);
  }

  /** The two sums of the keys of the batch's packets, as they were found last. */
  get sumColumns(): readonly [Uint32Array, Uint32Array] {
    const { words } = this.memory;
    const column = (at: number) => words.subarray(at >>> 2, (at >>> 2) + BATCH_SLOTS);
    return [column(this.sums.at), column(this.sums.at + COLUMN_BYTES)];
  }

  /** The key of a packet that was looked up last; negative: of what nothing is known, at all or yet. */
  keyOf(place: number): number {
    const { words } = this.memory;
    const at = (this.sums.at >>> 2) + place;
    const low = words[at]!;
    const high = this.cells.mask === 0 ? 0 : words[at + (COLUMN_BYTES >>> 2)]!;
    return keyOf(low, high);
  }
  /** Whether what becomes of the packet at a place can still be learnt. */
  isOpen(place: number): boolean {
    // what was told to walk each time stays so: where most packets are, that is all that is asked
    if (this.memory.words[this.numbers + place] === JOURNEY_EACH) return false;
    const key = this.keyOf(place);
    if (key < 0) return key === UNMET;
    const journey = this.cells.of(key);
    return journey === JOURNEY_NEW ? !this.cells.isFull : journey !== JOURNEY_EACH;
  }
  journeyOf(key: number): number {
    return this.cells.of(key);
  }
  /** Whether its kind was not met. */
  isNew(place: number): boolean {
    const key = this.keyOf(place);
    return key < 0 ? key === UNMET : this.cells.of(key) === JOURNEY_NEW;
  }
  /** Gives those of a packet's values places that were not met before, as long as there are any. Whether keys are others now. */
  meet(columns: readonly Uint32Array[], slot: number): boolean {
    const learnt = this.met.filter((one) => one.meet(columns[one.column]![slot]!));
    return learnt.length > 0;
  }
  /** There was no place for values that were met. */
  get isFull(): boolean {
    return this.met.some(({ missed }) => missed.size > 0);
  }
  /** Gives them places now, as far as there may be more; reserves memory. Keys that are known stay what they are. */
  makeRoom(): void {
    for (const one of this.met) {
      const missed = [...one.missed];
      one.missed.clear();
      for (const value of missed) while (!one.meet(value) && one.missed.delete(value)) this.widen(one);
    }
  }

  /** Twice the room; where there is none in the key or in memory the column is closed. */
  private widen(one: MetColumn): void {
    const { memory, budget, strides, sums, cells: old } = this;
    const place = one.room < one.most ? strides.place(2) : undefined;
    const start = memory.mark();
    const lay = (half: number) => {
      const step = one.stepTo(half);
      const steps = this.placeSteps(step === undefined ? [] : [step]);
      return { step, steps, cells: cellsFor(memory, budget, this.size, strides.isOne, old) };
    };
    const laid = place && budget.spend(() => lay(place.half));
    if (laid === undefined) return one.close();
    const { step, steps, cells } = laid;
    one.widen(place!, 2, step);
    if (step !== undefined) sums.steps.push(step);
    this.cells = cells;
    if (cells.mask !== old.mask && old instanceof PagedCells)
      for (const [key, journey] of old.known()) cells.settle(key, journey);
    this.bytes += memory.mark() - start;
    this.tellCore(steps);
  }

  private placeSteps(more: readonly Step[] = []): { readonly at: number; readonly count: number } {
    const steps = this.sums.all(more);
    return { at: this.memory.place(steps.flatMap(recordOf)), count: steps.length };
  }

  /** Where its steps are now, and its cells. */
  private tellCore(steps?: { readonly at: number; readonly count: number }): void {
    const { cells } = this;
    const { words } = this.memory;
    const at = this.at >>> 2;
    if (steps !== undefined) words.set([steps.at, steps.count], at + ColumnsWord.Steps);
    words[at + ColumnsWord.Cells] = cells.at;
    words[at + ColumnsWord.Mask] = cells.mask;
    words[at + ColumnsWord.Pages] = cells.pages;
  }

  /** May reserve memory. */
  settle(key: number, journey: number): void {
    this.cells.settle(key, journey);
    this.tellCore();
  }
}

const bitsOfMark = ({ exact, markBits }: Terms, shape: Shape): number =>
  !exact.has(Field.Mark) && isGiven(shape, Field.Mark) ? markBits : 0;

const wordsOf = (words: Partial<Record<number, number>>): number[] =>
  Array.from({ length: ColumnsWord.Size }, (_, word) => words[word] ?? 0);
