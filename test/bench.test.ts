/** What bench/ measures is the same each time, and its peers count what packetwalk counts. */
import { describe, expect, test } from 'vitest';
import { flatRules, loadRules } from '../bench/hosts.js';
import { packetsFor } from '../bench/packets.js';
import { withSection } from '../bench/page.js';
import { countByArrays, ruleColumns } from '../bench/peers/arrays.js';
import { countByObjects, packetObjects } from '../bench/peers/objects.js';
import { REAL } from '../bench/real/index.js';
import { RULESET_KINDS, rulesetText } from '../bench/rulesets.js';
import { SET_KINDS, setText } from '../bench/sets.js';
import { captured, classifyCapture } from '../bench/subjects/captures.js';
import { twins } from '../bench/subjects/families.js';
import { loadReal, packetsOf } from '../bench/subjects/rules.js';
import type { Summary } from '../src/model/summary.js';
import { parse } from '../src/run/host-texts.js';

describe('generated texts', () => {
  test.each(RULESET_KINDS)('%s: so many rules, the same ones for a seed, all of them read', (kind) => {
    for (const size of [10, 11, 13, 100, 1234]) {
      const text = rulesetText(kind, size);
      expect(rulesetText(kind, size)).toBe(text);
      expect(rulesetText(kind, size, 2)).not.toBe(text);
      const { tables, findings } = parse([{ name: 'x.rules', text }]);
      const chains = tables.flatMap((table) => [...table.chains.values()]);
      expect(chains.reduce((sum, { rules }) => sum + rules.length, 0)).toBe(size);
      expect(findings.filter(({ code }) => code !== 'set-not-given')).toEqual([]);
    }
  });

  test.each(SET_KINDS)('%s: so many members, the same ones for a seed', (kind) => {
    const text = setText(kind, 20_000);
    expect(setText(kind, 20_000)).toBe(text);
    expect(setText(kind, 20_000, 2)).not.toBe(text);
    const { sets, findings } = parse([{ name: 'x.ipset', text }]);
    expect(findings).toEqual([]);
    expect(sets.map(({ members }) => members.count)).toEqual([20_000]);
  });
});

test.each([10, 100, 1000])('peers count as packetwalk does, rule by rule: %i rules', async (size) => {
  for (const seed of [1, 2, 3]) {
    const host = await loadRules('flat', size, seed);
    const rules = flatRules(host);
    const packets = packetsFor(rules, 3000, seed);
    host.classify(packets);
    const { rules: counted, policies, packets: all } = host.summary();
    const policy = policies.find(({ chain }) => chain === 'FORWARD')!;
    const counts = [...counted, policy].map((one) => one.packets);
    expect(all).toBe(3000);
    // first matches at both ends of the list, and packets that none takes
    expect(counts[0]! + counts[1]!, 'first rules').toBeGreaterThan(0);
    expect(policy.packets, 'policy').toBeGreaterThan(0);
    expect([...countByArrays(ruleColumns(rules), packets)]).toEqual(counts);
    expect(countByObjects(rules, packetObjects(packets))).toEqual(counts);
  }
});

test('rules of both families are alike, and so is what packets near them come to', async () => {
  const counted = await Promise.all(
    ([4, 6] as const).map(async (family) => {
      const { host, packets } = await twins(100, family);
      host.classify(packets);
      return host.summary();
    }),
  );
  const [of4, of6] = counted as [Summary, Summary];
  expect(of6.rules.length).toBe(of4.rules.length);
  for (const { rules, fates } of counted) {
    expect(rules.filter(({ packets }) => packets > 0).length).toBeGreaterThan(80);
    expect(fates.forwarded).toBeGreaterThan(5000);
  }
});

test.each(Object.keys(REAL))('%s: all of it is understood, and counted alike by both engines', async (name) => {
  const [text, again] = [REAL[name]!(0.01), REAL[name]!(0.01)];
  expect(again).toEqual(text);
  expect(parse(text).findings).toEqual([]);
  const counted = await Promise.all(
    (['columns', 'bytecode'] as const).map(async (engine) => {
      const host = await loadReal(name, engine, 0.01);
      expect(host.open).toEqual([]);
      host.classify(packetsOf(host, 20_000));
      const { rules, policies, fates } = host.summary();
      return { rules, policies, fates };
    }),
  );
  const { rules } = counted[0]!;
  expect(rules.filter(({ packets }) => packets > 0).length / rules.length).toBeGreaterThan(0.5);
  expect(counted[1]).toEqual(counted[0]);
});

test('a section of the results takes the place of the one with its title', () => {
  const page = '# Results\n\nOf runs.\n\n## One\n\n1\n\n## One more\n\n2\n';
  const twice = (title: string) =>
    withSection(withSection(page, { title, lines: ['0'] }), { title, lines: ['3', '', '4'] });
  expect(twice('One')).toBe('# Results\n\nOf runs.\n\n## One\n\n3\n\n4\n\n## One more\n\n2\n');
  expect(twice('One more')).toBe('# Results\n\nOf runs.\n\n## One\n\n1\n\n## One more\n\n3\n\n4\n');
  expect(twice('Else')).toBe(`${page}\n## Else\n\n3\n\n4\n`);
});

test('packets of a capture come to what the same in columns come to', async () => {
  const [of, beside] = [await loadReal('router', 'columns'), await loadReal('router', 'columns')];
  const packets = captured(of, 5000);
  await classifyCapture(of, packets);
  beside.classify(packets.columns);
  const { rules, policies, fates } = of.summary();
  expect(beside.summary()).toMatchObject({ rules, policies, fates });
});
