/** Hostile rules take no more memory than is allowed beside what the bytecode takes, JavaScript's too: whole processes, and what is made in one. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { HOSTILE, hostileTexts } from '../bench/hostile-rules.js';
import { hostTexts, type Text } from '../bench/real/host.js';
import { rulesetText } from '../bench/rulesets.js';
import { synthesise } from '../src/input/synthetic/index.js';
import { Budget, MIB } from '../src/run/budget.js';
import { Columns } from '../src/run/columns/columns.js';
import { Plan } from '../src/run/columns/plan.js';
import { CompiledHost } from '../src/run/compiled-host.js';
import { createEngine, type LoadedHost } from '../src/run/engine.js';
import { programOf } from '../src/run/host-program.js';
import { parse } from '../src/run/host-texts.js';
import type { Laid } from '../src/run/laid.js';
import { Memory } from '../src/run/memory.js';
import { Patience } from '../src/run/patience.js';
import { planOf, useOf } from '../src/run/plan-of.js';
import { syntheticSpec } from '../src/run/synthetic-spec.js';
import { ROOT } from './root.js';

const cwd = mkdtempSync(join(tmpdir(), 'packetwalk-hostile-'));
afterAll(() => rmSync(cwd, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

/** Said at the end of the command: the most memory that it held at once, in KiB. */
const TELL = "data:text/javascript,process.on('exit',()=>process.stderr.write(String(process.resourceUsage().maxRSS)))";
/** MiB that lie about of what nobody holds any more: Node sweeps up when it sees fit. */
const UNSWEPT = 32;

