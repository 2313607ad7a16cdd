/**
 * `npm run test:kernel -- --level 2 --seeds 1000:1200`: random scenarios before the kernel and packetwalk. Exit 1 where
 * they differ; each difference is printed with its seed.
 *
 *     --level 1,2,3,4   the levels, one after the other (generate.ts says what they are)
 *     --family 6   of IPv6; of given rules and of a corpus, too
 *     --rules FILE  not random rules, but these, on random hosts near them; packets that end at an open question are no
 *                   failure then
 *     --sets FILE   their sets; those that are missing are made
 *     --corpus FOLDER  the family's rulesets of a corpus (test/corpus.ts), each on random hosts near it; those that cannot
 *                   be judged are named
 *     --only TEXT  of a corpus only files with this in their names
 *     --nat       also translations whose result the kernel draws, hashes or searches for, on levels 1 and 2
 *     --most N    rules at most: of few, most packets are classified by columns (src/run/columns/) as well
 *     --show N    how many differing packets are printed
 *     --first     stop at the first seed with a difference
 *     --keep      make the first difference of each seed small, and write it to test/cases/; that of given rules, which
 *                   may be somebody's, to build/cases/
 *     --kernels N how many kernels there are at once; they mostly wait for time to pass
 *     --again N   how often the kernel is asked again about what differs, to see whether it answers the same
 *     --survey    packetwalk is not asked; what the packets reach in the kernel is printed
 *     --extensions  packetwalk is not asked; which extensions the kernel has, and which random rules ask for
 *     --record    no seeds: ask the kernel anew about the cases in test/cases/
 */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { openCorpus } from '../corpus.js';
import { ROOT } from '../root.js';
import { openComparers } from './comparers.js';
import { Count } from './count.js';
import { extensionLines } from './extensions.js';
import type { Family } from './generate/address.js';
import { type GeneratedScenario, type GenerateOptions, generateScenario, type Level } from './generate.js';
import type { Verdict } from './judge.js';
import { CASES, keepDifference, recordCases } from './keep.js';
import { type Kernel, kernelIsYoung, kernelMissing, openKernel } from './kernel.js';
import { agrees, judgeReal, type Left, outcomeLine, prepare, type Real } from './real/corpus.js';
import { type Judged, judgeNear, judgeSeeds } from './seeds.js';
import { type Survey, survey, surveyText } from './survey.js';

const { values } = parseArgs({
  options: {
    level: { type: 'string', default: '2' },
    family: { type: 'string', default: '4' },
    seeds: { type: 'string' },
    rules: { type: 'string' },
    sets: { type: 'string' },
    corpus: { type: 'string' },
    only: { type: 'string', default: '' },
    show: { type: 'string', default: '5' },
    kernels: { type: 'string' },
    again: { type: 'string', default: '2' },
    nat: { type: 'boolean', default: false },
    most: { type: 'string' },
    first: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    survey: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    extensions: { type: 'boolean', default: false },
  },
});
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const fail = (why: string): never => {
  process.stderr.write(`${why}\n`);
  process.exit(2);
};
const missing = kernelMissing();
if (missing !== undefined) fail(`the kernel cannot be asked: ${missing}`);
const levels = values.level.split(',').map((text) => {
  if (!/^[1-4]$/.test(text)) fail(`--level ${values.level}: 1, 2, 3, 4, or more of them with commas between`);
  return Number(text) as Level;
});

if (!/^[46]$/.test(values.family)) fail(`--family ${values.family}: 4 or 6`);
const family: Family = values.family === '6' ? 6 : 4;

/** Two are enough on two cores, but for packets that wait. */
const KERNELS: Record<Level, number> = { 1: 2, 2: 2, 3: 12, 4: 24 };
/** Of given rules: some of their flows wait. */
const NEAR: Level = 3;
/** Of given rules: they may be somebody's. */
const OWN_CASES = join(ROOT, 'build/cases');
const kernels: Kernel[] = [];
function kernelsFor(level: Level): Kernel[] {
  const wanted = values.kernels === undefined ? KERNELS[level] : Number(values.kernels);
  while (kernels.length < wanted) kernels.push(openKernel());
  return kernels.slice(0, wanted);
}

const comparers = openComparers(2);
const judging = { again: Number(values.again), compare: comparers.compare };

if (values.record) {
  const changed = await recordCases(kernelsFor(1)[0]!);
  say(changed.length === 0 ? 'no case has changed' : `changed: ${changed.join(', ')}`);
} else if (values.extensions) for (const line of extensionLines(40)) say(line);
else if (values.survey) await look();
else if (values.corpus !== undefined) process.exitCode = (await corpusAgrees(values.corpus)) ? 0 : 1;
else process.exitCode = (await allAgree()) ? 0 : 1;
await Promise.all([comparers.close(), ...kernels.map((kernel) => kernel.close())]);

