/** A fragment beside those that wait: the packet goes on where it has become whole. */
import { Beside, Field, LAST_PIECE, PACKET_DECODED, PACKET_GATHERED, Run } from '../abi.js';
import type { Batch } from './batch.js';
import { FragmentQueues, fragmentSettings, type Gatherer, type WaitingFragments } from './fragments.js';
import { loserOf } from './gather-step.js';
import type { WholePacket } from './gathered.js';
import type { Gathered6 } from './ipv6/cut.js';
import { FragmentQueues6, fragmentSettings6 } from './ipv6/fragments.js';
import type { WalkSetup } from './setup.js';

/** As nothing has come. Of IPv4 no fragment goes on by itself, and nobody has to ask where none is remembered. */
export function noFragments(
  { stages }: Pick<WalkSetup, 'stages'>,
  sysctls: ReadonlyMap<string, string>,
  remembers: boolean,
): WaitingFragments<number> | undefined {
  if (stages.family === 6) return new FragmentQueues6(fragmentSettings6(sysctls), !remembers);
  return remembers ? new FragmentQueues(fragmentSettings(sysctls)) : undefined;
}

export function gatherWith(
  { stages, now }: WalkSetup,
  fragments: WaitingFragments<number>,
  batch: Batch,
  slot: number,
  by: Gatherer,
): void {
  const loser = loserOf(by);
  const gathered = fragments.add({
    by,
    link: stages.field(slot, Field.InIf),
    vrf: 0,
    bytes: stages.bytesOf(slot),
    about: stages.field(slot, Field.Mark),
    now,
  });
  switch (gathered.kind) {
    case 'waits':
      return batch.lose(slot, loser, 'fragment-waits', 'stolen');
    case 'lost':
      return batch.lose(slot, loser, gathered.why, gathered.fate);
    case 'passes':
      if (gathered.why !== 'no-fragment') batch.tell(slot, { kind: 'passes', why: gathered.why });
      return;
    case 'whole':
      return goOn(stages, batch, slot, by, gathered.packet);
    default:
      return gathered satisfies never;
  }
}

function goOn(
  stages: WalkSetup['stages'],
  batch: Batch,
  slot: number,
  by: Gatherer,
  packet: WholePacket<number>,
): void {
  const loser = loserOf(by);
  // what the kernel wrote in a wrong place of it (fragment-queue.ts) may have been the version
  if (packet.bytes[0]! >> 4 !== stages.family) return batch.lose(slot, loser, 'fragment-garbled', 'unknown');
  batch.gathered += packet.length - stages.field(slot, Field.Length);
  if (!put(stages, slot, packet, by)) return batch.lose(slot, loser, 'fragment-memory', 'stolen');
  if (batch.events !== undefined)
    batch.tell(slot, { kind: 'gathered', fragments: packet.ends.length, columns: stages.fields(slot) });
}

/** The packet goes on in the place of its last fragment: its mark is that of the first. False: there is no room for it. */
function put(stages: WalkSetup['stages'], slot: number, packet: WholePacket<number>, by: Gatherer): boolean {
  const { columns } = stages;
  const flags = columns[Field.Flags]![slot]! & ~PACKET_DECODED;
  // ip_local_deliver copies fragments together while there is room behind the first (inet_frag_reasm_finish)
  const pieces = by === 'delivery' ? -1 : stages.place(endsOf(packet));
  if (pieces === undefined || !stages.replace(slot, packet.bytes, packet.length)) return false;
  columns[Field.Flags]![slot]! |= flags | PACKET_GATHERED;
  columns[Field.Mark]![slot] = packet.first;
  columns[Beside.Largest]![slot] = packet.largest;
  columns[Beside.Pieces]![slot] = pieces + 1;
  return true;
}

/** As Beside.Pieces has them: the last fragment ends where the packet does, whatever targets make of it. */
const endsOf = ({ ends, before = 0 }: WholePacket<number>): Uint8Array =>
  new Uint8Array(Uint32Array.of(...ends.slice(0, -1), LAST_PIECE, before).buffer);

/** What `put` has put there of a packet of IPv6, whose bytes are these. */
export function gatheredAt(stages: WalkSetup['stages'], slot: number, bytes: Uint8Array): Gathered6 {
  const largest = stages.field(slot, Beside.Largest);
  const place = stages.field(slot, Beside.Pieces);
  if (place === 0) return { bytes, ends: [bytes.length], largest, before: 0 };
  const { words } = stages.memory;
  const first = (stages.get(Run.Bytes) + place - 1) >>> 2;
  const last = words.indexOf(LAST_PIECE, first);
  return { bytes, ends: [...words.subarray(first, last), bytes.length], largest, before: words[last + 1]! };
}
