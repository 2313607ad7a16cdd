/**
 * `node build/test/faults/find.js LEVEL FAMILY FIRST END`: judges seeds until a packet differs, and says in one line of JSON
 * which. It runs in the copy of the engine that has a fault, and in the engine that has none.
 */
import type { Family } from '../kernel/generate/address.js';
import type { Level } from '../kernel/generate.js';
import { kernelMissing, openKernel } from '../kernel/kernel.js';
import { judgeSeeds } from '../kernel/seeds.js';

export interface Found {
  readonly seed: number;
  readonly packet: number;
  readonly lines: readonly string[];
}

export interface Search {
  /** How many were judged, with the one that was found. */
  readonly packets: number;
  readonly found?: Found;
  /** Where the kernel took no scenario, or packetwalk ended at an open question: agreement then means less. */
  readonly unjudged: readonly string[];
}

const missing = kernelMissing();
if (missing !== undefined) {
  process.stderr.write(`the kernel cannot be asked: ${missing}\n`);
  process.exit(2);
}
const [level, family, first, end] = process.argv.slice(2).map(Number) as [Level, Family, number, number];
/** Those of levels 3 and 4 wait for time to pass; what is begun beside the seed that is found is for nothing. */
const kernels = Array.from({ length: Math.min(end - first, level > 2 ? 4 : 2) }, openKernel);
process.stdout.write(`${JSON.stringify(await search())}\n`);
for (const kernel of kernels) await kernel.close();

async function search(): Promise<Search> {
  let packets = 0;
  const unjudged: string[] = [];
  for await (const { seed, verdict } of judgeSeeds(kernels, { level, first, end }, { family })) {
    const difference = verdict.differing[0];
    if (difference !== undefined)
      return { packets: packets + difference.packet + 1, found: { seed, ...difference }, unjudged };
    packets += verdict.packets;
    for (const why of [
      ...verdict.open.map(({ why }) => why),
      ...(verdict.refused === undefined ? [] : [verdict.refused]),
    ])
      unjudged.push(`seed ${seed}: ${why}`);
  }
  return { packets, unjudged };
}
