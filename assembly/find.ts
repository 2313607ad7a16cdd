/**
 * A pattern among the packet's bytes, from the IP header on: skb_find_text of net/core/skbuff.c. The record (FindWord) has
 * tables that say how far to go on where the pattern does not stand, as lib/ts_bm.c computes them; what they skip that the
 * pattern stands at, the kernel does not find either.
 */
import { Beside, Field, FindWord, PACKET_GATHERED, Run } from '../src/abi';
import { bytesAt, getField, ofRun, word } from './packet';

export function finds(packet: u32, record: usize): bool {
  const bytes = bytesAt(packet);
  if (bytes == 0) return false;
  const size = word(record, FindWord.Size);
  const end = bytes + getField(packet, Field.Length);
  let start = bytes + word(record, FindWord.From);
  const limit = start + word(record, FindWord.Room);
  const gathered = (getField(packet, Field.Flags) & PACKET_GATHERED) != 0;
  const pieces = gathered && word(record, FindWord.ByPiece) != 0 ? getField(packet, Beside.Pieces) : 0;
  if (pieces == 0) return findsIn(start, end, limit, record, size);
  let at = ofRun(Run.Bytes) + pieces - 1;
  let to: usize;
  do {
    to = min(end, bytes + load<u32>(at));
    if (findsIn(start, to, limit, record, size)) return true;
    if (to > start) start = to;
    at += 4;
  } while (to < end);
  return false;
}

/** Whether the first one between `start` and `end` ends before `limit`. */
function findsIn(start: usize, end: usize, limit: usize, record: usize, size: u32): bool {
  const counts: usize = record + (FindWord.Bytes << 2);
  const pattern: usize = record + (FindWord.Pattern << 2);
  let last = start + size - 1;
  while (last < end) {
    let i: u32 = 0;
    let seen: u32 = 0;
    let wanted: u32 = 0;
    for (; i < size; i++) {
      seen = load<u16>(counts + ((<usize>load<u8>(last - i)) << 1));
      wanted = load<u16>(pattern + (i << 1));
      if (((seen ^ wanted) & 255) != 0) break;
    }
    if (i == size) return last < limit;
    last += max(<i32>(seen >> 8) - <i32>i, <i32>(wanted >> 8));
  }
  return false;
}
