/**
 * The column program beside the bytecode: packets that go by what was learnt of others like them fare as they do when each is
 * walked; those of known kinds are not walked.
 */
import { describe, expect, test } from 'vitest';
import { COUNT_BANKS, COUNT_MOST, JOURNEY_EACH, KEY_UNMET } from '../src/abi.js';
import { synthesise } from '../src/input/synthetic/index.js';
import { planOf, useOf } from '../src/run/plan-of.js';
import { syntheticSpec } from '../src/run/synthetic-spec.js';
import {
  journeyLines,
  linesOf,
  loadBoth,
  longLines,
  PACKETS,
  programOfTexts,
  randomLines,
  rulesOfFamily,
  Traffic,
} from './classify/beside.js';
import { crossed } from './classify/crossed.js';
import { hostTexts } from './classify/hosts.js';
import { columnsOf, JOURNEYS } from './classify/journeys.js';
import { packets6Like, text6 } from './classify/like6.js';
import { LIST_JOURNEYS } from './classify/list-journeys.js';
import { HOST6 } from './classify/packets6.js';
import { HOST, rulesOf } from './classify/steps.js';
import { differing, inBatches, pieces } from './classify/ways.js';
import { corpus, corpusMissing, readCorpus } from './corpus.js';
import { Random } from './kernel/generate/random.js';
import { generateScenario, scenarioNear } from './kernel/generate.js';

/** Other seeds: PACKETWALK_SEED says the first, PACKETWALK_SCENARIOS how many. */
const FIRST = Number(process.env.PACKETWALK_SEED ?? 1);
const SCENARIOS = Number(process.env.PACKETWALK_SCENARIOS ?? 10);
/** Of each ruleset of the corpus: PACKETWALK_PACKETS. */
const OF_CORPUS = Number(process.env.PACKETWALK_PACKETS ?? 1000);

const LONG = { timeout: 60_000 + 5_000 * SCENARIOS + OF_CORPUS };

const ALL_JOURNEYS = [...JOURNEYS, ...LIST_JOURNEYS];
test.each(ALL_JOURNEYS)('$name', async (journey) => expect(await journeyLines(journey)).toEqual([]));
test.each(ALL_JOURNEYS)('of IPv6: $name', async (journey) => expect(await journeyLines(journey, 6)).toEqual([]));

test('packets that walk each time wait for the end of a call, or for some of whose kind nothing is known', async () => {
  const rules = {
    mangle: ['FORWARD -p tcp -m tcp --tcp-flags SYN SYN -j TCPMSS --set-mss 1000'],
    filter: [
      'FORWARD -m length --length 44 -j DROP',
      'FORWARD -p tcp -m tcp --dport 7000:7003 -j ACCEPT',
      'FORWARD -j DROP',
    ],
  };
  const { columns, bytecode } = await loadBoth(programOfTexts([rulesOf(rules), ...HOST]));
  const packets = columnsOf(
    Array.from({ length: 9000 }, (_, i) => ({
      in: 'eth1',
      src: '10.0.0.9',
      dst: '8.8.8.8',
      // of another kind from time to time
      dport: 7000 + Math.floor(i / 1700),
      flags: i % 50 === 7 ? 2 : 16,
      length: 40 + (i % 3) * 100,
    })),
  );
  const expected = inBatches(bytecode, [packets]);
  for (const turn of [1, 2, 3])
    expect(differing(expected, inBatches(columns, [packets]), String), `turn ${turn}`).toEqual([]);
  expect(useOf(columns)).toMatchObject({ used: 'columns', walked: 180 });
});

test.each([
  { cells: 'pages of cells', lengths: 2, walked: 70_000 - 0xffff + JOURNEY_EACH },
  { cells: 'hashed cells', lengths: 40, walked: 0 },
])('more journeys than numbers of sixteen bits, $cells', LONG, async ({ lengths, walked }) => {
  // all go on: of each combination the journey is another one, and keys are hashed
  const each = (count: number, rule: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => `PREROUTING ${rule(i)}`);
  const mangle = [
    ...each(250, (i) => `-s 10.0.0.${i}`),
    ...each(250, (i) => `-d 8.8.8.${i}`),
    ...each(lengths, (i) => `-m length --length ${i + 60}`),
  ];
  const { columns, bytecode } = await loadBoth(programOfTexts([rulesOf({ mangle }), ...HOST]));
  const packets = columnsOf(
    Array.from({ length: 70_000 }, (_, i) => ({
      in: 'eth1',
      src: `10.0.0.${i % 250}`,
      dst: `8.8.8.${Math.floor(i / 250) % 250}`,
      length: 60 + Math.floor(i / 62_500),
    })),
  );
  const planned = planOf(columns, packets);
  expect(planned.columns!.cells > KEY_UNMET).toBe(lengths > 2);
  // of more that are new at once not all are learnt
  const few = pieces(packets, [256]);
  const expected = inBatches(bytecode, [packets]);
  for (const turn of [1, 2]) expect(differing(expected, inBatches(columns, few), String), `turn ${turn}`).toEqual([]);
  expect(useOf(columns)).toMatchObject({ used: 'columns', walked });
});

