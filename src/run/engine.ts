/**
 * The engine: one core, into which a host's rules are loaded, and through which packets are walked, one by one or by the
 * batch.
 *
 *     const engine = await createEngine();
 *     const host = await engine.load(new CompiledHost({ tables, sets, host }));
 *     host.walk(packet).fate;
 *     host.classify(batch);
 *     host.summary().fates;
 */

import {
  type AddrType,
  Answer,
  BATCH_SLOTS,
  Beside,
  Field,
  FROM_HOST,
  Result,
  Run,
  TRACE_ALL,
  TRACE_HITS,
} from '../abi.js';
import { setsNamed } from '../compile/check.js';
import type { Compiled } from '../compile/compile.js';
import { type ProgramUses, usesOf } from '../compile/uses.js';
import { Pack } from '../input/pack.js';
import type { PacketBatch } from '../model/batch.js';
import type { NumberRange } from '../model/condition.js';
import type { Connection } from '../model/connection.js';
import type { Host } from '../model/host.js';
import type { Packet } from '../model/packet.js';
import { addressIn } from '../model/question.js';
import type { Summary } from '../model/summary.js';
import type { WalkResult } from '../model/trace.js';
import type { Words } from '../net/address.js';
import { readIpset } from '../parse/ipset/ipset.js';
import { ADDRESS_TYPES } from './address-types.js';
import { Batch } from './batch.js';
import { Budget } from './budget.js';
import { Clock } from './clock.js';
import type { BesideWalks } from './columns/beside.js';
import type { Columns, Walks } from './columns/columns.js';
import type { Journal } from './columns/follower.js';
import type * as ColumnsPart from './columns.js';
import { CompiledHost, type LoadOptions } from './compiled-host.js';
import type { Connections } from './connections/connections.js';
import type { Lasting } from './connections/lasting.js';
import type { ConnectionTable } from './connections/table.js';
import { CoreSteps } from './core-steps.js';
import { factOf } from './facts.js';
import { BATCH_BYTES, fill, giveBytes } from './fill.js';
import { type FirstSettings, readFirstSettings } from './first-state.js';
import { isForOther } from './frames.js';
import { refuse, tablesOf } from './host-program.js';
import { parse } from './host-texts.js';
import { later } from './later.js';
import type { AskedHost } from './outcomes/asked.js';
import { OwnAddresses, typeOfOwn } from './own-addresses.js';
import { plainPlaces } from './places.js';
import type { Preparing } from './preparing.js';
import { Reasons } from './reasons.js';
import type * as Remembering from './remembering.js';
import { CUT, resultOf, undecoded } from './result.js';
import { RouteMemo } from './route-memo.js';
import { ipv6Part } from './routing-of.js';
import type { Places, WalkSetup } from './setup.js';
import { PACKET_ROOM, type Remembered, Stages } from './stage.js';
import { Tally } from './tally.js';
import { layProtocols } from './track-steps.js';
import type { SetsOptions, Updated, UpdateOptions } from './update.js';
import { Walk } from './walk.js';
import { addMany, beginCore, besideCore, type Core, loadCore, type TrackCore } from './wasm.js';
import { WayTables } from './way-tables.js';

export interface WalkOptions {
  /** events for every rule that was looked at, and each condition. */
  readonly everything?: boolean;
  /** the packet's bytes where it leaves. */
  readonly bytes?: boolean;
  /** the port, or identifier, that the kernel drew of a range, where that is known. */
  readonly drawn?: (ports: NumberRange) => number | undefined;
}

/** Where a batch stands in a run that others classify too; by itself it stands behind the one before. */
export interface Position {
  /** the number of its first packet. */
  readonly first?: number | undefined;
  /** the time of the run's first packet, in seconds. */
  readonly epoch?: number | undefined;
  /** packets that are known to come in calls behind it: what many are worth is made the sooner. */
  readonly more?: number | undefined;
}

export interface Engine {
  /**
   * What is not compiled is compiled first, and PacketwalkError thrown where it cannot be. `few`: what classifies many packets is
   * not loaded before `LoadedHost.expectMany` asks for it.
   */
  load(host: CompiledHost | LoadOptions, options?: { readonly few?: boolean }): Promise<LoadedHost>;
}

