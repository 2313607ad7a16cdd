/** Sets of numbers as ranges, held against sets of their numbers one by one. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { common, contains, type Ranges, rangesOf, without } from '../src/model/ranges.js';

const MOST = 20;
const NUMBERS = Array.from({ length: MOST + 2 }, (_, i) => i);
const spans = fc.array(fc.record({ min: fc.nat(MOST), max: fc.nat(MOST) }), { maxLength: 6 });
const has = (all: Ranges, value: number) => all.some(({ min, max }) => min <= value && value <= max);
/** The ranges that hold just the numbers that are wanted. */
const of = (wanted: (value: number) => boolean): Ranges => {
  const out: { min: number; max: number }[] = [];
  for (const value of NUMBERS.filter(wanted)) {
    const last = out.at(-1);
    if (last?.max === value - 1) last.max = value;
    else out.push({ min: value, max: value });
  }
  return out;
};

const wide = (all: Ranges): Ranges<bigint> =>
  all.map(({ min, max }) => ({ min: 2n ** 100n + BigInt(min), max: 2n ** 100n + BigInt(max) }));

describe('ranges', () => {
  test('in any order, one by one', () => {
    fc.assert(
      fc.property(spans, (all) => {
        expect(rangesOf(all)).toEqual(of((value) => has(all, value)));
      }),
    );
  });

  test('two sets of them', () => {
    fc.assert(
      fc.property(spans, spans, (one, other) => {
        const [a, b] = [rangesOf(one), rangesOf(other)];
        expect(common(a, b)).toEqual(of((value) => has(a, value) && has(b, value)));
        expect(without(a, b)).toEqual(of((value) => has(a, value) && !has(b, value)));
        for (const value of NUMBERS) expect(contains(a, value)).toBe(has(a, value));
        // far above what a number holds
        const [c, d] = [wide(a), wide(b)];
        expect(rangesOf([...d, ...c])).toEqual(wide(rangesOf([...b, ...a])));
        expect([common(c, d), without(c, d)]).toEqual([wide(common(a, b)), wide(without(a, b))]);
      }),
    );
  });

  test('up to the last number', () => {
    const all = [{ min: 0, max: 0xffffffff }];
    expect(without(all, [{ min: 5, max: 0xffffffff }])).toEqual([{ min: 0, max: 4 }]);
    expect(without(all, all)).toEqual([]);
  });
});
