/** What `classify --save` prints: iptables-restore takes it, and the kernel then has those rules and counters. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { synthesise } from '../../src/input/synthetic/index.js';
import type { SourceText } from '../../src/parse/index.js';
import { printSave } from '../../src/parse/rules/print-save.js';
import { withCounters } from '../../src/report/summary.js';
import { createEngine } from '../../src/run/engine.js';
import { programOf } from '../../src/run/host-program.js';
import { parse } from '../../src/run/host-texts.js';
import { syntheticSpec } from '../../src/run/synthetic-spec.js';
import { packetwalk } from '../command.js';
import { corpus, corpusMissing, readCorpus } from '../corpus.js';
import { countersOf, readSave } from '../counters.js';
import { ROOT } from '../root.js';
import { scenarioNear } from './generate.js';
import { kernelMissing, kernelTitle } from './kernel.js';
import { kernelAndFolder } from './kernel-and-folder.js';

const PACKETS = 2000;
const MOST_RULES = 12_000;

/** The save, and the counters that it should have. */
async function classified(texts: readonly SourceText[]) {
  const program = programOf(parse(texts), { lenient: true });
  const host = await (await createEngine()).load(program);
  host.classify(synthesise(syntheticSpec(program, { profile: 'near', seed: 1 }), 0, PACKETS));
  const summary = host.summary();
  const save = printSave(withCounters(program.tables, host.compiled, summary), { counters: true });
  return { save, counters: countersOf(summary) };
}

const reason = kernelMissing();
describe.skipIf(reason !== undefined)(kernelTitle('classify --save'), () => {
  const here = kernelAndFolder();

  /** What the kernel says that it holds once it has loaded a save. */
  async function loaded(save: string, sets: string) {
    const { kernel, folder } = here;
    writeFileSync(join(folder, 'saved'), save);
    await kernel.load({ family: 4, rules: '', sets, setup: [] });
    await kernel.output('iptables-legacy-restore', '-c', join(folder, 'saved'));
    return readSave(await kernel.output('iptables-legacy-save', '-c'));
  }

  test('of examples/host', { timeout: 60_000 }, async () => {
    const host = join(ROOT, 'examples/host');
    const args = ['classify', host, '--synthetic', String(PACKETS)];
    const [{ stdout: save }, { stdout: json }] = await Promise.all([
      packetwalk([...args, '--save'], { cwd: ROOT }),
      packetwalk([...args, '--json'], { cwd: ROOT }),
    ]);
    expect(readdirSync(host)).toContain('sets.ipset');
    const { counters, rule } = await loaded(save, readFileSync(join(host, 'sets.ipset'), 'utf8'));
    expect(counters).toEqual(countersOf(JSON.parse(json)));
    expect(rule).toEqual(readSave(save).rule);
  });

  const saves = corpus.filter(
    ({ kind_of, family, n_rules, legacy_commit_in_netns }) =>
      kind_of === 'save' && family === 'v4' && n_rules <= MOST_RULES && legacy_commit_in_netns?.ok,
  );
  test.skipIf(corpusMissing !== undefined)('of rulesets of real hosts', { timeout: 300_000 }, async () => {
    for (const { file } of saves) {
      const text = readCorpus(file).replaceAll('\r\n', '\n');
      const { rules, sets } = scenarioNear({ rules: text, sets: '' }, 1);
      const { save, counters } = await classified([
        { name: file, text: rules },
        ...(sets === '' ? [] : [{ name: 'sets.ipset', text: sets }]),
      ]);
      expect((await loaded(save, sets)).counters, file).toEqual(counters);
    }
    expect(saves.length).toBeGreaterThan(20);
  });
});