export interface EngineOptions {
  /**
   * core.wasm as a WebAssembly.Module, its bytes, or a promise of either, for those who stream it:
   * `WebAssembly.compileStreaming(fetch(url))`. Without it the library uses the one that it holds.
   */
  readonly core?: object | PromiseLike<object> | undefined;
}

/** Safe to call more than once: each host that is loaded has a memory of its own. */
export async function createEngine({ core }: EngineOptions = {}): Promise<Engine> {
  const given = await core;
  if (given === undefined) await beginCore();
  return {
    load: async (options, { few = false } = {}) => {
      const host = options instanceof CompiledHost ? options : new CompiledHost(options);
      const part = host.gathers ? later('remembering.js', import('./remembering.js')) : undefined;
      const [core, remembering] = await Promise.all([loadCore(given), part]);
      const loaded = new LoadedHost(host, core, remembering);
      if (!few) await loaded.expectMany();
      return loaded;
    },
  };
}

/** Packets that are walked together, with room for as many copies: their columns stay in a processor's second cache. */
const BATCH_PACKETS = BATCH_SLOTS / 2;
/** The header of TCP grows from 20 bytes to 60 at most. */
const MOST_GROWTH = 40;
/** Room for packets that came in fragments. */
const FRAGMENT_BYTES = 1 << 23;

/** Where rules were changed, so many more walk before anything is laid out. */
const MANY_WALKED = 1 << 12;
/** No more packets than these walk with nothing laid out, unless columns were asked for: that takes as long as some thousand walks. */
const FEW_PACKETS = 64;

/** What changes a host that is loaded, and is loaded with the first change, asks of the library. */
const LIBRARY = { parse, tablesOf, refuse, readIpset, setsNamed };

const NO_PACKET = { mark: 0, tos: 0, proto: 0, sport: 0, dport: 0, uid: 0 };

/** What of a host stays where it goes on by other rules. */
export interface Kept extends Remembered {
  /** names of interfaces, by number. */
  readonly interfaces: readonly string[];
  /** what it counted of packets. */
  readonly tally: Uint32Array;
}

/** State cells of rules, the number of the packet to come, the connections, and the fragments that wait. */
interface State {
  readonly serial: number;
  readonly cells: Uint32Array;
  readonly table: ConnectionTable | undefined;
  readonly fragments: WalkSetup['fragments'];
}

/** A host with its rules, ready for packets. Counters run on from packet to packet. */
export class LoadedHost {
  private remembered: Connections | undefined;
  private uses!: ProgramUses;
  private own!: OwnAddresses;
  private stages!: Stages;
  private steps!: CoreSteps;
  private batch!: Batch;
  private walks!: Walk;
  /** one object, whose fields change from run to run, so that the loops over packets know its shape. */
  private setup!: { -readonly [K in keyof WalkSetup]: WalkSetup[K] };
  /** the tables, with nothing remembered. */
  plain!: Places;
  /** something is assumed for as long as a function runs. */
  private assumes = false;
  private askedHost: AskedHost | undefined;
  /** what takes many packets: there with `manyPart`. */
  ready: Preparing | undefined;
  /** packets that were to be classified, and of how many nothing is laid out. */
  private met = 0;
  private few = FEW_PACKETS;
  /** of all that this makes. */
  budget!: Budget;
  private readonly reasons = new Reasons();
  private readonly tally = new Tally(this.reasons);
  private readonly clock = new Clock();
  /** one packet as a batch of its own. */
  private readonly single = new Pack(1, PACKET_ROOM);
  /** the number of the packet to come. */
  private serial = 0;
  /** what the last walk that told everything changed of the state that the next one finds, as it was before. */
  private before: State | undefined;
  private fates = new Uint8Array(0);
  private beside: BesideWalks | undefined;
  /** there once many packets are expected. */
  private manyPart: typeof ColumnsPart | undefined;
  /** there then where connections are remembered. */
  private trackCore: TrackCore | undefined;
  /** of all that is drawn. */
  private seed: number;
  /** where the core's memory is this host's. */
  private readonly floor: number;

  constructor(
    private loaded: CompiledHost,
    private readonly core: Core,
    /** there where it remembers anything. */
    private readonly rememberingPart: typeof Remembering | undefined,
  ) {
    this.seed = loaded.seed;
    this.floor = core.memory.mark();
    this.lay();
    this.forgetFragments();
  }

