/** A host with its rules in a core, ready for packets. */
import type { AddrType } from '../abi.js';
import { setsNamed } from '../compile/check.js';
import type { Compiled } from '../compile/compile.js';
import type { PacketBatch } from '../model/batch.js';
import type { Connection } from '../model/connection.js';
import type { Host } from '../model/host.js';
import type { Packet } from '../model/packet.js';
import type { SetDef } from '../model/set.js';
import { SETS_STATE } from '../model/set-test.js';
import type { Summary } from '../model/summary.js';
import type { WalkResult } from '../model/trace.js';
import type { Words } from '../net/address.js';
import { readIpset } from '../parse/ipset/ipset.js';
import type { ChangingSets } from './asked/changing-sets.js';
import type * as Asked from './asked.js';
import { BatchWalks, type WalkOptions } from './batch-walks.js';
import type { Budget } from './budget.js';
import type * as ColumnsPart from './columns.js';
import type { CompiledHost } from './compiled-host.js';
import type { Lasting } from './connections/lasting.js';
import { Course } from './course.js';
import { refuse, tablesOf } from './host-program.js';
import { parse } from './host-texts.js';
import { type Kept, Laid } from './laid.js';
import { later } from './later.js';
import type { Many } from './many.js';
import { type Origin, originOf } from './origin.js';
import type { Preparing } from './preparing.js';
import type * as Remembering from './remembering.js';
import type { Places } from './setup.js';
import type { Remembered } from './stage.js';
import { Trials } from './trials.js';
import type { SetsOptions, Updated, UpdateOptions } from './update.js';
import { addMany, besideCore, type Core, type TrackCore } from './wasm.js';

/** Where a batch stands in a run that others classify too; by itself it stands behind the one before. */
export interface Position {
  /** the number of its first packet. */
  readonly first?: number | undefined;
  /** the time of the run's first packet, in seconds. */
  readonly epoch?: number | undefined;
  /** packets that are known to come in calls behind it: what many are worth is made the sooner. */
  readonly more?: number | undefined;
}

/** What changes a host that is loaded, and is loaded with the first change, asks of the library. */
const LIBRARY = { parse, tablesOf, refuse, readIpset, setsNamed };

/** Counters run on from packet to packet. */
export class LoadedHost {
  private readonly course: Course;
  /** where the core's memory is this host's. */
  private readonly floor: number;
  private laid!: Laid;
  private walks!: BatchWalks;
  private trials!: Trials;
  /** there once many packets are expected. */
  private many: Many | undefined;
  private manyPart: typeof ColumnsPart | undefined;
  /** there then where connections are remembered. */
  private trackCore: TrackCore | undefined;
  private fates = new Uint8Array(0);

  constructor(
    from: CompiledHost,
    private readonly core: Core,
    remembering: typeof Remembering | undefined,
    asked: typeof Asked | undefined,
  ) {
    this.course = new Course(from.seed, remembering);
    this.course.asked = asked;
    this.floor = core.memory.mark();
    this.lay(from);
    this.forgetFragments();
  }

  /** What is loaded: another one once it was updated. */
  get from(): CompiledHost {
    return this.laid.from;
  }
  get compiled(): Compiled {
    return this.from.compiled;
  }
  get tracking(): CompiledHost['tracking'] {
    return this.from.tracking;
  }
  get host(): Host {
    return this.from.host;
  }

  /** The tables, with nothing remembered. */
  get plain(): Places {
    return this.laid.plain;
  }
  /** What takes many packets: there where they are expected, and may go by more than the bytecode. */
  get ready(): Preparing | undefined {
    return this.many?.ready;
  }
  /** Of all that this makes, in bytes. */
  get budget(): Pick<Budget, 'bytes' | 'taken'> {
    return this.many?.budget ?? { bytes: this.from.memory, taken: 0 };
  }

