/** When what takes many packets is made, given up, left alone and looked at again: by what packets walk, as a clock that only counts says. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { PacketColumns } from '../src/model/batch.js';
import { BatchWalks } from '../src/run/batch-walks.js';
import { Columns } from '../src/run/columns/columns.js';
import { CompiledHost } from '../src/run/compiled-host.js';
import { createEngine, type LoadedHost } from '../src/run/engine.js';
import { Outlay, Pace, Paces, type Way } from '../src/run/outlay.js';
import { useOf } from '../src/run/plan-of.js';
import { loadAuto, programOfTexts } from './classify/beside.js';
import { HOST, rulesOf } from './classify/steps.js';
import { load, pieces } from './classify/ways.js';
import { Random } from './kernel/generate/random.js';

/** A packet walks for a microsecond. */
const EACH = 0.001;
function steady(): Paces {
  const paces = new Paces();
  walk(paces, 'bytecode', EACH);
  return paces;
}
function walk(paces: Paces, way: Way, each: number): void {
  for (let batch = 0; batch < 5; batch++) paces.walked(way, 1_000_000, 1_000_000 * each);
}

describe('Outlay', () => {
  test.each<[walked: number, ahead: number, left: number]>([
    [0, 0, 0],
    [8000, 0, 1],
    [0, 8000, 1],
    [4000, 4000, 1],
  ])('of %i packets that walked, and %i to come, an eighth may be spent', (walked, ahead, left) => {
    const outlay = new Outlay(steady());
    outlay.walked('bytecode', walked);
    outlay.ahead = ahead;
    expect(outlay.left).toBeCloseTo(left);
    outlay.spend(10);
    expect(outlay.left).toBeCloseTo(left - 10);
  });

  test('nothing is spent as long as nobody knows how long packets walk', () => {
    const outlay = new Outlay(new Paces());
    outlay.walked('bytecode', 1_000_000);
    expect(outlay.left).toBe(0);
  });

  /** Packets of which each takes so long. */
  const take = (outlay: Outlay, packets: number, each: number) => outlay.took(packets, packets * each);

  test('what is gained is spent again, but no more than was', () => {
    const outlay = new Outlay(steady());
    outlay.walked('bytecode', 800_000);
    outlay.spend(50);
    take(outlay, 40_000, EACH / 2);
    expect(outlay.left).toBeCloseTo(105 - 50 + 20);
    take(outlay, 800_000, 0);
    expect(outlay.left).toBeCloseTo(205);
  });

  test('what tables gain may be spent, and columns rest where they are slower than those', () => {
    const paces = steady();
    const outlay = new Outlay(paces);
    outlay.walked('bytecode', 800_000);
    outlay.spend(100);
    expect(outlay.left).toBeCloseTo(0);
    walk(paces, 'tables', EACH / 2);
    outlay.walked('tables', 80_000);
    expect(outlay.left).toBeCloseTo(10 + 40);
    for (let turn = 0; turn < 200; turn++) take(outlay, 1000, 0.6 * EACH);
    expect(outlay.rests).toBe(true);
  });

  test.each<[each: number, rests: boolean]>([
    [2 * EACH, true],
    [1.02 * EACH, true],
    [0.98 * EACH, false],
    [0.5 * EACH, false],
  ])('where packets take %d ms each it rests: %s', (each, rests) => {
    const outlay = new Outlay(steady());
    outlay.walked('bytecode', 400_000);
    outlay.spend(50);
    for (let turn = 0; turn < 5000; turn++) if (!outlay.rests) take(outlay, 1000, each);
    expect(outlay.rests).toBe(rests);
  });

  test('what is learnt at first may cost more than it gains', () => {
    const outlay = new Outlay(steady());
    outlay.walked('bytecode', 400_000);
    take(outlay, 10_000, 3 * EACH);
    for (let turn = 0; turn < 100; turn++) take(outlay, 1000, EACH / 2);
    expect(outlay.rests).toBe(false);
  });

  test('where all was spent it rests at once', () => {
    const outlay = new Outlay(steady());
    outlay.walked('bytecode', 400_000);
    take(outlay, 10_000, 7 * EACH);
    expect(outlay.rests).toBe(true);
  });

  test('some packets walk each time that as many again have come, until it is told how long they take', () => {
    const paces = steady();
    const outlay = new Outlay(paces);
    const due: number[] = [];
    for (let packets = 0; packets < 1_000_000; packets += 1000) {
      outlay.walked('bytecode', 1000);
      if (!outlay.isDue('bytecode')) continue;
      due.push(packets + 1000);
      paces.walked('bytecode', 1000, 1000 * EACH);
    }
    expect(due).toEqual([66, 67, 136, 137, 276, 277, 556, 557].map((thousands) => 1000 * thousands));
  });

  test('it is looked at again each time that twice as much has walked, and an eighth is lost in all', () => {
    const outlay = new Outlay(steady());
    outlay.walked('bytecode', 100_000);
    let lost = 0;
    const looks: number[] = [];
    let rested = false;
    for (let packets = 0; packets < 10_000_000; packets += 1000) {
      const { rests } = outlay;
      if (rested && !rests) looks.push(packets);
      rested = rests;
      if (rests) outlay.walked('bytecode', 1000);
      else {
        take(outlay, 1000, 3 * EACH);
        lost += 2000 * EACH;
      }
      expect(lost).toBeLessThanOrEqual(((100_000 + packets) * EACH) / 8 + 2);
    }
    expect(looks.length).toBeGreaterThan(2);
    for (let i = 1; i < looks.length; i++) expect(looks[i]).toBeGreaterThan(2 * looks[i - 1]!);
  });
});

