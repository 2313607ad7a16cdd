/**
 * Packets where connections are remembered, one behind the other: each is looked up and tracked in its turn, as it would be on its
 * walk, and what becomes of it is known by its values, by those that it has behind its translation, and by what rules may ask of
 * its connection. What settles a connection otherwise than others of its kind walks, and so does what a walk changes one by.
 */
import {
  Beside,
  BOUND_SRC,
  CT_STATUS_CONFIRMED,
  CT_STATUS_DST_NAT,
  CT_STATUS_DST_NAT_DONE,
  CT_STATUS_SRC_NAT,
  CT_STATUS_SRC_NAT_DONE,
  End,
  Event,
  Field,
  FRAG_PART,
  JOURNEY_EACH,
  KEY_NEVER,
  KEY_UNMET,
} from '../../abi.js';
import type { PacketBatch } from '../../model/batch.js';
import { Protocol } from '../../net/protocol.js';
import type { Clock } from '../clock.js';
import type { Arrived, Connections } from '../connections/connections.js';
import type { WalkSetup } from '../setup.js';
import type { TraceRecord } from '../stage.js';
import { Behind, HAS_PORTS } from './behind.js';
import type { ColumnsHost } from './columns.js';
import { ConnectionKinds } from './connection-kinds.js';
import type { Journal, Kinds } from './follower.js';
import { Opener, type Opening, openingOf } from './openings.js';
import type { Plan } from './plan.js';

/** How packets come to their connections. */
export interface ConnectedHost {
  readonly connections: Connections;
  readonly clock: Clock;
  /** where the clock stands for the packet at hand, and what is known of how that is tracked, goes there. */
  readonly setup: { now: number } & WalkSetup;
  /** Walks one packet of those given, which stands in a slot. */
  readonly one: (given: PacketBatch, packet: number, slot: number, journal: Journal | undefined) => void;
}

/** What the connected share with all that goes by columns. */
export interface Learning {
  readonly plan: Plan;
  /** Gives its values places that were not met before. */
  meet(slot: number): void;
  /** Walks a packet by `walk`, and learns what becomes of its kind. */
  learnOne(slot: number, kinds: Kinds, walk: (journal: Journal | undefined) => void): void;
}

/** In place of the state of a connection: what becomes of packets up to where they are tracked. */
const BEFORE = 0;
/** There: they are tracked. */
const TRACKED = 0xffffffff;
/** What stands for a connection: its status, and above it its direction; the interface that masqueraded it lies behind. */
const DIRECTION_SHIFT = 13;
const KNOWN = 0x4000;
const INVALID = 0x8000;
const MASQUERADE_SHIFT = 16;

