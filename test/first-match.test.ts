/** The first-match classifier against a look at every rule, on random lists of several shapes. */
import { beforeAll, describe, expect, test } from 'vitest';
import { FirstMatch, fiveTupleRules } from '../src/run/first-match/index.js';
import { type Core, loadCore } from '../src/run/wasm.js';
import { classifyAll } from './first-match/columns.js';
import { drawPackets, drawRules, firstOf, SHAPES } from './first-match/lists.js';
import { Draw } from './routing/random.js';

let core: Core;
beforeAll(async () => {
  core = await loadCore();
});

const SEED = Number(process.env.PACKETWALK_SEED ?? 1);

/** The first packet that gets another rule than by looking at each. */
function wrongPacket(draw: Draw, rules: ReturnType<typeof drawRules>, count: number, memory?: number) {
  const mark = core.memory.mark();
  const match = FirstMatch.build(core, rules, memory === undefined ? {} : { memory });
  const packets = drawPackets(draw, rules, count);
  const got = classifyAll(core, match, packets, draw.below(4));
  core.memory.release(mark);
  const i = got.findIndex((rule, i) => rule !== firstOf(rules, packets, i));
  return i < 0 ? undefined : { packet: i, got: got[i], want: firstOf(rules, packets, i), plan: match.plan };
}

describe('random lists', () => {
  test.each(Object.keys(SHAPES))('%s', (shape) => {
    for (let seed = 0; seed < 12; seed++) {
      const draw = new Draw(SEED * 1000 + seed);
      const count = [1, 3, 9, 40, 200, 700][seed % 6]!;
      const rules = drawRules(draw, shape, count);
      expect({ shape, seed, wrong: wrongPacket(draw, rules, 4000) }).toEqual({ shape, seed, wrong: undefined });
    }
  });
});

test('a list without rules takes nothing', () => {
  expect(wrongPacket(new Draw(SEED), fiveTupleRules(0), 100)).toBe(undefined);
});

test.each([0, 1, 2, 3, 4, 5, 15, 16, 17, 2047, 2048, 2049, 10_000])('%i packets', (count) => {
  const draw = new Draw(SEED);
  expect(wrongPacket(draw, drawRules(draw, 'nested', 50), count)).toBe(undefined);
});
