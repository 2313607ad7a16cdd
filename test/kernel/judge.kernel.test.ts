/**
 * packetwalk before the kernel, on random scenarios, which are always the same: PACKETWALK_SEED=123 takes others. A
 * failure says how to have it again. More seeds: `npm run test:kernel`.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kernel, kernelMissing, kernelTitle, openKernel } from './kernel.js';
import { judgeSeeds, type Range } from './seeds.js';

const FIRST = Number(process.env.PACKETWALK_SEED ?? 60_000);

const missing = kernelMissing();

/** Family and level; of IPv6 packets of connections do not go by columns. */
const COLUMNS = [
  [4, 1],
  [4, 2],
  [4, 4],
  [6, 1],
  [6, 2],
] as const;

describe.skipIf(missing !== undefined)(kernelTitle('the kernel and packetwalk'), () => {
  let kernels: Kernel[] = [];
  beforeAll(() => {
    kernels = Array.from({ length: 8 }, openKernel);
  });
  afterAll(() => Promise.all(kernels.map((kernel) => kernel.close())));

  const RANGES: Range[] = [
    { level: 1, first: FIRST, end: FIRST + 24 },
    { level: 2, first: FIRST, end: FIRST + 24 },
    { level: 3, first: FIRST, end: FIRST + 12 },
    { level: 4, first: FIRST, end: FIRST + 12 },
  ];
  it.each(([4, 6] as const).flatMap((family) => RANGES.map((range) => [family, range.level, range] as const)))(
    'agree on packets of IPv%i, level %i',
    { timeout: 120_000 },
    async (family, level, range) => {
      const again = `npm run test:kernel -- --level ${level} --family ${family} --keep --seeds`;
      let packets = 0;
      for await (const { seed, scenario, verdict } of judgeSeeds(kernels, range, { family })) {
        const differing = verdict.differing.map(({ packet, lines }) => ({ ...scenario.packets[packet], lines }));
        expect({ refused: verdict.refused, open: verdict.open, differing }, `${again} ${seed}:${seed + 1}`).toEqual({
          refused: undefined,
          open: [],
          differing: [],
        });
        packets += verdict.packets;
      }
      expect(packets).toBeGreaterThan(20 * (range.end - range.first));
    },
  );

  /** Of few rules the packets are of few kinds. */
  it.each(COLUMNS)('agree on packets of IPv%i by columns, level %i', { timeout: 120_000 }, async (family, level) => {
    const range = { level, first: FIRST, end: FIRST + 16 };
    const again = `npm run test:kernel -- --level ${level} --family ${family} --most 8 --nat --keep --seeds`;
    let byColumns = 0;
    for await (const { seed, verdict } of judgeSeeds(kernels, range, { rules: 8, nat: true, family })) {
      expect(verdict.differing, `${again} ${seed}:${seed + 1}`).toEqual([]);
      byColumns += verdict.byColumns;
    }
    expect(byColumns).toBeGreaterThan(50);
  });
});
