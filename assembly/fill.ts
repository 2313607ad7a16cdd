/** What follows of packets in columns that decoding would have found in their bytes, and what belongs to them beside. */
import {
  Beside,
  Decoded,
  Field,
  FRAG_DONT,
  FRAG_OFFSET,
  FRAG_PART,
  FROM_HOST,
  PACKET_CUT,
  PATH_OUTPUT,
  PROTOCOL_HEADER,
  Result,
  Run,
  UNSAID,
} from '../src/abi';
import { icmpOf, isExtension, NONE, SCTP, TCP, UDPLITE } from './decode';
import { noPending, pend } from './lists';
import { at, columnAt, ofRun, put } from './packet';

const NO_PLACE: u32 = 0xffffffff;

/**
 * Ports, flags and lengths of the packets 0 to `count`, whose other columns are filled; `measured`: their lengths are among
 * these, else they are those of the headers. Pending: those whose length is less than that of their headers, or not given
 * where they have none; and those of which columns do not show what decides the state of their connection (the chunks of
 * SCTP; of UDP-Lite a checksum that the kernel finds wrong though it is right). Of IPv6 fragments too, and what no packet has as
 * its last header.
 */
export function completeColumns(count: u32, measured: bool): void {
  noPending();
  const isIpv6 = ofRun(Run.Family) == 6;
  const ip: u32 = isIpv6 ? 40 : 20;
  const icmp = icmpOf();
  const protocols: usize = ofRun(Run.Protocols);
  const protos = columnAt(Field.Proto);
  const frags = columnAt(Field.Frag);
  const sports = columnAt(Field.Sport);
  const dports = columnAt(Field.Dport);
  const tcpFlags = columnAt(Field.TcpFlags);
  const lengths = columnAt(Field.Length);
  const behind = columnAt(Field.TransportLen);
  for (let slot: u32 = 0; slot < count; slot++) {
    const proto = at(protos, slot);
    const frag = at(frags, slot);
    const first = (frag & FRAG_OFFSET) == 0;
    if (isIpv6) put(frags, slot, frag | FRAG_DONT);
    const header = first ? at(protocols, proto) & PROTOCOL_HEADER : 0;
    // what a packet has no header for, decoding would not find
    if (header == 0) {
      put(sports, slot, 0);
      put(dports, slot, 0);
    }
    if (proto == icmp) {
      // type and code are bytes
      put(sports, slot, at(sports, slot) & 255);
      put(dports, slot, at(dports, slot) & 255);
    }
    if (proto != TCP || !first) put(tcpFlags, slot, 0);
    if (!measured) put(lengths, slot, ip + header);
    const length = at(lengths, slot);
    put(behind, slot, length - ip);
    const unknown = !measured && header == 0;
    const odd = isIpv6 && ((frag & FRAG_PART) != 0 || isExtension(proto) || proto == NONE);
    if (unknown || odd || length < ip + header || proto == SCTP || proto == UDPLITE) pend(slot);
  }
}

/**
 * Turns the places of interfaces among those that the batch names into their numbers. A packet that names one of no such
 * place comes back, 0xffffffff where there is none.
 */
export function placeInterfaces(count: u32, places: u32): u32 {
  const numbers: usize = ofRun(Run.BatchIfaces);
  const groups: usize = ofRun(Run.IfaceGroups);
  const inputs = columnAt(Field.InIf);
  const inputGroups = columnAt(Field.InGroup);
  const outputs = columnAt(Beside.Out);
  const locals = columnAt(Beside.Local);
  const paths = columnAt(Beside.Path);
  for (let slot: u32 = 0; slot < count; slot++) {
    const place = at(inputs, slot);
    const out = at(outputs, slot);
    const sent = place == FROM_HOST || at(paths, slot) == PATH_OUTPUT;
    const named = !sent && place != UNSAID;
    if ((named && place >= places) || (isPlace(out) && out >= places)) return slot;
    const number = named ? at(numbers, place) : 0;
    put(locals, slot, u32(sent));
    put(inputs, slot, number);
    put(inputGroups, slot, at(groups, number));
    put(outputs, slot, isPlace(out) ? at(numbers, out) : 0);
  }
  return NO_PLACE;
}

function isPlace(place: u32): bool {
  return place != FROM_HOST && place != UNSAID;
}

/** The packets' numbers in the run; each has its own turn. */
export function numberPackets(count: u32, first: u32): void {
  const serials = columnAt(Field.Serial);
  const turns = columnAt(Beside.Turn);
  for (let slot: u32 = 0; slot < count; slot++) {
    put(serials, slot, first + slot);
    put(turns, slot, slot);
  }
}

/** Pending: the packets that cannot be walked, because they are none, or cut where rules read their bytes. */
export function refuse(count: u32, readsBytes: bool): void {
  noPending();
  const statuses: usize = columnAt(Result.Verdict);
  const flags = columnAt(Field.Flags);
  for (let slot: u32 = 0; slot < count; slot++)
    if (at(statuses, slot) != Decoded.Ok || (readsBytes && (at(flags, slot) & PACKET_CUT) != 0)) pend(slot);
}
