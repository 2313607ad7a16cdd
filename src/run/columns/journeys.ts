/**
 * Journeys: what packets come to on all their way, each a fate, why it is so, and the rules and policies that counted them. Where
 * a condition hangs on the packets before or on chance a journey forks, and each way on is a stage of its own. The core counts
 * who comes by (JourneyWord); what that comes to is added to counters of rules when somebody wants to know.
 */
import {
  BATCH_SLOTS,
  COUNT_MOST,
  COUNT_SHIFT,
  End,
  JOURNEY_EACH,
  JOURNEY_WHY,
  JourneyWord,
  MOST_JOURNEYS,
  MOST_TURNS,
} from '../../abi.js';
import type { Budget } from '../budget.js';
import { grown, Sequences } from '../first-match/sequences.js';
import type { Core } from '../wasm.js';

/** What happens to a packet up to a fork. */
export interface Stretch {
  /** the counters that it goes into, each as often as it does. */
  readonly counters: readonly number[];
  /** the instruction at whose outcome it forks, and how that came out. */
  readonly fork: { readonly address: number; readonly held: boolean };
}

/** A journey as a packet went it. */
export interface Draft {
  readonly stretches: readonly Stretch[];
  /** behind the last fork. */
  readonly counters: readonly number[];
  /** JourneyWord.End; undefined: more than its kind decides how it ends. */
  readonly end: number | undefined;
}

/** `end`: JourneyWord.End of so many packets. */
export type AddEnd = (end: number, packets: bigint, bytes: bigint) => void;

const FIRST_ROOM = 256;
/** What a journey's counter takes, while lists grow. */
const COUNTER_BYTES = 12;

export class Journeys {
  /** how journeys end, and behind that what those count that come by: equal ones are kept once. */
  private readonly lists = new Sequences();
  private list = new Uint32Array(64);
  /** by number: its list. */
  private readonly listOf: number[] = [];
  /** by list: the journey that is that, without a fork before it. */
  private readonly ends: number[] = [];
  private room = 0;
  /** packets that were counted since counters were gathered. */
  private counted = 0;
  /** up to when it stands where those lead that come to empty limits, and how many packets forked since that was told. */
  private settled = 0;
  private forked = 0;
  /** where their records are, their counters, and how they end: ColumnsWord.Journeys and those behind it. */
  at = 0;
  counts = 0;
  fates = 0;

  /** Reserves memory. */
  constructor(
    private readonly core: Pick<Core, 'memory' | 'gatherCounts' | 'settleLimits'>,
    /** the program's, of whose instructions some fork by chance. */
    private readonly code: Uint32Array,
    /** nothing else makes journeys fork. */
    private readonly byChance: boolean,
    private readonly budget: Budget,
  ) {
    this.makeRoom(FIRST_ROOM);
    while (this.listOf.length <= JOURNEY_EACH) this.listOf.push(this.lists.intern(this.list, 1));
  }

  isForking(number: number): boolean {
    return this.core.memory.words[this.recordOf(number) + JourneyWord.Fork] !== 0;
  }

  get count(): number {
    return this.listOf.length - JOURNEY_EACH - 1;
  }

  /**
   * Adds what a packet went to what is known of its kind, whose first stage is `first`, or JOURNEY_NEW, or JOURNEY_EACH; the
   * first stage from now on comes back. May reserve memory.
   */
  add(first: number, { stretches, counters, end }: Draft): number {
    this.unsettle();
    const links: { readonly stage: number; readonly word: number }[] = [];
    let at = first;
    for (const { counters, fork } of stretches) {
      if (at <= JOURNEY_EACH) {
        const { address } = fork;
        const chance = this.byChance ? { [JourneyWord.End]: this.code[address + 1]! } : {};
        at = this.make(counters, { ...chance, [JourneyWord.Fork]: address + 1 });
        if (links.length > 0) this.link(links.at(-1)!, at);
        else first = at;
      }
      if (at === JOURNEY_EACH) return first;
      const word = fork.held ? JourneyWord.Held : JourneyWord.Failed;
      links.push({ stage: at, word });
      at = this.core.memory.words[this.recordOf(at) + word]!;
    }
    if (at > JOURNEY_EACH) return first;
    const tooMany = links.length >= MOST_TURNS;
    const isKnown = end !== undefined && !tooMany;
    if (links.length === 0) return isKnown ? this.sharedEnd(counters, end) : JOURNEY_EACH;
    // one of its own, so that those at the fork are as many as at the ends behind it
    this.link(links.at(-1)!, isKnown ? this.end(counters, end) : JOURNEY_EACH);
    return first;
  }

  private link({ stage, word }: { readonly stage: number; readonly word: number }, to: number): void {
    this.core.memory.words[this.recordOf(stage) + word] = to;
  }

  /** Journeys that end alike without a fork are one. */
  private sharedEnd(counters: readonly number[], end: number): number {
    const list = this.lists.find(this.listed(counters, end), counters.length + 1);
    const known = list < 0 ? undefined : this.ends[list];
    if (known !== undefined) return known;
    const number = this.end(counters, end);
    if (number !== JOURNEY_EACH) this.ends[this.listOf[number]!] = number;
    return number;
  }

  private end(counters: readonly number[], end: number): number {
    return this.make(counters, { [JourneyWord.End]: end });
  }

