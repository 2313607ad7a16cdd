/** Ranges of values, of numbers or wide ones. */

export interface RangeOf<N> {
  readonly min: N;
  readonly max: N;
}

/** In order, none touching another; `next`: the value behind one. */
export function apart<N extends number | bigint>(
  ranges: readonly RangeOf<N>[],
  next: (value: N) => N,
): readonly RangeOf<N>[] {
  // members of sets are so already
  const isSo = ({ min, max }: RangeOf<N>, i: number) => min <= max && (i === 0 || min > next(ranges[i - 1]!.max));
  if (ranges.every(isSo)) return ranges;
  const found: { min: N; max: N }[] = [];
  for (const { min, max } of [...ranges].sort((a, b) => order(a.min, b.min))) {
    const last = found.at(-1);
    if (last === undefined || min > next(last.max)) {
      if (min <= max) found.push({ min, max });
    } else if (max > last.max) last.max = max;
  }
  return found;
}

/** For `sort`. */
export const order = <N extends number | bigint>(a: N, b: N): number => (a < b ? -1 : a > b ? 1 : 0);