function seedsOf(standard: string): { first: number; end: number } {
  const [first, end] = (values.seeds ?? standard).split(':').map(Number) as [number, number];
  return { first, end };
}

function show(seed: number, { differing }: Verdict, most: number): void {
  for (const { packet, line, lines } of differing.slice(0, Math.max(0, most))) {
    const { spec, ...sent } = line as GeneratedScenario['packets'][number];
    const described = JSON.stringify({ ...sent, spec: { ...spec, payload: undefined }, hex: undefined });
    say(`seed ${seed} packet ${packet} ${described}\n  ${line.hex}`);
    for (const difference of lines) say(`    ${difference}`);
  }
}

/** With line ends as the programs of iptables and ipset want them. */
function textOf(file: string): string {
  return readFileSync(file, 'utf8').replaceAll('\r\n', '\n').replace(/\n?$/, '\n');
}

function sayAll(count: Count, title: string): void {
  for (const line of count.lines(title)) say(line);
}

/** Whether all agreed. */
async function allAgree(): Promise<boolean> {
  if (values.rules !== undefined) {
    const given = { family, rules: textOf(values.rules), sets: values.sets ? textOf(values.sets) : '' };
    const title = basename(values.rules);
    const count = await judged(title, judgeNear(kernelsFor(NEAR), seedsOf('1:5'), given, judging));
    say(`rules met: ${count.met.size}, lines of rules: ${given.rules.match(/^(\[\d+:\d+\] *)?-[AI] /gm)?.length ?? 0}`);
    sayAll(count, title);
    return count.wrong + count.refused.length === 0 && count.packets > 0;
  }
  let good = true;
  for (const level of levels) {
    const title = `${family === 6 ? 'IPv6, ' : ''}level ${level}`;
    const range = { level, ...seedsOf('1:51') };
    const rules = values.most === undefined ? {} : { rules: Number(values.most) };
    const drawn: GenerateOptions = { family, ...rules, ...(values.nat && { nat: true }) };
    const count = await judged(title, judgeSeeds(kernelsFor(level), range, drawn, judging));
    sayAll(count, title);
    if (count.wrong + count.refused.length + count.opened > 0 || count.packets === 0) good = false;
    if (values.first && !good) break;
  }
  return good;
}

async function judged(title: string, all: AsyncGenerator<Judged>): Promise<Count> {
  const count = new Count();
  for await (const one of all) {
    const { seed, verdict } = one;
    show(seed, verdict, Number(values.show) - count.wrong);
    count.add(one);
    // the same rules are refused on the next host too
    if (verdict.refused !== undefined && values.rules !== undefined) break;
    await keep(one, title);
    if (values.first && count.wrong > 0) break;
  }
  return count;
}

async function keep({ seed, scenario, verdict, kernel }: Judged, title: string): Promise<void> {
  if (!values.keep || verdict.differing.length === 0) return;
  const name = `${title.replaceAll(/\W+/g, '-')}-seed${seed}`;
  const given = values.rules !== undefined || values.corpus !== undefined;
  say(`kept: ${await keepDifference(kernel, scenario, name, given ? OWN_CASES : CASES)}`);
}

/** Whether all rulesets that could be judged agree, and there are some. */
async function corpusAgrees(folder: string): Promise<boolean> {
  const corpus = openCorpus(folder);
  if (corpus === undefined) return fail(`there is no ${folder}/index.json`);
  const entries = corpus.entries.filter(
    ({ kind_of, family: its, file }) =>
      its === `v${family}` &&
      !kind_of.startsWith('ipset') &&
      file.includes(values.only) &&
      !file.startsWith('derived/'),
  );
  const found: (Real | Left)[] = [];
  const [first] = kernelsFor(1);
  for (const entry of entries) found.push(await prepare(first!, corpus, entry));
  const rulesets = found.filter((one) => 'rules' in one);
  let good = rulesets.length > 0;
  const sum = new Count();
  const all = judgeReal(kernelsFor(NEAR), rulesets, seedsOf('1:5'), judging, async (real, one, count) => {
    show(one.seed, one.verdict, Number(values.show) - count.wrong);
    sum.add(one);
    await keep(one, real.file);
  });
  let agreeing = 0;
  for await (const outcome of all) {
    say(outcomeLine(outcome));
    if (agrees(outcome)) agreeing++;
    else good = false;
  }
  const left = found.filter((one) => 'why' in one);
  for (const { file, why } of left) say(`not run ${file}: ${why}`);
  sayAll(sum, `${agreeing} of ${rulesets.length} rulesets agree, ${left.length} are not run`);
  return good;
}

/** What the packets of the seeds reach, without judging. */
async function look(): Promise<void> {
  const found: Survey = new Map();
  const [kernel] = kernelsFor(1);
  const { first, end } = seedsOf('1:11');
  for (const level of levels)
    for (let seed = first; seed < end; seed++)
      await survey(kernel!, generateScenario(level, seed, { expire: !kernelIsYoung() }), found);
  say(surveyText(found));
}
