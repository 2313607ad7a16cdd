/** What a host chose to classify many packets by, as data: for who wants to know. */
import type { PacketBatch } from '../model/batch.js';
import type { EngineUse, HostPlan, Refusal, TablePlan } from '../model/plan.js';
import type { HookName, TableName } from '../model/ruleset.js';
import type { Budget } from './budget.js';
import type { Columns } from './columns/columns.js';
import type { LoadedHost } from './engine.js';
import type { Places, TablePlace } from './setup.js';

export interface Taking {
  readonly columns: Columns | undefined;
  /** why there are none. */
  readonly noColumns: Refusal | undefined;
  readonly budget: Budget;
  /** laid out where they are not yet. */
  readonly places: () => Places;
}

/** How packets that give the columns of these would be classified, and why so. */
export function planOf(host: LoadedHost, packets: PacketBatch): HostPlan {
  const { columns: made, noColumns, budget, places } = host.taking;
  const columns = made?.planFor(packets) ?? noColumns!;
  const tables = tablePlans(places());
  const { bytes, taken } = budget;
  const told = { family: host.from.family, budget: bytes, taken, tables };
  return 'why' in columns ? { ...without(places, columns), ...told } : { used: 'columns', columns, ...told };
}

/** What took the packets that were classified, and why. */
export function useOf(host: LoadedHost): EngineUse {
  if (host.metFew) return { used: 'bytecode', why: 'few' };
  const { columns, noColumns, places } = host.taking;
  const use = columns?.use ?? noColumns!;
  return 'used' in use ? use : without(places, use);
}

function without(places: Taking['places'], refusal: Refusal): EngineUse {
  const remembered = tablePlans(places()).some(({ kinds }) => kinds !== undefined);
  return { used: remembered ? 'tables' : 'bytecode', ...refusal };
}

const tablePlans = (places: Places): TablePlan[] =>
  (Object.entries(places) as [TableName, Places[TableName]][]).flatMap(([table, hooks]) =>
    (Object.entries(hooks) as [HookName, TablePlace][]).map(([hook, { outcomes }]) => ({
      table,
      hook,
      kinds: outcomes?.kinds,
    })),
  );
