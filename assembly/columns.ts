/**
 * The column program: values of packets, column by column, to the numbers of the journeys that such packets go.
 * src/run/columns/ says what a journey is, and lays all of it out (ColumnsWord).
 */
import {
  Beside,
  CELL_PAGE,
  CELL_PAGE_SHIFT,
  CellSlot,
  COLUMN_BYTES,
  ColumnStep,
  ColumnsWord,
  End,
  Field,
  JOURNEY_EACH,
  JOURNEY_NEW,
  JOURNEY_SHIFT,
  JOURNEY_WHY,
  JOURNEYED,
  JourneyWord,
  KEY_NEVER,
  KEY_UNMET,
  Op,
  Result,
  Run,
  StepWord,
  TURN_EACH,
  TURN_STRAIGHT,
} from '../src/abi';
import { cellAt, outcomeOf } from './conditions';
import { noPending, pend } from './lists';
import { TRUE } from './outcome';
import { at, columnAt, ofRun, put, word } from './packet';

const NEW: u32 = JOURNEY_NEW;
const EACH: u32 = JOURNEY_EACH;
const UNMET: u32 = KEY_UNMET;
const NEVER: u32 = KEY_NEVER;

/**
 * Turns the values of the packets 0 to `count` into keys; how many of them walk whose journey is not known. Pending: of these, those
 * whose kind was not met yet; of packets that are no columns of the batch all.
 */
export function findJourneys(plan: usize, count: u32): u32 {
  findKeys(plan, 0, count);
  noPending();
  const narrow = word(plan, ColumnsWord.Fates) != 0;
  const fates = columnAt(Beside.Fate);
  let unknown: u32 = 0;
  for (let slot: u32 = 0; slot < count; slot++) {
    if (!narrow && at(fates, slot) != End.Walking) continue;
    const number = journeyOf(plan, slot);
    if (number > EACH) continue;
    unknown += 1;
    if (narrow || number == NEW) pend(slot);
  }
  return unknown;
}

/** The keys of `count` packets from `first` on. */
export function findKeys(plan: usize, first: u32, count: u32): void {
  const sums = <usize>word(plan, ColumnsWord.Sums) + (first << 2);
  const sumCount = word(plan, ColumnsWord.SumCount);
  for (let sum: u32 = 0; sum < sumCount; sum++) memory.fill(sums + sum * COLUMN_BYTES, 0, count << 2);
  let step: usize = word(plan, ColumnsWord.Steps);
  const end = step + ((word(plan, ColumnsWord.StepCount) * StepWord.Size) << 2);
  for (; step < end; step += StepWord.Size << 2) {
    const kind = word(step, StepWord.Kind);
    const width = word(step, StepWord.Width);
    const to = <usize>word(step, StepWord.To) + (first << 2);
    const from = <usize>word(step, StepWord.From) + first * width;
    if (kind == ColumnStep.Map) map(step, from, to, count);
    else if (kind == ColumnStep.Byte) width == 1 ? addBytes(step, from, to, count) : addSmall(step, from, to, count);
    else if (kind == ColumnStep.Half) width == 2 ? addHalves(step, from, to, count) : addPaged(step, from, to, count);
    else if (kind == ColumnStep.Word) addWords(step, from, to, count);
    else if (kind == ColumnStep.Bits) addBits(step, from, to, count);
    else addValues(step, from, to, count);
  }
}

function journeyOf(plan: usize, slot: u32): u32 {
  const sums: usize = word(plan, ColumnsWord.Sums);
  const key = at(sums, slot);
  const mask = word(plan, ColumnsWord.Mask);
  if (mask != 0) return hashedJourney(plan, mask, key, at(sums + COLUMN_BYTES, slot));
  if (key >= UNMET) return key < NEVER ? NEW : EACH;
  const page: usize = at(word(plan, ColumnsWord.Cells), key >> CELL_PAGE_SHIFT);
  return load<u16>(page + ((key & (CELL_PAGE - 1)) << 1));
}

function hashedJourney(plan: usize, mask: u32, low: u32, high: u32): u32 {
  if (low >= UNMET || high >= UNMET) return low < NEVER && high < NEVER ? NEW : EACH;
  const slots: usize = word(plan, ColumnsWord.Cells);
  let place = hashOf(low, high);
  while (true) {
    const slot = slots + (place & mask) * (CellSlot.Size << 2);
    const journey = word(slot, CellSlot.Journey);
    if (journey == NEW || (word(slot, CellSlot.Low) == low && word(slot, CellSlot.High) == high)) return journey;
    place += 1;
  }
}