  /** What is loaded: another one once it was updated. */
  get from(): CompiledHost {
    return this.loaded;
  }
  get compiled(): Compiled {
    return this.loaded.compiled;
  }
  get tracking(): CompiledHost['tracking'] {
    return this.loaded.tracking;
  }
  get host(): Host {
    return this.loaded.host;
  }

  /** Lays out in the core's memory what is loaded. `kept`: what stays of what was loaded before. */
  private lay(kept?: Kept): void {
    const { loaded: from, core, compiled, host } = this;
    core.memory.release(this.floor);
    const settings = readFirstSettings(host.sysctls, from.family);
    const uses = usesOf(compiled.program);
    this.uses = uses;
    // copies that the kernel makes of packets have room behind them
    const growth = uses.mangles ? MOST_GROWTH : 0;
    const area = 2 * BATCH_BYTES + growth * BATCH_SLOTS + (from.gathers ? FRAGMENT_BYTES : 0);
    const stages = new Stages(core, compiled, area, {
      growth,
      interfaces: host.links?.length ?? 0,
      fact: (kind, flags, packet) => factOf(this.setup, kind, flags, packet),
    });
    this.stages = stages;
    if (this.manyPart !== undefined) stages.useRuns(this.manyPart.layRuns);
    // what waits, and connections, know interfaces by their numbers
    for (const name of kept?.interfaces ?? []) stages.interfaces.number(name);
    if (kept !== undefined) stages.restore(kept);
    this.budget = new Budget(from.memory, stages.memory);
    stages.seed(this.seed);
    this.batch = new Batch(stages, this.reasons);
    this.steps = new CoreSteps(stages);
    this.layRun(settings);
    stages.useSets(from.sets);
    this.own = new OwnAddresses(from.routing, stages, from.assume, from.otherwise);
    for (const link of host.links ?? []) {
      stages.interfaces.setGroup(link.name, link.group);
      if (link.ether === false) stages.interfaces.setBare(link.name);
    }
    this.answer();
    this.tally.lay(compiled, stages, kept?.tally);
    this.walks = new Walk(this.batch, this.steps);
    this.plain = plainPlaces(compiled);
    this.setup = {
      compiled,
      places: this.plain,
      uses,
      stages,
      steps: this.steps,
      routing: from.routing,
      ipv6: from.family === 6 ? ipv6Part() : undefined,
      ways: this.newWays(),
      tracking: this.tracking.on,
      connections: this.track(),
      fragments: this.setup?.fragments,
      remembering: this.rememberingPart,
      early: { arrived: undefined, tracked: undefined, confirms: false, bindings: undefined },
      now: 0,
      drawn: undefined,
      ...settings,
      level: TRACE_HITS,
      journal: undefined,
      bytes: false,
      isLocal: (address) => this.own.isLocal(address),
      tellLocal: undefined,
      outAssumed: () => from.assumed.out,
      addressOf: (iface) => from.assumed.addressOf(iface),
      takes: (way) => from.assumed.takes(way),
      picked: this.steps.newSelection(),
    };
    this.askedHost = this.before = undefined;
    this.ready = this.newReady(this.ready);
    this.beside = this.newBeside();
    stages.renewViews();
  }

  /** The connections, where they are tracked. Where no rule has the kernel track them any more, it has them all the same. */
  private track(): Connections | undefined {
    const { rememberingPart: remembering, loaded, host } = this;
    if (remembering === undefined || !loaded.remembers || !loaded.tracking.on) return undefined;
    if (this.remembered === undefined) {
      this.remembered = new remembering.Connections(remembering.readTrackSettings(host.sysctls), loaded.family);
      this.remembered.learn(loaded.known);
    }
    return this.remembered;
  }

  /**
   * Goes on by other rules, or other members of sets, that count and remember what `hand` makes of what those here do. Connections,
   * fragments that wait, and the clock stay. Where there is no room it throws, and all is as it was.
   */
  exchange(next: CompiledHost, hand: (words: Remembered) => Remembered): void {
    this.flush();
    const { loaded, stages, tally } = this;
    const words = stages.remembered;
    const kept = { interfaces: stages.interfaces.names, tally: tally.words.slice() };
    const handed = hand(words);
    try {
      this.loaded = next;
      this.lay({ ...kept, ...handed });
    } catch (fault) {
      this.loaded = loaded;
      this.lay({ ...kept, ...words });
      throw fault;
    }
    // who changes rules may do so again soon
    this.met = 0;
    this.few = MANY_WALKED;
  }