test('more packets of a kind, each as long as may be, than their counters hold', LONG, async () => {
  const rules = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n-A FORWARD -p tcp -j DROP\nCOMMIT\n';
  const { columns } = await loadBoth(programOfTexts([{ name: 'rules', text: rules }, ...HOST]));
  const one = { in: 'eth1', src: '10.0.0.9', dst: '8.8.8.8', length: 0xffff };
  const packets = columnsOf(new Array(1 << 18).fill(one));
  const times = (COUNT_BANKS * COUNT_MOST) / packets.count + 2;
  for (let time = 0; time < times; time++) columns.classify(packets);
  const count = times * packets.count;
  expect(columns.summary().rules[0]).toMatchObject({ packets: count, bytes: 0xffff * count });
});

test.each([4, 6] as const)('random rules and packets of few values, IPv%i', LONG, async (family) => {
  const traffic = new Traffic();
  for (let seed = FIRST; seed < FIRST + SCENARIOS; seed++)
    expect(await randomLines(seed, traffic, family), `PACKETWALK_SCENARIOS=1 PACKETWALK_SEED=${seed}`).toEqual([]);
  // what order, chance and bytes decide walks, and some hosts are too large
  expect(traffic.share).toBeGreaterThan(0.2);
});

test.each([4, 6] as const)('random long lists, IPv%i', LONG, async (family) => {
  const traffic = new Traffic();
  for (let seed = FIRST; seed < FIRST + SCENARIOS; seed++)
    expect(await longLines(seed, traffic, family), `PACKETWALK_SCENARIOS=1 PACKETWALK_SEED=${seed}`).toEqual([]);
  // of IPv6 tuples of whole addresses alone are looked up
  expect(traffic.share).toBeGreaterThan(family === 4 ? 0.2 : 0.1);
});

const PARTS = [0, 0x2000, 1, 0xb9, 0x20b9, 0x60b9].flatMap((frag) =>
  [6, 17].flatMap((proto) => [80, 390, 5000].map((dport) => ({ proto, dport, frag, length: 80 }))),
);
const MANY = Array.from({ length: 300 }, (_, i) => i + 1);
test.each([
  {
    name: 'rules that read headers, and others',
    rules: [
      'FORWARD -p tcp -m tcp --dport 80 -j DROP',
      'FORWARD -p tcp -m tcp ! --sport 1000:2000 -j ACCEPT',
      'FORWARD -p udp -m udp --sport 40000 -j DROP',
      'FORWARD -p udp -j ACCEPT',
    ],
    // those that would lie over a header
    walk: { 4: 6, 6: 0 },
  },
  {
    name: 'a long list, all of whose rules read headers',
    rules: MANY.map((i) => `FORWARD -d 10.0.0.0/${8 + (i % 23)} -p tcp -m tcp --dport ${401 - i}:400 -j DROP`),
    walk: { 4: 6, 6: 0 },
  },
  {
    name: 'a long list of which some rules read none',
    rules: MANY.map((i) => {
      const ports = i === 200 ? '' : `-m tcp --dport ${401 - i}:400`;
      return `FORWARD -d 10.0.0.0/${8 + (i % 23)} -p tcp ${ports} -j ${i % 3 === 0 ? 'DROP' : 'ACCEPT'}`;
    }),
    walk: { 4: 24, 6: 24 },
  },
  {
    name: 'a header that no protocol has to have',
    rules: ['FORWARD -p esp -m esp --espspi 0:4294967295 -j ACCEPT', 'FORWARD -p esp -j DROP'],
    packets: [0, 0x2000, 0xb9].flatMap((frag) => [24, 28, 60].map((length) => ({ proto: 50, frag, length }))),
    // first ones that are cut
    walk: { 4: 0, 6: 2 },
  },
  {
    name: 'rules that ask for the header of fragments',
    rules: ['FORWARD -m frag --fragid 0 --fraglast -j DROP'],
    walk: { 6: 30 },
  },
])('fragments that wait for no others: $name', async ({ rules, packets = PARTS, walk }) => {
  const columns = columnsOf(packets.map((one) => ({ in: 'eth0', src: '198.51.100.7', dst: '10.0.0.9', ...one })));
  for (const family of Object.keys(walk).map(Number) as (keyof typeof walk)[]) {
    const of = (text: string) => (family === 4 ? text : text6(text));
    const texts = [rulesOfFamily(family, of(rulesOf({ filter: rules }).text)), ...(family === 4 ? HOST : HOST6)];
    const both = await loadBoth(programOfTexts(texts, true, family, 'off'));
    const given = family === 4 ? columns : packets6Like(columns);
    expect(linesOf(both, given, new Traffic()), `IPv${family}`).toEqual([]);
    inBatches(both.columns, [given]);
    expect(useOf(both.columns), `IPv${family}`).toMatchObject({ used: 'columns', walked: walk[family] });
  }
});

