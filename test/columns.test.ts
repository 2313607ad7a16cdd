/**
 * The column program beside the bytecode: packets that go by what was learnt of others like them fare as they do when each is
 * walked; those of known kinds are not walked.
 */
import { describe, expect, test } from 'vitest';
import { synthesise } from '../src/input/synthetic/index.js';
import { planOf } from '../src/run/plan-of.js';
import { syntheticSpec } from '../src/run/synthetic-spec.js';
import { journeyLines, linesOf, loadBoth, PACKETS, programOfTexts, randomLines, Traffic } from './classify/beside.js';
import { crossed } from './classify/crossed.js';
import { hostTexts } from './classify/hosts.js';
import { JOURNEYS } from './classify/journeys.js';
import { corpus, corpusMissing, readCorpus } from './corpus.js';
import { Random } from './kernel/generate/random.js';
import { scenarioNear } from './kernel/generate.js';

/** Other seeds: PACKETWALK_SEED says the first, PACKETWALK_SCENARIOS how many. */
const FIRST = Number(process.env.PACKETWALK_SEED ?? 1);
const SCENARIOS = Number(process.env.PACKETWALK_SCENARIOS ?? 10);
/** Of each ruleset of the corpus: PACKETWALK_PACKETS. */
const OF_CORPUS = Number(process.env.PACKETWALK_PACKETS ?? 1000);

const LONG = { timeout: 60_000 + 5_000 * SCENARIOS + OF_CORPUS };

test.each(JOURNEYS)('$name', async (journey) => expect(await journeyLines(journey)).toEqual([]));

test('random rules and packets of few values', LONG, async () => {
  const traffic = new Traffic();
  for (let seed = FIRST; seed < FIRST + SCENARIOS; seed++)
    expect(await randomLines(seed, traffic), `PACKETWALK_SCENARIOS=1 PACKETWALK_SEED=${seed}`).toEqual([]);
  // what order, chance and bytes decide walks, and some hosts are too large
  expect(traffic.share).toBeGreaterThan(0.2);
});

describe.skipIf(corpusMissing !== undefined)(`the corpus${corpusMissing ? ` (skipped: ${corpusMissing})` : ''}`, () => {
  const byColumns: string[] = [];
  const saves = corpus.filter(({ kind_of, family }) => kind_of === 'save' && family === 'v4');
  test.each(saves)('$file', LONG, async ({ file }) => {
    const rules = readCorpus(file);
    const near = scenarioNear({ rules: rules.replaceAll('\r\n', '\n').replace(/\n?$/, '\n'), sets: '' }, FIRST);
    const texts = [{ name: file, text: rules }, { name: 'sets', text: near.sets }, ...hostTexts(near.setup)];
    const program = programOfTexts(texts);
    const both = await loadBoth(program);
    const spec = syntheticSpec(program, { profile: 'near', seed: FIRST });
    // test/classify.test.ts has those that are too large, and those in which order counts
    if (planOf(both.columns, synthesise(spec, 0, 1)).used !== 'columns') return;
    const r = new Random(FIRST);
    const traffic = new Traffic();
    for (let from = 0; from < OF_CORPUS; from += PACKETS) {
      const near = synthesise(spec, from, Math.min(PACKETS, OF_CORPUS - from));
      const packets = from % (2 * PACKETS) === 0 ? near : crossed(r, near);
      expect(linesOf(both, packets, traffic), `PACKETWALK_PACKETS=${OF_CORPUS}, from ${from}`).toEqual([]);
    }
    if (traffic.share > 0.6) byColumns.push(file);
  });

  test('sixty of them at least go by columns', () => expect(byColumns.length).toBeGreaterThanOrEqual(60));
});
