/**
 * The steps by which values of packets become the key of a cell, and the cells: laid out in the core's memory (ColumnsWord).
 *
 *     fields ─ a table each ─► sums of classes ─ a table for each group ─► key ─► cell: the number of a journey
 */
import {
  BATCH_SLOTS,
  type Beside,
  COLUMN_BYTES,
  COLUMNS_BASE,
  ColumnStep,
  ColumnsWord,
  Field,
  FROM_HOST,
  JOURNEY_EACH,
  JOURNEY_NEW,
  KEY_NEVER,
  KEY_UNMET,
  MOST_TURNS,
  PROTOCOL_ASKED,
  StepWord,
  UNSAID,
} from '../../abi.js';
import type { FieldCount, Refusal } from '../../model/plan.js';
import type { Budget } from '../budget.js';
import type { Memory } from '../memory.js';
import { bitsOfField } from '../outcomes/asked.js';
import { AddressSpans, isAddress } from './addresses.js';
import { type Cells, HashedCells, keyOfSums, PagedCells } from './cells.js';
import { bitsOfTerms, classesOf, type FieldClasses } from './field-classes.js';
import { Group } from './groups.js';
import { HalfSums, isNarrow } from './half-sums.js';
import type { Journeys } from './journeys.js';
import { countBits } from './mark-terms.js';
import { columnName } from './names.js';
import { exactFields, isGiven, MOST_VALUES, mostOf, type Rooms, type Shape, SMALL } from './shape.js';
import { begun, joined, recordOf, type Step } from './step.js';
import { Strides } from './strides.js';
import { byteTable, halfTable, wordTable } from './tables.js';
import type { Terms } from './terms.js';
import { placeTuples, type TupleColumns, type TupleList } from './tuple-lists.js';
import { wideTable } from './wide-table.js';

