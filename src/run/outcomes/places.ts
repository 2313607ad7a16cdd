/** The tables at the hooks at which they have chains, with what is remembered of each. */
import type { Compiled } from '../../compile/compile.js';
import { chainUses } from '../../compile/uses.js';
import { BUILTIN, type HookName, type TableName } from '../../model/ruleset.js';
import type { Budget } from '../budget.js';
import type { Places, TablePlace } from '../setup.js';
import type { Stages } from '../stage.js';
import { type AskedHost, askedOf } from './asked.js';
import { partsOf } from './classes.js';
import { Outcomes } from './outcomes.js';

/** Of what a budget has left this may take so much: cells and journeys of what goes by columns have the rest. */
const MOST = 1 / 2;

interface Remembering {
  readonly host: AskedHost;
  readonly budget: Budget;
}

/** Without a host nothing is remembered: the bytecode walks every packet. */
export function placesOf(compiled: Compiled, stages: Stages, remembering?: Remembering): Places {
  const uses = chainUses(compiled.program);
  const most = remembering === undefined ? 0 : remembering.budget.taken + MOST * remembering.budget.left;
  const at = (table: TableName, hook: HookName): TablePlace | undefined => {
    const entry = compiled.entry(table, hook);
    if (entry === undefined) return undefined;
    const asked = remembering && askedOf(compiled, uses, entry, remembering.host);
    if (asked === undefined) return { entry, outcomes: undefined };
    const { budget } = remembering!;
    stages.leaveUnanswered(asked.unanswered);
    const make = () => Outcomes.of(stages, stages.memory, entry, partsOf(asked, stages.interfaces));
    return { entry, outcomes: budget.spend(make, most - budget.taken) };
  };
  const tables = Object.entries(BUILTIN) as [TableName, readonly HookName[]][];
  const places = Object.fromEntries(
    tables.map(([table, hooks]) => [
      table,
      Object.fromEntries(
        hooks.flatMap((hook) => {
          const place = at(table, hook);
          return place === undefined ? [] : [[hook, place]];
        }),
      ),
    ]),
  ) as Places;
  // more memory was reserved
  stages.renewViews();
  return places;
}