/** As hashOf of src/run/columns/cells.ts. */
function hashOf(low: u32, high: u32): u32 {
  const mixed: u32 = (low * 0x9e3779b1) ^ (high * 0x85ebca6b);
  return mixed ^ (mixed >> 15);
}

/**
 * Ends the ways of those of the packets `first` to `size` whose journey is known; how many still walk. Where all take their turn
 * it comes back at the first that has to walk, and gives its place, else `size`. Pending: those that came to a fork where nobody
 * was yet; of packets that are no columns of the batch all that have to walk.
 */
export function travel(plan: usize, first: u32, size: u32): u32 {
  noPending();
  if (word(plan, ColumnsWord.Fates) != 0) return travelBeside(plan, first, size);
  const inTurn = word(plan, ColumnsWord.Turn) == TURN_EACH;
  const fates = columnAt(Beside.Fate);
  let walking: u32 = 0;
  for (let slot = first; slot < size; slot++) {
    if (at(fates, slot) != End.Walking) continue;
    const number = journeyOf(plan, slot);
    const last = number > EACH ? travelOne(plan, slot, number) : EACH;
    if (last > EACH) continue;
    if (last == NEW) pend(slot);
    if (inTurn) return slot;
    walking += 1;
  }
  return inTurn ? size : walking;
}

/** The same of one packet, whose journey is told: its last stage; JOURNEY_NEW, JOURNEY_EACH: it walks. */
export function travelOne(plan: usize, slot: u32, number: u32): u32 {
  const last = go(plan, slot, number, at(columnAt(Field.Length), slot));
  if (last <= EACH) return last;
  const journeys: usize = word(plan, ColumnsWord.Journeys);
  const end = word(journeys + (last << JOURNEY_SHIFT), JourneyWord.End);
  put(columnAt(Beside.Fate), slot, end & ((1 << JOURNEY_WHY) - 1));
  put(columnAt(Result.Verdict), slot, JOURNEYED);
  return last;
}

/** The same of packets that are no columns of the batch. */
function travelBeside(plan: usize, first: u32, size: u32): u32 {
  const turn = word(plan, ColumnsWord.Turn);
  const journeys: usize = word(plan, ColumnsWord.Journeys);
  const fates: usize = word(plan, ColumnsWord.Fates);
  const lengths: usize = word(plan, ColumnsWord.Lengths);
  let walking: u32 = 0;
  for (let slot = first; slot < size; slot++) {
    if (load<u8>(fates + slot) != End.Walking) continue;
    const number = journeyOf(plan, slot);
    const goes = number > EACH && !(turn == TURN_STRAIGHT && forks(journeys, number));
    const last = goes ? go(plan, slot, number, load<u16>(lengths + (slot << 1))) : EACH;
    if (last > EACH) {
      store<u8>(fates + slot, <u8>word(journeys + (last << JOURNEY_SHIFT), JourneyWord.End));
      continue;
    }
    pend(slot);
    if (turn == TURN_EACH) return slot;
    walking += 1;
  }
  return turn == TURN_EACH ? size : walking;
}

function forks(journeys: usize, number: u32): bool {
  return word(journeys + (number << JOURNEY_SHIFT), JourneyWord.Fork) != 0;
}

/** The number of its last stage; NEW, EACH: one of its forks leads there, and nothing was done. */
function go(plan: usize, slot: u32, number: u32, length: u32): u32 {
  const stage = <usize>word(plan, ColumnsWord.Journeys) + (number << JOURNEY_SHIFT);
  if (word(stage, JourneyWord.Fork) != 0) return forked(plan, slot, stage, length);
  count(stage, length);
  return number;
}

function count(stage: usize, length: u32): void {
  store<u64>(stage, load<u64>(stage) + 1);
  store<u64>(stage, load<u64>(stage, JourneyWord.Bytes << 2) + length, JourneyWord.Bytes << 2);
}

/** The stage where it ends, those before counted; NEW, EACH: a fork leads there, and all conditions are as if they had not been asked. */
function forked(plan: usize, slot: u32, stage: usize, length: u32): u32 {
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
  for (let turn = turns; turn < top; turn += 32) count(load<u32>(turn), length);
  count(stage, length);
  return next;
}

