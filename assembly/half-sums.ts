/**
 * Steps of the column program whose sums have sixteen bits: of fields that a caller gives in one byte or two. Sixteen packets at
 * once where a field has few classes. src/run/columns/half-sums.ts lays them out (StepWord). All but `lastOf` write up to 32 bytes
 * behind the last sum.
 */
import { HALF_NEVER, StepWord } from '../src/abi';
import { paged } from './columns';
import { at, word } from './packet';

/**
 * The class of a byte: which of the rows of sixteen entries its high half takes, and the entry of its low half there. A protocol,
 * of which seven rows differ, takes 0.3 ns, flags or a ttl, of which two do, 0.1; a table of 256 words 0.5.
 */
export function addRows(step: usize, from: usize, to: usize, count: u32): void {
  const rows: usize = word(step, StepWord.Table);
  const numbers = v128.load(rows);
  const lows = v128.load(rows, 16);
  const highs = v128.load(rows, 32);
  const kept = keptOf(step);
  const first = rows + 48;
  const last = first + (word(step, StepWord.Count) << 4);
  const end = from + count;
  for (; from < end; from += 16, to += 32) {
    const bytes = v128.load(from);
    const low = v128.and(bytes, i8x16.splat(15));
    const number = i8x16.swizzle(numbers, i8x16.shr_u(bytes, 4));
    let classes = i8x16.swizzle(v128.load(first), low);
    let other: i8 = 1;
    for (let row = first + 16; row < last; row += 16, other++)
      classes = v128.bitselect(i8x16.swizzle(v128.load(row), low), classes, i8x16.eq(number, i8x16.splat(other)));
    addClasses(classes, lows, highs, kept, to);
  }
}

/** The class of a half word: how many of the bounds it has reached. */
export function addBounds(step: usize, from: usize, to: usize, count: u32): void {
  const table: usize = word(step, StepWord.Table);
  const lows = v128.load(table);
  const highs = v128.load(table, 16);
  const kept = keptOf(step);
  const first = table + 32;
  const last = first + (word(step, StepWord.Count) << 4);
  const end = from + (count << 1);
  for (; from < end; from += 32, to += 32) {
    const a = v128.load(from);
    const b = v128.load(from, 16);
    let inA = i16x8.splat(0);
    let inB = i16x8.splat(0);
    for (let bound = first; bound < last; bound += 16) {
      inA = i16x8.sub(inA, i16x8.ge_u(a, v128.load(bound)));
      inB = i16x8.sub(inB, i16x8.ge_u(b, v128.load(bound)));
    }
    addClasses(i8x16.narrow_i16x8_u(inA, inB), lows, highs, kept, to);
  }
}

/** All bits where the step adds to a sum, none where it begins it. */
function keptOf(step: usize): v128 {
  return i8x16.splat(<i8>(0 - word(step, StepWord.Adds)));
}

