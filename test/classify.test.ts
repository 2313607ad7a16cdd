/**
 * Packets counted by the batch: by what was learnt of others like them, by the bytecode for each, in batches of any size,
 * from columns and from bytes, and one by one as `trace` walks them. All of these count the same.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { jsonLine } from '../src/input/columns-text.js';
import { bytesOf } from '../src/input/encode-columns.js';
import { Pack } from '../src/input/pack.js';
import { PROFILES, synthesise } from '../src/input/synthetic/index.js';
import { FROM_HOST, type PacketBytes, type PacketColumns } from '../src/model/batch.js';
import type { SourceText } from '../src/parse/index.js';
import { type HostProgram, programOf } from '../src/run/host-program.js';
import { parse } from '../src/run/host-texts.js';
import { syntheticSpec } from '../src/run/synthetic-spec.js';
import { hostTexts } from './classify/hosts.js';
import { RULESETS } from './classify/rulesets.js';
import { type Counted, described, differing, inBatches, lengthsOf, load, oneByOne, pieces } from './classify/ways.js';
import { corpus, corpusMissing, readCorpus } from './corpus.js';
import { generateScenario } from './kernel/generate.js';
import { caseNames, readCase } from './kernel/keep.js';
import { parseCase } from './kernel/kept.js';
import type { PacketLine } from './kernel/scenario.js';
import { packetOf } from './kernel/walked.js';
import { ROOT } from './root.js';

/** Other seeds: PACKETWALK_SEED says the first, PACKETWALK_SCENARIOS how many. */
const FIRST = Number(process.env.PACKETWALK_SEED ?? 1);
const SCENARIOS = Number(process.env.PACKETWALK_SCENARIOS ?? 20);

const HOST = hostTexts([
  'ip tuntap add eth0 mode tun',
  'ip addr add 192.0.2.1/24 brd + dev eth0',
  'ip link set eth0 up',
  'ip tuntap add eth1 mode tun',
  'ip addr add 10.0.0.1/16 brd + dev eth1',
  'ip link set eth1 group 7',
  'ip link set eth1 up',
  'ip route add default via 192.0.2.254 dev eth0',
  'ip route add 10.9.0.0/16 via 10.0.0.254 dev eth1',
  'ip route add unreachable 203.0.113.128/25',
]);

const named = (name: string, text: string): SourceText => ({ name, text });
const read = (...path: string[]): SourceText => named(path.at(-1)!, readFileSync(join(ROOT, ...path), 'utf8'));
const folder = (path: string): SourceText[] => readdirSync(join(ROOT, path)).map((file) => read(path, file));

/** `lenient`: what is not known is no; else it stays open. The packets are of no flows, and none knows those before it. */
const programOfTexts = (texts: readonly SourceText[], lenient = true): HostProgram =>
  programOf(parse(texts.filter(({ text }) => text.trim() !== '')), { lenient, connections: 'off' });

/** Packets as their captures and senders know more of them: a state that is given, a mark, whose socket it was. */
function known(columns: PacketColumns): PacketColumns {
  const of = <C extends { [i: number]: number; length: number }>(column: C, value: (i: number) => number): C => {
    for (let i = 0; i < column.length; i++) column[i] = value(i);
    return column;
  };
  const { count } = columns;
  return {
    ...columns,
    state: of(new Uint8Array(count), (i) => (i % 3 === 0 ? i % 6 : 0)),
    mark: of(new Uint32Array(count), (i) => (i % 5 === 0 ? i % 11 : (columns.mark?.[i] ?? 0))),
    uid: of(new Uint32Array(count), (i) => (columns.in?.[i] === FROM_HOST && i % 2 === 0 ? i % 7 : 0xffffffff)),
    time: of(new Float64Array(count), (i) => (i % 4 === 0 ? Number.NaN : columns.time![i]!)),
  };
}

interface Wanted {
  readonly packets: number;
  /** of them, how many are walked one by one. */
  readonly walked: number;
}

/** Counts synthetic packets in every way; lines that say where two differ. */
async function disagreements(program: HostProgram, { packets, walked }: Wanted): Promise<string[]> {
  const [auto, bytecode] = await Promise.all([load(program, 'auto'), load(program, 'bytecode')]);
  return PROFILES.flatMap((profile) => {
    const drawn = synthesise(syntheticSpec(program, { profile, seed: FIRST }), 0, packets);
    const columns = profile === 'mix' ? known(drawn) : drawn;
    const line = (packet: number) => jsonLine(columns, packet);
    const expected = inBatches(bytecode, [columns]);
    const [few] = pieces(columns, [walked]) as [PacketColumns];
    const pairs: Record<string, [Counted, Counted]> = {
      'engine auto': [expected, inBatches(auto, [columns])],
      'in odd batches': [expected, inBatches(auto, pieces(columns, [1, 700, 3, 1023, 1025, 2, 4099]))],
      'as bytes': [expected, inBatches(auto, [bytesOf(columns)])],
      'bytecode, as bytes, in odd batches': [
        expected,
        inBatches(
          bytecode,
          pieces(columns, [97, 1, 2050]).map((one) => bytesOf(one)),
        ),
      ],
      'one by one': [inBatches(auto, [few]), oneByOne(bytecode, described(few), lengthsOf(few))],
    };
    return Object.entries(pairs).flatMap(([way, [one, other]]) =>
      differing(one, other, line).map((what) => `${profile}, ${way}: ${what}`),
    );
  });
}

