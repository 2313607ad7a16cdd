/** The first-match classifier against a look at every rule, on random lists of several shapes. */
import { beforeAll, describe, expect, test } from 'vitest';
import { FirstMatch, type FiveTupleRules, fiveTupleRules, PARTINGS } from '../src/run/first-match/index.js';
import { type Core, loadCore } from '../src/run/wasm.js';
import { classifyAll } from './first-match/columns.js';
import { drawPackets, drawRules, firstOf, type Packets, prefix, SHAPES } from './first-match/lists.js';
import { Draw } from './routing/random.js';

let core: Core;
beforeAll(async () => {
  core = await loadCore();
});

const SEED = Number(process.env.PACKETWALK_SEED ?? 1);

interface Asked {
  readonly packets?: number;
  readonly memory?: number;
  readonly parting?: number;
}

/** What a build made of the rules, and the first packet that gets another rule than by looking at each. */
function tried(draw: Draw, rules: FiveTupleRules, { packets: count = 4000, ...options }: Asked = {}) {
  const mark = core.memory.mark();
  const match = FirstMatch.build(core, rules, options);
  const packets = drawPackets(draw, rules, count);
  const got = classifyAll(core, match, packets, draw.below(4));
  core.memory.release(mark);
  const i = got.findIndex((rule, i) => rule !== firstOf(rules, packets, i));
  const wrong = i < 0 ? undefined : { packet: i, got: got[i], want: firstOf(rules, packets, i) };
  return { wrong, plan: match.plan, bytes: match.bytes };
}

const COUNTS = [1, 3, 9, 40, 200, 700];

describe('random lists', () => {
  test.each(Object.keys(SHAPES))('%s', (shape) => {
    for (let seed = 0; seed < 12; seed++) {
      const draw = new Draw(SEED * 1000 + seed);
      const rules = drawRules(draw, shape, COUNTS[seed % COUNTS.length]!);
      const { wrong, plan } = tried(draw, rules);
      // ports in pairs, and intervals that all overlap, are too many classes: of some rules alone
      const method = /^(ranges|pairs of ports)$/.test(shape) && rules.count > 100 ? plan.method : 'tables';
      expect({ shape, seed, wrong, method: plan.method }).toEqual({ shape, seed, wrong: undefined, method });
    }
  });
});

describe.each(PARTINGS.map((parts, i) => ({ i, name: parts.map((p) => `${p.source}-${p.destination}`).join(', ') })))(
  'parted by force: $name',
  ({ i }) => {
    test.each(['nested', 'hosts', 'many /16', 'masks', 'ends'])('%s', (shape) => {
      for (const count of COUNTS) {
        const draw = new Draw(SEED * 2000 + count);
        const { wrong, plan } = tried(draw, drawRules(draw, shape, count), { parting: i });
        expect({ shape, count, wrong, method: plan.method }).toEqual({
          shape,
          count,
          wrong: undefined,
          method: 'tables',
        });
      }
    });
  },
);

