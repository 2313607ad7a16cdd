/**
 * Many packets of a host that is laid out: columns take them, or tables that remember, once that is worth it, and the others walk.
 */
import type { PacketBatch } from '../model/batch.js';
import { BATCH_PACKETS, type BatchWalks } from './batch-walks.js';
import { Budget } from './budget.js';
import type { Columns } from './columns/columns.js';
import type { Journal } from './columns/follower.js';
import { WalksInPlace } from './columns/in-place.js';
import type { Walks } from './columns/walks.js';
import type { Course } from './course.js';
import type { Laid } from './laid.js';
import { layWays } from './lay-ways.js';
import type { AskedHost } from './outcomes/asked.js';
import { Preparing } from './preparing.js';
import { addEnd } from './tally.js';
import type { TrackCore } from './wasm.js';

/** No more packets than these walk with nothing laid out, unless columns were asked for: that takes as long as some thousand walks. */
const FEW_PACKETS = 64;
/** Where rules were changed, so many more walk before anything is laid out. */
const MANY_WALKED = 1 << 12;

export class Many {
  /** what takes them, unless the bytecode alone was asked for. */
  readonly ready: Preparing | undefined;
  /** of all that is made. */
  readonly budget: Budget;
  private readonly inPlace: WalksInPlace | undefined;
  private asked: AskedHost | undefined;

  /** `before`: of the same host, laid out before. */
  constructor(
    private readonly laid: Laid,
    private readonly course: Course,
    private readonly walks: BatchWalks,
    trackCore: TrackCore | undefined,
    before: Many | undefined,
  ) {
    const { from, setup, batch, stages, plain } = laid;
    const { clock } = course;
    const budget = new Budget(from.memory, stages.memory);
    this.budget = budget;
    if (from.engine === 'bytecode') return;
    this.inPlace = new WalksInPlace({
      stages,
      clock,
      most: BATCH_PACKETS,
      place: (packets, first) => {
        const { serial } = course;
        const count = walks.place(packets, first, Math.min(BATCH_PACKETS, packets.count - first));
        course.serial = serial;
        return count;
      },
      walk: (count, journal) => {
        walks.walkPlaced(count, () => this.walksOfBatch.all(journal));
        return batch.size;
      },
      walked: (count, milliseconds) => this.ready!.worth.paces.walked(this.ready!.way, count, milliseconds),
    });
    const one = this.walkAlone.bind(this);
    const asked = () => this.layWays();
    this.ready = new Preparing({ from, setup, plain, batch, budget, clock, trackCore, one, asked }, before?.ready);
  }

  /** Begins a call of packets, whose fates go to `fates`. */
  begin(fates: Uint8Array): void {
    this.inPlace?.begin(this.course.serial, fates);
  }

  /** Takes packets from one on, of which `more` come behind those given; how many. */
  take(packets: PacketBatch, from: number, fates: Uint8Array, more: number): number {
    const { course, ready, laid, walks } = this;
    const columns = this.columnsFor(packets, packets.count - from + more);
    const isConnected = laid.setup.connections !== undefined;
    const started = performance.now();
    const taken = isConnected ? undefined : columns && this.inPlace!.classify(columns, packets, from, course.serial);
    if (taken !== undefined) {
      const took = performance.now() - started;
      course.tally.addTime(took);
      ready!.worth.took(taken.length, took);
      fates.set(taken, from);
      course.serial = (course.serial + taken.length) >>> 0;
      return taken.length;
    }
    this.walkWaiting(packets, from);
    const began = performance.now();
    let byColumns = false;
    const { count, ended } = walks.take(packets, from, fates, ready?.columns !== undefined, (placed) => {
      byColumns = isConnected
        ? columns?.walkConnected(packets, from, placed) === true
        : columns?.walk(packets, placed, this.walksOfBatch) === true;
      return byColumns;
    });
    if (byColumns) ready!.worth.took(count, ended - began);
    else ready?.pass(count, ended - began);
    return count;
  }

  /** Ends the call: those walk that still wait. */
  end(packets: PacketBatch): void {
    this.walkWaiting(packets, packets.count);
  }
  /** Those that wait, before the packet at place `from` of the call. */
  private walkWaiting(packets: PacketBatch, from: number): void {
    if (this.inPlace === undefined) return;
    const started = performance.now();
    this.inPlace.walkWaiting(packets, from);
    const took = performance.now() - started;
    this.course.tally.addTime(took);
    this.ready?.worth.took(0, took);
  }

  /** What takes packets like those given, whose tables are as they meet them then; undefined: they walk. `left`: packets to come. */
  private columnsFor(packets: PacketBatch, left: number): Columns | undefined {
    const { met, changed } = this.course;
    const isFew = met <= (changed ? MANY_WALKED : FEW_PACKETS);
    if (this.asked === undefined && this.laid.from.engine === 'auto' && isFew) return undefined;
    this.layWays();
    return this.ready?.columnsFor(packets, left);
  }

  /** What many packets ask of routes, and what is asked of the host by all that is made of rules. */
  private layWays(): AskedHost {
    if (this.asked !== undefined) return this.asked;
    const { from, own, stages, setup } = this.laid;
    setup.ways.lay(layWays(setup.ways.memo, stages.memory));
    const { family } = stages;
    const sets = new Map(from.sets.map((set) => [set.name, set]));
    const gathers = from.defrags && family === 4;
    this.asked = { family, sets, addressTypes: own.types, addressTypes6: own.types6, gathers };
    return this.asked;
  }

  /** How those walk whose journeys are not known. */
  private readonly walksOfBatch: Walks = {
    all: (journal) => {
      const { packets } = this.laid.batch;
      journal?.begin(packets);
      this.journaled(journal, packets, () => this.walks.all());
    },
    one: (slot, journal) => this.walks.one(slot, () => this.walkOne(slot, journal)),
  };

  /** Walks a packet by itself, which gets its bytes where it has none. */
  private walkAlone(given: PacketBatch, packet: number, slot: number, journal: Journal | undefined): void {
    this.walks.alone(given, packet, slot, () => this.walkOne(slot, journal));
  }
  private walkOne(slot: number, journal: Journal | undefined): void {
    const { batch, walks, setup } = this.laid;
    journal?.begin(batch.size);
    this.journaled(journal, 1, () => walks.runOne(setup, slot));
  }

  private journaled(journal: Journal | undefined, count: number, walk: () => void): void {
    if (journal === undefined) {
      this.ready!.walked += count;
      return walk();
    }
    const { setup, plain } = this.laid;
    const { places } = setup;
    setup.journal = journal.read;
    setup.places = plain;
    walk();
    setup.journal = undefined;
    setup.places = places;
    journal.end();
  }

  /** What was counted beside the core comes to its counters. */
  flush(): void {
    const { tally } = this.course;
    this.ready?.columns?.flush((end, packets, bytes) => addEnd(tally.words, end, packets, bytes));
    for (const hooks of Object.values(this.ready?.places ?? {}))
      for (const place of Object.values(hooks)) place?.outcomes?.flush();
  }
}
