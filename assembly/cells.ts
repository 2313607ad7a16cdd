/**
 * Cells of the column program: of each packet's key the number of the journey that it leads to. src/run/columns/cells.ts lays them
 * out (ColumnsWord).
 */
import {
  CELL_MORE,
  CELL_PAGE,
  CELL_PAGE_SHIFT,
  CellBucket,
  COLUMN_BYTES,
  ColumnsWord,
  JOURNEY_EACH,
  JOURNEY_NEW,
  KEY_NEVER,
  KEY_UNMET,
} from '../src/abi';
import { at, word } from './packet';

const MORE: u32 = CELL_MORE;
const UNMET: u32 = KEY_UNMET;
const NEVER: u32 = KEY_NEVER;
/** Of the bytes of a bucket. */
const BUCKET_SHIFT = 6;
const LOW_BY: u32 = 0x9e3779b1;
const HIGH_BY: u32 = 0x85ebca6b;
const MIXED_BY = 15;

/** Writes the numbers of the packets 0 to `count`. */
export function lookUp(plan: usize, count: u32): void {
  if (word(plan, ColumnsWord.Mask) != 0) lookUpHashed(plan, count);
  else lookUpPaged(plan, count);
}

/** Keys of one sum each. The last page of all stands for those that are none, which are told apart then. */
function lookUpPaged(plan: usize, count: u32): void {
  const pages: usize = word(plan, ColumnsWord.Cells);
  const last = word(plan, ColumnsWord.Pages);
  let key: usize = word(plan, ColumnsWord.Sums);
  let number: usize = word(plan, ColumnsWord.Numbers);
  const end = number + (count << 2);
  for (; number < end; number += 16, key += 16) {
    store<u32>(number, inPage(pages, last, load<u32>(key)));
    store<u32>(number, inPage(pages, last, load<u32>(key, 4)), 4);
    store<u32>(number, inPage(pages, last, load<u32>(key, 8)), 8);
    store<u32>(number, inPage(pages, last, load<u32>(key, 12)), 12);
  }
}

function inPage(pages: usize, last: u32, key: u32): u32 {
  const page: usize = at(pages, min<u32>(key >> CELL_PAGE_SHIFT, last));
  return load<u16>(page + ((key & (CELL_PAGE - 1)) << 1));
}

/** Keys of two sums: 1.2 ns each. Buckets whose slots were asked one after the other took 3.1. */
function lookUpHashed(plan: usize, count: u32): void {
  const buckets: usize = word(plan, ColumnsWord.Cells);
  const mask = word(plan, ColumnsWord.Mask);
  let key: usize = word(plan, ColumnsWord.Sums);
  let number: usize = word(plan, ColumnsWord.Numbers);
  const end = number + (count << 2);
  // the last of four may be of no packet
  for (; number < end; number += 16, key += 16) {
    const low = v128.load(key);
    const high = v128.load(key, COLUMN_BYTES);
    const mixed = v128.xor(i32x4.mul(low, i32x4.splat(LOW_BY)), i32x4.mul(high, i32x4.splat(HIGH_BY)));
    const places = v128.and(v128.xor(mixed, i32x4.shr_u(mixed, MIXED_BY)), i32x4.splat(mask));
    const from = i32x4.add(i32x4.shl(places, BUCKET_SHIFT), i32x4.splat(<u32>buckets));
    const a = inBucket(
      <u32>i32x4.extract_lane(from, 0),
      i32x4.shuffle(low, low, 0, 0, 0, 0),
      i32x4.shuffle(high, high, 0, 0, 0, 0),
    );
    const b = inBucket(
      <u32>i32x4.extract_lane(from, 1),
      i32x4.shuffle(low, low, 1, 1, 1, 1),
      i32x4.shuffle(high, high, 1, 1, 1, 1),
    );
    const c = inBucket(
      <u32>i32x4.extract_lane(from, 2),
      i32x4.shuffle(low, low, 2, 2, 2, 2),
      i32x4.shuffle(high, high, 2, 2, 2, 2),
    );
    const d = inBucket(
      <u32>i32x4.extract_lane(from, 3),
      i32x4.shuffle(low, low, 3, 3, 3, 3),
      i32x4.shuffle(high, high, 3, 3, 3, 3),
    );
    store<u32>(number, a);
    store<u32>(number, b, 4);
    store<u32>(number, c, 8);
    store<u32>(number, d, 12);
    if ((a | b | c | d) < MORE) continue;
    for (let i: usize = 0; i < 4; i++) {
      const one = hashedJourney(buckets, mask, load<u32>(key + (i << 2)), load<u32>(key + (i << 2), COLUMN_BYTES));
      store<u32>(number + (i << 2), one);
    }
  }
}

/** What the slots of a bucket tell of a key whose sums fill a vector each; where none has it, the word behind their journeys. */
function inBucket(bucket: usize, low: v128, high: v128): u32 {
  const lows = i32x4.eq(v128.load(bucket, CellBucket.Low << 2), low);
  const highs = i32x4.eq(v128.load(bucket, CellBucket.High << 2), high);
  const slot = ctz(i32x4.bitmask(v128.and(lows, highs)) | 16);
  return load<u32>(bucket + (slot << 2), CellBucket.Journey << 2);
}

/** No slot holds a key that is none. */
function hashedJourney(buckets: usize, mask: u32, low: u32, high: u32): u32 {
  let place = hashOf(low, high);
  while (true) {
    const journey = inBucket(buckets + ((<usize>(place & mask)) << BUCKET_SHIFT), i32x4.splat(low), i32x4.splat(high));
    if (journey < MORE) return journey;
    place += 1;
  }
}

/** As hashOf of src/run/columns/cells.ts. */
function hashOf(low: u32, high: u32): u32 {
  const mixed: u32 = (low * LOW_BY) ^ (high * HIGH_BY);
  return mixed ^ (mixed >> MIXED_BY);
}

/** What the key of a packet leads to now. */
export function journeyOf(plan: usize, slot: u32): u32 {
  const sums: usize = word(plan, ColumnsWord.Sums);
  const low = at(sums, slot);
  const mask = word(plan, ColumnsWord.Mask);
  const high: u32 = mask == 0 ? 0 : at(sums + COLUMN_BYTES, slot);
  if (low >= UNMET || high >= UNMET) return low < NEVER && high < NEVER ? JOURNEY_NEW : JOURNEY_EACH;
  const cells: usize = word(plan, ColumnsWord.Cells);
  return mask == 0 ? inPage(cells, word(plan, ColumnsWord.Pages), low) : hashedJourney(cells, mask, low, high);
}