  /**
   * Goes on by the rules of a save, as iptables-restore has a kernel do: tables that it names are replaced, and so are their counters
   * and whatever their rules remember; all else stays, connections too. Throws PacketwalkError where it cannot, and all is as it was.
   */
  async update(rules: string, options: UpdateOptions = {}): Promise<Updated> {
    const part = await later('update.js', import('./update.js'));
    return part.update(this, rules, options, LIBRARY);
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
    const part = later('columns.js', import('./columns.js'));
    const isAsked = this.from.engine === 'bytecode';
    [this.manyPart] = await Promise.all([part, isAsked ? undefined : addMany(this.stages.core)]);
    this.stages.useRuns(this.manyPart.layRuns);
    if (isAsked) return;
    if (this.rememberingPart !== undefined) this.trackCore = await besideCore(this.stages.core);
    this.beside = this.newBeside();
    this.ready = this.newReady();
    this.askedHost = undefined;
  }

  /** What the steps of the core need to know of the run. */
  private layRun(settings: FirstSettings): void {
    const { stages } = this;
    layProtocols(stages, settings);
    stages.lay(Run.BatchIfaces, new Uint32Array(FROM_HOST));
    stages.set(Run.Tracking, Number(this.tracking.on));
    stages.set(Run.Tuples, Number(this.uses.tuples));
  }

  /** Walks a packet. */
  walk(packet: Packet, { everything = false, bytes = false, drawn }: WalkOptions = {}): WalkResult {
    const { batch } = this;
    if (everything) this.before = this.state();
    // an empty pack has room: nothing comes back before all is in
    this.single.add(packet).next();
    for (const one of this.single.take()) this.fill(one, 0, 1, true);
    this.refuse(1);
    const start = everything && batch.fateOf(0) === undefined ? this.stages.fields(0) : [];
    this.setup.places = this.plain;
    this.setup.level = everything ? TRACE_ALL : TRACE_HITS;
    this.setup.bytes = bytes;
    this.setup.now = this.clock.now;
    this.setup.drawn = drawn;
    this.own.forget();
    // where an answer is taken to all that nobody gave, it is the same for many packets
    if (this.from.otherwise === undefined) this.setup.tellLocal = (address, own) => this.own.tell(address, own);
    try {
      this.walks.run(this.setup);
    } finally {
      this.setup.drawn = undefined;
      this.setup.tellLocal = undefined;
    }
    return { ...resultOf(this.compiled, batch, 0), start };
  }

  /** The time of the run's first packet, in seconds, where that was of another host: what it was loaded with counts from there. */
  begin(epoch: number): void {
    this.clock.begin(epoch);
  }

  /**
   * Walks packets and counts what became of them; a number of FATES for each comes back, which stands until the next
   * call. What rules remember from packet to packet runs on. Throws PacketwalkError for arrays that are too short and
   * columns that are no packets.
   */
  classify(packets: PacketBatch, { first = this.serial, epoch, more = 0 }: Position = {}): Uint8Array {
    this.serial = first;
    if (epoch !== undefined) this.begin(epoch);
    if (this.fates.length < packets.count) this.fates = new Uint8Array(packets.count);
    this.met += packets.count;
    // a packet has to see what those before it have opened
    const inTurn = this.uses.order || this.setup.connections !== undefined;
    this.beside?.begin(first, this.fates);
    for (let from = 0; from < packets.count; ) {
      const columns = this.columnsFor(packets, packets.count - from + more);
      const isConnected = this.setup.connections !== undefined;
      const started = performance.now();
      const fates = isConnected ? undefined : columns && this.beside!.classify(columns, packets, from, this.serial);
      if (fates !== undefined) {
        this.tally.addTime(performance.now() - started);
        this.fates.set(fates, from);
        this.serial = (this.serial + fates.length) >>> 0;
        from += fates.length;
        continue;
      }
      this.beside?.walkWaiting(packets, from);
      const count = this.fill(packets, from, Math.min(BATCH_PACKETS, packets.count - from), false);
      const filled = performance.now();
      let byColumns = false;
      this.walkPlaced(count, () => {
        this.setup.now = this.clock.now;
        byColumns = isConnected
          ? columns?.walkConnected(packets, from, count) === true
          : columns?.walk(packets, count, this.walksBeside) === true;
        if (byColumns) return;
        if (inTurn) this.walkInTurn(packets, from, count);
        else this.walksBeside.all(undefined);
      });
      const ended = performance.now();
      this.tally.addTime(ended - filled);
      if (!byColumns && !this.assumes) this.ready?.pass(count, ended - started);
      this.fates.set(this.stages.columns[Beside.Fate]!.subarray(0, count), from);
      from += count;
    }
    const looped = performance.now();
    this.beside?.walkWaiting(packets, packets.count);
    this.tally.addTime(performance.now() - looped);
    return this.fates.subarray(0, packets.count);
  }

