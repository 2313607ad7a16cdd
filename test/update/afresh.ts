/** What a host that went on by other rules is held against: one that is loaded with them, and given what the first remembers. */
import type { Count, Summary } from '../../src/model/summary.js';
import type { LoadOptions } from '../../src/run/compiled-host.js';
import type { LoadedHost } from '../../src/run/engine.js';
import { load } from '../classify/ways.js';

/** What nobody else asks of a host. */
interface Inside {
  readonly course: { readonly connections: { table: { copy(): never } } | undefined; serial: number; clock: object };
  readonly laid: { readonly setup: { fragments: { copy(): never } | undefined } };
}
export const inside = (host: LoadedHost) => host as unknown as Inside;

export async function afresh(host: LoadedHost, program: LoadOptions): Promise<LoadedHost> {
  const fresh = await load(program, 'bytecode');
  const [{ course: from, laid }, { course: to, laid: anew }] = [inside(host), inside(fresh)];
  if (from.connections !== undefined && to.connections !== undefined)
    to.connections.table = from.connections.table.copy();
  anew.setup.fragments = laid.setup.fragments?.copy();
  to.serial = from.serial;
  to.clock = from.clock;
  return fresh;
}

/** By rule and policy, such as `filter INPUT 2`. */
export function counts({ rules, policies }: Summary): Map<string, Count> {
  const named = [...rules, ...policies.map((policy) => ({ ...policy, rule: 0 }))];
  return new Map(
    named.map(({ table, chain, rule, packets, bytes }) => [`${table} ${chain} ${rule}`, { packets, bytes }]),
  );
}
