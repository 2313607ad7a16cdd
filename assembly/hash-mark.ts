/**
 * HMARK: hmark_tg_v4 and hmark_tg_v6 of net/netfilter/xt_HMARK.c. An ICMP error is hashed as the packet that it quotes, a
 * packet of IPv6 whose headers are cut as one of zeros.
 */
import { Field, FRAG_PART, HashWord, Run } from '../src/abi';
import { load16, load32 } from './checksum';
import { AUTHENTICATION, extensionBytes, extensionLeast, FRAGMENT, ICMP, ICMPV6, isExtension } from './decode';
import { finished } from './jhash';
import { bytesAt, getField, hasConnection, ofRun, word } from './packet';

/** What is hashed of a packet: its IP header, or none; the protocol; what may begin with ports, or nothing such. */
let header: usize = 0;
let protocol: u32 = 0;
let behind: usize = 0;

/** The mark by the record `how`; -1: the packet keeps its own. */
export function hashMark(packet: u32, how: usize): i64 {
  const six = ofRun(Run.Family) == 6;
  let src: u32 = 0;
  let dst: u32 = 0;
  let ports: u32 = 0;
  if (word(how, HashWord.Connection) != 0) {
    if (!hasConnection(packet)) return -1;
    for (let i = 0; i < 4; i++) {
      src ^= getField(packet, Field.CtOrigSrc + i) & word(how, HashWord.SrcMask + i);
      dst ^= getField(packet, Field.CtReplSrc + i) & word(how, HashWord.DstMask + i);
    }
    protocol = getField(packet, Field.CtProto);
    // of IPv6 too that of IPv4 alone is asked for
    if (protocol != ICMP)
      ports = inOrder(getField(packet, Field.CtOrigSport), getField(packet, Field.CtReplSport), how);
  } else {
    const ip = bytesAt(packet);
    if (ip == 0) return -1;
    const end = ip + getField(packet, Field.BytesLen);
    if (six ? !find6(ip, end) : !find4(ip, end)) return -1;
    if (header != 0) {
      const source = header + (six ? 8 : 12);
      const words: usize = six ? 4 : 1;
      for (let i = 0; i < <i32>words; i++) {
        src ^= load32(source + (i << 2)) & word(how, HashWord.SrcMask + i);
        dst ^= load32(source + ((words + i) << 2)) & word(how, HashWord.DstMask + i);
      }
    }
    const at = behind + (protocol == AUTHENTICATION ? 4 : 0);
    if (behind != 0 && hasPorts(protocol) && at + 4 <= end) ports = inOrder(load16(at), load16(at + 2), how);
  }
  const start = 0xdeadbeef + 12 + word(how, HashWord.Seed);
  const hash =
    finished(start + min(src, dst), start + max(src, dst), start + ports) ^ (protocol & word(how, HashWord.ProtoMask));
  return <i64>(<u32>((<u64>hash * word(how, HashWord.Modulus)) >> 32) + word(how, HashWord.Offset));
}

/** hmark_pkt_set_htuple_ipv4; false: the error quotes less than a header. */
function find4(ip: usize, end: usize): bool {
  header = ip;
  // in later fragments it takes for a header whatever stands there
  const icmp = ip + headOf(ip);
  if (load<u8>(ip, 9) == ICMP && icmp + 8 <= end && isError(load<u8>(icmp))) {
    header = icmp + 8;
    if (header + 20 > end) return false;
  }
  protocol = load<u8>(header, 9);
  behind = (load16(header + 6) & FRAG_PART) == 0 ? header + headOf(header) : 0;
  return true;
}

/** hmark_pkt_set_htuple_ipv6; false: the headers of the packet that an error quotes are cut. */
function find6(ip: usize, end: usize): bool {
  if (!follow(ip, end)) {
    header = 0;
    protocol = 0;
    behind = 0;
    return true;
  }
  if (protocol != ICMPV6 || behind == 0 || behind + 8 > end) return true;
  const type = load<u8>(behind);
  if (type == 0 || type >= 128) return true;
  const quoted = behind + 8;
  return quoted + 40 <= end && load<u8>(quoted) >> 4 == 6 && follow(quoted, end);
}

/** ipv6_find_hdr of net/ipv6/exthdrs_core.c, asked for the last header, or for AH before it; false: it is not there. */
function follow(ip: usize, end: usize): bool {
  let next = <u32>load<u8>(ip, 6);
  let at = ip + 40;
  let fragment = false;
  while (isExtension(next)) {
    if (at + extensionLeast(next) > end) return false;
    if (next == AUTHENTICATION) break;
    const length = extensionBytes(next, at);
    const later = next == FRAGMENT && load16(at + 2) > 7;
    fragment = fragment || next == FRAGMENT;
    next = <u32>load<u8>(at);
    if (later) {
      if (isExtension(next)) return false;
      break;
    }
    at += length;
  }
  header = ip;
  protocol = next;
  behind = fragment ? 0 : at;
  return true;
}

function headOf(ip: usize): u32 {
  return (<u32>load<u8>(ip) & 15) << 2;
}

/** hmark_swap_ports: the greater first. */
function inOrder(src: u32, dst: u32, how: usize): u32 {
  const both = (((src << 16) | dst) & word(how, HashWord.PortMask)) | word(how, HashWord.PortSet);
  return rotl<u32>(both, both >> 16 < (both & 0xffff) ? 16 : 0);
}

/** Unreachable, source quench, redirect, time exceeded, parameter problem. */
function isError(type: u32): bool {
  return type < 32 && ((1 << type) & 0x1838) != 0;
}

/** proto_ports_offset of include/linux/in.h: TCP, UDP, DCCP, ESP, AH, SCTP, UDP-Lite. */
function hasPorts(proto: u32): bool {
  return (
    proto == 6 || proto == 17 || proto == 33 || proto == 50 || proto == AUTHENTICATION || proto == 132 || proto == 136
  );
}
