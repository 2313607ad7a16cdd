/**
 * From the bytes of an IP packet to its columns. What is refused is what ip_rcv_core (net/ipv4/ip_input.c) and
 * ip6_rcv_core (net/ipv6/ip6_input.c) drop before any rule; what is only marked is what connection tracking calls invalid
 * (nf_conntrack_proto_*.c).
 */
import {
  Decoded,
  Field,
  FRAG_DONT,
  FRAG_MORE,
  FRAG_OFFSET,
  FRAG_PART,
  NO_PROTOCOL,
  PACKET_AUTHENTICATED,
  PACKET_BAD_CHECKSUM,
  PACKET_BAD_HEADER,
  PACKET_CUT,
  PACKET_FRAGMENT,
  Result,
  Run,
} from '../src/abi';
import { fold, load16, load32, sctpChecksum, sumBytes } from './checksum';
import { columnAt, getField, ofRun, setField } from './packet';

export const ICMP: u32 = 1;
export const TCP: u32 = 6;
export const UDP: u32 = 17;
export const DCCP: u32 = 33;
export const GRE: u32 = 47;
export const ICMPV6: u32 = 58;
export const SCTP: u32 = 132;
export const UDPLITE: u32 = 136;
/** Headers of IPv6 that are followed by others. */
export const HOP_BY_HOP: u32 = 0;
export const ROUTING: u32 = 43;
export const FRAGMENT: u32 = 44;
export const AUTHENTICATION: u32 = 51;
export const DESTINATION: u32 = 60;

/** What says that nothing follows. */
export const NONE: u32 = 59;

/** The protocol of a run's family that says of itself type and code. */
export function icmpOf(): u32 {
  return ofRun(Run.Family) == 6 ? ICMPV6 : ICMP;
}

/**
 * Decodes the packets 0 to `count`: Field.Bytes and Field.BytesLen say where each lies in the byte area, Field.Length how
 * many bytes it had on the wire. The status of each goes to the column of verdicts.
 */
export function decodeBatch(count: u32, verifyChecksum: bool): void {
  const bytes = ofRun(Run.Bytes);
  const statuses = columnAt(Result.Verdict);
  for (let packet: u32 = 0; packet < count; packet++) {
    const at = bytes + getField(packet, Field.Bytes);
    const length = getField(packet, Field.BytesLen);
    const wire = getField(packet, Field.Length);
    store<u32>(statuses + (packet << 2), decode(packet, at, length, wire, verifyChecksum));
  }
}

/**
 * Fills the columns of a packet from `length` bytes at address `at`, which lies in the run's byte area; it had `wire`
 * bytes before its capture cut it. A status of Decoded comes back, and a packet that is refused leaves its columns as
 * they were. Flags becomes what the bytes say and no more; marks, interfaces, connection and time are the host's to fill
 * in. `verifyChecksum` is nf_conntrack_checksum for a packet from the wire; the checksum of the IP header is always
 * verified.
 */
export function decode(packet: u32, at: usize, length: u32, wire: u32, verifyChecksum: bool): i32 {
  if (length < 1) return wire > length ? Decoded.Cut : Decoded.TooShort;
  const version = <u32>load<u8>(at) >> 4;
  if (version == 6) return decode6(packet, at, length, wire, verifyChecksum);
  if (length < 20) return wire > length ? Decoded.Cut : Decoded.TooShort;
  if (version != 4) return Decoded.Version;
  return decode4(packet, at, length, wire, verifyChecksum);
}

function decode4(packet: u32, at: usize, length: u32, wire: u32, verifyChecksum: bool): i32 {
  const head = (<u32>load<u8>(at) & 15) << 2;
  if (head < 20) return Decoded.HeaderLength;
  if (head > length) return wire > length ? Decoded.Cut : Decoded.HeaderLength;
  if (fold(sumBytes(at, head)) != 0xffff) return Decoded.IpChecksum;
  const total = load16(at + 2);
  if (total > wire && total > length) return Decoded.Truncated;
  if (total < head) return Decoded.TotalLength;
  if (ofRun(Run.Family) == 6) return Decoded.OtherFamily;

  const frag = load16(at + 6) & 0x7fff;
  const proto = <u32>load<u8>(at + 9);
  if (isCut(proto, frag, head, total, length)) return Decoded.Cut;
  setField(packet, Field.Src, load32(at + 12));
  setField(packet, Field.Dst, load32(at + 16));
  setField(packet, Field.Ttl, load<u8>(at + 8));
  setField(packet, Field.Tos, load<u8>(at + 1));
  fillRest(packet, at, length, total, head, proto, frag, verifyChecksum);
  return Decoded.Ok;
}

