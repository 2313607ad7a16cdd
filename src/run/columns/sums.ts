/** The sums of a plan, and the steps that make them: classes of fields, of groups of fields, and tuples. */
import { type Beside, COLUMN_BYTES, COLUMNS_BASE, ColumnStep, Field, KEY_NEVER } from '../../abi.js';
import type { Memory } from '../memory.js';
import { bitsOfField } from '../outcomes/asked.js';
import { AddressSpans, isAddress } from './addresses.js';
import { bitsOfTerms, type FieldClasses } from './field-classes.js';
import type { FirstList } from './first-lists.js';
import { Group } from './groups.js';
import { HalfSums, isNarrow } from './half-sums.js';
import type { Shape } from './shape.js';
import { begun, joined, type Step } from './step.js';
import { byteTable, halfTable, wordTable } from './tables.js';
import type { Terms } from './terms.js';
import { placeTuples, type TupleColumns, type TupleTable } from './tuple-tables.js';
import { WideSteps } from './wide-steps.js';

/** Sums at once. */
const MOST_SUMS = 14;
/** Half words of fragments may have a bit of no meaning. */
export const bitsOf = (field: Field): number => (field === Field.Frag ? 16 : (bitsOfField(field) ?? 32));

export class Sums {
  /** where they are, the first two of which are the key. */
  readonly at: number;
  readonly steps: Step[] = [];
  private count = 2;
  /** of addresses of IPv6. */
  private readonly wide: WideSteps | undefined;
  /** theirs, once all was added. */
  private wideSteps: readonly Step[] | undefined;

  constructor(
    private readonly memory: Memory,
    private readonly terms: Terms,
    private readonly shape: Shape,
  ) {
    this.at = memory.reserve(COLUMN_BYTES * MOST_SUMS);
    if (terms.addresses instanceof AddressSpans) this.wide = new WideSteps(memory, terms.addresses);
  }

  /** Steps in their order, each sum begun, once all was added; with those beside that are given. */
  all(more: readonly Step[] = []): Step[] {
    this.wideSteps ??= this.wide?.steps((field) => this.sourceOf(field)) ?? [];
    const sums = Array.from({ length: this.count }, (_, sum) => this.at + COLUMN_BYTES * sum);
    const steps = [...this.wideSteps, ...this.steps, ...more];
    return begun(joined(steps, this.at), [...sums, ...(this.wide?.columns ?? [])]);
  }

  private next(): number {
    return this.at + COLUMN_BYTES * this.count++;
  }

  /** Its classes, multiplied, are added to the key. */
  addGroup(group: Group, stride: number, to: number): void {
    const [only] = group.summands;
    if (group.summands.length === 1 && !(only!.of instanceof Group)) return this.addField(only!.of, stride, to);
    const sourceOf = (field: Field) => this.sourceOf(field);
    const narrow = isNarrow(group, sourceOf);
    const sums = new HalfSums(this.memory, this.steps, sourceOf, (one) => oddOf(this.terms, one));
    const from = narrow ? sums.add(group) : this.addSummands(group);
    // what a class of none has gone into leads to the last entry
    const isOdd = oddOf(this.terms, group);
    const count = group.product + 1;
    const entries = new Uint32Array(count).fill(KEY_NEVER);
    for (let sum = 0; sum < group.product; sum++) {
      const number = group.table[sum]!;
      if (!isOdd(number)) entries[sum] = stride * number;
    }
    const table = this.memory.place(entries);
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
    const sum = this.next();
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
    if (bits <= 8)
      this.steps.push({ ...common, kind: ColumnStep.Byte, table: byteTable(this.memory, of, stride), count: 256 });
    else if (bits <= 16)
      this.steps.push({ ...common, kind: ColumnStep.Half, table: halfTable(this.memory, of, stride) });
    else if (this.wide !== undefined && isAddress(of.field)) {
      const words = new Uint32Array(this.terms.addresses.end);
      of.starts.forEach((start, i) => {
        words.fill(stride * of.numbers[i]!, start);
      });
      this.wide.add(of.field, words, to);
    } else this.steps.push({ ...common, kind: ColumnStep.Word, table: wordTable(this.memory, of, stride) });
  }

  addTuples(tuples: TupleTable, stride: number, to: number): void {
    const table = placeTuples(this.memory, tuples, this.tupleColumns());
    this.steps.push({ kind: ColumnStep.Tuples, from: 0, table, to, stride });
  }
  addFirst(list: FirstList, stride: number, to: number): void {
    const { blocks } = list;
    const of = (field: Field.Src | Field.Dst) =>
      blocks === undefined ? this.numbersOf(field) : this.wide!.column(field, blocks[field].numbers);
    const table = list.place(this.memory, this.tupleColumns(of), stride);
    this.steps.push({ kind: ColumnStep.First, from: 0, table, to });
  }

  /** Where those of a packet's tuple are, and room for what is found by it. */
  private tupleColumns(addressesOf = (field: Field.Src | Field.Dst) => this.numbersOf(field)): TupleColumns {
    const at = (field: Field) => this.sourceOf(field).from;
    return {
      source: addressesOf(Field.Src),
      destination: addressesOf(Field.Dst),
      sourcePort: at(Field.Sport),
      destinationPort: at(Field.Dport),
      protocol: at(Field.Proto),
      isWide: this.shape.inPlace === undefined,
      found: this.memory.reserve(COLUMN_BYTES),
    };
  }

  /** The column of addresses as the numbers by which terms ask for them. */
  private numbersOf(field: Field.Src | Field.Dst): number {
    return this.wide?.placesOf(field) ?? this.sourceOf(field).from;
  }

  sourceOf(column: Field | Beside): { readonly from: number; readonly width: number } {
    const { inPlace } = this.shape;
    if (inPlace === undefined) return { from: COLUMNS_BASE + COLUMN_BYTES * column, width: 4 };
    const { at, width } = inPlace.columns.get(column)!;
    return { from: at, width };
  }

  /** The bits of the packet's mark that anything asks, those that lie together moved together. */
  addBits(mask: number): void {
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
      to: this.at,
      table: this.memory.place(runs),
      count: runs.length / 3,
    });
  }
}

/** Of a group's classes those of which nothing is known: a term that says so holds, all of whose fields the group has. */
function oddOf({ odd, all }: Terms, group: Group): (number: number) => boolean {
  const fields = group.fields;
  const bits = bitsOfTerms({ all });
  const asked = [...odd].filter((term) => all[term]!.every(({ field }) => fields.includes(field)));
  const { classes } = group;
  // a class is of many sums
  const told = Uint8Array.from({ length: classes.count }, (_, number) =>
    Number(asked.some((term) => classes.holds(number, bits[term]!))),
  );
  return (number) => told[number] === 1;
}
