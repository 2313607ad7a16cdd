/**
 * What a table made of packets before, given to others of their kind, and learnt from the first of each:
 * src/run/outcomes/ says what a kind is, and lays all of it out (PlanWord).
 */
import {
  Event,
  Field,
  HOST_BASE,
  KEY_NONE,
  KIND_EACH,
  KIND_NEW,
  MOST_NOTES,
  MOST_OUTCOMES,
  OUTCOME_SHIFT,
  OUTCOME_SLOTS,
  OutcomeWord,
  PartKind,
  PartWord,
  PlanWord,
  Result,
  Run,
  Status,
  TRACE_LEARN,
  TRACE_NONE,
  TRACE_WORDS,
} from '../src/abi';
import { NOBODY, step } from './interpret';
import { columnAt, getField, ofRun, setRun, setWord, word } from './packet';
import { rewrite } from './rewrite';

const NONE: u32 = KEY_NONE;
const NEW: u32 = KIND_NEW;
const EACH: u32 = KIND_EACH;

/** Runs the entry for the packets of the selection from Run.Cursor on, by what is known of their kinds; see Status. */
export function recall(plan: usize): i32 {
  const list: usize = ofRun(Run.Selection);
  const size = ofRun(Run.Selected);
  const keys: usize = word(plan, PlanWord.Keys);
  let i = ofRun(Run.Cursor);
  if (ofRun(Run.Pc) == NOBODY) addKeys(plan, list, size, keys);
  else {
    const status = step(load<u32>(list + (i << 2)));
    if (status != Status.Done) return status;
    i += 1;
  }
  const kinds: usize = word(plan, PlanWord.Kinds);
  const outcomes: usize = word(plan, PlanWord.Outcomes);
  const verdicts: usize = columnAt(Result.Verdict);
  const rules: usize = columnAt(Result.Rule);
  const translations: usize = columnAt(Result.Translation);
  const questions: usize = columnAt(Result.Question);
  const lengths = columnAt(Field.Length);
  for (; i < size; i++) {
    const at = list + (i << 2);
    const packet = load<u32>(at);
    let key = load<u32>(keys + (i << 2));
    if (key >= NONE && meet(plan, packet)) {
      addKeys(plan, at, 1, keys + (i << 2));
      key = load<u32>(keys + (i << 2));
    }
    const number: u32 = key >= NONE ? EACH : load<u16>(kinds + (key << 1));
    let status = <i32>Status.Done;
    if (number > EACH) {
      const outcome = outcomes + (number << OUTCOME_SHIFT);
      const place = packet << 2;
      store<u32>(verdicts + place, load<u32>(outcome));
      store<u32>(rules + place, load<u32>(outcome, 4));
      store<u32>(translations + place, load<u32>(outcome, 8));
      store<u32>(questions + place, load<u32>(outcome, 12));
      store<u64>(outcome, load<u64>(outcome, OutcomeWord.Packets << 2) + 1, OutcomeWord.Packets << 2);
      const bytes = load<u64>(outcome, OutcomeWord.Bytes << 2) + load<u32>(lengths + place);
      store<u64>(outcome, bytes, OutcomeWord.Bytes << 2);
      if (load<u32>(outcome, OutcomeWord.EditCount << 2) != 0) edit(packet, outcome);
      if (load<u32>(outcome, OutcomeWord.Depth << 2) != 0) status = goOn(packet, outcome);
    } else status = number == NEW ? learn(plan, packet, kinds + (key << 1)) : step(packet);
    if (status != Status.Done) {
      setRun(Run.Cursor, i);
      return status;
    }
  }
  return Status.Done;
}

function edit(packet: u32, outcome: usize): void {
  const end = stateOf(outcome);
  for (let at: usize = word(outcome, OutcomeWord.Edits); at < end; at += 8)
    rewrite(packet, load<i32>(at), load<u32>(at, 4));
}

/** Where the notes of an outcome end, or those begin by which the packet goes on. */
function stateOf(outcome: usize): usize {
  return word(outcome, OutcomeWord.Edits) + (word(outcome, OutcomeWord.EditCount) << 3);
}