  /** Bytes of the first packets together. */
  private lengths(count: number): number {
    return this.stages.columns[Field.Length]!.subarray(0, count).reduce((sum, length) => sum + length, 0);
  }

  /** Walks so many packets that were placed into the batch, and adds up what became of them. */
  private walkPlaced(count: number, walk: () => void): void {
    const { mangles } = this.uses;
    const given = mangles ? this.lengths(count) : 0;
    this.refuse(count);
    walk();
    // what rules made longer counts as it came
    if (mangles) this.batch.gathered = this.lengths(count) - given;
    this.tally.add(this.batch);
  }

  /** What makes columns and remembers tables, unless the bytecode alone was asked for. */
  private get columnsPart(): typeof ColumnsPart | undefined {
    return this.from.engine === 'bytecode' ? undefined : this.manyPart;
  }

  /** `before`: of the same host with other rules. */
  private newReady(before?: Preparing): Preparing | undefined {
    const { loaded: from, setup, batch, budget, clock, trackCore, columnsPart } = this;
    const one = this.walkAlone.bind(this);
    const asked = () => this.layWays();
    return (
      columnsPart && new columnsPart.Preparing({ from, setup, batch, budget, clock, trackCore, one, asked }, before)
    );
  }

  /** What classifies packets where they are, if anything does. */
  private newBeside(): BesideWalks | undefined {
    const { stages, clock, columnsPart } = this;
    return (
      columnsPart &&
      new columnsPart.BesideWalks({
        stages,
        clock,
        most: BATCH_PACKETS,
        place: (packets, from) => {
          const { serial } = this;
          const count = this.fill(packets, from, packets.count - from, false);
          this.serial = serial;
          return count;
        },
        walk: (count, journal) => {
          this.walkPlaced(count, () => {
            this.setup.now = this.clock.now;
            this.walksBeside.all(journal);
          });
          return this.batch.size;
        },
      })
    );
  }

  /** How those walk whose journeys are not known. */
  private readonly walksBeside: Walks = {
    all: (journal) => {
      journal?.begin(this.batch.packets);
      this.journaled(journal, this.batch.packets, () => this.walks.run(this.setup));
    },
    one: (slot, journal) => {
      const { bytesEnd } = this.stages;
      const { size } = this.batch;
      journal?.begin(size);
      this.journaled(journal, 1, () => this.walks.runOne(this.setup, slot));
      this.batch.size = size;
      this.stages.giveBack(bytesEnd);
    },
  };

  private journaled(journal: Journal | undefined, count: number, walk: () => void): void {
    if (journal === undefined) {
      if (this.ready !== undefined) this.ready.walked += count;
      return walk();
    }
    const { setup } = this;
    const { places } = setup;
    setup.journal = journal.read;
    setup.places = this.plain;
    walk();
    setup.journal = undefined;
    setup.places = places;
    journal.end();
  }

  /** Walks a packet by itself, which gets its bytes where it has none. */
  private walkAlone(given: PacketBatch, packet: number, slot: number, journal?: Journal): void {
    const { bytesEnd } = this.stages;
    if (this.setup.connections !== undefined) giveBytes(this.stages, given, packet, slot);
    this.walksBeside.one(slot, journal);
    this.stages.giveBack(bytesEnd);
  }

  private walkInTurn(given: PacketBatch, from: number, count: number): void {
    for (let slot = 0; slot < count; slot++) {
      this.setup.now = this.clock.at(slot);
      this.walkAlone(given, from + slot, slot);
    }
  }