  /** Lays out what is loaded. `kept`: what stays of what was loaded before. */
  private lay(from: CompiledHost, kept?: Kept): void {
    const { core, course } = this;
    core.memory.release(this.floor);
    const fragments = this.laid?.setup.fragments;
    this.laid = new Laid(core, from, course, { kept, fragments, runs: this.manyPart?.useRuns });
    this.walks = new BatchWalks(this.laid, course);
    this.trials = new Trials(this.laid, course);
    this.many = this.newMany();
  }
  private newMany(): Many | undefined {
    const { manyPart, laid, course, walks, trackCore, many } = this;
    return manyPart && new manyPart.Many(laid, course, walks, trackCore, many);
  }

  /**
   * Goes on by other rules, or other members of sets, that count and remember what `hand` makes of what those here do. Connections,
   * fragments that wait, and the clock stay. Where there is no room it throws, and all is as it was.
   */
  exchange(next: CompiledHost, hand: (words: Remembered) => Remembered): void {
    this.flush();
    const { course } = this;
    const { from, stages } = this.laid;
    const words = { ...stages.remembered, states: course.states };
    const kept = { interfaces: stages.interfaces.names, tally: course.tally.words.slice() };
    const handed = hand(words);
    try {
      course.states = handed.states;
      this.lay(next, { ...kept, ...handed });
    } catch (fault) {
      course.states = words.states;
      this.lay(from, { ...kept, ...words });
      throw fault;
    }
    // who changes rules may do so again soon
    course.met = 0;
    course.changed = true;
  }

  /**
   * Goes on by the rules of a save, as iptables-restore has a kernel do: tables that it names are replaced, and so are their counters
   * and whatever their rules remember; all else stays, connections too. Throws PacketwalkError where it cannot, and all is as it was.
   */
  async update(rules: string, options: UpdateOptions = {}): Promise<Updated> {
    const [part] = await Promise.all([later('update.js', import('./update.js')), this.loadAsked()]);
    return part.update(this, rules, options, LIBRARY);
  }

  /** What answers to rules that ask the host: those to come may. */
  private async loadAsked(): Promise<void> {
    this.course.asked ??= await later('asked.js', import('./asked.js'));
  }

  /**
   * Carries out commands to sets, as `ipset restore` takes them: `add NAME ELEMENT timeout 60`, `del NAME ELEMENT -exist`, `create`,
   * `flush`, `swap`, `destroy` … Times of members count from the last packet's. Throws PacketwalkError for the first that the kernel
   * would not take, and carries out none.
   */
  async updateSets(commands: string, options: SetsOptions = {}): Promise<void> {
    const part = await later('update.js', import('./update.js'));
    part.updateSets(this, commands, options, LIBRARY);
  }

  /** Loads what classifies many packets. */
  async expectMany(): Promise<void> {
    if (this.manyPart !== undefined) return;
    const { core } = this;
    const isAsked = this.from.engine === 'bytecode';
    const part = later('columns.js', import('./columns.js'));
    const [manyPart] = await Promise.all([part, isAsked ? undefined : addMany(core)]);
    if (!isAsked && this.course.remembering !== undefined) this.trackCore = await besideCore(core);
    this.manyPart = manyPart;
    manyPart.useRuns(this.laid.stages, this.compiled.program);
    this.many = this.newMany();
  }

  /** Walks a packet. */
  walk(packet: Packet, options: WalkOptions = {}): WalkResult {
    if (options.everything) this.trials.begin();
    return this.walks.tell(packet, options);
  }

  /** The time of the run's first packet, in seconds, where that was of another host: what it was loaded with counts from there. */
  begin(epoch: number): void {
    this.course.clock.begin(epoch);
  }

