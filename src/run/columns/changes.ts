/** What rules find in packets that others have changed before. */
import type { Field } from '../../abi.js';
import type { NumberRange } from '../../model/condition.js';
import type { Part } from './terms.js';

/** Fields that are changed together, and what may stand in them then. */
export type Change = ReadonlyMap<Field, readonly NumberRange[]>;

/** So many ranges are looked at; that another one holds is taken for granted. */
const MOST_LOOKED = 1 << 24;

const NOTHING: (readonly Part[])[] = [];

/** Changes of which a packet may have been through one. */
export class Changes {
  private readonly kinds: readonly Kind[];

  constructor(all: readonly Change[]) {
    const kinds = new Map<string, Change[]>();
    for (const change of all) {
      const key = [...change.keys()].join();
      const others = kinds.get(key);
      if (others === undefined) kinds.set(key, [change]);
      else others.push(change);
    }
    this.kinds = [...kinds.values()].map((ofKind) => new Kind(ofKind));
  }

  /**
   * What is asked together by `parts` of packets as they came, asked of those that were changed since: where what stands in their fields
   * now may be what is asked, the other parts.
   */
  beyond(parts: readonly Part[]): (readonly Part[])[] {
    let found = NOTHING;
    for (const kind of this.kinds) {
      const asked = parts.filter(({ field }) => kind.fields.has(field));
      // of most nothing is asked that is changed
      if (asked.length === 0 || !kind.mayHold(asked)) continue;
      found = [...found, parts.filter(({ field }) => !kind.fields.has(field))];
    }
    return found;
  }
}

/** Those of the same fields. */
class Kind {
  readonly fields: ReadonlySet<Field>;
  private looked = 0;
  private readonly byField = new Map<Field, Sorted>();

  constructor(private readonly all: readonly Change[]) {
    this.fields = new Set(all[0]!.keys());
  }

  /** Whether one of them may make all parts hold, which ask for its fields. */
  mayHold(asked: readonly Part[]): boolean {
    const first = asked.find(({ not }) => !not);
    const mayHold = (change: Change) =>
      this.looked > MOST_LOOKED || asked.every((part) => this.holds(part, change.get(part.field)!));
    return first === undefined ? this.all.some(mayHold) : this.sorted(first.field).someNear(first.ranges, mayHold);
  }

  private holds({ ranges, not }: Part, values: readonly NumberRange[]): boolean {
    this.looked += 1 + ranges.length * values.length;
    return values.some(({ min, max }) =>
      not
        ? !ranges.some((one) => one.min <= min && one.max >= max)
        : ranges.some((one) => one.min <= max && one.max >= min),
    );
  }

  private sorted(field: Field): Sorted {
    const sorted = this.byField.get(field) ?? new Sorted(this.all, field);
    this.byField.set(field, sorted);
    return sorted;
  }
}

/** Changes by what may stand in one of their fields then. */
class Sorted {
  private readonly entries: readonly { readonly min: number; readonly change: Change }[];
  /** of the longest range, from its first value to its last. */
  private readonly longest: number;

  constructor(all: readonly Change[], field: Field) {
    const ranges = all.flatMap((change) => change.get(field)!.map((range) => ({ ...range, change })));
    this.entries = ranges.sort((a, b) => a.min - b.min);
    this.longest = ranges.reduce((most, { min, max }) => Math.max(most, max - min), 0);
  }

  /** Whether it is so of one of those that may have a value in the ranges. */
  someNear(ranges: readonly NumberRange[], is: (change: Change) => boolean): boolean {
    const { entries, longest } = this;
    for (const { min, max } of ranges)
      for (let at = this.firstFrom(min - longest); at < entries.length && entries[at]!.min <= max; at++)
        if (is(entries[at]!.change)) return true;
    return false;
  }

  private firstFrom(value: number): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.entries[middle]!.min < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
