/**
 * Journeys that fork by chance alone, of packets that are no columns of the batch. All that are at a fork draw at once, then all that are
 * at the next one: a packet has 1.7 forks to an endpoint of three, and one after the other each took 30 ns.
 */
import { COLUMN_BYTES, ColumnsWord, End, JOURNEY_EACH, JOURNEY_SHIFT, JourneyWord, PLACE_SHIFT, Run } from '../src/abi';
import { mixed } from './draw';
import { bankOf, count, uncount } from './journeys';
import { pend } from './lists';
import { at, ofRun, word } from './packet';

const EACH: u32 = JOURNEY_EACH;
const OF_PACKET: u32 = 0x9e3779b1;
const OF_TURN: u32 = 0x85ebca6b;
/** A packet at a fork: its place, and below that the number of the stage. */
const NUMBER: u32 = (1 << PLACE_SHIFT) - 1;

/** Pending, and how many: the packets that have to walk. `countAll` has counted all at their first stage. */
export function travelByChance(plan: usize, size: u32): u32 {
  const numbers: usize = word(plan, ColumnsWord.Numbers);
  const fates: usize = word(plan, ColumnsWord.Fates);
  const list: usize = word(plan, ColumnsWord.Forking);
  let forking: u32 = 0;
  for (let slot: u32 = 0; slot < size; slot += 16)
    for (let left = walking(fates, slot, size); left != 0; left &= left - 1) {
      const place = slot + ctz(left);
      const number = at(numbers, place);
      store<u32>(list + (forking << 2), (place << PLACE_SHIFT) | number);
      forking += u32(number > EACH);
    }
  if (forking > 0) {
    const seed = ofRun(Run.Seed) + word(plan, ColumnsWord.Serial) * OF_PACKET;
    begin(list, forking, seed);
    for (let turn: u32 = 0; forking > 0; turn++) forking = goOn(plan, list, forking, turn);
  }
  let left: u32 = 0;
  for (let slot: u32 = 0; slot < size; slot += 16)
    for (let bits = walking(fates, slot, size); bits != 0; bits &= bits - 1, left++) pend(slot + ctz(bits));
  return left;
}

/** A bit for each of sixteen packets whose fate nobody knows: the highest one of End.Walking. */
function walking(fates: usize, slot: u32, size: u32): u32 {
  const bits: u32 = i8x16.bitmask(v128.load(fates + slot));
  return size - slot < 16 ? bits & ((1 << (size - slot)) - 1) : bits;
}

/** What all draws of a packet have in common, four at a time; draw.ts says what they are. */
function begin(list: usize, forking: u32, seed: u32): void {
  for (const end = list + (forking << 2); list < end; list += 16) {
    const places = i32x4.shr_u(v128.load(list), PLACE_SHIFT);
    const own = i32x4.add(i32x4.splat(seed), i32x4.mul(places, i32x4.splat(OF_PACKET)));
    v128.store(list, fourMixed(own), COLUMN_BYTES);
  }
}

/** Each packet of the list draws for the `turn`th time; how many are at another fork then. */
function goOn(plan: usize, list: usize, forking: u32, turn: u32): u32 {
  const journeys: usize = word(plan, ColumnsWord.Journeys);
  const counts: usize = word(plan, ColumnsWord.Counts);
  const ends: usize = word(plan, ColumnsWord.Ends);
  const fates: usize = word(plan, ColumnsWord.Fates);
  const lengths: usize = word(plan, ColumnsWord.Lengths);
  const drawn = i32x4.splat(turn * OF_TURN);
  let draws = list;
  for (const end = list + (forking << 2); draws < end; draws += 16)
    v128.store(draws, i32x4.shr_u(fourMixed(i32x4.add(v128.load(draws, COLUMN_BYTES), drawn)), 1), 2 * COLUMN_BYTES);
  const end = list + (forking << 2);
  let to = list;
  for (let from = list; from < end; from += 4) {
    const packet = load<u32>(from);
    const own = load<u32>(from, COLUMN_BYTES);
    const place = packet >> PLACE_SHIFT;
    const next = nextOf(journeys, packet & NUMBER, load<u32>(from, 2 * COLUMN_BYTES));
    if (next <= EACH) {
      uncountAll(plan, place, own);
      continue;
    }
    count(bankOf(counts, next, place), load<u16>(lengths + (place << 1)));
    const fate = load<u8>(ends + next);
    store<u8>(fates + place, fate);
    store<u32>(to, (place << PLACE_SHIFT) | next);
    store<u32>(to, own, COLUMN_BYTES);
    to += usize(fate == End.Walking) << 2;
  }
  return <u32>((to - list) >> 2);
}

function nextOf(journeys: usize, number: u32, drawn: u32): u32 {
  const stage = journeys + (number << JOURNEY_SHIFT);
  const failed = usize(drawn >= word(stage, JourneyWord.End));
  return load<u32>(stage + (failed << 2), JourneyWord.Held << 2);
}

/** A fork led to where nobody was yet, or where each has to walk: no stage before it was gone through. */
function uncountAll(plan: usize, place: u32, own: u32): void {
  const journeys: usize = word(plan, ColumnsWord.Journeys);
  const counts: usize = word(plan, ColumnsWord.Counts);
  const length: u32 = load<u16>(word(plan, ColumnsWord.Lengths) + (place << 1));
  let number = at(word(plan, ColumnsWord.Numbers), place);
  for (let turn: u32 = 0; number > EACH; turn++) {
    uncount(bankOf(counts, number, place), length);
    number = nextOf(journeys, number, mixed(own + turn * OF_TURN) >> 1);
  }
}

function fourMixed(value: v128): v128 {
  value = v128.xor(value, i32x4.shr_u(value, 16));
  value = i32x4.mul(value, i32x4.splat(0x85ebca6b));
  value = v128.xor(value, i32x4.shr_u(value, 13));
  value = i32x4.mul(value, i32x4.splat(0xc2b2ae35));
  return v128.xor(value, i32x4.shr_u(value, 16));
}
