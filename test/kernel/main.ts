/**
 * `npm run test:kernel -- --level 2 --seeds 1000:1200`: random scenarios before the kernel and packetwalk. Exit 1 where
 * they differ; each difference is printed with its seed.
 *
 *     --rules FILE  not random rules, but these, on random hosts near them; packets that end at an open question are no
 *                   failure then
 *     --sets FILE   their sets; those that are missing are made
 *     --nat       also translations whose result the kernel draws, hashes or searches for
 *     --show N    how many differing packets are printed
 *     --first     stop at the first seed with a difference
 *     --keep      make the first difference of each seed small, and write it to test/cases/
 *     --record    no seeds: ask the kernel anew about the cases in test/cases/
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { GeneratedScenario } from './generate.js';
import type { Verdict } from './judge.js';
import { keepDifference, recordCases } from './keep.js';
import { kernelMissing, openKernel } from './kernel.js';
import { judgeNear, judgeSeeds } from './seeds.js';

const { values } = parseArgs({
  options: {
    level: { type: 'string', default: '2' },
    seeds: { type: 'string' },
    rules: { type: 'string' },
    sets: { type: 'string' },
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

/** With line ends as the programs of iptables and ipset want them. */
function textOf(file: string): string {
  return readFileSync(file, 'utf8').replaceAll('\r\n', '\n').replace(/\n?$/, '\n');
}

/** Whether all agreed. */
async function allAgree(): Promise<boolean> {
  const level = values.level === '1' ? 1 : 2;
  const given = values.rules && { rules: textOf(values.rules), sets: values.sets ? textOf(values.sets) : '' };
  const title = values.rules ? basename(values.rules) : `level ${level}`;
  const [first, end] = (values.seeds ?? (given ? '1:5' : '1:51')).split(':').map(Number) as [number, number];
  let packets = 0;
  let scenarios = 0;
  let wrong = 0;
  const refused: string[] = [];
  const open = new Map<string, number>();
  const met = new Set<string>();
  const begin = Date.now();
  const judged = given
    ? judgeNear(kernels, { first, end }, given)
    : judgeSeeds(kernels, { level, first, end }, { nat: values.nat });
  for await (const { seed, scenario, verdict, kernel } of judged) {
    if (verdict.refused !== undefined) {
      refused.push(`seed ${seed}: ${verdict.refused}`);
      // the same rules are refused on the next host too
      if (given) break;
      continue;
    }
    show(seed, scenario, verdict, Number(values.show) - wrong);
    scenarios++;
    packets += verdict.packets;
    for (const rule of verdict.met) met.add(rule);
    wrong += verdict.differing.length;
    for (const { why } of verdict.open) open.set(why, (open.get(why) ?? 0) + 1);
    if (values.keep && verdict.differing.length > 0)
      say(`kept: ${await keepDifference(kernel, scenario, `${title.replace(/\W/g, '')}-seed${seed}`)}`);
    if (values.first && wrong > 0) break;
  }
  for (const line of refused.slice(0, 5)) say(`refused: ${line}`);
  const opened = [...open.values()].reduce((sum, n) => sum + n, 0);
  if (opened > 0) say(`open questions: ${[...open].map(([why, n]) => `${why} ×${n}`).join(', ')}`);
  if (given)
    say(`rules met: ${met.size}, lines of rules: ${given.rules.match(/^(\[\d+:\d+\] *)?-[AI] /gm)?.length ?? 0}`);
  const seconds = (Date.now() - begin) / 1000;
  const counts = `${wrong} differ, ${opened} open, ${scenarios} rulesets, ${refused.length} refused`;
  say(
    `${title}: ${packets - wrong - opened} of ${packets} packets agree, ${counts}, ${(packets / seconds).toFixed(0)} packets/s`,
  );
  return wrong + refused.length + (given ? 0 : opened) === 0 && packets > 0;
}
