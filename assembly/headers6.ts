/**
 * The extension headers of an IPv6 packet against a record (abi.ts, HeaderAsk). They are found as ipv6_find_hdr of
 * net/ipv6/exthdrs_core.c does, and read as the matches of net/ipv6/netfilter/ip6t_*.c do.
 */
import {
  Field,
  HEADER6_DROP,
  HEADER6_GENTLE,
  HEADER6_LOOSE,
  HEADER6_SEGMENTS,
  HEADER6_WHOLE,
  HeaderAsk,
  SEGMENT_NEXT,
  SEGMENT_PREVIOUS,
} from '../src/abi';
import { load16, load32 } from './checksum';
import {
  DESTINATION,
  extensionBytes,
  extensionLeast,
  FRAGMENT,
  HOP_BY_HOP,
  isExtension,
  NONE,
  ROUTING,
} from './decode';
import { FALSE, HOT_DROP, TRUE } from './outcome';
import { bytesAt, getField, word } from './packet';
import { reads } from './record';

const ESP: u32 = 50;

/** In place of the address of a header that is cut off. */
const CUT: usize = 1;

export function header6(packet: u32, record: usize, words: u32): i32 {
  const bytes = bytesAt(packet);
  if (bytes == 0) return FALSE;
  const end = bytes + getField(packet, Field.BytesLen);
  const how = word(record, 0);
  const ask = how & 255;
  if (ask == HeaderAsk.Headers) {
    const seen = <i32>reads(headersOf(bytes, end));
    return i32(seen >= 0 && (seen & word(record, 1)) == word(record, 2));
  }
  const at = find(bytes, end, (how >> 8) & 255);
  if (at == 0) return FALSE;
  // it is there, or headers are cut
  if (ask == HeaderAsk.There) reads(how);
  const least = ask == HeaderAsk.There ? word(record, 1) : ask == HeaderAsk.Value ? word(record, 1) + 4 : 8;
  const cut = (how & HEADER6_GENTLE) != 0 || ask != HeaderAsk.There ? FALSE : HOT_DROP;
  if (at == CUT || at + least > end) return cut;
  if (ask == HeaderAsk.Value) {
    const value = reads(load32(at + word(record, 1)) & word(record, 2));
    if (value >= word(record, 3) && value <= word(record, 4)) return TRUE;
    return (how & HEADER6_DROP) != 0 ? HOT_DROP : FALSE;
  }
  if (ask == HeaderAsk.There && (how & HEADER6_WHOLE) == 0) return TRUE;
  const length = extensionBytes((how >> 8) & 255, at);
  if (at + length > end) return cut;
  switch (ask) {
    case HeaderAsk.Options:
      return i32(optionsAre(at + 2, at + length, record, words));
    case HeaderAsk.Addresses:
      return i32(addressesAre(at + 8, (length - 8) >> 4, record, (words - 1) >> 2));
    case HeaderAsk.Segment:
      return i32(segmentIs(at, end, record));
    default:
      return i32((how & HEADER6_SEGMENTS) == 0 || load<u8>(at, 3) <= load<u8>(at, 4));
  }
}

/** Where a header begins; 0: the packet has none, or it is in another fragment; CUT. */
function find(bytes: usize, end: usize, wanted: u32): usize {
  let next = <u32>load<u8>(bytes, 6);
  let at = bytes + 40;
  while (true) {
    if (!isExtension(next)) return next == wanted ? at : 0;
    if (at + extensionLeast(next) > end) return CUT;
    if (next == wanted) return at;
    if (next == FRAGMENT && load16(at + 2) > 7) return 0;
    const length = extensionBytes(next, at);
    next = <u32>load<u8>(at);
    at += length;
  }
}

/** ipv6header_mt6: the MASK_* bits of the packet's headers; -1 where they are cut. */
function headersOf(bytes: usize, end: usize): i32 {
  let next = <u32>load<u8>(bytes, 6);
  let seen = 0;
  for (let at = bytes + 40; at <= end && (isExtension(next) || next == ESP || next == NONE); ) {
    if (next == NONE) return seen | 2;
    if (at + 2 > end) return -1;
    if (next == ESP) return seen | 4;
    if (next == HOP_BY_HOP) seen |= 128;
    else if (next == DESTINATION) seen |= 64;
    else if (next == ROUTING) seen |= 32;
    else if (next == FRAGMENT) seen |= 16;
    else seen |= 8;
    const length = extensionBytes(next, at);
    next = <u32>load<u8>(at);
    at += length;
  }
  return next == NONE || next == ESP ? seen : seen | 1;
}

/** The loop of hbh_mt6: each wanted one is the next that stands there. */
function optionsAre(at: usize, end: usize, record: usize, words: u32): bool {
  for (let i: u32 = 1; i < words; i++) {
    const wanted = word(record, i);
    if (at >= end || <u32>load<u8>(at) != wanted >> 8) return false;
    // Pad1 alone has no length
    if (wanted >> 8 == 0) at++;
    else {
      if (at + 2 > end) return false;
      const length = <u32>load<u8>(at, 1);
      if ((wanted & 255) != 255 && (wanted & 255) != length) return false;
      at += length + 2;
    }
  }
  return true;
}

/** The loops of rt_mt6, over `listed` addresses at `at`, of which `count` are wanted. */
function addressesAre(at: usize, listed: u32, record: usize, count: u32): bool {
  const loose = (word(record, 0) & HEADER6_LOOSE) != 0;
  if (loose ? count > listed : count != listed) return false;
  let found: u32 = 0;
  for (let i: u32 = 0; i < listed && found < count; i++) {
    if (isAddress(at + (i << 4), record + 4 + (found << 4), 0)) found++;
    else if (!loose) return false;
  }
  return found == count;
}

/** srh1_mt6: no segment is before the first, and none behind the last. */
function segmentIs(at: usize, end: usize, record: usize): bool {
  const left = <u32>load<u8>(at, 3);
  const which = word(record, 1);
  let index: u32 = 0;
  if (which == SEGMENT_PREVIOUS) {
    if (left == <u32>load<u8>(at, 4)) return false;
    index = left + 1;
  } else if (which == SEGMENT_NEXT) {
    if (left == 0) return false;
    index = left - 1;
  }
  const address = at + 8 + (index << 4);
  return address + 16 <= end && isAddress(address, record + 8, record + 24);
}

/** The bytes at `at` are the four words at `wanted`, under those at `mask`, if there are any. */
function isAddress(at: usize, wanted: usize, mask: usize): bool {
  for (let i = 0; i < 4; i++) {
    const differs = load32(at + (i << 2)) ^ word(wanted, i);
    if ((mask == 0 ? differs : differs & word(mask, i)) != 0) return false;
  }
  return true;
}
