/** Sets of 32-bit numbers as ranges: in order, apart, both ends among them. */
export type Span32 = readonly [min: number, max: number];
export type Ranges = readonly Span32[];

/** Of ranges in any order, which may overlap. One whose first number is the greater holds none. */
export function rangesOf(spans: readonly Span32[]): Ranges {
  const out: [number, number][] = [];
  for (const [min, max] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = out.at(-1);
    if (min > max) continue;
    if (last !== undefined && min <= last[1] + 1) last[1] = Math.max(last[1], max);
    else out.push([min, max]);
  }
  return out;
}

/** The numbers that are in both. */
export function among(a: Ranges, b: Ranges): Ranges {
  const out: Span32[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const min = Math.max(a[i]![0], b[j]![0]);
    const max = Math.min(a[i]![1], b[j]![1]);
    if (min <= max) out.push([min, max]);
    if (a[i]![1] < b[j]![1]) i++;
    else j++;
  }
  return out;
}

/** The numbers of the first that are not in the second. */
export function without(a: Ranges, b: Ranges): Ranges {
  const out: Span32[] = [];
  let j = 0;
  for (const [min, max] of a) {
    let from = min;
    while (j < b.length && b[j]![1] < from) j++;
    for (let k = j; k < b.length && b[k]![0] <= max; k++) {
      if (b[k]![0] > from) out.push([from, b[k]![0] - 1]);
      from = b[k]![1] + 1;
    }
    if (from <= max) out.push([from, max]);
  }
  return out;
}