/** What ip6_rcv_core finds wrong with hop-by-hop options and addresses is the host's to look for (src/run/ipv6/). */
function decode6(packet: u32, at: usize, length: u32, wire: u32, verifyChecksum: bool): i32 {
  if (length < 40) return wire > length ? Decoded.Cut : Decoded.TooShort;
  const payload = load16(at + 4);
  let proto = <u32>load<u8>(at + 6);
  // a payload of no bytes behind which hop-by-hop options stand has its length among them
  const total = payload == 0 && proto == HOP_BY_HOP ? max(wire, length) : payload + 40;
  if (total > wire && total > length) return Decoded.Truncated;
  if (ofRun(Run.Family) != 6) return Decoded.OtherFamily;

  const end = min(total, length);
  let head: u32 = 40;
  let frag: u32 = FRAG_DONT;
  let flags: u32 = 0;
  // ipv6_find_hdr of net/ipv6/exthdrs_core.c, as ip6_packet_match asks it for the last header
  while (isExtension(proto)) {
    if (proto == FRAGMENT) flags |= PACKET_FRAGMENT;
    if (proto == AUTHENTICATION) flags |= PACKET_AUTHENTICATED;
    if (head + extensionLeast(proto) > end) {
      if (total > length) return Decoded.Cut;
      proto = NO_PROTOCOL;
      break;
    }
    const next = <u32>load<u8>(at + head);
    if (proto == FRAGMENT) {
      const word = load16(at + head + 2);
      frag |= (word >> 3) | ((word & 1) != 0 ? FRAG_MORE : 0);
    }
    head += extensionBytes(proto, at + head);
    proto = next;
    if ((frag & FRAG_OFFSET) == 0) continue;
    if (isExtension(next)) proto = NO_PROTOCOL;
    break;
  }
  head = min(head, total);
  if (isCut(proto, frag, head, total, length)) return Decoded.Cut;
  for (let i = 0; i < 4; i++) {
    setField(packet, Field.Src + i, load32(at + 8 + (i << 2)));
    setField(packet, Field.Dst + i, load32(at + 24 + (i << 2)));
  }
  setField(packet, Field.Ttl, load<u8>(at + 7));
  setField(packet, Field.Tos, (load16(at) >> 4) & 0xff);
  fillRest(packet, at, length, total, head, proto, frag, verifyChecksum);
  // ipv6_skip_exthdr, by which tracking looks for the protocol, does not take that for one
  if (proto == NONE) flags |= PACKET_BAD_HEADER;
  setField(packet, Field.Flags, getField(packet, Field.Flags) | flags);
  return Decoded.Ok;
}

/** Headers behind which another stands: ipv6_ext_hdr, but for that which says that nothing follows. */
export function isExtension(proto: u32): bool {
  return (
    proto == HOP_BY_HOP || proto == ROUTING || proto == FRAGMENT || proto == AUTHENTICATION || proto == DESTINATION
  );
}

/** Bytes of one of these that have to be there to go on behind it. */
export function extensionLeast(proto: u32): u32 {
  return proto == FRAGMENT || proto == ROUTING ? 4 : 2;
}

/** How long one of these, or another of their form, says that it is. */
export function extensionBytes(proto: u32, at: usize): u32 {
  if (proto == FRAGMENT) return 8;
  const length = <u32>load<u8>(at, 1);
  return proto == AUTHENTICATION ? (length + 2) << 2 : (length + 1) << 3;
}

/** Its capture has not left of the header behind the IP header what has to be there. */
function isCut(proto: u32, frag: u32, head: u32, total: u32, length: u32): bool {
  if (total <= length || (frag & FRAG_OFFSET) != 0) return false;
  return length < head || length - head < min(total - head, headerBytes(proto));
}

/** What both families have alike. */
function fillRest(
  packet: u32,
  at: usize,
  length: u32,
  total: u32,
  head: u32,
  proto: u32,
  frag: u32,
  verifyChecksum: bool,
): void {
  const behind = total - head;
  const first = (frag & FRAG_OFFSET) == 0;
  const cut = total > length;
  setField(packet, Field.Proto, proto);
  setField(packet, Field.Length, total);
  setField(packet, Field.Frag, frag);
  setField(packet, Field.Bytes, <u32>(at - ofRun(Run.Bytes)));
  setField(packet, Field.BytesLen, min(total, length));
  setField(packet, Field.IpLen, head);
  setField(packet, Field.TransportLen, behind);
  setPorts(packet, proto, at + head, first ? behind : 0);
  // fragments are put together before they are judged: a part has neither the length nor the checksum of the whole; where
  // one of IPv6 is judged (src/run/ipv6/fragments.ts), it is as if it were a packet
  const judged = ofRun(Run.Family) == 6 ? first : (frag & FRAG_PART) == 0;
  let flags: u32 = judged ? faultsOf(proto, at, head, behind, verifyChecksum && !cut) : 0;
  if (proto == NO_PROTOCOL || (!first && ofRun(Run.Family) == 6)) flags |= PACKET_BAD_HEADER;
  if (cut) flags |= PACKET_CUT;
  setField(packet, Field.Flags, flags);
}

