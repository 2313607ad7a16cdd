/**
 * Packets by their bytes into columns of numbers as small as they may be (IntakeWord), for the column program: those of which columns
 * tell all, which most are. `decode` says of the others what they are; here each has INTAKE_ODD, and no more.
 */
import {
  Field,
  FRAG_DONT,
  FRAG_OFFSET,
  FRAG_PART,
  FROM_HOST,
  INTAKE_ODD,
  IntakeWord,
  LinkType,
  PROTOCOL_ASKED,
  PROTOCOL_HEADER,
  Run,
} from '../src/abi';
import { fold, load16, load32 } from './checksum';
import { DCCP, ICMP, icmpOf, isExtension, NONE, TCP, UDP, UDPLITE } from './decode';
import { at, columnAt, ofRun, word } from './packet';

/** A header of 20 bytes, without options, of version 4. */
const PLAIN_HEAD: u32 = 0x45;
/** What is told by no columns, as a length, and as what stands in a header. */
const ODD_LENGTH: u32 = 0xffffffff;
const ODD_HEADER: u64 = 0x1000000000000;

/**
 * The packets 0 to `count`, which lie as for decodeBatch, but from address `bytes` on; how many of them are odd. `sent`: those that this
 * host sends are, `framed`: those whose frame is for others, `read`: those that were cut, since rules read bytes. 14 ns for a packet of 40 bytes, where protocols are mixed: 4 of them
 * for its checksum, 1 for that of its header.
 */
export function takeBytes(columns: usize, count: u32, bytes: usize, sent: bool, framed: bool, read: bool): u32 {
  const places = columnAt(Field.Bytes);
  const sizes = columnAt(Field.BytesLen);
  const wires = columnAt(Field.Length);
  const sources: usize = word(columns, IntakeWord.Src);
  const destinations: usize = word(columns, IntakeWord.Dst);
  const protos: usize = word(columns, IntakeWord.Proto);
  const sports: usize = word(columns, IntakeWord.Sport);
  const dports: usize = word(columns, IntakeWord.Dport);
  const tcpFlags: usize = word(columns, IntakeWord.TcpFlags);
  const lengths: usize = word(columns, IntakeWord.Length);
  const ttls: usize = word(columns, IntakeWord.Ttl);
  const tosses: usize = word(columns, IntakeWord.Tos);
  const frags: usize = word(columns, IntakeWord.Frag);
  const inputs: usize = word(columns, IntakeWord.InIf);
  const frames: usize = word(columns, IntakeWord.Frames);
  const isIpv6 = ofRun(Run.Family) == 6;
  const icmp = icmpOf();
  let odd: u32 = 0;
  for (let slot: u32 = 0; slot < count; slot++) {
    const ip = bytes + at(places, slot);
    const size = at(sizes, slot);
    const elsewhere =
      (sent && load<u16>(inputs + (slot << 1)) == FROM_HOST) ||
      (framed && load<u8>(frames + slot) > <u8>LinkType.Unicast);
    const total = elsewhere ? ODD_LENGTH : isIpv6 ? lengthOf6(ip, size) : lengthOf4(ip, size);
    let header = ODD_HEADER;
    let proto: u32 = 0;
    let frag: u32 = FRAG_DONT;
    if (total != ODD_LENGTH && (total <= size || (!read && total <= at(wires, slot)))) {
      proto = load<u8>(ip + (isIpv6 ? 6 : 9));
      if (!isIpv6) frag = load16(ip + 6) & 0x7fff;
      header = behind(ip, isIpv6 ? 40 : 20, size, total, proto, frag, icmp);
    }
    if (header == ODD_HEADER) {
      store<u16>(frags + (slot << 1), <u16>INTAKE_ODD);
      odd += 1;
      continue;
    }
    if (isIpv6) {
      v128.store(sources + (slot << 4), inWords(v128.load(ip, 8)));
      v128.store(destinations + (slot << 4), inWords(v128.load(ip, 24)));
      store<u8>(tosses + slot, <u8>(load16(ip) >> 4));
      store<u8>(ttls + slot, load<u8>(ip, 7));
    } else {
      store<u32>(sources + (slot << 2), load32(ip + 12));
      store<u32>(destinations + (slot << 2), load32(ip + 16));
      store<u8>(tosses + slot, load<u8>(ip, 1));
      store<u8>(ttls + slot, load<u8>(ip, 8));
    }
    store<u8>(protos + slot, <u8>proto);
    store<u16>(frags + (slot << 1), <u16>frag);
    store<u16>(lengths + (slot << 1), <u16>total);
    store<u16>(sports + (slot << 1), <u16>(header >> 16));
    store<u16>(dports + (slot << 1), <u16>header);
    store<u8>(tcpFlags + slot, <u8>(header >> 32));
  }
  return odd;
}

