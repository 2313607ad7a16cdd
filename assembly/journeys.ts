/**
 * Journeys of the column program: the key of each packet leads to the number of the journey that all packets with such a key go,
 * and that counts them. src/run/columns/ says what a journey is, and lays all of it out (ColumnsWord).
 */
import {
  Beside,
  COUNT_BANKS,
  COUNT_PACKET_SHIFT,
  COUNT_SHIFT,
  ColumnsWord,
  End,
  Field,
  JOURNEY_EACH,
  JOURNEY_NEW,
  JOURNEY_SHIFT,
  JOURNEY_WHY,
  JOURNEYED,
  JourneyWord,
  Op,
  Result,
  Run,
  TURN_ALL,
  TURN_EACH,
} from '../src/abi';
import { journeyOf, lookUp } from './cells';
import { travelByChance } from './chance';
import { findKeys } from './columns';
import { cellAt, outcomeOf } from './conditions';
import { noPending, pend } from './lists';
import { TRUE } from './outcome';
import { at, columnAt, ofRun, put, word } from './packet';

const NEW: u32 = JOURNEY_NEW;
const EACH: u32 = JOURNEY_EACH;

/**
 * Finds by their values the journeys of the packets 0 to `count`; how many of them walk whose journey is not known. Pending: of these,
 * those whose kind was not met yet; of packets that are no columns of the batch all.
 */
export function findJourneys(plan: usize, count: u32): u32 {
  findKeys(plan, 0, count);
  lookUp(plan, count);
  noPending();
  const narrow = word(plan, ColumnsWord.Fates) != 0;
  const fates = columnAt(Beside.Fate);
  const numbers: usize = word(plan, ColumnsWord.Numbers);
  let unknown: u32 = 0;
  for (let slot: u32 = 0; slot < count; slot += 8) {
    // few are, as a rule: eight are told at once, of which the last ones may be of no packet
    for (let left = eachOfEight(numbers + (slot << 2)); left != 0; left &= left - 1) {
      const one = slot + ctz(left);
      if (one >= count || (!narrow && at(fates, one) != End.Walking)) continue;
      unknown += 1;
      if (narrow || journeyOf(plan, one) == NEW) pend(one);
    }
  }
  return unknown;
}

/** A bit for each of eight numbers that is no journey's. */
function eachOfEight(numbers: usize): u32 {
  const each = i32x4.splat(EACH);
  const low = i32x4.le_u(v128.load(numbers), each);
  const high = i32x4.le_u(v128.load(numbers, 16), each);
  return i16x8.bitmask(i16x8.narrow_i32x4_s(low, high));
}

/**
 * Ends the ways of those of the packets `first` to `size` whose journey is known; how many still walk. Where all take their turn
 * it comes back at the first that has to walk, and gives its place, else `size`. Pending: those that came to a fork where nobody
 * was yet; of packets that are no columns of the batch all that have to walk.
 */
export function travel(plan: usize, first: u32, size: u32): u32 {
  noPending();
  const turn = word(plan, ColumnsWord.Turn);
  if (word(plan, ColumnsWord.Fates) == 0) return travelInBatch(plan, turn, first, size);
  if (turn != TURN_EACH) countAll(plan, size);
  if (turn == TURN_ALL) return travelByChance(plan, size);
  return travelBeside(plan, turn, first, size);
}

function travelInBatch(plan: usize, turn: u32, first: u32, size: u32): u32 {
  const fates = columnAt(Beside.Fate);
  let walking: u32 = 0;
  for (let slot = first; slot < size; slot++) {
    if (at(fates, slot) != End.Walking) continue;
    const last = travelOne(plan, slot, journeyOf(plan, slot));
    if (last > EACH) continue;
    if (last == NEW) pend(slot);
    if (turn == TURN_EACH) return slot;
    walking += 1;
  }
  return turn == TURN_EACH ? size : walking;
}

/** The same of one packet, whose journey is told: its last stage; JOURNEY_NEW, JOURNEY_EACH: it walks. */
export function travelOne(plan: usize, slot: u32, number: u32): u32 {
  const last = go(plan, slot, number, at(columnAt(Field.Length), slot));
  if (last <= EACH) return last;
  put(columnAt(Beside.Fate), slot, endOf(plan, last) & ((1 << JOURNEY_WHY) - 1));
  put(columnAt(Result.Verdict), slot, JOURNEYED);
  return last;
}

/** The same of all whose journey is told, which does not fork; 0: nothing is. */
export function travelEach(plan: usize, numbers: usize, size: u32): void {
  const counts: usize = word(plan, ColumnsWord.Counts);
  const lengths = columnAt(Field.Length);
  const fates = columnAt(Beside.Fate);
  const verdicts = columnAt(Result.Verdict);
  for (let slot: u32 = 0; slot < size; slot++) {
    const number = at(numbers, slot);
    if (number == 0) continue;
    // those that stand beside each other have a counter of their own
    count(counts + (number << COUNT_SHIFT) + ((slot & (COUNT_BANKS - 1)) << 3), at(lengths, slot));
    put(fates, slot, endOf(plan, number) & ((1 << JOURNEY_WHY) - 1));
    put(verdicts, slot, JOURNEYED);
  }
}

