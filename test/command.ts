/** The built command in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT } from './root.js';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd: string;
  readonly stdin?: string | Uint8Array;
  /** its reader goes away after the first bytes. */
  readonly close?: 'stdout' | 'stderr';
  /** a file that standard output goes to. */
  readonly into?: string;
  /** variables beside those of this process, whose language is English. */
  readonly env?: Readonly<Record<string, string>>;
  /** Ctrl-C, on Linux: once the command is well under way, or does nothing but wait for more input. */
  readonly interrupt?: 'busy' | 'waiting';
}

/** For JSON.parse: what took packets is left out, where what became of them is compared. */
export const withoutEngine = (key: string, value: unknown): unknown => (key === 'engine' ? undefined : value);

export async function packetwalk(
  args: readonly string[],
  { cwd, stdin = '', close, into, env, interrupt }: Surroundings,
): Promise<Outcome> {
  const file = into === undefined ? undefined : openSync(into, 'w');
  const child = spawn(process.execPath, [join(ROOT, 'bin/packetwalk.js'), ...args], {
    cwd,
    timeout: 20_000,
    env: { ...process.env, LC_ALL: '', LC_MESSAGES: '', LANG: '', ...env },
    stdio: ['pipe', file ?? 'pipe', 'pipe'],
  });
  if (file !== undefined) closeSync(file);
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      texts[name] += chunk;
      if (name === close) child[name]?.destroy();
    });
  // a command that refuses its arguments reads nothing
  child.stdin!.on('error', () => {}).write(stdin);
  if (interrupt === undefined) child.stdin!.end();
  // one that has ended by itself has nothing in /proc
  else interruptWhen(child, interrupt).catch(() => {});
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve({ code, ...texts }));
  });
}

/** Of processor time: more than it takes to start. */
const UNDER_WAY = 200;
/** Looks at it, 50 ms apart, in which it has done nothing. */
const QUIET = 5;

async function interruptWhen(child: ChildProcess, when: 'busy' | 'waiting'): Promise<void> {
  for (let quiet = 0, before = 0; quiet < QUIET; ) {
    await pause(50);
    const { waits, ticks } = stateOf(child.pid!);
    if (when === 'busy' && ticks > UNDER_WAY) break;
    quiet = when === 'waiting' && waits && ticks === before ? quiet + 1 : 0;
    before = ticks;
  }
  child.kill('SIGINT');
}

/** Whether a process waits for something, and what processor time it has used, in hundredths of a second (proc(5)). */
function stateOf(pid: number): { waits: boolean; ticks: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return { waits: fields[0] === 'S', ticks: Number(fields[11]) + Number(fields[12]) };
}
