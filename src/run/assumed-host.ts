/** What was assumed of the host beside its texts: groups that it is in or not, the interface that packets leave by. */
import { groupIn, interfaceIn } from '../model/question.js';

export class AssumedHost {
  /** the interface that packets leave by whose route is not known. */
  out: string | undefined;
  /** why a fact cannot be, by fact. */
  readonly problems = new Map<string, string>();
  private readonly members = new Map<number, boolean>();
  private readonly others: boolean | undefined;

  constructor(assume: ReadonlyMap<string, boolean>) {
    this.others = assume.get('joined');
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

  /** Runs `then` with one more fact; one that is about something else changes nothing. */
  assuming<T>(fact: string, answer: boolean, then: () => T): T {
    const { out } = this;
    const group = groupIn(fact);
    this.learn(fact, answer);
    try {
      return then();
    } finally {
      this.out = out;
      if (group !== undefined) this.members.delete(group);
    }
  }

  private learn(fact: string, answer: boolean): void {
    const group = groupIn(fact);
    if (group !== undefined) this.members.set(group, answer);
    const out = interfaceIn(fact);
    if (out !== undefined && answer) this.out = out;
  }
}