/** Adds what the classes of sixteen packets stand for; the most that there is stays so. */
function addClasses(classes: v128, lows: v128, highs: v128, kept: v128, to: usize): void {
  const low = i8x16.swizzle(lows, classes);
  const high = i8x16.swizzle(highs, classes);
  const a = i8x16.shuffle(low, high, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const b = i8x16.shuffle(low, high, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  v128.store(to, i16x8.add_sat_u(v128.and(v128.load(to), kept), a));
  v128.store(to, i16x8.add_sat_u(v128.and(v128.load(to, 16), kept), b), 16);
}

/** Of half words of many classes, each by its table. */
export function addPages(step: usize, from: usize, to: usize, count: u32): void {
  const pages: usize = word(step, StepWord.Table);
  const kept = 0 - word(step, StepWord.Adds);
  const end = from + (count << 1);
  for (; from < end; from += 8, to += 8) {
    store<u16>(to, bounded((load<u16>(to) & kept) + paged(pages, load<u16>(from))));
    store<u16>(to, bounded((load<u16>(to, 2) & kept) + paged(pages, load<u16>(from, 2))), 2);
    store<u16>(to, bounded((load<u16>(to, 4) & kept) + paged(pages, load<u16>(from, 4))), 4);
    store<u16>(to, bounded((load<u16>(to, 6) & kept) + paged(pages, load<u16>(from, 6))), 6);
  }
}

/** A sum becomes a class of its own, and half words are added: begins another sum. */
export function chain(step: usize, from: usize, to: usize, count: u32): void {
  const table: usize = word(step, StepWord.Table);
  const last = word(step, StepWord.Count) - 1;
  const pages: usize = word(step, StepWord.OtherTable);
  let other: usize = word(step, StepWord.Other);
  const end = from + (count << 1);
  for (; from < end; from += 8, to += 8, other += 8) {
    store<u16>(to, bounded(half(table, load<u16>(from), last) + paged(pages, load<u16>(other))));
    store<u16>(to, bounded(half(table, load<u16>(from, 2), last) + paged(pages, load<u16>(other, 2))), 2);
    store<u16>(to, bounded(half(table, load<u16>(from, 4), last) + paged(pages, load<u16>(other, 4))), 4);
    store<u16>(to, bounded(half(table, load<u16>(from, 6), last) + paged(pages, load<u16>(other, 6))), 6);
  }
}

function half(table: usize, sum: u32, last: u32): u32 {
  return load<u16>(table + ((<usize>min<u32>(sum, last)) << 1));
}
function bounded(sum: u32): u16 {
  return <u16>min<u32>(sum, HALF_NEVER);
}

/** What a sum stands for is added to the key. */
export function lastOf(step: usize, from: usize, to: usize, count: u32): void {
  const table: usize = word(step, StepWord.Table);
  const last = word(step, StepWord.Count) - 1;
  const end = from + ((count & ~3) << 1);
  for (; from < end; from += 8, to += 16) {
    const a = at(table, min<u32>(load<u16>(from), last));
    const b = at(table, min<u32>(load<u16>(from, 2), last));
    const c = at(table, min<u32>(load<u16>(from, 4), last));
    const d = at(table, min<u32>(load<u16>(from, 6), last));
    store<u32>(to, load<u32>(to) + a);
    store<u32>(to, load<u32>(to, 4) + b, 4);
    store<u32>(to, load<u32>(to, 8) + c, 8);
    store<u32>(to, load<u32>(to, 12) + d, 12);
  }
  for (const all = end + ((count & 3) << 1); from < all; from += 2, to += 4)
    store<u32>(to, load<u32>(to) + at(table, min<u32>(load<u16>(from), last)));
}

/** Three at once, which begin the key: half of the time that they take one after the other. */
export function key(step: usize, from: usize, to: usize, count: u32): void {
  const table: usize = word(step, StepWord.Table);
  const last = word(step, StepWord.Count) - 1;
  const otherTable: usize = word(step, StepWord.OtherTable);
  const otherLast = word(step, StepWord.OtherCount) - 1;
  const pages: usize = word(step, StepWord.ThirdTable);
  let other: usize = word(step, StepWord.Other);
  let third: usize = word(step, StepWord.Third);
  const end = to + (count << 2);
  for (; to < end; to += 16, from += 16, other += 8, third += 8) {
    const a = at(table, min<u32>(load<u32>(from), last)) + at(otherTable, min<u32>(load<u16>(other), otherLast));
    store<u32>(to, a + paged(pages, load<u16>(third)));
    const b = at(table, min<u32>(load<u32>(from, 4), last)) + at(otherTable, min<u32>(load<u16>(other, 2), otherLast));
    store<u32>(to, b + paged(pages, load<u16>(third, 2)), 4);
    const c = at(table, min<u32>(load<u32>(from, 8), last)) + at(otherTable, min<u32>(load<u16>(other, 4), otherLast));
    store<u32>(to, c + paged(pages, load<u16>(third, 4)), 8);
    const d = at(table, min<u32>(load<u32>(from, 12), last)) + at(otherTable, min<u32>(load<u16>(other, 6), otherLast));
    store<u32>(to, d + paged(pages, load<u16>(third, 6)), 12);
  }
}