function inWords(address: v128): v128 {
  return i8x16.shuffle(address, address, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

/** The length that a header without options says, whose checksum holds. */
function lengthOf4(ip: usize, size: u32): u32 {
  if (size < 20) return ODD_LENGTH;
  const first = load<u64>(ip);
  const second = load<u64>(ip, 8);
  const sum = (first & 0xffffffff) + (first >> 32) + (second & 0xffffffff) + (second >> 32) + load<u32>(ip, 16);
  const total = <u32>bswap<u16>(<u16>(first >> 16));
  return (<u32>first & 0xff) == PLAIN_HEAD && total >= 20 && fold(sum) == 0xffff ? total : ODD_LENGTH;
}

/** The same of a header behind which no other one of IPv6 stands. */
function lengthOf6(ip: usize, size: u32): u32 {
  if (size < 40 || load<u8>(ip) >> 4 != 6) return ODD_LENGTH;
  const total = load16(ip + 4) + 40;
  const next = <u32>load<u8>(ip, 6);
  return total > 0xffff || isExtension(next) || next == NONE ? ODD_LENGTH : total;
}

/**
 * Ports, or type and code, and above them the flags of TCP, of a header that is whole behind one of `head` bytes, where its checksum holds
 * if all of the packet is there. Of a part of a packet neither lengths nor checksum are looked at.
 */
function behind(ip: usize, head: u32, size: u32, total: u32, proto: u32, frag: u32, icmp: u32): u64 {
  const rest = ip + head;
  const length = total - head;
  const there = min(total, size) - head;
  const judged = (frag & FRAG_PART) == 0;
  let summed = judged && total <= size;
  let header: u64 = 0;
  if (proto != TCP && proto != UDP && proto != icmp) {
    const kind = at(ofRun(Run.Protocols), proto);
    if ((kind & PROTOCOL_ASKED) != 0 || proto == UDPLITE || proto == DCCP) return ODD_HEADER;
    if ((frag & FRAG_OFFSET) != 0) return 0;
    return length < (kind & PROTOCOL_HEADER) || there < min<u32>(length, 8) ? ODD_HEADER : 0;
  }
  if ((frag & FRAG_OFFSET) != 0) return 0;
  if (there < 8) return ODD_HEADER;
  if (proto == TCP) {
    if (there < 20) return ODD_HEADER;
    const said = (<u32>load<u8>(rest, 12) >> 4) << 2;
    if (judged && (said < 20 || said > length)) return ODD_HEADER;
    header = ((<u64>load<u8>(rest, 13)) << 32) | load32(rest);
  } else if (proto == UDP) {
    const said = load16(rest + 4);
    if (judged && (said < 8 || said > length)) return ODD_HEADER;
    // 0: there is none
    if (load<u16>(rest, 6) == 0) summed = false;
    header = load32(rest);
  } else header = ((<u64>load<u8>(rest)) << 16) | load<u8>(rest, 1);
  return summed && !isSound(rest, head, length, proto) ? ODD_HEADER : header;
}

/** The Internet checksum holds over what is behind the header and, but for ICMP, the addresses at its end, length and protocol. */
function isSound(rest: usize, head: u32, length: u32, proto: u32): bool {
  const addresses: u32 = proto == ICMP ? 0 : head == 40 ? 32 : 8;
  const tail = length + proto;
  // a packet of zeros has the sum 0
  const begun: u32 = proto == ICMP ? 0xffff : bswap<u16>(<u16>((tail & 0xffff) + (tail >> 16)));
  let from = rest - addresses;
  const end = rest + length;
  let lanes = i32x4.splat(0);
  let others = lanes;
  for (; from + 32 <= end; from += 32) {
    lanes = i32x4.add(lanes, i32x4.extadd_pairwise_i16x8_u(v128.load(from)));
    others = i32x4.add(others, i32x4.extadd_pairwise_i16x8_u(v128.load(from, 16)));
  }
  if (from + 16 <= end) {
    lanes = i32x4.add(lanes, i32x4.extadd_pairwise_i16x8_u(v128.load(from)));
    from += 16;
  }
  // of the last ones what is behind the packet does not count
  const last = v128.and(v128.load(from), v128.load(FIRST_BYTES + 16 - (end - from)));
  lanes = i32x4.add(i32x4.add(lanes, others), i32x4.extadd_pairwise_i16x8_u(last));
  const sum: u64 =
    <u64>(<u32>i32x4.extract_lane(lanes, 0)) +
    <u64>(<u32>i32x4.extract_lane(lanes, 1)) +
    <u64>(<u32>i32x4.extract_lane(lanes, 2)) +
    <u64>(<u32>i32x4.extract_lane(lanes, 3));
  return fold(sum + begun) == 0xffff;
}

/** From each of the first places on, a mask for one byte less. */
// biome-ignore format: one table
const FIRST_BYTES = memory.data<u8>([
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
]);
