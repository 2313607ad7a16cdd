/** A walk as the line that `trace` prints. */

import type { Compiled } from '../compile/compile.js';
import type { ReadPacket } from '../input/resolve.js';
import type { TraceLine, WalkResult } from '../model/trace.js';
import type { LoadedHost } from '../run/engine.js';
import { type Note, unusedOf } from './unused.js';

/** A line with what its packet's description holds that was not used. */
export type NotedLine = TraceLine & { readonly notes?: readonly Note[] };

/** Walks a packet. */
export const trace = (host: LoadedHost, read: ReadPacket): NotedLine => lineOf(host, read, host.walk(read.packet));

/** What stands of a walk in a line. */
export function lineOf(
  { compiled, host, from }: LoadedHost,
  { packet, notes }: ReadPacket,
  walked: WalkResult,
): NotedLine {
  const line = traceLine(walked, compiled);
  const all = [...notes, ...unusedOf(packet, walked.events, host, from.family)];
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