test('how long a packet walks is told by the quickest of some batches', () => {
  const pace = new Pace();
  for (const milliseconds of [68, 10, 11]) pace.walked(2000, milliseconds);
  // slow yet, all in all
  expect(pace.each).toBe(0);
  pace.walked(2000, 12);
  expect(pace.each).toBe(10 / 2000);
  // others since
  for (let i = 0; i < 16; i++) pace.walked(2000, 40);
  expect(pace.each).toBe(40 / 2000);
});

describe('engine auto', () => {
  afterEach(() => void vi.restoreAllMocks());
  /** A clock by which packets walk for so many milliseconds each, and nothing else takes any time but what `pass` says. */
  const clockOf = (each: number) => {
    let now = 0;
    const pass = (milliseconds: number) => {
      now += milliseconds;
    };
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const { walkPlaced } = BatchWalks.prototype;
    vi.spyOn(BatchWalks.prototype, 'walkPlaced').mockImplementation(function (this: BatchWalks, count, walk) {
      pass(count * each);
      walkPlaced.call(this, count, walk);
    });
    return { pass };
  };

  const programNow = () =>
    programOfTexts([
      rulesOf({
        filter: [...ports('sport'), ...ports('dport'), ...sources],
      }),
      ...HOST,
    ]);

  test('columns come when packets have walked for so long, within a call too', async () => {
    clockOf(0.02);
    const some = packets(4000, 1);
    const early = await loadAuto(programNow());
    early.classify(some);
    expect(useOf(early)).toEqual({ used: 'bytecode', why: 'few' });
    const many = packets(200_000, 1);
    const host = await loadAuto(programNow());
    host.classify(many);
    expect(useOf(host)).toEqual({ used: 'columns', walked: expect.any(Number) });
    expect(useOf(host).walked).toBeGreaterThan(some.count);
    expect(useOf(host).walked).toBeLessThan(20_000);
  });

  test('those that are known to come count', async () => {
    clockOf(0.02);
    const host = await loadAuto(programNow());
    for (const one of pieces(packets(18_000, 1), [2000])) host.classify(one, { more: 100_000 });
    expect(useOf(host).used).toBe('columns');
  });

  test('all is counted as by the bytecode, whatever comes in between', async () => {
    const clock = clockOf(0.02);
    const { walkInPlace } = Columns.prototype;
    let dear = 0;
    vi.spyOn(Columns.prototype, 'walkInPlace').mockImplementation(function (this: Columns, ...of) {
      clock.pass(dear);
      return walkInPlace.apply(this, of);
    });
    const host = await loadAuto(programNow());
    const bytecode = await load(programNow(), 'bytecode');
    const turns = [packets(150_000, 1), packets(150_000, KINDS), packets(700_000, 1)];
    const uses: string[] = [];
    for (const [i, turn] of turns.entries()) {
      dear = i === 1 ? 100 : 0;
      const [fates, expected] = [host, bytecode].map((one: LoadedHost) => Buffer.from(one.classify(turn)));
      expect(fates!.equals(expected!)).toBe(true);
      uses.push(`${useOf(host).used} ${useOf(host).why}`);
    }
    expect(uses).toEqual(['columns undefined', 'columns new-kinds', 'columns undefined']);
    const [summary, expected] = [host.summary(), bytecode.summary()];
    expect({ ...summary, seconds: 0 }).toEqual({ ...expected, seconds: 0 });
  });
});

/** So many of ports of either side, and of sources, are told apart. */
const [PORTS, SOURCES] = [60, 160];
const KINDS = PORTS ** 2 * SOURCES;

function ports(side: string): string[] {
  return Array.from({ length: PORTS }, (_, i) => `FORWARD -p tcp -m tcp --${side} ${1000 * i}:${1000 * i + 9}`);
}
const sources = Array.from({ length: SOURCES }, (_, i) => `FORWARD -s 10.0.${i}.0/24`);

/** So many, of so many kinds at the most. */
function packets(count: number, kinds: number): PacketColumns {
  const random = new Random(1);
  const of = Array.from({ length: count }, () => random.below(kinds));
  return {
    kind: 'columns',
    count,
    interfaces: ['eth1'],
    in: new Uint16Array(count),
    src: Uint32Array.from(of, (kind) => 0x0a000009 + 256 * Math.floor(kind / PORTS ** 2)),
    dst: new Uint32Array(count).fill(0x08080808),
    proto: new Uint8Array(count).fill(6),
    sport: Uint16Array.from(of, (kind) => 1000 * (Math.floor(kind / PORTS) % PORTS)),
    dport: Uint16Array.from(of, (kind) => 1000 * (kind % PORTS)),
    length: new Uint16Array(count).fill(60),
  };
}

test('what takes long says so each ten seconds', async () => {
  let now = 0;
  // each look at the clock is six seconds later
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 6000));
  const said: number[] = [];
  const rules = Array.from({ length: 20_000 }, (_, i) => `FORWARD -s 10.${i >> 8}.${i & 255}.0/24 -p tcp -j ACCEPT`);
  const asked = new CompiledHost({
    ...programOfTexts([rulesOf({ filter: rules }), ...HOST]),
    engine: 'columns',
    waiting: (seconds) => said.push(seconds),
  });
  const host = await (await createEngine()).load(asked);
  host.classify(packets(10, 1));
  vi.restoreAllMocks();
  expect(said.length).toBeGreaterThan(0);
  // nothing is said twice, whoever looks at the clock in between
  expect(said).toEqual([...new Set(said)].sort((a, b) => a - b));
  expect(said.filter((seconds) => seconds % 10 !== 0)).toEqual([]);
});