  /** Names of the questions that packets may come to and nobody has answered. */
  get open(): string[] {
    const open = this.uses.questions.filter((number) => this.stages.answerTo(number) === Answer.Open);
    return open.map((number) => this.compiled.questions[number]!);
  }

  /** Whether rules remember something from packet to packet. */
  get rulesRemember(): boolean {
    return this.uses.cells;
  }
  /** Whether anything does, connections and fragments among it, so that all have to be classified here, in their order. */
  get remembers(): boolean {
    return this.uses.cells || this.from.remembers;
  }

  /** How long an entry lasts; undefined: none are remembered. */
  lasting(entry: Connection): Lasting | undefined {
    return this.remembered && this.setup.remembering!.lastingOf(this.remembered.settings, entry);
  }

  /** The connections that are remembered, those without time left excepted. */
  connections(): Connection[] {
    return this.remembered?.list(this.clock.now) ?? [];
  }
  /** Forgets them, as `conntrack -F` does, and fragments that wait. */
  forgetConnections(): void {
    this.remembered?.clear();
    this.forgetFragments();
  }
  private forgetFragments(): void {
    const { setup, host, from } = this;
    setup.fragments = setup.remembering?.noFragments(setup, host.sysctls, from.remembers);
  }

  /** What all packets that were classified came to. */
  summary(): Summary {
    this.flush();
    return this.tally.summary();
  }

  /** Forgets all packets: counters, what rules remember, the clock. */
  reset(): void {
    this.flush();
    this.stages.reset();
    this.ready?.forgetUse();
    this.tally.reset();
    this.clock.reset();
    this.forgetConnections();
    this.remembered?.learn(this.from.known);
    this.serial = 0;
  }

  /** What takes packets like those given, whose tables are as they meet them then; undefined: they walk. `left`: packets to come. */
  private columnsFor(packets: PacketBatch, left: number): Columns | undefined {
    this.setup.places = this.plain;
    const few = this.askedHost === undefined && this.from.engine === 'auto' && this.met <= this.few;
    if (this.assumes || few) return undefined;
    this.layWays();
    return this.ready?.columnsFor(packets, left);
  }

  /** What many packets ask of routes, and what is asked of the host by all that is made of rules. */
  private layWays(): AskedHost {
    if (this.askedHost !== undefined) return this.askedHost;
    this.setup.ways.lay();
    const sets = new Map(this.from.sets.map((set) => [set.name, set]));
    const { types: addressTypes, types6: addressTypes6 } = this.own;
    const { family } = this.stages;
    const gathers = this.tracking.on && family === 4;
    this.askedHost = { family, sets, addressTypes, addressTypes6, gathers };
    return this.askedHost;
  }

  /** What was counted beside the core comes to its counters. */
  private flush(): void {
    this.ready?.columns?.flush(this.tally.addEnd);
    for (const hooks of Object.values(this.ready?.places ?? {}))
      for (const place of Object.values(hooks)) place?.outcomes?.flush();
  }

  private fill(packets: PacketBatch, from: number, most: number, told: boolean): number {
    const { stages, steps, batch, clock } = this;
    const count = fill(
      {
        stages,
        steps,
        batch,
        clock,
        // packets that go by columns get their bytes when they walk
        readsBytes: this.uses.bytes || (this.setup.connections !== undefined && this.ready?.columns === undefined),
        readsLink: this.uses.link,
        told,
      },
      packets,
      from,
      most,
      this.serial,
    );
    this.serial = (this.serial + count) >>> 0;
    return count;
  }

  /** Ends the ways of packets that cannot be walked. */
  private refuse(count: number): void {
    for (const slot of this.steps.refuse(count, this.uses.bytes))
      this.batch.end(slot, undecoded(this.stages.field(slot, Result.Verdict)) ?? CUT);
    const { stages, batch } = this;
    const { ipv6 } = this.setup;
    if (ipv6 === undefined && !batch.framed) return;
    for (let slot = 0; slot < count; slot++) {
      if (batch.fateOf(slot) !== undefined) continue;
      const why = isForOther(stages, slot) ? 'other-host' : ipv6?.refusedBefore(stages, this.from.routing, slot);
      if (why !== undefined) batch.lose(slot, 'routing', why);
    }
  }

