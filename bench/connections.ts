/** A million connections that a host remembers, half of UDP and half of TCP: what each takes of a process's memory. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const CONNECTIONS = 1_000_000;

/** What connections-process.ts prints. */
export interface ConnectionsRun {
  readonly connections: number;
  /** milliseconds: their first packets classified, and those packets' answers. */
  readonly opened: number;
  readonly answered: number;
  /** bytes of a connection: what the process holds once garbage is collected, less what it held before them. */
  readonly each: number;
  /** MiB: all of them together, and the most that the whole process held at once, packets included. */
  readonly memory: number;
  readonly most: number;
}

export function measureConnections(): ConnectionsRun {
  const script = fileURLToPath(new URL('connections-process.js', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', script], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`connections: ${stderr}`);
  return JSON.parse(stdout);
}
