/** What is learnt of packets of connections from the first of their kind that walks, and whether it holds for those after it. */
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
  JOURNEY_TRACKED,
  TRACE_WORDS,
} from '../../abi.js';
import { Protocol } from '../../net/protocol.js';
import type { Arrived, Connections } from '../connections/connections.js';
import { isIcmp } from '../connections/tuples.js';
import type { Early } from '../setup.js';
import type { Stages } from '../stage.js';
import { eventAt } from '../trace-records.js';
import type { ConnectionKinds } from './connection-kinds.js';
import type { Journal, Kinds } from './follower.js';
import { type Opening, openingOf } from './openings.js';

const NAT_STATUS = CT_STATUS_SRC_NAT | CT_STATUS_DST_NAT | CT_STATUS_SRC_NAT_DONE | CT_STATUS_DST_NAT_DONE;

export interface HearingKinds extends Kinds {
  readonly hear: (journal: Journal) => Journal;
}

export class Lessons {
  constructor(
    private readonly stages: Stages,
    private readonly connections: Connections,
    private readonly early: Early,
  ) {}

  /** Of packets that rules see before they are tracked, or whose way may end before: those that are go by their connections. */
  before(known: ConnectionKinds, place: number, slot: number): HearingKinds {
    const { early, stages } = this;
    // what has no source is tracked with the one that routing chooses for it
    let pure = stages.field(slot, Field.Src) !== 0 || stages.field(slot, Beside.Local) === 0;
    return {
      ...plainKinds(known, place),
      hear: (journal) => ({
        ...journal,
        read: (words, first, end) => {
          if (
            early.tracked === undefined &&
            (tells(Event.Forked, words, first, end) || tells(Event.Unanswered, words, first, end))
          )
            pure = false;
          journal.read(words, first, end);
        },
      }),
      // what order or chance lets pass is not tracked before it has passed
      lasts: () => early.tracked === undefined,
      settle: (_, journey) => {
        known.settle(place, pure && early.tracked === 'plain' ? JOURNEY_TRACKED : journey);
      },
    };
  }

  /** Of packets whose connection has seen them: it may not have changed since. */
  tracked(known: ConnectionKinds, place: number, arrived: Arrived): HearingKinds {
    const { stages, connections } = this;
    const plain = { ...plainKinds(known, place), hear: (journal: Journal) => journal };
    const comesOnce = (slot: number) => stages.field(slot, Beside.Again) === 0;
    if (arrived.kind !== 'known') return { ...plain, lasts: comesOnce };
    const { entry } = arrived;
    const { table } = connections;
    if ((table.status(entry) & CT_STATUS_CONFIRMED) === 0) return this.first(known, place, entry);
    const mark = table.mark(entry);
    return {
      ...plain,
      lasts: (slot) => {
        const rejected = stages.field(slot, Beside.Fate) === End.Rejected;
        return (
          comesOnce(slot) &&
          stages.field(slot, Beside.Entry) === entry + 1 &&
          table.mark(entry) === mark &&
          // a reset in this host's name closes it
          !(rejected && stages.field(slot, Field.Proto) === Protocol.Tcp)
        );
      },
    };
  }

  /** Of those whose connection has just begun. */
  private first(known: ConnectionKinds, place: number, entry: number): HearingKinds {
    const { stages, early } = this;
    const { table } = this.connections;
    let forks = false;
    let opening: Opening | undefined;
    /** It is confirmed, and all that has become of it is what nat has made of it. */
    const opens = (slot: number) =>
      !forks &&
      !isIcmp(stages.field(slot, Field.Proto)) &&
      stages.field(slot, Beside.Entry) === entry + 1 &&
      (table.status(entry) & ~NAT_STATUS) === CT_STATUS_CONFIRMED &&
      table.mark(entry) === 0;
    return {
      ...plainKinds(known, place),
      hear: (journal) => ({
        ...journal,
        read: (words, first, end) => {
          forks ||= tells(Event.Forked, words, first, end);
          journal.read(words, first, end);
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

/** One kind, whose key is its place. */
const plainKinds = (known: ConnectionKinds, place: number) => ({
  isOpen: () => true,
  meet: () => false,
  keyOf: () => place,
  journeyOf: () => known.journeyAt(place),
  settle: (_key: number, journey: number) => known.settle(place, journey),
});

/** Whether there is such an event among records. */
function tells(event: Event, words: Uint32Array, first: number, end: number): boolean {
  for (let at = first; at < end; at += TRACE_WORDS) if (eventAt(words, at) === event) return true;
  return false;
}