  /** Packets and bytes that a rule, or a policy, has counted so far. */
  counter(rule: number): { packets: bigint; bytes: bigint } {
    this.flush();
    return this.stages.counter(rule);
  }

  /**
   * Runs `then` with a question answered otherwise than it is. What the last walk that told everything has drawn and
   * counted is as it was before it, so that the same packet meets the same.
   */
  assuming<T>(question: string, answer: boolean, then: () => T): T {
    return this.again(() => {
      // what is remembered of tables, and of whole walks, does not know what is assumed
      const { assumes } = this;
      this.flush();
      this.assumes = true;
      try {
        return this.answered(question, answer, then);
      } finally {
        this.assumes = assumes;
      }
    });
  }

  /** Runs `then` as if the last walk that told everything had not been, with another seed where one is given. */
  again<T>(then: () => T, seed = this.seed): T {
    const now = this.state();
    const before = this.seed;
    if (this.before !== undefined) this.restore(this.before);
    this.seed = seed;
    this.stages.seed(seed);
    try {
      return then();
    } finally {
      this.seed = before;
      this.stages.seed(before);
      this.restore(now);
    }
  }

  private state(): State {
    return {
      serial: this.serial,
      cells: this.stages.cellState(),
      table: this.remembered?.table.copy(),
      fragments: this.setup.fragments?.copy(),
    };
  }
  private restore({ serial, cells, table, fragments }: State): void {
    this.serial = serial;
    this.stages.restoreCells(cells);
    this.setup.fragments = fragments?.copy();
    if (this.remembered !== undefined && table !== undefined) this.remembered.table = table.copy();
  }

  private answered<T>(question: string, answer: boolean, then: () => T): T {
    if (addressIn(question) !== undefined)
      return this.own.assuming(question, answer, () => this.assumingOfHost(question, answer, then));
    const number = this.compiled.questions.indexOf(question);
    if (number < 0) return this.assumingOfHost(question, answer, then);
    const before = this.stages.answerTo(number);
    this.stages.answer(number, answer ? Answer.Yes : Answer.No);
    try {
      return this.assumingOfHost(question, answer, then);
    } finally {
      this.stages.answer(number, before);
    }
  }

  /** Routes that were found before do not know what is assumed now. */
  private assumingOfHost<T>(question: string, answer: boolean, then: () => T): T {
    const { ways } = this.setup;
    try {
      return this.from.assumed.assuming(question, answer, () => {
        this.setup.ways = this.newWays();
        return then();
      });
    } finally {
      this.setup.ways = ways;
      ways.use();
    }
  }
  private newWays(): WayTables {
    const { stages, steps, from } = this;
    const memo = new RouteMemo(from.routing, from.host, from.assumed.singles, stages.interfaces, stages.family);
    return new WayTables(stages, steps, memo, this.reasons);
  }

  /** What explanations ask: the name of an interface's number, the type of an address. */
  interfaceName(number: number): string {
    return this.stages.interfaces.name(number);
  }
  addressType(address: Words): AddrType | undefined {
    const assumed = this.own.isLocal(address);
    if (assumed !== undefined) return typeOfOwn(assumed);
    const type = this.from.routing.typeOf(address);
    return typeof type === 'string' ? ADDRESS_TYPES[type] : undefined;
  }
  /** The same number for addresses that nothing in the host's texts tells apart. */
  addressKind(address: number): number {
    return this.setup.ways.addressKind(address);
  }
  /** Where a packet of such a source comes from: this host, or the interface of the way back; undefined: not known. */
  originOf(source: Words): 'own' | { readonly iface: string } | undefined {
    const { routing } = this.from;
    if (routing.typeOf(source) === 'local') return 'own';
    const way = routing.output({ ...NO_PACKET, src: undefined, dst: source });
    return way.kind === 'send' && way.to === 'unicast' ? { iface: way.oif } : undefined;
  }
  /** The same since the first packet, in milliseconds. */
  get milliseconds(): number {
    return this.clock.now;
  }
  /** Where the packets' clock stands: the time of the last one, in seconds. */
  get time(): number {
    return this.clock.time;
  }

  private answer(): void {
    this.compiled.questions.forEach((question, number) => {
      const answer = this.from.answerTo(question);
      this.stages.answer(number, answer === undefined ? Answer.Open : answer ? Answer.Yes : Answer.No);
    });
  }
}
