/**
 * The chunks of an SCTP packet against a record of wanted ones (abi.ts, ChunkMatch): match_packet of
 * net/netfilter/xt_sctp.c. A chunk that is cut, or says that it has no length, is a hot drop.
 */
import { CHUNKS_BITMAP, CHUNKS_FLAGS, ChunkMatch, Field } from '../src/abi';
import { load16 } from './checksum';
import { DOOMED, FALSE, TRUE } from './outcome';
import { bytesAt, getField } from './packet';

const HEADER = 12;

export function sctpChunks(packet: u32, record: usize, words: u32): i32 {
  const bytes = bytesAt(packet);
  if (bytes == 0) return FALSE;
  const how = load<u32>(record);
  const end = bytes + getField(packet, Field.IpLen) + getField(packet, Field.TransportLen);
  let at = bytes + getField(packet, Field.IpLen) + HEADER;
  // the wanted types that were seen, for All: four words of sixty-four types
  let seen0: u64 = 0;
  let seen1: u64 = 0;
  let seen2: u64 = 0;
  let seen3: u64 = 0;
  do {
    if (at + 4 > end) return DOOMED;
    const type = <u32>load<u8>(at);
    const flags = <u32>load<u8>(at, 1);
    const length = load16(at + 2);
    if (length == 0) return DOOMED;
    at += (length + 3) & ~3;
    const wanted = (load<u32>(record + ((CHUNKS_BITMAP + (type >> 5)) << 2)) >> (type & 31)) & 1;
    const holds = wanted != 0 && flagsHold(record, words, type, flags);
    if (how == ChunkMatch.Only && !holds) return FALSE;
    if (how == ChunkMatch.Any && holds) return TRUE;
    if (how == ChunkMatch.All && holds) {
      const bit = (<u64>1) << (type & 63);
      if (type < 64) seen0 |= bit;
      else if (type < 128) seen1 |= bit;
      else if (type < 192) seen2 |= bit;
      else seen3 |= bit;
    }
  } while (at < end);
  if (how == ChunkMatch.Any) return FALSE;
  if (how == ChunkMatch.Only) return TRUE;
  const all = record + (CHUNKS_BITMAP << 2);
  return i32(
    (load<u64>(all) & ~seen0) == 0 &&
      (load<u64>(all, 8) & ~seen1) == 0 &&
      (load<u64>(all, 16) & ~seen2) == 0 &&
      (load<u64>(all, 24) & ~seen3) == 0,
  );
}

function flagsHold(record: usize, words: u32, type: u32, flags: u32): bool {
  for (let i: u32 = CHUNKS_FLAGS; i < words; i++) {
    const entry = load<u32>(record + (i << 2));
    if ((entry & 255) == type) return (flags & (entry >> 16)) == ((entry >> 8) & 255);
  }
  return true;
}
