/**
 * Of the rules of a chain that take packets, the one that takes all that a later rule would match. Each is kept under what
 * narrows it down most, so that few are held against each later rule: at most MOST of each kind, which only rules that
 * differ in nothing but ranges of ports or the like come to.
 */
import { Field } from '../../abi.js';
import type { Ranges } from '../../model/ranges.js';
import { isWithin, type Limits } from './limits.js';
import type { RuleView } from './ruleset.js';

const MOST = 64;
const ADDRESSES = [Field.Src, Field.Dst] as const;
const PORTS = [Field.Dport, Field.Sport] as const;

export class Shadows {
  readonly #under = new Map<string, RuleView[]>();
  /** prefix lengths that occur of each address. */
  readonly #lengths = new Map<Field, Set<number>>();

  /** A rule that takes the packets that fit it. */
  add(view: RuleView): void {
    const { limits } = view;
    if (limits.open || limits.never !== undefined) return;
    const key = this.#keyOf(limits);
    const list = this.#under.get(key);
    if (list === undefined) this.#under.set(key, [view]);
    else if (list.length < MOST) list.push(view);
  }

  /** The first such rule that takes all that would fit. */
  find({ limits }: RuleView): RuleView | undefined {
    for (const key of this.#keysFor(limits)) {
      const found = this.#under.get(key)?.find((wide) => isWithin(limits, wide.limits));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #keyOf({ numbers, tests, interfaces }: Limits): string {
    for (const field of ADDRESSES) {
      const prefix = prefixOf(numbers.get(field));
      if (prefix === undefined) continue;
      const [address, length] = prefix;
      const lengths = this.#lengths.get(field) ?? new Set();
      this.#lengths.set(field, lengths.add(length));
      return `${field}:${address}/${length}`;
    }
    for (const [test, wanted] of tests) return `${wanted} ${test}`;
    for (const field of PORTS) {
      const ranges = numbers.get(field);
      if (ranges?.length === 1 && ranges[0]!.min === ranges[0]!.max) return `${field}=${ranges[0]!.min}`;
    }
    for (const [field, { is }] of interfaces) if (is !== undefined && !is.endsWith('+')) return `${field}=${is}`;
    return '';
  }

  *#keysFor({ numbers, tests, interfaces }: Limits): Generator<string> {
    for (const field of ADDRESSES) {
      const ranges = numbers.get(field);
      if (ranges === undefined || ranges.length === 0) continue;
      for (const length of this.#lengths.get(field) ?? [])
        yield `${field}:${startOf(ranges[0]!.min, length)}/${length}`;
    }
    for (const [test, wanted] of tests) yield `${wanted} ${test}`;
    for (const field of PORTS) {
      const ranges = numbers.get(field);
      if (ranges?.length === 1 && ranges[0]!.min === ranges[0]!.max) yield `${field}=${ranges[0]!.min}`;
    }
    for (const [field, { is }] of interfaces) if (is !== undefined) yield `${field}=${is}`;
    yield '';
  }
}

const startOf = (address: number, length: number): number => address - (address % 2 ** (32 - length));

/** The one prefix that the ranges are. */
function prefixOf(ranges: Ranges | undefined): readonly [address: number, length: number] | undefined {
  if (ranges?.length !== 1) return undefined;
  const { min, max } = ranges[0]!;
  const length = 32 - Math.log2(max - min + 1);
  return Number.isInteger(length) && startOf(min, length) === min ? [min, length] : undefined;
}
