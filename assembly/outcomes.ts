/**
 * What a table made of packets before, given to others of their kind, and learnt from the first of each:
 * src/run/outcomes/ says what a kind is, and lays all of it out (PlanWord).
 */
import {
  Event,
  FIRSTS_SHIFT,
  Field,
  KEY_NONE,
  KIND_EACH,
  KIND_NEW,
  MOST_NOTES,
  OUTCOME_SLOTS,
  OUTCOME_WORDS,
  OutcomeWord,
  PartKind,
  PartWord,
  PlanWord,
  Run,
  Status,
  TABLES_AT_ONCE,
  TRACE_ALL,
  TRACE_NONE,
  TRACE_WORDS,
} from '../src/abi';
import { NOBODY, step } from './interpret';
import { getField, setWord, word } from './packet';
import { rewrite } from './rewrite';

const NONE: u32 = KEY_NONE;
const NEW: u32 = KIND_NEW;
const EACH: u32 = KIND_EACH;
const OUTCOME: u32 = OUTCOME_WORDS << 2;

/** Runs the entry for the packets of the selection from Run.Cursor on, by what is known of their kinds; see Status. */
export function recall(run: usize, plan: usize): i32 {
  const list: usize = word(run, Run.Selection);
  const size = word(run, Run.Selected);
  const keys: usize = word(plan, PlanWord.Keys);
  if (word(run, Run.Pc) == NOBODY) addKeys(run, plan, list, size, keys);
  const kinds: usize = word(plan, PlanWord.Kinds);
  const outcomes: usize = word(plan, PlanWord.Outcomes);
  const verdicts: usize = word(run, Run.Verdicts);
  const rules: usize = word(run, Run.DecidedBy);
  const translations: usize = word(run, Run.Translations);
  const questions: usize = word(run, Run.Questions);
  const lengths: usize = word(run, Run.Columns) + Field.Length * word(run, Run.Stride);
  for (let i = word(run, Run.Cursor); i < size; i++) {
    const at = list + (i << 2);
    const packet = load<u32>(at);
    let key = load<u32>(keys + (i << 2));
    if (key >= NONE) {
      meet(run, plan, packet);
      addKeys(run, plan, at, 1, keys + (i << 2));
      key = load<u32>(keys + (i << 2));
    }
    const number: u32 = key >= NONE ? EACH : load<u16>(kinds + (key << 1));
    if (number > EACH) {
      const outcome = outcomes + number * OUTCOME;
      const place = packet << 2;
      store<u32>(verdicts + place, load<u32>(outcome));
      store<u32>(rules + place, load<u32>(outcome, 4));
      store<u32>(translations + place, load<u32>(outcome, 8));
      store<u32>(questions + place, load<u32>(outcome, 12));
      store<u64>(outcome, load<u64>(outcome, OutcomeWord.Packets << 2) + 1, OutcomeWord.Packets << 2);
      const bytes = load<u64>(outcome, OutcomeWord.Bytes << 2) + load<u32>(lengths + place);
      store<u64>(outcome, bytes, OutcomeWord.Bytes << 2);
      if (load<u32>(outcome, OutcomeWord.EditCount << 2) != 0) edit(run, packet, outcome);
      continue;
    }
    setWord(run, Run.Cursor, i);
    const status = number == NEW ? learn(run, plan, packet, kinds + (key << 1)) : step(run, packet);
    if (status != Status.Done) return status;
  }
  return Status.Done;
}

function edit(run: usize, packet: u32, outcome: usize): void {
  const edits: usize = word(outcome, OutcomeWord.Edits);
  const end = edits + (word(outcome, OutcomeWord.EditCount) << 3);
  for (let at = edits; at < end; at += 8) rewrite(run, packet, load<i32>(at), load<u32>(at, 4));
}

/** Adds what was counted of outcomes to the counters that packets with them go into. */
export function countOutcomes(run: usize, plan: usize): void {
  const outcomes: usize = word(plan, PlanWord.Outcomes);
  const end = outcomes + word(plan, PlanWord.Made) * OUTCOME;
  for (let at = outcomes; at < end; at += OUTCOME) {
    const packets = at + (OutcomeWord.Packets << 2);
    const edits: usize = word(at, OutcomeWord.Edits);
    for (let note = edits - (word(at, OutcomeWord.CounterCount) << 2); note < edits; note += 4) {
      const counter = word(run, Run.Counters) + (load<u32>(note) << 4);
      v128.store(counter, i64x2.add(v128.load(counter), v128.load(packets)));
    }
    v128.store(packets, i64x2.splat(0));
  }
}

