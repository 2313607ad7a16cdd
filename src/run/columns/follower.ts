/** What becomes of kinds of packets, written down while the first of each walks. */
import {
  BATCH_SLOTS,
  Beside,
  End,
  Event,
  Field,
  JOURNEY_EACH,
  JOURNEY_WHY,
  Op,
  Run,
  Section,
  TRACE_WORDS,
} from '../../abi.js';
import { eventAt, type ReadRecords } from '../trace-records.js';
import type { ColumnsHost } from './columns-host.js';
import type { Draft, Stretch } from './journeys.js';
import type { Terms } from './terms.js';

/** Told what rules do with packets. */
export interface Journal {
  /** so many of them stand in the batch's columns. */
  readonly begin: (count: number) => void;
  readonly read: ReadRecords;
  /** those have walked. */
  readonly end: () => void;
}

/** Packets of a batch of whose kinds more can be learnt: their slots, in order, and where the key of each stands. */
export interface Fresh {
  readonly slots: Uint32Array;
  readonly places: Uint32Array;
}
/** Of the batch itself. */
export const slotsOf = (slots: Uint32Array): Fresh => ({ slots, places: slots });
export const firstOf = ({ slots, places }: Fresh, most: number): Fresh => ({
  slots: slots.subarray(0, most),
  places: places.subarray(0, most),
});

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

/** What the first packet of a kind has come to. */
export interface Learnt extends Draft {
  readonly key: number;
  /** JOURNEY_NEW, or the first stage of what was known of the kind before. */
  readonly first: number;
}

/** A packet whose journey is written down. */
interface Following extends Learnt {
  readonly slot: number;
  readonly stretches: Stretch[];
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
  /** by slot. */
  private readonly drafts: (Following | undefined)[] = new Array(BATCH_SLOTS).fill(undefined);

  /** Reserves memory. */
  constructor(
    private readonly host: Pick<ColumnsHost, 'stages' | 'compiled'>,
    private readonly terms: Terms,
  ) {
    const { stages, compiled } = host;
    const bits = new Uint32Array((compiled.program.section(Section.Code).length >>> 5) + 1);
    for (const address of terms.unanswered) bits[address >>> 5]! |= 1 << (address & 31);
    this.unanswered = stages.memory.place(bits);
    stages.set(Run.Followed, stages.memory.reserve(BATCH_SLOTS));
  }

  /** Walks packets by `walk`, and tells of each kind what the first of it has come to; `findKeys` finds keys anew. */
  follow(fresh: Fresh, kinds: Kinds, findKeys: () => void, walk: (journal: Journal) => void): readonly Learnt[] {
    const { stages } = this.host;
    const all: Following[] = [];
    const before = stages.get(Run.Unanswered);
    stages.set(Run.Unanswered, this.unanswered);
    walk({
      begin: (count) => this.begin(fresh, kinds, findKeys, count, all),
      read: (words, first, end) => this.read(words, first, end),
      end: () => {
        for (const one of all) if (kinds.lasts?.(one.slot) ?? true) one.end = this.endOf(one);
      },
    });
    stages.set(Run.Unanswered, before);
    for (const { slot } of all) this.drafts[slot] = undefined;
    return all;
  }

  /** Looks for the first packet of each kind. */
  private begin({ slots, places }: Fresh, kinds: Kinds, findKeys: () => void, count: number, all: Following[]): void {
    const { stages } = this.host;
    let placed = 0;
    let met = false;
    for (; placed < slots.length && slots[placed]! < count; placed++)
      if (kinds.meet(stages.columns, slots[placed]!)) met = true;
    if (met) findKeys();
    const { bytes } = stages.memory;
    const followed = stages.get(Run.Followed);
    bytes.fill(0, followed, followed + count);
    // whatever is copied
    bytes.fill(1, followed + count, followed + BATCH_SLOTS);
    const keys = new Set<number>();
    for (let i = 0; i < placed; i++) {
      const key = kinds.keyOf(places[i]!);
      // one of a kind is enough
      if (key < 0 || keys.has(key)) continue;
      keys.add(key);
      const first = kinds.journeyOf(key);
      if (first === JOURNEY_EACH) continue;
      const slot = slots[i]!;
      bytes[followed + slot] = 1;
      const told = this.isTold(slot);
      const one = { slot, key, first, stretches: [], counters: [], told, late: false, drew: false, end: undefined };
      this.drafts[slot] = one;
      all.push(one);
    }
  }

  private read(words: Uint32Array, first: number, end: number): void {
    const turns = this.host.stages.columns[Beside.Turn]!;
    for (let at = first; at < end; at += TRACE_WORDS) {
      const packet = words[at + 1]!;
      const own = turns[packet]!;
      const draft = this.drafts[own];
      if (draft === undefined || !draft.told) continue;
      const event = eventAt(words, at);
      if (event === Event.Hit || event === Event.Policy) draft.counters.push(words[at + 3]!);
      else if (event === Event.Forked) this.fork(draft, words[at + 2]!, words[at + 3] === 1, packet !== own);
      else if (event === Event.Unanswered) this.leave(draft, words[at + 2]!);
    }
  }

  /** It forks at an instruction. */
  private fork(draft: Following, address: number, held: boolean, isCopy: boolean): void {
    // a copy draws beside its packet, and a journey one after the other
    if (isCopy && this.draws(address)) {
      draft.told = false;
      return;
    }
    // a number was drawn for it in between
    if (draft.drew) draft.told = false;
    draft.stretches.push({ counters: draft.counters, fork: { address, held } });
    draft.counters = [];
  }

  /** Its values do not answer what is asked there. */
  private leave(draft: Following, address: number): void {
    const late = this.terms.late.get(address);
    if (late === undefined) draft.told = false;
    else {
      draft.drew = true;
      draft.late ||= late === 'more' || this.asksSport;
    }
  }

  /** where a port is drawn of a packet that comes in again. */
  private get asksSport(): boolean {
    this.sportAsked ??= this.terms.asksPort(Field.Sport);
    return this.sportAsked;
  }

  /** Whether a packet's values tell all that the host's steps ask of it. */
  private isTold(slot: number): boolean {
    const { columns, family } = this.host.stages;
    const words = family === 4 ? 1 : 4;
    // of what has no source the destination decides
    for (let word = 0; word < words; word++) if (columns[Field.Src + word]![slot] !== 0) return true;
    return this.host.stages.field(slot, Beside.Local) === 0;
  }

  private draws(address: number): boolean {
    return (this.host.compiled.program.section(Section.Code)[address]! & 255) === Op.Random;
  }

  private endOf({ slot, told, late }: Following): Draft['end'] {
    const { columns } = this.host.stages;
    const again = late && columns[Beside.Again]![slot] !== 0;
    const fate: End = columns[Beside.Fate]![slot]!;
    const ends = told && !again && fate !== End.Unknown && fate !== End.Walking;
    return ends ? (fate | (columns[Beside.Why]![slot]! << JOURNEY_WHY)) >>> 0 : undefined;
  }
}
