/** From a text to the first answer, each by a process of its own: how long it takes, and how much memory the process holds at most. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './measure.js';
import { kubeProxy } from './real/containers.js';
import { RULESET_KINDS, rulesetText } from './rulesets.js';
import { SET_KINDS, setText } from './sets.js';

const RULES = [100, 1_000, 10_000, 100_000, 700_000];
/** Of three endpoints each, with the filter table beside them, as bench/real/ has them. */
const SERVICES = 10_000;
export const MEMBERS = 1_000_000;

/** What build-process.ts prints. */
export interface BuildRun {
  /** milliseconds: reading the text; for rules, making the program of it; loading it and classifying one packet. */
  readonly parse: number;
  readonly compile: number;
  readonly answer: number;
  /** One rule is changed in the middle, or one member added to a set that a rule names, and one packet classified. */
  readonly update: number;
  /** milliseconds of all cores for all before that, for sets for reading alone: on a busy machine it says more than the time that went by. */
  readonly processor: number;
  /** MiB, the whole process with its text by then. */
  readonly memory: number;
}

export interface BuildResult extends BuildRun {
  readonly kind: string;
  readonly amount: number;
  readonly unit: 'rules' | 'members';
}

/** Medians of so many runs each. */
export function* measureBuild(runs: number): Generator<BuildResult> {
  for (const kind of RULESET_KINDS)
    for (const amount of RULES) yield { kind, amount, unit: 'rules', ...medianOf(runs, rulesetText(kind, amount)) };
  const save = kubeProxy(SERVICES);
  const amount = save.match(/^-A /gm)!.length;
  yield { kind: `kube-proxy, ${SERVICES} services`, amount, unit: 'rules', ...medianOf(runs, save) };
  for (const kind of SET_KINDS)
    yield { kind, amount: MEMBERS, unit: 'members', ...medianOf(runs, setText(kind, MEMBERS)) };
}

function medianOf(runs: number, text: string): BuildRun {
  const folder = mkdtempSync(join(tmpdir(), 'packetwalk-bench-'));
  try {
    const file = join(folder, 'text');
    writeFileSync(file, text);
    const all = Array.from({ length: runs }, () => runOn(file));
    const of = (key: keyof BuildRun) => median(all.map((run) => run[key]));
    return {
      parse: of('parse'),
      compile: of('compile'),
      answer: of('answer'),
      update: of('update'),
      processor: of('processor'),
      memory: of('memory'),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runOn(file: string): BuildRun {
  const script = fileURLToPath(new URL('build-process.js', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Milliseconds of what there is to do, and of all of it. */
export const timesOf = ({ unit, parse, compile, answer, update }: BuildResult): string[] =>
  unit === 'rules'
    ? [parse, compile, answer, parse + compile + answer, update].map(inMs)
    : [inMs(parse), '', '', '', inMs(update)];

const inMs = (time: number): string => `${Math.round(time)} ms`;
