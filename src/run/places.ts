/** The tables at the hooks at which they have chains. */
import type { Compiled, Entry } from '../compile/compile.js';
import { BUILTIN, type HookName, type TableName } from '../model/ruleset.js';
import type { Outcomes } from './outcomes/outcomes.js';
import type { Places, TablePlace } from './setup.js';

/** Nothing is remembered of them: the bytecode walks every packet. */
export const plainPlaces = (compiled: Compiled): Places => placesWith(compiled, () => undefined);

export function placesWith(compiled: Compiled, outcomesOf: (entry: Entry) => Outcomes | undefined): Places {
  const tables = Object.entries(BUILTIN) as [TableName, readonly HookName[]][];
  return Object.fromEntries(
    tables.map(([table, hooks]) => [
      table,
      Object.fromEntries(
        hooks.flatMap((hook): [HookName, TablePlace][] => {
          const entry = compiled.entry(table, hook);
          return entry === undefined ? [] : [[hook, { entry, outcomes: outcomesOf(entry) }]];
        }),
      ),
    ]),
  ) as Places;
}
