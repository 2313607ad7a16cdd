/** What was assumed of the host beside its texts: groups that it is in or not, the way that packets leave by. */
import { groupIn, hopIn, interfaceIn } from '../model/question.js';

export class AssumedHost {
  /** the interface that packets leave by whose route is not known. */
  out: string | undefined;
  /** why a fact cannot be, by fact. */
  readonly problems = new Map<string, string>();
  private readonly members = new Map<number, boolean>();
  private readonly others: boolean | undefined;
  private readonly ways = new Map<string, boolean>();
  private readonly otherWays: boolean | undefined;

  constructor(assume: ReadonlyMap<string, boolean>) {
    this.others = assume.get('joined');
    this.otherWays = assume.get('way');
    for (const [fact, answer] of assume) {
      const out = interfaceIn(fact);
      if (answer && out !== undefined && this.out !== undefined)
        this.problems.set(fact, `a packet leaves by one interface, and out:${this.out} was assumed`);
      else this.learn(fact, answer);
    }
  }

  /** The groups that something was assumed of. */
  get groups(): number[] {
    return [...this.members.keys()];
  }

  /** Whether the host is a member of a multicast group; undefined: nothing was assumed. */
  isMember(group: number): boolean | undefined {
    return this.members.get(group) ?? this.others;
  }

  /** Whether packets take one of several ways; undefined: nothing was assumed. */
  takes(way: string): boolean | undefined {
    return this.ways.get(way) ?? this.otherWays;
  }

  /** Runs `then` with one more fact; one that is about something else changes nothing. */
  assuming<T>(fact: string, answer: boolean, then: () => T): T {
    const { out } = this;
    const [group, way] = [groupIn(fact), hopIn(fact)];
    this.learn(fact, answer);
    try {
      return then();
    } finally {
      this.out = out;
      if (group !== undefined) this.members.delete(group);
      if (way !== undefined) this.ways.delete(way);
    }
  }

  private learn(fact: string, answer: boolean): void {
    const group = groupIn(fact);
    if (group !== undefined) this.members.set(group, answer);
    const way = hopIn(fact);
    if (way !== undefined) this.ways.set(way, answer);
    const out = interfaceIn(fact);
    if (out !== undefined && answer) this.out = out;
  }
}
