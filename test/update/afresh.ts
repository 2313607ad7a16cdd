/** What a host that went on by other rules is held against: one that is loaded with them, and given what the first remembers. */
import type { Count, Summary } from '../../src/model/summary.js';
import type { LoadOptions } from '../../src/run/compiled-host.js';
import type { LoadedHost } from '../../src/run/engine.js';
import { load } from '../classify/ways.js';

/** What nobody else asks of a host. */
interface Inside {
  readonly remembered: { table: { copy(): never } } | undefined;
  readonly setup: { fragments: { copy(): never } | undefined };
  serial: number;
  clock: object;
}
const inside = (host: LoadedHost) => host as unknown as Inside;

export async function afresh(host: LoadedHost, program: LoadOptions): Promise<LoadedHost> {
  const fresh = await load(program, 'bytecode');
  const [from, to] = [inside(host), inside(fresh)];
  if (from.remembered !== undefined && to.remembered !== undefined) to.remembered.table = from.remembered.table.copy();
  to.setup.fragments = from.setup.fragments?.copy();
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
