/** When what takes many packets is made, given up, left alone and looked at again: by what packets walk, as a clock that only counts says. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { PacketColumns } from '../src/model/batch.js';
import { CompiledHost } from '../src/run/compiled-host.js';
import { createEngine, type LoadedHost } from '../src/run/engine.js';
import { Outlay, Pace } from '../src/run/outlay.js';
import { useOf } from '../src/run/plan-of.js';
import { loadAuto, programOfTexts } from './classify/beside.js';
import { HOST, rulesOf } from './classify/steps.js';
import { load, pieces } from './classify/ways.js';
import { Random } from './kernel/generate/random.js';

describe('Outlay', () => {
  test('nothing is made before twice as much has walked as it takes', () => {
    const outlay = new Outlay();
    outlay.came(79);
    expect(outlay.allows(40, 0)).toBe(0);
    outlay.came(1);
    expect(outlay.allows(40, 0)).toBe(40);
  });

  test('what is known to come counts half as much', () => {
    expect(new Outlay().allows(40, 159)).toBe(0);
    expect(new Outlay().allows(40, 160)).toBe(40);
  });

  test('what was given up is tried again with twice the time', () => {
    const outlay = new Outlay();
    outlay.came(100);
    outlay.giveUp(50, outlay.allows(40, 0));
    outlay.came(199);
    expect(outlay.allows(40, 0)).toBe(0);
    outlay.came(1);
    expect(outlay.allows(40, 0)).toBe(100);
  });

  test('whatever never is made takes no more than half of what walks', () => {
    const outlay = new Outlay();
    let spent = 0;
    let tries = 0;
    for (let walking = 1; walking <= 100_000; walking++) {
      outlay.came(1);
      const allowed = outlay.allows(40, 0);
      if (allowed === 0) continue;
      tries++;
      spent += allowed;
      outlay.giveUp(allowed, allowed);
      expect(spent).toBeLessThanOrEqual(walking / 2);
    }
    expect(tries).toBeGreaterThan(5);
    expect(tries).toBeLessThan(20);
  });

  /** Packets of which so many in a hundred are learnt, and walk. */
  const take = (outlay: Outlay, packets: number, fresh: number) => {
    const walked = (packets * fresh) / 100;
    outlay.came(packets * EACH);
    outlay.took({ packets, walked, learnt: walked }, EACH);
  };
  const EACH = 0.001;

  test.each<[fresh: number, rests: boolean]>([
    [100, true],
    [30, true],
    [5, false],
    [0, false],
  ])('of packets %i in a hundred of which are of new kinds it rests: %s', (fresh, rests) => {
    const outlay = new Outlay();
    outlay.came(100);
    outlay.make(50);
    for (let turn = 0; turn < 500; turn++) if (!outlay.rests) take(outlay, 1000, fresh);
    expect(outlay.rests).toBe(rests);
  });

  test('it is looked at again once so much has walked that what was lost is little, and loses little then', () => {
    const outlay = new Outlay();
    outlay.came(100);
    outlay.make(50);
    while (!outlay.rests) take(outlay, 1000, 100);
    let turns = 0;
    for (; outlay.rests && turns < 10_000; turns++) outlay.came(1);
    expect(turns).toBeGreaterThan(500);
    expect(turns).toBeLessThan(2000);
    let taken = 0;
    for (; !outlay.rests; taken++) take(outlay, 1000, 100);
    expect(taken).toBeLessThan(turns / 8);
  });
});

test('how long a packet walks is told by the quickest of some batches', () => {
  const pace = new Pace();
  for (const milliseconds of [900, 30, 10]) pace.walked(2000, milliseconds);
  expect(pace.each).toBe(0);
  pace.walked(2000, 12);
  expect(pace.each).toBe(10 / 2000);
  // others since
  for (let i = 0; i < 16; i++) pace.walked(2000, 40);
  expect(pace.each).toBe(40 / 2000);
});

describe('engine auto', () => {
  afterEach(() => void vi.restoreAllMocks());
  /** A batch of 1,024 walks for two of these: from its beginning to its end the time is asked twice. */
  const ticking = (milliseconds: number) => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => (now += milliseconds));
  };

  const programNow = () =>
    programOfTexts([
      rulesOf({
        filter: [...ports('sport'), ...ports('dport'), ...sources],
      }),
      ...HOST,
    ]);

  test('columns come when packets have walked for so long, within a call too', async () => {
    ticking(10);
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
    ticking(10);
    const host = await loadAuto(programNow());
    for (const one of pieces(packets(9000, 1), [1000])) host.classify(one, { more: 100_000 });
    expect(useOf(host).used).toBe('columns');
  });

  test('all is counted as by the bytecode, whatever comes in between', async () => {
    ticking(1);
    const host = await loadAuto(programNow());
    const bytecode = await load(programNow(), 'bytecode');
    const turns = [packets(150_000, 1), packets(150_000, KINDS), packets(700_000, 1)];
    const uses: string[] = [];
    for (const turn of turns) {
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
