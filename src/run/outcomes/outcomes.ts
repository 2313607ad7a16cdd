/**
 * What a table makes of packets at a hook, remembered: a packet of whose values no condition has told one from another's
 * fares as that one did. The bytecode finds each outcome once, for the second packet of its kind; what depends on order,
 * chance or bytes is left to it each time. The core looks outcomes up (assembly/outcomes.ts); here they are learnt.
 */
import {
  Event,
  type Field,
  KEY_NONE,
  KIND_EACH,
  KIND_MET,
  KIND_NEW,
  OUTCOME_WORDS,
  OutcomeWord,
  PartWord,
  PlanWord,
} from '../../abi.js';
import type { Entry } from '../../compile/compile.js';
import type { Selection } from '../batch.js';
import type { Memory } from '../memory.js';
import type { Stages } from '../stage.js';
import type { Asked } from './asked.js';
import type { Part } from './classes.js';

/** Each kind has two bytes of its own. */
const MOST_KINDS = 1 << 22;
/** Beyond so many different outcomes the bytecode walks what is new each time. */
const MOST_OUTCOMES = 2048;
/** Where more than a quarter of so many packets were of new kinds, nothing is gained. */
const TRIAL = 1 << 14;
/** Mark, tos and ttl: the fields that targets change. */
const MOST_EDITS = 3;
const EDIT_BYTES = 8;

interface Outcome {
  /** columns of results: verdict, rule, translation, question. */
  readonly results: readonly number[];
  readonly edits: readonly (readonly [field: Field, value: number])[];
  /** counters that the packet goes into, some more than once. */
  readonly counters: readonly number[];
}

export class Outcomes {
  private readonly plan: number;
  private readonly kinds: number;
  private readonly outcomes: number;
  private readonly edits: number;
  private readonly keys: number;
  private readonly pending: number;
  /** outcomes by a number made of all that they are; few share one. */
  private readonly known = new Map<number, number[]>();
  /** of each outcome, by its number less the first's. */
  private readonly counters: (readonly number[])[] = [];
  private readonly made: (readonly number[])[] = [];
  private looked = 0;
  private learnt = 0;

  private constructor(
    private readonly stages: Stages,
    private readonly memory: Memory,
    private readonly entry: Entry,
    private readonly asked: Asked,
    private readonly parts: readonly Part[],
    kinds: number,
  ) {
    this.plan = memory.reserve(4 * PlanWord.Size);
    const parted = memory.reserve(4 * PartWord.Size * parts.length + 4);
    this.kinds = memory.reserve(2 * kinds);
    this.outcomes = memory.reserve(4 * OUTCOME_WORDS * MOST_OUTCOMES);
    this.edits = memory.reserve(EDIT_BYTES * MOST_EDITS * MOST_OUTCOMES);
    this.keys = memory.reserve(4 * stages.capacity);
    this.pending = memory.reserve(4 * stages.capacity);
    let stride = 1;
    parts.forEach((part, i) => {
      part.write(memory, parted + 4 * PartWord.Size * i, stride);
      stride *= part.count;
    });
    const words = { Parts: parted, PartCount: parts.length, Kinds: this.kinds, Outcomes: this.outcomes } as const;
    for (const [word, value] of Object.entries({ ...words, Keys: this.keys, Pending: this.pending }))
      memory.words[(this.plan >>> 2) + PlanWord[word as keyof typeof PlanWord]] = value;
  }

  /** undefined: there are too many kinds. Reserves memory: columns have to be looked for anew. */
  static of(stages: Stages, memory: Memory, entry: Entry, asked: Asked, parts: readonly Part[]): Outcomes | undefined {
    const kinds = parts.reduce((product, { count }) => product * count, 1);
    return kinds > MOST_KINDS ? undefined : new Outcomes(stages, memory, entry, asked, parts, kinds);
  }

  /** Does what Stages.walk does without a trace. */
  walk(selection: Selection): void {
    const { stages } = this;
    if (this.looked > TRIAL && 4 * this.learnt > this.looked) return stages.walk(this.entry, selection.slots);
    this.looked += selection.size;
    stages.select(selection.slots);
    const pending = stages.recall(this.plan);
    if (pending > 0) this.walkPending(selection, pending);
  }

