/** What is remembered of each table at each hook. */
import type { Compiled, Entry } from '../../compile/compile.js';
import { chainUses } from '../../compile/uses.js';
import type { Budget } from '../budget.js';
import type { Patience } from '../patience.js';
import { placesWith } from '../places.js';
import type { Places } from '../setup.js';
import type { Stages } from '../stage.js';
import { type AskedHost, askedOf } from './asked.js';
import { partsOf } from './classes.js';
import { MOST_KINDS, Outcomes } from './outcomes.js';

/** Of what a budget has left this may take so much: cells and journeys of what goes by columns have the rest. */
const MOST = 1 / 4;

interface Remembering {
  readonly host: AskedHost;
  readonly budget: Budget;
  readonly patience: Patience;
}

/** The tables with it, as far as there is room. */
export function placesOf(compiled: Compiled, stages: Stages, { host, budget, patience }: Remembering): Places {
  const uses = chainUses(compiled.program);
  const most = budget.taken + MOST * budget.left;
  const make = (entry: Entry) => {
    const asked = askedOf(compiled, uses, entry, host, patience);
    if (asked === undefined) return undefined;
    stages.leaveUnanswered(asked.unanswered);
    const parts = partsOf(asked, stages.interfaces, MOST_KINDS);
    return parts && budget.spend(() => new Outcomes(stages, stages.memory, entry, parts), most - budget.taken);
  };
  // one that does not fit is left out; where it takes too long no other stays reserved
  const places = budget.within(() => placesWith(compiled, (entry) => budget.within(() => make(entry))))!;
  // more memory was reserved
  stages.renewViews();
  return places;
}
