/**
 * Groups whose fields are given in one byte or two: their sums have sixteen bits, and are made by the steps of
 * assembly/half-sums.ts.
 *
 *     bytes, half words of few classes ─ sixteen packets at once ─► sum ─ a table, and a port's pages ─► sum ─ …
 */
import { BATCH_SLOTS, ColumnStep, type Field, HALF_NEVER } from '../../abi.js';
import type { Memory } from '../memory.js';
import { EXCLUDED, type FieldClasses } from './field-classes.js';
import { Group } from './groups.js';
import type { Step } from './step.js';
import { halfTable, numbersOf } from './tables.js';

/** Steps read and write sixteen packets at once. */
const SLACK = 64;
/** A vector has an entry for each. */
const MOST_CLASSES = 16;
/** Of more bounds a table takes less time. */
const MOST_BOUNDS = 16;

/** Where a field is given, and bytes of a value. */
type Source = (field: Field) => { readonly from: number; readonly width: number };

/** Whether sums of sixteen bits hold all of a group. */
export function isNarrow(group: Group, sourceOf: Source): boolean {
  if (group.product >= HALF_NEVER) return false;
  return group.summands.every(({ of }) => {
    if (of instanceof Group) return isNarrow(of, sourceOf) && isPaged(group.summands[1]!.of, sourceOf);
    if (of.numbers.length === 1) return true;
    const { width } = sourceOf(of.field);
    return width === 2 || (width === 1 && new Set(of.numbers).size <= MOST_CLASSES);
  });
}
const isPaged = (of: FieldClasses | Group, sourceOf: Source): boolean =>
  !(of instanceof Group) && of.numbers.length > 1 && sourceOf(of.field).width === 2;

export class HalfSums {
  constructor(
    private readonly memory: Memory,
    private readonly steps: Step[],
    private readonly sourceOf: Source,
    /** of which classes of a group nothing is known. */
    private readonly oddOf: (group: Group) => (number: number) => boolean,
  ) {}

  /** Where the sums of a group will be. */
  add(group: Group): number {
    const { memory, steps, sourceOf } = this;
    const to = memory.reserve(2 * BATCH_SLOTS + SLACK);
    let adds = false;
    let inner: number | undefined;
    group.summands.forEach(({ of, stride }, i) => {
      if (of instanceof Group) {
        inner = this.add(of);
        return;
      }
      if (of.numbers.length === 1) return;
      const { from, width } = sourceOf(of.field);
      if (inner !== undefined && i === 1) {
        const within = group.summands[0]!.of as Group;
        const other = { other: from, otherTable: halfTable(memory, of, stride) };
        const count = within.product + 1;
        steps.push({ kind: ColumnStep.Chain, from: inner, width: 2, table: this.tableOf(within), to, count, ...other });
      } else steps.push({ ...this.stepOf(of, stride, width), from, width, to, adds });
      adds = true;
    });
    return to;
  }

  private stepOf(of: FieldClasses, stride: number, width: number): Pick<Step, 'kind' | 'table' | 'count'> {
    if (width === 1) return { kind: ColumnStep.Rows, ...rowsOf(this.memory, of, stride) };
    if (of.starts.length <= MOST_BOUNDS) return { kind: ColumnStep.Bounds, ...boundsOf(this.memory, of, stride) };
    return { kind: ColumnStep.Pages, table: halfTable(this.memory, of, stride), count: 0 };
  }

  /** A half word for each sum, and one for all that are none. */
  private tableOf(group: Group): number {
    const isOdd = this.oddOf(group);
    const entries = new Uint16Array(group.product + 1).fill(HALF_NEVER);
    for (let sum = 0; sum < group.product; sum++) {
      const number = group.table[sum]!;
      if (!isOdd(number)) entries[sum] = number;
    }
    return placeBytes(this.memory, new Uint8Array(entries.buffer));
  }
}

function placeBytes(memory: Memory, bytes: Uint8Array): number {
  const at = memory.reserve(bytes.length);
  memory.bytes.set(bytes, at);
  return at;
}

/** What each of some classes adds: low bytes, and high ones. */
function addendsOf(numbers: readonly number[], stride: number): Uint8Array {
  const bytes = new Uint8Array(2 * MOST_CLASSES);
  numbers.forEach((number, id) => {
    const addend = number === EXCLUDED ? HALF_NEVER : stride * number;
    bytes[id] = addend & 255;
    bytes[MOST_CLASSES + id] = addend >>> 8;
  });
  return bytes;
}

/** Which row each high half takes, addends, and the rows: of the low half the place of its class among those. */
function rowsOf(memory: Memory, of: FieldClasses, stride: number): { readonly table: number; readonly count: number } {
  const classes = [...new Set(of.numbers)];
  const ids = Uint8Array.from(numbersOf(of, 256), (number) => classes.indexOf(number));
  const rows = new Map<string, Uint8Array>();
  const numbers = new Uint8Array(16);
  for (let high = 0; high < 16; high++) {
    const row = ids.subarray(16 * high, 16 * (high + 1));
    const key = row.join();
    if (!rows.has(key)) rows.set(key, row);
    numbers[high] = [...rows.keys()].indexOf(key);
  }
  const all = [numbers, addendsOf(classes, stride), ...rows.values()];
  return { table: placeBytes(memory, Uint8Array.from(all.flatMap((one) => [...one]))), count: rows.size };
}

/** Addends of the intervals, and eight times where each of them begins but for the first. */
function boundsOf(
  memory: Memory,
  of: FieldClasses,
  stride: number,
): { readonly table: number; readonly count: number } {
  const bounds = of.starts.slice(1).flatMap((start) => new Array<number>(8).fill(start));
  const bytes = [...addendsOf(of.numbers, stride), ...new Uint8Array(Uint16Array.from(bounds).buffer)];
  return { table: placeBytes(memory, Uint8Array.from(bytes)), count: of.starts.length - 1 };
}
