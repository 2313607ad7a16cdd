/**
 * Packets where connections are remembered, one behind the other: each is looked up and tracked in its turn, as it would be on its
 * walk, and what becomes of it is known by its values, by those that it has behind its translation, and by what rules may ask of
 * its connection. What settles a connection otherwise than others of its kind walks, and so does what a walk changes one by.
 */
import {
  BATCH_SLOTS,
  Beside,
  CT_STATUS_CONFIRMED,
  Field,
  FRAG_PART,
  JOURNEY_EACH,
  JOURNEY_TRACKED,
  KIND_BEFORE,
  KIND_DIRECTION_SHIFT,
  STATE_KNOWN,
  TrackColumn,
} from '../../abi.js';
import type { PacketBatch } from '../../model/batch.js';
import type { Clock } from '../clock.js';
import type { Arrived, Connections } from '../connections/connections.js';
import type { WalkSetup } from '../setup.js';
import type { TrackCore } from '../wasm.js';
import { Behind } from './behind.js';
import type { ColumnsHost } from './columns-host.js';
import { ConnectionKinds, type Kind } from './connection-kinds.js';
import type { Journal, Kinds } from './follower.js';
import { keyOf, UNMET } from './keys.js';
import { Lessons } from './lessons.js';
import { Opener } from './openings.js';
import type { Plan } from './plan.js';
import { Tracker } from './tracker.js';

/** How packets come to their connections. */
export interface ConnectedHost {
  readonly connections: Connections;
  /** tracks what is plain. */
  readonly core: TrackCore;
  readonly clock: Clock;
  /** where the clock stands for the packet at hand, and what is known of how that is tracked, goes there. */
  readonly setup: { now: number } & WalkSetup;
  /** Walks one packet of those given, which stands in a slot. */
  readonly one: (given: PacketBatch, packet: number, slot: number, journal: Journal | undefined) => void;
}

/** What the connected share with all that goes by columns. */
export interface Learning {
  readonly plan: Plan;
  isForking(journey: number): boolean;
  /** Gives its values places that were not met before. */
  meet(slot: number): void;
  /** Walks a packet by `walk`, and learns what becomes of its kind. */
  learnOne(slot: number, kinds: Kinds, walk: (journal: Journal | undefined) => void): void;
}

const INVALID = 0x8000;
const MASQUERADE_SHIFT = 16;

export class Connected {
  private readonly kinds = new WeakMap<Plan, ConnectionKinds>();
  private readonly tracker: Tracker;
  private readonly behind: Behind;
  /** where the core finds the journeys of those that were tracked in their own. */
  private readonly numbers: number;
  /** some destination is moved. */
  private moves = false;
  /** whose keys the tracker knows. */
  private keyed: Plan | undefined;
  private readonly opener: Opener;
  private readonly lessons: Lessons;
  private given: PacketBatch | undefined;
  private from = 0;
  private count = 0;

  constructor(
    private readonly host: ColumnsHost,
    private readonly connected: ConnectedHost,
    private readonly learning: Learning,
    /** rules see packets before they are tracked. */
    private readonly raw: boolean,
  ) {
    this.tracker = new Tracker(connected.core, host.stages, connected.connections, raw);
    this.behind = new Behind(host.stages, connected.connections, this.tracker);
    this.numbers = host.stages.memory.reserve(4 * BATCH_SLOTS);
    host.stages.renewViews();
    this.opener = new Opener(host.stages, connected.connections);
    this.lessons = new Lessons(host.stages, connected.connections, connected.setup.early);
  }

  /**
   * Walks so many of the packets given, from a place on, which are those of the batch; how many of them the long way.
   */
  walk(given: PacketBatch, from: number, count: number): number {
    this.count = count;
    this.given = given;
    this.from = from;
    this.moves = this.tracker.take(count, this.connected.clock);
    this.tracker.column(TrackColumn.Numbers).fill(0, 0, count);
    this.findKeys();
    let walked = 0;
    for (let slot = 0; slot < count; slot++) {
      const left = this.travel(slot);
      if (left === undefined) break;
      slot = left.slot;
      walked++;
      this.walkOne(left);
    }
    this.countTracked();
    return walked;
  }

  private findKeys(): void {
    const { tracker, count } = this;
    const { plan } = this.learning;
    if (this.moves) this.behind.findKeys(plan, count);
    this.host.stages.core.findKeys(plan.at, 0, count);
    const [low, high] = plan.sumColumns;
    tracker.column(TrackColumn.Lows).set(low!.subarray(0, count));
    tracker.column(TrackColumn.Highs).set(high!.subarray(0, count));
    if (this.keyed !== plan) tracker.forget();
    this.keyed = plan;
  }

  /** Those that the tracker has taken come by their journeys. */
  private countTracked(): void {
    const { tracker, count, numbers } = this;
    const { memory, core } = this.host.stages;
    memory.words.set(tracker.column(TrackColumn.Numbers).subarray(0, count), numbers >>> 2);
    core.travelEach(this.learning.plan.at, numbers, count);
  }

  private get known(): ConnectionKinds {
    const { plan } = this.learning;
    const known = this.kinds.get(plan);
    if (known !== undefined) return known;
    const fresh = new ConnectionKinds(this.host.budget);
    this.kinds.set(plan, fresh);
    return fresh;
  }

  /** Goes on with the packets from a slot on, up to one that has to walk; undefined: there is none. */
  private travel(first: number): Left | undefined {
    const { tracker, count } = this;
    for (let slot = tracker.follow(first, count); slot < count; slot = tracker.follow(slot + 1, count)) {
      const left = this.travelOne(slot);
      if (left !== undefined) return left;
    }
    return undefined;
  }

