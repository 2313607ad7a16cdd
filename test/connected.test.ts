/**
 * Packets of connections that are remembered, by columns and by the bytecode: what the walk of each is spared that is like another's,
 * and what the connections remember is the same in either.
 */
import { expect, test } from 'vitest';
import { Traffic } from './classify/beside.js';
import { caseLines, flowLines } from './classify/connected.js';
import { CONNECTED } from './classify/connected-cases.js';

/** Other seeds: PACKETWALK_SEED says the first, PACKETWALK_SCENARIOS how many. */
const FIRST = Number(process.env.PACKETWALK_SEED ?? 1);
const SCENARIOS = Number(process.env.PACKETWALK_SCENARIOS ?? 10);

test.each(CONNECTED)('$name', async (one) => expect(await caseLines(one)).toEqual([]));

test('random rules and flows', { timeout: 60_000 + 10_000 * SCENARIOS }, async () => {
  const traffic = new Traffic();
  for (let seed = FIRST; seed < FIRST + SCENARIOS; seed++)
    expect(await flowLines(seed, traffic), `PACKETWALK_SCENARIOS=1 PACKETWALK_SEED=${seed}`).toEqual([]);
  expect(traffic.share).toBeGreaterThan(0.2);
});
