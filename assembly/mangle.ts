/**
 * Targets that change bytes which no column holds: TCP's flags and options, prefixes of IPv6 addresses. What columns show of
 * them, and the checksums, follow.
 */
import {
  Beside,
  Event,
  Fact,
  Field,
  FRAG_OFFSET,
  Mangle,
  MSS_OF_PATH,
  MSS_UNKNOWN,
  NO_ANSWER,
  PACKET_GATHERED,
  PACKET_MSS_UNKNOWN,
  Run,
  TRACE_NONE,
} from '../src/abi';
import { fold, load16, load32, replace16, replace32, store16, store32 } from './checksum';
import { answerOf, nextOption } from './conditions';
import { ICMPV6 } from './decode';
import { FALSE, TRUE, WANT_FACT } from './outcome';
import { at, bytesAt, columnAt, getField, ofRun, setField } from './packet';
import { edited, record } from './record';

const MSS: u32 = 2;
const MSS_BYTES: u32 = 4;
const NOP: u32 = 1;

/** By the record at `how`. FALSE: it cannot be done, and the packet is dropped; WANT_FACT: the host is asked first. */
export function mangle(packet: u32, what: i32, how: usize, pc: u32): i32 {
  if (bytesAt(packet) == 0) return TRUE;
  if (what >= Mangle.SourcePrefix) return i32(translate(packet, what == Mangle.SourcePrefix, how, pc));
  const tcp = bytesAt(packet) + getField(packet, Field.IpLen);
  const length = getField(packet, Field.TransportLen);
  if (what == Mangle.TcpFlags) {
    // ipt_ECN.c looks at no fragment offset: in a later one it takes for a header whatever stands there
    if (length < 20) return FALSE;
    setFlags(packet, tcp, load<u32>(how), load<u32>(how, 4), pc);
    return TRUE;
  }
  if ((getField(packet, Field.Frag) & FRAG_OFFSET) != 0) return TRUE;
  if (length < 20) return FALSE;
  const header = (<u32>(load<u8>(tcp, 12) >> 4)) << 2;
  if (header < 20 || header > length) return FALSE;
  // xt_TCPMSS.c asks skb_ensure_writable for the whole packet
  pull(packet, getField(packet, Field.IpLen) + (what == Mangle.TcpMss ? length : header));
  if (what == Mangle.TcpMss) return lowerMss(packet, tcp, header, load<u32>(how), pc);
  strip(packet, tcp, header, how, pc);
  return TRUE;
}

/** __pskb_pull_tail of net/core/skbuff.c: of a packet that came in fragments the first one has as many bytes from here on. */
export function pull(packet: u32, bytes: u32): void {
  const pieces = getField(packet, Beside.Pieces);
  if ((getField(packet, Field.Flags) & PACKET_GATHERED) == 0 || pieces == 0) return;
  const area = ofRun(Run.Bytes) - 1;
  let at = area + pieces;
  if (load<u32>(at) >= bytes) return;
  while (load<u32>(at, 4) <= bytes) at += 4;
  const rest = bytes < getField(packet, Field.Length);
  if (rest) store<u32>(at, bytes);
  setField(packet, Beside.Pieces, rest ? <u32>(at - area) : 0);
}

/** set_ect_tcp of net/ipv4/netfilter/ipt_ECN.c. */
function setFlags(packet: u32, tcp: usize, and: u32, xor: u32, pc: u32): void {
  const old = load16(tcp + 12);
  const before = old & 255;
  const after = (before & and) ^ xor;
  store<u8>(tcp + 13, <u8>after);
  replace16(tcp + 16, old, load16(tcp + 12));
  if ((getField(packet, Field.Frag) & FRAG_OFFSET) == 0) setField(packet, Field.TcpFlags, after);
  edited(packet, Field.TcpFlags, pc, before, after);
}

/** tcpmss_mangle_packet of net/netfilter/xt_TCPMSS.c. */
function lowerMss(packet: u32, tcp: usize, header: u32, most: u32, pc: u32): i32 {
  const six = ofRun(Run.Family) == 6;
  let unknown = false;
  if (most == MSS_OF_PATH) {
    const mtu = answerOf(Fact.PathMtu, 0);
    if (mtu == NO_ANSWER) return WANT_FACT;
    unknown = mtu == 0;
    const headers: u32 = six ? 60 : 40;
    if (!unknown && mtu <= headers) return FALSE;
    most = unknown ? 0xffff : mtu - headers;
  }
  const end = tcp + header;
  for (let at = tcp + 20; at + MSS_BYTES <= end; at = nextOption(at, end)) {
    if (load<u8>(at) != MSS || load<u8>(at, 1) != MSS_BYTES) continue;
    const old = load16(at + 2);
    if (unknown) doubt(packet);
    else if (old > most) {
      store16(at + 2, most);
      replace16(tcp + 16, old, most);
    }
    mangled(packet, Mangle.TcpMss, pc, old, unknown ? MSS_UNKNOWN : min(old, most));
    return TRUE;
  }
  // what follows the header is not moved, and the header's length has four bits
  if (header < getField(packet, Field.TransportLen) || header == 60) return TRUE;
  if (unknown) doubt(packet);
  most = min<u32>(most, six ? 1220 : 536);
  mangled(packet, Mangle.TcpMss, pc, 0, most);
  addMss(packet, tcp, header, most, pc);
  return TRUE;
}

