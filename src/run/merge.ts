/** What several engines counted of parts of one run, as one. */
import type { EngineUse } from '../model/plan.js';
import type { Count, Summary, Totals } from '../model/summary.js';
import type { Fate } from '../model/trace.js';

/** Of the same rules; the time is that of the one which took longest, as they worked at the same time. */
export function mergeSummaries([first, ...others]: readonly [Summary, ...Summary[]]): Summary {
  return others.reduce(
    (sum, other) => ({
      ...addTotals(sum, other),
      seconds: Math.max(sum.seconds, other.seconds),
      rules: addCounts(sum.rules, other.rules),
      policies: addCounts(sum.policies, other.policies),
    }),
    first,
  );
}

/** What took the packets of all; undefined: of none are any. */
export function mergeUses(uses: readonly (EngineUse | undefined)[]): EngineUse | undefined {
  const known = uses.filter((use) => use !== undefined);
  const [first] = known;
  const columns = known.filter(({ used }) => used === 'columns');
  if (columns.length === 0) return first;
  const why = columns.find((use) => use.why !== undefined)?.why;
  const walked = columns.reduce((sum, use) => sum + (use.walked ?? 0), 0);
  return { used: 'columns', walked, ...(why && { why }) };
}

/** Of one after the other, by whatever rules. */
export const addTotals = (a: Totals, b: Totals): Totals => ({
  packets: a.packets + b.packets,
  bytes: a.bytes + b.bytes,
  seconds: a.seconds + b.seconds,
  fates: addNumbers(a.fates, b.fates),
  why: addWhys(a.why, b.why),
});

const addCounts = <C extends Count>(a: readonly C[], b: readonly C[]): C[] =>
  a.map((one, i) => ({ ...one, packets: one.packets + b[i]!.packets, bytes: one.bytes + b[i]!.bytes }));

function addNumbers<R extends Readonly<Record<string, number>>>(a: R, b: R): R {
  const sum: Record<string, number> = { ...a };
  for (const [name, number] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + number;
  return sum as unknown as R;
}

function addWhys(a: Summary['why'], b: Summary['why']): Summary['why'] {
  const fates = [...new Set([...Object.keys(a), ...Object.keys(b)])] as Fate[];
  return Object.fromEntries(fates.map((fate) => [fate, addNumbers(a[fate] ?? {}, b[fate] ?? {})]));
}
