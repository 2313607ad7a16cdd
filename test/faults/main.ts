/**
 * `npm run test:faults`: plants faults in a copy of the engine, one at a time, and has the judge, or tests, look for each. Exit 1
 * where one is not found, does not apply any more, or where the engine as it is differs from the kernel there as well.
 *
 *     --only NAME      this one alone; may be given again
 *     --seeds A:B      where the judge looks, on the level of each fault
 *     --every N        of the faults that tests find, or a comparison with the bytecode, one of so many
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { transformSync } from '@swc/core';
import type { Family } from '../kernel/generate/address.js';
import type { Level } from '../kernel/generate.js';
import { kernelMissing } from '../kernel/kernel.js';
import { ROOT } from '../root.js';
import { FAULTS, type Fault, plant } from './faults.js';
import type { Search } from './find.js';
import { searchTests } from './find-by-test.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    seeds: { type: 'string', default: '70000:70032' },
    every: { type: 'string', default: '1' },
  },
});
const SEEDS = values.seeds.split(':').map(Number) as [first: number, end: number];
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** What the judge needs, as it was compiled; the program that it runs is built from C. */
const COMPILED = [
  'package.json',
  'build/src',
  'build/test/root.js',
  'build/test/counters.js',
  'build/test/captures.js',
  'build/test/flow-packets.js',
  'build/test/random-flows.js',
  'build/test/routing',
  'build/test/classify',
  'build/test/kernel',
  'build/test/faults',
  'test/kernel',
  'build/kernel-agent',
];
/** What the core's build needs; what was built last comes behind its sources, so that it is the newer. */
const BUILT = ['build.mjs', 'package-lock.json', 'tsconfig.json', 'tsconfig.cli.json', 'assembly', 'src', 'dist'];
/** What tests are that run as they stand, and what they read besides. */
const TESTED = ['src', 'test', 'build/kernel-agent', 'package.json', 'vitest.config.ts', 'tsconfig.json'];
const BESIDE_TESTS = ['node_modules', 'assembly', 'dist', 'docs', 'examples', 'README.md'];
/** Faults that are looked for at once: some wait for time to pass. */
const AT_ONCE = 3;
/** The core, as text. */
const CORE = 'src/run/core-bytes.ts';

async function run(folder: string, args: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)(process.execPath, args, { cwd: folder, encoding: 'utf8' })).stdout;
  } catch (cause) {
    const { code, stdout, stderr } = cause as { code?: number; stdout?: string; stderr?: string };
    throw new Error(`${args.join(' ')} ended with ${code}\n${stdout}${stderr}`);
  }
}

const LEVEL = 2;
const levelOf = ({ level = LEVEL }: Fault): Level => level;
const familyOf = ({ family }: Fault): Family => family ?? 4;

async function search(folder: string, fault: Fault, seeds: readonly [first: number, end: number]): Promise<Search> {
  if (fault.test) return searchTests(folder, ...fault.test);
  const args = fault.beside
    ? ['build/test/faults/find-beside.js', familyOf(fault), ...seeds]
    : ['build/test/faults/find.js', levelOf(fault), familyOf(fault), ...seeds];
  return JSON.parse(await run(folder, args.map(String))) as Search;
}

