/** What is remembered of each table at each hook. */
import type { Compiled } from '../../compile/compile.js';
import { chainUses } from '../../compile/uses.js';
import type { Budget } from '../budget.js';
import { placesWith } from '../places.js';
import type { Places } from '../setup.js';
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

/** The tables with it, as far as there is room. */
export function placesOf(compiled: Compiled, stages: Stages, { host, budget }: Remembering): Places {
  const uses = chainUses(compiled.program);
  const most = budget.taken + MOST * budget.left;
  const places = placesWith(compiled, (entry) => {
    const asked = askedOf(compiled, uses, entry, host);
    if (asked === undefined) return undefined;
    stages.leaveUnanswered(asked.unanswered);
    const make = () => Outcomes.of(stages, stages.memory, entry, partsOf(asked, stages.interfaces));
    return budget.spend(make, most - budget.taken);
  });
  // more memory was reserved
  stages.renewViews();
  return places;
}
