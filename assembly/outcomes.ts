/**
 * What a table made of packets before, given to others of their kind: src/run/outcomes/ says what a kind is, learns what
 * is not known, and lays all of it out (PlanWord).
 */
import {
  FIRSTS_SHIFT,
  Field,
  KEY_NONE,
  KIND_EACH,
  KIND_MET,
  OUTCOME_WORDS,
  OutcomeWord,
  PartKind,
  PartWord,
  PlanWord,
  Run,
} from '../src/abi';
import { getField, word } from './packet';
import { rewrite } from './rewrite';

const NONE: u32 = KEY_NONE;
const EACH: u32 = KIND_EACH;
const MET: u32 = KIND_MET;

/** Gives the packets of the selection their outcomes; those that are not known are listed, and how many comes back. */
export function recall(run: usize, plan: usize): u32 {
  const list: usize = word(run, Run.Selection);
  const size = word(run, Run.Selected);
  const keys: usize = word(plan, PlanWord.Keys);
  addKeys(run, plan, list, size, keys);
  const kinds: usize = word(plan, PlanWord.Kinds);
  const outcomes: usize = word(plan, PlanWord.Outcomes);
  const unknown: usize = word(plan, PlanWord.Pending);
  let pending: u32 = 0;
  for (let i: u32 = 0; i < size; i++) {
    const key = load<u32>(keys + (i << 2));
    const outcome = key >= NONE ? EACH : <u32>load<u16>(kinds + (key << 1));
    if (outcome > MET) give(run, load<u32>(list + (i << 2)), outcomes + ((outcome * OUTCOME_WORDS) << 2));
    else {
      store<u32>(unknown + (pending << 2), i);
      pending += 1;
    }
  }
  return pending;
}

/** Gives a packet an outcome by its number. */
export function recallOne(run: usize, plan: usize, packet: u32, outcome: u32): void {
  give(run, packet, word(plan, PlanWord.Outcomes) + ((outcome * OUTCOME_WORDS) << 2));
}

/** The keys of the selection's packets, without anything else. */
export function findKeys(run: usize, plan: usize): void {
  addKeys(run, plan, word(run, Run.Selection), word(run, Run.Selected), word(plan, PlanWord.Keys));
}

function give(run: usize, packet: u32, outcome: usize): void {
  const place = packet << 2;
  store<u32>(word(run, Run.Verdicts) + place, load<u32>(outcome));
  store<u32>(word(run, Run.DecidedBy) + place, load<u32>(outcome, 4));
  store<u32>(word(run, Run.Translations) + place, load<u32>(outcome, 8));
  store<u32>(word(run, Run.Questions) + place, load<u32>(outcome, 12));
  const packets = outcome + (OutcomeWord.Packets << 2);
  store<u64>(packets, load<u64>(packets) + 1);
  const bytes = outcome + (OutcomeWord.Bytes << 2);
  store<u64>(bytes, load<u64>(bytes) + getField(run, packet, Field.Length));
  const count = word(outcome, OutcomeWord.EditCount);
  const edits: usize = word(outcome, OutcomeWord.Edits);
  for (let i: u32 = 0; i < count; i++)
    rewrite(run, packet, load<i32>(edits + (i << 3)), load<u32>(edits + (i << 3), 4));
}

/** A loop over packets for each field: fields by columns, each with its own table, keep the caches. */
function addKeys(run: usize, plan: usize, list: usize, size: u32, keys: usize): void {
  memory.fill(keys, 0, size << 2);
  const parts: usize = word(plan, PlanWord.Parts);
  const count = word(plan, PlanWord.PartCount);
  for (let i: u32 = 0; i < count; i++) {
    const part = parts + ((i * PartWord.Size) << 2);
    const column: usize = word(run, Run.Columns) + word(part, PartWord.Field) * word(run, Run.Stride);
    switch (<i32>word(part, PartWord.Kind)) {
      case PartKind.Bytes:
        addBytes(part, column, list, size, keys);
        break;
      case PartKind.Words:
        addWords(part, column, list, size, keys);
        break;
      case PartKind.Intervals:
        addIntervals(part, column, list, size, keys);
        break;
      case PartKind.Values:
        addValues(part, column, list, size, keys);
        break;
      default:
        addInterfaces(part, column, list, size, keys);
    }
  }
}

function add(keys: usize, i: u32, part: u32): void {
  const at = keys + (i << 2);
  store<u32>(at, load<u32>(at) + part);
}

function addNone(keys: usize, i: u32): void {
  const at = keys + (i << 2);
  store<u32>(at, load<u32>(at) | NONE);
}

function addBytes(part: usize, column: usize, list: usize, size: u32, keys: usize): void {
  const table: usize = word(part, PartWord.Table);
  const stride = word(part, PartWord.Stride);
  for (let i: u32 = 0; i < size; i++) {
    const value = load<u32>(column + (load<u32>(list + (i << 2)) << 2));
    add(keys, i, stride * <u32>load<u8>(table + value));
  }
}

function addWords(part: usize, column: usize, list: usize, size: u32, keys: usize): void {
  const table: usize = word(part, PartWord.Table);
  const stride = word(part, PartWord.Stride);
  for (let i: u32 = 0; i < size; i++) {
    const value = load<u32>(column + (load<u32>(list + (i << 2)) << 2));
    add(keys, i, stride * load<u32>(table + (value << 2)));
  }
}

function addIntervals(part: usize, column: usize, list: usize, size: u32, keys: usize): void {
  const table: usize = word(part, PartWord.Table);
  const starts: usize = word(part, PartWord.Starts);
  const firsts: usize = word(part, PartWord.Firsts);
  const stride = word(part, PartWord.Stride);
  for (let i: u32 = 0; i < size; i++) {
    const value = load<u32>(column + (load<u32>(list + (i << 2)) << 2));
    const first = firsts + ((value >> FIRSTS_SHIFT) << 2);
    let low = load<u32>(first);
    let high = load<u32>(first, 4) + 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (load<u32>(starts + (middle << 2)) > value) high = middle;
      else low = middle;
    }
    add(keys, i, stride * load<u32>(table + (low << 2)));
  }
}

function addValues(part: usize, column: usize, list: usize, size: u32, keys: usize): void {
  const table: usize = word(part, PartWord.Table);
  const stride = word(part, PartWord.Stride);
  const count = word(part, PartWord.Count);
  for (let i: u32 = 0; i < size; i++) {
    const value = load<u32>(column + (load<u32>(list + (i << 2)) << 2));
    let place: u32 = 0;
    while (place < count && load<u32>(table + (place << 2)) != value) place++;
    if (place == count) addNone(keys, i);
    else add(keys, i, stride * place);
  }
}

function addInterfaces(part: usize, column: usize, list: usize, size: u32, keys: usize): void {
  const table: usize = word(part, PartWord.Table);
  const stride = word(part, PartWord.Stride);
  const count = word(part, PartWord.Count);
  for (let i: u32 = 0; i < size; i++) {
    const number = load<u32>(column + (load<u32>(list + (i << 2)) << 2));
    const known: u32 = number < count ? load<u32>(table + (number << 2)) : 0;
    if (known == 0) addNone(keys, i);
    else add(keys, i, stride * (known - 1));
  }
}
