/** The conditions: each reads columns, tables and bytes of the run, and says how it came out. */
import {
  ADDRTYPE_LIMIT_IN,
  ADDRTYPE_LIMIT_OUT,
  Answer,
  CELL_WORDS,
  CellWord,
  Fact,
  FIELD_MASK,
  FIELD_SHIFT,
  Field,
  FRAG_OFFSET,
  HostAnswer,
  LIMIT_CREDITS_PER_MS,
  LIMIT_FULL_MS,
  NEED_DROP_OFFSET_ONE,
  NEED_PROTOCOL,
  NO_ANSWER,
  NO_PROTOCOL,
  Op,
  Run,
} from '../src/abi';
import { bpfHolds } from './bpf';
import { draw } from './draw';
import { finds } from './find';
import { header6 } from './headers6';
import { hashOf } from './jhash';
import { DOOMED, FALSE, HOT_DROP, OPEN, TRUE, WANT_FACT } from './outcome';
import { bytesAt, getField, ofRun, setRun } from './packet';
import { reads } from './record';
import { sctpChunks } from './sctp-chunks';
import { setHolds } from './sets';
import { u32Holds } from './u32';

/** An interval of addresses of IPv6 with its types. */
const TYPE_BYTES: u32 = 20;

/** Evaluates the condition at `at`, its `not` left aside; those that read one column stand in the interpreter itself. */
export function outcomeOf(packet: u32, at: usize): i32 {
  const first = load<u32>(at);
  const field = <i32>((first >> FIELD_SHIFT) & FIELD_MASK);
  const a = load<u32>(at, 4);
  switch (first & 255) {
    case Op.Never:
      return FALSE;
    case Op.Intervals:
      return i32(inIntervals(packet, field, ofRun(Run.Data) + (a << 2), load<u32>(at, 8)));
    case Op.Header:
      return header(packet, a);
    case Op.Set:
      return i32(setHolds(packet, a, load<u32>(at, 8)));
    case Op.AddrType:
      if (ofRun(Run.Family) == 6) return addressTypes6(packet, field, a);
      return i32((a >> addressType(packet, field, a)) & 1);
    case Op.Fact:
      return fact(field, a);
    case Op.U32:
      return i32(u32Holds(packet, ofRun(Run.Data) + (a << 2), load<u32>(at, 8)));
    case Op.SctpChunks:
      return sctpChunks(packet, ofRun(Run.Data) + (a << 2), load<u32>(at, 8));
    case Op.Bpf:
      return i32(bpfHolds(packet, ofRun(Run.Data) + (a << 2)));
    case Op.Share:
      return i32((load<u32>(at, 12) >> shareOf(packet, field, a, load<u32>(at, 8))) & 1);
    case Op.Header6:
      return header6(packet, ofRun(Run.Data) + (a << 2), load<u32>(at, 8));
    case Op.TcpOption:
      return tcpOption(packet, a);
    case Op.TcpMss:
      return tcpMss(packet, a & 0xffff, a >> 16);
    case Op.DccpOption:
      return dccpOption(packet, a);
    case Op.Eui64:
      return i32(isEui64(packet));
    case Op.Find:
      return i32(finds(packet, ofRun(Run.Data) + (a << 2)));
    case Op.Limit:
      return i32(spend(packet, a));
    case Op.Nth:
      return i32(comesRound(a));
    case Op.Random:
      return i32(draw(packet) >> 1 < a);
    case Op.Ask: {
      const answer = load<u32>(ofRun(Run.Answers) + (a << 2));
      return answer == Answer.Open ? OPEN : <i32>answer;
    }
    case Op.Host:
      return hosted(at, a);
    default:
      // the verifier lets no other opcode through
      return unreachable();
  }
}

/** What is not in the core's memory: an answer that was assumed, or the host's. */
function hosted(at: usize, question: u32): i32 {
  const assumed = load<u32>(ofRun(Run.Answers) + (question << 2));
  if (assumed != Answer.Open) return <i32>assumed;
  const answer = answerOf(Fact.Host, <u32>((at - ofRun(Run.Code)) >> 2));
  if (answer == NO_ANSWER) return WANT_FACT;
  return answer == HostAnswer.Open ? OPEN : answer == HostAnswer.HotDrop ? HOT_DROP : <i32>answer;
}

/** eui64_mt6 of net/ipv6/netfilter/ip6t_eui64.c: ff:fe stands in the address's middle, and one bit is turned round. */
function isEui64(packet: u32): bool {
  const low = getField(packet, Field.MacLow);
  const high = (getField(packet, Field.Link) << 16) ^ 0x02000000;
  return (
    getField(packet, Field.Src + 2) == (high | ((low >> 16) & 0xff00) | 0xff) &&
    getField(packet, Field.Src + 3) == (0xfe000000 | (low & 0xffffff))
  );
}

