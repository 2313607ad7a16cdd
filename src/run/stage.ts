/**
 * A program in the core's memory, and its stages: one table's chain at one hook, run for a selection of a batch of
 * packets. The host fills columns between stages; what a stage has found stands in columns of results.
 */
import {
  Answer,
  BATCH_SLOTS,
  NO_ANSWER,
  Result,
  Run,
  Section,
  SetWord,
  Status,
  TRACE_JOURNEY,
  TRACE_NONE,
  TRACE_WORDS,
  type Verdict,
} from '../abi.js';
import type { Compiled, Entry } from '../compile/compile.js';
import { PacketwalkError } from '../errors.js';
import type { SetDef } from '../model/set.js';
import type { AddressTypeInterval } from './address-types.js';
import type { HostStates } from './host-states.js';
import { Interfaces } from './interfaces.js';
import type { AddressTypeInterval6 } from './ipv6/address-types.js';
import { PacketSlots } from './packet-slots.js';
import type { Selection } from './selection.js';
import { type SetContext, setBytes, writeSet } from './sets.js';
import { decoded, type ReadRecords, type TraceRecord } from './trace-records.js';
import type { Core } from './wasm.js';
import { addWide, wideAt } from './wide.js';

/** Words of the core's memory: four for each counter, those of rules before those of policies, and state cells. */
export interface RememberedWords {
  readonly counters: Uint32Array;
  readonly cells: Uint32Array;
}
/** And what the host keeps of states. */
export interface Remembered extends RememberedWords {
  readonly states: HostStates;
}

export interface StageHost {
  /** how many interfaces it is known to have. */
  readonly interfaces?: number;
  /** targets may add so many bytes to a packet: room that is left behind each. */
  readonly growth?: number;
  /** answers a fact for a packet: by a number where Fact says so. */
  fact(kind: number, flags: number, packet: number): boolean | number;
}

const TRACE_RECORDS = 4096;
const NOBODY = 0xffffffff;
const RESULTS = [Result.Verdict, Result.Rule, Result.Translation, Result.Question] as const;

export class Stages extends PacketSlots {
  private readonly counters: number;
  private readonly selection: number;
  private readonly answers: number;
  private readonly cells: number;
  private readonly cellWords: number;
  private readonly trace: number;
  private sets:
    | {
        readonly places: ReadonlyMap<string, number>;
        readonly context: SetContext;
        readonly roomOf: (set: SetDef) => number;
      }
    | undefined;
  /** the place of the address types, and how many intervals it holds. */
  private addressTypes = { at: 0, room: -1 };

  /** `byteArea`: bytes of packets that a batch can hold. Whoever used the core before has it no longer. */
  constructor(
    core: Core,
    private readonly compiled: Compiled,
    byteArea: number,
    private readonly host: StageHost,
  ) {
    const { program, patterns } = compiled;
    const { memory } = core;
    const interfaces = new Interfaces(memory, patterns, host.interfaces ?? 0);
    super(core, { family: program.family, byteArea, growth: host.growth ?? 0, interfaces });
    const copy = (section: Section): number => memory.place(program.section(section));
    const code = copy(Section.Code);
    const translations = copy(Section.Translations);
    const data = copy(Section.Data);
    this.cells = copy(Section.Cells);
    this.cellWords = program.section(Section.Cells).length;
    this.counters = memory.reserve(16 * (program.rules + program.policies));
    this.answers = memory.reserve(4 * compiled.questions.length + 4);
    this.selection = memory.reserve(4 * BATCH_SLOTS);
    this.trace = memory.reserve(4 * TRACE_WORDS * TRACE_RECORDS);
    this.set(Run.Code, code);
    this.set(Run.Data, data);
    this.set(Run.Translations, translations);
    this.set(Run.Counters, this.counters);
    this.set(Run.Cells, this.cells);
    this.set(Run.Answers, this.answers);
    this.set(Run.Selection, this.selection);
    this.set(Run.Stack, memory.reserve(4 * (program.depth + 1)));
    this.set(Run.Trace, this.trace);
    this.set(Run.TraceEnd, this.trace);
    this.set(Run.TraceLimit, this.trace + 4 * TRACE_WORDS * TRACE_RECORDS);
    this.set(Run.Unanswered, memory.reserve((program.section(Section.Code).length >>> 3) + 1));
    this.seed(1);
    this.set(Run.Count, 1);
    compiled.questions.forEach((_, index) => {
      this.answer(index, Answer.Open);
    });
    this.renewViews();
  }

