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
  KEY_UNMET,
  MOST_TURNS,
  PROTOCOL_ASKED,
  StepWord,
} from '../../abi.js';
import type { FieldCount, Refusal } from '../../model/plan.js';
import type { Budget } from '../budget.js';
import type { Memory } from '../memory.js';
import { isAddress } from './addresses.js';
import { type Cells, HashedCells, keyOfSums, PagedCells } from './cells.js';
import { classesOf, type FieldClasses } from './field-classes.js';
import { Group } from './groups.js';
import type { Journeys } from './journeys.js';
import { LinkPlaces } from './link-places.js';
import { countBits } from './mark-terms.js';
import { columnName } from './names.js';
import { exactFields, isGiven, MOST_VALUES, mostOf, type Rooms, type Shape, SMALL } from './shape.js';
import { recordOf, type Step } from './step.js';
import { Strides } from './strides.js';
import { bitsOf, Sums } from './sums.js';
import type { Terms } from './terms.js';
import type { TupleList } from './tuple-lists.js';

/** Classes of an address that go into a key by themselves. */
const MOST_ALONE = 1 << 17;
/** Keys of which nothing is known yet, or ever. */
const UNMET = -1;
const NEVER = -2;

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
/** A field whose values are met one by one. */
interface Met {
  readonly column: Field | Beside;
  readonly step: Step;
  readonly stride: number;
  readonly most: number;
  readonly values: number[];
}

export class Plan {
  readonly at: number;
  readonly cells: Cells;
  private readonly sums: Sums;
  private readonly steps: readonly Step[];
  private readonly records: number;
  private readonly met: Met[] = [];
  /** of packets beside the batch. */
  private readonly places: LinkPlaces | undefined;
  private closed = false;
  /** a column of which more values were met than there are places for. */
  full: Field | Beside | undefined;
  /** of its tables, and the room that it has for cells. */
  readonly bytes: number;
  /** it took to build it. */
  milliseconds = 0;

  private constructor(
    private readonly memory: Memory,
    private readonly terms: Terms,
    shape: Shape,
    rooms: Rooms,
    readonly groups: readonly Group[],
    /** how many cells there are. */
    readonly size: number,
    /** of the cells, once there is the plan. */
    budget: Budget,
  ) {
    const start = memory.mark();
    const sums = new Sums(memory, terms, shape);
    this.sums = sums;
    const bits = bitsOfMark(terms, shape);
    const strides = new Strides(2 ** countBits(bits));
    if (bits !== 0) sums.addBits(bits);
    const place = (classes: number) => {
      const { half, stride } = strides.place(classes)!;
      return { stride, to: sums.at + COLUMN_BYTES * half };
    };
    for (const group of groups) {
      const { stride, to } = place(group.classes.count);
      sums.addGroup(group, stride, to);
    }
    for (const [column, most] of exactFields(terms, shape, rooms)) {
      const { stride, to } = place(most);
      if (column === Field.InIf && shape.beside !== undefined) {
        this.places = new LinkPlaces(memory, most, stride);
        sums.steps.push({ ...sums.sourceOf(column), kind: ColumnStep.Half, to, table: this.places.table });
      } else this.addMet(column, most, stride, to);
    }
    for (const list of terms.lists) {
      const { stride, to } = place(list.classes);
      sums.addList(list, stride, to);
    }
    for (const list of terms.firsts) {
      const { stride, to } = place(list.classes);
      sums.addFirst(list, stride, to);
    }
    this.addGuards(shape);
    this.cells = strides.isOne ? new PagedCells(memory, size, budget) : new HashedCells(memory, budget);
    this.steps = sums.finish();
    this.records = memory.place(this.steps.flatMap(recordOf));
    this.at = memory.place(
      wordsOf({
        [ColumnsWord.Steps]: this.records,
        [ColumnsWord.StepCount]: this.steps.length,
        [ColumnsWord.Sums]: sums.at,
        [ColumnsWord.Cells]: this.cells.at,
        [ColumnsWord.Mask]: this.cells.mask,
        [ColumnsWord.Pages]: this.cells.pages,
        [ColumnsWord.Numbers]: memory.reserve(COLUMN_BYTES),
        [ColumnsWord.Forking]: memory.reserve(3 * COLUMN_BYTES),
        [ColumnsWord.Fates]: shape.beside?.fates ?? 0,
        [ColumnsWord.Lengths]: shape.beside?.columns.get(Field.Length)?.at ?? 0,
        [ColumnsWord.Turns]: memory.reserve(32 * (MOST_TURNS + 1)),
      }),
    );
    this.bytes = memory.mark() - start;
  }

