/** Packets of a batch as their connections see them: what assembly/connections.ts tracks them by. */
import {
  Beside,
  End,
  Field,
  FRAG_PART,
  PACKET_BAD_CHECKSUM,
  PACKET_BAD_HEADER,
  SEEN_LOCAL,
  SEEN_SHIFT,
  Seen,
  SeenWord,
} from '../src/abi';
import { TCP, UDP } from './decode';
import { at, bytesAt, columnAt } from './packet';

/** Bits of src/net/tcp-flags.ts. */
const SYN: u32 = 0x02;
const PSH: u32 = 0x08;
const ACK: u32 = 0x10;
const URG: u32 = 0x20;
const ECE: u32 = 0x40;
const CWR: u32 = 0x80;
const TCP_HEADER: u32 = 20;
const UDP_HEADER: u32 = 8;
const SACK: u32 = 5;

/** Writes a record for each of so many packets; `window`: what a segment in columns has. */
export function noteSeen(count: u32, to: usize, window: u32): void {
  const src = columnAt(Field.Src);
  const dst = columnAt(Field.Dst);
  const sport = columnAt(Field.Sport);
  const dport = columnAt(Field.Dport);
  const protos = columnAt(Field.Proto);
  const fates = columnAt(Beside.Fate);
  const locals = columnAt(Beside.Local);
  for (let slot: u32 = 0; slot < count; slot++, to += SeenWord.Size << 2) {
    const proto = at(protos, slot);
    store<u32>(to, at(src, slot));
    store<u32>(to, at(dst, slot), 4);
    store<u32>(to, (at(sport, slot) << 16) | at(dport, slot), 8);
    store<u32>(to, proto, 12);
    store<u32>(to, window, SeenWord.Window << 2);
    store<u64>(to, 0, SeenWord.Seq << 2);
    const ended = at(fates, slot) != End.Walking;
    const kind: u32 = ended
      ? Seen.Ended
      : isOdd(slot)
        ? Seen.Other
        : proto == UDP
          ? seenUdp(slot)
          : proto == TCP
            ? seenTcp(slot, to)
            : Seen.Other;
    const payload = kind == Seen.Acks || kind == Seen.Begins ? load<u32>(to, SeenWord.Payload << 2) : 0;
    store<u32>(to, payload | (kind << SEEN_SHIFT) | (at(locals, slot) * SEEN_LOCAL), SeenWord.Payload << 2);
  }
}

/** Something is wrong with it, its state was given, or it is a fragment. */
function isOdd(slot: u32): bool {
  const faults = at(columnAt(Field.Flags), slot) & (PACKET_BAD_HEADER | PACKET_BAD_CHECKSUM);
  return (faults | at(columnAt(Beside.Given), slot) | (at(columnAt(Field.Frag), slot) & FRAG_PART)) != 0;
}

/** Bytes that are there behind its IP header. */
function shown(slot: u32): u32 {
  const length = at(columnAt(Field.BytesLen), slot);
  const head = at(columnAt(Field.IpLen), slot);
  return length > head ? length - head : 0;
}

function seenUdp(slot: u32): u32 {
  return bytesAt(slot) != 0 && shown(slot) < UDP_HEADER ? Seen.Other : Seen.Udp;
}

/** What a segment says; of one in columns sequence numbers are 0. */
function seenTcp(slot: u32, to: usize): u32 {
  const flags = at(columnAt(Field.TcpFlags), slot) & ~(PSH | ECE | CWR);
  const kind: u32 = flags == ACK ? Seen.Acks : (flags & ~URG) == SYN ? Seen.Begins : Seen.Other;
  if (kind == Seen.Other) return kind;
  let header = TCP_HEADER;
  const first = bytesAt(slot);
  if (first != 0) {
    const segment = first + at(columnAt(Field.IpLen), slot);
    const there = shown(slot);
    if (there < TCP_HEADER) return Seen.Other;
    header = (<u32>(load<u8>(segment, 12) >> 4)) << 2;
    if (header < TCP_HEADER || header > there || hasSack(segment + TCP_HEADER, segment + header)) return Seen.Other;
    store<u32>(to, bswap<u32>(load<u32>(segment, 4)), SeenWord.Seq << 2);
    store<u32>(to, bswap<u32>(load<u32>(segment, 8)), SeenWord.Ack << 2);
    store<u32>(to, <u32>bswap<u16>(load<u16>(segment, 14)), SeenWord.Window << 2);
  }
  const length = at(columnAt(Field.TransportLen), slot);
  if (length < header) return Seen.Other;
  store<u32>(to, length - header, SeenWord.Payload << 2);
  return kind;
}

/** As optionsIn of src/run/connections/tcp-segment.ts finds them. */
function hasSack(at: usize, end: usize): bool {
  while (at < end) {
    const kind: u32 = load<u8>(at);
    if (kind == 0) return false;
    if (kind == 1) {
      at += 1;
      continue;
    }
    if (kind == SACK) return true;
    const size: usize = at + 1 < end ? load<u8>(at, 1) : 0;
    if (size < 2 || at + size > end) return false;
    at += size;
  }
  return false;
}