function doubt(packet: u32): void {
  setField(packet, Field.Flags, getField(packet, Field.Flags) | PACKET_MSS_UNKNOWN);
}

/** Behind each packet of a program that has this the host leaves room (Stages). */
function addMss(packet: u32, tcp: usize, header: u32, mss: u32, pc: u32): void {
  const option = tcp + 20;
  memory.copy(option + MSS_BYTES, option, header - 20);
  store32(option, (MSS << 24) | (MSS_BYTES << 16) | mss);
  const offset = load16(tcp + 12);
  store16(tcp + 12, offset + 0x1000);
  const check = tcp + 16;
  replace16(check, header, header + MSS_BYTES);
  replace32(check, 0, load32(option));
  replace16(check, offset, load16(tcp + 12));
  const ip = bytesAt(packet);
  const place = ip + (ofRun(Run.Family) == 6 ? 4 : 2);
  const said = load16(place);
  store16(place, said + MSS_BYTES);
  if (ofRun(Run.Family) != 6) replace16(ip + 10, said, said + MSS_BYTES);
  const total = getField(packet, Field.Length);
  setField(packet, Field.Length, total + MSS_BYTES);
  setField(packet, Field.BytesLen, total + MSS_BYTES);
  setField(packet, Field.TransportLen, header + MSS_BYTES);
  edited(packet, Field.Length, pc, total, total + MSS_BYTES);
}

/** tcpoptstrip_mangle_packet of net/netfilter/xt_TCPOPTSTRIP.c: octet by octet, and no option that runs beyond the header. */
function strip(packet: u32, tcp: usize, header: u32, bits: usize, pc: u32): void {
  const end = tcp + header;
  for (let at = tcp + 20, next = at; at + 1 < end; at = next) {
    next = nextOption(at, end);
    if (next > end) return;
    const option = <u32>load<u8>(at);
    if (((load<u32>(bits + ((option >> 5) << 2)) >> (option & 31)) & 1) == 0) continue;
    for (; at < next; at++) {
      const shift: u32 = ((at - tcp) & 1) == 0 ? 8 : 0;
      replace16(tcp + 16, (<u32>load<u8>(at)) << shift, NOP << shift);
      store<u8>(at, <u8>NOP);
    }
    mangled(packet, Mangle.TcpOptions, pc, option, 0);
  }
}

/** ip6t_snpt_tg and ip6t_dnpt_tg of net/ipv6/netfilter/ip6t_NPT.c. */
function translate(packet: u32, source: bool, how: usize, pc: u32): bool {
  const ip = bytesAt(packet);
  const field: u32 = source ? Field.Src : Field.Dst;
  const place = ip + (source ? 8 : 24);
  if (!mapPrefix(place, how)) return false;
  for (let i: u32 = 0; i < 4; i++) {
    const word = load32(place + (i << 2));
    if (word == getField(packet, field + i)) continue;
    edited(packet, field + i, pc, getField(packet, field + i), word);
    setField(packet, field + i, word);
  }
  // of a packet that a raw socket sends the kernel does not know where ICMPv6 begins (rawv6_send_hdrinc)
  if (at(columnAt(Beside.Local), packet) != 0 && at(columnAt(Beside.Raw), packet) != 0) return true;
  // an ICMPv6 error is about a packet of the other direction
  const quoted = ip + 48 + (source ? 24 : 8);
  if (load<u8>(ip, 6) != ICMPV6 || getField(packet, Field.BytesLen) < 88) return true;
  if (load<u8>(ip, 40) - 1 < 4 && hasPrefix(quoted, how + 16)) mapPrefix(quoted, how);
  return true;
}

function hasPrefix(address: usize, prefix: usize): bool {
  const bits = load<u32>(prefix);
  for (let i: u32 = 0; i < bits; i += 32) {
    const free = bits - i < 32 ? 0xffffffff >> (bits - i) : 0;
    if ((load32(address + (i >> 3)) & ~free) != load<u32>(prefix + 4 + (i >> 3))) return false;
  }
  return true;
}

/** ip6t_npt_map_pfx; false: no word of the address can even out the sum. */
function mapPrefix(address: usize, how: usize): bool {
  const bits = load<u32>(how);
  for (let i: u32 = 0; i < bits; i += 32) {
    const free = bits - i < 32 ? 0xffffffff >> (bits - i) : 0;
    const at = address + (i >> 3);
    store32(at, (load32(at) & free) | (load<u32>(how + 4 + (i >> 3)) & ~free));
  }
  let at = address + 6;
  if (bits > 48) for (at = address + 8; load<u16>(at) == 0xffff; at += 2) if (at == address + 14) return false;
  const sum = fold(<u64>load16(at) + load<u32>(how, 12));
  store16(at, sum == 0xffff ? 0 : sum);
  return true;
}

function mangled(packet: u32, what: u32, pc: u32, before: u32, after: u32): void {
  if (ofRun(Run.TraceLevel) != TRACE_NONE) record(Event.Mangled, what, packet, pc, before, after);
}
