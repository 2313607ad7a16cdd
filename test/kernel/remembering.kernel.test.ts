/**
 * What rules remember from packet to packet, with time passing between them, before the kernel: its clock is the packets'. Rules
 * and packets are in test/kernel/remembering/.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJsonPacket } from '../../src/input/json.js';
import type { LoadedHost } from '../../src/run/engine.js';
import { type Kernel, kernelMissing, kernelTitle, openKernel } from './kernel.js';
import { HOST, HOST6 } from './matches/table.js';
import { countersOf, differences, type Observed, ofKernel, ofWalk } from './observed.js';
import { CONNECTED } from './remembering/connections.js';
import { LIMITS } from './remembering/limits.js';
import { RECENT } from './remembering/recent.js';
import type { Sequence } from './remembering/sequence.js';
import { SETS } from './remembering/sets.js';
import type { PacketLine } from './scenario.js';
import { loadCaptured } from './walked.js';

const missing = kernelMissing();
let kernel: Kernel;
beforeAll(() => {
  if (missing === undefined) kernel = openKernel();
});
afterAll(() => kernel?.close());

const packetOf = (line: object) => readJsonPacket({ number: 1, text: JSON.stringify(line), cut: false }).packet;
/** Where the packet goes behind the chain is another matter. */
const counted = ({ counters }: Observed): Observed => ({ counters, out: [] });

function walked(host: LoadedHost, line: PacketLine, time: number): Observed {
  const before = countersOf(host);
  const result = host.walk(packetOf({ ...line, time }), { bytes: true });
  return counted(ofWalk(result, host, before, countersOf(host)));
}

/** What packets are counted by that take `each` milliseconds to send: a sequence should not hang on it. */
function timed(host: LoadedHost, steps: Sequence['steps'], each: number): Observed[] {
  let time = 1_700_000_000;
  return steps.map(([gap, line]) => {
    time += (gap + each) / 1000;
    return walked(host, line, time);
  });
}

async function compare({
  rules,
  steps,
  family = 4,
  connected,
  sets = '',
  setup = [],
  never = [],
  text = '',
}: Sequence): Promise<void> {
  await kernel.load({ family, rules, sets, setup: [...(family === 4 ? HOST : HOST6), ...setup] });
  const captured = { ...(await kernel.capture()), 'rules.save': rules, beside: text };
  const loaded = () => loadCaptured(captured, { family, ...(connected && { connections: [] }) });
  expect(timed(await loaded(), steps, 0), 'what a slow machine changes').toEqual(timed(await loaded(), steps, 30));
  const host = await loaded();
  const hits = new Map<string, number>();
  for (const [i, [gap, line]] of steps.entries()) {
    if (gap > 0) await new Promise((done) => setTimeout(done, gap));
    const sent = await kernel.send(connected ? { ...line, keep: true } : line);
    // the kernel's own: on a busy machine it may be a while until it sends
    const time = sent.time / 1000;
    const theirs = counted(ofKernel(sent));
    const ours = walked(host, line, time);
    expect({ packet: i, differences: differences(theirs, ours) }).toEqual({ packet: i, differences: [] });
    for (const rule of theirs.counters.keys()) hits.set(rule, (hits.get(rule) ?? 0) + 1);
  }
  const all = host.compiled.rules.map(({ table, chain, number }) => `${table} ${chain} ${number}`);
  const uncounted = all.filter((rule) => !hits.has(rule));
  expect(uncounted, 'rules that no packet was counted by').toEqual(never);
}

describe.skipIf(missing !== undefined)(
  kernelTitle('the kernel and packetwalk agree, from packet to packet, on'),
  () => {
    test.each([...RECENT, ...CONNECTED, ...SETS, ...LIMITS].map((one) => [one.name, one] as const))(
      '%s',
      { timeout: 60_000 },
      (_, one) => compare(one),
    );
  },
);
