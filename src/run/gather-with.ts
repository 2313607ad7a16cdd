/** A fragment beside those that wait: the packet goes on where it has become whole. */
import { Beside, Field, PACKET_GATHERED } from '../abi.js';
import type { Batch } from './batch.js';
import type { FragmentQueues, Gatherer } from './fragments.js';
import { loserOf } from './gather-step.js';
import type { WholePacket } from './gathered.js';
import type { WalkSetup } from './setup.js';

export function gatherWith(
  { stages, now }: WalkSetup,
  fragments: FragmentQueues<number>,
  batch: Batch,
  slot: number,
  by: Gatherer,
): void {
  const loser = loserOf(by);
  const bytes = stages.bytesOf(slot);
  const gathered = fragments.add({
    by,
    vrf: 0,
    link: stages.field(slot, Field.InIf),
    bytes,
    about: stages.field(slot, Field.Mark),
    now,
  });
  if (gathered.kind === 'whole') {
    batch.gathered += gathered.packet.length - stages.field(slot, Field.Length);
    if (!put(stages, slot, gathered.packet, by)) return batch.lose(slot, loser, 'fragment-memory', 'stolen');
    if (batch.events !== undefined)
      batch.tell(slot, { kind: 'gathered', fragments: gathered.packet.ends.length, columns: stages.fields(slot) });
  } else batch.lose(slot, loser, gathered.kind === 'waits' ? 'fragment-waits' : gathered.why, 'stolen');
}

/** The packet goes on in the place of its last fragment: its mark is that of the first. False: there is no room for it. */
function put(
  stages: WalkSetup['stages'],
  slot: number,
  { bytes, length, first, largest, ends }: WholePacket<number>,
  by: Gatherer,
): boolean {
  const { columns } = stages;
  const flags = columns[Field.Flags]![slot]!;
  // ip_local_deliver copies fragments together while there is room behind the first (inet_frag_reasm_finish)
  const pieces = by === 'delivery' ? -1 : stages.place(endsOf(ends));
  if (pieces === undefined || !stages.replace(slot, bytes, length)) return false;
  columns[Field.Flags]![slot]! |= flags | PACKET_GATHERED;
  columns[Field.Mark]![slot] = first;
  columns[Beside.Largest]![slot] = largest;
  columns[Beside.Pieces]![slot] = pieces + 1;
  return true;
}

/** As Beside.Pieces has them: the last fragment ends where the packet does, whatever targets make of it. */
const endsOf = (ends: readonly number[]): Uint8Array =>
  Uint8Array.from([...ends.slice(0, -1), 0xffff].flatMap((end) => [end & 255, end >> 8]));