/** Classes of an address that go into a key by themselves. */
const MOST_ALONE = 1 << 17;
/** Keys of which nothing is known yet, or ever. */
const UNMET = -1;
const NEVER = -2;
/** Sums at once. */
const MOST_SUMS = 14;

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
/** Half words of fragments may have a bit of no meaning. */
const bitsOf = (field: Field): number => (field === Field.Frag ? 16 : (bitsOfField(field) ?? 32));

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
  private readonly sums: number;
  private steps: Step[] = [];
  private readonly records: number;
  private readonly met: Met[] = [];
  /** of addresses of IPv6, columns of their numbers. */
  private readonly numbers = new Map<Field, number>();
  /** how many sums are in use, the first two of which are the key. */
  private sumCount = 2;
  /** of packets beside the batch: the table of the places of their interfaces, and what stands for an interface. */
  private readonly places: { readonly at: number; readonly stride: number; readonly most: number } | undefined;
  private readonly links = new Map<number, number>();
  /** numbers of the interfaces that the places stand for. */
  private named: string | undefined;
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
    private readonly shape: Shape,
    rooms: Rooms,
    readonly groups: readonly Group[],
    /** how many cells there are. */
    readonly size: number,
    /** of the cells, once there is the plan. */
    budget: Budget,
  ) {
    const start = memory.mark();
    this.sums = memory.reserve(COLUMN_BYTES * MOST_SUMS);
    const bits = bitsOfMark(terms, shape);
    const strides = new Strides(2 ** countBits(bits));
    if (bits !== 0) this.addBits(bits);
    const place = (classes: number) => {
      const { half, stride } = strides.place(classes)!;
      return { stride, to: this.sums + COLUMN_BYTES * half };
    };
    for (const group of groups) {
      const { stride, to } = place(group.classes.count);
      this.addGroup(group, stride, to);
    }
    for (const [column, most] of exactFields(terms, shape, rooms)) {
      const { stride, to } = place(most);
      if (column === Field.InIf && shape.beside !== undefined) this.places = this.addPlaces(most, stride, to);
      else this.addMet(column, most, stride, to);
    }
    for (const list of terms.lists) {
      const { stride, to } = place(list.classes);
      const table = placeTuples(memory, list, this.tupleColumns());
      this.steps.push({ kind: ColumnStep.Tuples, from: 0, table, to, stride });
    }
    for (const list of terms.firsts) {
      const { stride, to } = place(list.classes);
      const table = list.place(memory, this.tupleColumns(), stride);
      this.steps.push({ kind: ColumnStep.First, from: 0, table, to });
    }
    this.addGuards(shape);
    this.cells = strides.isOne ? new PagedCells(memory, size, budget) : new HashedCells(memory, budget);
    const sums = Array.from({ length: this.sumCount }, (_, sum) => this.sums + COLUMN_BYTES * sum);
    this.steps = begun(joined(this.steps, this.sums), sums);
    this.records = memory.place(this.steps.flatMap(recordOf));
    this.at = memory.place(
      wordsOf({
        [ColumnsWord.Steps]: this.records,
        [ColumnsWord.StepCount]: this.steps.length,
        [ColumnsWord.Sums]: this.sums,
        [ColumnsWord.Cells]: this.cells.at,
        [ColumnsWord.Mask]: this.cells.mask,
        [ColumnsWord.Pages]: this.cells.pages,
        [ColumnsWord.Numbers]: memory.reserve(2 * BATCH_SLOTS),
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

  /** Its classes, multiplied, are added to the key. */
  private addGroup(group: Group, stride: number, to: number): void {
    const [only] = group.summands;
    if (group.summands.length === 1 && !(only!.of instanceof Group)) return this.addField(only!.of, stride, to);
    const sourceOf = (field: Field) => this.sourceOf(field);
    const narrow = isNarrow(group, sourceOf);
    const sums = new HalfSums(this.memory, this.steps, sourceOf, (one) => oddOf(this.terms, one));
    const from = narrow ? sums.add(group) : this.addSummands(group);
    // what a class of none has gone into leads to the last entry
    const isOdd = oddOf(this.terms, group);
    const entries = Array.from(group.table, (number) => (isOdd(number) ? KEY_NEVER : stride * number));
    const table = this.memory.place([...entries, KEY_NEVER]);
    const count = group.product + 1;
    if (narrow) this.steps.push({ kind: ColumnStep.Last, from, width: 2, table, to, count });
    else this.steps.push({ kind: ColumnStep.Map, from, table, to, count });
  }

  /** Where the sums will be. */
  private addSummands(group: Group): number {
    const { memory } = this;
    const [one, two] = group.summands.map(({ of }) => of);
    const isPlain = (of: FieldClasses | Group | undefined) =>
      of !== undefined && !(of instanceof Group) && isAddress(of.field) && of.numbers.length > 1;
    const isPair = isPlain(one) && isPlain(two) && !(this.terms.addresses instanceof AddressSpans);
    if (isPair && group.summands.length === 2) {
      const [a, b] = group.summands as readonly { readonly of: FieldClasses; readonly stride: number }[];
      const to = memory.reserve(COLUMN_BYTES);
      const other = this.sourceOf(b!.of.field).from;
      const otherTable = wordTable(memory, b!.of, b!.stride);
      const table = wordTable(memory, a!.of, a!.stride);
      this.steps.push({ ...this.sourceOf(a!.of.field), kind: ColumnStep.Pair, table, to, other, otherTable });
      return to;
    }
    const sum = this.sums + COLUMN_BYTES * this.sumCount++;
    for (const { of, stride } of group.summands) {
      if (of instanceof Group) this.addGroup(of, stride, sum);
      else this.addField(of, stride, sum);
    }
    return sum;
  }

  private addField(of: FieldClasses, stride: number, to: number): void {
    if (of.numbers.length === 1) return;
    const bits = bitsOf(of.field);
    const common = { ...this.sourceOf(of.field), to };
    const { addresses } = this.terms;
    if (bits <= 8)
      this.steps.push({ ...common, kind: ColumnStep.Byte, table: byteTable(this.memory, of, stride), count: 256 });
    else if (bits <= 16)
      this.steps.push({ ...common, kind: ColumnStep.Half, table: halfTable(this.memory, of, stride) });
    else if (isAddress(of.field) && addresses instanceof AddressSpans)
      this.steps.push({ ...common, kind: ColumnStep.Wide, table: this.wideTable(of, stride, addresses) });
    else this.steps.push({ ...common, kind: ColumnStep.Word, table: wordTable(this.memory, of, stride) });
  }

  /** Where those of a packet's tuple are, and room for what is found by it. */
  private tupleColumns(): TupleColumns {
    const at = (field: Field) => this.sourceOf(field).from;
    return {
      source: this.numbersOf(Field.Src),
      destination: this.numbersOf(Field.Dst),
      sourcePort: at(Field.Sport),
      destinationPort: at(Field.Dport),
      protocol: at(Field.Proto),
      isWide: this.shape.beside === undefined,
      found: this.memory.reserve(COLUMN_BYTES),
    };
  }

  /** The column of addresses as the numbers by which terms ask for them. */
  private numbersOf(field: Field.Src | Field.Dst): number {
    const { addresses } = this.terms;
    if (!(addresses instanceof AddressSpans)) return this.sourceOf(field).from;
    const known = this.numbers.get(field) ?? this.sums + COLUMN_BYTES * this.sumCount++;
    if (this.numbers.has(field)) return known;
    this.numbers.set(field, known);
    const places = addresses.starts.map((_, place) => place);
    const table = wideTable(this.memory, addresses.starts, places);
    this.steps.push({ ...this.sourceOf(field), kind: ColumnStep.Wide, table, to: known });
    return known;
  }

  private wideTable({ starts, numbers }: FieldClasses, stride: number, { starts: wide }: AddressSpans): number {
    const adds = numbers.map((number) => stride * number);
    return wideTable(
      this.memory,
      Array.from(starts, (place) => wide[place]!),
      adds,
    );
  }

  private sourceOf(column: Field | Beside): { readonly from: number; readonly width: number } {
    const { beside } = this.shape;
    if (beside === undefined) return { from: COLUMNS_BASE + COLUMN_BYTES * column, width: 4 };
    const { at, width } = beside.columns.get(column)!;
    return { from: at, width };
  }

  /** The bits of the packet's mark that anything asks, those that lie together moved together. */
  private addBits(mask: number): void {
    const runs: number[] = [];
    let left = 0;
    for (let bit = 0; bit < 32; bit++) {
      if (((mask >>> bit) & 1) === 0) continue;
      let count = 1;
      while (bit + count < 32 && ((mask >>> (bit + count)) & 1) === 1) count++;
      runs.push(bit, 2 ** count - 1, left);
      left += count;
      bit += count;
    }
    this.steps.push({
      ...this.sourceOf(Field.Mark),
      kind: ColumnStep.Bits,
      to: this.sums,
      table: this.memory.place(runs),
      count: runs.length / 3,
    });
  }

  /** Interfaces by their places among those that a batch names: `useInterfaces` says what each place stands for. */
  private addPlaces(most: number, stride: number, to: number) {
    const never = this.memory.place(new Uint32Array(256).fill(KEY_NEVER));
    const at = this.memory.place(new Uint32Array(256).fill(never));
    const { memory } = this;
    for (const page of [0, 255]) memory.words[(at >>> 2) + page] = memory.place(new Uint32Array(256).fill(KEY_NEVER));
    this.steps.push({ ...this.sourceOf(Field.InIf), kind: ColumnStep.Half, to, table: at });
    return { at, stride, most };
  }

  /** What a batch's places stand for: numbers of interfaces. */
  useInterfaces(numbers: readonly number[]): void {
    if (this.places === undefined || numbers.join() === this.named) return;
    this.named = numbers.join();
    const { at, stride, most } = this.places;
    const { words } = this.memory;
    const put = (place: number, link: number) => {
      const known = this.links.get(link) ?? this.links.size;
      if (known === most) this.full = this.closed ? undefined : Field.InIf;
      else this.links.set(link, known);
      const page = words[(at >>> 2) + (place >>> 8)]!;
      words[(page >>> 2) + (place & 255)] = known === most ? KEY_NEVER : stride * known;
    };
    for (let place = 0; place < 254; place++) {
      if (place < numbers.length) put(place, numbers[place]!);
      else words[(words[at >>> 2]! >>> 2) + place] = KEY_NEVER;
    }
    put(FROM_HOST, -1);
    put(UNSAID, 0);
  }

  private addMet(column: Field | Beside, most: number, stride: number, to: number): void {
    const { memory } = this;
    const small = { kind: ColumnStep.Byte, count: 257 };
    const large = { kind: ColumnStep.Values, count: 0, stride, unmet: KEY_UNMET };
    const unmet = () => memory.place([...new Array<number>(256).fill(KEY_UNMET), KEY_NEVER]);
    const isSmall = SMALL.includes(column);
    const table = isSmall ? unmet() : memory.reserve(4 * MOST_VALUES);
    const step = { ...this.sourceOf(column), ...(isSmall ? small : large), to, table };
    this.met.push({ column, step, stride, most, values: [] });
    this.steps.push(step);
  }

  /** What no class knows of packets by their bytes: options of IP, protocols of which more than columns tells how they are tracked. */
  private addGuards({ bytes }: Shape): void {
    if (!bytes) return;
    const { protocols, header, icmp } = this.terms;
    const guard = (column: Field, words: number[]) =>
      this.steps.push({
        ...this.sourceOf(column),
        kind: ColumnStep.Byte,
        to: this.sums,
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
  /** Those that its cells lead to, where they are now. */
  set journeys({ at, counts, fates }: Journeys) {
    this.memory.words.set([at, counts, fates], (this.at >>> 2) + ColumnsWord.Journeys);
  }

  /** The two sums of the keys of the batch's packets, as they were found last. */
  get sumColumns(): readonly [Uint32Array, Uint32Array] {
    const { words } = this.memory;
    if (this.views?.[0].buffer !== words.buffer) {
      const column = (at: number) => words.subarray(at >>> 2, (at >>> 2) + BATCH_SLOTS);
      this.views = [column(this.sums), column(this.sums + COLUMN_BYTES)];
    }
    return this.views;
  }
  private views: readonly [Uint32Array, Uint32Array] | undefined;

  /** The key of a packet that was looked up last; negative: of what nothing is known, at all or yet. */
  keyOf(place: number): number {
    const { words } = this.memory;
    const at = (this.sums >>> 2) + place;
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

/** Of a group's classes those of which nothing is known: a term that says so holds, all of whose fields the group has. */
function oddOf({ odd, all }: Terms, group: Group): (number: number) => boolean {
  const fields = group.fields;
  const bits = bitsOfTerms({ all });
  const asked = [...odd].filter((term) => all[term]!.every(({ field }) => fields.includes(field)));
  return (number) => {
    const row = group.classes.row(number);
    return asked.some((term) => ((row[bits[term]! >>> 5]! >>> (bits[term]! & 31)) & 1) === 1);
  };
}

const bitsOfMark = ({ exact, markBits }: Terms, shape: Shape): number =>
  !exact.has(Field.Mark) && isGiven(shape, Field.Mark) ? markBits : 0;

export const countOf = ({ field, classes }: FieldClasses): FieldCount => ({
  field: columnName(field),
  classes: classes.count,
});

const wordsOf = (words: Partial<Record<number, number>>): number[] =>
  Array.from({ length: ColumnsWord.Size }, (_, word) => words[word] ?? 0);
