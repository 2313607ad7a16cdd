/** packetwalk/first-match: what callers give and get of the lists that first-match.test.ts judges. */
import { describe, expect, test } from 'vitest';
import { firstMatch } from '../src/first-match.js';
import { drawPackets, drawRules, firstOf } from './first-match/lists.js';
import { Draw } from './routing/random.js';

const draw = new Draw(1);
const rules = drawRules(draw, 'nested', 300);
const packets = drawPackets(draw, rules, 40_000);

test('more packets than are looked up at once get the rules that a look at each finds', async () => {
  const list = await firstMatch(rules);
  const found = list.classify(packets);
  expect(found.findIndex((rule, i) => rule !== firstOf(rules, packets, i))).toBe(-1);
  expect(list.classify(packets, new Uint32Array(packets.count + 1)).slice(0, -1)).toEqual(found);
  expect({ rules: list.rules, method: list.plan.method }).toEqual({ rules: 300, method: 'tables' });
});

describe('arrays that are too short', () => {
  test('of rules', async () => {
    await expect(firstMatch({ ...rules, sportMax: new Uint16Array(299) })).rejects.toThrow(
      'sportMax: 299 values for 300 rules',
    );
  });
  test('of packets, and of results', async () => {
    const list = await firstMatch(rules);
    expect(() => list.classify({ ...packets, proto: new Uint8Array(9) })).toThrow('proto: 9 values for 40000 packets');
    expect(() => list.classify(packets, new Uint32Array(1))).toThrow('to: 1 values for 40000 packets');
  });
});

test('no more memory than is allowed', async () => {
  await expect(firstMatch(drawRules(draw, 'nested', 8000), { memory: 1 })).resolves.toMatchObject({
    bytes: expect.toSatisfy((bytes: number) => bytes <= 1 << 20),
  });
});

test.each([0, 1.5, 3073, Number.NaN])('memory of %s MiB cannot be, as of a host', async (memory) => {
  await expect(firstMatch(rules, { memory })).rejects.toThrow(`memory ${memory}: a whole number from 1 to 3072`);
});
