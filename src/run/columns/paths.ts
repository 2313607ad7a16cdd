/** What holds of the packets that come to a chain which one rule alone leads to: what that rule asks, and those before it. */
import { Field } from '../../abi.js';
import type { Part } from './terms.js';
import { type TupleAsked, tupleOf } from './tuples.js';

/** No rule changes these on the way through a table. */
const KEPT: readonly Field[] = [Field.Src, Field.Dst, Field.Sport, Field.Dport, Field.Proto];
/** What Node holds of a path, and of each of its parts in the lists of them. */
const BYTES = 300;
const PART_BYTES = 16;
/** Parts of more ranges, which are those of sets, are not compared. */
const MOST_RANGES = 16;

export class Path {
  /** of the rule. */
  readonly own: readonly Part[];
  /** and of those that lead to it. */
  readonly all: readonly Part[];
  private known: TupleAsked | undefined;

  constructor(
    parts: readonly Part[],
    readonly before: Path | undefined,
  ) {
    this.own = parts.filter(({ field, ranges }) => KEPT.includes(field) && ranges.length <= MOST_RANGES);
    this.all = [...this.own, ...(before?.all ?? [])];
  }

  get bytes(): number {
    return BYTES + PART_BYTES * this.all.length;
  }

  get tuple(): TupleAsked | undefined {
    this.known ??= tupleOf(this.all);
    return this.known;
  }

  /** What of these parts is still asked of a packet that came this way; undefined: they do not hold together there. */
  left(parts: readonly Part[]): readonly Part[] | undefined {
    const left: Part[] = [];
    for (const part of parts) {
      const isFew = part.ranges.length <= MOST_RANGES;
      const known = this.all.filter(({ field, not }) => isFew && field === part.field && !not);
      if (known.some((one) => !meets(one, part))) return undefined;
      if (!known.some((one) => includes(part, one))) left.push(part);
    }
    return left;
  }
}

/** Whether a value that is in the ranges of the one may be what the other asks for. */
const meets = ({ ranges }: Part, asked: Part): boolean =>
  asked.not
    ? !ranges.every((one) => asked.ranges.some(({ min, max }) => min <= one.min && one.max <= max))
    : ranges.some((one) => asked.ranges.some(({ min, max }) => min <= one.max && one.min <= max));

/** Whether each of them is. */
const includes = (asked: Part, { ranges }: Part): boolean =>
  asked.not
    ? !ranges.some((one) => asked.ranges.some(({ min, max }) => min <= one.max && one.min <= max))
    : ranges.every((one) => asked.ranges.some(({ min, max }) => min <= one.min && one.max <= max));