const agree = async (texts: readonly SourceText[], wanted: Wanted, lenient = true): Promise<void> =>
  expect(await disagreements(programOfTexts(texts, lenient), wanted)).toEqual([]);

const LONG = { timeout: 300_000 };

describe('fixtures', () => {
  test('examples/host', LONG, () => agree(folder('examples/host'), { packets: 5000, walked: 2500 }));

  test.each(RULESETS)('$name', LONG, ({ rules, sets = '' }) =>
    agree([named('rules', rules), named('sets', sets), ...HOST], { packets: 3000, walked: 800 }),
  );

  test.each(RULESETS)('$name, of a host that is not known, with questions open', LONG, ({ rules }) =>
    agree([named('rules', rules)], { packets: 1200, walked: 300 }, false),
  );

  const own = ['test/golden', 'test/stories'].flatMap((path) =>
    readdirSync(join(ROOT, path)).flatMap((file) => (/(?<!ipv6|prefixes)\.rules$/.test(file) ? [{ path, file }] : [])),
  );
  test.each(own)('$path/$file', LONG, ({ path, file }) =>
    agree([read(path, file), ...HOST], { packets: 2000, walked: 500 }),
  );

  const ofIpv4 = caseNames().filter((name) => parseCase(readCase(name)).scenario.family === 4);
  test.each(ofIpv4)('%s', LONG, (name) => {
    const { scenario, host } = parseCase(readCase(name));
    const texts = Object.entries({ ...host, rules: scenario.rules, sets: scenario.sets });
    return agree(
      texts.map(([of, text]) => named(of, text)),
      { packets: 1000, walked: 250 },
    );
  });
});

/** Of so many packets it shows whether it is worth while to remember kinds of them. */
describe.each(PROFILES)('forty thousand packets, %s', (profile) => {
  const texts: Record<string, SourceText[]> = {
    'examples/host': folder('examples/host'),
    ...Object.fromEntries(RULESETS.map(({ name, rules }) => [name, [named('rules', rules), ...HOST]])),
  };
  test.each([
    'examples/host',
    'headers, byte by byte',
    'translations of every kind',
    'from the host to itself, and copies of its broadcasts',
  ])('%s', LONG, async (name) => {
    const program = programOfTexts(texts[name]!);
    const columns = synthesise(syntheticSpec(program, { profile, seed: FIRST }), 0, 40_000);
    const [auto, bytecode] = await Promise.all([load(program, 'auto'), load(program, 'bytecode')]);
    const line = (packet: number) => jsonLine(columns, packet);
    expect(differing(inBatches(bytecode, [columns]), inBatches(auto, pieces(columns, [5000])), line)).toEqual([]);
  });
});

describe.skipIf(corpusMissing !== undefined)(`the corpus${corpusMissing ? ` (skipped: ${corpusMissing})` : ''}`, () => {
  const saves = corpus.filter(({ kind_of, family }) => kind_of === 'save' && family === 'v4');
  test.each(saves)('$file', LONG, ({ file, n_rules }) => {
    const wanted = { packets: 2000, walked: n_rules > 1000 ? 50 : 250 };
    return agree([{ name: file, text: readCorpus(file) }, ...(n_rules % 2 === 0 ? HOST : [])], wanted);
  });
});

describe('scenarios of the generator', () => {
  /** The packets that the generator draws for the kernel: cut, malformed, with IP options. */
  function bytesOfLines(lines: readonly PacketLine[]): PacketBytes[] {
    const pack = new Pack();
    return [...lines.flatMap((line) => [...pack.add(packetOf(line))]), ...pack.take()];
  }

  test.each([1, 2] as const)('level %i', LONG, async (level) => {
    for (let seed = FIRST; seed < FIRST + SCENARIOS; seed++) {
      const { rules, sets, setup, packets } = generateScenario(level, seed, { nat: true });
      const program = programOfTexts([named('rules', rules), named('sets', sets), ...hostTexts(setup)]);
      const again = `PACKETWALK_SCENARIOS=1 PACKETWALK_SEED=${seed}, level ${level}`;
      expect(await disagreements(program, { packets: 500, walked: 40 }), again).toEqual([]);
      const [auto, bytecode] = await Promise.all([load(program, 'auto'), load(program, 'bytecode')]);
      const batches = bytesOfLines([...packets, ...packets]);
      const expected = inBatches(bytecode, batches);
      expect(
        differing(expected, inBatches(auto, batches), (i) => JSON.stringify(packets[i % packets.length])),
        again,
      ).toEqual([]);
    }
  });
});
