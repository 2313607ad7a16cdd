/** Clauses of an extension that differ in values alone, and in such as no check tells apart: they have the same options in the same order. */
import type { Clause } from './clause.js';
import type { CleanOption } from './options.js';

export class Kind {
  /** stands for all of them: none was read. */
  clause: Clause | undefined;
  private readonly more = new Map<CleanOption, Map<number, Kind>>();

  constructor(
    private readonly before?: Kind,
    private readonly option?: CleanOption,
  ) {}

  /** Those that have another option behind; `value`: what the option's value is to checks, less than 0: turned round. undefined: it is there. */
  with(option: CleanOption, value: number): Kind | undefined {
    let values = this.more.get(option);
    if (values === undefined) {
      for (let one: Kind | undefined = this; one !== undefined; one = one.before)
        if (one.option === option) return undefined;
      values = new Map();
      this.more.set(option, values);
    }
    let kind = values.get(value);
    if (kind === undefined) {
      kind = new Kind(this, option);
      values.set(value, kind);
    }
    return kind;
  }
}
