/**
 * packetwalk before the kernel, on random scenarios: seeds that are always the same, and some that are drawn anew each
 * time. A drawn one that fails says how to have it again. More seeds: `npm run test:kernel`.
 */
import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kernel, kernelMissing, kernelTitle, openKernel } from './kernel.js';
import { judgeSeeds, type Range } from './seeds.js';

/** PACKETWALK_SEED=123 draws as the run did that printed it. */
const DRAWN = Number(process.env.PACKETWALK_SEED ?? randomInt(1_000_000, 1_000_000_000));

const missing = kernelMissing();

describe.skipIf(missing !== undefined)(kernelTitle('the kernel and packetwalk'), () => {
  let kernels: Kernel[] = [];
  beforeAll(() => {
    kernels = [openKernel(), openKernel()];
  });
  afterAll(() => Promise.all(kernels.map((kernel) => kernel.close())));

  it.each([
    ['of level 1', { level: 1, first: 60_000, end: 60_030 }],
    ['of level 2', { level: 2, first: 60_000, end: 60_030 }],
    ['of level 1, drawn', { level: 1, first: DRAWN, end: DRAWN + 10 }],
    ['of level 2, drawn', { level: 2, first: DRAWN, end: DRAWN + 10 }],
  ] as [string, Range][])('agree on packets %s', { timeout: 120_000 }, async (_, range) => {
    const again = `PACKETWALK_SEED=${DRAWN}; npm run test:kernel -- --level ${range.level} --keep --seeds`;
    let packets = 0;
    for await (const { seed, scenario, verdict } of judgeSeeds(kernels, range)) {
      const differing = verdict.differing.map(({ packet, lines }) => ({ ...scenario.packets[packet], lines }));
      expect({ refused: verdict.refused, open: verdict.open, differing }, `${again} ${seed}:${seed + 1}`).toEqual({
        refused: undefined,
        open: [],
        differing: [],
      });
      packets += verdict.packets;
    }
    expect(packets).toBeGreaterThan(20 * (range.end - range.first));
  });
});
