/** Packets that were gathered as this host sent them, in fragments again as they come back. */
import { Beside, Field, FRAG_DONT, FRAG_MORE, PACKET_GATHERED, STATE_UNTRACKED } from '../abi.js';
import { finishSum, sumBytes } from '../net/checksum.js';
import type { Batch } from './batch.js';
import { gatheredAt } from './gather-with.js';
import { cut6 } from './ipv6/cut.js';
import type { Selection } from './selection.js';
import type { WalkSetup } from './setup.js';

/** More are left whole: the kernel's rules would count each, for a packet that no host sends. */
const MOST_PIECES = 256;

/**
 * A packet of this host that was gathered in OUTPUT leaves in fragments. Of IPv4 what comes back by lo is gathered once more,
 * unless it is not tracked; then, and of IPv6 where it is longer than its largest fragment was, each fragment meets
 * PREROUTING. Lists them in the packet's place.
 */
export function cutAgain({ stages, tracking }: WalkSetup, batch: Batch, back: Selection): void {
  const { columns } = stages;
  const isCut = (slot: number): boolean => {
    if ((columns[Field.Flags]![slot]! & PACKET_GATHERED) === 0) return false;
    // __ip6_finish_output
    if (stages.family === 6) return columns[Field.Length]![slot]! > columns[Beside.Largest]![slot]!;
    return (columns[Field.CtState]![slot]! & STATE_UNTRACKED) !== 0;
  };
  if (!tracking || !back.slots.some(isCut)) return;
  back.slots = [...back.slots].flatMap((slot) => (isCut(slot) ? piecesOf(stages, batch, slot) : [slot]));
}

function piecesOf(stages: WalkSetup['stages'], batch: Batch, slot: number): number[] {
  const whole = stages.bytesOf(slot);
  const pieces =
    stages.family === 4
      ? cut(whole, stages.field(slot, Field.IpLen), stages.field(slot, Beside.Largest))
      : cut6(gatheredAt(stages, slot, whole), stages.draw(slot) || 1);
  if (pieces === undefined) {
    batch.lose(slot, 'routing', 'fragment-uncut');
    return [];
  }
  if (pieces.length > MOST_PIECES) return [slot];
  batch.gathered -= whole.length - pieces.at(-1)!.length;
  return pieces.map((piece, number) => {
    const place = number === pieces.length - 1 ? slot : batch.copy(slot);
    stages.replace(place, piece, piece.length);
    return place;
  });
}

/** ip_do_fragment of net/ipv4/ip_output.c: none is longer than the largest that came. */
function cut(whole: Uint8Array, head: number, largest: number): Uint8Array[] {
  const body = whole.length - head;
  const step = (largest - head) & ~7;
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < body; at += step) {
    const piece = new Uint8Array(head + Math.min(step, body - at));
    piece.set(whole.subarray(0, head));
    piece.set(whole.subarray(head + at, head + at + step), head);
    const more = at + step < body ? FRAG_MORE : 0;
    const word = (((piece[6]! << 8) | piece[7]!) & FRAG_DONT) | more | (at >>> 3);
    piece.set([piece.length >>> 8, piece.length & 255], 2);
    piece.set([word >>> 8, word & 255, piece[8]!, piece[9]!, 0, 0], 6);
    const sum = finishSum(sumBytes(piece.subarray(0, head)));
    piece.set([sum >>> 8, sum & 255], 10);
    pieces.push(piece);
  }
  return pieces;
}
