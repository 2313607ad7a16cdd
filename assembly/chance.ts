/**
 * Journeys that fork by chance alone, of packets that are no columns of the batch. All that are at a fork draw at once, then all that are
 * at the next one: a packet has 1.7 forks to an endpoint of three, and one after the other each took 30 ns.
 */
import {
  COLUMN_BYTES,
  COUNT_BANKS,
  COUNT_SHIFT,
  ColumnsWord,
  End,
  JOURNEY_EACH,
  JOURNEY_SHIFT,
  JourneyWord,
  PLACE_SHIFT,
  Run,
} from '../src/abi';
import { count } from './journeys';
import { pend } from './lists';
import { at, ofRun, put, word } from './packet';

const EACH: u32 = JOURNEY_EACH;
const OF_PACKET: u32 = 0x9e3779b1;
const OF_TURN: u32 = 0x85ebca6b;
/** A packet at a fork: its place, and below that the number of the stage. */
const NUMBER: u32 = (1 << PLACE_SHIFT) - 1;
/** Columns behind the list of those: what all draws of the packet have in common, its draw, and the places of all that forked. */
const OWN: usize = COLUMN_BYTES;
const DRAW: usize = 2 * COLUMN_BYTES;
const FORKED: usize = 3 * COLUMN_BYTES;

/** Pending, and how many: the packets that have to walk. `countAll` has told the others how they end. */
export function travelByChance(plan: usize, size: u32): u32 {
  const numbers: usize = word(plan, ColumnsWord.Numbers);
  const fates: usize = word(plan, ColumnsWord.Fates);
  const list: usize = word(plan, ColumnsWord.Lists);
  let forked: u32 = 0;
  for (let slot: u32 = 0; slot < size; slot += 16)
    for (let left = walking(fates, slot, size); left != 0; left &= left - 1) {
      const place = slot + ctz(left);
      const number = at(numbers, place);
      put(list, forked, (place << PLACE_SHIFT) | number);
      put(list + FORKED, forked, place);
      forked += u32(number > EACH);
    }
  begin(plan, list, forked);
  for (let turn: u32 = 0, forking = forked; forking > 0; turn++) forking = goOn(plan, list, forking, turn);
  countForked(plan, list + FORKED, forked);
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

/** What all draws of each packet have in common, four at a time; draw.ts says what they are. */
function begin(plan: usize, list: usize, forked: u32): void {
  const seed = i32x4.splat(ofRun(Run.Seed) + word(plan, ColumnsWord.Serial) * OF_PACKET);
  for (const end = list + (forked << 2); list < end; list += 16) {
    const places = i32x4.shr_u(v128.load(list), PLACE_SHIFT);
    v128.store(list, fourMixed(i32x4.add(seed, i32x4.mul(places, i32x4.splat(OF_PACKET)))), OWN);
  }
}

/** Each packet of the list draws for the `turn`th time, and its number is that of the next stage; how many are at another fork then. */
function goOn(plan: usize, list: usize, forking: u32, turn: u32): u32 {
  const journeys: usize = word(plan, ColumnsWord.Journeys);
  const ends: usize = word(plan, ColumnsWord.Ends);
  const fates: usize = word(plan, ColumnsWord.Fates);
  const numbers: usize = word(plan, ColumnsWord.Numbers);
  const drawn = i32x4.splat(turn * OF_TURN);
  const end = list + (forking << 2);
  for (let from = list; from < end; from += 16)
    v128.store(from, i32x4.shr_u(fourMixed(i32x4.add(v128.load(from, OWN), drawn)), 1), DRAW);
  let to = list;
  for (let from = list; from < end; from += 4) {
    const packet = load<u32>(from);
    const own = load<u32>(from, OWN);
    const place = packet >> PLACE_SHIFT;
    const stage = journeys + ((packet & NUMBER) << JOURNEY_SHIFT);
    const failed = usize(load<u32>(from, DRAW) >= word(stage, JourneyWord.End));
    const next = load<u32>(stage + (failed << 2), JourneyWord.Held << 2);
    const fate = load<u8>(ends + next);
    put(numbers, place, next);
    store<u8>(fates + place, fate);
    store<u32>(to, (place << PLACE_SHIFT) | next);
    store<u32>(to, own, OWN);
    // where nobody was yet, and where each has to walk, the fate is not known either
    to += (usize(fate == End.Walking) & usize(next > EACH)) << 2;
  }
  return <u32>((to - list) >> 2);
}

/** Adds them to the counters of their last stages; those of what is no end are not asked. */
function countForked(plan: usize, places: usize, forked: u32): void {
  const counts: usize = word(plan, ColumnsWord.Counts);
  const lengths: usize = word(plan, ColumnsWord.Lengths);
  const numbers: usize = word(plan, ColumnsWord.Numbers);
  for (let i: u32 = 0; i < forked; i++) {
    const place = at(places, i);
    const bank = counts + (at(numbers, place) << COUNT_SHIFT) + ((i & (COUNT_BANKS - 1)) << 3);
    count(bank, load<u16>(lengths + (place << 1)));
  }
}

function fourMixed(value: v128): v128 {
  value = v128.xor(value, i32x4.shr_u(value, 16));
  value = i32x4.mul(value, i32x4.splat(0x85ebca6b));
  value = v128.xor(value, i32x4.shr_u(value, 13));
  value = i32x4.mul(value, i32x4.splat(0xc2b2ae35));
  return v128.xor(value, i32x4.shr_u(value, 16));
}
