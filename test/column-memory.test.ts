/** What hostile rules take of memory and time where packets are classified by tables: no more than is allowed, and nothing else comes out. */
import { expect, test } from 'vitest';
import { JOURNEY_EACH, JOURNEY_NEW } from '../src/abi.js';
import type { SyntheticSpec } from '../src/input/synthetic/index.js';
import { synthesise } from '../src/input/synthetic/index.js';
import { Budget, MIB } from '../src/run/budget.js';
import { Journeys } from '../src/run/columns/journeys.js';
import { CompiledHost } from '../src/run/compiled-host.js';
import { createEngine } from '../src/run/engine.js';
import { generator } from '../src/run/generator.js';
import { programOf } from '../src/run/host-program.js';
import { parse } from '../src/run/host-texts.js';
import type { Laid } from '../src/run/laid.js';
import { Memory } from '../src/run/memory.js';
import { planOf } from '../src/run/plan-of.js';
import { syntheticSpec } from '../src/run/synthetic-spec.js';

const PACKETS = 100_000;
const BATCH = 10_000;

const filter = (rules: readonly string[]) =>
  `*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n${rules.join('\n')}\nCOMMIT\n`;
const rules = (count: number, rule: (i: number) => string) => filter(Array.from({ length: count }, (_, i) => rule(i)));

const draw = generator(1);
const upTo = (end: number) => draw() % end;
const address = () => [0, 0, 0, 0].map(() => 1 + upTo(223)).join('.');
const CHAINS = ['INPUT', 'FORWARD', 'OUTPUT'];

/** A set of so many addresses that lie apart, and rules that ask for it. */
const largeSet = (members: number, asking: number) =>
  `create big hash:ip family inet maxelem 200000\n${Array.from({ length: members }, () => `add big ${address()}\n`).join('')}${rules(asking, (i) => `-A INPUT -p tcp -m tcp --dport ${i + 1} -m set --match-set big src -j ACCEPT`)}`;

const CELLS = rules(
  150,
  (i) => `-A ${CHAINS[i % 3]} -s ${upTo(224)}.0.0.0/${4 + upTo(5)} -p tcp -m tcp --dport ${upTo(60000)}:65535`,
);
const COUNTERS = rules(242, (i) =>
  i < 42
    ? `-A ${CHAINS[i % 3]} -s ${16 * Math.floor(i / 3)}.0.0.0/4`
    : `-A ${CHAINS[i % 3]} -p tcp -m tcp --sport ${300 * (i - 42)}:65535`,
);
const MARKS = rules(
  40,
  (i) => `-A ${CHAINS[i % 3]} -m mark --mark 0x${(i * 0x1111111).toString(16)}/0xffffffff -j MARK --set-xmark 0x1/0x0`,
);

/** The core's memory that is in use. */
const memoryOf = (host: object): number => (Reflect.get(host, 'laid') as Laid).stages.memory.mark();

async function classified(
  text: string,
  options: { engine: 'bytecode' | 'columns'; memory?: number },
  packets = PACKETS,
) {
  const program = programOf(parse([{ name: 'rules', text }]), { connections: 'off', tracking: 'on' });
  const host = await (await createEngine()).load(new CompiledHost({ ...program, ...options, otherwise: false }));
  const spec: SyntheticSpec = syntheticSpec(program, { profile: 'near', seed: 5 });
  for (let at = 0; at < packets; at += BATCH) host.classify(synthesise(spec, at, BATCH));
  const { seconds: _, ...summary } = host.summary();
  return { host, summary, inUse: memoryOf(host), plan: planOf(host, synthesise(spec, 0, 1)) };
}

/** Each address is translated to another, and asked for by a rule of its own. */
function translations(count: number): string {
  const to = Array.from({ length: count }, address);
  const nat = to.map(
    (one, i) =>
      `-A PREROUTING -d ${address()}/32 -p tcp -m tcp --dport ${i + 1} -j DNAT --to-destination ${one}:${i + 5}`,
  );
  const asking = to.map((one, i) => `-A FORWARD -d ${one}/32 -p tcp -m tcp --dport ${i + 5} -j ACCEPT`);
  return `*nat\n:PREROUTING ACCEPT [0:0]\n${nat.join('\n')}\nCOMMIT\n${filter(asking)}`;
}

/** `mib`: fewer than it would take. */
test.each<[what: string, text: string, mib: number, used: string]>([
  ['cells that most packets have others of', CELLS, 4, 'columns'],
  ['journeys of many counters', COUNTERS, 2.5, 'columns'],
  ['values that count one by one', MARKS, 2, 'columns'],
  ['addresses that lie apart', largeSet(20_000, 2), 8, 'tables'],
])(
  '%s take no more memory than is allowed',
  async (_, text, mib, used) => {
    const bytecode = await classified(text, { engine: 'bytecode' });
    const few = await classified(text, { engine: 'columns', memory: mib });
    const usual = await classified(text, { engine: 'columns' });
    expect(few.summary).toEqual(bytecode.summary);
    expect(usual.summary).toEqual(bytecode.summary);
    expect(few.plan.used).toBe(used);
    expect(few.inUse - bytecode.inUse).toBeLessThanOrEqual(mib * MIB);
    expect(few.plan.taken).toBeLessThanOrEqual(mib * MIB);
    expect(usual.inUse - bytecode.inUse).toBeGreaterThan(mib * MIB);
  },
  60_000,
);

test.each<[what: string, text: string, why: string | undefined]>([
  ['a set of many addresses that many rules ask for', largeSet(100_000, 300), undefined],
  ['addresses of rules of their own', rules(30_000, () => `-A INPUT -s ${address()}/32 -j DROP`), undefined],
  ['pairs of addresses', rules(10_000, () => `-A INPUT -s ${address()}/32 -d ${address()}/32 -j DROP`), undefined],
  ['translations, and rules behind them', translations(8000), undefined],
  [
    'pairs of ranges of ports',
    rules(
      3000,
      () =>
        `-A INPUT -p udp -m udp --sport ${upTo(30000)}:${30000 + upTo(30000)} --dport ${upTo(30000)}:${30000 + upTo(30000)}`,
    ),
    'classes',
  ],
])(
  '%s: no table takes ten seconds to build',
  async (_, text, why) => {
    const { plan } = await classified(text, { engine: 'columns' }, 0);
    expect(plan.why).toBe(why);
  },
  10_000,
);

test('what journeys count is of the same memory', () => {
  const memory = new Memory();
  const budget = new Budget(MIB, memory);
  const journeys = new Journeys(
    { memory, gatherCounts: () => undefined, settleLimits: () => 0 },
    new Uint32Array(0),
    false,
    budget,
  );
  const draft = (first: number) => ({
    stretches: [],
    counters: Array.from({ length: 1000 }, (_, i) => first + i),
    end: 1,
  });
  const made = Array.from({ length: 1000 }, (_, i) => journeys.add(JOURNEY_NEW, draft(i)));
  const kept = made.filter((one) => one !== JOURNEY_EACH).length;
  // a number of a list takes four bytes, and twice as many where lists grow
  expect(12 * 1000 * kept).toBeLessThanOrEqual(MIB);
  expect(kept).toBeGreaterThan(10);
  expect(journeys.add(JOURNEY_NEW, draft(0))).toBe(made[0]);
});
