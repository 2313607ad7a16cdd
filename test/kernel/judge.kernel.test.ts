/**
 * packetwalk before the kernel, on random scenarios, which are always the same: PACKETWALK_SEED=123 takes others. A
 * failure says how to have it again. More seeds: `npm run test:kernel`.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GenerateOptions } from './generate.js';
import { type Kernel, kernelMissing, kernelTitle, openKernel } from './kernel.js';
import { judgeSeeds, type Range } from './seeds.js';

const FIRST = Number(process.env.PACKETWALK_SEED ?? 60_000);

const missing = kernelMissing();

describe.skipIf(missing !== undefined)(kernelTitle('the kernel and packetwalk'), () => {
  let kernels: Kernel[] = [];
  beforeAll(() => {
    kernels = Array.from({ length: 8 }, openKernel);
  });
  afterAll(() => Promise.all(kernels.map((kernel) => kernel.close())));

  it.each([
    ['of level 1', { level: 1, first: FIRST, end: FIRST + 40 }],
    ['of IPv6, of level 1', { level: 1, first: FIRST, end: FIRST + 20 }, { family: 6 }],
    ['of level 2', { level: 2, first: FIRST, end: FIRST + 40 }],
    ['of level 3', { level: 3, first: FIRST, end: FIRST + 16 }],
    ['of level 4', { level: 4, first: FIRST, end: FIRST + 16 }],
  ] as [string, Range, GenerateOptions?][])(
    'agree on packets %s',
    { timeout: 120_000 },
    async (_, range, options = {}) => {
      const again = `npm run test:kernel -- --level ${range.level} --family ${options.family ?? 4} --keep --seeds`;
      let packets = 0;
      for await (const { seed, scenario, verdict } of judgeSeeds(kernels, range, options)) {
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
});
