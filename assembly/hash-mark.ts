/** HMARK of IPv4: hmark_tg_v4 of net/netfilter/xt_HMARK.c. An ICMP error is hashed as the packet that it quotes. */
import { Field, FRAG_PART, HashWord } from '../src/abi';
import { load16, load32 } from './checksum';
import { finished } from './jhash';
import { bytesAt, getField, hasConnection, word } from './packet';

const ICMP: u32 = 1;
const AH: u32 = 51;

/** The mark by the record `how`; -1: the packet keeps its own. */
export function hashMark(packet: u32, how: usize): i64 {
  let src: u32;
  let dst: u32;
  let proto: u32;
  let ports: u32 = 0;
  if (word(how, HashWord.Connection) != 0) {
    if (!hasConnection(packet)) return -1;
    src = getField(packet, Field.CtOrigSrc);
    dst = getField(packet, Field.CtReplSrc);
    proto = getField(packet, Field.CtProto);
    if (proto != ICMP) ports = inOrder(getField(packet, Field.CtOrigSport), getField(packet, Field.CtReplSport), how);
  } else {
    let ip = bytesAt(packet);
    if (ip == 0) return -1;
    const end = ip + getField(packet, Field.Length);
    // in later fragments it takes for a header whatever stands there
    const icmp = ip + headOf(ip);
    if (load<u8>(ip, 9) == ICMP && icmp + 8 <= end && isError(load<u8>(icmp))) {
      ip = icmp + 8;
      if (ip + 20 > end) return -1;
    }
    src = load32(ip + 12);
    dst = load32(ip + 16);
    proto = load<u8>(ip, 9);
    const at = ip + headOf(ip) + (proto == AH ? 4 : 0);
    if (hasPorts(proto) && (load16(ip + 6) & FRAG_PART) == 0 && at + 4 <= end)
      ports = inOrder(load16(at), load16(at + 2), how);
  }
  src &= word(how, HashWord.SrcMask);
  dst &= word(how, HashWord.DstMask);
  const start = 0xdeadbeef + 12 + word(how, HashWord.Seed);
  const hash =
    finished(start + min(src, dst), start + max(src, dst), start + ports) ^ (proto & word(how, HashWord.ProtoMask));
  return <i64>(<u32>((<u64>hash * word(how, HashWord.Modulus)) >> 32) + word(how, HashWord.Offset));
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
  return proto == 6 || proto == 17 || proto == 33 || proto == 50 || proto == AH || proto == 132 || proto == 136;
}