/** From the condition that values do not answer. */
function goOn(packet: u32, outcome: usize): i32 {
  const state = stateOf(outcome);
  v128.store(HOST_BASE + (Run.Pc << 2), v128.load(state));
  setRun(Run.Doomed, 0);
  memory.copy(ofRun(Run.Stack), state + 16, word(outcome, OutcomeWord.Depth) << 2);
  return step(packet);
}

/** Adds what was counted of outcomes to the counters that packets with them go into. */
export function countOutcomes(plan: usize): void {
  const outcomes: usize = word(plan, PlanWord.Outcomes);
  const end = outcomes + (word(plan, PlanWord.Made) << OUTCOME_SHIFT);
  for (let at = outcomes; at < end; at += 1 << OUTCOME_SHIFT) {
    const packets = at + (OutcomeWord.Packets << 2);
    const edits: usize = word(at, OutcomeWord.Edits);
    for (let note = edits - (word(at, OutcomeWord.CounterCount) << 2); note < edits; note += 4) {
      const counter = ofRun(Run.Counters) + (load<u32>(note) << 4);
      v128.store(counter, i64x2.add(v128.load(counter), v128.load(packets)));
    }
    v128.store(packets, i64x2.splat(0));
  }
}

/**
 * Walks a packet by the bytecode, and writes to its kind the number of what became of it, as far as values tell. It has
 * been counted by that, as any that is walked; the trace says what was counted and changed.
 */
function learn(plan: usize, packet: u32, kind: usize): i32 {
  const notes: usize = word(plan, PlanWord.Notes);
  const last = notes + (MOST_NOTES << 2);
  const trace: usize = ofRun(Run.Trace);
  let top = notes;
  let edited: u64 = 0;
  let status: i32;
  setRun(Run.TraceLevel, TRACE_LEARN);
  do {
    status = step(packet);
    const end: usize = ofRun(Run.TraceEnd);
    for (let at = trace; at < end; at += TRACE_WORDS << 2) {
      const event = <i32>load<u8>(at);
      if (event == Event.Edited) edited |= (<u64>1) << load<u8>(at, 1);
      if ((event != Event.Hit && event != Event.Policy) || top == last) continue;
      store<u32>(top, load<u32>(at, 12));
      top += 4;
    }
    setRun(Run.TraceEnd, <u32>trace);
  } while (status == Status.TraceFull);
  setRun(Run.TraceLevel, TRACE_NONE);
  setWord(plan, PlanWord.Learnt, word(plan, PlanWord.Learnt) + 1);
  const unanswered = status == Status.Unanswered;
  const depth = unanswered ? ofRun(Run.Depth) : 0;
  const fits = top + (depth << 2) < last;
  store<u16>(kind, <u16>(fits ? numberOf(plan, packet, top, edited, depth) : EACH));
  return unanswered ? step(packet) : status;
}

/**
 * The number of an outcome: of one alike, or a new one. Its counters stand among the notes up to `top`; where it is not
 * whole there are frames (`depth`).
 */
