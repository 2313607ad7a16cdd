/**
 * Bulk results before the kernel: for rulesets of real hosts (test/corpus.ts) some hundred packets each go through the
 * kernel, and the same packets as one batch through `classify`. Every counter of rules and policies has to be the same.
 * Packets that end at an open question here are sent to neither.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Pack } from '../../src/input/pack.js';
import type { PacketBytes } from '../../src/model/batch.js';
import { corpus, corpusMissing, readCorpus } from '../corpus.js';
import { countersOf, readSave } from '../counters.js';
import { scenarioNear } from './generate.js';
import { type Kernel, kernelMissing, openKernel } from './kernel.js';
import { differences } from './observed.js';
import type { CapturedHost, PacketLine } from './scenario.js';
import { loadCaptured, observe, packetOf } from './walked.js';

/** Of each ruleset, before those that end at a question are left out. */
const PACKETS = 300;
/** So many have to be left: what is left out compares nothing. */
const FEWEST = PACKETS / 30;
/** Of a ruleset that leaves fewer, so many times the packets. */
const AGAIN = 4;
/** More than that take half a minute, each. */
const MOST_RULES = 12_000;
/** Others draw other hosts and packets. */
const SEED = Number(process.env.PACKETWALK_SEED ?? 1);

const SAVES = corpus
  .filter(
    ({ kind_of, family, legacy_commit_in_netns }) =>
      kind_of === 'save' && family === 'v4' && legacy_commit_in_netns?.ok,
  )
  .filter(({ n_rules }) => n_rules <= MOST_RULES)
  .map(({ file }) => file);

type Texts = CapturedHost & { 'rules.save': string };

/** The packets as one batch. */
function batchOf(packets: readonly PacketLine[]): PacketBytes {
  const pack = new Pack();
  const batches = [...packets.flatMap((line) => [...pack.add(packetOf(line))]), ...pack.take()];
  expect(batches.length).toBe(1);
  return batches[0]!;
}

/**
 * The packets that do not end at an open question here, and how many do at each. Those might have spent a token in the
 * kernel, or here, so it is looked again without them.
 */
async function withoutOpen(texts: Texts, packets: readonly PacketLine[]) {
  const open = new Map<string, number>();
  for (let left = packets; ; ) {
    const seen = observe(await loadCaptured(texts), left);
    for (const { open: why } of seen) if (why !== undefined) open.set(why, (open.get(why) ?? 0) + 1);
    const kept = left.filter((_, i) => seen[i]!.open === undefined);
    if (kept.length === left.length) return { left, open };
    left = kept;
  }
}

const reason = kernelMissing() ?? corpusMissing;
const title = 'bulk results of real rulesets';
describe.skipIf(reason !== undefined)(reason === undefined ? title : `${title} (skipped: ${reason})`, () => {
  let kernel: Kernel;
  const compared: string[] = [];
  beforeAll(() => {
    kernel = openKernel();
  });
  afterAll(() => kernel.close());

  test.for(SAVES)('%s', { timeout: 120_000 }, async (file, { annotate }) => {
    const rules = readCorpus(file).replaceAll('\r\n', '\n').replace(/\n?$/, '\n');
    const { packets: all, ...scenario } = scenarioNear({ rules, sets: '' }, SEED, { least: AGAIN * PACKETS });
    await kernel.load(scenario);
    const texts = { ...(await kernel.capture()), 'rules.save': scenario.rules };
    let packets = all.slice(0, PACKETS);
    let { left, open } = await withoutOpen(texts, packets);
    if (left.length <= FEWEST) {
      packets = all;
      ({ left, open } = await withoutOpen(texts, packets));
    }
    if (left.length < packets.length)
      await annotate(`left out: ${[...open].map(([why, n]) => `${why} ×${n}`).join(', ')}`);
    await Promise.all(left.map((packet) => kernel.send(packet)));
    const { counters, rule } = readSave(await kernel.output('iptables-legacy-save', '-c'));
    for (const engine of ['auto', 'bytecode'] as const) {
      // the kernel forgets each packet before the next
      const host = await loadCaptured(texts, { engine, connections: false });
      host.classify(batchOf(left));
      const ours = countersOf(host.summary());
      const wrong = differences({ counters, out: [] }, { counters: ours, out: [] });
      expect(
        wrong.map((line) => `${line}  ${rule.get(line.split(':')[0]!) ?? ''}`),
        `${file}, seed ${SEED}, ${left.length} packets, engine ${engine}`,
      ).toEqual([]);
    }
    expect(left.length).toBeGreaterThan(FEWEST);
    // those that meet no rule on their way compare nothing either
    const met = [...counters.values()].filter((count) => count !== '0/0').length;
    if (left.length > 0.9 * packets.length && met > 1) compared.push(file);
  });

  test('twenty rulesets at least, with nine packets in ten', () => expect(compared.length).toBeGreaterThanOrEqual(20));
});
