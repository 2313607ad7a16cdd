/** Hostile rules, by which what is learnt of packets gains little or nothing: what it costs beside the bytecode, a process for each run. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { HOSTILE } from './hostile-rules.js';
import { median } from './measure.js';

export const HOSTILE_PACKETS: readonly number[] = [20_000, 200_000, 2_000_000];

/** What hostile-process.ts prints: milliseconds of processors, and what became of the packets. */
export interface HostileRun {
  readonly ms: number;
  readonly counted: string;
}

export interface HostileResult {
  readonly kind: string;
  readonly packets: number;
  readonly auto: number;
  readonly bytecode: number;
}

/** Medians of so many runs each, by turns. */
export function* measureHostile(runs: number): Generator<HostileResult> {
  for (const kind of HOSTILE)
    for (const packets of HOSTILE_PACKETS) {
      const all = Array.from({ length: runs }, () => ({
        bytecode: runOf(kind, 'bytecode', packets),
        auto: runOf(kind, 'auto', packets),
      }));
      const [counted, ...others] = new Set(all.flatMap(({ auto, bytecode }) => [auto.counted, bytecode.counted]));
      if (others.length > 0) throw new Error(`hostile ${kind}: ${others[0]}, not ${counted}`);
      const of = (engine: 'auto' | 'bytecode') => median(all.map((run) => run[engine].ms));
      yield { kind, packets, auto: of('auto'), bytecode: of('bytecode') };
    }
}

function runOf(kind: string, engine: string, packets: number): HostileRun {
  const script = fileURLToPath(new URL('hostile-process.js', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, kind, engine, String(packets)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`hostile ${kind}: ${stderr}`);
  return JSON.parse(stdout);
}
