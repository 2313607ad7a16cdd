/**
 * A program in the core's memory, and its stages: one table's chain at one hook, run for a selection of a batch of
 * packets. The host fills columns between stages; what a stage has found stands in columns of results.
 */
import {
  Answer,
  BATCH_SLOTS,
  type Beside,
  COLUMN_BYTES,
  COLUMNS_BASE,
  type Event,
  Field,
  FREE_BASE,
  HOST_BASE,
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
import type { Family, Words } from '../net/address.js';
import { finishSum, sumBytes } from '../net/checksum.js';
import type { AddressTypeInterval } from './address-types.js';
import { Interfaces } from './interfaces.js';
import type { AddressTypeInterval6 } from './ipv6/address-types.js';
import type { Memory } from './memory.js';
import type { layRuns } from './rule-runs.js';
import type { Selection } from './selection.js';
import { type SetContext, setBytes, writeSet } from './sets.js';
import type { Core } from './wasm.js';

/** Told of records of a trace: where each begins among the words, for so many of them are told that they are no objects. */
export type ReadRecords = (words: Uint32Array, first: number, end: number) => void;

/** A record of the trace, decoded; abi.ts says what before and after mean for each event. */
export interface TraceRecord {
  readonly event: Event;
  readonly field: number;
  readonly packet: number;
  readonly address: number;
  readonly before: number;
  readonly after: number;
}

/** Words of the core's memory: four for each counter, those of rules before those of policies, and state cells. */
export interface Remembered {
  readonly counters: Uint32Array;
  readonly cells: Uint32Array;
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
/** bytes of the longest IP packet of either family, in whole words. */
export const PACKET_ROOM = 65600;

/** The columns of a batch, by Field, Beside and Result: entry i belongs to slot i. Not to be kept past a change of the sets or the host. */
export type Columns = readonly Uint32Array[];

/** The address that begins at a column. */
export const addressOf = (columns: Columns, slot: number, field: Field, family: Family): Words =>
  family === 4 ? [columns[field]![slot]!] : [0, 1, 2, 3].map((word) => columns[field + word]![slot]!);

export class Stages {
  readonly family: Family;
  private readonly counters: number;
  private readonly selection: number;
  private readonly answers: number;
  private readonly cells: number;
  private readonly cellWords: number;
  private readonly trace: number;
  readonly interfaces: Interfaces;
  columns: Columns = [];
  readonly growth: number;
  private bytesUsed = 0;
  /** the place of the address types, and how many intervals it holds. */
  private addressTypes = { at: 0, room: -1 };

  /** `byteArea`: bytes of packets that a batch can hold. Whoever used the core before has it no longer. */
  constructor(
    readonly core: Core,
    private readonly compiled: Compiled,
    readonly byteArea: number,
    private readonly host: StageHost,
  ) {
    const { memory } = core;
    const { program } = compiled;
    this.growth = host.growth ?? 0;
    const copy = (section: Section): number => memory.place(program.section(section));
    memory.words.fill(0, HOST_BASE >>> 2, FREE_BASE >>> 2);
    const code = copy(Section.Code);
    const translations = copy(Section.Translations);
    const data = copy(Section.Data);
    this.cells = copy(Section.Cells);
    this.cellWords = program.section(Section.Cells).length;
    this.counters = memory.reserve(16 * (program.rules + program.policies));
    this.answers = memory.reserve(4 * compiled.questions.length + 4);
    this.interfaces = new Interfaces(memory, compiled.patterns, host.interfaces ?? 0);
    this.selection = memory.reserve(4 * BATCH_SLOTS);
    this.trace = memory.reserve(4 * TRACE_WORDS * TRACE_RECORDS);
    this.set(Run.Code, code);
    this.set(Run.Data, data);
    this.set(Run.Translations, translations);
    this.set(Run.Counters, this.counters);
    this.set(Run.Cells, this.cells);
    this.set(Run.Answers, this.answers);
    this.set(Run.Ifaces, this.interfaces.at);
    this.set(Run.IfaceGroups, this.interfaces.groups);
    this.set(Run.IfaceWords, this.interfaces.words);
    this.set(Run.Bytes, memory.reserve(byteArea + this.growth + 8, true));
    this.set(Run.Selection, this.selection);
    this.set(Run.Stack, memory.reserve(4 * (program.depth + 1)));
    this.set(Run.Trace, this.trace);
    this.set(Run.TraceEnd, this.trace);
    this.set(Run.TraceLimit, this.trace + 4 * TRACE_WORDS * TRACE_RECORDS);
    this.set(Run.Unanswered, memory.reserve((program.section(Section.Code).length >>> 3) + 1));
    this.seed(1);
    this.family = program.family;
    this.set(Run.Family, program.family);
    this.set(Run.Count, 1);
    compiled.questions.forEach((_, index) => {
      this.answer(index, Answer.Open);
    });
    this.renewViews();
  }

  /** Leads packets past rules of runs that ask for other addresses than theirs, which pays where there are many. May reserve memory. */
  useRuns(lay: typeof layRuns): void {
    const { program } = this.compiled;
    if (program.family !== 4) return;
    this.set(Run.Runs, lay(this.core.memory, this.get(Run.Code), program.section(Section.Code), program.rules));
    this.renewViews();
  }

  /** Views of the memory are made anew after it may have grown: here, and not each time that one is read. */
  renewViews(): void {
    const { words } = this.core.memory;
    this.columns = Array.from({ length: Result.Count }, (_, column) => {
      const first = (COLUMNS_BASE + column * COLUMN_BYTES) >>> 2;
      return words.subarray(first, first + BATCH_SLOTS);
    });
  }

  /** The sets that the program names, and those that they hold; a name that is not among `sets` is an empty one. */
  useSets(sets: readonly SetDef[]): void {
    const { memory } = this.core;
    const places = new Map<string, number>();
    const context: SetContext = {
      ifaceNumber: (name) => this.interfaces.number(name),
      ifacesBeginning: (prefix) => this.interfaces.beginning(prefix),
      setAddress: (name) => places.get(name) ?? 0,
    };
    for (const set of sets) places.set(set.name, memory.reserve(setBytes(set, context)));
    for (const set of sets) writeSet(memory.words, places.get(set.name)!, set, context);
    const empty = memory.reserve(4 * SetWord.Size);
    const table = memory.reserve(4 * this.compiled.sets.length + 4);
    this.compiled.sets.forEach((name, index) => {
      memory.words[(table >>> 2) + index] = places.get(name) ?? empty;
    });
    this.set(Run.Sets, table);
    this.renewViews();
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

  /** All columns of a packet, its bytes too, for another. */
  copy(from: number, to: number): void {
    const bytes = this.bytesOf(from);
    for (const column of this.columns) column[to] = column[from]!;
    const place = this.place(bytes);
    if (place === undefined)
      throw new PacketwalkError('there is no room for the copy of a packet', { code: 'core-fault' });
    this.setField(to, Field.Bytes, place);
  }

  /** The packet's bytes behind its IP header. */
  transportOf(slot: number): Uint8Array {
    const first = this.get(Run.Bytes) + this.field(slot, Field.Bytes);
    const length = this.field(slot, Field.BytesLen);
    return this.core.memory.bytes.subarray(first + Math.min(this.field(slot, Field.IpLen), length), first + length);
  }

  /** How far the byte area is in use; what was put there since can be given back. */
  get bytesEnd(): number {
    return this.bytesUsed;
  }
  giveBack(bytesEnd: number): void {
    this.bytesUsed = bytesEnd;
  }

  /** Forgets the bytes of all packets. */
  clearBytes(): void {
    this.bytesUsed = 0;
  }
  /** Puts bytes behind those that are there and says where in the byte area they begin; undefined: there is no room. */
  place(bytes: Uint8Array): number | undefined {
    const at = this.bytesUsed;
    if (at + bytes.length > this.byteArea) return undefined;
    this.core.memory.bytes.set(bytes, this.get(Run.Bytes) + at);
    this.bytesUsed = (at + bytes.length + this.growth + 3) & ~3;
    return at;
  }

  /** Bytes of a packet, its checksums left as they are. */
  writeBytes(packet: number, offset: number, bytes: ArrayLike<number>): void {
    const start = this.get(Run.Bytes) + this.field(packet, Field.Bytes);
    this.core.memory.bytes.set(bytes, start + offset);
  }

  /** Computes the checksum of the IP header anew; `length`: its bytes. */
  sumHeader(packet: number, length = this.field(packet, Field.IpLen)): void {
    this.writeBytes(packet, 10, [0, 0]);
    const sum = finishSum(sumBytes(this.bytesOf(packet).subarray(0, length)));
    this.writeBytes(packet, 10, [sum >>> 8, sum & 255]);
  }

  /** The identifier of an ICMP query, in its bytes and its checksum. */
  rewriteIcmpId(packet: number, id: number): void {
    this.core.writeIcmpId(packet, id);
  }

  /** The packet's bytes as they are now. */
  bytesOf(packet: number): Uint8Array {
    const start = this.get(Run.Bytes) + this.field(packet, Field.Bytes);
    return this.core.memory.bytes.slice(start, start + this.field(packet, Field.BytesLen));
  }

  /** One of them. */
  byteAt(packet: number, at: number): number {
    return this.core.memory.bytes[this.get(Run.Bytes) + this.field(packet, Field.Bytes) + at]!;
  }

  /** Writes a field, in the packet's bytes too where it stands there. */
  rewrite(packet: number, field: Field, value: number): void {
    this.core.rewrite(packet, field, value);
  }

  /** The device that rules see, by its number, and its group; 0: none, UNKNOWN_INTERFACE: nobody knows which. */
  setInterface(packet: number, side: 'in' | 'out', number: number): void {
    const { columns, interfaces } = this;
    columns[side === 'in' ? Field.InIf : Field.OutIf]![packet] = number;
    columns[side === 'in' ? Field.InGroup : Field.OutGroup]![packet] = interfaces.group(number);
  }

  answerTo(question: number): Answer {
    return this.core.memory.words[(this.answers >>> 2) + question]!;
  }
  answer(question: number, answer: Answer): void {
    this.core.memory.words[(this.answers >>> 2) + question] = answer;
  }

  field(packet: number, field: Field | Beside | Result): number {
    return this.columns[field]![packet]!;
  }
  /** An address of a packet, whose first word is `field`: one word of IPv4, four of IPv6. */
  address(packet: number, field: Field): Words {
    return addressOf(this.columns, packet, field, this.family);
  }
  /** Writes one, in the packet's bytes too. */
  rewriteAddress(packet: number, field: Field.Src | Field.Dst, address: Words): void {
    address.forEach((word, i) => {
      this.rewrite(packet, field + i, word);
    });
  }
  /** All fields of a packet. */
  fields(packet: number): number[] {
    return Array.from({ length: Field.Count }, (_, field) => this.field(packet, field));
  }
  setField(packet: number, field: Field | Beside, value: number): void {
    this.columns[field]![packet] = value;
  }

  /** Puts a packet's bytes into the byte area at `offset` and decodes them into its columns; a Decoded. */
  decode(packet: number, bytes: Uint8Array, offset = packet * PACKET_ROOM): number {
    const at = this.get(Run.Bytes) + offset;
    this.core.memory.bytes.set(bytes, at);
    return this.core.decode(packet, at, bytes.length, bytes.length, 1);
  }

  /** Puts other bytes in a packet's place; `length`: how many it has, of which a capture may lack some. False: no room. */
  replace(packet: number, bytes: Uint8Array, length: number): boolean {
    const place = this.place(bytes);
    if (place === undefined) return false;
    this.core.decode(packet, this.get(Run.Bytes) + place, bytes.length, length, 1);
    return true;
  }

  /**
   * Decodes the first `count` packets: Field.Bytes, Field.BytesLen and, in Field.Length, the bytes that each had on the wire
   * say where it is. A Decoded for each stands in Result.Verdict.
   */
  decodeBatch(count: number): void {
    this.core.decodeBatch(count, 1);
  }

  get memory(): Memory {
    return this.core.memory;
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
    const words = this.core.memory.words.subarray((this.counters >>> 2) + 4 * id);
    const wide = (at: number) => BigInt(words[at]!) | (BigInt(words[at + 1]!) << 32n);
    return { packets: wide(0), bytes: wide(2) };
  }

  /** Adds to it what was counted elsewhere. */
  addCounter(id: number, packets: bigint, bytes: bigint): void {
    const { words } = this.core.memory;
    [packets, bytes].forEach((more, i) => {
      const at = (this.counters >>> 2) + 4 * id + 2 * i;
      const sum = (BigInt(words[at]!) | (BigInt(words[at + 1]!) << 32n)) + more;
      words[at] = Number(sum & 0xffffffffn);
      words[at + 1] = Number(sum >> 32n);
    });
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
  get remembered(): Remembered {
    const { counters, core } = this;
    const { rules, policies } = this.compiled.program;
    const first = counters >>> 2;
    return { counters: core.memory.words.slice(first, first + 4 * (rules + policies)), cells: this.cellState() };
  }
  restore({ counters, cells }: Remembered): void {
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

  /** Puts words into the memory, and where they lie into the control block. */
  lay(word: Run, words: ArrayLike<number>): void {
    this.set(word, this.core.memory.place(words));
  }
  set(word: Run, value: number): void {
    this.core.memory.words[(HOST_BASE >>> 2) + word] = value;
  }
  get(word: Run): number {
    return this.core.memory.words[(HOST_BASE >>> 2) + word]!;
  }
}

export const eventAt = (words: Uint32Array, at: number): Event => words[at]! & 255;

const decoded =
  (onTrace: (record: TraceRecord) => void): ReadRecords =>
  (words, first, end) => {
    for (let at = first; at < end; at += TRACE_WORDS)
      onTrace({
        event: eventAt(words, at),
        field: words[at]! >>> 8,
        packet: words[at + 1]!,
        address: words[at + 2]!,
        before: words[at + 3]!,
        after: words[at + 4]!,
      });
  };