  /** Or the classes that are too many. Reserves memory: columns have to be looked for anew. */
  static of(memory: Memory, terms: Terms, shape: Shape, rooms: Rooms, budget: Budget): Plan | Refusal {
    const fields: FieldClasses[] = [];
    const tooMany = (): Refusal => ({ why: 'classes', fields: fields.map(countOf) });
    const classes = (field: Field, most: number): FieldClasses => {
      const end = isAddress(field) ? terms.addresses.end : 2 ** bitsOf(field);
      const found = classesOf(terms, field, end, most);
      fields.push(found);
      return found;
    };
    const asked = HEADER.filter((field) => !terms.exact.has(field) && isGiven(shape, field));
    const header = Group.of(asked.map((field) => (most) => classes(field, most)));
    if (header === undefined) return tooMany();
    const addresses = [Field.Src, Field.Dst].map((field) => classes(field, MOST_ALONE));
    if (addresses.some(({ classes }) => classes.count > MOST_ALONE)) return tooMany();
    const pair = Group.of(addresses.map((field) => () => field));
    const groups = [...(pair === undefined ? addresses.map((field) => Group.alone(field)) : [pair]), header];
    const bits = bitsOfMark(terms, shape);
    const counts = [
      ...groups.map((group) => group.classes.count),
      ...exactFields(terms, shape, rooms).map(([, most]) => most),
      ...[...terms.lists, ...terms.firsts].map((list) => list.classes),
    ];
    const size = counts.reduce((product, count) => product * count, 2 ** countBits(bits));
    const strides = new Strides(2 ** countBits(bits));
    if (counts.some((count) => strides.place(count) === undefined)) return tooMany();
    const plan = new Plan(memory, terms, shape, rooms, groups, size, budget);
    // their tables tell all that is asked from now on
    for (const group of groups) group.forgetRows();
    return plan;
  }

  /** The columns whose values count one by one, the places that there are for them, and how many there may be. */
  get values(): readonly { readonly column: Field | Beside; readonly room: number; readonly most: number }[] {
    const links =
      this.places === undefined ? [] : [{ column: Field.InIf, room: this.places.most, most: mostOf(Field.InIf) }];
    return [...links, ...this.met.map(({ column, most }) => ({ column, room: most, most: mostOf(column) }))];
  }

  get lists(): readonly TupleList[] {
    return this.terms.lists;
  }

  /** What a batch's places stand for: numbers of interfaces. */
  useInterfaces(numbers: readonly number[]): void {
    if (this.places?.use(numbers) === false && !this.closed) this.full = Field.InIf;
  }

  private addMet(column: Field | Beside, most: number, stride: number, to: number): void {
    const { memory } = this;
    const small = { kind: ColumnStep.Byte, count: 257 };
    const large = { kind: ColumnStep.Values, count: 0, stride, unmet: KEY_UNMET };
    const unmet = () => memory.place([...new Array<number>(256).fill(KEY_UNMET), KEY_NEVER]);
    const isSmall = SMALL.includes(column);
    const table = isSmall ? unmet() : memory.reserve(4 * MOST_VALUES);
    const step = { ...this.sums.sourceOf(column), ...(isSmall ? small : large), to, table };
    this.met.push({ column, step, stride, most, values: [] });
    this.sums.steps.push(step);
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
    if (low >= KEY_NEVER || high >= KEY_NEVER) return NEVER;
    return low >= KEY_UNMET || high >= KEY_UNMET ? UNMET : keyOfSums(low, high);
  }
  /** Whether what becomes of the packet at a place can still be learnt. */
  isOpen(place: number): boolean {
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
    const { kind, table } = step;
    const { words } = this.memory;
    if (kind === ColumnStep.Byte) words[(table >>> 2) + value] = stride * place;
    else {
      words[(table >>> 2) + place] = value;
      words[this.recordAt(step) + StepWord.Count] = place + 1;
    }
  }

  private recordAt(step: Step): number {
    return (this.records >>> 2) + this.steps.indexOf(step) * StepWord.Size;
  }

  /** Meets no more values of the column that is full: packets with others go the long way. */
  close(): void {
    const met = this.met.find(({ column }) => column === this.full);
    this.closed ||= met === undefined;
    this.full = undefined;
    if (met === undefined) return;
    const { kind, table } = met.step;
    const { words } = this.memory;
    if (kind !== ColumnStep.Byte) words[this.recordAt(met.step) + StepWord.Unmet] = KEY_NEVER;
    else for (let at = table >>> 2, end = at + 256; at < end; at++) if (words[at] === KEY_UNMET) words[at] = KEY_NEVER;
  }

  /** May reserve memory. */
  settle(key: number, journey: number): void {
    const { cells } = this;
    cells.settle(key, journey);
    this.memory.words[(this.at >>> 2) + ColumnsWord.Cells] = cells.at;
    this.memory.words[(this.at >>> 2) + ColumnsWord.Mask] = cells.mask;
  }
}

const bitsOfMark = ({ exact, markBits }: Terms, shape: Shape): number =>
  !exact.has(Field.Mark) && isGiven(shape, Field.Mark) ? markBits : 0;

export const countOf = ({ field, classes }: FieldClasses): FieldCount => ({
  field: columnName(field),
  classes: classes.count,
});

const wordsOf = (words: Partial<Record<number, number>>): number[] =>
  Array.from({ length: ColumnsWord.Size }, (_, word) => words[word] ?? 0);
