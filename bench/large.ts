/** Large inputs, each read by a process of its own: how long it takes, and how much memory the process holds at most. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './measure.js';
import { RULESET_KINDS, rulesetText } from './rulesets.js';
import { SET_KINDS, setText } from './sets.js';

export const LARGE_RULES = 100_000;
export const LARGE_MEMBERS = 1_000_000;

/** What large-process.ts prints. */
export interface LargeRun {
  /** milliseconds: reading the text; for rules, making the program of it. */
  readonly parse: number;
  readonly compile: number;
  /** milliseconds of all cores for the whole process: on a busy machine it says more than the time that went by. */
  readonly processor: number;
  /** MiB, the whole process with its text. */
  readonly memory: number;
}

export interface LargeResult extends LargeRun {
  readonly what: string;
}

/** Medians of so many runs each. */
export function* measureLarge(runs: number): Generator<LargeResult> {
  for (const kind of RULESET_KINDS)
    yield { what: `${LARGE_RULES} rules, ${kind}`, ...medianOf(runs, rulesetText(kind, LARGE_RULES)) };
  for (const kind of SET_KINDS)
    yield { what: `${LARGE_MEMBERS} members, ${kind}`, ...medianOf(runs, setText(kind, LARGE_MEMBERS)) };
}

function medianOf(runs: number, text: string): LargeRun {
  const folder = mkdtempSync(join(tmpdir(), 'packetwalk-bench-'));
  try {
    const file = join(folder, 'text');
    writeFileSync(file, text);
    const all = Array.from({ length: runs }, () => runOn(file));
    const of = (key: keyof LargeRun) => median(all.map((run) => run[key]));
    return { parse: of('parse'), compile: of('compile'), processor: of('processor'), memory: of('memory') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runOn(file: string): LargeRun {
  const script = fileURLToPath(new URL('large-process.js', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file}: ${stderr}`);
  return JSON.parse(stdout);
}
