/** Sets of numbers as ranges: in order, apart, both ends among them. Of 32 bits, or bigints for addresses of IPv6. */
export type Value = number | bigint;
interface Span<N extends Value> {
  readonly min: N;
  readonly max: N;
}

export type Ranges<N extends Value = number> = readonly Span<N>[];

const step = <N extends Value>(value: N, by: 1 | -1): N =>
  (typeof value === 'bigint' ? value + BigInt(by) : (value as number) + by) as N;
const least = <N extends Value>(a: N, b: N): N => (a < b ? a : b);
const most = <N extends Value>(a: N, b: N): N => (a > b ? a : b);

/** Of ranges in any order, which may overlap. One whose least number is the greater holds none. */
export function rangesOf<N extends Value>(spans: Ranges<N>): Ranges<N> {
  const out: { min: N; max: N }[] = [];
  for (const { min, max } of [...spans].sort((a, b) => (a.min < b.min ? -1 : Number(a.min > b.min)))) {
    const last = out.at(-1);
    if (min > max) continue;
    if (last !== undefined && min <= step(last.max, 1)) last.max = most(last.max, max);
    else out.push({ min, max });
  }
  return out;
}

/** The numbers that are in both. */
export function common<N extends Value>(a: Ranges<N>, b: Ranges<N>): Ranges<N> {
  const out: Span<N>[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const min = most(a[i]!.min, b[j]!.min);
    const max = least(a[i]!.max, b[j]!.max);
    if (min <= max) out.push({ min, max });
    if (a[i]!.max < b[j]!.max) i++;
    else j++;
  }
  return out;
}

/** The numbers of the first that are not in the second. */
export function without<N extends Value>(a: Ranges<N>, b: Ranges<N>): Ranges<N> {
  const out: Span<N>[] = [];
  let j = 0;
  for (const { min, max } of a) {
    let from = min;
    while (j < b.length && b[j]!.max < from) j++;
    for (let k = j; k < b.length && b[k]!.min <= max; k++) {
      if (b[k]!.min > from) out.push({ min: from, max: step(b[k]!.min, -1) });
      from = step(b[k]!.max, 1);
    }
    if (from <= max) out.push({ min: from, max });
  }
  return out;
}

export const contains = <N extends Value>(ranges: Ranges<N>, value: N): boolean =>
  ranges.some(({ min, max }) => value >= min && value <= max);
