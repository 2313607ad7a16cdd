/** Fragments on their way: they wait until their packet is whole, and go on as one. */
import { Beside, Field, FRAG_DONT, PACKET_GATHERED, STATE_UNTRACKED } from '../abi.js';
import type { Batch } from './batch.js';
import type { Gatherer, WholePacket } from './fragments.js';
import type { Selection } from './selection.js';
import type { WalkSetup } from './setup.js';

/** nf_defrag_ipv4 before the tables, where connections are tracked; ip_local_deliver before INPUT. */
export function gather(setup: WalkSetup, batch: Batch, selection: Selection, by: Gatherer): void {
  const { stages, steps, tracking } = setup;
  if (by !== 'delivery' && !tracking) return;
  const fragments = steps.take('findFragments', selection);
  if (fragments.length === 0) return;
  for (const slot of fragments) {
    const untracked = (stages.field(slot, Field.CtState) & STATE_UNTRACKED) !== 0;
    if (by === 'delivery' || !untracked) gatherOne(setup, batch, slot, by);
  }
  steps.sieve('keepWalking', selection);
}

function gatherOne({ stages, fragments, now }: WalkSetup, batch: Batch, slot: number, by: Gatherer): void {
  const loser = by === 'delivery' ? 'routing' : 'tracking';
  const bytes = stages.bytesOf(slot);
  // of what this host sends without an identification each gets one of its own
  const alone =
    by === 'output' && bytes[4] === 0 && bytes[5] === 0 && (stages.field(slot, Field.Frag) & FRAG_DONT) === 0;
  const gathered =
    fragments === undefined || alone
      ? ({ kind: 'waits' } as const)
      : fragments.add({ by, vrf: 0, bytes, about: stages.field(slot, Field.Mark), now });
  if (gathered.kind === 'whole') {
    batch.gathered += gathered.packet.length - stages.field(slot, Field.Length);
    if (!put(stages, slot, gathered.packet)) return batch.lose(slot, loser, 'fragment-memory', 'stolen');
    if (batch.events !== undefined)
      batch.tell(slot, { kind: 'gathered', fragments: gathered.packet.fragments, columns: stages.fields(slot) });
  } else batch.lose(slot, loser, gathered.kind === 'waits' ? 'fragment-waits' : gathered.why, 'stolen');
}

/** The packet goes on in the place of its last fragment: its mark is that of the first. False: there is no room for it. */
function put(
  stages: WalkSetup['stages'],
  slot: number,
  { bytes, length, first, largest }: WholePacket<number>,
): boolean {
  const { columns } = stages;
  const flags = columns[Field.Flags]![slot]!;
  if (!stages.replace(slot, bytes, length)) return false;
  columns[Field.Flags]![slot]! |= flags | PACKET_GATHERED;
  columns[Field.Mark]![slot] = first;
  columns[Beside.Largest]![slot] = largest;
  return true;
}
