/**
 * `npm run test:kernel -- --level 2 --seeds 1000:1200`: random scenarios before the kernel and packetwalk. Exit 1 where
 * they differ; each difference is printed with its seed.
 *
 *     --nat       also translations whose result the kernel draws, hashes or searches for
 *     --show N    how many differing packets are printed
 *     --first     stop at the first seed with a difference
 *     --keep      make the first difference of each seed small, and write it to test/cases/
 *     --record    no seeds: ask the kernel anew about the cases in test/cases/
 */
import { parseArgs } from 'node:util';
import type { GeneratedScenario } from './generate.js';
import type { Verdict } from './judge.js';
import { keepDifference, recordCases } from './keep.js';
import { kernelMissing, openKernel } from './kernel.js';
import { judgeSeeds } from './seeds.js';

const { values } = parseArgs({
  options: {
    level: { type: 'string', default: '2' },
    seeds: { type: 'string', default: '1:51' },
    show: { type: 'string', default: '5' },
    nat: { type: 'boolean', default: false },
    first: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
  },
});
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const missing = kernelMissing();
if (missing !== undefined) {
  process.stderr.write(`the kernel cannot be asked: ${missing}\n`);
  process.exit(2);
}
/** More than two are no faster on two cores. */
const kernels = [openKernel(), openKernel()];
if (values.record) {
  const changed = await recordCases(kernels[0]!);
  say(changed.length === 0 ? 'no case has changed' : `changed: ${changed.join(', ')}`);
} else process.exitCode = (await allAgree()) ? 0 : 1;
for (const kernel of kernels) await kernel.close();

function show(seed: number, { packets }: GeneratedScenario, { differing }: Verdict, most: number): void {
  for (const { packet, lines } of differing.slice(0, Math.max(0, most))) {
    const line = packets[packet]!;
    const described = JSON.stringify({ ...line, spec: { ...line.spec, payload: undefined }, hex: undefined });
    say(`seed ${seed} packet ${packet} ${described}\n  ${line.hex}`);
    for (const difference of lines) say(`    ${difference}`);
  }
}

/** Whether all agreed. */
async function allAgree(): Promise<boolean> {
  const level = values.level === '1' ? 1 : 2;
  const [first, end] = values.seeds.split(':').map(Number) as [number, number];
  let packets = 0;
  let scenarios = 0;
  let wrong = 0;
  const refused: string[] = [];
  const open = new Map<string, number>();
  const begin = Date.now();
  for await (const { seed, scenario, verdict, kernel } of judgeSeeds(
    kernels,
    { level, first, end },
    { nat: values.nat },
  )) {
    if (verdict.refused !== undefined) {
      refused.push(`seed ${seed}: ${verdict.refused}`);
      continue;
    }
    show(seed, scenario, verdict, Number(values.show) - wrong);
    scenarios++;
    packets += verdict.packets;
    wrong += verdict.differing.length;
    for (const why of verdict.open) open.set(why, (open.get(why) ?? 0) + 1);
    if (values.keep && verdict.differing.length > 0)
      say(`kept: ${await keepDifference(kernel, scenario, `level${level}-seed${seed}`)}`);
    if (values.first && wrong > 0) break;
  }
  for (const line of refused.slice(0, 5)) say(`refused: ${line}`);
  const opened = [...open.values()].reduce((sum, n) => sum + n, 0);
  if (opened > 0) say(`open questions: ${[...open].map(([why, n]) => `${why} ×${n}`).join(', ')}`);
  const seconds = (Date.now() - begin) / 1000;
  const counts = `${wrong} differ, ${opened} open, ${scenarios} rulesets, ${refused.length} refused`;
  say(
    `level ${level}: ${packets - wrong - opened} of ${packets} packets agree, ${counts}, ${(packets / seconds).toFixed(0)} packets/s`,
  );
  return wrong + opened + refused.length === 0 && packets > 0;
}
