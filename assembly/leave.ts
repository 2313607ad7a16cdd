/** How packets leave tables and the host, and what became of them. */
import {
  AGAIN_COPY,
  AGAIN_LO,
  Beside,
  End,
  Field,
  JOURNEYED,
  LINK_NONE,
  LINK_TYPE_SHIFT,
  LinkType,
  PACKET_LOOPED,
  Result,
  Run,
  UNKNOWN_INTERFACE,
  Verdict,
  WHY_BITS,
  Why,
} from '../src/abi';
import { noPending, pend } from './lists';
import { at, columnAt, ofRun, put } from './packet';
import { rewrite } from './rewrite';

const NO_RULE: u32 = 0xffffffff;

/**
 * Ends those that a table did not let pass, and leaves them out; how many stay. Pending: of these, where somebody is told,
 * all, else those that stand at an open question.
 */
export function settle(list: usize, size: u32): u32 {
  noPending();
  const told = ofRun(Run.Told) != 0;
  const verdicts: usize = columnAt(Result.Verdict);
  const rules = columnAt(Result.Rule);
  const fates = columnAt(Beside.Fate);
  const whys = columnAt(Beside.Why);
  let kept: u32 = 0;
  for (let i: u32 = 0; i < size; i++) {
    const slot = at(list, i);
    const verdict = at(verdicts, slot);
    put(list, kept, slot);
    if (verdict == Verdict.Accept) {
      kept += 1;
      continue;
    }
    put(fates, slot, endOf(verdict));
    put(whys, slot, verdict == Verdict.HotDrop ? Why.HeaderCut : at(rules, slot) == NO_RULE ? Why.Policy : Why.Rule);
    if (told || verdict == Verdict.Open) pend(slot);
  }
  return kept;
}

function endOf(verdict: u32): u32 {
  switch (verdict) {
    case Verdict.Reject:
      return End.Rejected;
    case Verdict.Stolen:
      return End.Stolen;
    case Verdict.Open:
      return End.Unknown;
    default:
      return End.Dropped;
  }
}

/** ip_forward takes one from the time to live. */
export function age(list: usize, size: u32): void {
  const ttls = columnAt(Field.Ttl);
  for (let i: u32 = 0; i < size; i++) rewrite(at(list, i), Field.Ttl, at(ttls, at(list, i)) - 1);
}

/** The out device that rules see from here on. */
export function setOut(list: usize, size: u32): void {
  const groups: usize = ofRun(Run.IfaceGroups);
  const oifs = columnAt(Beside.Oif);
  const devices = columnAt(Field.OutIf);
  const deviceGroups = columnAt(Field.OutGroup);
  for (let i: u32 = 0; i < size; i++) {
    const slot = at(list, i);
    const oif = at(oifs, slot);
    const number: u32 = oif == 0 ? UNKNOWN_INTERFACE : oif;
    put(devices, slot, number);
    put(deviceGroups, slot, at(groups, number));
  }
}

/** Packets that have left come in again: with their mark, their connection and their route. */
export function comeBack(list: usize, size: u32): void {
  const groups: usize = ofRun(Run.IfaceGroups);
  const flags = columnAt(Field.Flags);
  for (let i: u32 = 0; i < size; i++) {
    const slot = at(list, i);
    const number = at(columnAt(Beside.Oif), slot);
    put(columnAt(Field.InIf), slot, number);
    put(columnAt(Field.InGroup), slot, at(groups, number));
    put(columnAt(Field.OutIf), slot, 0);
    put(columnAt(Field.OutGroup), slot, 0);
    put(flags, slot, at(flags, slot) | PACKET_LOOPED);
    put(columnAt(Beside.Local), slot, 0);
    put(columnAt(Field.Link), slot, LINK_NONE | (kindOf(slot) << LINK_TYPE_SHIFT));
  }
}

/**
 * loopback_xmit goes by the address of the frame, which is a group's for a group (arp_constructor); a copy made by
 * dev_loopback_xmit is PACKET_LOOPBACK, which xt_pkttype.c takes for one to a group or to all.
 */
function kindOf(slot: u32): u32 {
  const first = at(columnAt(Field.Dst), slot);
  if (ofRun(Run.Family) == 6 ? first >> 24 == 0xff : first >> 28 == 0xe) return LinkType.Multicast;
  return at(columnAt(Beside.Again), slot) == AGAIN_COPY ? LinkType.Broadcast : LinkType.Unicast;
}

/** From INPUT. */
export function deliver(list: usize, size: u32): void {
  const fates = columnAt(Beside.Fate);
  for (let i: u32 = 0; i < size; i++) put(fates, at(list, i), End.Delivered);
}

/** From POSTROUTING; those that come in again, copies among them, go on. */
export function leave(list: usize, size: u32): void {
  const fates = columnAt(Beside.Fate);
  const turns = columnAt(Beside.Turn);
  const agains = columnAt(Beside.Again);
  const locals = columnAt(Beside.Local);
  for (let i: u32 = 0; i < size; i++) {
    const slot = at(list, i);
    if (at(turns, slot) != slot || at(agains, slot) == AGAIN_LO) continue;
    put(fates, slot, at(locals, slot) == 1 ? End.Sent : End.Forwarded);
  }
}

/** Adds what became of the packets 0 to `count` to the run's tally; journeys have counted some. */
export function tally(count: u32): void {
  const sums: usize = ofRun(Run.Tally);
  const fates = columnAt(Beside.Fate);
  const whys = columnAt(Beside.Why);
  const lengths = columnAt(Field.Length);
  const verdicts = columnAt(Result.Verdict);
  let bytes: u64 = 0;
  for (let slot: u32 = 0; slot < count; slot++) {
    if (at(verdicts, slot) == JOURNEYED) continue;
    const sum = sums + ((((<usize>at(fates, slot)) << WHY_BITS) | at(whys, slot)) << 3);
    store<u64>(sum, load<u64>(sum) + 1);
    bytes += at(lengths, slot);
  }
  const total = sums + (End.Count << (WHY_BITS + 3));
  store<u64>(total, load<u64>(total) + bytes);
}
