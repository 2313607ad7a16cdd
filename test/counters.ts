/** Counters by name, so that those of one run can be held against those of another. */
import type { Summary } from '../src/model/summary.js';

/** `filter INPUT 3` or `filter INPUT policy`: packets/bytes. */
export function countersOf({ rules, policies }: Pick<Summary, 'rules' | 'policies'>): Map<string, string> {
  const counters = new Map<string, string>();
  for (const { table, chain, rule, packets, bytes } of rules)
    counters.set(`${table} ${chain} ${rule}`, `${packets}/${bytes}`);
  for (const { table, chain, packets, bytes } of policies)
    counters.set(`${table} ${chain} policy`, `${packets}/${bytes}`);
  return counters;
}
