/** Blocks of numbers for what rules ask of addresses of IPv6: a span has one of a block's where the range holds it, and no other. */
import { expect, test } from 'vitest';
import type { NumberRange } from '../src/model/condition.js';
import { AddressBlocks } from '../src/run/columns/address-blocks.js';
import { Random } from './kernel/generate/random.js';

const END = 400;

/** Apart from each other or within one. */
function nested(r: Random, min: number, max: number, depth: number): NumberRange[] {
  if (max < min || depth === 0) return [];
  const middle = min + r.below(max - min + 1);
  const own = r.chance(0.7) ? [{ min, max }] : [];
  return [...own, ...nested(r, min, middle - r.below(3), depth - 1), ...nested(r, middle + 1, max, depth - 1)];
}

test('blocks are such as prefixes have, and hold the numbers of their spans alone', () => {
  const r = new Random(1);
  for (let time = 0; time < 200; time++) {
    const ranges = nested(r, r.below(20), END - 1 - r.below(20), 1 + r.below(8));
    const blocks = AddressBlocks.of(ranges, END)!;
    for (const range of [{ min: 0, max: END - 1 }, ...ranges]) {
      const block = blocks.of(range);
      const size = block.max - block.min + 1;
      expect([Math.log2(size) % 1, block.min % size]).toEqual([0, 0]);
      const held = [...blocks.numbers].map((number) => block.min <= number && number <= block.max);
      expect(held).toEqual(held.map((_, span) => range.min <= span && span <= range.max));
    }
  }
});

test.each([
  [
    'one lies partly within another',
    [
      { min: 1, max: 5 },
      { min: 3, max: 9 },
    ],
  ],
  ['they lie too deep', Array.from({ length: 40 }, (_, i) => ({ min: i, max: END - 1 }))],
])('none where %s', (_, ranges) => expect(AddressBlocks.of(ranges, END)).toBeUndefined());

test('what no range tells apart has one number, and what no address has no block', () => {
  const blocks = AddressBlocks.of(
    [
      { min: 3, max: 5 },
      { min: 1, max: 0 },
    ],
    8,
  )!;
  expect(new Set(blocks.numbers).size).toBe(2);
  expect(blocks.of({ min: 1, max: 0 })).toEqual({ min: 1, max: 0 });
});
