/** A walk as the line that `trace` prints. */

import type { Compiled } from '../compile/compile.js';
import type { ReadPacket } from '../input/resolve.js';
import type { TraceLine, WalkResult } from '../model/trace.js';
import type { LoadedHost } from '../run/engine.js';
import { type Note, unusedOf } from './unused.js';

/** Walks a packet. `notes` is what its description holds that was not used; absent where all was. */
export function trace(
  host: LoadedHost,
  { packet, notes }: ReadPacket,
): TraceLine & { readonly notes?: readonly Note[] } {
  const walked = host.walk(packet);
  const line = traceLine(walked, host.compiled);
  const all = [...notes, ...unusedOf(packet, walked.events, host.host)];
  return all.length === 0 ? line : { ...line, notes: all.map(({ code, message }) => ({ code, message })) };
}

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
