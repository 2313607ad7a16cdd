/**
 * The column program: values of packets, column by column, to the numbers of the journeys that such packets go.
 * src/run/columns/ says what a journey is, and lays all of it out (ColumnsWord).
 */
import {
  Beside,
  CELL_PAGE,
  CELL_PAGE_SHIFT,
  COLUMN_BYTES,
  ColumnStep,
  ColumnsWord,
  End,
  Field,
  JOURNEY_EACH,
  JOURNEY_NEW,
  JOURNEY_SHIFT,
  JOURNEY_WHY,
  JourneyWord,
  KEY_NEVER,
  KEY_UNMET,
  Op,
  Run,
  StepWord,
} from '../src/abi';
import { cellAt, outcomeOf } from './conditions';
import { noPending, pend } from './lists';
import { TRUE } from './outcome';
import { at, columnAt, ofRun, put, word } from './packet';

const NEW: u32 = JOURNEY_NEW;
const EACH: u32 = JOURNEY_EACH;
const UNMET: u32 = KEY_UNMET;
const NEVER: u32 = KEY_NEVER;

/** Turns the values of the packets 0 to `count` into keys; how many of them walk whose journey is not known. Pending: of these, those whose kind was not met yet. */
export function findJourneys(plan: usize, count: u32): u32 {
  addKeys(plan, count);
  noPending();
  const fates = columnAt(Beside.Fate);
  let unknown: u32 = 0;
  for (let slot: u32 = 0; slot < count; slot++) {
    if (at(fates, slot) != End.Walking) continue;
    const number = journeyOf(plan, slot);
    if (number > EACH) continue;
    unknown += 1;
    if (number == NEW) pend(slot);
  }
  return unknown;
}

function addKeys(plan: usize, count: u32): void {
  const sums: usize = word(plan, ColumnsWord.Sums);
  const sumCount = word(plan, ColumnsWord.SumCount);
  for (let sum: u32 = 0; sum < sumCount; sum++) memory.fill(sums + sum * COLUMN_BYTES, 0, count << 2);
  let step: usize = word(plan, ColumnsWord.Steps);
  const end = step + ((word(plan, ColumnsWord.StepCount) * StepWord.Size) << 2);
  for (; step < end; step += StepWord.Size << 2) {
    const kind = word(step, StepWord.Kind);
    const to = sums + word(step, StepWord.To) * COLUMN_BYTES;
    const from = word(step, StepWord.Column);
    if (kind == ColumnStep.Byte) addBytes(step, columnAt(from), to, count);
    else if (kind == ColumnStep.Half) addHalves(step, columnAt(from), to, count);
    else if (kind == ColumnStep.Word) addWords(step, columnAt(from), to, count);
    else if (kind == ColumnStep.Map) addBytes(step, sums + from * COLUMN_BYTES, to, count);
    else addValues(step, columnAt(from), to, count);
  }
}

function journeyOf(plan: usize, slot: u32): u32 {
  const key = at(word(plan, ColumnsWord.Sums), slot);
  if (key >= UNMET) return key < NEVER ? NEW : EACH;
  const page: usize = at(word(plan, ColumnsWord.Cells), key >> CELL_PAGE_SHIFT);
  return load<u16>(page + ((key & (CELL_PAGE - 1)) << 1));
}

/**
 * Ends the ways of those of the packets `first` to `size` whose journey is known; how many still walk. Where all take their turn
 * it comes back at the first that has to walk, and gives its place, else `size`. Pending: those that came to a fork where nobody
 * was yet.
 */
export function travel(plan: usize, first: u32, size: u32): u32 {
  noPending();
  const inTurn = word(plan, ColumnsWord.InTurn) != 0;
  const fates = columnAt(Beside.Fate);
  let walking: u32 = 0;
  for (let slot = first; slot < size; slot++) {
    if (at(fates, slot) != End.Walking) continue;
    const number = journeyOf(plan, slot);
    const last = number > EACH ? go(plan, slot, number) : EACH;
    if (last > EACH) continue;
    if (last == NEW) pend(slot);
    if (inTurn) return slot;
    walking += 1;
  }
  return inTurn ? size : walking;
}

/** NEW, EACH: one of its forks leads there, and nothing was done. */
function go(plan: usize, slot: u32, number: u32): u32 {
  const journeys: usize = word(plan, ColumnsWord.Journeys);
  let stage = journeys + (number << JOURNEY_SHIFT);
  if (word(stage, JourneyWord.Fork) != 0) {
    number = forked(plan, slot, stage);
    if (number <= EACH) return number;
    stage = journeys + (number << JOURNEY_SHIFT);
  }
  count(stage, at(columnAt(Field.Length), slot));
  const end = word(stage, JourneyWord.End);
  put(columnAt(Beside.Fate), slot, end & ((1 << JOURNEY_WHY) - 1));
  put(columnAt(Beside.Why), slot, end >> JOURNEY_WHY);
  return number;
}

