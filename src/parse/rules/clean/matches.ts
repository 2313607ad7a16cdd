/** The matches of a rule, in order. Rules with the same ones have one list of them. */
import type { Extension } from '../../../ext/define.js';
import type { MatchUse, Negatable } from '../../../model/ruleset.js';
import type { Clause, TableOfRules } from './clause.js';

export class Matches {
  readonly uses: readonly MatchUse[];
  /** their extensions that work at some hooks only. */
  readonly bound: readonly Extension[];
  /** those with a clause more: the first of them, and the others. */
  private first: Matches | undefined;
  private others: Map<Clause, Matches> | undefined;

  private constructor(
    private readonly before: Matches | undefined,
    private readonly clause: Clause | undefined,
  ) {
    const { uses, bound } = before ?? NOTHING;
    const extension = clause?.clean?.extension;
    this.uses = clause?.use === undefined ? uses : [...uses, clause.use];
    this.bound = extension?.hooks === undefined ? bound : [...bound, extension];
  }

  static none(): Matches {
    return new Matches(undefined, undefined);
  }

  /** With a clause more, which mostly stands in this line alone where it is `fresh`; undefined: it may not stand there. */
  with(clause: Clause, fresh: boolean): Matches | undefined {
    const known = this.first?.clause === clause ? this.first : this.others?.get(clause);
    if (known !== undefined) return known;
    for (let one: Matches | undefined = this; one?.clause !== undefined; one = one.before)
      if (one.clause.clean === clause.clean) return undefined;
    const more = new Matches(this, clause);
    if (fresh) return more;
    if (this.first === undefined) this.first = more;
    else {
      this.others ??= new Map();
      this.others.set(clause, more);
    }
    return more;
  }

  /** Whether their extensions take a rule without a finding. */
  areSound(protocol: Negatable<number> | undefined, chain: string, from: TableOfRules): boolean {
    for (let one: Matches | undefined = this; one?.clause !== undefined; one = one.before)
      if (!one.clause.isSound(this.uses, protocol, chain, from)) return false;
    return true;
  }
}

const NOTHING: Pick<Matches, 'uses' | 'bound'> = { uses: [], bound: [] };
