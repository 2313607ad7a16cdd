/** Fragments on their way: they wait until their packet is whole, and go on as one. */
import { Field, FRAG_DONT, STATE_INVALID, STATE_UNTRACKED } from '../abi.js';
import type { Batch } from './batch.js';
import type { Gatherer } from './fragments.js';
import type { Selection } from './selection.js';
import type { WalkSetup } from './setup.js';

/** nf_defrag_ipv4 and nf_defrag_ipv6 before the tables, where connections are tracked or a rule wants it; ip_local_deliver before INPUT. */
export function gather(setup: WalkSetup, batch: Batch, selection: Selection, by: Gatherer): void {
  const { stages, steps, defrags } = setup;
  // ipv6_frag_rcv is a protocol's handler, behind INPUT
  if (by === 'delivery' ? stages.family === 6 : !defrags) return;
  const fragments = steps.take('findFragments', selection);
  if (fragments.length === 0) return;
  for (const slot of fragments) {
    const state = stages.field(slot, Field.CtState);
    // ipv6_defrag also leaves alone what comes back by lo with its connection
    const stays = stages.family === 6 ? (state & ~STATE_INVALID) !== 0 : (state & STATE_UNTRACKED) !== 0;
    if (by === 'delivery' || !stays) gatherOne(setup, batch, slot, by);
  }
  steps.sieve('keepWalking', selection);
}

function gatherOne(setup: WalkSetup, batch: Batch, slot: number, by: Gatherer): void {
  const { stages, fragments, remembering } = setup;
  if (fragments === undefined || (stages.family === 4 && isAlone(stages, slot, by)))
    return batch.lose(slot, loserOf(by), 'fragment-waits', 'stolen');
  remembering!.gatherWith(setup, fragments, batch, slot, by);
}

/** Of what this host sends without an identification each packet of IPv4 gets one of its own. */
function isAlone(stages: WalkSetup['stages'], slot: number, by: Gatherer): boolean {
  if (by !== 'output' || (stages.field(slot, Field.Frag) & FRAG_DONT) !== 0) return false;
  const bytes = stages.bytesOf(slot);
  return bytes[4] === 0 && bytes[5] === 0;
}

/** What a fragment is lost by that does not go on. */
export const loserOf = (by: Gatherer): 'routing' | 'tracking' => (by === 'delivery' ? 'routing' : 'tracking');
