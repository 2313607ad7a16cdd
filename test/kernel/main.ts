/**
 * `npm run test:kernel -- --level 2 --seeds 1000:1200`: random scenarios before the kernel and packetwalk. Exit 1 where
 * they differ; each difference is printed with its seed.
 */
import { parseArgs } from 'node:util';
import { generateScenario } from './generate.js';
import { judge } from './judge.js';
import { kernelMissing, openKernel } from './kernel.js';

const { values } = parseArgs({
  options: {
    level: { type: 'string', default: '2' },
    seeds: { type: 'string', default: '1:51' },
    show: { type: 'string', default: '5' },
    nat: { type: 'boolean', default: false },
  },
});
const missing = kernelMissing();
if (missing !== undefined) {
  process.stderr.write(`the kernel cannot be asked: ${missing}\n`);
  process.exit(2);
}
const level = values.level === '1' ? 1 : 2;
const [first, last] = values.seeds.split(':').map(Number) as [number, number];
const kernel = openKernel();
let packets = 0;
let scenarios = 0;
let wrong = 0;
let shown = 0;
const refused: string[] = [];
const open = new Map<string, number>();
const begin = Date.now();
for (let seed = first; seed < last; seed++) {
  const scenario = generateScenario(level, seed, { nat: values.nat });
  const verdict = await judge(kernel, scenario);
  if (verdict.refused !== undefined) {
    refused.push(`seed ${seed}: ${verdict.refused}`);
    continue;
  }
  scenarios++;
  packets += verdict.packets;
  wrong += verdict.differing.length;
  for (const why of verdict.open) open.set(why, (open.get(why) ?? 0) + 1);
  for (const { packet, lines } of verdict.differing) {
    if (shown++ >= Number(values.show)) continue;
    const line = scenario.packets[packet]!;
    const described = JSON.stringify({ ...line, spec: { ...line.spec, payload: undefined }, hex: undefined });
    process.stdout.write(`seed ${seed} packet ${packet} ${described}\n  ${line.hex}\n`);
    for (const line of lines) process.stdout.write(`    ${line}\n`);
  }
}
await kernel.close();
for (const line of refused.slice(0, 5)) process.stdout.write(`refused: ${line}\n`);
const opened = [...open.values()].reduce((sum, n) => sum + n, 0);
if (opened > 0) process.stdout.write(`open questions: ${[...open].map(([why, n]) => `${why} ×${n}`).join(', ')}\n`);
const seconds = (Date.now() - begin) / 1000;
process.stdout.write(
  `level ${level}: ${packets - wrong - opened} of ${packets} packets agree, ${wrong} differ, ${opened} open, ${scenarios} rulesets, ${refused.length} refused, ${(packets / seconds).toFixed(0)} packets/s\n`,
);
process.exitCode = wrong > 0 || opened > 0 || refused.length > 0 || packets === 0 ? 1 : 0;