const LEVELS = ([4, 6] as const).flatMap((family) => ([1, 2] as const).map((level) => ({ family, level })));

test.each(LEVELS)(
  'scenarios of the generator, of few rules, IPv$family, level $level',
  LONG,
  async ({ family, level }) => {
    const traffic = new Traffic();
    for (let seed = FIRST; seed < FIRST + SCENARIOS; seed++) {
      const { rules, sets, setup } = generateScenario(level, seed, { rules: 8, nat: true, family });
      const texts = [rulesOfFamily(family, rules), { name: 'sets', text: sets }, ...hostTexts(setup, family)];
      const program = programOfTexts(texts, true, family);
      const both = await loadBoth(program);
      const near = synthesise(syntheticSpec(program, { profile: 'near', seed }), 0, PACKETS);
      for (const packets of [near, crossed(new Random(seed), near)])
        expect(linesOf(both, packets, traffic), `PACKETWALK_SCENARIOS=1 PACKETWALK_SEED=${seed}`).toEqual([]);
    }
    // the others ask for tuples, or have hosts whose routes ask for ports
    expect(traffic.share).toBeGreaterThan(0.15);
  },
);

describe.skipIf(corpusMissing !== undefined)(`the corpus${corpusMissing ? ` (skipped: ${corpusMissing})` : ''}`, () => {
  const byColumns = { v4: 0, v6: 0 };
  // rules of IPv4, whatever its name says
  const misnamed = 'Wh1t3Fox-tor-router/ip6tables.rules';
  const saves = corpus.filter(
    ({ file, kind_of, family }) => kind_of === 'save' && family in byColumns && file !== misnamed,
  );
  test.each(saves)('$file', LONG, async ({ file, family: of }) => {
    const family = of === 'v6' ? 6 : 4;
    const rules = readCorpus(file);
    const text = rules.replaceAll('\r\n', '\n').replace(/\n?$/, '\n');
    const near = scenarioNear({ rules: text, sets: '', family }, FIRST);
    const host = hostTexts(near.setup, family);
    const given = [rulesOfFamily(family, rules), { name: 'sets', text: near.sets }, ...host];
    const program = programOfTexts(given, true, family);
    const both = await loadBoth(program);
    const spec = syntheticSpec(program, { profile: 'near', seed: FIRST });
    // test/classify.test.ts has those that are too large
    if (planOf(both.columns, synthesise(spec, 0, 1)).used !== 'columns') return;
    const r = new Random(FIRST);
    const traffic = new Traffic();
    for (let from = 0; from < OF_CORPUS; from += PACKETS) {
      const near = synthesise(spec, from, Math.min(PACKETS, OF_CORPUS - from));
      const packets = from % (2 * PACKETS) === 0 ? near : crossed(r, near);
      expect(linesOf(both, packets, traffic), `PACKETWALK_PACKETS=${OF_CORPUS}, from ${from}`).toEqual([]);
    }
    if (traffic.share > 0.6) byColumns[of as keyof typeof byColumns]++;
  });

  test('most of them go by columns', () => {
    expect(byColumns.v4).toBeGreaterThanOrEqual(60);
    expect(byColumns.v6).toBeGreaterThanOrEqual(6);
  });
});
