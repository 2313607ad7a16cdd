/** Sets of 32-bit numbers as ranges: in order, apart, both ends among them. */
import type { NumberRange } from './condition.js';

export type Ranges = readonly NumberRange[];

/** Of ranges in any order, which may overlap. One whose least number is the greater holds none. */
export function rangesOf(spans: readonly NumberRange[]): Ranges {
  const out: { min: number; max: number }[] = [];
  for (const { min, max } of [...spans].sort((a, b) => a.min - b.min)) {
    const last = out.at(-1);
    if (min > max) continue;
    if (last !== undefined && min <= last.max + 1) last.max = Math.max(last.max, max);
    else out.push({ min, max });
  }
  return out;
}

/** The numbers that are in both. */
export function common(a: Ranges, b: Ranges): Ranges {
  const out: NumberRange[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const min = Math.max(a[i]!.min, b[j]!.min);
    const max = Math.min(a[i]!.max, b[j]!.max);
    if (min <= max) out.push({ min, max });
    if (a[i]!.max < b[j]!.max) i++;
    else j++;
  }
  return out;
}

/** The numbers of the first that are not in the second. */
export function without(a: Ranges, b: Ranges): Ranges {
  const out: NumberRange[] = [];
  let j = 0;
  for (const { min, max } of a) {
    let from = min;
    while (j < b.length && b[j]!.max < from) j++;
    for (let k = j; k < b.length && b[k]!.min <= max; k++) {
      if (b[k]!.min > from) out.push({ min: from, max: b[k]!.min - 1 });
      from = b[k]!.max + 1;
    }
    if (from <= max) out.push({ min: from, max });
  }
  return out;
}

export const contains = (ranges: Ranges, value: number): boolean =>
  ranges.some(({ min, max }) => value >= min && value <= max);
