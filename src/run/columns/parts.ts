/** Parts of a term (terms.ts), which have to hold together. */
import type { NumberRange } from '../../model/condition.js';
import { isAddress } from './addresses.js';
import type { Part } from './terms.js';

/** One more; words of an address of IPv6, of which a rule asks one behind the other, are one part. */
export function addPart(parts: Part[], part: Part): void {
  const last = parts.at(-1);
  const isOne = ({ field, ranges, not }: Part) => isAddress(field) && ranges.length === 1 && !not;
  if (last?.field === part.field && isOne(last) && isOne(part))
    parts[parts.length - 1] = { ...part, ranges: both(last.ranges, part.ranges) };
  else parts.push(part);
}

export const both = (a: readonly NumberRange[], b: readonly NumberRange[]): NumberRange[] =>
  a.flatMap((one) =>
    b
      .map(({ min, max }) => ({ min: Math.max(one.min, min), max: Math.min(one.max, max) }))
      .filter(({ min, max }) => min <= max),
  );
