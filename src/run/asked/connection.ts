/** What the host knows of the connection of a packet at which a rule asks. */
import { Beside, Field, STATE_ESTABLISHED, STATE_NEW, STATE_RELATED } from '../../abi.js';
import { STATE_NUMBERS } from '../../model/batch.js';
import type { Asking } from './asking.js';

const CONNECTED = STATE_NEW | STATE_ESTABLISHED | STATE_RELATED;

/**
 * `none`: no connection; the number of its entry; `first`: none are remembered, and the packet begins one; `unknown`: it is of one that
 * nobody told of.
 */
export function connectionAt(asking: Asking): number | 'none' | 'first' | 'unknown' {
  if ((asking.field(Field.CtState) & CONNECTED) === 0) return 'none';
  const entry = asking.field(Beside.Entry) - 1;
  if (entry >= 0) return entry;
  const given = asking.field(Beside.Given);
  if (given !== 0 && given !== STATE_NUMBERS.NEW) return 'unknown';
  const { connections } = asking.setup;
  // the packet has ended it, and goes on with it
  return connections === undefined || given !== 0 ? 'first' : connections.ended;
}