  /** Such a list, as long as nobody asks for another. */
  private listed(counters: readonly number[], end: number): Uint32Array {
    this.list = grown(this.list, counters.length + 1);
    this.list[0] = end;
    for (let i = 0; i < counters.length; i++) this.list[i + 1] = counters[i]!;
    return this.list;
  }
  /** What those count that come by. */
  countersOf(number: number): Uint32Array {
    const { words, starts } = this.lists;
    const list = this.listOf[number]!;
    return words.subarray(starts[list]! + 1, starts[list + 1]);
  }

  /** Its number; JOURNEY_EACH: there is no room for more. */
  private make(counters: readonly number[], words: Partial<Record<JourneyWord, number>>): number {
    if (this.listOf.length === MOST_JOURNEYS) return JOURNEY_EACH;
    if (this.listOf.length === this.room && !this.grow()) return JOURNEY_EACH;
    const list = this.listed(counters, words[JourneyWord.End] ?? 0);
    const length = counters.length + 1;
    if (this.lists.find(list, length) < 0 && !this.budget.take(COUNTER_BYTES * length)) return JOURNEY_EACH;
    const number = this.listOf.push(this.lists.intern(list, length)) - 1;
    const record = this.recordOf(number);
    const { memory } = this.core;
    for (const [word, value] of Object.entries(words)) memory.words[record + Number(word)] = value;
    const { [JourneyWord.End]: end, [JourneyWord.Fork]: fork } = words;
    if (end !== undefined && fork === undefined) memory.bytes[this.fates + number] = end & ((1 << JOURNEY_WHY) - 1);
    return number;
  }

  /** False: there is no room. */
  private grow(): boolean {
    const { at, counts, fates, room } = this;
    const made = this.budget.spend(() => {
      this.makeRoom(2 * room);
      return true;
    });
    if (made === undefined) return false;
    const { bytes } = this.core.memory;
    const move = (to: number, from: number, size: number) => bytes.copyWithin(to, from, from + size * room);
    move(this.at, at, 4 * JourneyWord.Size);
    move(this.counts, counts, 1 << COUNT_SHIFT);
    move(this.fates, fates, 1);
    return true;
  }
  private makeRoom(room: number): void {
    const { memory } = this.core;
    const at = memory.reserve(4 * JourneyWord.Size * room);
    const counts = memory.reserve(room << COUNT_SHIFT);
    this.fates = memory.reserve(room);
    memory.bytes.fill(End.Walking, this.fates, this.fates + room);
    Object.assign(this, { at, counts, room });
  }

  /** Tells where packets that come up to a time lead that come to empty limits, for a plan that leads here. */
  settle(plan: number, latest: number): void {
    if (latest < this.settled || this.settled === Number.POSITIVE_INFINITY) return;
    const until = this.core.settleLimits(plan, this.listOf.length, Math.min(latest, 0xffffffff)) >>> 0;
    this.settled = latest < Number.POSITIVE_INFINITY ? until : latest;
    this.forked = 0;
  }
  unsettle(): void {
    this.settled = 0;
  }
  /** So many packets came to forks, or walked, and may have emptied limits: it is not asked for each. */
  fork(packets: number): void {
    this.forked += packets;
    if (this.forked > this.count) this.unsettle();
  }

  /** So many packets more are counted. */
  expect(packets: number): void {
    this.counted += packets;
    if (this.counted > COUNT_MOST - BATCH_SLOTS) this.gather();
  }
  private gather(): void {
    this.core.gatherCounts(this.at, this.counts, this.listOf.length, Number(this.byChance));
    this.counted = 0;
  }

  /** Hands out what was counted since, and forgets it. */
  flush(add: (counter: number, packets: bigint, bytes: bigint) => void, addEnd: AddEnd): void {
    this.gather();
    const { words } = this.core.memory;
    const take = (at: number): bigint => {
      const sum = BigInt(words[at]!) | (BigInt(words[at + 1]!) << 32n);
      words[at] = words[at + 1] = 0;
      return sum;
    };
    const sums = new Map<number, { readonly packets: bigint; readonly bytes: bigint }>();
    // what is behind a fork was made behind it
    for (let number = this.listOf.length - 1; number > JOURNEY_EACH; number--) {
      const record = this.recordOf(number);
      const forks = words[record + JourneyWord.Fork] !== 0;
      const ways = [words[record + JourneyWord.Held]!, words[record + JourneyWord.Failed]!];
      const behind = forks ? ways.flatMap((way) => sums.get(way) ?? []) : [];
      // of most nothing has come since
      if (
        behind.length === 0 &&
        (words[record + JourneyWord.Packets]! | words[record + JourneyWord.Packets + 1]!) === 0
      )
        continue;
      const packets = behind.reduce((sum, way) => sum + way.packets, take(record + JourneyWord.Packets));
      const bytes = behind.reduce((sum, way) => sum + way.bytes, take(record + JourneyWord.Bytes));
      sums.set(number, { packets, bytes });
      for (const counter of this.countersOf(number)) add(counter, packets, bytes);
      if (!forks) addEnd(words[record + JourneyWord.End]!, packets, bytes);
    }
  }

  private recordOf(number: number): number {
    return (this.at >>> 2) + JourneyWord.Size * number;
  }
}
