/** How packets leave tables and the host, and what became of them. */
import { AGAIN_LO, Beside, End, Field, PACKET_LOOPED, Run, UNKNOWN_INTERFACE, Verdict } from '../src/abi';
import { noPending, pend } from './lists';
import { at, columnAt, put, word } from './packet';
import { rewrite } from './rewrite';

/**
 * Ends those that a table did not let pass, and leaves them out; how many stay. Pending: of these, where somebody is told,
 * all, else those that stand at an open question.
 */
export function settle(run: usize, list: usize, size: u32): u32 {
  noPending(run);
  const told = word(run, Run.Told) != 0;
  const verdicts: usize = word(run, Run.Verdicts);
  const fates = columnAt(run, Beside.Fate);
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
    if (told || verdict == Verdict.Open) pend(run, slot);
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
export function age(run: usize, list: usize, size: u32): void {
  const ttls = columnAt(run, Field.Ttl);
  for (let i: u32 = 0; i < size; i++) rewrite(run, at(list, i), Field.Ttl, at(ttls, at(list, i)) - 1);
}

/** The out device that rules see from here on. */
export function setOut(run: usize, list: usize, size: u32): void {
  const groups: usize = word(run, Run.IfaceGroups);
  const oifs = columnAt(run, Beside.Oif);
  const devices = columnAt(run, Field.OutIf);
  const deviceGroups = columnAt(run, Field.OutGroup);
  for (let i: u32 = 0; i < size; i++) {
    const slot = at(list, i);
    const oif = at(oifs, slot);
    const number: u32 = oif == 0 ? UNKNOWN_INTERFACE : oif;
    put(devices, slot, number);
    put(deviceGroups, slot, at(groups, number));
  }
}

/** Packets that have left come in again: with their mark, their connection and their route. */
export function comeBack(run: usize, list: usize, size: u32): void {
  const groups: usize = word(run, Run.IfaceGroups);
  const flags = columnAt(run, Field.Flags);
  for (let i: u32 = 0; i < size; i++) {
    const slot = at(list, i);
    const number = at(columnAt(run, Beside.Oif), slot);
    put(columnAt(run, Field.InIf), slot, number);
    put(columnAt(run, Field.InGroup), slot, at(groups, number));
    put(columnAt(run, Field.OutIf), slot, 0);
    put(columnAt(run, Field.OutGroup), slot, 0);
    put(flags, slot, at(flags, slot) | PACKET_LOOPED);
    put(columnAt(run, Beside.Local), slot, 0);
  }
}

/** From INPUT. */
export function deliver(run: usize, list: usize, size: u32): void {
  const fates = columnAt(run, Beside.Fate);
  for (let i: u32 = 0; i < size; i++) put(fates, at(list, i), End.Delivered);
}

/** From POSTROUTING; those that come in again, copies among them, go on. */
export function leave(run: usize, list: usize, size: u32): void {
  const fates = columnAt(run, Beside.Fate);
  const turns = columnAt(run, Beside.Turn);
  const agains = columnAt(run, Beside.Again);
  const locals = columnAt(run, Beside.Local);
  for (let i: u32 = 0; i < size; i++) {
    const slot = at(list, i);
    if (at(turns, slot) != slot || at(agains, slot) == AGAIN_LO) continue;
    put(fates, slot, at(locals, slot) == 1 ? End.Sent : End.Forwarded);
  }
}

/** Adds what became of the packets 0 to `count` to the run's tally. */
export function tally(run: usize, count: u32): void {
  const sums: usize = word(run, Run.Tally);
  const fates = columnAt(run, Beside.Fate);
  const lengths = columnAt(run, Field.Length);
  let bytes: u64 = 0;
  for (let slot: u32 = 0; slot < count; slot++) {
    const sum = sums + ((<usize>at(fates, slot)) << 3);
    store<u64>(sum, load<u64>(sum) + 1);
    bytes += at(lengths, slot);
  }
  const total = sums + (End.Count << 3);
  store<u64>(total, load<u64>(total) + bytes);
}