function numberOf(plan: usize, packet: u32, top: usize, edited: u64, depth: u32): u32 {
  const outcomes: usize = word(plan, PlanWord.Outcomes);
  const notes: usize = word(plan, PlanWord.Notes);
  const number = word(plan, PlanWord.Made);
  const at = outcomes + (number << OUTCOME_SHIFT);
  for (let i = 0; i < 4; i++) store<u32>(at + (i << 2), getField(packet, Result.Verdict + i));
  setWord(at, OutcomeWord.Edits, <u32>top);
  setWord(at, OutcomeWord.CounterCount, <u32>((top - notes) >> 2));
  setWord(at, OutcomeWord.EditCount, <u32>popcnt<u64>(edited));
  for (; edited != 0; edited &= edited - 1) {
    const field = <i32>ctz<u64>(edited);
    store<u32>(top, field);
    store<u32>(top, getField(packet, field), 4);
    top += 8;
  }
  setWord(at, OutcomeWord.Depth, depth);
  if (depth != 0) {
    v128.store(top, v128.load(HOST_BASE + (Run.Pc << 2)));
    memory.copy(top + 16, ofRun(Run.Stack), depth << 2);
    top += 16 + (depth << 2);
  }
  let hash = mixed(mixed(<u32>(top - notes), at, at + 16), notes, top);
  setWord(at, OutcomeWord.Hash, hash);
  const index: usize = word(plan, PlanWord.Index);
  while (true) {
    const slot = index + ((hash & (OUTCOME_SLOTS - 1)) << 1);
    const other = <u32>load<u16>(slot);
    if (other == 0) {
      // there has to be room for the next that is looked for
      if (number == MOST_OUTCOMES || top > <usize>word(plan, PlanWord.LastNotes)) return EACH;
      store<u16>(slot, <u16>number);
      setWord(plan, PlanWord.Made, number + 1);
      setWord(plan, PlanWord.Notes, <u32>top);
      return number;
    }
    if (alike(outcomes + (other << OUTCOME_SHIFT), at, top - notes)) return other;
    hash += 1;
  }
}

function mixed(hash: u32, from: usize, to: usize): u32 {
  for (; from < to; from += 4) hash = ((hash ^ load<u32>(from)) * 0x01000193) ^ (hash >> 15);
  return hash;
}

/** `b` has so many bytes of notes. */
function alike(a: usize, b: usize, bytes: usize): bool {
  if (memory.compare(a, b, 16) != 0) return false;
  for (let i = OutcomeWord.EditCount; i <= OutcomeWord.Hash; i++) if (word(a, i) != word(b, i)) return false;
  const counters = word(a, OutcomeWord.CounterCount) << 2;
  return memory.compare(word(a, OutcomeWord.Edits) - counters, word(b, OutcomeWord.Edits) - counters, bytes) == 0;
}

/** A loop over packets for each field: fields by columns, each with its own table, keep the caches. */
function addKeys(plan: usize, list: usize, size: u32, keys: usize): void {
  memory.fill(keys, 0, size << 2);
  let part: usize = word(plan, PlanWord.Parts);
  const end = part + ((word(plan, PlanWord.PartCount) * PartWord.Size) << 2);
  for (; part < end; part += PartWord.Size << 2) {
    const column = columnAt(word(part, PartWord.Field));
    const kind = word(part, PartWord.Kind);
    if (kind == PartKind.Values) addValues(part, column, list, size, keys);
    else if (kind == PartKind.Addresses) addAddresses(part, list, size, keys);
    else if (kind == PartKind.Intervals) addIntervals(part, column, list, size, keys);
    else addTable(part, column, list, size, keys);
  }
}

/** Reading two or four tables in one loop gained nothing. */
function addTable(part: usize, column: usize, list: usize, size: u32, keys: usize): void {
  const table: usize = word(part, PartWord.Table);
  const end = list + (size << 2);
  for (; list < end; list += 4, keys += 4) {
    const value = load<u32>(column + (load<u32>(list) << 2));
    const page: usize = load<u32>(table + ((value >> 8) << 2));
    store<u32>(keys, load<u32>(keys) + load<u32>(page + ((value & 255) << 2)));
  }
}

/** Each step halves what is left, without a branch that would be guessed wrongly: a third of the time of one that jumps. */
function addIntervals(part: usize, column: usize, list: usize, size: u32, keys: usize): void {
  const starts: usize = word(part, PartWord.Starts);
  const toTable = <usize>word(part, PartWord.Table) - starts;
  const half = word(part, PartWord.Count) << 1;
  const end = list + (size << 2);
  for (; list < end; list += 4, keys += 4) {
    const value = load<u32>(column + (load<u32>(list) << 2));
    let at = starts;
    for (let bytes = half; bytes >= 4; bytes >>= 1) at += bytes & -u32(load<u32>(at + bytes) <= value);
    store<u32>(keys, load<u32>(keys) + load<u32>(at + toTable));
  }
}

