/** Classes of ports, where few ends stand and many intervals share them: each value is held by what a look at all of them says. */
import { expect, test } from 'vitest';
import { Effort } from '../../src/run/first-match/effort.js';
import { type FiveTupleRules, fiveTupleRules } from '../../src/run/first-match/rules.js';
import { servicesOf } from '../../src/run/first-match/services.js';
import { Draw } from '../routing/random.js';

const ENDS = [0, 1, 2, 7, 8, 1023, 1024, 40_000, 65_534, 65_535];

function drawn(draw: Draw, count: number): FiveTupleRules {
  const rules = fiveTupleRules(count);
  for (let i = 0; i < count; i++)
    for (const side of ['sport', 'dport'] as const) {
      const [a, b] = [draw.of(ENDS), draw.of(ENDS)];
      [rules[`${side}Min`][i], rules[`${side}Max`][i]] = [Math.min(a, b), Math.max(a, b)];
    }
  return rules;
}

const all = (rules: FiveTupleRules) => Uint32Array.from({ length: rules.count }, (_, i) => i);

test('two values are of one class where the same intervals hold them', () => {
  for (let seed = 0; seed < 300; seed++) {
    const draw = new Draw(seed);
    const rules = drawn(draw, 1 + draw.below(12));
    const { classes, yOf, cover, coverWords, ofRule } = servicesOf(rules, all(rules), new Effort(1e9))!;
    const { sport, dport, proto } = classes;
    const values = [...new Set(ENDS.flatMap((end) => [Math.max(0, end - 1), end, Math.min(65_535, end + 1)]))];
    for (const side of ['sport', 'dport'] as const) {
      const texts = values.map((value) =>
        [...all(rules)].filter((i) => rules[`${side}Min`][i]! <= value && value <= rules[`${side}Max`][i]!).join(),
      );
      const numbers = values.map((value) => classes[side].ofValue[value]!);
      const pairs = new Set(texts.map((text, i) => `${text} is ${numbers[i]}`));
      const counts = [pairs.size, new Set(texts).size, classes[side].count];
      expect({ seed, side, counts }).toEqual({ seed, side, counts: counts.map(() => pairs.size) });
    }
    for (const [i] of rules.sportMin.entries()) {
      const [s, d] = [draw.of(values), draw.of(values)];
      const y = yOf[(sport.ofValue[s]! * dport.count + dport.ofValue[d]!) * proto.count + proto.ofValue[6]!]!;
      const covers = ((cover[ofRule[i]! * coverWords + (y >>> 5)]! >>> (y & 31)) & 1) === 1;
      const takes =
        rules.sportMin[i]! <= s && s <= rules.sportMax[i]! && rules.dportMin[i]! <= d && d <= rules.dportMax[i]!;
      expect({ seed, i, s, d, covers }).toEqual({ seed, i, s, d, covers: takes });
    }
  }
});

test('many intervals of both sides are found to be too many in few steps', () => {
  const draw = new Draw(1);
  const rules = fiveTupleRules(50_000);
  for (const side of ['sport', 'dport'] as const)
    for (let i = 0; i < rules.count; i++) {
      const [a, b] = [draw.below(65_536), draw.below(65_536)];
      [rules[`${side}Min`][i], rules[`${side}Max`][i]] = [Math.min(a, b), Math.max(a, b)];
    }
  const effort = new Effort(10_000_000);
  expect(servicesOf(rules, all(rules), effort)).toBe(undefined);
  expect(effort.isSpent).toBe(false);
});
