/** What becomes of kinds of packets, written down while the first of each walks. */
import { BATCH_SLOTS, Beside, End, Event, Field, JOURNEY_EACH, Op, Run, Section } from '../../abi.js';
import type { TraceRecord } from '../stage.js';
import type { ColumnsHost } from './columns.js';
import type { Draft, Stretch } from './journeys.js';
import type { Terms } from './terms.js';

/** Told what rules do with packets. */
export interface Journal {
  /** so many of them stand in the batch's columns. */
  readonly begin: (count: number) => void;
  readonly tell: (record: TraceRecord) => void;
  /** those have walked. */
  readonly end: () => void;
}

/** Where it stands what becomes of packets; `key` is a number of their own. */
export interface Kinds {
  /** Whether what becomes of the packet at a place can still be learnt. */
  isOpen(place: number): boolean;
  /** Gives those of a packet's values places that were not met before. Whether keys are others now. */
  meet(columns: readonly Uint32Array[], slot: number): boolean;
  /** Negative: nothing can be said of it. */
  keyOf(place: number): number;
  journeyOf(key: number): number;
  settle(key: number, journey: number): void;
  /** Whether others of the kind leave what is remembered as the packet has; where it is left out they do. */
  lasts?(slot: number): boolean;
}

/** A packet whose journey is written down. */
interface Following {
  readonly key: number;
  readonly stretches: Stretch[];
  /** since the last fork. */
  counters: number[];
  /** its kind decides all that has happened so far. */
  told: boolean;
  late: boolean;
  /** it was translated by chance. */
  drew: boolean;
  end: Draft['end'];
}

export class Follower {
  /** Run.Unanswered of these, and of what is remembered of tables. */
  private readonly unanswered: number;
  private sportAsked: boolean | undefined;

  /** Reserves memory. */
  constructor(
    private readonly host: Pick<ColumnsHost, 'stages' | 'batch' | 'compiled'>,
    private readonly terms: Terms,
  ) {
    const { stages, compiled } = host;
    const bits = new Uint32Array((compiled.program.section(Section.Code).length >>> 5) + 1);
    for (const address of terms.unanswered) bits[address >>> 5]! |= 1 << (address & 31);
    this.unanswered = stages.memory.place(bits);
    stages.set(Run.Followed, stages.memory.reserve(BATCH_SLOTS));
  }

  /**
   * Walks packets by `walk`, and tells of each kind what the first of it has come to; `fresh`: slots, and where the keys of those
   * stand, which `findKeys` finds anew.
   */
  follow(
    fresh: ReadonlyMap<number, number>,
    kinds: Kinds,
    findKeys: () => void,
    walk: (journal: Journal) => void,
  ): { readonly key: number; readonly draft: Draft }[] {
    const { stages, batch } = this.host;
    const drafts = new Map<number, Following>();
    const begin = (count: number) => {
      const placed = [...fresh].filter(([slot]) => slot < count);
      const met = placed.filter(([slot]) => kinds.meet(stages.columns, slot));
      if (met.length > 0) findKeys();
      const { bytes } = stages.memory;
      const followed = stages.get(Run.Followed);
      bytes.fill(0, followed, followed + count);
      // whatever is copied
      bytes.fill(1, followed + count, followed + BATCH_SLOTS);
      const keys = new Set<number>();
      for (const [slot, place] of placed) {
        const key = kinds.keyOf(place);
        // one of a kind is enough
        if (key < 0 || kinds.journeyOf(key) === JOURNEY_EACH || keys.has(key)) continue;
        keys.add(key);
        bytes[followed + slot] = 1;
        drafts.set(slot, {
          key,
          stretches: [],
          counters: [],
          told: this.isTold(slot),
          late: false,
          drew: false,
          end: undefined,
        });
      }
    };
    const before = stages.get(Run.Unanswered);
    stages.set(Run.Unanswered, this.unanswered);
    const tell = ({ event, packet, address, before: value }: TraceRecord) => {
      const own = batch.packetOf(packet);
      const draft = drafts.get(own);
      if (draft === undefined || !draft.told) return;
      // a copy draws beside its packet, and a journey one after the other
      if (event === Event.Forked && packet !== own && this.draws(address)) draft.told = false;
      else if (event === Event.Hit || event === Event.Policy) draft.counters.push(value);
      else if (event === Event.Forked) {
        // a number was drawn for it in between
        if (draft.drew) draft.told = false;
        draft.stretches.push({ counters: draft.counters, fork: { address, held: value === 1 } });
        draft.counters = [];
      } else if (event !== Event.Unanswered) return;
      else if (this.terms.late.has(address)) {
        draft.drew = true;
        draft.late ||= this.terms.late.get(address) === 'more' || this.asksSport;
      } else draft.told = false;
    };
    const end = () => {
      for (const [slot, draft] of drafts)
        draft.end = (kinds.lasts?.(slot) ?? true) ? this.endOf(slot, draft) : undefined;
    };
    walk({ begin, tell, end });
    stages.set(Run.Unanswered, before);
    return [...drafts.values()].map(({ key, stretches, counters, end }) => ({
      key,
      draft: { stretches: [...stretches, { counters }], end },
    }));
  }

  /** where a port is drawn of a packet that comes in again. */
  private get asksSport(): boolean {
    this.sportAsked ??= this.terms.asksPort(Field.Sport);
    return this.sportAsked;
  }

  /** Whether a packet's values tell all that the host's steps ask of it. */
  private isTold(slot: number): boolean {
    const { stages } = this.host;
    // of what has no source the destination decides
    return stages.address(slot, Field.Src).some((word) => word !== 0) || stages.field(slot, Beside.Local) === 0;
  }

  private draws(address: number): boolean {
    return (this.host.compiled.program.section(Section.Code)[address]! & 255) === Op.Random;
  }

  private endOf(slot: number, { told, late }: Pick<Following, 'told' | 'late'>): Draft['end'] {
    const { stages } = this.host;
    const again = late && stages.field(slot, Beside.Again) !== 0;
    const fate: End = stages.field(slot, Beside.Fate);
    const ends = told && !again && fate !== End.Unknown && fate !== End.Walking;
    return ends ? { fate, why: stages.field(slot, Beside.Why) } : undefined;
  }
}
