/**
 * The steps of the column program: values of packets, column by column, to classes, and sums of those to the key of a cell.
 * src/run/columns/ lays all of it out (ColumnsWord).
 */
import { ColumnStep, ColumnsWord, KEY_NEVER, KEY_UNMET, StepWord } from '../src/abi';
import { addFirst } from './first-lists';
import { addBounds, addPages, addRows, chain, key, lastOf } from './half-sums';
import { at, word } from './packet';
import { addTuples } from './tuples';
import { addAddresses } from './wide-addresses';

const UNMET: u32 = KEY_UNMET;
const NEVER: u32 = KEY_NEVER;

/** Turns the values of `count` packets from `first` on into keys; those of others stay. */
export function findKeys(plan: usize, first: u32, count: u32): void {
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
    else if (kind == ColumnStep.Tuples) addTuples(step, first, to, count);
    else if (kind == ColumnStep.Wide) addAddresses(step, from, to, count);
    else if (kind == ColumnStep.Pair) pair(step, from, to, count);
    else if (kind == ColumnStep.Rows) addRows(step, from, to, count);
    else if (kind == ColumnStep.Bounds) addBounds(step, from, to, count);
    else if (kind == ColumnStep.Pages) addPages(step, from, to, count);
    else if (kind == ColumnStep.Chain) chain(step, from, to, count);
    else if (kind == ColumnStep.Last) lastOf(step, from, to, count);
    else if (kind == ColumnStep.Key) key(step, from, to, count);
    else if (kind == ColumnStep.Clear) memory.fill(to, 0, count << 2);
    else if (kind == ColumnStep.First) addFirst(step, first, to, count);
    else addValues(step, from, to, count);
  }
}

/** Adds what a group's class comes to, where three at most say that the packet goes the long way (KEY_NEVER). */
function add(to: usize, summand: u32, offset: usize = 0): void {
  store<u32>(to + offset, load<u32>(to + offset) + summand);
}
/** Adds a summand of which there are many: what was not met, or goes the long way, says so no louder for being many. */
function addOdd(to: usize, summand: u32): void {
  const sum = load<u32>(to);
  store<u32>(to, summand < UNMET ? sum + summand : max<u32>(sum, summand));
}
/** The same of four, which takes as long as adding them one by one. */
function addOdds(to: usize, a: u32, b: u32, c: u32, d: u32): void {
  const two = i32x4.replace_lane(i32x4.splat(a), 1, b);
  const summands = i32x4.replace_lane(i32x4.replace_lane(two, 2, c), 3, d);
  const sums = v128.load(to);
  const isClass = i32x4.lt_s(summands, i32x4.splat(UNMET));
  v128.store(to, v128.bitselect(i32x4.add(sums, summands), i32x4.max_u(sums, summands), isClass));
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
    addOdds(to, a, b, c, d);
  }
  for (; to < end; to += 4, from += 1) addOdd(to, at(table, load<u8>(from)));
}

/** Words: numbers from Count on are told by the last entry. */
function addSmall(step: usize, from: usize, to: usize, count: u32): void {
  const table: usize = word(step, StepWord.Table);
  const last = word(step, StepWord.Count) - 1;
  const end = to + (count << 2);
  for (; to < end; to += 4, from += 4) addOdd(to, at(table, min<u32>(load<u32>(from), last)));
}

export function paged(table: usize, value: u32): u32 {
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
    addOdds(to, a, b, c, d);
  }
  for (; to < end; to += 4, from += 2) addOdd(to, paged(table, load<u16>(from)));
}

function addPaged(step: usize, from: usize, to: usize, count: u32): void {
  const table: usize = word(step, StepWord.Table);
  const end = to + (count << 2);
  for (; to < end; to += 4, from += 4) {
    const value = load<u32>(from);
    // packets of IPv6 may be longer
    addOdd(to, value > 0xffff ? NEVER : paged(table, value));
  }
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

/** Both addresses at once: a third faster than one after the other. Up to three sums behind the last are written too. */
function pair(step: usize, from: usize, to: usize, count: u32): void {
  const table: usize = word(step, StepWord.Table);
  const otherTable: usize = word(step, StepWord.OtherTable);
  let other = <usize>word(step, StepWord.Other) + (from - word(step, StepWord.From));
  const end = to + (count << 2);
  for (; to < end; to += 16, from += 16, other += 16) {
    store<u32>(to, inTrie(table, load<u32>(from)) + inTrie(otherTable, load<u32>(other)));
    store<u32>(to, inTrie(table, load<u32>(from, 4)) + inTrie(otherTable, load<u32>(other, 4)), 4);
    store<u32>(to, inTrie(table, load<u32>(from, 8)) + inTrie(otherTable, load<u32>(other, 8)), 8);
    store<u32>(to, inTrie(table, load<u32>(from, 12)) + inTrie(otherTable, load<u32>(other, 12)), 12);
  }
}

/** Four at a time: a sixth of what one by one takes. */
function addBits(step: usize, from: usize, to: usize, count: u32): void {
  const runs: usize = word(step, StepWord.Table);
  const last = runs + word(step, StepWord.Count) * 12;
  const end = to + (count << 2);
  for (; to + 12 < end; to += 16, from += 16) {
    const values = v128.load(from);
    let sums = v128.load(to);
    for (let run = runs; run < last; run += 12) {
      const bits = v128.and(i32x4.shr_u(values, load<u32>(run)), i32x4.splat(load<u32>(run, 4)));
      sums = i32x4.add(sums, i32x4.shl(bits, load<u32>(run, 8)));
    }
    v128.store(to, sums);
  }
  for (; to < end; to += 4, from += 4)
    for (let run = runs; run < last; run += 12)
      add(to, ((load<u32>(from) >> load<u32>(run)) & load<u32>(run, 4)) << load<u32>(run, 8));
}

/** All sixteen are compared at once. Entries of places that no value has yet say that it was not met. */
function addValues(step: usize, column: usize, to: usize, count: u32): void {
  const values: usize = word(step, StepWord.Table);
  const addends = values + 64;
  const a = v128.load(values);
  const b = v128.load(values, 16);
  const c = v128.load(values, 32);
  const d = v128.load(values, 48);
  const end = to + (count << 2);
  for (; to < end; to += 4, column += 4) {
    const value = i32x4.splat(load<u32>(column));
    const low = i16x8.narrow_i32x4_s(i32x4.eq(a, value), i32x4.eq(b, value));
    const high = i16x8.narrow_i32x4_s(i32x4.eq(c, value), i32x4.eq(d, value));
    addOdd(to, at(addends, ctz(i8x16.bitmask(i8x16.narrow_i16x8_s(low, high)))));
  }
}