  /** The same of one that is not plain. */
  private travelOne(slot: number): Left | undefined {
    const { stages } = this.host;
    const { connections } = this.connected;
    const { core } = stages;
    const { plan } = this.learning;
    const { known, behind, opener } = this;
    const [lows, highs] = plan.sumColumns;
    const low = lows![slot]!;
    const high = highs![slot]!;
    if (
      keyOf(low, high) < 0 ||
      (stages.field(slot, Field.Frag) & FRAG_PART) !== 0 ||
      stages.field(slot, Beside.Given) !== 0
    )
      return { slot, arrived: undefined, place: NOWHERE };
    if (this.raw || stages.field(slot, Beside.Local) === 1) {
      const place = known.placeOf(low, high, 0, 0, KIND_BEFORE, 0);
      const journey = known.journeyAt(place);
      if (journey === JOURNEY_TRACKED) this.know([low, high, 0, 0, KIND_BEFORE, 0], journey);
      else {
        if (journey > JOURNEY_EACH && core.travelOne(plan.at, slot, journey) > JOURNEY_EACH) {
          this.know([low, high, 0, 0, KIND_BEFORE, 0], journey);
          return undefined;
        }
        return { slot, arrived: undefined, place };
      }
    }
    const arrived = this.enter(slot);
    const state = arrived === undefined ? KIND_BEFORE : this.stateOf(arrived);
    if (arrived === undefined || state === KIND_BEFORE) return { slot, arrived, place: NOWHERE };
    const moved = arrived.kind === 'known' && behind.seek(plan, slot, arrived.entry, arrived.direction);
    const mark = arrived.kind === 'known' ? connections.table.mark(arrived.entry) : 0;
    const kind: Kind = [low, high, moved ? behind.low : 0, moved ? behind.high : 0, state, mark];
    const place = known.placeOf(...kind);
    const journey = known.journeyAt(place);
    if (journey <= JOURNEY_EACH) return { slot, arrived, place };
    const first = arrived.kind === 'known' && (state & CT_STATUS_CONFIRMED) === 0;
    const opening = first ? known.openingAt(place) : undefined;
    if (opening !== undefined && !opener.open(slot, (arrived as Known).entry, opening, this.connected.setup.now))
      return { slot, arrived, place: NOWHERE };
    if (core.travelOne(plan.at, slot, journey) <= JOURNEY_EACH) return { slot, arrived, place };
    if (opening !== undefined) return undefined;
    // what would have opened one has gone no further
    if (first) connections.table.abandon((arrived as Known).entry);
    if (arrived.kind === 'known') this.know(kind, journey);
    return undefined;
  }

  private know(kind: Kind, journey: number): void {
    if (journey === JOURNEY_TRACKED || !this.learning.isForking(journey)) this.tracker.know(kind, journey);
  }

  /** nf_conntrack_in, whose packet the connection has seen from then on. */
  private enter(slot: number): Arrived | undefined {
    const { setup, connections, clock } = this.connected;
    setup.now = clock.at(slot);
    const found = this.tracker.column(TrackColumn.Found)[slot]! | 0;
    return setup.remembering!.arriveShown(setup, connections, slot, found);
  }

  /** Walks it. `arrived`: its connection has seen it; undefined: it is asked on the way, if the packet comes so far. */
  private one(slot: number, arrived: Arrived | undefined, journal: Journal | undefined): void {
    const { setup, clock, one } = this.connected;
    setup.now = clock.at(slot);
    setup.early.arrived = arrived;
    setup.early.tracked = undefined;
    setup.early.confirms = false;
    setup.early.bindings = journal && [];
    one(this.given!, this.from + slot, slot, journal);
    setup.early.arrived = undefined;
  }

  /** BEFORE: what is about another connection, or ends one. */
  private stateOf(arrived: Arrived): number {
    if (arrived.kind === 'invalid') return INVALID;
    if (arrived.kind !== 'known' || arrived.related || arrived.gone) return KIND_BEFORE;
    const { table } = this.connected.connections;
    const { entry, direction } = arrived;
    const status = table.status(entry);
    return (
      (status | (direction << KIND_DIRECTION_SHIFT) | STATE_KNOWN | (table.masquerade(entry) << MASQUERADE_SHIFT)) >>> 0
    );
  }

  private walkOne({ slot, arrived, place }: Left): void {
    const { learning, known } = this;
    if (place === NOWHERE) {
      if (arrived === undefined && this.isUnmet(slot)) {
        learning.meet(slot);
        this.findKeys();
      }
      this.one(slot, arrived, undefined);
      return;
    }
    if (known.journeyAt(place) === JOURNEY_EACH || known.isFull) {
      this.one(slot, arrived, undefined);
      return;
    }
    const { lessons } = this;
    const kinds = arrived === undefined ? lessons.before(known, place, slot) : lessons.tracked(known, place, arrived);
    learning.learnOne(slot, kinds, (journal) => this.one(slot, arrived, journal && kinds.hear(journal)));
  }

  private isUnmet(slot: number): boolean {
    const [lows, highs] = this.learning.plan.sumColumns;
    return keyOf(lows![slot]!, highs![slot]!) === UNMET;
  }
}

const NOWHERE = -1;
type Known = Extract<Arrived, { kind: 'known' }>;

/** A packet that has to walk: what its connection made of it, and the place of its kind. */
interface Left {
  readonly slot: number;
  readonly arrived: Arrived | undefined;
  readonly place: number;
}