/** The same of four columns. */
function addAddresses(part: usize, list: usize, size: u32, keys: usize): void {
  const first = <i32>word(part, PartWord.Field);
  const a = columnAt(first);
  const b = columnAt(first + 1);
  const c = columnAt(first + 2);
  const d = columnAt(first + 3);
  const starts: usize = word(part, PartWord.Starts);
  const table: usize = word(part, PartWord.Table);
  const half = word(part, PartWord.Count) << 3;
  const end = list + (size << 2);
  for (; list < end; list += 4, keys += 4) {
    const place = load<u32>(list) << 2;
    const high = ((<u64>load<u32>(a + place)) << 32) | load<u32>(b + place);
    const low = ((<u64>load<u32>(c + place)) << 32) | load<u32>(d + place);
    let at: u32 = 0;
    for (let bytes = half; bytes >= 16; bytes >>= 1) {
      const start = load<u64>(starts + at + bytes);
      const isBelow = u32(start < high) | (u32(start == high) & u32(load<u64>(starts + at + bytes, 8) <= low));
      at += bytes & -isBelow;
    }
    store<u32>(keys, load<u32>(keys) + load<u32>(table + (at >> 2)));
  }
}

/** All sixteen are compared at once: half the time of one by one. */
function addValues(part: usize, column: usize, list: usize, size: u32, keys: usize): void {
  const values: usize = word(part, PartWord.Met);
  const stride = word(part, PartWord.Stride);
  const count = word(part, PartWord.Count);
  const a = v128.load(values);
  const b = v128.load(values, 16);
  const c = v128.load(values, 32);
  const d = v128.load(values, 48);
  const end = list + (size << 2);
  for (; list < end; list += 4, keys += 4) {
    const value = i32x4.splat(load<u32>(column + (load<u32>(list) << 2)));
    const low = i16x8.narrow_i32x4_s(i32x4.eq(a, value), i32x4.eq(b, value));
    const high = i16x8.narrow_i32x4_s(i32x4.eq(c, value), i32x4.eq(d, value));
    const place: u32 = ctz(i8x16.bitmask(i8x16.narrow_i16x8_s(low, high)));
    store<u32>(keys, load<u32>(keys) + (place < count ? stride * place : NONE));
  }
}

/** Makes room for the values of a packet that were not met yet; false: there is none, or all were met. */
function meet(plan: usize, packet: u32): bool {
  let met = false;
  let part: usize = word(plan, PlanWord.Parts);
  const end = part + ((word(plan, PlanWord.PartCount) * PartWord.Size) << 2);
  for (; part < end; part += PartWord.Size << 2) {
    const kind = word(part, PartWord.Kind);
    const value = getField(packet, word(part, PartWord.Field));
    const isInterface = kind == PartKind.Interfaces;
    if (kind != PartKind.Values && !isInterface) continue;
    const values: usize = word(part, PartWord.Met);
    const count = word(part, PartWord.Count);
    let place: u32 = 0;
    for (; place < count; place++) {
      const other = load<u32>(values + (place << 2));
      if (other == value || (isInterface && sameNames(part, other, value))) break;
    }
    if (place == word(part, PartWord.Most)) continue;
    if (place == count) {
      store<u32>(values + (place << 2), value);
      setWord(part, PartWord.Count, count + 1);
      met = true;
    }
    // behind the first page no interface has a place of its own
    if (!isInterface || value > 255) continue;
    const at = <usize>load<u32>(word(part, PartWord.Table)) + (value << 2);
    if (load<u32>(at) < NONE) continue;
    store<u32>(at, place * word(part, PartWord.Stride));
    met = true;
  }
  return met;
}

/** Whether the same patterns take the names of two interfaces, of those that are asked. */
function sameNames(part: usize, a: u32, b: u32): bool {
  const words = ofRun(Run.IfaceWords);
  const rows: usize = ofRun(Run.Ifaces);
  for (let i: u32 = 0; i < words; i++) {
    const differing = load<u32>(rows + ((a * words + i) << 2)) ^ load<u32>(rows + ((b * words + i) << 2));
    if ((differing & load<u32>(word(part, PartWord.Mask) + (i << 2))) != 0) return false;
  }
  return true;
}
