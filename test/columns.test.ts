/**
 * The column program beside the bytecode: packets that go by what was learnt of others like them fare as they do when each is
 * walked; those of known kinds are not walked.
 */
import { describe, expect, test } from 'vitest';
import { jsonLine } from '../src/input/columns-text.js';
import { bytesOf } from '../src/input/encode-columns.js';
import type { PacketBatch } from '../src/model/batch.js';
import type { SourceText } from '../src/parse/index.js';
import { type HostProgram, programOf } from '../src/run/host-program.js';
import { parse } from '../src/run/host-texts.js';
import { journeyPackets, journeyRules, SETS } from './classify/journey-rules.js';
import { columnsOf, JOURNEYS } from './classify/journeys.js';
import { HOST, rulesOf } from './classify/steps.js';
import { differing, inBatches, load, pieces } from './classify/ways.js';
import { Random } from './kernel/generate/random.js';

/** Other seeds: PACKETWALK_SEED says the first, PACKETWALK_SCENARIOS how many. */
const FIRST = Number(process.env.PACKETWALK_SEED ?? 1);
const SCENARIOS = Number(process.env.PACKETWALK_SCENARIOS ?? 20);

const LONG = { timeout: 60_000 + 5_000 * SCENARIOS };

const programOfTexts = (texts: readonly SourceText[], lenient = true): HostProgram =>
  programOf(parse(texts.filter(({ text }) => text.trim() !== '')), { lenient, connections: 'off' });

async function loadBoth(program: HostProgram) {
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

/** So many packets, in batches of so many. */
const PACKETS = 2000;
const SIZES = [1, 1000, 7, 1024, 1500, 2, 333];

test('random rules and packets of few values', LONG, async () => {
  let [travelled, came] = [0, 0];
  for (let seed = FIRST; seed < FIRST + SCENARIOS; seed++) {
    const r = new Random(seed);
    const rules = { name: 'rules', text: journeyRules(r) };
    const { columns, bytecode } = await loadBoth(programOfTexts([rules, { name: 'sets', text: SETS }, ...HOST]));
    const again = `PACKETWALK_SCENARIOS=1 PACKETWALK_SEED=${seed}`;
    for (const packets of [journeyPackets(r, PACKETS), journeyPackets(r, PACKETS)]) {
      const expected = inBatches(bytecode, [packets]);
      const batches = pieces(packets, SIZES);
      const ways: Record<string, PacketBatch[]> = { columns: batches, bytes: batches.map((one) => bytesOf(one)) };
      for (const [way, given] of Object.entries(ways))
        for (let turn = 1; turn < 4; turn++) {
          const counted = inBatches(columns, given);
          const lines = differing(expected, counted, (packet) => jsonLine(packets, packet));
          expect(lines, `${again}, ${way}, turn ${turn}`).toEqual([]);
          const { use } = columns;
          came += PACKETS;
          travelled += use?.used === 'columns' ? PACKETS - use.walked! : 0;
        }
    }
  }
  // the first third of them is new; what order, chance and bytes decide walks, and some hosts are too large
  expect(travelled / came, `${travelled} of ${came}`).toBeGreaterThan(0.2);
});
