/**
 * The conditions of a program's instructions, by address. They are made anew, a rule at a time, when somebody asks for them,
 * and kept for so many rules only, as those of a hundred thousand take more room than all else.
 */
import { Op } from '../abi.js';
import type { Condition } from '../model/condition.js';
import type { Family } from '../net/address.js';
import { Code } from './code.js';
import type { RuleInfo } from './compile.js';
import { emitConditions } from './emit.js';
import { lowerConditions } from './lower.js';
import { askWhatIsUnknown, type Knowledge } from './passes/unknowns.js';

/** What must hold for a rule to take a packet, as far as is known of the host. */
export const conditionsOf = ({ table, chain, rule }: RuleInfo, family: Family, known: Knowledge): Condition[] =>
  lowerConditions(rule, { family, table, chain }).map((condition) => askWhatIsUnknown(condition, known));

/** Rules whose conditions are kept. */
const KEPT = 30_000;
/** Words of code that are written before room for others is taken. */
const WORDS = 1 << 12;

export class Conditions {
  private readonly kept = new Set<RuleInfo>();
  /** conditions of the rules that are kept. */
  private readonly found = new Map<number, Condition>();
  /** nobody reads it. */
  private code = new Code();

  /** `rules` in the order of their addresses. */
  constructor(
    private readonly rules: readonly RuleInfo[],
    private readonly family: Family,
    private readonly known: Knowledge,
  ) {}

  /** The condition that the instruction at an address asks; undefined: none. */
  get(address: number): Condition | undefined {
    const info = this.ruleAt(address);
    if (info === undefined) return undefined;
    if (!this.kept.has(info)) this.keep(info);
    return this.found.get(address);
  }

  /** The last rule that begins at an address or before it. */
  private ruleAt(address: number): RuleInfo | undefined {
    let low = 0;
    for (let high = this.rules.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if (this.rules[middle]!.address <= address) low = middle + 1;
      else high = middle;
    }
    return this.rules[low - 1];
  }

  /** Emits the rule by itself: how long its instructions are hangs on nothing around it. */
  private keep(info: RuleInfo): void {
    if (this.kept.size === KEPT) {
      this.kept.clear();
      this.found.clear();
    }
    this.kept.add(info);
    if (this.code.here > WORDS) this.code = new Code();
    const { code } = this;
    const first = code.put(Op.Rule, 0);
    emitConditions(conditionsOf(info, this.family, this.known), {
      code,
      cell: () => 0,
      state: () => 0,
      placed: (at, condition) => this.found.set(info.address + at - first, condition),
    });
  }
}
