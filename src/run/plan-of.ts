/** What a host chose to classify many packets by, as data: for who wants to know. */
import type { PacketBatch } from '../model/batch.js';
import type { EngineUse, HostPlan, Refusal, TablePlan } from '../model/plan.js';
import type { HookName, TableName } from '../model/ruleset.js';
import type { LoadedHost } from './engine.js';
import type { Places, TablePlace } from './setup.js';

/** How packets that give the columns of these would be classified, and why so. */
export function planOf(host: LoadedHost, packets: PacketBatch): HostPlan {
  const { ready, budget, from } = host;
  ready?.makeColumns(ready.worth.endless);
  const columns = ready?.columns?.planFor(packets) ?? refusalOf(host);
  const places = ready?.tables();
  const { bytes, taken } = budget;
  const told = { family: from.family, budget: bytes, taken, tables: tablePlans(places ?? host.plain) };
  return 'why' in columns ? { ...without(places, columns), ...told } : { used: 'columns', columns, ...told };
}

/** What took the packets that were classified, and why. */
export function useOf(host: LoadedHost): EngineUse {
  const { ready } = host;
  const use = ready?.columns?.use ?? refusalOf(host);
  if (!('used' in use)) return without(ready?.places, use);
  return { ...use, ...(ready!.worth.columnsRest && { why: 'new-kinds' }) };
}

const refusalOf = ({ ready, from }: LoadedHost): Refusal =>
  ready?.noColumns ?? { why: ready === undefined ? (from.noColumns ?? 'asked') : 'few' };

function without(places: Places | undefined, refusal: Refusal): EngineUse {
  const remembered = tablePlans(places ?? {}).some(({ kinds }) => kinds !== undefined);
  return { used: remembered ? 'tables' : 'bytecode', ...refusal };
}

const tablePlans = (places: Partial<Places>): TablePlan[] =>
  (Object.entries(places) as [TableName, Places[TableName]][]).flatMap(([table, hooks]) =>
    (Object.entries(hooks) as [HookName, TablePlace][]).map(([hook, { outcomes }]) => ({
      table,
      hook,
      kinds: outcomes?.kinds,
    })),
  );