/** Adds to a sum; what may go the long way for more reasons than three stays one. */
function add(to: usize, summand: u32, offset: usize = 0): void {
  store<u32>(to + offset, load<u32>(to + offset) + summand);
}
function addOdd(to: usize, summand: u32): void {
  store<u32>(to, min<u32>(min<u32>(load<u32>(to), NEVER) + summand, NEVER));
}

/** Sums from Count on are told by the last entry. Four at a time, here and below: a fifth faster than one by one. */
function map(step: usize, from: usize, to: usize, count: u32): void {
  const table: usize = word(step, StepWord.Table);
  const last = word(step, StepWord.Count) - 1;
  const end = to + (count << 2);
  for (; to + 12 < end; to += 16, from += 16) {
    const a = at(table, min<u32>(load<u32>(from), last));
    const b = at(table, min<u32>(load<u32>(from, 4), last));
    const c = at(table, min<u32>(load<u32>(from, 8), last));
    const d = at(table, min<u32>(load<u32>(from, 12), last));
    add(to, a);
    add(to, b, 4);
    add(to, c, 8);
    add(to, d, 12);
  }
  for (; to < end; to += 4, from += 4) addOdd(to, at(table, min<u32>(load<u32>(from), last)));
}

function addBytes(step: usize, from: usize, to: usize, count: u32): void {
  const table: usize = word(step, StepWord.Table);
  const end = to + (count << 2);
  for (; to + 12 < end; to += 16, from += 4) {
    const a = at(table, load<u8>(from));
    const b = at(table, load<u8>(from, 1));
    const c = at(table, load<u8>(from, 2));
    const d = at(table, load<u8>(from, 3));
    add(to, a);
    add(to, b, 4);
    add(to, c, 8);
    add(to, d, 12);
  }
  for (; to < end; to += 4, from += 1) add(to, at(table, load<u8>(from)));
}

/** Words: numbers from Count on are told by the last entry. */
function addSmall(step: usize, from: usize, to: usize, count: u32): void {
  const table: usize = word(step, StepWord.Table);
  const last = word(step, StepWord.Count) - 1;
  const end = to + (count << 2);
  for (; to < end; to += 4, from += 4) addOdd(to, at(table, min<u32>(load<u32>(from), last)));
}

function paged(table: usize, value: u32): u32 {
  return at(at(table, value >> 8), value & 255);
}

function addHalves(step: usize, from: usize, to: usize, count: u32): void {
  const table: usize = word(step, StepWord.Table);
  const end = to + (count << 2);
  for (; to + 12 < end; to += 16, from += 8) {
    const a = paged(table, load<u16>(from));
    const b = paged(table, load<u16>(from, 2));
    const c = paged(table, load<u16>(from, 4));
    const d = paged(table, load<u16>(from, 6));
    add(to, a);
    add(to, b, 4);
    add(to, c, 8);
    add(to, d, 12);
  }
  for (; to < end; to += 4, from += 2) add(to, paged(table, load<u16>(from)));
}

function addPaged(step: usize, from: usize, to: usize, count: u32): void {
  const table: usize = word(step, StepWord.Table);
  const end = to + (count << 2);
  for (; to < end; to += 4, from += 4) addOdd(to, paged(table, load<u32>(from) & 0xffff));
}

function inTrie(table: usize, value: u32): u32 {
  return at(at(at(table, value >> 16), (value >> 8) & 255), value & 255);
}

function addWords(step: usize, from: usize, to: usize, count: u32): void {
  const table: usize = word(step, StepWord.Table);
  const end = to + (count << 2);
  for (; to + 12 < end; to += 16, from += 16) {
    const a = inTrie(table, load<u32>(from));
    const b = inTrie(table, load<u32>(from, 4));
    const c = inTrie(table, load<u32>(from, 8));
    const d = inTrie(table, load<u32>(from, 12));
    add(to, a);
    add(to, b, 4);
    add(to, c, 8);
    add(to, d, 12);
  }
  for (; to < end; to += 4, from += 4) add(to, inTrie(table, load<u32>(from)));
}

function addBits(step: usize, from: usize, to: usize, count: u32): void {
  const runs: usize = word(step, StepWord.Table);
  const last = runs + word(step, StepWord.Count) * 12;
  const end = to + (count << 2);
  for (; to < end; to += 4, from += 4) {
    const value = load<u32>(from);
    let bits: u32 = 0;
    for (let run = runs; run < last; run += 12)
      bits += ((value >> load<u32>(run)) & load<u32>(run, 4)) << load<u32>(run, 8);
    add(to, bits);
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
    addOdd(to, place < met ? stride * place : unmet);
  }
}
