/**
 * What a table makes of packets at a hook, remembered: a packet of whose values no condition has told one from another's
 * fares as that one did. The bytecode finds each outcome once, for the first packet of its kind; what depends on order,
 * chance or bytes is left to it each time.
 */
import { Event, type Field, TRACE_ALL } from '../../abi.js';
import type { Entry } from '../../compile/compile.js';
import type { Selection } from '../batch.js';
import { PairMap } from '../pair-map.js';
import type { Stages, TraceRecord } from '../stage.js';
import type { Asked } from './asked.js';
import { NO_KEY, type Part } from './classes.js';

interface Outcome {
  readonly number: number;
  /** columns of results: verdict, rule, translation, question. */
  readonly results: readonly number[];
  readonly edits: readonly { readonly field: Field; readonly value: number }[];
  /** counters that the packet goes into, some more than once. */
  readonly counters: readonly number[];
}

/** Kinds up to here have a place each in one array; beyond it they are hashed. */
const MOST_DIRECT = 1 << 22;
const MOST_KINDS = 0x7fffffff;
/** The memory of kinds that were met, at most. */
const MOST_MET = 1 << 20;
const MOST_OUTCOMES = 0x10000;
const ROW = 8;
const EDITS = 4;
const UNKNOWN = 0;
/** Each time by the bytecode. */
const EACH = 1;
/** Where more than a quarter of so many packets were of new kinds, nothing is gained. */
const TRIAL = 1 << 14;

export class Outcomes {
  private readonly all: (Outcome | undefined)[] = [undefined, undefined];
  private readonly known = new Map<string, Outcome>();
  /** by kind the number of its outcome. */
  private readonly direct: Uint16Array | undefined;
  private readonly hashed = new PairMap<number>(MOST_MET);
  private packets = new Float64Array(64);
  private bytes = new Float64Array(64);
  /** by outcome the four results, and whether it has edits. */
  private table = new Uint32Array(64 * ROW);
  private readonly keys: Uint32Array;
  private readonly pending: Uint32Array;
  private readonly pendingKeys: Uint32Array;
  private looked = 0;
  private learnt = 0;

  private constructor(
    private readonly stages: Stages,
    private readonly entry: Entry,
    private readonly asked: Asked,
    private readonly parts: readonly Part[],
    kinds: number,
  ) {
    this.direct = kinds <= MOST_DIRECT ? new Uint16Array(kinds) : undefined;
    this.keys = new Uint32Array(stages.capacity);
    this.pending = new Uint32Array(stages.capacity);
    this.pendingKeys = new Uint32Array(stages.capacity);
  }

  /** undefined: there are too many kinds. */
  static of(stages: Stages, entry: Entry, asked: Asked, parts: readonly Part[]): Outcomes | undefined {
    let kinds = 1;
    for (const part of parts) {
      part.scale(kinds);
      kinds *= part.count;
      if (kinds > MOST_KINDS) return undefined;
    }
    return new Outcomes(stages, entry, asked, parts, kinds);
  }

  /** Does what Stages.walk does without a trace. */
  walk(selection: Selection): void {
    const { list, size } = selection;
    if (this.looked > TRIAL && 4 * this.learnt > this.looked) {
      this.stages.walk(this.entry, selection.slots);
      return;
    }
    const { keys, stages } = this;
    keys.fill(0, 0, size);
    for (const part of this.parts) part.add(stages.columns, list, size, keys);
    this.looked += size;
    let pending = 0;
    for (let i = 0; i < size; i++) {
      const key = keys[i]!;
      const number = this.find(key);
      if (number > EACH) this.apply(list[i]!, number);
      else {
        this.pending[pending] = list[i]!;
        this.pendingKeys[pending++] = key;
      }
    }
    if (pending > 0) this.walkPending(pending);
  }

  /** Adds what was counted here to the counters of the core. */
  flush(): void {
    for (const outcome of this.known.values()) {
      const { number, counters } = outcome;
      for (const counter of counters) this.stages.addCount(counter, this.packets[number]!, this.bytes[number]!);
      this.packets[number] = 0;
      this.bytes[number] = 0;
    }
  }

  /** In order: what the bytecode walks each time may remember what was before. */
  private walkPending(count: number): void {
    const { pending, pendingKeys, stages } = this;
    let begun = 0;
    for (let i = 0; i < count; i++) {
      const number = this.find(pendingKeys[i]!);
      if (number === EACH) continue;
      if (begun < i) stages.walk(this.entry, pending.subarray(begun, i));
      begun = i + 1;
      if (number > EACH) this.apply(pending[i]!, number);
      else this.learn(pending[i]!, pendingKeys[i]!);
    }
    if (begun < count) stages.walk(this.entry, pending.subarray(begun, count));
  }

  private find(key: number): number {
    if (key >= NO_KEY) return EACH;
    return (this.direct === undefined ? this.hashed.get(key, 0) : this.direct[key]) ?? UNKNOWN;
  }

  private apply(slot: number, number: number): void {
    const { stages, table } = this;
    const { results } = stages;
    const row = number * ROW;
    this.packets[number]!++;
    this.bytes[number]! += stages.lengthOf(slot);
    results[0]![slot] = table[row]!;
    results[1]![slot] = table[row + 1]!;
    results[2]![slot] = table[row + 2]!;
    results[3]![slot] = table[row + 3]!;
    if (table[row + EDITS] !== 0)
      for (const { field, value } of this.all[number]!.edits) stages.rewrite(slot, field, value);
  }

  private learn(slot: number, key: number): void {
    const { stages, asked } = this;
    const counters: number[] = [];
    const edited = new Set<Field>();
    let told = true;
    stages.walk(this.entry, [slot], TRACE_ALL, ({ event, field, address, before }: TraceRecord) => {
      if (event === Event.Hit || event === Event.Policy) counters.push(before);
      else if (event === Event.Edited) edited.add(field);
      else if (asked.untold.has(address)) told = false;
    });
    this.learnt++;
    const results = stages.results.map((column) => column[slot]!);
    const edits = [...edited].map((field) => ({ field, value: stages.field(slot, field) }));
    const room = this.all.length < MOST_OUTCOMES;
    const number = told && room ? this.numberOf({ results, edits, counters }) : EACH;
    if (this.direct === undefined) this.hashed.set(key, 0, number);
    else this.direct[key] = number;
  }

  private numberOf(outcome: Omit<Outcome, 'number'>): number {
    const text = JSON.stringify(outcome);
    const old = this.known.get(text);
    if (old !== undefined) return old.number;
    const number = this.all.length;
    const made = { ...outcome, number };
    this.all.push(made);
    this.known.set(text, made);
    if (number >= this.packets.length) {
      this.packets = grown(this.packets);
      this.bytes = grown(this.bytes);
      const table = new Uint32Array(2 * this.table.length);
      table.set(this.table);
      this.table = table;
    }
    this.table.set(outcome.results, number * ROW);
    this.table[number * ROW + EDITS] = outcome.edits.length;
    return number;
  }
}

function grown(numbers: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const more = new Float64Array(2 * numbers.length);
  more.set(numbers);
  return more;
}
