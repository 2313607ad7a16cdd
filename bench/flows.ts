/** A million connections that a host remembers, half of UDP and half of TCP, and packets that are none of theirs. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const CONNECTIONS = 1_000_000;

/** What flows-process.ts prints. */
export interface FlowsRun {
  readonly phases: readonly Phase[];
  readonly connections: number;
  /** bytes of a connection: what the process holds once garbage is collected, less what it held before them. */
  readonly each: number;
  /** MiB: all of them together, and the most that the whole process held at once, packets included. */
  readonly memory: number;
  readonly most: number;
}

export interface Phase {
  readonly what: string;
  readonly packets: number;
  readonly ms: number;
}

export function measureFlows(): FlowsRun {
  const script = fileURLToPath(new URL('flows-process.js', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', script], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`flows: ${stderr}`);
  return JSON.parse(stdout);
}