function count(stage: usize, length: u32): void {
  store<u64>(stage, load<u64>(stage) + 1);
  store<u64>(stage, load<u64>(stage, JourneyWord.Bytes << 2) + length, JourneyWord.Bytes << 2);
}

/** The stage where it ends, those before counted; NEW, EACH: a fork leads there, and all conditions are as if they had not been asked. */
function forked(plan: usize, slot: u32, stage: usize): u32 {
  const journeys: usize = word(plan, ColumnsWord.Journeys);
  const turns: usize = word(plan, ColumnsWord.Turns);
  const code: usize = ofRun(Run.Code);
  const draws = at(columnAt(Field.Draws), slot);
  let top = turns;
  let next: u32 = NEW;
  for (let fork = word(stage, JourneyWord.Fork); fork != 0; fork = word(stage, JourneyWord.Fork)) {
    const instruction = code + ((fork - 1) << 2);
    const cell: usize = (load<u32>(instruction) & 255) == Op.Random ? 0 : cellAt(load<u32>(instruction, 4));
    store<u32>(top, <u32>stage);
    store<u32>(top, <u32>cell, 4);
    if (cell != 0) v128.store(top, v128.load(cell), 16);
    top += 32;
    const held = outcomeOf(slot, instruction) == TRUE;
    next = word(stage, held ? JourneyWord.Held : JourneyWord.Failed);
    if (next <= EACH) {
      for (; top > turns; top -= 32) {
        const before: usize = load<u32>(top - 32, 4);
        if (before != 0) v128.store(before, v128.load(top - 32, 16));
      }
      put(columnAt(Field.Draws), slot, draws);
      return next;
    }
    stage = journeys + (next << JOURNEY_SHIFT);
  }
  const length = at(columnAt(Field.Length), slot);
  for (let turn = turns; turn < top; turn += 32) count(load<u32>(turn), length);
  return next;
}

/** Numbers from Count on are told by the last entry. */
function addBytes(step: usize, column: usize, to: usize, count: u32): void {
  const table: usize = word(step, StepWord.Table);
  const last = word(step, StepWord.Count) - 1;
  const end = to + (count << 2);
  for (; to < end; to += 4, column += 4) {
    const value = min<u32>(load<u32>(column), last);
    store<u32>(to, min<u32>(load<u32>(to) + at(table, value), NEVER));
  }
}

function addHalves(step: usize, column: usize, to: usize, count: u32): void {
  const table: usize = word(step, StepWord.Table);
  const end = to + (count << 2);
  for (; to < end; to += 4, column += 4) {
    const value = load<u32>(column);
    const page: usize = at(table, (value >> 8) & 255);
    store<u32>(to, min<u32>(load<u32>(to) + at(page, value & 255), NEVER));
  }
}

function addWords(step: usize, column: usize, to: usize, count: u32): void {
  const table: usize = word(step, StepWord.Table);
  const end = to + (count << 2);
  for (; to < end; to += 4, column += 4) {
    const value = load<u32>(column);
    const node: usize = at(table, value >> 16);
    const leaf: usize = at(node, (value >> 8) & 255);
    store<u32>(to, min<u32>(load<u32>(to) + at(leaf, value & 255), NEVER));
  }
}

/** All sixteen are compared at once. */
function addValues(step: usize, column: usize, to: usize, count: u32): void {
  const values: usize = word(step, StepWord.Table);
  const stride = word(step, StepWord.Stride);
  const met = word(step, StepWord.Count);
  const unmet = word(step, StepWord.Unmet);
  const a = v128.load(values);
  const b = v128.load(values, 16);
  const c = v128.load(values, 32);
  const d = v128.load(values, 48);
  const end = to + (count << 2);
  for (; to < end; to += 4, column += 4) {
    const value = i32x4.splat(load<u32>(column));
    const low = i16x8.narrow_i32x4_s(i32x4.eq(a, value), i32x4.eq(b, value));
    const high = i16x8.narrow_i32x4_s(i32x4.eq(c, value), i32x4.eq(d, value));
    const place: u32 = ctz(i8x16.bitmask(i8x16.narrow_i16x8_s(low, high)));
    store<u32>(to, min<u32>(load<u32>(to) + (place < met ? stride * place : unmet), NEVER));
  }
}
