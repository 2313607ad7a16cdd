/** Which chains packets come to from which hooks, by the jumps of rules. */
import { type HookName, meaningOf, type Table } from './ruleset.js';

/** The names of the chains to which a packet can come from a built-in one. */
export function reachedFrom(table: Table, hook: HookName): ReadonlySet<string> {
  const reached = new Set<string>([hook]);
  for (const name of reached)
    for (const rule of table.chains.get(name)?.rules ?? []) {
      const chain = rule.refused ? undefined : meaningOf(rule).leads?.chain;
      if (chain !== undefined) reached.add(chain);
    }
  return reached;
}
