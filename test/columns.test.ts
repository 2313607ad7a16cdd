/**
 * The column program beside the bytecode: packets that go by what was learnt of others like them fare as they do when each is
 * walked; those of known kinds are not walked.
 */
import { describe, expect, test } from 'vitest';
import { jsonLine } from '../src/input/columns-text.js';
import { bytesOf } from '../src/input/encode-columns.js';
import { synthesise } from '../src/input/synthetic/index.js';
import type { PacketBatch, PacketColumns } from '../src/model/batch.js';
import type { EngineUse } from '../src/model/plan.js';
import type { SourceText } from '../src/parse/index.js';
import type { LoadedHost } from '../src/run/engine.js';
import { type HostProgram, programOf } from '../src/run/host-program.js';
import { parse } from '../src/run/host-texts.js';
import { syntheticSpec } from '../src/run/synthetic-spec.js';
import { crossed } from './classify/crossed.js';
import { hostTexts } from './classify/hosts.js';
import { journeyPackets, journeyRules, SETS } from './classify/journey-rules.js';
import { columnsOf, JOURNEYS } from './classify/journeys.js';
import { HOST, rulesOf } from './classify/steps.js';
import { differing, inBatches, load, pieces } from './classify/ways.js';
import { corpus, corpusMissing, readCorpus } from './corpus.js';
import { Random } from './kernel/generate/random.js';
import { scenarioNear } from './kernel/generate.js';

/** Other seeds: PACKETWALK_SEED says the first, PACKETWALK_SCENARIOS how many. */
const FIRST = Number(process.env.PACKETWALK_SEED ?? 1);
const SCENARIOS = Number(process.env.PACKETWALK_SCENARIOS ?? 10);

/** Of each ruleset of the corpus: PACKETWALK_PACKETS. */
const OF_CORPUS = Number(process.env.PACKETWALK_PACKETS ?? 1000);
const LONG = { timeout: 60_000 + 5_000 * SCENARIOS + OF_CORPUS };

const programOfTexts = (texts: readonly SourceText[], lenient = true): HostProgram =>
  programOf(parse(texts.filter(({ text }) => text.trim() !== '')), { lenient, connections: 'off' });

type Both = Readonly<Record<'columns' | 'bytecode', LoadedHost>>;

async function loadBoth(program: HostProgram): Promise<Both> {
  const [columns, bytecode] = await Promise.all([load(program, 'columns'), load(program, 'bytecode')]);
  return { columns, bytecode };
}

describe('what tells packets apart', () => {
  test.each(JOURNEYS)('$name', async ({ rules, packets, walk = 0, open = false }) => {
    const { columns, bytecode } = await loadBoth(programOfTexts([rulesOf(rules), ...HOST], !open));
    const given = columnsOf(packets);
    const expected = inBatches(bytecode, [given]);
    const agree = (batches: PacketBatch[]) =>
      expect(differing(expected, inBatches(columns, batches), (packet) => jsonLine(given, packet))).toEqual([]);
    agree([given]);
    // each learns of those before
    for (let turn = 0; turn < 4; turn++) agree(pieces(given, [1]));
    agree([given]);
    expect(columns.use).toEqual({ used: 'columns', walked: walk });
  });
});

/** So many packets at once, in batches of so many. */
const PACKETS = 2000;
const SIZES = [1, 1000, 7, 1024, 1500, 2, 333];

/** How many packets came, and how many of them did not walk. */
class Traffic {
  private came = 0;
  private travelled = 0;

  add(packets: number, use: EngineUse | undefined): void {
    this.came += packets;
    if (use?.used === 'columns') this.travelled += packets - use.walked!;
  }
  get share(): number {
    return this.travelled / this.came;
  }
}

/** Lines that say where the two differ, who learn of packets and then see them again. */
function compare({ columns, bytecode }: Both, packets: PacketColumns, traffic: Traffic): string[] {
  const expected = inBatches(bytecode, [packets]);
  const batches = pieces(packets, SIZES);
  const ways: Record<string, PacketBatch[]> = { columns: batches, bytes: batches.map((one) => bytesOf(one)) };
  return Object.entries(ways).flatMap(([way, given]) =>
    [1, 2].flatMap((turn) => {
      const counted = inBatches(columns, given);
      if (turn === 2) traffic.add(packets.count, columns.use);
      const lines = differing(expected, counted, (packet) => jsonLine(packets, packet));
      return lines.map((line) => `${way}, turn ${turn}: ${line}`);
    }),
  );
}

test('random rules and packets of few values', LONG, async () => {
  const traffic = new Traffic();
  for (let seed = FIRST; seed < FIRST + SCENARIOS; seed++) {
    const r = new Random(seed);
    const rules = { name: 'rules', text: journeyRules(r) };
    const hosts = await loadBoth(programOfTexts([rules, { name: 'sets', text: SETS }, ...HOST]));
    for (let turn = 0; turn < 2; turn++)
      expect(
        compare(hosts, journeyPackets(r, PACKETS), traffic),
        `PACKETWALK_SCENARIOS=1 PACKETWALK_SEED=${seed}`,
      ).toEqual([]);
  }
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
    const hosts = await loadBoth(program);
    const spec = syntheticSpec(program, { profile: 'near', seed: FIRST });
    // test/classify.test.ts has those that are too large, and those in which order counts
    if (hosts.columns.plan(synthesise(spec, 0, 1)).used !== 'columns') return;
    const r = new Random(FIRST);
    const traffic = new Traffic();
    for (let from = 0; from < OF_CORPUS; from += PACKETS) {
      const near = synthesise(spec, from, Math.min(PACKETS, OF_CORPUS - from));
      const packets = from % (2 * PACKETS) === 0 ? near : crossed(r, near);
      expect(compare(hosts, packets, traffic), `PACKETWALK_PACKETS=${OF_CORPUS}, from ${from}`).toEqual([]);
    }
    if (traffic.share > 0.6) byColumns.push(file);
  });

  test('sixty of them at least go by columns', () => expect(byColumns.length).toBeGreaterThanOrEqual(60));
});