  /**
   * Walks packets and counts what became of them; a number of FATES for each comes back, which stands until the next
   * call. What rules remember from packet to packet runs on. Throws PacketwalkError for arrays that are too short and
   * columns that are no packets.
   */
  classify(packets: PacketBatch, { first = this.course.serial, epoch, more = 0 }: Position = {}): Uint8Array {
    const { course, laid, walks } = this;
    const { count } = packets;
    course.serial = first;
    if (epoch !== undefined) this.begin(epoch);
    if (this.fates.length < count) this.fates = new Uint8Array(count);
    const { fates } = this;
    course.met += count;
    laid.setup.places = laid.plain;
    const many = this.trials.assumes ? undefined : this.many;
    many?.begin(fates);
    for (let from = 0; from < count; )
      from += many === undefined ? walks.take(packets, from, fates).count : many.take(packets, from, fates, more);
    many?.end(packets);
    return fates.subarray(0, count);
  }

  /** Names of the questions that packets may come to and nobody has answered. */
  get open(): string[] {
    return this.laid.open;
  }

  /** Whether rules remember something from packet to packet. */
  get rulesRemember(): boolean {
    return this.laid.uses.rulesRemember;
  }
  /** Whether anything does, connections and fragments among it, so that all have to be classified here, in their order. */
  get remembers(): boolean {
    return this.rulesRemember || this.from.remembers;
  }

  /** The sets as packets have left them, without those of members that are assumed. */
  get setsNow(): readonly SetDef[] {
    const { setsGiven } = this.from;
    const cell = this.compiled.states.get(SETS_STATE);
    const sets = cell === undefined ? undefined : (this.course.states.get(cell) as ChangingSets | undefined);
    return sets === undefined ? setsGiven : setsGiven.map((set) => sets.now(set));
  }

  /** How long an entry lasts; undefined: none are remembered. */
  lasting(entry: Connection): Lasting | undefined {
    return this.course.lasting(entry);
  }

  /** The connections that are remembered, those without time left excepted. */
  connections(): Connection[] {
    return this.course.connections?.list(this.milliseconds) ?? [];
  }
  /** Forgets them, as `conntrack -F` does, and fragments that wait. */
  forgetConnections(): void {
    this.course.connections?.clear();
    this.forgetFragments();
  }
  private forgetFragments(): void {
    const { setup, from } = this.laid;
    setup.fragments = setup.remembering?.noFragments(setup, from.host.sysctls, from.remembers);
  }

  /** What all packets that were classified came to. */
  summary(): Summary {
    this.flush();
    return this.course.tally.summary();
  }

  /** Forgets all packets: counters, what rules remember, the clock. */
  reset(): void {
    this.flush();
    this.laid.stages.reset();
    this.ready?.forgetUse();
    this.course.reset(this.from.known);
    this.forgetFragments();
  }

  /** What was counted beside the core comes to its counters. */
  private flush(): void {
    this.many?.flush();
  }

  /** Packets and bytes that a rule, or a policy, has counted so far. */
  counter(rule: number): { packets: bigint; bytes: bigint } {
    this.flush();
    return this.laid.stages.counter(rule);
  }

  /**
   * Runs `then` with a question answered otherwise than it is. What the last walk that told everything has drawn and
   * counted is as it was before it, so that the same packet meets the same.
   */
  assuming<T>(question: string, answer: boolean, then: () => T): T {
    this.flush();
    return this.trials.assuming(question, answer, then);
  }

  /** Runs `then` as if the last walk that told everything had not been, with another seed where one is given. */
  again<T>(then: () => T, seed?: number): T {
    return this.trials.again(then, seed);
  }

  /** What explanations ask: the name of an interface's number, the type of an address. */
  interfaceName(number: number): string {
    return this.laid.stages.interfaces.name(number);
  }
  addressType(address: Words): AddrType | undefined {
    return this.laid.own.typeOf(address);
  }
  /** The same number for addresses that nothing in the host's texts tells apart. */
  addressKind(address: number): number {
    return this.laid.setup.ways.addressKind(address);
  }
  /** Where a packet of such a source comes from. */
  originOf(source: Words): Origin | undefined {
    return originOf(this.from.routing, source);
  }
  /** The same since the first packet, in milliseconds. */
  get milliseconds(): number {
    return this.course.clock.now;
  }
  /** Where the packets' clock stands: the time of the last one, in seconds. */
  get time(): number {
    return this.course.clock.time;
  }
}
