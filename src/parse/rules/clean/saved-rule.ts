/**
 * Rules of a save that a program printed. Of each is kept where its line stands, and what stands there behind its head, which
 * others have too: what it says with all its places is read from the line when somebody asks.
 */
import {
  type ChainAim,
  type Counters,
  chainAim,
  type Head,
  type MatchUse,
  type Meaning,
  type Rule,
  type Target,
} from '../../../model/ruleset.js';
import { countersOf } from '../counters.js';
import { Clause } from './clause.js';
import type { CleanLines } from './lines.js';
import type { Matches } from './matches.js';

/** What a rule leads to: what is an extension's may not have been read. */
export type Aim = Target | Clause | undefined;

export class SavedRule implements Rule {
  /** undefined: it is read when it is asked for. */
  private told: Rule | undefined;
  /** one for all rules that were moved from one to another. */
  wording: object | undefined;

  /** `at`: where its line begins. */
  constructor(
    private readonly lines: CleanLines,
    readonly chain: string,
    readonly line: number,
    private readonly at: number,
    readonly own: Matches,
    readonly aim: Aim,
  ) {}

  /** The same in a line of another text. */
  movedTo(lines: CleanLines, chain: string, line: number, at: number): SavedRule {
    const moved = new SavedRule(lines, chain, line, at, this.own, this.aim);
    this.wording ??= {};
    moved.wording = this.wording;
    return moved;
  }

  get file(): string {
    return this.lines.from.file;
  }
  get source(): string {
    return this.lines.lineAt(this.at);
  }
  get counters(): Counters | undefined {
    const found = /^\[\d+:\d+\]/.exec(this.source);
    return found === null ? undefined : countersOf(found[0]);
  }
  get head(): Rule['head'] {
    return this.all.head;
  }
  get matches(): Rule['matches'] {
    return this.all.matches;
  }
  get target(): Rule['target'] {
    return this.all.target;
  }
  get refused(): boolean {
    return false;
  }
  get unsaid(): undefined {
    return undefined;
  }
  get written(): undefined {
    return undefined;
  }
  get meaning(): Meaning {
    return new SavedMeaning(this.lines, this.at, this.own, this.aim);
  }

  private get all(): Rule {
    this.told ??= this.lines.read(this);
    return this.told;
  }
}

/** What is not kept of it is read each time that it is asked for, which is mostly once. */
class SavedMeaning implements Meaning {
  constructor(
    private readonly lines: CleanLines,
    private readonly at: number,
    private readonly own: Matches,
    private readonly aim: Aim,
  ) {}

  head(): Head {
    return this.lines.head(this.at);
  }
  get names(): readonly string[] {
    return this.own.names;
  }
  get shared(): boolean {
    return this.own.uses !== undefined;
  }
  get matches(): readonly MatchUse[] {
    return this.own.uses ?? this.lines.matchesOf(this.at);
  }
  get target(): Target | undefined {
    return this.aim instanceof Clause ? (this.aim.target ?? this.lines.targetOf(this.at)) : this.aim;
  }
  get leads(): ChainAim | undefined {
    return this.aim instanceof Clause ? undefined : chainAim(this.aim);
  }
}