  /**
   * The sets that the program names, and those that they hold; a name that is not among `sets` is an empty one. `rooms`: how many
   * members there is to be room for in those that may get more.
   */
  useSets(sets: readonly SetDef[], rooms?: ReadonlyMap<string, number>): void {
    const { memory } = this.core;
    const places = new Map<string, number>();
    const context: SetContext = {
      ifaceNumber: (name) => this.interfaces.number(name),
      ifacesBeginning: (prefix) => this.interfaces.beginning(prefix),
      setAddress: (name) => places.get(name) ?? 0,
    };
    const roomOf = ({ name }: SetDef) => rooms?.get(name) ?? 0;
    this.sets = { places, context, roomOf };
    for (const set of sets) places.set(set.name, memory.reserve(setBytes(set, context, roomOf(set))));
    for (const set of sets) writeSet(memory.words, places.get(set.name)!, set, context, roomOf(set));
    const empty = memory.reserve(4 * SetWord.Size);
    const table = memory.reserve(4 * this.compiled.sets.length + 4);
    this.compiled.sets.forEach((name, index) => {
      memory.words[(table >>> 2) + index] = places.get(name) ?? empty;
    });
    this.set(Run.Sets, table);
    this.renewViews();
  }

  /** Where a set is laid out: its block, by words. */
  laidSet(name: string): { readonly view: Uint32Array; readonly block: number; readonly context: SetContext } {
    const { places, context } = this.sets!;
    return { view: this.core.memory.words, block: places.get(name)! >>> 2, context };
  }
  /** Writes it anew where it stands. */
  writeSet(set: SetDef): void {
    const { places, context, roomOf } = this.sets!;
    writeSet(this.core.memory.words, places.get(set.name)!, set, context, roomOf(set));
  }
  /** A packet's key comes to stand in the set's block, and the number of its interface back; -1: it has none. `directions`: of Op.Set. */
  setKey(name: string, packet: number, directions: number): number {
    return this.core.setKey(packet, this.sets!.places.get(name)!, directions);
  }
  /** The set that holds the packet: of a list one of those in it. Its key stands in that one's block then. */
  findSet(name: string, packet: number, directions: number): string | undefined {
    const { places } = this.sets!;
    const block = this.core.findSet(packet, places.get(name)!, directions);
    if (block === 0) return undefined;
    for (const [other, place] of places) if (place === block) return other;
    return undefined;
  }

  /** The types of addresses, by address, as Routing.addressTypes gives them. */
  useAddressTypes(intervals: readonly AddressTypeInterval[]): void {
    if (intervals.length > this.addressTypes.room) {
      // an answer more makes two more intervals
      const room = intervals.length + 2;
      this.addressTypes = { at: this.core.memory.reserve(8 * room), room };
      this.renewViews();
    }
    const table = this.addressTypes.at;
    const words = intervals.flatMap(({ first, type, interface: link }) => [first, type | (link << 8)]);
    this.core.memory.words.set(words, table >>> 2);
    this.set(Run.AddrTypes, table);
    this.set(Run.AddrTypeCount, intervals.length);
  }

  /** The same of IPv6, seen from no interface. Without them the host is asked. */
  useAddressTypes6(intervals: readonly AddressTypeInterval6[]): void {
    this.lay(
      Run.AddrTypes,
      intervals.flatMap(({ first, types }) => [...first, types]),
    );
    this.set(Run.AddrTypeCount, intervals.length);
    this.renewViews();
  }

  answerTo(question: number): Answer {
    return this.core.memory.words[(this.answers >>> 2) + question]!;
  }
  answer(question: number, answer: Answer): void {
    this.core.memory.words[(this.answers >>> 2) + question] = answer;
  }

