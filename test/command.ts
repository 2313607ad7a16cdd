/** The built command in a process of its own. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
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
}

export function packetwalk(args: readonly string[], { cwd, stdin = '', close }: Surroundings): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(ROOT, 'bin/packetwalk.js'), ...args], { cwd, timeout: 20_000 });
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        texts[name] += chunk;
        if (name === close) child[name].destroy();
      });
    child.on('error', reject).on('close', (code) => resolve({ code, ...texts }));
    // a command that refuses its arguments reads nothing
    child.stdin.on('error', () => {}).end(stdin);
  });
}