/** MiB that the command took. */
async function memoryOf(rules: string, engine: 'bytecode' | 'columns', memory: number): Promise<number> {
  const options = ['--connections', 'off', '--synthetic', '2000', '--engine', engine, '--memory', String(memory)];
  const child = spawn(
    process.execPath,
    ['--import', TELL, join(ROOT, 'bin/packetwalk.js'), 'classify', rules, ...options],
    { cwd, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
  return Number(said.match(/\d+$/)![0]) / 1024;
}

/** So many times the rules of bench/, each of which took 60 to 200 MiB more than the bytecode as long as the core's memory alone was counted. */
const LARGE: readonly (readonly [kind: (typeof HOSTILE)[number], times: number])[] = [
  ['ranges of addresses that overlap', 8],
  ['prefixes and ranges of ports', 5],
  ['a set of hash:net,port,net', 3],
  ['lengths, tos, flags and ttl', 12],
];

describe.each(LARGE)('%s', (kind, times) => {
  test('a process takes no more than is allowed', { timeout: 60_000 }, async () => {
    const rules = `${HOSTILE.indexOf(kind)}.save`;
    writeFileSync(join(cwd, rules), hostileTexts(kind, times)[0]!.text);
    const [plain, least] = await Promise.all([memoryOf(rules, 'bytecode', 1), memoryOf(rules, 'columns', 1)]);
    const some = await memoryOf(rules, 'columns', 16);
    expect(least - plain).toBeLessThan(1 + UNSWEPT);
    // of what is made more is left unswept
    expect(some - plain).toBeLessThan(16 + 1.5 * UNSWEPT);
  });
});

const loaded = async (kind: string, memory: number) =>
  (await createEngine()).load(
    new CompiledHost({ ...programOf(parse(hostileTexts(kind)), { connections: 'off' }), engine: 'columns', memory }),
  );
/** Bytes of the core's memory that are in use. */
const inUse = (host: LoadedHost): number => (Reflect.get(host, 'laid') as Laid).stages.memory.mark();
const packetsOf = (host: LoadedHost, first: number, count: number) =>
  synthesise(syntheticSpec(host.from, { profile: 'near', seed: 1 }), first, count);

test.each(LARGE.map(([kind]) => kind))('%s: what does not fit is refused, said, and given back', async (kind) => {
  const host = await loaded(kind, 1);
  const before = inUse(host);
  host.classify(packetsOf(host, 0, 1000));
  const { budget } = host;
  expect(useOf(host).why).toBe('memory');
  expect(planOf(host, packetsOf(host, 0, 1))).toMatchObject({ why: 'memory', budget: MIB, taken: budget.taken });
  // ways that were laid out are no tables
  expect(inUse(host) - before).toBeLessThan(1.5 * MIB);
  expect((budget as Budget).left).toBe(MIB - budget.taken);
});

/** Of the one what rules ask, of the other its classes. */
test.each<[kind: string, columns: number, plans: number]>([
  ['prefixes and ranges of ports', 1, 0],
  ['states and interfaces', 1, 1],
])('%s: what does not fit is not tried again', async (kind, columns, plans) => {
  const host = await loaded(kind, 1);
  const made = [vi.spyOn(Columns, 'of'), vi.spyOn(Plan, 'of')];
  for (let at = 0; at < 10_000; at += 1000) host.classify(packetsOf(host, at, 1000));
  expect(useOf(host).why).toBe('memory');
  expect(made.map(({ mock }) => mock.calls.length)).toEqual([columns, plans]);
});

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');
/** Of code, and of what else comes and goes. */
const ROUGHLY = MIB;
/** Bytes that Node holds. */
function held(): number {
  for (let time = 0; time < 3; time++) collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

test.each<[what: string, texts: readonly Text[]]>([
  ['services and their endpoints', [{ name: 'rules', text: rulesetText('kube-proxy', 15_000) }]],
  ['a long list', [{ name: 'rules', text: rulesetText('flat', 4000) }]],
  ['members of sets', hostileTexts('a set of hash:net,port,net', 3)],
  ['limits behind prefixes', hostileTexts('limits', 15)],
])('%s: what is told to be held is about what Node holds', async (_, texts) => {
  const program = programOf(parse([...texts, ...hostTexts()]), { connections: 'off' });
  const host = await (await createEngine()).load(new CompiledHost({ ...program, engine: 'columns' }));
  const ready = host.ready!;
  // what else is there of the host
  ready.tables();
  const found = () => ({ node: held(), core: inUse(host), taken: host.budget.taken });
  const before = found();
  ready.makeColumns(ready.worth.endless, packetsOf(host, 0, 16));
  const after = found();
  const told = after.taken - before.taken - (after.core - before.core);
  const node = after.node - before.node;
  expect(node).toBeLessThan(1.2 * told + ROUGHLY);
  expect(told).toBeLessThan(2 * node + ROUGHLY);
});

describe('Budget', () => {
  const budgetOf = () => {
    const memory = new Memory();
    return { memory, budget: new Budget(1000, memory) };
  };

  test('what is held is given back once it is made', () => {
    const { budget } = budgetOf();
    const lefts = budget.within(() => {
      budget.hold(600);
      const left = budget.left;
      budget.hold(-200);
      return [left, budget.left];
    });
    expect(lefts).toEqual([400, 600]);
    expect(budget.left).toBe(1000);
  });

  test('what stays is taken, but for what it holds no more', () => {
    const { budget } = budgetOf();
    const made = budget.keeping(() => {
      new Patience(1000, undefined, budget).hold(600);
      budget.hold(-200);
      return 'made';
    });
    expect([made, budget.taken, budget.left]).toEqual(['made', 400, 600]);
    expect(budget.keeping(() => budget.hold(300) as undefined)).toBeUndefined();
    expect([budget.taken, budget.left]).toEqual([400, 600]);
  });

  test('the core and JavaScript have one budget', () => {
    const { budget, memory } = budgetOf();
    const start = memory.mark();
    const make = (held: number, reserved: number) =>
      budget.within(() => {
        budget.hold(held);
        const laid = budget.spend(() => memory.reserve(reserved));
        budget.hold(100);
        return laid;
      });
    expect(make(300, 720)).toBeUndefined();
    expect(make(100, 800)).toBe(start);
    expect(budget.taken).toBe(800);
    // what was reserved before more was held than is left
    memory.release(start);
    budget.taken = 0;
    expect(make(150, 800)).toBeUndefined();
    expect([memory.mark(), budget.taken, budget.left]).toEqual([start, 0, 1000]);
  });
});