export class Connected {
  private readonly kinds = new WeakMap<Plan, ConnectionKinds>();
  private readonly behind: Behind;
  private readonly opener: Opener;
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
    this.behind = new Behind(host.stages, connected.connections);
    this.opener = new Opener(host.stages, connected.connections);
  }

  /**
   * Walks so many of the packets given, from a place on, which are those of the batch; how many of them the long way, and how many
   * of new kinds.
   */
  walk(given: PacketBatch, from: number, count: number): { readonly walked: number; readonly learnt: number } {
    this.count = count;
    this.given = given;
    this.from = from;
    this.findKeys();
    let walked = 0;
    let learnt = 0;
    for (let slot = 0; slot < count; slot++) {
      const left = this.travel(slot);
      if (left === undefined) break;
      slot = left.slot;
      walked++;
      learnt += Number(this.walkOne(left));
    }
    return { walked, learnt };
  }

  private findKeys(): void {
    const { plan } = this.learning;
    this.behind.findKeys(plan, this.count);
    this.host.stages.core.findKeys(plan.at, 0, this.count);
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
    const { stages } = this.host;
    const { connections } = this.connected;
    const { columns, core } = stages;
    const { plan } = this.learning;
    const { known, behind, opener, count } = this;
    const [lows, highs] = plan.sumColumns;
    const fates = columns[Beside.Fate]!;
    const frags = columns[Field.Frag]!;
    const givens = columns[Beside.Given]!;
    const locals = columns[Beside.Local]!;
    for (let slot = first; slot < count; slot++) {
      if (fates[slot] !== End.Walking) continue;
      const low = lows![slot]!;
      const high = highs![slot]!;
      const unmet = low >= KEY_UNMET || high >= KEY_UNMET;
      if (unmet || (frags[slot]! & FRAG_PART) !== 0 || givens[slot] !== 0)
        return { slot, arrived: undefined, place: NOWHERE };
      if (this.raw || locals[slot] === 1) {
        const place = known.placeOf(low, high, 0, 0, BEFORE, 0);
        const journey = known.journeyAt(place);
        if (journey !== TRACKED) {
          if (journey > JOURNEY_EACH && core.travelOne(plan.at, slot, journey) > JOURNEY_EACH) continue;
          return { slot, arrived: undefined, place };
        }
      }
      const arrived = this.enter(slot);
      const state = arrived === undefined ? BEFORE : this.stateOf(arrived);
      if (arrived === undefined || state === BEFORE) return { slot, arrived, place: NOWHERE };
      const moved = arrived.kind === 'known' && behind.seek(plan, slot, arrived.entry, arrived.direction);
      const mark = arrived.kind === 'known' ? connections.table.mark(arrived.entry) : 0;
      const place = known.placeOf(low, high, moved ? behind.low : 0, moved ? behind.high : 0, state, mark);
      const journey = known.journeyAt(place);
      if (journey <= JOURNEY_EACH) return { slot, arrived, place };
      const first = arrived.kind === 'known' && (state & CT_STATUS_CONFIRMED) === 0;
      const opening = first ? known.openingAt(place) : undefined;
      if (opening !== undefined && !opener.open(slot, (arrived as Known).entry, opening, this.connected.setup.now))
        return { slot, arrived, place: NOWHERE };
      if (core.travelOne(plan.at, slot, journey) <= JOURNEY_EACH) return { slot, arrived, place };
      // what would have opened one has gone no further
      if (first && opening === undefined) connections.table.abandon((arrived as Known).entry);
    }
    return undefined;
  }

  /** nf_conntrack_in, whose packet the connection has seen from then on. */
  private enter(slot: number): Arrived | undefined {
    const { setup, connections, clock } = this.connected;
    setup.now = clock.at(slot);
    return setup.remembering!.arriveShown(setup, connections, slot, this.behind.found[slot]!);
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
    if (arrived.kind !== 'known' || arrived.related || arrived.gone) return BEFORE;
    const { table } = this.connected.connections;
    const { entry, direction } = arrived;
    const status = table.status(entry);
    return (status | (direction << DIRECTION_SHIFT) | KNOWN | (table.masquerade(entry) << MASQUERADE_SHIFT)) >>> 0;
  }

  /** Whether something was learnt of it. */
  private walkOne({ slot, arrived, place }: Left): boolean {
    const { learning, known } = this;
    if (place === NOWHERE) {
      if (arrived === undefined && this.isUnmet(slot)) {
        learning.meet(slot);
        this.findKeys();
      }
      this.one(slot, arrived, undefined);
      return false;
    }
    if (known.journeyAt(place) === JOURNEY_EACH || known.isFull) {
      this.one(slot, arrived, undefined);
      return false;
    }
    const kinds = arrived === undefined ? this.kindBefore(place) : this.kindOf(place, arrived);
    learning.learnOne(slot, kinds, (journal) => this.one(slot, arrived, journal && kinds.hear(journal)));
    return true;
  }

  private isUnmet(slot: number): boolean {
    const [lows, highs] = this.learning.plan.sumColumns;
    const [low, high] = [lows![slot]!, highs![slot]!];
    return (low >= KEY_UNMET || high >= KEY_UNMET) && low < KEY_NEVER && high < KEY_NEVER;
  }

  /** Of packets that rules see before they are tracked, or whose way may end before: those that are go by their connections. */
  private kindBefore(place: number): HearingKinds {
    const { known } = this;
    const { early } = this.connected.setup;
    let pure = true;
    return {
      ...plainKinds(known, place),
      hear: (journal) => ({
        ...journal,
        tell: (record: TraceRecord) => {
          if (early.tracked === undefined && (record.event === Event.Forked || record.event === Event.Unanswered))
            pure = false;
          journal.tell(record);
        },
      }),
      // what order or chance lets pass is not tracked before it has passed
      lasts: () => early.tracked === undefined,
      settle: (_, journey) => {
        known.settle(place, pure && early.tracked === 'plain' ? TRACKED : journey);
      },
    };
  }

  /** Of packets whose connection has seen them: it may not have changed since. */
  private kindOf(place: number, arrived: Arrived): HearingKinds {
    const { known, host } = this;
    const { connections } = this.connected;
    const { stages } = host;
    const plain = { ...plainKinds(known, place), hear: (journal: Journal) => journal };
    const isSent = (slot: number) => stages.field(slot, Beside.Again) === 0;
    if (arrived.kind !== 'known') return { ...plain, lasts: isSent };
    const { entry } = arrived;
    const { table } = connections;
    if ((table.status(entry) & CT_STATUS_CONFIRMED) === 0) return this.kindOfFirst(place, entry);
    const mark = table.mark(entry);
    return {
      ...plain,
      lasts: (slot) => {
        const rejected = stages.field(slot, Beside.Fate) === End.Rejected;
        return (
          isSent(slot) &&
          stages.field(slot, Beside.Entry) === entry + 1 &&
          table.mark(entry) === mark &&
          // a reset in this host's name closes it
          !(rejected && stages.field(slot, Field.Proto) === Protocol.Tcp)
        );
      },
    };
  }

  /** Of those whose connection has just begun. */
  private kindOfFirst(place: number, entry: number): HearingKinds {
    const { known, host } = this;
    const { stages } = host;
    const { table } = this.connected.connections;
    const { early } = this.connected.setup;
    let forks = false;
    let opening: Opening | undefined;
    /** It is confirmed, and all that has become of it is what nat has made of it. */
    const opens = (slot: number) =>
      !forks &&
      HAS_PORTS[stages.field(slot, Field.Proto)] === 1 &&
      stages.field(slot, Beside.Entry) === entry + 1 &&
      (table.status(entry) & ~NAT_STATUS) === CT_STATUS_CONFIRMED &&
      table.mark(entry) === 0;
    return {
      ...plainKinds(known, place),
      hear: (journal) => ({
        ...journal,
        tell: (record) => {
          forks ||= record.event === Event.Forked;
          journal.tell(record);
        },
      }),
      lasts: (slot) => {
        if (stages.field(slot, Beside.Again) !== 0) return false;
        // it ends before it is confirmed, and before its source could be given to it which others have not
        if (!early.confirms) return (stages.field(slot, Beside.Bound) & BOUND_SRC) === 0;
        opening = opens(slot) ? openingOf(early.bindings!, table.masquerade(entry)) : undefined;
        return opening !== undefined;
      },
      settle: (_, journey) => known.settle(place, journey, opening),
    };
  }
}

const NOWHERE = -1;
const NAT_STATUS = CT_STATUS_SRC_NAT | CT_STATUS_DST_NAT | CT_STATUS_SRC_NAT_DONE | CT_STATUS_DST_NAT_DONE;
type Known = Extract<Arrived, { kind: 'known' }>;

/** A packet that has to walk: what its connection made of it, and the place of its kind. */
interface Left {
  readonly slot: number;
  readonly arrived: Arrived | undefined;
  readonly place: number;
}

interface HearingKinds extends Kinds {
  readonly hear: (journal: Journal) => Journal;
}

/** One kind, whose key is its place. */
const plainKinds = (known: ConnectionKinds, place: number) => ({
  isOpen: () => true,
  meet: () => false,
  keyOf: () => place,
  journeyOf: () => known.journeyAt(place),
  settle: (_key: number, journey: number) => known.settle(place, journey),
});