/** Bytes behind the IP header that have to be there of a packet that was cut; of SCTP all, for its checksum. */
function headerBytes(proto: u32): u32 {
  if (proto == TCP) return 20;
  return proto == SCTP ? 0xffff : 8;
}

/** Ports, ICMP type and code, TCP flags; 0 where the packet has none or they lie beyond its end. */
function setPorts(packet: u32, proto: u32, at: usize, length: u32): void {
  let sport: u32 = 0;
  let dport: u32 = 0;
  if (proto == icmpOf()) {
    if (length >= 2) {
      sport = load<u8>(at);
      dport = load<u8>(at + 1);
    }
  } else if (length >= 4 && hasPorts(proto)) {
    sport = load16(at);
    dport = load16(at + 2);
  }
  setField(packet, Field.Sport, sport);
  setField(packet, Field.Dport, dport);
  setField(packet, Field.TcpFlags, proto == TCP && length >= 14 ? load<u8>(at + 13) : 0);
}

export function hasPorts(proto: u32): bool {
  return proto == TCP || proto == UDP || proto == UDPLITE || proto == SCTP || proto == DCCP;
}

/** The PACKET_BAD_* bit that tcp_error, udp_error, sctp_error or nf_conntrack_icmpv4_error, nf_conntrack_icmpv6_error would find first. */
function faultsOf(proto: u32, ip: usize, head: u32, length: u32, verify: bool): u32 {
  const at = ip + head;
  switch (proto) {
    case TCP: {
      if (length < 20) return PACKET_BAD_HEADER;
      const header = (<u32>load<u8>(at + 12) >> 4) << 2;
      if (header < 20 || header > length) return PACKET_BAD_HEADER;
      return verify && !sumHolds(ip, at, length, length + TCP) ? PACKET_BAD_CHECKSUM : 0;
    }
    case UDP: {
      if (length < 8) return PACKET_BAD_HEADER;
      const said = load16(at + 4);
      if (said < 8 || said > length) return PACKET_BAD_HEADER;
      // the sum runs to the packet's end, whatever the header's own length says (nf_ip_checksum)
      return verify && load16(at + 6) != 0 && !sumHolds(ip, at, length, length + UDP) ? PACKET_BAD_CHECKSUM : 0;
    }
    case UDPLITE: {
      if (length < 8) return PACKET_BAD_HEADER;
      let covered = load16(at + 4);
      if (covered == 0) covered = length;
      if (covered < 8 || covered > length || load16(at + 6) == 0) return PACKET_BAD_HEADER;
      // it is asked for UDP; nf_ip_checksum_partial hands length and protocol on in each other's place, which cuts the
      // length to eight bits, and nf_ip6_checksum_partial does not
      return verify && !sumHolds(ip, at, covered, (ofRun(Run.Family) == 6 ? length : length & 255) + UDP)
        ? PACKET_BAD_CHECKSUM
        : 0;
    }
    case ICMPV6:
      if (icmpOf() != ICMPV6) return 0;
      if (length < 8) return PACKET_BAD_HEADER;
      return verify && !sumHolds(ip, at, length, length + ICMPV6) ? PACKET_BAD_CHECKSUM : 0;
    case ICMP:
      if (icmpOf() != ICMP) return 0;
      if (length < 8) return PACKET_BAD_HEADER;
      // the sum takes the IP header in, which is why a packet of zeros passes
      return verify && fold(0xffff + sumBytes(at, length)) != 0xffff ? PACKET_BAD_CHECKSUM : 0;
    case SCTP:
      if (length < 12) return PACKET_BAD_HEADER;
      return verify && load<u32>(at + 8) != sctpChecksum(at, length) ? PACKET_BAD_CHECKSUM : 0;
    default:
      return 0;
  }
}

/** The Internet checksum of a transport packet holds; `tail` is length and protocol of the pseudo header, added. */
function sumHolds(ip: usize, at: usize, length: u32, tail: u32): bool {
  const addresses = ofRun(Run.Family) == 6 ? sumBytes(ip + 8, 32) : sumBytes(ip + 12, 8);
  // of the longest packets of IPv6 it takes more than 16 bits
  const folded = (tail & 0xffff) + (tail >> 16);
  return fold(addresses + <u64>bswap<u16>(<u16>folded) + sumBytes(at, length)) == 0xffff;
}
