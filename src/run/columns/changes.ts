/** What rules find in packets that others have changed before. */
import type { Field } from '../../abi.js';
import type { NumberRange } from '../../model/condition.js';
import type { Part } from './terms.js';

/** Fields that are changed together, and what may stand in them then. */
export type Change = ReadonlyMap<Field, readonly NumberRange[]>;

/** So many ranges are looked at; that another one holds is taken for granted. */
const MOST_LOOKED = 1 << 24;

/** Changes of which a packet may have been through one. */
export class Changes {
  private looked = 0;

  constructor(private readonly all: readonly Change[]) {}

  /**
   * What is asked together by `parts` of packets as they came, asked of those that were changed since: where what stands in their fields
   * now may be what is asked, the other parts.
   */
  beyond(parts: readonly Part[]): (readonly Part[])[] {
    const found = new Map<string, readonly Part[]>();
    for (const change of this.all) {
      const key = [...change.keys()].join();
      const others = parts.filter(({ field }) => !change.has(field));
      if (others.length === parts.length || found.has(key)) continue;
      if (parts.every((part) => this.mayHold(part, change.get(part.field)))) found.set(key, others);
    }
    return [...found.values()];
  }

  private mayHold({ ranges, not }: Part, values: readonly NumberRange[] | undefined): boolean {
    if (values === undefined || this.looked > MOST_LOOKED) return true;
    this.looked += ranges.length * values.length;
    return values.some(({ min, max }) =>
      not
        ? !ranges.some((one) => one.min <= min && one.max >= max)
        : ranges.some((one) => one.min <= max && one.max >= min),
    );
  }
}