/** Copies the engine, plants the fault there, and has the judge look. */
async function lookFor(fault: Fault): Promise<Search> {
  const folder = mkdtempSync(join(tmpdir(), 'packetwalk-fault-'));
  // the core is built anew only where it may be another
  const core = fault.file.startsWith('assembly/') || fault.file === 'src/abi.ts';
  try {
    const copied = fault.test ? TESTED : core ? [...COMPILED, ...BUILT] : COMPILED;
    for (const name of copied)
      cpSync(join(ROOT, name), join(folder, name), { recursive: true, preserveTimestamps: true });
    for (const name of fault.test ? BESIDE_TESTS : ['node_modules']) symlinkSync(join(ROOT, name), join(folder, name));
    const planted = plant(fault, readFileSync(join(ROOT, fault.file), 'utf8'));
    if (core || fault.test) writeFileSync(join(folder, fault.file), planted);
    if (core) {
      await run(folder, ['build.mjs']);
      compile(folder, CORE, readFileSync(join(folder, CORE), 'utf8'));
    }
    if (fault.file.startsWith('src/') && !fault.test) compile(folder, fault.file, planted);
    return await search(folder, fault, SEEDS);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One file for what tsc has made of the others: types are not asked. */
function compile(folder: string, file: string, text: string): void {
  const { code } = transformSync(text, {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022', transform: { verbatimModuleSyntax: true } },
    module: { type: 'es6' },
  });
  writeFileSync(join(folder, 'build', file.replace(/\.ts$/, '.js')), code);
}

async function report(fault: Fault): Promise<boolean> {
  const head = `${fault.name}: ${fault.why} (${fault.file})`;
  try {
    const { packets, found } = await lookFor(fault);
    if (found === undefined) {
      say(`${head}: NOT FOUND in ${packets} ${counted(fault)}`);
      return false;
    }
    const { seed, packet, lines } = found;
    const otherwise = await differsAnyhow(fault, seed);
    const where = fault.test ? 'a test fails' : `seed ${seed} packet ${packet}, after ${packets} packets`;
    say(`${head}: ${where}: ${lines[0]}`);
    for (const line of otherwise) say(`${head}: WITHOUT IT as well: ${line}`);
    return otherwise.length === 0;
  } catch (error) {
    say(`${head}: ${error instanceof Error ? error.message : error}`);
    return false;
  }
}

const counted = ({ test }: Fault): string => (test ? 'tests' : 'packets');

const asItIs = new Map<string, Promise<readonly string[]>>();
/** Without the fault the engine must agree there, or that it differs with it says nothing; what it does instead. */
function differsAnyhow(fault: Fault, seed: number): Promise<readonly string[]> {
  const place = fault.test
    ? fault.test.join(', ')
    : fault.beside
      ? `beside the bytecode, IPv${familyOf(fault)}, seed ${seed}`
      : `${familyOf(fault) === 6 ? 'IPv6, ' : ''}level ${levelOf(fault)}, seed ${seed}`;
  const known = asItIs.get(place) ?? asItStands(fault, seed, place);
  asItIs.set(place, known);
  return known;
}
async function asItStands(fault: Fault, seed: number, place: string): Promise<readonly string[]> {
  const { packets, found, unjudged } = await search(ROOT, fault, [seed, seed + 1]);
  const lines = [
    ...unjudged,
    ...(found === undefined ? [] : [`${place} packet ${found.packet} differs: ${found.lines[0]}`]),
    ...(packets === 0 ? [`${place}: no packets`] : []),
  ];
  if (lines.length === 0) say(`${place}, without a fault: ${packets} ${counted(fault)} agree`);
  return lines;
}

const unknown = values.only.filter((name) => !FAULTS.some((fault) => fault.name === name));
const missing = kernelMissing();
if (unknown.length > 0 || missing !== undefined) {
  const why = unknown.length > 0 ? `no such fault: ${unknown.join(', ')}` : `the kernel cannot be asked: ${missing}`;
  process.stderr.write(`${why}\n`);
  process.exit(2);
}
const beside = FAULTS.filter((fault) => fault.test || fault.beside);
const wanted = FAULTS.filter((fault) => {
  if (values.only.length > 0) return values.only.includes(fault.name);
  const place = beside.indexOf(fault);
  return place < 0 || place % Number(values.every) === 0;
});
let found = 0;
const waiting = wanted.values();
async function work(): Promise<void> {
  for (const fault of waiting) if (await report(fault)) found++;
}
await Promise.all(Array.from({ length: AT_ONCE }, work));
say(`${found} of ${wanted.length} faults found`);
if (found < wanted.length) process.exitCode = 1;