/** Counts all, and tells those that do not fork how they end. Four at a time, each of which has a counter of its own: */
function countAll(plan: usize, size: u32): void {
  const counts: usize = word(plan, ColumnsWord.Counts);
  const ends: usize = word(plan, ColumnsWord.Ends);
  let length: usize = word(plan, ColumnsWord.Lengths);
  let fate: usize = word(plan, ColumnsWord.Fates);
  let number: usize = word(plan, ColumnsWord.Numbers);
  const end = number + ((size & ~3) << 2);
  for (; number < end; number += 16, length += 8, fate += 4) {
    const a: usize = load<u32>(number);
    const b: usize = load<u32>(number, 4);
    const c: usize = load<u32>(number, 8);
    const d: usize = load<u32>(number, 12);
    count(counts + (a << COUNT_SHIFT), load<u16>(length));
    count(counts + (b << COUNT_SHIFT) + 8, load<u16>(length, 2));
    count(counts + (c << COUNT_SHIFT) + 16, load<u16>(length, 4));
    count(counts + (d << COUNT_SHIFT) + 24, load<u16>(length, 6));
    store<u8>(fate, load<u8>(ends + a));
    store<u8>(fate, load<u8>(ends + b), 1);
    store<u8>(fate, load<u8>(ends + c), 2);
    store<u8>(fate, load<u8>(ends + d), 3);
  }
  for (const last = number + ((size & 3) << 2); number < last; number += 4, length += 2, fate += 1) {
    const one: usize = load<u32>(number);
    count(counts + (one << COUNT_SHIFT), load<u16>(length));
    store<u8>(fate, load<u8>(ends + one));
  }
}

export function count(packed: usize, length: u32): void {
  store<u64>(packed, load<u64>(packed) + (((<u64>1) << COUNT_PACKET_SHIFT) | <u64>length));
}

/** The same of packets that are no columns of the batch, one after the other, but for those that `countAll` has told how they end. */
function travelBeside(plan: usize, turn: u32, first: u32, size: u32): u32 {
  const fates: usize = word(plan, ColumnsWord.Fates);
  const lengths: usize = word(plan, ColumnsWord.Lengths);
  const numbers: usize = word(plan, ColumnsWord.Numbers);
  let walking: u32 = 0;
  // sixteen at once, of which those walk whose highest bit is set
  for (let slot = first & ~15; slot < size; slot += 16) {
    let left: u32 = i8x16.bitmask(v128.load(fates + slot));
    if (slot < first) left &= (<u32>-1) << (first - slot);
    for (; left != 0; left &= left - 1) {
      const one = slot + ctz(left);
      if (one >= size) break;
      if (turn == TURN_EACH) {
        // of a kind that was not known something may have been learnt since
        let number = at(numbers, one);
        if (number <= EACH) number = journeyOf(plan, one);
        const last = go(plan, one, number, load<u16>(lengths + (one << 1)));
        if (last > EACH) {
          store<u8>(fates + one, <u8>endOf(plan, last));
          continue;
        }
      }
      pend(one);
      if (turn == TURN_EACH) return one;
      walking += 1;
    }
  }
  return turn == TURN_EACH ? size : walking;
}

export function recordOf(plan: usize, number: u32): usize {
  return word(plan, ColumnsWord.Journeys) + (number << JOURNEY_SHIFT);
}
function endOf(plan: usize, number: u32): u32 {
  return word(recordOf(plan, number), JourneyWord.End);
}

/** The number of its last stage; NEW, EACH: one of its forks leads there, and nothing was done. */
function go(plan: usize, slot: u32, number: u32, length: u32): u32 {
  if (number <= EACH) return number;
  const stage = recordOf(plan, number);
  if (word(stage, JourneyWord.Fork) != 0) return forked(plan, slot, stage, length);
  countEnd(plan, number, length);
  return number;
}

function countEnd(plan: usize, number: u32, length: u32): void {
  count(word(plan, ColumnsWord.Counts) + (number << COUNT_SHIFT), length);
}

/** The stage where it ends, which counts; NEW, EACH: a fork leads there, and all conditions are as if they had not been asked. */
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
  countEnd(plan, next, length);
  return next;
}

/**
 * Adds what was counted of `size` journeys to their records, before there are too many packets for a counter. `chance`: they fork by
 * nothing else.
 */
export function gatherCounts(journeys: usize, counts: usize, size: u32, chance: bool): void {
  for (let number: u32 = 0; number < size; number++) gatherOne(journeys, number, counts, chance);
}

export function gatherOne(journeys: usize, number: u32, counts: usize, chance: bool): void {
  let packets: u64 = 0;
  let bytes: u64 = 0;
  for (let place = 0; place < COUNT_BANKS; place++) {
    const bank = counts + (number << COUNT_SHIFT) + (place << 3);
    const packed = load<u64>(bank);
    packets += packed >> COUNT_PACKET_SHIFT;
    bytes += packed & (((<u64>1) << COUNT_PACKET_SHIFT) - 1);
    store<u64>(bank, 0);
  }
  // those that have to walk were counted with the others
  if (packets == 0 || number <= EACH) return;
  let stage = journeys + (number << JOURNEY_SHIFT);
  if (word(stage, JourneyWord.Fork) != 0) {
    // and those that fork, but for those that came to empty limits
    if (chance || word(stage, JourneyWord.End) == 0) return;
    while (word(stage, JourneyWord.Fork) != 0) stage = journeys + (word(stage, JourneyWord.Failed) << JOURNEY_SHIFT);
  }
  store<u64>(stage, load<u64>(stage) + packets);
  store<u64>(stage, load<u64>(stage, JourneyWord.Bytes << 2) + bytes, JourneyWord.Bytes << 2);
}
