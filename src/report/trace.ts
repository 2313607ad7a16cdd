/** A walk as the line that `trace` prints. */

import type { Compiled } from '../compile/compile.js';
import type { TraceLine, WalkResult } from '../model/trace.js';

export function traceLine(result: WalkResult, compiled: Compiled): TraceLine {
  const { fate, by, out, copies } = result;
  return {
    schema: 1,
    hits: result.hits.map((id) => {
      const { table, chain, number } = compiled.rules[id]!;
      return { table, chain, rule: number };
    }),
    policies: result.policies.map((id) => compiled.policies[id]!),
    fate,
    by,
    ...(out === undefined ? {} : { out }),
    ...(copies.length === 0 ? {} : { copies }),
  };
}
