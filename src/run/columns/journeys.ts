/**
 * Journeys: what packets come to on all their way, each a fate, why it is so, and the rules and policies that counted them. Where
 * a condition hangs on the packets before or on chance a journey forks, and each way on is a stage of its own. The core counts
 * who comes by (JourneyWord); what that comes to is added to counters of rules when somebody wants to know.
 */
import { JOURNEY_EACH, JOURNEY_WHY, JourneyWord, MOST_JOURNEYS, MOST_TURNS } from '../../abi.js';
import type { Budget } from '../budget.js';
import type { Memory } from '../memory.js';

/** What happens to a packet up to where its journey ends, or to a fork. */
export interface Stretch {
  /** the counters that it goes into, each as often as it does. */
  readonly counters: readonly number[];
  /** the instruction at whose outcome it forks, and how that came out. */
  readonly fork?: { readonly address: number; readonly held: boolean };
}

/** A journey as a packet went it. */
export interface Draft {
  readonly stretches: readonly Stretch[];
  /** Beside.Fate and Beside.Why; undefined: more than its kind decides how it ends. */
  readonly end: { readonly fate: number; readonly why: number } | undefined;
}

/** `end`: JourneyWord.End of so many packets. */
export type AddEnd = (end: number, packets: bigint, bytes: bigint) => void;

const FIRST_ROOM = 256;
/** What a journey's counter takes, as a number of a list and in the text by which equal journeys are found. */
const COUNTER_BYTES = 16;

export class Journeys {
  /** by number: what those count that come by. */
  private readonly counters: (readonly number[])[] = new Array(JOURNEY_EACH + 1).fill([]);
  private readonly ends = new Map<string, number>();
  private room = FIRST_ROOM;
  at: number;

  constructor(
    private readonly memory: Memory,
    private readonly budget: Budget,
  ) {
    this.at = memory.reserve(4 * JourneyWord.Size * FIRST_ROOM);
  }

  get count(): number {
    return this.counters.length - JOURNEY_EACH - 1;
  }

  /**
   * Adds what a packet went to what is known of its kind, whose first stage is `first`, or JOURNEY_NEW, or JOURNEY_EACH; the
   * first stage from now on comes back. May reserve memory.
   */
  add(first: number, { stretches, end }: Draft): number {
    const links: { readonly stage: number; readonly word: number }[] = [];
    let at = first;
    for (const { counters, fork } of stretches.slice(0, -1)) {
      if (at <= JOURNEY_EACH) {
        at = this.make(counters, { [JourneyWord.Fork]: fork!.address + 1 });
        if (links.length > 0) this.link(links.at(-1)!, at);
        else first = at;
      }
      if (at === JOURNEY_EACH) return first;
      const word = fork!.held ? JourneyWord.Held : JourneyWord.Failed;
      links.push({ stage: at, word });
      at = this.memory.words[this.recordOf(at) + word]!;
    }
    if (at > JOURNEY_EACH) return first;
    const tooMany = links.length >= MOST_TURNS;
    const last = end === undefined || tooMany ? JOURNEY_EACH : this.end(stretches.at(-1)!.counters, end.fate, end.why);
    if (links.length === 0) return last;
    this.link(links.at(-1)!, last);
    return first;
  }

  private link({ stage, word }: { readonly stage: number; readonly word: number }, to: number): void {
    this.memory.words[this.recordOf(stage) + word] = to;
  }

  private end(counters: readonly number[], fate: number, why: number): number {
    const key = `${fate} ${why} ${counters.join()}`;
    const number = this.ends.get(key) ?? this.make(counters, { [JourneyWord.End]: fate | (why << JOURNEY_WHY) });
    if (number !== JOURNEY_EACH) this.ends.set(key, number);
    return number;
  }

  /** Its number; JOURNEY_EACH: there is no room for more. */
  private make(counters: readonly number[], words: Partial<Record<JourneyWord, number>>): number {
    if (this.counters.length === MOST_JOURNEYS) return JOURNEY_EACH;
    if (this.counters.length === this.room && !this.grow()) return JOURNEY_EACH;
    if (!this.budget.take(COUNTER_BYTES * counters.length)) return JOURNEY_EACH;
    const number = this.counters.push(counters) - 1;
    const record = this.recordOf(number);
    for (const [word, value] of Object.entries(words)) this.memory.words[record + Number(word)] = value;
    return number;
  }

  /** False: there is no room. */
  private grow(): boolean {
    const { memory, budget, room } = this;
    const words = JourneyWord.Size * room;
    const at = budget.spend(() => memory.reserve(4 * 2 * words));
    if (at === undefined) return false;
    memory.words.copyWithin(at >>> 2, this.at >>> 2, (this.at >>> 2) + words);
    this.at = at;
    this.room = 2 * room;
    return true;
  }

  /** Hands out what was counted since, and forgets it. */
  flush(add: (counter: number, packets: bigint, bytes: bigint) => void, addEnd: AddEnd): void {
    const { words } = this.memory;
    const take = (at: number): bigint => {
      const sum = BigInt(words[at]!) | (BigInt(words[at + 1]!) << 32n);
      words[at] = words[at + 1] = 0;
      return sum;
    };
    this.counters.forEach((counters, number) => {
      if (number <= JOURNEY_EACH) return;
      const record = this.recordOf(number);
      const packets = take(record + JourneyWord.Packets);
      const bytes = take(record + JourneyWord.Bytes);
      if (packets === 0n) return;
      for (const counter of counters) add(counter, packets, bytes);
      if (words[record + JourneyWord.Fork] === 0) addEnd(words[record + JourneyWord.End]!, packets, bytes);
    });
  }

  private recordOf(number: number): number {
    return (this.at >>> 2) + JourneyWord.Size * number;
  }
}