/**
 * Walks a packet by the bytecode, and writes the number of what became of it to its kind. It has been counted by that,
 * as any that is walked; the trace says what was counted and changed.
 */
function learn(run: usize, plan: usize, packet: u32, kind: usize): i32 {
  const notes: usize = word(plan, PlanWord.Notes);
  const last = notes + (MOST_NOTES << 2);
  const untold: usize = word(plan, PlanWord.Untold);
  const trace: usize = word(run, Run.Trace);
  let top = notes;
  let edited: u64 = 0;
  let told = true;
  let status: i32;
  setWord(run, Run.TraceLevel, TRACE_ALL);
  do {
    status = step(run, packet);
    const end: usize = word(run, Run.TraceEnd);
    for (let at = trace; at < end; at += TRACE_WORDS << 2) {
      const event = <i32>load<u8>(at);
      const address: usize = load<u32>(at, 8);
      if (event == Event.Hit || event == Event.Policy) {
        if (top < last) {
          store<u32>(top, load<u32>(at, 12));
          top += 4;
        } else told = false;
      } else if (event == Event.Edited) edited |= (<u64>1) << load<u8>(at, 1);
      else if ((load<u8>(untold + (address >> 3)) >> <u8>(address & 7)) & 1) told = false;
    }
    setWord(run, Run.TraceEnd, <u32>trace);
  } while (status == Status.TraceFull);
  setWord(run, Run.TraceLevel, TRACE_NONE);
  setWord(plan, PlanWord.Learnt, word(plan, PlanWord.Learnt) + 1);
  // what the host is asked for is not told by values either: the packet goes on as one of those that are walked each
  store<u16>(kind, <u16>(told && status == Status.Done ? numberOf(run, plan, packet, top, edited) : EACH));
  return status;
}