  /** Adds what was counted here to the counters of the core. */
  flush(): void {
    const { words } = this.memory;
    this.counters.forEach((counters, i) => {
      const at = (this.outcomes >>> 2) + OUTCOME_WORDS * (FIRST + i);
      const wide = (word: number) => words[at + word]! + words[at + word + 1]! * 2 ** 32;
      for (const counter of counters) this.stages.addCount(counter, wide(OutcomeWord.Packets), wide(OutcomeWord.Bytes));
      words.fill(0, at + OutcomeWord.Packets, at + OUTCOME_WORDS);
    });
  }

  /** In order: what the bytecode walks each time may remember what was before. */
  private walkPending({ list }: Selection, count: number): void {
    const { words } = this.memory;
    const numbers = this.numbers();
    const places = words.slice(this.pending >>> 2, (this.pending >>> 2) + count);
    const slots = places.map((place) => list[place]!);
    const keys = places.map((place) => words[(this.keys >>> 2) + place]!);
    let begun = 0;
    for (let i = 0; i < count; i++) {
      const key = keys[i]! < KEY_NONE ? keys[i]! : this.keyOf(slots[i]!);
      const number = key < KEY_NONE ? numbers[key]! : KIND_EACH;
      // many kinds are met once, and learning takes as long as some ten walks
      if (number === KIND_NEW) numbers[key] = KIND_MET;
      if (number === KIND_NEW || number === KIND_EACH) continue;
      if (begun < i) this.stages.walk(this.entry, slots.subarray(begun, i));
      begun = i + 1;
      if (number !== KIND_MET) this.stages.recallOne(this.plan, slots[i]!, number);
      else this.learn(slots[i]!, key);
    }
    if (begun < count) this.stages.walk(this.entry, slots.subarray(begun, count));
  }

  /** The key of a packet of which a value was not met before. */
  private keyOf(slot: number): number {
    const { stages, memory } = this;
    for (const part of this.parts) part.meet?.(memory, stages.field(slot, part.field));
    stages.select([slot]);
    stages.findKeys(this.plan);
    return memory.words[this.keys >>> 2]!;
  }

  /** Of each kind its outcome. */
  private numbers(): Uint16Array {
    const { buffer } = this.memory.words;
    if (this.view?.buffer !== buffer) this.view = new Uint16Array(buffer, this.kinds);
    return this.view;
  }
  private view: Uint16Array | undefined;

  private learn(slot: number, key: number): void {
    const { stages, asked } = this;
    const counters: number[] = [];
    const edited = new Set<Field>();
    let told = true;
    stages.watch(this.entry, slot, (event, field, address, before) => {
      if (event === Event.Hit || event === Event.Policy) counters.push(before);
      else if (event === Event.Edited) edited.add(field);
      else if (asked.untold.has(address)) told = false;
    });
    this.learnt++;
    const results = stages.results.map((column) => column[slot]!);
    const edits = [...edited].map((field) => [field, stages.field(slot, field)] as const);
    const number = told ? this.numberOf({ results, edits, counters }) : KIND_EACH;
    this.numbers()[key] = number;
  }

  private numberOf(outcome: Outcome): number {
    const parts = [...outcome.results, ...outcome.edits.flat(), -1, ...outcome.counters];
    const mixed = parts.reduce((sum, part) => Math.imul(sum ^ part, 0x01000193) ^ (sum >>> 15), 0x811c9dc5);
    const alike = this.known.get(mixed) ?? [];
    const old = alike.find((number) => sameNumbers(this.made[number - FIRST]!, parts));
    if (old !== undefined) return old;
    const number = FIRST + this.made.length;
    if (number >= MOST_OUTCOMES) return KIND_EACH;
    this.known.set(mixed, [...alike, number]);
    this.made.push(parts);
    this.counters.push(outcome.counters);
    const { words } = this.memory;
    const at = (this.outcomes >>> 2) + OUTCOME_WORDS * number;
    words.set(outcome.results, at + OutcomeWord.Results);
    words[at + OutcomeWord.EditCount] = outcome.edits.length;
    const edits = this.edits + EDIT_BYTES * MOST_EDITS * number;
    words[at + OutcomeWord.Edits] = edits;
    words.set(outcome.edits.flat(), edits >>> 2);
    return number;
  }
}

const sameNumbers = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((one, i) => one === b[i]);

/** The numbers below say that there is no outcome. */
const FIRST = KIND_MET + 1;