describe('what does not fit', () => {
  test('is looked at rule by rule, in the memory that is allowed', () => {
    for (const memory of [100_000, 1_200_000, 2_000_000, 3_000_000, 8_000_000]) {
      const draw = new Draw(SEED + memory);
      const { wrong, plan, bytes } = tried(draw, drawRules(draw, 'nested', 700), { memory });
      expect({ memory, wrong, fits: bytes <= memory }).toEqual({ memory, wrong: undefined, fits: true });
      if (memory < 1_300_000 || memory > 7_000_000) expect(plan.method).toBe(memory < 1_300_000 ? 'scan' : 'tables');
    }
  });

  test('is refused where not even the rules fit', () => {
    const rules = drawRules(new Draw(SEED), 'nested', 700);
    expect(() => FirstMatch.build(core, rules, { memory: 10_000 })).toThrow(
      /700 rules take 19\d+ bytes at least, 10000/,
    );
  });

  test('no list of rules that all overlap takes long', () => {
    const draw = new Draw(SEED);
    const start = performance.now();
    const { wrong, plan } = tried(draw, drawRules(draw, 'ranges', 3000), { packets: 500 });
    expect({ wrong, method: plan.method }).toEqual({ wrong: undefined, method: 'scan' });
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

describe('widths', () => {
  test('a list of more than 255 rules', () => {
    const draw = new Draw(SEED);
    const rules = drawRules(draw, 'ports of one pair', 1500);
    const { wrong, plan } = tried(draw, rules);
    expect({ wrong, method: plan.method }).toEqual({ wrong: undefined, method: 'tables' });
  });

  test('numbers of rules beyond sixteen bits', () => {
    const draw = new Draw(SEED);
    const many = fiveTupleRules(70_000);
    const few = drawRules(draw, 'hosts', 200);
    // the first ones take nothing that packets bear
    many.proto.fill(200);
    many.protoMask.fill(255);
    for (const field of ['srcMax', 'dstMax', 'sportMax', 'dportMax'] as const) many[field].fill(0xffffffff);
    for (const field of Object.keys(few) as (keyof FiveTupleRules)[])
      if (field !== 'count') many[field].set(few[field], many.count - few.count);
    const { wrong, plan } = tried(draw, many, { packets: 600 });
    expect({ wrong, method: plan.method }).toEqual({ wrong: undefined, method: 'tables' });
  });
});

test('a list without rules takes nothing', () => {
  expect(tried(new Draw(SEED), fiveTupleRules(0), { packets: 100 }).wrong).toBe(undefined);
});

test.each([0, 1, 2, 3, 4, 5, 15, 16, 17, 31, 16_383, 16_384, 16_385, 16_399, 40_000])('%i packets', (count) => {
  const draw = new Draw(SEED);
  expect(tried(draw, drawRules(draw, 'nested', 50), { packets: count }).wrong).toBe(undefined);
});

test('a train of equal packets that is longer than a batch, behind others like them', () => {
  const draw = new Draw(SEED);
  const rules = drawRules(draw, 'nested', 200);
  const packets = drawPackets(draw, rules, 33_000);
  for (const field of ['src', 'dst', 'sport', 'dport', 'proto'] as const) packets[field].fill(packets[field][0]!);
  const match = FirstMatch.build(core, rules);
  expect(new Set(classifyAll(core, match, packets, 3))).toEqual(new Set([firstOf(rules, packets, 0)]));
});

test('the five rules of docs/column-program.md', () => {
  const ip = (a: number, b: number, c: number, d: number) => ((a * 256 + b) * 256 + c) * 256 + d;
  const rules = fiveTupleRules(5);
  const rows = [
    [prefix(ip(10, 0, 0, 0), 8), prefix(ip(10, 1, 2, 3), 32), [22, 22], 6],
    [prefix(ip(10, 0, 0, 0), 8), prefix(ip(10, 1, 2, 0), 24), [80, 80], 6],
    [prefix(0, 0), prefix(ip(10, 1, 2, 0), 24), [53, 53], 17],
    [prefix(ip(10, 9, 0, 0), 16), prefix(0, 0), [0, 65535], 6],
    [prefix(0, 0), prefix(0, 0), [0, 65535], 0],
  ] as const;
  for (const [i, [src, dst, dport, proto]] of rows.entries()) {
    [rules.srcMin[i], rules.srcMax[i]] = src;
    [rules.dstMin[i], rules.dstMax[i]] = dst;
    [rules.dportMin[i], rules.dportMax[i]] = dport;
    rules.sportMax[i] = 65535;
    rules.proto[i] = proto;
    rules.protoMask[i] = proto === 0 ? 0 : 255;
  }
  const match = FirstMatch.build(core, rules);
  expect(match.plan.classes).toEqual({ src: 3, dst: 3, sport: 1, dport: 4, proto: 3, y: 5 });
  expect(match.plan.groups).toMatchObject([{ name: 'any-any', kind: 'tiles', rules: 5 }]);
  const packets: Packets = {
    count: 5,
    src: Uint32Array.of(ip(10, 9, 1, 1), ip(10, 9, 1, 1), ip(10, 8, 1, 1), ip(10, 9, 1, 1), ip(8, 8, 8, 8)),
    dst: Uint32Array.of(ip(10, 1, 2, 3), ip(10, 1, 2, 3), ip(10, 1, 2, 9), ip(10, 1, 2, 3), ip(10, 1, 2, 3)),
    sport: new Uint16Array(5),
    dport: Uint16Array.of(22, 80, 22, 443, 53),
    proto: Uint8Array.of(6, 6, 6, 6, 17),
  };
  expect([...classifyAll(core, match, packets)]).toEqual([0, 1, 4, 3, 2]);
});
