import type { WalkResult } from '../../model/trace.js';
import type { LoadedHost } from '../../run/engine.js';
import type { Columns } from '../fields.js';
import { asked } from '../story.js';
import { tell } from '../tell.js';

/** The packet as it is where its walk ends. */
export function columnsAt(result: Pick<WalkResult, 'start' | 'events'>, host: LoadedHost): Columns {
  const now = [...result.start];
  tell(result.events, { all: false, now, ...asked(host) });
  return now;
}