  /** The packets that the core is to do something with, in their order. */
  select(packets: ArrayLike<number>): void {
    this.core.memory.words.set(packets, this.selection >>> 2);
    this.set(Run.Selection, this.selection);
    this.set(Run.Selected, packets.length);
  }
  /** Runs the entry for the packets, in order. Records go to `onTrace`; without one nothing is traced. */
  walk(entry: Entry, packets: ArrayLike<number>, level = TRACE_NONE, onTrace?: (record: TraceRecord) => void): void {
    this.select(packets);
    const read = onTrace && decoded(onTrace);
    this.runOn(entry, level, () => this.interpret(level, read));
  }
  /** The same for a list of packets, of which those that Run.Followed names are traced. */
  follow(entry: Entry, { at, size }: Selection, read: ReadRecords): void {
    this.set(Run.Selection, at);
    this.set(Run.Selected, size);
    this.runOn(entry, TRACE_JOURNEY, () => this.interpret(TRACE_JOURNEY, read));
  }
  /** The same without a trace, by what is remembered: a plan of src/run/outcomes/. */
  recall(plan: number, entry: Entry, { at, size }: Selection): void {
    this.set(Run.Selection, at);
    this.set(Run.Selected, size);
    this.runOn(entry, TRACE_NONE, () => this.core.recall(plan));
  }
  /** Conditions, by their addresses, that a packet's values do not answer: what is remembered ends there. */
  leaveUnanswered(addresses: Iterable<number>): void {
    const at = this.get(Run.Unanswered);
    for (const address of addresses) this.core.memory.bytes[at + (address >>> 3)]! |= 1 << (address & 7);
  }
  /** What was counted by a plan comes to the counters. */
  countOutcomes(plan: number): void {
    this.core.countOutcomes(plan);
  }

  private runOn(entry: Entry, level: number, go: () => Status): void {
    this.set(Run.Cursor, 0);
    this.set(Run.Pc, NOBODY);
    this.set(Run.EntryStart, entry.start);
    this.set(Run.EntryPolicy, entry.policy);
    this.set(Run.TraceLevel, level);
    this.set(Run.FactAnswer, NO_ANSWER);
    for (;;) {
      const status = go();
      if (status === Status.Done) return;
      if (status === Status.WantFact) {
        const packet = this.core.memory.words[(this.get(Run.Selection) >>> 2) + this.get(Run.Cursor)]!;
        this.set(Run.FactAnswer, Number(this.host.fact(this.get(Run.FactKind), this.get(Run.FactFlags), packet)));
      } else if (status !== Status.TraceFull)
        throw new PacketwalkError(`the core came back with status ${status}`, { code: 'core-fault' });
    }
  }

  /** What the last walk made of a packet: rule, translation and question are -1 where there is none. */
  result(packet: number): { verdict: Verdict; rule: number; translation: number; question: number } {
    const [verdict, rule, translation, question] = RESULTS.map((column) => this.field(packet, column) | 0);
    return { verdict: verdict!, rule: rule!, translation: translation!, question: question! };
  }

  /** Packets and bytes of a rule, or of a policy by its counter's number. */
  counter(id: number): { packets: bigint; bytes: bigint } {
    const { words } = this.core.memory;
    const at = this.counterAt(id);
    return { packets: wideAt(words, at), bytes: wideAt(words, at + 2) };
  }

  /** Adds to it what was counted elsewhere. */
  addCounter(id: number, packets: bigint, bytes: bigint): void {
    const { words } = this.core.memory;
    const at = this.counterAt(id);
    addWide(words, at, packets);
    addWide(words, at + 2, bytes);
  }
  private counterAt(id: number): number {
    return (this.counters >>> 2) + 4 * id;
  }

  /** Of all draws. */
  seed(value: number): void {
    this.set(Run.Seed, value);
  }
  /** The packet's next draw: 32 bits. */
  draw(packet: number): number {
    return this.core.draw(packet) >>> 0;
  }

  /** Counters and state cells as they were at first. */
  reset(): void {
    const { words } = this.core.memory;
    const { program } = this.compiled;
    words.fill(0, this.counters >>> 2, (this.counters >>> 2) + 4 * (program.rules + program.policies));
    this.restoreCells(program.section(Section.Cells));
  }

  /** What rules have counted, and remember. */
  get remembered(): RememberedWords {
    const { counters, core } = this;
    const { rules, policies } = this.compiled.program;
    const first = counters >>> 2;
    return { counters: core.memory.words.slice(first, first + 4 * (rules + policies)), cells: this.cellState() };
  }
  restore({ counters, cells }: RememberedWords): void {
    this.core.memory.words.set(counters, this.counters >>> 2);
    this.restoreCells(cells);
  }

  /** The state cells of rules: what walks leave behind for those after them. */
  cellState(): Uint32Array {
    return this.core.memory.words.slice(this.cells >>> 2, (this.cells >>> 2) + this.cellWords);
  }
  restoreCells(words: Uint32Array): void {
    this.core.memory.words.set(words, this.cells >>> 2);
  }

  private interpret(level: number, read: ReadRecords | undefined): Status {
    const status = this.core.interpret();
    if (level === TRACE_NONE) return status;
    read?.(this.core.memory.words, this.trace >>> 2, this.get(Run.TraceEnd) >>> 2);
    this.set(Run.TraceEnd, this.trace);
    return status;
  }
}
