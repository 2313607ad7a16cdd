/** The matches of a rule, in order. Rules with the same ones have one list of them. */
import type { Extension } from '../../../ext/define.js';
import type { MatchUse, Negatable } from '../../../model/ruleset.js';
import type { Clause, TableOfRules } from './clause.js';

export class Matches {
  readonly uses: readonly MatchUse[];
  /** their extensions that work at some hooks only. */
  readonly bound: readonly Extension[];
  /** those with a clause more. */
  private more: Map<Clause, Matches> | undefined;

  private constructor(
    private readonly before: Matches | undefined,
    private readonly clause: Clause | undefined,
  ) {
    const { uses, bound } = before ?? NOTHING;
    const extension = clause?.clean?.extension;
    this.uses = clause?.use === undefined ? uses : uses.length === 0 ? [clause.use] : [...uses, clause.use];
    this.bound = extension?.hooks === undefined ? bound : [...bound, extension];
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

  /** Whether their extensions take a rule without a finding. */
  areSound(protocol: Negatable<number> | undefined, chain: string, from: TableOfRules): boolean {
    for (let one: Matches | undefined = this; one?.clause !== undefined; one = one.before)
      if (!one.clause.isSound(this.uses, protocol, chain, from)) return false;
    return true;
  }
}

const NOTHING: Pick<Matches, 'uses' | 'bound'> = { uses: [], bound: [] };