function inIntervals(packet: u32, field: i32, list: usize, count: u32): bool {
  const words = ofRun(Run.Family) == 6 ? 4 : 1;
  let low: u32 = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = list + ((middle * words * 2) << 2);
    if (compare(packet, field, at, words) < 0) high = middle;
    else low = middle + 1;
  }
  if (low == 0) return false;
  return compare(packet, field, list + ((((low - 1) * 2 + 1) * words) << 2), words) <= 0;
}

function compare(packet: u32, field: i32, at: usize, words: i32): i32 {
  for (let i = 0; i < words; i++) {
    const mine = getField(packet, field + i);
    const theirs = load<u32>(at + ((<usize>i) << 2));
    if (mine != theirs) return mine < theirs ? -1 : 1;
  }
  return 0;
}

/** The guards at the head of tcp_mt, udp_mt and their like: par->fragoff, then skb_header_pointer. */
function header(packet: u32, need: u32): i32 {
  if ((need & NEED_PROTOCOL) != 0) return getField(packet, Field.Proto) == NO_PROTOCOL ? HOT_DROP : TRUE;
  const offset = getField(packet, Field.Frag) & FRAG_OFFSET;
  // in IPv6 it counts bytes, of which there is never one
  const overlaid = offset == 1 && (need & NEED_DROP_OFFSET_ONE) != 0 && ofRun(Run.Family) == 4;
  if (offset != 0) return overlaid ? HOT_DROP : FALSE;
  return getField(packet, Field.TransportLen) < (need & 0xffff) ? HOT_DROP : TRUE;
}

/** inet_dev_addr_type of net/ipv4/fib_frontend.c: an entry of another interface than the one asked for is unicast. */
function addressType(packet: u32, field: i32, flags: u32): u32 {
  const address = getField(packet, field);
  const table = ofRun(Run.AddrTypes);
  let low: u32 = 0;
  let high = ofRun(Run.AddrTypeCount);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<u32>(table + (middle << 3)) > address) high = middle;
    else low = middle + 1;
  }
  if (low == 0) return 1;
  const entry = load<u32>(table + ((low - 1) << 3), 4);
  let device: u32 = 0;
  if ((flags & ADDRTYPE_LIMIT_IN) != 0) device = getField(packet, Field.InIf);
  else if ((flags & ADDRTYPE_LIMIT_OUT) != 0) device = getField(packet, Field.OutIf);
  return device != 0 && entry >> 8 != 0 && entry >> 8 != device ? 1 : entry & 255;
}

/** match_lookup_rt6 of net/netfilter/xt_addrtype.c, by what is known of all addresses; seen from an interface the host knows it. */
function addressTypes6(packet: u32, field: i32, flags: u32): i32 {
  const count = ofRun(Run.AddrTypeCount);
  if (count == 0 || (flags & (ADDRTYPE_LIMIT_IN | ADDRTYPE_LIMIT_OUT)) != 0)
    return fact(field == Field.Src ? Fact.SrcType : Fact.DstType, flags);
  const table = ofRun(Run.AddrTypes);
  let low: u32 = 0;
  let high = count;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (compare(packet, field, table + middle * TYPE_BYTES, 4) < 0) high = middle;
    else low = middle;
  }
  return i32((load<u32>(table + low * TYPE_BYTES, 16) & flags & 0xffff) != 0);
}

/**
 * reciprocal_scale of a hash: which of the shares the address falls to. Of IPv6 the first word alone counts:
 * xt_cluster_hash_ipv6 divides NF_CT_TUPLE_L3SIZE, which is a number of words, by the bytes of one.
 */
function shareOf(packet: u32, field: i32, seed: u32, shares: u32): u32 {
  return <u32>((<u64>hashOf(getField(packet, field), seed) * shares) >> 32);
}

function fact(kind: u32, flags: u32): i32 {
  const answer = answerOf(kind, flags);
  return answer == NO_ANSWER ? WANT_FACT : <i32>answer;
}

/** What the host says of the packet, once; NO_ANSWER: it is asked, and answers before this is asked again. */
export function answerOf(kind: u32, flags: u32): u32 {
  const answer = ofRun(Run.FactAnswer);
  if (answer != NO_ANSWER && ofRun(Run.FactKind) == kind && ofRun(Run.FactFlags) == flags) {
    setRun(Run.FactKind, 0);
    setRun(Run.FactAnswer, NO_ANSWER);
    return answer;
  }
  setRun(Run.FactKind, kind);
  setRun(Run.FactFlags, flags);
  setRun(Run.FactAnswer, NO_ANSWER);
  return NO_ANSWER;
}

/** Place and end of the options of the TCP header behind the IP header; `end` 0 where there are none. */
function tcpOptionsEnd(tcp: usize): usize {
  const length = <u32>(load<u8>(tcp, 12) >> 4) * 4;
  return length <= 20 ? 0 : tcp + length;
}

function tcpAt(packet: u32): usize {
  const ip = bytesAt(packet);
  return ip == 0 || getField(packet, Field.TransportLen) < 20 ? 0 : ip + getField(packet, Field.IpLen);
}

