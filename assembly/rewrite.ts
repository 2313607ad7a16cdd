/**
 * Changes a field of a packet in its column and in its bytes, where it has any, and corrects the checksums that cover it
 * as the kernel does: csum_replace for the IP header, *_manip_pkt of net/netfilter/nf_nat_proto.c for what is behind.
 * DCCP's checksum is left alone, as by a kernel without its tracker.
 */
import { Field, FRAG_OFFSET, Run } from '../src/abi';
import { load16, load32, replace16, replace32, sctpChecksum, store16, store32 } from './checksum';
import { ICMP, ICMPV6, icmpOf, SCTP, TCP, UDP, UDPLITE } from './decode';
import { bytesAt, getField, ofRun, setField } from './packet';

/** Writes any field; those that stand in the packet are written there too. Addresses of IPv6 are written word by word. */
export function rewrite(packet: u32, field: i32, value: u32): void {
  if (ofRun(Run.Family) == 6 && field < Field.Proto) {
    writeWord(packet, field, value);
    return;
  }
  switch (field) {
    case Field.Src:
    case Field.Dst:
      writeAddress(packet, field, value);
      break;
    case Field.Sport:
    case Field.Dport:
      writePort(packet, field, value);
      break;
    case Field.Tos:
      writeTos(packet, value);
      break;
    case Field.Ttl:
      writeTtl(packet, value);
      break;
    default:
      setField(packet, field, value);
  }
}

/** Src or Dst of an IPv4 packet. */
function writeAddress(packet: u32, field: i32, value: u32): void {
  setField(packet, field, value);
  const ip = bytesAt(packet);
  if (ip == 0) return;
  const at = ip + (field == Field.Src ? 12 : 16);
  const old = load32(at);
  store32(at, value);
  replace32(ip + 10, old, value);
  sumSctp(packet, ip);
  const check = transportCheck(packet, ip);
  if (check == 0) return;
  replace32(check, old, value);
  neverZero(packet, check);
}

/** A word of Src or Dst of an IPv6 packet. */
function writeWord(packet: u32, field: i32, value: u32): void {
  setField(packet, field, value);
  const ip = bytesAt(packet);
  if (ip == 0) return;
  const at = ip + 8 + (field << 2);
  const old = load32(at);
  store32(at, value);
  sumSctp(packet, ip);
  const check = transportCheck(packet, ip);
  if (check == 0) return;
  replace32(check, old, value);
  neverZero(packet, check);
}

/** sctp_manip_pkt computes the sum anew, whatever it was and whatever has changed. */
function sumSctp(packet: u32, ip: usize): void {
  if (getField(packet, Field.Proto) != SCTP || (getField(packet, Field.Frag) & FRAG_OFFSET) != 0) return;
  const length = getField(packet, Field.TransportLen);
  const transport = ip + getField(packet, Field.IpLen);
  if (length >= 12) store<u32>(transport + 8, sctpChecksum(transport, length));
}

/** Sport or Dport of a protocol that has ports; nothing for any other, nor in later fragments. */
function writePort(packet: u32, field: i32, value: u32): void {
  const proto = getField(packet, Field.Proto);
  if (proto != TCP && proto != UDP && proto != UDPLITE && proto != SCTP) return;
  if ((getField(packet, Field.Frag) & FRAG_OFFSET) != 0) return;
  value &= 0xffff;
  const ip = bytesAt(packet);
  if (ip == 0) {
    setField(packet, field, value);
    return;
  }
  const length = getField(packet, Field.TransportLen);
  if (length < 4) return;
  setField(packet, field, value);
  const transport = ip + getField(packet, Field.IpLen);
  const at = transport + (field == Field.Sport ? 0 : 2);
  const old = load16(at);
  store16(at, value);
  if (proto == SCTP) {
    sumSctp(packet, ip);
    return;
  }
  const check = transportCheck(packet, ip);
  if (check == 0) return;
  replace16(check, old, value);
  neverZero(packet, check);
}

/** Field.Tos: of IPv6 the traffic class, which lies across two bytes. */
function writeTos(packet: u32, value: u32): void {
  value &= 0xff;
  setField(packet, Field.Tos, value);
  const ip = bytesAt(packet);
  if (ip == 0) return;
  const old = load16(ip);
  if (ofRun(Run.Family) == 6) {
    store16(ip, (old & 0xf00f) | (value << 4));
    return;
  }
  store<u8>(ip + 1, <u8>value);
  replace16(ip + 10, old, load16(ip));
}

/** Field.Ttl: of IPv6 the hop limit, which no checksum covers. */
function writeTtl(packet: u32, value: u32): void {
  value &= 0xff;
  setField(packet, Field.Ttl, value);
  const ip = bytesAt(packet);
  if (ip == 0) return;
  if (ofRun(Run.Family) == 6) {
    store<u8>(ip + 7, <u8>value);
    return;
  }
  const old = load16(ip + 8);
  store<u8>(ip + 8, <u8>value);
  replace16(ip + 10, old, load16(ip + 8));
}

/** The identifier of an ICMP query, which translation changes as it does ports; nothing where there is none. */
export function writeIcmpId(packet: u32, value: u32): void {
  const at = queryAt(packet);
  if (at == 0) return;
  value &= 0xffff;
  const old = load16(at + 4);
  store16(at + 4, value);
  replace16(at + 2, old, value);
}

/** Address of an ICMP header whose type bears an identifier: echo, timestamp, information, mask, of ICMPv6 echo; else 0. */
function queryAt(packet: u32): usize {
  const ip = bytesAt(packet);
  const icmp = icmpOf();
  if (ip == 0 || getField(packet, Field.Proto) != icmp) return 0;
  if ((getField(packet, Field.Frag) & FRAG_OFFSET) != 0 || getField(packet, Field.TransportLen) < 8) return 0;
  const type = getField(packet, Field.Sport);
  if (icmp == ICMP ? type != 0 && type != 8 && (type < 13 || type > 18) : type != 128 && type != 129) return 0;
  return ip + getField(packet, Field.IpLen);
}

/** Address of a checksum that covers addresses and ports; 0 where there is none to correct. */
function transportCheck(packet: u32, ip: usize): usize {
  if ((getField(packet, Field.Frag) & FRAG_OFFSET) != 0) return 0;
  const proto = getField(packet, Field.Proto);
  const length = getField(packet, Field.TransportLen);
  const transport = ip + getField(packet, Field.IpLen);
  if (proto == TCP) return length < 20 ? 0 : transport + 16;
  if (length < 8) return 0;
  if (proto == UDPLITE) return transport + 6;
  if (proto == ICMPV6 && icmpOf() == ICMPV6) return transport + 2;
  // a UDP checksum of zero means that there is none, and stays
  return proto == UDP && load16(transport + 6) != 0 ? transport + 6 : 0;
}

/** What comes out as zero in UDP is written as its other zero (CSUM_MANGLED_0). */
function neverZero(packet: u32, check: usize): void {
  const proto = getField(packet, Field.Proto);
  if (proto != TCP && proto != ICMPV6 && load16(check) == 0) store16(check, 0xffff);
}