/** The number of an outcome, whose counters stand among the notes up to `top`: of one alike, or a new one. */
function numberOf(run: usize, plan: usize, packet: u32, top: usize, edited: u64): u32 {
  const outcomes: usize = word(plan, PlanWord.Outcomes);
  const notes: usize = word(plan, PlanWord.Notes);
  const number = word(plan, PlanWord.Made);
  const at = outcomes + number * OUTCOME;
  for (let i = 0; i < 4; i++) store<u32>(at + (i << 2), load<u32>(word(run, Run.Verdicts + i) + (packet << 2)));
  setWord(at, OutcomeWord.Edits, <u32>top);
  setWord(at, OutcomeWord.CounterCount, <u32>((top - notes) >> 2));
  setWord(at, OutcomeWord.EditCount, <u32>popcnt<u64>(edited));
  for (; edited != 0; edited &= edited - 1) {
    const field = <i32>ctz<u64>(edited);
    store<u32>(top, field);
    store<u32>(top, getField(run, packet, field), 4);
    top += 8;
  }
  let hash = mixed(mixed(<u32>(top - notes), at, at + 16), notes, top);
  setWord(at, OutcomeWord.Hash, hash);
  const index: usize = word(plan, PlanWord.Index);
  while (true) {
    const slot = index + ((hash & (OUTCOME_SLOTS - 1)) << 1);
    const other = <u32>load<u16>(slot);
    if (other == 0) {
      // there has to be room for the next that is looked for
      if (number == word(plan, PlanWord.Most) || top + (MOST_NOTES << 2) > <usize>word(plan, PlanWord.NotesEnd))
        return EACH;
      store<u16>(slot, <u16>number);
      setWord(plan, PlanWord.Made, number + 1);
      setWord(plan, PlanWord.Notes, <u32>top);
      return number;
    }
    if (alike(outcomes + other * OUTCOME, at, top - notes)) return other;
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

/** A loop over packets for each field, or two: fields by columns, each with its own table, keep the caches. */
function addKeys(run: usize, plan: usize, list: usize, size: u32, keys: usize): void {
  memory.fill(keys, 0, size << 2);
  const tables = word(plan, PlanWord.TableCount);
  const count = word(plan, PlanWord.PartCount);
  let part: usize = word(plan, PlanWord.Parts);
  for (let i: u32 = 0; i < tables; i += TABLES_AT_ONCE) {
    addTables(run, part, list, size, keys);
    part += (TABLES_AT_ONCE * PartWord.Size) << 2;
  }
  for (let i = tables; i < count; i++) {
    if (word(part, PartWord.Kind) == PartKind.Values) addValues(run, part, list, size, keys);
    else addIntervals(run, part, list, size, keys);
    part += PartWord.Size << 2;
  }
}

/** The column of a part's field. */
function columnOf(run: usize, part: usize): usize {
  return word(run, Run.Columns) + word(part, PartWord.Field) * word(run, Run.Stride);
}

function entry(table: usize, column: usize, place: usize): u32 {
  const value = load<u32>(column + place);
  return load<u32>(load<u32>(table + ((value >> 8) << 2)) + ((value & 255) << 2));
}

function addTables(run: usize, part: usize, list: usize, size: u32, keys: usize): void {
  const second = part + (PartWord.Size << 2);
  const columnA = columnOf(run, part);
  const columnB = columnOf(run, second);
  const tableA: usize = word(part, PartWord.Table);
  const tableB: usize = word(second, PartWord.Table);
  const end = list + (size << 2);
  for (; list < end; list += 4, keys += 4) {
    const place: usize = load<u32>(list) << 2;
    store<u32>(keys, load<u32>(keys) + entry(tableA, columnA, place) + entry(tableB, columnB, place));
  }
}

function addIntervals(run: usize, part: usize, list: usize, size: u32, keys: usize): void {
  const column = columnOf(run, part);
  const table: usize = word(part, PartWord.Table);
  const starts: usize = word(part, PartWord.Starts);
  const firsts: usize = word(part, PartWord.Firsts);
  const end = list + (size << 2);
  for (; list < end; list += 4, keys += 4) {
    const value = load<u32>(column + (load<u32>(list) << 2));
    const first = firsts + ((value >> FIRSTS_SHIFT) << 2);
    let low = load<u32>(first);
    let high = load<u32>(first, 4) + 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      const above = load<u32>(starts + (middle << 2)) > value;
      high = select(middle, high, above);
      low = select(low, middle, above);
    }
    store<u32>(keys, load<u32>(keys) + load<u32>(table + (low << 2)));
  }
}

function addValues(run: usize, part: usize, list: usize, size: u32, keys: usize): void {
  const column = columnOf(run, part);
  const values: usize = word(part, PartWord.Met);
  const stride = word(part, PartWord.Stride);
  const count = word(part, PartWord.Count);
  const end = list + (size << 2);
  for (; list < end; list += 4, keys += 4) {
    const value = load<u32>(column + (load<u32>(list) << 2));
    let place: u32 = 0;
    while (place < count && load<u32>(values + (place << 2)) != value) place++;
    store<u32>(keys, load<u32>(keys) + (place == count ? NONE : stride * place));
  }
}

/** Makes room for the values of a packet that were not met yet, where there is some. */
function meet(run: usize, plan: usize, packet: u32): void {
  let part: usize = word(plan, PlanWord.Parts);
  for (let i = word(plan, PlanWord.PartCount); i > 0; i--) {
    const kind = word(part, PartWord.Kind);
    const value = getField(run, packet, word(part, PartWord.Field));
    if (kind == PartKind.Values) placeOf(run, part, value, false);
    else if (kind == PartKind.Interfaces) {
      const table: usize = word(part, PartWord.Table);
      // behind the first page no interface has a place of its own
      if (value < 256) store<u32>(load<u32>(table) + (value << 2), placeOf(run, part, value, true));
    }
    part += PartWord.Size << 2;
  }
}

/** What a value adds to the key. */
function placeOf(run: usize, part: usize, value: u32, isInterface: bool): u32 {
  const values: usize = word(part, PartWord.Met);
  const count = word(part, PartWord.Count);
  let place: u32 = 0;
  for (; place < count; place++) {
    const met = load<u32>(values + (place << 2));
    if (met == value || (isInterface && sameNames(run, part, met, value))) break;
  }
  if (place == word(part, PartWord.Most)) return NONE;
  if (place == count) {
    store<u32>(values + (place << 2), value);
    setWord(part, PartWord.Count, count + 1);
  }
  return place * word(part, PartWord.Stride);
}

/** Whether the same patterns take the names of two interfaces, of those that are asked. */
function sameNames(run: usize, part: usize, a: u32, b: u32): bool {
  const words = word(run, Run.IfaceWords);
  const rows: usize = word(run, Run.Ifaces);
  for (let i: u32 = 0; i < words; i++) {
    const differing = load<u32>(rows + ((a * words + i) << 2)) ^ load<u32>(rows + ((b * words + i) << 2));
    if ((differing & load<u32>(word(part, PartWord.Mask) + (i << 2))) != 0) return false;
  }
  return true;
}