export function nextOption(at: usize, end: usize): usize {
  if (load<u8>(at) < 2 || at + 1 >= end) return at + 1;
  const length = load<u8>(at, 1);
  return at + (length == 0 ? 1 : length);
}

/** tcp_find_option of net/netfilter/xt_tcpudp.c. */
function tcpOption(packet: u32, option: u32): i32 {
  const tcp = tcpAt(packet);
  if (tcp == 0) return FALSE;
  if (load<u8>(tcp, 12) >> 4 < 5) return HOT_DROP;
  const end = tcpOptionsEnd(tcp);
  if (end == 0) return FALSE;
  if (end > tcp + getField(packet, Field.TransportLen)) return HOT_DROP;
  return hasOption(tcp + 20, end, option);
}

/** Bytes of a DCCP header by its type, behind those that each has. */
function dccpHeaderBytes(type: u32): u32 {
  if (type == 2) return 0;
  if (type == 0) return 4;
  return (type >= 3 && type <= 6) || type == 8 || type == 9 ? 8 : 12;
}

/** dccp_find_option of net/netfilter/xt_dccp.c, behind a test that the first twelve bytes are there. */
function dccpOption(packet: u32, option: u32): i32 {
  const ip = bytesAt(packet);
  if (ip == 0) return FALSE;
  const header = ip + getField(packet, Field.IpLen);
  const kind = <u32>load<u8>(header, 8);
  const length = (<u32>load<u8>(header, 4)) << 2;
  const options: u32 = 12 + ((kind & 1) << 2) + dccpHeaderBytes((kind >> 1) & 15);
  if (length < options || (length > options && length > getField(packet, Field.TransportLen))) return DOOMED;
  return hasOption(header + options, header + length, option);
}

function hasOption(from: usize, end: usize, option: u32): i32 {
  for (let at = from; at < end; at = nextOption(at, end)) if (load<u8>(at) == option) return TRUE;
  return FALSE;
}

/** tcpmss_mt of net/netfilter/xt_tcpmss.c, which does not look whether the packet is a fragment. */
function tcpMss(packet: u32, min: u32, max: u32): i32 {
  const tcp = tcpAt(packet);
  if (tcp == 0) return bytesAt(packet) == 0 ? FALSE : HOT_DROP;
  if (load<u8>(tcp, 12) >> 4 < 5) return HOT_DROP;
  const end = tcpOptionsEnd(tcp);
  if (end == 0) return FALSE;
  if (end > tcp + getField(packet, Field.TransportLen)) return HOT_DROP;
  for (let at = tcp + 20; at < end; at = nextOption(at, end)) {
    if (load<u8>(at) != 2 || end - at < 4 || load<u8>(at, 1) != 4) continue;
    const mss = reads(((<u32>load<u8>(at, 2)) << 8) | load<u8>(at, 3));
    return i32(mss >= min && mss <= max);
  }
  return FALSE;
}

/** A state cell's address. */
export function cellAt(cell: u32): usize {
  return ofRun(Run.Cells) + ((cell * CELL_WORDS) << 2);
}

/** From here on times go round, and come back to it (src/run/clock.ts). */
export const TIME_HALF: u32 = 0x80000000;

/**
 * Milliseconds from one time to another; 0 where the clock went back, by less than LIMIT_FULL_MS where times go round. A rule
 * that no packet meets for 25 days, while others come, may find its bucket as it left it.
 */
function elapsed(last: u32, now: u32): u32 {
  if (last < TIME_HALF) return now > last ? now - last : 0;
  const forward: u32 = now < TIME_HALF ? 0 : (now - last) & (TIME_HALF - 1);
  return forward < TIME_HALF - LIMIT_FULL_MS ? forward : 0;
}

/** limit_mt of net/netfilter/xt_limit.c; a packet that finds too little spends nothing. */
function spend(packet: u32, cell: u32): bool {
  const at = cellAt(cell);
  const now = getField(packet, Field.Time);
  const last = load<u32>(at + (CellWord.D << 2));
  const passed = elapsed(last, now);
  const gained = <u64>passed * LIMIT_CREDITS_PER_MS;
  const cap = <u64>load<u32>(at + (CellWord.C << 2));
  let credit = <u64>load<u32>(at + (CellWord.A << 2)) + gained;
  if (credit > cap) credit = cap;
  const cost = <u64>load<u32>(at + (CellWord.B << 2));
  const has = credit >= cost;
  store<u32>(at + (CellWord.A << 2), reads(<u32>(has ? credit - cost : credit)));
  if (passed > 0) store<u32>(at + (CellWord.D << 2), now);
  return has;
}

/** statistic_mt of net/netfilter/xt_statistic.c, mode nth. */
function comesRound(cell: u32): bool {
  const at = cellAt(cell);
  const count = load<u32>(at + (CellWord.A << 2));
  const next = count == load<u32>(at + (CellWord.B << 2)) ? 0 : count + 1;
  store<u32>(at + (CellWord.A << 2), next);
  return reads(next) == 0;
}
