/** Columns of which each value counts by itself: it gets a place when the first packet has it, and what that adds to a key. */
import { type Beside, COLUMN_BYTES, ColumnStep, type Field, KEY_NEVER, KEY_UNMET } from '../../abi.js';
import type { Memory } from '../memory.js';
import { MOST_VALUES, mostOf, SMALL } from './shape.js';
import type { Step } from './step.js';
import type { Place } from './strides.js';

type Source = Pick<Step, 'from' | 'width'>;

/** Places for values. Each time that there is more room it is another digit of the key: keys that stand stay what they are. */
export abstract class MetColumn {
  /** places that there are. */
  room = 1;
  readonly most: number;
  /** it gets no more room: packets with other values go the long way. */
  closed = false;
  private readonly digits: (Place & { readonly below: number; readonly count: number })[] = [];
  /** what adds to either sum, as far as a digit is there. */
  private readonly steps: (Step | undefined)[] = [];

  constructor(
    protected readonly memory: Memory,
    readonly column: Field | Beside,
    private readonly source: Source,
    /** where the sums are. */
    private readonly sums: number,
  ) {
    this.most = mostOf(column);
  }

  /** The step that a digit in such a sum takes, where there is none yet; reserves memory. */
  stepTo(half: number): Step | undefined {
    if (this.steps[half] !== undefined) return undefined;
    const first = this.steps.every((one) => one === undefined);
    return { ...this.source, to: this.sums + COLUMN_BYTES * half, ...this.tableOf(first) };
  }

  /** So many times as many places, by a digit at such a place of the key, and the step that it takes. */
  widen(place: Place, count: number, step: Step | undefined): void {
    this.steps[place.half] ??= step;
    this.digits.push({ ...place, below: this.room, count });
    this.room *= count;
  }

  /** Of values that were not met, as the first step has it, or of a digit beside that. */
  protected abstract tableOf(first: boolean): Pick<Step, 'kind' | 'table' | 'count'>;

  /** The value at a place adds to the sums what that comes to. */
  protected tell(value: number, place: number): void {
    this.steps.forEach((step, half) => {
      if (step === undefined) return;
      let addend = 0;
      for (const { half: own, stride, below, count } of this.digits)
        if (own === half) addend += stride * (Math.floor(place / below) % count);
      this.put(step.table >>> 2, value, place, addend);
    });
  }
  protected abstract put(words: number, value: number, place: number, addend: number): void;

  /** Values that were not met go the long way from now on. */
  close(): void {
    this.closed = true;
    const { words } = this.memory;
    for (const step of this.steps)
      if (step !== undefined)
        for (const at of this.addendsIn(step.table >>> 2)) if (words[at] === KEY_UNMET) words[at] = KEY_NEVER;
  }
  protected abstract addendsIn(table: number): Iterable<number>;
}

function* upTo(first: number, count: number): Iterable<number> {
  for (let at = first; at < first + count; at++) yield at;
}

/** Which are met in the packets themselves. */
export class MetValues extends MetColumn {
  private readonly places = new Map<number, number>();
  /** there was no room for. */
  readonly missed = new Set<number>();

  /** Whether something was learnt of keys with the value. */
  meet(value: number): boolean {
    if (this.closed || this.places.has(value) || (this.isSmall && value >= BYTES)) return false;
    if (this.places.size >= Math.min(this.room, this.most)) {
      this.missed.add(value);
      return false;
    }
    this.places.set(value, this.places.size);
    this.tell(value, this.places.size - 1);
    return true;
  }
  private get isSmall(): boolean {
    return SMALL.includes(this.column);
  }

  protected tableOf(first: boolean): Pick<Step, 'kind' | 'table' | 'count'> {
    const { memory } = this;
    const addend = first ? KEY_UNMET : 0;
    if (this.isSmall)
      return {
        kind: ColumnStep.Byte,
        table: memory.place([...new Array<number>(BYTES).fill(addend), first ? KEY_NEVER : 0]),
        count: BYTES + 1,
      };
    const addends = new Array<number>(ADDENDS).fill(addend);
    return { kind: ColumnStep.Values, table: memory.place([...new Array<number>(MOST_VALUES).fill(0), ...addends]) };
  }
  protected put(table: number, value: number, place: number, addend: number): void {
    const { words } = this.memory;
    if (!this.isSmall) words[table + place] = value;
    words[table + (this.isSmall ? value : MOST_VALUES + place)] = addend;
  }
  protected addendsIn(table: number): Iterable<number> {
    return this.isSmall ? upTo(table, BYTES) : upTo(table + MOST_VALUES, ADDENDS);
  }
}
const BYTES = 256;
/** Of each place, and of the number that stands for none of them. */
const ADDENDS = 2 * MOST_VALUES + 1;
