/**
 * `npm run test:faults`: plants faults in a copy of the engine, one at a time, and has the judge look for each. Exit 1
 * where one is not found, does not apply any more, or where the engine as it is does not agree with the kernel.
 *
 *     --only NAME      this one alone; may be given again
 *     --seeds A:B      where the judge looks, on the level of each fault
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Level } from '../kernel/generate.js';
import { kernelMissing } from '../kernel/kernel.js';
import { ROOT } from '../root.js';
import { FAULTS, type Fault, plant } from './faults.js';
import type { Search } from './find.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    seeds: { type: 'string', default: '70000:70016' },
  },
});
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** What the build and the judge need; what was built last comes behind its sources, so that it is the newer. */
const COPIED = [
  ...['build.mjs', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.cli.json', 'tsconfig.test.json'],
  ...['assembly', 'src', 'test/root.ts', 'test/kernel', 'test/faults', 'dist', 'build/kernel-agent'],
];
/** Of all the tests only the judge is compiled. */
const CONFIG = {
  extends: './tsconfig.test.json',
  files: ['src/globals.d.ts', 'test/faults/find.ts'],
  include: [],
};

function run(folder: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}

const LEVEL = 2;
const levelOf = ({ level = LEVEL }: Fault): Level => level;

function search(folder: string, level: Level): Search {
  const range = values.seeds.split(':');
  return JSON.parse(run(folder, ['build/test/faults/find.js', String(level), ...range])) as Search;
}

/** Builds a copy of the engine with the fault, and has the judge look. */
function lookFor(fault: Fault): Search {
  const folder = mkdtempSync(join(tmpdir(), 'packetwalk-fault-'));
  try {
    for (const name of COPIED)
      cpSync(join(ROOT, name), join(folder, name), { recursive: true, preserveTimestamps: true });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const path = join(folder, fault.file);
    writeFileSync(path, plant(fault, readFileSync(path, 'utf8')));
    // the core is built anew only where it may be another
    if (fault.file.startsWith('assembly/') || fault.file === 'src/abi.ts') run(folder, ['build.mjs']);
    writeFileSync(join(folder, 'tsconfig.fault.json'), JSON.stringify(CONFIG));
    run(folder, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.fault.json']);
    return search(folder, levelOf(fault));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function report(fault: Fault): boolean {
  const head = `${fault.name}: ${fault.why} (${fault.file})`;
  try {
    const { packets, found } = lookFor(fault);
    if (found === undefined) {
      say(`${head}: NOT FOUND in ${packets} packets`);
      return false;
    }
    say(`${head}: seed ${found.seed} packet ${found.packet}, after ${packets} packets: ${found.lines[0]}`);
    return true;
  } catch (error) {
    say(`${head}: ${error instanceof Error ? error.message : error}`);
    return false;
  }
}

/** Without a fault both must agree, or that they differ with one says nothing. */
function agreesAsItIs(level: Level): boolean {
  const { packets, found, unjudged } = search(ROOT, level);
  const head = `level ${level}, without a fault`;
  for (const line of unjudged) say(`${head}: not judged, ${line}`);
  if (found !== undefined) say(`${head}: seed ${found.seed} packet ${found.packet} differs: ${found.lines[0]}`);
  else say(`${head}: ${packets} packets of seeds ${values.seeds} agree`);
  return found === undefined && unjudged.length === 0 && packets > 0;
}

const unknown = values.only.filter((name) => !FAULTS.some((fault) => fault.name === name));
const missing = kernelMissing();
if (unknown.length > 0 || missing !== undefined) {
  const why = unknown.length > 0 ? `no such fault: ${unknown.join(', ')}` : `the kernel cannot be asked: ${missing}`;
  process.stderr.write(`${why}\n`);
  process.exit(2);
}
const wanted = FAULTS.filter(({ name }) => values.only.length === 0 || values.only.includes(name));
if ([...new Set(wanted.map(levelOf))].sort().every(agreesAsItIs)) {
  const found = wanted.filter(report).length;
  say(`${found} of ${wanted.length} faults found`);
  if (found < wanted.length) process.exitCode = 1;
} else process.exitCode = 1;
