/**
 * Packets of connections that are remembered, by columns and by the bytecode: what the walk of each is spared that is like another's,
 * and what the connections remember is the same in either.
 */
import { expect, test } from 'vitest';
import { readPacket } from '../src/input/json.js';
import { programOf } from '../src/run/host-program.js';
import { parse } from '../src/run/host-texts.js';
import { useOf } from '../src/run/plan-of.js';
import { Traffic } from './classify/beside.js';
import { columnsOfBytes, drawFlowRules, drawLongFlows } from './classify/long-flows.js';
import { HOST } from './classify/steps.js';
import { differing, inBatches, load, pieces } from './classify/ways.js';
import { listOf, packed } from './flow-packets.js';
import { Draw } from './routing/random.js';

/** Other seeds: PACKETWALK_SEED says the first, PACKETWALK_SCENARIOS how many. */
const FIRST = Number(process.env.PACKETWALK_SEED ?? 1);
const SCENARIOS = Number(process.env.PACKETWALK_SCENARIOS ?? 10);
const LONG = { timeout: 60_000 + 10_000 * SCENARIOS };
const FLOWS = 120;

test('random rules and flows', LONG, async () => {
  const traffic = new Traffic();
  for (let seed = FIRST; seed < FIRST + SCENARIOS; seed++) {
    const draw = new Draw(seed);
    const rules = drawFlowRules(draw);
    const program = programOf(parse([rules, ...HOST]));
    const [columns, bytecode] = await Promise.all([load(program, 'columns'), load(program, 'bytecode')]);
    const flows = drawLongFlows(draw, FLOWS);
    const packets = flows.map((packet) => readPacket(packet).packet);
    const plain = flows.filter((packet) => !('hex' in packet || 'payload' in packet));
    const [all] = packed(
      plain.map((packet) => readPacket(packet).packet),
      plain.length,
    );
    const given = columnsOfBytes(all!);
    const ways = {
      bytes: [packed(packets, 1000), packed(packets, 13)],
      columns: [[given], pieces(given, [17, 1000, 1])],
    };
    for (const [way, batches] of Object.entries(ways)) {
      const expected = inBatches(bytecode, batches[0]!);
      const remembered = listOf(bytecode);
      for (const batch of batches) {
        const counted = inBatches(columns, batch);
        const again = `PACKETWALK_SCENARIOS=1 PACKETWALK_SEED=${seed}, ${way}`;
        const shown = way === 'bytes' ? flows : plain;
        expect(
          differing(expected, counted, (i) => JSON.stringify(shown[i])),
          again,
        ).toEqual([]);
        expect(listOf(columns), again).toEqual(remembered);
        traffic.add(counted.fates.length, useOf(columns));
      }
    }
  }
  // what opens connections walks
  expect(traffic.share).toBeGreaterThan(0.25);
});
