/** The matches of a rule, in order. Rules with the same ones have one list of them. */
import type { Extension } from '../../../ext/define.js';
import type { MatchUse } from '../../../model/ruleset.js';
import type { Clause, RuleOfClauses } from './clause.js';

let made = 0;

export class Matches {
  readonly number = made++;
  /** undefined: some of them were not read. */
  readonly uses: readonly MatchUse[] | undefined;
  readonly names: readonly string[];
  /** their extensions that work at some hooks only. */
  readonly bound: readonly Extension[];
  /** those with a clause more. */
  private more: Map<Clause, Matches> | undefined;
  /** the places (chain and protocol) at which nothing is to be said of them, and the last that was asked for. */
  private sound: Set<number> | undefined;
  private lastSound = -1;

  private constructor(
    private readonly before: Matches | undefined,
    readonly clause: Clause | undefined,
  ) {
    const { uses, bound, names } = before ?? NOTHING;
    const clean = clause?.clean;
    const isRead = uses !== undefined && (clause === undefined || clause.use !== undefined);
    this.uses = isRead ? (clause === undefined ? uses : [...uses, clause.use!]) : undefined;
    this.names = clean === undefined ? names : [...names, clean.name];
    this.bound = clean === undefined || clean.bound.length === 0 ? bound : [...bound, ...clean.bound];
  }

  static none(): Matches {
    return new Matches(undefined, undefined);
  }

  /** With a clause more, which mostly stands in this line alone where it is `fresh`; undefined: it may not stand there. */
  with(clause: Clause, fresh: boolean): Matches | undefined {
    if (clause.behind === this) return clause.together;
    const known = fresh ? undefined : this.more?.get(clause);
    const matches = known ?? this.made(clause);
    clause.behind = this;
    clause.together = matches;
    if (known === undefined && matches !== undefined && !fresh) {
      this.more ??= new Map();
      this.more.set(clause, matches);
    }
    return matches;
  }

  private made(clause: Clause): Matches | undefined {
    for (let one: Matches | undefined = this; one?.clause !== undefined; one = one.before)
      if (one.clause.clean === clause.clean) return undefined;
    return new Matches(this, clause);
  }

  isSound(place: number): boolean {
    if (place !== this.lastSound && this.sound?.has(place) !== true) return this.clause === undefined;
    this.lastSound = place;
    return true;
  }
  noteSound(place: number): void {
    this.sound ??= new Set();
    this.sound.add(place);
  }

  /** Whether no extension has anything to say of a rule with these matches, all of which were read; `ends`: its target. */
  areQuiet(rule: RuleOfClauses, ends: Clause | undefined): boolean {
    const uses = this.uses!;
    for (let one: Matches | undefined = this; one?.clause !== undefined; one = one.before)
      if (!one.clause.isQuiet(uses, rule)) return false;
    return ends?.isQuiet(uses, rule) !== false;
  }
}

const NOTHING: Pick<Matches, 'uses' | 'bound' | 'names'> = { uses: [], bound: [], names: [] };
